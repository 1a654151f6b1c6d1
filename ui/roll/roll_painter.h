// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/edit/bar_grid.h"
#include "core/music/key.h"
#include "ui/base/theme.h"
#include "ui/document/tick_range.h"
#include "ui/roll/note_index.h"
#include "ui/roll/roll_geometry.h"

#include <QFont>
#include <QPolygonF>
#include <QRect>
#include <QString>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

QT_BEGIN_NAMESPACE
class QPainter;
QT_END_NAMESPACE

namespace continuo::ui {

/// Notes painted in one manner. What is pointed to is borrowed for the time of painting.
struct NoteLayer
{
    std::span<const Note> notes{};
    const NoteIndex* index = nullptr;
    QColor colour{};
    std::function<QColor(const Note&)> colourOf{};         ///< Of a note wide enough to be seen apart; empty: `colour`.
    const std::unordered_set<NoteId>* hidden = nullptr;    ///< Painted faint: a gesture has taken them elsewhere.
    QString letter{};                                      ///< Written on notes with room; those have a dashed edge.
    bool isChosen = false;                                 ///< With an edge.
    bool hasStems = false;                                 ///< Shown in the velocity lane.
};

/// All that one frame shows.
struct RollPicture
{
    RollGeometry geometry{};
    Palette palette{};
    QFont font{};
    const MeterMap* meters = nullptr;
    const BarGrid* grid = nullptr; ///< Null: no lines between the beats.
    std::optional<Key> scale{};
    std::optional<TickRange> answer{};
    std::optional<TickRange> loop{};
    Tick playhead{};
    std::optional<QPolygonF> outline{}; ///< Of what is being chosen.
    std::vector<NoteLayer> layers{}; ///< From back to front.
    bool hasChosen = false;          ///< Stems of notes that are not chosen are faint.
};

/// What a frame took.
struct PaintWork
{
    std::size_t visited = 0; ///< Notes and clusters looked at.
    std::size_t drawn = 0;   ///< Marks painted one by one.
};

/// Rows, lines, notes, ranges and playhead, in the pixels of `picture.geometry`; only what touches `clip`. Where notes are too
/// dense to tell apart, columns of pixels show which pitches sound there.
PaintWork paintRoll(QPainter& painter, const RollPicture& picture, const QRect& clip);

/// Velocities as stems with dots, kLaneHeight high.
PaintWork paintLane(QPainter& painter, const RollPicture& picture, const QRect& clip);
/// Where a note's stem stands in the lane: a little after its start, so that the first one is seen whole.
double laneX(const RollGeometry& geometry, Tick start);
/// Where the dot of a velocity stands in the lane, and the velocity (1..127) at a height.
double laneY(int velocity);
int velocityAt(double y);

/// Bar numbers, meters, the loop and the playhead's head, kRulerHeight high.
void paintRuler(QPainter& painter, const RollPicture& picture, const QRect& clip);

/// The keyboard, kKeysWidth wide; `pressed`: the key that sounds.
void paintKeys(QPainter& painter, const RollPicture& picture, std::optional<int> pressed, const QRect& clip);

bool isBlackKey(int pitch);

} // namespace continuo::ui
