// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/gesture.h"
#include "ui/roll/roll_state.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

namespace continuo::ui {

/// A part of the roll that shows time from left to right: turns the mouse into gestures, the wheel into scrolling and zooming.
/// While a drag is outside, the view follows it.
class RollSurface : public QWidget
{
    Q_OBJECT

protected:
    RollSurface(RollState& state, QWidget* parent);

    RollState& state() const { return m_state; }
    RollPointer pointerAt(QPointF at, Qt::KeyboardModifiers modifiers) const;
    /// What begins with this press; null: nothing.
    virtual std::unique_ptr<Gesture> pressed(const RollPointer& pointer, Qt::MouseButton button) = 0;
    virtual void hovered(const RollPointer& pointer);
    /// True where the wheel was for something other than the view.
    virtual bool wheeled(const RollPointer& pointer, double notches);
    /// True where a drag above or below scrolls.
    virtual bool scrollsUpright() const { return false; }
    /// True where a drag to the left or right of it scrolls.
    virtual bool scrollsSideways() const { return true; }
    /// The pointer as it was last, with what is held now.
    void modifiersChanged(Qt::KeyboardModifiers modifiers);

    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void scrollOutside();

    RollState& m_state;
    QPointF m_last{};
    std::optional<Qt::MouseButton> m_button{};
    QTimer m_outside;
};

} // namespace continuo::ui
