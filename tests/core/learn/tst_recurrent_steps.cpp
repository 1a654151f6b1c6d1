// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/learn/recurrent_case.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace continuo::test;

namespace {

/// The largest difference, as a share of the largest number where that is above 1.
double distance(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size() || a.empty())
        return 1e9;
    double largest = 1;
    double apart = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(double{a[i]}));
        apart = std::max(apart, std::abs(double{a[i]} - double{b[i]}));
    }
    return apart / largest;
}

double distance(const RecurrentResult& a, const RecurrentResult& b)
{
    double apart = std::max(distance(a.output, b.output), distance(a.state, b.state));
    for (std::size_t i = 0; i < a.gradients.size(); ++i)
        apart = std::max(apart, distance(a.gradients[i], b.gradients[i]));
    return apart;
}

/// Units 2, 5, 8 … are dropped, the others scaled up.
std::vector<float> maskOf(std::int64_t hidden)
{
    std::vector<float> mask;
    for (std::int64_t unit = 0; unit < hidden; ++unit)
        mask.push_back(unit % 3 == 2 ? 0.0F : 1.5F);
    return mask;
}

} // namespace

class TestRecurrentSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAMaskItIsWhatLibtorchComputes_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"lstm", "gru", "rnn"})
            QTest::newRow(kind) << kind;
    }
    void withoutAMaskItIsWhatLibtorchComputes()
    {
        QFETCH(QString, kind);
        for (const std::int64_t time : {1, 9}) {
            RecurrentCase given;
            given.kind = kind.toStdString();
            given.time = time;
            const double apart =
                distance(recurrentStepByStep(given, {}), recurrentByLibtorch(given));
            QVERIFY2(apart < 1e-6, qPrintable(QString::number(apart)));
        }
    }

    void aMaskDropsWhatTheHiddenWeightsHear_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("lstm") << "lstm";
        QTest::newRow("rnn") << "rnn";
    }
    void aMaskDropsWhatTheHiddenWeightsHear()
    {
        QFETCH(QString, kind);
        RecurrentCase given;
        given.kind = kind.toStdString();
        const std::vector<float> mask = maskOf(given.hidden);
        const RecurrentResult masked = recurrentStepByStep(given, mask);
        const double apart = distance(masked, recurrentByMaskedCalls(given, mask));
        QVERIFY2(apart < 1e-6, qPrintable(QString::number(apart)));
        QVERIFY(distance(masked, recurrentByLibtorch(given)) > 1e-3);
        // Nothing is heard before the first step.
        given.time = 1;
        QVERIFY(distance(recurrentStepByStep(given, mask), recurrentByLibtorch(given)) < 1e-6);
    }

    /// The columns of the hidden weights of dropped units get no gradient; all others do.
    void droppedUnitsTeachTheirWeightsNothing_data()
    {
        withoutAMaskItIsWhatLibtorchComputes_data();
    }
    void droppedUnitsTeachTheirWeightsNothing()
    {
        QFETCH(QString, kind);
        RecurrentCase given;
        given.kind = kind.toStdString();
        const std::vector<float> gradient =
            recurrentStepByStep(given, maskOf(given.hidden)).gradients[2];
        const auto width = static_cast<std::size_t>(given.hidden);
        for (std::size_t unit = 0; unit < width; ++unit) {
            double sum = 0;
            for (std::size_t row = 0; row * width < gradient.size(); ++row)
                sum += std::abs(double{gradient[row * width + unit]});
            QCOMPARE(sum == 0, unit % 3 == 2);
        }
    }

    void masksAreAFunctionOfTheSeed_data() { withoutAMaskItIsWhatLibtorchComputes_data(); }
    void masksAreAFunctionOfTheSeed()
    {
        QFETCH(QString, kind);
        const std::string name = kind.toStdString();
        const auto dropped = networkGradients(name, 0.4, 0, 7);
        QVERIFY(!dropped.empty());
        QVERIFY(networkGradients(name, 0.4, 0, 7) == dropped);
        QVERIFY(networkGradients(name, 0.4, 0, 8) != dropped);
        const auto plain = networkGradients(name, 0, 0, 7);
        QVERIFY(plain != dropped);
        // Next to nothing dropped is next to what is computed without.
        const auto hardly = networkGradients(name, 1e-9, 0, 7);
        for (std::size_t i = 0; i < plain.size(); ++i)
            QVERIFY2(distance(hardly[i], plain[i]) < 1e-5,
                     qPrintable(QString::number(distance(hardly[i], plain[i]))));
    }
};

QTEST_APPLESS_MAIN(TestRecurrentSteps)
#include "tst_recurrent_steps.moc"
