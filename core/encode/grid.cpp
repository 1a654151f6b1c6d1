// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/grid.h"

#include "core/encode/melody_line_p.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>

namespace continuo {

namespace {

std::string rangeName(const GridOptions& options)
{
    return pitchName({static_cast<std::uint8_t>(options.low)}) + "–" +
           pitchName({static_cast<std::uint8_t>(options.high)});
}

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

/// The shift by whole octaves that brings most notes into [low, high] and, of those, the mean
/// nearest to the middle.
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
        const std::int64_t away =
            std::abs(2 * (sum + shift * count) - (options.low + options.high) * count);
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
    return std::ranges::all_of(notes, [&](const PlacedNote& note) {
        return note.pitch >= options.low && note.pitch <= options.high;
    });
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

/// Folds or drops the notes outside the range and says so. `semitones` were added to the notes as
/// written.
void bringIntoRange(std::vector<PlacedNote>& notes, const GridOptions& options, bool fold,
                    int semitones, LossReport& report)
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
    addLoss(report, "folded", folded.count,
            fmt::format("{} moved by octaves into {} ({})", folded.count, rangeName(options),
                        folded.names));
    addLoss(report, "outside-range", dropped.count,
            fmt::format("{} dropped: outside {} ({})", dropped.count, rangeName(options),
                        dropped.names));
}

/// Leaves out the notes that have no symbol because they are rare, and says so.
void dropRare(std::vector<PlacedNote>& notes, const GridOptions& options, int semitones,
              LossReport& report)
{
    NamedNotes dropped;
    std::erase_if(notes, [&](const PlacedNote& note) {
        const bool isRare = std::ranges::binary_search(options.rare, note.pitch);
        if (isRare)
            dropped.add(note.pitch - semitones);
        return isRare;
    });
    addLoss(
        report, "rare", dropped.count,
        fmt::format("{} dropped: rare in the training part ({})", dropped.count, dropped.names));
}

class GridReader final : public TokenReader
{
public:
    GridReader(const GridOptions& options, const Vocabulary& vocabulary, const ReaderOptions& how)
        : m_vocabulary(vocabulary)
        , m_decode(how.decode)
        , m_mayBeginSilent(how.mayBeginSilent)
        , m_repeatsLengthen(!options.hold && !options.equalDurations)
        , m_lines(how.decode.ticksPerQuarter, options.stepsPerWhole)
    {
        if (how.bar.value > 0)
            m_barSteps = std::max<std::int64_t>(1, m_lines.notBefore(how.bar));
    }

    std::vector<std::uint8_t> mayFollow() const override
    {
        // A model that was asked for eight bars and has reached its end would fill them with
        // silence or one long note.
        const bool mayHold =
            m_noteStep && (m_barSteps == 0 || m_step - *m_noteStep < 2 * m_barSteps);
        const bool mayRest =
            (m_step > 0 || m_mayBeginSilent) && (m_barSteps == 0 || m_silentSteps < m_barSteps);
        std::vector<std::uint8_t> may;
        may.reserve(m_vocabulary.symbols().size());
        for (const Symbol& symbol : m_vocabulary.symbols()) {
            const bool isAllowed = symbol.kind == SymbolKind::Pitch ||
                                   (symbol.kind == SymbolKind::Rest && mayRest) ||
                                   (symbol.kind == SymbolKind::Hold && mayHold);
            may.push_back(isAllowed ? 1 : 0);
        }
        return may;
    }

    std::vector<ReadNote> read(Token token) override
    {
        assert(token >= 0 && token < m_vocabulary.size());
        if (m_isOver)
            return {};
        const SymbolKind kind = m_vocabulary.symbol(token).kind;
        const bool goesOn =
            m_noteStep &&
            (kind == SymbolKind::Hold ||
             (m_repeatsLengthen && kind == SymbolKind::Pitch && token == m_noteToken));
        std::vector<ReadNote> complete;
        if (!goesOn)
            complete = finish();
        if (kind == SymbolKind::End) {
            m_isOver = true;
            return complete;
        }
        if (!goesOn && kind == SymbolKind::Pitch) {
            m_noteStep = m_step;
            m_noteToken = token;
        }
        m_silentSteps = m_noteStep ? 0 : m_silentSteps + 1;
        ++m_step;
        return complete;
    }

    std::vector<ReadNote> finish() override
    {
        if (!m_noteStep)
            return {};
        ReadNote complete;
        complete.token = static_cast<std::size_t>(*m_noteStep);
        Note& note = complete.note;
        note.start = m_lines.inScore(m_decode.origin, *m_noteStep);
        note.length = time() - note.start;
        note.pitch = pitchMoved(m_vocabulary.symbol(m_noteToken).pitch.value, m_decode.semitones);
        note.velocity = m_decode.velocity;
        note.channel = m_decode.channel;
        m_noteStep.reset();
        return {complete};
    }

    Tick time() const override { return m_lines.inScore(m_decode.origin, m_step); }

private:
    const Vocabulary& m_vocabulary;
    DecodeOptions m_decode;
    bool m_mayBeginSilent;
    bool m_repeatsLengthen; ///< Two steps of one pitch are one note.
    GridLines m_lines;
    std::int64_t m_barSteps = 0; ///< 0: without limit.
    std::int64_t m_step = 0;
    std::optional<std::int64_t> m_noteStep{}; ///< Where the sounding note began.
    Token m_noteToken = 0;
    std::int64_t m_silentSteps = 0; ///< Since the last note.
    bool m_isOver = false;
};

/// Counts how often each pitch stands in the pieces.
class PitchCount final : public VocabularyFit
{
public:
    explicit PitchCount(const GridOptions& options)
        : m_options(options)
        , m_all(withAllPitches(options))
    {
    }

    void add(const Score& score) override
    {
        const Result<EncodedPiece> piece = m_all.encode(score, {});
        if (!piece)
            return;
        for (const Token token : piece->tokens) {
            const Symbol& symbol = m_all.vocabulary().symbol(token);
            if (symbol.kind == SymbolKind::Pitch)
                ++m_counts[symbol.pitch.value];
        }
    }

    std::shared_ptr<const Encoding> encoding() const override
    {
        const auto commonest = std::ranges::max_element(m_counts) - m_counts.begin();
        GridOptions options = m_options;
        for (int key = options.low; key <= options.high; ++key) {
            if (key != commonest && m_counts[static_cast<std::size_t>(key)] < m_options.rareBelow)
                options.rare.push_back(key);
        }
        if (*std::ranges::max_element(m_counts) == 0)
            options.rare.clear(); // without a piece nothing is rare
        return std::make_shared<GridEncoding>(options);
    }

private:
    static GridOptions withAllPitches(GridOptions options)
    {
        options.rareBelow = 0;
        return options;
    }

    GridOptions m_options;
    GridEncoding m_all;
    std::array<std::int64_t, 128> m_counts{};
};

} // namespace

GridEncoding::GridEncoding(const GridOptions& options)
    : m_options(options)
{
    assert(options.low >= 0 && options.low <= options.high && options.high <= 127);
    assert(!options.equalDurations || (!options.rest && !options.hold));
    std::vector<Symbol> symbols;
    m_tokenOfKey.fill(-1);
    for (int key = options.low; key <= options.high; ++key) {
        if (std::ranges::binary_search(options.rare, key))
            continue;
        const Pitch pitch{static_cast<std::uint8_t>(key)};
        m_tokenOfKey[static_cast<std::size_t>(key)] = static_cast<Token>(symbols.size());
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
    EncodedPiece piece;
    LossReport& report = piece.report;
    Result<MelodyLine> melody = readMelodyLine(score, m_options.skyline, report);
    if (!melody)
        return melody.error();
    std::vector<PlacedNote>& notes = melody->notes;
    piece.track = melody->track;

    if (m_options.transpose) {
        const std::vector<Note> all = allNotes(score);
        piece.key = options.key ? options.key : keyRelativeToFirst(all, notes.front().pitch % 12);
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
    dropRare(notes, m_options, piece.semitones, report);
    if (notes.empty()) {
        return refused("encode.outside-range",
                       fmt::format("No note of the piece can be brought into the range {} of the "
                                   "encoding.",
                                   rangeName(m_options)));
    }

    const GridLines lines(score.ticksPerQuarter, m_options.stepsPerWhole);
    placeOnGrid(notes, lines, m_options.rest, report);
    const std::int64_t first = notes.front().firstStep;
    const std::int64_t steps = notes.back().endStep - first;
    if (steps > kMaxSteps) {
        return refused("encode.too-long",
                       fmt::format("The piece is {} steps of {} long; more than {} cannot be read. "
                                   "It probably holds one wrong, very long time.",
                                   steps, lines.name(), kMaxSteps));
    }
    piece.origin = lines.line(first);
    piece.end = lines.line(notes.back().endStep);

    const auto tokenOf = [&](const PlacedNote& note) {
        return m_tokenOfKey[static_cast<std::size_t>(note.pitch)];
    };
    if (m_options.equalDurations) {
        std::size_t changed = 0;
        for (std::size_t i = 0; i < notes.size(); ++i) {
            const auto step = first + static_cast<std::int64_t>(i);
            const bool asWritten = lines.line(step) == notes[i].start &&
                                   lines.line(step + 1) == notes[i].start + notes[i].length;
            changed += asWritten ? 0 : 1;
            piece.said.push_back({piece.tokens.size(), notes[i].id});
            piece.tokens.push_back(tokenOf(notes[i]));
        }
        addLoss(report, "rhythm", changed,
                fmt::format("{} lost their rhythm: every note is one step", changed));
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
            piece.said.push_back({piece.tokens.size(), note.id});
            piece.tokens.push_back(tokenOf(note));
            piece.tokens.resize(static_cast<std::size_t>(note.endStep - first),
                                hold.value_or(tokenOf(note)));
        }
        reportPlacing(notes, lines, m_options.rest, report);
        addLoss(
            report, "joined", joined,
            fmt::format("{} joined to the same note before: the encoding has no holds", joined));
    }
    if (options.until && *options.until > piece.end) {
        const std::int64_t last = lines.notBefore(*options.until);
        if (const auto rest = m_vocabulary.find(SymbolKind::Rest)) {
            const std::int64_t rests = std::min(last - notes.back().endStep, kMaxSteps - steps);
            piece.tokens.resize(piece.tokens.size() + static_cast<std::size_t>(rests), *rest);
        }
        piece.end = lines.line(last);
    }
    if (options.withEnd && m_options.end)
        piece.tokens.push_back(*m_vocabulary.find(SymbolKind::End));
    return piece;
}

std::unique_ptr<TokenReader> GridEncoding::reader(std::span<const Token>,
                                                  const ReaderOptions& options) const
{
    return std::make_unique<GridReader>(m_options, m_vocabulary, options);
}

std::unique_ptr<VocabularyFit> GridEncoding::fit() const
{
    if (m_options.rareBelow == 0 || !m_options.rare.empty())
        return nullptr;
    return std::make_unique<PitchCount>(m_options);
}

std::optional<Tick> GridEncoding::tokenTime(std::size_t index, int ticksPerQuarter) const
{
    return GridLines(ticksPerQuarter, m_options.stepsPerWhole)
        .line(static_cast<std::int64_t>(index));
}

} // namespace continuo
