// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <cstddef>
#include <string>
#include <vector>

namespace continuo {

/// A line of sung words.
struct LyricLine
{
    Tick start{};             ///< Of its first syllable.
    std::string text{};       ///< UTF-8, without control characters.
    bool beginsVerse = false; ///< The file begins a paragraph or a screen here.
    friend bool operator==(const LyricLine&, const LyricLine&) = default;
};

/// The words of a score, for reading; the events stay as they are.
struct Lyrics
{
    std::vector<LyricLine> lines{};
    std::vector<std::string> titles{}; ///< Of karaoke files: the @T texts; the first is the title.
    std::string language{};            ///< Of karaoke files: the @L text, such as "ENGL".
    friend bool operator==(const Lyrics&, const Lyrics&) = default;
};

/// What is sung to a note.
struct LyricSyllable
{
    Tick time{};
    std::string text{}; ///< UTF-8, without control characters and spaces around it; never empty.
    bool endsWord = true;
    friend bool operator==(const LyricSyllable&, const LyricSyllable&) = default;
};

struct SungTrack
{
    std::size_t track = 0;                  ///< Index into Score::tracks.
    std::vector<LyricSyllable> syllables{}; ///< By time; at least one.
    friend bool operator==(const SungTrack&, const SungTrack&) = default;
};

/// Reads the words of the track that has most of them: lyric events as RP-017 has them (a carriage
/// return ends a line, a line feed a verse), or the text events of karaoke files (a slash begins a
/// line, a backslash a verse; @T, @L and other texts with @ are not sung). Where no syllable of a
/// track says where words end, a hyphen at the end of a syllable joins it to the next, and all
/// others are words; lines that never end are divided between words.
///
/// The bytes are told by {@LATIN} and {@JP} (RP-026), in karaoke files by the language, else by
/// guessedEncoding() of all the words together. At most 10,000 lines.
Lyrics lyricsOf(const Score& score);

/// The same words syllable by syllable: the lyric events of every track that has some, of karaoke
/// files the text events of the track that has most.
std::vector<SungTrack> sungTracks(const Score& score);

} // namespace continuo
