// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_ruler.h"

#include "ui/play/player.h"
#include "ui/roll/roll_picture.h"

#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kEdgeReach = 5;

} // namespace

LoopGesture::LoopGesture(RollState& state, const RollPointer& pressed)
    : m_state(state)
    , m_pressed(pressed)
    , m_anchor(state.snapped(pressed.time, pressed.isFree))
{
    const auto& loop = state.player().loop();
    if (!loop)
        return;
    const double toStart = std::abs(state.geometry().x(loop->start) - pressed.at.x());
    const double toEnd = std::abs(state.geometry().x(loop->end) - pressed.at.x());
    if (std::min(toStart, toEnd) <= kEdgeReach)
        m_anchor = toStart < toEnd ? loop->end : loop->start;
}

void LoopGesture::drag(const RollPointer& pointer)
{
    m_isDragged = m_isDragged || std::abs(pointer.at.x() - m_pressed.at.x()) >= kDragDistance;
    if (!m_isDragged)
        return;
    const Tick other = m_state.snapped(pointer.time, pointer.isFree);
    m_loop = {std::min(m_anchor, other), std::max(m_anchor, other)};
    if (m_loop->start == m_loop->end) // A loop lasts a step at the least.
        m_loop->end += m_state.step();
}

void LoopGesture::finish()
{
    if (m_loop)
        m_state.player().setLoop(m_loop);
    else
        m_state.player().seek(m_state.snapped(m_pressed.time, m_pressed.isFree));
}

SeekGesture::SeekGesture(RollState& state, const RollPointer& pressed)
    : m_state(state)
{
    drag(pressed);
}

void SeekGesture::drag(const RollPointer& pointer)
{
    const Tick to = m_state.snapped(pointer.time, pointer.isFree);
    if (to != m_last)
        m_state.player().seek(to);
    m_last = to;
}

RollRuler::RollRuler(RollState& state, QWidget* parent)
    : RollSurface(state, parent)
{
    setFixedHeight(kRulerHeight);
    setAccessibleName(tr("Ruler"));
    connect(&state, &RollState::loopChanged, this, qOverload<>(&QWidget::update));
    connect(&state, &RollState::playheadMoved, this, [this](Tick from, Tick to) {
        for (const Tick tick : {from, to}) {
            const double x = this->state().geometry().x(tick);
            if (x > -10 && x < width() + 10)
                update(static_cast<int>(std::floor(x)) - 8, 0, 18, height());
        }
    });
}

std::unique_ptr<Gesture> RollRuler::pressed(const RollPointer& pointer, Qt::MouseButton button)
{
    if (button != Qt::LeftButton)
        return nullptr;
    if (pointer.at.y() < kRulerHeight / 2.0)
        return std::make_unique<LoopGesture>(state(), pointer);
    return std::make_unique<SeekGesture>(state(), pointer);
}

void RollRuler::hovered(const RollPointer& pointer)
{
    if (pointer.at.y() < kRulerHeight / 2.0)
        Q_EMIT state().hintChanged(tr("Ruler: drag sets the loop, click sets the playhead"));
    else
        Q_EMIT state().hintChanged(tr("Ruler: click or drag sets the playhead"));
}

void RollRuler::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    paintRuler(painter, rollPicture(state()), event->rect());
}

} // namespace continuo::ui
