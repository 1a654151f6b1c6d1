// SPDX-License-Identifier: GPL-3.0-or-later
// How late a timer of one millisecond fires in the window while nothing happens and while an import
// runs: bench_import_gap [FILES]. CONTINUO_ENGINE names the engine's program.
#include "tests/ui/dataset/dataset_studio.h"
#include "ui/dataset/dataset_page.h"
#include "ui/dataset/dataset_session.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace continuo::ui;

namespace {

/// Gaps between two firings of a timer of one millisecond, until `isOver`.
template <typename IsOver>
std::vector<double> gaps(IsOver isOver)
{
    std::vector<double> found;
    QElapsedTimer clock;
    clock.start();
    qint64 last = clock.nsecsElapsed();
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QEventLoop loop;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        const qint64 now = clock.nsecsElapsed();
        found.push_back(static_cast<double>(now - last) / 1e6);
        last = now;
        if (isOver(clock.elapsed()))
            loop.quit();
    });
    timer.start(1);
    loop.exec();
    std::ranges::sort(found);
    return found;
}

void print(const char* what, const std::vector<double>& found)
{
    const auto at = [&](double share) {
        return found[static_cast<std::size_t>(share * static_cast<double>(found.size() - 1))];
    };
    std::printf("%-10s %7zu gaps: median %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.1f ms\n",
                what, found.size(), at(0.5), at(0.99), at(0.999), found.back());
}

} // namespace

int main(int argc, char* argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 20'000;
    DatasetStudio studio;
    const QString music = studio.folder.filePath(QStringLiteral("music"));
    for (int i = 0; i < count; ++i)
        writeTo(music + QStringLiteral("/%1/tune %2.mid").arg(i / 500).arg(i),
                midiTune(60 + i % 200, 36 + i % 40, i + 1));
    DatasetPage page(studio.context());
    page.resize(1600, 800);
    page.show();
    const std::vector<double> idle = gaps([](qint64 ms) { return ms > 3'000; });
    page.importPaths({music});
    QElapsedTimer clock;
    clock.start();
    bool hasEnded = false;
    const std::vector<double> importing = gaps([&](qint64) {
        hasEnded = hasEnded || !page.session().isImporting();
        // With the reading of the whole set that follows it.
        return hasEnded && page.session().pieces().rowCount() == count &&
               !page.session().isIncomplete();
    });
    std::printf("%d files imported and shown in %.1f s\n", count,
                static_cast<double>(clock.elapsed()) / 1000);
    print("idle", idle);
    print("importing", importing);
    return 0;
}
