// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/picture/draw_curves.h"

#include "core/picture/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace continuo {

namespace {

constexpr double kMargin = 24;
constexpr double kLabel = 11;
constexpr double kTitle = 16;
constexpr double kLabelHeight = 15; ///< Names at the right end keep this distance.

struct Range
{
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -std::numeric_limits<double>::infinity();

    void add(double value)
    {
        lowest = std::min(lowest, value);
        highest = std::max(highest, value);
    }
    bool isEmpty() const { return lowest > highest; }
};

/// Words at the right end of a line, at a height that may have to give way.
struct EndLabel
{
    double y = 0;
    std::string text{};
    Colour colour{};
    bool isBold = false;
};

/// Moves labels apart where they would overlap, as little as needed, within top..bottom.
void spread(std::vector<EndLabel>& labels, double top, double bottom)
{
    std::stable_sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
    double next = top;
    for (EndLabel& label : labels) {
        label.y = std::max(label.y, next);
        next = label.y + kLabelHeight;
    }
    double before = bottom;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        label->y = std::min(label->y, before);
        before = label->y - kLabelHeight;
    }
}

/// The mean of each value and up to `sides` values on both its sides, as many on the one as on the other, so that the
/// curve neither lags nor leaves its ends. Gaps stay gaps.
std::vector<Point> smoothed(const std::vector<Point>& points, std::size_t sides)
{
    std::vector<double> sums(points.size() + 1);
    std::vector<std::size_t> counts(points.size() + 1);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const bool isValue = std::isfinite(points[i].y);
        sums[i + 1] = sums[i] + (isValue ? points[i].y : 0);
        counts[i + 1] = counts[i] + (isValue ? 1 : 0);
    }
    std::vector<Point> result = points;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!std::isfinite(points[i].y))
            continue;
        const std::size_t reach = std::min({sides, i, points.size() - 1 - i});
        const std::size_t begin = i - reach;
        const std::size_t end = i + reach + 1;
        result[i].y = (sums[end] - sums[begin]) / static_cast<double>(counts[end] - counts[begin]);
    }
    return result;
}

class CurvesPainter
{
public:
    CurvesPainter(const std::vector<Curve>& curves, const CurvesPicture& options)
        : m_curves(curves)
        , m_options(options)
    {
        m_picture.width = std::max(320.0, options.width);
        m_picture.height = std::max(200.0, options.height);
    }

    Picture draw();

private:
    bool isShown(const Point& point) const
    {
        return std::isfinite(point.x) && std::isfinite(point.y) && (!m_options.logValues || point.y > 0);
    }
    Point place(const Point& point) const
    {
        return {m_left + (m_right - m_left) * m_xAxis.fraction(point.x),
                m_bottom - (m_bottom - m_top) * m_yAxis.fraction(point.y)};
    }
    void words(Point at, std::string text, Colour colour, Anchor anchor = Anchor::Start, double size = kLabel,
               bool isBold = false)
    {
        m_picture.shapes.push_back(Words{at, std::move(text), colour, size, anchor, isBold});
    }

    void chooseColours();
    void chooseAxes();
    void drawHead();
    void chooseEdges();
    void drawGrid();
    void drawReferences();
    void drawCurve(const std::vector<Point>& points, Colour colour, double width);
    void drawRing(const Curve& curve);
    void drawMarks();

    const std::vector<Curve>& m_curves;
    const CurvesPicture& m_options;
    const Palette& m_palette = lightPalette();
    Picture m_picture{};
    std::vector<Colour> m_colours{};
    std::vector<EndLabel> m_labels{};
    Axis m_xAxis{};
    Axis m_yAxis{};
    bool m_isEmpty = false;
    double m_left = 0;
    double m_right = 0;
    double m_top = 0;
    double m_bottom = 0;
};

void CurvesPainter::chooseColours()
{
    // The alternatives' B and D are free; A and C are held-out and training, which come last.
    const Colour others[] = {m_palette.alternative(1), m_palette.alternative(3), m_palette.accent,
                             m_palette.heldOut,        m_palette.training,       m_palette.muted};
    std::size_t next = 0;
    for (const Curve& curve : m_curves)
        m_colours.push_back(curve.kind == CurveKind::Training  ? m_palette.training
                            : curve.kind == CurveKind::HeldOut ? m_palette.heldOut
                                                               : others[next++ % std::size(others)]);
}

void CurvesPainter::chooseAxes()
{
    Range x;
    Range y;
    for (const Curve& curve : m_curves) {
        for (const Point& point : curve.points) {
            if (!isShown(point))
                continue;
            x.add(point.x);
            y.add(point.y);
        }
    }
    m_isEmpty = x.isEmpty();
    for (const ReferenceLine& line : m_options.references)
        if (isShown({0, line.value}))
            y.add(line.value);
    for (const CurveMark& mark : m_options.marks)
        if (std::isfinite(mark.x) && !m_isEmpty)
            x.add(mark.x);
    if (x.isEmpty())
        x = {0, 1};
    if (y.isEmpty())
        y = {m_options.logValues ? 0.1 : 0.0, 1};
    const int xTicks = static_cast<int>(std::clamp((m_picture.width - 200) / 110, 2.0, 10.0));
    const int yTicks = static_cast<int>(std::clamp(m_picture.height / 80, 2.0, 8.0));
    m_xAxis = tightAxisFor(x.lowest, x.highest, xTicks);
    m_yAxis = m_options.logValues ? logAxisFor(y.lowest, y.highest) : axisFor(y.lowest, y.highest, yTicks);
}

void CurvesPainter::drawHead()
{
    double y = kMargin;
    const double width = m_picture.width - 2 * kMargin - textWidth(m_options.unit, kLabel) - 12;
    if (!m_options.title.empty()) {
        words({kMargin, y + 13}, textWithin(m_options.title, width, kTitle, true), m_palette.text, Anchor::Start, kTitle,
              true);
        y += 24;
    }
    if (!m_options.subtitle.empty()) {
        words({kMargin, y + 8}, textWithin(m_options.subtitle, width, kLabel), m_palette.muted);
        y += 20;
    }
    if (!m_options.unit.empty()) {
        // Beside the last line of the head, or on one of its own.
        if (m_options.title.empty() && m_options.subtitle.empty())
            y += 20;
        words({m_picture.width - kMargin, y - 12}, m_options.unit, m_palette.muted, Anchor::End);
    }
    m_top = y + 10;
}

/// Leaves room for the numbers on the left and the names on the right.
void CurvesPainter::chooseEdges()
{
    double numbers = 0;
    for (const double tick : m_yAxis.ticks)
        numbers = std::max(numbers, textWidth(m_yAxis.label(tick), kLabel));
    double names = 0;
    for (const ReferenceLine& line : m_options.references)
        names = std::max(names, textWidth(line.name, kLabel));
    for (const Curve& curve : m_curves)
        names = std::max(names, textWidth(curve.name, kLabel, true));
    m_left = kMargin + numbers + 8;
    m_right = m_picture.width - kMargin - std::min(names + 8, m_picture.width * 0.3);
    m_bottom = m_picture.height - kMargin - (m_options.xName.empty() ? 18 : 34);
}

void CurvesPainter::drawGrid()
{
    for (const double tick : m_yAxis.ticks) {
        const double y = std::round(place({m_xAxis.from, tick}).y);
        m_picture.shapes.push_back(Box{m_left, y, m_right - m_left, 1, m_palette.rollBeatLine});
        words({m_left - 8, y + 4}, m_yAxis.label(tick), m_palette.muted, Anchor::End);
    }
    m_picture.shapes.push_back(Box{m_left, std::round(m_bottom), m_right - m_left, 1, m_palette.rollBarLine});
    for (const double tick : m_xAxis.ticks) {
        const double x = place({tick, m_yAxis.from}).x;
        m_picture.shapes.push_back(Box{std::round(x), std::round(m_bottom), 1, 4, m_palette.rollBarLine});
        words({x, m_bottom + 17}, m_xAxis.label(tick), m_palette.muted, Anchor::Middle);
    }
    if (!m_options.xName.empty())
        words({m_right, m_bottom + 33}, m_options.xName, m_palette.muted, Anchor::End);
}

void CurvesPainter::drawReferences()
{
    for (const ReferenceLine& line : m_options.references) {
        if (!isShown({0, line.value}))
            continue;
        const double y = std::round(place({m_xAxis.from, line.value}).y) + 0.5;
        m_picture.shapes.push_back(Stroke{{{m_left, y}, {m_right, y}}, m_palette.muted, 1, true});
        m_labels.push_back({y, line.name, m_palette.muted, false});
    }
}

void CurvesPainter::drawCurve(const std::vector<Point>& points, Colour colour, double width)
{
    Stroke stroke{{}, colour, width};
    const auto finish = [this, &stroke, colour, width] {
        if (stroke.points.size() == 1)
            m_picture.shapes.push_back(Ring{stroke.points.front(), 2, colour, colour, width});
        else if (!stroke.points.empty())
            m_picture.shapes.push_back(stroke);
        stroke.points.clear();
    };
    for (const Point& point : points) {
        if (isShown(point))
            stroke.points.push_back(place(point));
        else
            finish();
    }
    finish();
}

void CurvesPainter::drawRing(const Curve& curve)
{
    const Point* lowest = nullptr;
    for (const Point& point : curve.points)
        if (isShown(point) && (!lowest || point.y < lowest->y))
            lowest = &point;
    if (!lowest)
        return;
    const Point at = place(*lowest);
    m_picture.shapes.push_back(Ring{at, 4.5, m_palette.panel, m_palette.text, 2});
    if (std::ranges::count_if(m_curves, &Curve::ringsLowest) > 1)
        return; // Labels would stand on each other.
    const std::string text = fmt::format("best {} at {}", readableNumber(lowest->y, 3, true), readableNumber(lowest->x, 6));
    const double half = textWidth(text, kLabel) / 2;
    const double x = std::clamp(at.x, m_left + half, std::max(m_left + half, m_right - half));
    const bool isRoomBelow = at.y + 24 < m_bottom;
    // On a ground of its own, so that it can be read over a curve.
    const double baseline = isRoomBelow ? at.y + 21 : at.y - 13;
    m_picture.shapes.push_back(
        Box{x - half - 3, baseline - 11, 2 * half + 6, 15, m_palette.panel.withAlpha(225), 3});
    words({x, baseline}, text, m_palette.text, Anchor::Middle);
}

void CurvesPainter::drawMarks()
{
    double free = m_left;
    for (const CurveMark& mark : m_options.marks) {
        if (!std::isfinite(mark.x) || m_isEmpty)
            continue;
        const double x = place({mark.x, m_yAxis.from}).x;
        m_picture.shapes.push_back(
            Stroke{{{x, m_bottom}, {x, m_bottom - 7}}, m_palette.text, 1.5});
        const double half = textWidth(mark.name, 10) / 2;
        const double middle = std::clamp(x, m_left + half, std::max(m_left + half, m_right - half));
        if (middle - half < free)
            continue; // Words that would stand on each other; the mark stays.
        words({middle, m_bottom - 11}, mark.name, m_palette.muted, Anchor::Middle, 10);
        free = middle + half + 8;
    }
}

Picture CurvesPainter::draw()
{
    m_picture.shapes.push_back(Box{0, 0, m_picture.width, m_picture.height, m_palette.panel});
    chooseColours();
    chooseAxes();
    drawHead();
    chooseEdges();
    drawGrid();
    drawReferences();
    for (std::size_t i = 0; i < m_curves.size(); ++i) {
        const Curve& curve = m_curves[i];
        const std::vector<Point> line = curve.smoothing > 0 ? smoothed(curve.points, curve.smoothing) : curve.points;
        if (curve.smoothing > 0)
            drawCurve(curve.points, m_colours[i].withAlpha(80), 1);
        drawCurve(line, m_colours[i], 2);
        const auto last = std::find_if(line.rbegin(), line.rend(), [this](const Point& point) { return isShown(point); });
        if (last != line.rend())
            m_labels.push_back({place(*last).y, curve.name, m_colours[i], true});
    }
    for (const Curve& curve : m_curves)
        if (curve.ringsLowest)
            drawRing(curve);
    drawMarks();
    spread(m_labels, m_top, m_bottom);
    for (const EndLabel& label : m_labels)
        words({m_right + 8, label.y + 4}, textWithin(label.text, m_picture.width - m_right - 16, kLabel, label.isBold),
              label.colour, Anchor::Start, kLabel, label.isBold);
    if (m_isEmpty)
        words({(m_left + m_right) / 2, (m_top + m_bottom) / 2}, "No values yet.", m_palette.muted, Anchor::Middle, 13);
    return std::move(m_picture);
}

} // namespace

Picture drawCurves(const std::vector<Curve>& curves, const CurvesPicture& options)
{
    return CurvesPainter(curves, options).draw();
}

} // namespace continuo
