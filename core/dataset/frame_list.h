// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dataset/split.h"
#include "core/music/score.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace continuo {

/// Frames are eighth notes; a score made of them has this many ticks a quarter.
inline constexpr int kFrameTicksPerQuarter = 480;
inline constexpr Tick kFrameTicks{kFrameTicksPerQuarter / 2};

/// A piece of a frame list and the part its list belongs to.
struct FramePiece
{
    Part part = Part::Train;
    Score score{};
};

/// Reads {"train": [piece, …], "valid": […], "test": […]}, a piece being a list of frames and a frame a list of MIDI
/// keys that sound in it ("validation" is the same as "valid"; each member may be left out). A frame lasts an eighth
/// note. Frames do not say whether a key in two frames running is struck again: it is held, as one note. Pieces come in
/// the order of the file; the score ends with the last frame, silent or not.
/// Errors: frames.not-json, frames.not-a-frame-list, frames.key-out-of-range, frames.empty, each with its place.
Result<std::vector<FramePiece>> readFrameList(std::span<const std::uint8_t> json, std::string_view name);

} // namespace continuo
