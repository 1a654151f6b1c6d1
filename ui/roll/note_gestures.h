// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/edit/resize_notes.h"
#include "core/music/score.h"
#include "ui/roll/gesture.h"
#include "ui/roll/note_at.h"
#include "ui/roll/roll_state.h"

#include <unordered_set>
#include <vector>

namespace continuo::ui {

/// Moves the chosen notes, or copies them while Ctrl is held; a press without a drag chooses.
class MoveGesture final : public Gesture
{
public:
    MoveGesture(RollState& state, const NoteHit& grabbed, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    ScorePatch patch() const override;
    QString name() const override;
    bool selectsAdded() const override { return m_copies; }
    void finish() override;

private:
    RollState& m_state;
    Note m_grabbed;
    RollPointer m_pressed;
    bool m_wasChosen;
    std::vector<NoteId> m_notes{};
    Tick m_earliest{};
    int m_highest = 0;
    int m_lowest = kPitches - 1;
    bool m_isDragged = false;
    bool m_copies = false;
    Tick m_by{};
    int m_semitones = 0;
};

/// Moves one edge of the chosen notes.
class ResizeGesture final : public Gesture
{
public:
    ResizeGesture(RollState& state, const NoteHit& grabbed, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    ScorePatch patch() const override;
    QString name() const override;
    void finish() override;

private:
    RollState& m_state;
    Note m_grabbed;
    NoteEdge m_edge;
    RollPointer m_pressed;
    std::vector<NoteId> m_notes{};
    bool m_isDragged = false;
    Tick m_by{};
    Tick m_shortest{1};
};

/// A new note: as long as the last one, or as long as the drag.
class DrawGesture final : public Gesture
{
public:
    DrawGesture(RollState& state, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    ScorePatch patch() const override;
    QString name() const override;
    void finish() override;

private:
    RollState& m_state;
    RollPointer m_pressed;
    Note m_note{};
    bool m_isDragged = false;
};

/// Takes away the notes it passes over.
class EraseGesture final : public Gesture
{
public:
    EraseGesture(RollState& state, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    ScorePatch patch() const override;
    QString name() const override;

private:
    RollState& m_state;
    QPointF m_last;
    std::unordered_set<NoteId> m_notes{};
};

/// Cuts a note, or the chosen ones with it, where it is clicked.
class SplitGesture final : public Gesture
{
public:
    SplitGesture(RollState& state, const NoteHit& grabbed, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    ScorePatch patch() const override;
    QString name() const override;

private:
    RollState& m_state;
    Note m_grabbed;
    std::vector<NoteId> m_notes{};
    Tick m_at{};
};

/// Joins a note with the next of its pitch, or the chosen notes.
class JoinGesture final : public Gesture
{
public:
    JoinGesture(RollState& state, const NoteHit& grabbed);
    void drag(const RollPointer&) override {}
    ScorePatch patch() const override;
    QString name() const override;

private:
    RollState& m_state;
    std::vector<NoteId> m_notes{};
};

/// Chooses the notes in a rectangle; without a drag, none.
class RectangleGesture final : public Gesture
{
public:
    RectangleGesture(RollState& state, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    void finish() override;
    std::optional<QPolygonF> outline() const override;

private:
    QRectF band() const;

    RollState& m_state;
    RollPointer m_pressed;
    Tick m_to{};
    QPointF m_at;
    double m_topAtPress;
    bool m_isDragged = false;
};

/// Chooses the notes within a line drawn around them; without a drag, none.
class LassoGesture final : public Gesture
{
public:
    LassoGesture(RollState& state, const RollPointer& pressed);
    void drag(const RollPointer& pointer) override;
    void finish() override;
    std::optional<QPolygonF> outline() const override;

private:
    RollState& m_state;
    RollPointer m_pressed;
    /// Ticks, and pixels below the highest pitch: the line stays with the music while the view scrolls.
    std::vector<QPointF> m_line{};
};

} // namespace continuo::ui
