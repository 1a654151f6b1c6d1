// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <functional>
#include <optional>
#include <span>

namespace continuo {

/// Collects the changes of one edit into a patch: ids of new notes come from Score::nextId, and a
/// track's end moves out where a note would stand behind it.
class NoteEdit
{
public:
    explicit NoteEdit(const Score& score);

    void add(TrackId track, Note note);
    void remove(TrackId track, const Note& note);
    /// Nothing where both are the same. `after` keeps the id.
    void change(TrackId track, const Note& before, Note after);

    ScorePatch take();

private:
    const Score& m_score;
    ScorePatch m_patch{};
};

/// Changes the notes with these ids, in any track, by `changed`; ids that the score does not have
/// are passed over. Where `changed` answers nothing for one of them, no note changes at all, and
/// the patch is empty.
ScorePatch changeNotes(const Score& score, std::span<const NoteId> ids,
                       const std::function<std::optional<Note>(const Note&)>& changed);

} // namespace continuo
