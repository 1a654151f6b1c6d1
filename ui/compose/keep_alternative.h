// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"
#include "ui/compose/alternative.h"
#include "ui/compose/continuation.h"
#include "ui/document/note_origin.h"

namespace continuo::ui {

/// An alternative as an edit of the score, and where each of its new notes comes from.
struct KeptAlternative
{
    ScorePatch patch{};
    NoteOrigins origins{};
};

/// With `voices` each voice goes to its track, in the place of what stands in `range`, or to a new
/// one of its own. Otherwise puts an alternative into `track`, in the place of what stands in
/// `range`; into a new track where there is no such one. The notes of a new piece are struck as the
/// score's own meter asks for. `alternative` has notes.
KeptAlternative keepAlternative(const Score& score, const Alternative& alternative,
                                const ContinuationQuestion& question, TickRange range,
                                TrackId track, const QString& modelName,
                                const std::vector<AnswerVoice>& voices = {});

/// The score with the edit, to the end of the bar after `range`, so that one hears how it leads on.
Score scoreForAudition(Score score, const ScorePatch& edit, TickRange range);

/// What the model wrote and nothing else: the notes of the alternative on one track that begins
/// with `range`, in the tempo, the meter and the key that the score has there.
Score melodyOf(const Score& score, const Alternative& alternative, TickRange range);

/// A beat before `time`, but not before the beginning.
Tick aBeatBefore(const Score& score, Tick time);

} // namespace continuo::ui
