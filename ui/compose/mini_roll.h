// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"
#include "ui/document/tick_range.h"

#include <QColor>
#include <QWidget>

#include <vector>

namespace continuo::ui {

/// A few notes as small bars, for recognising a melody by its shape.
class MiniRoll final : public QWidget
{
    Q_OBJECT

public:
    explicit MiniRoll(QWidget* parent = nullptr);

    /// `range` is the whole width.
    void show(std::vector<Note> notes, TickRange range, const QColor& colour);
    QSize sizeHint() const override { return {160, 28}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Note> m_notes{};
    TickRange m_range{};
    QColor m_colour{};
};

} // namespace continuo::ui
