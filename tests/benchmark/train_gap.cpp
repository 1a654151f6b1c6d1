// SPDX-License-Identifier: GPL-3.0-or-later
// How late a timer of one millisecond fires in the window while nothing happens and while a training
// on all processors is watched: bench_train_gap [SECONDS]. CONTINUO_ENGINE names the engine's program.
#include "tests/benchmark/event_gaps.h"
#include "tests/ui/train/train_studio.h"
#include "ui/train/cost_probe.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr qint64 kPatienceMs = 120'000;

template <typename Condition>
bool waitFor(Condition condition)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition() && clock.elapsed() < kPatienceMs)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
    return condition();
}

} // namespace

int main(int argc, char* argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 15;
    TrainStudio studio(qEnvironmentVariable("CONTINUO_ENGINE"));
    const auto page = studio.makePage();
    page->resize(1600, 800);
    const auto fail = [](const char* what) {
        std::fprintf(stderr, "%s\n", what);
        return 1;
    };
    if (!waitFor([&] { return isReady(*page); }))
        return fail("The page did not get ready.");
    // What the cards cost is not asked for while it is measured.
    page->findChild<CostProbe*>()->stop();
    const auto isOver = [&](qint64 ms) { return ms > seconds * 1000; };
    const std::vector<double> idle = eventGaps(isOver);

    auto* panel = page->findChild<SettingsPanel*>();
    RunDraft draft = panel->draft();
    draft.set(QStringLiteral("training.epochs"), Json(100'000));
    draft.set(QStringLiteral("training.patience"), Json(0));
    draft.set(QStringLiteral("training.logEvery"), Json(1));
    panel->setDraft(std::move(draft));
    visibleButton(*page, QStringLiteral("Start training"))->click();
    if (!waitFor([&] { return shown(*page) && shown(*page)->story.training.size() > 2; }))
        return fail("The training did not start.");
    const RunLockView lock = readRunLock(page->chosen().toStdString());
    errno = 0;
    const int nice = getpriority(PRIO_PROCESS, static_cast<id_t>(lock.owner.process));
    const std::size_t before = shown(*page)->story.training.size();
    const std::vector<double> training = eventGaps(isOver);
    const std::size_t points = shown(*page)->story.training.size() - before;
    printGapsAsJson("a training is watched", idle, training);
    printGaps("idle", idle);
    printGaps("training", training);
    std::printf("over idle: %.2f ms; the trainer at nice %d told %zu points\n", gapAt(training, 0.99) - gapAt(idle, 0.99), nice, points);
    return 0;
}
