// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/compose_page.h"

#include "ui/base/appearance.h"
#include "ui/compose/first_steps.h"
#include "ui/compose/generate_panel.h"
#include "ui/compose/roll_toolbar.h"
#include "ui/compose/track_panel.h"
#include "ui/document/score_document.h"
#include "ui/play/player.h"
#include "ui/roll/roll_view.h"

#include <QAction>
#include <QSettings>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kLeastPanel = 200;
constexpr int kMostPanel = 480;
constexpr int kUsualLeft = 216;
constexpr int kUsualRight = 288;
constexpr int kRoomy = 1400; ///< Width of the page from which the panels have their usual width.

const QString kLeftWidth = QStringLiteral("compose/leftWidth");
const QString kRightWidth = QStringLiteral("compose/rightWidth");
const QString kLeftShown = QStringLiteral("compose/leftShown");
const QString kRightShown = QStringLiteral("compose/rightShown");

} // namespace

ComposePage::ComposePage(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_tracks(new TrackPanel(m_context))
    , m_roll(new RollView(m_context.document, m_context.selection, m_context.player,
                          m_context.appearance))
    , m_toolbar(new RollToolbar(m_context, *m_roll))
    , m_generate(new GeneratePanel(m_context))
    , m_steps(new FirstSteps(m_context.appearance, m_context.settings, *m_roll))
{
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_toolbar);
    column->addWidget(m_roll, 1);
    for (QWidget* panel : {static_cast<QWidget*>(m_tracks), static_cast<QWidget*>(m_generate)}) {
        panel->setMinimumWidth(kLeastPanel);
        panel->setMaximumWidth(kMostPanel);
    }
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(m_tracks);
    m_splitter->addWidget(middle);
    m_splitter->addWidget(m_generate);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setStretchFactor(2, 0);
    auto* row = new QVBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_splitter);
    makeViewActions();
    connectParts();
}

void ComposePage::makeViewActions()
{
    const auto add = [this](const QString& name, const QKeySequence& key, QWidget* panel,
                            const QString& setting) {
        auto* action = new QAction(name, this);
        action->setCheckable(true);
        action->setShortcut(key);
        const bool isShown = m_context.settings.value(setting, true).toBool();
        action->setChecked(isShown);
        panel->setVisible(isShown);
        connect(action, &QAction::toggled, this,
                [this, panel, setting](bool isOn) { showPanel(*panel, setting, isOn); });
        m_viewActions << action;
    };
    add(tr("Tracks"), QKeySequence(Qt::CTRL | Qt::Key_B), m_tracks, kLeftShown);
    add(tr("Generate panel"), QKeySequence(Qt::CTRL | Qt::Key_J), m_generate, kRightShown);
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

    const auto showOffers = [this] {
        m_roll->setGhosts(m_generate->ghosts());
        m_roll->setAnswerRange(m_generate->answerRange());
    };
    connect(m_generate, &GeneratePanel::offersChanged, this, showOffers);
    connect(&m_context.appearance, &Appearance::changed, this, showOffers);
    connect(m_generate, &GeneratePanel::asked, this, [this](TickRange range) {
        m_viewActions.last()->setChecked(true); // The answer can be chosen only where it is seen.
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
    connect(m_splitter, &QSplitter::splitterMoved, this, &ComposePage::keepWidths);
    addActions(m_roll->toolActions());
    addActions(m_generate->actions());
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

void ComposePage::showPanel(QWidget& panel, const QString& setting, bool isShown)
{
    panel.setVisible(isShown);
    m_context.settings.setValue(setting, isShown);
    fitPanels();
}

void ComposePage::fitPanels()
{
    const auto wished = [this](const QString& setting, int usual) {
        if (width() < kRoomy)
            return kLeastPanel;
        return std::clamp(m_context.settings.value(setting, usual).toInt(), kLeastPanel,
                          kMostPanel);
    };
    const int left = wished(kLeftWidth, kUsualLeft);
    const int right = wished(kRightWidth, kUsualRight);
    m_splitter->setSizes({left, std::max(width() - left - right - 2, 1), right});
}

void ComposePage::keepWidths()
{
    if (width() < kRoomy)
        return;
    const QList<int> sizes = m_splitter->sizes();
    if (!m_tracks->isHidden())
        m_context.settings.setValue(kLeftWidth, sizes.front());
    if (!m_generate->isHidden())
        m_context.settings.setValue(kRightWidth, sizes.back());
}

void ComposePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitPanels();
}

void ComposePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_generate->refreshModels();
    if (!focusWidget())
        m_roll->setFocus(Qt::OtherFocusReason);
}

} // namespace continuo::ui
