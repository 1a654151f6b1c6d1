// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/protocol/run_lock.h"
#include "tests/core/engine/run_story.h"

#include <fstream>
#include <thread>
#include <unistd.h>

using namespace continuo;
using namespace continuo::test;
namespace fs = std::filesystem;

namespace {

/// attachRun() on a thread of its own.
class Attached
{
public:
    Attached(const fs::path& run, const AttachOptions& options, Listener& listener)
        : m_thread([this, run, options, &listener] { m_outcome.emplace(attachRun(run, options, listener, m_cancel)); })
    {
    }
    Attached(const Attached&) = delete;
    Attached& operator=(const Attached&) = delete;
    ~Attached() { wait(); }

    const Result<AttachOutcome>& wait()
    {
        if (m_thread.joinable())
            m_thread.join();
        return *m_outcome;
    }
    void cancel() const { m_cancel.cancel(); }

private:
    CancelToken m_cancel{};
    std::optional<Result<AttachOutcome>> m_outcome{};
    std::thread m_thread;
};

std::vector<std::string> from(const std::vector<std::string>& lines, std::ptrdiff_t first)
{
    return {lines.begin() + std::min(first, std::ssize(lines)), lines.end()};
}

} // namespace

class TestAttach final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void whatIsToldIsTheLogByteForByte_data();
    void whatIsToldIsTheLogByteForByte();
    void aRunThatIsOverIsToldToo_data();
    void aRunThatIsOverIsToldToo();
    void aKilledTrainingIsCalledDead();
    void typedCommandsReachTheTraining();
    void leavingDoesNotDisturbTheTraining();
    void aResumedTrainingTellsTheCutStory();
    void aCommandAloneIsAcknowledged();
    void commandsToNobodyFailInWords();
    void aFolderWithoutARunIsWrongUsage();
    void aTrainingWithoutASocketIsSaidToBeOutOfReach();

private:
    std::unique_ptr<QTemporaryDir> m_folder{};
    fs::path m_run{};
};

void TestAttach::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_run = m_folder->path().toStdString();
}

void TestAttach::whatIsToldIsTheLogByteForByte_data()
{
    QTest::addColumn<int>("from");
    QTest::newRow("everything") << 0;
    QTest::newRow("from the middle") << 600;
    QTest::newRow("only what comes") << 1001;
}

void TestAttach::whatIsToldIsTheLogByteForByte()
{
    QFETCH(int, from);
    Narrator narrator(m_run);
    narrator.tellSteps(1000);
    Listener listener;
    Attached attached(m_run, {static_cast<std::uint64_t>(from), -1}, listener);
    if (from < 1000)
        QVERIFY(listener.waitForLines(1));
    narrator.tellSteps(500);
    narrator.tell(finishedEvent(0, "done"));
    narrator.host.reset();
    const Result<AttachOutcome>& outcome = attached.wait();
    QVERIFY(outcome);
    QCOMPARE(outcome->state, std::string("finished"));
    QCOMPARE(outcome->lastSeq, std::uint64_t{1501});
    const std::vector<std::string> log = logLines(m_run);
    QCOMPARE(log.size(), std::size_t{1501});
    QVERIFY(listener.lines() == ::from(log, std::max(from - 1, 0)));
}

void TestAttach::aRunThatIsOverIsToldToo_data()
{
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("state");
    QTest::newRow("done") << "done" << "finished";
    QTest::newRow("stopped") << "stopped" << "stopped";
    QTest::newRow("failed") << "" << "failed";
}

void TestAttach::aRunThatIsOverIsToldToo()
{
    QFETCH(QString, reason);
    QFETCH(QString, state);
    {
        Narrator narrator(m_run);
        narrator.tellSteps(10);
        if (reason.isEmpty())
            narrator.tell({0, 10, 1, 1, TrainFailed{"train.not-finite", "The loss is not a number."}});
        else
            narrator.tell(finishedEvent(0, reason.toStdString()));
    }
    Listener listener;
    const Result<AttachOutcome> outcome = attachRun(m_run, {5, -1}, listener, CancelToken{});
    QVERIFY(outcome);
    QCOMPARE(QString::fromStdString(outcome->state), state);
    QVERIFY(listener.lines() == ::from(logLines(m_run), 4));
}

void TestAttach::aKilledTrainingIsCalledDead()
{
    {
        Narrator narrator(m_run);
        narrator.tellSteps(7);
    }
    RunOwner owner = thisProcess();
    owner.born = "before this one";
    owner.address = ControlAddress{"unix", m_run / "control.sock"};
    std::ofstream(m_run / "lock") << jsonLine(toJson(owner));
    std::ofstream(m_run / "log.jsonl", std::ios::app) << R"({"seq": 8, "ev)";
    Listener listener;
    const Result<AttachOutcome> outcome = attachRun(m_run, {}, listener, CancelToken{});
    QVERIFY(outcome);
    QCOMPARE(outcome->state, std::string("dead"));
    QCOMPARE(outcome->step, std::int64_t{7});
    QCOMPARE(listener.lines().size(), std::size_t{7});
}

void TestAttach::typedCommandsReachTheTraining()
{
    Narrator narrator(m_run);
    narrator.tellSteps(1);
    int ends[2] = {-1, -1};
    QCOMPARE(::pipe(ends), 0);
    Listener listener;
    Attached attached(m_run, {0, ends[0]}, listener);
    const std::string typed = "set-learning-rate 0.5\npuase\nextend 2\n";
    QCOMPARE(::write(ends[1], typed.data(), typed.size()), std::ssize(typed));
    QVERIFY(listener.waitForWords(3));
    const TrainControl::Requests asked = narrator.control.take();
    QCOMPARE(asked.learningRate, 0.5);
    QCOMPARE(asked.extraEpochs, std::int64_t{2});
    QCOMPARE(std::ranges::count_if(listener.words(), [](const std::string& words) { return words.find("did you mean") != std::string::npos; }),
             1);
    // The end of the commands is not the end of the story; a last command without a line end counts.
    QCOMPARE(::write(ends[1], "sample", 6), 6);
    ::close(ends[1]);
    QVERIFY(listener.waitForWords(4));
    QVERIFY(narrator.control.take().sample);
    narrator.tellSteps(1);
    narrator.tell(finishedEvent(0, "stopped"));
    narrator.host.reset();
    QCOMPARE(attached.wait()->state, std::string("stopped"));
    QCOMPARE(listener.lines().size(), std::size_t{3});
    ::close(ends[0]);
}

void TestAttach::leavingDoesNotDisturbTheTraining()
{
    Narrator narrator(m_run);
    narrator.tellSteps(10);
    Listener listener;
    listener.leaveAfter = 4;
    const Result<AttachOutcome> outcome = attachRun(m_run, {}, listener, CancelToken{});
    QVERIFY(outcome);
    QCOMPARE(outcome->state, std::string("left"));
    Listener patient;
    Attached attached(m_run, {}, patient);
    QVERIFY(patient.waitForLines(10));
    attached.cancel();
    QVERIFY(attached.wait().error().kind == ErrorKind::Cancelled);
    narrator.tellSteps(5);
    const TrainControl::Requests asked = narrator.control.take();
    QVERIFY(!asked.isStopped && !asked.isPaused);
}

void TestAttach::aResumedTrainingTellsTheCutStory()
{
    {
        Narrator narrator(m_run);
        narrator.tellSteps(30);
    }
    // Who attaches before the first event of the resumed training must not be told what is about to be cut.
    Narrator narrator(m_run, 20);
    Listener listener;
    Attached attached(m_run, {}, listener);
    narrator.tell({0, 20, 0.2, 1, TrainResumed{true}});
    QVERIFY(listener.waitForLines(21));
    narrator.tell(finishedEvent(0, "done"));
    narrator.host.reset();
    QCOMPARE(attached.wait()->state, std::string("finished"));
    QCOMPARE(listener.lines().size(), std::size_t{22});
    QVERIFY(listener.lines() == logLines(m_run));
}

void TestAttach::aCommandAloneIsAcknowledged()
{
    Narrator narrator(m_run);
    QVERIFY(commandRun(m_run, StopRequest{}, CancelToken{}));
    QVERIFY(narrator.control.take().isStopped);
    const Status refused = commandRun(m_run, SetLearningRateRequest{0}, CancelToken{});
    QVERIFY(!refused);
    QCOMPARE(refused.error().id, std::string("protocol.bad-member"));
}

void TestAttach::commandsToNobodyFailInWords()
{
    {
        Narrator narrator(m_run);
    }
    const Status status = commandRun(m_run, StopRequest{}, CancelToken{});
    QVERIFY(!status);
    QCOMPARE(status.error().id, std::string("run.not-running"));
}

void TestAttach::aFolderWithoutARunIsWrongUsage()
{
    Listener listener;
    const Result<AttachOutcome> outcome = attachRun(m_run, {}, listener, CancelToken{});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().id, std::string("train.no-run"));
    QVERIFY(outcome.error().kind == ErrorKind::Usage);
}

void TestAttach::aTrainingWithoutASocketIsSaidToBeOutOfReach()
{
    Result<RunLock> lock = RunLock::take(m_run);
    QVERIFY(lock);
    QVERIFY(lock->announce({"pigeon", "/nowhere"}));
    Listener listener;
    const Result<AttachOutcome> outcome = attachRun(m_run, {}, listener, CancelToken{});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().id, std::string("run.not-attachable"));
}

QTEST_APPLESS_MAIN(TestAttach)
#include "tst_attach.moc"
