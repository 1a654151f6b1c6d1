// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/bytes.h"

#include <QTest>

#include <utility>
#include <vector>

using namespace continuo;

class TestBytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void copiesAreValuesOfTheirOwn()
    {
        const std::vector<std::uint8_t> data{0, 1, 255};
        Bytes first{std::span<const std::uint8_t>(data)};
        Bytes second = first;
        QVERIFY(first == second);
        first = Bytes(std::string_view("other"));
        QCOMPARE(second.size(), std::size_t{3});
        QCOMPARE(second[2], std::uint8_t{255});
        Bytes third = std::move(second);
        QCOMPARE(third.size(), std::size_t{3});
        QCOMPARE(third[0], std::uint8_t{0});
    }

    void emptyCostsOnePointer()
    {
        QCOMPARE(sizeof(Bytes), sizeof(void*));
        const Bytes none;
        QVERIFY(none.empty() && none.text().empty());
        QVERIFY(none == Bytes(std::string_view()));
        QVERIFY(!(none == Bytes(std::string_view("\0", 1))));
    }
};

QTEST_APPLESS_MAIN(TestBytes)
#include "tst_bytes.moc"
