// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/edit_script.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestEditScript : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void operationsDoWhatTheySay_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* script, const char* music, const char* expected) {
            QTest::newRow(script) << QString(music) << QString(script) << QString(expected);
        };
        row("transpose +2", "CD", "D4@0+960 E4@960+960");
        row("transpose -12 pitch=D4", "CD", "C4@0+960 D3@960+960");
        row("transpose 1 pitch=D4-E4", "CDEF", "C4@0+960 D#4@960+960 F4@1920+960 F4@2880+960");
        row("transpose 12 bars=2", "C4|D4|E4|", "C4@0+3840 D5@3840+3840 E4@7680+3840");
        row("transpose 12 bars=2-3", "C4|D4|E4|", "C4@0+3840 D5@3840+3840 E5@7680+3840");
        row("transpose 12 track=1", "C4|", "C5@0+3840");
        row("transpose 100", "C4|", "C4@0+3840"); // Beyond the keyboard.
        row("quantise 1/4", "C/D/ E", "C4@0+480 D4@960+480 E4@960+960");
        row("quantise 1/4 strength=.5", "C/D/ E", "C4@0+480 D4@720+480 E4@960+960");
        row("quantise 1/2 starts=no ends=yes", "CD", "C4@0+1920 D4@960+960");
        row("move +1/8", "CD", "C4@480+960 D4@1440+960");
        row("move -1/4 pitch=D4", "zD", "D4@0+960");
        row("lengthen 1/8", "CzD", "C4@0+1440 D4@1920+1440");
        row("lengthen -1/8", "CzD", "C4@0+480 D4@1920+480");
        row("legato", "CzD", "C4@0+1920 D4@1920+960");
        row("join", "C2C2", "C4@0+3840");
        row("delete pitch=D4-G9", "CDE", "C4@0+960");
        row(" quantise 1/4 ;; transpose +2;", "C/D/", "D4@0+480 E4@960+480");
    }

    void operationsDoWhatTheySay()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, script);
        QFETCH(const QString, expected);
        Score score = scoreOf(music);
        const auto operations = parseEdits(script.toStdString());
        QVERIFY2(operations, operations ? "" : operations.error().text.c_str());
        for (const EditOperation& operation : *operations) {
            const auto patch = operation.patch(score);
            QVERIFY(patch);
            QVERIFY(applyPatch(score, *patch));
        }
        QCOMPARE(notesText(score.tracks.front().notes), expected);
    }

    void velocitiesAreSetAddedAndMultiplied_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<int>("velocity");
        QTest::newRow("set") << "velocity 50" << 50;
        QTest::newRow("add") << "velocity +10" << 90;
        QTest::newRow("less") << "velocity -10" << 70;
        QTest::newRow("factor") << "velocity x0.5" << 40;
        QTest::newRow("one after the other") << "velocity 60; velocity x1.5" << 90;
    }

    void velocitiesAreSetAddedAndMultiplied()
    {
        QFETCH(const QString, script);
        QFETCH(const int, velocity);
        Score score = scoreOf("C");
        const auto operations = parseEdits(("velocity 80;" + script).toStdString());
        QVERIFY(operations);
        for (const EditOperation& operation : *operations)
            QVERIFY(applyPatch(score, *operation.patch(score)));
        QCOMPARE(int(score.tracks.front().notes.front().velocity), velocity);
    }

    void tempoIsSet()
    {
        Score score = scoreOf("C");
        const auto operations = parseEdits("tempo 96");
        QVERIFY(operations);
        QVERIFY(applyPatch(score, *operations->front().patch(score)));
        const auto tempo =
            std::ranges::find_if(score.tracks.front().events,
                                 [](const Event& event) { return event.isMeta(Meta::Tempo); });
        QVERIFY(tempo != score.tracks.front().events.end());
        QCOMPARE(int(tempo->payload[0]) << 16 | int(tempo->payload[1]) << 8 |
                     int(tempo->payload[2]),
                 625'000);
    }

    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* script, const char* id, const char* says) {
            QTest::newRow(script) << QString(script) << QString(id) << QString(says);
        };
        row("", "edit.nothing-to-do", "quantise 1/16");
        row(" ; ", "edit.nothing-to-do", "quantise 1/16");
        row("squeeze 2", "edit.unknown-operation", "quantise, transpose");
        row("quantise", "edit.bad-argument", "1/16");
        row("quantise 0/4", "edit.bad-argument", "1/16");
        row("quantise 1/x", "edit.bad-argument", "1/16");
        row("quantise 1/16 strength=2", "edit.bad-argument", "from 0 to 1");
        row("quantise 1/16 ends=maybe", "edit.bad-argument", "yes or no");
        row("quantise 1/16 swing=.5", "edit.bad-argument", "swing=");
        row("transpose", "edit.bad-argument", "semitones");
        row("transpose 1.5", "edit.bad-argument", "semitones");
        row("transpose 200", "edit.bad-argument", "semitones");
        row("transpose 1 2", "edit.bad-argument", "one argument too many");
        row("move 1/0", "edit.bad-argument", "whole note");
        row("lengthen nan", "edit.bad-argument", "whole note");
        row("velocity x", "edit.bad-argument", "x0.8");
        row("velocity 200", "edit.bad-argument", "x0.8");
        row("tempo 0", "edit.bad-argument", "3.6 to 1000");
        row("legato 2", "edit.bad-argument", "track=");
        row("legato track=0", "edit.bad-argument", "from 1");
        row("legato bars=8-5", "edit.bad-argument", "5-8");
        row("legato pitch=H4", "edit.bad-argument", "C4-B5");
    }

    void whatIsWrongIsSaid()
    {
        QFETCH(const QString, script);
        QFETCH(const QString, id);
        QFETCH(const QString, says);
        const auto operations = parseEdits(script.toStdString());
        QVERIFY(!operations);
        QCOMPARE(operations.error().kind, ErrorKind::Usage);
        QCOMPARE(QString::fromStdString(operations.error().id), id);
        QVERIFY2(QString::fromStdString(operations.error().text).contains(says),
                 operations.error().text.c_str());
    }

    void whatTheScoreDoesNotHaveIsSaid()
    {
        Score score = scoreOf("C");
        const auto track = parseEdits("legato track=2")->front().patch(score);
        QVERIFY(!track);
        QCOMPARE(QString::fromStdString(track.error().id), QString("edit.no-such-track"));
        score.smpte = SmpteDivision{};
        QVERIFY(parseEdits("transpose 2")->front().patch(score));
        for (const char* script : {"quantise 1/16", "tempo 96", "transpose 2 bars=1"}) {
            const auto beats = parseEdits(script)->front().patch(score);
            QVERIFY2(!beats, script);
            QCOMPARE(QString::fromStdString(beats.error().id), QString("edit.no-beats"));
        }
    }
};

QTEST_APPLESS_MAIN(TestEditScript)
#include "tst_edit_script.moc"
