// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_fields.h"
#include "core/abc/abc_remarks.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// One element of a tune in the order in which it is written, before repeats are played.
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
        Text,    ///< A chord symbol or a field kept as text: `first` is its index.
        Program  ///< %%MIDI program: `first` is its number.
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
};

struct AbcNote
{
    AbcTime length = 0;
    std::uint8_t pitch = 60;
    bool isTied = false; ///< To the next note of the same pitch.
};

/// Key, meter and tempo at a place.
struct AbcState
{
    AbcKey key{};
    AbcMeter meter{};
    std::optional<AbcTempo> tempo{};
};

/// A tune as written: what the scanner makes and the player reads.
struct AbcMusic
{
    std::vector<AbcElement> elements{};
    std::vector<AbcNote> notes{};
    std::vector<std::string> texts{};
    std::vector<AbcState> states{AbcState{}};
};

/// Whether an accidental holds for its note's other octaves too, until the bar ends
/// (%%propagate-accidentals).
enum class AbcAccidentalReach
{
    Note,
    Octave,
    AllOctaves
};

/// Reads the lines of music of one tune into an AbcMusic: pitches with the accidentals of bar and
/// key, lengths with tuplets and broken rhythm. Feed it line by line; it remembers what hangs over
/// from one line to the next.
class AbcScanner
{
public:
    /// More elements than this in a tune are left out with a remark.
    static constexpr std::size_t kElementLimit = 300'000;

    AbcScanner(AbcMusic& music, AbcRemarks& remarks);

    /// One line of music without its comment.
    void scanLine(std::string_view text, std::uint32_t line);

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
    void setAccidentalReach(AbcAccidentalReach reach) { m_reach = reach; }
    /// A field inside the tune, written on a line of its own or in brackets. `value` is trimmed.
    void readField(char name, std::string_view value, std::uint32_t line, std::uint32_t column);
    void addText(std::string text, std::uint32_t line, std::uint32_t column);
    void addPart(std::string_view label, std::uint32_t line, std::uint32_t column);
    void addProgram(int program, std::uint32_t line, std::uint32_t column);
    /// The voice that is read; music of every other voice is left out.
    void setVoice(std::string_view id) { m_voice = std::string(id); }
    const std::string& voice() const { return m_voice; }
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
    std::uint32_t column(std::size_t at) const { return static_cast<std::uint32_t>(at + 1); }

    void scanOne();
    void scanQuoted();
    void scanDecoration(char mark);
    void scanGrace();
    void scanTuplet();
    void scanBroken();
    void scanBar();
    bool scanEnding();
    void scanInlineField();
    void scanNote();
    void scanChord();
    void scanRest();
    void skipOverlay();
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
    std::string_view m_text{};
    std::size_t m_at = 0;
    std::uint32_t m_line = 0;

    AbcTime m_unitLength = kAbcWhole / 8;
    int m_transposition = 0;
    int m_soundTransposition = 0;
    AbcAccidentalReach m_reach = AbcAccidentalReach::AllOctaves;
    std::string m_voice{};
    bool m_isOtherVoice = false;
    bool m_isFull = false;

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
    bool m_hasOverlay = false;
    bool m_hasMicrotone = false;
};

} // namespace continuo
