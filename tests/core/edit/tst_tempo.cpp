// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/tempo.h"
#include "core/music/tempo_map.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestTempo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTempoThatHoldsThereIsChanged_data()
    {
        QTest::addColumn<QList<qint64>>("times"); // Of tempo events before: at each, 100,000 · (1 + its place).
        QTest::addColumn<qint64>("at");
        QTest::addColumn<int>("changes"); // Of the tempo map afterwards.
        QTest::newRow("none yet") << QList<qint64>{} << qint64{500} << 1;
        QTest::newRow("one at the start") << QList<qint64>{0} << qint64{500} << 1;
        QTest::newRow("before the only one") << QList<qint64>{960} << qint64{0} << 2;
        QTest::newRow("at the second") << QList<qint64>{0, 960} << qint64{960} << 2;
        QTest::newRow("between two") << QList<qint64>{0, 960} << qint64{959} << 2;
        QTest::newRow("two at one tick") << QList<qint64>{0, 0} << qint64{0} << 1;
    }

    void theTempoThatHoldsThereIsChanged()
    {
        QFETCH(const QList<qint64>, times);
        QFETCH(const qint64, at);
        QFETCH(const int, changes);
        Score score = scoreOf("CDEF");
        Track& track = score.tracks.front();
        std::erase_if(track.events, [](const Event& event) { return event.isMeta(Meta::Tempo); });
        for (qsizetype i = 0; i < times.size(); ++i)
            score.addEvent(track.id, tempoEvent({times[i]}, static_cast<std::uint32_t>(100'000 * (1 + i))));
        const Score before = score;
        const ScorePatch patch = setTempo(score, {at}, 777'777);
        QVERIFY(applyPatch(score, patch));
        QCOMPARE(TempoMap(score).microsecondsPerQuarterAt({at}), 777'777U);
        QCOMPARE(static_cast<int>(TempoMap(score).changes().size()), changes);
        QVERIFY(setTempo(score, {at}, 777'777).isEmpty());
        QVERIFY(applyPatch(score, patch.inverted()));
        QVERIFY(score == before);
    }

    void smpteTimeHasNoTempo()
    {
        Score score = scoreOf("C");
        score.smpte = SmpteDivision{};
        QVERIFY(setTempo(score, {}, 400'000).isEmpty());
        QVERIFY(setTempo(Score{}, {}, 400'000).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestTempo)
#include "tst_tempo.moc"
