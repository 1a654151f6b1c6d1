// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QMenu>
#include <QObject>

#include <map>

QT_BEGIN_NAMESPACE
class QSettings;
class QTableView;
QT_END_NAMESPACE

namespace continuo::ui {

/// Which columns the table of pieces shows and how wide they are: what the user chose is kept, and
/// the columns that take the rest fill the width there is. A child of the view.
class ColumnChoice final : public QObject
{
    Q_OBJECT

public:
    /// `view` shows a PieceModel.
    explicit ColumnChoice(QTableView& view);

    /// Takes up what `settings` keeps, and keeps changes there. Borrowed; it must outlive the view.
    void keepIn(QSettings& settings);

    bool isShown(PieceColumn column) const;
    /// The last column that is shown stays.
    void setShown(PieceColumn column, bool isShown);
    /// As it was before anything was chosen.
    void reset();
    /// Widths for the room there is; the view calls it when its own width changes.
    void fit();

    /// A box for every column, and *Reset columns*. `parent` owns it.
    QMenu* makeMenu(QWidget* parent);

private:
    void showAsAtFirst();
    void widthWasSet(int section, int width);
    void keep() const;

    QTableView& m_view;
    QSettings* m_settings = nullptr;
    std::map<PieceColumn, int> m_widths{}; ///< That the user set.
    bool m_isFitting = false;
};

} // namespace continuo::ui
