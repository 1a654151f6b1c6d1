// SPDX-License-Identifier: GPL-3.0-or-later
// Reads every MIDI file below the given folders from memory and from files, on one thread and on two, and writes them to
// memory on one; prints one JSON object a line: {"what", "files", "accepted", "seconds", "files_per_s", "mb_per_s"}.
#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/base/text.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>

using namespace continuo;

namespace {

/// The fastest of several rounds over all files: on a shared machine the others say how busy it was.
template <typename Work>
void measure(const char* what, unsigned threads, std::size_t files, std::size_t bytes, Work work)
{
    constexpr int kRounds = 5;
    constexpr std::size_t kPasses = 10; // A round of a few milliseconds would measure how threads begin.
    double best = 1e300;
    std::atomic<std::size_t> accepted = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        accepted = 0;
        parallelFor(kPasses * files, threads, {}, [&](std::size_t i) { accepted += work(i % files); });
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        best = std::min(best, spent.count() / kPasses);
    }
    std::printf("{\"what\": \"%s\", \"files\": %zu, \"accepted\": %zu, \"seconds\": %.4f, \"files_per_s\": %.0f, "
                "\"mb_per_s\": %.2f}\n",
                what, files, accepted.load() / kPasses, best, static_cast<double>(files) / best, static_cast<double>(bytes) / best / 1e6);
}

} // namespace

int main(int argc, char** argv)
{
    std::vector<std::filesystem::path> paths;
    for (int i = 1; i < argc; ++i) {
        std::error_code error;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i], error)) {
            const std::string ending = lowerCase(entry.path().extension().string());
            if (entry.is_regular_file() && (ending == ".mid" || ending == ".midi"))
                paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    if (paths.empty()) {
        std::fprintf(stderr, "usage: bench_read_midi FOLDER...   (no .mid file found)\n");
        return 2;
    }
    std::vector<std::vector<std::uint8_t>> contents;
    std::size_t bytes = 0;
    for (const auto& path : paths) {
        auto file = readFile(path);
        contents.push_back(file ? std::move(*file) : std::vector<std::uint8_t>{});
        bytes += contents.back().size();
    }
    const std::string name = "benchmark";
    std::vector<Score> scores;
    for (const auto& file : contents)
        if (auto reading = readMidi(file, name))
            scores.push_back(std::move(reading->score));

    const auto readMemory = [&](std::size_t i) { return static_cast<bool>(readMidi(contents[i], name)); };
    const auto readPath = [&](std::size_t i) { return static_cast<bool>(readMidiFile(paths[i])); };
    measure("read from memory", 1, paths.size(), bytes, readMemory);
    measure("read from memory on two threads", 2, paths.size(), bytes, readMemory);
    measure("read from files", 1, paths.size(), bytes, readPath);
    measure("read from files on two threads", 2, paths.size(), bytes, readPath);
    measure("write to memory", 1, scores.size(), bytes, [&](std::size_t i) { return static_cast<bool>(writeMidi(scores[i])); });
    return 0;
}
