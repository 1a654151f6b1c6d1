// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"
#include "ui/base/theme.h"

#include <QByteArray>
#include <QFont>
#include <QString>

namespace continuo::ui {

/// A piano roll on paper: its look is the light theme's, whatever the window's.
struct RollSheet
{
    Score score{};
    QString title{};
    Palette palette{};
    QFont font{}; ///< Of bar numbers and keys; the title is larger.
};

/// The roll of a whole piece as systems of as many bars as fit, one under the other, bars numbered,
/// in the colours of the tracks. At most 1,600 pixels wide at scale 1; the longer the piece the
/// narrower its bars. `scale` 2 gives twice the pixels. Errors: export.nothing-to-draw (Refused),
/// where there are no notes; export.too-large (Failed).
Result<QByteArray> rollPng(const RollSheet& sheet, double scale);

/// The same as a drawing.
Result<QByteArray> rollSvg(const RollSheet& sheet);

/// The colours for paper.
Palette paperPalette();

} // namespace continuo::ui
