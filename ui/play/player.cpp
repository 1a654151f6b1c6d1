// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/play/player.h"

#include "core/play/playback_plan.h"
#include "ui/base/words.h"
#include "ui/play/sound_settings.h"

#include <QLocale>
#include <QMetaObject>

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kFollowMs = 16;
constexpr int kPlanMs = 20; ///< Edits within this time are one plan.
constexpr int kNoteMs = 350;
constexpr int kWatchMs = 500;
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
    m_deviceWatch.setInterval(kWatchMs);
    m_worker.setMaxThreadCount(1);
    connect(&m_follower, &QTimer::timeout, this, &Player::follow);
    connect(&m_planner, &QTimer::timeout, this, &Player::plan);
    connect(&m_noteEnd, &QTimer::timeout, this, &Player::endNote);
    connect(&m_deviceWatch, &QTimer::timeout, this, &Player::watchDevice);
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

Player::~Player()
{
    m_worker.waitForDone();
}

void Player::open(const AudioOptions& options)
{
    const bool goesOn = isPlaying() || m_playsWhenOpen;
    stop();
    m_playsWhenOpen = goesOn;
    m_options = options;
    if (m_isOpening)
        m_isOutdated = true;
    else
        beginOpening();
    Q_EMIT deviceChanged();
}

void Player::beginOpening()
{
    m_isOpening = true;
    m_isOutdated = false;
    m_failure.clear();
    m_deviceWatch.stop();
    m_noteEnd.stop();
    m_note.reset();
    auto sound = std::make_shared<Sound>(std::exchange(m_sound, {}));
    m_worker.start([this, sound, options = m_options, soundfont = m_soundfont] {
        Status status = ok();
        sound->device.reset();
        const int rate = sampleRateFor(options);
        if (!sound->transport || rate != sound->sampleRate) {
            sound->transport.reset();
            sound->sampleRate = rate;
            SynthesizerOptions voice;
            voice.sampleRate = rate;
            if (auto synthesizer = Synthesizer::open(soundfont, voice))
                sound->transport = std::make_unique<Transport>(std::move(*synthesizer));
            else
                status = synthesizer.error();
        }
        if (sound->transport)
            sound->device = std::make_unique<AudioDevice>(*sound->transport, rate, options);
        QMetaObject::invokeMethod(
            this, [this, sound, status] { opened(std::move(*sound), status); }, Qt::QueuedConnection);
    });
}

void Player::opened(Sound sound, Status status)
{
    m_isOpening = false;
    m_sound = std::move(sound);
    if (m_isOutdated) {
        beginOpening();
        return;
    }
    if (!status) {
        m_playsWhenOpen = false;
        m_failure = inWords(status.error());
        Q_EMIT failed(status.error());
    } else {
        m_wasSilent = isSilent();
        m_deviceWords = deviceInWords();
        m_deviceWatch.start();
        m_sound.transport->releaseAll();
        plan();
        m_sound.transport->setMetronome(m_hasMetronome);
        m_sound.transport->seek(frameOf(m_position));
        if (std::exchange(m_playsWhenOpen, false))
            play();
    }
    Q_EMIT deviceChanged();
}

void Player::watchDevice()
{
    // A device that dies is noticed by its watchdog, which has no voice of its own; what a JACK
    // server asks for is known after its first call.
    QString words = deviceInWords();
    if (words == m_deviceWords)
        return;
    m_deviceWords = std::move(words);
    const bool wasSilent = std::exchange(m_wasSilent, isSilent());
    Q_EMIT deviceChanged();
    if (m_wasSilent && !wasSilent)
        Q_EMIT deviceLost(whySilent());
}

bool Player::isSilent() const
{
    return !m_sound.device || !m_sound.device->silentBecause().empty();
}

QString Player::whySilent() const
{
    if (m_isOpening)
        return {};
    return m_sound.device ? QString::fromStdString(m_sound.device->silentBecause()) : m_failure;
}

std::string Player::driver() const
{
    return m_sound.device ? m_sound.device->driver() : std::string();
}

int Player::framesLate() const
{
    if (isSilent())
        return 0;
    // A JACK server goes by buffers of its own.
    return driver() == "jack" ? m_sound.device->framesAtOnce()
                              : m_options.periodFrames * m_options.periods;
}

QString Player::deviceInWords() const
{
    if (m_isOpening || (!m_sound.device && m_failure.isEmpty()))
        return tr("Audio: opening");
    if (const QString why = whySilent(); !why.isEmpty())
        return tr("Audio: none. %1").arg(why);
    const QString words =
        tr("Audio: %1, %2 kHz")
            .arg(driverInWords(driver()), QLocale().toString(m_sound.sampleRate / 1000.0));
    return framesLate() > 0 ? tr("%1, %2").arg(words, framesInWords(framesLate(), m_sound.sampleRate)) : words;
}

void Player::lookForDrivers()
{
    m_worker.start([this] {
        auto drivers = std::make_shared<const std::vector<AudioDriver>>(audioDrivers());
        QMetaObject::invokeMethod(
            this, [this, drivers] { Q_EMIT driversFound(*drivers); }, Qt::QueuedConnection);
    });
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
    Q_EMIT sounds();
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
    m_sound.transport->setPlan(std::make_shared<const PlaybackPlan>(score, PlanOptions{m_sound.sampleRate, m_muted, m_solo}));
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
    Q_EMIT sounds();
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
    m_sound.transport->setPlan(std::make_shared<const PlaybackPlan>(m_document.score(), PlanOptions{m_sound.sampleRate, m_muted, m_solo}));
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
    const Tick here = m_tempo.secondsToTicks(static_cast<double>(m_sound.transport->position()) / m_sound.sampleRate);
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
    return std::llround(m_tempo.ticksToSeconds(tick) * m_sound.sampleRate);
}

} // namespace continuo::ui
