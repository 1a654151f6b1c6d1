// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_view.h"

#include "ui/base/appearance.h"
#include "ui/document/score_document.h"
#include "ui/roll/note_area.h"
#include "ui/roll/piano_keys.h"
#include "ui/roll/roll_actions.h"
#include "ui/roll/roll_corners.h"
#include "ui/roll/roll_ruler.h"
#include "ui/roll/roll_state.h"
#include "ui/roll/time_scroll_bar.h"
#include "ui/roll/velocity_lane.h"

#include <QGridLayout>

#include <algorithm>

namespace continuo::ui {

struct RollView::Parts
{
    Parts(ScoreDocument& document, NoteSelection& selection, Player& player, const Appearance& appearance, RollView& view)
        : state(document, selection, player, appearance)
        , actions(state, view)
    {
    }

    RollState state;
    RollActions actions;
    NoteArea* area = nullptr;
    std::vector<QWidget*> surfaces{};
};

RollView::RollView(ScoreDocument& document, NoteSelection& selection, Player& player, const Appearance& appearance, QWidget* parent)
    : QWidget(parent)
    , m_parts(std::make_unique<Parts>(document, selection, player, appearance, *this))
{
    RollState& state = m_parts->state;
    auto* corner = new RollCorner(RollCorner::Ruler, state, this);
    auto* laneCorner = new RollCorner(RollCorner::Lane, state, this);
    auto* ruler = new RollRuler(state, this);
    auto* keys = new PianoKeys(state, this);
    auto* lane = new VelocityLane(state, this);
    auto* across = new TimeScrollBar(state, Qt::Horizontal, this);
    auto* upright = new TimeScrollBar(state, Qt::Vertical, this);
    m_parts->area = new NoteArea(state, this);
    m_parts->surfaces = {corner, laneCorner, ruler, keys, lane, across, upright, m_parts->area};

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(0);
    grid->addWidget(corner, 0, 0);
    grid->addWidget(ruler, 0, 1);
    grid->addWidget(keys, 1, 0);
    grid->addWidget(m_parts->area, 1, 1);
    grid->addWidget(upright, 0, 2, 3, 1);
    grid->addWidget(laneCorner, 2, 0);
    grid->addWidget(lane, 2, 1);
    grid->addWidget(across, 3, 0, 1, 3);
    grid->setRowStretch(1, 1);
    grid->setColumnStretch(1, 1);
    setFocusProxy(m_parts->area);
    setAccessibleName(tr("Piano roll with ruler, keys and velocities"));

    connect(&m_parts->actions, &RollActions::fitRequested, this, &RollView::zoomToFit);
    connect(&state, &RollState::toolChanged, this, &RollView::toolChanged);
    connect(&state, &RollState::snapChanged, this, &RollView::snapChanged);
    connect(&state, &RollState::activeTrackChanged, this, &RollView::activeTrackChanged);
    connect(&state, &RollState::hintChanged, this, &RollView::hintChanged);
}

RollView::~RollView()
{
    // They hold on to the state, which goes before a widget's children do.
    m_parts->state.cancel();
    for (QWidget* surface : m_parts->surfaces)
        delete surface;
}

RollTool RollView::tool() const
{
    return m_parts->state.tool();
}

void RollView::setTool(RollTool tool)
{
    m_parts->state.setTool(tool);
}

const Snap& RollView::snap() const
{
    return m_parts->state.snap();
}

void RollView::setSnap(const Snap& snap)
{
    m_parts->state.setSnap(snap);
}

TrackId RollView::activeTrack() const
{
    return m_parts->state.activeTrack();
}

void RollView::setActiveTrack(TrackId track)
{
    m_parts->state.setActiveTrack(track);
}

void RollView::setScale(std::optional<Key> key)
{
    m_parts->state.setScale(key);
}

void RollView::setColouring(NoteColouring colouring)
{
    m_parts->state.setColouring(colouring);
}

void RollView::setGhosts(std::vector<GhostLayer> layers)
{
    m_parts->state.setGhosts(std::move(layers));
}

void RollView::setAnswerRange(std::optional<TickRange> range)
{
    m_parts->state.setAnswerRange(range);
}

bool RollView::followsPlayhead() const
{
    return m_parts->state.followsPlayhead();
}

void RollView::setFollowsPlayhead(bool follows)
{
    m_parts->state.setFollowsPlayhead(follows);
}

QList<QAction*> RollView::toolActions() const
{
    return m_parts->actions.tools;
}

QList<QAction*> RollView::editActions() const
{
    return m_parts->actions.edit;
}

QList<QAction*> RollView::notesActions() const
{
    return m_parts->actions.notes;
}

QList<QAction*> RollView::viewActions() const
{
    return m_parts->actions.view;
}

void RollView::zoomToFit()
{
    m_parts->state.zoomToFit();
}

void RollView::reveal(Tick time)
{
    m_parts->state.reveal(time);
}

void RollView::reveal(Pitch lowest, Pitch highest)
{
    m_parts->state.reveal(lowest, highest);
}

} // namespace continuo::ui
