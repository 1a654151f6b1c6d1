// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/transport_bar.h"

#include "core/edit/tempo.h"
#include "core/music/key.h"
#include "core/music/meter.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/base/studio_context.h"
#include "ui/compose/button_keys.h"
#include "ui/document/score_document.h"
#include "ui/main_window/level_meter.h"
#include "ui/main_window/play_menu.h"
#include "ui/play/player.h"

#include <QAction>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

#include <cmath>

namespace continuo::ui {

namespace {

QString positionInWords(const Score& score, Tick position)
{
    const MeterMap meters(score);
    const MeterMap::Position place = meters.position(position);
    const Tick beat = meters.meterAt(position).beatLength(score.ticksPerQuarter);
    return QStringLiteral("%1.%2.%3")
        .arg(place.bar + 1)
        .arg(place.inBar.value / beat.value + 1)
        .arg(place.inBar.value % beat.value, 3, 10, QLatin1Char('0'));
}

QWidget* separator(QWidget* parent)
{
    auto* line = new QWidget(parent);
    line->setFixedSize(1, 20);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    return line;
}

} // namespace

TransportBar::TransportBar(const StudioContext& context, const PlayMenu& menu, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_toStart(tool(menu.toStart()))
    , m_play(tool(QStringLiteral("play"), tr("Play")))
    , m_stop(tool(QStringLiteral("stop"), tr("Stop")))
    , m_loop(tool(menu.loop()))
    , m_metronome(tool(menu.metronome()))
    , m_position(label(QStringLiteral("1.1.000"), TextRole::Number, this))
    , m_tempo(new QDoubleSpinBox(this))
    , m_meter(label(QString(), TextRole::Number, this))
    , m_key(label(QString(), TextRole::Small, this))
    , m_loopWords(label(QString(), TextRole::Muted, this))
    , m_device(new QToolButton(this))
{
    setSurface(*this, Surface::Bottom);
    setFixedHeight(52);
    m_tempo->setRange(4, 1000);
    m_tempo->setDecimals(1);
    m_tempo->setFixedWidth(68);
    m_tempo->setKeyboardTracking(false);
    m_tempo->setAccessibleName(tr("Tempo in beats a minute"));
    m_tempo->setToolTip(tr("Tempo in quarters a minute, at the playhead"));
    m_position->setMinimumWidth(112); // "12.2.1271": what follows must not jump while it plays.
    m_position->setAccessibleName(tr("Playhead: bar, beat, tick"));
    m_meter->setAccessibleName(tr("Meter"));
    m_device->setProperty("state", true);
    takeKeysOnlyFromKeyboard(*m_device);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 0, 14, 0);
    row->setSpacing(10);
    auto* tools = new QHBoxLayout;
    tools->setSpacing(2);
    for (QToolButton* made : {m_toStart, m_play, m_stop, m_loop, m_metronome})
        tools->addWidget(made);
    row->addLayout(tools);
    row->addWidget(separator(this));
    row->addWidget(m_position);
    row->addWidget(label(tr("bar.beat.tick"), TextRole::Small, this));
    row->addWidget(separator(this));
    row->addWidget(m_tempo);
    row->addWidget(label(tr("bpm"), TextRole::Small, this));
    row->addWidget(m_meter);
    row->addWidget(m_key);
    QWidget* const beforeLoop = separator(this);
    row->addWidget(beforeLoop);
    row->addWidget(m_loopWords);
    row->addStretch();
    row->addWidget(m_device);
    row->addWidget(new LevelMeter(context.appearance, context.player, this));

    Player& player = context.player;
    connect(m_play, &QToolButton::clicked, this, [&player] { player.play(); });
    connect(m_stop, &QToolButton::clicked, this, [&player] { player.stop(); });
    const auto showLoop = [this, &player, beforeLoop] {
        beforeLoop->setVisible(player.loop().has_value());
        if (!player.loop()) {
            m_loopWords->clear();
            return;
        }
        const MeterMap meters(m_context.document.score());
        const auto first = meters.position(player.loop()->start).bar + 1;
        const auto last =
            meters.position({std::max(player.loop()->start.value, player.loop()->end.value - 1)})
                .bar +
            1;
        m_loopWords->setText(first == last ? tr("Loop %1").arg(first)
                                           : tr("Loop %1–%2").arg(first).arg(last));
    };
    connect(&player, &Player::loopChanged, this, showLoop);
    showLoop();
    connect(&player, &Player::positionChanged, this, &TransportBar::showPosition);
    connect(&player, &Player::playingChanged, this, [this](bool isPlaying) {
        m_play->setCheckable(true);
        m_play->setChecked(isPlaying);
        m_play->setCheckable(isPlaying);
    });
    const auto showDevice = [this, &player] {
        const bool isSilent = !player.whySilent().isEmpty();
        m_device->setText(isSilent ? tr("No sound") : tr("Built-in sound"));
        m_device->setAccessibleName(tr("%1: sound settings").arg(m_device->text()));
        m_device->setToolTip(tr("%1\nClick to change it").arg(player.deviceInWords()));
    };
    connect(m_device, &QToolButton::clicked, menu.sound(), &QAction::trigger);
    connect(&player, &Player::deviceChanged, this, showDevice);
    showDevice();
    connect(m_tempo, &QDoubleSpinBox::valueChanged, this, &TransportBar::changeTempo);
    connect(&context.document, &ScoreDocument::changed, this, &TransportBar::showMusic);
    connect(&context.document, &ScoreDocument::replaced, this, &TransportBar::showMusic);
    showMusic();
}

QToolButton* TransportBar::tool(const QString& icon, const QString& name)
{
    auto* made = new QToolButton(this);
    if (!icon.isEmpty())
        made->setIcon(lineIcon(m_context.appearance, icon));
    made->setIconSize({20, 20});
    made->setFixedSize(32, 30);
    made->setToolTip(
        tr("%1 (%2)").arg(name, QKeySequence(Qt::Key_Space).toString(QKeySequence::NativeText)));
    made->setAccessibleName(name);
    takeKeysOnlyFromKeyboard(*made);
    return made;
}

QToolButton* TransportBar::tool(QAction* action)
{
    QToolButton* made = tool({}, action->text());
    made->setDefaultAction(action);
    return made;
}

void TransportBar::showPosition(Tick position)
{
    m_position->setText(positionInWords(m_context.document.score(), position));
    const std::uint32_t tempo =
        TempoMap(m_context.document.score()).microsecondsPerQuarterAt(position);
    const QSignalBlocker blocker(m_tempo);
    if (!m_tempo->hasFocus())
        m_tempo->setValue(60e6 / tempo);
}

void TransportBar::showMusic()
{
    const Score& score = m_context.document.score();
    const Tick position = m_context.player.position();
    m_meter->setText(QString::fromStdString(meterName(MeterMap(score).meterAt(position))));
    // The key of a million notes is not worth a pause while drawing.
    constexpr std::size_t kMostNotes = 20'000;
    std::optional<KeyEstimate> key;
    if (score.noteCount() <= kMostNotes)
        key = estimateKey(allNotes(score));
    m_key->setText(key ? QString::fromStdString(keyName(key->key)) : QString());
    showPosition(position);
}

void TransportBar::changeTempo()
{
    const auto tempo = static_cast<std::uint32_t>(std::lround(60e6 / m_tempo->value()));
    m_context.document.edit(tr("change the tempo"), setTempo(m_context.document.score(),
                                                             m_context.player.position(), tempo));
}

} // namespace continuo::ui
