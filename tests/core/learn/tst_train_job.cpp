// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/encode/encoding.h"
#include "core/learn/preset.h"
#include "core/learn/train_job.h"

#include <QTest>

#include <algorithm>

using namespace continuo;

class TestTrainJob final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void settingsAreApplied_data();
    void settingsAreApplied();
    void anotherEncodingDropsTheOptionsOfTheFormer();
    void wrongSettingsNameTheKey_data();
    void wrongSettingsNameTheKey();
    void jobsSurviveJson();
    void everySettingIsExplained();
    void everySettingStandsInTheGuide();
    void hostileJobsAreRefused();
    void theBundledPresetsAreSound();
    void chordsAreToBeHadWithTheirFaults_data();
    void chordsAreToBeHadWithTheirFaults();
    void presetsSurviveJson();
    void unknownPresetsAndVariantsAreNamed();
};

void TestTrainJob::settingsAreApplied_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("inJson");
    QTest::newRow("short name") << "epochs=7"
                                << "\"epochs\": 7";
    QTest::newRow("dotted") << "training.batch=32"
                            << "\"batch\": 32";
    QTest::newRow("network, short") << "hidden=12"
                                    << "\"hidden\": 12";
    QTest::newRow("text") << "optimizer=adamw"
                          << "\"optimizer\": \"adamw\"";
    QTest::newRow("quoted text") << "optimizer=\"sgd\""
                                 << "\"optimizer\": \"sgd\"";
    QTest::newRow("whole number with a point") << "epochs=1e3"
                                               << "\"epochs\": 1000";
    QTest::newRow("truth") << "wrapAround=true"
                           << "\"wrapAround\": true";
    QTest::newRow("card") << "device=cuda:3"
                          << "\"device\": \"cuda:3\"";
    QTest::newRow("encoding") << "encoding.low=48"
                              << "\"low\": 48";
    QTest::newRow("another encoding") << "encoding.name=abc"
                                      << "\"name\": \"abc\"";
    QTest::newRow("sampler") << "sampler.temperature=0.5"
                             << "\"temperature\": 0.5";
}

void TestTrainJob::settingsAreApplied()
{
    QFETCH(QString, setting);
    QFETCH(QString, inJson);
    const std::vector<std::string> settings{setting.toStdString()};
    const Result<TrainJob> job = withSettings(TrainJob{}, settings);
    QVERIFY2(job, job ? "" : job.error().text.c_str());
    QVERIFY2(QString::fromStdString(toJson(*job)).contains(inJson), toJson(*job).c_str());
}

void TestTrainJob::anotherEncodingDropsTheOptionsOfTheFormer()
{
    TrainJob job;
    job.encodingOptionsJson = R"({"grid":"1/8","low":50,"transpose":true})";
    const std::vector<std::string> other{"encoding.resolution=1/96", "encoding.name=abc"};
    const Result<TrainJob> abc = withSettings(job, other);
    QVERIFY(abc);
    QCOMPARE(abc->encoding, std::string("abc"));
    QCOMPARE(abc->encodingOptionsJson, std::string(R"({"resolution":"1/96"})"));
    const std::vector<std::string> same{"encoding.name=\"grid\"", "encoding.low=52"};
    const Result<TrainJob> grid = withSettings(job, same);
    QVERIFY(grid);
    QCOMPARE(grid->encodingOptionsJson, std::string(R"({"grid":"1/8","low":52,"transpose":true})"));
}

void TestTrainJob::wrongSettingsNameTheKey_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("mentions");
    QTest::newRow("misspelt") << "epoch=3"
                              << "job.unknown-key"
                              << "training.epochs";
    QTest::newRow("misspelt, dotted") << "training.bach=3"
                                      << "job.unknown-key"
                                      << "training.batch";
    QTest::newRow("nothing near") << "qqqqqqqq=3"
                                  << "job.unknown-key"
                                  << "training.learningRate";
    QTest::newRow("unknown group") << "trainer.batch=3"
                                   << "job.unknown-key"
                                   << "training.batch";
    QTest::newRow("no value") << "batch"
                              << "job.not-key-value"
                              << "KEY=VALUE";
    QTest::newRow("no key") << "=3"
                            << "job.not-key-value"
                            << "KEY=VALUE";
    QTest::newRow("not a number") << "epochs=many"
                                  << "job.bad-value"
                                  << "from 1 to";
    QTest::newRow("too small") << "epochs=0"
                               << "job.bad-value"
                               << "training.epochs";
    QTest::newRow("too large") << "batch=100000"
                               << "job.bad-value"
                               << "4096";
    QTest::newRow("fraction") << "batch=1.5"
                              << "job.bad-value"
                              << "whole number";
    QTest::newRow("negative rate") << "learningRate=-1"
                                   << "job.bad-value"
                                   << "training.learningRate";
    QTest::newRow("overflowing number") << "learningRate=1e999"
                                        << "job.bad-value"
                                        << "training.learningRate";
    QTest::newRow("unknown optimizer") << "optimizer=adamm"
                                       << "job.bad-value"
                                       << "adam, adamw";
    QTest::newRow("unknown device") << "device=gpu"
                                    << "job.bad-value"
                                    << "cuda:N";
    QTest::newRow("unknown precision") << "precision=float8"
                                       << "job.bad-value"
                                       << "bfloat16";
    QTest::newRow("object") << "batch={}"
                            << "job.bad-value"
                            << "training.batch";
    QTest::newRow("network") << "network.layers=0"
                             << "network.bad-value"
                             << "network.layers";
    QTest::newRow("last step without window") << "prediction=last-step"
                                              << "network.bad-value"
                                              << "network.window";
}

void TestTrainJob::wrongSettingsNameTheKey()
{
    QFETCH(QString, setting);
    QFETCH(QString, id);
    QFETCH(QString, mentions);
    const std::vector<std::string> settings{setting.toStdString()};
    const Result<TrainJob> job = withSettings(TrainJob{}, settings);
    QVERIFY(!job);
    QCOMPARE(QString::fromStdString(job.error().id), id);
    QCOMPARE(job.error().kind, ErrorKind::Usage);
    QVERIFY2(QString::fromStdString(job.error().text).contains(mentions), job.error().text.c_str());
}

void TestTrainJob::jobsSurviveJson()
{
    TrainJob job;
    job.preset = "a";
    job.description = "Größe \"x\"";
    job.encodingOptionsJson = R"({"grid":"1/8","low":50})";
    job.network.kind = "gru";
    job.network.dropout = 0.25;
    job.training.learningRate = 0.1 + 0.2;
    job.training.seed = 9007199254740993;
    job.training.schedule = "cosine";
    job.from = "/models/größer.safetensors";
    const Result<TrainJob> back = trainJobFromJson(toJson(job));
    QVERIFY2(back, back ? "" : back.error().text.c_str());
    QVERIFY(*back == job);
}

void TestTrainJob::everySettingIsExplained()
{
    const std::vector<TrainSetting> settings = trainSettings();
    QVERIFY(settings.size() > 25);
    for (const TrainSetting& setting : settings) {
        QVERIFY(!setting.meaning.empty() && !setting.allowed.empty());
        // The default itself is allowed.
        const std::vector<std::string> same{setting.key + "=" + setting.defaultValue};
        const Result<TrainJob> job = withSettings(TrainJob{}, same);
        QVERIFY2(job && *job == TrainJob{}, setting.key.c_str());
    }
}

void TestTrainJob::everySettingStandsInTheGuide()
{
    const std::filesystem::path folder = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString();
    const Result<std::string> guide = readTextFile(folder / ".." / "docs" / "training.md");
    if (!guide)
        QSKIP("docs/training.md is not beside CONTINUO_RESOURCES");
    for (const TrainSetting& setting : trainSettings()) {
        const std::string row = "| `" + setting.key.substr(setting.key.find('.') + 1) + "` | ";
        QVERIFY2(guide->find(row) != std::string::npos, row.c_str());
        QVERIFY2(guide->find(setting.meaning) != std::string::npos, setting.meaning.c_str());
    }
}

void TestTrainJob::hostileJobsAreRefused()
{
    const std::string deep =
        "{\"sampler\":" + std::string(200000, '[') + std::string(200000, ']') + "}";
    for (const std::string& text : {std::string("{"), std::string("[]"), std::string("\xff"), deep,
                                    std::string(2 << 20, ' ')})
        QCOMPARE(trainJobFromJson(text).error().id, std::string("job.not-json"));
    QCOMPARE(trainJobFromJson(R"({"trainning":{}})").error().id, std::string("job.unknown-key"));
    QCOMPARE(trainJobFromJson(R"({"training":7})").error().id, std::string("job.bad-value"));
    QCOMPARE(trainJobFromJson(R"({"encoding":{"name":7}})").error().id,
             std::string("job.bad-value"));
}

void TestTrainJob::theBundledPresetsAreSound()
{
    const std::filesystem::path folder = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString();
    if (folder.empty())
        QSKIP("CONTINUO_RESOURCES is not set");
    const Result<std::vector<Preset>> presets = listPresets(folder / "presets");
    QVERIFY2(presets, presets ? "" : presets.error().text.c_str());
    QVERIFY(presets->size() >= 5);
    for (const Preset& preset : *presets) {
        QVERIFY(!preset.title.empty() && !preset.origin.empty());
        std::vector<std::string> variants{""};
        for (const PresetVariant& variant : preset.variants)
            variants.push_back(variant.name);
        for (const std::string& variant : variants) {
            const Result<TrainJob> job = jobOf(preset, variant);
            QVERIFY(job);
            QCOMPARE(job->preset, preset.name);
            QCOMPARE(job->variant, variant);
            QVERIFY(makeEncoding(job->encoding, job->encodingOptionsJson));
        }
    }
}

void TestTrainJob::chordsAreToBeHadWithTheirFaults_data()
{
    QTest::addColumn<QString>("variant");
    QTest::addColumn<bool>("isPublished");
    QTest::newRow("corrected") << "" << false;
    QTest::newRow("class") << "class" << false;
    QTest::newRow("published") << "published" << true;
    QTest::newRow("published-class") << "published-class" << true;
}

void TestTrainJob::chordsAreToBeHadWithTheirFaults()
{
    QFETCH(QString, variant);
    QFETCH(bool, isPublished);
    const std::filesystem::path folder = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString();
    if (folder.empty())
        QSKIP("CONTINUO_RESOURCES is not set");
    const Result<Preset> preset = loadPreset(folder / "presets", "chords-2017");
    QVERIFY(preset);
    QCOMPARE(preset->variants.size(), std::size_t{3});
    const Result<TrainJob> job = jobOf(*preset, variant.toStdString());
    QVERIFY2(job, job ? "" : job.error().text.c_str());
    QCOMPARE(job->training.acrossPieces, isPublished);
    QCOMPARE(job->training.holdOut, !isPublished);
    QCOMPARE(job->encodingOptionsJson.find("\"wholeBeats\":true") != std::string::npos,
             isPublished);
    QCOMPARE(job->samplerJson.find("argmax") != std::string::npos, isPublished);
    QCOMPARE(job->network.recurrentDropout, 0.3);
    QVERIFY(job->network.batchNorm && job->network.denseBatchNorm);
    QCOMPARE(job->network.hidden, variant.endsWith("class") ? 128 : 512);
}

void TestTrainJob::presetsSurviveJson()
{
    const std::filesystem::path folder = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString();
    if (folder.empty())
        QSKIP("CONTINUO_RESOURCES is not set");
    const Result<Preset> preset = loadPreset(folder / "presets", "melody-37");
    QVERIFY(preset);
    const Result<Preset> back = presetFromJson("melody-37", toJson(*preset));
    QVERIFY2(back, back ? "" : back.error().text.c_str());
    QVERIFY(back->job == preset->job);
    QCOMPARE(back->variants.size(), preset->variants.size());
    QCOMPARE(toJson(*back), toJson(*preset));
    // Saved settings have a name of their own and still say what they were made from.
    const Result<Preset> saved = presetFromJson("my settings", toJson(preset->job));
    QVERIFY2(saved, saved ? "" : saved.error().text.c_str());
    QVERIFY(saved->job == preset->job);
}

void TestTrainJob::unknownPresetsAndVariantsAreNamed()
{
    const std::filesystem::path folder = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString();
    if (folder.empty())
        QSKIP("CONTINUO_RESOURCES is not set");
    const Result<Preset> preset = loadPreset(folder / "presets", "folk-gird");
    QCOMPARE(preset.error().id, std::string("preset.unknown"));
    QVERIFY(QString::fromStdString(preset.error().text).contains("did you mean \"folk-grid\""));
    QCOMPARE(jobOf(*loadPreset(folder / "presets", "tiny"), "x").error().id,
             std::string("preset.unknown-variant"));
}

QTEST_APPLESS_MAIN(TestTrainJob)
#include "tst_train_job.moc"
