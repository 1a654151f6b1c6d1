// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/playback_plan.h"
#include "tests/core/play/sound_test.h"

#include <QTest>

#include <algorithm>

using namespace continuo;
using Kind = PlanEvent::Kind;

class TestPlaybackPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesStandAtTheirExactFrames()
    {
        Score score = testScore({{0, 480, 60}, {480, 240, 62}});
        score.addEvent(score.tracks[0].id,
                       tempoEvent({480}, 1'000'000)); // half the speed from the second quarter on
        const PlaybackPlan plan(score, {.sampleRate = 48'000});
        const std::vector<PlanEvent> notes = notesOf(plan);
        QCOMPARE(notes.size(), std::size_t(4));
        QCOMPARE(notes[0], (PlanEvent{0, 0x90, 60, 100, Kind::NoteOn}));
        QCOMPARE(notes[1], (PlanEvent{24'000, 0x80, 60, 64, Kind::NoteOff}));
        QCOMPARE(notes[2], (PlanEvent{24'000, 0x90, 62, 100, Kind::NoteOn}));
        QCOMPARE(notes[3], (PlanEvent{48'000, 0x80, 62, 64, Kind::NoteOff}));
        QCOMPARE(plan.length(), std::int64_t(48'000));
    }

    void mutedAndSoloTracks_data()
    {
        QTest::addColumn<QList<int>>("muted");
        QTest::addColumn<QList<int>>("solo");
        QTest::addColumn<QList<int>>("heard");

        QTest::newRow("all") << QList<int>{} << QList<int>{} << QList{60, 64, 67};
        QTest::newRow("one muted") << QList{1} << QList<int>{} << QList{60, 67};
        QTest::newRow("one solo") << QList<int>{} << QList{2} << QList{67};
        QTest::newRow("solo and muted") << QList{2} << QList{2, 0} << QList{60};
    }

    void mutedAndSoloTracks()
    {
        QFETCH(const QList<int>, muted);
        QFETCH(const QList<int>, solo);
        QFETCH(const QList<int>, heard);
        Score score;
        std::vector<TrackId> ids;
        for (const int key : {60, 64, 67}) {
            ids.push_back(score.addTrack().id);
            score.addNote(ids.back(), {.length = {100}, .pitch = {static_cast<std::uint8_t>(key)}});
        }
        PlanOptions options;
        for (const int track : muted)
            options.muted.insert(ids[static_cast<std::size_t>(track)]);
        for (const int track : solo)
            options.solo.insert(ids[static_cast<std::size_t>(track)]);
        const PlaybackPlan plan(score, options);
        QList<int> keys;
        for (const PlanEvent& event : plan.events())
            if (event.kind == Kind::NoteOn)
                keys.append(event.data1);
        QCOMPARE(keys, heard);
    }

    void aNoteOfLengthZeroIsStillAStroke()
    {
        const std::vector<PlanEvent> notes = notesOf(PlaybackPlan(testScore({{0, 0, 60}}), {}));
        QCOMPARE(notes.size(), std::size_t(2));
        QCOMPARE(notes[1].frame - notes[0].frame, std::int64_t(1));
    }

    void independentTracksFollowOneAnother()
    {
        Score score = testScore({{0, 480, 60}});
        score.format = 2;
        const TrackId second = score.addTrack().id;
        score.addNote(second, {.start = {480}, .length = {480}, .pitch = {72}});
        const std::vector<PlanEvent> notes = notesOf(PlaybackPlan(score, {}));
        QCOMPARE(notes[0].frame, std::int64_t(0));
        QCOMPARE(notes[2].frame, std::int64_t(24'000 + 24'000));
    }

    void clicksFollowTheMeter()
    {
        Score score = testScore({{0, 480 * 6, 60}});
        score.addEvent(score.tracks[0].id, timeSignatureEvent({}, 3, 4));
        const PlaybackPlan plan(score, {});
        QList<int> strokes;
        for (const PlanEvent& event : plan.events())
            if (event.kind == Kind::Click)
                strokes.append(event.data1);
        QCOMPARE(strokes, (QList{76, 77, 77, 76, 77, 77}));
    }

    void knowsWhatTheSynthesizerMustBeLikeInTheMiddle()
    {
        Score score = testScore({{0, 4800, 60}});
        const TrackId track = score.tracks[0].id;
        score.addEvent(track, programChange({0}, 0, 5));
        score.addEvent(track, programChange({960}, 0, 9));
        score.addEvent(track, {.time = {480}, .status = 0xb0, .data1 = 7, .data2 = 80});
        score.addEvent(track, {.time = {1920}, .status = 0xb0, .data1 = 7, .data2 = 20});
        const PlaybackPlan plan(score, {});
        const std::vector<PlanEvent> state = plan.stateBefore(60'000); // 1200 ticks
        QCOMPARE(state.size(), std::size_t(2));
        QCOMPARE(int(state[0].data1), 9);
        QCOMPARE(int(state[1].data2), 80);
        QVERIFY(plan.stateBefore(0).empty());
    }

    void knowsWhatSounds()
    {
        const PlaybackPlan plan(testScore({{0, 480, 60}, {960, 480, 60}}), {});
        QVERIFY(plan.isSounding(0, 60, 1));
        QVERIFY(plan.isSounding(0, 60, 23'999));
        QVERIFY(!plan.isSounding(0, 60, 24'000));
        QVERIFY(plan.isSounding(0, 60, 50'000));
        QVERIFY(!plan.isSounding(1, 60, 1));
    }

private:
    static std::vector<PlanEvent> notesOf(const PlaybackPlan& plan)
    {
        std::vector<PlanEvent> notes;
        for (const PlanEvent& event : plan.events())
            if (event.kind == Kind::NoteOn || event.kind == Kind::NoteOff)
                notes.push_back(event);
        return notes;
    }
};

QTEST_APPLESS_MAIN(TestPlaybackPlan)
#include "tst_playback_plan.moc"
