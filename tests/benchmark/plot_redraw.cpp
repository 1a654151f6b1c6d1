// SPDX-License-Identifier: GPL-3.0-or-later
// How long a plot takes to draw 100,000 points: new data, the same data again, and a closer look.
// Usage: QT_QPA_PLATFORM=offscreen bench_plot_redraw [points]
#include "ui/base/appearance.h"
#include "ui/train/curve_plot.h"
#include "ui/train/smoothing.h"

#include <QApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace continuo::ui;

namespace {

constexpr int kRounds = 21;

template <typename Work>
double medianMs(Work work)
{
    std::vector<double> times;
    for (int round = 0; round < kRounds; ++round) {
        QElapsedTimer timer;
        timer.start();
        work();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::ranges::nth_element(times, times.begin() + kRounds / 2);
    return times[kRounds / 2];
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
    const double smoothing = medianMs([&] { calm.y = smoothed(raw.y, 0.9); });
    CurvePlot plot(appearance, QStringLiteral("Loss"), QStringLiteral("nats per step"));
    plot.resize(1000, 400);
    plot.show();
    plot.setReferences({{QStringLiteral("any note, equally"), 3.7}, {QStringLiteral("from the note before"), 1.9}});
    const double fresh = medianMs([&] {
        plot.setCurves({raw, calm});
        plot.redraw();
    });
    const double again = medianMs([&] { plot.redraw(); });
    const double pointer = medianMs([&] { plot.pointTo(points / 2.0); });
    std::printf("%d points, two curves: smoothing %.2f ms, new data %.2f ms, redraw %.2f ms, crosshair %.2f ms\n", points, smoothing, fresh, again,
                pointer);
    return 0;
}
