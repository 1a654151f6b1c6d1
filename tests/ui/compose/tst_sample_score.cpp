// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/key.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"
#include "ui/compose/sample_score.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestSampleScore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsEightBarsOfAJig()
    {
        StudioPaths paths;
        paths.resources = qEnvironmentVariable("CONTINUO_RESOURCES");
        const Score score = sampleScore(paths);
        QCOMPARE(score.tracks.size(), std::size_t{1});
        const Track& track = score.tracks.front();
        QCOMPARE(trackName(track), std::string("Melody"));
        QCOMPARE(trackProgram(track).value_or(0), 73);
        const MeterMap meters(score);
        QCOMPARE(QString::fromStdString(meterName(meters.meterAt({}))), QStringLiteral("6/8"));
        QCOMPARE(meters.position(track.end).bar, 8);
        QCOMPARE(track.notes.back().end(),
                 meters.barStart(8)); // So that the answer begins with a bar.
        QCOMPARE(keyName(estimateKey(track.notes)->key), std::string("G major"));
        QCOMPARE(TempoMap(score).microsecondsPerQuarterAt({}), 357'143U); // 112 dotted quarters a minute.
    }

    void withoutTunesThereIsAnEmptyTrack()
    {
        StudioPaths paths;
        paths.resources = QStringLiteral("/nowhere");
        const Score score = sampleScore(paths);
        QCOMPARE(score.tracks.size(), std::size_t{1});
        QVERIFY(!score.hasNotes());
    }
};

QTEST_APPLESS_MAIN(TestSampleScore)
#include "tst_sample_score.moc"
