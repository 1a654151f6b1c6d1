// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QString>

#include <vector>

QT_BEGIN_NAMESPACE
class QSettings;
QT_END_NAMESPACE

namespace continuo::ui {

/// A filter under a name: its group and what is searched for.
struct SavedFilter
{
    QString name{};
    PieceFilter filter{};

    friend bool operator==(const SavedFilter&, const SavedFilter&) = default;
};

/// The most that are kept.
inline constexpr std::size_t kMostSavedFilters = 100;

/// Those that `settings` keeps, in their order; entries that are not understood are passed over.
std::vector<SavedFilter> savedFilters(const QSettings& settings);
void keepSavedFilters(QSettings& settings, const std::vector<SavedFilter>& filters);

/// Adds a filter behind the others, or in the place of the one with its name.
void addSavedFilter(std::vector<SavedFilter>& filters, SavedFilter filter);

} // namespace continuo::ui
