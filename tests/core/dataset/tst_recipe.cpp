// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/recipe.h"

#include <QtTest>

#include <set>

using namespace continuo;

namespace {

const std::string kKey = std::string(64, 'a') + "#2";

QByteArray recipeText(const QByteArray& steps)
{
    return R"({"format": "continuo-recipe", "version": 1, "title": "T", "steps": [)" + steps + "]}";
}

Result<Recipe> read(const QByteArray& text)
{
    return recipeFromJson({text.constData(), std::size_t(text.size())}, "r.json");
}

} // namespace

class TestRecipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyOperationIsWellDescribed();
    void everyCureExistsAndSaysSo();
    void whatIsWrittenReadsBackTheSame();
    void defaultsAreLeftOut();
    void faultsAreNamedWithTheirStep_data();
    void faultsAreNamedWithTheirStep();
    void aNewerVersionIsRefused();
    void hugeAndDeepTextsEndQuickly();
    void theHashIsOfWhatIsDone();
    void stepsInWords_data();
    void stepsInWords();
};

void TestRecipe::everyOperationIsWellDescribed()
{
    std::set<std::string_view> names;
    for (const OperationInfo& operation : operations()) {
        QVERIFY(names.insert(operation.name).second);
        QVERIFY(!operation.title.empty() && operation.description.ends_with('.'));
        QCOMPARE(operationNamed(operation.name), &operation);
        Recipe recipe;
        recipe.steps = {makeStep(operation.name)};
        for (const ParameterInfo& parameter : operation.parameters) {
            recipe.steps[0].parameters[std::string(parameter.name)] = parameter.defaultValue;
            QVERIFY(parameter.kind != ParameterKind::Choice || parameter.choices.size() >= 2);
        }
        if (operation.isByHand)
            recipe.steps[0].condition.pieces = {kKey};
        QVERIFY(operation.isByHand || operation.subject.empty());
        QCOMPARE(isVerdict(recipe.steps[0]),
                 operation.name == "exclude" || operation.name == "keep");
        if (operation.name == "leave-out")
            recipe.steps[0].condition.problems = problemBit(Problem::Empty);
        const Status checked = checkRecipe(recipe);
        QVERIFY2(checked, checked ? "" : checked.error().text.c_str());
    }
    QVERIFY(!operationNamed("quantize"));
}

void TestRecipe::everyCureExistsAndSaysSo()
{
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        const auto problem = static_cast<Problem>(i);
        const ProblemInfo& info = problemInfo(problem);
        QCOMPARE(info.problem, problem);
        QVERIFY(!info.cures.empty() && !info.title.empty() && info.explanation.ends_with('.'));
        QCOMPARE(problemNamed(problemName(problem)), std::optional(problem));
        for (const OperationInfo& operation : operations()) {
            const bool isNamed = std::ranges::find(info.cures, operation.name) != info.cures.end();
            QCOMPARE(isNamed, (operation.cures & problemBit(problem)) != 0);
        }
    }
}

void TestRecipe::whatIsWrittenReadsBackTheSame()
{
    Recipe recipe;
    recipe.title = "Folk \"tunes\" é";
    RecipeStep quantise = makeStep("quantise");
    quantise.parameters = {{"grid", std::string("1/16+1/24")}, {"strength", 0.8}, {"ends", false}};
    quantise.condition = {
        problemBit(Problem::OffGrid) | problemBit(Problem::UnreadableRest), {}, "folk/jigs"};
    RecipeStep exclude = makeStep("exclude");
    exclude.condition.pieces = {std::string(64, '0') + "#1", kKey};
    exclude.isOn = false;
    recipe.steps = {quantise, exclude, makeStep("skyline")};
    const std::string text = recipeToJson(recipe);
    const auto again = recipeFromJson(text, "r.json");
    QVERIFY2(again, again ? "" : again.error().text.c_str());
    QVERIFY(*again == recipe);
    QCOMPARE(recipeToJson(*again), text);
    QVERIFY(text.ends_with("}\n"));
}

void TestRecipe::defaultsAreLeftOut()
{
    Recipe plain;
    plain.steps = {makeStep("quantise")};
    Recipe spelt = plain;
    spelt.steps[0].parameters = {{"grid", std::string("1/16")}, {"strength", 1.0}, {"ends", true}};
    QCOMPARE(recipeToJson(spelt), recipeToJson(plain));
    QCOMPARE(recipeHash(spelt), recipeHash(plain));
    QCOMPARE(plain.steps[0].number("strength"), 1.0);
    QCOMPARE(plain.steps[0].text("grid"), std::string("1/16"));
    QVERIFY(plain.steps[0].isSet("ends"));
}

void TestRecipe::faultsAreNamedWithTheirStep_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("step");
    QTest::addColumn<QString>("says");
    const QByteArray good = R"({"operation": "skyline"},)";
    const auto row = [](const char* name, const QByteArray& text, const char* id, const char* step,
                        const char* says) { QTest::newRow(name) << text << id << step << says; };
    row("no JSON", "{", "recipe.not-json", "", "byte");
    row("a list", "[]", "recipe.not-a-recipe", "", "format");
    row("no version", R"({"format": "continuo-recipe"})", "recipe.not-a-recipe", "", "version");
    row("unknown member", R"({"format": "continuo-recipe", "version": 1, "step": []})",
        "recipe.unknown-key", "", "\"step\"");
    row("unknown member of a step", recipeText(good + R"({"operation": "skyline", "if": 1})"),
        "recipe.unknown-key", "2", "\"if\"");
    row("unknown operation", recipeText(good + R"({"operation": "quantize"})"),
        "recipe.unknown-operation", "2", "\"quantise\"");
    row("unknown parameter", recipeText(R"({"operation": "quantise", "parameters": {"force": 1}})"),
        "recipe.unknown-parameter", "1", "strength");
    row("out of range", recipeText(R"({"operation": "quantise", "parameters": {"strength": 80}})"),
        "recipe.bad-value", "1", "from 0 to 1");
    row("not whole", recipeText(R"({"operation": "drop-range", "parameters": {"low": 20.5}})"),
        "recipe.bad-value", "1", "whole number");
    row("not finite", recipeText(R"({"operation": "quantise", "parameters": {"strength": 1e999}})"),
        "recipe.not-json", "", "");
    row("wrong type", recipeText(R"({"operation": "quantise", "parameters": {"ends": 1}})"),
        "recipe.bad-value", "1", "true or false");
    row("no choice", recipeText(R"({"operation": "quantise", "parameters": {"grid": "1/7"}})"),
        "recipe.bad-value", "1", "1/16+1/24");
    row("a list as value", recipeText(R"({"operation": "quantise", "parameters": {"grid": []}})"),
        "recipe.bad-value", "1", "grid");
    row("less than an octave",
        recipeText(R"({"operation": "fold-range", "parameters": {"low": 60, "high": 70}})"),
        "recipe.bad-value", "1", "11");
    row("unknown problem",
        recipeText(R"({"operation": "skyline", "when": {"problems": ["loud"]}})"),
        "recipe.bad-value", "1", "too-short");
    row("no piece", recipeText(R"({"operation": "keep", "when": {"pieces": ["a.mid"]}})"),
        "recipe.bad-value", "1", "SHA-256");
    row("by hand without pieces", recipeText(R"({"operation": "exclude"})"), "recipe.bad-value",
        "1", "single pieces");
    row("leaving out everything", recipeText(R"({"operation": "leave-out"})"), "recipe.bad-value",
        "1", "everything");
    row("on is no switch", recipeText(R"({"operation": "skyline", "on": 1})"), "recipe.bad-value",
        "1", "true or false");
    row("a step is no object", recipeText(good + "3"), "recipe.bad-value", "2", "object");
}

void TestRecipe::faultsAreNamedWithTheirStep()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, id);
    QFETCH(QString, step);
    QFETCH(QString, says);
    const auto recipe = read(text);
    QVERIFY(!recipe);
    QCOMPARE(QString::fromStdString(recipe.error().id), id);
    QCOMPARE(recipe.error().kind, ErrorKind::Usage);
    QString told;
    for (const auto& [name, value] : recipe.error().arguments) {
        if (name == "step")
            told = QString::fromStdString(value);
    }
    QCOMPARE(told, step);
    const QString words = QString::fromStdString(recipe.error().text);
    QVERIFY2(words.contains(says) && words.contains("r.json"), qPrintable(words));
}

void TestRecipe::aNewerVersionIsRefused()
{
    const auto recipe =
        read(R"({"format": "continuo-recipe", "version": 2, "steps": [], "new": 1})");
    QVERIFY(!recipe);
    QCOMPARE(recipe.error().id, std::string("recipe.newer-version"));
    QCOMPARE(recipe.error().kind, ErrorKind::Refused);
}

void TestRecipe::hugeAndDeepTextsEndQuickly()
{
    QVERIFY(!read(QByteArray(1'000'000, '[')));
    QByteArray wide = R"({"format": "continuo-recipe", "version": 1)";
    for (int i = 0; i < 300'000; ++i)
        wide += ",\"k" + QByteArray::number(i) + "\":0";
    const auto recipe = read(wide + "}");
    QVERIFY(!recipe);
    QCOMPARE(recipe.error().id, std::string("recipe.unknown-key"));
    QByteArray steps;
    for (std::size_t i = 0; i < kMostRecipeSteps; ++i)
        steps += R"({"operation":"skyline"},)";
    QCOMPARE(read(recipeText(steps + R"({"operation":"skyline"})")).error().id,
             std::string("recipe.too-many-steps"));
}

void TestRecipe::theHashIsOfWhatIsDone()
{
    Recipe recipe;
    QCOMPARE(recipeHash(recipe), std::string("none"));
    RecipeStep tag = makeStep("tag");
    tag.parameters["tag"] = std::string("nice");
    tag.condition.pieces = {kKey};
    recipe.steps = {tag};
    QCOMPARE(recipeHash(recipe), std::string("none"));
    recipe.steps.push_back(makeStep("skyline"));
    const std::string one = recipeHash(recipe);
    QCOMPARE(one.size(), std::size_t{64});
    recipe.title = "Another";
    RecipeStep off = makeStep("drop-drums");
    off.isOn = false;
    recipe.steps.push_back(off);
    QCOMPARE(recipeHash(recipe), one);
    recipe.steps[2].isOn = true;
    QVERIFY(recipeHash(recipe) != one);
}

void TestRecipe::stepsInWords_data()
{
    QTest::addColumn<QByteArray>("step");
    QTest::addColumn<QString>("words");
    QTest::newRow("quantise")
        << QByteArray(R"({"operation": "quantise", "parameters": {"strength": 0.8}})")
        << "Quantise to 1/16, 80 %";
    QTest::newRow("starts")
        << QByteArray(R"({"operation": "quantise", "parameters": {"grid": "1/12", "ends": false}})")
        << "Quantise to 1/12, 100 %, starts only";
    QTest::newRow("fast beats") << QByteArray(R"({"operation": "quantise", "parameters": {"fast": false}})")
                                << "Quantise to 1/16, 100 %, however fast";
    QTest::newRow("range")
        << QByteArray(R"({"operation": "fold-range", "parameters": {"low": 60, "high": 84}})")
        << "Fold into range C4 to C6";
    QTest::newRow("track")
        << QByteArray(
               R"({"operation": "choose-track", "parameters": {"by": "number", "number": 3}})")
        << "Keep track 3";
    QTest::newRow("rare") << QByteArray(R"({"operation": "drop-rare-notes"})")
                          << "Drop notes rarer than 0.05 %";
}

void TestRecipe::stepsInWords()
{
    QFETCH(QByteArray, step);
    QFETCH(QString, words);
    const auto recipe = read(recipeText(step));
    QVERIFY2(recipe, recipe ? "" : recipe.error().text.c_str());
    QCOMPARE(QString::fromStdString(stepInWords(recipe->steps[0])), words);
    QCOMPARE(conditionInWords(
                 {problemBit(Problem::DrumsOnly) | problemBit(Problem::Empty), {kKey}, "jigs"}),
             std::string("with no notes or drums only, 1 piece, in jigs"));
}

QTEST_APPLESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
