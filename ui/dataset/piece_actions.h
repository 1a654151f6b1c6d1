// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_row.h"

#include <QObject>

#include <vector>

QT_BEGIN_NAMESPACE
class QMenu;
class QWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class RecipeEditor;

/// What is decided about pieces by hand: left out, kept, tagged, noted, edited; each a step of the
/// recipe that can be undone. GUI thread only.
class PieceActions final : public QObject
{
    Q_OBJECT

public:
    /// `recipe` is borrowed and must outlive this; dialogs stand over `window`.
    PieceActions(RecipeEditor& recipe, QWidget& window);

    /// The actions for these pieces, disabled with the reason where they cannot be done.
    void addTo(QMenu& menu, const std::vector<PieceRow>& rows);

    void leaveOut(const std::vector<PieceRow>& rows);
    /// Kept, whatever the steps of the recipe leave out.
    void keep(const std::vector<PieceRow>& rows);
    /// The recipe alone decides again.
    void forgetDecision(const std::vector<PieceRow>& rows);
    void tag(const std::vector<PieceRow>& rows, const QString& tag);
    void note(const PieceRow& row, const QString& note);

Q_SIGNALS:
    /// The piece is to be edited on the roll.
    void editRequested();

private:
    void askTag(const std::vector<PieceRow>& rows);
    void askNote(const PieceRow& row);

    RecipeEditor& m_recipe;
    QWidget& m_window;
};

} // namespace continuo::ui
