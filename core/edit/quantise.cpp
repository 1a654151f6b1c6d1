// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/quantise.h"

#include "core/edit/bar_grid.h"
#include "core/edit/note_edit.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo {

namespace {

Tick partOfTheWay(Tick from, Tick to, double strength)
{
    return {from.value + std::llround(static_cast<double>((to - from).value) * strength)};
}

} // namespace

ScorePatch quantiseNotes(const Score& score, std::span<const NoteId> ids,
                         const QuantiseOptions& options)
{
    assert(options.numerator >= 1 && options.denominator >= 1 && options.strength >= 0 &&
           options.strength <= 1);
    if (score.smpte || options.strength == 0)
        return {};
    const BarGrid grid(MeterMap(score), options.numerator, options.denominator);
    return changeNotes(score, ids, [&](const Note& note) -> std::optional<Note> {
        Note moved = note;
        Tick start = note.start;
        if (options.movesStarts) {
            start = grid.nearest(note.start);
            moved.start = partOfTheWay(note.start, start, options.strength);
        }
        if (options.movesEnds) {
            Tick end = grid.nearest(note.end());
            if (end <= start)
                end = grid.lineAfter(start);
            moved.length =
                std::max(partOfTheWay(note.end(), end, options.strength) - moved.start, Tick{1});
        }
        return moved;
    });
}

} // namespace continuo
