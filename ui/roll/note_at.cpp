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

/// Calls `found` with each note of the active track that touches a rectangle of pixels.
template <typename Found>
void visitNotesIn(const RollState& state, const QRectF& area, const Found& found)
{
    const auto active = state.activeIndex();
    if (!active)
        return;
    const RollGeometry& geometry = state.geometry();
    const int highest = geometry.pitchAt(area.top());
    const int lowest = geometry.pitchAt(area.bottom());
    const std::vector<Note>& notes = state.score().tracks[*active].notes;
    NoteIndex::Visit visit;
    visit.note = [&](std::size_t place) {
        if (notes[place].pitch.value >= lowest && notes[place].pitch.value <= highest)
            found(notes[place]);
    };
    state.trackIndex(*active).visit(notes, geometry.tickAt(area.left()), geometry.tickAt(area.right()) + Tick{1}, visit);
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
    visitNotesIn(state, band.normalized(), [&found](const Note& note) { found.push_back(note.id); });
    return found;
}

std::vector<NoteId> notesIn(const RollState& state, const QPolygonF& outline)
{
    const RollGeometry& geometry = state.geometry();
    std::vector<NoteId> found;
    visitNotesIn(state, outline.boundingRect(), [&](const Note& note) {
        const double y = geometry.y(note.pitch.value) + geometry.rowHeight / 2;
        const double left = geometry.x(note.start);
        const double right = geometry.x(note.end());
        for (const double x : {left, (left + right) / 2, right}) {
            if (outline.containsPoint({x, y}, Qt::OddEvenFill)) {
                found.push_back(note.id);
                return;
            }
        }
    });
    return found;
}

} // namespace continuo::ui
