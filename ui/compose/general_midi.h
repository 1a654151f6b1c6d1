// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

QT_BEGIN_NAMESPACE
class QMenu;
QT_END_NAMESPACE

namespace continuo::ui {

/// The name General MIDI gives a program, 0..127: "Flute" for 73.
QString programInWords(int program);

/// Adds all programs in menus of eight, as General MIDI groups them, the chosen one checked; −1:
/// none is.
void addPrograms(QMenu& menu, int chosen, const std::function<void(int)>& choose);

} // namespace continuo::ui
