// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

using namespace continuo;

namespace {

/// A file in memory, where the system has such a place.
const std::string& fuzzedPath()
{
    static const std::string path = [] {
        const char* const folder = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        return std::string(folder) + "/continuo-fuzz-" + std::to_string(::getpid()) +
               ".continuo-dataset";
    }();
    return path;
}

} // namespace

/// Whatever the file: it opens as a dataset or is refused, and every question about it is answered
/// or says why not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const std::string& path = fuzzedPath();
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (!file)
        std::abort();
    std::fwrite(bytes, 1, size, file);
    std::fclose(file);
    {
        const auto dataset = Dataset::open(path, Dataset::Access::Read);
        if (dataset) {
            (void)dataset->info();
            (void)dataset->fingerprint();
            (void)dataset->forEachFile([](const DatasetFile&) { return true; });
            (void)dataset->forEachPiece([](const DatasetPiece&) { return true; });
            (void)dataset->forEachPieceOf(std::nullopt, 1, {},
                                          [](const TrainingPiece&) { return true; });
            (void)dataset->pieceVersions("1");
            (void)dataset->problemsOfPiece("1");
            Recipe recipe;
            recipe.steps = {makeStep("drop-duplicates"), makeStep("drop-rare-notes"),
                            makeStep("quantise")};
            (void)dataset->previewClean(recipe, 1, {});
        }
    }
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return 0;
}
