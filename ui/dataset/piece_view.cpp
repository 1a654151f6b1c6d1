// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_view.h"

#include "core/base/file.h"
#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/dataset/column_choice.h"
#include "ui/dataset/file_place.h"
#include "ui/dataset/piece_columns.h"
#include "ui/dataset/piece_model.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>
#include <optional>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kRowHeight = 28;
constexpr int kDot = 8;
constexpr int kPad = 8;

/// Draws a cell: quiet words for what is usual, the warning's colour for problems, a dot before the
/// use.
class PieceDelegate final : public QStyledItemDelegate
{
public:
    PieceDelegate(const Appearance& appearance, const PieceModel& model, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_appearance(appearance)
        , m_model(model)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Palette& palette = m_appearance.palette();
        const PieceRow& row = m_model.table().shown(static_cast<std::size_t>(index.row()));
        const auto column = static_cast<PieceColumn>(index.column());
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, faded(palette.accent, 0.13));
        painter->setPen(palette.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        QRect place = option.rect.adjusted(kPad, 0, -kPad, 0);
        if (column == PieceColumn::Use) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(row.part && row.isInUse ? palette.accent : palette.muted);
            painter->drawEllipse(
                QRectF(place.left(), place.center().y() + 1 - kDot / 2.0, kDot, kDot));
            place.adjust(kDot + 8, 0, 0, 0);
        }
        if ((option.state & QStyle::State_HasFocus) && column == PieceColumn::Piece) {
            // The current row is told from other chosen ones by an edge of its own.
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
                              palette.accent);
        }
        painter->setFont(option.font);
        painter->setPen(colour(row, column));
        const int alignment = index.data(Qt::TextAlignmentRole).toInt();
        const Qt::TextElideMode elide =
            column == PieceColumn::Piece || column == PieceColumn::Folder ? Qt::ElideMiddle
                                                                          : Qt::ElideRight;
        painter->drawText(
            place, alignment,
            option.fontMetrics.elidedText(index.data().toString(), elide, place.width()));
        painter->restore();
    }

private:
    QColor colour(const PieceRow& row, PieceColumn column) const
    {
        const Palette& palette = m_appearance.palette();
        if (column == PieceColumn::Problems)
            return row.problems != 0 ? palette.warning : palette.muted;
        if (column == PieceColumn::Read || (column == PieceColumn::Use && (!row.part || !row.isInUse)) ||
            (column == PieceColumn::Recipe && row.isInUse && row.changes.empty()))
            return palette.muted;
        return palette.text;
    }

    const Appearance& m_appearance;
    const PieceModel& m_model;
};

} // namespace

PieceView::PieceView(const Appearance& appearance, PieceModel& model, QWidget* parent)
    : QTableView(parent)
    , m_model(model)
    , m_columns(nullptr)
{
    setModel(&model);
    setItemDelegate(new PieceDelegate(appearance, model, this));
    setAccessibleName(tr("Pieces"));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(kRowHeight);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(false);
    header->setMinimumSectionSize(48);
    header->setSortIndicator(static_cast<int>(PieceColumn::Piece), Qt::AscendingOrder);
    setSortingEnabled(true);
    m_columns = new ColumnChoice(*this);
    connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, &PieceView::keepPlace);
    connect(&model, &QAbstractItemModel::modelReset, this, &PieceView::restorePlace);
    connect(&model, &QAbstractItemModel::layoutChanged, this, &PieceView::showPlace);
    connect(&appearance, &Appearance::changed, viewport(), qOverload<>(&QWidget::update));
}

std::vector<int> PieceView::chosenRows() const
{
    std::vector<int> rows;
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(row);
    }
    std::ranges::sort(rows);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

bool PieceView::event(QEvent* event)
{
    // The window has these keys for itself elsewhere; in the table they are the table's.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isPlain =
            key->modifiers() == Qt::NoModifier || key->modifiers() == Qt::KeypadModifier;
        const int own[] = {Qt::Key_Space, Qt::Key_Return, Qt::Key_Enter,
                           Qt::Key_Home,  Qt::Key_End,    Qt::Key_Up,
                           Qt::Key_Down,  Qt::Key_PageUp, Qt::Key_PageDown};
        const bool isMenu = key->key() == Qt::Key_F10 && key->modifiers() == Qt::ShiftModifier;
        if (isMenu || (isPlain && std::ranges::find(own, key->key()) != std::end(own)) ||
            key->matches(QKeySequence::SelectAll) || key->matches(QKeySequence::Copy)) {
            event->accept();
            return true;
        }
    }
    return QTableView::event(event);
}

void PieceView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyPaths();
        return;
    }
    if (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier) {
        openMenu(viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft()));
        return;
    }
    const bool isPlain =
        event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
    if (isPlain && event->key() == Qt::Key_Space) {
        Q_EMIT auditionRequested();
        return;
    }
    if (isPlain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        Q_EMIT seedRequested();
        return;
    }
    if (isPlain && (event->key() == Qt::Key_Home || event->key() == Qt::Key_End)) {
        const int last = m_model.rowCount() - 1;
        if (last >= 0)
            setCurrentIndex(m_model.index(event->key() == Qt::Key_Home ? 0 : last,
                                          std::max(currentIndex().column(), 0)));
        return;
    }
    QTableView::keyPressEvent(event);
}

void PieceView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    if (m_columns)
        m_columns->fit();
}

void PieceView::contextMenuEvent(QContextMenuEvent* event)
{
    openMenu(event->reason() == QContextMenuEvent::Keyboard
                 ? viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft())
                 : event->globalPos());
    event->accept();
}

void PieceView::openMenu(const QPoint& globalPlace)
{
    QMenu* menu = makeMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(globalPlace);
}

QMenu* PieceView::makeMenu(QWidget* parent)
{
    std::vector<int> rows = chosenRows();
    if (rows.empty() && currentRow() >= 0)
        rows.push_back(currentRow());
    auto* menu = new QMenu(parent);
    menu->setToolTipsVisible(true);
    const PieceRow* current = currentRow() >= 0
                                  ? &m_model.table().shown(static_cast<std::size_t>(currentRow()))
                                  : nullptr;
    const QString none = tr("Needs a piece: choose one in the table.");
    const auto add = [&](const QString& words, const QString& key, const QString& because) {
        // The key is the view's own in keyPressEvent(); the menu only shows it.
        QAction* action = menu->addAction(key.isEmpty() ? words : words + QLatin1Char('\t') + key);
        setEnabledBecause(*action, because);
        return action;
    };
    const auto native = [](const QKeySequence& keys) {
        return keys.toString(QKeySequence::NativeText);
    };
    const QString noCurrent = current ? QString() : none;
    connect(add(tr("Hear"), native(Qt::Key_Space), noCurrent), &QAction::triggered, this,
            &PieceView::auditionRequested);
    connect(add(tr("Use as seed melody"), native(Qt::Key_Return),
                current && current->notes == 0 ? tr("This piece has no notes.") : noCurrent),
            &QAction::triggered, this, &PieceView::seedRequested);
    menu->addSeparator();
    connect(add(rows.size() > 1 ? tr("Copy paths") : tr("Copy path"), native(QKeySequence::Copy),
                rows.empty() ? none : QString()),
            &QAction::triggered, this, &PieceView::copyPaths);
    const std::optional<FilePlace> place = current ? filePlace(current->path) : std::nullopt;
    QAction* show =
        add(tr("Show in file manager"), {},
            !current ? none
            : place  ? QString()
                     : tr("Its file is no longer where it was imported from: %1. The set "
                           "has a copy of it.")
                          .arg(QString::fromStdString(readablePath(current->path))));
    if (place) {
        if (place->isArchive)
            show->setToolTip(tr("It is in the archive %1").arg(place->file));
        connect(show, &QAction::triggered, this, [this, place = *place] {
            if (!showInFileManager(place))
                Q_EMIT failed(noFileManagerInWords(place));
        });
    }
    const std::size_t relatives = current ? m_model.table().familySizeOf(*current) : 0;
    QAction* family =
        add(relatives > 1 ? tr("Show its family of %1").arg(relatives) : tr("Show its family"), {},
            !current         ? none
            : relatives == 0 ? tr("Families are found at the end of an import.")
            : relatives == 1 ? tr("No other piece of the set is a relative of it.")
                             : QString());
    if (current)
        connect(family, &QAction::triggered, this,
                [this, number = current->family] { Q_EMIT familyRequested(number); });
    menu->addSeparator();
    Q_EMIT menuAboutToShow(menu, rows);
    if (!menu->actions().last()->isSeparator())
        menu->addSeparator();
    menu->addMenu(m_columns->makeMenu(menu));
    return menu;
}

void PieceView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (!m_isBeingReset && current.row() != previous.row())
        Q_EMIT currentPieceChanged();
}

void PieceView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    if (m_isBeingReset)
        return;
    m_isChoiceNew = true;
    Q_EMIT chosenRowsChanged();
}

void PieceView::keepPlace()
{
    m_isBeingReset = true;
    m_filter = m_model.table().filter();
    if (const int row = currentRow(); row >= 0)
        m_currentPiece = m_model.table().shown(static_cast<std::size_t>(row)).id;
    if (!std::exchange(m_isChoiceNew, false))
        return;
    m_chosenPieces.clear();
    for (const int row : chosenRows())
        m_chosenPieces.insert(m_model.table().shown(static_cast<std::size_t>(row)).id);
}

void PieceView::restorePlace()
{
    if (m_model.table().rows().empty()) {
        // The next set has other pieces under the same numbers.
        m_currentPiece = 0;
        m_chosenPieces.clear();
    }
    const auto place = m_currentPiece == 0 ? std::nullopt : m_model.table().placeOf(m_currentPiece);
    if (place) {
        const QModelIndex index = m_model.index(static_cast<int>(*place), 0);
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
        scrollTo(index);
    } else if (m_filter != m_model.table().filter()) {
        scrollToTop();
    }
    choosePieces();
    m_isBeingReset = false;
    Q_EMIT currentPieceChanged();
    Q_EMIT chosenRowsChanged();
}

void PieceView::showPlace()
{
    if (currentIndex().isValid())
        scrollTo(currentIndex());
    else
        scrollToTop();
}

void PieceView::choosePieces()
{
    if (m_chosenPieces.empty())
        return;
    const PieceTable& table = m_model.table();
    QItemSelection selection;
    const auto choose = [&](std::size_t from, std::size_t to) {
        selection.append(
            QItemSelectionRange(m_model.index(static_cast<int>(from), 0),
                                m_model.index(static_cast<int>(to) - 1, kPieceColumnCount - 1)));
    };
    std::optional<std::size_t> first;
    for (std::size_t place = 0; place < table.shownCount(); ++place) {
        const bool isChosen = m_chosenPieces.contains(table.shown(place).id);
        if (isChosen && !first)
            first = place;
        else if (!isChosen && first)
            choose(*std::exchange(first, std::nullopt), place);
    }
    if (first)
        choose(*first, table.shownCount());
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

void PieceView::copyPaths() const
{
    QStringList paths;
    std::vector<int> rows = chosenRows();
    if (rows.empty() && currentRow() >= 0)
        rows.push_back(currentRow());
    for (const int row : rows)
        paths << QString::fromStdString(
            readablePath(m_model.table().shown(static_cast<std::size_t>(row)).path));
    if (!paths.isEmpty())
        QGuiApplication::clipboard()->setText(paths.join(QLatin1Char('\n')));
}

} // namespace continuo::ui
