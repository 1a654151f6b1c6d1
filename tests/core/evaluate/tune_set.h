// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTemporaryDir>

#include <cstdint>
#include <filesystem>

namespace continuo::tests {

/// Tunes on disk, imported and divided; empty where that fails.
inline std::filesystem::path makeSet(const QTemporaryDir& folder)
{
    for (std::uint32_t i = 0; i < 24; ++i)
        if (!writeBytes(folder.filePath("in/%1.abc").arg(i), tuneText(i, 4)))
            return {};
    ImportOptions options;
    options.inputs = {toPath(folder.filePath("in"))};
    options.set = toPath(folder.filePath("set.continuo-dataset"));
    options.threads = 2;
    if (!importMusic(options, {}, {}))
        return {};
    auto dataset = Dataset::open(options.set, Dataset::Access::Write);
    SplitSettings settings;
    settings.train = 0.6;
    settings.validation = 0.2;
    settings.test = 0.2;
    if (!dataset || !dataset->split(settings))
        return {};
    return options.set;
}

} // namespace continuo::tests
