// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace continuo::ui {

class Appearance;
class PieceModel;

/// The table of pieces: arrow keys move, Space and Enter do what their signals say. The current
/// piece stays the current one when the model is filtered or read anew.
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

Q_SIGNALS:
    void auditionRequested();
    void seedRequested();
    /// Another current piece, or none.
    void currentPieceChanged();
    void chosenRowsChanged();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;

private:
    void keepPlace();
    void restorePlace();

    PieceModel& m_model;
    std::int64_t m_currentPiece = 0;
    bool m_isBeingReset = false;
};

} // namespace continuo::ui
