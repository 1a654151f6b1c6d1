// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/music/meter.h"

#include <QRegularExpression>
#include <QTest>

using namespace continuo;

class TestMeter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void barsAndBeatsHaveTheirLengths_data()
    {
        QTest::addColumn<int>("numerator");
        QTest::addColumn<int>("denominator");
        QTest::addColumn<int>("bar");
        QTest::addColumn<int>("beat");
        QTest::newRow("4/4") << 4 << 4 << 3840 << 960;
        QTest::newRow("3/4") << 3 << 4 << 2880 << 960;
        QTest::newRow("2/2") << 2 << 2 << 3840 << 1920;
        QTest::newRow("3/8") << 3 << 8 << 1440 << 480;
        QTest::newRow("6/8") << 6 << 8 << 2880 << 1440;
        QTest::newRow("9/8") << 9 << 8 << 4320 << 1440;
        QTest::newRow("7/8") << 7 << 8 << 3360 << 480;
        QTest::newRow("12/16") << 12 << 16 << 2880 << 720;
        QTest::newRow("bars of less than a tick") << 1 << (1 << 20) << 1 << 1;
    }

    void barsAndBeatsHaveTheirLengths()
    {
        QFETCH(const int, numerator);
        QFETCH(const int, denominator);
        QFETCH(const int, bar);
        QFETCH(const int, beat);
        const Meter meter{numerator, denominator};
        QCOMPARE(qint64{meter.barLength(960).value}, qint64{bar});
        QCOMPARE(qint64{meter.beatLength(960).value}, qint64{beat});
        QCOMPARE(QString::fromStdString(meterName(meter)),
                 QString("%1/%2").arg(numerator).arg(denominator));
    }

    void positionsAreCounted_data()
    {
        QTest::addColumn<QString>("signatures"); // "tick numerator/denominator, …"
        QTest::addColumn<int>("tick");
        QTest::addColumn<int>("bar");
        QTest::addColumn<int>("inBar");
        const auto row = [](const char* name, const char* signatures, int tick, int bar,
                            int inBar) {
            QTest::newRow(name) << signatures << tick << bar << inBar;
        };
        row("4/4 without a signature", "", 4000, 1, 160);
        row("the very beginning", "", 0, 0, 0);
        row("last tick of a bar", "", 3839, 0, 3839);
        row("3/4", "0 3/4", 2880, 1, 0);
        row("after a change", "0 4/4, 3840 3/4", 3840 + 2880 + 5, 2, 5);
        row("before a change", "0 4/4, 3840 3/4", 3839, 0, 3839);
        row("signature inside a bar", "0 4/4, 1000 3/4", 1000, 1, 0);
        row("the same meter anew inside a bar", "0 4/4, 960 4/4", 960 + 3840, 2, 0);
        row("the same meter anew between bars", "0 4/4, 3840 4/4", 3840 * 3 + 7, 3, 7);
        row("the last at one tick holds", "0 4/4, 0 3/4", 2880, 1, 0);
        row("change before the first signature", "1920 2/4", 1920, 1, 0);
        row("an impossible signature is passed over", "0 0/4, 0 3/4", 2881, 1, 1);
    }

    void positionsAreCounted()
    {
        QFETCH(const QString, signatures);
        QFETCH(const int, tick);
        QFETCH(const int, bar);
        QFETCH(const int, inBar);
        Score score;
        const TrackId track = score.addTrack().id;
        for (const QString& signature : signatures.split(", ", Qt::SkipEmptyParts)) {
            const QStringList parts = signature.split(QRegularExpression("[ /]"));
            Event event =
                timeSignatureEvent({parts[0].toInt()}, qMax(1, parts[1].toInt()), parts[2].toInt());
            if (parts[1] == "0") {
                const std::uint8_t bytes[] = {0, 2, 24, 8};
                event.payload = Bytes(std::span<const std::uint8_t>(bytes));
            }
            score.addEvent(track, event);
        }
        const MeterMap map(score);
        const MeterMap::Position position = map.position({tick});
        QCOMPARE(qint64{position.bar}, qint64{bar});
        QCOMPARE(qint64{position.inBar.value}, qint64{inBar});
        QCOMPARE(qint64{map.barStart(bar).value}, qint64{tick - inBar});
    }

    void positionsAndBarStartsAgree()
    {
        // Over random signatures: bars follow one another, and every tick lies in the bar that says
        // so.
        const CounterRandom random(3, CounterRandom::Domain::Test);
        for (std::uint32_t round = 0; round < 200; ++round) {
            Score score;
            const TrackId track = score.addTrack().id;
            std::uint32_t draw = 0;
            for (int i = 0; i < 6; ++i) {
                const Tick time{static_cast<std::int64_t>(random.below(20'000, round, ++draw))};
                const int numerator = 1 + static_cast<int>(random.below(12, round, ++draw));
                score.addEvent(track, timeSignatureEvent(time, numerator,
                                                         1 << random.below(5, round, ++draw)));
            }
            const MeterMap map(score);
            for (int i = 0; i < 50; ++i) {
                const Tick time{static_cast<std::int64_t>(random.below(40'000, round, ++draw))};
                const MeterMap::Position position = map.position(time);
                QVERIFY(map.barStart(position.bar) + position.inBar == time);
                QVERIFY(map.barStart(position.bar + 1) > time);
                QVERIFY(position.inBar < map.meterAt(time).barLength(960));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestMeter)
#include "tst_meter.moc"
