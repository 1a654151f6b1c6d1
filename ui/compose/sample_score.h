// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"

namespace continuo::ui {

/// What is open at the first start: the first eight bars of a jig that comes with the program, for
/// a flute, waiting to be continued. Without the bundled tunes an empty score of one track.
Score sampleScore(const StudioPaths& paths);

/// What the sample is called in the title of the window.
QString sampleTitle();

} // namespace continuo::ui
