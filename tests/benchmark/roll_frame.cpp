// SPDX-License-Identifier: GPL-3.0-or-later
// How long one frame of the piano roll takes at 1600 × 900, keys, ruler and velocities with it: medians of 30 frames, by the
// clock and of the processor's time, which a busy machine does not lengthen.
#include "ui/roll/roll_painter.h"

#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <utility>

using namespace continuo;
using namespace continuo::ui;

namespace {

std::vector<Note> someNotes(std::size_t count)
{
    std::mt19937 random(1);
    std::vector<Note> notes;
    notes.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Note note;
        // Four at a time, sixteenths to halves.
        note.start = {static_cast<std::int64_t>(i / 4) * 240};
        note.length = {std::int64_t{240} << random() % 4};
        note.pitch.value = static_cast<std::uint8_t>(36 + random() % 60);
        note.velocity = static_cast<std::uint8_t>(30 + random() % 90);
        note.id = static_cast<NoteId>(i + 1);
        notes.push_back(note);
    }
    return notes;
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
}

struct FrameMs
{
    double clock = 0;
    double processor = 0;
};

FrameMs medianFrame(const RollPicture& picture)
{
    QImage image(1600, 900, QImage::Format_ARGB32_Premultiplied);
    std::vector<double> times;
    std::vector<double> processorTimes;
    constexpr int kFrames = 30;
    for (int frame = 0; frame < kFrames; ++frame) {
        // Scrolled a little with each frame, as a hand would.
        RollPicture moved = picture;
        moved.geometry.firstTick += frame * 7 / picture.geometry.pixelsPerTick;
        const auto before = std::chrono::steady_clock::now();
        const std::clock_t processorBefore = std::clock();
        QPainter painter(&image);
        paintRoll(painter, moved, QRect(0, 0, 1600, 900));
        paintLane(painter, moved, QRect(0, 0, 1600, kLaneHeight));
        paintRuler(painter, moved, QRect(0, 0, 1600, kRulerHeight));
        paintKeys(painter, moved, std::nullopt, QRect(0, 0, kKeysWidth, 900));
        painter.end();
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
        processorTimes.push_back(1000.0 * static_cast<double>(std::clock() - processorBefore) / CLOCKS_PER_SEC);
    }
    return {median(std::move(times)), median(std::move(processorTimes))};
}

} // namespace

int main(int argc, char* argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    QFile file(QStringLiteral(":/themes/dark.json"));
    if (!file.open(QIODevice::ReadOnly))
        return 1;
    const Result<Theme> theme = readTheme(file.readAll());
    if (!theme)
        return 1;
    const MeterMap meters(kDefaultTicksPerQuarter, Meter{4, 4});
    const BarGrid grid(meters, 1, 16);
    std::printf("%-12s %12s %14s %10s %14s\n", "notes", "in sight", "pixels/quarter", "ms/frame", "processor ms");
    for (const std::size_t count : {std::size_t{10'000}, std::size_t{100'000}, std::size_t{1'000'000}}) {
        const std::vector<Note> notes = someNotes(count);
        const NoteIndex index(notes);
        const double all = static_cast<double>(notes.back().end().value);
        for (const double pixelsPerQuarter : {120.0, 32.0, 8.0, 2.0, 0.5, 1600 / all * kDefaultTicksPerQuarter}) {
            RollPicture picture;
            picture.geometry.size = {1600, 900};
            picture.geometry.pixelsPerTick = pixelsPerQuarter / kDefaultTicksPerQuarter;
            picture.geometry.top = picture.geometry.rowHeight * 30;
            const double span = 1600 / picture.geometry.pixelsPerTick;
            if (span > all * 1.01)
                continue;
            picture.geometry.firstTick = std::max(0.0, (all - span) / 2);
            picture.palette = theme->palette;
            picture.meters = &meters;
            picture.grid = &grid;
            NoteLayer& layer = picture.layers.emplace_back();
            layer.notes = notes;
            layer.index = &index;
            layer.colour = theme->palette.accent;
            layer.hasStems = true;
            const FrameMs took = medianFrame(picture);
            std::printf("%-12zu %12.0f %14.3f %10.2f %14.2f\n", count, std::min(1.0, span / all) * static_cast<double>(count), pixelsPerQuarter, took.clock,
                        took.processor);
        }
    }
    return 0;
}
