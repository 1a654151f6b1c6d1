// SPDX-License-Identifier: GPL-3.0-or-later
// What is left of a training that was killed, or whose disk was or became full. Every training runs
// in a process of its own.
#include "core/base/random.h"
#include "core/learn/run_folder.h"
#include "core/learn/trainer.h"
#include "core/weights/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

using namespace continuo;
namespace fs = std::filesystem;

namespace {

TrainingSet smallSet()
{
    TrainingSet set;
    set.encoding = "grid";
    std::vector<Symbol> symbols;
    for (std::uint8_t pitch = 60; pitch < 72; ++pitch)
        symbols.push_back({pitchName(Pitch{pitch}), SymbolKind::Pitch, Pitch{pitch}});
    symbols.push_back({"end", SymbolKind::End, {}});
    set.vocabulary = Vocabulary(std::move(symbols));
    set.source = "test";
    for (Token piece = 0; piece < 6; ++piece) {
        TokenSequence tokens;
        for (Token i = 0; i < 30; ++i)
            tokens.push_back((i * (piece + 2)) % 12);
        tokens.push_back(12);
        set.train.push_back(tokens);
    }
    set.validation = {set.train[0]};
    set.test = {set.train[1]};
    return set;
}

/// Judged and saved after every step, so that most of its time goes into writing.
TrainJob smallJob(std::int64_t steps)
{
    TrainJob job;
    job.preset = "small";
    job.network.hidden = 16;
    job.network.layers = 2;
    job.network.embedding = 8;
    job.network.dropout = 0.3;
    job.training.steps = steps;
    job.training.batch = 4;
    job.training.sequence = 8;
    job.training.learningRate = 0.01;
    job.training.logEvery = 1;
    job.training.evaluateEvery = 1;
    job.training.samples = false;
    job.training.threads = 1;
    job.training.device = "cpu";
    job.training.precision = "float32";
    return job;
}

class Listener final : public TrainObserver
{
public:
    explicit Listener(std::function<void(const TrainEvent&)> react = {})
        : m_react(std::move(react))
    {
    }
    void happened(const TrainEvent& event) override
    {
        if (m_react)
            m_react(event);
    }

private:
    std::function<void(const TrainEvent&)> m_react;
};

Result<TrainOutcome> begin(const fs::path& run, const TrainJob& job, TrainObserver& observer,
                           Overwrite overwrite = Overwrite::Refuse)
{
    TrainRequest request;
    request.job = job;
    request.set = smallSet();
    request.run = run;
    request.overwrite = overwrite;
    return train(request, observer, {}, {});
}

/// Begins the run, or goes on with it where there is one.
Result<TrainOutcome> beginOrResume(const fs::path& run, const TrainJob& job,
                                   TrainObserver& observer)
{
    return RunFolder{run}.isRun() ? resumeTraining(run, 0, {}, observer, {}, {})
                                  : begin(run, job, observer);
}

/// Does the work in another process; what it returns is the complaint, empty where all is well.
std::string inChild(const std::function<std::string()>& work)
{
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0)
        return "no pipe";
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        const std::string complaint = work() + "\n";
        _exit(write(ends[1], complaint.data(), complaint.size()) == std::ssize(complaint) ? 0 : 1);
    }
    close(ends[1]);
    std::string told;
    char buffer[4096];
    for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof(buffer))) > 0;)
        told.append(buffer, static_cast<std::size_t>(count));
    close(ends[0]);
    int status = -1;
    waitpid(child, &status, 0);
    if (status != 0 || !told.ends_with("\n"))
        return "the process ended with " + std::to_string(status) + " " + told;
    told.pop_back();
    return told;
}

/// A small disk of its own for this process, over `folder`; false where that is not allowed.
bool mountSmallDisk([[maybe_unused]] const fs::path& folder, [[maybe_unused]] const char* options)
{
#ifdef __linux__
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return false;
    return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("tmpfs", folder.c_str(), "tmpfs", 0, options) == 0;
#else
    return false;
#endif
}

constexpr const char* kNoMount = "mounting is not allowed";

void fillDisk(const fs::path& folder)
{
    const int file = open((folder / "ballast").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    while (write(file, block.data(), block.size()) > 0) {
    }
    close(file);
}

std::vector<std::string> temporaryFiles(const fs::path& folder)
{
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().starts_with("."))
            names.push_back(entry.path().filename().string());
    return names;
}

std::map<std::string, Tensor> tensors(const fs::path& file)
{
    const Result<TensorFile> read = readTensorFile(file);
    return read ? read->tensors : std::map<std::string, Tensor>{};
}

/// Why the two runs did not come to the same weights, or nothing.
std::string differences(const fs::path& a, const fs::path& b)
{
    for (const char* file : {"last.safetensors", "best.safetensors"}) {
        if (tensors(a / file).empty())
            return std::string(file) + " holds nothing";
        if (tensors(a / file) != tensors(b / file))
            return std::string(file) + " differs";
    }
    return {};
}

/// Why a run that was broken off cannot be read, or nothing.
std::string damage(const fs::path& path)
{
    const RunFolder run{path};
    if (!run.isRun())
        return {};
    if (!readRunJob(run))
        return "the config cannot be read";
    if (const auto log = fs::exists(run.log())
                             ? readRunLog(run)
                             : Result<std::vector<TrainEvent>>(std::vector<TrainEvent>());
        !log)
        return "the log cannot be read";
    if (!summarizeRun(run))
        return "there is no summary";
    for (const fs::path& file : {run.last(), run.best(), run.pieces()})
        if ((file != run.best() || fs::exists(file)) && tensors(file).empty())
            return readablePath(file) + " cannot be read";
    return {};
}

} // namespace

class TestInterrupted final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRunRefusedForLackOfDiskLeavesNothing()
    {
        const QTemporaryDir folder;
        const fs::path disk = folder.path().toStdString();
        const std::string complaint = inChild([&]() -> std::string {
            if (!mountSmallDisk(disk, "size=4m"))
                return kNoMount;
            TrainJob large = smallJob(2);
            large.network.hidden = 256;
            Listener listener;
            const fs::path run = disk / "runs" / "one";
            const auto refused = begin(run, large, listener);
            if (refused || refused.error().id != "train.disk-too-small")
                return refused ? "not refused" : refused.error().text;
            if (refused.error().text.find("MB") == std::string::npos ||
                refused.error().text.find("are 4 MB") == std::string::npos)
                return "no figures: " + refused.error().text;
            if (!fs::is_empty(disk))
                return "something was left behind";
            if (const auto small = begin(run, smallJob(2), listener); !small)
                return "the next try: " + small.error().text;
            // A run is not given up for one that has no room.
            const auto before = tensors(run / "last.safetensors");
            const auto second = begin(run, large, listener, Overwrite::Replace);
            if (second || second.error().id != "train.disk-too-small")
                return second ? "not refused" : second.error().text;
            return tensors(run / "last.safetensors") == before ? ""
                                                               : "the run that was there is gone";
        });
        if (complaint == kNoMount)
            QSKIP(kNoMount);
        QVERIFY2(complaint.empty(), complaint.c_str());
    }

    void aDiskThatStaysFullEndsInAnErrorAndItGoesOnLater_data()
    {
        QTest::addColumn<bool>("isMounted");
        QTest::addColumn<int>("step");
        QTest::newRow("a full disk, first step") << true << 1;
        QTest::newRow("a full disk") << true << 7;
        QTest::newRow("a limit on file size") << false << 7;
    }

    void aDiskThatStaysFullEndsInAnErrorAndItGoesOnLater()
    {
        QFETCH(bool, isMounted);
        QFETCH(int, step);
        const QTemporaryDir folder;
        const fs::path whole = fs::path(folder.path().toStdString()) / "whole";
        const fs::path disk = fs::path(folder.path().toStdString()) / "disk";
        fs::create_directories(disk);
        const std::string complaint = inChild([&]() -> std::string {
            if (isMounted && !mountSmallDisk(disk, "size=16m"))
                return kNoMount;
            const TrainJob job = smallJob(12);
            Listener listener;
            if (const auto uninterrupted = begin(whole, job, listener); !uninterrupted)
                return uninterrupted.error().text;
            std::signal(SIGXFSZ, SIG_IGN);
            rlimit unlimited{};
            getrlimit(RLIMIT_FSIZE, &unlimited);
            bool isFull = false;
            bool isFailureTold = false;
            std::vector<std::string> notices;
            Listener filler([&](const TrainEvent& event) {
                if (const auto* const notice = std::get_if<TrainNotice>(&event.what))
                    notices.push_back(notice->id);
                isFailureTold = isFailureTold || std::holds_alternative<TrainFailed>(event.what);
                if (isFull || !std::holds_alternative<TrainStep>(event.what) || event.step != step)
                    return;
                isFull = true;
                if (isMounted) {
                    fillDisk(disk);
                } else {
                    const rlimit limit{64, unlimited.rlim_max};
                    setrlimit(RLIMIT_FSIZE, &limit);
                }
            });
            const fs::path run = disk / "run";
            const auto failed = begin(run, job, filler);
            setrlimit(RLIMIT_FSIZE, &unlimited);
            if (failed || failed.error().id != "file.disk-full")
                return "no such error: " +
                       (failed ? failed->reason : failed.error().id + " " + failed.error().text);
            const QString text = QString::fromStdString(failed.error().text);
            // It learned on to its end, so that room could have been made meanwhile.
            if (!text.contains("step 12") || !text.contains("--resume") || !text.contains("full"))
                return failed.error().text;
            if (!isFailureTold || notices.empty() || std::ranges::count(notices, "file.disk-full") != std::ssize(notices))
                return "the failure was not told";
            if (const std::string harm = damage(run); !harm.empty())
                return harm;
            if (!temporaryFiles(run).empty())
                return "left behind: " + temporaryFiles(run).front();
            if (isMounted) {
                // As long as nothing changes, going on is refused with the same clarity.
                const auto again = resumeTraining(run, 0, {}, listener, {}, {});
                if (again || again.error().id != "train.disk-too-small")
                    return "resumed on a full disk: " +
                           (again ? again->reason : again.error().text);
                fs::remove(disk / "ballast");
            }
            const auto resumed = resumeTraining(run, 0, {}, listener, {}, {});
            if (!resumed || resumed->reason != "done")
                return resumed ? resumed->reason : resumed.error().text;
            return differences(whole, run);
        });
        if (complaint == kNoMount)
            QSKIP(kNoMount);
        QVERIFY2(complaint.empty(), complaint.c_str());
    }

    void aDiskThatIsFullForAWhileOnlyDelaysCheckpoints()
    {
        const QTemporaryDir folder;
        const fs::path whole = fs::path(folder.path().toStdString()) / "whole";
        const fs::path disk = fs::path(folder.path().toStdString()) / "disk";
        fs::create_directories(disk);
        const std::string complaint = inChild([&]() -> std::string {
            if (!mountSmallDisk(disk, "size=16m"))
                return kNoMount;
            const TrainJob job = smallJob(12);
            Listener listener;
            if (const auto uninterrupted = begin(whole, job, listener); !uninterrupted)
                return uninterrupted.error().text;
            const fs::path run = disk / "run";
            std::vector<std::string> notices;
            std::string harm;
            Listener filler([&](const TrainEvent& event) {
                if (const auto* const notice = std::get_if<TrainNotice>(&event.what))
                    notices.push_back(notice->id);
                if (!std::holds_alternative<TrainStep>(event.what))
                    return;
                if (event.step == 4)
                    fillDisk(disk);
                // The files of before stay whole while nothing can be written.
                if (event.step == 7) {
                    harm = damage(run);
                    fs::remove(disk / "ballast");
                }
            });
            const auto done = begin(run, job, filler);
            if (!done || done->reason != "done")
                return done ? done->reason : done.error().text;
            if (!harm.empty())
                return harm;
            // Told of the state and of the points that are kept.
            if (notices.size() < 2 || notices.back() != "train.written-again" ||
                std::ranges::count(notices, "file.disk-full") + 1 != std::ssize(notices))
                return "told otherwise";
            if (!temporaryFiles(run).empty())
                return "left behind: " + temporaryFiles(run).front();
            return differences(whole, run);
        });
        if (complaint == kNoMount)
            QSKIP(kNoMount);
        QVERIFY2(complaint.empty(), complaint.c_str());
    }

    void killedTrainingsGoOnToTheSameWeights()
    {
        const QByteArray asked = qgetenv("CONTINUO_KILLS");
        const int kills = asked.isEmpty() ? 20 : asked.toInt();
        QVERIFY2(kills > 0, "CONTINUO_KILLS is a number");
        constexpr std::uint32_t kMostEvents = 12;
        // At least two events a step: no round comes farther than this.
        const TrainJob job = smallJob(kills * kMostEvents / 2 + 5);
        const QTemporaryDir folder;
        const fs::path whole = fs::path(folder.path().toStdString()) / "whole";
        const fs::path run = fs::path(folder.path().toStdString()) / "run";
        const auto finish = [&job](const fs::path& path) {
            return inChild([&]() -> std::string {
                Listener listener;
                const auto outcome = beginOrResume(path, job, listener);
                return outcome ? outcome->reason : outcome.error().text;
            });
        };
        QCOMPARE(finish(whole), std::string("done"));

        const CounterRandom random(7, CounterRandom::Domain::Test);
        for (int round = 0; round < kills; ++round) {
            int ends[2] = {-1, -1};
            QCOMPARE(pipe(ends), 0);
            const pid_t child = fork();
            if (child == 0) {
                close(ends[0]);
                Listener listener([&](const TrainEvent&) {
                    if (write(ends[1], "e", 1) != 1)
                        _exit(3);
                });
                const auto outcome = beginOrResume(run, job, listener);
                _exit(outcome ? 0 : 2);
            }
            close(ends[1]);
            // Some events, none at times, and then some moment before the next.
            const auto row = static_cast<std::uint32_t>(round);
            const auto events = random.below(kMostEvents + 1, row, 0);
            char event = 0;
            for (std::uint64_t i = 0; i < events && read(ends[0], &event, 1) == 1; ++i) {
            }
            usleep(static_cast<useconds_t>(random.below(events == 0 ? 30'000 : 3'000, row, 1)));
            kill(child, SIGKILL);
            int status = 0;
            waitpid(child, &status, 0);
            close(ends[0]);
            QVERIFY2(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
                     qPrintable(QString("round %1 ended by itself: %2").arg(round).arg(status)));
            const std::string harm = damage(run);
            QVERIFY2(
                harm.empty(),
                qPrintable(QString("round %1: %2").arg(round).arg(QString::fromStdString(harm))));
        }
        QCOMPARE(finish(run), std::string("done"));
        const std::string difference = differences(whole, run);
        QVERIFY2(difference.empty(), difference.c_str());
        QVERIFY2(temporaryFiles(run).empty(), "temporary files are left");
        const RunFolder kept{run};
        QCOMPARE(summarizeRun(kept)->state, std::string("finished"));
        std::uint64_t seq = 0;
        const Result<std::vector<TrainEvent>> log = readRunLog(kept);
        QVERIFY(log);
        for (const TrainEvent& event : *log) {
            QVERIFY(event.seq > seq);
            seq = event.seq;
        }
    }
};

QTEST_APPLESS_MAIN(TestInterrupted)
#include "tst_interrupted.moc"
