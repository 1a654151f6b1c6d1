// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/rejected_view.h"

#include "ui/dataset/rejected_model.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kRowHeight = 28;

} // namespace

RejectedView::RejectedView(RejectedModel& model, QWidget* parent)
    : QTableView(parent)
{
    setModel(&model);
    setAccessibleName(tr("Rejected files"));
    setSelectionBehavior(SelectRows);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setWordWrap(false);
    setTextElideMode(Qt::ElideMiddle);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setHighlightSections(false);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    // The key is the view's own in keyPressEvent(); the menu only shows it.
    auto* copy =
        new QAction(tr("Copy path") + QLatin1Char('\t') +
                        QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText),
                    this);
    addAction(copy);
    connect(copy, &QAction::triggered, this, &RejectedView::copyPaths);
}

void RejectedView::copyPaths() const
{
    QStringList paths;
    QModelIndexList rows = selectionModel()->selectedRows(0);
    std::ranges::sort(rows, {}, &QModelIndex::row);
    for (const QModelIndex& row : rows)
        paths << row.data().toString();
    if (!paths.isEmpty())
        QGuiApplication::clipboard()->setText(paths.join(QLatin1Char('\n')));
}

bool RejectedView::event(QEvent* event)
{
    // Elsewhere the window copies notes with this key.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Copy) || key->matches(QKeySequence::SelectAll)) {
            event->accept();
            return true;
        }
    }
    return QTableView::event(event);
}

void RejectedView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        copyPaths();
    else
        QTableView::keyPressEvent(event);
}

} // namespace continuo::ui
