// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/frame.h"

#include "core/base/text.h"
#include "core/encode/melody_line_p.h"
#include "core/encode/options_p.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace continuo {

namespace {

OptionList optionList(FrameOptions& options)
{
    OptionList list(FrameEncoding::kName);
    list.choice("grid", {"1/4", "1/8", "1/16", "1/32", "1/6", "1/12", "1/24"}, options.grid);
    list.truth("hold", options.hold);
    list.truth("silence", options.silence);
    return list;
}

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

bool isOnPiano(int pitch)
{
    return pitch >= kLowestFrameKey && pitch < kLowestFrameKey + static_cast<int>(kFrameKeys);
}

/// The key of a piano that is this pitch, or an octave of it.
int foldedOntoPiano(int pitch)
{
    while (pitch < kLowestFrameKey)
        pitch += 12;
    while (pitch >= kLowestFrameKey + static_cast<int>(kFrameKeys))
        pitch -= 12;
    return pitch;
}

/// How notes of one key meet on the grid; `notes` are in order of start.
struct Meetings
{
    std::size_t doubled = 0; ///< Begin where the key is on already.
    std::size_t joined = 0;  ///< Begin in the very frame after the one before.
};

Meetings meetingsOf(std::span<const PlacedNote> notes, bool isHeld)
{
    Meetings meetings;
    std::array<std::int64_t, 128> ends{};
    ends.fill(-1);
    for (const PlacedNote& note : notes) {
        std::int64_t& end = ends[static_cast<std::size_t>(note.pitch)];
        meetings.doubled += note.firstStep < end ? 1 : 0;
        meetings.joined += isHeld && note.firstStep == end ? 1 : 0;
        end = std::max(end, isHeld ? note.endStep : note.firstStep + 1);
    }
    return meetings;
}

class FrameReader final : public TokenReader
{
public:
    FrameReader(bool isHeld, const GridLines& lines, const DecodeOptions& decode)
        : m_isHeld(isHeld)
        , m_lines(lines)
        , m_decode(decode)
    {
    }

    std::vector<std::uint8_t> mayFollow() const override
    {
        return std::vector<std::uint8_t>(kFrameKeys, 1);
    }

    std::vector<ReadNote> read(Token token) override
    {
        m_numbers[m_read++ % kFrameNumbers] = token;
        if (m_read % kFrameNumbers != 0)
            return {};
        const FrameKeys keys = frameKeys(m_numbers);
        for (std::size_t key = 0; key < kFrameKeys; ++key) {
            const bool goesOn = m_isHeld && m_sounding[key] && keys[key];
            if (m_sounding[key] && !goesOn)
                m_complete.push_back(noteOf(key));
            if (keys[key] && !goesOn)
                m_since[key] = m_frames;
        }
        m_sounding = keys;
        ++m_frames;
        return told();
    }

    std::vector<ReadNote> finish() override
    {
        for (std::size_t key = 0; key < kFrameKeys; ++key) {
            if (m_sounding[key])
                m_complete.push_back(noteOf(key));
        }
        m_sounding.reset();
        return told();
    }

    Tick time() const override { return m_lines.inScore(m_decode.origin, m_frames); }

private:
    ReadNote noteOf(std::size_t key) const
    {
        ReadNote each;
        each.token = static_cast<std::size_t>(m_since[key]);
        each.note.start = m_lines.inScore(m_decode.origin, m_since[key]);
        each.note.length = time() - each.note.start;
        each.note.pitch = pitchMoved(kLowestFrameKey + static_cast<int>(key), m_decode.semitones);
        each.note.velocity = m_decode.velocity;
        each.note.channel = m_decode.channel;
        return each;
    }

    /// What is complete and began no later than anything that still sounds, so that notes come in
    /// order of start.
    std::vector<ReadNote> told()
    {
        std::int64_t earliest = m_frames;
        for (std::size_t key = 0; key < kFrameKeys; ++key) {
            if (m_sounding[key])
                earliest = std::min(earliest, m_since[key]);
        }
        std::ranges::sort(m_complete, {}, [](const ReadNote& each) {
            return std::pair(each.token, each.note.pitch.value);
        });
        const auto later = std::ranges::upper_bound(m_complete, static_cast<std::size_t>(earliest),
                                                    {}, &ReadNote::token);
        std::vector<ReadNote> ready(m_complete.begin(), later);
        m_complete.erase(m_complete.begin(), later);
        return ready;
    }

    bool m_isHeld = true;
    GridLines m_lines;
    DecodeOptions m_decode;
    std::array<Token, kFrameNumbers> m_numbers{};
    std::size_t m_read = 0;
    std::int64_t m_frames = 0;
    FrameKeys m_sounding{};
    std::array<std::int64_t, kFrameKeys> m_since{};
    std::vector<ReadNote> m_complete{}; ///< Not told yet.
};

} // namespace

std::array<Token, kFrameNumbers> frameNumbers(const FrameKeys& keys)
{
    std::array<Token, kFrameNumbers> numbers{};
    for (std::size_t key = 0; key < kFrameKeys; ++key) {
        if (keys[key])
            numbers[key / kKeysInNumber] |= Token{1} << (key % kKeysInNumber);
    }
    return numbers;
}

FrameKeys frameKeys(std::span<const Token> numbers)
{
    assert(numbers.size() == kFrameNumbers);
    FrameKeys keys;
    for (std::size_t key = 0; key < kFrameKeys; ++key)
        keys[key] = (numbers[key / kKeysInNumber] >> (key % kKeysInNumber) & 1) != 0;
    return keys;
}

Result<FrameOptions> frameOptionsFromJson(std::string_view json)
{
    FrameOptions options;
    const Status read = optionList(options).read(json);
    if (!read)
        return read.error();
    return options;
}

FrameEncoding::FrameEncoding(const FrameOptions& options)
    : m_options(options)
{
    std::vector<Symbol> symbols;
    for (std::size_t key = 0; key < kFrameKeys; ++key) {
        const Pitch pitch{
            static_cast<std::uint8_t>(static_cast<std::size_t>(kLowestFrameKey) + key)};
        symbols.push_back({pitchName(pitch), SymbolKind::Pitch, pitch});
    }
    m_vocabulary = Vocabulary(std::move(symbols));
}

std::string FrameEncoding::optionsJson() const
{
    FrameOptions options = m_options;
    return optionList(options).write();
}

std::vector<Token> FrameEncoding::limits() const
{
    constexpr auto inLast = kFrameKeys - (kFrameNumbers - 1) * kKeysInNumber;
    return {Token{1} << kKeysInNumber, Token{1} << kKeysInNumber, Token{1} << inLast};
}

int FrameEncoding::stepsPerWhole() const
{
    return static_cast<int>(parseInteger(std::string_view(m_options.grid).substr(2)).value());
}

Result<EncodedPiece> FrameEncoding::encode(const Score& score, const EncodeOptions& options) const
{
    if (score.smpte) {
        return refused("encode.smpte",
                       "The piece counts time in film frames (SMPTE), not in beats, so it has no "
                       "grid. Convert it to a file with ticks per quarter first.");
    }
    EncodedPiece piece;
    LossReport& report = piece.report;
    report.notes = score.noteCount();
    std::vector<PlacedNote> notes;
    std::size_t drums = 0;
    std::size_t outside = 0;
    const GridLines lines(score.ticksPerQuarter, stepsPerWhole());
    std::int64_t endStep = 0;
    for (const Note& note : allNotes(score)) {
        if (note.channel == kDrumChannel) {
            ++drums;
            continue;
        }
        if (note.start.value < 0 || note.end().value > kLatestTick || note.length.value < 0)
            return refused("encode.too-long",
                           "The piece holds times beyond anything that can be played.");
        const bool isInside = isOnPiano(note.pitch.value);
        outside += isInside ? 0 : 1;
        if (!isInside && !options.foldOutOfRange)
            continue;
        PlacedNote placed{note.start, note.length, foldedOntoPiano(note.pitch.value), 0, 0};
        placed.firstStep = lines.nearest(note.start);
        placed.endStep = std::max(lines.nearest(note.end()), placed.firstStep + 1);
        endStep = std::max(endStep, placed.endStep);
        notes.push_back(placed);
    }
    if (drums == report.notes)
        return refused("encode.empty",
                       "The piece has no pitched notes (drums do not count). Choose a piece with "
                       "at least one.");
    if (notes.empty())
        return refused("encode.outside-range",
                       "None of the piece's notes is on the 88 keys of a piano, A0 to C8.");
    std::ranges::stable_sort(notes, {}, &PlacedNote::firstStep);
    addLoss(report, "drums", drums, fmt::format("{} drum notes left out", drums));
    if (options.foldOutOfRange)
        addLoss(report, "folded", outside,
                fmt::format("{} moved by octaves onto the keys of a piano", outside));
    else
        addLoss(report, "outside-range", outside,
                fmt::format("{} dropped: outside A0–C8", outside));
    const Meetings meetings = meetingsOf(notes, m_options.hold);
    addLoss(report, "doubled", meetings.doubled,
            fmt::format("{} fell together with a note that sounds already", meetings.doubled));
    addLoss(report, "joined", meetings.joined,
            fmt::format("{} joined to the same key before: frames do not say that it is struck "
                        "again",
                        meetings.joined));
    if (!m_options.hold) {
        std::size_t cut = 0;
        for (PlacedNote& note : notes) {
            cut += note.endStep > note.firstStep + 1 ? 1 : 0;
            note.endStep = note.firstStep + 1;
        }
        addLoss(report, "cut", cut, fmt::format("{} cut to one frame: keys are not held", cut));
    }
    reportPlacing(notes, lines, true, report);

    std::int64_t firstStep = m_options.silence ? 0 : notes.front().firstStep;
    if (m_options.silence && options.withEnd) {
        for (const Track& track : score.tracks) {
            if (track.end.value <= kLatestTick)
                endStep = std::max(endStep, lines.nearest(track.end));
        }
    }
    piece.end = lines.line(endStep);
    if (options.until) {
        endStep = std::max(endStep, lines.notBefore(*options.until));
        piece.end = lines.line(endStep);
    }
    if (endStep - firstStep > kMaxFrames) {
        return refused("encode.too-long",
                       fmt::format("The piece has more than {} frames of {}; one of its times must "
                                   "be wrong.",
                                   kMaxFrames, m_options.grid));
    }
    std::vector<FrameKeys> frames(static_cast<std::size_t>(endStep - firstStep));
    for (const PlacedNote& note : notes) {
        for (std::int64_t step = note.firstStep; step < note.endStep; ++step)
            frames[static_cast<std::size_t>(step - firstStep)].set(
                static_cast<std::size_t>(note.pitch - kLowestFrameKey));
    }
    for (const FrameKeys& frame : frames) {
        const auto numbers = frameNumbers(frame);
        piece.tokens.insert(piece.tokens.end(), numbers.begin(), numbers.end());
    }
    piece.origin = lines.line(firstStep);
    if (const auto choice = chooseMelodyTrack(score))
        piece.track = choice->track;
    return piece;
}

std::unique_ptr<TokenReader> FrameEncoding::reader(std::span<const Token>,
                                                   const ReaderOptions& options) const
{
    return std::make_unique<FrameReader>(
        m_options.hold, GridLines(options.decode.ticksPerQuarter, stepsPerWhole()), options.decode);
}

std::optional<Tick> FrameEncoding::tokenTime(std::size_t index, int ticksPerQuarter) const
{
    return GridLines(ticksPerQuarter, stepsPerWhole()).line(static_cast<std::int64_t>(index));
}

} // namespace continuo
