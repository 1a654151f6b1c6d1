// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_letters.h"
#include "core/abc/abc_music.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace continuo {

// The instructions (%% and I:) that change what sounds.

namespace {

constexpr std::size_t kMostDrums = 500;

/// %%MIDI instructions that ask for notes that the tune does not write.
constexpr std::array<std::string_view, 14> kAccompaniment{
    "drum",     "drumon",    "drumbars", "gchord",     "gchordon",          "chordprog",
    "bassprog", "chordvol",  "bassvol",  "gchordbars", "randomchordattack", "drone",
    "droneon",  "bassattack"};

/// The percussion sounds of General MIDI from key 35 on, as %%percmap names them.
constexpr std::array<std::string_view, 47> kDrumNames{"acoustic-bass-drum",
                                                      "bass-drum-1",
                                                      "side-stick",
                                                      "acoustic-snare",
                                                      "hand-clap",
                                                      "electric-snare",
                                                      "low-floor-tom",
                                                      "closed-hi-hat",
                                                      "high-floor-tom",
                                                      "pedal-hi-hat",
                                                      "low-tom",
                                                      "open-hi-hat",
                                                      "low-mid-tom",
                                                      "hi-mid-tom",
                                                      "crash-cymbal-1",
                                                      "high-tom",
                                                      "ride-cymbal-1",
                                                      "chinese-cymbal",
                                                      "ride-bell",
                                                      "tambourine",
                                                      "splash-cymbal",
                                                      "cowbell",
                                                      "crash-cymbal-2",
                                                      "vibraslap",
                                                      "ride-cymbal-2",
                                                      "hi-bongo",
                                                      "low-bongo",
                                                      "mute-hi-conga",
                                                      "open-hi-conga",
                                                      "low-conga",
                                                      "high-timbale",
                                                      "low-timbale",
                                                      "high-agogo",
                                                      "low-agogo",
                                                      "cabasa",
                                                      "maracas",
                                                      "short-whistle",
                                                      "long-whistle",
                                                      "short-guiro",
                                                      "long-guiro",
                                                      "claves",
                                                      "hi-wood-block",
                                                      "low-wood-block",
                                                      "mute-cuica",
                                                      "open-cuica",
                                                      "mute-triangle",
                                                      "open-triangle"};

std::optional<int> inRange(std::string_view text, int low, int high)
{
    const auto value = parseInteger(text);
    if (!value || *value < low || *value > high)
        return std::nullopt;
    return static_cast<int>(*value);
}

/// A key number, or the name of a sound.
std::optional<int> drumKey(std::string_view text)
{
    if (const auto key = inRange(text, 0, 127))
        return key;
    const auto name = std::find(kDrumNames.begin(), kDrumNames.end(), lowerCase(text));
    if (name == kDrumNames.end())
        return std::nullopt;
    return 35 + static_cast<int>(name - kDrumNames.begin());
}

} // namespace

bool AbcScanner::setDrum(std::string_view note, int key)
{
    int accidental = kNoAccidental;
    while (!note.empty() && (note[0] == '^' || note[0] == '_' || note[0] == '=')) {
        accidental = (accidental == kNoAccidental ? 0 : accidental) + (note[0] == '^'   ? 1
                                                                       : note[0] == '_' ? -1
                                                                                        : 0);
        note.remove_prefix(1);
    }
    if (note.empty() || !isAbcNote(note[0]) || m_drums.size() >= kMostDrums)
        return false;
    int octave = note[0] >= 'a' ? 6 : 5;
    for (const char mark : note.substr(1)) {
        if (mark != '\'' && mark != ',')
            return false;
        octave += mark == '\'' ? 1 : -1;
    }
    m_drums[{octave * 7 + static_cast<int>(abcStepOf(note[0])), accidental}] = key;
    return true;
}

void AbcScanner::readMidi(const std::vector<std::string>& words, std::uint32_t line,
                          std::uint32_t column)
{
    const std::string& name = words[1];
    const std::string_view first = words.size() > 2 ? std::string_view(words[2]) : "";
    if (name == "program") {
        // "program 73" and "program 1 73", where the first number is a channel.
        if (const auto program = inRange(words.size() > 3 ? words[3] : first, 0, 127))
            addProgram(*program, line, column);
        else
            m_remarks.add("abc.bad-program",
                          "the program is not a number from 0 to 127; it is left out.", line,
                          column);
    } else if (name == "channel") {
        if (const auto channel = inRange(first, 1, 16)) {
            addChannel(*channel - 1, line, column);
            m_isPercussion = *channel == 10;
        } else {
            m_remarks.add("abc.bad-channel",
                          "the channel is not a number from 1 to 16; it is left out.", line,
                          column);
        }
    } else if (name == "transpose" || name == "rtranspose") {
        const auto semitones = inRange(first, -60, 60);
        const int sum = (name[0] == 'r' ? m_soundTransposition : 0) + semitones.value_or(0);
        if (semitones && sum >= -60 && sum <= 60)
            m_soundTransposition = sum;
        else
            m_remarks.add("abc.bad-transposition",
                          "the transposition is not a number from -60 to 60; it is left out.", line,
                          column);
    } else if (name == "nobarlines") {
        setAccidentalReach(AbcAccidentalReach::Note);
    } else if (name == "drummap") {
        const auto key = words.size() > 3 ? inRange(words[3], 0, 127) : std::nullopt;
        if (!key || !setDrum(first, *key))
            m_remarks.add("abc.bad-drum-map",
                          "this does not name a note and a key from 0 to 127; it is left out.",
                          line, column);
    } else if (std::find(kAccompaniment.begin(), kAccompaniment.end(), name) !=
               kAccompaniment.end()) {
        m_remarks.add("abc.accompaniment-left-out",
                      "the accompaniment that %%MIDI " + name +
                          " asks for is not played; only written notes are.",
                      line, column);
    }
}

void AbcScanner::readInstruction(std::string_view text, std::uint32_t line, std::uint32_t column)
{
    std::vector<std::string> words;
    for (const std::string& word : splitText(trimmed(text.substr(0, 1000)), ' ')) {
        if (!word.empty())
            words.push_back(word);
    }
    if (words.size() < 2)
        return;
    if (words[0] == "propagate-accidentals") {
        setAccidentalReach(words[1] == "not"      ? AbcAccidentalReach::Note
                           : words[1] == "octave" ? AbcAccidentalReach::Octave
                                                  : AbcAccidentalReach::AllOctaves);
    } else if (words[0] == "MIDI") {
        readMidi(words, line, column);
    } else if (words[0] == "transpose") {
        if (const auto semitones = inRange(words[1], -60, 60))
            m_soundTransposition = *semitones;
    } else if (words[0] == "percmap") {
        const auto key = words.size() > 2 ? drumKey(words[2]) : std::nullopt;
        if (!key || !setDrum(words[1], *key))
            m_remarks.add("abc.bad-drum-map",
                          "this does not name a note and a sound of General MIDI's percussion; it "
                          "is left out.",
                          line, column);
    }
}

} // namespace continuo
