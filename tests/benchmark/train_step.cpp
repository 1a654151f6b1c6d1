// SPDX-License-Identifier: GPL-3.0-or-later
// Takes training steps of an embedding, LSTM layers and a linear head on random symbols, as peers/train_lstm.py does, and
// prints one JSON object: {"trainer", "precision", "ms_per_step", "cpu_ms_per_step", "tokens_per_s", "loss"}. The processor
// time of all threads together says more than the clock where a machine is shared.
//
// usage: bench_train_step [--hidden 256] [--layers 2] [--embedding 128] [--vocabulary 130] [--batch 64] [--steps 64]
//                         [--repeat 10] [--threads 2] [--bf16]
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/learn/device.h"
#include "core/learn/learner_p.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <vector>

using namespace continuo;

int main(int argc, char** argv)
{
    std::map<std::string, std::int64_t> given{{"hidden", 256}, {"layers", 2}, {"embedding", 128}, {"vocabulary", 130},
                                              {"batch", 64},   {"steps", 64}, {"repeat", 10},     {"threads", 2}};
    bool isBfloat16 = false;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--bf16") {
            isBfloat16 = true;
            continue;
        }
        const auto entry = option.starts_with("--") ? given.find(option.substr(2)) : given.end();
        const auto value = i + 1 < argc ? parseInteger(argv[++i]) : std::nullopt;
        if (entry == given.end() || !value || *value < 0) {
            std::fprintf(stderr, "%s is no option, or its value is no number\n", option.c_str());
            return 2;
        }
        entry->second = *value;
    }

    std::vector<Symbol> symbols;
    for (std::int64_t i = 0; i < given["vocabulary"]; ++i)
        symbols.push_back({std::to_string(i), SymbolKind::Other, {}});
    const Vocabulary vocabulary(symbols);
    TrainJob job;
    job.network.hidden = static_cast<int>(given["hidden"]);
    job.network.layers = static_cast<int>(given["layers"]);
    job.network.embedding = static_cast<int>(given["embedding"]);
    job.training.learningRate = 1e-3;
    job.training.clipNorm = 1;

    const auto batch = static_cast<std::size_t>(given["batch"]);
    const auto steps = static_cast<std::size_t>(given["steps"]);
    const CounterRandom random(1, CounterRandom::Domain::Test);
    TokenStream stream;
    std::vector<Window> windows;
    for (std::size_t row = 0; row < batch; ++row) {
        windows.push_back({stream.tokens.size(), 0, steps, steps + 1, 0});
        for (std::size_t t = 0; t <= steps; ++t)
            stream.tokens.push_back(static_cast<Token>(random.below(static_cast<std::uint64_t>(vocabulary.size()),
                                                                    static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(t))));
    }

    setComputeThreads(given["threads"]);
    const char* const precision = isBfloat16 ? "bfloat16" : "float32";
    auto learner = Learner::make(job, vocabulary, "cpu", precision);
    if (!learner || !(*learner)->setStream(stream))
        return 1;
    std::vector<double> seconds;
    std::vector<double> processorSeconds;
    double loss = 0;
    for (std::int64_t step = 1; step <= given["repeat"] + 2; ++step) {
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t processorStart = std::clock();
        const auto figures = (*learner)->learn(windows, 1, step, job.training.learningRate, 1, [] { return false; });
        if (!figures || !*figures) {
            std::fprintf(stderr, "%s\n", figures ? "stopped" : figures.error().text.c_str());
            return 1;
        }
        loss = (*figures)->lossSum / static_cast<double>((*figures)->targets);
        if (step > 2) {
            processorSeconds.push_back(static_cast<double>(std::clock() - processorStart) / CLOCKS_PER_SEC);
            seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        }
    }
    std::ranges::sort(seconds);
    std::ranges::sort(processorSeconds);
    const double median = seconds[seconds.size() / 2];
    const double processorMedian = processorSeconds[seconds.size() / 2];
    std::printf("{\"trainer\": \"continuo\", \"precision\": \"%s\", "
                "\"ms_per_step\": %.2f, \"cpu_ms_per_step\": %.2f, \"tokens_per_s\": %.0f, \"loss\": %.4f}\n",
                precision, 1e3 * median, 1e3 * processorMedian, static_cast<double>(batch * steps) / median, loss);
}
