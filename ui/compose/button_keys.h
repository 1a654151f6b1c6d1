// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

QT_BEGIN_NAMESPACE
class QWidget;
QT_END_NAMESPACE

namespace continuo::ui {

/// Space plays wherever one is, also after a click on a button; on a button reached with Tab it
/// presses the button. So a button takes no focus from the mouse, and while it has it the Space bar
/// and Enter are its own.
void takeKeysOnlyFromKeyboard(QWidget& button);

} // namespace continuo::ui
