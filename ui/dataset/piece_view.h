// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QTableView>

#include <cstdint>
#include <unordered_set>
#include <vector>

QT_BEGIN_NAMESPACE
class QMenu;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class ColumnChoice;
class PieceModel;

/// The table of pieces: arrow keys move, Space and Enter do what their signals say, Ctrl+C copies
/// the paths of the chosen pieces, the right button, the menu key and Shift+F10 open their menu,
/// and a menu on the header says which columns there are. The current piece and the chosen ones
/// stay so when the model is filtered or read anew; those that a filter hides are chosen again when
/// it goes.
class PieceView final : public QTableView
{
    Q_OBJECT

public:
    /// Both are borrowed and must outlive the view.
    PieceView(const Appearance& appearance, PieceModel& model, QWidget* parent = nullptr);

    /// The current row; nothing: -1.
    int currentRow() const { return currentIndex().isValid() ? currentIndex().row() : -1; }
    /// Rows that are chosen, ascending.
    std::vector<int> chosenRows() const;
    ColumnChoice& columns() { return *m_columns; }

    /// The menu for the chosen rows, or the current one where none is chosen. `parent` owns it.
    QMenu* makeMenu(QWidget* parent);

Q_SIGNALS:
    void auditionRequested();
    void seedRequested();
    /// Another current piece, or none.
    void currentPieceChanged();
    void chosenRowsChanged();
    /// *Show its family*: of relatives.
    void familyRequested(std::int64_t family);
    /// Something did not work, in words.
    void failed(const QString& why);
    /// Before the menu of some rows opens: what is added now stands above the columns.
    void menuAboutToShow(QMenu* menu, const std::vector<int>& rows);

protected:
    bool event(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;

private:
    void keepPlace();
    void restorePlace();
    void showPlace();
    void choosePieces();
    void copyPaths() const;
    void openMenu(const QPoint& globalPlace);

    PieceModel& m_model;
    ColumnChoice* m_columns;
    std::int64_t m_currentPiece = 0;
    std::unordered_set<std::int64_t> m_chosenPieces{}; ///< As they were when the model was reset.
    bool m_isChoiceNew = false;                        ///< Made since then.
    PieceFilter m_filter{};                            ///< As it was before the model was reset.
    bool m_isBeingReset = false;
};

} // namespace continuo::ui
