// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/edit/edit_check.h"
#include "ui/roll/note_clipboard.h"

using namespace continuo;
using namespace continuo::ui;

class TestNoteClipboard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas()
    {
        std::vector<Note> notes = scoreOf("zC[EG]c").tracks.front().notes;
        notes[1].velocity = 17;
        notes[2].channel = 3;
        notes[2].releaseVelocity = 5;
        const auto back = notesFromClipboard(notesToClipboard(notes, 960), 960);
        QVERIFY(back);
        QCOMPARE(back->size(), notes.size());
        for (std::size_t i = 0; i < notes.size(); ++i) {
            Note expected = notes[i];
            expected.start.value -= 960; // The first note is at 0.
            expected.id = 0;
            QVERIFY((*back)[i] == expected);
        }
    }

    void ticksFollowTheResolution()
    {
        const std::vector<Note> notes = scoreOf("C/D/E").tracks.front().notes;
        QCOMPARE(notesText(*notesFromClipboard(notesToClipboard(notes, 960), 480)), QString("C4@0+240 D4@240+240 E4@480+480"));
        QCOMPARE(notesText(*notesFromClipboard(notesToClipboard(notes, 960), 96)), QString("C4@0+48 D4@48+48 E4@96+96"));
        // Three to a quarter does not hold eighths; notes still meet.
        QCOMPARE(notesText(*notesFromClipboard(notesToClipboard(notes, 960), 3)), QString("C4@0+2 D4@2+1 E4@3+3"));
    }

    void strangersAreRefused_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("\x00\xff{", 3);
        QTest::newRow("another object") << QByteArray("{}");
        QTest::newRow("no ticks") << QByteArray(R"({"ticksPerQuarter":0,"notes":[]})");
        QTest::newRow("a note too short") << QByteArray(R"({"ticksPerQuarter":96,"notes":[[0]]})");
        QTest::newRow("negative start") << QByteArray(R"({"ticksPerQuarter":96,"notes":[[-1,1,60,90,64,0]]})");
        QTest::newRow("beyond all time") << QByteArray(R"({"ticksPerQuarter":1,"notes":[[1e300,1,60,90,64,0]]})");
        QTest::newRow("no such key") << QByteArray(R"({"ticksPerQuarter":96,"notes":[[0,1,128,90,64,0]]})");
        QTest::newRow("velocity 0") << QByteArray(R"({"ticksPerQuarter":96,"notes":[[0,1,60,0,64,0]]})");
        QTest::newRow("half a key") << QByteArray(R"({"ticksPerQuarter":96,"notes":[[0,1,60.5,90,64,0]]})");
    }

    void strangersAreRefused()
    {
        QFETCH(const QByteArray, data);
        QVERIFY(!notesFromClipboard(data, 960));
    }
};

QTEST_GUILESS_MAIN(TestNoteClipboard)
#include "tst_note_clipboard.moc"
