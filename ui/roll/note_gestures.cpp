// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_gestures.h"

#include "core/edit/place_notes.h"
#include "core/edit/split_notes.h"
#include "ui/document/note_selection.h"
#include "ui/roll/note_words.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

QString named(const char* pattern, std::size_t count)
{
    return QCoreApplication::translate("Gestures", pattern).arg(notesInWords(count));
}

/// The chosen notes where `note` is one of them, otherwise that one alone.
std::vector<NoteId> chosenWith(const RollState& state, NoteId note)
{
    return state.selection().contains(note) ? state.selection().notes() : std::vector<NoteId>{note};
}

/// As a press on empty ground says: Shift adds, Alt removes.
void choose(RollState& state, const RollPointer& pressed, const std::vector<NoteId>& notes)
{
    if (pressed.isShift)
        state.selection().add(notes);
    else if (pressed.isAlt)
        state.selection().remove(notes);
    else
        state.selection().set(notes);
}

} // namespace

ResizeGesture::ResizeGesture(RollState& state, const NoteHit& grabbed, const RollPointer& pressed)
    : m_state(state)
    , m_grabbed(grabbed.note)
    , m_edge(grabbed.part == NoteHit::Start ? NoteEdge::Start : NoteEdge::End)
    , m_pressed(pressed)
    , m_notes(chosenWith(state, grabbed.note.id))
{
}

void ResizeGesture::drag(const RollPointer& pointer)
{
    m_isDragged = m_isDragged || std::abs(pointer.at.x() - m_pressed.at.x()) >= kDragDistance;
    if (!m_isDragged)
        return;
    const Tick edge = m_edge == NoteEdge::Start ? m_grabbed.start : m_grabbed.end();
    const Tick wanted = std::max(edge + (pointer.time - m_pressed.time), Tick{});
    const Tick line = m_state.snapped(wanted, pointer.isFree);
    const auto distance = [wanted](Tick place) { return std::abs((place - wanted).value); };
    m_by = (!pointer.isFree && distance(edge) <= distance(line) ? edge : line) - edge;
    m_shortest = pointer.isFree || !m_state.grid() ? Tick{1} : m_state.step();
}

ScorePatch ResizeGesture::patch() const
{
    return m_isDragged ? resizeNotes(m_state.score(), m_notes, m_edge, m_by, m_shortest) : ScorePatch{};
}

QString ResizeGesture::name() const
{
    return named(QT_TRANSLATE_NOOP("Gestures", "change the length of %1"), m_notes.size());
}

void ResizeGesture::finish()
{
    if (m_isDragged) {
        const Tick length = m_grabbed.length + (m_edge == NoteEdge::Start ? Tick{} - m_by : m_by);
        m_state.setLastLength(std::max(length, m_shortest));
        return;
    }
    m_state.setLastLength(m_grabbed.length);
    const NoteId one[] = {m_grabbed.id};
    if (m_pressed.isAlt)
        m_state.selection().remove(one);
    else if (m_pressed.isShift || m_pressed.isCtrl)
        m_state.selection().add(one);
    else
        m_state.selection().set(one);
}

DrawGesture::DrawGesture(RollState& state, const RollPointer& pressed)
    : m_state(state)
    , m_pressed(pressed)
{
    state.selection().clear();
    m_note.start = pressed.isFree || !state.grid() ? pressed.time : state.grid()->lineAtOrBefore(pressed.time);
    m_note.length = std::max(state.lastLength(), Tick{1});
    m_note.pitch.value = static_cast<std::uint8_t>(pressed.pitch);
    m_note.channel = static_cast<std::uint8_t>(state.activeChannel());
    state.sound(pressed.pitch);
}

void DrawGesture::drag(const RollPointer& pointer)
{
    m_isDragged = m_isDragged || std::abs(pointer.at.x() - m_pressed.at.x()) >= kDragDistance;
    if (!m_isDragged)
        return;
    const bool isFree = pointer.isFree || !m_state.grid();
    const Tick end = isFree ? pointer.time : m_state.grid()->lineAtOrAfter(pointer.time);
    const Tick least = isFree ? Tick{1} : m_state.grid()->lineAfter(m_note.start) - m_note.start;
    m_note.length = std::max(end - m_note.start, least);
}

ScorePatch DrawGesture::patch() const
{
    const Note one[] = {m_note};
    return m_state.score().tracks.empty() ? addTrackOf(m_state.score(), one) : addNotes(m_state.score(), m_state.activeTrack(), one);
}

QString DrawGesture::name() const
{
    return named(QT_TRANSLATE_NOOP("Gestures", "draw %1"), 1);
}

void DrawGesture::finish()
{
    m_state.setLastLength(m_note.length);
}

EraseGesture::EraseGesture(RollState& state, const RollPointer& pressed)
    : m_state(state)
    , m_last(pressed.at)
{
    drag(pressed);
}

void EraseGesture::drag(const RollPointer& pointer)
{
    // Along the line from the last place, so that a quick sweep passes over nothing.
    constexpr double kStride = 3;
    const QPointF way = pointer.at - m_last;
    const int strides = std::clamp(static_cast<int>(way.manhattanLength() / kStride), 0, 4000);
    for (int stride = 0; stride <= strides; ++stride) {
        if (const auto hit = noteAt(m_state, pointer.at - way * (static_cast<double>(stride) / (strides + 1))))
            m_notes.insert(hit->note.id);
    }
    m_last = pointer.at;
}

ScorePatch EraseGesture::patch() const
{
    return removeNotes(m_state.score(), std::vector<NoteId>(m_notes.begin(), m_notes.end()));
}

QString EraseGesture::name() const
{
    return named(QT_TRANSLATE_NOOP("Gestures", "erase %1"), m_notes.size());
}

SplitGesture::SplitGesture(RollState& state, const NoteHit& grabbed, const RollPointer& pressed)
    : m_state(state)
    , m_grabbed(grabbed.note)
    , m_notes(chosenWith(state, grabbed.note.id))
{
    drag(pressed);
}

void SplitGesture::drag(const RollPointer& pointer)
{
    const Tick line = m_state.snapped(pointer.time, pointer.isFree);
    const bool isInside = line > m_grabbed.start && line < m_grabbed.end();
    m_at = isInside ? line : pointer.time;
}

ScorePatch SplitGesture::patch() const
{
    return splitNotes(m_state.score(), m_notes, m_at);
}

QString SplitGesture::name() const
{
    return named(QT_TRANSLATE_NOOP("Gestures", "split %1"), patch().addedNotes.size() - patch().removedNotes.size());
}

JoinGesture::JoinGesture(RollState& state, const NoteHit& grabbed)
    : m_state(state)
    , m_notes(chosenWith(state, grabbed.note.id))
{
    const Track* track = state.score().track(grabbed.track);
    if (m_notes.size() > 1 || !track)
        return;
    const auto next = std::ranges::find_if(track->notes, [&grabbed](const Note& note) {
        return noteBefore(grabbed.note, note) && note.pitch == grabbed.note.pitch && note.channel == grabbed.note.channel;
    });
    if (next != track->notes.end())
        m_notes.push_back(next->id);
}

ScorePatch JoinGesture::patch() const
{
    return joinNotes(m_state.score(), m_notes);
}

QString JoinGesture::name() const
{
    return named(QT_TRANSLATE_NOOP("Gestures", "join %1"), m_notes.size());
}

RectangleGesture::RectangleGesture(RollState& state, const RollPointer& pressed)
    : m_state(state)
    , m_pressed(pressed)
    , m_to(pressed.time)
    , m_at(pressed.at)
    , m_topAtPress(state.geometry().top)
{
}

void RectangleGesture::drag(const RollPointer& pointer)
{
    m_isDragged = m_isDragged || (pointer.at - m_pressed.at).manhattanLength() >= kDragDistance;
    m_to = pointer.time;
    m_at = pointer.at;
}

void RectangleGesture::finish()
{
    choose(m_state, m_pressed, m_isDragged ? notesIn(m_state, band()) : std::vector<NoteId>{});
}

std::optional<QPolygonF> RectangleGesture::outline() const
{
    return m_isDragged ? std::optional(QPolygonF(band())) : std::nullopt;
}

QRectF RectangleGesture::band() const
{
    // The corner of the press stays with the music while the view scrolls.
    const RollGeometry& geometry = m_state.geometry();
    const QPointF corner(geometry.x(m_pressed.time), m_pressed.at.y() + m_topAtPress - geometry.top);
    return QRectF(corner, QPointF(geometry.x(m_to), m_at.y())).normalized();
}

LassoGesture::LassoGesture(RollState& state, const RollPointer& pressed)
    : m_state(state)
    , m_pressed(pressed)
{
    drag(pressed);
}

void LassoGesture::drag(const RollPointer& pointer)
{
    constexpr double kStride = 3; // Pixels; a finer line would choose the same.
    if (const auto line = outline(); line && (line->last() - pointer.at).manhattanLength() < kStride)
        return;
    m_line.emplace_back(static_cast<double>(pointer.time.value), pointer.at.y() + m_state.geometry().top);
}

void LassoGesture::finish()
{
    choose(m_state, m_pressed, m_line.size() > 2 ? notesIn(m_state, *outline()) : std::vector<NoteId>{});
}

std::optional<QPolygonF> LassoGesture::outline() const
{
    if (m_line.empty())
        return std::nullopt;
    const RollGeometry& geometry = m_state.geometry();
    QPolygonF line;
    for (const QPointF& point : m_line)
        line << QPointF(geometry.x(Tick{static_cast<std::int64_t>(point.x())}), point.y() - geometry.top);
    return line;
}

} // namespace continuo::ui
