// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/read_abc.h"
#include "core/music/score.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <algorithm>

namespace continuo {

/// The first tune of an ABC text.
inline Score scoreOf(const QByteArray& abc)
{
    const auto tunes = readAbc(std::string_view(abc.constData(), std::size_t(abc.size())), "test");
    return tunes ? tunes->front().score : Score{};
}

/// Adds a track of notes written "start length pitch channel velocity", in quarters of 480 ticks
/// and fractions.
inline Track& addTrackOfNotes(Score& score, const QList<QList<double>>& notes)
{
    score.ticksPerQuarter = 480;
    Track& track = score.addTrack();
    for (const QList<double>& values : notes) {
        Note note;
        note.start = Tick{qRound64(values[0] * 480)};
        note.length = Tick{qRound64(values[1] * 480)};
        note.pitch = Pitch{static_cast<std::uint8_t>(values[2])};
        note.channel = static_cast<std::uint8_t>(values.value(3, 0));
        note.velocity = static_cast<std::uint8_t>(values.value(4, kDefaultVelocity));
        note.id = score.nextId++;
        track.notes.push_back(note);
        track.end = std::max(track.end, note.end());
    }
    return track;
}

inline Score scoreOfNotes(const QList<QList<double>>& notes)
{
    Score score;
    addTrackOfNotes(score, notes);
    return score;
}

/// The notes of a score as text: "0 1 60" for start and length in quarters and the key, one track
/// behind the other.
inline QString notesText(const Score& score)
{
    QStringList tracks;
    for (const Track& track : score.tracks) {
        QStringList notes;
        for (const Note& note : track.notes)
            notes += QString("%1 %2 %3")
                         .arg(double(note.start.value) / 480)
                         .arg(double(note.length.value) / 480)
                         .arg(note.pitch.value);
        tracks += notes.join(", ");
    }
    return tracks.join(" | ");
}

/// Whether times, values and orders are what a Score may have.
inline bool isSound(const Score& score)
{
    for (const Track& track : score.tracks) {
        if (!std::is_sorted(track.notes.begin(), track.notes.end(), noteBefore) ||
            !std::is_sorted(track.events.begin(), track.events.end(), eventBefore))
            return false;
        for (const Note& note : track.notes) {
            if (note.start.value < 0 || note.length.value < 0 || note.end() > track.end ||
                note.pitch.value > 127 || note.velocity < 1 || note.velocity > 127 ||
                note.channel > 15)
                return false;
        }
        for (const Event& event : track.events) {
            if (event.time.value < 0 || event.time > track.end)
                return false;
        }
    }
    return true;
}

} // namespace continuo
