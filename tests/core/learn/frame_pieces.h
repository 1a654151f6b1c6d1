// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/encode/frame.h"
#include "core/learn/training_set.h"

#include <initializer_list>
#include <vector>

namespace continuo::tests {

/// Pieces of frames, written down by hand or drawn from a seed.

inline void addFrame(TokenSequence& piece, std::initializer_list<int> keys)
{
    FrameKeys frame;
    for (const int key : keys)
        frame.set(static_cast<std::size_t>(key - kLowestFrameKey));
    const auto numbers = frameNumbers(frame);
    piece.insert(piece.end(), numbers.begin(), numbers.end());
}

inline TrainingSet frameSet()
{
    return emptyTrainingSet(*makeEncoding("frame", R"({"silence": true})").value());
}

/// A coin for each frame: C and E, or C sharp and F. Keys that are independent need four coins a
/// frame to say it, keys that know of each other one.
inline TokenSequence coinPiece(std::uint32_t which, std::uint32_t frames)
{
    const CounterRandom random(11, CounterRandom::Domain::Test);
    TokenSequence piece;
    for (std::uint32_t i = 0; i < frames; ++i) {
        if (random.below(2, which, i) == 0)
            addFrame(piece, {60, 64});
        else
            addFrame(piece, {61, 65});
    }
    return piece;
}

} // namespace continuo::tests
