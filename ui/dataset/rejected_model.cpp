// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/rejected_model.h"

#include "core/base/file.h"
#include "ui/base/words.h"
#include "ui/dataset/piece_row.h"

namespace continuo::ui {

void RejectedModel::replace(std::vector<RejectedFile> files)
{
    beginResetModel();
    m_files.clear();
    m_groups.clear();
    take(std::move(files));
    show();
    endResetModel();
}

void RejectedModel::append(std::vector<RejectedFile> files)
{
    beginResetModel();
    take(std::move(files));
    show();
    endResetModel();
}

void RejectedModel::setGroup(const QString& group)
{
    beginResetModel();
    m_group = group;
    show();
    endResetModel();
}

void RejectedModel::take(std::vector<RejectedFile> files)
{
    for (RejectedFile& file : files) {
        ++m_groups[rejectionInWords(file.reason.id)];
        m_files.push_back(std::move(file));
    }
}

void RejectedModel::show()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        if (m_group.isEmpty() || rejectionInWords(m_files[i].reason.id) == m_group)
            m_shown.push_back(i);
    }
}

int RejectedModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int RejectedModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 2;
}

QVariant RejectedModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const RejectedFile& file = m_files[m_shown[static_cast<std::size_t>(index.row())]];
    const QString path = QString::fromStdString(readablePath(file.path));
    switch (role) {
    case Qt::DisplayRole:
        // The path stands beside it.
        return index.column() == 0
                   ? path
                   : inWords(file.reason).replace(path, path.section(QLatin1Char('/'), -1));
    case Qt::ToolTipRole:
        return QString(path + QLatin1Char('\n') + inWords(file.reason));
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant RejectedModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Rejected file") : tr("Why");
}

} // namespace continuo::ui
