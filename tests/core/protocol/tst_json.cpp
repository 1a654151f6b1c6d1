// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/protocol/json.h"

#include <cmath>
#include <limits>

using namespace continuo;

class TestJson final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hostileTextsAreRefusedInWords_data();
    void hostileTextsAreRefusedInWords();
    void bracketsInsideTextsDoNotCount();
    void numbersThatJsonLacksSurvive_data();
    void numbersThatJsonLacksSurvive();
    void base64IsUndone();
    void malformedBase64IsRefused_data();
    void malformedBase64IsRefused();
    void everyPathSurvives_data();
    void everyPathSurvives();
    void brokenTextIsRepairedInsteadOfThrown();
    void membersAreChecked_data();
    void membersAreChecked();
    void missingMembersLeaveTheirValues();
    void onlyTheFirstFaultIsTold();
    void pathListsTakeBothForms();
    void aPathWithAZeroByteIsRefused();
};

void TestJson::hostileTextsAreRefusedInWords_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("id");
    QByteArray wide = "{";
    for (int i = 0; i < 1025; ++i)
        wide += (i ? ",\"" : "\"") + QByteArray::number(i) + "\":1";
    wide += "}";
    QTest::newRow("nothing") << QByteArray() << "protocol.not-json";
    QTest::newRow("cut off") << QByteArray(R"({"a": [1, 2)") << "protocol.not-json";
    QTest::newRow("two values") << QByteArray("1 2") << "protocol.not-json";
    QTest::newRow("not UTF-8") << QByteArray("\"\xff\xfe\"") << "protocol.not-json";
    QTest::newRow("zero bytes") << QByteArray(16, '\0') << "protocol.not-json";
    QTest::newRow("number too large") << QByteArray("1e999") << "protocol.not-json";
    QTest::newRow("a tower of lists") << QByteArray(500'000, '[') << "protocol.too-nested";
    QTest::newRow("one level too many")
        << QByteArray(33, '[') + QByteArray(33, ']') << "protocol.too-nested";
    QTest::newRow("too many members") << wide << "protocol.too-nested";
}

void TestJson::hostileTextsAreRefusedInWords()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, id);
    const Result<Json> json = parseJson(text.toStdString());
    QVERIFY(!json);
    QCOMPARE(QString::fromStdString(json.error().id), id);
    QVERIFY(isUtf8(json.error().text));
}

void TestJson::bracketsInsideTextsDoNotCount()
{
    const std::string text = "{\"a\": \"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\"}";
    const Result<Json> json = parseJson(text);
    QVERIFY(json);
    QCOMPARE((*json)["a"].get<std::string>().size(), std::size_t{201});
    QVERIFY(parseJson(std::string(32, '[') + std::string(32, ']')));
    std::string list = "[0";
    for (int i = 0; i < 5000; ++i)
        list += ",1";
    QVERIFY(parseJson(list + "]"));
}

void TestJson::numbersThatJsonLacksSurvive_data()
{
    QTest::addColumn<double>("value");
    QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("inf") << std::numeric_limits<double>::infinity();
    QTest::newRow("-inf") << -std::numeric_limits<double>::infinity();
    QTest::newRow("third") << 1.0 / 3;
    QTest::newRow("small") << 5e-324;
    QTest::newRow("large") << 1.7976931348623157e308;
}

void TestJson::numbersThatJsonLacksSurvive()
{
    QFETCH(double, value);
    const Result<Json> json = parseJson(jsonLine(numberToJson(value)));
    QVERIFY(json);
    const std::optional<double> back = numberFromJson(*json);
    QVERIFY(back);
    QVERIFY(std::isnan(value) ? std::isnan(*back) : *back == value);
    QVERIFY(!numberFromJson(Json("infinite")));
}

void TestJson::base64IsUndone()
{
    QCOMPARE(toBase64("Ma"), std::string("TWE="));
    QCOMPARE(toBase64("Man"), std::string("TWFu"));
    const CounterRandom random(3, CounterRandom::Domain::Test);
    for (std::uint32_t length = 0; length < 70; ++length) {
        std::string bytes;
        for (std::uint32_t i = 0; i < length; ++i)
            bytes.push_back(static_cast<char>(random.bits(length, i)));
        QCOMPARE(fromBase64(toBase64(bytes)), std::optional(bytes));
    }
}

void TestJson::malformedBase64IsRefused_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"A", "AB", "ABC", "A===", "====", "AB=C", "A B=", "AB==AB==", "\xc3\xa9""AB"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestJson::malformedBase64IsRefused()
{
    QFETCH(QString, text);
    QVERIFY(!fromBase64(text.toStdString()));
}

void TestJson::everyPathSurvives_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isReadable");
    QTest::newRow("plain") << QByteArray("/music/a b.mid") << true;
    QTest::newRow("UTF-8") << QByteArray("/m/Bjärne ♫.mid") << true;
    QTest::newRow("Latin-1") << QByteArray("/m/Bj\xe4rne.mid") << false;
    QTest::newRow("quotes and line ends") << QByteArray("/m/\"a\"\n\\.mid") << true;
}

void TestJson::everyPathSurvives()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isReadable);
    const std::filesystem::path path = bytes.toStdString();
    Json object = Json::object();
    putPath(object, "file", path);
    QCOMPARE(!object.contains("fileBytes"), isReadable);
    const std::string line = jsonLine(object);
    QCOMPARE(line.find('\n'), std::string::npos);
    const Result<Json> json = parseJson(line);
    QVERIFY(json);
    std::filesystem::path back;
    JsonMembers members(*json, "test");
    members.required().read("file", back);
    QVERIFY(members.status());
    QVERIFY(back.native() == path.native());
}

void TestJson::brokenTextIsRepairedInsteadOfThrown()
{
    QVERIFY(isUtf8(jsonLine(Json("a\xff" "b"))));
}

void TestJson::membersAreChecked_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("id");
    QTest::newRow("all is well") << R"({"whole": 3, "rate": 0.5, "name": "a", "flag": true, "list": ["x"]})" << "";
    QTest::newRow("an unknown member") << R"({"whole": 3, "tomorrow": {"a": []}})" << "";
    QTest::newRow("null is as good as missing") << R"({"whole": 3, "rate": null})" << "";
    QTest::newRow("needed") << R"({"rate": 0.5})" << "protocol.missing-member";
    QTest::newRow("no object") << R"([1, 2])" << "protocol.missing-member";
    QTest::newRow("whole as text") << R"({"whole": "3"})" << "protocol.bad-member";
    QTest::newRow("whole with a fraction") << R"({"whole": 3.5})" << "protocol.bad-member";
    QTest::newRow("whole too large") << R"({"whole": 11})" << "protocol.bad-member";
    QTest::newRow("whole beyond 64 bits") << R"({"whole": 18446744073709551615})" << "protocol.bad-member";
    QTest::newRow("rate negative") << R"({"whole": 3, "rate": -0.1})" << "protocol.bad-member";
    QTest::newRow("rate nan") << R"({"whole": 3, "rate": "nan"})" << "protocol.bad-member";
    QTest::newRow("rate as a list") << R"({"whole": 3, "rate": [1]})" << "protocol.bad-member";
    QTest::newRow("flag as number") << R"({"whole": 3, "flag": 1})" << "protocol.bad-member";
    QTest::newRow("name as object") << R"({"whole": 3, "name": {}})" << "protocol.bad-member";
    QTest::newRow("list of numbers") << R"({"whole": 3, "list": [1]})" << "protocol.bad-member";
    QTest::newRow("list as text") << R"({"whole": 3, "list": "x"})" << "protocol.bad-member";
}

void TestJson::membersAreChecked()
{
    QFETCH(QString, json);
    QFETCH(QString, id);
    const Result<Json> object = parseJson(json.toStdString());
    QVERIFY(object);
    int whole = 0;
    double rate = 0;
    std::string name;
    bool flag = false;
    std::vector<std::string> list;
    JsonMembers members(*object, "test");
    members.required().read("whole", whole, 0, 10);
    members.read("rate", rate, 0, 1);
    members.read("name", name);
    members.read("flag", flag);
    members.read("list", list);
    const Status status = members.status();
    QCOMPARE(QString::fromStdString(status ? "" : status.error().id), id);
    if (status)
        QCOMPARE(whole, 3);
}

void TestJson::missingMembersLeaveTheirValues()
{
    const Json object{{"there", 4}};
    int there = 1;
    int missing = 2;
    std::optional<double> none;
    JsonMembers members(object, "test");
    members.read("there", there);
    members.read("missing", missing);
    members.read("none", none);
    QVERIFY(members.status());
    QCOMPARE(there, 4);
    QCOMPARE(missing, 2);
    QVERIFY(!none);
}

void TestJson::onlyTheFirstFaultIsTold()
{
    const Json object{{"a", "x"}, {"b", "y"}};
    int a = 0;
    int b = 0;
    JsonMembers members(object, "test");
    members.read("a", a);
    members.read("b", b);
    const Status status = members.status();
    QVERIFY(!status);
    QCOMPARE(status.error().arguments.at(1).second, std::string("a"));
}

void TestJson::pathListsTakeBothForms()
{
    Json latin = Json::object();
    putPath(latin, "path", std::filesystem::path("b\xe4"));
    const Json object{{"paths", Json::array({"a", latin})}, {"bad", Json::array({Json::object()})}};
    std::vector<std::filesystem::path> paths;
    JsonMembers members(object, "test");
    members.read("paths", paths);
    QVERIFY(members.status());
    QVERIFY((paths == std::vector<std::filesystem::path>{"a", "b\xe4"}));
    members.read("bad", paths);
    QVERIFY(!members.status());
}

void TestJson::aPathWithAZeroByteIsRefused()
{
    for (const char* text : {R"({"path": "a\u0000b"})", R"({"path": "a", "pathBytes": "YQBi"})"}) {
        const Result<Json> object = parseJson(text);
        QVERIFY(object);
        std::filesystem::path path;
        JsonMembers members(*object, "test");
        members.read("path", path);
        QCOMPARE(members.status().error().id, std::string("protocol.bad-member"));
    }
}

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
