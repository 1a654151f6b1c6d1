// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/block_sampling.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace continuo;

namespace {

constexpr Token kClasses = 5;

/// Finds the class above that of the cell before likeliest; remembers what it was asked.
class CountingUp final : public MaskedModel
{
public:
    std::size_t voices() const override { return 2; }
    Token classes() const override { return kClasses; }
    bool read(std::span<const Token> cells, std::span<float> logits,
              const CancelToken& cancel) const override
    {
        asked.emplace_back(cells.begin(), cells.end());
        for (std::size_t cell = 0; cell < cells.size(); ++cell) {
            const Token before = cell >= 2 ? cells[cell - 2] : 0;
            for (Token each = 0; each < kClasses; ++each)
                logits[cell * kClasses + static_cast<std::size_t>(each)] =
                    before != kHiddenCell && each == (before + 1) % kClasses ? strength : 0.0F;
        }
        return !cancel.isCancelled();
    }

    float strength = 3;
    mutable std::vector<std::vector<Token>> asked{};
};

CellProblem problem(std::vector<Token> cells)
{
    return {std::move(cells), std::vector<std::uint8_t>(kClasses, 1),
            std::vector<std::uint8_t>(kClasses, 1)};
}

std::vector<Token> free(std::size_t cells)
{
    return std::vector<Token>(cells, kHiddenCell);
}

} // namespace

class TestBlockSampling : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sharesFallAndStay()
    {
        // 0.9 − 0.8 · i / 70, then 0.1.
        QCOMPARE(redrawnShare(0, 100), 0.9);
        QVERIFY(std::abs(redrawnShare(7, 100) - 0.82) < 1e-12);
        QVERIFY(std::abs(redrawnShare(35, 100) - 0.5) < 1e-12);
        QVERIFY(std::abs(redrawnShare(70, 100) - 0.1) < 1e-12);
        QCOMPARE(redrawnShare(99, 100), 0.1);
        QCOMPARE(redrawnShare(0, 1), 0.9);
    }

    void firstAllIsHiddenThenAsManyAsTheShareSays()
    {
        const CountingUp model;
        const std::size_t rounds = 40;
        const auto answer =
            sampleBlocks(model, problem(free(400)), {{}, 3, 0, rounds}, {}, CancelToken{});
        QVERIFY(answer);
        QCOMPARE(model.asked.size(), rounds);
        for (std::size_t round = 0; round < rounds; ++round) {
            const auto hidden =
                static_cast<double>(std::ranges::count(model.asked[round], kHiddenCell));
            const double share = round == 0 ? 1 : redrawnShare(round, rounds);
            const double spread = 5 * std::sqrt(400 * share * (1 - share)) + 1e-9;
            QVERIFY(std::abs(hidden - 400 * share) <= spread);
        }
        QVERIFY(std::ranges::count(answer->cells, kHiddenCell) == 0);
    }

    void whatIsGivenStays()
    {
        const CountingUp model;
        std::vector<Token> cells = free(40);
        for (std::size_t i = 0; i < cells.size(); i += 2)
            cells[i] = static_cast<Token>(i % kClasses);
        const auto answer =
            sampleBlocks(model, problem(cells), {{}, 9, 1, 12}, {}, CancelToken{}).value();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i % 2 == 0) {
                QCOMPARE(answer.cells[i], cells[i]);
                QVERIFY(answer.draws[i] == CellDraw{});
            } else {
                QVERIFY(answer.draws[i].probability > 0 && answer.draws[i].rank >= 1);
            }
        }
        for (const std::vector<Token>& seen : model.asked) {
            for (std::size_t i = 0; i < cells.size(); i += 2)
                QCOMPARE(seen[i], cells[i]);
        }
    }

    void itFindsWhatTheModelThinksLikely()
    {
        CountingUp model;
        model.strength = 12;
        std::vector<Token> cells = free(60);
        cells[0] = 2;
        cells[1] = 4;
        const auto answer =
            sampleBlocks(model, problem(cells), {{}, 1, 0, 120}, {}, CancelToken{}).value();
        std::size_t right = 0;
        for (std::size_t i = 2; i < cells.size(); ++i)
            right += answer.cells[i] == (answer.cells[i - 2] + 1) % kClasses ? 1 : 0;
        // By chance a fifth, 12, would be.
        QVERIFY2(right >= 36, qPrintable(QString::number(right)));
    }

    void sameSeedSameCells()
    {
        const CountingUp model;
        const auto draw = [&](std::uint64_t seed, std::uint32_t alternative) {
            return sampleBlocks(model, problem(free(40)), {{}, seed, alternative, 20}, {},
                                CancelToken{})
                .value();
        };
        QVERIFY(draw(5, 0) == draw(5, 0));
        QVERIFY(!(draw(5, 0) == draw(6, 0)));
        QVERIFY(!(draw(5, 0) == draw(5, 1)));
    }

    void masksHold()
    {
        const CountingUp model;
        CellProblem asked = problem(free(40));
        asked.wished = {1, 0, 1, 0, 0};
        asked.mayBegin = {0, 0, 1, 1, 1};
        const auto answer = sampleBlocks(model, asked, {{}, 2, 0, 15}, {}, CancelToken{}).value();
        for (std::size_t i = 0; i < answer.cells.size(); ++i) {
            QVERIFY(answer.cells[i] == 2 || (answer.cells[i] == 0 && i >= 2));
            QVERIFY(answer.draws[i].maskedMass > 0);
        }
    }

    void everyStepIsTold()
    {
        const CountingUp model;
        std::vector<std::size_t> told;
        std::vector<Token> last;
        const auto answer = sampleBlocks(
            model, problem(free(10)), {{}, 2, 0, 7},
            [&](std::size_t step, const CellAnswer& now) {
                told.push_back(step);
                last = now.cells;
                QVERIFY(std::ranges::count(now.cells, kHiddenCell) == 0);
            },
            CancelToken{});
        QCOMPARE(told, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6}));
        QCOMPARE(last, answer->cells);
    }

    void cancelEndsIt()
    {
        const CountingUp model;
        CancelToken cancel;
        std::size_t steps = 0;
        const auto answer = sampleBlocks(
            model, problem(free(10)), {{}, 2, 0, 1000},
            [&](std::size_t step, const CellAnswer&) {
                ++steps;
                if (step == 4)
                    cancel.cancel();
            },
            cancel);
        QVERIFY(!answer && answer.error().kind == ErrorKind::Cancelled);
        QCOMPARE(steps, std::size_t{5});
    }

    void numbersThatAreNoneAreTold()
    {
        CountingUp model;
        model.strength = std::numeric_limits<float>::quiet_NaN();
        const auto answer =
            sampleBlocks(model, problem(free(10)), {{}, 2, 0, 3}, {}, CancelToken{});
        QVERIFY(!answer && answer.error().id == "generate.not-finite");
    }
};

QTEST_APPLESS_MAIN(TestBlockSampling)
#include "tst_block_sampling.moc"
