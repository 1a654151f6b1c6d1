// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/picture/roll_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace continuo {

namespace {

constexpr double kLeastGridGap = 5; ///< Lines closer than this are not drawn.

bool isBlackKey(int pitch)
{
    constexpr unsigned kBlack = 1U << 1 | 1U << 3 | 1U << 6 | 1U << 8 | 1U << 10;
    return (kBlack >> (pitch % 12) & 1U) != 0;
}

/// One system while it is drawn.
class SystemPainter
{
public:
    SystemPainter(Picture& picture, const RollLayout& layout, const RollSystem& system, const MeterMap& meters)
        : m_picture(picture)
        , m_layout(layout)
        , m_system(system)
        , m_meters(meters)
        , m_rowsLeft(layout.left + RollLayout::kKeys)
        , m_rowsTop(system.top + RollLayout::kRuler)
        , m_barWidth((layout.width - RollLayout::kKeys) / static_cast<double>(system.bars))
    {
    }

    void rows();
    void keys();
    void grid();
    void seedRegion();
    void notes(const std::vector<ColouredNote>& notes);
    void seedLine();

private:
    double barLeft(std::int64_t barInSystem) const { return m_rowsLeft + m_barWidth * static_cast<double>(barInSystem); }
    double rowTop(int pitch) const { return m_rowsTop + m_layout.rowHeight * (m_layout.highest - pitch); }
    double right() const { return barLeft(m_system.filledBars); }
    /// Every bar is equally wide, whatever its meter; outside the system its edges.
    double xOf(Tick time) const;
    void line(double x, Colour colour, double width = 1);
    void words(double x, double baseline, std::string text, Colour colour, Anchor anchor, double size = 10);

    Picture& m_picture;
    const RollLayout& m_layout;
    const RollSystem& m_system;
    const MeterMap& m_meters;
    double m_rowsLeft;
    double m_rowsTop;
    double m_barWidth;
    const Palette& m_palette = lightPalette();
};

double SystemPainter::xOf(Tick time) const
{
    const MeterMap::Position position = m_meters.position(std::max(time, Tick{}));
    const Tick length = m_meters.barStart(position.bar + 1) - m_meters.barStart(position.bar);
    const double inBar = static_cast<double>(position.inBar.value) / static_cast<double>(std::max<std::int64_t>(1, length.value));
    const double bars = static_cast<double>(position.bar - m_system.firstBar) + inBar;
    return m_rowsLeft + m_barWidth * std::clamp(bars, 0.0, static_cast<double>(m_system.filledBars));
}

void SystemPainter::line(double x, Colour colour, double width)
{
    m_picture.shapes.push_back(Box{std::round(x), m_rowsTop, width, m_layout.rowsHeight(), colour});
}

void SystemPainter::words(double x, double baseline, std::string text, Colour colour, Anchor anchor, double size)
{
    m_picture.shapes.push_back(Words{{x, baseline}, std::move(text), colour, size, anchor});
}

void SystemPainter::rows()
{
    for (int pitch = m_layout.highest; pitch >= m_layout.lowest; --pitch) {
        const bool isTonic = m_layout.key && pitch % 12 == m_layout.key->tonic;
        const Colour fill = isTonic             ? m_palette.rollTonicRow
                            : isBlackKey(pitch) ? m_palette.rollBlackKeyRow
                                                : m_palette.rollRow;
        m_picture.shapes.push_back(Box{m_rowsLeft, rowTop(pitch), right() - m_rowsLeft, m_layout.rowHeight, fill});
    }
}

void SystemPainter::keys()
{
    m_picture.shapes.push_back(
        Box{m_layout.left, m_rowsTop, RollLayout::kKeys, m_layout.rowsHeight(), m_palette.panel});
    for (int pitch = m_layout.highest; pitch >= m_layout.lowest; --pitch) {
        const double top = rowTop(pitch);
        if (isBlackKey(pitch)) {
            m_picture.shapes.push_back(
                Box{m_layout.left, top + 0.5, RollLayout::kKeys * 0.56, m_layout.rowHeight - 1, m_palette.blackKey, 1.5});
            // The white keys on both sides meet in the middle of the black one.
            m_picture.shapes.push_back(Box{m_layout.left + RollLayout::kKeys * 0.56, top + m_layout.rowHeight / 2 - 0.25,
                                           RollLayout::kKeys * 0.44, 0.5, m_palette.line});
        } else if (pitch % 12 == 0 || pitch % 12 == 5) {
            m_picture.shapes.push_back(
                Box{m_layout.left, top + m_layout.rowHeight - 0.25, RollLayout::kKeys, 0.5, m_palette.line});
        }
        if (pitch % 12 == 0)
            words(m_rowsLeft - 4, top + m_layout.rowHeight / 2 + 3.2, pitchName({static_cast<std::uint8_t>(pitch)}),
                  m_palette.muted, Anchor::End, 9);
    }
    m_picture.shapes.push_back(Box{m_layout.left, m_rowsTop, 1, m_layout.rowsHeight(), m_palette.line});
}

void SystemPainter::grid()
{
    // Bar numbers as far apart as they need to be read.
    std::int64_t numberEvery = 1;
    while (m_barWidth * static_cast<double>(numberEvery) < 34)
        numberEvery *= 2;
    for (std::int64_t i = 0; i < m_system.filledBars; ++i) {
        const std::int64_t bar = m_system.firstBar + i;
        const Tick start = m_meters.barStart(bar);
        const Meter meter = m_meters.meterAt(start);
        const double length = static_cast<double>((m_meters.barStart(bar + 1) - start).value);
        const auto lines = [&](double ticks, Colour colour) {
            const double gap = m_barWidth * ticks / length;
            if (ticks <= 0 || gap < kLeastGridGap)
                return;
            for (double x = gap; x < m_barWidth - 0.5; x += gap)
                line(barLeft(i) + x, colour);
        };
        const double beat = static_cast<double>(meter.beatLength(m_meters.ticksPerQuarter()).value);
        const double unit = static_cast<double>(m_meters.ticksPerQuarter()) * 4 / meter.denominator;
        const double subdivision = std::min(unit, static_cast<double>(m_meters.ticksPerQuarter()) / 2);
        if (m_barWidth * subdivision / length >= 2 * kLeastGridGap)
            lines(subdivision / 2, m_palette.rollSubdivisionLine);
        lines(subdivision, m_palette.rollSubdivisionLine);
        lines(beat, m_palette.rollBeatLine);
        line(barLeft(i), m_palette.rollBarLine);
        if (bar % numberEvery == 0)
            words(std::round(barLeft(i)) + 4, m_rowsTop - 7, fmt::to_string(bar + 1), m_palette.muted, Anchor::Start);
        m_picture.shapes.push_back(Box{std::round(barLeft(i)), m_rowsTop - 6, 1, 6, m_palette.rollBarLine});
    }
    line(right() - 1, m_palette.rollBarLine);
    for (const double y : {m_rowsTop, m_rowsTop + m_layout.rowsHeight() - 1})
        m_picture.shapes.push_back(Box{m_layout.left, y, right() - m_layout.left, 1, m_palette.line});
}

void SystemPainter::seedRegion()
{
    if (!m_system.seedEnd)
        return;
    const double x = std::round(xOf(*m_system.seedEnd));
    if (x < right())
        m_picture.shapes.push_back(
            Box{x, m_rowsTop, right() - x, m_layout.rowsHeight(), m_palette.accent.withAlpha(14)});
}

void SystemPainter::notes(const std::vector<ColouredNote>& notes)
{
    const Tick begin = m_meters.barStart(m_system.firstBar);
    const Tick end = m_meters.barStart(m_system.firstBar + m_system.filledBars);
    for (const ColouredNote& each : notes) {
        if (each.note.start >= end)
            break;
        if (each.note.end() <= begin && each.note.start < begin)
            continue;
        const double left = xOf(each.note.start);
        // A hair of ground between notes that follow each other.
        const double width = std::max(2.0, xOf(each.note.end()) - left - 1);
        const double air = m_layout.rowHeight >= 7 ? 0.75 : 0.25;
        const double height = m_layout.rowHeight - 2 * air;
        m_picture.shapes.push_back(Box{left + 0.5, rowTop(each.note.pitch.value) + air, width, height, each.colour,
                                       std::min(2.5, height / 3)});
    }
}

void SystemPainter::seedLine()
{
    if (!m_system.seedEnd)
        return;
    const Tick begin = m_meters.barStart(m_system.firstBar);
    const Tick end = m_meters.barStart(m_system.firstBar + m_system.filledBars);
    if (*m_system.seedEnd > begin && *m_system.seedEnd < end)
        line(xOf(*m_system.seedEnd) - 0.5, m_palette.accent, 2);
}

} // namespace

void drawRollSystem(Picture& picture, const RollLayout& layout, const RollSystem& system, const MeterMap& meters,
                    const std::vector<ColouredNote>& notes)
{
    SystemPainter painter(picture, layout, system, meters);
    painter.rows();
    painter.seedRegion();
    painter.grid();
    painter.keys();
    painter.notes(notes);
    painter.seedLine();
}

} // namespace continuo
