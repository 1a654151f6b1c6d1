// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/comparison.h"
#include "core/learn/load_training_set.h"
#include "tests/core/evaluate/tune_set.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace continuo;
using namespace continuo::tests;

namespace {

constexpr const char* kOrderOnly =
    R"({"rest": false, "hold": false, "end": false, "equalDurations": true, "grid": "1/16"})";

/// An LSTM with random weights; a scale of 0 finds all symbols equally likely.
GeneratingModel modelOf(const char* encoding, const char* options, std::uint64_t seed, double scale)
{
    const auto made = makeEncoding(encoding, options).value();
    const NetworkShape shape = networkShape("lstm", 1, 16, 8, false, 0, 0);
    auto tensors = randomTensors(shape, made->vocabulary().size(), seed, scale);
    return modelFromTensors(modelFile(*made, shape, std::move(tensors)), "hand-made").value();
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

} // namespace

class TestComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_set = makeSet(m_folder);
        QVERIFY(!m_set.empty());
        const Dataset dataset = Dataset::open(m_set, Dataset::Access::Read).value();
        QVERIFY(dataset.forEachPieceOf(Part::Validation, 1, {}, [&](const TrainingPiece& piece) {
            m_notes += piece.score.noteCount();
            ++m_pieces;
            return true;
        }));
    }

    /// Whoever finds all pitches alike needs log2 of their number, whatever else the symbols are.
    void guessingCostsTheLogarithmOfTheRange()
    {
        const std::vector<GeneratingModel> models{
            modelOf("grid", "{}", 1, 0), modelOf("event", R"({"low": 54, "high": 85})", 1, 0),
            modelOf("grid", kOrderOnly, 1, 0)};
        const ModelComparison found = compareModels(models, m_set, Part::Validation, 2, {}).value();
        // The last has no symbol for the beginning, so it is not asked for first notes.
        QCOMPARE(found.notes, m_notes - m_pieces);
        QCOMPARE(found.pieces, m_pieces);
        QCOMPARE(found.models.size(), std::size_t{3});
        QCOMPARE(found.models[0].notes, m_notes);
        QCOMPARE(found.models[1].notes, m_notes);
        QCOMPARE(found.models[2].notes, m_notes - m_pieces);
        QVERIFY(isNear(found.models[0].bitsPerNote, std::log2(37)));
        QVERIFY(isNear(found.models[1].bitsPerNote, 5));
        QVERIFY(isNear(found.models[2].bitsPerNote, std::log2(37)));
        QVERIFY(isNear(found.models[1].difference, 5 - std::log2(37)));
        QVERIFY(isNear(found.models[1].differenceError, 0));
        QVERIFY(!found.models[0].isSetOfTraining);
    }

    void notesThatOneDoesNotReadCountForNone()
    {
        // The second model's range begins at A4, so it drops what lies below.
        const std::vector<GeneratingModel> models{
            modelOf("event", "{}", 3, 0.5), modelOf("event", R"({"low": 69, "high": 108})", 4, 0)};
        const ModelComparison found = compareModels(models, m_set, Part::Validation, 1, {}).value();
        QVERIFY(found.notes > 0 && found.notes < m_notes);
        QCOMPARE(found.models[0].notes, m_notes);
        QCOMPARE(found.models[1].notes, found.notes);
        QVERIFY(isNear(found.models[1].bitsPerNote, found.models[1].ownBitsPerNote));
        QVERIFY(!isNear(found.models[0].bitsPerNote, found.models[0].ownBitsPerNote));
    }

    void ownNotesAreThoseOfJudgingAlone()
    {
        const std::vector<GeneratingModel> models{modelOf("grid", "{}", 7, 0.6),
                                                  modelOf("event", "{}", 8, 0.6)};
        const ModelComparison found = compareModels(models, m_set, Part::Validation, 2, {}).value();
        for (std::size_t i = 0; i < models.size(); ++i) {
            const ModelJudgement alone =
                judgeModel(models[i], m_set, Part::Validation, 1, {}).value();
            QCOMPARE(found.models[i].notes, alone.score.notes);
            QVERIFY(isNear(found.models[i].ownBitsPerNote, alone.score.bitsPerNote.value()));
        }
        QCOMPARE(found.notes, m_notes);
        QVERIFY(found.models[1].differenceError > 0);
        QCOMPARE(compareModels(models, m_set, Part::Validation, 1, {}).value(), found);
    }

    void aModelAgainstItselfIsNoBetter()
    {
        const std::vector<GeneratingModel> models{modelOf("event", "{}", 7, 0.6),
                                                  modelOf("event", "{}", 7, 0.6)};
        const ModelComparison found = compareModels(models, m_set, Part::Test, 2, {}).value();
        QCOMPARE(found.models[0].bitsPerNote, found.models[1].bitsPerNote);
        QCOMPARE(found.models[1].difference, 0.0);
        QCOMPARE(found.models[1].differenceError, 0.0);
    }

    void modelsWithoutPitchesAreRefused()
    {
        const std::vector<GeneratingModel> models{modelOf("grid", "{}", 7, 0.6),
                                                  modelOf("abc", "{}", 7, 0.6)};
        const auto refused = compareModels(models, m_set, Part::Test, 2, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().id, std::string("evaluate.no-pitches"));
        // All tunes of the set lie above this range.
        const std::vector<GeneratingModel> apart{
            modelOf("grid", "{}", 7, 0.6), modelOf("event", R"({"low": 0, "high": 20})", 7, 0.6)};
        const auto nothing = compareModels(apart, m_set, Part::Test, 2, {});
        QVERIFY(!nothing);
        QCOMPARE(nothing.error().id, std::string("evaluate.nothing-shared"));
    }

private:
    QTemporaryDir m_folder{};
    std::filesystem::path m_set{};
    std::size_t m_notes = 0;
    std::size_t m_pieces = 0;
};

QTEST_GUILESS_MAIN(TestComparison)
#include "tst_comparison.moc"
