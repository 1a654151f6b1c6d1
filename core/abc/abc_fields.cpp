// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_fields.h"

#include "core/abc/abc_letters.h"
#include "core/base/text.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace continuo {

namespace {

/// Sharps of the major keys on the white keys, C D E F G A B.
constexpr std::array<int, 7> kMajorSharps{0, 2, 4, -1, 1, 3, 5};
/// The order in which a signature takes its sharps, as indices into CDEFGAB; flats take it
/// backwards.
constexpr std::array<std::size_t, 7> kSharpOrder{3, 0, 4, 1, 5, 2, 6};

/// Words between spaces; quotation marks keep what is in them together: name="Second violin".
std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> found;
    std::size_t begin = 0;
    bool isQuoted = false;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        if (at < text.size() && (isQuoted || (text[at] != ' ' && text[at] != '\t'))) {
            isQuoted = isQuoted != (text[at] == '"');
            continue;
        }
        if (at > begin)
            found.push_back(text.substr(begin, at - begin));
        begin = at + 1;
    }
    return found;
}

/// A whole number of at most `digits` digits at the front of `text`, which is taken off.
std::optional<int> takeNumber(std::string_view& text, std::size_t digits = 6)
{
    std::size_t length = 0;
    int value = 0;
    while (length < text.size() && isAbcDigit(text[length])) {
        if (++length > digits)
            return std::nullopt;
        value = value * 10 + (text[length - 1] - '0');
    }
    if (length == 0)
        return std::nullopt;
    text.remove_prefix(length);
    return value;
}

std::optional<AbcMode> parseMode(std::string_view word)
{
    const std::string lower = lowerCase(word);
    if (lower == "m")
        return AbcMode::Minor;
    const std::string start = lower.substr(0, 3);
    if (start == "maj" || start == "ion")
        return AbcMode::Major;
    if (start == "min" || start == "aeo")
        return AbcMode::Minor;
    if (start == "mix")
        return AbcMode::Mixolydian;
    if (start == "dor")
        return AbcMode::Dorian;
    if (start == "phr")
        return AbcMode::Phrygian;
    if (start == "lyd")
        return AbcMode::Lydian;
    if (start == "loc")
        return AbcMode::Locrian;
    return std::nullopt;
}

int sharpsOfMode(AbcMode mode)
{
    switch (mode) {
    case AbcMode::Major:
        return 0;
    case AbcMode::Minor:
        return -3;
    case AbcMode::Mixolydian:
        return -1;
    case AbcMode::Dorian:
        return -2;
    case AbcMode::Phrygian:
        return -4;
    case AbcMode::Lydian:
        return 1;
    case AbcMode::Locrian:
        return -5;
    }
    return 0;
}

std::array<std::int8_t, 7> signature(int sharps)
{
    std::array<std::int8_t, 7> accidentals{};
    for (int i = 0; i < sharps; ++i)
        ++accidentals[kSharpOrder[static_cast<std::size_t>(i % 7)]];
    for (int i = 0; i < -sharps; ++i)
        --accidentals[kSharpOrder[static_cast<std::size_t>(6 - i % 7)]];
    return accidentals;
}

/// Explicit accidentals such as "^f_b=c" or "^^f"; false if the word is anything else.
bool applyAccidentals(std::string_view word, std::array<std::int8_t, 7>& accidentals)
{
    std::array<std::int8_t, 7> changed = accidentals;
    std::size_t at = 0;
    while (at < word.size()) {
        int value = 0;
        const std::size_t begin = at;
        while (at < word.size() && (word[at] == '^' || word[at] == '_' || word[at] == '=')) {
            value += word[at] == '^' ? 1 : word[at] == '_' ? -1 : 0;
            ++at;
        }
        if (at == begin || at - begin > 2 || at == word.size())
            return false;
        if (word[at] == '/') { // A quarter tone sounds as the key towards the natural note.
            value /= 2;
            ++at;
        }
        if (at == word.size())
            return false;
        const auto letter = isAbcNote(word[at]) ? abcStepOf(word[at]) : std::string_view::npos;
        if (letter == std::string_view::npos)
            return false;
        changed[letter] = static_cast<std::int8_t>(value);
        ++at;
    }
    accidentals = changed;
    return true;
}

/// "=12" or "=-12" after a name.
std::optional<int> settingValue(std::string_view word, std::string_view name)
{
    if (!word.starts_with(name) || word.size() <= name.size() || word[name.size()] != '=')
        return std::nullopt;
    std::string_view number = word.substr(name.size() + 1);
    if (number.starts_with('+'))
        number.remove_prefix(1);
    const auto value = parseInteger(number);
    if (!value || *value < -60 || *value > 60)
        return std::nullopt;
    return static_cast<int>(*value);
}

/// Semitones of a word about clefs, or nothing if the word is not about clefs.
std::optional<int> clefTransposition(std::string_view word)
{
    for (const std::string_view name : {"transpose", "t"}) {
        if (const auto value = settingValue(word, name))
            return *value;
    }
    if (const auto value = settingValue(word, "octave"))
        return *value * 12;
    const std::string lower = lowerCase(word);
    std::string_view clef = lower;
    const bool isNamed = clef.starts_with("clef=");
    if (isNamed)
        clef.remove_prefix(5);
    bool isClef = isNamed;
    for (const std::string_view name : {"treble", "bass", "alto", "tenor", "perc", "none", "g2"})
        isClef = isClef || clef.starts_with(name);
    if (isClef) {
        if (clef.ends_with("-8"))
            return -12;
        if (clef.ends_with("+8"))
            return 12;
        return 0;
    }
    for (const std::string_view name :
         {"middle=", "m=", "stafflines=", "staffscale=", "score=", "sound=", "shift=", "name=",
          "snm=", "nm=", "subname=", "stem=", "cue=", "style=", "up", "down", "merge", "octave="}) {
        if (lower.starts_with(name))
            return 0;
    }
    return std::nullopt;
}

} // namespace

std::optional<Key> AbcKey::plainKey() const
{
    if (tonic < 0)
        return std::nullopt;
    const bool isMinor = mode == AbcMode::Minor || mode == AbcMode::Dorian ||
                         mode == AbcMode::Phrygian || mode == AbcMode::Locrian;
    return Key{tonic, isMinor ? Mode::Minor : Mode::Major};
}

bool AbcKey::isPlain() const
{
    if (tonic < 0)
        return accidentals == std::array<std::int8_t, 7>{};
    return (mode == AbcMode::Major || mode == AbcMode::Minor) && !isExplicit &&
           accidentals == signature(sharps);
}

std::optional<int> parseAbcTransposition(std::string_view text)
{
    std::optional<int> sum;
    for (const std::string_view word : words(text)) {
        if (const auto semitones = clefTransposition(word))
            sum = sum.value_or(0) + *semitones;
    }
    return sum;
}

std::optional<bool> parseAbcPercussion(std::string_view text)
{
    std::optional<bool> isPercussion;
    for (const std::string_view word : words(text)) {
        const std::string lower = lowerCase(word);
        std::string_view clef = lower;
        const bool isNamed = clef.starts_with("clef=");
        if (isNamed)
            clef.remove_prefix(5);
        if (clef.starts_with("perc") || (isNamed && clef == "p"))
            isPercussion = true;
        for (const std::string_view name : {"treble", "bass", "alto", "tenor"}) {
            if (clef.starts_with(name))
                isPercussion = false;
        }
    }
    return isPercussion;
}

std::string abcSetting(std::string_view text, std::string_view name)
{
    std::size_t at = 0;
    bool isQuoted = false;
    for (; at < text.size(); ++at) {
        const bool isWordStart = at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t';
        if (!isQuoted && isWordStart && text.substr(at).starts_with(name))
            break;
        if (text[at] == '"')
            isQuoted = !isQuoted;
    }
    if (at >= text.size())
        return {};
    const std::string_view value = text.substr(at + name.size());
    if (value.starts_with('"'))
        return std::string(value.substr(1, value.find('"', 1) - 1));
    return std::string(value.substr(0, value.find_first_of(" \t")));
}

std::optional<AbcKeyField> parseAbcKey(std::string_view text)
{
    text = trimmed(text);
    AbcKeyField field;
    AbcKey key;
    std::string_view rest = text;
    bool isKey = text.empty();
    if (text == "none" || text.starts_with("none ")) {
        isKey = true;
        rest.remove_prefix(4);
    } else if (text.starts_with("HP") || text.starts_with("Hp")) {
        isKey = true;
        key.accidentals = signature(2);
        rest.remove_prefix(2);
    } else if (!text.empty() && text[0] >= 'A' && text[0] <= 'G') {
        isKey = true;
        const std::size_t letter = abcStepOf(text[0]);
        rest.remove_prefix(1);
        int shift = 0;
        if (rest.starts_with('#')) {
            shift = 1;
            rest.remove_prefix(1);
        } else if (rest.starts_with('b') && !rest.starts_with("bass")) {
            shift = -1;
            rest.remove_prefix(1);
        }
        const std::size_t modeBegin = std::min(rest.find_first_not_of(" \t"), rest.size());
        std::size_t modeEnd = modeBegin;
        while (modeEnd < rest.size() && isAbcLetter(rest[modeEnd]))
            ++modeEnd;
        const std::string_view word = rest.substr(modeBegin, modeEnd - modeBegin);
        const bool isSetting = modeEnd < rest.size() && rest[modeEnd] == '=';
        if (!isSetting && lowerCase(word) == "exp") {
            key.isExplicit = true;
            rest.remove_prefix(modeEnd);
        } else if (const auto mode = parseMode(word); mode && !isSetting) {
            key.mode = *mode;
            rest.remove_prefix(modeEnd);
        }
        key.tonic = (kAbcPitchClasses[letter] + shift + 12) % 12;
        if (!key.isExplicit) {
            key.sharps = kMajorSharps[letter] + 7 * shift + sharpsOfMode(key.mode);
            key.accidentals = signature(key.sharps);
        }
    }
    key.text = std::string(trimmed(text.substr(0, text.size() - rest.size())));
    for (const std::string_view word : words(rest)) {
        const bool isAccidental = word[0] == '^' || word[0] == '_' || word[0] == '=';
        const bool isExplicit = lowerCase(word) == "exp";
        if (isAccidental || isExplicit)
            key.text.append(key.text.empty() ? "" : " ").append(word);
        if (isAccidental) {
            if (!applyAccidentals(word, key.accidentals))
                return std::nullopt;
            isKey = true;
        } else if (isExplicit) {
            key.isExplicit = true;
            key.sharps = 0;
            key.accidentals = {};
        } else if (const auto semitones = clefTransposition(word)) {
            field.transposition = field.transposition.value_or(0) + *semitones;
        } else {
            return std::nullopt;
        }
    }
    if (isKey)
        field.key = std::move(key);
    return field;
}

AbcTime AbcMeter::barLength() const
{
    return isFree ? 0 : kAbcWhole * meter.numerator / meter.denominator;
}

bool AbcMeter::isCompound() const
{
    return !isFree && meter.denominator >= 8 && meter.numerator > 3 && meter.numerator % 3 == 0;
}

std::optional<AbcMeter> parseAbcMeter(std::string_view text)
{
    text = trimmed(text);
    AbcMeter meter;
    if (text == "none" || text.empty()) {
        meter.isFree = true;
        return meter;
    }
    if (text == "C")
        return meter;
    if (text == "C|") {
        meter.meter = {2, 2};
        return meter;
    }
    int numerator = 0;
    const bool hasParenthesis = text.starts_with('(');
    if (hasParenthesis)
        text.remove_prefix(1);
    while (true) {
        text = trimmed(text);
        const auto part = takeNumber(text, 3);
        if (!part)
            return std::nullopt;
        numerator += *part;
        text = trimmed(text);
        if (!text.starts_with('+'))
            break;
        text.remove_prefix(1);
    }
    if (hasParenthesis) {
        if (!text.starts_with(')'))
            return std::nullopt;
        text = trimmed(text.substr(1));
    }
    if (!text.starts_with('/'))
        return std::nullopt;
    text = trimmed(text.substr(1));
    const auto denominator = takeNumber(text, 2);
    if (!denominator || !trimmed(text).empty() || numerator < 1 || numerator > 255 ||
        *denominator < 1 || *denominator > 64 ||
        !std::has_single_bit(static_cast<unsigned>(*denominator)))
        return std::nullopt;
    meter.meter = {numerator, *denominator};
    return meter;
}

namespace {

/// A fraction such as 3/8 or 1 at the front of `text`, which is taken off.
std::optional<AbcTime> takeFraction(std::string_view& text)
{
    const auto numerator = takeNumber(text, 4);
    if (!numerator)
        return std::nullopt;
    int denominator = 1;
    if (text.starts_with('/')) {
        text.remove_prefix(1);
        const auto number = takeNumber(text, 4);
        if (!number || *number == 0)
            return std::nullopt;
        denominator = *number;
    }
    return kAbcWhole * *numerator / denominator;
}

} // namespace

std::optional<AbcTime> parseAbcUnitLength(std::string_view text)
{
    text = trimmed(text);
    const auto length = takeFraction(text);
    if (!length || !trimmed(text).empty() || *length < kAbcWhole / 512 || *length > 4 * kAbcWhole)
        return std::nullopt;
    return length;
}

AbcTime defaultAbcUnitLength(const AbcMeter& meter)
{
    return !meter.isFree && meter.barLength() < 3 * kAbcQuarter ? kAbcWhole / 16 : kAbcWhole / 8;
}

std::optional<AbcTempo> parseAbcTempo(std::string_view text, AbcTime unitLength)
{
    AbcTempo tempo;
    std::string left;
    bool isQuoted = false;
    bool hasWords = false;
    for (const char c : text) {
        if (c == '"') {
            isQuoted = !isQuoted;
            hasWords = true;
        } else if (isQuoted) {
            tempo.words += c;
        } else {
            left += c;
        }
    }
    std::string_view rest = trimmed(left);
    if (rest.empty())
        return hasWords ? std::optional(tempo) : std::nullopt;

    const std::size_t equals = rest.find('=');
    const auto number =
        parseNumber(trimmed(equals == std::string_view::npos ? rest : rest.substr(equals + 1)));
    if (!number || *number <= 0)
        return std::nullopt;
    AbcTime beat = 0;
    if (equals == std::string_view::npos) {
        beat = kAbcQuarter;
    } else {
        std::string_view beats = trimmed(rest.substr(0, equals));
        if (beats.starts_with('C') || beats.starts_with('c')) {
            beats.remove_prefix(1);
            std::optional<int> count = 1;
            if (!beats.empty())
                count = takeNumber(beats, 3);
            if (!count || *count < 1 || !beats.empty())
                return std::nullopt;
            beat = unitLength * *count;
        } else {
            for (const std::string_view word : words(beats)) {
                std::string_view part = word;
                const auto length = takeFraction(part);
                if (!length || !part.empty())
                    return std::nullopt;
                beat += *length;
            }
        }
    }
    tempo.quartersPerMinute =
        *number * static_cast<double>(beat) / static_cast<double>(kAbcQuarter);
    if (tempo.quartersPerMinute < 4 || tempo.quartersPerMinute > 10'000)
        return std::nullopt;
    return tempo;
}

double defaultAbcTempo(const AbcMeter& meter)
{
    return meter.isCompound() ? 180 : 120;
}

} // namespace continuo
