// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/facts.h"
#include "core/dataset/music_file.h"
#include "core/dataset/problem.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// Where a piece has a problem.
struct ProblemPlace
{
    Problem problem = Problem::Empty;
    /// Bars concerned, counted from 1, ascending, at most kMostProblemBars; empty where it is the
    /// whole piece, or with SMPTE time.
    std::vector<std::int64_t> bars{};
    std::string text{}; ///< "3 notes overlap the one before, in bars 4, 9 and 12".

    friend bool operator==(const ProblemPlace&, const ProblemPlace&) = default;
};
inline constexpr std::size_t kMostProblemBars = 64;

/// The problems of a piece with the bars they stand in, in the order of problems. `problems` are
/// those to look for.
std::vector<ProblemPlace> problemPlaces(const MusicPiece& piece, const PieceFacts& facts,
                                        ProblemMask problems);

/// Problems that show in the remarks of a file: a rest that could not be read.
ProblemMask problemsOf(std::span<const Remark> remarks);

} // namespace continuo
