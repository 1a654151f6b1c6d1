// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/music/melody.h"
#include "tests/core/abc/abc_text.h"

#include <QTest>

using namespace continuo;

class TestMelody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void skylineKeepsTheHighestLine_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("line");
        QTest::newRow("one line") << "CDE"
                                  << "C4@0+960 D4@960+960 E4@1920+960";
        QTest::newRow("chords") << "[CEG][FA]"
                                << "G4@0+960 A4@960+960";
        QTest::newRow("a higher note cuts") << "[C3z]GE"
                                            << "C4@0+2880 G4@2880+960 E4@3840+960";
        QTest::newRow("nothing") << "z4"
                                 << "";
    }

    void skylineKeepsTheHighestLine()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, line);
        const auto tunes = readAbc(("X:1\nM:none\nL:1/4\nK:C\n" + music + "\n").toStdString(), "t");
        QVERIFY(tunes);
        QCOMPARE(notesText(skyline(tunes->front().score.tracks.front().notes)), line);
    }

    void overlapsAreResolved()
    {
        const Note low{.start = {0}, .length = {1000}, .id = 1, .pitch = {60}};
        const Note high{.start = {400}, .length = {200}, .id = 2, .pitch = {70}};
        const Note under{.start = {500}, .length = {50}, .id = 3, .pitch = {65}};
        const Note again{.start = {600}, .length = {100}, .id = 4, .pitch = {62}};
        QCOMPARE(notesText(skyline(std::vector<Note>{low, high, under, again})),
                 QString("C4@0+400 A#4@400+200 D4@600+100"));
        // The order of what is given does not matter.
        QCOMPARE(notesText(skyline(std::vector<Note>{again, under, high, low})),
                 QString("C4@0+400 A#4@400+200 D4@600+100"));
    }

    void skylineNeverOverlaps()
    {
        const CounterRandom random(4, CounterRandom::Domain::Test);
        for (std::uint32_t round = 0; round < 300; ++round) {
            std::vector<Note> notes;
            std::uint32_t draw = 0;
            for (std::uint32_t i = 0; i < 40; ++i)
                notes.push_back(
                    {.start = {static_cast<std::int64_t>(random.below(500, round, ++draw))},
                     .length = {static_cast<std::int64_t>(random.below(100, round, ++draw))},
                     .id = i + 1,
                     .pitch = {static_cast<std::uint8_t>(random.below(128, round, ++draw))}});
            const std::vector<Note> line = skyline(notes);
            QVERIFY(!line.empty());
            for (std::size_t i = 1; i < line.size(); ++i)
                QVERIFY(line[i - 1].end() <= line[i].start && line[i - 1].start < line[i].start);
            QCOMPARE(notesText(skyline(line)), notesText(line));
        }
    }

    void melodyIsChosen_data()
    {
        QTest::addColumn<QString>(
            "tracks"); // Name:channel:pitches, one after the other; "+" for at once.
        QTest::addColumn<int>("chosen"); // −1: none.
        QTest::newRow("the high single line") << "a:0:72 74 76 77;b:0:48+52+55 48+52+55" << 0;
        QTest::newRow("behind an accompaniment") << "a:0:48+52+55 48+52+55;b:0:72 74 76 77" << 1;
        QTest::newRow("by its name") << "Bass:0:70 70 70 70;Melody:0:67 67 67 67" << 1;
        QTest::newRow("never the drums") << "Lead:9:90 91 92 93;b:0:40 41" << 1;
        QTest::newRow("drums alone") << "d:9:40 41" << -1;
        QTest::newRow("nothing") << "a:0:" << -1;
    }

    void melodyIsChosen()
    {
        QFETCH(const QString, tracks);
        QFETCH(const int, chosen);
        Score score;
        for (const QString& text : tracks.split(';')) {
            const QStringList parts = text.split(':');
            const TrackId track = score.addTrack().id;
            score.addEvent(track, metaEvent({}, Meta::TrackName, parts[0].toStdString()));
            std::int64_t at = 0;
            for (const QString& chord : parts[2].split(' ', Qt::SkipEmptyParts)) {
                for (const QString& pitch : chord.split('+'))
                    score.addNote(track, {.start = {at},
                                          .length = {480},
                                          .pitch = {static_cast<std::uint8_t>(pitch.toInt())},
                                          .channel = static_cast<std::uint8_t>(parts[1].toInt())});
                at += 480;
            }
        }
        const auto choice = chooseMelodyTrack(score);
        QCOMPARE(choice ? static_cast<int>(choice->track) : -1, chosen);
        QCOMPARE(melodyOf(score).empty(), chosen < 0);
        if (choice)
            QVERIFY(choice->score >= 0 && choice->score <= 1);
    }
};

QTEST_APPLESS_MAIN(TestMelody)
#include "tst_melody.moc"
