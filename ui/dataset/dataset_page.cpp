// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/dataset_page.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/histogram_panel.h"
#include "ui/dataset/piece_preview.h"
#include "ui/dataset/piece_view.h"
#include "ui/dataset/problem_panel.h"
#include "ui/dataset/set_chooser.h"
#include "ui/dataset/split_popover.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

const QString kPanelsKey = QStringLiteral("dataset/panels");
const QString kLeftShownKey = QStringLiteral("dataset/leftShown");
const QString kRightShownKey = QStringLiteral("dataset/rightShown");
const QString kLastSetKey = QStringLiteral("dataset/last");
constexpr int kSearchPauseMs = 60;
constexpr int kCountPauseMs = 200;
constexpr int kNarrowPage = 1320; ///< Below this both panels are narrow.

enum Place
{
    EmptyPlace,
    PiecesPlace,
    RejectedPlace
};

QStringList localPaths(const QMimeData& mime)
{
    QStringList paths;
    for (const QUrl& url : mime.urls()) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    return paths;
}

} // namespace

DatasetPage::DatasetPage(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_session(new DatasetSession(context, this))
    , m_panels(new QSplitter(this))
    , m_problems(new ProblemPanel(context.appearance, *m_session, this))
    , m_histograms(new HistogramPanel(context.appearance, this))
    , m_view(new PieceView(context.appearance, m_session->pieces(), this))
    , m_rejected(new QTableView(this))
    , m_places(new QStackedWidget(this))
    , m_emptyWords(label(QString(), TextRole::Muted, this))
    , m_bundled(button(tr("Open the bundled tunes"), this))
    , m_preview(new PiecePreview(context, this))
    , m_splitPopover(new SplitPopover(context.appearance, this))
    , m_search(new QLineEdit(this))
    , m_split(button(tr("Split…"), this))
    , m_export(button(tr("Export facts…"), this))
    , m_train(primaryButton(tr("Train on this set"), this))
{
    setAcceptDrops(true);
    m_problems->setChooser(
        new SetChooser(context.appearance, *m_session, context.paths.datasets(), m_problems));
    m_panels->addWidget(m_problems);
    m_panels->addWidget(makeMiddle());
    m_panels->addWidget(m_histograms);
    m_panels->setStretchFactor(1, 1);
    m_panels->setChildrenCollapsible(false);
    m_panels->setHandleWidth(1);
    m_problems->setMinimumWidth(200);
    m_histograms->setMinimumWidth(200);
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_panels);
    const QByteArray panels = context.settings.value(kPanelsKey).toByteArray();
    m_arePanelsMoved = !panels.isEmpty() && m_panels->restoreState(panels);
    connectParts();
    m_problems->setVisible(context.settings.value(kLeftShownKey, true).toBool());
    m_histograms->setVisible(context.settings.value(kRightShownKey, true).toBool());
    refreshState();
    refreshActions();
}

DatasetPage::~DatasetPage() = default;

bool DatasetPage::event(QEvent* event)
{
    // Other workspaces have these keys too, for panels of their own.
    if (event->type() == QEvent::ShortcutOverride && panelOf(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void DatasetPage::keyPressEvent(QKeyEvent* event)
{
    QWidget* panel = panelOf(*event);
    if (!panel) {
        QWidget::keyPressEvent(event);
        return;
    }
    panel->setVisible(panel->isHidden());
    m_context.settings.setValue(panel == m_problems ? kLeftShownKey : kRightShownKey,
                                !panel->isHidden());
}

QWidget* DatasetPage::panelOf(const QKeyEvent& event) const
{
    if (event.modifiers() != Qt::ControlModifier)
        return nullptr;
    if (event.key() == Qt::Key_B)
        return m_problems;
    return event.key() == Qt::Key_J ? m_histograms : nullptr;
}

QWidget* DatasetPage::makeToolbar()
{
    auto* bar = new QWidget(this);
    setSurface(*bar, Surface::Top);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(10, 6, 10, 6);
    row->setSpacing(6);
    auto* folder = button(tr("Add folder…"), bar);
    folder->setToolTip(tr("Import all music of a folder"));
    auto* files = button(tr("Add files…"), bar);
    files->setToolTip(tr("Import MIDI, ABC, zip files or frame lists"));
    m_split->setToolTip(tr("Divide the set into training, validation and test"));
    m_export->setToolTip(tr("Write the facts of every piece as a table (CSV)"));
    m_search->setPlaceholderText(tr("Search name, key, problem…"));
    m_search->setAccessibleName(tr("Search"));
    m_search->setToolTip(tr("Show only pieces with these words (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(90);
    m_search->setMaximumWidth(320);
    m_train->setToolTip(tr("Go to Train with this set"));
    for (QWidget* part : std::initializer_list<QWidget*>{folder, files, m_split, m_export})
        row->addWidget(part);
    row->addSpacing(6);
    row->addWidget(m_search, 1);
    row->addStretch();
    row->addWidget(m_train);
    connect(folder, &QPushButton::clicked, this, &DatasetPage::addFolder);
    connect(files, &QPushButton::clicked, this, &DatasetPage::addFiles);
    connect(m_export, &QPushButton::clicked, this, &DatasetPage::exportFacts);
    connect(m_split, &QPushButton::clicked, this, [this] {
        m_splitPopover->setSettings(m_session->splitSettings().value_or(SplitSettings{}));
        m_splitPopover->openBelow(*m_split);
    });
    connect(m_train, &QPushButton::clicked, this,
            [this] { Q_EMIT trainRequested(m_session->path()); });
    auto* find =
        new QShortcut(QKeySequence::Find, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] {
        m_search->setFocus();
        m_search->selectAll();
    });
    return bar;
}

QWidget* DatasetPage::makeEmptyPlace()
{
    auto* place = new QWidget(this);
    auto* column = new QVBoxLayout(place);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(12);
    m_emptyWords->setAlignment(Qt::AlignCenter);
    m_emptyWords->setWordWrap(true);
    column->addStretch();
    column->addWidget(m_emptyWords);
    column->addWidget(m_bundled, 0, Qt::AlignHCenter);
    column->addStretch();
    connect(m_bundled, &QPushButton::clicked, this, &DatasetPage::openBundledTunes);
    return place;
}

QWidget* DatasetPage::makeMiddle()
{
    m_rejected->setModel(&m_session->rejected());
    m_rejected->setAccessibleName(tr("Rejected files"));
    m_rejected->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_rejected->setTabKeyNavigation(false);
    m_rejected->setShowGrid(false);
    m_rejected->setTextElideMode(Qt::ElideMiddle);
    m_rejected->verticalHeader()->hide();
    m_rejected->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_rejected->verticalHeader()->setDefaultSectionSize(28);
    m_rejected->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_rejected->horizontalHeader()->setHighlightSections(false);
    m_places->addWidget(makeEmptyPlace());
    m_places->addWidget(m_view);
    m_places->addWidget(m_rejected);

    auto* lower = new QSplitter(Qt::Vertical, this);
    lower->setHandleWidth(1);
    lower->setChildrenCollapsible(false);
    lower->addWidget(m_places);
    lower->addWidget(m_preview);
    lower->setStretchFactor(0, 1);
    lower->setSizes({600, 158});
    auto* middle = new QWidget(this);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeToolbar());
    column->addWidget(lower, 1);
    return middle;
}

void DatasetPage::connectParts()
{
    m_searchPause.setSingleShot(true);
    m_searchPause.setInterval(kSearchPauseMs);
    m_countPause.setSingleShot(true);
    m_countPause.setInterval(kCountPauseMs);
    connect(m_search, &QLineEdit::textChanged, &m_searchPause, qOverload<>(&QTimer::start));
    connect(&m_searchPause, &QTimer::timeout, this, [this] {
        PieceFilter filter = m_session->pieces().table().filter();
        filter.words = m_search->text();
        m_session->pieces().setFilter(filter);
        refreshState();
    });
    connect(m_problems, &ProblemPanel::groupChosen, this,
            [this](PieceFilter::Group group, Problem problem) {
                PieceFilter filter = m_session->pieces().table().filter();
                filter.group = group;
                filter.problem = problem;
                m_session->pieces().setFilter(filter);
                m_session->rejected().setGroup({});
                m_places->setCurrentIndex(PiecesPlace);
                refreshState();
            });
    connect(m_problems, &ProblemPanel::rejectedChosen, this, [this](const QString& group) {
        m_session->rejected().setGroup(group);
        m_places->setCurrentIndex(RejectedPlace);
        refreshState();
    });
    connect(m_session, &DatasetSession::stateChanged, this, &DatasetPage::refreshState);
    connect(m_session, &DatasetSession::stateChanged, this, &DatasetPage::refreshActions);
    connect(m_session, &DatasetSession::workChanged, this, &DatasetPage::refreshActions);
    connect(m_session, &DatasetSession::contentsChanged, this, [this] {
        refreshState();
        refreshActions();
        if (!m_session->isImporting() && m_view->chosenRows().size() < 2)
            m_countPause.start();
    });
    connect(m_session, &DatasetSession::workChanged, &m_countPause, qOverload<>(&QTimer::start));
    connect(m_view, &PieceView::currentPieceChanged, this, &DatasetPage::showPiece);
    connect(m_view, &PieceView::chosenRowsChanged, &m_countPause, qOverload<>(&QTimer::start));
    connect(&m_countPause, &QTimer::timeout, this, &DatasetPage::countNotes);
    connect(m_view, &PieceView::auditionRequested, m_preview, &PiecePreview::toggleAudition);
    connect(m_view, &PieceView::seedRequested, m_preview, &PiecePreview::chooseSeed);
    connect(m_view, &QTableView::doubleClicked, m_preview, &PiecePreview::toggleAudition);
    connect(m_preview, &PiecePreview::seedChosen, this, &DatasetPage::seedMelodyChosen);
    connect(m_splitPopover, &SplitPopover::splitChosen, m_session, &DatasetSession::split);
    connect(m_panels, &QSplitter::splitterMoved, this, [this] {
        m_arePanelsMoved = true;
        m_context.settings.setValue(kPanelsKey, m_panels->saveState());
    });
}

void DatasetPage::open(const QString& dataset)
{
    m_hasOpenedLast = true;
    m_session->open(dataset);
}

void DatasetPage::importPaths(const QStringList& paths)
{
    m_hasOpenedLast = true;
    if (paths.size() == 1 && paths.first().endsWith(DatasetSession::ending()))
        m_session->open(paths.first());
    else
        m_session->importMusic(paths);
}

void DatasetPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    openLast();
}

void DatasetPage::openLast()
{
    if (m_hasOpenedLast)
        return;
    m_hasOpenedLast = true;
    const QString last = m_context.settings.value(kLastSetKey).toString();
    if (!last.isEmpty() && QFileInfo::exists(last))
        m_session->open(last);
}

void DatasetPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (!m_arePanelsMoved)
        fitPanels();
}

void DatasetPage::fitPanels()
{
    const bool isNarrow = width() < kNarrowPage;
    const int left = isNarrow ? 200 : 232;
    const int right = isNarrow ? 200 : 284;
    m_panels->setSizes({left, std::max(width() - left - right, 1), right});
}

void DatasetPage::refreshState()
{
    const PieceTable& table = m_session->pieces().table();
    const bool isRejectedChosen =
        m_places->currentIndex() == RejectedPlace && m_session->rejected().rowCount() > 0;
    QString words;
    bool offersTunes = false;
    switch (m_session->state()) {
    case DatasetSession::State::Failed:
        words = m_session->why();
        break;
    case DatasetSession::State::Reading:
        words = tr("Reading %1…").arg(m_session->name());
        break;
    case DatasetSession::State::Empty:
    case DatasetSession::State::Shown:
        if (m_session->isImporting()) {
            words = tr("Looking for music…");
        } else if (table.counts().pieces == 0) {
            words = tr("No pieces yet. Drop a folder here, or");
            offersTunes = true;
        } else {
            words = tr(
                "No piece matches. Change the search, or click the chosen group again to see all.");
        }
    }
    m_preview->setVisible(table.counts().pieces > 0);
    m_emptyWords->setText(words);
    m_bundled->setVisible(offersTunes);
    if (isRejectedChosen)
        return;
    m_places->setCurrentIndex(table.shownCount() > 0 ? PiecesPlace : EmptyPlace);
}

void DatasetPage::refreshActions()
{
    const PieceTable::Counts& counts = m_session->pieces().table().counts();
    const bool isEmpty = counts.pieces == 0;
    const QString busy = m_session->isImporting()   ? tr("The import is still running.")
                         : m_session->isSplitting() ? tr("The set is being split.")
                                                    : QString();
    const QString nothing = tr("Nothing to work with yet: add a folder first.");
    setEnabledBecause(*m_split, isEmpty ? nothing : busy);
    setEnabledBecause(*m_export, isEmpty ? nothing : busy);
    setEnabledBecause(
        *m_train,
        isEmpty           ? tr("Nothing to learn from yet: add a folder first.")
        : !busy.isEmpty() ? busy
        : counts.train == 0
            ? tr("Needs a split: some pieces to learn from, some held out. Press “Split…” first.")
            : QString());
}

void DatasetPage::showPiece()
{
    const int row = m_view->currentRow();
    if (row >= 0)
        m_preview->show(m_session->path(),
                        m_session->pieces().table().shown(static_cast<std::size_t>(row)));
    else
        m_preview->clear();
}

void DatasetPage::countNotes()
{
    // While rows still come, the numbers would be old before they are drawn.
    if (m_session->isImporting())
        return;
    const PieceTable& table = m_session->pieces().table();
    const std::vector<int> chosen = m_view->chosenRows();
    std::vector<PiecePlace> pieces;
    if (chosen.size() > 1) {
        for (const int row : chosen) {
            const PieceRow& piece = table.shown(static_cast<std::size_t>(row));
            pieces.emplace_back(piece.file, piece.ordinal);
        }
    } else {
        for (const PieceRow& piece : table.rows())
            pieces.emplace_back(piece.file, piece.ordinal);
    }
    m_histograms->count(m_session->path(), std::move(pieces), chosen.size() > 1);
}

void DatasetPage::addFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder of music"));
    if (!folder.isEmpty())
        importPaths({folder});
}

void DatasetPage::addFiles()
{
    const QStringList files = QFileDialog::getOpenFileNames(
        this, tr("Add files"), {},
        tr("Music (*.mid *.midi *.kar *.rmi *.smf *.abc *.zip *.json);;All files (*)"));
    if (!files.isEmpty())
        importPaths(files);
}

void DatasetPage::openBundledTunes()
{
    const QString name = tr("Bundled tunes");
    const QString made = QDir(m_context.paths.datasets()).filePath(name + DatasetSession::ending());
    if (m_session->path().isEmpty() && QFileInfo::exists(made))
        m_session->open(made);
    else
        m_session->importMusic({m_context.paths.tunes()}, name);
}

void DatasetPage::exportFacts()
{
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Export facts"), m_session->name() + QStringLiteral(".csv"), tr("Tables (*.csv)"));
    if (!file.isEmpty())
        m_session->exportFacts(file);
}

void DatasetPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localPaths(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DatasetPage::dropEvent(QDropEvent* event)
{
    importPaths(localPaths(*event->mimeData()));
    event->acceptProposedAction();
}

} // namespace continuo::ui
