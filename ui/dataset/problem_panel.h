// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QWidget>

#include <map>
#include <optional>
#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
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
    /// Ticks the row of a group that was chosen elsewhere.
    void choose(PieceFilter::Group group, Problem problem);

Q_SIGNALS:
    /// `problem` is for Group::OneProblem.
    void groupChosen(continuo::ui::PieceFilter::Group group, continuo::Problem problem);
    /// In words as RejectedModel::setGroup() takes them.
    void rejectedChosen(const QString& group);
    /// A repair for the chosen problem: a step for all pieces that have it.
    void repairChosen(const continuo::RecipeStep& step);
    /// The passages that training and held-out pieces share are to be named.
    void leaksRequested();

private:
    CountRow* addGroup(const QString& words, bool isProblem, PieceFilter::Group group,
                       Problem problem);
    void refresh();
    void refreshRejected();
    void refreshRepair();
    void uncheckAllBut(const CountRow* row);

    const Appearance& m_appearance;
    DatasetSession& m_session;
    QVBoxLayout* m_column;
    QLabel* m_counts;
    QLabel* m_incomplete;
    CountRow* m_withoutProblems;
    std::vector<CountRow*> m_problems; ///< One for each Problem.
    QLabel* m_several;
    QWidget* m_repairPlace; ///< Below the chosen problem: what it means and what cures it.
    QLabel* m_explanation;
    QPushButton* m_repair;
    std::optional<Problem> m_chosen{};
    QLabel* m_rejectedHeading;
    QVBoxLayout* m_rejectedColumn;
    std::map<QString, CountRow*> m_rejected;
    CountRow* m_noted; ///< Pieces that were read with notes.
    QLabel* m_splitHeading;
    SplitBar* m_splitBar;
    QLabel* m_split;
    QPushButton* m_leaks;
};

} // namespace continuo::ui
