// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_words.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestNoteWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lengthsHaveNames_data()
    {
        QTest::addColumn<int>("ticks");
        QTest::addColumn<QString>("words");
        QTest::newRow("whole") << 3840 << "whole";
        QTest::newRow("quarter") << 960 << "quarter";
        QTest::newRow("dotted") << 720 << "dotted eighth";
        QTest::newRow("triplet") << 320 << "triplet eighth";
        QTest::newRow("short") << 60 << "sixty-fourth";
        QTest::newRow("no name") << 1000 << "1.04 quarters";
        QTest::newRow("none") << 0 << "0 quarters";
    }

    void lengthsHaveNames()
    {
        QFETCH(const int, ticks);
        QFETCH(const QString, words);
        QCOMPARE(lengthInWords({ticks}, 960), words);
    }

    void aNoteIsASentence()
    {
        Note note;
        note.start = {3840};
        note.length = {960};
        note.pitch.value = 60;
        const MeterMap common(960, {4, 4});
        QCOMPARE(noteInWords(common, note), QString("C4, bar 2 beat 1, quarter, velocity 90"));
        note.start = {3840 + 960 + 120};
        note.pitch.value = 66;
        QCOMPARE(noteInWords(common, note), QString("F\u266f4, bar 2 beat 2 + 120 ticks, quarter, velocity 90"));
        // Two beats a bar in 6/8.
        note.start = {2880 + 1440};
        QVERIFY(noteInWords(MeterMap(960, {6, 8}), note).contains("bar 2 beat 2,"));
    }

    void oneNoteIsNotNotes()
    {
        QCOMPARE(notesInWords(1), QString("1 note"));
        QCOMPARE(notesInWords(2), QString("2 notes"));
    }

    void originsSayHowLikelyANoteWas()
    {
        NoteOrigin origin;
        origin.probability = 0.314;
        origin.rank = 2;
        QCOMPARE(originInWords(origin), QString("probability 31 %, choice 2 of the model"));
        origin.probability = 0.0123;
        origin.rank = 0;
        QCOMPARE(originInWords(origin), QString("probability 1.2 %"));
    }
};

QTEST_GUILESS_MAIN(TestNoteWords)
#include "tst_note_words.moc"
