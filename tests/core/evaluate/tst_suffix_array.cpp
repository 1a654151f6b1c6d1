// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/evaluate/suffix_array.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace continuo;

namespace {

std::vector<std::uint32_t> slowSuffixArray(const std::vector<std::uint16_t>& text)
{
    std::vector<std::uint32_t> order(text.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return std::lexicographical_compare(text.begin() + a, text.end(), text.begin() + b,
                                            text.end());
    });
    return order;
}

std::uint32_t slowCommon(const std::vector<std::uint16_t>& text, std::size_t a, std::size_t b)
{
    std::uint32_t length = 0;
    while (a + length < text.size() && b + length < text.size() && text[a + length] != 0 &&
           text[a + length] == text[b + length])
        ++length;
    return length;
}

} // namespace

class TestSuffixArray : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asSortingTheSuffixes_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("symbols");
        QTest::newRow("nothing") << 0 << 1;
        QTest::newRow("one") << 1 << 2;
        QTest::newRow("all the same") << 300 << 1;
        QTest::newRow("two symbols") << 300 << 2;
        QTest::newRow("three symbols") << 300 << 3;
        QTest::newRow("many symbols") << 300 << 60'000;
    }
    void asSortingTheSuffixes()
    {
        QFETCH(const int, length);
        QFETCH(const int, symbols);
        const CounterRandom random(3, CounterRandom::Domain::Test);
        for (std::uint32_t round = 0; round < 20; ++round) {
            std::vector<std::uint16_t> text;
            for (int i = 0; i < length; ++i)
                text.push_back(static_cast<std::uint16_t>(random.below(
                    static_cast<std::uint64_t>(symbols), round, static_cast<std::uint32_t>(i))));
            const auto order = suffixArray(text, {});
            QVERIFY(order);
            QCOMPARE(*order, slowSuffixArray(text));
            const std::vector<std::uint32_t> common = commonWithPrevious(text, *order);
            for (std::size_t i = 1; i < order->size(); ++i)
                QCOMPARE(common[i], slowCommon(text, (*order)[i - 1], (*order)[i]));
        }
    }

    void piecesOfNothingAtTheEnd()
    {
        const std::vector<std::uint16_t> text{5, 0, 0, 0};
        QCOMPARE(suffixArray(text, {}).value(), (std::vector<std::uint32_t>{3, 2, 1, 0}));
    }

    void aPeriodOfFarBeyondTheFirstLook()
    {
        std::vector<std::uint16_t> text;
        for (int i = 0; i < 3000; ++i)
            text.push_back(static_cast<std::uint16_t>(1 + i % 7));
        QCOMPARE(suffixArray(text, {}).value(), slowSuffixArray(text));
    }

    void tellsHowFarItIs()
    {
        std::vector<std::uint16_t> text;
        for (int i = 0; i < 3000; ++i)
            text.push_back(static_cast<std::uint16_t>(1 + i % 7));
        std::vector<std::size_t> told;
        QVERIFY(suffixArray(text, {}, [&](std::size_t sorted, std::size_t all) {
            QCOMPARE(all, text.size());
            told.push_back(sorted);
        }));
        QVERIFY(told.size() > 3 && told.size() <= 102);
        QVERIFY(std::ranges::is_sorted(told));
        QCOMPARE(told.back(), text.size());
        told.clear();
        QVERIFY(
            suffixArray({}, {}, [&](std::size_t sorted, std::size_t) { told.push_back(sorted); }));
        QCOMPARE(told, std::vector<std::size_t>{0});
    }

    void stopsWhenAsked()
    {
        const CancelToken cancel;
        cancel.cancel();
        QVERIFY(!suffixArray(std::vector<std::uint16_t>(100, 1), cancel));
    }
};

QTEST_APPLESS_MAIN(TestSuffixArray)
#include "tst_suffix_array.moc"
