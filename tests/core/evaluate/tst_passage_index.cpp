// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/evaluate/passage_index.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace continuo;
using namespace continuo::tests;

namespace {

/// Melodies of few different steps, so that they share much.
std::vector<IndexedPiece> randomPieces(std::uint32_t round, std::size_t count)
{
    const CounterRandom random(round, CounterRandom::Domain::Test);
    std::vector<IndexedPiece> pieces(count);
    std::uint32_t draw = 0;
    for (std::size_t i = 0; i < count; ++i) {
        IndexedPiece& piece = pieces[i];
        piece.family = static_cast<std::int64_t>(random.below(4, 1, ++draw)); // 0: none
        for (std::uint64_t left = random.below(30, 2, ++draw); left > 0; --left) {
            piece.line.steps.push_back({static_cast<std::int8_t>(random.below(3, 3, ++draw)), 0});
            piece.line.bars.push_back(static_cast<std::uint32_t>(piece.line.steps.size() / 4));
        }
        if (!piece.line.steps.empty())
            piece.line.bars.push_back(99);
    }
    return pieces;
}

std::uint32_t commonOf(std::span<const MelodyStep> a, std::span<const MelodyStep> b)
{
    return static_cast<std::uint32_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::uint32_t slowRun(std::span<const MelodyStep> rest, const std::vector<IndexedPiece>& pieces,
                      const std::function<bool(std::size_t)>& counts)
{
    std::uint32_t best = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (!counts(i))
            continue;
        const std::span<const MelodyStep> steps(pieces[i].line.steps);
        for (std::size_t at = 0; at < steps.size(); ++at)
            best = std::max(best, commonOf(rest, steps.subspan(at)));
    }
    return best;
}

} // namespace

class TestPassageIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void longestRunsAsByLookingEverywhere()
    {
        for (std::uint32_t round = 0; round < 40; ++round) {
            const std::vector<IndexedPiece> pieces = randomPieces(round, 6);
            const auto index = PassageIndex::make(pieces, {});
            QVERIFY(index);
            for (const IndexedPiece& asked : randomPieces(round + 1000, 4)) {
                const std::vector<std::uint32_t> runs = index->longestRuns(asked.line.steps);
                QCOMPARE(runs.size(), asked.line.steps.size());
                for (std::size_t i = 0; i < runs.size(); ++i)
                    QCOMPARE(runs[i], slowRun(std::span(asked.line.steps).subspan(i), pieces,
                                              [](std::size_t) { return true; }));
            }
        }
    }

    void elsewhereLeavesTheFamilyOut()
    {
        for (std::uint32_t round = 0; round < 40; ++round) {
            const std::vector<IndexedPiece> pieces = randomPieces(round, 7);
            const auto index = PassageIndex::make(pieces, {});
            QVERIFY(index);
            for (std::size_t own = 0; own < pieces.size(); ++own) {
                const std::span<const std::uint32_t> runs = index->longestRunsElsewhere(own);
                QCOMPARE(runs.size(), pieces[own].line.steps.size());
                const auto isOther = [&](std::size_t i) {
                    return i != own &&
                           (pieces[i].family == 0 || pieces[i].family != pieces[own].family);
                };
                for (std::size_t i = 0; i < runs.size(); ++i)
                    QCOMPARE(runs[i], slowRun(std::span(pieces[own].line.steps).subspan(i), pieces,
                                              isOther));
            }
        }
    }

    void findCountsFamiliesAndNamesPlaces()
    {
        std::vector<IndexedPiece> pieces(4);
        const MelodyStep a{1, 0};
        const MelodyStep b{2, 3};
        const MelodyStep c{-7, -2};
        pieces[0].line = {{c, a, b}, {0, 1, 2, 3}};
        pieces[1].line = {{a, b, a, b}, {0, 0, 1, 1, 2}};
        pieces[2].line = {{b, a}, {4, 5, 6}};
        pieces[3].line = {{a, b}, {7, 7, 8}};
        pieces[0].family = 1;
        pieces[1].family = 2;
        pieces[3].family = 2;
        const auto index = PassageIndex::make(pieces, {});
        QVERIFY(index);
        const MelodyPrint run{a, b};
        const PassageSightings all = index->find(run, 10, 10);
        QCOMPARE(all.families, std::size_t{2}); // the fourth piece is a relative of the second
        QCOMPARE(all.places.size(), std::size_t{2});
        QCOMPARE(all.places[0], (PassagePlace{0, 1, 1}));
        const bool isRelative = all.places[1].piece == 1 || all.places[1].piece == 3;
        QVERIFY(isRelative);
        QCOMPARE(index->find(run, 1, 10).families, std::size_t{1});
        QCOMPARE(index->find(run, 10, 1).places.size(), std::size_t{1});
        QCOMPARE(index->find(MelodyPrint{c, b}, 10, 10).families, std::size_t{0});
        QCOMPARE(index->steps(), std::size_t{11});
    }

    void runsEndWithTheirPiece()
    {
        // What the first piece ends with and the second begins with is no passage of the set.
        std::vector<IndexedPiece> pieces(2);
        pieces[0].line = {{{1, 0}, {2, 0}}, {0, 0, 0}};
        pieces[1].line = {{{3, 0}, {4, 0}}, {0, 0, 0}};
        const auto index = PassageIndex::make(pieces, {});
        QVERIFY(index);
        QCOMPARE(index->longestRuns({{2, 0}, {3, 0}, {4, 0}}),
                 (std::vector<std::uint32_t>{1, 2, 1}));
    }

    void aSetOfNothing()
    {
        const auto index = PassageIndex::make(std::vector<IndexedPiece>(3), {});
        QVERIFY(index);
        QCOMPARE(index->longestRuns({{2, 0}}), (std::vector<std::uint32_t>{0}));
        QVERIFY(index->longestRunsElsewhere(2).empty());
        QVERIFY(PassageIndex::make({}, {}));
    }

    void aLineKnowsItsBars()
    {
        // D and D are one note; the line has C D E F G, G in the third bar.
        const MelodyLine line = melodyLineOf(scoreOfAbc("C2 D D|E2 F2|G4|"));
        QCOMPARE(line.steps.size(), std::size_t{4});
        QCOMPARE(line.bars, (std::vector<std::uint32_t>{0, 0, 1, 1, 2}));
        QVERIFY(melodyLineOf(Score{}).bars.empty());
        QVERIFY(melodyLineOf(scoreOfAbc("C4|C4|")).bars.empty());
    }

    void stopsWhenAsked()
    {
        const CancelToken cancel;
        cancel.cancel();
        std::vector<IndexedPiece> pieces(1);
        pieces[0].line.steps.assign(50, {1, 0});
        pieces[0].line.bars.assign(51, 0);
        const auto index = PassageIndex::make(std::move(pieces), cancel);
        QVERIFY(!index);
        QCOMPARE(index.error().id, std::string("base.cancelled"));
    }
};

QTEST_APPLESS_MAIN(TestPassageIndex)
#include "tst_passage_index.moc"
