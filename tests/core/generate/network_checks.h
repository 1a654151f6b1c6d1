// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace continuo::tests {

/// What is asked of every kind of network, bit for bit.

inline constexpr Token kVocabulary = 40;

inline std::vector<Token> someTokens(std::size_t count, std::uint32_t which = 0)
{
    const CounterRandom random(3, CounterRandom::Domain::Test);
    std::vector<Token> tokens(count);
    for (std::size_t i = 0; i < count; ++i)
        tokens[i] =
            static_cast<Token>(random.below(kVocabulary, which, static_cast<std::uint32_t>(i)));
    return tokens;
}

inline bool areSameBits(const std::vector<float>& a, const std::vector<float>& b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

inline std::vector<float> logitsAfter(const NextTokenModel& network,
                                      const std::vector<Token>& tokens)
{
    ModelState state = network.start(1);
    std::vector<float> logits(kVocabulary);
    network.read(state, tokens, logits, {});
    return logits;
}

/// Members of a batch read as each would alone.
inline void compareMembersWithThemAlone(const NextTokenModel& network)
{
    constexpr std::size_t batch = 7;
    constexpr std::size_t steps = 20;
    std::vector<std::vector<Token>> pieces;
    for (std::uint32_t b = 0; b < batch; ++b)
        pieces.push_back(someTokens(steps, b + 1));
    ModelState state = network.start(batch);
    std::vector<float> logits(batch * kVocabulary);
    for (std::size_t step = 0; step < steps; ++step) {
        std::vector<Token> now;
        for (const auto& piece : pieces)
            now.push_back(piece[step]);
        QVERIFY(network.read(state, now, logits, {}));
    }
    for (std::size_t b = 0; b < batch; ++b) {
        const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(b * kVocabulary);
        QVERIFY(areSameBits({begin, begin + kVocabulary}, logitsAfter(network, pieces[b])));
    }
}

/// Several threads read the same at once.
inline void compareThreads(const NextTokenModel& network, const std::vector<Token>& tokens)
{
    const std::vector<float> expected = logitsAfter(network, tokens);
    std::vector<std::vector<float>> found(4);
    std::vector<std::thread> threads;
    for (auto& result : found)
        threads.emplace_back([&] { result = logitsAfter(network, tokens); });
    for (std::thread& thread : threads)
        thread.join();
    for (const auto& result : found)
        QVERIFY(areSameBits(result, expected));
}

} // namespace continuo::tests
