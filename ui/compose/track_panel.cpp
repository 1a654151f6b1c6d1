// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/track_panel.h"

#include "core/edit/track_edit.h"
#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/compose/button_keys.h"
#include "ui/compose/field_menu.h"
#include "ui/compose/general_midi.h"
#include "ui/compose/track_card.h"
#include "ui/document/score_document.h"
#include "ui/play/player.h"
#include "ui/roll/track_colour.h"

#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

QString soundInWords(const Track& track)
{
    const int channel = trackChannel(track);
    const QString sound = channel == kDrumChannel ? TrackPanel::tr("Drums")
                                                  : programInWords(trackProgram(track).value_or(0));
    return QStringLiteral("%1 · %2").arg(sound).arg(channel + 1);
}

} // namespace

std::vector<const Track*> shownTracks(const Score& score)
{
    std::vector<const Track*> tracks;
    for (const Track& track : score.tracks) {
        const bool plays = !track.notes.empty() || trackProgram(track);
        const bool isConductor =
            !plays && &track == &score.tracks.front() && score.tracks.size() > 1 &&
            std::ranges::any_of(track.events, [](const Event& event) {
                return event.isMeta(Meta::Tempo) || event.isMeta(Meta::TimeSignature);
            });
        if (!isConductor)
            tracks.push_back(&track);
    }
    return tracks;
}

QString trackInWords(const Score& score, const Track& track)
{
    const QString name = QString::fromStdString(trackName(track)).trimmed();
    if (!name.isEmpty())
        return name;
    const std::vector<const Track*> tracks = shownTracks(score);
    return TrackPanel::tr("Track %1").arg(std::ranges::find(tracks, &track) - tracks.begin() + 1);
}

TrackPanel::TrackPanel(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_add(new QToolButton(this))
    , m_empty(label(tr("No tracks yet. The first note you draw makes one."), TextRole::Muted, this))
{
    setSurface(*this, Surface::Left);
    setAccessibleName(tr("Tracks"));
    m_add->setIcon(lineIcon(context.appearance, QStringLiteral("plus")));
    m_add->setIconSize({16, 16});
    m_add->setFixedSize(28, 28);
    m_add->setAccessibleName(tr("Add a track"));
    m_add->setToolTip(tr("Add a track"));
    takeKeysOnlyFromKeyboard(*m_add);
    m_empty->setWordWrap(true);

    auto* head = new QHBoxLayout;
    head->addWidget(label(tr("Tracks"), TextRole::Heading, this), 1);
    head->addWidget(m_add);
    auto* content = new QWidget;
    setSurface(*content, Surface::Panel);
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(12);
    m_column->addWidget(m_empty);
    m_column->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 12, 12);
    column->setSpacing(6);
    column->addLayout(head);
    column->addWidget(scroll, 1);

    connect(m_add, &QToolButton::clicked, this, &TrackPanel::addTrack);
    m_looker.setSingleShot(true);
    m_looker.setInterval(0);
    connect(&m_looker, &QTimer::timeout, this, &TrackPanel::look);
    connect(&context.document, &ScoreDocument::changed, this, [this](const ScorePatch& patch) {
        if (!patch.addedTracks.empty() || !patch.removedTracks.empty())
            look();
        else
            m_looker.start();
    });
    connect(&context.document, &ScoreDocument::replaced, this, &TrackPanel::look);
    connect(&context.player, &Player::tracksChanged, this, &TrackPanel::showSilence);
    connect(&context.appearance, &Appearance::changed, this, &TrackPanel::look);
    look();
}

void TrackPanel::look()
{
    m_looker.stop();
    const Score& score = m_context.document.score();
    const std::vector<const Track*> tracks = shownTracks(score);
    std::erase_if(m_cards, [&](TrackCard* card) {
        if (std::ranges::find(tracks, card->track(), &Track::id) != tracks.end())
            return false;
        card->hide();
        card->deleteLater();
        return true;
    });
    for (std::size_t place = 0; place < tracks.size(); ++place) {
        const Track& track = *tracks[place];
        const auto found = std::ranges::find(m_cards, track.id, &TrackCard::track);
        TrackCard* card = found == m_cards.end() ? addCard(track.id) : *found;
        if (m_column->indexOf(card) != static_cast<int>(place)) {
            m_column->removeWidget(card);
            m_column->insertWidget(static_cast<int>(place), card);
        }
        const auto index = static_cast<std::size_t>(&track - score.tracks.data());
        card->show(trackInWords(score, track), soundInWords(track),
                   trackColour(m_context.appearance.palette(), index));
    }
    std::ranges::sort(m_cards, {},
                      [this](const TrackCard* card) { return m_column->indexOf(card); });
    m_empty->setVisible(tracks.empty());
    showSilence();
    if (!tracks.empty() && !score.track(m_active))
        setActiveTrack(tracks.front()->id);
    for (TrackCard* card : m_cards)
        card->setActive(card->track() == m_active);
}

TrackCard* TrackPanel::addCard(TrackId track)
{
    auto* card = new TrackCard(track, m_column->parentWidget());
    m_cards.push_back(card);
    m_column->insertWidget(0, card);
    card->QWidget::show();
    connect(card, &TrackCard::activated, this, [this, track] { setActiveTrack(track); });
    connect(card, &TrackCard::renamed, this, [this, track](const QString& name) {
        m_context.document.edit(tr("rename track"),
                                renameTrack(m_context.document.score(), track, name.toStdString()));
    });
    connect(card, &TrackCard::muteToggled, this,
            [this, track](bool isMuted) { m_context.player.setMuted(track, isMuted); });
    connect(card, &TrackCard::soloToggled, this,
            [this, track](bool isSolo) { m_context.player.setSolo(track, isSolo); });
    connect(card, &TrackCard::menuRequested, this,
            [this, track](const QPoint& place) { openMenu(track, place); });
    connect(card, &TrackCard::deleteRequested, this, [this, track] { removeTrack(track); });
    return card;
}

void TrackPanel::showSilence()
{
    for (TrackCard* card : m_cards)
        card->setSilence(m_context.player.isMuted(card->track()),
                         m_context.player.isSolo(card->track()));
}

void TrackPanel::setActiveTrack(TrackId track)
{
    if (track == m_active)
        return;
    m_active = track;
    for (TrackCard* card : m_cards)
        card->setActive(card->track() == track);
    Q_EMIT activeTrackChanged(track);
}

void TrackPanel::chooseFirst()
{
    const std::vector<const Track*> tracks = shownTracks(m_context.document.score());
    m_active = 0;
    if (!tracks.empty())
        setActiveTrack(tracks.front()->id);
    else
        Q_EMIT activeTrackChanged(0);
}

void TrackPanel::addTrack()
{
    const Score& score = m_context.document.score();
    const QString name = tr("Track %1").arg(shownTracks(score).size() + 1);
    const ScorePatch patch =
        continuo::addTrack(score, namedTrack(name.toStdString(), freeChannel(score), 0));
    const TrackId track = patch.addedTracks.front().track.id;
    m_context.document.edit(tr("add track"), patch);
    setActiveTrack(track);
}

void TrackPanel::removeTrack(TrackId track)
{
    const Score& score = m_context.document.score();
    const Track* const place = score.track(track);
    if (!place || shownTracks(score).size() < 2)
        return;
    m_context.document.edit(tr("delete track %1").arg(trackInWords(score, *place)),
                            continuo::removeTrack(score, track));
}

void TrackPanel::openMenu(TrackId track, const QPoint& place)
{
    ScoreDocument& document = m_context.document;
    const Track* const shown = document.score().track(track);
    if (!shown)
        return;
    const QString name = trackInWords(document.score(), *shown);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    menu->addAction(tr("Rename"), this, [this, track] {
        const auto card = std::ranges::find(m_cards, track, &TrackCard::track);
        if (card != m_cards.end())
            (*card)->beginRename();
    });
    QMenu* programs = menu->addMenu(tr("Program"));
    addPrograms(*programs, trackProgram(*shown).value_or(0), [&document, track](int program) {
        document.edit(tr("change program to %1").arg(programInWords(program)),
                      setTrackProgram(document.score(), track, static_cast<std::uint8_t>(program)));
    });
    QMenu* channels = menu->addMenu(tr("Channel"));
    for (int channel = 0; channel < 16; ++channel) {
        const QString words = channel == kDrumChannel ? tr("%1  Drums").arg(channel + 1)
                                                      : QString::number(channel + 1);
        addChoice(*channels, words, channel == trackChannel(*shown), [&document, track, channel] {
            document.edit(
                tr("change channel to %1").arg(channel + 1),
                setTrackChannel(document.score(), track, static_cast<std::uint8_t>(channel)));
        });
    }
    menu->addSeparator();
    const auto count = static_cast<std::int64_t>(shown->notes.size());
    const QString what = count == 0 ? tr("Delete “%1”, which is empty").arg(name)
                         : count == 1
                             ? tr("Delete “%1” and its note").arg(name)
                             : tr("Delete “%1” and its %2 notes").arg(name, countInWords(count));
    QAction* remove = menu->addAction(what, this, [this, track] { removeTrack(track); });
    setEnabledBecause(*remove,
                      m_cards.size() > 1 ? QString() : tr("A score keeps at least one track"));
    menu->popup(place);
}

} // namespace continuo::ui
