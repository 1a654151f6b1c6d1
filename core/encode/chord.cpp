// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/chord.h"

#include "core/base/text.h"
#include "core/encode/melody_line_p.h"
#include "core/encode/options_p.h"
#include "core/music/melody.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <set>
#include <utility>

namespace continuo {

namespace {

/// Onsets on one line of this grid are one; an onset is played half a beat after the one before.
constexpr int kOnsetGrid = 32;
constexpr int kPlayedGrid = 8;
/// The octave in which chords are played, as their classes do not say one.
constexpr int kChordOctave = 60;

OptionList optionList(ChordOptions& options)
{
    OptionList list(ChordEncoding::kName);
    list.choice("tracks", {"melody", "all"}, options.tracks);
    list.truth("end", options.end);
    list.truth("wholeBeats", options.wholeBeats);
    return list;
}

/// The notes that begin together, lowest first.
struct Onset
{
    std::vector<Note> notes{};
    std::string name{};
    bool isChord = false;
};

struct Onsets
{
    std::vector<Onset> all{}; ///< At least one.
    std::size_t track = 0;
    std::size_t left = 0; ///< Notes of other tracks and drums.
};

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

std::string chordName(const std::vector<int>& classes)
{
    return fmt::format("{}", fmt::join(classes, "."));
}

void nameOnset(Onset& onset)
{
    std::ranges::sort(onset.notes, {}, &Note::pitch);
    onset.isChord = onset.notes.front().pitch != onset.notes.back().pitch;
    if (!onset.isChord) {
        onset.name = pitchName(onset.notes.front().pitch);
        return;
    }
    std::vector<int> classes;
    for (const Note& note : onset.notes)
        classes.push_back(note.pitch.pitchClass());
    onset.name = chordName(normalOrder(std::move(classes)));
}

Result<Onsets> onsetsOf(const Score& score, const ChordOptions& options)
{
    LossReport ignored;
    const Result<MelodyLine> melody = readMelodyLine(score, true, ignored);
    if (!melody)
        return melody.error();
    Onsets onsets;
    onsets.track = melody->track;
    std::vector<Note> notes =
        options.tracks == "all" ? allNotes(score) : score.tracks[melody->track].notes;
    std::erase_if(notes, [](const Note& note) { return note.channel == kDrumChannel; });
    onsets.left = score.noteCount() - notes.size();
    const GridLines lines(score.ticksPerQuarter, kOnsetGrid);
    std::int64_t last = -1;
    for (const Note& note : notes) {
        if (note.start.value < 0 || note.end().value > kLatestTick || note.length.value < 0)
            return refused("encode.too-long",
                           "The piece holds times beyond anything that can be played.");
        const std::int64_t line = lines.nearest(note.start);
        if (onsets.all.empty() || line != last)
            onsets.all.emplace_back();
        last = line;
        onsets.all.back().notes.push_back(note);
    }
    for (Onset& onset : onsets.all)
        nameOnset(onset);
    return onsets;
}

/// The pitches that a symbol's name says; nothing where it is no note or chord, or not as it would
/// be written.
std::optional<std::vector<Pitch>> pitchesOfName(const Symbol& symbol)
{
    if (symbol.kind == SymbolKind::Pitch) {
        if (symbol.name != pitchName(symbol.pitch))
            return std::nullopt;
        return std::vector<Pitch>{symbol.pitch};
    }
    std::vector<int> classes;
    for (const std::string& part : splitText(symbol.name, '.')) {
        const auto value = parseInteger(part);
        if (!value || *value < 0 || *value > 11 || classes.size() == 12)
            return std::nullopt;
        classes.push_back(static_cast<int>(*value));
    }
    if (classes.empty() || symbol.kind != SymbolKind::Other ||
        chordName(normalOrder(classes)) != symbol.name)
        return std::nullopt;
    std::ranges::sort(classes);
    std::vector<Pitch> pitches;
    for (const int each : classes)
        pitches.push_back({static_cast<std::uint8_t>(kChordOctave + each)});
    return pitches;
}

class ChordReader final : public TokenReader
{
public:
    ChordReader(const ChordEncoding& encoding, const ReaderOptions& how, bool isWholeBeat)
        : m_encoding(encoding)
        , m_isWholeBeat(isWholeBeat)
        , m_decode(how.decode)
        , m_lines(how.decode.ticksPerQuarter, kPlayedGrid)
    {
    }

    std::vector<std::uint8_t> mayFollow() const override
    {
        std::vector<std::uint8_t> may;
        for (const Symbol& symbol : m_encoding.vocabulary().symbols())
            may.push_back(symbol.kind == SymbolKind::End ? 0 : 1);
        return may;
    }

    std::vector<ReadNote> read(Token token) override
    {
        assert(token >= 0 && token < m_encoding.vocabulary().size());
        m_isOver = m_isOver || m_encoding.vocabulary().symbol(token).kind == SymbolKind::End;
        if (m_isOver)
            return finish();
        std::vector<ReadNote> struck;
        const Tick start = time();
        ++m_step;
        const Tick end = m_lines.inScore(m_decode.origin, m_step + (m_isWholeBeat ? 1 : 0));
        for (const Pitch pitch : m_encoding.pitchesOf(token)) {
            ReadNote each;
            each.token = static_cast<std::size_t>(m_step - 1);
            each.note.start = start;
            each.note.length = end - start;
            each.note.pitch = pitchMoved(pitch.value, m_decode.semitones);
            each.note.velocity = m_decode.velocity;
            each.note.channel = m_decode.channel;
            struck.push_back(each);
        }
        if (!m_isWholeBeat)
            return struck;
        // A key that is struck again sounds no longer than that.
        for (ReadNote& before : m_sounding) {
            const auto isSame = [&before](const ReadNote& each) {
                return each.note.pitch == before.note.pitch;
            };
            if (std::ranges::any_of(struck, isSame))
                before.note.length = start - before.note.start;
        }
        return std::exchange(m_sounding, std::move(struck));
    }

    std::vector<ReadNote> finish() override { return std::exchange(m_sounding, {}); }

    Tick time() const override { return m_lines.inScore(m_decode.origin, m_step); }

private:
    const ChordEncoding& m_encoding;
    bool m_isWholeBeat = false;
    DecodeOptions m_decode;
    GridLines m_lines;
    std::int64_t m_step = 0;
    std::vector<ReadNote> m_sounding{}; ///< Where notes last a beat: those of the last onset.
    bool m_isOver = false;
};

class ChordFit final : public VocabularyFit
{
public:
    explicit ChordFit(const ChordOptions& options)
        : m_options(options)
    {
    }

    void add(const Score& score) override
    {
        const Result<Onsets> onsets = onsetsOf(score, m_options);
        if (!onsets)
            return;
        for (const Onset& onset : onsets->all) {
            Found& found = onset.isChord ? m_chords[onset.name] : m_notes[onset.name];
            found.pitch = onset.notes.front().pitch;
            ++found.count;
        }
    }

    std::shared_ptr<const Encoding> encoding() const override
    {
        std::vector<std::pair<std::size_t, Symbol>> all;
        for (const auto& [name, found] : m_notes)
            all.emplace_back(found.count, Symbol{name, SymbolKind::Pitch, found.pitch});
        for (const auto& [name, found] : m_chords)
            all.emplace_back(found.count, Symbol{name, SymbolKind::Other, {}});
        std::ranges::stable_sort(all, std::ranges::greater(),
                                 [](const auto& each) { return each.first; });
        all.resize(std::min(all.size(), ChordEncoding::kMaxSymbols - 1));
        std::ranges::sort(
            all, [](const auto& a, const auto& b) { return isBefore(a.second, b.second); });
        std::vector<Symbol> symbols;
        for (auto& [count, symbol] : all)
            symbols.push_back(std::move(symbol));
        if (m_options.end)
            symbols.push_back({"end", SymbolKind::End, {}});
        return ChordEncoding::fromVocabulary(m_options, Vocabulary(std::move(symbols))).value();
    }

private:
    struct Found
    {
        std::size_t count = 0;
        Pitch pitch{}; ///< Of a note.
    };

    static bool isBefore(const Symbol& a, const Symbol& b)
    {
        if (a.kind != b.kind)
            return a.kind == SymbolKind::Pitch;
        if (a.kind == SymbolKind::Pitch)
            return a.pitch < b.pitch;
        return *pitchesOfName(a) != *pitchesOfName(b) ? *pitchesOfName(a) < *pitchesOfName(b)
                                                      : a.name < b.name;
    }

    ChordOptions m_options;
    std::map<std::string, Found> m_notes;
    std::map<std::string, Found> m_chords;
};

} // namespace

std::vector<int> normalOrder(std::vector<int> pitchClasses)
{
    std::ranges::sort(pitchClasses);
    const auto repeated = std::ranges::unique(pitchClasses);
    pitchClasses.erase(repeated.begin(), repeated.end());
    const std::size_t count = pitchClasses.size();
    const auto turned = [&](std::size_t first) {
        std::vector<int> turn;
        for (std::size_t i = 0; i < count; ++i)
            turn.push_back(pitchClasses[(first + i) % count]);
        return turn;
    };
    /// Spans from the first class to the last, to the last but one, …
    const auto spans = [](const std::vector<int>& turn) {
        std::vector<int> all;
        for (std::size_t i = turn.size(); i-- > 1;)
            all.push_back((turn[i] - turn[0] + 12) % 12);
        return all;
    };
    std::vector<int> best = turned(0);
    for (std::size_t first = 1; first < count; ++first) {
        const std::vector<int> turn = turned(first);
        if (spans(turn) < spans(best))
            best = turn;
    }
    return best;
}

Result<ChordOptions> chordOptionsFromJson(std::string_view json)
{
    ChordOptions options;
    const Status read = optionList(options).read(json);
    if (!read)
        return read.error();
    return options;
}

ChordEncoding::ChordEncoding(const ChordOptions& options)
    : m_options(options)
{
    setVocabulary(options.end ? std::vector<Symbol>{{"end", SymbolKind::End, {}}}
                              : std::vector<Symbol>{});
}

void ChordEncoding::setVocabulary(std::vector<Symbol> symbols)
{
    m_vocabulary = Vocabulary(std::move(symbols));
    for (Token token = 0; token < m_vocabulary.size(); ++token) {
        const Symbol& symbol = m_vocabulary.symbol(token);
        m_tokens[symbol.name] = token;
        m_pitches.push_back(symbol.kind == SymbolKind::End ? std::vector<Pitch>{}
                                                           : pitchesOfName(symbol).value());
    }
}

Result<std::shared_ptr<const Encoding>> ChordEncoding::fromVocabulary(const ChordOptions& options,
                                                                      const Vocabulary& vocabulary)
{
    const auto bad = [](const std::string& difference) {
        return Error{ErrorKind::Refused,
                     "encode.other-vocabulary",
                     fmt::format("The model's vocabulary is not one of the encoding \"{}\" with "
                                 "its options: {}. The "
                                 "model file is damaged or was made by another program.",
                                 kName, difference),
                     {{"encoding", std::string(kName)}, {"difference", difference}}};
    };
    if (static_cast<std::size_t>(vocabulary.size()) > kMaxSymbols)
        return bad(fmt::format("{} symbols are more than {}", vocabulary.size(), kMaxSymbols));
    std::set<std::string_view> names;
    for (Token token = 0; token < vocabulary.size(); ++token) {
        const Symbol& symbol = vocabulary.symbol(token);
        const bool isLast = token + 1 == vocabulary.size();
        const bool isEnd =
            symbol.kind == SymbolKind::End && symbol.name == "end" && isLast && options.end;
        if (!isEnd && !pitchesOfName(symbol))
            return bad(fmt::format("symbol {}, \"{}\", is no note and no chord", token,
                                   repairedUtf8(symbol.name)));
        if (!names.insert(symbol.name).second)
            return bad(fmt::format("symbol {}, \"{}\", is there twice", token, symbol.name));
        if (isLast && options.end && !isEnd)
            return bad("its last symbol is not the end");
    }
    auto encoding = std::make_shared<ChordEncoding>(options);
    encoding->m_tokens.clear();
    encoding->m_pitches.clear();
    encoding->setVocabulary({vocabulary.symbols().begin(), vocabulary.symbols().end()});
    return std::shared_ptr<const Encoding>(std::move(encoding));
}

std::string ChordEncoding::optionsJson() const
{
    ChordOptions options = m_options;
    return optionList(options).write();
}

Result<EncodedPiece> ChordEncoding::encode(const Score& score, const EncodeOptions& options) const
{
    const Result<Onsets> onsets = onsetsOf(score, m_options);
    if (!onsets)
        return onsets.error();
    if (onsets->all.size() > kMaxOnsets)
        return refused("encode.too-long",
                       fmt::format("The piece has more than {} onsets.", kMaxOnsets));

    EncodedPiece piece;
    LossReport& report = piece.report;
    report.notes = score.noteCount();
    piece.track = onsets->track;
    const GridLines lines(score.ticksPerQuarter, kPlayedGrid);
    std::size_t unknown = 0;
    std::size_t revoiced = 0;
    std::size_t changed = 0;
    std::int64_t step = 0;
    std::vector<const Onset*> kept; // one for each token
    Tick end{};
    for (const Onset& onset : onsets->all) {
        const auto token = m_tokens.find(onset.name);
        if (token == m_tokens.end()) {
            unknown += onset.notes.size();
            continue;
        }
        if (piece.tokens.empty()) {
            step = lines.nearest(onset.notes.front().start);
            piece.origin = lines.line(step);
        }
        if (!onset.isChord)
            piece.said.push_back({piece.tokens.size(), onset.notes.front().id});
        piece.tokens.push_back(token->second);
        kept.push_back(&onset);
        for (const Note& note : onset.notes) {
            end = std::max(end, note.end());
            revoiced += onset.isChord && note.pitch.value / 12 != kChordOctave / 12 ? 1 : 0;
        }
    }
    for (std::size_t i = 0; i < kept.size(); ++i, ++step) {
        const std::vector<Pitch> next =
            i + 1 < kept.size() ? pitchesOf(piece.tokens[i + 1]) : std::vector<Pitch>{};
        for (const Note& note : kept[i]->notes) {
            const int played =
                kept[i]->isChord ? kChordOctave + note.pitch.pitchClass() : note.pitch.value;
            const bool isLong = m_options.wholeBeats &&
                                std::ranges::find(next, played, &Pitch::value) == next.end();
            changed +=
                note.start != lines.line(step) || note.end() != lines.line(step + (isLong ? 2 : 1))
                    ? 1
                    : 0;
        }
    }
    addLoss(report, "other-tracks", onsets->left,
            fmt::format("{} of other tracks and drums left out", onsets->left));
    addLoss(report, "unknown-chord", unknown,
            fmt::format("{} left out: their notes and chords are not in the vocabulary", unknown));
    addLoss(report, "octave", revoiced, fmt::format("{} of chords lost their octave", revoiced));
    addLoss(report, "rhythm", changed,
            fmt::format("{} lost their rhythm: every onset is half a beat{}", changed,
                        m_options.wholeBeats ? " from the next" : ""));
    if (piece.tokens.empty()) {
        return refused("encode.unknown-chords",
                       "None of the piece's notes and chords is in the vocabulary, which is "
                       "that of the pieces a model was trained on.");
    }
    if (options.until)
        end = std::max(end, *options.until);
    piece.end = lines.line(lines.notBefore(end));
    if (options.withEnd && m_options.end)
        piece.tokens.push_back(m_vocabulary.size() - 1);
    return piece;
}

std::unique_ptr<TokenReader> ChordEncoding::reader(std::span<const Token>,
                                                   const ReaderOptions& options) const
{
    return std::make_unique<ChordReader>(*this, options, m_options.wholeBeats);
}

std::optional<Tick> ChordEncoding::tokenTime(std::size_t index, int ticksPerQuarter) const
{
    return GridLines(ticksPerQuarter, kPlayedGrid).line(static_cast<std::int64_t>(index));
}

std::vector<Pitch> ChordEncoding::pitchesOf(Token token) const
{
    return m_pitches[static_cast<std::size_t>(token)];
}

std::unique_ptr<VocabularyFit> ChordEncoding::fit() const
{
    return std::make_unique<ChordFit>(m_options);
}

} // namespace continuo
