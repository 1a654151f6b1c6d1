// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/pixel_grid.h"
#include "ui/roll/roll_painter.h"
#include "ui/roll/track_colour.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kFoot = kLaneHeight - 2;
constexpr double kReach = 66; ///< Pixels of the loudest stem.
constexpr double kDot = 2.6;
constexpr std::size_t kDots = 1000; ///< With more stems than these the dots would be one band.

struct Stem
{
    double x = 0;
    int velocity = 0;
    QColor colour{};
    bool isChosen = false;
};

} // namespace

double laneX(const RollGeometry& geometry, Tick start)
{
    constexpr double kAfter = 3;
    return geometry.x(start) + kAfter;
}

double laneY(int velocity)
{
    return kFoot - kReach * std::clamp(velocity, 0, 127) / 127;
}

int velocityAt(double y)
{
    return std::clamp(static_cast<int>(std::lround((kFoot - y) / kReach * 127)), 1, 127);
}

PaintWork paintLane(QPainter& painter, const RollPicture& picture, const QRect& clip)
{
    const PixelGrid pixels(painter);
    const RollGeometry& geometry = picture.geometry;
    painter.fillRect(clip, picture.palette.blackRow);
    PaintWork work;
    std::vector<Stem> stems;
    for (const NoteLayer& layer : picture.layers) {
        if (!layer.hasStems)
            continue;
        const double opacity = picture.hasChosen && !layer.isChosen ? 0.35 : 1;
        // Per device pixel only the loudest note shows.
        const std::size_t width = static_cast<std::size_t>(std::ceil((clip.width() + 8) * pixels.ratio()));
        std::vector<std::uint8_t> loudest(width, 0);
        const auto column = [&](double x) {
            return static_cast<std::size_t>(std::clamp(std::floor((x - clip.left() + 4) * pixels.ratio()), 0.0, static_cast<double>(width) - 1));
        };
        NoteIndex::Visit visit;
        visit.crowd = Tick{std::max<std::int64_t>(1, geometry.ticksIn(1 / pixels.ratio()).value)};
        visit.cluster = [&](const NoteCluster& cluster) {
            std::uint8_t& place = loudest[column(laneX(geometry, cluster.start))];
            place = std::max(place, cluster.highestVelocity);
        };
        visit.note = [&](std::size_t index) {
            const Note& note = layer.notes[index];
            const double x = laneX(geometry, note.start);
            if (x < clip.left() - 4 || x > clip.right() + 4 || (layer.hidden && layer.hidden->contains(note.id)))
                return;
            std::uint8_t& place = loudest[column(x)];
            if (!layer.colourOf) {
                place = std::max(place, note.velocity);
            } else if (note.velocity > place) {
                place = 0;
                stems.push_back({x, note.velocity, faded(layer.colourOf(note), opacity), layer.isChosen});
            }
        };
        const Tick from = geometry.tickAt(clip.left() - 8);
        const Tick to{geometry.tickAt(clip.right() + 4).value + 1};
        work.visited += layer.index->visit(layer.notes, from, to, visit);
        for (std::size_t i = 0; i < width; ++i) {
            if (loudest[i] > 0)
                stems.push_back({clip.left() - 4 + static_cast<double>(i) / pixels.ratio(), loudest[i],
                                 faded(layer.colour, layer.colour.alphaF() * opacity), layer.isChosen});
        }
    }
    work.drawn = stems.size();
    const bool hasDots = stems.size() <= kDots;
    for (const Stem& stem : stems)
        pixels.upright(painter, stem.x, laneY(stem.velocity), kFoot, hasDots ? 2 : 1, stem.colour);
    if (hasDots) {
        painter.setRenderHint(QPainter::Antialiasing);
        for (const Stem& stem : stems) {
            painter.setPen(stem.isChosen ? QPen(picture.palette.text, 1) : QPen(Qt::NoPen));
            painter.setBrush(stem.colour);
            painter.drawEllipse(QPointF(pixels.at(stem.x) + 1, laneY(stem.velocity)), kDot, kDot);
        }
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    pixels.level(painter, 0, clip.left(), clip.right() + 1, 1, picture.palette.line);
    pixels.upright(painter, geometry.x(picture.playhead), clip.top(), clip.bottom() + 1, 1.2, picture.palette.text);
    return work;
}

} // namespace continuo::ui
