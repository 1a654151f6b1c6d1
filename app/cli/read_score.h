// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"

#include <filesystem>
#include <string>
#include <vector>

namespace continuo::cli {

struct ReadScore
{
    Score score{};
    std::vector<std::string> remarks{}; ///< What was repaired or left out on reading, in words.
};

/// One piece from a MIDI or ABC file or a project of the studio, told apart by what is in it. Of a
/// book of tunes the first is taken, with a remark. `playsOrnaments` is for ABC. Errors: those of files and of the readers.
Result<ReadScore> readScore(const std::filesystem::path& path, bool playsOrnaments = false);

} // namespace continuo::cli
