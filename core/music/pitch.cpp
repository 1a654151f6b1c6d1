// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/pitch.h"

#include "core/base/text.h"

#include <array>

namespace continuo {

std::string_view pitchClassName(int pitchClass)
{
    static constexpr std::array<std::string_view, 12> names{"C",  "C#", "D",  "D#", "E",  "F",
                                                            "F#", "G",  "G#", "A",  "A#", "B"};
    return names[static_cast<std::size_t>((pitchClass % 12 + 12) % 12)];
}

std::string pitchName(Pitch pitch)
{
    return std::string(pitchClassName(pitch.pitchClass())) + std::to_string(pitch.value / 12 - 1);
}

std::optional<Pitch> parsePitch(std::string_view text)
{
    if (text.empty())
        return std::nullopt;
    if (const auto number = parseInteger(text)) {
        if (*number < 0 || *number > 127)
            return std::nullopt;
        return Pitch{static_cast<std::uint8_t>(*number)};
    }
    static constexpr std::array<int, 7> steps{9, 11, 0, 2, 4, 5, 7}; // A B C D E F G
    const char letter = text[0] >= 'a' && text[0] <= 'z' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
    if (letter < 'A' || letter > 'G')
        return std::nullopt;
    int key = steps[static_cast<std::size_t>(letter - 'A')];
    text.remove_prefix(1);
    while (!text.empty() && (text[0] == '#' || text[0] == 'b')) {
        key += text[0] == '#' ? 1 : -1;
        text.remove_prefix(1);
    }
    const auto octave = parseInteger(text);
    if (!octave || *octave < -2 || *octave > 10)
        return std::nullopt;
    const std::int64_t number = key + 12 * (*octave + 1);
    if (number < 0 || number > 127)
        return std::nullopt;
    return Pitch{static_cast<std::uint8_t>(number)};
}

} // namespace continuo
