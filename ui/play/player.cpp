// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/play/player.h"

#include "core/play/playback_plan.h"

#include <QMetaObject>

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kSampleRate = 48'000;
constexpr int kFollowMs = 16;
constexpr int kPlanMs = 20; ///< Edits within this time are one plan.
constexpr int kNoteMs = 350;
constexpr int kLiveChannel = 15; ///< Short notes sound here, so that they leave the score's channels alone.

} // namespace

Player::Player(ScoreDocument& document, std::filesystem::path soundfont, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_soundfont(std::move(soundfont))
    , m_tempo(document.score())
{
    m_follower.setInterval(kFollowMs);
    m_planner.setInterval(kPlanMs);
    m_planner.setSingleShot(true);
    m_noteEnd.setInterval(kNoteMs);
    m_noteEnd.setSingleShot(true);
    connect(&m_follower, &QTimer::timeout, this, &Player::follow);
    connect(&m_planner, &QTimer::timeout, this, &Player::plan);
    connect(&m_noteEnd, &QTimer::timeout, this, &Player::endNote);
    connect(&document, &ScoreDocument::changed, this, [this] { m_planner.start(); });
    connect(&document, &ScoreDocument::replaced, this, [this] {
        stop();
        m_muted.clear();
        m_solo.clear();
        m_loop.reset();
        m_position = {};
        plan();
        Q_EMIT tracksChanged();
        Q_EMIT loopChanged();
        Q_EMIT positionChanged(m_position);
    });
}

Player::~Player() = default;

void Player::open(const AudioOptions& options)
{
    stop();
    m_options = options;
    m_sound.device.reset();
    m_sound.transport.reset();
    m_opening = std::jthread([this, options, soundfont = m_soundfont] {
        SynthesizerOptions voice;
        voice.sampleRate = kSampleRate;
        auto synthesizer = Synthesizer::open(soundfont, voice);
        auto sound = std::make_shared<Result<Sound>>(Sound{});
        if (synthesizer) {
            (*sound)->transport = std::make_unique<Transport>(std::move(*synthesizer));
            (*sound)->device = std::make_unique<AudioDevice>(*(*sound)->transport, kSampleRate, options);
        } else {
            *sound = synthesizer.error();
        }
        QMetaObject::invokeMethod(this, [this, sound] { opened(std::move(*sound)); }, Qt::QueuedConnection);
    });
}

void Player::opened(Result<Sound> sound)
{
    if (!sound) {
        m_playsWhenOpen = false;
        Q_EMIT failed(sound.error());
    } else {
        m_sound = std::move(*sound);
        plan();
        m_sound.transport->setMetronome(m_hasMetronome);
        m_sound.transport->seek(frameOf(m_position));
        if (std::exchange(m_playsWhenOpen, false))
            play();
    }
    Q_EMIT deviceChanged();
}

bool Player::isSilent() const
{
    return !m_sound.device || !m_sound.device->silentBecause().empty();
}

QString Player::deviceInWords() const
{
    if (!m_sound.device)
        return tr("Audio: opening");
    const std::string why = m_sound.device->silentBecause();
    if (!why.empty())
        return tr("Audio: none. %1").arg(QString::fromStdString(why));
    const int latencyMs = static_cast<int>(std::lround(1000.0 * m_options.periodFrames * m_options.periods / kSampleRate));
    return tr("Audio: %1, %2 kHz, %3 ms").arg(QString::fromStdString(m_sound.device->driver())).arg(kSampleRate / 1000).arg(latencyMs);
}

void Player::play()
{
    endAudition();
    if (!m_sound.transport) {
        m_playsWhenOpen = true;
        return;
    }
    if (m_planner.isActive()) {
        m_planner.stop();
        plan();
    }
    if (m_position >= m_document.score().end() && !m_loop)
        m_position = {};
    m_sound.transport->seek(frameOf(m_position));
    begin();
    Q_EMIT playingChanged(true);
}

void Player::begin()
{
    m_sound.transport->play();
    m_blocksBefore = m_sound.transport->blocksRendered();
    m_wasPlaying = true;
    m_follower.start();
}

void Player::stop()
{
    m_playsWhenOpen = false;
    endAudition();
    if (!m_sound.transport || !m_wasPlaying)
        return;
    m_sound.transport->stop();
    m_sound.transport->collect();
    m_wasPlaying = false;
    m_follower.stop();
    Q_EMIT playingChanged(false);
}

void Player::toggle()
{
    if (isPlaying() || !m_auditioned.isEmpty() || m_playsWhenOpen)
        stop();
    else
        play();
}

bool Player::isPlaying() const
{
    return m_wasPlaying && m_auditioned.isEmpty();
}

Tick Player::position() const
{
    return m_position;
}

void Player::seek(Tick to)
{
    endAudition();
    m_position = std::max(to, Tick{});
    if (m_sound.transport) {
        m_sound.transport->seek(frameOf(m_position));
        m_sound.transport->collect();
        m_blocksBefore = m_sound.transport->blocksRendered();
    }
    Q_EMIT positionChanged(m_position);
}

void Player::setLoop(std::optional<TickRange> loop)
{
    if (loop == m_loop || (loop && loop->end <= loop->start))
        return;
    m_loop = loop;
    if (m_sound.transport && m_auditioned.isEmpty()) {
        plan();
    }
    Q_EMIT loopChanged();
}

void Player::setMetronome(bool isOn)
{
    if (isOn == m_hasMetronome)
        return;
    m_hasMetronome = isOn;
    if (m_sound.transport)
        m_sound.transport->setMetronome(isOn);
    Q_EMIT metronomeChanged(isOn);
}

void Player::setMuted(TrackId track, bool isMuted)
{
    if (isMuted == m_muted.contains(track))
        return;
    isMuted ? (void)m_muted.insert(track) : (void)m_muted.erase(track);
    plan();
    Q_EMIT tracksChanged();
}

void Player::setSolo(TrackId track, bool isSolo)
{
    if (isSolo == m_solo.contains(track))
        return;
    isSolo ? (void)m_solo.insert(track) : (void)m_solo.erase(track);
    plan();
    Q_EMIT tracksChanged();
}

void Player::audition(const Score& score, Tick from, const QString& name)
{
    stop();
    if (!m_sound.transport)
        return;
    m_auditioned = name;
    m_sound.transport->setLoop(std::nullopt);
    m_sound.transport->setPlan(std::make_shared<const PlaybackPlan>(score, PlanOptions{kSampleRate, m_muted, m_solo}));
    m_tempo = TempoMap(score);
    m_sound.transport->seek(frameOf(from));
    begin();
    Q_EMIT auditionChanged();
}

void Player::endAudition()
{
    if (m_auditioned.isEmpty())
        return;
    m_auditioned.clear();
    m_wasPlaying = false;
    m_follower.stop();
    m_sound.transport->stop();
    plan();
    m_sound.transport->seek(frameOf(m_position));
    Q_EMIT auditionChanged();
    Q_EMIT positionChanged(m_position);
}

void Player::soundNote(int channel, int program, Pitch pitch, int velocity)
{
    if (!m_sound.transport)
        return;
    endNote();
    const int sounding = channel == kDrumChannel ? channel : kLiveChannel;
    const auto low = static_cast<std::uint8_t>(sounding);
    if (sounding == kLiveChannel)
        m_sound.transport->playLive(static_cast<std::uint8_t>(0xC0 | low), static_cast<std::uint8_t>(std::clamp(program, 0, 127)), 0);
    m_sound.transport->playLive(static_cast<std::uint8_t>(0x90 | low), pitch.value, static_cast<std::uint8_t>(std::clamp(velocity, 1, 127)));
    m_note = {sounding, pitch.value};
    m_noteEnd.start();
}

void Player::endNote()
{
    if (m_note && m_sound.transport)
        m_sound.transport->playLive(static_cast<std::uint8_t>(0x80 | m_note->first), static_cast<std::uint8_t>(m_note->second), 64);
    m_note.reset();
    if (m_sound.transport)
        m_sound.transport->collect();
}

void Player::panic()
{
    stop();
    if (m_sound.transport)
        m_sound.transport->releaseAll();
}

void Player::plan()
{
    if (!m_auditioned.isEmpty())
        return;
    m_tempo = TempoMap(m_document.score());
    if (!m_sound.transport)
        return;
    m_sound.transport->setPlan(std::make_shared<const PlaybackPlan>(m_document.score(), PlanOptions{kSampleRate, m_muted, m_solo}));
    m_sound.transport->setLoop(m_loop ? std::optional(LoopRange{frameOf(m_loop->start), std::max(frameOf(m_loop->end), frameOf(m_loop->start) + 1)})
                                      : std::nullopt);
    m_sound.transport->collect();
}

void Player::follow()
{
    m_sound.transport->collect();
    // What was commanded is obeyed with the block after the one being computed; until then all is as before.
    if (m_sound.transport->blocksRendered() <= m_blocksBefore + 1)
        return;
    const bool isPlaying = m_sound.transport->isPlaying();
    const Tick here = m_tempo.secondsToTicks(static_cast<double>(m_sound.transport->position()) / kSampleRate);
    if (m_auditioned.isEmpty())
        m_position = here;
    Q_EMIT positionChanged(here);
    if (isPlaying)
        return;
    if (!m_auditioned.isEmpty()) {
        endAudition();
        return;
    }
    m_wasPlaying = false;
    m_follower.stop();
    m_position = {};
    m_sound.transport->seek(0);
    Q_EMIT playingChanged(false);
    Q_EMIT positionChanged(m_position);
}

std::int64_t Player::frameOf(Tick tick) const
{
    return std::llround(m_tempo.ticksToSeconds(tick) * kSampleRate);
}

} // namespace continuo::ui
