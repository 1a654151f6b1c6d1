// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/protocol/envelope.h"

using namespace continuo;

class TestEnvelope final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestsSurviveTheLine_data();
    void requestsSurviveTheLine();
    void responsesSurviveTheLine();
    void errorsKeepIdArgumentsAndKind();
    void notificationsCarryTheirParametersAsTheyAre();
    void badLinesSayWhatIsWrongAndKeepTheId_data();
    void badLinesSayWhatIsWrongAndKeepTheId();
    void unknownMembersAreIgnored();
    void anAnswerTooLargeBecomesAnError();
    void mutatedLinesNeverHarm();
};

void TestEnvelope::requestsSurviveTheLine_data()
{
    QTest::addColumn<bool>("isText");
    QTest::newRow("number") << false;
    QTest::newRow("text") << true;
}

void TestEnvelope::requestsSurviveTheLine()
{
    QFETCH(bool, isText);
    Request request;
    request.id = isText ? RequestId{std::string("a\n7")} : RequestId{INT64_MIN};
    request.method = "generate";
    request.params = {{"seed", 7}, {"notes", "C4"}};
    const std::string line = toLine(request);
    QVERIFY(line.ends_with('\n'));
    QCOMPARE(line.find('\n'), line.size() - 1);
    const Message message = parseMessage(line);
    const auto* back = std::get_if<Request>(&message);
    QVERIFY(back);
    QVERIFY(back->id == request.id);
    QCOMPARE(back->method, request.method);
    QVERIFY(back->params == request.params);
}

void TestEnvelope::responsesSurviveTheLine()
{
    Response response;
    response.id = RequestId{std::int64_t{4}};
    response.result = {{"notes", {1, 2, 3}}};
    const Message message = parseMessage(toLine(response));
    const auto* back = std::get_if<Response>(&message);
    QVERIFY(back);
    QVERIFY(back->id == response.id);
    QVERIFY(back->result == response.result);
    QVERIFY(!back->error);
}

void TestEnvelope::errorsKeepIdArgumentsAndKind()
{
    for (const ErrorKind kind : {ErrorKind::Failed, ErrorKind::Usage, ErrorKind::Refused, ErrorKind::Cancelled}) {
        const Error error{kind, "midi.no-header", "Not a MIDI file.", {{"file", "b\xe4.mid"}, {"byte", "14"}}};
        const Message message = parseMessage(toLine(failedResponse(RequestId{std::int64_t{1}}, error)));
        const auto* back = std::get_if<Response>(&message);
        QVERIFY(back && back->error);
        QVERIFY(back->error->error.kind == kind);
        QCOMPARE(back->error->error.id, error.id);
        QCOMPARE(back->error->error.text, error.text);
        QCOMPARE(back->error->error.arguments.at(1).second, std::string("14"));
        QVERIFY(isUtf8(back->error->error.arguments.at(0).second));
    }
}

void TestEnvelope::notificationsCarryTheirParametersAsTheyAre()
{
    const std::string line = notificationLine("event", R"({"seq":3,"loss":1.25})");
    QCOMPARE(line, std::string("{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"seq\":3,\"loss\":1.25}}\n"));
    const Message message = parseMessage(line);
    const auto* back = std::get_if<Request>(&message);
    QVERIFY(back);
    QVERIFY(!back->id);
    QCOMPARE(back->params["loss"].get<double>(), 1.25);
}

void TestEnvelope::badLinesSayWhatIsWrongAndKeepTheId_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("keepsId");
    QTest::newRow("no JSON") << "hello" << kParseError << "protocol.not-json" << false;
    QTest::newRow("a number") << "42" << kInvalidRequest << "protocol.invalid-request" << false;
    QTest::newRow("a batch") << R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])" << kInvalidRequest
                             << "protocol.invalid-request" << false;
    QTest::newRow("no version") << R"({"id":5,"method":"ping"})" << kInvalidRequest << "protocol.invalid-request" << true;
    QTest::newRow("other version") << R"({"jsonrpc":"1.0","id":5,"method":"ping"})" << kInvalidRequest
                                   << "protocol.invalid-request" << true;
    QTest::newRow("no method") << R"({"jsonrpc":"2.0","id":5})" << kInvalidRequest << "protocol.invalid-request" << true;
    QTest::newRow("method no text") << R"({"jsonrpc":"2.0","id":5,"method":7})" << kInvalidRequest
                                    << "protocol.invalid-request" << true;
    QTest::newRow("params by place") << R"({"jsonrpc":"2.0","id":5,"method":"ping","params":[1]})" << kInvalidRequest
                                     << "protocol.invalid-request" << true;
    QTest::newRow("id a fraction") << R"({"jsonrpc":"2.0","id":5.5,"method":"ping"})" << kInvalidRequest
                                   << "protocol.invalid-request" << false;
    QTest::newRow("id a list") << R"({"jsonrpc":"2.0","id":[5],"method":"ping"})" << kInvalidRequest
                               << "protocol.invalid-request" << false;
    QTest::newRow("id too long") << R"({"jsonrpc":"2.0","id":")" + QString(200, QLatin1Char('x')) + R"(","method":"ping"})"
                                 << kInvalidRequest << "protocol.invalid-request" << false;
}

void TestEnvelope::badLinesSayWhatIsWrongAndKeepTheId()
{
    QFETCH(QString, line);
    QFETCH(int, code);
    QFETCH(QString, id);
    QFETCH(bool, keepsId);
    const Message message = parseMessage(line.toStdString());
    const auto* bad = std::get_if<BadMessage>(&message);
    QVERIFY(bad);
    QCOMPARE(bad->error.code, code);
    QCOMPARE(QString::fromStdString(bad->error.error.id), id);
    QCOMPARE(bad->id.has_value(), keepsId);
}

void TestEnvelope::unknownMembersAreIgnored()
{
    const Message message = parseMessage(R"({"jsonrpc":"2.0","trace":{"a":1},"id":5,"method":"ping","params":null})");
    const auto* request = std::get_if<Request>(&message);
    QVERIFY(request);
    QVERIFY(request->params.is_object());
}

void TestEnvelope::anAnswerTooLargeBecomesAnError()
{
    Response response;
    response.id = RequestId{std::int64_t{9}};
    response.result = {{"text", std::string(kLargestLineBytes, 'x')}};
    const std::string line = toLine(response);
    QVERIFY(line.size() < 1000);
    const Message message = parseMessage(line);
    const auto* back = std::get_if<Response>(&message);
    QVERIFY(back && back->error);
    QCOMPARE(back->error->error.id, std::string("protocol.answer-too-large"));
    QVERIFY(back->id == response.id);
}

void TestEnvelope::mutatedLinesNeverHarm()
{
    const std::string line = R"({"jsonrpc":"2.0","id":5,"method":"generate","params":{"notes":"C4 E4","top":[1,{"a":"é"}]}})";
    const CounterRandom random(11, CounterRandom::Domain::Test);
    int understood = 0;
    for (std::uint32_t round = 0; round < 20'000; ++round) {
        std::string mutated = line;
        const auto changes = static_cast<std::uint32_t>(random.below(4, round, 0)) + 1;
        for (std::uint32_t change = 1; change <= changes; ++change) {
            const std::size_t at = random.below(mutated.size(), round, change, 1);
            const auto byte = static_cast<char>(random.bits(round, change, 2));
            switch (random.below(3, round, change, 3)) {
            case 0:
                mutated[at] = byte;
                break;
            case 1:
                mutated.insert(at, 1, byte);
                break;
            default:
                mutated.erase(at, 1);
            }
        }
        const Message message = parseMessage(mutated);
        if (const auto* request = std::get_if<Request>(&message)) {
            QVERIFY(request->params.is_object());
            const Message again = parseMessage(toLine(*request));
            QVERIFY(std::holds_alternative<Request>(again));
            ++understood;
        } else if (const auto* bad = std::get_if<BadMessage>(&message)) {
            QVERIFY(!bad->error.error.text.empty());
            QVERIFY(isUtf8(bad->error.error.text));
        }
    }
    QVERIFY(understood > 100);
}

QTEST_APPLESS_MAIN(TestEnvelope)
#include "tst_envelope.moc"
