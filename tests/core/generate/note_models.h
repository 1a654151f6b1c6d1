// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/note_encoding.h"
#include "core/generate/note_model.h"
#include "tests/core/generate/hand_made_model.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace continuo::tests {

/// Models of notes with weights drawn from a seed or set by hand.

inline NetworkShape noteShape(const char* kind, int layers, int hidden, int window,
                              const char* head = "note")
{
    NetworkShape shape = networkShape(kind, layers, hidden, 0, false, 0, window);
    shape.head = head;
    return shape;
}

inline TensorFile noteModelFile(const std::string& options, const NetworkShape& shape,
                                std::uint64_t seed, double scale)
{
    const auto encoding = makeEncoding("note", options).value();
    const auto width = static_cast<Token>(kNotePitches + encoding->limits().size() - 1);
    return modelFile(*encoding, shape, randomTensors(shape, width, seed, scale));
}

inline GeneratingModel noteModel(const TensorFile& file,
                                 const LaneKernels& kernels = fastestKernels())
{
    return modelFromTensors(file, "hand-made", kernels).value();
}

/// One that always says the same: logits of some pitches (the others 0) and the values behind them.
inline TensorFile steadyFile(const std::string& options, const std::map<int, float>& logits,
                             const std::vector<float>& values, const char* head = "note",
                             int window = 4)
{
    const NetworkShape shape = noteShape("lstm", 1, 16, window, head);
    TensorFile file = noteModelFile(options, shape, 1, 0);
    std::vector<float> bias(kNotePitches);
    for (const auto& [pitch, logit] : logits)
        bias[static_cast<std::size_t>(pitch)] = logit;
    bias.insert(bias.end(), values.begin(), values.end());
    file.tensors["head.bias"] = floatTensor(bias, {std::ssize(bias)});
    return file;
}

/// Numbers of random notes within small limits.
inline std::vector<Token> someNotes(std::size_t count, std::size_t width, std::uint32_t which = 0)
{
    const CounterRandom random(5, CounterRandom::Domain::Test);
    std::vector<Token> numbers;
    for (std::uint32_t i = 0; i < count; ++i) {
        numbers.push_back(static_cast<Token>(random.below(128, which, i, 0)));
        numbers.push_back(static_cast<Token>(random.below(200, which, i, 1)));
        numbers.push_back(static_cast<Token>(1 + random.below(300, which, i, 2)));
        if (width > 3)
            numbers.push_back(static_cast<Token>(1 + random.below(127, which, i, 3)));
    }
    return numbers;
}

/// The same notes as a network reads them, at 96 steps a beat.
inline std::vector<float> vectorsOf(const std::vector<Token>& numbers, std::size_t width)
{
    std::vector<float> vectors;
    for (std::size_t at = 0; at < numbers.size(); at += width) {
        std::vector<float> note(kNotePitches);
        note[static_cast<std::size_t>(numbers[at])] = 1;
        note.push_back(static_cast<float>(numbers[at + 1]) / 96.0F);
        note.push_back(static_cast<float>(numbers[at + 2]) / 96.0F);
        if (width > 3)
            note.push_back(static_cast<float>(numbers[at + 3]) / 127.0F);
        vectors.insert(vectors.end(), note.begin(), note.end());
    }
    return vectors;
}

} // namespace continuo::tests
