// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/originality.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

namespace {

/// Two bars and a half that say something: sixteen notes.
constexpr const char* kTheme = "C3 G A ^F B2|e B c A G D E2|F4 D4|";
/// The same a minor third higher, in notes of half the length.
constexpr const char* kThemeMoved = "^D3/2 ^A/2 c/2 =A/2 =d|g/2 d/2 ^d/2 c/2 ^A/2 F/2 G|^G2 F2|";

constexpr const char* kScale = "C D E F G A B c|";

IndexedPiece pieceOf(const std::string& name, const Score& score, std::int64_t family = 0)
{
    return {name + ".abc", 0, name, family, melodyLineOf(score)};
}

Score randomTune(std::uint32_t number)
{
    return readAbc(tuneText(number).toStdString(), "t")->front().score;
}

Score eighths(const std::string& music)
{
    return scoreOfAbc(music, "4/4", "C", "1/8");
}

/// Tunes of random notes; the fourth has the theme in its third bar.
std::vector<IndexedPiece> corpus()
{
    std::vector<IndexedPiece> pieces;
    for (std::uint32_t i = 0; i < 40; ++i) {
        const bool isPlanted = i == 3;
        pieces.push_back(
            pieceOf("tune " + std::to_string(i),
                    isPlanted ? eighths(std::string("c E d F e G f A|g B a c b d e c|") + kTheme)
                              : randomTune(i)));
    }
    return pieces;
}

struct Set
{
    explicit Set(std::vector<IndexedPiece> pieces)
        : index(PassageIndex::make(std::move(pieces), {}).value())
        , odds(index)
    {
    }
    PassageIndex index;
    StepOdds odds;

    Originality of(const Score& score) const
    {
        return originalityOf(melodyLineOf(score), index, odds);
    }
};

} // namespace

class TestOriginality : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPlantedPassageIsFoundInAnotherKeyAndTempo()
    {
        const Set set(corpus());
        // A bar and a short one of something else stand before it.
        const Originality found =
            set.of(eighths(std::string("A c B d c e d f|e g f a|") + kThemeMoved));
        QCOMPARE(found.quotations.size(), std::size_t{1});
        const SharedPassage& passage = found.quotations.front();
        QVERIFY(passage.isSpecial);
        QVERIFY2(passage.steps >= 13, qPrintable(QString::number(passage.steps)));
        QCOMPARE(passage.sightings.families, std::size_t{1});
        QCOMPARE(passage.sightings.places.size(), std::size_t{1});
        const PassagePlace& place = passage.sightings.places.front();
        QCOMPARE(set.index.pieces()[place.piece].title, std::string("tune 3"));
        QCOMPARE(place.bar, 2U); // the third
        QCOMPARE(passage.firstBar, 2U);
        QVERIFY(found.longest);
        QCOMPARE(found.longest->steps, passage.steps);
        QVERIFY(found.novelty[8 - kShortestNovelty] < std::optional(0.9));
    }

    void aMelodyOfItsOwnIsNotFound()
    {
        const Set set(corpus());
        const Originality found = set.of(randomTune(5000));
        QVERIFY(found.quotations.empty());
        QCOMPARE(found.novelty[8 - kShortestNovelty], std::optional(1.0));
        QVERIFY(found.longest); // something is always shared
        QVERIFY(!found.longest->isSpecial);
    }

    void aScaleIsNothingSpecial()
    {
        std::vector<IndexedPiece> pieces = corpus();
        pieces.push_back(pieceOf("scales", eighths(std::string(kScale) + "d e f g a b c' d'|")));
        const Set set(std::move(pieces));
        // Fourteen notes up one scale stand in the set, in one piece only; they are told as the
        // longest passage.
        const Originality found = set.of(eighths(std::string(kScale) + "d e f g a b|"));
        QVERIFY(found.quotations.empty());
        QVERIFY(found.longest);
        QVERIFY2(found.longest->steps >= 12, qPrintable(QString::number(found.longest->steps)));
        QVERIFY(found.longest->expectedByChance > kMostByChance);
        QCOMPARE(set.index.pieces()[found.longest->sightings.places.front().piece].title,
                 std::string("scales"));
    }

    void whatManyPiecesSayIsNothingSpecial()
    {
        std::vector<IndexedPiece> pieces = corpus();
        for (int i = 0; i < 3; ++i)
            pieces.push_back(pieceOf("another", eighths(kTheme)));
        const Set set(std::move(pieces)); // four in all
        const Originality found = set.of(eighths(kThemeMoved));
        QVERIFY(found.quotations.empty());
        QVERIFY(found.longest);
        QCOMPARE(found.longest->sightings.families, kMostQuotedFamilies + 1);
    }

    void relativesCountOnce()
    {
        std::vector<IndexedPiece> pieces = corpus();
        pieces[3].family = 7;
        for (int i = 0; i < 5; ++i)
            pieces.push_back(pieceOf("another edition", eighths(kTheme), 7));
        const Set set(std::move(pieces));
        const Originality found = set.of(eighths(kThemeMoved));
        QCOMPARE(found.quotations.size(), std::size_t{1});
        QCOMPARE(found.quotations.front().sightings.families, std::size_t{1});
    }

    void noveltyByHand()
    {
        // Runs of 5 4 3 2 1 0 steps: of passages of 4 (three of them) one is new, of 5 (two) one,
        // of 6 the only one.
        const std::vector<std::uint32_t> runs{5, 4, 3, 2, 1, 0};
        const Novelty novelty = noveltyOf(runs);
        QCOMPARE(novelty[0], std::optional(1.0 / 3));
        QCOMPARE(novelty[1], std::optional(1.0 / 2));
        QCOMPARE(novelty[2], std::optional(1.0));
        QVERIFY(!novelty[3]);
        const Novelty mean =
            meanNovelty(std::vector{novelty, noveltyOf(std::vector<std::uint32_t>{4, 3, 2, 1})});
        QCOMPARE(mean[0], std::optional((1.0 / 3 + 0) / 2));
        QCOMPARE(mean[1], std::optional(1.0 / 2));
        QVERIFY(!mean[8]);
    }

    void theBaselineLeavesEachPieceOut()
    {
        // Without families a copy is found in its copy; as relatives they have nothing to do with
        // each other.
        std::vector<IndexedPiece> pieces;
        for (std::uint32_t i = 0; i < 5; ++i)
            pieces.push_back(pieceOf("tune", randomTune(i)));
        const auto alone = PassageIndex::make(pieces, {});
        const OriginalityBaseline before = baselineOf(*alone);
        QCOMPARE(before.pieces, std::size_t{5});
        QVERIFY(*before.novelty[8 - kShortestNovelty] > 0.99);
        pieces.push_back(pieces[2]);
        const OriginalityBaseline copied = baselineOf(*PassageIndex::make(pieces, {}));
        QCOMPARE(copied.longest, pieces[2].line.steps.size());
        QVERIFY(*copied.novelty[8 - kShortestNovelty] <
                0.7); // two of six are known from end to end
        pieces[2].family = pieces[5].family = 1;
        const OriginalityBaseline related = baselineOf(*PassageIndex::make(pieces, {}));
        QCOMPARE(related.longest, before.longest);
        QVERIFY(before.medianLongest <= before.ninetyFifthLongest);
        QVERIFY(before.ninetyFifthLongest <= before.longest);
        QCOMPARE(baselineOf(*PassageIndex::make({}, {})).pieces, std::size_t{0});
    }

    void bitsByHand()
    {
        // One melody of steps a b a b: P(a) = 2/5, P(b) = 2/5; behind a always b: (2 + 1·2/5) / (2
        // + 1) = 0.8.
        const MelodyStep a{5, 1};
        const MelodyStep b{-3, -1};
        std::vector<IndexedPiece> pieces(1);
        pieces[0].line = {{a, b, a, b}, {0, 0, 0, 0, 0}};
        const Set set(std::move(pieces));
        QVERIFY(std::abs(set.odds.bits(MelodyPrint{a, b}) - (-std::log2(0.4) - std::log2(0.8))) <
                1e-12);
        QVERIFY(std::abs(set.odds.expected(MelodyPrint{a, b}) - 4 * 0.4 * 0.8) < 1e-12);
        // Never seen: half a time of five. Repeated: one bit at most.
        const MelodyStep c{9, 4};
        QVERIFY(std::abs(set.odds.bits(MelodyPrint{c}) - std::log2(10)) < 1e-12);
        QVERIFY(std::abs(set.odds.bits(MelodyPrint{c, c, c}) - std::log2(10) - 2) < 1e-12);
        // A scale goes on for one bit, turning round costs what it costs.
        const MelodyStep up{2, 0};
        const MelodyStep half{1, 0};
        const MelodyStep down{-2, 0};
        QVERIFY(std::abs(set.odds.bits(MelodyPrint{up, half}) - std::log2(10) - 1) < 1e-12);
        QVERIFY(std::abs(set.odds.bits(MelodyPrint{up, down}) - 2 * std::log2(10)) < 1e-12);
    }

    void piecesWithoutAMelody()
    {
        const Set set(corpus());
        const Originality found = set.of(Score{});
        QCOMPARE(found.steps, std::size_t{0});
        QVERIFY(!found.longest);
        QVERIFY(!found.novelty[0]);
    }
};

QTEST_APPLESS_MAIN(TestOriginality)
#include "tst_originality.moc"
