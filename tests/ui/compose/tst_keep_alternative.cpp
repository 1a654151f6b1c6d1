// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/track_edit.h"
#include "core/music/meter.h"
#include "ui/compose/keep_alternative.h"

#include <QTest>

#include <map>

using namespace continuo;
using namespace continuo::ui;

namespace {

Note noteAt(std::int64_t start, int pitch, int channel)
{
    Note note;
    note.start = {start};
    note.length = {480};
    note.pitch = {static_cast<std::uint8_t>(pitch)};
    note.channel = static_cast<std::uint8_t>(channel);
    return note;
}

/// A piano on channel 4 and a bass on channel 2, a bar each.
Score duo()
{
    Score score;
    const TrackId piano = score.addTrack().id;
    score.addEvent(piano, programChange({}, 3, 0));
    score.addNote(piano, noteAt(0, 60, 3));
    const TrackId bass = score.addTrack().id;
    score.addEvent(bass, programChange({}, 1, 33));
    score.addNote(bass, noteAt(0, 36, 1));
    return score;
}

OfferedNote offered(Note note, std::optional<int> program, double probability)
{
    return {note, probability, 1, program};
}

} // namespace

/// An alternative of several instruments is kept as one edit, each on its track.
class TestKeepAlternative : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyInstrumentGoesToItsTrack()
    {
        const Score score = duo();
        Alternative alternative;
        alternative.notes = {offered(noteAt(3840, 62, 3), 0, 0.5),
                             offered(noteAt(3840, 38, 1), 33, 0.25),
                             offered(noteAt(3840, 42, kDrumChannel), -1, 0.125),
                             offered(noteAt(4320, 70, 0), 40, 0.0625)};
        const KeptAlternative kept = keepAlternative(score, alternative, {}, {{3840}, {7680}},
                                                     score.tracks[0].id, "a model");
        Score after = score;
        QVERIFY(applyPatch(after, kept.patch));
        QCOMPARE(after.tracks.size(), std::size_t{4});
        QCOMPARE(after.tracks[0].notes.size(), std::size_t{2});
        QCOMPARE(after.tracks[1].notes.size(), std::size_t{2});
        QVERIFY(isDrumTrack(after.tracks[2]));
        QCOMPARE(trackProgram(after.tracks[3]), std::optional<std::uint8_t>(40));
        QCOMPARE(trackName(after.tracks[3]), std::string("Violin"));
        QCOMPARE(after.tracks[3].notes.front().channel, std::uint8_t{0});
        // Every new note remembers how likely it was.
        std::map<int, double> probabilities;
        for (const Track& track : after.tracks) {
            for (const Note& note : track.notes) {
                const auto origin = kept.origins.find(note.id);
                if (origin != kept.origins.end())
                    probabilities[note.pitch.value] = origin->second.probability;
            }
        }
        QCOMPARE(probabilities,
                 (std::map<int, double>{{62, 0.5}, {38, 0.25}, {42, 0.125}, {70, 0.0625}}));
        QVERIFY(applyPatch(after, kept.patch.inverted()));
        QCOMPARE(after, score);
    }

    void theMelodyIsWhatTheModelWroteAlone()
    {
        Score score = duo();
        const TrackId first = score.tracks[0].id;
        score.addEvent(first, timeSignatureEvent({0}, 4, 4));
        score.addEvent(first, timeSignatureEvent({3840}, 3, 4));
        score.addEvent(first, timeSignatureEvent({9600}, 6, 8));
        score.addNote(first, noteAt(3840, 50, 3));
        Alternative alternative;
        alternative.notes = {offered(noteAt(4320, 62, 3), 0, 0.5),
                             offered(noteAt(5760, 38, 1), 33, 0.25)};
        const Score melody = melodyOf(score, alternative, {{3840}, {7680}});
        QCOMPARE(melody.ticksPerQuarter, score.ticksPerQuarter);
        QCOMPARE(melody.tracks.size(), std::size_t{1});
        const std::vector<Note>& notes = melody.tracks[0].notes;
        QCOMPARE(notes.size(), std::size_t{2});
        QCOMPARE(notes[0].start.value, 480);
        QCOMPARE(int(notes[0].pitch.value), 62);
        QCOMPARE(notes[1].start.value, 1920);
        const MeterMap meters(melody);
        QCOMPARE(meters.meterAt({0}).barLength(melody.ticksPerQuarter).value,
                 3 * melody.ticksPerQuarter);
        QCOMPARE(meters.barStart(3).value, 9 * melody.ticksPerQuarter);
    }

    void aMelodyStaysOnTheChosenTrack()
    {
        const Score score = duo();
        Alternative alternative;
        alternative.notes = {offered(noteAt(3840, 62, 0), std::nullopt, 0.5)};
        const KeptAlternative kept = keepAlternative(score, alternative, {}, {{3840}, {7680}},
                                                     score.tracks[1].id, "a model");
        Score after = score;
        QVERIFY(applyPatch(after, kept.patch));
        QCOMPARE(after.tracks.size(), std::size_t{2});
        QCOMPARE(after.tracks[1].notes.back().channel, std::uint8_t{1});
    }

    void onAnEmptyPageTheFirstInstrumentTakesTheTrack()
    {
        Score score;
        const TrackId track = score.addTrack().id;
        Alternative alternative;
        alternative.notes = {offered(noteAt(0, 62, 2), 24, 0.5),
                             offered(noteAt(0, 38, 5), 33, 0.25)};
        const KeptAlternative kept =
            keepAlternative(score, alternative, {}, {{0}, {3840}}, track, "a model");
        Score after = score;
        QVERIFY(applyPatch(after, kept.patch));
        QCOMPARE(after.tracks.size(), std::size_t{2});
        QCOMPARE(after.tracks[0].notes.size(), std::size_t{1});
        QCOMPARE(trackProgram(after.tracks[0]), std::optional<std::uint8_t>(24));
        QCOMPARE(trackProgram(after.tracks[1]), std::optional<std::uint8_t>(33));
        QVERIFY(applyPatch(after, kept.patch.inverted()));
        QCOMPARE(after, score);

        // Without a track there is a new one with the instrument.
        const Score nothing;
        const KeptAlternative alone =
            keepAlternative(nothing, alternative, {}, {{0}, {3840}}, 77, "a model");
        Score made = nothing;
        QVERIFY(applyPatch(made, alone.patch));
        QCOMPARE(made.tracks.size(), std::size_t{2});
        QCOMPARE(trackProgram(made.tracks[0]), std::optional<std::uint8_t>(24));
        QCOMPARE(made.noteCount(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestKeepAlternative)
#include "tst_keep_alternative.moc"
