// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QColor>
#include <QString>

#include <array>

namespace continuo::ui {

/// Every colour of the program by its role; no colour is written anywhere else. Read from resources/themes.
struct Palette
{
    QColor window{};   ///< The ground.
    QColor panel{};    ///< Side panels, bars, menus.
    QColor raised{};   ///< Cards and fields.
    QColor line{};     ///< Separators.
    QColor text{};     ///< Words.
    QColor muted{};    ///< Words that explain, axis labels, icons at rest.
    QColor accent{};   ///< The user's own notes, the primary button, the selection.
    QColor onAccent{}; ///< Words on the accent.
    std::array<QColor, 4> alternatives{};
    QColor training{};
    QColor heldOut{};
    QColor warning{};
    QColor bad{};
    QColor row{}; ///< The roll's ground, and the next two.
    QColor blackRow{};
    QColor tonicRow{};
    QColor barLine{};
    QColor beatLine{};
    QColor subdivisionLine{};
    QColor whiteKey{};
    QColor blackKey{};
    QColor onWhiteKey{};

    /// The colour of alternative `index`, counted from 0; more than four take the colours in turn.
    QColor alternative(int index) const { return alternatives[static_cast<std::size_t>(index) % alternatives.size()]; }

    friend bool operator==(const Palette&, const Palette&) = default;
};

struct Theme
{
    QString name{};
    bool isDark = false;
    Palette palette{};

    friend bool operator==(const Theme&, const Theme&) = default;
};

/// Reads a theme file: a JSON object with a name, whether it is dark, and every role as "#rrggbb".
/// Errors: theme.not-json, theme.missing-role, theme.bad-colour; all Refused.
Result<Theme> readTheme(const QByteArray& json);

/// The ratio of two colours' luminance as WCAG 2.1 defines contrast, 1..21.
double contrast(const QColor& a, const QColor& b);

/// `colour` at `opacity` (0..1).
QColor faded(QColor colour, double opacity);

} // namespace continuo::ui
