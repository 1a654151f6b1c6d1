// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QAbstractTableModel>

namespace continuo::ui {

/// The table of pieces for a view. GUI thread only.
class PieceModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    const PieceTable& table() const { return m_table; }
    /// Another table in the place of all that is shown; its filter and order are taken over by it,
    /// not from here. Returns the former, as taking a large one apart takes its time.
    PieceTable replace(PieceTable table);
    /// Room for so many rows in all, so that append() is quick.
    void reserve(std::size_t rows) { m_table.reserve(rows); }
    /// Rows that came later: shown last until the next order.
    void append(std::vector<PieceRow> rows);
    void setFilter(const PieceFilter& filter);
    /// See PieceTable::setKinds().
    void setKinds(const FoundKinds& found);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    QString cell(const PieceRow& row, PieceColumn column) const;

    PieceTable m_table{};
};

} // namespace continuo::ui
