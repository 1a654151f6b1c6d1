// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/clean.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "tests/core/dataset/score_fixture.h"

#include <QtTest>

using namespace continuo;

namespace {

std::string keyOf(char digit)
{
    return std::string(64, digit) + "#1";
}

RecipeStep stepFor(const char* operation, ProblemMask problems = 0,
                   std::vector<std::string> pieces = {}, std::string folder = {})
{
    RecipeStep step = makeStep(operation);
    step.condition = {problems, std::move(pieces), std::move(folder)};
    return step;
}

PieceSituation situation(char digit, std::string path = "folk/jigs/a.mid", ProblemMask problems = 0)
{
    return {keyOf(digit), std::move(path), problems, {}, {}, nullptr};
}

/// A score as it stands in a MIDI file.
Score throughMidi(const Score& score)
{
    return readMidi(writeMidi(score)->bytes, "test")->score;
}

} // namespace

class TestClean : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void conditionsChooseThePieces();
    void stepsAreAppliedInOrderAndTold();
    void ornamentsArePlayedBeforeAllElse();
    void stepsThatAreOffDoNothing();
    void piecesAreLeftOutWithTheReason();
    void theLastVerdictByHandHolds();
    void aPieceWithoutNotesIsLeftOut();
    void splitsGiveSeveralScores();
    void editsReplaceWhatTheyWereMadeOf();
    void rareNotesGoByTheWholeSet();
    void ofAFamilyTheBestStays_data();
    void ofAFamilyTheBestStays();
    void piecesLeftOutBeforeAreNoChoice();
};

void TestClean::conditionsChooseThePieces()
{
    const PieceSituation piece =
        situation('a', "/music/folk/jigs/a.mid", problemBit(Problem::OffGrid));
    QVERIFY(meetsCondition({}, piece));
    QVERIFY(
        meetsCondition({problemBit(Problem::OffGrid) | problemBit(Problem::Empty), {}, {}}, piece));
    QVERIFY(!meetsCondition({problemBit(Problem::Empty), {}, {}}, piece));
    QVERIFY(meetsCondition({0, {keyOf('0'), keyOf('a')}, {}}, piece));
    QVERIFY(!meetsCondition({0, {keyOf('0'), keyOf('b')}, {}}, piece));
    for (const char* folder : {"jigs", "folk/jigs", "/music", "music/folk/", "/music/folk/jigs"})
        QVERIFY2(meetsCondition({0, {}, folder}, piece), folder);
    for (const char* folder : {"jig", "a.mid", "jigs/a.mid", "folk/a", "igs"})
        QVERIFY2(!meetsCondition({0, {}, folder}, piece), folder);
    QVERIFY(!meetsCondition({problemBit(Problem::Empty), {keyOf('a')}, "jigs"}, piece));
}

void TestClean::stepsAreAppliedInOrderAndTold()
{
    const Score score = scoreOfNotes({{0, 2, 60}, {1, 1, 60}, {2, 0, 60}, {2.01, 1, 62}});
    Recipe recipe;
    recipe.steps = {stepFor("drop-zero-length"), stepFor("close-overlaps"), stepFor("quantise"),
                    stepFor("drop-drums")};
    const CleanedPiece piece = applyRecipe(recipe, situation('a'), score);
    QVERIFY(piece.isInUse);
    QCOMPARE(piece.scores.size(), std::size_t{1});
    QCOMPARE(notesText(piece.scores[0]), QString("0 1 60, 1 1 60, 2 1 62"));
    QCOMPARE(piece.applied.size(), std::size_t{3});
    QCOMPARE(piece.applied[0].words, std::string("1 note without length removed"));
    QCOMPARE(piece.applied[1].step, std::size_t{1});
    QCOMPARE(piece.applied[1].notes, std::size_t{1});
    QCOMPARE(piece.applied[2].operation, std::string("quantise"));
    const CleanedPiece before = applySteps(recipe, 1, situation('a'), score);
    QCOMPARE(before.applied.size(), std::size_t{1});
}

void TestClean::ornamentsArePlayedBeforeAllElse()
{
    const Score plain = scoreOfNotes({{0, 1, 60}});
    const Score played = scoreOfNotes({{0, 0.25, 62}, {0.25, 0.75, 60}});
    Recipe recipe;
    recipe.steps = {stepFor("fold-range"), stepFor("play-ornaments"), stepFor("play-ornaments")};
    recipe.steps[0].parameters = {{"low", 61.0}, {"high", 80.0}};
    PieceSituation tune = situation('a');
    QCOMPARE(notesText(applyRecipe(recipe, tune, plain).scores.at(0)), QString("0 1 72"));
    tune.ornamented = &played;
    const CleanedPiece piece = applyRecipe(recipe, tune, plain);
    QCOMPARE(notesText(piece.scores.at(0)), QString("0 0.25 62, 0.25 0.75 72"));
    QCOMPARE(piece.applied.size(), std::size_t{2});
    QCOMPARE(piece.applied[0].step, std::size_t{1});
    QCOMPARE(piece.applied[0].words, std::string("ornaments played, +1 note"));
    QCOMPARE(piece.applied[1].step, std::size_t{0});
    // What stands before a step has them already.
    QCOMPARE(notesText(applySteps(recipe, 0, tune, plain).scores.at(0)),
             QString("0 0.25 62, 0.25 0.75 60"));
    recipe.steps[1].condition.folder = "waltzes";
    recipe.steps[2].isOn = false;
    QCOMPARE(notesText(applyRecipe(recipe, tune, plain).scores.at(0)), QString("0 1 72"));
    QVERIFY(recipe.playsOrnaments());
    recipe.steps[1].isOn = false;
    QVERIFY(!recipe.playsOrnaments());
}

void TestClean::stepsThatAreOffDoNothing()
{
    const Score score = scoreOfNotes({{0.03, 1, 60}});
    Recipe recipe;
    recipe.steps = {stepFor("quantise"), stepFor("quantise", problemBit(Problem::Empty))};
    recipe.steps[0].isOn = false;
    const CleanedPiece piece = applyRecipe(recipe, situation('a'), score);
    QVERIFY(piece.applied.empty() && piece.scores[0] == score);
}

void TestClean::piecesAreLeftOutWithTheReason()
{
    const Score score = scoreOfNotes({{0, 1, 60}});
    Recipe recipe;
    recipe.steps = {
        stepFor("leave-out", problemBit(Problem::TooShort) | problemBit(Problem::DrumsOnly)),
        stepFor("quantise")};
    const CleanedPiece piece =
        applyRecipe(recipe, situation('a', "x", problemBit(Problem::TooShort)), score);
    QVERIFY(!piece.isInUse && piece.scores.empty());
    QCOMPARE(piece.whyLeftOut, std::string("left-out"));
    QCOMPARE(piece.whyLeftOutText, std::string("by a step for pieces with too short"));
    QVERIFY(applyRecipe(recipe, situation('a'), score).isInUse);
}

void TestClean::theLastVerdictByHandHolds()
{
    const Score score = scoreOfNotes({{0.02, 1, 60}});
    const PieceSituation short_ = situation('a', "x", problemBit(Problem::TooShort));
    Recipe recipe;
    recipe.steps = {stepFor("leave-out", problemBit(Problem::TooShort)), stepFor("quantise"),
                    stepFor("keep", 0, {keyOf('a')})};
    const CleanedPiece kept = applyRecipe(recipe, short_, score);
    QVERIFY(kept.isInUse);
    QCOMPARE(notesText(kept.scores.at(0)),
             QString("0 1 60")); // the steps between were done all the same
    recipe.steps.push_back(stepFor("exclude", 0, {keyOf('a')}));
    const CleanedPiece excluded = applyRecipe(recipe, short_, score);
    QVERIFY(!excluded.isInUse);
    QCOMPARE(excluded.whyLeftOut, std::string("excluded"));
    recipe.steps.push_back(stepFor("keep", 0, {keyOf('a')}));
    QVERIFY(applyRecipe(recipe, short_, score).isInUse);
    QVERIFY(
        !applyRecipe(recipe, situation('b', "x", problemBit(Problem::TooShort)), score).isInUse);

    Recipe words;
    words.steps = {stepFor("tag", 0, {keyOf('a')}), stepFor("tag", 0, {keyOf('a')}),
                   stepFor("note", 0, {keyOf('a')})};
    words.steps[0].parameters["tag"] = words.steps[1].parameters["tag"] = std::string("nice");
    words.steps[2].parameters["note"] = std::string("ask Ann");
    const CleanedPiece told = applyRecipe(words, short_, score);
    QCOMPARE(told.tags, std::vector<std::string>{"nice"});
    QCOMPARE(told.note, std::string("ask Ann"));
    QVERIFY(told.applied.empty());
}

void TestClean::aPieceWithoutNotesIsLeftOut()
{
    Recipe recipe;
    recipe.steps = {stepFor("drop-drums")};
    const CleanedPiece piece = applyRecipe(recipe, situation('a'), scoreOfNotes({{0, 1, 36, 9}}));
    QVERIFY(!piece.isInUse);
    QCOMPARE(piece.whyLeftOut, std::string("nothing-left"));
    // One that was empty from the start is not the recipe's doing.
    QVERIFY(applyRecipe(recipe, situation('a'), scoreOfNotes({})).isInUse);
}

void TestClean::splitsGiveSeveralScores()
{
    Score score = scoreOfNotes({{0, 1, 60}, {1, 1, 62}, {4, 1, 64}, {5, 1, 65}});
    score.addEvent(score.tracks[0].id, timeSignatureEvent({}, 4, 4));
    score.addEvent(score.tracks[0].id, timeSignatureEvent(Tick{4 * 480}, 3, 4));
    Recipe recipe;
    recipe.steps = {stepFor("split-at-meter"), stepFor("drop-range")};
    recipe.steps[0].parameters["fewest"] = 1.0;
    recipe.steps[1].parameters = {{"low", 62.0}, {"high", 64.0}};
    const CleanedPiece piece = applyRecipe(recipe, situation('a'), score);
    QCOMPARE(piece.scores.size(), std::size_t{2});
    QCOMPARE(notesText(piece.scores[0]), QString("1 1 62"));
    QCOMPARE(notesText(piece.scores[1]), QString("0 1 64"));
    QCOMPARE(piece.applied[0].words, std::string("split into 2 pieces"));
    recipe.steps[0].parameters["fewest"] = 3.0;
    QCOMPARE(applyRecipe(recipe, situation('a'), score).whyLeftOut, std::string("nothing-left"));
}

void TestClean::editsReplaceWhatTheyWereMadeOf()
{
    const Score score = throughMidi(scoreOfNotes({{0, 1, 60}, {1, 1, 62}}));
    Score edited = score;
    edited.tracks[0].notes[1].pitch = Pitch{67};
    const auto step = editStep(keyOf('a'), score, edited);
    QVERIFY(step);
    Recipe recipe;
    recipe.steps = {*step};
    QVERIFY(checkRecipe(recipe));
    const auto again = recipeFromJson(recipeToJson(recipe), "r");
    QVERIFY(again && *again == recipe);
    const CleanedPiece piece = applyRecipe(recipe, situation('a'), score);
    QCOMPARE(notesText(piece.scores[0]), QString("0 1 60, 1 1 67"));
    QVERIFY(!piece.applied[0].isStale);
    QVERIFY(applyRecipe(recipe, situation('b'), score).applied.empty());

    // After a step that changes the piece the edit is of another version.
    recipe.steps.insert(recipe.steps.begin(), stepFor("drop-range"));
    recipe.steps[0].parameters = {{"low", 61.0}, {"high", 80.0}};
    const CleanedPiece other = applyRecipe(recipe, situation('a'), score);
    QCOMPARE(notesText(other.scores[0]), QString("1 1 62"));
    QVERIFY(other.applied[1].isStale);

    recipe.steps = {*step};
    recipe.steps[0].parameters["score"] = std::string("TVRo");
    QVERIFY(applyRecipe(recipe, situation('a'), score).applied[0].isStale);
}

void TestClean::rareNotesGoByTheWholeSet()
{
    SetStatistics statistics;
    statistics.pitches[0][60] = 990;
    statistics.pitches[0][62] = 10;
    Recipe recipe;
    recipe.steps = {stepFor("drop-rare-notes")};
    recipe.steps[0].parameters["share"] = 0.011;
    PieceSituation piece = situation('a');
    piece.statistics = &statistics;
    const Score score = scoreOfNotes({{0, 1, 60}, {1, 1, 62}, {2, 1, 63}});
    QCOMPARE(notesText(applyRecipe(recipe, piece, score).scores[0]), QString("0 1 60"));
    recipe.steps[0].parameters["share"] = 0.01;
    QCOMPARE(notesText(applyRecipe(recipe, piece, score).scores[0]), QString("0 1 60, 1 1 62"));
}

void TestClean::ofAFamilyTheBestStays_data()
{
    QTest::addColumn<QString>("better"); // key, path, problems, notes
    QTest::addColumn<QString>("worse");
    QTest::addColumn<QString>("reason");
    QTest::newRow("fewer problems") << "a z.mid 0 72"
                                    << "b a.mid 1 90"
                                    << "near-duplicate of z.mid, which has fewer problems";
    QTest::newRow("duplicates are no fault") << "a z.mid 1 11"
                                             << "b a.mid 0 10"
                                             << "near-duplicate of z.mid, which has more notes";
    QTest::newRow("more complete") << "a z.mid 3 90"
                                   << "b a.mid 0 71"
                                   << "near-duplicate of z.mid, which is more complete";
    QTest::newRow("more notes") << "a z.mid 0 11"
                                << "b a.mid 0 10"
                                << "near-duplicate of z.mid, which has more notes";
    QTest::newRow("first by path") << "a a.mid 0 10"
                                   << "b b.mid 0 10"
                                   << "near-duplicate of a.mid, which comes first";
    QTest::newRow("same content") << "a a.mid 0 10"
                                  << "a b.mid 0 10"
                                  << "duplicate of a.mid, which comes first";
    QTest::newRow("kept by hand") << "f z.mid 7 1"
                                  << "b a.mid 0 90"
                                  << "near-duplicate of z.mid, which is kept by hand";
}

void TestClean::ofAFamilyTheBestStays()
{
    QFETCH(QString, better);
    QFETCH(QString, worse);
    QFETCH(QString, reason);
    const auto piece = [&](const QString& text) {
        const QStringList words = text.split(' ');
        // One problem: a duplicate where there are few notes more, else faults of its own.
        const ProblemMask problems = text == "a z.mid 1 11"
                                         ? problemBit(Problem::NearDuplicate)
                                         : static_cast<ProblemMask>(words[2].toUInt()) << 4;
        return FamilyPiece{keyOf(words[0][0].toLatin1()),
                           words[1].toStdString(),
                           0,
                           problems,
                           5,
                           words[3].toUInt()};
    };
    Recipe recipe;
    recipe.steps = {stepFor("drop-duplicates"), stepFor("keep", 0, {keyOf('f')})};
    for (const bool isSwapped : {false, true}) {
        std::vector<FamilyPiece> pieces{
            piece(better), piece(worse), {keyOf('9'), "other.mid", 0, 0, 6, 1}};
        if (isSwapped)
            std::swap(pieces[0], pieces[1]);
        const auto drops = chooseDuplicates(recipe, pieces);
        QVERIFY(!drops[isSwapped] && !drops[2]);
        QVERIFY(drops[!isSwapped]);
        QCOMPARE(QString::fromStdString(drops[!isSwapped]->text), reason);
    }
    // Exact ones only: other contents stay.
    recipe.steps[0].parameters["which"] = std::string("exact");
    const auto exact = chooseDuplicates(recipe, std::vector{piece(better), piece(worse)});
    QCOMPARE(exact[1].has_value(), reason.startsWith("duplicate"));
}

void TestClean::piecesLeftOutBeforeAreNoChoice()
{
    const std::vector<FamilyPiece> pieces{{keyOf('a'), "a.mid", 0, 0, 5, 90},
                                          {keyOf('b'), "b.mid", 0, 0, 5, 10}};
    Recipe recipe;
    recipe.steps = {stepFor("exclude", 0, {keyOf('a')}), stepFor("drop-duplicates")};
    auto drops = chooseDuplicates(recipe, pieces);
    QVERIFY(!drops[0] && !drops[1]);
    std::swap(recipe.steps[0], recipe.steps[1]);
    drops = chooseDuplicates(recipe, pieces);
    QVERIFY(!drops[0] && drops[1]);
    // Pieces whose families are not yet known are no family.
    std::vector<FamilyPiece> unknown = pieces;
    unknown[0].alike = unknown[1].alike = 0;
    drops = chooseDuplicates(recipe, unknown);
    QVERIFY(!drops[0] && !drops[1]);
    // Both kept by hand: both stay.
    recipe.steps = {stepFor("drop-duplicates"), stepFor("keep", 0, {keyOf('a'), keyOf('b')})};
    drops = chooseDuplicates(recipe, pieces);
    QVERIFY(!drops[0] && !drops[1]);
}

QTEST_APPLESS_MAIN(TestClean)
#include "tst_clean.moc"
