// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_model.h"

#include "ui/base/words.h"
#include "ui/dataset/piece_columns.h"

#include <utility>

namespace continuo::ui {

PieceTable PieceModel::replace(PieceTable table)
{
    beginResetModel();
    std::swap(m_table, table);
    endResetModel();
    return table;
}

void PieceModel::append(std::vector<PieceRow> rows)
{
    const auto shown = static_cast<int>(m_table.passing(rows));
    if (shown == 0) {
        m_table.append(std::move(rows));
        return;
    }
    const int first = rowCount();
    beginInsertRows({}, first, first + shown - 1);
    m_table.append(std::move(rows));
    endInsertRows();
}

void PieceModel::setFilter(const PieceFilter& filter)
{
    if (filter == m_table.filter())
        return;
    beginResetModel();
    m_table.setFilter(filter);
    endResetModel();
}

void PieceModel::setKinds(const FoundKinds& found)
{
    beginResetModel();
    m_table.setKinds(found);
    endResetModel();
}

int PieceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.shownCount());
}

int PieceModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kPieceColumnCount;
}

QVariant PieceModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const PieceRow& row = m_table.shown(static_cast<std::size_t>(index.row()));
    const auto column = static_cast<PieceColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cell(row, column);
    case Qt::ToolTipRole:
        return factsInWords(row, m_table.relativeOf(row));
    case Qt::TextAlignmentRole:
        return static_cast<int>((lookOf(column).isNumber ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    default:
        return {};
    }
}

QString PieceModel::cell(const PieceRow& row, PieceColumn column) const
{
    switch (column) {
    case PieceColumn::Piece:
        return pieceName(row);
    case PieceColumn::Key:
        return keyInWords(row);
    case PieceColumn::Meter:
        return meterInWords(row);
    case PieceColumn::Notes:
        return countInWords(row.notes);
    case PieceColumn::Range:
        return rangeInWords(row);
    case PieceColumn::Read:
        return readInWords(row);
    case PieceColumn::Problems:
        return problemsInWords(row, m_table.relativeOf(row));
    case PieceColumn::Recipe:
        return recipeInWords(row);
    case PieceColumn::Use:
        return useInWords(row, m_table.isSplit());
    default:
        break;
    }
    return furtherCellInWords(m_table, row, column);
}

QVariant PieceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kPieceColumnCount)
        return {};
    const auto column = static_cast<PieceColumn>(section);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((lookOf(column).isNumber ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const PieceColumnLook look = lookOf(column);
    // The arrow of the order stands at the right end, where the titles of numbers stand too.
    return look.isNumber && m_table.order().column == column
               ? look.title + QChar(0x2003) + QChar(0x2002)
               : look.title;
}

void PieceModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= kPieceColumnCount)
        return;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<std::uint32_t> held;
    held.reserve(static_cast<std::size_t>(before.size()));
    for (const QModelIndex& index : before)
        held.push_back(m_table.rowAt(static_cast<std::size_t>(index.row())));
    m_table.setOrder({static_cast<PieceColumn>(column), order == Qt::DescendingOrder});
    if (!before.isEmpty()) {
        std::vector<int> places(m_table.rows().size(), -1);
        for (std::size_t place = 0; place < m_table.shownCount(); ++place)
            places[m_table.rowAt(place)] = static_cast<int>(place);
        QModelIndexList after;
        after.reserve(before.size());
        for (qsizetype i = 0; i < before.size(); ++i)
            after << index(places[held[static_cast<std::size_t>(i)]], before[i].column());
        changePersistentIndexList(before, after);
    }
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

} // namespace continuo::ui
