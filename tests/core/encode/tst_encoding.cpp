// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "core/encode/encoding.h"

using namespace continuo;

class TestEncoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gridIsMadeByName()
    {
        const auto encoding = makeEncoding("grid", "{}");
        QVERIFY(encoding);
        QCOMPARE((*encoding)->name(), std::string_view("grid"));
        QCOMPARE((*encoding)->vocabulary().size(), 40);
    }

    void unknownNamesAreRefusedWithTheKnownOnes()
    {
        const auto encoding = makeEncoding("gird", "{}");
        QVERIFY(!encoding);
        QCOMPARE(encoding.error().id, std::string("encode.unknown-encoding"));
        QCOMPARE(encoding.error().kind, ErrorKind::Usage);
        QVERIFY(encoding.error().text.find("gird") != std::string::npos);
        QVERIFY(encoding.error().text.find("grid") != std::string::npos);
    }

    void theEncodingOfAModelIsMadeAgain()
    {
        const auto first = makeEncoding("grid", R"({"grid": "1/8", "low": 48, "high": 72})");
        QVERIFY(first);
        const Encoding& encoding = **first;
        const auto again = makeEncoding("grid", encoding.version(), encoding.optionsJson(), encoding.vocabulary());
        QVERIFY(again);
        QCOMPARE((*again)->optionsJson(), encoding.optionsJson());
    }

    void anotherVersionIsRefused()
    {
        const auto made = makeEncoding("grid", "{}");
        QVERIFY(made);
        const auto again = makeEncoding("grid", 2, "{}", (*made)->vocabulary());
        QVERIFY(!again);
        QCOMPARE(again.error().id, std::string("encode.other-version"));
        QCOMPARE(again.error().kind, ErrorKind::Refused);
    }

    void anotherVocabularyIsRefusedAndTheFirstDifferenceNamed()
    {
        const auto made = makeEncoding("grid", "{}");
        QVERIFY(made);
        std::vector<Symbol> symbols((*made)->vocabulary().symbols().begin(), (*made)->vocabulary().symbols().end());
        symbols[3].name = "H4";
        const auto renamed = makeEncoding("grid", 1, "{}", Vocabulary(symbols));
        QVERIFY(!renamed);
        QCOMPARE(renamed.error().id, std::string("encode.other-vocabulary"));
        QVERIFY(renamed.error().text.find("symbol 3 is \"H4\"") != std::string::npos);

        symbols.pop_back();
        const auto shorter = makeEncoding("grid", 1, "{}", Vocabulary(symbols));
        QVERIFY(!shorter);
        QVERIFY(shorter.error().text.find("39 symbols instead of 40") != std::string::npos);
    }

    void encodingsOfThePresetsCanBeMade()
    {
        const QDir folder(qEnvironmentVariable("CONTINUO_RESOURCES") + QStringLiteral("/presets"));
        const QStringList names = folder.entryList({QStringLiteral("*.json")}, QDir::Files);
        if (names.isEmpty())
            QSKIP("CONTINUO_RESOURCES names no folder with presets");
        for (const QString& name : names) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QJsonObject options =
                QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("encoding")).toObject();
            const std::string kind = options.take(QLatin1String("name")).toString().toStdString();
            const auto encoding = makeEncoding(kind, QJsonDocument(options).toJson().toStdString());
            QVERIFY2(encoding, encoding ? "" : encoding.error().text.c_str());
        }
    }

    void lossReportsReadAsOneLine()
    {
        LossReport report;
        QCOMPARE(report.text(), std::string("nothing lost"));
        report.notes = 41;
        report.items = {{"shortened", 3, "3 shortened to the 1/16 grid"},
                        {"outside-range", 2, "2 dropped: outside F#3–F#6"}};
        QCOMPARE(report.text(),
                 std::string("of 41 notes: 3 shortened to the 1/16 grid; 2 dropped: outside F#3–F#6"));
    }
};

QTEST_APPLESS_MAIN(TestEncoding)
#include "tst_encoding.moc"
