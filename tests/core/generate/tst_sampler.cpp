// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/generate/sampler.h"

#include <cmath>
#include <numeric>
#include <vector>

using namespace continuo;

namespace {

SymbolMask openMask(std::size_t count)
{
    return {std::vector<std::uint8_t>(count, 1), std::vector<std::uint8_t>(count, 1)};
}

std::vector<float> logitsOf(const std::vector<double>& probabilities)
{
    std::vector<float> logits;
    for (const double p : probabilities)
        logits.push_back(static_cast<float>(std::log(p)));
    return logits;
}

bool areClose(const std::vector<double>& found, const std::vector<double>& expected, double tolerance = 1e-6)
{
    if (found.size() != expected.size())
        return false;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (std::abs(found[i] - expected[i]) > tolerance)
            return false;
    }
    return true;
}

SamplerSettings withTemperature(double temperature)
{
    SamplerSettings settings;
    settings.temperature = temperature;
    return settings;
}

} // namespace

class TestSampler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void distributionsAreAsComputedByHand_data()
    {
        QTest::addColumn<QList<double>>("p");
        QTest::addColumn<double>("temperature");
        QTest::addColumn<double>("beta");
        QTest::addColumn<int>("topK");
        QTest::addColumn<double>("topP");
        QTest::addColumn<QList<double>>("expected");
        const QList<double> p{0.5, 0.25, 0.125, 0.125};
        QTest::newRow("as it is") << p << 1.0 << -1.0 << 0 << 1.0 << p;
        // Squares: 16, 4, 1, 1 of 22.
        QTest::newRow("temperature one half") << p << 0.5 << -1.0 << 0 << 1.0
                                              << QList<double>{16.0 / 22, 4.0 / 22, 1.0 / 22, 1.0 / 22};
        // Roots: 2, sqrt 2, 1, 1 over sqrt 8.
        const double roots = 2 + std::sqrt(2.0) + 2;
        QTest::newRow("temperature two") << p << 2.0 << -1.0 << 0 << 1.0
                                         << QList<double>{2 / roots, std::sqrt(2.0) / roots, 1 / roots, 1 / roots};
        QTest::newRow("argmax") << p << 0.0 << -1.0 << 0 << 1.0 << QList<double>{1, 0, 0, 0};
        QTest::newRow("argmax of equals takes the first") << QList<double>{0.25, 0.375, 0.375} << 0.0 << -1.0 << 0 << 1.0
                                                          << QList<double>{0, 1, 0};
        QTest::newRow("top 2") << p << 1.0 << -1.0 << 2 << 1.0 << QList<double>{2.0 / 3, 1.0 / 3, 0, 0};
        QTest::newRow("top 3 of equals takes the first") << p << 1.0 << -1.0 << 3 << 1.0
                                                         << QList<double>{4.0 / 7, 2.0 / 7, 1.0 / 7, 0};
        QTest::newRow("top 99 is all") << p << 1.0 << -1.0 << 99 << 1.0 << p;
        QTest::newRow("top-p .5") << p << 1.0 << -1.0 << 0 << 0.49 << QList<double>{1, 0, 0, 0};
        QTest::newRow("top-p .7 needs two") << p << 1.0 << -1.0 << 0 << 0.7 << QList<double>{2.0 / 3, 1.0 / 3, 0, 0};
        QTest::newRow("top-p of top-k") << p << 1.0 << -1.0 << 2 << 0.6 << QList<double>{1, 0, 0, 0};
        // e^(4p): e^2, e, sqrt e, sqrt e.
        const double e = std::exp(1.0);
        const double sum = e * e + e + 2 * std::sqrt(e);
        QTest::newRow("beta 4") << p << 1.0 << 4.0 << 0 << 1.0
                                << QList<double>{e * e / sum, e / sum, std::sqrt(e) / sum, std::sqrt(e) / sum};
        QTest::newRow("beta 0 is uniform") << p << 1.0 << 0.0 << 0 << 1.0 << QList<double>{.25, .25, .25, .25};
    }
    void distributionsAreAsComputedByHand()
    {
        QFETCH(QList<double>, p);
        QFETCH(double, temperature);
        QFETCH(double, beta);
        QFETCH(int, topK);
        QFETCH(double, topP);
        QFETCH(QList<double>, expected);
        SamplerSettings settings;
        settings.temperature = temperature;
        if (beta >= 0)
            settings.beta = beta;
        settings.topK = topK;
        settings.topP = topP;
        const std::vector<double> network(p.begin(), p.end());
        const auto found = distributionOf(logitsOf(network), settings, openMask(network.size()));
        QVERIFY(areClose(found.network, network));
        QVERIFY(areClose(found.after, {expected.begin(), expected.end()}));
        QCOMPARE(found.maskedMass, 0.0);
        QVERIFY(!found.isFallback);
    }

    void baseBetaLeavesAThirdToImpossibleNotes()
    {
        // Seven equally likely notes of 37: e^(15/7) each against 1 each for the other thirty.
        std::vector<float> logits(37, -200.0F);
        std::fill_n(logits.begin(), 7, 0.0F);
        SamplerSettings settings;
        settings.beta = 15;
        const auto found = distributionOf(logits, settings, openMask(37));
        const double leak = std::accumulate(found.after.begin() + 7, found.after.end(), 0.0);
        QVERIFY(std::abs(leak - 30 / (30 + 7 * std::exp(15.0 / 7))) < 1e-9);
        QVERIFY(leak > 0.33 && leak < 0.34);
        QCOMPARE(distributionOf(logits, {}, openMask(37)).after[20], std::exp(-200.0) / 7);
    }

    void masksTakeTheirShareAndTheRestIsScaled()
    {
        SymbolMask mask = openMask(4);
        mask.wished[0] = 0;
        mask.grammar[3] = 0;
        const auto found = distributionOf(logitsOf({0.5, 0.25, 0.125, 0.125}), {}, mask);
        QVERIFY(areClose(found.after, {0, 2.0 / 3, 1.0 / 3, 0}));
        QVERIFY(std::abs(found.maskedMass - 0.625) < 1e-6);
        QVERIFY(!found.isFallback);
        // Masks come before top-k: the likeliest of what is allowed stays.
        SamplerSettings one;
        one.topK = 1;
        QVERIFY(areClose(distributionOf(logitsOf({0.5, 0.25, 0.125, 0.125}), one, mask).after, {0, 1, 0, 0}));
    }

    void aMaskedFavouriteDoesNotStarveTheRest()
    {
        // At a low temperature everything else would underflow against the masked favourite.
        SymbolMask mask = openMask(3);
        mask.wished[0] = 0;
        const std::vector<float> logits{500.0F, 1.0F, 0.0F};
        const auto found = distributionOf(logits, withTemperature(0.5), mask);
        QVERIFY(areClose(found.after, {0, 1 / (1 + std::exp(-2.0)), 1 / (1 + std::exp(2.0))}));
        QCOMPARE(found.maskedMass, 1.0);
        QVERIFY(!found.isFallback);
        QVERIFY(areClose(distributionOf(logits, withTemperature(0), mask).after, {0, 1, 0}));
    }

    void aMaskThatLeavesNothingFallsBackToTheGrammar()
    {
        SymbolMask mask = openMask(4);
        mask.wished.assign(4, 0);
        mask.grammar[0] = 0;
        const auto found = distributionOf(logitsOf({0.5, 0.125, 0.25, 0.125}), {}, mask);
        QVERIFY(found.isFallback);
        QVERIFY(areClose(found.after, {0, 0, 1, 0}));
        QCOMPARE(found.maskedMass, 1.0);
    }

    void drawsFollowTheDistribution()
    {
        const auto distribution = distributionOf(logitsOf({0.5, 0.25, 0.125, 0.125}), {}, openMask(4));
        const CounterRandom random(9, CounterRandom::Domain::Sampling);
        std::vector<double> counts(4, 0.0);
        constexpr std::uint32_t draws = 40'000;
        for (std::uint32_t step = 0; step < draws; ++step)
            counts[static_cast<std::size_t>(drawSymbol(distribution, {}, random, 0, step))] += 1.0 / draws;
        QVERIFY(areClose(counts, {0.5, 0.25, 0.125, 0.125}, 0.012));
    }

    void theSameDrawServesEveryTemperature()
    {
        // A draw in the middle of the first symbol's share takes it at every temperature that leaves it there.
        const std::vector<float> logits = logitsOf({0.9, 0.05, 0.05});
        const auto warm = distributionOf(logits, {}, openMask(3));
        const auto cold = distributionOf(logits, withTemperature(0.8), openMask(3));
        const CounterRandom random(4, CounterRandom::Domain::Sampling);
        for (std::uint32_t step = 0; step < 500; ++step) {
            if (drawSymbol(warm, {}, random, 0, step) == 0)
                QCOMPARE(drawSymbol(cold, withTemperature(0.8), random, 0, step), 0);
        }
    }

    void drawsOfAlternativesDiffer()
    {
        const auto distribution = distributionOf(std::vector<float>(64, 0.0F), {}, openMask(64));
        const CounterRandom random(4, CounterRandom::Domain::Sampling);
        int same = 0;
        for (std::uint32_t step = 0; step < 640; ++step)
            same += drawSymbol(distribution, {}, random, 0, step) == drawSymbol(distribution, {}, random, 1, step);
        QVERIFY(same < 30); // ten are expected
    }

    void mixtureTakesTheLikeliestTheRestOfTheTime()
    {
        const auto distribution = distributionOf(logitsOf({0.4, 0.3, 0.3}), {}, openMask(3));
        const CounterRandom random(5, CounterRandom::Domain::Sampling);
        SamplerSettings settings;
        settings.mix = 0.25;
        double others = 0;
        constexpr std::uint32_t draws = 20'000;
        for (std::uint32_t step = 0; step < draws; ++step)
            others += drawSymbol(distribution, settings, random, 0, step) != 0 ? 1.0 / draws : 0;
        QVERIFY(std::abs(others - 0.25 * 0.6) < 0.01);
        settings.mix = 0;
        for (std::uint32_t step = 0; step < 100; ++step)
            QCOMPARE(drawSymbol(distribution, settings, random, 0, step), 0);
    }

    void ranksCountWhatIsLikelier()
    {
        const auto distribution = distributionOf(logitsOf({0.125, 0.5, 0.25, 0.125}), {}, openMask(4));
        QCOMPARE(rankOf(distribution, 1), 1);
        QCOMPARE(rankOf(distribution, 2), 2);
        QCOMPARE(rankOf(distribution, 0), 3);
        QCOMPARE(rankOf(distribution, 3), 3);
    }
};

QTEST_APPLESS_MAIN(TestSampler)
#include "tst_sampler.moc"
