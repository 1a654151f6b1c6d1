// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/cell_masks.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace continuo;

namespace {

std::size_t hiddenOf(const std::vector<std::uint8_t>& mask)
{
    return static_cast<std::size_t>(std::ranges::count(mask, 1));
}

} // namespace

class TestCellMasks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asManyAsAskedFor()
    {
        const CounterRandom random(1, CounterRandom::Domain::Masks);
        for (std::size_t hidden = 1; hidden <= 20; ++hidden) {
            const auto mask = cellMask(random, 7, 9, 20, hidden);
            QCOMPARE(mask.size(), std::size_t{20});
            QCOMPARE(hiddenOf(mask), hidden);
            QVERIFY(std::ranges::all_of(mask, [](std::uint8_t each) { return each <= 1; }));
        }
    }

    void everyCellAndEveryNumberIsEquallyLikely()
    {
        constexpr std::size_t cells = 16;
        constexpr int draws = 4000;
        std::vector<double> counts(cells, 0);
        std::vector<double> numbers(cells + 1, 0);
        for (int step = 1; step <= draws; ++step) {
            const auto mask = trainingMask(3, step, 128, cells);
            ++numbers[hiddenOf(mask)];
            for (std::size_t i = 0; i < cells; ++i)
                counts[i] += mask[i];
        }
        // A cell is hidden with the probability 17/32, a number comes with 1/16.
        for (const double count : counts)
            QVERIFY(std::abs(count / draws - 17.0 / 32) < 0.05);
        QCOMPARE(numbers[0], 0.0);
        for (std::size_t i = 1; i <= cells; ++i)
            QVERIFY(std::abs(numbers[i] / draws - 1.0 / 16) < 0.02);
    }

    void functionsOfSeedStepAndPlace()
    {
        const auto mask = trainingMask(3, 10, 64, 256);
        QCOMPARE(trainingMask(3, 10, 64, 256), mask);
        QVERIFY(trainingMask(4, 10, 64, 256) != mask);
        QVERIFY(trainingMask(3, 11, 64, 256) != mask);
        QVERIFY(trainingMask(3, 10, 65, 256) != mask);
    }

    void judgingMasksCoverAllShares()
    {
        for (std::size_t piece = 0; piece < 50; ++piece) {
            for (std::size_t k = 0; k < kJudgingMasks; ++k) {
                const std::size_t hidden = hiddenOf(judgingMask(piece, k, 400));
                QVERIFY(hidden > 100 * k && hidden <= 100 * (k + 1));
                QCOMPARE(judgingMask(piece, k, 400), judgingMask(piece, k, 400));
            }
        }
        QCOMPARE(hiddenOf(judgingMask(0, 0, 1)), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestCellMasks)
#include "tst_cell_masks.moc"
