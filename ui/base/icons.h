// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>

namespace continuo::ui {

class Appearance;

/// One of our line icons (resources/icons/NAME.svg), drawn in the theme's colours at any size: muted at rest, in the
/// accent where checked, in the words' colour under the pointer, faint where disabled. Follows a change of theme.
/// `appearance` is borrowed and must outlive the icon.
QIcon lineIcon(const Appearance& appearance, const QString& name);

/// The same in one colour of its own.
QPixmap iconPixmap(const QString& name, const QColor& colour, int size, double devicePixelRatio);

} // namespace continuo::ui
