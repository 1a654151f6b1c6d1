// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/reference_lines.h"

#include "core/encode/frame.h"
#include "core/encode/note_encoding.h"
#include "core/encode/voices.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <unordered_map>
#include <vector>

namespace continuo {
namespace {

/// The first number of every step.
TokenStream pitchesOf(const TokenStream& notes)
{
    TokenStream pitches;
    pitches.pieces = notes.pieces;
    for (std::size_t i = 0; i < notes.tokens.size(); i += notes.width)
        pitches.tokens.push_back(notes.tokens[i]);
    return pitches;
}

} // namespace

ReferenceLines referenceLines(const TokenStream& train, const TokenStream& part,
                              Token vocabularySize)
{
    const auto size = static_cast<std::size_t>(vocabularySize);
    std::vector<double> counts(size, 0);
    std::vector<double> contexts(size, 0);
    std::vector<double> followers(size, 0);
    std::unordered_map<std::uint64_t, double> pairs;
    const auto pairOf = [](Token before, Token after) {
        return static_cast<std::uint64_t>(before) << 32 | static_cast<std::uint32_t>(after);
    };
    double total = 0;
    for (const TokenStream::Piece& piece : train.pieces) {
        for (std::size_t i = piece.begin; i < piece.begin + piece.targets; ++i) {
            const Token before = train.tokens[i];
            const Token after = train.tokens[i + 1];
            counts[static_cast<std::size_t>(after)] += 1;
            contexts[static_cast<std::size_t>(before)] += 1;
            double& pair = pairs[pairOf(before, after)];
            if (pair == 0)
                followers[static_cast<std::size_t>(before)] += 1;
            pair += 1;
            total += 1;
        }
    }
    ReferenceLines lines;
    const std::size_t targets = part.targets();
    if (targets == 0)
        return lines;
    for (const TokenStream::Piece& piece : part.pieces) {
        for (std::size_t i = piece.begin; i < piece.begin + piece.targets; ++i) {
            const auto before = static_cast<std::size_t>(part.tokens[i]);
            const auto after = static_cast<std::size_t>(part.tokens[i + 1]);
            const double unigram = (counts[after] + 1) / (total + static_cast<double>(size));
            double bigram = unigram;
            if (contexts[before] > 0) {
                const auto pair = pairs.find(pairOf(part.tokens[i], part.tokens[i + 1]));
                const double seen = pair == pairs.end() ? 0 : pair->second;
                bigram =
                    (seen + followers[before] * unigram) / (contexts[before] + followers[before]);
            }
            lines.unigram -= std::log(unigram);
            lines.bigram -= std::log(bigram);
        }
    }
    lines.uniform = std::log(static_cast<double>(size));
    lines.unigram /= static_cast<double>(targets);
    lines.bigram /= static_cast<double>(targets);
    return lines;
}

ReferenceLines referenceLinesOfNotes(const TokenStream& train, const TokenStream& part)
{
    return referenceLines(pitchesOf(train), pitchesOf(part), 128);
}

ReferenceLines frameReferenceLines(const TokenStream& train, const TokenStream& part)
{
    const auto visit = [](const TokenStream& stream, const auto& step) {
        const auto keysAt = [&](std::size_t place) {
            return frameKeys(
                std::span(stream.tokens).subspan(place * kFrameNumbers, kFrameNumbers));
        };
        for (const TokenStream::Piece& piece : stream.pieces) {
            FrameKeys before = keysAt(piece.begin);
            for (std::size_t i = piece.begin + 1; i <= piece.begin + piece.targets; ++i) {
                const FrameKeys keys = keysAt(i);
                step(before, keys);
                before = keys;
            }
        }
    };
    std::array<std::array<std::array<double, 2>, 2>, kFrameKeys> counts{}; // by before and now
    visit(train, [&](const FrameKeys& before, const FrameKeys& keys) {
        for (std::size_t key = 0; key < kFrameKeys; ++key)
            counts[key][before[key] ? 1 : 0][keys[key] ? 1 : 0] += 1;
    });
    ReferenceLines lines;
    const auto targets = static_cast<double>(part.targets());
    if (targets == 0)
        return lines;
    visit(part, [&](const FrameKeys& before, const FrameKeys& keys) {
        for (std::size_t key = 0; key < kFrameKeys; ++key) {
            const auto& off = counts[key][0];
            const auto& on = counts[key][1];
            const auto& seen = before[key] ? on : off;
            const std::size_t now = keys[key] ? 1 : 0;
            lines.unigram -=
                std::log((off[now] + on[now] + 1) / (off[0] + off[1] + on[0] + on[1] + 2));
            lines.bigram -= std::log((seen[now] + 1) / (seen[0] + seen[1] + 2));
        }
    });
    lines.uniform = static_cast<double>(kFrameKeys) * std::numbers::ln2;
    lines.unigram /= targets;
    lines.bigram /= targets;
    return lines;
}

ReferenceLines voiceReferenceLines(const TokenStream& train, const TokenStream& part,
                                   Token vocabularySize)
{
    const auto size = static_cast<std::size_t>(vocabularySize);
    ReferenceLines lines;
    lines.uniform = std::log(static_cast<double>(size));
    double judged = 0;
    for (std::size_t voice = 0; voice < train.width; ++voice) {
        std::vector<double> counts(size, 0);
        std::vector<double> contexts(size, 0);
        std::vector<double> followers(size, 0);
        std::vector<double> pairs(size * size, 0);
        double total = 0;
        const auto numberAt = [voice](const TokenStream& stream, std::size_t step) {
            return static_cast<std::size_t>(stream.tokens[step * stream.width + voice]);
        };
        for (const TokenStream::Piece& piece : train.pieces) {
            for (std::size_t i = piece.begin; i <= piece.begin + piece.targets; ++i) {
                const std::size_t now = numberAt(train, i);
                counts[now] += 1;
                total += 1;
                if (i == piece.begin)
                    continue;
                const std::size_t before = numberAt(train, i - 1);
                contexts[before] += 1;
                double& pair = pairs[before * size + now];
                followers[before] += pair == 0 ? 1 : 0;
                pair += 1;
            }
        }
        for (const TokenStream::Piece& piece : part.pieces) {
            for (std::size_t i = piece.begin; i <= piece.begin + piece.targets; ++i) {
                const std::size_t now = numberAt(part, i);
                const double unigram = (counts[now] + 1) / (total + static_cast<double>(size));
                double bigram = unigram;
                if (i > piece.begin) {
                    const std::size_t before = numberAt(part, i - 1);
                    if (contexts[before] > 0)
                        bigram = (pairs[before * size + now] + followers[before] * unigram) /
                                 (contexts[before] + followers[before]);
                }
                lines.unigram -= std::log(unigram);
                lines.bigram -= std::log(bigram);
                judged += 1;
            }
        }
    }
    if (judged == 0)
        return {};
    lines.unigram /= judged;
    lines.bigram /= judged;
    return lines;
}

ReferenceLines referenceLinesFor(std::string_view encoding, const TokenStream& train,
                                 const TokenStream& part, Token vocabularySize)
{
    if (encoding == FrameEncoding::kName)
        return frameReferenceLines(train, part);
    if (encoding == NoteEncoding::kName)
        return referenceLinesOfNotes(train, part);
    if (encoding == VoicesEncoding::kName)
        return voiceReferenceLines(train, part, vocabularySize);
    return train.width == 1 ? referenceLines(train, part, vocabularySize) : ReferenceLines{};
}

} // namespace continuo
