// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/dataset/split.h"

#include <cmath>
#include <map>
#include <limits>

using namespace continuo;

namespace {

std::vector<FamilySize> familiesOf(const std::vector<std::size_t>& sizes)
{
    std::vector<FamilySize> families;
    for (const std::size_t size : sizes)
        families.push_back({"family " + std::to_string(families.size()), size});
    return families;
}

std::array<std::size_t, 4> sizesOf(const std::vector<FamilySize>& families,
                                   const std::vector<std::optional<Part>>& parts)
{
    std::array<std::size_t, 4> sizes{};
    for (std::size_t i = 0; i < families.size(); ++i)
        sizes[parts[i] ? static_cast<std::size_t>(*parts[i]) : 3] += families[i].pieces;
    return sizes;
}

} // namespace

class TestSplit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sharesAreChecked_data();
    void sharesAreChecked();
    void sizesAreMet_data();
    void sizesAreMet();
    void sameSeedSameParts();
    void anotherSeedGivesOtherParts();
    void everyPartAskedForGetsAFamily();
    void everyStratumIsDivided();
    void manySmallStrataStillMeetTheShares();
    void namesReadBack();
};

void TestSplit::sharesAreChecked_data()
{
    QTest::addColumn<double>("train");
    QTest::addColumn<double>("validation");
    QTest::addColumn<double>("test");
    QTest::addColumn<QString>("id");
    QTest::newRow("usual") << .8 << .1 << .1 << "";
    QTest::newRow("rounding") << .7 << .2 << .1 << "";
    QTest::newRow("less than all") << .5 << .1 << 0.0 << "";
    QTest::newRow("too much") << .8 << .2 << .1 << "split.shares-exceed-one";
    QTest::newRow("negative") << .8 << -.1 << .1 << "split.share-out-of-range";
    QTest::newRow("above one") << 1.1 << 0.0 << 0.0 << "split.share-out-of-range";
    QTest::newRow("no number") << std::nan("") << 0.0 << 0.0 << "split.share-out-of-range";
    QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << 0.0 << 0.0 << "split.share-out-of-range";
    QTest::newRow("nothing") << 0.0 << 0.0 << 0.0 << "split.nothing-asked";
}

void TestSplit::sharesAreChecked()
{
    QFETCH(double, train);
    QFETCH(double, validation);
    QFETCH(double, test);
    QFETCH(QString, id);
    const Status checked = checkSplitSettings({train, validation, test, 1});
    QCOMPARE(checked ? QString() : QString::fromStdString(checked.error().id), id);
    if (!checked)
        QCOMPARE(checked.error().kind, ErrorKind::Usage);
}

void TestSplit::sizesAreMet_data()
{
    QTest::addColumn<QList<int>>("families");
    QTest::addColumn<QList<double>>("shares");
    QTest::addColumn<QList<int>>("sizes"); // train, validation, test, left out
    QTest::newRow("a hundred singles") << QList<int>(100, 1) << QList<double>{.8, .1, .1} << QList<int>{80, 10, 10, 0};
    QTest::newRow("left out") << QList<int>(100, 1) << QList<double>{.5, .1, .1} << QList<int>{50, 10, 10, 30};
    QTest::newRow("pairs") << QList<int>(50, 2) << QList<double>{.8, .1, .1} << QList<int>{80, 10, 10, 0};
    QTest::newRow("a big family and singles")
        << (QList<int>{40} + QList<int>(60, 1)) << QList<double>{.8, .1, .1} << QList<int>{80, 10, 10, 0};
    QTest::newRow("a family larger than its part is still whole")
        << QList<int>{9, 1, 1} << QList<double>{.4, .3, .3} << QList<int>{9, 1, 1, 0};
    QTest::newRow("one piece") << QList<int>{1} << QList<double>{.8, .1, .1} << QList<int>{1, 0, 0, 0};
    QTest::newRow("none") << QList<int>{} << QList<double>{.8, .1, .1} << QList<int>{0, 0, 0, 0};
    QTest::newRow("all to test") << QList<int>(7, 1) << QList<double>{0, 0, 1} << QList<int>{0, 0, 7, 0};
    QTest::newRow("235 tunes in two forms")
        << QList<int>(235, 2) << QList<double>{.8, .1, .1} << QList<int>{376, 48, 46, 0};
}

void TestSplit::sizesAreMet()
{
    QFETCH(QList<int>, families);
    QFETCH(QList<double>, shares);
    QFETCH(QList<int>, sizes);
    std::vector<std::size_t> wanted;
    for (const int size : families)
        wanted.push_back(static_cast<std::size_t>(size));
    for (const std::uint64_t seed : {1u, 2u, 77u}) {
        const auto sized = familiesOf(wanted);
        const auto got = sizesOf(sized, splitFamilies(sized, {shares[0], shares[1], shares[2], seed}));
        QCOMPARE((QList<int>{int(got[0]), int(got[1]), int(got[2]), int(got[3])}), sizes);
    }
}

void TestSplit::sameSeedSameParts()
{
    const auto families = familiesOf(std::vector<std::size_t>(200, 1));
    QVERIFY(splitFamilies(families, {.8, .1, .1, 5}) == splitFamilies(families, {.8, .1, .1, 5}));
    auto reversed = families;
    std::reverse(reversed.begin(), reversed.end());
    auto parts = splitFamilies(reversed, {.8, .1, .1, 5});
    std::reverse(parts.begin(), parts.end());
    QVERIFY2(parts == splitFamilies(families, {.8, .1, .1, 5}), "the order of the families must not matter");
}

void TestSplit::anotherSeedGivesOtherParts()
{
    const auto families = familiesOf(std::vector<std::size_t>(200, 1));
    QVERIFY(splitFamilies(families, {.8, .1, .1, 5}) != splitFamilies(families, {.8, .1, .1, 6}));
}

void TestSplit::everyPartAskedForGetsAFamily()
{
    for (const auto& sizes : {std::vector<std::size_t>{1, 1, 1}, {4, 3, 3}, {90, 1, 1, 1}, {5, 5, 5}}) {
        const auto families = familiesOf(sizes);
        const auto got = sizesOf(families, splitFamilies(families, {.9, .05, .05, 3}));
        QVERIFY(got[0] > 0 && got[1] > 0 && got[2] > 0);
    }
}

void TestSplit::everyStratumIsDivided()
{
    auto families = familiesOf(std::vector<std::size_t>(300, 1));
    for (std::size_t i = 0; i < families.size(); ++i)
        families[i].stratum = i < 200 ? "jigs" : i < 270 ? "reels" : "waltzes";
    const auto parts = splitFamilies(families, {.8, .1, .1, 5});
    QCOMPARE(sizesOf(families, parts), (std::array<std::size_t, 4>{240, 30, 30, 0}));
    for (const auto& [stratum, sizes] : std::map<std::string, std::array<std::size_t, 4>>{
             {"jigs", {160, 20, 20, 0}}, {"reels", {56, 7, 7, 0}}, {"waltzes", {24, 3, 3, 0}}}) {
        std::array<std::size_t, 4> got{};
        for (std::size_t i = 0; i < families.size(); ++i) {
            if (families[i].stratum == stratum)
                ++got[static_cast<std::size_t>(*parts[i])];
        }
        QCOMPARE(got, sizes);
    }
}

void TestSplit::manySmallStrataStillMeetTheShares()
{
    // Each folder alone would give its one piece to training.
    auto families = familiesOf(std::vector<std::size_t>(100, 1));
    for (FamilySize& family : families)
        family.stratum = "folder of " + family.name;
    const auto got = sizesOf(families, splitFamilies(families, {.8, .1, .1, 5}));
    QCOMPARE(got, (std::array<std::size_t, 4>{80, 10, 10, 0}));
}

void TestSplit::namesReadBack()
{
    for (const SplitBy by : {SplitBy::Set, SplitBy::Folder, SplitBy::Key})
        QVERIFY(splitByFromText(splitByName(by)).value() == by);
    QCOMPARE(QString::fromStdString(splitByFromText("composer").error().id), "split.unknown-stratum");
    for (const Part part : {Part::Train, Part::Validation, Part::Test})
        QVERIFY(parsePart(partName(part)) == part);
    QVERIFY(!parsePart("valid"));
}

QTEST_APPLESS_MAIN(TestSplit)
#include "tst_split.moc"
