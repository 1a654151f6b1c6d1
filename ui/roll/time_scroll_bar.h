// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_state.h"

#include <QScrollBar>

namespace continuo::ui {

/// Scrolls the roll through time, or with Qt::Vertical through the keyboard, and follows it.
class TimeScrollBar final : public QScrollBar
{
    Q_OBJECT

public:
    TimeScrollBar(RollState& state, Qt::Orientation orientation, QWidget* parent);

private:
    void follow();
    void scroll(int value);

    RollState& m_state;
    double m_pixelsPerStep = 1; ///< More than one where all the pixels are more than the bar can count.
};

} // namespace continuo::ui
