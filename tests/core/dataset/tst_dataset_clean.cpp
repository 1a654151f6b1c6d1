// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/midi/write_midi.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/dataset/score_fixture.h"

#include <QtTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <chrono>
#include <csignal>
#include <map>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace continuo;

namespace {

/// How often something is killed: $CONTINUO_KILLS, else 20.
int killsWished()
{
    bool isNumber = false;
    const int kills = qEnvironmentVariableIntValue("CONTINUO_KILLS", &isNumber);
    return isNumber ? kills : 20;
}

RecipeStep stepFor(const char* operation, ProblemMask problems = 0,
                   std::vector<std::string> pieces = {})
{
    RecipeStep step = makeStep(operation);
    step.condition.problems = problems;
    step.condition.pieces = std::move(pieces);
    return step;
}

/// Repairs, weeds, counts over the set, splits.
Recipe wholeRecipe()
{
    Recipe recipe;
    recipe.steps = {stepFor("leave-out", problemBit(Problem::TooShort)),
                    stepFor("drop-duplicates"),
                    stepFor("close-overlaps"),
                    stepFor("quantise"),
                    stepFor("transpose-c"),
                    stepFor("drop-rare-notes"),
                    stepFor("split-at-meter")};
    recipe.steps[5].parameters["share"] = 0.004;
    return recipe;
}

QByteArray midiOf(const Score& score)
{
    const auto midi = writeMidi(score);
    return QByteArray(reinterpret_cast<const char*>(midi->bytes.data()),
                      qsizetype(midi->bytes.size()));
}

/// The tune of a text in another key.
Score transposed(const QByteArray& abc, int semitones)
{
    Score score = scoreOf(abc);
    for (Note& note : score.tracks[0].notes)
        note.pitch.value = static_cast<std::uint8_t>(note.pitch.value + semitones);
    return score;
}

std::vector<DatasetPiece> piecesOf(const Dataset& dataset)
{
    std::vector<DatasetPiece> pieces;
    const Status read = dataset.forEachPiece([&](const DatasetPiece& piece) {
        pieces.push_back(piece);
        return true;
    });
    return read ? pieces : std::vector<DatasetPiece>();
}

QString idOf(const Error& error)
{
    return QString::fromStdString(error.id);
}

} // namespace

class TestDatasetClean : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aRecipeIsStoredWithWhatItDoes();
    void previewTellsTheSameAndStoresNothing();
    void threadsDoNotMatter();
    void originalBytesStayAndAnEmptyRecipeTakesAllBack();
    void piecesAreGivenCleaned();
    void piecesThatComeBackAfterASplitAreCounted();
    void versionsShowBothSides();
    void previewOfOneAgreesWithTheWhole();
    void ornamentsArePlayedWhereTheRecipeSays();
    void ofDuplicatesOneStays();
    void otherSettingsOfATuneStay();
    void addedPiecesAreCleanedToo();
    void theFingerprintKnowsTheRecipe();
    void factsOfAnEarlierFormAreRenewedByTheNextRecipe();
    void setsOfTheFirstVersionOpenAndGrow();
    void copiesAreWhole();
    void cancelStoresNothing();
    void killedCleaningLeavesBeforeOrAfter();
    void fullDiskLeavesTheStateBefore();
    void wrongRecipesChangeNothing();

private:
    QString path(const char* name) const { return m_folder->filePath(name); }

    /// Tunes, one of them too short, one twice, one in two keys, MIDI files with faults and with
    /// two meters.
    bool makeSet(const char* name)
    {
        const QString in = path("in");
        bool isWritten = true;
        for (std::uint32_t i = 0; i < 24; ++i)
            isWritten = isWritten && writeBytes(in + QString("/t%1.abc").arg(i), tuneText(i));
        isWritten = isWritten && writeBytes(in + "/again.abc", tuneText(3));
        isWritten = isWritten && writeBytes(in + "/moved.mid", midiOf(transposed(tuneText(5), 2)));
        isWritten = isWritten && writeBytes(in + "/short.abc", "X:1\nT:S\nK:C\nCDE\n");
        isWritten =
            isWritten && writeBytes(in + "/overlap.mid", midiOf(scoreOfNotes({{0.02, 2, 60},
                                                                              {1, 1, 60},
                                                                              {2, 1, 64},
                                                                              {3, 1, 67},
                                                                              {4, 1, 60},
                                                                              {5, 1, 62},
                                                                              {6, 1, 64},
                                                                              {7, 1, 65}})));
        Score meters = scoreOfNotes({});
        QList<QList<double>> notes;
        for (int i = 0; i < 28; ++i)
            notes += QList<double>{double(i), 1, double(60 + i * 5 % 12)};
        meters = scoreOfNotes(notes);
        meters.addEvent(meters.tracks[0].id, timeSignatureEvent({}, 4, 4));
        meters.addEvent(meters.tracks[0].id, timeSignatureEvent(Tick{16 * 480}, 3, 4));
        isWritten = isWritten && writeBytes(in + "/meters.mid", midiOf(meters));
        const auto report =
            importMusic({{toPath(in)}, toPath(path(name)), ImportOptions::Existing::Refuse, 2}, {});
        return isWritten && report && report->accepted + report->acceptedWithNotes == 29;
    }
    Result<Dataset> open(const char* name, Dataset::Access access = Dataset::Access::Write) const
    {
        return Dataset::open(toPath(path(name)), access);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDatasetClean::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestDatasetClean::aRecipeIsStoredWithWhatItDoes()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    QVERIFY(dataset);
    std::size_t last = 0;
    const auto report = dataset->clean(wholeRecipe(), 2, {}, [&](const CleanProgress& now) {
        QVERIFY(now.done > last && now.done <= now.total);
        last = now.done;
    });
    QVERIFY2(report, report ? "" : report.error().text.c_str());
    QCOMPARE(last, std::size_t{2 * 29});
    QCOMPARE(report->pieces, std::size_t{29});
    QCOMPARE(report->dropped, std::size_t{3}); // too short, the same, moved
    QVERIFY(report->changed > 10);
    QCOMPARE(report->sections, std::size_t{27}); // one splits
    QCOMPARE(report->operations.size(), std::size_t{7});
    QCOMPARE(report->operations[0], (CleanReport::Operation{"leave-out", 1, 0}));
    QCOMPARE(report->operations[1].pieces, std::size_t{2});
    QCOMPARE(report->operations[2], (CleanReport::Operation{"close-overlaps", 1, 1}));
    QVERIFY(report->operations[5].notes > 0);

    std::map<std::string, DatasetPiece> pieces;
    for (const DatasetPiece& piece : piecesOf(*dataset))
        pieces[std::filesystem::path(piece.path).filename()] = piece;
    QCOMPARE(pieces["short.abc"].whyLeftOut, std::string("left-out"));
    QCOMPARE(pieces["t3.abc"].whyLeftOut, std::string("duplicate"));
    QVERIFY(pieces["t3.abc"].whyLeftOutText.find("duplicate of") == 0);
    QVERIFY(pieces["again.abc"].isInUse);
    QCOMPARE(pieces["meters.mid"].sections, std::size_t{2});
    QCOMPARE(pieces["overlap.mid"].changes.at(0).words, std::string("1 overlap closed"));
    QCOMPARE(pieces["overlap.mid"].changes.at(0).step, std::size_t{2});

    const auto info = dataset->info();
    QVERIFY(info);
    QCOMPARE(info->inUse, std::size_t{26});
    QCOMPARE(info->changed, report->changed);
    QCOMPARE(info->recipeSteps, std::size_t{7});
    const auto stored = dataset->recipe();
    QVERIFY(stored && *stored == wholeRecipe());
}

void TestDatasetClean::previewTellsTheSameAndStoresNothing()
{
    QVERIFY(makeSet("set"));
    const QByteArray before = readBytes(path("set"));
    {
        const auto dataset = open("set", Dataset::Access::Read);
        const auto preview = dataset->previewClean(wholeRecipe(), 2, {});
        QVERIFY2(preview, preview ? "" : preview.error().text.c_str());
        QCOMPARE(readBytes(path("set")), before);
        auto writer = open("set");
        const auto report = writer->clean(wholeRecipe(), 2, {});
        QVERIFY(report && *report == *preview);
    }
    QVERIFY(readBytes(path("set")) != before);
}

void TestDatasetClean::threadsDoNotMatter()
{
    QVERIFY(makeSet("one"));
    QVERIFY(QFile::copy(path("one"), path("many")));
    for (const auto& [name, threads] : {std::pair{"one", 1U}, std::pair{"many", 4U}}) {
        auto dataset = open(name);
        QVERIFY(dataset && dataset->clean(wholeRecipe(), threads, {}));
    }
    QCOMPARE(readBytes(path("one")), readBytes(path("many")));
    // The notes too, byte for byte.
    const auto one = open("one", Dataset::Access::Read);
    std::vector<QByteArray> first;
    QVERIFY(one->forEachPieceOf({}, 1, {}, [&](TrainingPiece piece) {
        first.push_back(midiOf(piece.score));
        return true;
    }));
    QCOMPARE(first.size(), std::size_t{27});
    std::size_t at = 0;
    QVERIFY(one->forEachPieceOf(
        {}, 4, {}, [&](TrainingPiece piece) { return midiOf(piece.score) == first.at(at++); }));
    QCOMPARE(at, first.size());
}

void TestDatasetClean::originalBytesStayAndAnEmptyRecipeTakesAllBack()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    const auto before = dataset->fingerprint();
    const std::vector<DatasetPiece> pieces = piecesOf(*dataset);
    std::vector<std::vector<std::uint8_t>> bytes;
    for (std::int64_t file = 1; file <= 29; ++file)
        bytes.push_back(*dataset->bytesOf(file));
    QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
    for (std::int64_t file = 1; file <= 29; ++file)
        QVERIFY(*dataset->bytesOf(file) == bytes[std::size_t(file - 1)]);
    QVERIFY(*dataset->fingerprint() != *before);
    const auto none = dataset->clean({}, 2, {});
    QVERIFY(none);
    QCOMPARE(none->changed + none->dropped, std::size_t{0});
    QCOMPARE(*dataset->fingerprint(), *before);
    QVERIFY(piecesOf(*dataset) == pieces);
    QVERIFY(dataset->recipe()->steps.empty());
}

void TestDatasetClean::piecesAreGivenCleaned()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
    QVERIFY(dataset->split({.8, .1, .1, 1}));
    const auto overlap = dataset->piece("overlap.mid");
    QVERIFY2(overlap, overlap ? "" : overlap.error().text.c_str());
    QCOMPARE(factsOf(overlap->score).overlappingNotes, std::size_t{0});
    const auto left = dataset->piece("short.abc");
    QVERIFY(!left);
    QCOMPARE(idOf(left.error()), "dataset.piece-left-out");
    std::map<std::int64_t, std::size_t> sections;
    std::size_t given = 0;
    for (const Part part : {Part::Train, Part::Validation, Part::Test}) {
        const auto pieces = dataset->piecesOf(part, 2, {});
        QVERIFY(pieces);
        for (const TrainingPiece& piece : *pieces) {
            QCOMPARE(piece.section, sections[piece.id]++);
            QVERIFY(piece.score.hasNotes() && factsOf(piece.score).meterCount == 1);
            ++given;
        }
    }
    QCOMPARE(sections.size(), std::size_t{26});
    QCOMPARE(given, std::size_t{27});
    const auto info = dataset->info();
    QCOMPARE(info->train + info->validation + info->test, std::size_t{26});
}

void TestDatasetClean::piecesThatComeBackAfterASplitAreCounted()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    Recipe recipe;
    recipe.steps = {stepFor("leave-out", problemBit(Problem::TooShort)),
                    stepFor("drop-duplicates")};
    QCOMPARE(dataset->clean(recipe, 2, {})->inNoPart, std::size_t{0}); // There is no split yet.
    QVERIFY(dataset->split({.8, .1, .1, 1}));
    QCOMPARE(dataset->clean(recipe, 2, {})->inNoPart, std::size_t{0});
    // The short tune stands alone; duplicates are in the part of their families already.
    QCOMPARE(dataset->previewClean({}, 2, {})->inNoPart, std::size_t{0});
    QCOMPARE(dataset->clean({}, 2, {})->inNoPart, std::size_t{1});
    QVERIFY(dataset->split({.8, .1, .1, 1}));
    QCOMPARE(dataset->clean({}, 2, {})->inNoPart, std::size_t{0});
    // Where the split itself leaves some out, those are nobody's mistake.
    QVERIFY(dataset->split({.4, .1, .1, 1}));
    QCOMPARE(dataset->clean({}, 2, {})->inNoPart, std::size_t{0});
}

void TestDatasetClean::versionsShowBothSides()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
    const auto overlap = dataset->pieceVersions("overlap.mid");
    QVERIFY(overlap);
    QCOMPARE(factsOf(overlap->asRead.score).overlappingNotes, std::size_t{1});
    QCOMPARE(factsOf(overlap->cleaned.scores.at(0)).overlappingNotes, std::size_t{0});
    const auto duplicate = dataset->pieceVersions("t3.abc");
    QVERIFY(duplicate && !duplicate->cleaned.isInUse && duplicate->asRead.score.hasNotes());
    QCOMPARE(duplicate->cleaned.whyLeftOut, std::string("duplicate"));
    const auto problems = dataset->problemsOfPiece("overlap.mid");
    QVERIFY(problems);
    QVERIFY(std::ranges::any_of(problems->places, [](const ProblemPlace& place) {
        return place.problem == Problem::OverlappingNotes &&
               place.bars == std::vector<std::int64_t>{1};
    }));
}

void TestDatasetClean::previewOfOneAgreesWithTheWhole()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    const std::vector<DatasetPiece> before = piecesOf(*dataset);
    std::map<std::int64_t, CleanedPiece> seen;
    for (const DatasetPiece& piece : before) {
        auto one = dataset->cleanOne(wholeRecipe(), std::to_string(piece.id), 2, {});
        QVERIFY2(one, one ? "" : one.error().text.c_str());
        seen[piece.id] = std::move(one->cleaned);
    }
    QVERIFY(piecesOf(*dataset) == before);
    // Of one reading the same comes as of several.
    Recipe shorter = wholeRecipe();
    shorter.steps.erase(shorter.steps.begin() + 3);
    const std::array recipes{shorter, wholeRecipe()};
    for (const DatasetPiece& piece : before) {
        const std::string which = std::to_string(piece.id);
        const auto both = dataset->cleanOne(recipes, which, 2, {});
        QVERIFY(both && both->size() == 2);
        const auto alone = dataset->cleanOne(shorter, which, 2, {});
        QVERIFY(alone && (*both)[0].cleaned.applied == alone->cleaned.applied);
        QVERIFY((*both)[0].cleaned.scores == alone->cleaned.scores);
        QVERIFY((*both)[1].cleaned.scores == seen[piece.id].scores);
        QVERIFY((*both)[0].asRead.score == (*both)[1].asRead.score);
    }
    QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
    for (const DatasetPiece& piece : piecesOf(*dataset)) {
        QCOMPARE(seen[piece.id].isInUse, piece.isInUse);
        QCOMPARE(seen[piece.id].whyLeftOutText, piece.whyLeftOutText);
        QVERIFY(seen[piece.id].applied == piece.changes);
        QCOMPARE(seen[piece.id].scores.size(), piece.sections);
    }
}

void TestDatasetClean::ofDuplicatesOneStays()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    Recipe recipe;
    recipe.steps = {stepFor("drop-duplicates")};
    QCOMPARE(dataset->clean(recipe, 1, {})->dropped, std::size_t{2});
    std::string moved;
    for (const DatasetPiece& piece : piecesOf(*dataset)) {
        if (piece.path.ends_with("/t5.abc"))
            moved = pieceKey(piece.sha256, piece.ordinal);
    }
    // Overruled by hand: now the other one goes.
    recipe.steps.push_back(stepFor("keep", 0, {moved}));
    QVERIFY(dataset->clean(recipe, 1, {}));
    std::map<std::string, DatasetPiece> pieces;
    for (const DatasetPiece& piece : piecesOf(*dataset))
        pieces[std::filesystem::path(piece.path).filename()] = piece;
    QVERIFY(pieces["t5.abc"].isInUse);
    QVERIFY(pieces["moved.mid"].whyLeftOutText.ends_with("which is kept by hand"));
    recipe.steps[0].parameters["which"] = std::string("exact");
    QCOMPARE(dataset->clean(recipe, 1, {})->dropped, std::size_t{1});
}

void TestDatasetClean::otherSettingsOfATuneStay()
{
    // The whole, a quarter of it, and the whole once more in another key: one family.
    const QString in = path("in");
    QVERIFY(writeBytes(in + "/whole.abc", tuneText(7, 32)));
    QVERIFY(writeBytes(in + "/excerpt.abc", tuneText(7, 8)));
    QVERIFY(writeBytes(in + "/moved.mid", midiOf(transposed(tuneText(7, 32), 3))));
    QVERIFY(
        importMusic({{toPath(in)}, toPath(path("set")), ImportOptions::Existing::Refuse, 2}, {}));
    auto dataset = open("set");
    QCOMPARE(dataset->info()->families, std::size_t{1});
    Recipe recipe;
    recipe.steps = {stepFor("drop-duplicates")};
    QCOMPARE(dataset->clean(recipe, 2, {})->dropped, std::size_t{1});
    for (const DatasetPiece& piece : piecesOf(*dataset)) {
        const bool isDuplicate = piece.path.ends_with("whole.abc");
        QCOMPARE(piece.isInUse, !isDuplicate); // Of equals the first by path stays.
        QCOMPARE(piece.problems, isDuplicate ? problemBit(Problem::NearDuplicate) : 0U);
        const auto versions = dataset->pieceVersions(std::to_string(piece.id));
        QCOMPARE(versions->cleaned.isInUse, piece.isInUse);
    }
}

void TestDatasetClean::addedPiecesAreCleanedToo()
{
    QVERIFY(makeSet("set"));
    {
        auto dataset = open("set");
        QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
    }
    QVERIFY(writeBytes(path("more/u.mid"), midiOf(transposed(tuneText(7), 4))));
    QVERIFY(writeBytes(path("more/v.abc"), "X:1\nT:V\nK:C\nCD\n"));
    QVERIFY(importMusic(
        {{toPath(path("more"))}, toPath(path("set")), ImportOptions::Existing::Add, 2}, {}));
    const auto dataset = open("set", Dataset::Access::Read);
    std::size_t leftOut = 0;
    for (const DatasetPiece& piece : piecesOf(*dataset))
        leftOut += !piece.isInUse;
    QCOMPARE(leftOut, std::size_t{5});
    // The same set made at once has the same fingerprint.
    const auto whole = importMusic({{toPath(path("in")), toPath(path("more"))},
                                    toPath(path("whole")),
                                    ImportOptions::Existing::Refuse,
                                    2},
                                   {});
    QVERIFY(whole);
    auto other = open("whole");
    QVERIFY(other->clean(wholeRecipe(), 1, {}));
    QCOMPARE(*other->fingerprint(), *dataset->fingerprint());
}

void TestDatasetClean::theFingerprintKnowsTheRecipe()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    const std::string none = *dataset->fingerprint();
    Recipe recipe;
    recipe.steps = {stepFor("quantise")};
    recipe.steps[0].isOn = false;
    QVERIFY(dataset->clean(recipe, 1, {}));
    QCOMPARE(*dataset->fingerprint(), none);
    recipe.steps[0].isOn = true;
    QVERIFY(dataset->clean(recipe, 1, {}));
    const std::string quantised = *dataset->fingerprint();
    QVERIFY(quantised != none);
    recipe.steps[0].parameters["grid"] = std::string("1/8");
    QVERIFY(dataset->clean(recipe, 1, {}));
    QVERIFY(*dataset->fingerprint() != quantised);
    recipe.steps[0].parameters.clear();
    recipe.title = "Named";
    QVERIFY(dataset->clean(recipe, 1, {}));
    QCOMPARE(*dataset->fingerprint(), quantised);
}

void TestDatasetClean::ornamentsArePlayedWhereTheRecipeSays()
{
    const QString in = path("in");
    const QByteArray tune = "X:1\nL:1/4\nK:C\n~G C {DE}F C|MG C G C|G C G C|\n";
    QVERIFY(writeBytes(in + "/played/a.abc", tune));
    QVERIFY(writeBytes(in + "/marks/b.abc", QByteArray(tune).replace("K:C", "K:D")));
    QVERIFY(writeBytes(in + "/played/c.mid", midiOf(scoreOf(tune))));
    ImportOptions options;
    options.inputs = {in.toStdString()};
    options.set = path("set").toStdString();
    QVERIFY(importMusic(options, {}));
    const auto notesOf = [](const Dataset& set) {
        std::map<std::string, std::size_t> notes;
        const Status read =
            set.forEachPieceOf(std::nullopt, 2, {}, [&](const TrainingPiece& piece) {
                notes[piece.path.substr(piece.path.size() - 5)] = piece.score.noteCount();
                return true;
            });
        return read ? notes : std::map<std::string, std::size_t>{};
    };
    using Notes = std::map<std::string, std::size_t>;
    auto dataset = open("set");
    QVERIFY(notesOf(*dataset) == (Notes{{"a.abc", 12}, {"b.abc", 12}, {"c.mid", 12}}));
    const std::string fingerprint = *dataset->fingerprint();
    Recipe recipe;
    recipe.steps = {stepFor("normalise-velocity"), stepFor("play-ornaments")};
    recipe.steps[1].condition.folder = "played";
    const auto preview = dataset->previewClean(recipe, 2, {});
    const auto report = dataset->clean(recipe, 1, {});
    QVERIFY(preview && report && *preview == *report);
    QCOMPARE(report->operations[1].pieces, std::size_t{1});
    QCOMPARE(report->operations[1].notes, std::size_t{4 + 2 + 2});
    QVERIFY(notesOf(*dataset) == (Notes{{"a.abc", 20}, {"b.abc", 12}, {"c.mid", 12}}));
    QVERIFY(*dataset->fingerprint() != fingerprint);
    for (const DatasetPiece& piece : piecesOf(*dataset)) {
        QCOMPARE(piece.facts.notes, std::size_t{12}); // As it was read.
        const bool isPlayed = std::ranges::any_of(piece.changes, [](const AppliedStep& step) {
            return step.words == "ornaments played, +8 notes";
        });
        QCOMPARE(isPlayed, piece.path.ends_with("a.abc"));
    }
    const auto versions = dataset->pieceVersions("a.abc");
    QVERIFY(versions);
    QCOMPARE(versions->asRead.score.noteCount(), std::size_t{12});
    QCOMPARE(versions->cleaned.scores.at(0).noteCount(), std::size_t{20});
    QVERIFY(dataset->cleanOne(recipe, "a.abc", 1, {})->cleaned.scores == versions->cleaned.scores);
    // Steps that count over the set count what sounds: of 44 notes 2 are an A.
    recipe.steps[0] = stepFor("drop-rare-notes");
    recipe.steps[0].parameters["share"] = 0.06;
    QVERIFY(dataset->clean(recipe, 2, {}));
    QVERIFY(notesOf(*dataset)["a.abc"] < 20);
}

void TestDatasetClean::factsOfAnEarlierFormAreRenewedByTheNextRecipe()
{
    QVERIFY(makeSet("old"));
    {
        SQLite::Database database(path("old").toStdString(), SQLite::OPEN_READWRITE);
        database.exec("UPDATE meta SET value = '2' WHERE name = 'facts'");
        database.exec("UPDATE piece SET facts = json_remove(facts, '$.noteKinds')");
    }
    const auto known = [&] {
        std::size_t count = 0;
        const auto dataset = open("old", Dataset::Access::Read);
        const bool isRead = dataset && dataset->forEachPiece([&](const DatasetPiece& piece) {
            count += piece.facts.kinds ? 1 : 0;
            return true;
        });
        return isRead ? count : SIZE_MAX;
    };
    QCOMPARE(known(), std::size_t{0});
    const QByteArray bytes = readBytes(path("old"));
    QVERIFY(open("old", Dataset::Access::Read)->previewClean(wholeRecipe(), 2, {}));
    QCOMPARE(readBytes(path("old")), bytes);
    QVERIFY(open("old")->clean({}, 2, {}));
    QCOMPARE(known(), std::size_t{29});
}

void TestDatasetClean::setsOfTheFirstVersionOpenAndGrow()
{
    QVERIFY(makeSet("new"));
    QVERIFY(QFile::copy(path("new"), path("old")));
    {
        // What version 1 wrote: no table of the recipe, facts without the newer ones, problems
        // without the newer ones.
        SQLite::Database database(path("old").toStdString(), SQLite::OPEN_READWRITE);
        database.exec("DROP TABLE cleaning");
        database.exec("DELETE FROM meta WHERE name = 'facts'");
        database.exec("UPDATE piece SET facts = json_remove(facts, '$.creatingProgram', "
                      "'$.meterGiven', '$.meterGuess', "
                      "'$.voices', '$.melody', '$.phrases', '$.longestSilence', '$.equalBars', "
                      "'$.equalPitches'), "
                      "problems = problems & 4095");
        database.exec("PRAGMA user_version=1000");
    }
    const QByteArray bytes = readBytes(path("old"));
    std::string fingerprint;
    {
        const auto dataset = open("old", Dataset::Access::Read);
        QVERIFY2(dataset, dataset ? "" : dataset.error().text.c_str());
        QVERIFY(dataset->recipe()->steps.empty());
        QCOMPARE(piecesOf(*dataset).size(), std::size_t{29});
        QCOMPARE(dataset->info()->inUse, std::size_t{29});
        QVERIFY(dataset->piece("overlap.mid"));
        QVERIFY(dataset->previewClean(wholeRecipe(), 2, {}));
        fingerprint = *dataset->fingerprint();
    }
    QCOMPARE(readBytes(path("old")), bytes);
    QCOMPARE(*open("new", Dataset::Access::Read)->fingerprint(), fingerprint);
    {
        auto dataset = open("old");
        QVERIFY2(dataset, dataset ? "" : dataset.error().text.c_str());
        QCOMPARE(*dataset->fingerprint(), fingerprint);
        const auto preview = dataset->previewClean(wholeRecipe(), 2, {});
        const auto report = dataset->clean(wholeRecipe(), 2, {});
        QVERIFY(report && preview && *report == *preview);
    }
    auto grown = open("new");
    QVERIFY(grown->clean(wholeRecipe(), 2, {}));
    const auto old = open("old", Dataset::Access::Read);
    QVERIFY(piecesOf(*old) == piecesOf(*grown)); // the newer facts are there as well
    QCOMPARE(*old->fingerprint(), *grown->fingerprint());
}

void TestDatasetClean::copiesAreWhole()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
    QVERIFY(dataset->copyTo(toPath(path("copy"))));
    const auto copy = open("copy", Dataset::Access::Read);
    QVERIFY2(copy, copy ? "" : copy.error().text.c_str());
    QCOMPARE(*copy->fingerprint(), *dataset->fingerprint());
    QVERIFY(piecesOf(*copy) == piecesOf(*dataset));
    const auto again = dataset->copyTo(toPath(path("copy")));
    QVERIFY(!again);
    QCOMPARE(idOf(again.error()), "file.exists");
    QVERIFY(!QFile::exists(path("copy.new")));
}

void TestDatasetClean::cancelStoresNothing()
{
    QVERIFY(makeSet("set"));
    const QByteArray before = readBytes(path("set"));
    {
        auto dataset = open("set");
        const CancelToken cancel;
        const auto report = dataset->clean(wholeRecipe(), 2, cancel, [&](const CleanProgress& now) {
            if (now.done >= 35)
                cancel.cancel();
        });
        QVERIFY(!report);
        QCOMPARE(report.error().kind, ErrorKind::Cancelled);
        QVERIFY(dataset->recipe()->steps.empty());
    }
    QCOMPARE(readBytes(path("set")), before);
}

void TestDatasetClean::killedCleaningLeavesBeforeOrAfter()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer knows no threads in a forked child");
#endif
    QVERIFY(makeSet("base"));
    std::string before;
    std::string after;
    std::chrono::duration<double> needed{};
    QVERIFY(QFile::copy(path("base"), path("timed")));
    {
        auto dataset = open("timed");
        before = *dataset->fingerprint();
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
        needed = std::chrono::steady_clock::now() - start;
        after = *dataset->fingerprint();
    }
    const CounterRandom random(11, CounterRandom::Domain::Test);
    int unfinished = 0;
    for (int i = 0; i < killsWished(); ++i) {
        QFile::remove(path("set"));
        QVERIFY(QFile::copy(path("base"), path("set")));
        const pid_t child = ::fork();
        if (child == 0) {
            auto dataset = open("set");
            ::_exit(dataset && dataset->clean(wholeRecipe(), 2, {}) ? 0 : 1);
        }
        std::this_thread::sleep_for(needed * 1.3 * random.uniform(std::uint32_t(i)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        auto dataset = open("set");
        QVERIFY2(dataset, dataset ? "" : dataset.error().text.c_str());
        const std::string now = *dataset->fingerprint();
        QVERIFY(now == before || now == after);
        QCOMPARE(dataset->recipe()->steps.empty(), now == before);
        unfinished += now == before;
        if (i % 5 == 0) {
            QVERIFY(dataset->clean(wholeRecipe(), 2, {}));
            QCOMPARE(*dataset->fingerprint(), after);
        }
    }
    QVERIFY2(unfinished > 0, "no kill met a cleaning at work");
}

void TestDatasetClean::fullDiskLeavesTheStateBefore()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer knows no threads in a forked child");
#endif
    QVERIFY(makeSet("set"));
    const std::string before = *open("set", Dataset::Access::Read)->fingerprint();
    // A limit on the size of files stands for the full disk: writing beyond it fails as there.
    const qint64 size = QFileInfo(path("set")).size();
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        auto dataset = open("set");
        const rlimit limit{rlim_t(size), rlim_t(size)};
        if (!dataset || ::setrlimit(RLIMIT_FSIZE, &limit) != 0)
            ::_exit(2);
        Recipe recipe = wholeRecipe();
        RecipeStep note = stepFor("note", 0, {std::string(64, 'a') + "#1"});
        note.parameters["note"] = std::string(200'000, 'x'); // grows the file
        recipe.steps.push_back(note);
        const auto report = dataset->clean(recipe, 2, {});
        ::_exit(report ? 1 : report.error().kind == ErrorKind::Failed ? 0 : 3);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    const auto dataset = open("set");
    QVERIFY2(dataset, dataset ? "" : dataset.error().text.c_str());
    QCOMPARE(*dataset->fingerprint(), before);
    QVERIFY(dataset->recipe()->steps.empty());
}

void TestDatasetClean::wrongRecipesChangeNothing()
{
    QVERIFY(makeSet("set"));
    auto dataset = open("set");
    Recipe recipe;
    recipe.steps = {stepFor("quantise")};
    recipe.steps[0].parameters["strength"] = 7.0;
    const auto report = dataset->clean(recipe, 1, {});
    QVERIFY(!report);
    QCOMPARE(idOf(report.error()), "recipe.bad-value");
    QVERIFY(!dataset->previewClean(recipe, 1, {}) && !dataset->cleanOne(recipe, "1", 1, {}));
    QVERIFY(dataset->recipe()->steps.empty());
}

QTEST_APPLESS_MAIN(TestDatasetClean)
#include "tst_dataset_clean.moc"
