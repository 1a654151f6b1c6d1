// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/protocol/byte_channel.h"
#include "core/protocol/envelope.h"
#include "core/protocol/hello.h"
#include "core/protocol/line_splitter.h"
#include "tests/core/engine/run_story.h"

#include <array>
#include <deque>
#include <optional>

using namespace continuo;
using namespace continuo::test;
namespace fs = std::filesystem;

namespace {

/// One who talks to a training line by line.
class Talker
{
public:
    explicit Talker(const ControlAddress& address)
        : m_channel(connectControl(address))
    {
    }

    bool isConnected() const { return m_channel.operator bool(); }
    void send(std::string_view line)
    {
        while (!line.empty()) {
            const std::optional<std::size_t> taken = m_channel->write(line);
            if (!taken)
                return;
            line.remove_prefix(*taken);
            if (*taken == 0) {
                std::array<Waiting, 1> waiting{Waiting{m_channel->handle(), false, true}};
                waitForAny(waiting, 1000);
            }
        }
    }
    void ask(int id, const std::string& method, const Json& params = Json::object())
    {
        send(toLine(Request{RequestId{std::int64_t{id}}, method, params}));
    }
    /// The next line, or nothing when the other side has closed or is silent for ten seconds.
    std::optional<Json> next()
    {
        while (m_lines.empty()) {
            std::array<Waiting, 1> waiting{Waiting{m_channel->handle()}};
            waitForAny(waiting, 10'000);
            std::array<char, 4096> buffer{};
            const std::optional<std::size_t> count =
                waiting[0].isReadable ? m_channel->read(buffer) : std::optional<std::size_t>();
            if (!count)
                return std::nullopt;
            m_splitter.feed({buffer.data(), *count},
                            [this](const LineSplitter::Line& line) { m_lines.emplace_back(line.text); });
        }
        const Result<Json> json = parseJson(m_lines.front());
        m_lines.pop_front();
        return json ? std::optional<Json>(*json) : std::nullopt;
    }

private:
    Result<ByteChannel> m_channel;
    LineSplitter m_splitter{};
    std::deque<std::string> m_lines{};
};

} // namespace

class TestTrainingHost final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void theHandshakeNamesWhatTheTrainingUnderstands();
    void commandsReachTheTraining_data();
    void commandsReachTheTraining();
    void answersComeWhileTheTrainingIsBusy();
    void hostileLinesAreAnsweredAndTheTrainingLivesOn_data();
    void hostileLinesAreAnsweredAndTheTrainingLivesOn();
    void theStoryIsToldFromAnySeq_data();
    void theStoryIsToldFromAnySeq();
    void oneWhoDoesNotReadHoldsNothingUp();
    void oneWhoGoesAwayIsForgotten();
    void placesThatAreLeftAreFreeAtOnce();
    void theEndIsTold_data();
    void theEndIsTold();
    void aSecondHostIsRefused();
    void theLockSaysWhenTheTrainingHasBegun();

private:
    std::unique_ptr<QTemporaryDir> m_folder{};
    fs::path m_run{};
    std::unique_ptr<Narrator> m_narrator{};
    ControlAddress address() const { return *m_narrator->host->address(); }
};

void TestTrainingHost::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_run = m_folder->path().toStdString();
    m_narrator = std::make_unique<Narrator>(m_run);
}

void TestTrainingHost::cleanup()
{
    m_narrator.reset();
    m_folder.reset();
}

void TestTrainingHost::theHandshakeNamesWhatTheTrainingUnderstands()
{
    Talker talker(address());
    QVERIFY(talker.isConnected());
    talker.ask(1, "hello", toJson(HelloRequest{}));
    const auto answer = talker.next();
    QVERIFY(answer);
    const Result<HelloResult> hello = helloResultFromJson((*answer)["result"]);
    QVERIFY(hello);
    QCOMPARE(hello->role, std::string("train"));
    QCOMPARE(hello->version, std::string("1.2.3"));
    QVERIFY(std::ranges::count(hello->capabilities, "set-learning-rate") == 1);
    talker.ask(2, "generate");
    QCOMPARE((*talker.next())["error"]["code"].get<int>(), kMethodNotFound);
}

void TestTrainingHost::commandsReachTheTraining_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("effect");
    QTest::newRow("pause") << "pause" << "{}" << "paused";
    QTest::newRow("stop") << "stop" << "{}" << "stopped";
    QTest::newRow("checkpoint") << "checkpoint" << "{}" << "checkpoint";
    QTest::newRow("sample") << "sample" << "{}" << "sample";
    QTest::newRow("rate") << "set-learning-rate" << R"({"value": 0.25})" << "rate 0.25";
    QTest::newRow("extend") << "extend" << R"({"epochs": 3})" << "epochs 3";
    QTest::newRow("patience") << "set-patience" << R"({"evaluations": 0})" << "patience 0";
    QTest::newRow("bad rate") << "set-learning-rate" << R"({"value": -1})" << "refused";
    QTest::newRow("no epochs") << "extend" << "{}" << "refused";
}

void TestTrainingHost::commandsReachTheTraining()
{
    QFETCH(QString, method);
    QFETCH(QString, params);
    QFETCH(QString, effect);
    Talker talker(address());
    talker.ask(1, method.toStdString(), *parseJson(params.toStdString()));
    const auto answer = talker.next();
    QVERIFY(answer);
    QCOMPARE(answer->contains("error"), effect == QLatin1String("refused"));
    const TrainControl::Requests asked = m_narrator->control.take();
    QString found = answer->contains("error") ? QStringLiteral("refused") : QString();
    if (asked.isPaused)
        found += QLatin1String("paused");
    if (asked.isStopped)
        found += QLatin1String("stopped");
    if (asked.checkpoint)
        found += QLatin1String("checkpoint");
    if (asked.sample)
        found += QLatin1String("sample");
    if (asked.learningRate > 0)
        found += QStringLiteral("rate %1").arg(asked.learningRate);
    if (asked.extraEpochs > 0)
        found += QStringLiteral("epochs %1").arg(asked.extraEpochs);
    if (asked.patience)
        found += QStringLiteral("patience %1").arg(*asked.patience);
    QCOMPARE(found, effect);
}

void TestTrainingHost::answersComeWhileTheTrainingIsBusy()
{
    // The training's own thread is this one, and it tells nothing while it waits for the answers.
    Talker talker(address());
    for (int i = 0; i < 50; ++i) {
        talker.ask(i, "ping");
        QVERIFY(talker.next());
    }
}

void TestTrainingHost::hostileLinesAreAnsweredAndTheTrainingLivesOn_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("id");
    QTest::newRow("no JSON") << QByteArray("hello\n") << "protocol.not-json";
    QTest::newRow("deep") << QByteArray(5000, '[') + '\n' << "protocol.too-nested";
    QTest::newRow("giant") << QByteArray(3 << 20, 'x') + '\n' << "protocol.line-too-long";
    QTest::newRow("no request") << QByteArray("{}\n") << "protocol.invalid-request";
    QTest::newRow("binary") << QByteArray("\xff\x00\xfe\n", 4) << "protocol.not-json";
}

void TestTrainingHost::hostileLinesAreAnsweredAndTheTrainingLivesOn()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, id);
    Talker talker(address());
    talker.send({line.data(), static_cast<std::size_t>(line.size())});
    const auto answer = talker.next();
    QVERIFY(answer);
    QCOMPARE(QString::fromStdString((*answer)["error"]["data"]["id"].get<std::string>()), id);
    talker.ask(2, "ping");
    QCOMPARE((*talker.next())["id"].get<int>(), 2);
}

void TestTrainingHost::theStoryIsToldFromAnySeq_data()
{
    QTest::addColumn<int>("from");
    // Far more events than are kept at hand, so that most come from the log.
    for (const int from : {0, 1, 2, 700, 1489, 1490, 1999, 2000, 2001, 2050})
        QTest::addRow("from %d", from) << from;
}

void TestTrainingHost::theStoryIsToldFromAnySeq()
{
    QFETCH(int, from);
    m_narrator->tellSteps(2000);
    Talker talker(address());
    talker.ask(1, "attach", {{"from", from}});
    QVERIFY(talker.next()->contains("result"));
    m_narrator->tellSteps(100);
    for (int seq = std::max(from, 1); seq <= 2100; ++seq) {
        const auto event = talker.next();
        QVERIFY(event);
        QCOMPARE((*event)["method"].get<std::string>(), std::string("event"));
        QCOMPARE((*event)["params"]["seq"].get<int>(), seq);
    }
}

void TestTrainingHost::oneWhoDoesNotReadHoldsNothingUp()
{
    Talker lazy(address());
    lazy.ask(1, "attach");
    QVERIFY(lazy.next()); // Attached, and from here on asleep.
    Talker keen(address());
    keen.ask(1, "attach");
    QVERIFY(keen.next());
    constexpr int kEvents = 20'000;
    m_narrator->tellSteps(kEvents);
    for (int seq = 1; seq <= kEvents; ++seq) {
        const auto event = keen.next();
        QVERIFY(event);
        QCOMPARE((*event)["params"]["seq"].get<int>(), seq);
    }
    // The one who slept still gets everything once he reads.
    for (int seq = 1; seq <= kEvents; ++seq) {
        const auto event = lazy.next();
        QVERIFY(event);
        QCOMPARE((*event)["params"]["seq"].get<int>(), seq);
    }
}

void TestTrainingHost::oneWhoGoesAwayIsForgotten()
{
    for (int i = 0; i < 200; ++i) {
        Talker brief(address());
        QVERIFY(brief.isConnected());
        brief.ask(1, "attach");
        m_narrator->tellSteps(5);
    }
    Talker talker(address());
    talker.ask(1, "ping");
    QVERIFY(talker.next());
}

void TestTrainingHost::placesThatAreLeftAreFreeAtOnce()
{
    for (int round = 0; round < 20; ++round) {
        std::vector<std::unique_ptr<Talker>> crowd;
        for (int i = 0; i < 64; ++i) { // As many as are served at a time.
            crowd.push_back(std::make_unique<Talker>(address()));
            crowd.back()->ask(1, "attach");
            QVERIFY(crowd.back()->next());
        }
        crowd.clear();
        Talker talker(address());
        talker.ask(1, "ping");
        QVERIFY(talker.next());
    }
}

void TestTrainingHost::theEndIsTold_data()
{
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("state");
    QTest::newRow("done") << "done" << "finished";
    QTest::newRow("early stop") << "early-stop" << "finished";
    QTest::newRow("stopped") << "stopped" << "stopped";
    QTest::newRow("no last event") << "" << "failed";
}

void TestTrainingHost::theEndIsTold()
{
    QFETCH(QString, reason);
    QFETCH(QString, state);
    Talker talker(address());
    talker.ask(1, "attach");
    QVERIFY(talker.next());
    m_narrator->tellSteps(3);
    if (!reason.isEmpty())
        m_narrator->tell(finishedEvent(0, reason.toStdString()));
    m_narrator->host.reset();
    for (int i = 0; i < (reason.isEmpty() ? 3 : 4); ++i)
        QCOMPARE((*talker.next())["method"].get<std::string>(), std::string("event"));
    const auto end = talker.next();
    QVERIFY(end);
    QCOMPARE((*end)["method"].get<std::string>(), std::string("end"));
    QCOMPARE(QString::fromStdString((*end)["params"]["state"].get<std::string>()), state);
    QVERIFY(!talker.next());
    QVERIFY(readRunLock(m_run).state == RunLockState::Free);
    QVERIFY(!fs::exists(m_run / "control.sock"));
    m_narrator = std::make_unique<Narrator>(m_run, 3);
}

void TestTrainingHost::aSecondHostIsRefused()
{
    const auto second = TrainingHost::open(m_run, TrainControl{}, "1");
    QVERIFY(!second);
    QCOMPARE(second.error().id, std::string("run.in-use"));
}

void TestTrainingHost::theLockSaysWhenTheTrainingHasBegun()
{
    QVERIFY(!readRunLock(m_run).owner.hasBegun);
    m_narrator->tellSteps(1);
    QVERIFY(readRunLock(m_run).owner.hasBegun);
    QVERIFY(readRunLock(m_run).owner.address);
}

QTEST_APPLESS_MAIN(TestTrainingHost)
#include "tst_training_host.moc"
