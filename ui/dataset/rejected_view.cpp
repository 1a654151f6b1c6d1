// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/rejected_view.h"

#include "ui/base/appearance.h"
#include "ui/dataset/rejected_model.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kRowHeight = 28;
constexpr int kPad = 8;

/// Draws a cell as the table of pieces does. Of a path both ends are seen, of a reason its start.
class RejectedDelegate final : public QStyledItemDelegate
{
public:
    RejectedDelegate(const Appearance& appearance, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_appearance(appearance)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Palette& palette = m_appearance.palette();
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, faded(palette.accent, 0.13));
        painter->setPen(palette.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        const QRect place = option.rect.adjusted(kPad, 0, -kPad, 0);
        painter->setFont(option.font);
        painter->setPen(index.column() == 0 ? palette.text : palette.muted);
        painter->drawText(
            place, Qt::AlignLeft | Qt::AlignVCenter,
            option.fontMetrics.elidedText(index.data().toString(),
                                          index.column() == 0 ? Qt::ElideMiddle : Qt::ElideRight,
                                          place.width()));
        painter->restore();
    }

private:
    const Appearance& m_appearance;
};

} // namespace

RejectedView::RejectedView(const Appearance& appearance, RejectedModel& model, QWidget* parent)
    : QTableView(parent)
{
    setModel(&model);
    setItemDelegate(new RejectedDelegate(appearance, this));
    setAccessibleName(tr("Rejected files"));
    setSelectionBehavior(SelectRows);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setWordWrap(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setHighlightSections(false);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(&appearance, &Appearance::changed, viewport(), qOverload<>(&QWidget::update));
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
