// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_voices.h"
#include "core/edit/track_edit.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

namespace {

std::vector<Note> notesOf(const QString& music)
{
    return scoreOf(music).tracks.front().notes;
}

} // namespace

class TestPlaceVoices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newVoicesGetTracksOfTheirOwn()
    {
        Score score = scoreOf("cdef");
        score.format = 0;
        const std::vector<VoiceNotes> voices{{{}, "Alto", 19, notesOf("EFGA")},
                                             {{}, "Tenor", 19, {}},
                                             {TrackId{4711}, "Bass", 20, notesOf("C,4")}};
        const ScorePatch patch = placeVoices(score, voices, Tick{}, Tick{3840});
        Score after = score;
        QVERIFY(applyPatch(after, patch));
        QCOMPARE(after.tracks.size(), std::size_t{3});
        QCOMPARE(after.format, 1);
        QCOMPARE(notesText(after.tracks[0].notes), notesText(score.tracks[0].notes));
        QCOMPARE(notesText(after.tracks[1].notes), notesText(notesOf("EFGA")));
        QCOMPARE(notesText(after.tracks[2].notes), notesText(notesOf("C,4")));
        QVERIFY(trackName(after.tracks[1]) == "Alto" && trackName(after.tracks[2]) == "Bass");
        QVERIFY(trackProgram(after.tracks[1]) == std::uint8_t{19});
        QVERIFY(trackProgram(after.tracks[2]) == std::uint8_t{20});
        QCOMPARE(int(after.tracks[1].notes.front().channel), 1);
        QCOMPARE(int(after.tracks[2].notes.front().channel), 2);
        QVERIFY(applyPatch(after, patch.inverted()));
        QVERIFY(after == score);
    }

    void voicesOfTracksTakeThePlaceOfWhatStoodThere()
    {
        Score score = scoreOf("cdef");
        const TrackId first = score.tracks.front().id;
        Track second = namedTrack("Bass", 3, 0);
        second.notes = notesOf("C,4");
        QVERIFY(applyPatch(score, addTrack(score, second)));
        const TrackId last = score.tracks.back().id;
        const std::vector<VoiceNotes> voices{{first, "", 0, notesOf("zgz2")},
                                             {last, "", 0, notesOf("zG,z2")},
                                             {first, "", 0, notesOf("z2ez")}};
        const ScorePatch patch = placeVoices(score, voices, Tick{960}, Tick{2880});
        Score after = score;
        QVERIFY(applyPatch(after, patch));
        QCOMPARE(notesText(after.tracks[0].notes),
                 QString("C5@0+960 G5@960+960 E5@1920+960 F5@2880+960"));
        // The long note is cut where the range begins and goes on where it ends.
        QCOMPARE(notesText(after.tracks[1].notes), QString("C3@0+960 G3@960+960 C3@2880+960"));
        QVERIFY(applyPatch(after, patch.inverted()));
        QVERIFY(after == score);
    }

    void nothingToPlace()
    {
        const Score score = scoreOf("cdef");
        QVERIFY(placeVoices(score, {}, Tick{}, Tick{960}).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestPlaceVoices)
#include "tst_place_voices.moc"
