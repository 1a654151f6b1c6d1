// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/encode/grid.h"

using namespace continuo;

class TestGridOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void missingMembersTakeTheirDefaults()
    {
        const auto options = gridOptionsFromJson("{}");
        QVERIFY(options);
        QVERIFY(*options == GridOptions{});
    }

    void optionsSurviveTheirText()
    {
        GridOptions options;
        options.stepsPerWhole = 12;
        options.low = 36;
        options.high = 84;
        options.hold = false;
        options.transpose = false;
        const GridEncoding encoding(options);
        QCOMPARE(encoding.optionsJson(),
                 std::string(R"({"end":true,"equalDurations":false,"grid":"1/12","high":84,"hold":false,"low":36,)"
                             R"("rareBelow":0,"rest":true,"skyline":true,"transpose":false})"));
        const auto again = gridOptionsFromJson(encoding.optionsJson());
        QVERIFY(again);
        QVERIFY(*again == options);
    }

    void equalDurationsTurnRestAndHoldOff()
    {
        const auto options = gridOptionsFromJson(R"({"equalDurations": true})");
        QVERIFY(options);
        QVERIFY(!options->rest && !options->hold);
        // melody-37: 37 notes and nothing else.
        const auto notesOnly = gridOptionsFromJson(R"({"equalDurations": true, "end": false, "grid": "1/8"})");
        QVERIFY(notesOnly);
        QCOMPARE(GridEncoding(*notesOnly).vocabulary().size(), 37);
        // The text with everything filled in can be read again.
        QVERIFY(gridOptionsFromJson(GridEncoding(*options).optionsJson()));
    }

    void badOptionsNameTheKey_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("misspelt") << QByteArray(R"({"gird": "1/16"})") << QByteArray("encode.unknown-option")
                                  << QByteArray("gird");
        QTest::newRow("grid") << QByteArray(R"({"grid": "1/5"})") << QByteArray("encode.bad-option")
                              << QByteArray("grid");
        QTest::newRow("grid number") << QByteArray(R"({"grid": 16})") << QByteArray("encode.bad-option")
                                     << QByteArray("grid");
        QTest::newRow("low too low") << QByteArray(R"({"low": -1})") << QByteArray("encode.bad-option")
                                     << QByteArray("low");
        QTest::newRow("high too high") << QByteArray(R"({"high": 128})") << QByteArray("encode.bad-option")
                                       << QByteArray("high");
        QTest::newRow("low fraction") << QByteArray(R"({"low": 60.5})") << QByteArray("encode.bad-option")
                                      << QByteArray("low");
        QTest::newRow("low above high") << QByteArray(R"({"low": 70, "high": 60})")
                                        << QByteArray("encode.bad-option") << QByteArray("low");
        QTest::newRow("rest word") << QByteArray(R"({"rest": "yes"})") << QByteArray("encode.bad-option")
                                   << QByteArray("rest");
        QTest::newRow("hold with equal durations") << QByteArray(R"({"equalDurations": true, "hold": true})")
                                                   << QByteArray("encode.bad-option") << QByteArray("hold");
        QTest::newRow("rareBelow negative") << QByteArray(R"({"rareBelow": -1})") << QByteArray("encode.bad-option")
                                            << QByteArray("rareBelow");
        QTest::newRow("rare without rareBelow")
            << QByteArray(R"({"rare": [60]})") << QByteArray("encode.bad-option") << QByteArray("rare");
        QTest::newRow("rare outside the range") << QByteArray(R"({"rareBelow": 2, "rare": [20]})")
                                                << QByteArray("encode.bad-option") << QByteArray("rare");
        QTest::newRow("rare out of order") << QByteArray(R"({"rareBelow": 2, "rare": [62, 60]})")
                                           << QByteArray("encode.bad-option") << QByteArray("rare");
        QTest::newRow("everything rare") << QByteArray(R"({"rareBelow": 2, "low": 60, "high": 61, "rare": [60, 61]})")
                                         << QByteArray("encode.bad-option") << QByteArray("rare");
        QTest::newRow("huge") << QByteArray(R"({"low": 99999999999999999999})") << QByteArray("encode.bad-option")
                              << QByteArray("low");
        QTest::newRow("array") << QByteArray("[]") << QByteArray("encode.bad-option") << QByteArray("");
        QTest::newRow("not JSON") << QByteArray("{") << QByteArray("encode.bad-option") << QByteArray("");
    }
    void badOptionsNameTheKey()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, key);
        const auto options = gridOptionsFromJson(json.toStdString());
        QVERIFY(!options);
        QCOMPARE(options.error().kind, ErrorKind::Usage);
        QCOMPARE(options.error().id, id.toStdString());
        QCOMPARE(options.error().arguments.at(0).first, std::string("key"));
        QCOMPARE(options.error().arguments.at(0).second, key.toStdString());
        QVERIFY(options.error().text.find(key.toStdString()) != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestGridOptions)
#include "tst_grid_options.moc"
