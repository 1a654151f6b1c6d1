// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QWidget>

#include <map>
#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class CountRow;
class DatasetSession;
class SplitBar;

/// The left panel: which set, its groups by problem, what was rejected, the split. A click on a
/// group shows it alone, another click all again.
class ProblemPanel final : public QWidget
{
    Q_OBJECT

public:
    /// Both are borrowed and must outlive the panel.
    ProblemPanel(const Appearance& appearance, DatasetSession& session, QWidget* parent = nullptr);

    /// Above the counts: what chooses the set.
    void setChooser(QWidget* chooser);
    /// No group is chosen any more.
    void showAll();

Q_SIGNALS:
    /// `problem` is for Group::OneProblem.
    void groupChosen(continuo::ui::PieceFilter::Group group, continuo::Problem problem);
    /// In words as RejectedModel::setGroup() takes them.
    void rejectedChosen(const QString& group);

private:
    CountRow* addGroup(const QString& words, bool isProblem, PieceFilter::Group group,
                       Problem problem);
    void refresh();
    void refreshRejected();
    void uncheckAllBut(const CountRow* row);

    const Appearance& m_appearance;
    DatasetSession& m_session;
    QVBoxLayout* m_column;
    QLabel* m_counts;
    QLabel* m_incomplete;
    CountRow* m_withoutProblems;
    std::vector<CountRow*> m_problems; ///< One for each Problem.
    QLabel* m_several;
    QLabel* m_rejectedHeading;
    QVBoxLayout* m_rejectedColumn;
    std::map<QString, CountRow*> m_rejected;
    QLabel* m_splitHeading;
    SplitBar* m_splitBar;
    QLabel* m_split;
};

} // namespace continuo::ui
