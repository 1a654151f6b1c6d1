// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/picture/picture.h"

#include <cstddef>
#include <string>
#include <vector>

namespace continuo {

/// Whose values a curve shows; this chooses its colour.
enum class CurveKind
{
    Training,
    HeldOut,
    Other ///< Other runs and other things; they take the remaining colours in turn.
};

struct Curve
{
    std::string name{};
    CurveKind kind = CurveKind::Other;
    std::vector<Point> points{}; ///< In order of x. A value that is not finite leaves a gap.
    /// Draws the values faint and over them the mean of each with up to so many on both its sides; 0 draws them alone.
    std::size_t smoothing = 0;
    bool ringsLowest = false; ///< Rings its lowest value, with a label where no other curve does.
};

/// A value to compare with, drawn as a dashed line with its name at the right end.
struct ReferenceLine
{
    std::string name{}; ///< In words: "by frequency alone".
    double value = 0;
};

/// Something that happened, marked on the x axis.
struct CurveMark
{
    double x = 0;
    std::string name{};
};

struct CurvesPicture
{
    std::string title{};
    std::string subtitle{};
    std::string xName{}; ///< Under the x axis: "steps".
    std::string unit{};  ///< Of the values, at the top right: "nats per step".
    bool logValues = false; ///< Values of 0 and less are left out.
    std::vector<ReferenceLine> references{};
    std::vector<CurveMark> marks{};
    double width = 900;  ///< Of the picture, at least 320.
    double height = 480; ///< At least 200.
};

/// Curves over a common x axis.
Picture drawCurves(const std::vector<Curve>& curves, const CurvesPicture& options = {});

} // namespace continuo
