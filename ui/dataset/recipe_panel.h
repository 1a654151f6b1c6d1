// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/recipe_model.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QListView;
class QMenu;
class QPushButton;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class RecipeEditor;

/// The recipe as a list of steps: added from a menu, changed in a dialog, switched, moved and
/// removed by keys and buttons, read from and written to files. GUI thread only.
class RecipePanel final : public QWidget
{
    Q_OBJECT

public:
    /// Both are borrowed and must outlive the panel.
    RecipePanel(const Appearance& appearance, RecipeEditor& editor, QWidget* parent = nullptr);

    /// What the steps did to the set of `pieces` pieces, and which problems it has.
    void show(const StepCounts& counts, std::size_t pieces, ProblemMask problems);
    QListView& list() { return *m_list; }

Q_SIGNALS:
    /// The user wants to set up a step: of the recipe, or behind its last.
    void stepRequested(const continuo::RecipeStep& step, int place);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fillAddMenu(QMenu& menu);
    void addUsual();
    void refreshUsual();
    void refresh();
    void fitList();
    int current() const;
    void edit();
    void remove();
    void move(int by);
    void openFile();
    void saveFile();

    RecipeEditor& m_editor;
    RecipeModel m_model;
    StepCounts m_counts{};
    std::size_t m_pieces = 0;
    ProblemMask m_problems = 0;
    QListView* m_list;
    QLabel* m_empty;
    QPushButton* m_add;
    QPushButton* m_usual;
    QToolButton* m_edit;
    QToolButton* m_up;
    QToolButton* m_down;
    QToolButton* m_remove;
    QToolButton* m_more;
};

} // namespace continuo::ui
