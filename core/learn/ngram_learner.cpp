// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/learner_p.h"
#include "core/weights/ngram_table.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace continuo {
namespace {

/// Sums over the steps judged so far.
class Tally
{
public:
    explicit Tally(const Vocabulary& vocabulary)
    {
        for (const Symbol& symbol : vocabulary.symbols()) {
            m_isPitch.push_back(symbol.kind == SymbolKind::Pitch);
            m_isWait.push_back(symbol.kind == SymbolKind::Hold || symbol.kind == SymbolKind::Rest);
        }
    }

    void add(std::span<const double> probabilities, std::size_t target)
    {
        const auto likeliest = static_cast<std::size_t>(std::ranges::max_element(probabilities) -
                                                        probabilities.begin());
        const bool isRight = likeliest == target;
        ++steps;
        right += isRight ? 1 : 0;
        loss -= std::log(probabilities[target]);
        if (!m_isWait[target]) {
            ++playing;
            rightPlaying += isRight ? 1 : 0;
        }
        if (!m_isPitch[target])
            return;
        double all = 0;
        for (std::size_t symbol = 0; symbol < probabilities.size(); ++symbol)
            all += m_isPitch[symbol] ? probabilities[symbol] : 0;
        ++notes;
        bits -= std::log(probabilities[target] / all) / std::numbers::ln2;
    }

    PartScore score() const
    {
        const auto share = [](double sum, std::uint64_t count) {
            return count > 0 ? sum / static_cast<double>(count) : 0;
        };
        PartScore result;
        result.steps = steps;
        result.notes = notes;
        result.loss = share(loss, steps);
        result.accuracy = share(static_cast<double>(right), steps);
        result.noteAccuracy = share(static_cast<double>(rightPlaying), playing);
        if (notes > 0)
            result.bitsPerNote = share(bits, notes);
        return result;
    }

    std::uint64_t steps = 0;
    std::uint64_t right = 0;
    double loss = 0;

private:
    std::vector<bool> m_isPitch{};
    std::vector<bool> m_isWait{};
    std::uint64_t playing = 0;
    std::uint64_t rightPlaying = 0;
    std::uint64_t notes = 0;
    double bits = 0;
};

/// Learns by counting. A step's loss is what the counts before it say of its windows, so the curve
/// shows how fast the pieces become familiar; every window is counted once, with what stands before
/// it in its piece.
class NgramLearner final : public Learner
{
public:
    NgramLearner(const TrainJob& job, const Vocabulary& vocabulary)
        : m_training(job.training)
        , m_vocabulary(vocabulary)
        , m_table(job.network.order, vocabulary.size())
    {
        const auto lowest = static_cast<int>(-job.training.transposeDown);
        const auto highest = static_cast<int>(job.training.transposeUp);
        m_transposed = transpositionTable(vocabulary, lowest, highest);
    }

    Status setStream(const TokenStream& stream) override
    {
        m_stream = stream;
        // How many sequences there are is known before they are counted, so that room can be made
        // for them.
        NgramTable all(m_table.order(), m_table.vocabulary());
        for (const TokenStream::Piece& piece : stream.pieces) {
            const std::span<const Token> tokens =
                std::span(stream.tokens).subspan(piece.begin, piece.targets + 1);
            for (std::size_t i = 1; i < tokens.size(); ++i)
                all.count(tokens.first(i), tokens[i]);
        }
        m_sequences = all.size();
        return ok();
    }

    Result<std::optional<StepFigures>> learn(std::span<const Window> windows, std::int64_t,
                                             std::int64_t, double, double,
                                             const StopQuestion& isStopped) override
    {
        Tally tally(m_vocabulary);
        std::vector<double> probabilities(static_cast<std::size_t>(m_vocabulary.size()));
        for (const Window& window : windows) {
            if (isStopped())
                return std::optional<StepFigures>();
            forEachStep(window, [&](std::span<const Token> context, Token next) {
                m_table.probabilities(context, probabilities);
                tally.add(probabilities, static_cast<std::size_t>(next));
            });
        }
        for (const Window& window : windows)
            forEachStep(window, [&](std::span<const Token> context, Token next) {
                m_table.count(context, next);
            });
        StepFigures figures;
        figures.lossSum = tally.loss;
        figures.correct = static_cast<double>(tally.right);
        figures.targets = static_cast<std::int64_t>(tally.steps);
        return std::optional(figures);
    }

    Result<std::optional<PartScore>> score(const TokenStream& part,
                                           const StopQuestion& isStopped) override
    {
        Tally tally(m_vocabulary);
        std::vector<double> probabilities(static_cast<std::size_t>(m_vocabulary.size()));
        for (const TokenStream::Piece& piece : part.pieces) {
            if (isStopped())
                return std::optional<PartScore>();
            const std::span<const Token> tokens =
                std::span(part.tokens).subspan(piece.begin, piece.targets + 1);
            for (std::size_t i = 1; i < tokens.size(); ++i) {
                m_table.probabilities(tokens.first(i), probabilities);
                tally.add(probabilities, static_cast<std::size_t>(tokens[i]));
            }
        }
        return std::optional(tally.score());
    }

    Result<std::map<std::string, Tensor>> tensors(bool) const override { return m_table.tensors(); }

    Status load(const std::map<std::string, Tensor>& tensors, bool) override
    {
        Result<NgramTable> table = NgramTable::fromTensors(m_table.order(), m_table.vocabulary(),
                                                           tensors, "The checkpoint");
        if (!table)
            return Error{ErrorKind::Refused, "train.unfit-checkpoint", table.error().text, {}};
        m_table = std::move(*table);
        return ok();
    }

    std::int64_t parameters() const override { return std::max(m_table.size(), m_sequences); }
    std::int64_t floatsPerSymbol() const override { return 0; }

private:
    template <typename Visit>
    void forEachStep(const Window& window, Visit&& visit) const
    {
        const auto row = static_cast<std::size_t>(window.shift + m_training.transposeDown) *
                         static_cast<std::size_t>(m_vocabulary.size());
        const auto symbolAt = [&](std::size_t place) { // within the piece
            const Token token = m_stream.tokens[window.begin + place % window.modulus];
            return m_transposed[row + static_cast<std::size_t>(token)];
        };
        // What stands before the window in its piece; a piece that loops has its end there.
        const auto reach = static_cast<std::size_t>(m_table.order() - 1);
        const std::size_t before = m_training.wrapAround ? reach : std::min(reach, window.start);
        const std::size_t first =
            window.start + window.modulus * (reach / window.modulus + 1) - before;
        std::vector<Token> context;
        for (std::size_t i = 0; i <= before; ++i)
            context.push_back(symbolAt(first + i));
        for (std::size_t i = 1; i <= window.length; ++i) {
            const Token next = symbolAt(window.start + i);
            visit(std::span<const Token>(context), next);
            context.push_back(next);
        }
    }

    TrainSettings m_training;
    Vocabulary m_vocabulary;
    NgramTable m_table;
    TokenStream m_stream{};
    std::vector<Token> m_transposed{};
    std::int64_t m_sequences = 0;
};

} // namespace

std::unique_ptr<Learner> makeNgramLearner(const TrainJob& job, const Vocabulary& vocabulary)
{
    return std::make_unique<NgramLearner>(job, vocabulary);
}

} // namespace continuo
