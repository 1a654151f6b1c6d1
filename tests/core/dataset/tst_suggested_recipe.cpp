// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/suggested_recipe.h"

#include <QtTest>

using namespace continuo;

namespace {

constexpr ProblemMask of(Problem problem)
{
    return problemBit(problem);
}

} // namespace

class TestSuggestedRecipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsAgainstProblems_data();
    void stepsAgainstProblems();
    void everyGraveProblemIsCured_data();
    void everyGraveProblemIsCured();
    void allProblemsAtOnceMakeARecipeThatCanBeKept();
    void tripletsAreLeftTriplets();
};

void TestSuggestedRecipe::stepsAgainstProblems_data()
{
    QTest::addColumn<ProblemMask>("problems");
    QTest::addColumn<QStringList>("steps");
    using enum Problem;
    QTest::newRow("nothing") << ProblemMask{0} << QStringList{};
    QTest::newRow("only such as can stay") << (of(SeveralTempos) | of(SeveralMeters) | of(MonotoneRepetition)) << QStringList{};
    QTest::newRow("one") << of(OffGrid) << QStringList{"quantise (with off the grid)"};
    QTest::newRow("two of one cure") << (of(Empty) | of(DrumsOnly)) << QStringList{"leave-out (with no notes or drums only)"};
    QTest::newRow("equal files") << of(ExactDuplicate) << QStringList{"drop-duplicates exact"};
    QTest::newRow("relatives") << of(NearDuplicate) << QStringList{"drop-duplicates all"};
    QTest::newRow("both") << kDuplicateProblems << QStringList{"drop-duplicates all"};
    QTest::newRow("notes first, duplicates last")
        << (of(NearDuplicate) | of(TooShort) | of(OverlappingNotes) | of(UnreleasedNotes))
        << QStringList{"end-stuck-notes (with stuck notes)", "close-overlaps (with overlapping notes)",
                       "leave-out (with too short)", "drop-duplicates all"};
}

void TestSuggestedRecipe::stepsAgainstProblems()
{
    QFETCH(ProblemMask, problems);
    QFETCH(QStringList, steps);
    QStringList made;
    for (const RecipeStep& step : suggestedRecipe(problems).steps) {
        QString words = QString::fromStdString(step.operation);
        if (step.operation == "drop-duplicates")
            words += " " + QString::fromStdString(step.text("which"));
        if (const std::string condition = conditionInWords(step.condition); !condition.empty())
            words += " (" + QString::fromStdString(condition) + ")";
        made += words;
    }
    QCOMPARE(made, steps);
}

void TestSuggestedRecipe::everyGraveProblemIsCured_data()
{
    QTest::addColumn<int>("problem");
    for (int i = 0; i < int(kProblemCount); ++i)
        QTest::newRow(std::string(problemName(Problem(i))).c_str()) << i;
}

void TestSuggestedRecipe::everyGraveProblemIsCured()
{
    QFETCH(int, problem);
    const ProblemInfo& info = problemInfo(Problem(problem));
    const Recipe recipe = suggestedRecipe(problemBit(info.problem));
    QCOMPARE(recipe.steps.size(), std::size_t(info.severity == Severity::Low ? 0 : 1));
    for (const RecipeStep& step : recipe.steps)
        QVERIFY((operationNamed(step.operation)->cures & problemBit(info.problem)) != 0);
}

void TestSuggestedRecipe::allProblemsAtOnceMakeARecipeThatCanBeKept()
{
    const Recipe recipe = suggestedRecipe((ProblemMask{1} << kProblemCount) - 1);
    QVERIFY(checkRecipe(recipe));
    const std::string text = recipeToJson(recipe);
    const auto read = recipeFromJson(text, "suggested.json");
    QVERIFY(read);
    QCOMPARE(*read, recipe);
}

void TestSuggestedRecipe::tripletsAreLeftTriplets()
{
    const RecipeStep step = cureStep("quantise", of(Problem::OffGrid));
    QCOMPARE(step.text("grid"), std::string("1/16+1/24"));
    QCOMPARE(step.condition.problems, of(Problem::OffGrid));
}

QTEST_APPLESS_MAIN(TestSuggestedRecipe)
#include "tst_suggested_recipe.moc"
