// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/figure_card.h"

#include "ui/base/panel.h"

#include <QFormLayout>
#include <QLabel>

namespace continuo::ui {

FigureCard::FigureCard(QWidget* parent)
    : QFrame(parent)
    , m_rows(new QFormLayout(this))
{
    setSurface(*this, Surface::Card);
    m_rows->setContentsMargins(10, 8, 10, 8);
    m_rows->setVerticalSpacing(6);
    m_rows->setHorizontalSpacing(12);
    m_rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
}

QLabel* FigureCard::addRow(const QString& name)
{
    QLabel* figure = label(QString(), TextRole::Plain, this);
    figure->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    figure->setWordWrap(true);
    figure->setAccessibleName(name);
    m_rows->addRow(label(name, TextRole::Muted, this), figure);
    return figure;
}

} // namespace continuo::ui
