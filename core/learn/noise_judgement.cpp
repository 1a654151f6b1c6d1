// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/noise_judgement.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace continuo {
namespace {

/// Shares of pairs of neighbouring symbols.
using PairShares = std::map<std::pair<Token, Token>, double>;

void countPairs(std::span<const Token> symbols, PairShares& pairs)
{
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
        pairs[{symbols[i], symbols[i + 1]}] += 1;
}

PairShares sharesOf(PairShares pairs)
{
    double all = 0;
    for (const auto& [pair, count] : pairs)
        all += count;
    for (auto& [pair, count] : pairs)
        count /= all;
    return pairs;
}

PairShares pairsOf(std::span<const TokenSequence> melodies)
{
    PairShares pairs;
    for (const TokenSequence& melody : melodies)
        countPairs(melody, pairs);
    return sharesOf(std::move(pairs));
}

PairShares pairsOf(const TokenStream& part)
{
    PairShares pairs;
    // Where an end symbol stands before a piece it is no step of it.
    const std::size_t before = part.startsWithEnd ? 1 : 0;
    for (const TokenStream::Piece& piece : part.pieces)
        countPairs(std::span(part.tokens).subspan(piece.begin + before, piece.targets + 1 - before),
                   pairs);
    return sharesOf(std::move(pairs));
}

double jensenShannon(const PairShares& p, const PairShares& q)
{
    if (p.empty() || q.empty())
        return 1;
    double bits = 0;
    const auto add = [&bits](const PairShares& one, const PairShares& other) {
        for (const auto& [pair, share] : one) {
            const auto found = other.find(pair);
            const double mean = (share + (found == other.end() ? 0 : found->second)) / 2;
            bits += share * std::log2(share / mean) / 2;
        }
    };
    add(p, q);
    add(q, p);
    return std::max(0.0, bits);
}

/// The mean over steps of the probability that two different melodies say the same there.
double agreementOf(std::span<const TokenSequence> melodies)
{
    std::size_t longest = 0;
    for (const TokenSequence& melody : melodies)
        longest = std::max(longest, melody.size());
    double sum = 0;
    double steps = 0;
    for (std::size_t step = 0; step < longest; ++step) {
        std::map<Token, double> counts;
        double all = 0;
        for (const TokenSequence& melody : melodies) {
            if (step < melody.size()) {
                counts[melody[step]] += 1;
                all += 1;
            }
        }
        if (all < 2)
            continue;
        double same = 0;
        for (const auto& [token, count] : counts)
            same += count * (count - 1);
        sum += same / (all * (all - 1));
        steps += 1;
    }
    return steps > 0 ? sum / steps : 0;
}

} // namespace

SymbolRow motionOf(std::span<const Token> melody, const Vocabulary& vocabulary)
{
    SymbolRow row;
    std::size_t before = 0;
    int pitch = -1;
    for (std::size_t i = 0; i < melody.size(); ++i) {
        const Symbol& symbol = vocabulary.symbol(melody[i]);
        if (symbol.kind != SymbolKind::Pitch)
            continue;
        if (pitch >= 0)
            row.push_back(static_cast<std::uint32_t>(symbol.pitch.value - pitch + 128) << 12 |
                          static_cast<std::uint32_t>(std::min<std::size_t>(i - before, 4095)));
        pitch = symbol.pitch.value;
        before = i;
    }
    return row;
}

std::vector<TokenSequence> excerptsOf(const TokenStream& part, std::size_t count,
                                      std::size_t length)
{
    std::vector<std::pair<std::size_t, std::size_t>> places; // begin and length
    const std::size_t before = part.startsWithEnd ? 1 : 0;
    for (const TokenStream::Piece& piece : part.pieces) {
        const std::size_t begin = piece.begin + before;
        const std::size_t steps = piece.targets + 1 - before;
        for (std::size_t at = 0; at == 0 || at + length <= steps; at += length)
            places.emplace_back(begin + at, std::min(length, steps - at));
    }
    std::vector<TokenSequence> excerpts;
    const std::size_t taken = std::min(count, places.size());
    for (std::size_t i = 0; i < taken; ++i) {
        const auto& [begin, steps] = places[i * places.size() / taken];
        const auto from = part.tokens.begin() + static_cast<std::ptrdiff_t>(begin);
        excerpts.emplace_back(from, from + static_cast<std::ptrdiff_t>(steps));
    }
    return excerpts;
}

NoiseJudgement judgeNoiseMelodies(std::span<const TokenSequence> generated,
                                  std::span<const TokenSequence> excerpts,
                                  const TokenStream& corpus, const Vocabulary& vocabulary)
{
    NoiseJudgement judgement;
    const double own = agreementOf(excerpts);
    if (own < 1)
        judgement.sameness = std::max(0.0, (agreementOf(generated) - own) / (1 - own));
    const PairShares pairs = pairsOf(corpus);
    judgement.pairDistance = jensenShannon(pairsOf(generated), pairs);
    judgement.corpusPairDistance = jensenShannon(pairsOf(excerpts), pairs);
    const auto motions = [&vocabulary](std::span<const TokenSequence> melodies) {
        std::vector<SymbolRow> rows;
        for (const TokenSequence& melody : melodies)
            rows.push_back(motionOf(melody, vocabulary));
        return rows;
    };
    const std::vector<SymbolRow> played = motions(generated);
    const std::vector<SymbolRow> written = motions(excerpts);
    const auto symbolsOf = [](const std::vector<SymbolRow>& rows) {
        std::size_t symbols = 0;
        for (const SymbolRow& row : rows)
            symbols += row.size();
        return symbols;
    };
    const std::size_t common = std::min(symbolsOf(played), symbolsOf(written));
    judgement.generated = varietyOf(firstSymbols(played, common));
    judgement.corpus = varietyOf(firstSymbols(written, common));
    if (const auto found = collapseOf(judgement.generated, judgement.corpus))
        judgement.collapse = *found;
    return judgement;
}

bool NoiseJudgement::isCollapsed() const
{
    return sameness >= kSameMelody || !collapse.empty();
}

std::string NoiseJudgement::words() const
{
    if (sameness >= kSameMelody ||
        std::ranges::find(collapse, Collapse::SameMelody) != collapse.end())
        return "The generator plays nearly the same melody for every noise: it has found one that "
               "the discriminator lets pass. Another random seed or a smaller learning rate may "
               "help; the best state so far is kept.";
    if (std::ranges::find(collapse, Collapse::Loops) != collapse.end())
        return "The generator's melodies go round in circles, whatever the noise. Another random "
               "seed or a smaller learning rate may help; the best state so far is kept.";
    if (!collapse.empty())
        return "The generator uses hardly anything but a few intervals and durations. If it stays "
               "so, another random seed or a smaller learning rate may help.";
    return {};
}

std::map<std::string, double> NoiseJudgement::figures() const
{
    std::map<std::string, double> figures{{"collapse", sameness},
                                          {"pairDistance", pairDistance},
                                          {"corpusPairDistance", corpusPairDistance}};
    const auto add = [&figures](const char* name, const std::optional<double>& value) {
        if (value)
            figures[name] = *value;
    };
    add("distinct4", generated.distinct[3]);
    add("corpusDistinct4", corpus.distinct[3]);
    add("entropy", generated.entropy);
    add("corpusEntropy", corpus.entropy);
    return figures;
}

} // namespace continuo
