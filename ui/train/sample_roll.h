// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <QWidget>

#include <vector>

namespace continuo::ui {

class Appearance;

/// A few bars at a glance: notes in the accent colour, all of them in view. Not edited, not
/// focused. GUI thread only.
class SampleRoll final : public QWidget
{
    Q_OBJECT

public:
    SampleRoll(const Appearance& appearance, QWidget* parent = nullptr);

    /// `end`: where the picture ends at the right, at least the end of the last note.
    void setNotes(std::vector<Note> notes, Tick end = {});
    const std::vector<Note>& notes() const { return m_notes; }
    /// With a ground of its own and rounded corners, or as marks on a card.
    void setGround(bool hasGround);

    QSize sizeHint() const override { return {200, 34}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Appearance& m_appearance;
    std::vector<Note> m_notes;
    Tick m_end{};
    bool m_hasGround = false;
};

} // namespace continuo::ui
