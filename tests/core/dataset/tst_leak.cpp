// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/dataset/leak.h"
#include "tests/core/dataset/dataset_fixture.h"

#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace continuo;

namespace {

constexpr std::size_t kSteps = kLeakPassage.notes - 1;

/// A melody of few intervals and rhythms, so that much is shared by chance.
MelodyPrint drawnMelody(std::uint32_t number, std::uint32_t steps)
{
    const CounterRandom random(number, CounterRandom::Domain::Test);
    MelodyPrint melody;
    for (std::uint32_t i = 0; i < steps; ++i)
        melody.push_back({static_cast<std::int8_t>(random.below(2, i, 0) == 0 ? 2 : -2),
                          static_cast<std::int8_t>(random.below(5, i, 1) == 0 ? 2 : 0)});
    return melody;
}

/// Whether passages of `notes` notes are the same; the rhythm of the last step does not count.
bool isSame(const MelodyPrint& a, std::size_t i, const MelodyPrint& b, std::size_t k,
            std::size_t notes)
{
    if (i + notes > a.size() + 1 || k + notes > b.size() + 1)
        return false;
    for (std::size_t step = 0; step + 1 < notes; ++step) {
        if (a[i + step].interval != b[k + step].interval ||
            (step + 2 < notes && a[i + step].rhythm != b[k + step].rhythm))
            return false;
    }
    return true;
}

/// A tune of eighths with these letters for its bars.
QByteArray tuneOf(const char* title, const char* key, const QByteArrayList& bars)
{
    return QByteArray("X:1\nT:") + title + "\nM:4/4\nL:1/8\nK:" + key + "\n" + bars.join('|') +
           "|\n";
}

} // namespace

class TestLeak : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySharedPassageIsFoundAndNoOther_data();
    void everySharedPassageIsFoundAndNoOther();
    void ofSeveralTheLongestIsNamed();
    void leaksOfASetAreNamed();
    void aTrillIsNamedOnce();
    void aSetWithoutPartsHasNone();
};

void TestLeak::everySharedPassageIsFoundAndNoOther_data()
{
    QTest::addColumn<quint32>("seed");
    QTest::addColumn<quint32>("steps");
    for (quint32 seed = 0; seed < 12; ++seed)
        QTest::addRow("melodies %u", seed) << seed << 9 + 3 * seed;
    QTest::newRow("too short for any") << 3u << static_cast<quint32>(kSteps - 1);
    QTest::newRow("no notes") << 3u << 0u;
}

void TestLeak::everySharedPassageIsFoundAndNoOther()
{
    QFETCH(quint32, seed);
    QFETCH(quint32, steps);
    std::vector<MelodyPrint> heldOut;
    std::vector<MelodyPrint> training;
    for (std::uint32_t i = 0; i < 6; ++i) {
        heldOut.push_back(drawnMelody(seed * 100 + i, steps));
        training.push_back(drawnMelody(seed * 100 + 50 + i, steps));
    }
    LeakSearch search(heldOut);
    for (std::size_t i = 0; i < training.size(); ++i)
        search.add(i, training[i]);
    const std::vector<SharedPassage> found = search.passages();

    std::set<std::vector<std::pair<int, int>>> distinct;
    for (std::size_t piece = 0; piece < heldOut.size(); ++piece) {
        for (std::size_t note = 0; note + kSteps <= heldOut[piece].size(); ++note) {
            bool isShared = false;
            for (const MelodyPrint& other : training) {
                for (std::size_t k = 0; k + kSteps <= other.size(); ++k)
                    isShared |= isSame(heldOut[piece], note, other, k, kLeakPassage.notes);
            }
            if (isShared) {
                std::vector<std::pair<int, int>> passage;
                for (std::size_t step = 0; step < kSteps; ++step)
                    passage.emplace_back(heldOut[piece][note + step].interval,
                                         step + 1 < kSteps ? heldOut[piece][note + step].rhythm
                                                           : 0);
                distinct.insert(passage);
            }
            const bool isCovered =
                std::any_of(found.begin(), found.end(), [&](const SharedPassage& one) {
                    return one.heldOut == piece && one.heldOutNote <= note &&
                           note + kLeakPassage.notes <= one.heldOutNote + one.notes;
                });
            QCOMPARE(isCovered, isShared);
        }
    }
    QCOMPARE(search.distinctPassages(), distinct.size());
    for (const SharedPassage& one : found) {
        const MelodyPrint& mine = heldOut[one.heldOut];
        const MelodyPrint& theirs = training[one.training];
        QVERIFY(one.notes >= kLeakPassage.notes);
        QVERIFY(isSame(mine, one.heldOutNote, theirs, one.trainingNote, one.notes));
        QVERIFY2(!isSame(mine, one.heldOutNote, theirs, one.trainingNote, one.notes + 1),
                 "a passage goes on as long as it can");
    }
}

void TestLeak::ofSeveralTheLongestIsNamed()
{
    const MelodyPrint melody = drawnMelody(1, 40);
    LeakSearch search({melody});
    search.add(7, MelodyPrint(melody.begin(), melody.begin() + 10));
    search.add(8, MelodyPrint(melody.begin(), melody.begin() + 30));
    search.add(9, MelodyPrint(melody.begin(), melody.begin() + 20));
    const std::vector<SharedPassage> found = search.passages();
    QVERIFY(!found.empty());
    QCOMPARE(found.front().training, 8u);
    QCOMPARE(found.front().heldOutNote, 0u);
    QVERIFY(found.front().notes >= 31);
}

void TestLeak::leaksOfASetAreNamed()
{
    QTemporaryDir folder;
    // Bars 3 and 4 of the first are bars 2 and 3 of the second, a tone lower.
    QVERIFY(writeBytes(
        folder.filePath("in/a.abc"),
        tuneOf("One", "C", {"CEGcGECE", "FAcfcAFA", "cBAGFEDC", "DFEGFAGB", "CGCGCGCG"})));
    QVERIFY(writeBytes(folder.filePath("in/b.abc"),
                       tuneOf("Other", "Bb", {"BdBfBdBf", "BAGFEDCB,", "CEDFEGFA", "GdGeGfGg"})));
    ImportOptions options;
    options.inputs = {toPath(folder.filePath("in"))};
    options.set = toPath(folder.filePath("set.continuo-dataset"));
    QVERIFY(importMusic(options, {}));
    auto dataset = Dataset::open(options.set, Dataset::Access::Write);
    QVERIFY(dataset);
    const auto split = dataset->split({.5, .5, 0, 1});
    QVERIFY(split);
    QCOMPARE(split->families, 2u);

    const auto report = dataset->leaks(10, {});
    QVERIFY(report);
    QCOMPARE(report->passages, split->leaks);
    QCOMPARE(report->pieces, 1u);
    QCOMPARE(report->leaks.size(), report->places);
    QVERIFY(!report->leaks.empty());
    const Leak& leak = report->leaks.front();
    QCOMPARE(leak.notes, 16u);
    QCOMPARE(leak.part, Part::Validation);
    const bool isFirstHeldOut = leak.heldOut.title == "One";
    QCOMPARE(leak.heldOut.bar, isFirstHeldOut ? 3 : 2);
    QCOMPARE(leak.training.bar, isFirstHeldOut ? 2 : 3);
    QCOMPARE(QString::fromStdString(leak.training.title), isFirstHeldOut ? "Other" : "One");
    QVERIFY(leak.heldOut.path.ends_with(isFirstHeldOut ? "/a.abc" : "/b.abc"));

    const auto none = dataset->leaks(0, {});
    QVERIFY(none && none->leaks.empty() && none->places == report->places);
    CancelToken cancelled;
    cancelled.cancel();
    QCOMPARE(QString::fromStdString(dataset->leaks(10, cancelled).error().id), "base.cancelled");
}

void TestLeak::aTrillIsNamedOnce()
{
    QTemporaryDir folder;
    const QByteArray trill = "cdcdcdcd";
    QVERIFY(writeBytes(folder.filePath("in/a.abc"),
                       tuneOf("Long trill", "C", {"CEGcGECE", trill, trill, trill, "AFDFAcfa"})));
    QVERIFY(writeBytes(folder.filePath("in/b.abc"),
                       tuneOf("Short trill", "C", {"GBdgBdgb", trill, trill, "FDBDFAce", "GdGeGfGg"})));
    ImportOptions options;
    options.inputs = {toPath(folder.filePath("in"))};
    options.set = toPath(folder.filePath("set.continuo-dataset"));
    QVERIFY(importMusic(options, {}));
    auto dataset = Dataset::open(options.set, Dataset::Access::Write);
    QVERIFY(dataset);
    // Either is held out for some seed; the long one has the short one at many places.
    std::set<std::string> heldOut;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        QVERIFY(dataset->split({.5, .5, 0, seed}));
        const auto report = dataset->leaks(10, {});
        QVERIFY(report);
        QCOMPARE(report->places, 1u);
        QCOMPARE(report->leaks.size(), 1u);
        heldOut.insert(report->leaks.front().heldOut.title);
    }
    QCOMPARE(heldOut.size(), 2u);
}

void TestLeak::aSetWithoutPartsHasNone()
{
    QTemporaryDir folder;
    QVERIFY(writeBytes(folder.filePath("in/a.abc"), tuneText(1)));
    ImportOptions options;
    options.inputs = {toPath(folder.filePath("in"))};
    options.set = toPath(folder.filePath("set.continuo-dataset"));
    QVERIFY(importMusic(options, {}));
    const auto dataset = Dataset::open(options.set, Dataset::Access::Read);
    const auto report = dataset->leaks(10, {});
    QVERIFY(report && report->passages == 0 && report->leaks.empty());
}

QTEST_APPLESS_MAIN(TestLeak)
#include "tst_leak.moc"
