// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/velocity_lane.h"

#include "core/edit/velocity.h"
#include "ui/document/note_selection.h"
#include "ui/roll/note_words.h"
#include "ui/roll/roll_picture.h"

#include <QCoreApplication>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kStemReach = 8; ///< Pixels from a stem within which it is meant.
constexpr double kDotReach = 6;

/// The notes that may be changed with stems between two pixels, in order.
std::vector<Note> stemsBetween(const RollState& state, double left, double right)
{
    std::vector<Note> found;
    const auto active = state.activeIndex();
    if (!active)
        return found;
    const RollGeometry& geometry = state.geometry();
    const IndexedNotes& chosen = state.selectedNotes();
    const std::vector<Note>& notes = chosen.notes.empty() ? state.score().tracks[*active].notes : chosen.notes;
    const NoteIndex& index = chosen.notes.empty() ? state.trackIndex(*active) : chosen.index;
    NoteIndex::Visit visit;
    visit.note = [&](std::size_t place) {
        const double x = laneX(geometry, notes[place].start);
        if (x >= left && x <= right)
            found.push_back(notes[place]);
    };
    index.visit(notes, geometry.tickAt(left - kStemReach), geometry.tickAt(right) + Tick{1}, visit);
    return found;
}

/// The notes whose stem is nearest to a pixel, all of a chord; none too far away.
std::vector<Note> stemAt(const RollState& state, double x)
{
    std::vector<Note> near = stemsBetween(state, x - kStemReach, x + kStemReach);
    const auto distance = [&](const Note& note) { return std::abs(laneX(state.geometry(), note.start) - x); };
    const auto nearest = std::ranges::min_element(near, {}, distance);
    if (nearest == near.end())
        return near;
    const Tick start = nearest->start;
    std::erase_if(near, [start](const Note& note) { return note.start != start; });
    return near;
}

} // namespace

VelocityGesture::VelocityGesture(RollState& state, const RollPointer& pressed)
    : m_state(state)
    , m_pressed(pressed.at)
{
    for (const Note& note : stemAt(state, pressed.at.x())) {
        const double distance = laneY(note.velocity) - pressed.at.y();
        if (std::abs(distance) <= kDotReach && (m_offset == 0 || std::abs(distance) < std::abs(m_offset)))
            m_offset = distance;
    }
    if (m_offset == 0)
        drag(pressed);
}

void VelocityGesture::drag(const RollPointer& pointer)
{
    m_isDragged = m_isDragged || (pointer.at - m_pressed).manhattanLength() >= kDragDistance || m_offset == 0;
    if (!m_isDragged)
        return;
    m_velocities.clear();
    const double way = pointer.at.x() - m_pressed.x();
    const double from = m_pressed.y() + m_offset;
    const double to = pointer.at.y() + m_offset;
    if (std::abs(way) < kStemReach) {
        for (const Note& note : stemAt(m_state, m_pressed.x()))
            m_velocities[note.id] = velocityAt(to);
        return;
    }
    const double left = std::min(m_pressed.x(), pointer.at.x());
    const double right = std::max(m_pressed.x(), pointer.at.x());
    for (const Note& note : stemsBetween(m_state, left - kStemReach / 2, right + kStemReach / 2)) {
        const double share = std::clamp((laneX(m_state.geometry(), note.start) - m_pressed.x()) / way, 0.0, 1.0);
        m_velocities[note.id] = velocityAt(from + (to - from) * share);
    }
}

ScorePatch VelocityGesture::patch() const
{
    return setVelocities(m_state.score(), m_velocities);
}

QString VelocityGesture::name() const
{
    return QCoreApplication::translate("Gestures", "change the velocity of %1").arg(notesInWords(m_velocities.size()));
}

VelocityLane::VelocityLane(RollState& state, QWidget* parent)
    : RollSurface(state, parent)
{
    setFixedHeight(kLaneHeight);
    setAccessibleName(tr("Velocity lane"));
    connect(&state, &RollState::playheadMoved, this, [this](Tick from, Tick to) {
        for (const Tick tick : {from, to}) {
            const double x = this->state().geometry().x(tick);
            if (x > -4 && x < width() + 4)
                update(static_cast<int>(std::floor(x)) - 2, 0, 6, height());
        }
    });
}

std::unique_ptr<Gesture> VelocityLane::pressed(const RollPointer& pointer, Qt::MouseButton button)
{
    return button == Qt::LeftButton ? std::make_unique<VelocityGesture>(state(), pointer) : nullptr;
}

void VelocityLane::hovered(const RollPointer& pointer)
{
    const std::vector<Note> stem = stemAt(state(), pointer.at.x());
    if (stem.empty())
        Q_EMIT state().hintChanged(tr("Velocity: drag a stem, drag sideways for a ramp, turn the wheel over a stem"));
    else
        Q_EMIT state().hintChanged(noteInWords(state().meters(), stem.back()));
}

bool VelocityLane::wheeled(const RollPointer& pointer, double notches)
{
    if (pointer.isCtrl || pointer.isShift || notches == 0)
        return false;
    constexpr double kPerNotch = 5;
    const int by = static_cast<int>(std::lround(notches * kPerNotch));
    std::vector<NoteId> ids = state().selection().notes();
    if (ids.empty()) {
        for (const Note& note : stemAt(state(), pointer.at.x()))
            ids.push_back(note.id);
    }
    if (ids.empty())
        return false;
    const ScorePatch patch = changeVelocity(state().score(), ids, by);
    state().editBySteps(tr("change the velocity of %1").arg(notesInWords(ids.size())), patch, std::move(ids));
    return true;
}

void VelocityLane::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    paintLane(painter, rollPicture(state()), event->rect());
}

} // namespace continuo::ui
