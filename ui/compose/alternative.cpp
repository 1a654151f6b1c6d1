// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/alternative.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

// Bits a note. With the starter model, its own sampler and the bundled tunes about a quarter of
// all alternatives lies below the one and a quarter above the other.
constexpr double kFamiliar = 2.2;
constexpr double kDaring = 2.9;
constexpr double kLeastProbability =
    1e-6; ///< So that one excluded note does not make a mean infinite.

} // namespace

QString alternativeLetter(int index)
{
    const QChar last(QLatin1Char(static_cast<char>('A' + index % 26)));
    return index < 26 ? QString(last) : alternativeLetter(index / 26 - 1) + last;
}

std::optional<double> meanSurprise(const Alternative& alternative)
{
    if (alternative.notes.empty())
        return std::nullopt;
    double sum = 0;
    for (const OfferedNote& offered : alternative.notes)
        sum -= std::log2(std::max(offered.probability, kLeastProbability));
    return sum / static_cast<double>(alternative.notes.size());
}

QString surpriseInWords(double bits)
{
    if (bits < kFamiliar)
        return QCoreApplication::translate("Alternative", "familiar");
    return bits > kDaring ? QCoreApplication::translate("Alternative", "daring")
                          : QCoreApplication::translate("Alternative", "balanced");
}

std::vector<Note> notesOf(const Alternative& alternative)
{
    std::vector<Note> notes;
    notes.reserve(alternative.notes.size());
    for (const OfferedNote& offered : alternative.notes)
        notes.push_back(offered.note);
    return notes;
}

} // namespace continuo::ui
