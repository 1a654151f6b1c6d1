// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/checkpoint_strip.h"

#include "core/midi/read_midi.h"
#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/play/player.h"
#include "ui/train/sample_roll.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr int kCardWidth = 230;
constexpr int kStripHeight = 112;
constexpr int kRollHeight = 32;

std::optional<double> heldOutLossAt(const RunStory& story, std::int64_t step)
{
    // The judgement at or just after the checkpoint says best what it could.
    const HeldOutPoint* nearest = nullptr;
    for (const HeldOutPoint& point : story.heldOut) {
        if (!nearest || std::abs(point.step - step) < std::abs(nearest->step - step))
            nearest = &point;
    }
    const std::int64_t near = std::max<std::int64_t>(1, story.stepsPerEpoch / 2);
    return nearest && std::abs(nearest->step - step) <= near ? std::optional(nearest->loss)
                                                             : std::nullopt;
}

} // namespace

CheckpointCard::CheckpointCard(const StudioContext& context, const QString& run, QWidget* parent)
    : QFrame(parent)
    , m_context(context)
    , m_run(run)
    , m_step(label(QString(), TextRole::Plain, this))
    , m_loss(label(QString(), TextRole::Small, this))
    , m_roll(new SampleRoll(context.appearance, this))
    , m_play(quietButton(tr("play"), this))
    , m_judge(quietButton(tr("judge"), this))
    , m_use(quietButton(tr("Use in Compose"), this))
{
    setSurface(*this, Surface::Card);
    setFixedWidth(kCardWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 6, 4);
    column->setSpacing(4);
    auto* head = new QHBoxLayout;
    QFont semibold = m_step->font();
    semibold.setWeight(QFont::DemiBold);
    m_step->setFont(semibold);
    head->addWidget(m_step);
    head->addStretch();
    head->addWidget(m_loss);
    head->addSpacing(4);
    column->addLayout(head);
    m_roll->setFixedHeight(kRollHeight);
    column->addWidget(m_roll);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(0);
    m_play->setIcon(lineIcon(context.appearance, QStringLiteral("play")));
    m_play->setIconSize({12, 12});
    for (QPushButton* each : {m_play, m_judge, m_use})
        each->setProperty("small", true);
    foot->addWidget(m_play);
    foot->addWidget(m_judge);
    foot->addStretch();
    foot->addWidget(m_use);
    column->addLayout(foot);
    connect(m_play, &QPushButton::clicked, this, &CheckpointCard::play);
    connect(m_use, &QPushButton::clicked, this, [this] { Q_EMIT modelChosen(m_model); });
    m_judge->setToolTip(tr("Its score card: numbers beside those of the set, what stands in the "
                           "set already, whether it goes in circles"));
    connect(m_judge, &QPushButton::clicked, this, [this] { Q_EMIT cardRequested(m_at); });
    connect(&context.player, &Player::auditionChanged, this, &CheckpointCard::showPlaying);
}

void CheckpointCard::show(const KeptCheckpoint& checkpoint, std::optional<double> heldOutLoss,
                          bool isBest, bool canBeUsed)
{
    const QString step = countInWords(checkpoint.step);
    m_at = checkpoint.step;
    m_step->setText(step);
    const QString loss = heldOutLoss ? QLocale().toString(*heldOutLoss, 'f', 2) : QString();
    m_loss->setText(isBest ? tr("%1 best").arg(loss).trimmed() : loss);
    m_loss->setToolTip(loss.isEmpty() ? QString() : tr("Held-out loss about here"));
    setAccessibleName(tr("Checkpoint at step %1").arg(step));
    m_play->setAccessibleName(tr("Play what it wrote at step %1").arg(step));
    m_judge->setAccessibleName(tr("Judge what it wrote at step %1").arg(step));
    m_use->setAccessibleName(tr("Use the network of step %1 in Compose").arg(step));
    m_model = isBest                      ? m_run + QStringLiteral("/best.safetensors")
              : checkpoint.file.isEmpty() ? QString()
                                          : m_run + QLatin1Char('/') + checkpoint.file;
    setEnabledBecause(*m_use, m_model.isEmpty() || !canBeUsed
                                  ? tr("The weights of this step were not kept")
                                  : QString());
    if (!checkpoint.samples.isEmpty() && m_sample != checkpoint.samples.first()) {
        m_sample = checkpoint.samples.first();
        readSample(m_run + QLatin1Char('/') + m_sample);
    }
    for (QPushButton* each : {m_play, m_judge})
        setEnabledBecause(*each, m_score ? QString() : tr("It has not played here"));
}

void CheckpointCard::readSample(const QString& file)
{
    // A few hundred bytes.
    Result<MidiReading> midi = readMidiFile(QFile::encodeName(file).toStdString());
    if (!midi) {
        m_score.reset();
        return;
    }
    m_score = std::move(midi->score);
    m_roll->setNotes(allNotes(*m_score));
}

void CheckpointCard::play()
{
    if (m_context.player.auditioned() == m_run + m_sample)
        m_context.player.endAudition();
    else if (m_score)
        m_context.player.audition(*m_score, Tick{}, m_run + m_sample);
}

void CheckpointCard::showPlaying()
{
    const bool isPlaying = !m_sample.isEmpty() && m_context.player.auditioned() == m_run + m_sample;
    m_play->setText(isPlaying ? tr("stop") : tr("play"));
    m_play->setIcon(lineIcon(m_context.appearance,
                             isPlaying ? QStringLiteral("stop") : QStringLiteral("play")));
}

CheckpointStrip::CheckpointStrip(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_scroll(new QScrollArea(this))
    , m_none(label(tr("The first checkpoint comes after a few steps."), TextRole::Muted, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(label(tr("The same melody at each checkpoint"), TextRole::Heading, this));
    column->addWidget(m_none);
    m_scroll->setWidgetResizable(true);
    m_scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFixedHeight(kStripHeight);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget(m_scroll);
    inside->setProperty("surface", "clear");
    m_row = new QHBoxLayout(inside);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(10);
    m_row->addStretch();
    m_scroll->setWidget(inside);
    column->addWidget(m_scroll);
}

CheckpointStrip::~CheckpointStrip() = default;

void CheckpointStrip::show(const RunFacts& run)
{
    if (run.path != m_run) {
        for (const auto& [step, card] : m_cards)
            delete card;
        m_cards.clear();
        m_run = run.path;
    }
    const RunStory& story = run.story;
    const std::optional<std::int64_t> best = story.bestStep();
    // Going on from a checkpoint takes back what came after it.
    std::erase_if(m_cards, [&](const auto& entry) {
        const bool isGone = std::ranges::find(story.checkpoints, entry.first,
                                              &KeptCheckpoint::step) == story.checkpoints.end() &&
                            !(best && story.hasBest && *best == entry.first);
        if (isGone)
            delete entry.second;
        return isGone;
    });
    std::vector<KeptCheckpoint> shown = story.checkpoints;
    if (best && story.hasBest &&
        std::ranges::find(shown, *best, &KeptCheckpoint::step) == shown.end())
        shown.insert(std::ranges::lower_bound(shown, *best, {}, &KeptCheckpoint::step),
                     KeptCheckpoint{*best, {}, {}});
    int place = 0;
    bool isMore = false;
    for (const KeptCheckpoint& checkpoint : shown) {
        CheckpointCard*& card = m_cards[checkpoint.step];
        if (!card) {
            card = new CheckpointCard(m_context, m_run, m_scroll->widget());
            connect(card, &CheckpointCard::modelChosen, this, &CheckpointStrip::modelChosen);
            connect(card, &CheckpointCard::cardRequested, this, &CheckpointStrip::cardRequested);
            m_row->insertWidget(place, card);
            isMore = true;
        }
        const bool isBest = best && story.hasBest && *best == checkpoint.step;
        card->show(checkpoint, heldOutLossAt(story, checkpoint.step), isBest, true);
        ++place;
    }
    m_none->setVisible(m_cards.empty());
    m_scroll->setVisible(!m_cards.empty());
    if (isMore && isGoingOn(run.state)) {
        // The newest is what one waits for.
        QScrollBar* bar = m_scroll->horizontalScrollBar();
        QMetaObject::invokeMethod(
            bar, [bar] { bar->setValue(bar->maximum()); }, Qt::QueuedConnection);
    }
}

} // namespace continuo::ui
