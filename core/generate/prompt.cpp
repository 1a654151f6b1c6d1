// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/prompt.h"

#include "core/base/counted.h"
#include "core/generate/voices_answer.h"
#include "core/music/melody.h"
#include "core/music/meter.h"
#include "core/weights/generate_mode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace continuo {

namespace {

Error refused(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Refused, id, std::move(text), std::move(arguments)};
}

/// Whether the score's time can carry the model's grid.
Status checkTime(const GeneratingModel& model, const Score& score)
{
    if (score.smpte) {
        return refused("generate.prompt-without-beats",
                       "The seed melody counts time in film frames (SMPTE), not in beats, so there "
                       "are no bars to go on "
                       "with. Save it with ticks per quarter first.");
    }
    constexpr std::size_t steps = 96;
    const std::optional<Tick> span = model.encoding->tokenTime(steps, score.ticksPerQuarter);
    if (span && span->value < std::int64_t{steps}) {
        return refused("generate.coarse-time",
                       fmt::format("The seed melody's file has only {} ticks per quarter, fewer "
                                   "than the model's grid has "
                                   "steps. Save it with a finer resolution, for example 480.",
                                   score.ticksPerQuarter),
                       {{"ticksPerQuarter", std::to_string(score.ticksPerQuarter)}});
    }
    return ok();
}

/// Whether the encoding reads every piece in one common key: tried with one note.
bool hasCommonKey(const Encoding& encoding)
{
    Score score;
    Note note;
    note.length = Tick{kDefaultTicksPerQuarter};
    score.addNote(score.addTrack().id, note);
    const auto piece = encoding.encode(score, {});
    return piece && piece->key.has_value();
}

/// Whether a key can be chosen: where pieces are brought to a common one, and where a piece begins
/// with its key.
Status checkKey(const GeneratingModel& model, const PromptOptions& options, bool isEmpty)
{
    const Encoding& encoding = *model.encoding;
    if (!options.key || hasCommonKey(encoding) ||
        (isEmpty &&
         encoding.opening(Meter{}, options.key) != encoding.opening(Meter{}, std::nullopt)))
        return ok();
    return Error{
        ErrorKind::Usage,
        "generate.key-not-used",
        "This model reads melodies in their own key, so a key cannot be chosen. Leave the key out.",
        {{"key", keyName(*options.key)}}};
}

/// Where an answer that nothing stands before can begin: the first line of the grid that is not
/// before `position`.
Tick gridLineFrom(const Encoding& encoding, int ticksPerQuarter, Tick position)
{
    constexpr std::size_t many = 1024;
    const std::optional<Tick> span = encoding.tokenTime(many, ticksPerQuarter);
    if (!span)
        return position;
    // Near the place in one go, then step by step: grid lines are rounded to ticks.
    const std::int64_t whole = position.value / span->value;
    std::size_t step = static_cast<std::size_t>(std::max<std::int64_t>(whole - 1, 0)) * many;
    while (*encoding.tokenTime(step, ticksPerQuarter) < position)
        ++step;
    return *encoding.tokenTime(step, ticksPerQuarter);
}

/// The score without what begins at or after `position`.
Score scoreBefore(const Score& score, Tick position)
{
    Score before = score;
    for (Track& track : before.tracks) {
        std::erase_if(track.notes, [&](const Note& note) { return note.start >= position; });
        for (Note& note : track.notes)
            note.length = std::min(note.length, position - note.start);
    }
    return before;
}

std::uint8_t usualChannel(const std::vector<Note>& notes)
{
    std::array<std::size_t, 16> counts{};
    for (const Note& note : notes) {
        if (note.channel != kDrumChannel)
            ++counts[note.channel & 15U];
    }
    return static_cast<std::uint8_t>(std::ranges::max_element(counts) - counts.begin());
}

std::string movedText(int transposed, int octaves)
{
    std::vector<std::string> parts;
    const auto part = [](int amount, const char* one, const char* many) {
        return fmt::format("{} {}", counted(static_cast<std::size_t>(std::abs(amount)), one, many),
                           amount > 0 ? "up" : "down");
    };
    if (transposed != 0)
        parts.push_back(part(transposed, "semitone", "semitones"));
    if (octaves != 0)
        parts.push_back(part(octaves, "octave", "octaves"));
    if (parts.empty())
        return "read as it is";
    return fmt::format("read {}, the answer is brought back", fmt::join(parts, " and "));
}

/// That several tracks are read, as which instruments.
void tellVoices(PreparedPrompt& prompt, const Score& score, const EncodedPiece& piece)
{
    const auto tracks = static_cast<std::size_t>(std::ranges::count_if(
        score.tracks, [](const Track& track) { return !track.notes.empty(); }));
    if (tracks < 2 && piece.voices.size() < 2)
        return;
    std::vector<std::string> parts;
    for (const EncodedVoice& voice : piece.voices) {
        const std::string notes = counted(voice.notes, "note", "notes");
        const std::string name = trackName(score.tracks[voice.track]);
        if (!voice.program)
            parts.push_back(fmt::format("as one instrument, {}", notes));
        else if (*voice.program < 0)
            parts.push_back(fmt::format("drums, {}", notes));
        else
            parts.push_back(fmt::format("program {}{}, {}", *voice.program + 1,
                                        name.empty() ? "" : fmt::format(" (\"{}\")", name), notes));
    }
    prompt.remarks.push_back(
        {"prompt.tracks",
         fmt::format("All {} of the seed melody are read: {}.", counted(tracks, "track", "tracks"),
                     fmt::join(parts, "; ")),
         {{"tracks", std::to_string(tracks)},
          {"instruments", std::to_string(piece.voices.size())}}});
}

void tellWhatWasDone(PreparedPrompt& prompt, const Score& score, const EncodedPiece& piece,
                     bool isKeyGiven)
{
    if (prompt.key) {
        const std::string key = keyName(*prompt.key);
        prompt.remarks.push_back({"prompt.key",
                                  fmt::format("{} {}: {}.", isKeyGiven ? "Taken as" : "Heard as",
                                              key, movedText(prompt.transposed, prompt.octaves)),
                                  {{"key", key},
                                   {"transposed", std::to_string(prompt.transposed)},
                                   {"octaves", std::to_string(prompt.octaves)}}});
    } else if (prompt.semitones != 0) {
        prompt.remarks.push_back(
            {"prompt.octaves",
             fmt::format("To fit the model's range: {}.", movedText(0, prompt.octaves)),
             {{"octaves", std::to_string(prompt.octaves)}}});
    }
    const Track& track = score.tracks[piece.track];
    const auto left = std::ranges::find(piece.report.items, "not-melody", &LossReport::Item::id);
    if (left != piece.report.items.end()) {
        const std::string name = trackName(track);
        prompt.remarks.push_back(
            {"prompt.line",
             fmt::format("The seed melody has several lines: the highest line of track {}{} is "
                         "read, {} of its {} notes "
                         "are left out.",
                         piece.track + 1, name.empty() ? "" : fmt::format(" (\"{}\")", name),
                         left->count, piece.report.notes),
             {{"track", std::to_string(piece.track + 1)},
              {"name", name},
              {"leftOut", std::to_string(left->count)},
              {"notes", std::to_string(piece.report.notes)}}});
    }
    if (!piece.voices.empty() && left == piece.report.items.end())
        tellVoices(prompt, score, piece);
    LossReport others = piece.report;
    std::erase_if(others.items,
                  [](const LossReport::Item& item) { return item.id == "not-melody"; });
    if (!others.items.empty()) {
        others.notes = prompt.notes;
        prompt.remarks.push_back(
            {"prompt.losses",
             fmt::format("To fit the model's grid and range, {}.", others.text()),
             {}});
    }
}

/// By how many steps the prompt is shorter than the window of a model that learned from whole
/// windows; others look back as far as there is something.
std::size_t missingSteps(const PreparedPrompt& prompt, const GeneratingModel& model)
{
    const bool isLastStep = model.card.network.prediction == "last-step";
    const std::size_t width = model.encoding->limits().size();
    return isLastStep ? windowOf(model) - prompt.tokens.size() / width : 0;
}

/// Where bars have a symbol a network has learned from stretches that begin with one: what stands
/// before the first goes, unless that is more than half.
void beginWithBar(std::vector<Token>& tokens, const Vocabulary& vocabulary)
{
    const auto bar = std::ranges::find_if(tokens, [&](Token token) {
        return vocabulary.symbol(token).kind == SymbolKind::Bar;
    });
    if (bar - tokens.begin() <= std::ssize(tokens) / 2)
        tokens.erase(tokens.begin(), bar);
}

/// Cuts the steps to what the model can use and tells how much that is.
void fitContext(PreparedPrompt& prompt, const GeneratingModel& model)
{
    const std::size_t window = windowOf(model);
    const std::size_t width = model.encoding->limits().size(); // numbers in a step
    const std::size_t most = (window > 0 ? window : kMostPromptSymbols) * width;
    if (prompt.tokens.size() > most)
        prompt.tokens.erase(prompt.tokens.begin(),
                            prompt.tokens.end() - static_cast<std::ptrdiff_t>(most));
    if (width == 1 && prompt.tokens.size() == most)
        beginWithBar(prompt.tokens, model.encoding->vocabulary());
    prompt.padded = missingSteps(prompt, model);
    const std::size_t music = std::min(prompt.tokens.size(), prompt.written.size());
    const auto reader =
        model.encoding->reader(std::span(prompt.written).first(prompt.written.size() - music), {});
    for (const Token token : std::span(prompt.written).last(music))
        prompt.read += reader->read(token).size();
    prompt.read += reader->finish().size();

    std::string text =
        prompt.read < prompt.notes
            ? fmt::format("Reads the last {} of your {} notes", prompt.read, prompt.notes)
            : fmt::format("Reads your {}", counted(prompt.notes, "note", "notes"));
    const std::string_view unit = model.notes ? "notes" : "steps";
    if (prompt.padded > 0)
        text += fmt::format(", padded to {} {}", window, unit);
    else if (prompt.tokens.size() == window * width)
        text += fmt::format(": its window holds {} {}", window, unit);
    else if (prompt.read == prompt.notes)
        text += ", all of them";
    prompt.remarks.push_back({"prompt.context",
                              text + ".",
                              {{"read", std::to_string(prompt.read)},
                               {"notes", std::to_string(prompt.notes)},
                               {"padded", std::to_string(prompt.padded)},
                               {"window", std::to_string(window)}}});
}

} // namespace

Result<PreparedPrompt> preparePrompt(const GeneratingModel& model, const Score& score,
                                     const PromptOptions& options)
{
    for (const Status& status : {checkMode(model.card.network, options.mode),
                                 checkTime(model, score), checkKey(model, options, false)}) {
        if (!status)
            return status.error();
    }
    if (model.masked)
        return prepareVoices(model, score, options);

    EncodeOptions encodeOptions;
    encodeOptions.key = options.key;
    encodeOptions.foldOutOfRange = true;
    encodeOptions.withEnd = false;
    encodeOptions.until = options.position;
    const Score before = options.position ? scoreBefore(score, *options.position) : score;
    Result<EncodedPiece> encoded = model.encoding->encode(before, encodeOptions);
    if (!encoded) {
        const Error& error = encoded.error();
        if (error.id == "encode.empty") {
            return refused("generate.empty-prompt",
                           "The seed melody is empty: it has no notes that could be a melody "
                           "(drums do not count). Give it at least one note, or start from "
                           "nothing (mode new).");
        }
        if (error.id == "encode.outside-range") {
            return refused("generate.prompt-out-of-range",
                           error.text +
                               " Choose a model with a wider range, or move the seed melody.");
        }
        return error;
    }

    const EncodedPiece& piece = *encoded;
    PreparedPrompt prompt;
    prompt.key = piece.key;
    prompt.semitones = piece.semitones;
    prompt.transposed = piece.key ? semitonesToCommonKey(*piece.key) : 0;
    prompt.octaves = (piece.semitones - prompt.transposed) / 12;
    prompt.notes = model.encoding->decode(piece.tokens, {}).size();
    prompt.losses = piece.report;
    prompt.answerStart = piece.end;
    prompt.origin = piece.origin;
    prompt.track = before.tracks[piece.track].id;
    prompt.channel = usualChannel(before.tracks[piece.track].notes);
    prompt.writtenStart = piece.origin;
    for (const EncodedVoice& voice : piece.voices)
        prompt.voices.push_back({voice.program, before.tracks[voice.track].id, voice.channel});
    tellWhatWasDone(prompt, before, piece, options.key.has_value());

    const Vocabulary& vocabulary = model.encoding->vocabulary();
    // Training puts every piece behind an end symbol where there is one, so that its first note is
    // predicted too.
    if (const auto beginning = vocabulary.find(SymbolKind::End))
        prompt.tokens.push_back(*beginning);
    prompt.tokens.insert(prompt.tokens.end(), piece.tokens.begin(), piece.tokens.end());
    prompt.written = piece.tokens;
    fitContext(prompt, model);
    return prompt;
}

Result<PreparedPrompt> prepareEmptyPrompt(const GeneratingModel& model, const Score& score,
                                          const PromptOptions& options)
{
    for (const Status& status : {checkTime(model, score), checkKey(model, options, true)}) {
        if (!status)
            return status.error();
    }
    PreparedPrompt prompt;
    const Vocabulary& vocabulary = model.encoding->vocabulary();
    if (options.key) {
        prompt.key = options.key;
        if (hasCommonKey(*model.encoding))
            prompt.transposed = prompt.semitones = semitonesToCommonKey(*options.key);
        const std::string key = keyName(*options.key);
        prompt.remarks.push_back(
            {"prompt.key", fmt::format("Starts from nothing, in {}.", key), {{"key", key}}});
    } else {
        prompt.remarks.push_back({"prompt.none", "Starts from nothing.", {}});
    }
    if (const auto beginning = vocabulary.find(SymbolKind::End))
        prompt.tokens.push_back(*beginning);
    if (model.noise)
        prompt.tokens.clear(); // It reads nothing.
    prompt.answerStart =
        options.position ? gridLineFrom(*model.encoding, score.ticksPerQuarter, *options.position)
                         : Tick{};
    const MeterMap meters(score);
    prompt.written = model.encoding->opening(meters.meterAt(prompt.answerStart), options.key);
    prompt.writtenStart = meters.barStart(meters.position(prompt.answerStart).bar);
    prompt.tokens.insert(prompt.tokens.end(), prompt.written.begin(), prompt.written.end());
    if (model.noise)
        prompt.remarks.push_back({"prompt.noise",
                                  "It starts from noise: each alternative has a noise number of "
                                  "its own, counted up from the random seed.",
                                  {}});
    else if (prompt.tokens.empty() && model.network)
        prompt.remarks.push_back(
            {"prompt.random-start",
             model.frames ? "The model has not learned how pieces begin: it goes on after silence."
                          : "The model has no symbol for the beginning of a piece: its first note "
                            "is drawn from all notes alike.",
             {}});
    if (!score.tracks.empty()) {
        const Track& track = score.tracks.back();
        prompt.track = track.id;
        prompt.voices.push_back(
            {isDrumTrack(track) ? -1 : int{trackProgram(track).value_or(0)}, track.id, 0});
    }
    if (model.masked)
        return prompt;
    const std::size_t window = windowOf(model);
    if (window > 0 && prompt.tokens.size() > window)
        prompt.tokens.erase(prompt.tokens.begin(),
                            prompt.tokens.end() - static_cast<std::ptrdiff_t>(window));
    prompt.padded = missingSteps(prompt, model);
    return prompt;
}

Score blankScore()
{
    Score score;
    const TrackId track = score.addTrack().id;
    score.addEvent(track, tempoEvent(Tick{}, 500'000));
    score.addEvent(track, timeSignatureEvent(Tick{}, 4, 4));
    return score;
}

} // namespace continuo
