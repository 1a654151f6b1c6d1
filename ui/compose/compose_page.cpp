// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/compose_page.h"

#include "ui/base/appearance.h"
#include "ui/base/side_panels.h"
#include "ui/compose/empty_roll.h"
#include "ui/compose/first_steps.h"
#include "ui/compose/generate_form.h"
#include "ui/compose/generate_panel.h"
#include "ui/compose/roll_toolbar.h"
#include "ui/compose/track_panel.h"
#include "ui/document/score_document.h"
#include "ui/play/player.h"
#include "ui/roll/roll_view.h"

#include <QAction>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kLeastPanel = 200;
constexpr int kUsualLeft = 216;
constexpr int kUsualRight = 288;

} // namespace

ComposePage::ComposePage(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_tracks(new TrackPanel(m_context))
    , m_roll(new RollView(m_context.document, m_context.selection, m_context.player,
                          m_context.appearance))
    , m_toolbar(new RollToolbar(m_context, *m_roll))
    , m_generate(new GeneratePanel(m_context))
    , m_steps(new FirstSteps(m_context.appearance, m_context.settings, *m_roll))
    , m_empty(new EmptyRoll(*m_roll))
{
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_toolbar);
    column->addWidget(m_roll, 1);
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    m_panels = new SidePanels(*splitter, m_context.settings, QStringLiteral("compose"),
                              {*m_tracks, tr("Tracks"), kUsualLeft, kLeastPanel}, *middle,
                              {*m_generate, tr("Generate"), kUsualRight, kLeastPanel});
    auto* row = new QVBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(splitter);
    connectParts();
}

void ComposePage::connectParts()
{
    connect(m_tracks, &TrackPanel::activeTrackChanged, this, [this](TrackId track) {
        m_roll->setActiveTrack(track);
        m_generate->setActiveTrack(track);
    });
    connect(m_roll, &RollView::activeTrackChanged, m_tracks, &TrackPanel::setActiveTrack);
    m_tracks->chooseFirst();
    // Connected after the roll's own: in a new score the roll takes the first track, also where
    // that holds no music.
    connect(&m_context.document, &ScoreDocument::replaced, m_tracks, &TrackPanel::chooseFirst);

    connect(m_generate, &GeneratePanel::offersChanged, this, &ComposePage::showOffers);
    connect(&m_context.appearance, &Appearance::changed, this, &ComposePage::showOffers);
    connect(&m_context.document, &ScoreDocument::changed, this, &ComposePage::lookForNotes);
    connect(&m_context.document, &ScoreDocument::replaced, this, &ComposePage::lookForNotes);
    connect(m_empty, &EmptyRoll::newRequested, this, [this] {
        m_generate->form().setNew(true);
        m_generate->generate();
    });
    lookForNotes();
    connect(m_generate, &GeneratePanel::asked, this, [this](TickRange range) {
        m_panels->setShown(SidePanels::Right, true); // The answer can be chosen only where it is seen.
        m_roll->reveal(range.end);
        m_roll->reveal(range.start);
        m_steps->finish(FirstSteps::Continue);
    });
    connect(m_generate, &GeneratePanel::kept, this, [this] {
        m_steps->finish(FirstSteps::Keep);
        m_roll->setFocus();
    });
    connect(&m_context.player, &Player::playingChanged, this, [this](bool isPlaying) {
        if (isPlaying)
            m_steps->finish(FirstSteps::Hear);
    });
    connect(m_roll, &RollView::hintChanged, this, &ComposePage::hintChanged);
    connect(m_toolbar, &RollToolbar::importRequested, this, &ComposePage::importRequested);
    connect(m_toolbar, &RollToolbar::exportMidiRequested, this, &ComposePage::exportMidiRequested);
    addActions(m_roll->toolActions());
    addActions(m_generate->actions());
}

void ComposePage::showOffers()
{
    std::vector<GhostLayer> ghosts = m_generate->ghosts();
    // The chosen one lies on top. What comes new or is chosen anew should not come out of sight.
    std::vector<Note> chosen = ghosts.empty() ? std::vector<Note>{} : ghosts.back().notes;
    m_roll->setGhosts(std::move(ghosts));
    m_roll->setAnswerRange(m_generate->answerRange());
    if (chosen != m_revealed && !chosen.empty()) {
        const auto [lowest, highest] = std::ranges::minmax(chosen, {}, &Note::pitch);
        m_roll->reveal(lowest.pitch, highest.pitch);
    }
    m_revealed = std::move(chosen);
    lookForNotes();
}

void ComposePage::lookForNotes()
{
    const bool hasNotes = m_context.document.score().hasNotes();
    m_steps->setPossible(hasNotes);
    m_empty->setVisible(!hasNotes && !m_generate->continuation().question());
}

void ComposePage::useModel(const QString& file)
{
    m_generate->useModel(file);
}

void ComposePage::showFirstSteps()
{
    m_steps->showAll();
}

QList<QAction*> ComposePage::generateActions() const
{
    return m_generate->actions();
}

void ComposePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_generate->refreshModels();
    if (!focusWidget())
        m_roll->setFocus(Qt::OtherFocusReason);
}

} // namespace continuo::ui
