// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/fact_statistics.h"

#include "ui/dataset/piece_query.h"

#include <QCoreApplication>

#include <algorithm>

namespace continuo::ui {

namespace {

struct FactStatisticsWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::FactStatistics)
};

constexpr int kSlowest = 50;
constexpr int kTempoStep = 10;

std::size_t tempoPlace(float quartersPerMinute)
{
    const auto steps = static_cast<std::int64_t>((quartersPerMinute - kSlowest) / kTempoStep);
    if (quartersPerMinute < kSlowest)
        return 0;
    return static_cast<std::size_t>(
        std::min<std::int64_t>(steps + 1, static_cast<std::int64_t>(kTempoCount) - 1));
}

Key keyAt(std::size_t place)
{
    return {static_cast<int>(place % 12), place < 12 ? Mode::Major : Mode::Minor};
}

} // namespace

void FactStatistics::add(const PieceRow& row)
{
    ++pieces;
    if (row.key)
        ++keys[static_cast<std::size_t>(row.key->tonic) % 12 +
               (row.key->mode == Mode::Minor ? 12U : 0U)];
    // A tempo that is beyond all sense is still a number.
    if (row.quartersPerMinute > 0)
        ++tempos[tempoPlace(std::min(row.quartersPerMinute, 1e6F))];
    const auto length = std::ranges::lower_bound(kLengths, row.bars);
    if (row.bars > 0)
        ++lengths[static_cast<std::size_t>(length - kLengths.begin())];
}

FactBar keyBar(std::size_t place)
{
    PieceRow row;
    row.key = keyAt(place);
    row.keyConfidence = 1;
    FactBar bar;
    bar.name = keyInWords(row);
    // Minor keys are written small, as lead sheets do.
    const QString tonic = bar.name.section(QLatin1Char(' '), 0, 0);
    if (place % 12 == 0)
        bar.label =
            place == 0 ? FactStatisticsWords::tr("C major") : FactStatisticsWords::tr("C minor");
    else if (place % 12 == 7)
        bar.label = tonic;
    bar.term = keyTerm(*row.key);
    return bar;
}

FactBar tempoBar(std::size_t place)
{
    const int from = kSlowest + (static_cast<int>(place) - 1) * kTempoStep;
    FactBar bar;
    if (place == 0) {
        bar.name = FactStatisticsWords::tr("under %1").arg(kSlowest);
        bar.term = QStringLiteral("tempo<%1").arg(kSlowest);
    } else if (place + 1 == kTempoCount) {
        bar.name = FactStatisticsWords::tr("%1 and more").arg(from);
        bar.term = QStringLiteral("tempo>=%1").arg(from);
        bar.label = QString::number(from);
    } else {
        bar.name = FactStatisticsWords::tr("%1 to %2").arg(from).arg(from + kTempoStep - 1);
        bar.term = QStringLiteral("tempo>=%1 tempo<%2").arg(from).arg(from + kTempoStep);
        if (from % 40 == 0)
            bar.label = QString::number(from);
    }
    bar.name = FactStatisticsWords::tr("%1 quarters a minute").arg(bar.name);
    return bar;
}

FactBar lengthBar(std::size_t place)
{
    const int from = place == 0 ? 1 : kLengths[place - 1] + 1;
    FactBar bar;
    if (place == kLengths.size()) {
        bar.name = FactStatisticsWords::tr("more than %1 bars").arg(from - 1);
        bar.term = QStringLiteral("bars>%1").arg(from - 1);
        bar.label = QStringLiteral(">%1").arg(from - 1);
        return bar;
    }
    bar.name = FactStatisticsWords::tr("%1 to %2 bars").arg(from).arg(kLengths[place]);
    bar.term = QStringLiteral("bars>=%1 bars<=%2").arg(from).arg(kLengths[place]);
    bar.label = QString::number(kLengths[place]);
    return bar;
}

} // namespace continuo::ui
