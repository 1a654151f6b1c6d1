// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/music/score_patch.h"

#include <QTest>

#include <algorithm>
#include <string>

using namespace continuo;

namespace {

/// Draws for one round of a property test.
class Draws
{
public:
    explicit Draws(std::uint32_t round)
        : m_round(round)
    {
    }

    std::size_t below(std::size_t bound) { return m_random.below(bound, m_round, ++m_draw); }
    std::int64_t tick(std::size_t bound) { return static_cast<std::int64_t>(below(bound)); }

private:
    CounterRandom m_random{17, CounterRandom::Domain::Test};
    std::uint32_t m_round;
    std::uint32_t m_draw = 0;
};

Note randomNote(Draws& draws)
{
    return {.start = {draws.tick(1000)},
            .length = {draws.tick(200)},
            .pitch = {static_cast<std::uint8_t>(draws.below(128))},
            .velocity = static_cast<std::uint8_t>(1 + draws.below(127)),
            .releaseVelocity = static_cast<std::uint8_t>(draws.below(128)),
            .channel = static_cast<std::uint8_t>(draws.below(16))};
}

Event randomEvent(Draws& draws)
{
    return metaEvent({draws.tick(1000)}, Meta::Text, std::string(draws.below(20), 'x'));
}

Score randomScore(Draws& draws)
{
    Score score;
    const std::size_t tracks = 1 + draws.below(4);
    for (std::size_t i = 0; i < tracks; ++i) {
        const TrackId track = score.addTrack().id;
        for (std::size_t n = draws.below(30); n > 0; --n)
            score.addNote(track, randomNote(draws));
        for (std::size_t n = draws.below(10); n > 0; --n)
            score.addEvent(track, randomEvent(draws));
    }
    return score;
}

/// Some of everything: notes and events changed, taken out and put in, tracks taken out and put in,
/// ends moved.
ScorePatch randomPatch(const Score& score, Draws& draws)
{
    ScorePatch patch;
    patch.nextIdBefore = patch.nextIdAfter = score.nextId;
    std::size_t index = score.tracks.size();
    std::size_t left = score.tracks.size();
    for (auto track = score.tracks.rbegin(); track != score.tracks.rend(); ++track) {
        --index;
        if (draws.below(5) == 0) {
            patch.removedTracks.push_back({index, *track});
            --left;
            continue;
        }
        for (const Note& note : track->notes) {
            const std::size_t what = draws.below(4);
            if (what > 1)
                continue;
            patch.removedNotes.push_back({track->id, note});
            if (what == 1) {
                Note changed = randomNote(draws);
                changed.id = note.id;
                patch.addedNotes.push_back({track->id, changed});
            }
        }
        for (const Event& event : track->events) {
            const std::size_t what = draws.below(4);
            if (what > 1)
                continue;
            patch.removedEvents.push_back({track->id, event});
            if (what == 1) {
                Event changed = randomEvent(draws);
                changed.id = event.id;
                patch.addedEvents.push_back({track->id, changed});
            }
        }
        for (std::size_t n = draws.below(4); n > 0; --n) {
            Note note = randomNote(draws);
            note.id = patch.nextIdAfter++;
            patch.addedNotes.push_back({track->id, note});
        }
        if (draws.below(2) == 0)
            patch.trackEnds.push_back({track->id, track->end, track->end + Tick{draws.tick(5000)}});
    }
    for (std::size_t n = draws.below(3); n > 0; --n) {
        Score other = randomScore(draws);
        Track track = other.tracks.front();
        track.id = patch.nextIdAfter++;
        patch.addedTracks.push_back({draws.below(left + 1), track});
        ++left;
    }
    std::stable_sort(patch.addedTracks.begin(), patch.addedTracks.end(),
                     [](const auto& a, const auto& b) { return a.index < b.index; });
    return patch;
}

} // namespace

class TestScorePatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void applyingAndInvertingRestoresEverything()
    {
        for (std::uint32_t round = 0; round < 3000; ++round) {
            Draws draws(round);
            Score score = randomScore(draws);
            const Score before = score;
            const ScorePatch patch = randomPatch(score, draws);
            const Status applied = applyPatch(score, patch);
            QVERIFY2(applied, qPrintable(QString::number(round)));
            for (const Track& track : score.tracks) {
                QVERIFY(std::is_sorted(track.notes.begin(), track.notes.end(), noteBefore));
                QVERIFY(std::is_sorted(track.events.begin(), track.events.end(), eventBefore));
            }
            const Score after = score;
            QVERIFY2(applyPatch(score, patch.inverted()), qPrintable(QString::number(round)));
            QVERIFY2(score == before, qPrintable(QString::number(round)));
            QVERIFY2(applyPatch(score, patch.inverted().inverted()),
                     qPrintable(QString::number(round)));
            QVERIFY2(score == after, qPrintable(QString::number(round)));
        }
    }

    void everyPatchOfAHistoryCanBeUndone()
    {
        Draws draws(77);
        Score score = randomScore(draws);
        std::vector<Score> states{score};
        std::vector<ScorePatch> history;
        for (int i = 0; i < 60; ++i) {
            history.push_back(randomPatch(score, draws));
            QVERIFY(applyPatch(score, history.back()));
            states.push_back(score);
        }
        for (std::size_t i = history.size(); i > 0; --i) {
            QVERIFY(applyPatch(score, history[i - 1].inverted()));
            QVERIFY(score == states[i - 1]);
        }
    }

    void patchThatDoesNotFitChangesNothing_data()
    {
        QTest::addColumn<int>("what");
        const char* const names[] = {"a note that is not there",
                                     "a note that has changed",
                                     "a track that is not there",
                                     "an event that is not there",
                                     "another next id",
                                     "another end",
                                     "a removed track that has changed",
                                     "a removed track at another place",
                                     "an added track behind the last",
                                     "an added track that is there already",
                                     "another format"};
        for (int i = 0; i < 11; ++i)
            QTest::newRow(names[i]) << i;
    }

    void patchThatDoesNotFitChangesNothing()
    {
        QFETCH(const int, what);
        Score score;
        const TrackId id = score.addTrack().id;
        score.addNote(id, {.start = {0}, .length = {100}, .pitch = {60}});
        score.addEvent(id, metaEvent({}, Meta::Text, "x"));
        const Track& track = score.tracks.front();
        const Note note = track.notes.front();

        // A change that fits, and one more that does not.
        ScorePatch patch;
        Note louder = note;
        louder.velocity = 127;
        patch.removedNotes.push_back({id, note});
        patch.addedNotes.push_back({id, louder});
        Note absent = note;
        absent.id = 99;
        Note changed = note;
        changed.velocity = 1;
        Track other = track;
        other.end += {1};
        Track fresh;
        fresh.id = 50;
        switch (what) {
        case 0:
            patch.removedNotes.push_back({id, absent});
            break;
        case 1:
            patch.removedNotes[0].note = changed;
            break;
        case 2:
            patch.addedNotes.push_back({99, absent});
            break;
        case 3:
            patch.removedEvents.push_back({id, metaEvent({}, Meta::Text, "y")});
            break;
        case 4:
            patch.nextIdBefore = score.nextId + 1;
            patch.nextIdAfter = score.nextId + 2;
            break;
        case 5:
            patch.trackEnds.push_back({id, {5}, {6}});
            break;
        case 6:
            patch.removedTracks.push_back({0, other});
            break;
        case 7:
            patch.removedTracks.push_back({1, track});
            break;
        case 8:
            patch.addedTracks.push_back({2, fresh});
            break;
        case 9:
            patch.addedTracks.push_back({0, track});
            break;
        default:
            patch.formatBefore = 2;
            patch.formatAfter = 0;
            break;
        }
        const Score before = score;
        const Status status = applyPatch(score, patch);
        QVERIFY(!status);
        QCOMPARE(QString::fromStdString(status.error().id), QString("score.patch-does-not-fit"));
        QVERIFY(score == before);
    }

    void emptinessIsTold()
    {
        ScorePatch patch;
        QVERIFY(patch.isEmpty());
        patch.removedNotes.push_back({1, {.id = 1}});
        QVERIFY(!patch.isEmpty());
        patch.addedNotes.push_back({1, {.id = 1}});
        QVERIFY(patch.isEmpty());
        patch.trackEnds.push_back({1, {5}, {5}});
        QVERIFY(patch.isEmpty());
        patch.trackEnds.push_back({1, {5}, {6}});
        QVERIFY(!patch.isEmpty());
        ScorePatch format;
        format.formatBefore = format.formatAfter = 1;
        QVERIFY(format.isEmpty());
        format.formatAfter = 0;
        QVERIFY(!format.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestScorePatch)
#include "tst_score_patch.moc"
