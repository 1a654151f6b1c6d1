// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/rejected_view.h"

#include "core/base/file.h"
#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/file_place.h"
#include "ui/dataset/rejected_model.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QSet>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kRowHeight = 28;
constexpr int kPad = 8;
constexpr int kSearchPauseMs = 120;

/// Draws a cell as the table of pieces does. Of a path both ends are seen, of a reason its start.
class LogDelegate final : public QStyledItemDelegate
{
public:
    LogDelegate(const Appearance& appearance, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_appearance(appearance)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Palette& palette = m_appearance.palette();
        const bool isGroup = !index.parent().isValid();
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, faded(palette.accent, 0.13));
        painter->setPen(palette.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        if ((option.state & QStyle::State_HasFocus) && index.column() == 0)
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
                              palette.accent);
        const QRect place = option.rect.adjusted(kPad, 0, -kPad, 0);
        QFont font = option.font;
        font.setWeight(isGroup && index.column() == 0 ? QFont::DemiBold : QFont::Normal);
        painter->setFont(font);
        painter->setPen(index.column() == 0 ? palette.text : palette.muted);
        painter->drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(font).elidedText(
                              index.data().toString(),
                              index.column() == 0 && !isGroup ? Qt::ElideMiddle : Qt::ElideRight,
                              place.width()));
        painter->restore();
    }

private:
    const Appearance& m_appearance;
};

} // namespace

RejectedView::RejectedView(const Appearance& appearance, RejectedModel& model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_search(new QLineEdit(this))
    , m_words(label(QString(), TextRole::Small, this))
    , m_export(button(tr("Export log…"), this))
    , m_tree(new QTreeView(this))
    , m_queue(this)
{
    m_search->setPlaceholderText(tr("Search the log…"));
    m_search->setAccessibleName(tr("Search the log"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(320);
    m_export->setToolTip(tr("Write what is shown here as a table (CSV) or as text"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(10, 6, 10, 6);
    row->setSpacing(8);
    row->addWidget(m_search, 1);
    row->addWidget(m_words);
    row->addStretch();
    row->addWidget(m_export);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_tree, 1);

    m_tree->setModel(&model);
    m_tree->setItemDelegate(new LogDelegate(appearance, this));
    m_tree->setAccessibleName(tr("Import log"));
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setUniformRowHeights(true);
    m_tree->setTabKeyNavigation(false);
    m_tree->setExpandsOnDoubleClick(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->header()->setStretchLastSection(true);
    m_tree->header()->setHighlightSections(false);
    m_tree->header()->resizeSection(0, 420);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->installEventFilter(this);
    m_searchPause.setSingleShot(true);
    m_searchPause.setInterval(kSearchPauseMs);
    connect(m_search, &QLineEdit::textChanged, &m_searchPause, qOverload<>(&QTimer::start));
    connect(&m_searchPause, &QTimer::timeout, this, [this] {
        m_model.setWords(m_search->text());
        if (!m_search->text().trimmed().isEmpty())
            m_tree->expandAll();
    });
    connect(m_export, &QPushButton::clicked, this, &RejectedView::exportLog);
    connect(m_tree, &QWidget::customContextMenuRequested, this,
            [this](const QPoint& place) { openMenu(m_tree->viewport()->mapToGlobal(place)); });
    connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, &RejectedView::keepPlace);
    connect(&model, &QAbstractItemModel::modelReset, this, &RejectedView::restorePlace);
    connect(&model, &RejectedModel::groupChanged, this, &RejectedView::showGroup);
    connect(&appearance, &Appearance::changed, m_tree->viewport(), qOverload<>(&QWidget::update));
    refreshWords();
}

RejectedView::~RejectedView()
{
    m_cancel.cancel();
}

void RejectedView::readNotes(const QString& set)
{
    m_cancel.cancel();
    m_cancel = {};
    if (set.isEmpty()) {
        m_model.setNotes({});
        return;
    }
    const std::filesystem::path path = QFile::encodeName(set).toStdString();
    m_queue.run([path, cancel = m_cancel] { return readImportNotes(path, cancel); },
                [this, cancel = m_cancel](Result<ReadNotes> notes) {
                    if (cancel.isCancelled())
                        return;
                    const bool isFirst = m_model.notes().notes.empty();
                    if (notes)
                        m_model.setNotes(*std::move(notes));
                    if (notes && isFirst && m_model.group() == RejectedModel::notesGroup())
                        showGroup(); // It was asked for before it was there.
                    if (!notes)
                        Q_EMIT failed(inWords(notes.error()));
                    Q_EMIT notesRead();
                });
}

void RejectedView::refreshWords()
{
    qsizetype entries = 0;
    for (int i = 0; i < m_model.rowCount(); ++i)
        entries += m_model.rowCount(m_model.index(i, 0));
    QString words = entries == 1 ? tr("1 entry") : tr("%1 entries").arg(countInWords(entries));
    if (m_model.notes().leftOut > 0)
        words += tr(", %1 more remarks left out")
                     .arg(countInWords(static_cast<std::int64_t>(m_model.notes().leftOut)));
    m_words->setText(words);
    setEnabledBecause(*m_export, entries == 0 ? tr("There is nothing in the log.") : QString());
}

void RejectedView::keepPlace()
{
    m_open.clear();
    for (int i = 0; i < m_model.rowCount(); ++i) {
        const QModelIndex group = m_model.index(i, 0);
        if (m_tree->isExpanded(group))
            m_open.insert(group.data(RejectedModel::TitleRole).toString());
    }
    const QModelIndex current = m_tree->currentIndex();
    const QModelIndex group = current.parent().isValid() ? current.parent() : current;
    m_currentGroup = group.data(RejectedModel::TitleRole).toString();
    m_currentPath = m_model.pathAt(current);
}

void RejectedView::restorePlace()
{
    for (int i = 0; i < m_model.rowCount(); ++i) {
        const QModelIndex group = m_model.index(i, 0);
        const QString title = group.data(RejectedModel::TitleRole).toString();
        if (m_open.contains(title))
            m_tree->expand(group);
        if (title != m_currentGroup)
            continue;
        QModelIndex current = group;
        for (int j = 0; j < m_model.rowCount(group) && !m_currentPath.empty(); ++j) {
            if (m_model.pathAt(m_model.index(j, 0, group)) == m_currentPath)
                current = m_model.index(j, 0, group);
        }
        m_tree->setCurrentIndex(current);
    }
    refreshWords();
}

void RejectedView::showGroup()
{
    const QModelIndexList groups = m_model.groupIndexes();
    if (groups.isEmpty())
        return;
    m_tree->collapseAll();
    m_tree->expand(groups.first());
    m_tree->setCurrentIndex(groups.first());
    m_tree->scrollTo(groups.first(), QAbstractItemView::PositionAtTop);
}

void RejectedView::copyPaths() const
{
    QStringList paths;
    QSet<QString> known; // A file may have several notes, and a group be chosen with its files.
    const auto add = [&](const QModelIndex& entry) {
        const QString path = QString::fromStdString(readablePath(m_model.pathAt(entry)));
        if (!known.contains(path))
            paths << path;
        known.insert(path);
    };
    QModelIndexList chosen = m_tree->selectionModel()->selectedRows(0);
    std::ranges::sort(chosen, [](const QModelIndex& a, const QModelIndex& b) {
        const auto place = [](const QModelIndex& index) {
            return index.parent().isValid() ? std::pair(index.parent().row(), index.row())
                                            : std::pair(index.row(), -1);
        };
        return place(a) < place(b);
    });
    for (const QModelIndex& each : chosen) {
        if (each.parent().isValid())
            add(each);
        for (int i = 0; i < m_model.rowCount(each); ++i)
            add(m_model.index(i, 0, each));
    }
    if (!paths.isEmpty())
        QGuiApplication::clipboard()->setText(paths.join(QLatin1Char('\n')));
}

Status RejectedView::write(const QString& file) const
{
    const std::vector<LogLine> lines = m_model.lines();
    const QByteArray text = file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)
                                ? logAsCsv(lines)
                                : logAsText(lines);
    return writeFile(QFile::encodeName(file).toStdString(),
                     std::string_view(text.constData(), static_cast<std::size_t>(text.size())),
                     Overwrite::Replace);
}

void RejectedView::exportLog()
{
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Export log"), QStringLiteral("import-log.csv"),
                                     tr("Tables (*.csv);;Text (*.txt)"));
    if (file.isEmpty())
        return;
    if (const Status written = write(file); !written)
        Q_EMIT failed(inWords(written.error()));
}

QMenu* RejectedView::makeMenu(QWidget* parent)
{
    auto* menu = new QMenu(parent);
    menu->setToolTipsVisible(true);
    const std::string path = m_model.pathAt(m_tree->currentIndex());
    const std::optional<FilePlace> place = path.empty() ? std::nullopt : filePlace(path);
    const QString because =
        path.empty() ? tr("Choose a file of the log first.")
        : place
            ? QString()
            : tr("The file is no longer there: %1").arg(QString::fromStdString(readablePath(path)));
    QAction* show =
        menu->addAction(tr("Show in file manager") + QLatin1Char('\t') +
                        QKeySequence(Qt::Key_Return).toString(QKeySequence::NativeText));
    connect(show, &QAction::triggered, this, &RejectedView::showPlace);
    QAction* open =
        menu->addAction(place && place->isArchive ? tr("Open its archive") : tr("Open the file"));
    if (place)
        connect(open, &QAction::triggered, this, [this, place = *place] {
            if (!openFile(place))
                Q_EMIT failed(noFileManagerInWords(place));
        });
    setEnabledBecause(*show, because);
    setEnabledBecause(*open, because);
    menu->addSeparator();
    // The key is the view's own; the menu only shows it.
    QAction* copy =
        menu->addAction(tr("Copy path") + QLatin1Char('\t') +
                        QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText));
    connect(copy, &QAction::triggered, this, &RejectedView::copyPaths);
    setEnabledBecause(*copy, m_tree->selectionModel()->hasSelection()
                                 ? QString()
                                 : tr("Choose a file of the log first."));
    menu->addSeparator();
    connect(menu->addAction(tr("Open all groups")), &QAction::triggered, m_tree,
            &QTreeView::expandAll);
    connect(menu->addAction(tr("Close all groups")), &QAction::triggered, m_tree,
            &QTreeView::collapseAll);
    return menu;
}

void RejectedView::showPlace()
{
    const std::string path = m_model.pathAt(m_tree->currentIndex());
    if (path.empty())
        return;
    const std::optional<FilePlace> place = filePlace(path);
    if (!place)
        Q_EMIT failed(
            tr("The file is no longer there: %1").arg(QString::fromStdString(readablePath(path))));
    else if (!showInFileManager(*place))
        Q_EMIT failed(noFileManagerInWords(*place));
}

void RejectedView::openMenu(const QPoint& globalPlace)
{
    QMenu* menu = makeMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(globalPlace);
}

bool RejectedView::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool isCopy = key->matches(QKeySequence::Copy);
    const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    const bool isMenu = key->key() == Qt::Key_F10 && key->modifiers() == Qt::ShiftModifier;
    if (event->type() == QEvent::ShortcutOverride) {
        // Elsewhere the window has these keys for notes and for playing.
        const int own[] = {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up,   Qt::Key_Down,
                           Qt::Key_Home, Qt::Key_End,   Qt::Key_Space};
        const bool isPlain =
            key->modifiers() == Qt::NoModifier || key->modifiers() == Qt::KeypadModifier;
        if (isCopy || isEnter || isMenu || key->matches(QKeySequence::SelectAll) ||
            (isPlain && std::ranges::find(own, key->key()) != std::end(own))) {
            event->accept();
            return true;
        }
        return QWidget::eventFilter(watched, event);
    }
    const QModelIndex current = m_tree->currentIndex();
    if (isCopy) {
        copyPaths();
    } else if (isMenu) {
        openMenu(m_tree->viewport()->mapToGlobal(m_tree->visualRect(current).bottomLeft()));
    } else if (isEnter && current.isValid()) {
        const QModelIndex group = current.siblingAtColumn(0);
        if (current.parent().isValid())
            showPlace();
        else
            m_tree->setExpanded(group, !m_tree->isExpanded(group));
    } else {
        return QWidget::eventFilter(watched, event);
    }
    return true;
}

} // namespace continuo::ui
