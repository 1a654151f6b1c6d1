// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_index.h"

#include <QTest>

#include <algorithm>

using namespace continuo;
using namespace continuo::ui;

namespace {

std::vector<Note> someNotes(std::size_t count, std::uint64_t seed)
{
    std::vector<Note> notes;
    std::uint64_t state = seed;
    const auto next = [&state](std::uint64_t below) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return (state >> 33) % below;
    };
    for (std::size_t i = 0; i < count; ++i) {
        Note note;
        note.start = {static_cast<std::int64_t>(next(count * 100))};
        note.length = {static_cast<std::int64_t>(next(i % 97 == 0 ? count * 20 : 400))};
        note.pitch.value = static_cast<std::uint8_t>(next(128));
        note.velocity = static_cast<std::uint8_t>(1 + next(127));
        note.id = static_cast<NoteId>(i + 1);
        notes.push_back(note);
    }
    std::ranges::sort(notes, noteBefore);
    return notes;
}

} // namespace

class TestNoteIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhatALookAtEveryNoteFinds_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {0, 1, 31, 32, 33, 256, 257, 5000})
            QTest::addRow("%d notes", count) << count;
    }

    void findsWhatALookAtEveryNoteFinds()
    {
        QFETCH(const int, count);
        const std::vector<Note> notes = someNotes(static_cast<std::size_t>(count), 7);
        const NoteIndex index(notes);
        for (std::int64_t from = -10; from < count * 100 + 10; from += std::max(1, count * 7)) {
            for (const std::int64_t length : {1, 50, 1000}) {
                const Tick to{from + length};
                std::vector<std::size_t> expected;
                for (std::size_t i = 0; i < notes.size(); ++i) {
                    if (notes[i].start < to && std::max(notes[i].end(), notes[i].start + Tick{1}) > Tick{from})
                        expected.push_back(i);
                }
                std::vector<std::size_t> found;
                NoteIndex::Visit visit;
                visit.note = [&found](std::size_t place) { found.push_back(place); };
                index.visit(notes, {from}, to, visit);
                QCOMPARE(found, expected);
            }
        }
    }

    void crowdsSayWhichPitchesSound()
    {
        const std::vector<Note> notes = someNotes(5000, 3);
        const NoteIndex index(notes);
        PitchSet all;
        std::uint8_t loudest = 0;
        for (const Note& note : notes) {
            all.insert(note.pitch.value);
            loudest = std::max(loudest, note.velocity);
        }
        NoteIndex::Visit visit;
        std::vector<NoteCluster> clusters;
        visit.cluster = [&clusters](const NoteCluster& cluster) { clusters.push_back(cluster); };
        visit.crowd = {1'000'000'000};
        QCOMPARE(index.visit(notes, {0}, {1'000'000'000}, visit), std::size_t{1});
        QCOMPARE(clusters.size(), std::size_t{1});
        QVERIFY(clusters.front().pitches == all);
        QCOMPARE(clusters.front().highestVelocity, loudest);
        QCOMPARE(clusters.front().start, notes.front().start);
    }

    void aLongNoteFarBackDoesNotMakeAllNotesSeen()
    {
        std::vector<Note> notes;
        for (std::int64_t i = 0; i < 1'000'000; ++i) {
            Note note;
            note.start = {i * 100};
            note.length = {i == 0 ? 1'000'000'000 : 90};
            note.id = static_cast<NoteId>(i + 1);
            notes.push_back(note);
        }
        const NoteIndex index(notes);
        NoteIndex::Visit visit;
        std::vector<std::size_t> found;
        visit.note = [&found](std::size_t place) { found.push_back(place); };
        const std::size_t seen = index.visit(notes, {90'000'000}, {90'000'250}, visit);
        QCOMPARE(found, (std::vector<std::size_t>{0, 900'000, 900'001, 900'002}));
        QVERIFY2(seen < 300, qPrintable(QString::number(seen)));
    }
};

QTEST_GUILESS_MAIN(TestNoteIndex)
#include "tst_note_index.moc"
