// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/protocol/run_lock.h"

#include <csignal>
#include <fstream>
#include <functional>
#include <sys/file.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

using namespace continuo;
namespace fs = std::filesystem;

namespace {

/// Another process that does `work`, says so and lives on until it is killed.
class Other
{
public:
    explicit Other(const std::function<bool()>& work)
    {
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0)
            return;
        m_process = ::fork();
        if (m_process == 0) {
            const char result = work() ? 'y' : 'n';
            if (::write(ends[1], &result, 1) == 1)
                ::pause();
            ::_exit(1);
        }
        char result = '?';
        m_isReady = ::read(ends[0], &result, 1) == 1 && result == 'y';
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Other(const Other&) = delete;
    Other& operator=(const Other&) = delete;
    ~Other() { kill(); }

    bool isReady() const { return m_isReady; }
    std::int64_t process() const { return m_process; }
    void killUnwaited() const { ::kill(m_process, SIGKILL); }
    void kill()
    {
        if (m_process <= 0)
            return;
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
        m_process = -1;
    }

private:
    pid_t m_process = -1;
    bool m_isReady = false;
};

void writeLockFile(const fs::path& run, const RunOwner& owner)
{
    std::ofstream(run / "lock") << jsonLine(toJson(owner));
}

} // namespace

class TestRunLock final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFileNamesItsHolderAndGoesWithIt();
    void aSecondTrainingIsRefusedInWords();
    void aKilledTrainingIsSeenAndTakenOver();
    void aKilledTrainingNobodyWaitedForIsDeadToo();
    void anotherProcessOfTheSameNumberIsNotTheOwner();
    void aHolderWhoseNumberIsUnknownHereStillLives();
    void aLockOfAnotherMachineOnThisDiskIsTakenOver();
    void damagedLockFilesAreNoObstacle_data();
    void damagedLockFilesAreNoObstacle();
    void aFolderThatIsNotThereIsToldInWords();
    void ownersSurviveJson();
};

void TestRunLock::theFileNamesItsHolderAndGoesWithIt()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    QVERIFY(readRunLock(run).state == RunLockState::Free);
    {
        Result<RunLock> lock = RunLock::take(run);
        QVERIFY(lock);
        QVERIFY(!lock->takenOverFrom());
        const RunLockView view = readRunLock(run);
        QVERIFY(view.state == RunLockState::Held);
        QCOMPARE(view.owner.process, std::int64_t{::getpid()});
        QVERIFY(!view.owner.born.empty());
        QVERIFY(!view.owner.address);
        QVERIFY(lock->announce({"unix", "/tmp/x.sock"}));
        QVERIFY((readRunLock(run).owner.address == ControlAddress{"unix", "/tmp/x.sock"}));
    }
    QVERIFY(!fs::exists(run / "lock"));
    QVERIFY(readRunLock(run).state == RunLockState::Free);
    QVERIFY(RunLock::take(run));
}

void TestRunLock::aSecondTrainingIsRefusedInWords()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    std::optional<Result<RunLock>> held;
    const Other other([&] { return held.emplace(RunLock::take(run)).operator bool(); });
    QVERIFY(other.isReady());
    const RunLockView view = readRunLock(run);
    QVERIFY(view.state == RunLockState::Held);
    QCOMPARE(view.owner.process, other.process());
    const Result<RunLock> second = RunLock::take(run);
    QVERIFY(!second);
    QCOMPARE(second.error().id, std::string("run.in-use"));
    QVERIFY(second.error().text.find("process " + std::to_string(other.process())) != std::string::npos);
    QVERIFY(readRunLock(run).state == RunLockState::Held);
}

void TestRunLock::aKilledTrainingIsSeenAndTakenOver()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    std::optional<Result<RunLock>> held;
    Other other([&] { return held.emplace(RunLock::take(run)).operator bool(); });
    QVERIFY(other.isReady());
    const std::int64_t process = other.process();
    other.kill();
    const RunLockView view = readRunLock(run);
    QVERIFY(view.state == RunLockState::Dead);
    QCOMPARE(view.owner.process, process);
    const Result<RunLock> next = RunLock::take(run);
    QVERIFY(next);
    QVERIFY(next->takenOverFrom());
    QCOMPARE(next->takenOverFrom()->process, process);
    QCOMPARE(readRunLock(run).owner.process, std::int64_t{::getpid()});
}

void TestRunLock::aKilledTrainingNobodyWaitedForIsDeadToo()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    std::optional<Result<RunLock>> held;
    const Other other([&] { return held.emplace(RunLock::take(run)).operator bool(); });
    QVERIFY(other.isReady());
    other.killUnwaited();
    QTRY_VERIFY_WITH_TIMEOUT(readRunLock(run).state == RunLockState::Dead, 5000);
}

void TestRunLock::anotherProcessOfTheSameNumberIsNotTheOwner()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    RunOwner owner = thisProcess();
    writeLockFile(run, owner);
    QVERIFY(readRunLock(run).state == RunLockState::Held);
    owner.born = "another-boot:1";
    writeLockFile(run, owner);
    QVERIFY(readRunLock(run).state == RunLockState::Dead);
    const Result<RunLock> lock = RunLock::take(run);
    QVERIFY(lock);
    QVERIFY(lock->takenOverFrom() == owner);
}

void TestRunLock::aHolderWhoseNumberIsUnknownHereStillLives()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    RunOwner owner = thisProcess();
    owner.born = "another-boot:1";
    writeLockFile(run, owner);
    const int descriptor = ::open((run / "lock").c_str(), O_RDWR);
    QCOMPARE(::flock(descriptor, LOCK_EX), 0);
    QVERIFY(readRunLock(run).state == RunLockState::Held);
    QCOMPARE(RunLock::take(run).error().id, std::string("run.in-use"));
    ::close(descriptor);
    QVERIFY(readRunLock(run).state == RunLockState::Dead);
}

void TestRunLock::aLockOfAnotherMachineOnThisDiskIsTakenOver()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    RunOwner owner = thisProcess();
    owner.host = "another-machine";
    writeLockFile(run, owner);
    QVERIFY(readRunLock(run).state == RunLockState::Dead);
    QVERIFY(RunLock::take(run));
}

void TestRunLock::damagedLockFilesAreNoObstacle_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("torn") << QByteArray(R"({"process": 47)");
    QTest::newRow("no number") << QByteArray(R"({"process": "x", "host": "y"})");
    QTest::newRow("process zero") << QByteArray(R"({"process": 0, "host": "y"})");
    QTest::newRow("deep") << QByteArray(9000, '[');
    QTest::newRow("large") << QByteArray(1 << 20, '\xff');
}

void TestRunLock::damagedLockFilesAreNoObstacle()
{
    QFETCH(QByteArray, text);
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    std::ofstream(run / "lock") << text.toStdString();
    QVERIFY(readRunLock(run).state == RunLockState::Free);
    QVERIFY(RunLock::take(run));
}

void TestRunLock::aFolderThatIsNotThereIsToldInWords()
{
    const QTemporaryDir folder;
    const Result<RunLock> lock = RunLock::take(fs::path(folder.path().toStdString()) / "none");
    QVERIFY(!lock);
    QVERIFY(lock.error().id.starts_with("file."));
}

void TestRunLock::ownersSurviveJson()
{
    RunOwner owner = thisProcess();
    owner.address = ControlAddress{"unix", "/tmp/b\xe4"};
    const Result<RunOwner> back = runOwnerFromJson(*parseJson(jsonLine(toJson(owner))));
    QVERIFY(back);
    QVERIFY(*back == owner);
}

QTEST_APPLESS_MAIN(TestRunLock)
#include "tst_run_lock.moc"
