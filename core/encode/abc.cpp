// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/abc.h"

#include "core/abc/abc_fields.h"
#include "core/abc/abc_spelling.h"
#include "core/abc/write_abc.h"
#include "core/encode/abc_text_p.h"
#include "core/encode/melody_line_p.h"
#include "core/encode/options_p.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace continuo {

namespace {

constexpr int kBarsPerLine = 4;
constexpr std::array<std::string_view, 6> kModes = {"", "m", "mix", "dor", "phr", "lyd"};
constexpr std::string_view kLocrian = "loc";

OptionList optionList(AbcOptions& options)
{
    OptionList list(AbcEncoding::kName);
    list.choice("header", {"meter-key", "meter-unit-key"}, options.header);
    list.choice("resolution", {"1/16", "1/32", "1/48", "1/96", "1/192"}, options.resolution);
    list.truth("transpose", options.transpose);
    return list;
}

int stepsPerWhole(const AbcOptions& options)
{
    return std::stoi(options.resolution.substr(2));
}

std::string symbolName(char c)
{
    return c == '\n' ? "newline" : c == ' ' ? "space" : std::string(1, c);
}

/// What the score says of its key where its music begins: the last word up to there, modes before
/// signatures.
std::string writtenKey(const Score& score, Tick begin)
{
    std::string best;
    std::optional<Tick> time;
    bool isMode = false;
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            if (event.time > begin)
                break;
            std::string key;
            bool isText = false;
            if (event.isMeta(Meta::KeySignature) && event.payload.size() == 2) {
                const int sharps = static_cast<std::int8_t>(event.payload[0]);
                if (sharps >= -7 && sharps <= 7 && event.payload[1] <= 1)
                    key = plainAbcKey(abcKeyText(sharps, event.payload[1] == 1));
            } else if (event.isMeta(Meta::Text) && event.payload.text().starts_with("K:")) {
                key = plainAbcKey(event.payload.text().substr(2));
                isText = true;
            }
            const bool isLater =
                !time || event.time > *time || (event.time == *time && (isText || !isMode));
            if (!key.empty() && isLater) {
                best = key;
                time = event.time;
                isMode = isText;
            }
        }
    }
    return best;
}

/// Changes of key behind the music's beginning, which are not written.
std::size_t laterKeys(const Score& score, Tick begin)
{
    std::size_t count = 0;
    for (const Track& track : score.tracks) {
        count +=
            static_cast<std::size_t>(std::ranges::count_if(track.events, [&](const Event& event) {
                return event.isMeta(Meta::KeySignature) && event.time > begin;
            }));
    }
    return count;
}

std::size_t chordSymbols(const Track& track)
{
    return static_cast<std::size_t>(std::ranges::count_if(track.events, [](const Event& event) {
        return event.isMeta(Meta::Text) && event.payload.size() >= 3 && event.payload[0] == '"';
    }));
}

/// A meter that ABC can say and whose bars stand on the grid; else 4/4.
Meter writableMeter(Meter meter, int steps)
{
    const bool isWritable = meter.numerator <= 99 && meter.denominator <= 64 &&
                            meter.numerator * steps % meter.denominator == 0;
    return isWritable ? meter : Meter{};
}

/// The melody alone, in time counted in steps of the grid from the beginning of its first bar.
Score scoreInSteps(const std::vector<PlacedNote>& notes, const MeterMap& meters,
                   const GridLines& lines, std::int64_t origin)
{
    const auto steps = static_cast<int>(lines.stepsPerWhole);
    Score score;
    score.ticksPerQuarter = steps / 4;
    Track& track = score.addTrack();
    const Meter first = writableMeter(meters.meterAt(lines.line(origin)), steps);
    track.events.push_back(timeSignatureEvent(Tick{}, first.numerator, first.denominator));
    for (const MeterMap::Change& change : meters.changes()) {
        const Tick at{lines.nearest(change.time) - origin};
        if (at.value <= 0)
            continue;
        if (track.events.back().time == at)
            track.events.pop_back();
        const Meter meter = writableMeter(change.meter, steps);
        track.events.push_back(timeSignatureEvent(at, meter.numerator, meter.denominator));
    }
    for (Event& event : track.events)
        event.id = score.nextId++;
    for (const PlacedNote& placed : notes) {
        Note note;
        note.id = score.nextId++;
        note.start = Tick{placed.firstStep - origin};
        note.length = Tick{placed.endStep - placed.firstStep};
        note.pitch = pitchMoved(placed.pitch, 0);
        track.notes.push_back(note);
    }
    track.end = std::max(track.notes.back().end(), track.events.back().time);
    return score;
}

/// The text without its last bar line and the note before it.
void cutLastNote(std::string& text)
{
    const auto cut = [&](std::string_view what) {
        while (!text.empty() && what.find(text.back()) != std::string_view::npos)
            text.pop_back();
    };
    cut("|]\n");
    cut("0123456789/");
    cut("',");
    text.pop_back();
    cut("^_=");
}

} // namespace

std::string plainAbcKey(std::string_view text)
{
    const auto field = parseAbcKey(text);
    if (!field || !field->key || field->key->tonic < 0 || field->key->isExplicit)
        return {};
    const AbcKey& key = *field->key;
    std::string plain(1, key.text.empty() ? 'C' : key.text.front());
    if (key.text.size() > 1 && (key.text[1] == '#' || key.text[1] == 'b'))
        plain += key.text[1];
    switch (key.mode) {
    case AbcMode::Major:
        break;
    case AbcMode::Minor:
        plain += "m";
        break;
    case AbcMode::Mixolydian:
        plain += "mix";
        break;
    case AbcMode::Dorian:
        plain += "dor";
        break;
    case AbcMode::Phrygian:
        plain += "phr";
        break;
    case AbcMode::Lydian:
        plain += "lyd";
        break;
    case AbcMode::Locrian:
        plain += kLocrian;
        break;
    }
    const auto again = parseAbcKey(plain);
    return again && again->key && again->key->accidentals == key.accidentals ? plain
                                                                             : std::string();
}

const std::vector<std::string>& plainAbcKeys()
{
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> all;
        for (const char letter : std::string_view("ABCDEFG")) {
            for (const std::string_view accidental : {"", "#", "b"}) {
                const std::string tonic = letter + std::string(accidental);
                for (const std::string_view mode : kModes)
                    all.push_back(tonic + std::string(mode));
                all.push_back(tonic + std::string(kLocrian));
            }
        }
        std::erase_if(all, [](const std::string& key) { return plainAbcKey(key) != key; });
        return all;
    }();
    return keys;
}

Result<AbcOptions> abcOptionsFromJson(std::string_view json)
{
    AbcOptions options;
    const Status read = optionList(options).read(json);
    if (!read)
        return read.error();
    return options;
}

AbcEncoding::AbcEncoding(const AbcOptions& options)
    : m_options(options)
{
    std::vector<Symbol> symbols;
    for (const char c : kAbcCharacters)
        symbols.push_back({symbolName(c), SymbolKind::Other, {}});
    symbols.push_back({"end", SymbolKind::End, {}});
    m_vocabulary = Vocabulary(std::move(symbols));
}

std::string AbcEncoding::optionsJson() const
{
    AbcOptions options = m_options;
    return optionList(options).write();
}

Result<EncodedPiece> AbcEncoding::encode(const Score& score, const EncodeOptions& options) const
{
    EncodedPiece piece;
    LossReport& report = piece.report;
    Result<MelodyLine> melody = readMelodyLine(score, true, report);
    if (!melody)
        return melody.error();
    std::vector<PlacedNote>& notes = melody->notes;
    piece.track = melody->track;

    const std::vector<Note> all = allNotes(score);
    std::optional<Key> key;
    if (m_options.transpose) {
        piece.key = options.key ? options.key : keyRelativeToFirst(all, notes.front().pitch % 12);
        key = piece.key;
        piece.semitones = key ? semitonesToCommonKey(*key) : 0;
        const auto [low, high] = std::ranges::minmax(notes, {}, &PlacedNote::pitch);
        if (low.pitch + piece.semitones < 0)
            piece.semitones += 12;
        else if (high.pitch + piece.semitones > 127)
            piece.semitones -= 12;
        std::size_t folded = 0;
        for (PlacedNote& note : notes) {
            const int moved = note.pitch + piece.semitones;
            note.pitch = pitchMoved(note.pitch, piece.semitones).value;
            folded += note.pitch != moved ? 1 : 0;
        }
        addLoss(report, "folded", folded,
                fmt::format("{} moved by an octave to stay among MIDI's keys", folded));
    }

    const GridLines lines(score.ticksPerQuarter, stepsPerWhole(m_options));
    placeOnGrid(notes, lines, true, report);
    reportPlacing(notes, lines, true, report);
    const MeterMap meters(score);
    const Tick begin = lines.line(notes.front().firstStep);
    const std::int64_t origin = lines.nearest(meters.barStart(meters.position(begin).bar));
    std::int64_t end = notes.back().endStep;
    if (options.until)
        end = std::max(end, lines.notBefore(*options.until));
    piece.origin = lines.line(origin);
    piece.end = lines.line(end);

    std::string keyText = m_options.transpose ? "" : writtenKey(score, begin);
    if (keyText.empty()) {
        if (!key)
            key = keyRelativeToFirst(all, notes.front().pitch % 12);
        const bool isMinor = key && key->mode == Mode::Minor;
        keyText = m_options.transpose ? (isMinor ? "Am" : "C") : key ? abcKeyText(*key) : "C";
    }
    if (!m_options.transpose) {
        const std::size_t later = laterKeys(score, begin);
        addLoss(report, "key-changes", later,
                fmt::format("{} later key signatures left out", later));
    }
    const std::size_t chords = chordSymbols(score.tracks[piece.track]);
    addLoss(report, "chord-symbols", chords,
            fmt::format("{} chord symbols and annotations left out", chords));

    // A prompt ends where a further note would be written, which is then taken off: so it has the
    // silence, space or bar line that stand before such a note.
    if (!options.withEnd) {
        PlacedNote further;
        further.pitch = 60;
        further.firstStep = end;
        further.endStep = end + 1;
        notes.push_back(further);
    }
    Score steps = scoreInSteps(notes, meters, lines, origin);
    Event keyEvent = metaEvent(Tick{}, Meta::Text, "K:" + keyText);
    keyEvent.id = steps.nextId++;
    steps.tracks[0].events.insert(steps.tracks[0].events.begin(), keyEvent);
    AbcWriteOptions writing;
    writing.track = 0;
    writing.stepsPerQuarter = steps.ticksPerQuarter;
    writing.barsPerLine = kBarsPerLine;
    const Result<AbcText> written = writeAbc(steps, writing);
    if (!written) {
        assert(written.error().id == "abc.too-long");
        return Error{ErrorKind::Refused, "encode.too-long", written.error().text, {}};
    }
    const std::size_t head = written->text.find("\nK:") + 1;
    const std::string_view whole = written->text;
    const std::size_t meter = whole.find("\nM:") + 1;
    std::string text(whole.substr(meter, whole.find('\n', meter) + 1 - meter));
    if (m_options.header == "meter-unit-key")
        text += fmt::format("L:{}\n", kAbcUnit);
    text += whole.substr(head);
    if (options.withEnd)
        text.pop_back(); // the end of the last line
    else
        cutLastNote(text);
    if (text.size() > kMaxCharacters) {
        return Error{
            ErrorKind::Refused,
            "encode.too-long",
            fmt::format(
                "The piece is {} characters long in ABC; more than {} cannot be read. It probably "
                "holds one wrong, very long time.",
                text.size(), kMaxCharacters),
            {}};
    }
    piece.tokens = tokensOf(text);
    assert(piece.tokens.size() == text.size());
    if (options.withEnd)
        piece.tokens.push_back(m_vocabulary.size() - 1);
    return piece;
}

std::unique_ptr<TokenReader> AbcEncoding::reader(std::span<const Token> before,
                                                 const ReaderOptions& options) const
{
    return makeAbcReader(*this, before, options);
}

std::optional<Tick> AbcEncoding::tokenTime(std::size_t, int) const
{
    return std::nullopt;
}

std::vector<Token> AbcEncoding::opening(Meter meter, std::optional<Key> key) const
{
    std::string text = "M:" + meterName(writableMeter(meter, stepsPerWhole(m_options))) + "\n";
    if (m_options.header == "meter-unit-key")
        text += fmt::format("L:{}\n", kAbcUnit);
    text += "K:";
    if (key)
        text += (m_options.transpose ? (key->mode == Mode::Minor ? "Am" : "C") : abcKeyText(*key)) +
                "\n";
    return tokensOf(text);
}

std::vector<Token> AbcEncoding::tokensOf(std::string_view text) const
{
    std::vector<Token> tokens;
    tokens.reserve(text.size() + 1);
    for (const char c : text) {
        if (const std::size_t place = kAbcCharacters.find(c); place != std::string_view::npos)
            tokens.push_back(static_cast<Token>(place));
    }
    return tokens;
}

std::string AbcEncoding::textOf(std::span<const Token> tokens) const
{
    std::string text;
    for (const Token token : tokens) {
        if (static_cast<std::size_t>(token) >= kAbcCharacters.size())
            break;
        text += kAbcCharacters[static_cast<std::size_t>(token)];
    }
    return text;
}

} // namespace continuo
