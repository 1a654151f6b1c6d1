// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace continuo::ui {

/// Milliseconds between two firings of a timer of one millisecond, rising, until `isOver` of the
/// milliseconds so far.
template <typename IsOver>
std::vector<double> eventGaps(IsOver isOver)
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

/// What this share of the gaps is not longer than.
inline double gapAt(const std::vector<double>& gaps, double share)
{
    return gaps[static_cast<std::size_t>(share * static_cast<double>(gaps.size() - 1))];
}

inline void printGaps(const char* what, const std::vector<double>& gaps)
{
    std::printf("%-10s %7zu gaps: median %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.1f ms\n",
                what, gaps.size(), gapAt(gaps, 0.5), gapAt(gaps, 0.99), gapAt(gaps, 0.999),
                gaps.back());
}

/// The same as a line of JSON, for a program that makes a table of it.
inline void printGapsAsJson(const char* work, const std::vector<double>& idle,
                            const std::vector<double>& busy)
{
    std::printf("{\"work\": \"%s\", \"idle_p99_ms\": %.3f, \"p99_ms\": %.3f}\n", work,
                gapAt(idle, 0.99), gapAt(busy, 0.99));
}

} // namespace continuo::ui
