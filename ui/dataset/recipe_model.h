// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/recipe.h"

#include <QAbstractListModel>

#include <cstdint>
#include <map>

namespace continuo::ui {

/// What the steps of a recipe did, by their place.
struct StepCount
{
    std::size_t changed = 0; ///< Pieces.
    std::size_t leftOut = 0;
};
using StepCounts = std::map<std::size_t, StepCount>;

/// The steps of a recipe as a list: words, a tick, and behind them what the step did. The list
/// itself changes nothing: it tells what is wanted.
class RecipeModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role
    {
        CountRole = Qt::UserRole ///< "64 pieces", "−22", "all", empty.
    };

    using QAbstractListModel::QAbstractListModel;

    /// `pieces`: how many there are in the set.
    void show(const Recipe& recipe, const StepCounts& counts, std::size_t pieces);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void switched(int step, bool isOn);

private:
    QString countOf(std::size_t step) const;

    Recipe m_recipe{};
    StepCounts m_counts{};
    std::size_t m_pieces = 0;
};

} // namespace continuo::ui
