// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/voices.h"

#include "core/encode/melody_line_p.h"
#include "core/encode/options_p.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <map>
#include <utility>

namespace continuo {

namespace {

/// Where the voices of chorales lie on average: what the octave of a piece is chosen by.
constexpr std::array<int, kVoices> kUsualPitch{71, 65, 59, 51};

using Placed = std::array<std::vector<PlacedNote>, kVoices>;

OptionList optionList(VoicesOptions& options)
{
    OptionList list(VoicesEncoding::kName);
    list.truth("attacks", options.attacks);
    list.truth("transpose", options.transpose);
    return list;
}

bool isInRange(int pitch)
{
    return pitch >= VoicesEncoding::kLow && pitch <= VoicesEncoding::kHigh;
}

void move(Placed& voices, int semitones)
{
    for (std::vector<PlacedNote>& voice : voices) {
        for (PlacedNote& note : voice)
            note.pitch += semitones;
    }
}

bool allInRange(const Placed& voices)
{
    return std::ranges::all_of(voices, [](const std::vector<PlacedNote>& voice) {
        return std::ranges::all_of(voice, isInRange, &PlacedNote::pitch);
    });
}

/// The shift by whole octaves that brings most notes into the range and, of those, the voices
/// nearest to where they usually lie.
int octaveShift(const Placed& voices)
{
    std::int64_t fitting = -1;
    std::int64_t distance = 0;
    int best = 0;
    for (int shift = -120; shift <= 120; shift += 12) {
        std::int64_t inside = 0;
        std::int64_t away = 0;
        for (std::size_t v = 0; v < kVoices; ++v) {
            for (const PlacedNote& note : voices[v]) {
                inside += isInRange(note.pitch + shift) ? 1 : 0;
                away += note.pitch + shift - kUsualPitch[v];
            }
        }
        away = std::abs(away);
        if (inside > fitting || (inside == fitting && away < distance)) {
            fitting = inside;
            distance = away;
            best = shift;
        }
    }
    return best;
}

/// Folds or drops the notes outside the range and says so.
void bringIntoRange(Placed& voices, bool fold, LossReport& report)
{
    std::size_t folded = 0;
    std::size_t dropped = 0;
    for (std::vector<PlacedNote>& voice : voices) {
        std::erase_if(voice, [&](PlacedNote& note) {
            if (isInRange(note.pitch))
                return false;
            ++(fold ? folded : dropped);
            while (note.pitch < VoicesEncoding::kLow)
                note.pitch += 12;
            while (note.pitch > VoicesEncoding::kHigh)
                note.pitch -= 12;
            return !fold;
        });
    }
    addLoss(report, "folded", folded, fmt::format("{} moved by octaves into C2–A5", folded));
    addLoss(report, "outside-range", dropped, fmt::format("{} dropped: outside C2–A5", dropped));
}

/// Brings every voice onto the grid; losses are counted over all.
void placeVoices(Placed& voices, const GridLines& lines, LossReport& report)
{
    std::map<std::string, std::size_t> losses;
    for (std::vector<PlacedNote>& voice : voices) {
        LossReport own;
        placeOnGrid(voice, lines, true, own);
        reportPlacing(voice, lines, true, own);
        for (const LossReport::Item& item : own.items)
            losses[item.id] += item.count;
    }
    for (const auto& [id, words] :
         {std::pair("same-step", "dropped: another note of the voice stands on the same step"),
          std::pair("moved", "moved to the 1/16 grid"),
          std::pair("shortened", "shortened to the 1/16 grid"),
          std::pair("lengthened", "lengthened to the 1/16 grid")})
        addLoss(report, id, losses[id], fmt::format("{} {}", losses[id], words));
}

class VoicesReader final : public TokenReader
{
public:
    VoicesReader(const VoicesEncoding& encoding, std::span<const Token> before,
                 const ReaderOptions& how)
        : m_encoding(encoding)
        , m_decode(how.decode)
        , m_lines(how.decode.ticksPerQuarter, VoicesEncoding::kStepsPerWhole)
    {
        if (before.size() >= kVoices) {
            const auto last = before.last(before.size() % kVoices + kVoices).first(kVoices);
            for (std::size_t v = 0; v < kVoices; ++v)
                m_rows[v] = last[v] % VoicesEncoding::kRows;
        }
    }

    std::vector<std::uint8_t> mayFollow() const override
    {
        std::vector<std::uint8_t> may(static_cast<std::size_t>(m_encoding.vocabulary().size()), 1);
        if (!m_encoding.options().attacks)
            return may;
        const std::optional<Token>& row = m_rows[m_voice];
        for (Token held = VoicesEncoding::kRows; held < 2 * VoicesEncoding::kRows; ++held)
            may[static_cast<std::size_t>(held)] = row == held - VoicesEncoding::kRows ? 1 : 0;
        if (row == VoicesEncoding::kRest)
            may[VoicesEncoding::kRest] = 0; // a silence begins once
        return may;
    }

    std::vector<ReadNote> read(Token token) override
    {
        assert(token >= 0 && token < m_encoding.vocabulary().size());
        const Token row = token % VoicesEncoding::kRows;
        Voice& voice = m_voices[m_voice];
        const bool isHeld = !m_encoding.options().attacks || token >= VoicesEncoding::kRows;
        std::vector<ReadNote> complete;
        if (!isHeld || row != m_rows[m_voice]) {
            if (voice.begin)
                complete.push_back(ended(m_voice));
            if (row != VoicesEncoding::kRest) {
                voice.begin = m_step;
                voice.row = row;
            }
        }
        m_rows[m_voice] = row;
        m_voice = (m_voice + 1) % kVoices;
        m_step += m_voice == 0 ? 1 : 0;
        return complete;
    }

    std::vector<ReadNote> finish() override
    {
        std::vector<ReadNote> complete;
        for (std::size_t v = 0; v < kVoices; ++v) {
            if (m_voices[v].begin)
                complete.push_back(ended(v));
        }
        std::ranges::stable_sort(complete, {},
                                 [](const ReadNote& each) { return each.note.start; });
        return complete;
    }

    Tick time() const override { return m_lines.inScore(m_decode.origin, m_step); }

private:
    struct Voice
    {
        std::optional<std::int64_t> begin{}; ///< Of the note that sounds.
        Token row = 0;
    };

    ReadNote ended(std::size_t v)
    {
        Voice& voice = m_voices[v];
        ReadNote complete;
        complete.token = static_cast<std::size_t>(*voice.begin);
        Note& note = complete.note;
        note.start = m_lines.inScore(m_decode.origin, *voice.begin);
        note.length = time() - note.start;
        note.pitch = pitchMoved(VoicesEncoding::kLow + voice.row, m_decode.semitones);
        note.velocity = m_decode.velocity;
        note.channel = voiceChannel(m_decode.channel, v);
        voice.begin.reset();
        return complete;
    }

    const VoicesEncoding& m_encoding;
    DecodeOptions m_decode;
    GridLines m_lines;
    std::array<Voice, kVoices> m_voices{};
    std::array<std::optional<Token>, kVoices> m_rows{}; ///< As last read.
    std::size_t m_voice = 0;                            ///< Whose number comes next.
    std::int64_t m_step = 0;
};

} // namespace

std::uint8_t voiceChannel(std::uint8_t first, std::size_t voice)
{
    std::uint8_t channel = first == kDrumChannel ? kDrumChannel + 1 : first;
    for (; voice > 0; --voice) {
        channel = (channel + 1U) & 15U;
        if (channel == kDrumChannel)
            ++channel;
    }
    return channel;
}

Result<VoicesOptions> voicesOptionsFromJson(std::string_view json)
{
    VoicesOptions options;
    const Status read = optionList(options).read(json);
    if (!read)
        return read.error();
    return options;
}

VoicesEncoding::VoicesEncoding(const VoicesOptions& options)
    : m_options(options)
{
    std::vector<Symbol> symbols;
    for (int key = kLow; key <= kHigh; ++key) {
        const Pitch pitch{static_cast<std::uint8_t>(key)};
        symbols.push_back({pitchName(pitch), SymbolKind::Pitch, pitch});
    }
    symbols.push_back({"rest", SymbolKind::Rest, {}});
    if (options.attacks) {
        for (Token row = 0; row < kRows; ++row)
            symbols.push_back(
                {symbols[static_cast<std::size_t>(row)].name + " held", SymbolKind::Other, {}});
    }
    m_vocabulary = Vocabulary(std::move(symbols));
}

std::string VoicesEncoding::optionsJson() const
{
    VoicesOptions options = m_options;
    return optionList(options).write();
}

std::vector<Token> VoicesEncoding::limits() const
{
    return std::vector<Token>(kVoices, m_vocabulary.size());
}

Result<EncodedPiece> VoicesEncoding::encode(const Score& score, const EncodeOptions& options) const
{
    LossReport report;
    const Result<VoiceLines> lines = voiceLines(score, report);
    if (!lines)
        return lines.error();
    return encodeLines(*lines, score.ticksPerQuarter, options, std::move(report));
}

Result<EncodedPiece> VoicesEncoding::encodeLines(const VoiceLines& lines, int ticksPerQuarter,
                                                 const EncodeOptions& options,
                                                 LossReport report) const
{
    Placed voices;
    std::vector<Note> all;
    for (std::size_t v = 0; v < kVoices; ++v) {
        for (const Note& note : lines.notes[v]) {
            voices[v].push_back({note.start, note.length, note.pitch.value, 0, 0});
            all.push_back(note);
        }
    }
    assert(!all.empty());
    std::ranges::stable_sort(all, {}, &Note::start);

    EncodedPiece piece;
    piece.track = lines.tracks[0].value_or(0);
    if (m_options.transpose) {
        piece.key =
            options.key ? options.key : keyRelativeToFirst(all, all.front().pitch.pitchClass());
        if (piece.key)
            piece.semitones = semitonesToCommonKey(*piece.key);
        move(voices, piece.semitones);
    }
    if (m_options.transpose || !allInRange(voices)) {
        const int shift = octaveShift(voices);
        piece.semitones += shift;
        move(voices, shift);
    }
    bringIntoRange(voices, options.foldOutOfRange, report);
    const GridLines grid(ticksPerQuarter, kStepsPerWhole);
    placeVoices(voices, grid, report);
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = 0;
    for (const std::vector<PlacedNote>& voice : voices) {
        if (voice.empty())
            continue;
        first = std::min(first, voice.front().firstStep);
        last = std::max(last, voice.back().endStep);
    }
    if (last == 0)
        return Error{ErrorKind::Refused,
                     "encode.outside-range",
                     "No note of the piece can be brought into the range C2–A5 of the encoding.",
                     {}};
    if (options.until)
        last = std::max(last, grid.notBefore(*options.until));
    if (last - first > kMaxSteps)
        return Error{ErrorKind::Refused,
                     "encode.too-long",
                     fmt::format("The piece is {} sixteenths long; more than {} cannot be read. It "
                                 "probably holds one wrong, very long time.",
                                 last - first, kMaxSteps),
                     {}};
    piece.origin = grid.line(first);
    piece.end = grid.line(last);

    const Token held = m_options.attacks ? kRows : 0;
    const auto steps = static_cast<std::size_t>(last - first);
    piece.tokens.assign(steps * kVoices, kRest + held);
    std::size_t joined = 0;
    for (std::size_t v = 0; v < kVoices; ++v) {
        std::int64_t silentFrom = first;
        Token before = -1;
        const auto put = [&](std::int64_t step, Token token) {
            piece.tokens[static_cast<std::size_t>(step - first) * kVoices + v] = token;
        };
        for (const PlacedNote& note : voices[v]) {
            if (note.firstStep > silentFrom)
                put(silentFrom, kRest);
            const auto row = static_cast<Token>(note.pitch - kLow);
            joined += !m_options.attacks && note.firstStep == silentFrom && row == before ? 1 : 0;
            put(note.firstStep, row);
            for (std::int64_t step = note.firstStep + 1; step < note.endStep; ++step)
                put(step, row + held);
            silentFrom = note.endStep;
            before = row;
        }
        if (silentFrom < last)
            put(silentFrom, kRest);
    }
    addLoss(report, "joined", joined,
            fmt::format("{} joined to the same note before: attacks are off", joined));
    piece.report = std::move(report);
    return piece;
}

std::unique_ptr<TokenReader> VoicesEncoding::reader(std::span<const Token> before,
                                                    const ReaderOptions& options) const
{
    return std::make_unique<VoicesReader>(*this, before, options);
}

std::optional<Tick> VoicesEncoding::tokenTime(std::size_t index, int ticksPerQuarter) const
{
    return GridLines(ticksPerQuarter, kStepsPerWhole).line(static_cast<std::int64_t>(index));
}

std::vector<Pitch> VoicesEncoding::pitchesOf(Token token) const
{
    const Token row = token % kRows;
    if (row == kRest)
        return {};
    return {Pitch{static_cast<std::uint8_t>(kLow + row)}};
}

} // namespace continuo
