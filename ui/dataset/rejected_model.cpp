// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/rejected_model.h"

#include "core/base/file.h"
#include "core/dataset/rejection.h"
#include "ui/base/words.h"

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

/// The id inside an index: 0 for a branch, else the branch's row + 1.
constexpr quintptr kBranch = 0;

QString readable(const std::string& path)
{
    return QString::fromStdString(readablePath(path));
}

/// What its branch is called.
QString wordsOf(const RejectedFile& file)
{
    const std::string_view words = rejectionInWords(file.reason.id);
    return QString::fromUtf8(words.data(), std::ssize(words));
}

} // namespace

void RejectedModel::replace(std::vector<RejectedFile> files)
{
    beginResetModel();
    m_files.clear();
    m_groups.clear();
    m_notes = {};
    take(std::move(files));
    show();
    endResetModel();
}

void RejectedModel::append(std::vector<RejectedFile> files)
{
    if (files.empty())
        return;
    beginResetModel();
    take(std::move(files));
    show();
    endResetModel();
}

void RejectedModel::setNotes(ReadNotes notes)
{
    beginResetModel();
    m_notes = std::move(notes);
    show();
    endResetModel();
}

void RejectedModel::setWords(const QString& words)
{
    QStringList wanted = words.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (wanted == m_words)
        return;
    beginResetModel();
    m_words = std::move(wanted);
    show();
    endResetModel();
}

void RejectedModel::setGroup(const QString& group)
{
    m_group = group;
    Q_EMIT groupChanged();
}

QString RejectedModel::notesGroup()
{
    return tr("pieces with remarks");
}

QModelIndexList RejectedModel::groupIndexes() const
{
    QModelIndexList found;
    for (std::size_t i = 0; i < m_branches.size(); ++i) {
        const Branch& branch = m_branches[i];
        if (branch.isRejected ? branch.title == m_group : m_group == notesGroup())
            found << index(static_cast<int>(i), 0);
    }
    return found;
}

void RejectedModel::take(std::vector<RejectedFile> files)
{
    for (RejectedFile& file : files) {
        ++m_groups[wordsOf(file)];
        m_files.push_back(std::move(file));
    }
}

void RejectedModel::show()
{
    // Rejected ones first; each in the order of their words.
    std::map<std::pair<bool, QString>, Branch> branches;
    const auto add = [&](bool isRejected, const QString& title, std::size_t entry) {
        Branch& branch = branches[{!isRejected, title}];
        branch.title = title;
        branch.isRejected = isRejected;
        if (passes(branch, entry))
            branch.entries.push_back(entry);
    };
    for (std::size_t i = 0; i < m_files.size(); ++i)
        add(true, wordsOf(m_files[i]), i);
    for (std::size_t i = 0; i < m_notes.notes.size(); ++i)
        add(false, remarkInWords(m_notes.notes[i].first.id), i);
    m_branches.clear();
    for (auto& [key, branch] : branches) {
        if (!branch.entries.empty())
            m_branches.push_back(std::move(branch));
    }
}

LogLine RejectedModel::line(const Branch& branch, std::size_t entry) const
{
    LogLine line;
    line.isRejected = branch.isRejected;
    line.reason = branch.title;
    if (branch.isRejected) {
        const RejectedFile& file = m_files[entry];
        line.id = file.reason.id;
        line.path = readable(file.path);
        line.words = inWords(file.reason);
    } else {
        const ReadNote& note = m_notes.notes[entry];
        line.id = note.first.id;
        line.path = readable(note.path);
        line.words =
            inWords({ErrorKind::Refused, note.first.id, note.first.text, note.first.arguments});
        if (note.count > 1)
            line.words += QLatin1Char(' ') +
                          tr("(and %1 more like it)")
                              .arg(countInWords(static_cast<std::int64_t>(note.count - 1)));
    }
    // The path stands beside it.
    line.words.replace(line.path, line.path.section(QLatin1Char('/'), -1));
    return line;
}

bool RejectedModel::passes(const Branch& branch, std::size_t entry) const
{
    if (m_words.isEmpty())
        return true;
    const LogLine said = line(branch, entry);
    const QString all =
        (said.reason + QLatin1Char('\n') + said.path + QLatin1Char('\n') + said.words).toLower();
    return std::ranges::all_of(m_words, [&](const QString& word) { return all.contains(word); });
}

const RejectedModel::Branch* RejectedModel::branchOf(const QModelIndex& index) const
{
    const quintptr row =
        index.internalId() == kBranch ? static_cast<quintptr>(index.row()) : index.internalId() - 1;
    return index.isValid() && row < m_branches.size() ? &m_branches[row] : nullptr;
}

std::string RejectedModel::pathAt(const QModelIndex& index) const
{
    const Branch* branch = branchOf(index);
    if (!branch || index.internalId() == kBranch)
        return {};
    const std::size_t entry = branch->entries[static_cast<std::size_t>(index.row())];
    return branch->isRejected ? m_files[entry].path : m_notes.notes[entry].path;
}

std::vector<LogLine> RejectedModel::lines() const
{
    std::vector<LogLine> all;
    for (const Branch& branch : m_branches) {
        for (const std::size_t entry : branch.entries)
            all.push_back(line(branch, entry));
    }
    return all;
}

QModelIndex RejectedModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column,
                       parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kBranch);
}

QModelIndex RejectedModel::parent(const QModelIndex& child) const
{
    return !child.isValid() || child.internalId() == kBranch
               ? QModelIndex()
               : createIndex(static_cast<int>(child.internalId() - 1), 0, kBranch);
}

int RejectedModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_branches.size());
    if (parent.internalId() != kBranch || parent.column() != 0)
        return 0;
    return static_cast<int>(m_branches[static_cast<std::size_t>(parent.row())].entries.size());
}

int RejectedModel::columnCount(const QModelIndex&) const
{
    return 2;
}

QVariant RejectedModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Branch& branch = *branchOf(index);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == TitleRole)
        return branch.title;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    if (index.internalId() == kBranch) {
        const QString count = countInWords(static_cast<std::int64_t>(branch.entries.size()));
        const QString files = branch.entries.size() == 1 ? tr("1 file") : tr("%1 files").arg(count);
        if (role == Qt::ToolTipRole || index.column() == 1)
            return branch.isRejected ? tr("%1 rejected").arg(files)
                                     : tr("%1 read with this remark").arg(files);
        return tr("%1: %2").arg(branch.title, count);
    }
    const LogLine said = line(branch, branch.entries[static_cast<std::size_t>(index.row())]);
    if (role == Qt::ToolTipRole)
        return QString(said.path + QLatin1Char('\n') + said.words);
    return index.column() == 0 ? said.path : said.words;
}

QVariant RejectedModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Reason and file") : tr("Why");
}

} // namespace continuo::ui
