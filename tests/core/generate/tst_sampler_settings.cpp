// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "core/generate/sampler.h"

using namespace continuo;

class TestSamplerSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesSetTheirMember_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("nothing") << QByteArray("{}") << QByteArray(R"({"mix":1.0,"temperature":1.0,"topK":0,"topP":1.0})");
        QTest::newRow("argmax") << QByteArray(R"({"name": "argmax"})")
                                << QByteArray(R"({"mix":1.0,"temperature":0.0,"topK":0,"topP":1.0})");
        QTest::newRow("temperature") << QByteArray(R"({"name": "temperature", "temperature": 0.3})")
                                     << QByteArray(R"({"mix":1.0,"temperature":0.3,"topK":0,"topP":1.0})");
        QTest::newRow("top-k") << QByteArray(R"({"name": "top-k", "topK": 7})")
                               << QByteArray(R"({"mix":1.0,"temperature":1.0,"topK":7,"topP":1.0})");
        QTest::newRow("top-p") << QByteArray(R"({"name": "top-p"})")
                               << QByteArray(R"({"mix":1.0,"temperature":1.0,"topK":0,"topP":0.9})");
        QTest::newRow("beta") << QByteArray(R"({"name": "beta"})")
                              << QByteArray(R"({"beta":15.0,"mix":1.0,"temperature":1.0,"topK":0,"topP":1.0})");
        QTest::newRow("mixture with temperature") << QByteArray(R"({"name": "mixture", "mix": 0.5, "temperature": 0.7})")
                                                  << QByteArray(R"({"mix":0.5,"temperature":0.7,"topK":0,"topP":1.0})");
    }
    void namesSetTheirMember()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, expected);
        const auto settings = samplerFromJson(json.toStdString());
        QVERIFY(settings);
        QCOMPARE(toJson(*settings), expected.toStdString());
        const auto again = samplerFromJson(toJson(*settings));
        QVERIFY(again);
        QVERIFY(*again == *settings);
    }

    void badSettingsNameTheKey_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("mentioned");
        const auto row = [](const char* name, const char* json, const char* id, const char* mentioned) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(id) << QByteArray(mentioned);
        };
        row("misspelt", R"({"temprature": 1})", "sampler.unknown-key", "temprature");
        row("name", R"({"name": "gibbs"})", "sampler.unknown-name", "gibbs");
        row("name no text", R"({"name": 3})", "sampler.bad-value", "name");
        row("negative temperature", R"({"temperature": -1})", "sampler.bad-value", "temperature");
        row("huge temperature", R"({"temperature": 1e6})", "sampler.bad-value", "temperature");
        row("temperature text", R"({"temperature": "hot"})", "sampler.bad-value", "temperature");
        row("topK fraction", R"({"topK": 2.5})", "sampler.bad-value", "topK");
        row("topK negative", R"({"topK": -2})", "sampler.bad-value", "topK");
        row("topP zero", R"({"topP": 0})", "sampler.bad-value", "topP");
        row("topP above one", R"({"topP": 1.1})", "sampler.bad-value", "topP");
        row("mix", R"({"mix": 2})", "sampler.bad-value", "mix");
        row("beta", R"({"beta": 701})", "sampler.bad-value", "beta");
        row("array", "[]", "sampler.bad-value", "object");
        row("not JSON", "{", "sampler.bad-value", "object");
    }
    void badSettingsNameTheKey()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, mentioned);
        const auto settings = samplerFromJson(json.toStdString());
        QVERIFY(!settings);
        QCOMPARE(settings.error().id, id.toStdString());
        QCOMPARE(settings.error().kind, ErrorKind::Usage);
        QVERIFY(settings.error().text.find(mentioned.toStdString()) != std::string::npos);
    }

    void samplersOfThePresetsAreUnderstood()
    {
        const QDir folder(qEnvironmentVariable("CONTINUO_RESOURCES") + QStringLiteral("/presets"));
        const QStringList names = folder.entryList({QStringLiteral("*.json")}, QDir::Files);
        if (names.isEmpty())
            QSKIP("CONTINUO_RESOURCES names no folder with presets");
        for (const QString& name : names) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QJsonObject sampler =
                QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("sampler")).toObject();
            const auto settings = samplerFromJson(QJsonDocument(sampler).toJson().toStdString());
            QVERIFY2(settings, qPrintable(name));
        }
    }

    void namesForPeople()
    {
        SamplerSettings settings;
        settings.temperature = 0.8;
        settings.topK = 5;
        QCOMPARE(samplerName(settings), std::string("temperature 0.8, top-k 5"));
        settings = {};
        settings.temperature = 0;
        QCOMPARE(samplerName(settings), std::string("the likeliest symbol each time"));
    }
};

QTEST_APPLESS_MAIN(TestSamplerSettings)
#include "tst_sampler_settings.moc"
