// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/counted.h"
#include "core/edit/track_edit.h"
#include "core/generate/voices_answer.h"
#include "core/music/melody.h"
#include "core/music/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace continuo {

namespace {

/// What a masked model reads at once; its work grows with it.
constexpr std::size_t kMostSteps = 1024;
/// Steps before and behind bars to infill that the model sees; more lies beyond its reach.
constexpr std::size_t kContextSteps = 128;

Error refused(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Refused, id, std::move(text), std::move(arguments)};
}

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

struct TickSpan
{
    Tick from{};
    Tick to{};
};

/// Where the bars asked for lie; nothing where none are.
Result<std::optional<TickSpan>> spanOf(const Score& score, const PromptOptions& options)
{
    if (!options.bars)
        return std::optional<TickSpan>();
    const MeterMap meter(score);
    const Tick end = std::max(score.end(), Tick{1});
    const std::int64_t bars = meter.position(end - Tick{1}).bar + 1;
    const auto [first, last] = *options.bars;
    if (first < 1 || last < first || first > bars)
        return usage("generate.bad-bars",
                     fmt::format("Bars from {} to {} cannot be chosen: the piece has bars 1 to {}.",
                                 first, std::min(last, bars), bars),
                     {{"first", std::to_string(first)},
                      {"last", std::to_string(last)},
                      {"bars", std::to_string(bars)}});
    return std::optional(TickSpan{meter.barStart(first - 1), meter.barStart(std::min(last, bars))});
}

/// The melody, cut to the span, as soprano.
Result<VoiceLines> soprano(const Score& score, const std::optional<TickSpan>& span)
{
    const std::optional<MelodyChoice> choice = chooseMelodyTrack(score);
    VoiceLines lines;
    if (choice) {
        for (Note note : melodyOf(score)) {
            if (span) {
                if (note.start < span->from || note.start >= span->to)
                    continue;
                note.length = std::min(note.length, span->to - note.start);
            }
            lines.notes[0].push_back(note);
        }
        lines.tracks[0] = choice->track;
    }
    if (lines.notes[0].empty())
        return refused("generate.empty-prompt",
                       "There is no melody to harmonise: no notes that could be one stand there "
                       "(drums do not count).");
    return lines;
}

const Track* trackOfNote(const Score& score, NoteId id)
{
    for (const Track& track : score.tracks) {
        if (std::ranges::find(track.notes, id, &Note::id) != track.notes.end())
            return &track;
    }
    return nullptr;
}

void tell(PreparedPrompt& prompt, const Score& score, bool isHarmonised, bool isKeyGiven)
{
    const VoicePlan& plan = *prompt.plan;
    if (prompt.key) {
        const std::string key = keyName(*prompt.key);
        const std::string moved =
            prompt.semitones == 0
                ? "read as it is"
                : fmt::format("read {} {}, the answer is brought back",
                              counted(static_cast<std::size_t>(std::abs(prompt.semitones)),
                                      "semitone", "semitones"),
                              prompt.semitones > 0 ? "up" : "down");
        prompt.remarks.push_back(
            {"prompt.key",
             fmt::format("{} {}: {}.", isKeyGiven ? "Taken as" : "Heard as", key, moved),
             {{"key", key}, {"transposed", std::to_string(prompt.transposed)}}});
    }
    LossReport losses = prompt.losses;
    losses.notes = prompt.notes;
    if (!losses.items.empty())
        prompt.remarks.push_back(
            {"prompt.losses",
             fmt::format("To fit the model's grid and range, {}.", losses.text()),
             {}});
    const MeterMap meter(score);
    const std::int64_t first = meter.position(plan.from).bar + 1;
    const std::int64_t last = meter.position(std::max(plan.from, plan.to - Tick{1})).bar + 1;
    const std::string bars =
        first == last ? fmt::format("bar {}", first) : fmt::format("bars {} to {}", first, last);
    prompt.remarks.push_back(
        {isHarmonised ? "prompt.harmonise" : "prompt.infill",
         isHarmonised
             ? fmt::format("Alto, tenor and bass are found under the {} of {}.",
                           counted(prompt.notes, "note", "notes"), bars)
             : fmt::format("All four voices of {} are written anew; {} around them are read.", bars,
                           counted(prompt.read, "sixteenth", "sixteenths")),
         {{"first", std::to_string(first)}, {"last", std::to_string(last)}}});
}

Result<PreparedPrompt> prepared(const GeneratingModel& model, const Score& score,
                                const PromptOptions& options, const VoiceLines& lines,
                                LossReport report, const std::optional<TickSpan>& span)
{
    const auto& encoding = dynamic_cast<const VoicesEncoding&>(*model.encoding);
    const bool isHarmonised = options.mode == GenerateMode::Harmonise;
    EncodeOptions how;
    how.key = options.key;
    how.foldOutOfRange = true;
    if (span && !isHarmonised)
        how.until = span->to;
    const Result<EncodedPiece> encoded =
        encoding.encodeLines(lines, score.ticksPerQuarter, how, std::move(report));
    if (!encoded)
        return encoded.error();
    const EncodedPiece& piece = *encoded;

    PreparedPrompt prompt;
    prompt.key = piece.key;
    prompt.semitones = piece.semitones;
    prompt.transposed = piece.key ? semitonesToCommonKey(*piece.key) : 0;
    prompt.octaves = (piece.semitones - prompt.transposed) / 12;
    prompt.losses = piece.report;
    // Without a soprano track that of the first note at all.
    const Track* lead = lines.tracks[0] ? &score.tracks[*lines.tracks[0]] : nullptr;
    for (const std::vector<Note>& voice : lines.notes) {
        if (lead == nullptr && !voice.empty())
            lead = trackOfNote(score, voice.front().id);
    }
    assert(lead != nullptr);
    prompt.track = lead->id;
    prompt.channel = trackChannel(*lead);
    for (const std::vector<Note>& voice : lines.notes)
        prompt.notes += voice.size();
    prompt.read = prompt.notes;

    const auto lineOf = [&](Tick time) { // the first that does not stand before
        std::size_t step = 0;
        while (*encoding.tokenTime(step, score.ticksPerQuarter) < time)
            ++step;
        return step;
    };
    const std::size_t origin = lineOf(piece.origin);
    std::size_t first = origin; // of what the model reads, in sixteenths of the score
    std::size_t end = origin + piece.tokens.size() / kVoices;
    VoicePlan plan;
    std::size_t from = first;
    std::size_t to = end;
    if (!isHarmonised) {
        from = lineOf(span->from);
        to = lineOf(span->to);
        first = std::min(std::max(first, from - std::min(from, kContextSteps)), from);
        end = std::max(to, std::min(end, to + kContextSteps));
    }
    if (end - first > kMostSteps)
        return refused("generate.too-long",
                       fmt::format("{} sixteenths are more than the {} that a model of voices can "
                                   "read at once. Choose fewer bars.",
                                   end - first, kMostSteps),
                       {{"steps", std::to_string(end - first)}});
    const bool hasAttacks = encoding.options().attacks;
    plan.cells.assign((end - first) * kVoices,
                      VoicesEncoding::kRest + (hasAttacks ? VoicesEncoding::kRows : 0));
    for (std::size_t step = first; step < end; ++step) {
        for (std::size_t v = 0; v < kVoices; ++v) {
            Token& cell = plan.cells[(step - first) * kVoices + v];
            if (step >= origin && (step - origin) * kVoices < piece.tokens.size())
                cell = piece.tokens[(step - origin) * kVoices + v];
            // What goes on from before begins here: it is cut.
            if (step == first || step == to)
                cell %= VoicesEncoding::kRows;
            if (step >= from && step < to && (!isHarmonised || v > 0))
                cell = kHiddenCell;
        }
    }
    plan.firstStep = from - first;
    plan.endStep = to - first;
    plan.origin = *encoding.tokenTime(first, score.ticksPerQuarter);
    plan.from = *encoding.tokenTime(from, score.ticksPerQuarter);
    plan.to = *encoding.tokenTime(to, score.ticksPerQuarter);
    const std::uint8_t program = trackProgram(*lead).value_or(0);
    for (std::size_t v = 0; v < kVoices; ++v) {
        VoicePlan::Voice& voice = plan.voices[v];
        voice.isWritten = !isHarmonised || v > 0;
        voice.channel = voiceChannel(prompt.channel, v);
        voice.program = program;
        if (isHarmonised)
            continue;
        const Track* track = lines.tracks[v] ? &score.tracks[*lines.tracks[v]] : nullptr;
        if (!lines.notes[v].empty()) {
            voice.channel = lines.notes[v].front().channel;
            if (track == nullptr)
                track = trackOfNote(score, lines.notes[v].front().id);
        }
        if (track != nullptr)
            voice.track = track->id;
    }
    if (!isHarmonised)
        prompt.read = (end - first) - (to - from);
    prompt.answerStart = plan.from;
    prompt.plan = std::move(plan);
    tell(prompt, score, isHarmonised, options.key.has_value());
    return prompt;
}

} // namespace

Result<PreparedPrompt> prepareVoices(const GeneratingModel& model, const Score& score,
                                     const PromptOptions& options)
{
    assert(model.masked);
    const Result<std::optional<TickSpan>> span = spanOf(score, options);
    if (!span)
        return span.error();
    LossReport report;
    if (options.mode == GenerateMode::Harmonise) {
        const Result<VoiceLines> lines = soprano(score, *span);
        if (!lines)
            return lines.error();
        report.notes = lines->notes[0].size();
        return prepared(model, score, options, *lines, std::move(report), *span);
    }
    if (!*span)
        return usage("generate.no-bars", "Which bars shall be written anew? Say --from BAR and "
                                         "--to BAR, counted from 1.");
    const Result<VoiceLines> lines = voiceLines(score, report);
    if (!lines) {
        if (lines.error().id == "encode.empty")
            return refused("generate.empty-prompt",
                           "The piece is empty: there is nothing between which bars could be "
                           "filled in (drums do not count). Begin with the mode \"new\".");
        return lines.error();
    }
    return prepared(model, score, options, *lines, std::move(report), *span);
}

} // namespace continuo
