// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_layers.h"
#include "core/music/meter.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace continuo {

/// What stands in front of the first chord or rest that begins at or after `step`.
struct AbcMark
{
    std::int64_t step = 0;
    std::string text{};
};

/// What is sung to the chord of a voice's first layer that begins at `step`, or to the next.
struct AbcSungText
{
    std::int64_t step = 0;
    std::string text{}; ///< As LyricSyllable has it.
    bool endsWord = true;
};

/// A voice of a tune that is to be written. Marks and words are by step.
struct AbcVoiceText
{
    std::vector<AbcLayer> layers{}; ///< At least one.
    std::vector<AbcMark> words{};   ///< Chord symbols and annotations, with their quotation marks.
    std::vector<AbcMark> decorations{}; ///< "!trill!"
    std::vector<AbcSungText> sung{};
    std::vector<AbcMark> tempos{}; ///< "Q:1/4=120".
    std::vector<AbcMark> keys{};   ///< "Dm"; they hold from the next bar on.
    std::string firstKey = "C";    ///< That the head of the tune names.
};

/// How the bars of all voices of a tune are written.
struct AbcBarText
{
    const MeterMap& meters;
    int stepsPerQuarter = 48;
    std::int64_t end = 0; ///< Of the tune, in steps.
    int barsPerLine = 4;
    std::size_t mostText = 0; ///< Characters; a tune that is longer is not written to its end.
};

/// Appends the bars of a voice to `text`, whose unit length is an eighth; false if it grew too
/// long, as with bars that are shorter than notes.
bool writeAbcBars(const AbcVoiceText& voice, const AbcBarText& how, std::string& text);

} // namespace continuo
