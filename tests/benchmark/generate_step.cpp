// SPDX-License-Identifier: GPL-3.0-or-later
// Draws one symbol after the other from LSTMs of the sizes that presets have, on every instruction
// set this processor has, for one alternative and for four; prints one JSON object a line: {"what",
// "kernels", "hidden", "layers", "batch", "us_per_token"}. A token is one symbol of one
// alternative. Then the time from a seed melody of four bars to the first note of an answer:
// {"what", "hidden", "layers", "ms"}. Last, a transformer of studio-small's size whose window of
// 512 symbols is nearly full: the next symbol with keys and values kept, the same computed again
// from the window, and what it takes to forget the older half: {"what", "kernels", "kept_ms",
// "again_ms", "ratio", "forget_ms"}.
#include "core/generate/continuation.h"
#include "core/generate/recurrent_network.h"
#include "core/generate/seed_notes.h"
#include "core/generate/transformer_network.h"
#include "tests/core/generate/hand_made_model.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <span>
#include <vector>

using namespace continuo;

namespace {

using Clock = std::chrono::steady_clock;

struct Size
{
    int hidden = 0;
    int layers = 0;
};

constexpr Size kSizes[] = {{256, 2}, {512, 2}, {1024, 3}};

double microseconds(Clock::time_point from)
{
    return std::chrono::duration<double, std::micro>(Clock::now() - from).count();
}

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + std::ssize(values) / 2);
    return values[values.size() / 2];
}

void measureSteps(const RecurrentNetwork& network, const LaneKernels& kernels, Size size, std::size_t batch)
{
    const auto vocabulary = static_cast<std::size_t>(network.vocabularySize());
    const SymbolMask mask{std::vector<std::uint8_t>(vocabulary, 1), std::vector<std::uint8_t>(vocabulary, 1)};
    const CounterRandom random(1, CounterRandom::Domain::Sampling);
    ModelState state = network.start(batch);
    std::vector<float> logits(batch * vocabulary);
    std::vector<Token> tokens(batch, 0);
    std::vector<double> times;
    constexpr std::uint32_t warmUp = 10;
    for (std::uint32_t step = 0; step < 210; ++step) {
        const auto start = Clock::now();
        network.read(state, tokens, logits, {});
        for (std::size_t k = 0; k < batch; ++k) {
            const auto own = std::span(logits).subspan(k * vocabulary, vocabulary);
            tokens[k] = drawSymbol(distributionOf(own, {}, mask), {}, random, static_cast<std::uint32_t>(k), step);
        }
        if (step >= warmUp)
            times.push_back(microseconds(start) / static_cast<double>(batch));
    }
    std::printf("{\"what\": \"continuo step\", \"kernels\": \"%s\", \"hidden\": %d, \"layers\": %d, \"batch\": %zu, "
                "\"us_per_token\": %.1f}\n",
                kernels.name, size.hidden, size.layers, batch, median(times));
    std::fflush(stdout);
}

void measureFirstNote(Size size)
{
    NetworkShape shape;
    shape.hidden = size.hidden;
    shape.layers = size.layers;
    const GeneratingModel model = tests::randomModel("{}", 1, shape);
    const Score score = parseSeedNotes("C5:1/8 D5:1/8 E5 G5 E5 D5:1/8 C5:1/8 D5 E5 C5:1/2 G4 C5 E5 G5 C5:1/1").value();
    std::vector<double> times;
    for (int round = 0; round < 11; ++round) {
        const auto start = Clock::now();
        const auto prompt = preparePrompt(model, score, {});
        ContinuationRequest request;
        request.alternatives = 4;
        const CancelToken cancel;
        double first = 0;
        const auto made = continuePrompt(
            model, score, *prompt, request,
            [&](std::size_t, const GeneratedNote&) {
                if (first == 0)
                    first = microseconds(start) / 1000;
                cancel.cancel();
            },
            cancel);
        times.push_back(first);
    }
    std::printf("{\"what\": \"first note of four answers\", \"hidden\": %d, \"layers\": %d, \"ms\": %.2f}\n",
                size.hidden, size.layers, median(times));
    std::fflush(stdout);
}

void measureTransformer(const LaneKernels& kernels)
{
    constexpr Token vocabulary = 130;
    constexpr std::size_t context = 512;
    const NetworkShape shape = tests::transformerShape(4, 256, 4, context, 4);
    const auto network = TransformerNetwork::make(shape, vocabulary,
                                                  tests::randomTensors(shape, vocabulary, 1, 0.05),
                                                  "benchmark", kernels)
                             .value();
    std::vector<Token> window(context);
    for (std::size_t i = 0; i < context; ++i)
        window[i] = static_cast<Token>(i * i % vocabulary);
    std::vector<float> logits(vocabulary);
    const std::span<const Token> all(window);
    ModelState before = network->start(1);
    network->read(before, all.first(context - 1), logits, {});
    ModelState full = before;
    network->read(full, all.last(1), logits, {});
    std::vector<double> kept;
    std::vector<double> again;
    std::vector<double> ratios;
    std::vector<double> forgetting;
    for (int round = 0; round < 11; ++round) {
        ModelState state = before;
        auto start = Clock::now();
        network->read(state, all.last(1), logits, {});
        kept.push_back(microseconds(start) / 1000);
        state = network->start(1);
        start = Clock::now();
        network->read(state, all, logits, {});
        again.push_back(microseconds(start) / 1000);
        ratios.push_back(again.back() / kept.back());
        state = full;
        start = Clock::now();
        network->read(state, all.first(1), logits, {});
        forgetting.push_back(microseconds(start) / 1000);
    }
    std::printf("{\"what\": \"transformer step\", \"kernels\": \"%s\", \"kept_ms\": %.3f, "
                "\"again_ms\": %.2f, "
                "\"ratio\": %.1f, \"ratio_from\": %.1f, \"ratio_to\": %.1f, \"forget_ms\": %.2f}\n",
                kernels.name, median(kept), median(again), median(ratios), std::ranges::min(ratios),
                std::ranges::max(ratios), median(forgetting));
    std::fflush(stdout);
}

} // namespace

int main()
{
    constexpr Token vocabulary = 130;
    for (const Size size : kSizes) {
        NetworkShape shape;
        shape.hidden = size.hidden;
        shape.layers = size.layers;
        shape.embedding = 128;
        const auto tensors = tests::randomTensors(shape, vocabulary, 1, 0.05);
        for (const LaneKernels* kernels : availableKernels()) {
            const auto network = RecurrentNetwork::make(shape, vocabulary, tensors, "benchmark", *kernels);
            for (const std::size_t batch : {std::size_t{1}, std::size_t{4}})
                measureSteps(**network, *kernels, size, batch);
        }
    }
    for (const Size size : kSizes)
        measureFirstNote(size);
    for (const LaneKernels* kernels : availableKernels())
        measureTransformer(*kernels);
    return 0;
}
