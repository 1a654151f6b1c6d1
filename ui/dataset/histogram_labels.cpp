// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/histogram_labels.h"

#include "ui/dataset/note_statistics.h"

#include <iterator>

namespace continuo::ui {

QString pitchClassInWords(std::size_t pitchClass)
{
    static constexpr const char* kNames[] = {"C",  "C♯", "D",  "E♭", "E",  "F",
                                             "F♯", "G",  "A♭", "A",  "B♭", "B"};
    return QString::fromUtf8(kNames[pitchClass]);
}

QString noteValueInWords(std::size_t value)
{
    static constexpr const char* kNames[] = {"1/32", "1/16", "1/8",  "1/8.", "1/4",
                                             "1/4.", "1/2",  "1/2.", "1/1"};
    static_assert(std::size(kNames) == kNoteValues.size());
    return QString::fromLatin1(kNames[value]);
}

} // namespace continuo::ui
