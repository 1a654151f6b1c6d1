// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_painter.h"

#include "ui/roll/bar_lines.h"
#include "ui/roll/crowd_image.h"
#include "ui/roll/pixel_grid.h"
#include "ui/roll/track_colour.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kNarrow = 2;          ///< Notes of fewer pixels are part of a crowd.
constexpr double kRadius = 2.5;
constexpr std::size_t kRounded = 1200; ///< Up to so many notes have round corners; more of them are too small to show it.
constexpr double kHiddenOpacity = 0.25;

struct Mark
{
    QRectF place{};
    QColor colour{};
    std::size_t layer = 0;
};

void paintRows(QPainter& painter, const RollPicture& picture, const QRect& clip, const PixelGrid& pixels)
{
    const RollGeometry& geometry = picture.geometry;
    const unsigned inScale = picture.scale ? scaleMask(*picture.scale) : 0;
    for (int pitch = geometry.pitchAt(clip.bottom() + 1); pitch <= geometry.pitchAt(clip.top()); ++pitch) {
        const bool isTonic = picture.scale && pitch % 12 == picture.scale->tonic;
        const bool isDark = picture.scale ? (inScale >> (pitch % 12) & 1) == 0 : isBlackKey(pitch);
        const double top = pixels.at(geometry.y(pitch));
        const QColor& colour = isTonic ? picture.palette.tonicRow : isDark ? picture.palette.blackRow : picture.palette.row;
        painter.fillRect(QRectF(clip.left(), top, clip.width(), pixels.at(geometry.y(pitch - 1)) - top), colour);
    }
}

void paintLines(QPainter& painter, const RollPicture& picture, const QRect& clip, const PixelGrid& pixels)
{
    for (const BarLine& line : barLines(picture, clip.left(), clip.right() + 1)) {
        const QColor& colour = line.kind == BarLine::Bar    ? picture.palette.barLine
                               : line.kind == BarLine::Beat ? picture.palette.beatLine
                                                            : picture.palette.subdivisionLine;
        pixels.upright(painter, line.x, clip.top(), clip.bottom() + 1, 1, colour);
    }
}

/// The place of a note's mark, with edges on pixels and a gap before the next note.
QRectF markOf(const RollGeometry& geometry, const PixelGrid& pixels, const Note& note)
{
    const double left = pixels.at(geometry.x(note.start));
    const double right = pixels.at(geometry.x(note.end()));
    const double top = pixels.at(geometry.y(note.pitch.value)) + pixels.wide(1);
    const double bottom = pixels.at(geometry.y(note.pitch.value - 1)) - pixels.wide(1);
    const double gap = right - left > 4 ? pixels.wide(1) : 0;
    return {left, top, std::max(right - left - gap, pixels.wide(1)), bottom - top};
}

class NotePainter
{
public:
    NotePainter(QPainter& painter, const RollPicture& picture, const QRect& clip, const PixelGrid& pixels)
        : m_painter(painter)
        , m_picture(picture)
        , m_clip(clip)
        , m_pixels(pixels)
        , m_crowd(clip, pixels.ratio(), picture.geometry)
    {
    }

    PaintWork paint()
    {
        for (std::size_t layer = 0; layer < m_picture.layers.size(); ++layer)
            gather(layer);
        m_crowd.paint(m_painter);
        const bool isRounded = m_marks.size() <= kRounded;
        m_painter.setRenderHint(QPainter::Antialiasing, isRounded);
        for (const Mark& mark : m_marks)
            paintMark(mark, isRounded);
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        m_work.drawn = m_marks.size();
        return m_work;
    }

private:
    void gather(std::size_t place)
    {
        const NoteLayer& layer = m_picture.layers[place];
        const RollGeometry& geometry = m_picture.geometry;
        const Tick from{geometry.tickAt(m_clip.left() - 2).value};
        const Tick to{geometry.tickAt(m_clip.right() + 2).value + 1};
        std::array<QRectF, kPitches> last{};
        NoteIndex::Visit visit;
        visit.crowd = Tick{std::max<std::int64_t>(1, geometry.ticksIn(kNarrow).value)};
        visit.cluster = [&](const NoteCluster& cluster) { m_crowd.add(geometry.x(cluster.start), geometry.x(cluster.end), cluster.pitches); };
        visit.note = [&](std::size_t index) {
            const Note& note = layer.notes[index];
            if (geometry.width(note.length) < kNarrow) {
                PitchSet pitches;
                pitches.insert(note.pitch.value & 127);
                m_crowd.add(geometry.x(note.start), geometry.x(note.end()), pitches);
                return;
            }
            QRectF mark = markOf(geometry, m_pixels, note);
            if (mark.bottom() < m_clip.top() || mark.top() > m_clip.bottom() + 1)
                return;
            // Long notes far beyond both edges lose precision in the raster engine.
            mark.setLeft(std::max(mark.left(), m_clip.left() - 64.0));
            mark.setRight(std::min(mark.right(), m_clip.right() + 64.0));
            QRectF& before = last[note.pitch.value & 127];
            if (mark == before)
                return;
            before = mark;
            QColor colour = layer.colourOf ? layer.colourOf(note) : layer.colour;
            if (layer.hidden && layer.hidden->contains(note.id)) {
                if (layer.isChosen)
                    return;
                colour.setAlphaF(colour.alphaF() * static_cast<float>(kHiddenOpacity));
            }
            m_marks.push_back({mark, colour, place});
        };
        m_work.visited += layer.index->visit(layer.notes, from, to, visit);
        m_crowd.flatten(layer.colour);
    }

    void paintMark(const Mark& mark, bool isRounded)
    {
        const NoteLayer& layer = m_picture.layers[mark.layer];
        if (!isRounded || mark.place.width() < 4) {
            m_painter.fillRect(mark.place, mark.colour);
            return;
        }
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(mark.colour);
        m_painter.drawRoundedRect(mark.place, kRadius, kRadius);
        if (!layer.isChosen && layer.letter.isEmpty())
            return;
        QPen edge(m_picture.palette.text, layer.isChosen ? 1.5 : 1);
        if (!layer.isChosen)
            edge.setDashPattern({2, 2});
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(edge);
        const double inset = edge.widthF() / 2;
        m_painter.drawRoundedRect(mark.place.adjusted(inset, inset, -inset, -inset), kRadius - inset, kRadius - inset);
        if (!layer.letter.isEmpty() && mark.place.width() >= 12 && mark.place.height() >= 11) {
            m_painter.setPen(m_picture.palette.onAccent);
            m_painter.drawText(mark.place, Qt::AlignCenter, layer.letter);
        }
    }

    QPainter& m_painter;
    const RollPicture& m_picture;
    QRect m_clip;
    PixelGrid m_pixels;
    CrowdImage m_crowd;
    std::vector<Mark> m_marks{};
    PaintWork m_work{};
};

void paintRanges(QPainter& painter, const RollPicture& picture, const QRect& clip, const PixelGrid& pixels)
{
    const RollGeometry& geometry = picture.geometry;
    const auto tint = [&](const TickRange& range, double opacity) {
        const double left = std::max(geometry.x(range.start), static_cast<double>(clip.left()));
        const double right = std::min(geometry.x(range.end), clip.right() + 1.0);
        if (right > left)
            painter.fillRect(QRectF(left, clip.top(), right - left, clip.height()), faded(picture.palette.accent, opacity));
    };
    if (picture.loop)
        tint(*picture.loop, 0.04);
    if (picture.answer) {
        tint(*picture.answer, 0.06);
        pixels.upright(painter, geometry.x(picture.answer->start), clip.top(), clip.bottom() + 1, 1.5, picture.palette.accent);
    }
}

} // namespace

PaintWork paintRoll(QPainter& painter, const RollPicture& picture, const QRect& clip)
{
    const PixelGrid pixels(painter);
    painter.setFont(picture.font);
    painter.fillRect(clip, picture.palette.window);
    paintRows(painter, picture, clip, pixels);
    paintLines(painter, picture, clip, pixels);
    paintRanges(painter, picture, clip, pixels);
    const PaintWork work = NotePainter(painter, picture, clip, pixels).paint();
    if (picture.outline) {
        painter.setPen(QPen(picture.palette.accent, 1));
        painter.setBrush(faded(picture.palette.accent, 0.12));
        painter.drawPolygon(*picture.outline);
    }
    pixels.upright(painter, picture.geometry.x(picture.playhead), clip.top(), clip.bottom() + 1, 1.2, picture.palette.text);
    return work;
}

bool isBlackKey(int pitch)
{
    constexpr unsigned kBlack = 1U << 1 | 1U << 3 | 1U << 6 | 1U << 8 | 1U << 10;
    return (kBlack >> (pitch % 12) & 1) != 0;
}

} // namespace continuo::ui
