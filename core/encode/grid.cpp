// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/grid.h"

#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>

namespace continuo {

namespace {

/// A melody note on its way into the grid.
struct PlacedNote
{
    Tick start{};
    Tick length{};
    int pitch = 0;
    std::int64_t firstStep = 0;
    std::int64_t endStep = 0;
};

/// The lines of a grid that begins at tick 0.
struct GridLines
{
    std::int64_t ticksPerWhole = 4;
    std::int64_t stepsPerWhole = 16;

    GridLines(int ticksPerQuarter, int steps)
        : ticksPerWhole(std::int64_t{4} * ticksPerQuarter)
        , stepsPerWhole(steps)
    {
    }

    Tick line(std::int64_t step) const { return gridLine(step, ticksPerWhole, stepsPerWhole); }
    std::int64_t nearest(Tick time) const
    {
        return (2 * time.value * stepsPerWhole + ticksPerWhole) / (2 * ticksPerWhole);
    }
    /// Step `index` of a sequence that begins at `origin`. Where that is a line itself, the steps are lines too, so
    /// that nothing drifts by a tick at resolutions that the grid does not divide.
    Tick inScore(Tick origin, std::size_t index) const
    {
        const auto step = static_cast<std::int64_t>(index);
        const std::int64_t first = nearest(origin);
        return line(first) == origin ? line(first + step) : origin + line(step);
    }
};

/// Times above this overflow the arithmetic of GridLines; no file of less than a hundred gigabytes has one.
constexpr std::int64_t kLatestTick = std::int64_t{1} << 55;

std::string gridName(int stepsPerWhole)
{
    return "1/" + std::to_string(stepsPerWhole);
}

std::string rangeName(const GridOptions& options)
{
    return pitchName({static_cast<std::uint8_t>(options.low)}) + "–" +
           pitchName({static_cast<std::uint8_t>(options.high)});
}

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

void addItem(LossReport& report, std::string id, std::size_t count, std::string text)
{
    if (count > 0)
        report.items.push_back({std::move(id), count, std::move(text)});
}

/// The key from durations, counted from the first note's pitch class, so that a piece moved by any interval is heard in
/// the key moved by that interval even where two keys are equally likely.
std::optional<Key> keyRelativeToFirst(std::span<const Note> notes, int firstPitchClass)
{
    std::array<double, 12> weights{};
    for (const Note& note : notes) {
        if (note.channel == kDrumChannel)
            continue;
        const auto degree = static_cast<std::size_t>((note.pitch.pitchClass() + 12 - firstPitchClass) % 12);
        weights[degree] += static_cast<double>(std::max<std::int64_t>(note.length.value, 1));
    }
    const std::optional<KeyEstimate> estimate = estimateKey(weights);
    if (!estimate)
        return std::nullopt;
    return Key{(estimate->key.tonic + firstPitchClass) % 12, estimate->key.mode};
}

/// The shift by whole octaves that brings most notes into [low, high] and, of those, the mean nearest to the middle.
int octaveShift(std::span<const PlacedNote> notes, const GridOptions& options)
{
    std::int64_t sum = 0;
    std::int64_t fitting = -1;
    std::int64_t distance = 0;
    int best = 0;
    for (const PlacedNote& note : notes)
        sum += note.pitch;
    for (int octave = -12; octave <= 12; ++octave) {
        const int shift = 12 * octave;
        const std::int64_t inside = std::ranges::count_if(notes, [&](const PlacedNote& note) {
            return note.pitch + shift >= options.low && note.pitch + shift <= options.high;
        });
        const auto count = std::ssize(notes);
        const std::int64_t away = std::abs(2 * (sum + shift * count) - (options.low + options.high) * count);
        if (inside > fitting || (inside == fitting && away < distance)) {
            fitting = inside;
            distance = away;
            best = shift;
        }
    }
    return best;
}

bool allInRange(std::span<const PlacedNote> notes, const GridOptions& options)
{
    return std::ranges::all_of(
        notes, [&](const PlacedNote& note) { return note.pitch >= options.low && note.pitch <= options.high; });
}

/// Counts notes and names the first few as they were written: "C2, D2, …".
struct NamedNotes
{
    std::size_t count = 0;
    std::string names{};

    void add(int writtenPitch)
    {
        constexpr std::size_t most = 6;
        ++count;
        if (count <= most)
            names += (count > 1 ? ", " : "") + pitchName({static_cast<std::uint8_t>(writtenPitch)});
        else if (count == most + 1)
            names += ", …";
    }
};

/// Folds or drops the notes outside the range and says so. `semitones` were added to the notes as written.
void bringIntoRange(std::vector<PlacedNote>& notes, const GridOptions& options, bool fold, int semitones,
                    LossReport& report)
{
    NamedNotes folded;
    NamedNotes dropped;
    std::erase_if(notes, [&](PlacedNote& note) {
        if (note.pitch >= options.low && note.pitch <= options.high)
            return false;
        const int written = note.pitch - semitones;
        if (fold) {
            int pitch = note.pitch;
            while (pitch < options.low)
                pitch += 12;
            while (pitch > options.high)
                pitch -= 12;
            if (pitch >= options.low) {
                note.pitch = pitch;
                folded.add(written);
                return false;
            }
        }
        dropped.add(written);
        return true;
    });
    addItem(report, "folded", folded.count,
            fmt::format("{} moved by octaves into {} ({})", folded.count, rangeName(options), folded.names));
    addItem(report, "outside-range", dropped.count,
            fmt::format("{} dropped: outside {} ({})", dropped.count, rangeName(options), dropped.names));
}

/// Gives every note its steps; the notes do not overlap afterwards. Of two notes on one step the longer stays.
void placeOnGrid(std::vector<PlacedNote>& notes, const GridLines& lines, const GridOptions& options, LossReport& report)
{
    std::vector<PlacedNote> kept;
    kept.reserve(notes.size());
    std::size_t crowded = 0;
    for (PlacedNote note : notes) {
        note.firstStep = lines.nearest(note.start);
        note.endStep = std::max(lines.nearest(note.start + note.length), note.firstStep + 1);
        if (!kept.empty() && kept.back().firstStep == note.firstStep) {
            ++crowded;
            if (note.length > kept.back().length)
                kept.back() = note;
            continue;
        }
        kept.push_back(note);
    }
    addItem(report, "same-step", crowded,
            fmt::format("{} dropped: another note stands on the same step of the {} grid", crowded,
                        gridName(options.stepsPerWhole)));
    for (std::size_t i = 0; i + 1 < kept.size(); ++i) {
        const std::int64_t next = kept[i + 1].firstStep;
        kept[i].endStep = options.rest ? std::min(kept[i].endStep, next) : next;
    }
    notes = std::move(kept);
}

/// How the notes as placed differ from the notes as written.
void reportPlacing(std::span<const PlacedNote> notes, const GridLines& lines, const GridOptions& options,
                   LossReport& report)
{
    std::size_t moved = 0;
    std::size_t shortened = 0;
    std::size_t lengthened = 0;
    for (const PlacedNote& note : notes) {
        const Tick start = lines.line(note.firstStep);
        const Tick length = lines.line(note.endStep) - start;
        moved += start != note.start ? 1 : 0;
        shortened += length < note.length ? 1 : 0;
        lengthened += length > note.length ? 1 : 0;
    }
    const std::string grid = gridName(options.stepsPerWhole);
    addItem(report, "moved", moved, fmt::format("{} moved to the {} grid", moved, grid));
    addItem(report, "shortened", shortened, fmt::format("{} shortened to the {} grid", shortened, grid));
    addItem(report, "lengthened", lengthened,
            options.rest ? fmt::format("{} lengthened to the {} grid", lengthened, grid)
                         : fmt::format("{} lengthened: the encoding has no rests", lengthened));
}

} // namespace

GridEncoding::GridEncoding(const GridOptions& options)
    : m_options(options)
{
    assert(options.low >= 0 && options.low <= options.high && options.high <= 127);
    assert(!options.equalDurations || (!options.rest && !options.hold));
    std::vector<Symbol> symbols;
    for (int key = options.low; key <= options.high; ++key) {
        const Pitch pitch{static_cast<std::uint8_t>(key)};
        symbols.push_back({pitchName(pitch), SymbolKind::Pitch, pitch});
    }
    if (options.rest)
        symbols.push_back({"rest", SymbolKind::Rest, {}});
    if (options.hold)
        symbols.push_back({"hold", SymbolKind::Hold, {}});
    if (options.end)
        symbols.push_back({"end", SymbolKind::End, {}});
    m_vocabulary = Vocabulary(std::move(symbols));
}

Result<EncodedPiece> GridEncoding::encode(const Score& score, const EncodeOptions& options) const
{
    if (score.smpte) {
        return refused("encode.smpte", "The piece counts time in film frames (SMPTE), not in beats, so it has no "
                                       "grid. Convert it to a file with ticks per quarter first.");
    }
    const std::optional<MelodyChoice> choice = chooseMelodyTrack(score);
    if (!choice) {
        return refused("encode.empty", "The piece has no notes that could be a melody (drums do not count). Choose "
                                       "a piece with at least one pitched note.");
    }

    EncodedPiece piece;
    LossReport& report = piece.report;
    report.notes = score.noteCount();
    const std::vector<Note>& written = score.tracks[choice->track].notes;
    const std::vector<Note> melody = melodyOf(score);
    if (melody.empty())
        return refused("encode.empty", "The piece has no notes that could be a melody (drums do not count).");
    if (!m_options.skyline && melody.size() < written.size()) {
        return refused("encode.several-lines",
                       fmt::format("{} of the {} notes of the melody's track sound together with higher ones, and the "
                                   "encoding was told to read single lines only (skyline off).",
                                   written.size() - melody.size(), written.size()));
    }
    addItem(report, "not-melody", report.notes - melody.size(),
            fmt::format("{} left out: other tracks, lower lines and drums", report.notes - melody.size()));

    std::vector<PlacedNote> notes;
    notes.reserve(melody.size());
    auto source = written.begin();
    for (const Note& note : melody) {
        // The skyline cuts notes; losses are told against the length as written.
        source = std::lower_bound(source, written.end(), note.start,
                                  [](const Note& a, Tick start) { return a.start < start; });
        Tick length = note.length;
        for (auto at = source; at != written.end() && at->start == note.start; ++at) {
            if (at->id == note.id && at->pitch == note.pitch)
                length = at->length;
        }
        if (note.start.value < 0 || note.end().value > kLatestTick || length.value < 0 || length.value > kLatestTick)
            return refused("encode.too-long", "The piece holds times beyond anything that can be played.");
        notes.push_back({note.start, length, note.pitch.value, 0, 0});
    }

    if (m_options.transpose) {
        const std::vector<Note> all = allNotes(score);
        piece.key = options.key ? options.key : keyRelativeToFirst(all, melody.front().pitch.pitchClass());
        if (piece.key) {
            piece.semitones = semitonesToCommonKey(*piece.key);
            for (PlacedNote& note : notes)
                note.pitch += piece.semitones;
        }
    }
    if (m_options.transpose || !allInRange(notes, m_options)) {
        const int shift = octaveShift(notes, m_options);
        piece.semitones += shift;
        for (PlacedNote& note : notes)
            note.pitch += shift;
    }
    bringIntoRange(notes, m_options, options.foldOutOfRange, piece.semitones, report);
    if (notes.empty()) {
        return refused("encode.outside-range",
                       fmt::format("No note of the piece can be brought into the range {} of the "
                                   "encoding.",
                                   rangeName(m_options)));
    }

    const GridLines lines(score.ticksPerQuarter, m_options.stepsPerWhole);
    placeOnGrid(notes, lines, m_options, report);
    const std::int64_t first = notes.front().firstStep;
    const std::int64_t steps = notes.back().endStep - first;
    if (steps > kMaxSteps) {
        return refused("encode.too-long", fmt::format("The piece is {} steps of {} long; more than {} cannot be read. "
                                                      "It probably holds one wrong, very long time.",
                                                      steps, gridName(m_options.stepsPerWhole), kMaxSteps));
    }
    piece.origin = lines.line(first);
    piece.end = lines.line(notes.back().endStep);
    piece.track = choice->track;

    const auto tokenOf = [&](const PlacedNote& note) { return static_cast<Token>(note.pitch - m_options.low); };
    if (m_options.equalDurations) {
        std::size_t changed = 0;
        for (std::size_t i = 0; i < notes.size(); ++i) {
            const auto step = first + static_cast<std::int64_t>(i);
            const bool asWritten =
                lines.line(step) == notes[i].start && lines.line(step + 1) == notes[i].start + notes[i].length;
            changed += asWritten ? 0 : 1;
            piece.tokens.push_back(tokenOf(notes[i]));
        }
        addItem(report, "rhythm", changed, fmt::format("{} lost their rhythm: every note is one step", changed));
    } else {
        const std::optional<Token> rest = m_vocabulary.find(SymbolKind::Rest);
        const std::optional<Token> hold = m_vocabulary.find(SymbolKind::Hold);
        piece.tokens.reserve(static_cast<std::size_t>(steps) + 1);
        std::size_t joined = 0;
        for (std::size_t i = 0; i < notes.size(); ++i) {
            const PlacedNote& note = notes[i];
            piece.tokens.resize(static_cast<std::size_t>(note.firstStep - first), rest.value_or(0));
            if (!hold && !piece.tokens.empty() && piece.tokens.back() == tokenOf(note))
                ++joined;
            piece.tokens.push_back(tokenOf(note));
            piece.tokens.resize(static_cast<std::size_t>(note.endStep - first), hold.value_or(tokenOf(note)));
        }
        reportPlacing(notes, lines, m_options, report);
        addItem(report, "joined", joined,
                fmt::format("{} joined to the same note before: the encoding has no holds", joined));
    }
    if (options.withEnd && m_options.end)
        piece.tokens.push_back(*m_vocabulary.find(SymbolKind::End));
    return piece;
}

std::vector<Note> GridEncoding::decode(std::span<const Token> tokens, const DecodeOptions& options) const
{
    const GridLines lines(options.ticksPerQuarter, m_options.stepsPerWhole);
    const auto timeOf = [&](std::size_t index) { return lines.inScore(options.origin, index); };

    std::vector<Note> notes;
    bool sounding = false;
    Token last = -1;
    const bool joins = !m_options.hold && !m_options.equalDurations;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token token = tokens[i];
        assert(token >= 0 && token < m_vocabulary.size());
        const Symbol& symbol = m_vocabulary.symbol(token);
        const Tick end = timeOf(i + 1);
        if (symbol.kind == SymbolKind::End)
            break;
        if (symbol.kind == SymbolKind::Hold || (joins && sounding && token == last)) {
            if (sounding)
                notes.back().length = end - notes.back().start;
            continue;
        }
        sounding = symbol.kind == SymbolKind::Pitch;
        last = token;
        if (!sounding)
            continue;
        int pitch = symbol.pitch.value + options.semitones;
        while (pitch < 0)
            pitch += 12;
        while (pitch > 127)
            pitch -= 12;
        Note note;
        note.start = timeOf(i);
        note.length = end - note.start;
        note.pitch.value = static_cast<std::uint8_t>(pitch);
        note.velocity = options.velocity;
        note.channel = options.channel;
        notes.push_back(note);
    }
    return notes;
}

Tick GridEncoding::timeOfToken(std::size_t index, const DecodeOptions& options) const
{
    return GridLines(options.ticksPerQuarter, m_options.stepsPerWhole).inScore(options.origin, index);
}

std::optional<Tick> GridEncoding::tokenTime(std::size_t index, int ticksPerQuarter) const
{
    return GridLines(ticksPerQuarter, m_options.stepsPerWhole).line(static_cast<std::int64_t>(index));
}

} // namespace continuo
