// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_draft.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

Json presets()
{
    return parseJson(R"([{"name":"small","title":"Small","description":"One.","encoding":{"name":"grid","grid":"1/8"},)"
                     R"("network":{"kind":"gru","layers":1,"dropout":0.0},"training":{"epochs":3,"learningRate":0.005,"samples":true},)"
                     R"("variants":{"published":{"description":"As it was.","set":{"training.epochs":9,"sampler.temperature":0.3}}}}])")
        .value();
}

SettingInfo setting(SettingInfo::Kind kind, std::optional<double> lowest = {}, std::optional<double> highest = {}, QStringList choices = {})
{
    SettingInfo info;
    info.key = QStringLiteral("training.epochs");
    info.kind = kind;
    info.lowest = lowest;
    info.highest = highest;
    info.choices = std::move(choices);
    info.allowed = QStringLiteral("something else");
    return info;
}

} // namespace

class TestRunDraft final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void argumentsSayWhatWasChanged();
    void thePresetsOwnValueIsNoChange();
    void aVariantChangesTheBase();
    void anotherEncodingHasItsOwnOptions();
    void typedTextIsCheckedByKindAndRange_data();
    void typedTextIsCheckedByKindAndRange();
    void settingsKeepTheirRange();
    void choicesAreNamedAsTheyAreForEveryEncoding_data();
    void choicesAreNamedAsTheyAreForEveryEncoding();
    void devicesSayWhyNot();
    void smallerStepsAreHalfAsLargeAndClipped_data();
    void smallerStepsAreHalfAsLargeAndClipped();
};

void TestRunDraft::smallerStepsAreHalfAsLargeAndClipped_data()
{
    QTest::addColumn<double>("norm");
    QTest::addColumn<double>("clipped");
    QTest::newRow("never") << 0.0 << 1.0;
    QTest::newRow("loosely") << 5.0 << 1.0;
    QTest::newRow("already") << 0.25 << 0.25;
}

void TestRunDraft::smallerStepsAreHalfAsLargeAndClipped()
{
    QFETCH(double, norm);
    QFETCH(double, clipped);
    RunDraft draft = draftOf(presetsFromJson(presets()).front(), {});
    draft.set(QStringLiteral("training.clipNorm"), Json(norm));
    const RunDraft calm = withSmallerSteps(draft);
    QCOMPARE(calm.value(QStringLiteral("training.learningRate")).get<double>(), 0.0025);
    QCOMPARE(calm.value(QStringLiteral("training.clipNorm")).get<double>(), clipped);
    QVERIFY(calm.value(QStringLiteral("training.epochs")) == draft.value(QStringLiteral("training.epochs")));
}

void TestRunDraft::choicesAreNamedAsTheyAreForEveryEncoding_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("choice");
    QTest::addColumn<QString>("label");
    // Whether drums are among them depends on the encoding; the tooltip says so.
    QTest::newRow("tracks") << "encoding.tracks"
                            << "all"
                            << "all tracks";
    QTest::newRow("melody") << "encoding.tracks"
                            << "melody"
                            << "the melody's";
    QTest::newRow("precision") << "training.precision"
                               << "auto"
                               << "Automatic";
    QTest::newRow("no name of its own") << "training.precision"
                                        << "float32"
                                        << "float32";
}

void TestRunDraft::choicesAreNamedAsTheyAreForEveryEncoding()
{
    QFETCH(QString, key);
    QFETCH(QString, choice);
    QFETCH(QString, label);
    QCOMPARE(choiceLabel(key, choice), label);
}

void TestRunDraft::argumentsSayWhatWasChanged()
{
    RunDraft draft = draftOf(presetsFromJson(presets()).at(0), {});
    draft.dataset = QStringLiteral("/sets/a b.continuo-dataset");
    draft.set(QStringLiteral("network.layers"), Json(2));
    draft.set(QStringLiteral("encoding.grid"), Json("1/16"));
    draft.set(QStringLiteral("training.learningRate"), Json(1e-4));
    QCOMPARE(draft.arguments(), (QStringList{"--preset", "small", "--dataset", "/sets/a b.continuo-dataset", "--device", "auto", "--set",
                                             "encoding.grid=\"1/16\"", "--set", "network.layers=2", "--set", "training.learningRate=0.0001"}));
    QVERIFY(valueAt(draft.job(), QStringLiteral("network.layers")) == Json(2));
    QVERIFY(valueAt(draft.base, QStringLiteral("network.layers")) == Json(1));
}

void TestRunDraft::thePresetsOwnValueIsNoChange()
{
    RunDraft draft = draftOf(presetsFromJson(presets()).at(0), {});
    draft.set(QStringLiteral("network.layers"), Json(2));
    QVERIFY(draft.isChanged(QStringLiteral("network.layers")));
    draft.set(QStringLiteral("network.layers"), Json(1.0));
    QVERIFY(!draft.isChanged(QStringLiteral("network.layers")));
}

void TestRunDraft::aVariantChangesTheBase()
{
    const RunDraft draft = draftOf(presetsFromJson(presets()).at(0), QStringLiteral("published"));
    QCOMPARE(draft.variant, QStringLiteral("published"));
    QVERIFY(draft.value(QStringLiteral("training.epochs")) == Json(9));
    QVERIFY(draft.changed.empty());
    QVERIFY(draft.arguments().contains(QStringLiteral("--variant")));
    QVERIFY(draftOf(presetsFromJson(presets()).at(0), QStringLiteral("unheard-of")).variant.isEmpty());
}

void TestRunDraft::anotherEncodingHasItsOwnOptions()
{
    RunDraft draft = draftOf(presetsFromJson(presets()).at(0), {});
    draft.set(QStringLiteral("encoding.low"), Json(50));
    draft.set(QStringLiteral("encoding.name"), Json("abc"));
    draft.set(QStringLiteral("encoding.grid"), Json("1/8")); // the base's value, but not of its encoding
    QVERIFY(draft.job()["encoding"] == parseJson(R"({"grid":"1/8","name":"abc"})").value());
    QVERIFY(draft.value(QStringLiteral("encoding.low")).is_null());
    draft.set(QStringLiteral("encoding.name"), Json("grid"));
    QVERIFY(draft.changed.empty());
    QVERIFY(draft.value(QStringLiteral("encoding.grid")) == Json("1/8"));
}

void TestRunDraft::typedTextIsCheckedByKindAndRange_data()
{
    using Kind = SettingInfo::Kind;
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("whole") << int(Kind::Whole) << QStringLiteral("20") << true;
    QTest::newRow("grouped") << int(Kind::Whole) << QStringLiteral("1,0") << true;
    QTest::newRow("low end") << int(Kind::Whole) << QStringLiteral("1") << true;
    QTest::newRow("below") << int(Kind::Whole) << QStringLiteral("0") << false;
    QTest::newRow("above") << int(Kind::Whole) << QStringLiteral("101") << false;
    QTest::newRow("fraction") << int(Kind::Whole) << QStringLiteral("1.5") << false;
    QTest::newRow("empty") << int(Kind::Whole) << QString() << false;
    QTest::newRow("real") << int(Kind::Real) << QStringLiteral("2.5") << true;
    QTest::newRow("small") << int(Kind::Real) << QStringLiteral("1e0") << true;
    QTest::newRow("real above") << int(Kind::Real) << QStringLiteral("100.1") << false;
    QTest::newRow("no number") << int(Kind::Real) << QStringLiteral("nan") << false;
    QTest::newRow("choice") << int(Kind::Choice) << QStringLiteral("adam") << true;
    QTest::newRow("no choice") << int(Kind::Choice) << QStringLiteral("adams") << false;
}

void TestRunDraft::typedTextIsCheckedByKindAndRange()
{
    QFETCH(int, kind);
    QFETCH(QString, typed);
    QFETCH(bool, isAllowed);
    const SettingInfo info = setting(static_cast<SettingInfo::Kind>(kind), 1, 100, {"adam", "sgd"});
    const QString why = whyNotAllowed(info, settingFromText(info, typed));
    QCOMPARE(why.isEmpty(), isAllowed);
    QVERIFY(isAllowed || why.contains(QLatin1String("something else")));
}

void TestRunDraft::settingsKeepTheirRange()
{
    const std::vector<SettingInfo> settings = settingsFromJson(
        parseJson(R"([{"key":"training.batch","kind":"whole","default":64,"lowest":1,"highest":4096,"allowed":"a","meaning":"m"},)"
                  R"({"key":"training.optimizer","kind":"choice","choices":["adam","sgd"]},{"nothing":1}])")
            .value());
    QCOMPARE(settings.size(), 2U);
    QCOMPARE(settings[0].lowest, std::optional(1.0));
    QCOMPARE(settings[0].highest, std::optional(4096.0));
    QCOMPARE(settings[1].choices, (QStringList{"adam", "sgd"}));
    QVERIFY(!settings[1].lowest);
}

void TestRunDraft::devicesSayWhyNot()
{
    const std::vector<DeviceInfo> devices = devicesFromJson(
        parseJson(R"({"compute":[{"id":"cpu","name":"CPU","available":true,"precisions":["float32"],"reason":""},)"
                  R"({"id":"cuda:0","name":"card","available":false,"precisions":[],"reason":"no driver"}]})")
            .value());
    QCOMPARE(devices.size(), 2U);
    QVERIFY(devices[0].isAvailable);
    QCOMPARE(devices[1].reason, QStringLiteral("no driver"));
}

QTEST_GUILESS_MAIN(TestRunDraft)
#include "tst_run_draft.moc"
