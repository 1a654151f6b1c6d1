// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_surface.h"

#include <QRectF>

#include <vector>

namespace continuo::ui {

/// The part of the roll that shows the notes, and takes the keyboard.
class NoteArea final : public RollSurface
{
    Q_OBJECT

public:
    explicit NoteArea(RollState& state, QWidget* parent = nullptr);

    const RollState& roll() const { return state(); }
    /// Those of the active track, in order of time; at most a thousand.
    std::vector<Note> notesInSight() const;
    /// Pixels of the note in this widget.
    QRectF placeOf(const Note& note) const;


protected:
    std::unique_ptr<Gesture> pressed(const RollPointer& pointer, Qt::MouseButton button) override;
    void hovered(const RollPointer& pointer) override;
    bool scrollsUpright() const override { return true; }
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    QSize sizeHint() const override { return {960, 600}; }

private:
    QString hintAt(const RollPointer& pointer) const;
    void announce();
};

} // namespace continuo::ui
