// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/protocol/train_messages.h"

using namespace continuo;

class TestTrainMessages final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMessageSurvivesTheLine();
    void badParametersNameTheMember_data();
    void badParametersNameTheMember();
    void wordsBecomeCommands_data();
    void wordsBecomeCommands();
    void wrongWordsAreExplained_data();
    void wrongWordsAreExplained();
    void theEndSurvivesTheLine();
};

void TestTrainMessages::everyMessageSurvivesTheLine()
{
    const std::vector<TrainRequestMessage> messages{
        AttachRequest{12}, PauseRequest{}, ResumeRequest{}, StopRequest{}, CheckpointRequest{}, SampleRequest{},
        SetLearningRateRequest{1e-4}, ExtendRequest{5}, SetPatienceRequest{8}};
    QCOMPARE(messages.size(), trainMethods().size());
    for (const TrainRequestMessage& message : messages) {
        const std::string method = trainMethodOf(message);
        QVERIFY(isTrainMethod(method));
        const Result<TrainRequestMessage> back = trainRequestFromJson(method, *parseJson(jsonLine(paramsOf(message))));
        QVERIFY(back);
        QVERIFY(*back == message);
    }
    QVERIFY(!isTrainMethod("generate"));
}

void TestTrainMessages::badParametersNameTheMember_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("params");
    QTest::newRow("from negative") << "attach" << R"({"from": -1})";
    QTest::newRow("from text") << "attach" << R"({"from": "0"})";
    QTest::newRow("no rate") << "set-learning-rate" << "{}";
    QTest::newRow("rate zero") << "set-learning-rate" << R"({"value": 0})";
    QTest::newRow("rate nan") << "set-learning-rate" << R"({"value": "nan"})";
    QTest::newRow("rate infinite") << "set-learning-rate" << R"({"value": "inf"})";
    QTest::newRow("no epochs") << "extend" << "{}";
    QTest::newRow("epochs zero") << "extend" << R"({"epochs": 0})";
    QTest::newRow("no patience") << "set-patience" << "{}";
    QTest::newRow("patience negative") << "set-patience" << R"({"evaluations": -1})";
    QTest::newRow("epochs half") << "extend" << R"({"epochs": 1.5})";
}

void TestTrainMessages::badParametersNameTheMember()
{
    QFETCH(QString, method);
    QFETCH(QString, params);
    const Result<TrainRequestMessage> message = trainRequestFromJson(method.toStdString(), *parseJson(params.toStdString()));
    QVERIFY(!message);
    QVERIFY(message.error().kind == ErrorKind::Usage);
    QVERIFY(message.error().id.starts_with("protocol."));
}

void TestTrainMessages::wordsBecomeCommands_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("params");
    QTest::newRow("pause") << "pause" << "pause" << "{}";
    QTest::newRow("with blanks") << "  stop \r" << "stop" << "{}";
    QTest::newRow("rate") << "set-learning-rate 0.001" << "set-learning-rate" << R"({"value":0.001})";
    QTest::newRow("epochs") << "extend   5" << "extend" << R"({"epochs":5})";
    QTest::newRow("patience") << "set-patience 8" << "set-patience" << R"({"evaluations":8})";
    QTest::newRow("no patience") << "set-patience 0" << "set-patience" << R"({"evaluations":0})";
}

void TestTrainMessages::wordsBecomeCommands()
{
    QFETCH(QString, words);
    QFETCH(QString, method);
    QFETCH(QString, params);
    const Result<TrainRequestMessage> message = trainCommandFromWords(words.toStdString());
    QVERIFY(message);
    QCOMPARE(QString::fromStdString(trainMethodOf(*message)), method);
    QCOMPARE(QString::fromStdString(jsonLine(paramsOf(*message))), params);
}

void TestTrainMessages::wrongWordsAreExplained_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("contains");
    QTest::newRow("misspelt") << "puase" << "run.unknown-command" << "did you mean \"pause\"";
    QTest::newRow("attach is none") << "attach" << "run.unknown-command" << "Commands:";
    QTest::newRow("nothing") << "" << "run.unknown-command" << "Commands:";
    QTest::newRow("value too many") << "pause 3" << "run.bad-command-value" << "no value";
    QTest::newRow("no rate") << "set-learning-rate" << "run.bad-command-value" << "0.001";
    QTest::newRow("rate negative") << "set-learning-rate -1" << "run.bad-command-value" << "above 0";
    QTest::newRow("patience in words") << "set-patience ten" << "run.bad-command-value" << "a whole number";
    QTest::newRow("epochs none") << "extend 0" << "run.bad-command-value" << "at least 1";
}

void TestTrainMessages::wrongWordsAreExplained()
{
    QFETCH(QString, words);
    QFETCH(QString, id);
    QFETCH(QString, contains);
    const Result<TrainRequestMessage> message = trainCommandFromWords(words.toStdString());
    QVERIFY(!message);
    QCOMPARE(QString::fromStdString(message.error().id), id);
    QVERIFY2(QString::fromStdString(message.error().text).contains(contains), message.error().text.c_str());
}

void TestTrainMessages::theEndSurvivesTheLine()
{
    const Result<TrainEnd> end = trainEndFromJson(toJson(TrainEnd{"stopped"}));
    QVERIFY(end);
    QCOMPARE(end->state, std::string("stopped"));
    QVERIFY(!trainEndFromJson(Json::object()));
}

QTEST_APPLESS_MAIN(TestTrainMessages)
#include "tst_train_messages.moc"
