// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_surface.h"

#include <unordered_map>

namespace continuo::ui {

/// Sets velocities: a stem follows the pointer, and a drag to the side is a ramp over the notes between. Where notes are
/// chosen, only those.
class VelocityGesture final : public Gesture
{
public:
    VelocityGesture(RollState& state, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    ScorePatch patch() const override;
    QString name() const override;

private:
    RollState& m_state;
    QPointF m_pressed;
    double m_offset = 0; ///< From the pointer to the dot it took hold of, in pixels.
    bool m_isDragged = false;
    std::unordered_map<NoteId, int> m_velocities{};
};

/// Stems under the roll.
class VelocityLane final : public RollSurface
{
    Q_OBJECT

public:
    explicit VelocityLane(RollState& state, QWidget* parent = nullptr);

protected:
    std::unique_ptr<Gesture> pressed(const RollPointer& pointer, Qt::MouseButton button) override;
    void hovered(const RollPointer& pointer) override;
    bool wheeled(const RollPointer& pointer, double notches) override;
    void paintEvent(QPaintEvent* event) override;
    QSize sizeHint() const override { return {960, kLaneHeight}; }
};

} // namespace continuo::ui
