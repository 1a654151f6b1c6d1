// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/tempo_map.h"
#include "core/play/audio_device.h"
#include "core/play/transport.h"
#include "ui/document/score_document.h"
#include "ui/document/tick_range.h"

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace continuo::ui {

/// Sound for the studio: plays the document, follows its edits while it plays, auditions other scores in its place, and
/// sounds single notes. The soundfont is loaded and the audio device opened on a thread of their own; what is asked before
/// they are there is done when they are. Without a device all goes on in silence, and deviceInWords() says why.
/// GUI thread only.
class Player final : public QObject
{
    Q_OBJECT

public:
    /// `document` is borrowed and must outlive the player.
    Player(ScoreDocument& document, std::filesystem::path soundfont, QObject* parent = nullptr);
    ~Player() override;

    /// Loads the soundfont and opens the device; again with other options to change the device.
    /// What plays then goes on through the new one from where it was. Errors come as failed(): those
    /// of Synthesizer::open(). A device that cannot be opened is no error: deviceInWords() says why.
    void open(const AudioOptions& options);
    bool isOpen() const { return m_sound.device != nullptr; }
    bool isOpening() const { return m_isOpening; }
    const AudioOptions& options() const { return m_options; }
    /// "Audio: JACK, 48 kHz, 5 ms" or why nothing is heard.
    QString deviceInWords() const;
    bool isSilent() const;
    /// Why nothing is heard, and what to do; empty while sound goes out or is being opened.
    QString whySilent() const;
    /// The driver that is open, "null" where time runs by the clock; empty where nothing is open.
    std::string driver() const;
    /// Frames a second that the sound is computed with; the device's own where it converts nothing.
    int sampleRate() const { return m_sound.sampleRate; }
    /// How many frames wait to be heard, which is how late sound comes; 0 where nobody knows.
    int framesLate() const;
    /// The loudest samples since the last call; silence where nothing is open.
    StereoLevel takeLevel() { return m_sound.transport ? m_sound.transport->takeLevel() : StereoLevel{}; }
    /// Asks which drivers and devices there are; driversFound() follows.
    void lookForDrivers();

    void play();
    void stop();
    void toggle();
    bool isPlaying() const;
    Tick position() const;
    void seek(Tick to);

    /// Nothing: no loop. An empty range is refused and leaves the loop as it is.
    void setLoop(std::optional<TickRange> loop);
    const std::optional<TickRange>& loop() const { return m_loop; }
    void setMetronome(bool isOn);
    bool hasMetronome() const { return m_hasMetronome; }

    void setMuted(TrackId track, bool isMuted);
    void setSolo(TrackId track, bool isSolo);
    bool isMuted(TrackId track) const { return m_muted.contains(track); }
    bool isSolo(TrackId track) const { return m_solo.contains(track); }

    /// Plays another score once from `from`, in place of the document, until it ends or anything else is played. `name` tells
    /// one audition from another.
    void audition(const Score& score, Tick from, const QString& name);
    void endAudition();
    /// The name given, empty where nothing is auditioned.
    const QString& auditioned() const { return m_auditioned; }

    /// A short note, as from a click on a key; the one before it ends.
    void soundNote(int channel, int program, Pitch pitch, int velocity);
    /// Every note off.
    void panic();

Q_SIGNALS:
    void positionChanged(continuo::Tick position);
    void playingChanged(bool isPlaying);
    void sounds(); ///< The document, another score or a single note begins to sound.
    void auditionChanged();
    void loopChanged();
    void tracksChanged(); ///< Mute or solo.
    void metronomeChanged(bool isOn);
    void deviceChanged(); ///< Opening, opened, failed, or lost.
    /// A device that sounded went away by itself.
    void deviceLost(const QString& why);
    void driversFound(const std::vector<continuo::AudioDriver>& drivers);
    void failed(const continuo::Error& error);

private:
    struct Sound
    {
        std::unique_ptr<Transport> transport{};
        std::unique_ptr<AudioDevice> device{};
        int sampleRate = 48'000; ///< Of both.
    };
    void beginOpening();
    void opened(Sound sound, Status status);
    void watchDevice();
    void begin();
    void plan();
    void follow();
    std::int64_t frameOf(Tick tick) const;
    void endNote();

    ScoreDocument& m_document;
    std::filesystem::path m_soundfont;
    AudioOptions m_options{};
    Sound m_sound{};
    bool m_isOpening = false;
    bool m_isOutdated = false; ///< Other options were wished while it opens.
    bool m_wasSilent = true;
    QString m_deviceWords{};
    QString m_failure{};
    TempoMap m_tempo;
    std::optional<TickRange> m_loop{};
    std::set<TrackId> m_muted{};
    std::set<TrackId> m_solo{};
    QString m_auditioned{};
    Tick m_position{};      ///< Where the document stands while nothing plays it.
    std::uint64_t m_blocksBefore = 0; ///< Of the transport, at the last command.
    bool m_hasMetronome = false;
    bool m_wasPlaying = false;
    bool m_playsWhenOpen = false;
    std::optional<std::pair<int, int>> m_note{}; ///< Channel and key of the short note.
    QTimer m_follower;
    QTimer m_planner;
    QTimer m_noteEnd;
    QTimer m_deviceWatch;
    QThreadPool m_worker; ///< One thread, so that one device is opened at a time.
};

} // namespace continuo::ui
