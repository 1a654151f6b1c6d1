// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_list_model.h"

#include <QLocale>

#include <algorithm>

namespace continuo::ui {

namespace {

QString lossInWords(double loss)
{
    return QLocale().toString(loss, 'f', 2);
}

} // namespace

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RunFacts& run = *m_runs[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return run.name;
    case Qt::ToolTipRole: {
        QStringList lines{run.name, data(index, StateRole).toString(), run.notes, run.path};
        lines.removeAll(QString());
        return lines.join(QLatin1Char('\n'));
    }
    case Qt::AccessibleTextRole:
        return QStringList{run.name, runStateInWords(run.state),
                           data(index, FiguresRole).toString()}
            .join(QStringLiteral(", "));
    case PathRole:
        return run.path;
    case RunStateRole:
        return static_cast<int>(run.state);
    case ColourRole:
        return colourOf(run.path);
    case StateRole: {
        const int chosen = rowOf(m_chosen);
        if (chosen >= 0 && run.path != m_chosen &&
            (run.state == RunState::Done || run.state == RunState::Stopped)) {
            if (const QString why =
                    whyNotComparable(*m_runs[static_cast<std::size_t>(chosen)], run);
                !why.isEmpty())
                return why;
        }
        return runStateInWords(run.state);
    }
    case FiguresRole: {
        QStringList words;
        const HeldOutPoint* best = run.story.best();
        const int chosen = rowOf(m_chosen);
        const bool isComparable =
            chosen < 0 || run.path == m_chosen ||
            whyNotComparable(*m_runs[static_cast<std::size_t>(chosen)], run).isEmpty();
        if (best && isComparable)
            words << tr("best %1").arg(lossInWords(best->loss));
        else if (best && best->bitsPerNote > 0)
            words << tr("%1 bits per note").arg(lossInWords(best->bitsPerNote));
        if (isGoingOn(run.state) && best && isComparable)
            words << tr("now %1").arg(lossInWords(run.story.heldOut.back().loss));
        if (!run.story.variety.empty())
            words << collapseInWords(run.story.variety.back().collapse);
        if (run.story.parameters > 0)
            words << weightsInWords(run.story.parameters);
        return words.join(QStringLiteral(" · "));
    }
    default:
        return {};
    }
}

void RunListModel::setRuns(const std::vector<RunFactsPointer>& runs)
{
    for (int row = rowCount() - 1; row >= 0; --row) {
        const QString path = m_runs[static_cast<std::size_t>(row)]->path;
        if (std::ranges::none_of(runs,
                                 [&](const RunFactsPointer& run) { return run->path == path; })) {
            beginRemoveRows({}, row, row);
            m_runs.erase(m_runs.begin() + row);
            endRemoveRows();
        }
    }
    for (int row = 0; row < static_cast<int>(runs.size()); ++row) {
        const RunFactsPointer& run = runs[static_cast<std::size_t>(row)];
        const int before = rowOf(run->path);
        if (before < 0) {
            beginInsertRows({}, row, row);
            m_runs.insert(m_runs.begin() + row, run);
            endInsertRows();
        } else {
            if (before != row) { // Always further down: what stands above is in place already.
                beginMoveRows({}, before, before, {}, row);
                std::rotate(m_runs.begin() + row, m_runs.begin() + before,
                            m_runs.begin() + before + 1);
                endMoveRows();
            }
            if (m_runs[static_cast<std::size_t>(row)] != run) {
                m_runs[static_cast<std::size_t>(row)] = run;
                Q_EMIT dataChanged(index(row), index(row));
            }
        }
    }
}

void RunListModel::setDrawn(const QString& chosen, const std::vector<RunFactsPointer>& with)
{
    QStringList paths;
    for (const RunFactsPointer& run : with)
        paths << run->path;
    if (chosen == m_chosen && paths == m_with)
        return;
    m_chosen = chosen;
    m_with = paths;
    if (!m_runs.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

RunFactsPointer RunListModel::run(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : m_runs[static_cast<std::size_t>(row)];
}

int RunListModel::rowOf(const QString& path) const
{
    const auto found =
        std::ranges::find(m_runs, path, [](const RunFactsPointer& run) { return run->path; });
    return found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin());
}

int RunListModel::colourOf(const QString& path) const
{
    return path == m_chosen ? 0
           : static_cast<int>(m_with.indexOf(path)) + 1 > 0
               ? static_cast<int>(m_with.indexOf(path)) + 1
               : -1;
}

} // namespace continuo::ui
