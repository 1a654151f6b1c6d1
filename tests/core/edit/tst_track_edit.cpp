// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/edit/track_edit.h"
#include "core/midi/write_midi.h"
#include "core/music/tempo_map.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

namespace {

/// Applies and undoes; the bytes of the file, ids and order included, must come back. Gives the
/// score after the edit.
Score edited(const Score& before, const ScorePatch& patch)
{
    Score score = before;
    if (!applyPatch(score, patch))
        qFatal("the patch does not fit");
    Score back = score;
    if (!applyPatch(back, patch.inverted()) || !(back == before))
        qFatal("undoing does not restore the score");
    const auto bytes = writeMidi(before);
    const auto bytesBack = writeMidi(back);
    if (!bytes || !bytesBack || bytes->bytes != bytesBack->bytes)
        qFatal("undoing does not restore the bytes");
    return score;
}

class TestTrackEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAddedTrackHasItsNameChannelAndProgram()
    {
        const Score before = scoreOf("CDEF");
        const Score after = edited(before, addTrack(before, namedTrack("Bass", 3, 32)));
        QCOMPARE(after.tracks.size(), std::size_t{2});
        const Track& track = after.tracks.back();
        QCOMPARE(QString::fromStdString(trackName(track)), QStringLiteral("Bass"));
        QCOMPARE(trackChannel(track), 3);
        QCOMPARE(trackProgram(track).value_or(0), 32);
        QVERIFY(after.nextId > before.nextId);
    }

    void anAddedTrackBringsItsNotes()
    {
        const Score before = scoreOf("CDEF");
        Track track = namedTrack("Answer", 0, 0);
        track.notes.push_back({.start = {960}, .length = {480}, .id = 1, .pitch = {67}});
        track.notes.push_back({.start = {0}, .length = {480}, .id = 1, .pitch = {65}});
        const Score after = edited(before, addTrack(before, track));
        QCOMPARE(notesText(after.tracks.back().notes), QStringLiteral("F4@0+480 G4@960+480"));
        QCOMPARE(after.tracks.back().end.value, 1440);
    }

    void aSecondTrackMakesFormatOneOfFormatZero_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("after");
        QTest::addRow("one track") << 0 << 1;
        QTest::addRow("tracks") << 1 << 1;
        QTest::addRow("pieces") << 2 << 2;
    }

    void aSecondTrackMakesFormatOneOfFormatZero()
    {
        QFETCH(const int, format);
        QFETCH(const int, after);
        Score before = scoreOf("CDEF");
        before.format = format;
        QCOMPARE(edited(before, addTrack(before, namedTrack("Bass", 3, 32))).format, after);
        before.tracks.clear();
        QCOMPARE(edited(before, addTrack(before, namedTrack("Bass", 3, 32))).format, format);
    }

    void removingATrackKeepsTempoAndMeter()
    {
        Score score = scoreOf("CDEF");
        const TrackId first = score.tracks.front().id;
        score.addEvent(first, tempoEvent({0}, 300'000));
        const TrackId second = score.addTrack().id;
        score.addNote(second, {.start = {0}, .length = {10}, .pitch = {50}});
        const Score after = edited(score, removeTrack(score, first));
        QCOMPARE(after.tracks.size(), std::size_t{1});
        QCOMPARE(TempoMap(after).microsecondsPerQuarterAt({0}), 300'000U);
        QCOMPARE(trackName(after.tracks.front()), std::string());
        QVERIFY(removeTrack(score, 4711) == ScorePatch{});
    }

    void piecesOfFormatTwoKeepToThemselves()
    {
        Score score = scoreOf("CDEF");
        score.format = 2;
        score.addEvent(score.tracks.front().id, tempoEvent({0}, 300'000));
        const TrackId second = score.addTrack().id;
        const Score after = edited(score, removeTrack(score, score.tracks.front().id));
        QCOMPARE(after.tracks.front().id, second);
        QVERIFY(after.tracks.front().events.empty());
    }

    void aNameChangesComesAndGoes()
    {
        Score score;
        const TrackId track = score.addTrack().id;
        score = edited(score, renameTrack(score, track, "Melody"));
        QCOMPARE(trackName(*score.track(track)), std::string("Melody"));
        QVERIFY(renameTrack(score, track, "Melody").isEmpty());
        score = edited(score, renameTrack(score, track, "Flöte"));
        QCOMPARE(trackName(*score.track(track)), std::string("Flöte"));
        QCOMPARE(score.track(track)->events.size(), std::size_t{1});
        score = edited(score, renameTrack(score, track, ""));
        QVERIFY(score.track(track)->events.empty());
    }

    void aProgramIsTheOneOfTheNotesChannel()
    {
        Score score = scoreOf("CDEF");
        const TrackId track = score.tracks.front().id;
        score.addEvent(track, programChange({0}, 5, 40));
        score = edited(score, setTrackProgram(score, track, 73));
        QCOMPARE(trackProgram(*score.track(track)).value_or(0), 73);
        score = edited(score, setTrackProgram(score, track, 74));
        QCOMPARE(trackProgram(*score.track(track)).value_or(0), 74);
        const auto changes = std::ranges::count_if(
            score.track(track)->events, [](const Event& e) { return e.isChannelMessage(0xc0); });
        QCOMPARE(changes, 2); // The one of channel 6 stays as it is.
        QVERIFY(setTrackProgram(score, track, 74).isEmpty());
    }

    void aChannelTakesAllAlong()
    {
        Score score = scoreOf("CDEF");
        const TrackId track = score.tracks.front().id;
        score = edited(score, setTrackProgram(score, track, 73));
        score = edited(score, setTrackChannel(score, track, 4));
        QCOMPARE(trackChannel(*score.track(track)), 4);
        QCOMPARE(trackProgram(*score.track(track)).value_or(0), 73);
        QVERIFY(setTrackChannel(score, track, 4).isEmpty());
        QCOMPARE(freeChannel(score), 0);
    }

    void theDrumChannelIsNeverFree()
    {
        Score score;
        for (std::uint8_t channel = 0; channel < 9; ++channel) {
            QCOMPARE(freeChannel(score), channel);
            score = edited(score, addTrack(score, namedTrack("", channel, 0)));
        }
        QCOMPARE(freeChannel(score), 10);
    }

    /// Whatever is done to the tracks in whatever order: taking it back step by step restores the
    /// score.
    void manyEditsCanAllBeTakenBack()
    {
        const CounterRandom random(20, CounterRandom::Domain::Test);
        for (std::uint32_t round = 0; round < 40; ++round) {
            Score score = scoreOf("CDEF|G2c2");
            std::vector<std::pair<ScorePatch, Score>> history;
            for (std::uint32_t step = 0; step < 25; ++step) {
                const auto track =
                    score.tracks.empty()
                        ? TrackId{0}
                        : score.tracks[random.below(score.tracks.size(), round, step, 0)].id;
                const auto number = static_cast<std::uint8_t>(random.below(128, round, step, 1));
                ScorePatch patch;
                switch (random.below(5, round, step, 2)) {
                case 0:
                    patch = addTrack(
                        score, namedTrack("Track " + std::to_string(step), number & 15U, number));
                    break;
                case 1:
                    patch = removeTrack(score, track);
                    break;
                case 2:
                    patch = renameTrack(score, track,
                                        step % 3 == 0 ? "" : "Name " + std::to_string(step));
                    break;
                case 3:
                    patch = setTrackProgram(score, track, number);
                    break;
                default:
                    patch = setTrackChannel(score, track, number & 15U);
                    break;
                }
                history.emplace_back(patch, score);
                QVERIFY(applyPatch(score, patch));
            }
            while (!history.empty()) {
                QVERIFY(applyPatch(score, history.back().first.inverted()));
                QVERIFY(score == history.back().second);
                history.pop_back();
            }
        }
    }
};

} // namespace

QTEST_APPLESS_MAIN(TestTrackEdit)
#include "tst_track_edit.moc"
