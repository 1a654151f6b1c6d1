// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_row.h"

#include <QString>

#include <array>
#include <cstdint>

namespace continuo::ui {

/// Tempos are counted in steps of ten quarters a minute, below 50 and from 200 on together.
inline constexpr std::size_t kTempoCount = 17;
/// Lengths are counted up to each of these numbers of bars, and beyond.
inline constexpr std::array<int, 10> kLengths{4, 8, 16, 24, 32, 48, 64, 96, 128, 256};
inline constexpr std::size_t kLengthCount = kLengths.size() + 1;

/// Which keys, tempos and lengths some pieces have, from their rows alone.
struct FactStatistics
{
    std::array<std::int64_t, 24> keys{}; ///< The major keys from C up, then the minor ones.
    std::array<std::int64_t, kTempoCount> tempos{};
    std::array<std::int64_t, kLengthCount> lengths{};
    std::size_t pieces = 0;

    void add(const PieceRow& row);
    friend bool operator==(const FactStatistics&, const FactStatistics&) = default;
};

/// One bar of a plot: which pieces it counts, in words and as terms of the search.
struct FactBar
{
    QString label{}; ///< Short, for the axis; often empty.
    QString name{};
    QString term{};
};
FactBar keyBar(std::size_t place);
FactBar tempoBar(std::size_t place);
FactBar lengthBar(std::size_t place);

} // namespace continuo::ui
