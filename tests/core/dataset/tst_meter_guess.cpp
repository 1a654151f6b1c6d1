// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/file.h"
#include "core/dataset/meter_guess.h"
#include "tests/core/dataset/score_fixture.h"

#include <QDirIterator>
#include <QtTest>

using namespace continuo;

class TestMeterGuess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainRhythmsAreHeard_data();
    void plainRhythmsAreHeard();
    void nothingIsGuessedFromNothing();
    void mostFolkTunesAreGuessed();
};

void TestMeterGuess::plainRhythmsAreHeard_data()
{
    QTest::addColumn<QByteArray>("bars");
    QTest::addColumn<QString>("meter");
    QTest::newRow("waltz")
        << QByteArray(
               "L:1/4\nK:C\nC2E|G2E|C2E|G2E|F2A|c2A|G2E|C3|C2E|G2E|C2E|G2E|F2A|c2A|G2E|C3|\n")
        << "3/4";
    QTest::newRow("march")
        << QByteArray("L:1/4\nK:C\nC2EG|c2GE|F2Ac|G2EC|C2EG|c2GE|F2Ac|G2EC|C2EG|c2GE|F2Ac|G2EC|\n")
        << "4/4";
    QTest::newRow("jig")
        << QByteArray(
               "L:1/8\nK:C\nC2E G2E|C2E G2E|F2A c2A|G2E C2E|C2E G2E|C2E G2E|F2A c2A|G2E C3|\n")
        << "6/8";
}

void TestMeterGuess::plainRhythmsAreHeard()
{
    QFETCH(QByteArray, bars);
    QFETCH(QString, meter);
    const Score score = scoreOf("X:1\nM:none\n" + bars);
    const auto guess = guessMeter(allNotes(score), score.ticksPerQuarter);
    QVERIFY(guess);
    QCOMPARE(QString::fromStdString(meterName(*guess)), meter);
}

void TestMeterGuess::nothingIsGuessedFromNothing()
{
    QVERIFY(!guessMeter({}, 480));
    QVERIFY(!guessMeter(allNotes(scoreOfNotes({{0, 1, 60}, {1, 1, 62}})), 480));
    QList<QList<double>> even;
    for (int i = 0; i < 100; ++i)
        even += QList<double>{i * 0.25, 0.25, 60};
    QVERIFY(!guessMeter(allNotes(scoreOfNotes(even)), 480));
}

/// Tunes whose meter is written, asked without it: whether beats come in twos or in threes, and how
/// the bar is divided.
void TestMeterGuess::mostFolkTunesAreGuessed()
{
    const QString shared = qEnvironmentVariable("CONTINUO_SHARED_DATA");
    if (shared.isEmpty() || !QFileInfo::exists(shared + "/folk-abc"))
        QSKIP("the folk tunes are not here");
    std::size_t tunes = 0;
    std::size_t whole = 0;    // the meter as written
    std::size_t division = 0; // threes told from twos, at the bar or at the beat
    QDirIterator files(shared + "/folk-abc", {"*.abc"}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const auto bytes = readFile(files.next().toStdString());
        const auto read =
            readAbc({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, "tune");
        if (!read)
            continue;
        for (const AbcTune& tune : *read) {
            const MeterMap meters(tune.score);
            if (meters.changes().size() > 2) // Two where there is a pickup.
                continue;
            const Meter written = meters.changes().back().meter;
            const auto guess = guessMeter(allNotes(tune.score), tune.score.ticksPerQuarter);
            ++tunes;
            if (!guess)
                continue;
            whole += *guess == written || (*guess == Meter{2, 4} && written == Meter{4, 4}) ||
                     (*guess == Meter{4, 4} && written == Meter{2, 4}) ||
                     (*guess == Meter{4, 4} && written == Meter{2, 2}) ||
                     (*guess == Meter{2, 4} && written == Meter{2, 2});
            division += (guess->denominator == 8) == (written.denominator == 8);
        }
    }
    qInfo() << tunes << "tunes," << whole << "guessed up to 2/4 for 4/4 and 2/2," << division
            << "divided rightly";
    QVERIFY(tunes >= 300);
    QVERIFY(double(whole) >= 0.7 * double(tunes));
    QVERIFY(double(division) >= 0.8 * double(tunes));
}

QTEST_APPLESS_MAIN(TestMeterGuess)
#include "tst_meter_guess.moc"
