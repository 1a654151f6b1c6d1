// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/music/tempo_map.h"

#include <QTest>

#include <cmath>

using namespace continuo;

class TestTempoMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ticksBecomeSeconds_data()
    {
        QTest::addColumn<QString>("tempos"); // "tick microseconds, …"; a second track behind "|".
        QTest::addColumn<int>("tick");
        QTest::addColumn<double>("seconds");
        const auto row = [](const char* name, const char* tempos, int tick, double seconds) {
            QTest::newRow(name) << tempos << tick << seconds;
        };
        row("120 without a tempo", "", 1920, 1.0);
        row("60", "0 1000000", 960, 1.0);
        row("before the first tempo", "960 1000000", 960, 0.5);
        row("after a change", "0 500000, 960 1000000", 1920, 1.5);
        row("the last at one tick holds", "0 500000, 0 1000000", 960, 1.0);
        row("of the later track", "0 250000|0 1000000", 960, 1.0);
        row("tracks are merged", "0 500000|960 1000000", 1920, 1.5);
        row("a tempo of zero is passed over", "0 0", 960, 0.5);
    }

    void ticksBecomeSeconds()
    {
        QFETCH(const QString, tempos);
        QFETCH(const int, tick);
        QFETCH(const double, seconds);
        const TempoMap map(scoreWith(tempos));
        QCOMPARE(map.ticksToSeconds({tick}), seconds);
        QCOMPARE(qint64{map.secondsToTicks(seconds).value}, qint64{tick});
    }

    void framesIgnoreTempo_data()
    {
        QTest::addColumn<int>("framesPerSecond");
        QTest::addColumn<double>("seconds"); // Of 12,000 ticks, 40 a frame: 300 frames.
        QTest::newRow("24") << 24 << 12.5;
        QTest::newRow("25") << 25 << 12.0;
        QTest::newRow("29 is 30 drop frame") << 29 << 300 * 1.001 / 30;
        QTest::newRow("30") << 30 << 10.0;
    }

    void framesIgnoreTempo()
    {
        QFETCH(const int, framesPerSecond);
        QFETCH(const double, seconds);
        Score score = scoreWith("0 1000000");
        score.smpte = SmpteDivision{framesPerSecond, 40};
        const TempoMap map(score);
        QVERIFY(std::abs(map.ticksToSeconds({12'000}) - seconds) < 1e-9);
        QCOMPARE(qint64{map.secondsToTicks(seconds).value}, qint64{12'000});
    }

    void secondsAndTicksAreInverse()
    {
        const CounterRandom random(5, CounterRandom::Domain::Test);
        for (std::uint32_t round = 0; round < 100; ++round) {
            QStringList tempos;
            std::uint32_t draw = 0;
            for (int i = 0; i < 20; ++i) {
                const auto tick = random.below(100'000, round, ++draw);
                const auto tempo = 100'000 + random.below(2'000'000, round, ++draw);
                tempos.append(QString("%1 %2").arg(tick).arg(tempo));
            }
            const TempoMap map(scoreWith(tempos.join(", ")));
            double before = -1;
            for (std::int64_t tick = 0; tick < 120'000;
                 tick += 1 + static_cast<std::int64_t>(random.below(5000, round, ++draw))) {
                const double seconds = map.ticksToSeconds({tick});
                QVERIFY(seconds > before);
                before = seconds;
                QCOMPARE(qint64{map.secondsToTicks(seconds).value}, qint64{tick});
            }
        }
    }

    void beforeTheBeginningIsTheBeginning()
    {
        const TempoMap map(960, 500'000);
        QCOMPARE(qint64{map.secondsToTicks(-1).value}, qint64{0});
        QCOMPARE(qint64{map.secondsToTicks(std::nan("")).value}, qint64{0});
    }

    void temposAreTold()
    {
        const TempoMap map(scoreWith("0 500000, 960 400000, 1920 400000"));
        QCOMPARE(map.microsecondsPerQuarterAt({959}), 500'000U);
        QCOMPARE(map.microsecondsPerQuarterAt({960}), 400'000U);
        QCOMPARE(map.changes().size(), std::size_t{2});
    }

private:
    static Score scoreWith(const QString& tempos)
    {
        Score score;
        for (const QString& list : tempos.split('|')) {
            const TrackId track = score.addTrack().id;
            for (const QString& entry : list.split(", ", Qt::SkipEmptyParts)) {
                const QStringList parts = entry.split(' ');
                Event event = tempoEvent({parts[0].toInt()}, qMax(1U, parts[1].toUInt()));
                if (parts[1] == "0") {
                    const std::uint8_t bytes[] = {0, 0, 0};
                    event.payload = Bytes(std::span<const std::uint8_t>(bytes));
                }
                score.addEvent(track, event);
            }
        }
        return score;
    }
};

QTEST_APPLESS_MAIN(TestTempoMap)
#include "tst_tempo_map.moc"
