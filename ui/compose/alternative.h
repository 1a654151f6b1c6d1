// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <QString>

#include <optional>
#include <vector>

namespace continuo::ui {

/// A note of an alternative, in the document's ticks, and how likely the model found it.
struct OfferedNote
{
    Note note{};
    double probability = 0;       ///< Of its first symbol, 0..1.
    int rank = 0;                 ///< 1 for the likeliest.
    std::optional<int> program{}; ///< Where the model says the instrument; −1 for drums.
    int voice = 0;                ///< Of models of several voices: 0 the soprano.
    friend bool operator==(const OfferedNote&, const OfferedNote&) = default;
};

/// One of the answers to a continuation; its notes come one by one.
struct Alternative
{
    int index = 0; ///< From 0, as the engine counts: its letter and colour.
    std::vector<OfferedNote> notes{};
    bool isWhole = false; ///< Nothing more will come because all of it has.
    bool isDraft = false; ///< Every note may still change.
    friend bool operator==(const Alternative&, const Alternative&) = default;
};

/// "A" … "Z", "AA" …
QString alternativeLetter(int index);

/// The mean surprise, −log₂ p, of the notes; nothing without notes.
std::optional<double> meanSurprise(const Alternative& alternative);

/// "familiar", "balanced" or "daring" for a mean surprise in bits.
QString surpriseInWords(double bits);

std::vector<Note> notesOf(const Alternative& alternative);

} // namespace continuo::ui
