// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"
#include "ui/document/tick_range.h"

#include <QPointF>
#include <QPolygonF>
#include <QString>

#include <optional>

namespace continuo::ui {

/// Where the pointer is and what is held with it.
struct RollPointer
{
    QPointF at{};         ///< Pixels of the surface.
    Tick time{};          ///< Not negative.
    int pitch = 60;       ///< 0..127.
    bool isFree = false;  ///< Alt or X: the snap is bypassed; on empty ground Alt removes from the selection.
    bool isShift = false; ///< One axis only; on empty ground, adds to the selection.
    bool isCtrl = false;  ///< Copies; on empty ground, a lasso.
    bool isAlt = false;
};

/// How far the pointer has to go before a press becomes a drag, in pixels.
inline constexpr double kDragDistance = 4;

/// What a press, drag and release of the pointer does: one class each. While it lasts, patch() is what it would do to the
/// score, shown as a preview; nothing changes until it ends. Thrown away without finish(): nothing happened.
class Gesture
{
public:
    virtual ~Gesture() = default;

    virtual void drag(const RollPointer& pointer) = 0;
    /// What it does to the score if it ends here; empty: nothing.
    virtual ScorePatch patch() const { return {}; }
    /// Of the undo step: "move 2 notes".
    virtual QString name() const { return {}; }
    /// The notes that patch() adds become the selection.
    virtual bool selectsAdded() const { return false; }
    /// What it does besides the score, when it ends.
    virtual void finish() {}
    /// The outline within which it chooses, in pixels of the notes' surface.
    virtual std::optional<QPolygonF> outline() const { return std::nullopt; }
    /// The loop it would set.
    virtual std::optional<TickRange> loop() const { return std::nullopt; }
};

} // namespace continuo::ui
