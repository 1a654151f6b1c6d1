// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/copy_notes.h"
#include "core/edit/move_notes.h"
#include "ui/document/note_selection.h"
#include "ui/roll/note_gestures.h"
#include "ui/roll/note_words.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

MoveGesture::MoveGesture(RollState& state, const NoteHit& grabbed, const RollPointer& pressed)
    : m_state(state)
    , m_grabbed(grabbed.note)
    , m_pressed(pressed)
    , m_wasChosen(state.selection().contains(grabbed.note.id))
    , m_earliest(grabbed.note.start)
{
    if (!m_wasChosen) {
        const NoteId one[] = {m_grabbed.id};
        if (pressed.isShift)
            state.selection().add(one);
        else if (!pressed.isAlt && !pressed.isCtrl)
            state.selection().set(one);
    }
    m_notes = m_state.selection().contains(m_grabbed.id) ? m_state.selection().notes() : std::vector<NoteId>{m_grabbed.id};
    const auto bound = [this](const Note& note) {
        m_earliest = std::min(m_earliest, note.start);
        m_highest = std::max<int>(m_highest, note.pitch.value);
        m_lowest = std::min<int>(m_lowest, note.pitch.value);
    };
    bound(m_grabbed);
    if (m_notes.size() > 1)
        std::ranges::for_each(m_state.selectedNotes().notes, bound);
    m_state.setLastLength(m_grabbed.length);
    m_state.sound(m_grabbed.pitch.value, m_grabbed.velocity);
}

void MoveGesture::drag(const RollPointer& pointer)
{
    const QPointF way = pointer.at - m_pressed.at;
    m_isDragged = m_isDragged || way.manhattanLength() >= kDragDistance;
    if (!m_isDragged)
        return;
    m_copies = pointer.isCtrl;
    Tick by = pointer.time - m_pressed.time;
    int semitones = pointer.pitch - m_pressed.pitch;
    if (pointer.isShift)
        std::abs(way.x()) >= std::abs(way.y()) ? (void)(semitones = 0) : (void)(by = Tick{});
    by = std::max(by, Tick{} - m_earliest);
    const Tick wanted = m_grabbed.start + by;
    const Tick line = m_state.snapped(wanted, pointer.isFree || by == Tick{});
    // Where it began is as good a place as any line.
    const auto distance = [wanted](Tick place) { return std::abs((place - wanted).value); };
    const Tick target = !pointer.isFree && distance(m_grabbed.start) <= distance(line) ? m_grabbed.start : line;
    m_by = std::max(target - m_grabbed.start, Tick{} - m_earliest);
    semitones = std::clamp(semitones, -m_lowest, kPitches - 1 - m_highest);
    if (semitones != m_semitones)
        m_state.sound(m_grabbed.pitch.value + semitones, m_grabbed.velocity);
    m_semitones = semitones;
}

ScorePatch MoveGesture::patch() const
{
    if (!m_isDragged)
        return {};
    return m_copies ? copyNotes(m_state.score(), m_notes, m_by, m_semitones) : moveNotes(m_state.score(), m_notes, m_by, m_semitones);
}

QString MoveGesture::name() const
{
    return (m_copies ? QCoreApplication::translate("Gestures", "copy %1") : QCoreApplication::translate("Gestures", "move %1")).arg(notesInWords(m_notes.size()));
}

void MoveGesture::finish()
{
    if (m_isDragged)
        return;
    const NoteId one[] = {m_grabbed.id};
    if (m_pressed.isAlt || (m_pressed.isCtrl && m_wasChosen))
        m_state.selection().remove(one);
    else if (m_pressed.isCtrl)
        m_state.selection().add(one);
    else if (!m_pressed.isShift)
        m_state.selection().set(one);
}

} // namespace continuo::ui
