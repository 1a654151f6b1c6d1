// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"

#include <QAbstractTableModel>

#include <map>
#include <string>
#include <vector>

namespace continuo::ui {

/// A file that could not be used, and why.
struct RejectedFile
{
    std::int64_t id = 0;
    std::string path{}; ///< The exact bytes.
    Error reason{};
};

/// The rejected files of a set, all of them or those of one reason. GUI thread only.
class RejectedModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void replace(std::vector<RejectedFile> files);
    void append(std::vector<RejectedFile> files);
    /// In words as rejectionInWords() has them; empty: all.
    void setGroup(const QString& group);
    const QString& group() const { return m_group; }

    std::size_t fileCount() const { return m_files.size(); }
    /// How many files there are of each group.
    const std::map<QString, std::size_t>& groups() const { return m_groups; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void take(std::vector<RejectedFile> files);
    void show();

    std::vector<RejectedFile> m_files{};
    std::vector<std::size_t> m_shown{};
    std::map<QString, std::size_t> m_groups{};
    QString m_group{};
};

} // namespace continuo::ui
