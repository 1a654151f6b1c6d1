// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/torch_threads_p.h"
#include "tests/core/learn/lstm_case.h"

#include <QTest>

#include <atomic>
#include <cmath>

using namespace continuo;
using namespace continuo::test;

namespace {

float largest(const std::vector<float>& values)
{
    float most = 0;
    for (const float value : values)
        most = std::max(most, std::abs(value));
    return most;
}

/// The largest difference as a share of the largest value.
float difference(const std::vector<float>& a, const std::vector<float>& b)
{
    std::vector<float> differences;
    for (std::size_t i = 0; i < b.size(); ++i)
        differences.push_back(a[i] - b[i]);
    return a.size() == b.size() ? largest(differences) / largest(b) : INFINITY;
}

constexpr const char* kNoInstructions =
    "This processor has no 512-bit registers, or no bfloat16 products.";

} // namespace

class TestLstm final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gradientsAreThoseOfLibtorch_data()
    {
        QTest::addColumn<int>("time");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("hidden");
        QTest::addColumn<bool>("isBfloat16");
        struct Sizes
        {
            const char* name;
            int time, batch, hidden;
        };
        for (const Sizes& sizes :
             std::initializer_list<Sizes>{{"one step of one sequence", 1, 1, 16},
                                          {"one step", 1, 7, 32},
                                          {"one sequence", 9, 1, 16},
                                          {"an odd number of places", 5, 3, 48},
                                          {"full and narrow blocks", 6, 13, 80},
                                          {"several stretches", 21, 37, 64},
                                          {"a first step longer than a stretch", 3, 301, 32},
                                          {"three registers left", 4, 8, 112}}) {
            for (const bool isBfloat16 : {false, true})
                QTest::addRow("%s, %s", sizes.name, isBfloat16 ? "bfloat16" : "float32")
                    << sizes.time << sizes.batch << sizes.hidden << isBfloat16;
        }
    }

    void gradientsAreThoseOfLibtorch()
    {
        QFETCH(int, time);
        QFETCH(int, batch);
        QFETCH(int, hidden);
        QFETCH(bool, isBfloat16);
        if (!isLstmPossible(hidden, isBfloat16))
            QSKIP(kNoInstructions);
        const LstmResult expected = lstmByLibtorch({time, batch, hidden});
        const LstmResult ours = lstmByOurs({time, batch, hidden}, isBfloat16, 2);
        const float tolerance = isBfloat16 ? 0.03F : 1e-5F;
        QVERIFY2(difference(ours.output, expected.output) < tolerance,
                 qPrintable(QString::number(difference(ours.output, expected.output))));
        QCOMPARE(ours.gradients.size(), std::size_t(5));
        for (std::size_t i = 0; i < ours.gradients.size(); ++i) {
            if (largest(expected.gradients[i]) == 0) { // One step: nothing goes through the state.
                QCOMPARE(largest(ours.gradients[i]), 0.0F);
                continue;
            }
            const float off = difference(ours.gradients[i], expected.gradients[i]);
            QVERIFY2(off < tolerance,
                     qPrintable(QString("parameter %1: %2").arg(i).arg(double(off))));
        }
    }

    /// A training that has blown up must not look as if it had not.
    void whatIsNotANumberIsNotHidden()
    {
        for (const bool isBfloat16 : {false, true}) {
            if (!isLstmPossible(32, isBfloat16))
                QSKIP(kNoInstructions);
            const LstmResult result = lstmByOurs({3, 2, 32, 1, true}, isBfloat16, 1);
            // The second step sees the first through that weight.
            QVERIFY(!std::isnan(result.output[0]));
            QVERIFY(std::isnan(result.output[2 * 32]));
        }
    }

    void threadsChangeNothing_data()
    {
        QTest::addColumn<bool>("isBfloat16");
        QTest::newRow("float32") << false;
        QTest::newRow("bfloat16") << true;
    }

    void threadsChangeNothing()
    {
        QFETCH(bool, isBfloat16);
        if (!isLstmPossible(80, isBfloat16))
            QSKIP(kNoInstructions);
        const LstmCase given{11, 29, 80};
        const LstmResult alone = lstmByOurs(given, isBfloat16, 1);
        for (const int threads : {2, 3, 5})
            QVERIFY(lstmByOurs(given, isBfloat16, threads) == alone);
    }

    void twoPassesBeforeAnyGradientDoNotMeet()
    {
        if (!isLstmPossible(32, false))
            QSKIP(kNoInstructions);
        const LstmCase first{4, 3, 32, 1};
        const LstmCase second{4, 3, 32, 2};
        const std::vector<LstmResult> both = lstmInterleaved(first, second);
        QVERIFY(both[0] == lstmByOurs(first, false, 1));
        QVERIFY(both[1] == lstmByOurs(second, false, 1));
        QVERIFY(both[0] != both[1]);
    }

    void aWidthThatFillsNoRegisterIsLeftToLibtorch()
    {
        QVERIFY(!isLstmPossible(24, false));
        QVERIFY(!isLstmPossible(24, true));
    }

    void everyPartIsDoneOnce()
    {
        for (const std::int64_t count : {0, 1, 3, 64}) {
            std::vector<std::atomic<int>> done(static_cast<std::size_t>(count));
            onTorchThreads(count, [&](std::int64_t first, std::int64_t end) {
                for (std::int64_t i = first; i < end; ++i)
                    ++done[static_cast<std::size_t>(i)];
            });
            for (const std::atomic<int>& times : done)
                QCOMPARE(times.load(), 1);
        }
    }
};

QTEST_APPLESS_MAIN(TestLstm)
#include "tst_lstm.moc"
