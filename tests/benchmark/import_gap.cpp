// SPDX-License-Identifier: GPL-3.0-or-later
// How late a timer of one millisecond fires in the window while nothing happens and while an import
// runs: bench_import_gap [FILES]. CONTINUO_ENGINE names the engine's program.
#include "tests/benchmark/event_gaps.h"
#include "tests/ui/dataset/dataset_studio.h"
#include "ui/dataset/dataset_page.h"
#include "ui/dataset/dataset_session.h"

#include <QElapsedTimer>

#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace continuo::ui;

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
    const std::vector<double> idle = eventGaps([](qint64 ms) { return ms > 3'000; });
    page.importPaths({music});
    QElapsedTimer clock;
    clock.start();
    bool hasEnded = false;
    const std::vector<double> importing = eventGaps([&](qint64) {
        hasEnded = hasEnded || !page.session().isImporting();
        // With the reading of the whole set that follows it.
        return hasEnded && page.session().pieces().rowCount() == count &&
               !page.session().isIncomplete();
    });
    std::printf("%d files imported and shown in %.1f s\n", count,
                static_cast<double>(clock.elapsed()) / 1000);
    printGapsAsJson("an import runs", idle, importing);
    printGaps("idle", idle);
    printGaps("importing", importing);
    return 0;
}
