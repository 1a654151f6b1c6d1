// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_at.h"

#include "ui/document/note_selection.h"

#include <QRectF>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr double kBeyond = 3;    ///< Pixels after a note that still take hold of its end.
constexpr double kNarrowest = 4; ///< Pixels that every note offers to the pointer.
constexpr double kWithEdges = 10;

std::optional<NoteHit> hitIn(const RollState& state, std::size_t track, QPointF at)
{
    const RollGeometry& geometry = state.geometry();
    const Track& notes = state.score().tracks[track];
    const int pitch = geometry.pitchAt(at.y());
    std::optional<NoteHit> hit;
    bool isChosen = false;
    NoteIndex::Visit visit;
    visit.note = [&](std::size_t place) {
        const Note& note = notes.notes[place];
        const double left = geometry.x(note.start);
        const double right = std::max(geometry.x(note.end()), left + kNarrowest);
        if (note.pitch.value != pitch || at.x() < left || at.x() > right + kBeyond)
            return;
        const bool chosen = state.selection().contains(note.id);
        if (hit && isChosen && !chosen)
            return;
        NoteHit::Part part = NoteHit::Body;
        if (at.x() > right) {
            if (hit)
                return;
            part = NoteHit::End;
        } else if (right - left >= kWithEdges) {
            const double edge = std::min((right - left) / 4, 6.0);
            part = at.x() < left + edge ? NoteHit::Start : at.x() > right - edge ? NoteHit::End : NoteHit::Body;
        }
        isChosen = chosen;
        hit = NoteHit{notes.id, note, part};
    };
    const Tick from = geometry.tickAt(at.x() - kNarrowest - kBeyond);
    state.trackIndex(track).visit(notes.notes, from, geometry.tickAt(at.x()) + Tick{1}, visit);
    return hit;
}

} // namespace

std::optional<NoteHit> noteAt(const RollState& state, QPointF at)
{
    const auto active = state.activeIndex();
    return active ? hitIn(state, *active, at) : std::nullopt;
}

std::optional<NoteHit> otherNoteAt(const RollState& state, QPointF at)
{
    const auto active = state.activeIndex();
    for (std::size_t track = state.score().tracks.size(); track-- > 0;) {
        if (track == active)
            continue;
        if (auto hit = hitIn(state, track, at))
            return hit;
    }
    return std::nullopt;
}

std::vector<NoteId> notesIn(const RollState& state, const QRectF& band)
{
    std::vector<NoteId> found;
    const auto active = state.activeIndex();
    if (!active)
        return found;
    const RollGeometry& geometry = state.geometry();
    const QRectF area = band.normalized();
    const int highest = geometry.pitchAt(area.top());
    const int lowest = geometry.pitchAt(area.bottom());
    const std::vector<Note>& notes = state.score().tracks[*active].notes;
    NoteIndex::Visit visit;
    visit.note = [&](std::size_t place) {
        if (notes[place].pitch.value >= lowest && notes[place].pitch.value <= highest)
            found.push_back(notes[place].id);
    };
    state.trackIndex(*active).visit(notes, geometry.tickAt(area.left()), geometry.tickAt(area.right()) + Tick{1}, visit);
    return found;
}

} // namespace continuo::ui
