// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_state.h"

#include <QWidget>

namespace continuo::ui {

/// What stands over and under the keys: ground beside the ruler, the velocity lane's name.
class RollCorner final : public QWidget
{
    Q_OBJECT

public:
    enum Place
    {
        Ruler,
        Lane
    };
    RollCorner(Place place, const RollState& state, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Place m_place;
    const RollState& m_state;
};

} // namespace continuo::ui
