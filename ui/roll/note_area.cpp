// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_area.h"

#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/roll/note_accessible.h"
#include "ui/roll/note_at.h"
#include "ui/roll/note_gestures.h"
#include "ui/roll/note_words.h"
#include "ui/roll/roll_picture.h"

#include <QKeyEvent>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kArrowRows = 2;
constexpr double kArrowPixels = 48;

} // namespace

NoteArea::NoteArea(RollState& state, QWidget* parent)
    : RollSurface(state, parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Piano roll"));
    setMinimumSize(160, 80);
    QAccessible::installFactory(accessibleNoteArea);
    connect(&state.selection(), &NoteSelection::changed, this, &NoteArea::announce, Qt::QueuedConnection);
    connect(&state, &RollState::loopChanged, this, qOverload<>(&QWidget::update));
    connect(&state, &RollState::playheadMoved, this, [this](Tick from, Tick to) {
        for (const Tick tick : {from, to}) {
            const double x = this->state().geometry().x(tick);
            if (x > -4 && x < width() + 4)
                update(static_cast<int>(std::floor(x)) - 2, 0, 6, height());
        }
    });
}

std::vector<Note> NoteArea::notesInSight() const
{
    constexpr std::size_t kMost = 1000;
    std::vector<Note> found;
    const auto active = state().activeIndex();
    if (!active)
        return found;
    const RollGeometry& geometry = state().geometry();
    const std::vector<Note>& notes = state().score().tracks[*active].notes;
    NoteIndex::Visit visit;
    visit.note = [&](std::size_t place) {
        if (found.size() < kMost && QRectF(rect()).intersects(placeOf(notes[place])))
            found.push_back(notes[place]);
    };
    state().trackIndex(*active).visit(notes, geometry.leftTick(), geometry.rightTick(), visit);
    return found;
}

QRectF NoteArea::placeOf(const Note& note) const
{
    const RollGeometry& geometry = state().geometry();
    return {geometry.x(note.start), geometry.y(note.pitch.value), std::max(geometry.width(note.length), 1.0), geometry.rowHeight};
}

void NoteArea::announce()
{
    const NoteSelection& selection = state().selection();
    if (!QAccessible::isActive() || selection.size() != 1)
        return;
    const std::vector<Note> notes = notesInSight();
    const auto chosen = std::ranges::find(notes, selection.notes().front(), &Note::id);
    if (chosen == notes.end())
        return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(static_cast<int>(chosen - notes.begin()));
    QAccessible::updateAccessibility(&event);
}

std::unique_ptr<Gesture> NoteArea::pressed(const RollPointer& pointer, Qt::MouseButton button)
{
    RollState& roll = state();
    const RollTool tool = roll.tool();
    const auto hit = noteAt(roll, pointer.at);
    if (button == Qt::RightButton) {
        if (tool == RollTool::Split && hit)
            return std::make_unique<JoinGesture>(roll, *hit);
        if (tool == RollTool::Draw || tool == RollTool::Erase)
            return std::make_unique<EraseGesture>(roll, pointer);
        return nullptr;
    }
    if (button != Qt::LeftButton)
        return nullptr;
    switch (tool) {
    case RollTool::Erase: return std::make_unique<EraseGesture>(roll, pointer);
    case RollTool::Split: return hit ? std::make_unique<SplitGesture>(roll, *hit, pointer) : nullptr;
    case RollTool::Select:
    case RollTool::Draw: break;
    }
    if (hit && hit->part != NoteHit::Body && !pointer.isCtrl)
        return std::make_unique<ResizeGesture>(roll, *hit, pointer);
    if (hit)
        return std::make_unique<MoveGesture>(roll, *hit, pointer);
    if (tool == RollTool::Draw && !pointer.isCtrl)
        return std::make_unique<DrawGesture>(roll, pointer);
    if (const auto other = otherNoteAt(roll, pointer.at)) {
        roll.setActiveTrack(other->track);
        return std::make_unique<MoveGesture>(roll, *other, pointer);
    }
    if (pointer.isCtrl)
        return std::make_unique<LassoGesture>(roll, pointer);
    return std::make_unique<RectangleGesture>(roll, pointer);
}

void NoteArea::hovered(const RollPointer& pointer)
{
    if (!state().hasGesture()) {
        const auto hit = noteAt(state(), pointer.at);
        const bool moves = state().tool() == RollTool::Select || state().tool() == RollTool::Draw;
        if (moves && hit)
            setCursor(hit->part == NoteHit::Body ? Qt::SizeAllCursor : Qt::SizeHorCursor);
        else
            setCursor(state().tool() == RollTool::Select ? Qt::ArrowCursor : Qt::CrossCursor);
    }
    Q_EMIT state().hintChanged(hintAt(pointer));
}

QString NoteArea::hintAt(const RollPointer& pointer) const
{
    const RollState& roll = state();
    if (const auto hit = noteAt(roll, pointer.at)) {
        const QString note = noteInWords(roll.meters(), hit->note);
        const NoteOrigin* origin = roll.document().origin(hit->note.id);
        const QString words = origin ? QStringLiteral("%1, %2").arg(note, originInWords(*origin)) : note;
        if (roll.tool() == RollTool::Erase)
            return words;
        if (roll.tool() == RollTool::Split)
            return tr("%1 · click splits, right button joins with the next").arg(words);
        return tr("%1 · Ctrl copies, Alt or X leaves the grid, Shift keeps one axis").arg(words);
    }
    switch (roll.tool()) {
    case RollTool::Draw:
        return tr("Draw: click adds a note (%1), drag sets the length, right button erases, Ctrl+drag chooses")
            .arg(lengthInWords(roll.lastLength(), roll.meters().ticksPerQuarter()));
    case RollTool::Erase: return tr("Erase: click or sweep over notes");
    case RollTool::Split: return tr("Split: click cuts a note, right button joins it with the next");
    case RollTool::Select: break;
    }
    return tr("Select: click a note, drag a rectangle, Ctrl+drag a lasso; Shift adds, Alt removes");
}

void NoteArea::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    paintRoll(painter, rollPicture(state()), event->rect());
}

void NoteArea::resizeEvent(QResizeEvent*)
{
    RollGeometry geometry = state().geometry();
    // What was in the middle stays there.
    if (geometry.size.height() > 0)
        geometry.top += (geometry.size.height() - height()) / 2;
    geometry.size = size();
    state().setGeometry(geometry);
}

void NoteArea::keyPressEvent(QKeyEvent* event)
{
    const auto scroll = [this](double right, double down) { state().setGeometry(state().geometry().scrolled(right, down)); };
    const double rows = state().geometry().rowHeight * kArrowRows;
    switch (event->key()) {
    case Qt::Key_X:
        if (event->modifiers() != Qt::NoModifier)
            return event->ignore();
        state().setSnapBypassed(true);
        modifiersChanged(event->modifiers());
        return;
    case Qt::Key_Escape:
        if (state().hasGesture())
            state().cancel();
        else if (!state().selection().isEmpty())
            state().selection().clear();
        else
            event->ignore();
        return;
    case Qt::Key_Shift:
    case Qt::Key_Control:
    case Qt::Key_Alt:
        modifiersChanged(event->modifiers());
        return;
    case Qt::Key_Left: return scroll(-kArrowPixels, 0);
    case Qt::Key_Right: return scroll(kArrowPixels, 0);
    case Qt::Key_Up: return scroll(0, -rows);
    case Qt::Key_Down: return scroll(0, rows);
    case Qt::Key_PageUp: return scroll(-width() * 0.9, 0);
    case Qt::Key_PageDown: return scroll(width() * 0.9, 0);
    default: event->ignore();
    }
}

void NoteArea::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_X && !event->isAutoRepeat())
        state().setSnapBypassed(false);
    modifiersChanged(event->modifiers());
    event->ignore();
}

void NoteArea::focusOutEvent(QFocusEvent* event)
{
    state().setSnapBypassed(false);
    RollSurface::focusOutEvent(event);
}

} // namespace continuo::ui
