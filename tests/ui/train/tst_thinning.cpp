// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/thinning.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace continuo::ui;

namespace {

constexpr int kPoints = 100'000;
constexpr int kColumns = 800;

/// A curve as noisy as training losses are, by a fixed rule.
std::vector<double> noise()
{
    std::vector<double> values;
    unsigned state = 1;
    for (int i = 0; i < kPoints; ++i) {
        state = state * 1664525u + 1013904223u;
        values.push_back(3 * std::exp(-3.0 * i / kPoints) + (state >> 8) / double(1u << 24));
    }
    return values;
}

std::vector<double> steps(int count)
{
    std::vector<double> values;
    for (int i = 0; i < count; ++i)
        values.push_back(i);
    return values;
}

} // namespace

class TestThinning final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fewPointsAreAllKept();
    void everyColumnKeepsItsExtremes();
    void aPeakIsNeverLost();
    void oneNeighbourOnEitherSideIsKept();
    void gapsStayGaps();
    void nothingIsHarmless();
};

void TestThinning::fewPointsAreAllKept()
{
    const std::vector<double> x = steps(100), y(100, 1.0);
    const std::vector<std::size_t> places = thinned(x, y, 0, 99, 50);
    QCOMPARE(places.size(), 100U);
    QVERIFY(std::ranges::is_sorted(places));
}

void TestThinning::everyColumnKeepsItsExtremes()
{
    const std::vector<double> x = steps(kPoints), y = noise();
    const double last = kPoints - 1;
    const std::vector<std::size_t> places = thinned(x, y, 0, last, kColumns);
    QVERIFY2(places.size() <= std::size_t(4 * (kColumns + 2)), qPrintable(QString::number(places.size())));
    QVERIFY(std::ranges::adjacent_find(places, std::greater_equal<>()) == places.end());
    const auto columnOf = [&](std::size_t place) { return int(x[place] / (last / kColumns)); };
    std::vector<double> low(kColumns + 1, 1e9), high(kColumns + 1, -1e9), lowKept = low, highKept = high;
    for (std::size_t i = 0; i < x.size(); ++i) {
        double& least = low[std::size_t(columnOf(i))];
        double& most = high[std::size_t(columnOf(i))];
        least = std::min(least, y[i]);
        most = std::max(most, y[i]);
    }
    for (const std::size_t i : places) {
        lowKept[std::size_t(columnOf(i))] = std::min(lowKept[std::size_t(columnOf(i))], y[i]);
        highKept[std::size_t(columnOf(i))] = std::max(highKept[std::size_t(columnOf(i))], y[i]);
    }
    QVERIFY(low == lowKept);
    QVERIFY(high == highKept);
}

void TestThinning::aPeakIsNeverLost()
{
    const std::vector<double> x = steps(kPoints);
    for (const int peak : {0, 1, 17, 50'000, 99'998, 99'999}) {
        std::vector<double> y(kPoints, 1.0);
        y[std::size_t(peak)] = 9;
        QVERIFY(std::ranges::count(thinned(x, y, 0, kPoints - 1, kColumns), std::size_t(peak)) == 1);
        y[std::size_t(peak)] = -9;
        QVERIFY(std::ranges::count(thinned(x, y, 0, kPoints - 1, kColumns), std::size_t(peak)) == 1);
    }
}

void TestThinning::oneNeighbourOnEitherSideIsKept()
{
    const std::vector<double> x = steps(kPoints), y = noise();
    const std::vector<std::size_t> close = thinned(x, y, 500.5, 510.5, kColumns);
    QCOMPARE(close.front(), 500U);
    QCOMPARE(close.back(), 511U);
    QCOMPARE(close.size(), 12U);
    const std::vector<std::size_t> wide = thinned(x, y, 10'000.5, 90'000.5, kColumns);
    QCOMPARE(wide.front(), 10'000U);
    QCOMPARE(wide.back(), 90'001U);
}

void TestThinning::gapsStayGaps()
{
    const std::vector<double> x = steps(kPoints);
    std::vector<double> y = noise();
    const double none = std::numeric_limits<double>::quiet_NaN();
    y[0] = y[31'234] = y[99'999] = none;
    const std::vector<std::size_t> places = thinned(x, y, 0, kPoints - 1, kColumns);
    for (const std::size_t gap : {0U, 31'234U, 99'999U})
        QVERIFY(std::ranges::count(places, gap) == 1);
    QVERIFY(places.size() < 6U * kColumns);
}

void TestThinning::nothingIsHarmless()
{
    QVERIFY(thinned({}, {}, 0, 1, 100).empty());
    const std::vector<double> x = steps(10), y(10, 1.0);
    QVERIFY(thinned(x, y, 20, 30, 100).size() <= 1);
    QCOMPARE(thinned(x, y, 0, 9, 0).size(), 10U);
    QVERIFY(thinned(x, y, 5, 5, 100).size() <= 10);
}

QTEST_APPLESS_MAIN(TestThinning)
#include "tst_thinning.moc"
