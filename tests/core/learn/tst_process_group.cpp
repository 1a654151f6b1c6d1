// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/process_group.h"
#include "core/learn/shared_step_p.h"

#include <QTest>

#include <map>
#include <thread>

using namespace continuo;

namespace {

using Environment = std::map<std::string, std::string>;

Result<std::optional<WorkerPlace>> placeIn(const Environment& environment)
{
    return placeFromEnvironment([&environment](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
    });
}

/// As many threads as `count` meet as if they were processes, and do `work`.
template <typename Work>
void together(int count, Work work)
{
    std::vector<std::thread> others;
    JoinHooks hooks;
    hooks.opened = [&](int port) {
        for (int rank = 1; rank < count; ++rank)
            others.emplace_back([=] {
                const WorkerPlace place{rank, count, rank, count, "127.0.0.1", port, false, {}};
                const auto group = joinProcessGroup(place, {}, {});
                if (group)
                    work(**group);
            });
        return ok();
    };
    const auto group = joinProcessGroup({0, count, 0, count, {}, 0, false, {}}, hooks, {});
    QVERIFY2(group, group ? "" : group.error().text.c_str());
    work(**group);
    for (std::thread& other : others)
        other.join();
}

} // namespace

class TestProcessGroup final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void placeComesFromTheEnvironment_data();
    void placeComesFromTheEnvironment();
    void badEnvironmentIsNamed_data();
    void badEnvironmentIsNamed();
    void everyWindowIsLearnedOnce_data();
    void everyWindowIsLearnedOnce();
    void allHearAndAddUp();
    void aStepIsAgreedOn_data();
    void aStepIsAgreedOn();
    void aStopIsSeenByAll();
    void whoIsLostIsTold();
    void gatheringCanBeCancelled();
    void aPlaceThatOthersKeepIsUsed();

private:
    void needGloo() const
    {
        if (!whyNoProcessGroup().empty())
            QSKIP("built without the headers of Gloo");
    }
};

void TestProcessGroup::placeComesFromTheEnvironment_data()
{
    QTest::addColumn<Environment>("environment");
    QTest::addColumn<bool>("isTold");
    QTest::addColumn<WorkerPlace>("place");
    const Environment meet{{"MASTER_ADDR", "node1"}, {"MASTER_PORT", "29500"}};
    const auto with = [&meet](Environment more) {
        more.insert(meet.begin(), meet.end());
        return more;
    };
    QTest::newRow("nothing") << Environment{} << false << WorkerPlace{};
    QTest::newRow("one of one") << with({{"RANK", "0"}, {"WORLD_SIZE", "1"}}) << false
                                << WorkerPlace{};
    QTest::newRow("plain") << with({{"RANK", "3"}, {"WORLD_SIZE", "4"}}) << true
                           << WorkerPlace{3, 4, 0, 1, "node1", 29500, false, {}};
    QTest::newRow("torchrun") << with({{"RANK", "3"},
                                       {"WORLD_SIZE", "4"},
                                       {"LOCAL_RANK", "1"},
                                       {"LOCAL_WORLD_SIZE", "2"},
                                       {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                                       {"TORCHELASTIC_RESTART_COUNT", "2"}})
                              << true << WorkerPlace{3,       4,     1,    2,
                                                     "node1", 29500, true, "/continuo/attempt_2"};
    QTest::newRow("Slurm") << with({{"SLURM_PROCID", "5"},
                                    {"SLURM_NTASKS", "8"},
                                    {"SLURM_LOCALID", "1"},
                                    {"SLURM_NTASKS_PER_NODE", "4"}})
                           << true << WorkerPlace{5, 8, 1, 4, "node1", 29500, false, {}};
    QTest::newRow("in a Slurm job, alone")
        << Environment{{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}} << false << WorkerPlace{};
}

void TestProcessGroup::placeComesFromTheEnvironment()
{
    QFETCH(const Environment, environment);
    QFETCH(const bool, isTold);
    QFETCH(const WorkerPlace, place);
    const auto found = placeIn(environment);
    QVERIFY(found);
    QCOMPARE(found->has_value(), isTold);
    if (isTold)
        QVERIFY(**found == place);
}

void TestProcessGroup::badEnvironmentIsNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("not a number") << "WORLD_SIZE"
                                  << "two";
    QTest::newRow("no worker") << "WORLD_SIZE"
                               << "0";
    QTest::newRow("rank too high") << "RANK"
                                   << "2";
    QTest::newRow("rank below zero") << "RANK"
                                     << "-1";
    QTest::newRow("no rank") << "RANK"
                             << "";
    QTest::newRow("no port") << "MASTER_PORT"
                             << "";
    QTest::newRow("bad port") << "MASTER_PORT"
                              << "70000";
    QTest::newRow("no address") << "MASTER_ADDR"
                                << "";
}

void TestProcessGroup::badEnvironmentIsNamed()
{
    QFETCH(const QString, name);
    QFETCH(const QString, value);
    Environment environment{
        {"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "1"}};
    environment[name.toStdString()] = value.toStdString();
    const auto place = placeIn(environment);
    QVERIFY(!place);
    QCOMPARE(place.error().id, std::string("train.bad-environment"));
    QCOMPARE(place.error().kind, ErrorKind::Usage);
    QVERIFY(place.error().text.find(name.toStdString()) != std::string::npos);
}

void TestProcessGroup::everyWindowIsLearnedOnce_data()
{
    QTest::addColumn<int>("windows");
    QTest::addColumn<int>("count");
    for (const int windows : {1, 2, 5, 16})
        for (const int count : {2, 3, 7})
            QTest::addRow("%d by %d", windows, count) << windows << count;
}

void TestProcessGroup::everyWindowIsLearnedOnce()
{
    QFETCH(const int, windows);
    QFETCH(const int, count);
    const std::vector<Window> all(static_cast<std::size_t>(windows));
    const Window* next = all.data();
    for (int rank = 0; rank < count; ++rank) {
        const std::span<const Window> share = shareOf(all, rank, count);
        QCOMPARE(share.data(), next);
        QVERIFY(rank > 0 || !share.empty());
        QVERIFY(std::abs(std::ssize(share) * count - windows) < count);
        next += share.size();
    }
    QCOMPARE(next, all.data() + windows);
}

void TestProcessGroup::allHearAndAddUp()
{
    needGloo();
    together(3, [](ProcessGroup& group) {
        QCOMPARE(group.count(), 3);
        std::string text = group.rank() == 0 ? std::string(100'000, 'x') + "end" : "mine";
        QVERIFY(tellAll(group, text));
        QCOMPARE(text.size(), std::size_t{100'003});
        QVERIFY(text.ends_with("xend"));
        std::string nothing = group.rank() == 0 ? "" : "mine";
        QVERIFY(tellAll(group, nothing));
        QVERIFY(nothing.empty());
        std::vector<double> numbers{1.0 + group.rank(), 0.25};
        QVERIFY(group.sum(numbers));
        QCOMPARE(numbers, (std::vector<double>{6, 0.75}));
        std::vector<float> many(10'007, 0.5F * static_cast<float>(group.rank()));
        QVERIFY(group.sum(many));
        QCOMPARE(many, std::vector<float>(10'007, 1.5F));
        WorkOrder order;
        if (group.rank() == 0)
            order = {WorkOrder::Kind::Learn, 7, 1, 2, 3, 0.25, 0.5};
        QVERIFY(tellAll(group, order));
        QVERIFY((order == WorkOrder{WorkOrder::Kind::Learn, 7, 1, 2, 3, 0.25, 0.5}));
    });
}

void TestProcessGroup::aStepIsAgreedOn_data()
{
    QTest::addColumn<QString>("trouble"); // Of rank 1.
    QTest::addColumn<QString>("forOthers");
    QTest::newRow("well") << ""
                          << "";
    QTest::newRow("stopped") << "stopped"
                             << "stopped";
    QTest::newRow("no memory") << "train.out-of-memory"
                               << "train.out-of-memory";
    QTest::newRow("another failure") << "train.device"
                                     << "train.worker-failed";
}

void TestProcessGroup::aStepIsAgreedOn()
{
    needGloo();
    QFETCH(const QString, trouble);
    QFETCH(const QString, forOthers);
    together(2, [&](ProcessGroup& group) {
        StepFigures figures{1.5, 2, 10, 0, {}};
        // A process without windows has no names for its figures.
        if (group.rank() == 0)
            figures.more = {{"a", 1.0}, {"b", 2.0}};
        Result<bool> own = true;
        if (group.rank() == 1 && trouble == "stopped")
            own = false;
        else if (group.rank() == 1 && !trouble.isEmpty())
            own = Error{ErrorKind::Failed, trouble.toStdString(), "words", {}};
        const Result<bool> all = agreeOnStep(group, own, figures);
        const std::string wanted = (group.rank() == 1 ? trouble : forOthers).toStdString();
        QCOMPARE(!all ? all.error().id : std::string(*all ? "" : "stopped"), wanted);
        if (wanted.empty()) {
            QCOMPARE(figures.lossSum, 3.0);
            QCOMPARE(figures.correct, 4.0);
            QCOMPARE(figures.targets, std::int64_t{10});
            if (group.rank() == 0)
                QVERIFY((figures.more == NamedFigures{{"a", 1.0}, {"b", 2.0}}));
        }
    });
}

void TestProcessGroup::aStopIsSeenByAll()
{
    needGloo();
    together(2, [](ProcessGroup& group) {
        QVERIFY(!group.isStopAsked());
        std::vector<double> nothing{0};
        QVERIFY(group.sum(nothing));
        if (group.rank() == 0)
            group.askStop();
        QVERIFY(group.sum(nothing));
        QVERIFY(group.isStopAsked());
        QVERIFY(group.sum(nothing));
    });
}

void TestProcessGroup::whoIsLostIsTold()
{
    needGloo();
    std::thread other;
    JoinHooks hooks;
    hooks.opened = [&](int port) {
        other = std::thread([port] {
            // It comes, and is gone.
            const auto group = joinProcessGroup({1, 2, 1, 2, "127.0.0.1", port, false, {}}, {}, {});
        });
        return ok();
    };
    bool isGone = false;
    hooks.loss = [&isGone] { return isGone ? std::string("Rank 1 was eaten.") : std::string(); };
    const auto group = joinProcessGroup({0, 2, 0, 2, {}, 0, false, {}}, hooks, {});
    QVERIFY(group);
    other.join();
    isGone = true;
    std::vector<double> numbers{1};
    const Status status = (*group)->sum(numbers);
    QVERIFY(!status);
    QCOMPARE(status.error().id, std::string("train.worker-lost"));
    QCOMPARE(status.error().text, std::string("Rank 1 was eaten."));
}

void TestProcessGroup::gatheringCanBeCancelled()
{
    needGloo();
    CancelToken cancel;
    JoinHooks hooks;
    hooks.opened = [&cancel](int) {
        cancel.cancel();
        return ok();
    };
    const auto group = joinProcessGroup({0, 2, 0, 2, {}, 0, false, {}}, hooks, cancel);
    QVERIFY(!group);
    QCOMPARE(group.error().id, std::string("base.cancelled"));
    hooks.opened = {};
    hooks.loss = [] { return std::string("Rank 1 never came."); };
    const auto lost = joinProcessGroup({0, 2, 0, 2, {}, 0, false, {}}, hooks, {});
    QVERIFY(!lost);
    QCOMPARE(lost.error().text, std::string("Rank 1 never came."));
}

void TestProcessGroup::aPlaceThatOthersKeepIsUsed()
{
    needGloo();
    // As torchrun's agent does: one keeps the meeting place, and is none of those who meet there.
    const CancelToken over;
    double total = 0;
    JoinHooks keeper;
    keeper.opened = [&](int port) {
        const auto meet = [port](int rank) {
            std::vector<double> numbers{1.0 + rank};
            const auto group =
                joinProcessGroup({rank, 2, rank, 2, "localhost", port, true, "/attempt_0"}, {}, {});
            if (group && (*group)->sum(numbers))
                return numbers[0];
            return 0.0;
        };
        std::thread other([&meet] { meet(1); });
        total = meet(0);
        other.join();
        over.cancel();
        return ok();
    };
    QVERIFY(!joinProcessGroup({0, 2, 0, 2, {}, 0, false, {}}, keeper, over));
    QCOMPARE(total, 3.0);
}

QTEST_GUILESS_MAIN(TestProcessGroup)
#include "tst_process_group.moc"
