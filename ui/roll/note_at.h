// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/roll/roll_state.h"

#include <QPointF>
#include <QPolygonF>

#include <optional>
#include <vector>

namespace continuo::ui {

/// A note under the pointer.
struct NoteHit
{
    enum Part
    {
        Body,
        Start,
        End
    };
    TrackId track = 0;
    Note note{};
    Part part = Body;
};

/// The note of the active track at a pixel of the notes' surface: a chosen one before others, later before earlier ones.
std::optional<NoteHit> noteAt(const RollState& state, QPointF at);
/// The same of the other tracks.
std::optional<NoteHit> otherNoteAt(const RollState& state, QPointF at);

/// Notes of the active track that touch a rectangle of pixels.
std::vector<NoteId> notesIn(const RollState& state, const QRectF& band);
/// Those with their start, middle or end inside an outline of pixels.
std::vector<NoteId> notesIn(const RollState& state, const QPolygonF& outline);

} // namespace continuo::ui
