// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/folding_row.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"

#include <QAbstractButton>
#include <QAction>
#include <QBoxLayout>
#include <QEvent>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

int boundedWidth(const QWidget& part, const QSize& hint)
{
    return std::clamp(hint.width(), part.minimumWidth(), part.maximumWidth());
}

int wishedWidth(const QWidget& part)
{
    return boundedWidth(part, part.sizeHint());
}

} // namespace

FoldingRow::FoldingRow(const Appearance& appearance, QWidget& row)
    : QObject(&row)
    , m_row(row)
    , m_menuButton(new QToolButton(&row))
{
    m_menuButton->setIcon(lineIcon(appearance, QStringLiteral("more")));
    m_menuButton->setPopupMode(QToolButton::InstantPopup);
    m_menuButton->setAccessibleName(tr("More"));
    m_menuButton->setToolTip(tr("What the row has no room for"));
    auto* menu = new QMenu(m_menuButton);
    menu->setToolTipsVisible(true);
    m_menuButton->setMenu(menu);
    m_menuButton->hide();
    connect(menu, &QMenu::aboutToShow, this, &FoldingRow::fillMenu);
    row.installEventFilter(this);
}

void FoldingRow::setFoldable(std::vector<QWidget*> parts)
{
    m_parts = std::move(parts);
    fold();
}

bool FoldingRow::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_row &&
        (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest))
        fold();
    return QObject::eventFilter(watched, event);
}

void FoldingRow::fold()
{
    const auto* layout = qobject_cast<const QBoxLayout*>(m_row.layout());
    if (!layout)
        return;
    const auto mayGo = [this](const QWidget* part) {
        return std::ranges::find(m_parts, part) != m_parts.end();
    };
    const QMargins margins = layout->contentsMargins();
    int width = margins.left() + margins.right() - layout->spacing();
    for (int i = 0; i < layout->count(); ++i) {
        const QWidget* part = layout->itemAt(i)->widget();
        if (!part)
            width += layout->itemAt(i)->sizeHint().width();
        else if (part != m_menuButton && (mayGo(part) || !part->isHidden()))
            width += layout->spacing() + (layout->stretch(i) > 0
                                              ? boundedWidth(*part, part->minimumSizeHint())
                                              : wishedWidth(*part));
    }
    bool hasMenu = false;
    for (QWidget* part : m_parts) {
        const bool goes = width > m_row.width();
        if (goes) {
            width -= wishedWidth(*part) + layout->spacing();
            if (qobject_cast<QAbstractButton*>(part) && !std::exchange(hasMenu, true))
                width += wishedWidth(*m_menuButton) + layout->spacing();
        }
        if (part->isHidden() != goes)
            part->setVisible(!goes);
    }
    if (m_menuButton->isHidden() == hasMenu)
        m_menuButton->setVisible(hasMenu);
}

void FoldingRow::fillMenu()
{
    QMenu& menu = *m_menuButton->menu();
    menu.clear();
    const QLayout& layout = *m_row.layout();
    for (int i = 0; i < layout.count(); ++i) {
        auto* button = qobject_cast<QAbstractButton*>(layout.itemAt(i)->widget());
        if (!button || !button->isHidden() || button == m_menuButton)
            continue;
        QAction* action = menu.addAction(button->text());
        action->setEnabled(button->isEnabled());
        action->setToolTip(button->toolTip());
        if (auto* push = qobject_cast<QPushButton*>(button); push && push->menu())
            action->setMenu(push->menu());
        else
            connect(action, &QAction::triggered, button, &QAbstractButton::click);
    }
}

} // namespace continuo::ui
