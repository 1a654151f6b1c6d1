// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QWidget>

#include <functional>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QMenu;
class QSettings;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class SearchHelp;

/// The search over the table of pieces: the field with names of facts offered as one types, what
/// can be asked for, filters kept under a name, and words on what was not understood.
class PieceSearch final : public QWidget
{
    Q_OBJECT

public:
    /// `settings` keeps the saved filters; it is borrowed and must outlive the search.
    explicit PieceSearch(QSettings& settings, QWidget* parent = nullptr);

    QLineEdit* field() { return m_field; }
    /// Says what of the search was not understood; hidden while there is nothing to say. To be
    /// placed below the field by whoever owns the search.
    QLabel* complaint() { return m_complaint; }

    /// The filter that is in force: the one that can be saved, and is ticked where it is.
    void setFilter(const PieceFilter& filter);
    const PieceFilter& filter() const { return m_filter; }

    /// Keeps the filter in force under a name.
    void save(const QString& name);
    void rename(const QString& from, const QString& to);
    void forget(const QString& name);
    /// Puts into `menu`, in the place of what is there: the saved filters, to save, rename and
    /// delete one.
    void fillMenu(QMenu& menu);

Q_SIGNALS:
    /// A saved one was chosen.
    void filterChosen(const continuo::ui::PieceFilter& filter);

private:
    void complain(const QString& search);
    void askForName(const QString& title, const QString& before,
                    const std::function<void(const QString&)>& named);

    QSettings& m_settings;
    QLineEdit* m_field;
    QToolButton* m_saved;
    QToolButton* m_help;
    QLabel* m_complaint;
    SearchHelp* m_terms;
    PieceFilter m_filter{};
};

} // namespace continuo::ui
