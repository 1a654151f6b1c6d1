// SPDX-License-Identifier: GPL-3.0-or-later
// How long a plot of 100,000 points takes: with a point more, the same again, and under the pointer.
// Usage: QT_QPA_PLATFORM=offscreen bench_plot_redraw [points]
#include "ui/base/appearance.h"
#include "ui/train/curve_plot.h"
#include "ui/train/run_curves.h"
#include "ui/train/smoothing.h"

#include <QApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

using namespace continuo::ui;

namespace {

constexpr int kRounds = 41;

double processorMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double median(std::vector<double> times)
{
    std::ranges::nth_element(times, times.begin() + kRounds / 2);
    return times[kRounds / 2];
}

/// Medians of what the work takes: as the clock goes, and of the processor alone, which others on a
/// shared machine do not change.
struct Cost
{
    double clockMs = 0;
    double processorMs = 0;
};

/// `prepare` is not part of it.
template <typename Prepare, typename Work>
Cost costOf(Prepare prepare, Work work)
{
    std::vector<double> byClock, byProcessor;
    for (int round = 0; round < kRounds; ++round) {
        prepare();
        QElapsedTimer timer;
        timer.start();
        const double before = processorMs();
        work();
        byProcessor.push_back(processorMs() - before);
        byClock.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return {median(byClock), median(byProcessor)};
}

void print(const char* what, const Cost& cost)
{
    std::printf("%-34s %6.2f ms, %6.2f ms of the processor\n", what, cost.clockMs, cost.processorMs);
}

} // namespace

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    const Appearance appearance(application);
    const int points = argc > 1 ? std::max(2, std::atoi(argv[1])) : 100'000;
    PlotCurve raw;
    raw.name = QStringLiteral("raw");
    raw.colour = [](const Palette& palette) { return palette.training; };
    raw.opacity = 0.35;
    raw.width = 1;
    unsigned state = 1;
    for (int i = 0; i < points; ++i) {
        state = state * 1664525u + 1013904223u;
        raw.x.push_back(i);
        raw.y.push_back(1 + 2.5 * std::exp(-3.0 * i / points) + 0.3 * (state >> 8) / double(1u << 24));
    }
    PlotCurve calm = raw;
    calm.opacity = 1;
    calm.width = 1.6;
    const auto nothing = [] {};
    const Cost smoothing = costOf(nothing, [&] { calm.y = smoothed(raw.y, 0.9); });
    CurvePlot plot(appearance, QStringLiteral("Loss"), QStringLiteral("nats per step"));
    plot.resize(1000, 400);
    plot.show();
    plot.setReferences({{QStringLiteral("any note, equally"), 3.7}, {QStringLiteral("from the note before"), 1.9}});
    // As a training tells it: one point more each time, in curves made for the plot.
    std::vector<PlotCurve> next;
    const Cost fresh = costOf(
        [&] {
            for (PlotCurve* curve : {&raw, &calm}) {
                curve->x.push_back(curve->x.back() + 1);
                curve->y.push_back(curve->y.back());
            }
            next = {raw, calm};
        },
        [&] {
            plot.setCurves(std::move(next));
            plot.redraw();
        });
    const Cost again = costOf(nothing, [&] { plot.redraw(); });
    double at = points / 4.0;
    const Cost pointer = costOf([&] { at += 7; }, [&] { plot.pointTo(at); });

    RunFacts run;
    for (int i = 0; i < points; ++i)
        run.story.training.push_back({i, raw.y[static_cast<std::size_t>(i)], 0.5, 0.001, 1});
    RunCurves curves;
    const Cost made = costOf(nothing, [&] { curves = runCurves(run, {}, 0.9); });
    std::printf("%d points, two curves, %d rounds\n", points, kRounds);
    print("a point more, drawn", fresh);
    print("drawn again", again);
    print("the crosshair at another step", pointer);
    print("smoothing a curve", smoothing);
    print("all curves of a run from its story", made);
    return 0;
}
