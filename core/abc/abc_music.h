// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_fields.h"
#include "core/abc/abc_macros.h"
#include "core/abc/abc_remarks.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace continuo {

/// An ornament that changes what is played where ornaments are played.
enum class AbcOrnament : std::uint8_t
{
    None,
    Trill,
    Roll,
    UpperMordent,
    LowerMordent,
    Turn,
    InvertedTurn
};

/// Marks that change the order in which a tune is played.
enum class AbcJump : std::uint8_t
{
    Segno,
    Coda,
    Fine,
    ToCoda,
    DaCapo,
    DalSegno
};

/// What a decoration of this name asks for: "trill".
AbcOrnament abcOrnamentNamed(std::string_view decoration);

/// Whether a decoration of this name changes the order: "D.C.", "segno".
bool isAbcJump(std::string_view decoration);

/// One element of a voice in the order in which it is written, before repeats are played.
struct AbcElement
{
    enum class Kind : std::uint8_t
    {
        Notes, ///< A note or chord: `count` notes from `first`.
        Rest,
        BarRest, ///< A rest of `count` whole bars.
        Bar,     ///< A bar line: see the flags.
        Ending,  ///< [1: `first` has bit n set where it is played the n-th time.
        Part,    ///< A P: line: `first` is its letter, 0 for a longer label.
        Text,    ///< A chord symbol, a mark or a field kept as text: `first` is its index.
        Program, ///< %%MIDI program: `first` is its number.
        Channel, ///< %%MIDI channel: `first` is 0..15.
        Grace,   ///< Grace notes: `count` notes from `first`; they take no time of their own.
        Overlay, ///< &: the music goes back to the beginning of the bar, or `count` − 1 bars more.
        Jump     ///< `first` is an AbcJump.
    };

    AbcTime length = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t first = 0;
    std::uint32_t state = 0; ///< Index of the key, meter and tempo that hold here.
    std::uint16_t count = 0;
    Kind kind = Kind::Rest;
    std::uint8_t repeatsEnding = 0;    ///< Bar: how many more times the music before it is played.
    std::uint8_t repeatsBeginning = 0; ///< Bar: not 0 where a repeated section begins.
    bool isSectionEnd = false;         ///< Bar: a double or final bar line, or a repeat.
    AbcOrnament ornament = AbcOrnament::None; ///< Notes: played on the highest of them.
    bool isShort = false;                     ///< Grace: written {/…}.
};

struct AbcNote
{
    AbcTime length = 0;
    std::uint8_t pitch = 60;
    bool isTied = false;   ///< To the next note of the same pitch.
    std::int8_t above = 2; ///< Semitones to the next step up in key and bar; set under ornaments.
    std::int8_t below = -2;
};

/// A syllable sung to an element of kind Notes.
struct AbcSyllable
{
    std::uint32_t element = 0;
    std::uint32_t text = 0;  ///< Index of the text, as a lyric event has it (RP-017).
    std::uint32_t verse = 0; ///< From 0: the lines of words under one line of music.
};

/// A line of symbols (s:, ABC 2.1, 4.15), which are laid on the notes of the line of music above.
struct AbcSymbols
{
    std::string text{}; ///< From "s:" on, without comment; lines that go on with it (+:) behind it.
    std::uint32_t line = 0;
    std::size_t at = 2; ///< What comes next.
};

/// Key, meter and tempo at a place.
struct AbcState
{
    AbcKey key{};
    AbcMeter meter{};
    std::optional<AbcTempo> tempo{};
};

/// One voice of a tune as written: what the scanner makes and the player reads.
struct AbcMusic
{
    std::vector<AbcElement> elements{};
    std::vector<AbcNote> notes{};
    std::vector<std::string> texts{};
    std::vector<AbcState> states{AbcState{}};
    std::vector<AbcSyllable> syllables{};
    bool isPercussion = false; ///< Its clef says so: it sounds on the drum channel.
};

/// What is left of the elements that one tune may have in all its voices.
struct AbcBudget
{
    /// More elements than this in a tune are left out with a remark.
    static constexpr std::size_t kElements = 300'000;
    std::size_t elements = kElements;
    std::size_t macroText = 1 << 16; ///< Characters that macros may still add.
    bool isUsedUp = false;
};

/// Whether an accidental holds for its note's other octaves too, until the bar ends
/// (%%propagate-accidentals).
enum class AbcAccidentalReach
{
    Note,
    Octave,
    AllOctaves
};

/// Reads the lines of music of one voice into an AbcMusic: pitches with the accidentals of bar and
/// key, lengths with tuplets and broken rhythm. Feed it line by line; it remembers what hangs over
/// from one line to the next. A copy made for another voice goes on from the same state.
class AbcScanner
{
public:
    AbcScanner(AbcMusic& music, AbcRemarks& remarks, AbcBudget& budget);
    /// A scanner in the state of `other` that writes into `music`, a copy of the other's music.
    AbcScanner(const AbcScanner& other, AbcMusic& music);

    /// Music from `at` to the end of `text`, which has no comment: a line or a part of one. Macros
    /// are played out. Columns in remarks are those of `text`.
    void scanLine(std::string_view text, std::uint32_t line, std::size_t at = 0);

    /// The symbols of these lines go to the notes and chords scanned from here on, one of each line
    /// to a note, as if they were written before it.
    void beginSymbols(std::vector<AbcSymbols> lines);
    /// Symbols for which there was no note are remarked on.
    void endSymbols();

    void setKey(const AbcKey& key);
    void setMeter(const AbcMeter& meter);
    void setTempo(const AbcTempo& tempo);
    void setUnitLength(AbcTime length) { m_unitLength = length; }
    AbcTime unitLength() const { return m_unitLength; }
    const AbcState& state() const { return m_music.states.back(); }
    /// Semitones that the clef asks for.
    void setTransposition(int semitones) { m_transposition = semitones; }
    /// Semitones on top, of %%MIDI transpose.
    void setSoundTransposition(int semitones) { m_soundTransposition = semitones; }
    int soundTransposition() const { return m_soundTransposition; }
    void setAccidentalReach(AbcAccidentalReach reach) { m_reach = reach; }
    void setPercussion(bool isPercussion);
    /// The key of the drum channel that a written note of a percussion voice sounds as: `note` is
    /// a note such as "^c'". False if it is not a note.
    bool setDrum(std::string_view note, int key);
    /// The definition of a U: field, such as "T = !trill!"; false if it is not one.
    bool setUserSymbol(std::string_view definition);
    /// The definition of an m: field; false if it is not one.
    bool addMacro(std::string_view definition) { return m_macros.add(definition); }
    /// A field inside the tune, written on a line of its own or in brackets. `value` is trimmed.
    void readField(char name, std::string_view value, std::uint32_t line, std::uint32_t column);
    void addText(std::string text, std::uint32_t line, std::uint32_t column);
    void addPart(std::string_view label, std::uint32_t line, std::uint32_t column);
    void addProgram(int program, std::uint32_t line, std::uint32_t column);
    void addChannel(int channel, std::uint32_t line, std::uint32_t column);
    /// Reads what %% or I: introduces, as far as it concerns one voice: MIDI program, channel,
    /// transpose, rtranspose and drummap, transpose, percmap, propagate-accidentals. What asks for
    /// an accompaniment is remarked on; anything else does not sound.
    void readInstruction(std::string_view text, std::uint32_t line, std::uint32_t column);
    /// To be called after the last line.
    void finish();

private:
    struct Scale
    {
        std::int64_t numerator = 1;
        std::int64_t denominator = 1;
    };

    bool atEnd() const { return m_at >= m_text.size(); }
    char peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
    }
    void remark(std::string_view id, std::string_view what, std::size_t at);
    std::uint32_t column(std::size_t at) const
    {
        return static_cast<std::uint32_t>((at < m_columns.size() ? m_columns[at] : at) + 1);
    }

    void readMidi(const std::vector<std::string>& words, std::uint32_t line, std::uint32_t column);
    void scanOne();
    void scanQuoted();
    void scanDecoration(char mark);
    void scanUserSymbol(char symbol);
    void addDecoration(std::string_view name, std::size_t at);
    void addMark(std::string text, std::size_t at);
    void laySymbols();
    void scanSymbol();
    void endBarOfSymbols();
    void scanGrace();
    void scanTuplet();
    void scanBroken();
    void scanBar();
    bool scanEnding();
    void scanInlineField();
    void scanNote();
    void scanChord();
    void scanRest();
    void scanOverlay();
    void setNeighbours(AbcNote& note, std::size_t letter, int octave) const;
    int accidentalOf(std::size_t letter, int octave) const;
    std::optional<AbcNote> readPitch();
    std::optional<Scale> readLength();
    int pitchOf(std::size_t letter, int octave, std::optional<int> accidental);
    void addNotes(std::size_t at, std::size_t firstNote, AbcTime length);
    bool addElement(AbcElement element, std::size_t at);
    void applyRhythm(AbcElement& element);
    void scaleElement(AbcElement& element, std::int64_t numerator, std::int64_t denominator);
    void endBar();
    AbcState& newState();

    AbcMusic& m_music;
    AbcRemarks& m_remarks;
    AbcBudget& m_budget;
    std::string m_expanded{};
    std::vector<std::uint32_t> m_columns{}; ///< Of m_expanded's characters, while it is scanned.
    std::string_view m_text{};
    std::size_t m_at = 0;
    std::uint32_t m_line = 0;

    AbcTime m_unitLength = kAbcWhole / 8;
    int m_transposition = 0;
    int m_soundTransposition = 0;
    AbcAccidentalReach m_reach = AbcAccidentalReach::AllOctaves;
    bool m_isPercussion = false;
    /// Keys of the drum channel by step and written accidental.
    std::map<std::pair<int, int>, int> m_drums{};
    AbcMacros m_macros{};
    std::map<char, std::string> m_userSymbols{};
    std::unordered_map<std::string, std::uint32_t> m_marks{};
    AbcOrnament m_ornament = AbcOrnament::None; ///< Of the next notes.
    std::vector<AbcSymbols> m_symbols{};

    static constexpr int kNoAccidental = 100;
    /// Accidentals of the bar by diatonic step, C of octave 0 = 0; in AllOctaves every octave
    /// shares the lowest seven.
    std::array<std::int8_t, 84> m_barAccidentals{};
    struct TiedStep
    {
        int step = 0;
        int accidental = 0;
    };
    std::vector<TiedStep> m_tiedSteps{};
    std::vector<TiedStep> m_tiedBeforeEndings{};
    std::vector<TiedStep> m_tiedBeforeOverlay{};
    bool m_isInOverlay = false;
    std::vector<TiedStep> m_newSteps{};
    bool m_isInEndings = false;

    int m_tupletLeft = 0;
    std::int64_t m_tupletNumerator = 1;
    std::int64_t m_tupletDenominator = 1;
    int m_brokenDots = 0;         ///< Waiting for the next note: > is positive.
    std::int64_t m_lastNote = -1; ///< Element of the last note or rest, −1 after a bar line.
    std::uint32_t m_graceNotes = 0;
    std::uint32_t m_graceLine = 0;
    std::uint32_t m_graceColumn = 0;
    bool m_hasMicrotone = false;
};

} // namespace continuo
