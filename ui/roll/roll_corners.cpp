// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_corners.h"

#include "ui/base/appearance.h"
#include "ui/roll/pixel_grid.h"

#include <QPaintEvent>

namespace continuo::ui {

RollCorner::RollCorner(Place place, const RollState& state, QWidget* parent)
    : QWidget(parent)
    , m_place(place)
    , m_state(state)
{
    setFixedSize(kKeysWidth, place == Ruler ? kRulerHeight : kLaneHeight);
    connect(&state.appearance(), &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void RollCorner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const PixelGrid pixels(painter);
    const Palette& palette = m_state.appearance().palette();
    painter.fillRect(rect(), m_place == Ruler ? palette.panel : palette.blackRow);
    pixels.level(painter, m_place == Ruler ? height() - 1 : 0, 0, width(), 1, palette.line);
    if (m_place == Ruler)
        return;
    painter.setFont(m_state.appearance().smallFont());
    painter.setPen(palette.muted);
    painter.drawText(QPointF(8, 16), tr("Velocity"));
}

} // namespace continuo::ui
