// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/evaluate/set_comparison.h"

#include <QTest>

#include <cmath>

using namespace continuo;

namespace {

std::vector<double> drawn(std::uint64_t seed, std::size_t count, double from, double width)
{
    const CounterRandom random(seed, CounterRandom::Domain::Test);
    std::vector<double> values;
    for (std::uint32_t i = 0; i < count; ++i)
        values.push_back(from + width * (random.uniform(i) + random.uniform(i, 1)));
    return values;
}

} // namespace

class TestSetComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void distancesByHand()
    {
        QCOMPARE(intraDistances(std::vector{1.0, 4.0, 2.0}), (std::vector{3.0, 1.0, 2.0}));
        QCOMPARE(interDistances(std::vector{1.0, 4.0}, std::vector{3.0, 10.0}),
                 (std::vector{2.0, 9.0, 1.0, 6.0}));
        QVERIFY(intraDistances(std::vector{1.0}).empty());
        QVERIFY(intraDistances({}).empty());
    }

    void bandwidthByHand()
    {
        // Deviation 2 of 32 values: 2 / 32^(1/5) = 1.
        std::vector<double> values(16, 1.0);
        values.insert(values.end(), 16, 5.0);
        QCOMPARE(scottBandwidth(values), 1.0);
    }

    /// Two bells of width 1 whose centres are d apart share 2·Φ(−d/2); their divergence is d²/2.
    void bellsByHand_data()
    {
        QTest::addColumn<double>("distance");
        QTest::newRow("the same") << 0.0;
        QTest::newRow("half") << 0.5;
        QTest::newRow("one") << 1.0;
        QTest::newRow("two") << 2.0;
    }
    void bellsByHand()
    {
        QFETCH(const double, distance);
        const DensityComparison found =
            compareDensities(std::vector{20.0}, std::vector{20.0 + distance}, 1);
        const double area = std::erfc(distance / 2 / std::sqrt(2.0));
        QVERIFY2(std::abs(found.overlapArea - area) < 2e-3,
                 qPrintable(QString::number(found.overlapArea)));
        QVERIFY2(std::abs(found.klDivergence - distance * distance / 2) < 5e-3,
                 qPrintable(QString::number(found.klDivergence)));
    }

    void noMassIsLostBelowZero()
    {
        // Half of the bell at 0 lies below and is reflected: twice the half, alone and against
        // itself.
        const DensityComparison same =
            compareDensities(std::vector{0.0, 8.0}, std::vector{0.0, 8.0}, 1);
        QVERIFY(std::abs(same.overlapArea - 1) < 1e-9);
        // A quarter of the distances is 0 and the rest far away: what both have in common is that
        // quarter.
        const DensityComparison quarter = compareDensities(std::vector{0.0, 50.0, 50.0, 50.0},
                                                           std::vector{0.0, 90.0, 90.0, 90.0}, 1);
        QVERIFY2(std::abs(quarter.overlapArea - 0.25) < 1e-3,
                 qPrintable(QString::number(quarter.overlapArea)));
    }

    void aSetAgainstItself()
    {
        const std::vector<double> set = drawn(1, 200, 10, 5);
        const auto comparison = compareSets(set, set);
        QVERIFY(comparison);
        QVERIFY2(comparison->corpus.overlapArea > 0.98,
                 qPrintable(QString::number(comparison->corpus.overlapArea)));
        QVERIFY(comparison->corpus.klDivergence < 0.01);
        QVERIFY(comparison->generated);
        QCOMPARE(*comparison->generated, comparison->corpus);
        QCOMPARE(comparison->intraGenerated, comparison->intraCorpus);
    }

    void setsOfTheSameKindAreAlike()
    {
        const auto comparison = compareSets(drawn(1, 100, 10, 5), drawn(2, 150, 10, 5));
        QVERIFY(comparison);
        QVERIFY2(comparison->corpus.overlapArea > 0.9,
                 qPrintable(QString::number(comparison->corpus.overlapArea)));
    }

    void setsFarApartShareNothing()
    {
        const auto comparison = compareSets(drawn(1, 100, 10, 1), drawn(2, 100, 500, 1));
        QVERIFY(comparison);
        QVERIFY2(comparison->corpus.overlapArea < 1e-3,
                 qPrintable(QString::number(comparison->corpus.overlapArea)));
        QVERIFY(comparison->corpus.klDivergence > 5);
        QVERIFY(std::isfinite(comparison->corpus.klDivergence));
    }

    void setsThatNeverDifferAreEqual()
    {
        const auto comparison = compareSets(std::vector(5, 3.0), std::vector(9, 3.0));
        QVERIFY(comparison);
        QCOMPARE(comparison->corpus, (DensityComparison{1, 0}));
    }

    void oneMelodyHasNoDistancesOfItsOwn()
    {
        const auto comparison = compareSets(std::vector{12.0}, drawn(1, 50, 10, 5));
        QVERIFY(comparison);
        QVERIFY(!comparison->generated);
        QVERIFY(!compareSets({}, drawn(1, 50, 10, 5)));
        QVERIFY(!compareSets(std::vector{12.0}, std::vector{1.0}));
    }

    void largeSetsAreSampledEvenly()
    {
        // Three thousand pieces, the later half far from the first: a sample of the beginning alone
        // would not see it.
        std::vector<double> large(1500, 0.0);
        large.insert(large.end(), 1500, 10.0);
        const auto comparison = compareSets(std::vector{0.0, 10.0}, large);
        QVERIFY(comparison);
        QVERIFY(std::abs(comparison->intraCorpus - 5) < 0.1);
        QVERIFY(std::abs(comparison->inter - 5) < 0.1);
    }
};

QTEST_APPLESS_MAIN(TestSetComparison)
#include "tst_set_comparison.moc"
