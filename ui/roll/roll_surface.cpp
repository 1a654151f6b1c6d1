// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_surface.h"

#include <QApplication>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kNotch = 120;
constexpr double kRowsPerNotch = 3;
constexpr double kSidewaysPerNotch = 96;
constexpr double kZoomPerNotch = 1.25;
constexpr int kOutsideMs = 25;

/// Moves the view with the pointer.
class PanGesture final : public Gesture
{
public:
    PanGesture(RollState& state, const RollPointer& pressed)
        : m_state(state)
        , m_geometry(state.geometry())
        , m_pressed(pressed.at)
    {
    }
    void drag(const RollPointer& pointer) override
    {
        const QPointF way = m_pressed - pointer.at;
        m_state.setGeometry(m_geometry.scrolled(way.x(), way.y()));
    }

private:
    RollState& m_state;
    RollGeometry m_geometry;
    QPointF m_pressed;
};

} // namespace

RollSurface::RollSurface(RollState& state, QWidget* parent)
    : QWidget(parent)
    , m_state(state)
{
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_outside.setInterval(kOutsideMs);
    connect(&m_outside, &QTimer::timeout, this, &RollSurface::scrollOutside);
    connect(&state, &RollState::looksChanged, this, qOverload<>(&QWidget::update));
}

RollPointer RollSurface::pointerAt(QPointF at, Qt::KeyboardModifiers modifiers) const
{
    RollPointer pointer;
    pointer.at = at;
    pointer.time = m_state.geometry().tickAt(at.x());
    pointer.pitch = m_state.geometry().pitchAt(at.y());
    pointer.isAlt = modifiers.testFlag(Qt::AltModifier);
    pointer.isFree = pointer.isAlt || m_state.isSnapBypassed();
    pointer.isShift = modifiers.testFlag(Qt::ShiftModifier);
    pointer.isCtrl = modifiers.testFlag(Qt::ControlModifier);
    return pointer;
}

void RollSurface::hovered(const RollPointer&)
{
}

bool RollSurface::wheeled(const RollPointer&, double)
{
    return false;
}

void RollSurface::modifiersChanged(Qt::KeyboardModifiers modifiers)
{
    if (m_button)
        m_state.drag(pointerAt(m_last, modifiers));
}

void RollSurface::mousePressEvent(QMouseEvent* event)
{
    if (QWidget* roll = parentWidget())
        roll->setFocus(Qt::MouseFocusReason);
    if (m_button && event->buttons() != event->button())
        return;
    m_state.finish();
    m_button = event->button();
    m_last = event->position();
    const RollPointer pointer = pointerAt(event->position(), event->modifiers());
    if (event->button() == Qt::MiddleButton) {
        setCursor(Qt::ClosedHandCursor);
        m_state.begin(std::make_unique<PanGesture>(m_state, pointer));
    } else {
        m_state.begin(pressed(pointer, event->button()));
    }
    hovered(pointer);
}

void RollSurface::mouseDoubleClickEvent(QMouseEvent* event)
{
    mousePressEvent(event);
}

void RollSurface::mouseMoveEvent(QMouseEvent* event)
{
    m_last = event->position();
    const RollPointer pointer = pointerAt(event->position(), event->modifiers());
    if (m_button) {
        const bool isOutside = (scrollsSideways() && (m_last.x() < 0 || m_last.x() > width())) ||
                               (scrollsUpright() && (m_last.y() < 0 || m_last.y() > height()));
        if (isOutside && m_button != Qt::MiddleButton && m_state.hasGesture() && !m_outside.isActive())
            m_outside.start();
        m_state.drag(pointer);
    }
    hovered(pointer);
}

void RollSurface::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_button != event->button())
        return;
    m_button.reset();
    m_outside.stop();
    if (event->button() == Qt::MiddleButton)
        unsetCursor();
    m_state.drag(pointerAt(event->position(), event->modifiers()));
    m_state.finish();
    hovered(pointerAt(event->position(), event->modifiers()));
}

void RollSurface::scrollOutside()
{
    const auto beyond = [](double place, double size) { return place < 0 ? place : std::max(place - size, 0.0); };
    const double right = scrollsSideways() ? std::clamp(beyond(m_last.x(), width()), -60.0, 60.0) / 2 : 0;
    const double down = scrollsUpright() ? std::clamp(beyond(m_last.y(), height()), -60.0, 60.0) / 4 : 0;
    if (!m_state.hasGesture() || (right == 0 && down == 0)) {
        m_outside.stop();
        return;
    }
    m_state.setGeometry(m_state.geometry().scrolled(right, down));
    m_state.drag(pointerAt(m_last, QApplication::keyboardModifiers()));
}

void RollSurface::wheelEvent(QWheelEvent* event)
{
    event->accept();
    // With Alt held, Qt turns an upright wheel sideways.
    const bool isTurned = event->modifiers().testFlag(Qt::AltModifier);
    const QPointF angle = isTurned ? QPointF(0, event->angleDelta().x() + event->angleDelta().y()) : QPointF(event->angleDelta());
    const double notches = angle.y() / kNotch;
    if (wheeled(pointerAt(event->position(), event->modifiers()), notches))
        return;
    const bool isCtrl = event->modifiers().testFlag(Qt::ControlModifier);
    const bool isShift = event->modifiers().testFlag(Qt::ShiftModifier);
    if (isCtrl && isShift) {
        m_state.setGeometry(m_state.geometry().withRowsZoomed(scrollsUpright() ? event->position().y() : 0, std::pow(kZoomPerNotch, notches)));
    } else if (isCtrl) {
        m_state.zoom(scrollsSideways() ? event->position().x() : 0, std::pow(kZoomPerNotch, notches));
    } else {
        const double rows = m_state.geometry().rowHeight * kRowsPerNotch;
        const QPointF pixels = event->pixelDelta();
        const bool hasPixels = !pixels.isNull();
        double right = -(hasPixels ? pixels.x() : angle.x() / kNotch * kSidewaysPerNotch);
        double down = -(hasPixels ? pixels.y() : notches * rows);
        if (isShift) {
            right += hasPixels ? down : -notches * kSidewaysPerNotch;
            down = 0;
        }
        m_state.setGeometry(m_state.geometry().scrolled(right, down));
    }
    hovered(pointerAt(event->position(), event->modifiers()));
}

void RollSurface::leaveEvent(QEvent* event)
{
    Q_EMIT m_state.hintChanged({});
    QWidget::leaveEvent(event);
}

} // namespace continuo::ui
