// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

QT_BEGIN_NAMESPACE
class QFormLayout;
class QLabel;
QT_END_NAMESPACE

namespace continuo::ui {

/// A card of names on the left and figures on the right.
class FigureCard final : public QFrame
{
    Q_OBJECT

public:
    explicit FigureCard(QWidget* parent = nullptr);

    /// The label that holds the figure, on several lines where it is long.
    QLabel* addRow(const QString& name);

private:
    QFormLayout* m_rows;
};

} // namespace continuo::ui
