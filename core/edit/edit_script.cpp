// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/edit_script.h"

#include "core/base/text.h"
#include "core/edit/legato.h"
#include "core/edit/move_notes.h"
#include "core/edit/place_notes.h"
#include "core/edit/quantise.h"
#include "core/edit/resize_notes.h"
#include "core/edit/split_notes.h"
#include "core/edit/tempo.h"
#include "core/edit/velocity.h"
#include "core/music/meter.h"
#include "core/music/pitch.h"
#include "core/music/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

namespace continuo {

namespace {

using Ids = std::span<const NoteId>;
using Change = std::function<ScorePatch(const Score&, Ids)>;

/// The words of one operation, each taken by whoever understands it.
struct Words
{
    std::string whole{};
    std::string name{};
    std::optional<std::string> argument{};
    std::map<std::string, std::string, std::less<>> options{};

    std::optional<std::string> take(std::string_view key)
    {
        const auto found = options.find(key);
        if (found == options.end())
            return std::nullopt;
        std::string value = std::move(found->second);
        options.erase(found);
        return value;
    }
};

Error badArgument(const Words& words, std::string_view what)
{
    return {ErrorKind::Usage,
            "edit.bad-argument",
            "\"" + words.whole + "\" cannot be done: " + std::string(what),
            {{"operation", words.whole}}};
}

std::optional<double> realOf(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end.ec != std::errc{} || end.ptr != text.data() + text.size() ||
        !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<int> wholeOf(std::string_view text)
{
    const auto value = realOf(text);
    if (!value || *value != std::round(*value) || std::abs(*value) > 100'000)
        return std::nullopt;
    return static_cast<int>(*value);
}

struct Fraction
{
    int numerator = 0;
    int denominator = 1;
};

/// "1/16", "-3/8", "+1".
std::optional<Fraction> fractionOf(std::string_view text)
{
    const std::size_t stroke = text.find('/');
    const auto numerator = wholeOf(text.substr(0, stroke));
    const auto denominator =
        stroke == std::string_view::npos ? std::optional(1) : wholeOf(text.substr(stroke + 1));
    if (!numerator || !denominator || *denominator < 1 || *denominator > 4096)
        return std::nullopt;
    return Fraction{*numerator, *denominator};
}

Tick ticksOf(const Score& score, Fraction fraction)
{
    return gridLine(std::int64_t{4} * score.ticksPerQuarter, fraction.numerator,
                    fraction.denominator);
}

/// "5-8" or "5": both ends, from `first` on.
template <typename Value, typename Read>
std::optional<std::pair<Value, Value>> rangeOf(std::string_view text, Read read)
{
    // A hyphen at the front is a sign.
    const std::size_t hyphen = text.find('-', 1);
    const auto from = read(text.substr(0, hyphen));
    const auto to = hyphen == std::string_view::npos ? from : read(text.substr(hyphen + 1));
    if (!from || !to || *to < *from)
        return std::nullopt;
    return std::pair<Value, Value>{*from, *to};
}

/// Which notes an operation is for.
struct Selection
{
    std::optional<std::size_t> track{};        ///< From 0.
    std::optional<std::pair<int, int>> bars{}; ///< From 1, both with.
    std::optional<std::pair<Pitch, Pitch>> pitches{};

    std::vector<NoteId> idsIn(const Score& score) const
    {
        Tick from{};
        std::optional<Tick> to;
        if (bars) {
            const MeterMap meters(score);
            from = meters.barStart(bars->first - 1);
            to = meters.barStart(bars->second);
        }
        std::vector<NoteId> ids;
        for (std::size_t i = 0; i < score.tracks.size(); ++i) {
            if (track && *track != i)
                continue;
            for (const Note& note : score.tracks[i].notes) {
                const bool isHigh = pitches && note.pitch > pitches->second;
                const bool isLow = pitches && note.pitch < pitches->first;
                if (note.start >= from && (!to || note.start < *to) && !isHigh && !isLow)
                    ids.push_back(note.id);
            }
        }
        return ids;
    }
};

Result<Selection> selectionOf(Words& words)
{
    Selection selection;
    if (const auto text = words.take("track")) {
        const auto track = wholeOf(*text);
        if (!track || *track < 1)
            return badArgument(words, "track= is the number of a track, from 1.");
        selection.track = static_cast<std::size_t>(*track - 1);
    }
    if (const auto text = words.take("bars")) {
        selection.bars = rangeOf<int>(*text, wholeOf);
        if (!selection.bars || selection.bars->first < 1)
            return badArgument(words, "bars= is a bar or several, such as 5-8, from 1.");
    }
    if (const auto text = words.take("pitch")) {
        selection.pitches = rangeOf<Pitch>(*text, parsePitch);
        if (!selection.pitches)
            return badArgument(words, "pitch= is a note or a range, such as C4-B5.");
    }
    return selection;
}

/// Reads what stands behind the operation's name.
using Reader = Result<Change> (*)(Words& words);

Result<bool> truthOf(Words& words, std::string_view key, bool usual)
{
    const auto text = words.take(key);
    if (!text)
        return usual;
    if (*text != "yes" && *text != "no")
        return badArgument(words, std::string(key) + "= is yes or no.");
    return *text == "yes";
}

Result<Change> readQuantise(Words& words)
{
    const auto grid = fractionOf(words.argument.value_or(""));
    if (!grid || grid->numerator < 1)
        return badArgument(words, "a grid is wanted, such as 1/16, or 1/12 for triplet eighths.");
    QuantiseOptions options{.numerator = grid->numerator, .denominator = grid->denominator};
    if (const auto text = words.take("strength")) {
        const auto strength = realOf(*text);
        if (!strength || *strength < 0 || *strength > 1)
            return badArgument(words, "strength= is from 0 to 1.");
        options.strength = *strength;
    }
    const Result<bool> starts = truthOf(words, "starts", true);
    const Result<bool> ends = truthOf(words, "ends", false);
    if (!starts || !ends)
        return starts ? ends.error() : starts.error();
    options.movesStarts = *starts;
    options.movesEnds = *ends;
    return Change(
        [options](const Score& score, Ids ids) { return quantiseNotes(score, ids, options); });
}

Result<Change> readTranspose(Words& words)
{
    const auto semitones = wholeOf(words.argument.value_or(""));
    if (!semitones || std::abs(*semitones) > 127)
        return badArgument(words, "a number of semitones is wanted, such as +2 or -12.");
    return Change(
        [by = *semitones](const Score& score, Ids ids) { return transposeNotes(score, ids, by); });
}

Result<Change> readMove(Words& words)
{
    const auto by = fractionOf(words.argument.value_or(""));
    if (!by)
        return badArgument(words, "a part of a whole note is wanted, such as +1/8 or -1/4.");
    return Change([by = *by](const Score& score, Ids ids) {
        return moveNotes(score, ids, ticksOf(score, by), 0);
    });
}

Result<Change> readLengthen(Words& words)
{
    const auto by = fractionOf(words.argument.value_or(""));
    if (!by)
        return badArgument(words, "a part of a whole note is wanted, such as +1/16 or -1/32.");
    return Change([by = *by](const Score& score, Ids ids) {
        return resizeNotes(score, ids, NoteEdge::End, ticksOf(score, by));
    });
}

Result<Change> readVelocity(Words& words)
{
    const std::string text = words.argument.value_or("");
    const bool isFactor = text.starts_with('x');
    const auto value = isFactor ? realOf(std::string_view(text).substr(1)) : realOf(text);
    const bool isWhole = value && *value == std::round(*value) && std::abs(*value) <= 127;
    if (!value || (isFactor ? *value < 0 : !isWhole))
        return badArgument(words, "a velocity is wanted: 80, +10, -10 or x0.8.");
    if (isFactor)
        return Change([factor = *value](const Score& score, Ids ids) {
            return scaleVelocity(score, ids, factor);
        });
    const int whole = static_cast<int>(*value);
    if (text.starts_with('+') || text.starts_with('-'))
        return Change(
            [whole](const Score& score, Ids ids) { return changeVelocity(score, ids, whole); });
    return Change([whole](const Score& score, Ids ids) { return setVelocity(score, ids, whole); });
}

Result<Change> readTempo(Words& words)
{
    constexpr double kMicrosecondsPerMinute = 60e6;
    constexpr double kLongest = 16'777'215;
    const auto beats = realOf(words.argument.value_or(""));
    if (!beats || *beats < kMicrosecondsPerMinute / kLongest || *beats > 1000)
        return badArgument(words, "quarters a minute are wanted, from 3.6 to 1000.");
    const auto quarter = static_cast<std::uint32_t>(std::lround(kMicrosecondsPerMinute / *beats));
    return Change([quarter](const Score& score, Ids) { return setTempo(score, {}, quarter); });
}

template <ScorePatch (*change)(const Score&, Ids)>
Result<Change> readPlain(Words& words)
{
    if (words.argument)
        return badArgument(words, "nothing but track=, bars= and pitch= is allowed behind \"" +
                                      words.name + "\".");
    return Change(change);
}

struct Operation
{
    std::string_view name{};
    Reader read = nullptr;
    bool hasBeats = false; ///< It says something about beats.
};

constexpr std::array<Operation, 9> kOperations{{
    {"quantise", readQuantise, true},
    {"transpose", readTranspose, false},
    {"move", readMove, true},
    {"lengthen", readLengthen, true},
    {"legato", readPlain<legatoNotes>, false},
    {"join", readPlain<joinNotes>, false},
    {"velocity", readVelocity, false},
    {"tempo", readTempo, true},
    {"delete", readPlain<removeNotes>, false},
}};

Result<Words> wordsOf(std::string_view text)
{
    Words words;
    words.whole = std::string(text);
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
        const std::string word(text.substr(at, end - at));
        at = std::min(text.find_first_not_of(" \t\n", end), text.size());
        const std::size_t sign = word.find('=');
        if (words.name.empty())
            words.name = word;
        else if (sign != std::string::npos && sign > 0)
            words.options[word.substr(0, sign)] = word.substr(sign + 1);
        else if (!words.argument)
            words.argument = word;
        else
            return badArgument(words, "\"" + word + "\" is one argument too many.");
    }
    return words;
}

Result<EditOperation> operationOf(std::string_view text)
{
    Result<Words> words = wordsOf(text);
    if (!words)
        return words.error();
    const auto known = std::ranges::find(kOperations, words->name, &Operation::name);
    if (known == kOperations.end()) {
        std::string all;
        for (const Operation& each : kOperations)
            all.append(all.empty() ? "" : ", ").append(each.name);
        return Error{ErrorKind::Usage,
                     "edit.unknown-operation",
                     "There is no operation \"" + words->name + "\". Known are: " + all + ".",
                     {{"operation", words->name}}};
    }
    Result<Selection> selection = selectionOf(*words);
    if (!selection)
        return selection.error();
    Result<Change> change = known->read(*words);
    if (!change)
        return change.error();
    if (!words->options.empty())
        return badArgument(*words, "there is no \"" + words->options.begin()->first + "=\" here.");
    const bool hasBeats = known->hasBeats || selection->bars;
    return EditOperation{
        words->whole,
        [selection = *selection, change = std::move(*change), hasBeats,
         whole = words->whole](const Score& score) -> Result<ScorePatch> {
            if (hasBeats && score.smpte)
                return Error{ErrorKind::Refused,
                             "edit.no-beats",
                             "\"" + whole +
                                 "\" needs beats, and the score counts time in film frames.",
                             {{"operation", whole}}};
            if (selection.track && *selection.track >= score.tracks.size())
                return Error{ErrorKind::Usage,
                             "edit.no-such-track",
                             "\"" + whole + "\" names a track that is not there: the score has " +
                                 std::to_string(score.tracks.size()) + ".",
                             {{"operation", whole}}};
            return change(score, selection.idsIn(score));
        }};
}

} // namespace

Result<std::vector<EditOperation>> parseEdits(std::string_view script)
{
    std::vector<EditOperation> operations;
    while (!script.empty()) {
        const std::size_t end = std::min(script.find(';'), script.size());
        const std::string_view text = trimmed(script.substr(0, end));
        script.remove_prefix(std::min(end + 1, script.size()));
        if (text.empty())
            continue;
        Result<EditOperation> operation = operationOf(text);
        if (!operation)
            return operation.error();
        operations.push_back(std::move(*operation));
    }
    if (operations.empty())
        return Error{ErrorKind::Usage,
                     "edit.nothing-to-do",
                     "No operation is named. Write for example: quantise 1/16; transpose +2",
                     {}};
    return operations;
}

std::string_view editHelp()
{
    return "Operations, divided by semicolons:\n"
           "  quantise 1/16 [strength=.8] [starts=no] [ends=yes]   onto a grid, or part of the "
           "way\n"
           "  transpose +2                                         by semitones, all or none\n"
           "  move -1/8                                            by a part of a whole note, all "
           "or none\n"
           "  lengthen +1/16                                       ends later, or with - earlier\n"
           "  legato                                               each lasts until the next "
           "begins\n"
           "  join                                                 one note of all of one pitch\n"
           "  velocity 80, +10, -10 or x0.8                        sets, adds, multiplies\n"
           "  tempo 96                                             quarters a minute at the "
           "beginning\n"
           "  delete\n"
           "Each is for all notes, or for those of track=2, bars=5-8, pitch=C4-B5.";
}

} // namespace continuo
