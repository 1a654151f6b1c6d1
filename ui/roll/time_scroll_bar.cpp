// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/time_scroll_bar.h"

#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kMostSteps = 1e9;

} // namespace

TimeScrollBar::TimeScrollBar(RollState& state, Qt::Orientation orientation, QWidget* parent)
    : QScrollBar(orientation, parent)
    , m_state(state)
{
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(orientation == Qt::Horizontal ? tr("Scroll through time") : tr("Scroll through the keyboard"));
    connect(&state, &RollState::scrolled, this, &TimeScrollBar::follow);
    connect(this, &QScrollBar::valueChanged, this, &TimeScrollBar::scroll);
    follow();
}

void TimeScrollBar::follow()
{
    const RollGeometry& geometry = m_state.geometry();
    const bool isTime = orientation() == Qt::Horizontal;
    const double page = isTime ? geometry.size.width() : geometry.size.height();
    const double value = isTime ? geometry.firstTick * geometry.pixelsPerTick : geometry.top;
    const double all = isTime ? geometry.width(m_state.contentEnd()) : geometry.keyboardHeight();
    const double most = std::max({all - page, value, 0.0});
    const QSignalBlocker blocker(this);
    m_pixelsPerStep = std::max(1.0, (most + page) / kMostSteps);
    setRange(0, static_cast<int>(std::lround(most / m_pixelsPerStep)));
    setPageStep(std::max(1, static_cast<int>(page / m_pixelsPerStep)));
    setSingleStep(std::max(1, static_cast<int>(geometry.rowHeight * 2 / m_pixelsPerStep)));
    setValue(static_cast<int>(std::lround(value / m_pixelsPerStep)));
}

void TimeScrollBar::scroll(int value)
{
    RollGeometry geometry = m_state.geometry();
    if (orientation() == Qt::Horizontal)
        geometry.firstTick = value * m_pixelsPerStep / geometry.pixelsPerTick;
    else
        geometry.top = value * m_pixelsPerStep;
    m_state.setGeometry(geometry);
}

} // namespace continuo::ui
