// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/dataset_page.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/base/side_panels.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/histogram_panel.h"
#include "ui/dataset/piece_preview.h"
#include "ui/dataset/piece_view.h"
#include "ui/dataset/problem_panel.h"
#include "ui/dataset/rejected_view.h"
#include "ui/dataset/set_chooser.h"
#include "ui/dataset/split_popover.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

const QString kLastSetKey = QStringLiteral("dataset/last");
constexpr int kSearchPauseMs = 60;
constexpr int kCountPauseMs = 200;

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
    , m_problems(new ProblemPanel(context.appearance, *m_session, this))
    , m_histograms(new HistogramPanel(context.appearance, this))
    , m_view(new PieceView(context.appearance, m_session->pieces(), this))
    , m_rejected(new RejectedView(context.appearance, m_session->rejected(), this))
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
    auto* splitter = new QSplitter(this);
    m_panels = new SidePanels(*splitter, context.settings, QStringLiteral("dataset"),
                              {*m_problems, tr("Problems"), 232, 200}, *makeMiddle(),
                              {*m_histograms, tr("Statistics"), 284, 200});
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(splitter);
    connectParts();
    refreshState();
    refreshActions();
}

DatasetPage::~DatasetPage() = default;

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
    // From what is searched for down to what is found.
    auto* down = new QShortcut(QKeySequence(Qt::Key_Down), m_search, nullptr, nullptr, Qt::WidgetShortcut);
    connect(down, &QShortcut::activated, this, [this] {
        m_view->setFocus(Qt::OtherFocusReason);
        if (m_view->currentRow() < 0 && m_session->pieces().rowCount() > 0)
            m_view->selectRow(0);
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
        if (!m_session->isImporting() && !isReading() && m_view->chosenRows().size() < 2)
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

bool DatasetPage::isReading() const
{
    return m_session->state() == DatasetSession::State::Reading;
}

void DatasetPage::refreshActions()
{
    const PieceTable::Counts& counts = m_session->pieces().table().counts();
    const bool isEmpty = counts.pieces == 0;
    const QString busy = m_session->isImporting()   ? tr("The import is still running.")
                         : m_session->isSplitting() ? tr("The set is being split.")
                         : isReading()              ? tr("The set is still being read.")
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
    if (m_session->isImporting() || isReading())
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
