// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/protocol/hello.h"

using namespace continuo;

class TestHello final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothSidesSurviveTheLine();
    void anotherMajorIsRefusedAndAGreaterMinorIsNot();
    void aHelloWithoutAVersionIsRefused();
};

void TestHello::bothSidesSurviveTheLine()
{
    HelloRequest request;
    request.client = "continuo-studio 0.1.0";
    const Result<HelloRequest> asked = helloRequestFromJson(*parseJson(jsonLine(toJson(request))));
    QVERIFY(asked);
    QVERIFY(*asked == request);
    HelloResult result;
    result.version = "0.1.0";
    result.role = "serve";
    result.capabilities = {"generate", "ping"};
    result.process = 4711;
    const Result<HelloResult> told = helloResultFromJson(*parseJson(jsonLine(toJson(result))));
    QVERIFY(told);
    QVERIFY(*told == result);
}

void TestHello::anotherMajorIsRefusedAndAGreaterMinorIsNot()
{
    HelloRequest request;
    request.protocol = {kProtocolVersion.major, kProtocolVersion.minor + 5};
    QVERIFY(helloRequestFromJson(toJson(request)));
    request.protocol = {kProtocolVersion.major + 1, 0};
    const Result<HelloRequest> other = helloRequestFromJson(toJson(request));
    QVERIFY(!other);
    QCOMPARE(other.error().id, std::string("protocol.other-major"));
}

void TestHello::aHelloWithoutAVersionIsRefused()
{
    QCOMPARE(helloRequestFromJson(Json::object()).error().id, std::string("protocol.missing-member"));
    QCOMPARE(helloRequestFromJson(Json{{"protocol", "1.0"}}).error().id, std::string("protocol.missing-member"));
}

QTEST_APPLESS_MAIN(TestHello)
#include "tst_hello.moc"
