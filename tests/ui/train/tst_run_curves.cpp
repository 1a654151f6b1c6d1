// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/story_lines.h"
#include "ui/train/run_curves.h"

#include <QTest>

#include <algorithm>

using namespace continuo;
using namespace continuo::ui;

namespace {

RunFactsPointer runOf(const QString& name, double offset)
{
    auto run = std::make_shared<RunFacts>();
    run->name = name;
    run->path = QStringLiteral("/runs/") + name;
    run->story = storyOf({kStarted, stepLine(2, 5, 4 + offset), judgedLine(3, 10, 2.5 + offset), stepLine(4, 10, 2 + offset),
                          judgedLine(5, 20, 2.25 + offset), stepLine(6, 20, 3 + offset)});
    return run;
}

const PlotCurve& named(const std::vector<PlotCurve>& curves, const QString& name)
{
    return *std::ranges::find(curves, name, &PlotCurve::name);
}

} // namespace

class TestRunCurves final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seriesAreThoseOfTheLog();
    void theRawCurveStandsFaintUnderTheSmoothedOne();
    void referencesAreNamedInWords();
    void theBestPointIsLabelled();
    void otherRunsComeWithTheirNames();
    void tableReadsBack();
    void twoNetworksAreDrawnAgainstEachOther();
    void whereNothingIsHeldOutThereIsNoSuchCurve();
};

void TestRunCurves::whereNothingIsHeldOutThereIsNoSuchCurve()
{
    const auto run = std::make_shared<RunFacts>();
    run->story = storyOf({R"({"seq":1,"event":"started","step":0,"validationPieces":0})",
                          stepLine(2, 5, 4), stepLine(3, 10, 2)});
    const RunCurves curves = runCurves(*run, {}, 0);
    QCOMPARE(curves.loss.size(), 1U);
    QCOMPARE(curves.accuracy.size(), 1U);
    QCOMPARE(named(curves.loss, QStringLiteral("training")).y, (std::vector<double>{4, 2}));
    QVERIFY(!curves.best);
    QCOMPARE(whyNotComparable(*run, *runOf(QStringLiteral("a"), 0)),
             QStringLiteral("no held-out loss"));
}

void TestRunCurves::twoNetworksAreDrawnAgainstEachOther()
{
    auto run = std::make_shared<RunFacts>();
    run->name = QStringLiteral("gan");
    run->story = storyOf({kStarted, pairStepLine(2, 5, 1.25, 0.75), varietyLine(3, 10, 0.125),
                          pairStepLine(4, 10, 1.5, 0.5), varietyLine(5, 20, 0.5)});
    const RunCurves curves = runCurves(*run, {}, 0);
    QCOMPARE(curves.loss.size(), 2U);
    QCOMPARE(named(curves.loss, QStringLiteral("discriminator")).y,
             (std::vector<double>{1.25, 1.5}));
    QCOMPARE(named(curves.loss, QStringLiteral("generator")).y, (std::vector<double>{0.75, 0.5}));
    QVERIFY(!curves.best);
    QCOMPARE(curves.references.size(), 2U);
    QCOMPARE(curves.references[0].name, QStringLiteral("the discriminator cannot tell"));
    QVERIFY(qAbs(curves.references[0].value - 1.3863) < 1e-4);
    QVERIFY(qAbs(curves.references[1].value - 0.6931) < 1e-4);
    QCOMPARE(named(curves.accuracy, QStringLiteral("alike for every noise")).y,
             (std::vector<double>{0.125, 0.5}));
    QCOMPARE(curves.accuracyReferences.size(), 1U);
    QCOMPARE(curves.accuracyReferences[0].value, 0.75);

    const std::vector<RunFactsPointer> runs{run, runOf(QStringLiteral("a"), 0)};
    const QList<QByteArray> lines = runCsv(runs, 0).split('\n');
    QCOMPARE(lines[0].trimmed().split(',').size(), 15);
    for (qsizetype i = 1; i + 1 < lines.size(); ++i)
        QCOMPARE(lines[i].trimmed().split(',').size(), 15);
    QVERIFY(lines[1].trimmed().endsWith(",,,,1.25,0.75,,,"));
    QVERIFY(lines[2].trimmed().endsWith("1.5,0.5,0.125,0.5,0.25"));
    QVERIFY(!whyNotComparable(*run, *runs[1]).isEmpty());
}

void TestRunCurves::seriesAreThoseOfTheLog()
{
    const RunCurves curves = runCurves(*runOf(QStringLiteral("a"), 0), {}, 0);
    const PlotCurve& training = named(curves.loss, QStringLiteral("training"));
    QCOMPARE(training.x, (std::vector<double>{5, 10, 20}));
    QCOMPARE(training.y, (std::vector<double>{4, 2, 3}));
    const PlotCurve& heldOut = named(curves.loss, QStringLiteral("held-out"));
    QCOMPARE(heldOut.x, (std::vector<double>{10, 20}));
    QCOMPARE(heldOut.y, (std::vector<double>{2.5, 2.25}));
    QCOMPARE(curves.loss.size(), 2U); // Without smoothing there is no raw curve beside it.
    QCOMPARE(named(curves.accuracy, QStringLiteral("held-out")).y, (std::vector<double>{0.4, 0.4}));
    QCOMPARE(curves.gradientNorm.at(0).y, (std::vector<double>{0.7, 0.7, 0.7}));
}

void TestRunCurves::theRawCurveStandsFaintUnderTheSmoothedOne()
{
    const RunCurves curves = runCurves(*runOf(QStringLiteral("a"), 0), {}, 0.5);
    const auto raw = std::ranges::find(curves.loss, QStringLiteral("training, raw"), &PlotCurve::name);
    const auto calm = std::ranges::find(curves.loss, QStringLiteral("training"), &PlotCurve::name);
    QVERIFY(raw < calm);
    QVERIFY(raw->opacity < calm->opacity);
    QCOMPARE(raw->y, (std::vector<double>{4, 2, 3}));
    QCOMPARE(calm->y, (std::vector<double>{4, 2 / 0.75, 2.5 / 0.875}));
}

void TestRunCurves::referencesAreNamedInWords()
{
    const RunCurves curves = runCurves(*runOf(QStringLiteral("a"), 0), {}, 0);
    QCOMPARE(curves.references.size(), 3U);
    QCOMPARE(curves.references[0].name, QStringLiteral("any note, equally"));
    QCOMPARE(curves.references[0].value, 3.5);
    QCOMPARE(curves.references[1].name, QStringLiteral("by frequency alone"));
    QCOMPARE(curves.references[2].name, QStringLiteral("from the note before"));
    QCOMPARE(curves.references[2].value, 2.0);
}

void TestRunCurves::theBestPointIsLabelled()
{
    const RunCurves curves = runCurves(*runOf(QStringLiteral("a"), 0), {}, 0);
    QVERIFY(curves.best);
    QCOMPARE(curves.best->x, 20.0);
    QCOMPARE(curves.best->y, 2.25);
    QCOMPARE(curves.best->words, QStringLiteral("best 2.25 at 20"));
}

void TestRunCurves::otherRunsComeWithTheirNames()
{
    const std::vector<RunFactsPointer> others{runOf(QStringLiteral("b"), 1), runOf(QStringLiteral("c"), 2)};
    const RunCurves curves = runCurves(*runOf(QStringLiteral("a"), 0), others, 0.9);
    QCOMPARE(named(curves.loss, QStringLiteral("b")).y, (std::vector<double>{3.5, 3.25}));
    QCOMPARE(named(curves.loss, QStringLiteral("c")).y, (std::vector<double>{4.5, 4.25}));
    QVERIFY(named(curves.loss, QStringLiteral("b")).colour != named(curves.loss, QStringLiteral("c")).colour);
}

void TestRunCurves::tableReadsBack()
{
    const std::vector<RunFactsPointer> runs{runOf(QStringLiteral("a, \"b\""), 0), runOf(QStringLiteral("c"), 0.1)};
    const QByteArray csv = runCsv(runs, 0.5);
    const QList<QByteArray> lines = csv.split('\n');
    QCOMPARE(lines.size(), 1 + 3 + 3 + 1);
    QCOMPARE(lines[0].trimmed().split(',').size(), 10);
    QCOMPARE(lines[1].trimmed(), QByteArray("\"a, \"\"b\"\"\",5,4,4,0.5,0.69999999999999996,0.0050000000000000001,,,"));
    const QList<QByteArray> last = lines[6].trimmed().split(',');
    QCOMPARE(last[0], QByteArray("c"));
    QCOMPARE(last[1].toInt(), 20);
    QCOMPARE(last[2].toDouble(), 3.1); // Exactly: nothing is lost on the way.
    QVERIFY(qAbs(last[3].toDouble() - (2.5 / 0.875 + 0.1)) < 1e-12);
    QCOMPARE(last[7].toDouble(), 2.25 + 0.1);
    QCOMPARE(last[8].toDouble(), 0.4);
    QCOMPARE(last[9].toDouble(), 3.2);
}

QTEST_GUILESS_MAIN(TestRunCurves)
#include "tst_run_curves.moc"
