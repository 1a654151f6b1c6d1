// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_picture.h"

#include "ui/base/appearance.h"
#include "ui/document/score_document.h"
#include "ui/play/player.h"
#include "ui/roll/track_colour.h"

namespace continuo::ui {

namespace {

constexpr double kOtherTracks = 0.34;
constexpr double kGhosts = 0.95;

std::function<QColor(const Note&)> colourOf(const RollState& state, const QColor& own)
{
    const Palette& palette = state.appearance().palette();
    switch (state.colouring()) {
    case NoteColouring::Velocity: return [&palette, own](const Note& note) { return velocityColour(palette, own, note.velocity); };
    case NoteColouring::PitchClass: return [&palette](const Note& note) { return pitchClassColour(palette, note.pitch.pitchClass()); };
    case NoteColouring::Surprise:
        return [&palette, own, &document = state.document()](const Note& note) {
            const NoteOrigin* origin = document.origin(note.id);
            return origin ? surpriseColour(palette, origin->probability) : own;
        };
    case NoteColouring::Track: break;
    }
    return {};
}

} // namespace

RollPicture rollPicture(const RollState& state)
{
    const Palette& palette = state.appearance().palette();
    RollPicture picture;
    picture.geometry = state.geometry();
    picture.palette = palette;
    picture.font = state.appearance().smallFont();
    picture.meters = &state.meters();
    picture.grid = state.grid() ? &*state.grid() : nullptr;
    picture.scale = state.scale();
    picture.answer = state.answerRange();
    picture.loop = state.player().loop();
    picture.playhead = state.playhead();
    if (const Gesture* gesture = state.gesture()) {
        picture.outline = gesture->outline();
        if (const auto loop = gesture->loop())
            picture.loop = loop;
    }

    const std::vector<Track>& tracks = state.score().tracks;
    const auto active = state.activeIndex();
    const auto add = [&](std::span<const Note> notes, const NoteIndex& index, const QColor& colour) -> NoteLayer& {
        NoteLayer& layer = picture.layers.emplace_back();
        layer.notes = notes;
        layer.index = &index;
        layer.colour = colour;
        return layer;
    };
    for (std::size_t track = 0; track < tracks.size(); ++track) {
        if (track != active)
            add(tracks[track].notes, state.trackIndex(track), faded(trackColour(palette, track), kOtherTracks));
    }
    for (const RollState::Ghost& ghost : state.ghosts()) {
        NoteLayer& layer = add(ghost.notes.notes, ghost.notes.index, faded(ghost.colour, kGhosts));
        layer.letter = ghost.letter;
        layer.hasStems = true;
    }
    const QColor own = trackColour(palette, active.value_or(0));
    const auto addOwn = [&](std::span<const Note> notes, const NoteIndex& index, bool isPreview) {
        NoteLayer& layer = add(notes, index, own);
        layer.colourOf = colourOf(state, own);
        layer.hasStems = true;
        if (!isPreview && state.preview())
            layer.hidden = &state.preview()->hidden;
        return &layer;
    };
    if (active)
        addOwn(tracks[*active].notes, state.trackIndex(*active), false);
    const IndexedNotes& chosen = state.selectedNotes();
    picture.hasChosen = !chosen.notes.empty();
    if (picture.hasChosen)
        addOwn(chosen.notes, chosen.index, false)->isChosen = true;
    if (state.preview())
        addOwn(state.preview()->added.notes, state.preview()->added.index, true)->isChosen = true;
    return picture;
}

} // namespace continuo::ui
