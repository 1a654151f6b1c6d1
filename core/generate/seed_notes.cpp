// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/seed_notes.h"

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/generate/prompt.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

namespace {

Error badWord(const char* id, std::string_view word, std::string_view allowed)
{
    return {ErrorKind::Usage,
            id,
            fmt::format("\"{}\" in the seed melody is not understood. Allowed: {}.",
                        repairedUtf8(word), allowed),
            {{"word", std::string(word)}, {"allowed", std::string(allowed)}}};
}

/// "1/8", "3/8", "1" as ticks; nothing if it is no positive length of up to 16 whole notes.
std::optional<Tick> parseLength(std::string_view text)
{
    const std::vector<std::string> parts = splitText(text, '/');
    if (parts.empty() || parts.size() > 2)
        return std::nullopt;
    const auto over = parseInteger(parts[0]);
    const auto under = parts.size() == 2 ? parseInteger(parts[1]) : std::optional<std::int64_t>(1);
    if (!over || !under || *over < 1 || *under < 1 || *under > 192 || *over > 16 * *under)
        return std::nullopt;
    const Tick length = gridLine(*over, std::int64_t{4} * kDefaultTicksPerQuarter, *under);
    return length;
}

} // namespace

Result<Score> parseSeedNotes(std::string_view text)
{
    Score score = blankScore();
    Tick now{};
    std::string spaced(text);
    std::ranges::replace_if(
        spaced, [](char c) { return c == ',' || c == '\t' || c == '\n' || c == '\r'; }, ' ');
    for (const std::string& word : splitText(spaced, ' ')) {
        if (word.empty())
            continue;
        const std::size_t colon = word.find(':');
        const std::string name = word.substr(0, colon);
        Tick length{kDefaultTicksPerQuarter};
        if (colon != std::string::npos) {
            const auto parsed = parseLength(std::string_view(word).substr(colon + 1));
            if (!parsed)
                return badWord(
                    "notes.bad-length", word,
                    "a fraction of a whole note behind the colon, such as 1/8, up to 16");
            length = *parsed;
        }
        if (lowerCase(name) != "rest") {
            const std::optional<Pitch> pitch = parsePitch(name);
            if (!pitch)
                return badWord(
                    "notes.bad-note", word,
                    "note names such as C4, F#5 or Bb3, MIDI numbers from 0 to 127, rest");
            Note note;
            note.start = now;
            note.length = length;
            note.pitch = *pitch;
            score.addNote(score.tracks[0].id, note);
        }
        now += length;
    }
    if (!score.hasNotes()) {
        return Error{
            ErrorKind::Usage,
            "notes.empty",
            "The seed melody is empty. Write at least one note, for example \"C4 E4:1/8 G4:1/8\".",
            {}};
    }
    return score;
}

Score randomSeedMelody(const Vocabulary& vocabulary, Key key, std::uint64_t seed)
{
    Score score = blankScore();
    std::vector<Pitch> ladder;
    for (const Symbol& symbol : vocabulary.symbols()) {
        if (symbol.kind == SymbolKind::Pitch &&
            (scaleMask(key) >> symbol.pitch.pitchClass() & 1U) != 0)
            ladder.push_back(symbol.pitch);
    }
    if (ladder.empty()) {
        for (const Symbol& symbol : vocabulary.symbols()) {
            if (symbol.kind == SymbolKind::Pitch)
                ladder.push_back(symbol.pitch);
        }
    }
    // Where symbols say no pitch: two octaves from middle C.
    if (ladder.empty()) {
        for (std::uint8_t number = 60; number < 84; ++number) {
            if ((scaleMask(key) >> (number % 12) & 1U) != 0)
                ladder.push_back({number});
        }
    }
    std::ranges::sort(ladder);
    const CounterRandom random(seed, CounterRandom::Domain::Prompt);
    // From the middle third by up to three steps of the scale at a time, turned back at the ends.
    const auto last = static_cast<std::int64_t>(ladder.size()) - 1;
    auto place =
        static_cast<std::int64_t>(ladder.size() / 3 + random.below(ladder.size() / 3 + 1, 0, 0));
    Tick now{};
    for (std::uint32_t i = 0; i < 8; ++i) {
        Note note;
        note.start = now;
        note.length = Tick{random.below(2, i, 1) == 0 ? kDefaultTicksPerQuarter
                                                      : kDefaultTicksPerQuarter / 2};
        note.pitch = ladder[static_cast<std::size_t>(std::clamp<std::int64_t>(place, 0, last))];
        score.addNote(score.tracks[0].id, note);
        now += note.length;
        place += static_cast<std::int64_t>(random.below(7, i, 2)) - 3;
        place = std::clamp<std::int64_t>(place < 0      ? -place
                                         : place > last ? 2 * last - place
                                                        : place,
                                         0, last);
    }
    return score;
}

} // namespace continuo
