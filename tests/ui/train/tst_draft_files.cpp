// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "ui/train/draft_files.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kLongMs = 60'000; ///< A real engine on a machine that is busy.

} // namespace

class TestDraftFiles final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void savedSettingsAreReadBack_data();
    void savedSettingsAreReadBack();
    void theCommandLineTrainsWhatWasSaved();
    void aPrintedPresetIsSettings();
    void whatAFileLeavesOutIsAsTheProgramHasIt();
    void badSettingsAreExplained_data();
    void badSettingsAreExplained();
    void aModelIsFoundBesideTheFile();
    void aModelSettlesEncodingAndNetwork();
    void whatIsNoModelIsRefused();

private:
    RunDraft draft(const char* preset, const char* variant = "") const
    {
        return draftOf(*m_catalogue->preset(QString::fromLatin1(preset)),
                       QString::fromLatin1(variant));
    }
    QString file(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QString put(const char* name, const QByteArray& bytes) const;
    /// Runs the program to its end; its exit code.
    int run(const QStringList& arguments, QByteArray* out = nullptr) const;

    QTemporaryDir m_folder;
    std::unique_ptr<PresetCatalogue> m_catalogue;
    QString m_model{};
};

void TestDraftFiles::initTestCase()
{
    m_catalogue = std::make_unique<PresetCatalogue>(QStringList{QStringLiteral(CONTINUO_ENGINE)});
    QSignalSpy arrived(m_catalogue.get(), &PresetCatalogue::arrived);
    m_catalogue->load();
    QVERIFY(arrived.wait(kLongMs));
    m_model =
        qEnvironmentVariable("CONTINUO_RESOURCES") + QStringLiteral("/models/starter.safetensors");
    QVERIFY(QFile::exists(m_model));
}

QString TestDraftFiles::put(const char* name, const QByteArray& bytes) const
{
    QFile out(file(name));
    return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() ? out.fileName()
                                                                              : QString();
}

int TestDraftFiles::run(const QStringList& arguments, QByteArray* out) const
{
    QProcess process;
    process.start(QStringLiteral(CONTINUO_ENGINE), arguments);
    if (!process.waitForFinished(kLongMs))
        return -1;
    if (out)
        *out = process.readAllStandardOutput();
    if (process.exitCode() != 0)
        qInfo("%s", process.readAllStandardError().constData());
    return process.exitCode();
}

void TestDraftFiles::savedSettingsAreReadBack_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("variant");
    for (const PresetInfo& preset : m_catalogue->presets()) {
        QTest::addRow("%s", qPrintable(preset.name)) << preset.name << QString();
        for (const VariantInfo& variant : preset.variants)
            QTest::addRow("%s, %s", qPrintable(preset.name), qPrintable(variant.name))
                << preset.name << variant.name;
    }
}

void TestDraftFiles::savedSettingsAreReadBack()
{
    QFETCH(QString, preset);
    QFETCH(QString, variant);
    RunDraft before = draftOf(*m_catalogue->preset(preset), variant);
    const QString path = file("settings.json");
    QVERIFY(saveSettings(before, path));
    Result<RunDraft> after = loadSettings(path, *m_catalogue);
    QVERIFY2(after, after ? "" : after.error().text.c_str());
    QVERIFY(*after == before);

    before.set(QStringLiteral("network.hidden"), Json(17));
    before.set(QStringLiteral("training.learningRate"), Json(3e-4));
    before.set(QStringLiteral("training.optimizer"), Json("sgd"));
    before.set(QStringLiteral("encoding.low"), Json(40));
    before.device = QStringLiteral("cpu");
    before.from = QStringLiteral("/models/größer.safetensors");
    QVERIFY(saveSettings(before, path));
    after = loadSettings(path, *m_catalogue);
    QVERIFY2(after, after ? "" : after.error().text.c_str());
    QVERIFY(*after == before);
}

void TestDraftFiles::theCommandLineTrainsWhatWasSaved()
{
    const QString set = file("tunes.continuo-dataset"), folder = file("run"),
                  path = file("mine.json");
    QCOMPARE(run({QStringLiteral("import"),
                  qEnvironmentVariable("CONTINUO_RESOURCES") + QStringLiteral("/tunes"),
                  QStringLiteral("--out"), set}),
             0);
    QCOMPARE(run({QStringLiteral("split"), set, QStringLiteral("--train"), QStringLiteral(".8"),
                  QStringLiteral("--validation"), QStringLiteral(".1"), QStringLiteral("--test"),
                  QStringLiteral(".1"), QStringLiteral("--seed"), QStringLiteral("1")}),
             0);
    RunDraft small = draft("tiny");
    small.set(QStringLiteral("network.hidden"), Json(5));
    small.set(QStringLiteral("training.steps"), Json(1));
    small.device = QStringLiteral("cpu");
    QVERIFY(saveSettings(small, path));
    QCOMPARE(run({QStringLiteral("train"), path, QStringLiteral("--dataset"), set,
                  QStringLiteral("--run"), folder}),
             0);
    // What was trained is what was set up, and its settings can be set up again.
    const Result<RunDraft> trained =
        loadSettings(folder + QStringLiteral("/config.json"), *m_catalogue);
    QVERIFY2(trained, trained ? "" : trained.error().text.c_str());
    QVERIFY(*trained == small);
}

void TestDraftFiles::aPrintedPresetIsSettings()
{
    QByteArray printed;
    QCOMPARE(run({QStringLiteral("presets"), QStringLiteral("melody-37")}, &printed), 0);
    const Result<RunDraft> loaded = loadSettings(put("printed.json", printed), *m_catalogue);
    QVERIFY2(loaded, loaded ? "" : loaded.error().text.c_str());
    QVERIFY(*loaded == draft("melody-37"));
}

void TestDraftFiles::whatAFileLeavesOutIsAsTheProgramHasIt()
{
    const Result<RunDraft> loaded = loadSettings(
        put("short.json", R"({"preset":"tiny","network":{"hidden":12},"training":{"epochs":3}})"),
        *m_catalogue);
    QVERIFY2(loaded, loaded ? "" : loaded.error().text.c_str());
    QVERIFY(loaded->value(QStringLiteral("network.hidden")) == Json(12));
    const SettingInfo* batch = m_catalogue->setting(QStringLiteral("training.batch"));
    QVERIFY(loaded->value(QStringLiteral("training.batch")) == batch->standard);
    QVERIFY(draft("tiny").value(QStringLiteral("training.batch")) != batch->standard);
}

void TestDraftFiles::badSettingsAreExplained_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("says");
    QTest::newRow("no JSON") << QByteArray("hello") << "settings.not-settings"
                             << "JSON";
    QTest::newRow("nothing") << QByteArray() << "settings.not-settings"
                             << "JSON";
    QTest::newRow("a list") << QByteArray("[1]") << "settings.not-settings"
                            << "JSON";
    QTest::newRow("something else") << QByteArray(R"({"a":1})") << "settings.not-settings"
                                    << "network";
    QTest::newRow("unknown group")
        << QByteArray(R"({"training":{},"colour":1})") << "settings.unknown"
        << "colour";
    QTest::newRow("unknown setting")
        << QByteArray(R"({"training":{"epoch":1}})") << "settings.unknown"
        << "training.epoch";
    QTest::newRow("no group") << QByteArray(R"({"training":{},"network":3})") << "settings.unknown"
                              << "network";
    QTest::newRow("out of range") << QByteArray(R"({"training":{"batch":0}})")
                                  << "settings.not-allowed"
                                  << "from 1 to 4096";
    QTest::newRow("of another kind")
        << QByteArray(R"({"network":{"layers":"two"}})") << "settings.not-allowed"
        << "from 1 to 128";
}

void TestDraftFiles::badSettingsAreExplained()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, id);
    QFETCH(QString, says);
    const Result<RunDraft> loaded = loadSettings(put("bad.json", text), *m_catalogue);
    QVERIFY(!loaded);
    QCOMPARE(QString::fromStdString(loaded.error().id), id);
    const QString words = QString::fromStdString(loaded.error().text);
    QVERIFY2(words.contains(says) && words.contains(QLatin1String("bad.json")), qPrintable(words));
    QVERIFY(!loadSettings(file("nowhere.json"), *m_catalogue));
}

void TestDraftFiles::aModelIsFoundBesideTheFile()
{
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("a/b")));
    const QString path = put("a/b/s.json", R"({"training":{},"from":"../m.safetensors"})");
    const Result<RunDraft> loaded = loadSettings(path, *m_catalogue);
    QVERIFY(loaded);
    QCOMPARE(loaded->from, file("a/m.safetensors"));
}

void TestDraftFiles::aModelSettlesEncodingAndNetwork()
{
    RunDraft plain = draft("tiny");
    plain.set(QStringLiteral("network.dropout"), Json(0.4));
    plain.set(QStringLiteral("training.epochs"), Json(2));
    const Result<RunDraft> refined = startingFrom(plain, m_model, *m_catalogue);
    QVERIFY2(refined, refined ? "" : refined.error().text.c_str());
    QCOMPARE(refined->from, QFileInfo(m_model).absoluteFilePath());
    const RunDraft starter = draft("starter");
    for (const char* key : {"encoding.grid", "encoding.low", "encoding.high", "network.kind",
                            "network.layers", "network.hidden"}) {
        QVERIFY2(refined->value(QString::fromLatin1(key)) ==
                     starter.value(QString::fromLatin1(key)),
                 key);
    }
    QVERIFY(refined->value(QStringLiteral("network.hidden")) !=
            plain.value(QStringLiteral("network.hidden")));
    QVERIFY(refined->value(QStringLiteral("network.dropout")) == Json(0.4));
    QVERIFY(refined->value(QStringLiteral("training.epochs")) == Json(2));
    const QStringList words = refined->arguments();
    QCOMPARE(words.value(words.indexOf(QStringLiteral("--from")) + 1), refined->from);
    QVERIFY(isSettledByModel(QStringLiteral("network.layers")) &&
            isSettledByModel(QStringLiteral("encoding.low")));
    QVERIFY(!isSettledByModel(QStringLiteral("network.dropout")) &&
            !isSettledByModel(QStringLiteral("training.batch")));
}

void TestDraftFiles::whatIsNoModelIsRefused()
{
    const RunDraft plain = draft("tiny");
    for (const QString& path :
         {put("text.safetensors", "no model"), put("empty.safetensors", ""),
          file("nowhere.safetensors"),
          qEnvironmentVariable("CONTINUO_RESOURCES") + QStringLiteral("/presets/tiny.json")}) {
        const Result<RunDraft> refined = startingFrom(plain, path, *m_catalogue);
        QVERIFY(!refined);
        QVERIFY2(QString::fromStdString(refined.error().text).contains(QFileInfo(path).fileName()),
                 refined.error().text.c_str());
    }
}

QTEST_GUILESS_MAIN(TestDraftFiles)
#include "tst_draft_files.moc"
