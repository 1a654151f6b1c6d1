// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

using namespace continuo;
using Domain = CounterRandom::Domain;

class TestRandom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void meetsThePublishedVectors()
    {
        // Known answers of the Random123 distribution for philox4x32-10.
        const std::array<std::uint32_t, 4> zeros = CounterRandom::philox({0, 0, 0, 0}, {0, 0});
        QCOMPARE(zeros, (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
        constexpr std::uint32_t all = 0xffffffff;
        const std::array<std::uint32_t, 4> ones = CounterRandom::philox({all, all, all, all}, {all, all});
        QCOMPARE(ones, (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    }

    void dependsOnEveryPartOfItsKey()
    {
        std::set<std::uint64_t> seen;
        for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 40})
            for (const Domain domain : {Domain::Sampling, Domain::Split})
                for (std::uint32_t a = 0; a < 4; ++a)
                    for (std::uint32_t b = 0; b < 4; ++b)
                        for (std::uint32_t c = 0; c < 4; ++c)
                            seen.insert(CounterRandom(seed, domain).bits(a, b, c));
        QCOMPARE(seen.size(), std::size_t(3 * 2 * 4 * 4 * 4));
    }

    void uniformIsUniform()
    {
        const CounterRandom random(7, Domain::Test);
        std::array<int, 10> counts{};
        constexpr int draws = 100'000;
        for (std::uint32_t i = 0; i < draws; ++i) {
            const double x = random.uniform(i);
            QVERIFY(x >= 0 && x < 1);
            ++counts[static_cast<std::size_t>(x * 10)];
        }
        double chiSquare = 0;
        for (const int count : counts)
            chiSquare += (count - draws / 10.0) * (count - draws / 10.0) / (draws / 10.0);
        QVERIFY2(chiSquare < 27.9, "chi-square beyond the 0.1 % point of nine degrees of freedom");
    }

    void belowStaysBelow()
    {
        const CounterRandom random(3, Domain::Test);
        for (const std::uint64_t bound : {std::uint64_t{1}, std::uint64_t{6}, ~std::uint64_t{0}})
            for (std::uint32_t i = 0; i < 1000; ++i)
                QVERIFY(random.below(bound, i) < bound);
    }

    void shuffleKeepsEveryValueAndDependsOnTheSeed()
    {
        std::vector<int> first(100);
        std::iota(first.begin(), first.end(), 0);
        std::vector<int> again = first;
        std::vector<int> other = first;
        CounterRandom(1, Domain::Split).shuffle(std::span(first));
        CounterRandom(1, Domain::Split).shuffle(std::span(again));
        CounterRandom(2, Domain::Split).shuffle(std::span(other));
        QCOMPARE(first, again);
        QVERIFY(first != other);
        std::sort(first.begin(), first.end());
        for (int i = 0; i < 100; ++i)
            QCOMPARE(first[static_cast<std::size_t>(i)], i);
    }
};

QTEST_APPLESS_MAIN(TestRandom)
#include "tst_random.moc"
