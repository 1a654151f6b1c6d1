// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_surface.h"

namespace continuo::ui {

/// Sets the loop, or moves the end of it that the press took hold of; a press without a drag sets the playhead.
class LoopGesture final : public Gesture
{
public:
    LoopGesture(RollState& state, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    void finish() override;
    std::optional<TickRange> loop() const override { return m_loop; }

private:
    RollState& m_state;
    RollPointer m_pressed;
    Tick m_anchor{};
    bool m_isDragged = false;
    std::optional<TickRange> m_loop{};
};

/// The playhead follows the pointer, while playing too.
class SeekGesture final : public Gesture
{
public:
    SeekGesture(RollState& state, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;

private:
    RollState& m_state;
    std::optional<Tick> m_last{};
};

/// Bars with their numbers over the notes.
class RollRuler final : public RollSurface
{
    Q_OBJECT

public:
    explicit RollRuler(RollState& state, QWidget* parent = nullptr);

protected:
    std::unique_ptr<Gesture> pressed(const RollPointer& pointer, Qt::MouseButton button) override;
    void hovered(const RollPointer& pointer) override;
    void paintEvent(QPaintEvent* event) override;
    QSize sizeHint() const override { return {960, kRulerHeight}; }
};

} // namespace continuo::ui
