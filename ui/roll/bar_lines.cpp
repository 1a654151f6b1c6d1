// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/bar_lines.h"

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr double kClosest = 6; ///< Pixels between two lines of a kind.
constexpr double kClear = 34;  ///< Pixels between two bars that stand out; the bars between them are as faint as beats.

/// Every n-th bar, n a power of two, so that they stand `room` pixels apart.
std::int64_t barStep(const RollPicture& picture, Tick at, double room)
{
    const double width = picture.geometry.width(picture.meters->meterAt(at).barLength(picture.meters->ticksPerQuarter()));
    std::int64_t step = 1;
    while (width * static_cast<double>(step) < room && step < (std::int64_t{1} << 40))
        step *= 2;
    return step;
}

} // namespace

std::vector<BarLine> numberedBars(const RollPicture& picture, double left, double right, double room)
{
    const MeterMap& meters = *picture.meters;
    const Tick from = picture.geometry.tickAt(left);
    std::vector<BarLine> bars;
    std::int64_t step = barStep(picture, from, room);
    double last = -1e9;
    for (std::int64_t bar = meters.position(from).bar / step * step;; bar += step) {
        const Tick start = meters.barStart(bar);
        const double x = picture.geometry.x(start);
        if (x > right)
            break;
        if (x - last >= room) {
            bars.push_back({x, BarLine::Bar, bar});
            last = x;
        } else {
            step = std::max(step, barStep(picture, start, room));
        }
    }
    return bars;
}

std::vector<BarLine> barLines(const RollPicture& picture, double left, double right)
{
    const MeterMap& meters = *picture.meters;
    const RollGeometry& geometry = picture.geometry;
    std::vector<BarLine> beats;
    std::vector<BarLine> lines;
    std::vector<BarLine> bars = numberedBars(picture, left, right, kClosest);
    for (BarLine& line : bars) {
        const Tick start = meters.barStart(line.bar);
        if (line.bar % barStep(picture, start, kClear) != 0)
            line.kind = BarLine::Beat;
        const Tick end = meters.barStart(line.bar + 1);
        const Tick beat = meters.meterAt(start).beatLength(meters.ticksPerQuarter());
        if (geometry.width(beat) < kClosest)
            continue;
        for (Tick time = start + beat; time < end; time += beat)
            beats.push_back({geometry.x(time), BarLine::Beat, line.bar});
        if (!picture.grid || geometry.width(picture.grid->step()) < kClosest)
            continue;
        for (Tick time = picture.grid->lineAfter(start); time < end; time = picture.grid->lineAfter(time)) {
            const double x = geometry.x(time);
            if (x >= left - 1 && x <= right && (time - start).value % beat.value != 0)
                lines.push_back({x, BarLine::Subdivision, line.bar});
        }
    }
    lines.insert(lines.end(), beats.begin(), beats.end());
    lines.insert(lines.end(), bars.begin(), bars.end());
    return lines;
}

} // namespace continuo::ui
