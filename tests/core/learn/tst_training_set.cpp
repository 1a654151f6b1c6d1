// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/learn/card.h"
#include "core/learn/load_training_set.h"
#include "core/weights/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <filesystem>
#include <set>

using namespace continuo;

namespace {

/// Tunes that are not related, so that a split can put each anywhere.
std::string tune(int number)
{
    const char* const tunes[] = {
        "CDEF GABc|c2G2 E2C2|", "GGAA BBcc|dcBA G4|", "EEFG GFED|CCDE E3D|", "cBAG FEDC|C2E2 G2c2|",
        "A2ce a2ec|A4 z4|",     "ceg c'gec|d2f2 a4|", "G2G2 A2A2|F2F2 E4|",  "DFAd fdAF|D8|"};
    return "X:" + std::to_string(number + 1) + "\nT:tune " + std::to_string(number) +
           "\nM:4/4\nL:1/8\nK:C\n" + tunes[number % 8] + "\n";
}

struct Folder
{
    QTemporaryDir folder{};
    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }

    /// A dataset of eight tunes, not yet split.
    Result<Dataset> dataset() const
    {
        std::filesystem::create_directory(path("in"));
        for (int i = 0; i < 8; ++i) {
            const std::string name = "t" + std::to_string(i) + ".abc";
            if (const Status written = writeFile(path("in") / name, tune(i), Overwrite::Replace);
                !written)
                return written.error();
        }
        ImportOptions options;
        options.inputs = {path("in")};
        options.set = path("a.continuo-dataset");
        if (const auto report = importMusic(options, {}, {}); !report)
            return report.error();
        return Dataset::open(options.set, Dataset::Access::Write);
    }
};

TrainingSet exampleSet(const Encoding& encoding)
{
    TrainingSet set = emptyTrainingSet(encoding);
    set.train = {{0, 1, 2}, {}, {3}};
    set.validation = {{4, 5}};
    set.source = "tunes, Größe";
    set.fingerprint = "abc";
    set.losses = "none";
    set.recipe = R"({"steps": []})";
    set.split = R"({"seed": 7})";
    return set;
}

} // namespace

class TestTrainingSet final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vocabulariesSurviveTheCard();
    void tokenPacksSurviveTheDisk();
    void stepsOfSeveralNumbersKeepTheirLimits();
    void damagedPacksAreRefused_data();
    void damagedPacksAreRefused();
    void aSplitDatasetBecomesItsParts();
    void aVocabularyFromThePiecesIsThatOfTheTrainingPart();
    void everythingIsLearnedFromWhereNothingIsHeldOut();
    void anUnsplitDatasetSaysWhatToDo();
};

void TestTrainingSet::vocabulariesSurviveTheCard()
{
    const auto encoding = makeEncoding("grid", "{}");
    QVERIFY(encoding);
    QVERIFY(vocabularyOf(cardSymbols((*encoding)->vocabulary())) == (*encoding)->vocabulary());
}

void TestTrainingSet::tokenPacksSurviveTheDisk()
{
    Folder folder;
    const TrainingSet set = exampleSet(**makeEncoding("grid", "{}"));
    QVERIFY(writeTokenPack(folder.path("pieces"), set));
    const Result<TrainingSet> back = readTokenPack(folder.path("pieces"));
    QVERIFY2(back, back ? "" : back.error().text.c_str());
    QVERIFY(*back == set);
}

void TestTrainingSet::stepsOfSeveralNumbersKeepTheirLimits()
{
    Folder folder;
    TrainingSet set = exampleSet(**makeEncoding("grid", "{}"));
    set.limits = {100, 7};
    set.train = {{99, 6, 0, 0, 50, 3}, {1, 1}};
    set.validation = {};
    QVERIFY(writeTokenPack(folder.path("pieces"), set));
    const Result<TrainingSet> back = readTokenPack(folder.path("pieces"));
    QVERIFY2(back, back ? "" : back.error().text.c_str());
    QVERIFY(*back == set);

    const TokenStream stream = makeTokenStream(set.train, set.vocabulary, set.width());
    QCOMPARE(stream.width, std::size_t{2});
    QVERIFY(!stream.startsWithEnd);
    const std::vector<TokenStream::Piece> pieces{{0, 2}}; // one step alone has nothing to foretell
    QVERIFY(stream.pieces == pieces);

    for (const TokenSequence& wrong :
         {TokenSequence{1, 7}, TokenSequence{100, 1}, TokenSequence{1}}) {
        set.train = {wrong};
        QVERIFY(writeTokenPack(folder.path("wrong"), set));
        QCOMPARE(readTokenPack(folder.path("wrong")).error().id, std::string("train.bad-pack"));
    }
}

void TestTrainingSet::damagedPacksAreRefused_data()
{
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<int>("value");
    QTest::newRow("length too long") << "train.lengths" << 1000;
    QTest::newRow("length negative") << "train.lengths" << -1;
    QTest::newRow("length too short") << "train.lengths" << 1;
    QTest::newRow("token past the vocabulary") << "train.tokens" << 4000;
    QTest::newRow("token negative") << "train.tokens" << -1;
    QTest::newRow("tensor missing") << "test.tokens" << 0;
}

void TestTrainingSet::damagedPacksAreRefused()
{
    QFETCH(QString, tensor);
    QFETCH(int, value);
    Folder folder;
    QVERIFY(writeTokenPack(folder.path("pieces"), exampleSet(**makeEncoding("grid", "{}"))));
    Result<TensorFile> file = readTensorFile(folder.path("pieces"));
    QVERIFY(file);
    Tensor& damaged = file->tensors[tensor.toStdString()];
    const std::int64_t wide = value;
    if (damaged.bytes.empty())
        file->tensors.erase(tensor.toStdString());
    else
        std::memcpy(damaged.bytes.data(), &wide, damaged.dtype == "I64" ? 8 : 4);
    QVERIFY(writeTensorFile(folder.path("pieces"), *file, Overwrite::Replace));
    QCOMPARE(readTokenPack(folder.path("pieces")).error().id, std::string("train.bad-pack"));
}

void TestTrainingSet::aSplitDatasetBecomesItsParts()
{
    Folder folder;
    Result<Dataset> dataset = folder.dataset();
    QVERIFY2(dataset, dataset ? "" : dataset.error().text.c_str());
    const Result<SplitReport> split = dataset->split({0.5, 0.25, 0.25, 1});
    QVERIFY(split);
    const auto encoding = makeEncoding("grid", R"({"grid":"1/8"})");
    const Result<TrainingSet> set =
        loadTrainingSet(folder.path("a.continuo-dataset"), **encoding, 2, {});
    QVERIFY2(set, set ? "" : set.error().text.c_str());
    QCOMPARE(set->train.size(), split->train);
    QCOMPARE(set->validation.size(), split->validation);
    QCOMPARE(set->test.size(), split->test);
    QCOMPARE(set->fingerprint, *dataset->fingerprint());
    QVERIFY(set->losses.starts_with("8 pieces"));
    QCOMPARE(set->split, std::string(R"({"train": 0.5, "validation": 0.25, "test": 0.25, "seed": 1, "by": "set"})"));
    QVERIFY(set->recipe.empty());
    const auto end = set->vocabulary.find(SymbolKind::End);
    for (const TokenSequence& piece : set->train)
        QCOMPARE(piece.back(), *end);
    // The number of threads does not matter.
    QVERIFY(*loadTrainingSet(folder.path("a.continuo-dataset"), **encoding, 1, {}) == *set);
}

void TestTrainingSet::aVocabularyFromThePiecesIsThatOfTheTrainingPart()
{
    Folder folder;
    Result<Dataset> dataset = folder.dataset();
    QVERIFY(dataset && dataset->split({0.5, 0.25, 0.25, 1}));
    const auto unfitted = makeEncoding("chord", "{}").value();
    const Result<TrainingSet> set =
        loadTrainingSet(folder.path("a.continuo-dataset"), *unfitted, 2, {});
    QVERIFY2(set, set ? "" : set.error().text.c_str());
    QVERIFY(set->vocabulary.size() > unfitted->vocabulary().size());
    std::set<Token> used;
    for (const TokenSequence& piece : set->train)
        used.insert(piece.begin(), piece.end());
    QCOMPARE(static_cast<Token>(used.size()), set->vocabulary.size());
    QVERIFY(*loadTrainingSet(folder.path("a.continuo-dataset"), *unfitted, 1, {}) == *set);
    // It travels in the token pack and the card, and makes the encoding again.
    QVERIFY(writeTokenPack(folder.path("pieces"), *set));
    const Result<TrainingSet> back = readTokenPack(folder.path("pieces"));
    QVERIFY(back && *back == *set);
    QVERIFY(makeEncoding(back->encoding, back->encodingVersion, back->encodingOptionsJson,
                         back->vocabulary));
}

void TestTrainingSet::everythingIsLearnedFromWhereNothingIsHeldOut()
{
    Folder folder;
    Result<Dataset> dataset = folder.dataset();
    QVERIFY(dataset);
    const auto unfitted = makeEncoding("chord", "{}").value();
    const auto load = [&](LearnFrom from) {
        return loadTrainingSet(folder.path("a.continuo-dataset"), *unfitted, 2, {}, from);
    };
    TrainSettings settings;
    QCOMPARE(learnFrom(settings), LearnFrom::TrainingPart);
    settings.holdOut = false;
    QCOMPARE(learnFrom(settings), LearnFrom::Everything);
    const Result<TrainingSet> undivided = load(LearnFrom::Everything);
    QVERIFY2(undivided, undivided ? "" : undivided.error().text.c_str());
    QCOMPARE(undivided->train.size(), std::size_t{8});
    // Half of it in parts, the other half in none.
    QVERIFY(dataset->split({0.25, 0.125, 0.125, 1}));
    const Result<TrainingSet> part = load(LearnFrom::TrainingPart);
    const Result<TrainingSet> all = load(LearnFrom::Everything);
    QVERIFY(part && all);
    QVERIFY(part->train.size() < 8);
    QVERIFY(all->validation.empty() && all->test.empty());
    QVERIFY(all->train == undivided->train);
    // The vocabulary is that of all pieces.
    QVERIFY(all->vocabulary == undivided->vocabulary);
    QVERIFY(all->vocabulary.size() >= part->vocabulary.size());
}

void TestTrainingSet::anUnsplitDatasetSaysWhatToDo()
{
    Folder folder;
    QVERIFY(folder.dataset());
    const auto set =
        loadTrainingSet(folder.path("a.continuo-dataset"), **makeEncoding("grid", "{}"), 1, {});
    QCOMPARE(set.error().id, std::string("train.nothing-to-learn"));
    QVERIFY(QString::fromStdString(set.error().text).contains("continuo split"));
}

QTEST_APPLESS_MAIN(TestTrainingSet)
#include "tst_training_set.moc"
