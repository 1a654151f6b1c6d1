// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <vector>

QT_BEGIN_NAMESPACE
class QToolButton;
class QWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;

/// Keeps a row of controls readable where there is little room for it: what may go is folded away,
/// the first named first, until the others have the width they ask for; what stretches, the least
/// that it asks for. Buttons that are folded away are offered by a menu in the row.
class FoldingRow final : public QObject
{
    Q_OBJECT

public:
    /// `row` has or will have a QHBoxLayout, and owns this.
    FoldingRow(const Appearance& appearance, QWidget& row);

    /// The button of the menu, to be put into the row's layout; hidden while nothing is in it.
    QToolButton& menuButton() const { return *m_menuButton; }
    /// What may go, all of it in the row's layout. Nobody else hides or shows these.
    void setFoldable(std::vector<QWidget*> parts);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fold();
    void fillMenu();

    QWidget& m_row;
    QToolButton* m_menuButton;
    std::vector<QWidget*> m_parts{};
};

} // namespace continuo::ui
