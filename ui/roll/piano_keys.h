// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_surface.h"

#include <optional>

namespace continuo::ui {

/// The keyboard on the left; keys sound as the active track does.
class PianoKeys final : public RollSurface
{
    Q_OBJECT

public:
    explicit PianoKeys(RollState& state, QWidget* parent = nullptr);

    /// The key that is held down.
    void press(std::optional<int> pitch);

protected:
    std::unique_ptr<Gesture> pressed(const RollPointer& pointer, Qt::MouseButton button) override;
    void hovered(const RollPointer& pointer) override;
    bool scrollsUpright() const override { return true; }
    bool scrollsSideways() const override { return false; }
    void paintEvent(QPaintEvent* event) override;
    QSize sizeHint() const override { return {kKeysWidth, 600}; }

private:
    std::optional<int> m_pressed{};
};

} // namespace continuo::ui
