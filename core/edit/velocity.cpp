// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/velocity.h"

#include "core/edit/note_edit.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace continuo {

ScorePatch setVelocity(const Score& score, std::span<const NoteId> ids, int velocity)
{
    return changeNotes(score, ids, [velocity](const Note& note) -> std::optional<Note> {
        Note changed = note;
        changed.velocity = static_cast<std::uint8_t>(std::clamp(velocity, 1, 127));
        return changed;
    });
}

ScorePatch scaleVelocity(const Score& score, std::span<const NoteId> ids, double factor)
{
    assert(std::isfinite(factor) && factor >= 0);
    return changeNotes(score, ids, [factor](const Note& note) -> std::optional<Note> {
        Note changed = note;
        changed.velocity =
            static_cast<std::uint8_t>(std::clamp(std::round(note.velocity * factor), 1.0, 127.0));
        return changed;
    });
}

ScorePatch changeVelocity(const Score& score, std::span<const NoteId> ids, int by)
{
    const int bounded = std::clamp(by, -127, 127);
    return changeNotes(score, ids, [bounded](const Note& note) -> std::optional<Note> {
        Note changed = note;
        changed.velocity = static_cast<std::uint8_t>(std::clamp(note.velocity + bounded, 1, 127));
        return changed;
    });
}

ScorePatch setVelocities(const Score& score, const std::unordered_map<NoteId, int>& velocities)
{
    std::vector<NoteId> ids;
    ids.reserve(velocities.size());
    for (const auto& [id, velocity] : velocities)
        ids.push_back(id);
    return changeNotes(score, ids, [&velocities](const Note& note) -> std::optional<Note> {
        Note changed = note;
        changed.velocity = static_cast<std::uint8_t>(std::clamp(velocities.at(note.id), 1, 127));
        return changed;
    });
}

} // namespace continuo
