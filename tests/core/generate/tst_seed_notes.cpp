// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/encoding.h"
#include "core/generate/seed_notes.h"

#include <QTest>

using namespace continuo;

class TestSeedNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsBecomeNotes()
    {
        const auto score = parseSeedNotes("C4 E4:1/8, 72:3/8 rest:1/4  f#5:1");
        QVERIFY(score);
        const auto& notes = score->tracks.at(0).notes;
        QCOMPARE(notes.size(), std::size_t{4});
        const std::int64_t starts[] = {0, 960, 1440, 3840};
        const std::int64_t lengths[] = {960, 480, 1440, 3840};
        const int pitches[] = {60, 64, 72, 78};
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(notes[i].start.value, starts[i]);
            QCOMPARE(notes[i].length.value, lengths[i]);
            QCOMPARE(int(notes[i].pitch.value), pitches[i]);
        }
    }

    void badWordsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("word");
        const auto row = [](const char* text, const char* id, const char* word) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(id) << QByteArray(word);
        };
        row("", "notes.empty", "empty");
        row("rest rest:1/8", "notes.empty", "empty");
        row("C4 H4", "notes.bad-note", "\"H4\"");
        row("C4 128", "notes.bad-note", "\"128\"");
        row("C4 C44", "notes.bad-note", "\"C44\"");
        row("C4 :1/8", "notes.bad-note", "\":1/8\"");
        row("C4:", "notes.bad-length", "\"C4:\"");
        row("C4:0", "notes.bad-length", "\"C4:0\"");
        row("C4:1/0", "notes.bad-length", "\"C4:1/0\"");
        row("C4:1/8/2", "notes.bad-length", "\"C4:1/8/2\"");
        row("C4:-1/8", "notes.bad-length", "\"C4:-1/8\"");
        row("C4:99999999999/1", "notes.bad-length", "C4:99999999999/1");
        row("C4:17", "notes.bad-length", "\"C4:17\"");
    }
    void badWordsAreNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, word);
        const auto score = parseSeedNotes(text.toStdString());
        QVERIFY(!score);
        QCOMPARE(score.error().id, id.toStdString());
        QCOMPARE(score.error().kind, ErrorKind::Usage);
        QVERIFY(score.error().text.find(word.toStdString()) != std::string::npos);
    }

    void randomMelodiesStayInScaleAndRange()
    {
        const auto encoding = makeEncoding("grid", R"({"low": 60, "high": 76})").value();
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            const Score score =
                randomSeedMelody(encoding->vocabulary(), *parseKey("D major"), seed);
            QCOMPARE(score.noteCount(), std::size_t{8});
            for (const Note& note : score.tracks[0].notes) {
                QVERIFY(note.pitch.value >= 60 && note.pitch.value <= 76);
                QVERIFY(scaleMask(*parseKey("D major")) >> note.pitch.pitchClass() & 1U);
            }
        }
        QVERIFY(randomSeedMelody(encoding->vocabulary(), {}, 1) ==
                randomSeedMelody(encoding->vocabulary(), {}, 1));
        QVERIFY(!(randomSeedMelody(encoding->vocabulary(), {}, 1) ==
                  randomSeedMelody(encoding->vocabulary(), {}, 2)));
    }

    void randomMelodiesManageWithoutPitches()
    {
        const auto encoding = makeEncoding("abc", "{}").value();
        const Score score = randomSeedMelody(encoding->vocabulary(), *parseKey("D major"), 3);
        QCOMPARE(score.noteCount(), std::size_t{8});
        for (const Note& note : score.tracks[0].notes) {
            QVERIFY(note.pitch.value >= 60 && note.pitch.value < 84);
            QVERIFY((scaleMask(*parseKey("D major")) >> note.pitch.pitchClass() & 1U) != 0);
        }
    }

    void randomMelodiesManageWithOneNote()
    {
        const auto encoding = makeEncoding("grid", R"({"low": 61, "high": 61})").value();
        const Score score = randomSeedMelody(encoding->vocabulary(), {}, 3);
        QCOMPARE(score.noteCount(), std::size_t{8});
        QCOMPARE(int(score.tracks[0].notes[7].pitch.value), 61);
    }
};

QTEST_APPLESS_MAIN(TestSeedNotes)
#include "tst_seed_notes.moc"
