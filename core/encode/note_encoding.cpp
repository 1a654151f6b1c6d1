// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/note_encoding.h"

#include "core/encode/melody_line_p.h"
#include "core/encode/options_p.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo {

namespace {

OptionList optionList(NoteOptions& options)
{
    OptionList list(NoteEncoding::kName);
    list.choice("unit", {"beats", "seconds"}, options.unit);
    list.whole("division", 4, 960, options.division);
    list.whole("longest", 1, 64, options.longest);
    list.choice("tracks", {"melody", "all"}, options.tracks);
    list.choice("velocity", {"prompt", "fixed", "kept"}, options.velocity);
    return list;
}

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

/// A note on its way into numbers, in steps from the first.
struct Placed
{
    Note note{};
    std::int64_t start = 0;
    std::int64_t end = 0;
};

class NoteReader final : public TokenReader
{
public:
    NoteReader(const NoteEncoding& encoding, const DecodeOptions& decode)
        : m_encoding(encoding)
        , m_decode(decode)
        , m_clock(encoding.options(), decode.origin, decode.ticksPerQuarter, decode.tempo)
        , m_limits(encoding.limits())
        , m_end(decode.origin)
    {
    }

    std::vector<std::uint8_t> mayFollow() const override
    {
        return std::vector<std::uint8_t>(static_cast<std::size_t>(m_encoding.vocabulary().size()),
                                         1);
    }

    std::vector<ReadNote> read(Token token) override
    {
        assert(token >= 0 && token < m_limits[m_numbers.size()]);
        m_numbers.push_back(token);
        if (m_numbers.size() < m_limits.size())
            return {};
        m_now += m_numbers[1];
        ReadNote each;
        each.token = m_read++;
        each.note.start = m_clock.tick(m_now);
        each.note.length = std::max(Tick{1}, m_clock.tick(m_now + m_numbers[2]) - each.note.start);
        each.note.pitch = pitchMoved(m_numbers[0], m_decode.semitones);
        each.note.channel = m_decode.channel;
        each.note.velocity = m_decode.velocity;
        if (m_encoding.keepsVelocity())
            each.note.velocity = static_cast<std::uint8_t>(std::max(1, m_numbers[3]));
        else if (m_encoding.options().velocity == "fixed")
            each.note.velocity = NoteEncoding::kFixedVelocity;
        m_end = std::max(m_end, each.note.end());
        m_numbers.clear();
        return {each};
    }

    std::vector<ReadNote> finish() override
    {
        m_isFinished = true;
        return {};
    }

    Tick time() const override { return m_isFinished ? m_end : m_clock.tick(m_now); }

private:
    const NoteEncoding& m_encoding;
    DecodeOptions m_decode;
    NoteClock m_clock;
    std::vector<Token> m_limits;
    std::vector<Token> m_numbers{}; ///< Of a note that is not read to its end.
    std::size_t m_read = 0;         ///< Notes.
    std::int64_t m_now = 0;         ///< Steps up to the last beginning.
    Tick m_end{};
    bool m_isFinished = false;
};

/// Of notes of one key that begin together the longest stays. Returns how many went.
std::size_t dropDoubled(std::vector<Placed>& notes)
{
    std::ranges::stable_sort(notes, [](const Placed& a, const Placed& b) {
        if (a.start != b.start)
            return a.start < b.start;
        if (a.note.pitch != b.note.pitch)
            return a.note.pitch < b.note.pitch;
        return a.end > b.end;
    });
    const auto rest = std::ranges::unique(notes, [](const Placed& a, const Placed& b) {
        return a.start == b.start && a.note.pitch == b.note.pitch;
    });
    const std::size_t count = rest.size();
    notes.erase(rest.begin(), rest.end());
    return count;
}

} // namespace

Result<NoteOptions> noteOptionsFromJson(std::string_view json)
{
    NoteOptions options;
    const Status read = optionList(options).read(json);
    if (!read)
        return read.error();
    return options;
}

NoteClock::NoteClock(const NoteOptions& options, Tick origin, int ticksPerQuarter,
                     const TempoMap* tempo)
    : m_origin(origin)
    , m_ticksPerQuarter(ticksPerQuarter)
    , m_division(options.division)
{
    if (options.unit != "seconds")
        return;
    m_tempo = tempo != nullptr ? *tempo : TempoMap(ticksPerQuarter, 500'000);
    m_originSeconds = m_tempo->ticksToSeconds(origin);
}

Tick NoteClock::tick(std::int64_t steps) const
{
    if (m_tempo)
        return m_tempo->secondsToTicks(m_originSeconds + static_cast<double>(steps) /
                                                             static_cast<double>(m_division));
    return m_origin + Tick{(2 * steps * m_ticksPerQuarter + m_division) / (2 * m_division)};
}

std::int64_t NoteClock::steps(Tick time) const
{
    if (m_tempo)
        return std::llround((m_tempo->ticksToSeconds(time) - m_originSeconds) *
                            static_cast<double>(m_division));
    const std::int64_t ticks = time.value - m_origin.value;
    const std::int64_t doubled = 2 * ticks * m_division + m_ticksPerQuarter;
    const std::int64_t step = doubled / (2 * m_ticksPerQuarter);
    return doubled < step * 2 * m_ticksPerQuarter ? step - 1 : step; // times before the origin
}

NoteEncoding::NoteEncoding(const NoteOptions& options)
    : m_options(options)
{
    std::vector<Symbol> symbols;
    for (int pitch = 0; pitch < 128; ++pitch) {
        const Pitch each{static_cast<std::uint8_t>(pitch)};
        symbols.push_back({pitchName(each), SymbolKind::Pitch, each});
    }
    m_vocabulary = Vocabulary(std::move(symbols));
}

std::string NoteEncoding::optionsJson() const
{
    NoteOptions options = m_options;
    return optionList(options).write();
}

Token NoteEncoding::longestSteps() const
{
    return m_options.longest * m_options.division;
}

std::vector<Token> NoteEncoding::limits() const
{
    std::vector<Token> limits{128, longestSteps() + 1, longestSteps() + 1};
    if (keepsVelocity())
        limits.push_back(128);
    return limits;
}

Result<EncodedPiece> NoteEncoding::encode(const Score& score, const EncodeOptions& options) const
{
    const bool isSeconds = m_options.unit == "seconds";
    if (score.smpte && !isSeconds)
        return refused("encode.smpte",
                       "The file counts time in film frames (SMPTE), not in beats, so its notes "
                       "cannot be counted in beats. Count them in seconds.");
    const std::optional<MelodyChoice> melody = chooseMelodyTrack(score);
    EncodedPiece piece;
    if (melody)
        piece.track = melody->track;
    std::vector<Note> notes;
    if (melody)
        notes = m_options.tracks == "all" ? allNotes(score) : score.tracks[piece.track].notes;
    std::erase_if(notes, [](const Note& note) { return note.channel == kDrumChannel; });
    if (notes.empty())
        return refused("encode.empty", "There are no notes that could be read (drums do not "
                                       "count).");
    if (notes.size() > kMaxNotes)
        return refused("encode.too-long",
                       fmt::format("The piece has more than {} notes.", kMaxNotes));
    for (const Note& note : notes) {
        if (note.start.value < 0 || note.length.value < 0 || note.end().value > kLatestTick / 1024)
            return refused("encode.too-long",
                           "The piece holds times beyond anything that can be played.");
    }
    piece.origin = std::ranges::min_element(notes, {}, &Note::start)->start;
    const TempoMap tempo(score);
    const NoteClock clock(m_options, piece.origin, score.ticksPerQuarter, &tempo);
    std::vector<Placed> placed;
    for (const Note& note : notes) {
        const std::int64_t start = clock.steps(note.start);
        placed.push_back({note, start, std::max(start + 1, clock.steps(note.end()))});
    }
    const std::size_t doubled = dropDoubled(placed);

    std::size_t earlier = 0;
    std::size_t moved = 0;
    std::size_t shortened = 0;
    std::size_t lengthened = 0;
    std::int64_t before = 0;
    const std::int64_t most = longestSteps();
    for (const Placed& each : placed) {
        const std::int64_t step = std::min(each.start - before, most);
        const std::int64_t length = std::min(each.end - each.start, most);
        earlier += step < each.start - before ? 1 : 0;
        before = each.start;
        piece.tokens.push_back(each.note.pitch.value);
        piece.tokens.push_back(static_cast<Token>(step));
        piece.tokens.push_back(static_cast<Token>(length));
        if (keepsVelocity())
            piece.tokens.push_back(each.note.velocity);
        const Tick start = clock.tick(each.start);
        const Tick end = std::max(start + Tick{1}, clock.tick(each.start + length));
        moved += start != each.note.start ? 1 : 0;
        shortened += end - start < each.note.length ? 1 : 0;
        lengthened += end - start > each.note.length ? 1 : 0;
        piece.end = std::max(piece.end, end);
    }
    LossReport& report = piece.report;
    report.notes = score.noteCount();
    const std::size_t left = report.notes - notes.size();
    addLoss(report, "other-tracks", left,
            m_options.tracks == "all" ? fmt::format("{} of drums left out", left)
                                      : fmt::format("{} of other tracks and drums left out", left));
    addLoss(
        report, "same-key", doubled,
        fmt::format("{} dropped: a longer note of the same key begins at that moment", doubled));
    const std::string finest =
        fmt::format("1/{} {}", m_options.division, isSeconds ? "second" : "beat");
    addLoss(report, "moved", moved, fmt::format("{} moved to the nearest {}", moved, finest));
    addLoss(report, "shortened", shortened, fmt::format("{} shortened", shortened));
    addLoss(report, "lengthened", lengthened, fmt::format("{} lengthened", lengthened));
    addLoss(report, "silence", earlier,
            fmt::format("{} come earlier: no time between two notes is longer than {} {}", earlier,
                        m_options.longest, m_options.unit));
    if (options.until)
        piece.end = std::max(piece.end, *options.until);
    return piece;
}

std::unique_ptr<TokenReader> NoteEncoding::reader(std::span<const Token>,
                                                  const ReaderOptions& options) const
{
    return std::make_unique<NoteReader>(*this, options.decode);
}

std::optional<Tick> NoteEncoding::tokenTime(std::size_t, int) const
{
    return std::nullopt;
}

} // namespace continuo
