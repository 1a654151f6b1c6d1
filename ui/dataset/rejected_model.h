// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"
#include "ui/dataset/import_log.h"

#include <QAbstractItemModel>

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

/// The log of an import as a tree: the files that could not be used by reason, then what was
/// noticed in those that were read, by kind. GUI thread only.
class RejectedModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    static constexpr int TitleRole = Qt::UserRole; ///< Of a group: its words without the number.

    using QAbstractItemModel::QAbstractItemModel;

    void replace(std::vector<RejectedFile> files);
    void append(std::vector<RejectedFile> files);
    /// What was noticed in files that were read, in the place of what was there.
    void setNotes(ReadNotes notes);
    const ReadNotes& notes() const { return m_notes; }
    /// Only entries whose path or words have all these words.
    void setWords(const QString& words);

    /// The group that was asked for, in words as rejectionInWords() has them, or notesGroup().
    void setGroup(const QString& group);
    const QString& group() const { return m_group; }
    /// Stands for all that was read with remarks.
    static QString notesGroup();
    /// The rows of the group that was asked for; none where it is not there.
    QModelIndexList groupIndexes() const;

    /// Rejected files.
    std::size_t fileCount() const { return m_files.size(); }
    /// How many rejected files there are of each group.
    const std::map<QString, std::size_t>& groups() const { return m_groups; }

    /// The path of an entry, exact bytes; empty for a group.
    std::string pathAt(const QModelIndex& index) const;
    /// The entries of all that is shown, in order.
    std::vector<LogLine> lines() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void groupChanged();

private:
    /// A reason or a kind of note with its entries, places in m_files or in the notes.
    struct Branch
    {
        QString title{};
        bool isRejected = true;
        std::vector<std::size_t> entries{};
    };

    void take(std::vector<RejectedFile> files);
    void show();
    LogLine line(const Branch& branch, std::size_t entry) const;
    bool passes(const Branch& branch, std::size_t entry) const;
    const Branch* branchOf(const QModelIndex& index) const;

    std::vector<RejectedFile> m_files{};
    ReadNotes m_notes{};
    std::vector<Branch> m_branches{};
    std::map<QString, std::size_t> m_groups{};
    QString m_group{};
    QStringList m_words{}; ///< In lower case.
};

} // namespace continuo::ui
