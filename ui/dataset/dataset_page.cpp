// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/dataset_page.h"

#include "ui/base/appearance.h"
#include "core/dataset/clean.h"
#include "ui/base/folding_row.h"
#include "ui/base/icons.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/side_panels.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/histogram_panel.h"
#include "ui/dataset/column_choice.h"
#include "ui/dataset/leak_dialog.h"
#include "ui/dataset/piece_actions.h"
#include "ui/dataset/piece_preview.h"
#include "ui/dataset/piece_query.h"
#include "ui/dataset/piece_search.h"
#include "ui/dataset/piece_view.h"
#include "ui/dataset/problem_panel.h"
#include "ui/dataset/recipe_editor.h"
#include "ui/dataset/recipe_panel.h"
#include "ui/dataset/rejected_view.h"
#include "ui/dataset/set_chooser.h"
#include "ui/dataset/set_exports.h"
#include "ui/dataset/split_popover.h"
#include "ui/dataset/step_dialog.h"
#include "ui/dataset/step_preview.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

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
    , m_recipe(new RecipePanel(context.appearance, m_session->recipe(), this))
    , m_view(new PieceView(context.appearance, m_session->pieces(), this))
    , m_rejected(new RejectedView(context.appearance, m_session->rejected(), this))
    , m_places(new QStackedWidget(this))
    , m_emptyWords(label(QString(), TextRole::Muted, this))
    , m_bundled(button(tr("Open the bundled tunes"), this))
    , m_preview(new PiecePreview(context, this))
    , m_exports(new SetExports(*m_session, *this))
    , m_pieceActions(new PieceActions(m_session->recipe(), *this))
    , m_splitPopover(new SplitPopover(context.appearance, this))
    , m_searching(new PieceSearch(context.settings, this))
    , m_search(m_searching->field())
    , m_split(button(tr("Split…"), this))
    , m_export(button(tr("Export…"), this))
    , m_train(primaryButton(tr("Train on this set"), this))
    , m_histograms(new HistogramPanel(context.appearance, this))
{
    setAcceptDrops(true);
    auto* chooser =
        new SetChooser(context.appearance, *m_session, context.paths.datasets(), m_problems);
    connect(chooser, &SetChooser::failed, &context.notices, &Notices::warn);
    m_problems->setChooser(chooser);
    auto* splitter = new QSplitter(this);
    m_panels = new SidePanels(*splitter, context.settings, QStringLiteral("dataset"),
                              {*m_problems, tr("Problems"), 232, 200}, *makeMiddle(),
                              {*makeRightPanel(), tr("Recipe and statistics"), 284, 220});
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
    m_export->setToolTip(tr("Write the cleaned set for other programs"));
    auto* kinds = new QMenu(m_export);
    m_exports->addTo(*kinds);
    m_export->setMenu(kinds);
    m_searching->setMaximumWidth(420);
    m_train->setToolTip(tr("Go to Train with this set"));
    for (QWidget* part : std::initializer_list<QWidget*>{folder, files, m_split, m_export})
        row->addWidget(part);
    auto* folding = new FoldingRow(m_context.appearance, *bar);
    row->addWidget(&folding->menuButton());
    row->addSpacing(6);
    row->addWidget(m_searching, 1);
    row->addStretch();
    row->addWidget(m_train);
    folding->setFoldable({files, m_export, folder});
    connect(folder, &QPushButton::clicked, this, &DatasetPage::addFolder);
    connect(files, &QPushButton::clicked, this, &DatasetPage::addFiles);
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

QWidget* DatasetPage::makeRightPanel()
{
    auto* panel = new QWidget(this);
    setSurface(*panel, Surface::Panel);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_recipe);
    column->addWidget(m_histograms, 1);
    return panel;
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
    column->addWidget(m_searching->complaint());
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
        filterBy(filter);
    });
    connect(m_searching, &PieceSearch::filterChosen, this, &DatasetPage::filterBy);
    connect(m_histograms, &HistogramPanel::termChosen, this, &DatasetPage::searchFor);
    connect(m_view, &PieceView::familyRequested, this, [this](std::int64_t family) {
        searchFor(QStringLiteral("family:%1").arg(family));
    });
    const auto warn = [this](const QString& why) { m_context.notices.warn(why); };
    connect(m_rejected, &RejectedView::failed, this, warn);
    connect(m_view, &PieceView::failed, this, warn);
    m_view->columns().keepIn(m_context.settings);
    connect(m_problems, &ProblemPanel::groupChosen, this,
            [this](PieceFilter::Group group, Problem problem) {
                PieceFilter filter = m_session->pieces().table().filter();
                filter.group = group;
                filter.problem = problem;
                m_session->pieces().setFilter(filter);
                m_searching->setFilter(filter);
                m_session->rejected().setGroup({});
                m_places->setCurrentIndex(PiecesPlace);
                m_countPause.start();
                refreshState();
            });
    connect(m_problems, &ProblemPanel::rejectedChosen, this, [this](const QString& group) {
        m_session->rejected().setGroup(group);
        m_rejected->readNotes(m_session->path());
        m_places->setCurrentIndex(RejectedPlace);
        refreshState();
    });
    connect(m_session, &DatasetSession::stateChanged, this, &DatasetPage::refreshState);
    connect(m_session, &DatasetSession::stateChanged, this, &DatasetPage::refreshActions);
    connect(m_session, &DatasetSession::workChanged, this, &DatasetPage::refreshActions);
    connect(m_session, &DatasetSession::contentsChanged, this, [this] {
        refreshState();
        refreshActions();
        const PieceTable& table = m_session->pieces().table();
        m_recipe->show(table.stepCounts(), table.counts().pieces, table.counts().problemMask());
        if (!m_session->isImporting() && !isReading() && m_view->chosenRows().size() < 2)
            m_countPause.start();
        if (!m_session->isImporting() && !isReading() && m_places->currentIndex() == RejectedPlace)
            m_rejected->readNotes(m_session->path());
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
    connect(m_view, &PieceView::menuAboutToShow, this, [this](QMenu* menu, const std::vector<int>& rows) {
        std::vector<PieceRow> pieces;
        for (const int row : rows)
            pieces.push_back(m_session->pieces().table().shown(static_cast<std::size_t>(row)));
        m_pieceActions->addTo(*menu, pieces);
    });
    connect(m_pieceActions, &PieceActions::editRequested, this, [this] {
        const Score* score = m_preview->cleaned() ? m_preview->cleaned() : m_preview->score();
        const int row = m_view->currentRow();
        if (!score || row < 0)
            return;
        const PieceRow& piece = m_session->pieces().table().shown(static_cast<std::size_t>(row));
        Q_EMIT editRequested(*score, pieceName(piece), m_session->path(),
                             QString::fromStdString(piece.contentKey));
    });
    connect(m_recipe, &RecipePanel::stepRequested, this, &DatasetPage::setUpStep);
    connect(m_problems, &ProblemPanel::repairChosen, this,
            [this](const RecipeStep& step) { setUpStep(step, -1); });
    connect(m_problems, &ProblemPanel::leaksRequested, this, &DatasetPage::showLeaks);
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
        m_places->currentIndex() == RejectedPlace &&
        (m_session->rejected().fileCount() > 0 || table.counts().readWithNotes > 0);
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
                         : m_session->recipe().isApplying() ? tr("The recipe is being applied.")
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
    m_histograms->count(m_session->path(), m_session->pieces().table(), m_view->chosenRows());
}

void DatasetPage::filterBy(const PieceFilter& filter)
{
    m_session->pieces().setFilter(filter);
    m_searching->setFilter(filter);
    m_problems->choose(filter.group, filter.problem);
    m_places->setCurrentIndex(PiecesPlace);
    m_countPause.start();
    refreshState();
}

void DatasetPage::searchFor(const QString& term)
{
    PieceFilter filter = m_session->pieces().table().filter();
    filter.words = withTerm(m_search->text(), term);
    filterBy(filter);
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

QUndoStack& DatasetPage::undoStack()
{
    return m_session->recipe().undoStack();
}

void DatasetPage::setUpStep(const RecipeStep& step, int place)
{
    auto* dialog = new StepDialog(step, place < 0, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    std::vector<std::int64_t> pieces;
    for (const PieceRow& row : m_session->pieces().table().rows())
        pieces.push_back(row.id);
    auto* preview = new StepPreview(m_context.appearance, m_session->path(), std::move(pieces), dialog);
    dialog->setPreview(preview);
    const auto look = [dialog, preview, place, recipe = m_session->recipe().recipe()] {
        Recipe after = recipe;
        Recipe before = recipe;
        if (place < 0) {
            after.steps.push_back(dialog->step());
        } else {
            after.steps.at(static_cast<std::size_t>(place)) = dialog->step();
            before.steps.erase(before.steps.begin() + place);
        }
        preview->show(before, after);
    };
    connect(dialog, &StepDialog::stepChanged, preview, look);
    look();
    connect(dialog, &QDialog::accepted, this, [this, dialog, place] {
        RecipeEditor& recipe = m_session->recipe();
        if (place < 0)
            recipe.addStep(dialog->step());
        else if (static_cast<std::size_t>(place) < recipe.recipe().steps.size())
            recipe.replaceStep(static_cast<std::size_t>(place), dialog->step());
    });
    dialog->open();
}

void DatasetPage::keepEdit(const QString& set, const QString& piece, const Score& before,
                           const Score& edited)
{
    if (set != m_session->path()) {
        m_context.notices.warn(tr("The piece belongs to “%1”. Open that set and keep the edit then.")
                                   .arg(QFileInfo(set).completeBaseName()));
        return;
    }
    const Result<RecipeStep> step = editStep(piece.toStdString(), before, edited);
    if (!step)
        m_context.notices.report(step.error());
    else
        m_session->recipe().addStep(*step);
}

void DatasetPage::showLeaks()
{
    auto* dialog = new LeakDialog(m_session->path(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &LeakDialog::pieceChosen, this, &DatasetPage::showPieceOfId);
    connect(dialog, &LeakDialog::leaveOutRequested, this, [this](std::int64_t piece) {
        const std::vector<PieceRow>& rows = m_session->pieces().table().rows();
        const auto row = std::ranges::find(rows, piece, &PieceRow::id);
        if (row != rows.end())
            m_pieceActions->leaveOut({*row});
    });
    const auto tell = [this, dialog] {
        QSet<std::int64_t> leftOut;
        for (const PieceRow& row : m_session->pieces().table().rows()) {
            if (!row.isInUse)
                leftOut.insert(row.id);
        }
        dialog->setLeftOut(std::move(leftOut), m_session->recipe().whyNot());
    };
    connect(m_session, &DatasetSession::contentsChanged, dialog, tell);
    connect(&m_session->recipe(), &RecipeEditor::changed, dialog, tell);
    tell();
    dialog->open();
}

void DatasetPage::showPieceOfId(std::int64_t piece)
{
    if (!m_session->pieces().table().placeOf(piece)) {
        m_search->clear();
        m_problems->showAll();
        m_session->pieces().setFilter({});
        refreshState();
    }
    if (const auto place = m_session->pieces().table().placeOf(piece))
        m_view->selectRow(static_cast<int>(*place));
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
