// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/main_window.h"

#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/side_panels.h"
#include "ui/compose/compose_page.h"
#include "ui/compose/generate_panel.h"
#include "ui/compose/sample_score.h"
#include "ui/dataset/dataset_page.h"
#include "ui/dataset/dataset_session.h"
#include "ui/document/score_document.h"
#include "ui/document/session.h"
#include "ui/export/exporter.h"
#include "ui/main_window/file_menu.h"
#include "ui/main_window/help_menu.h"
#include "ui/main_window/notice_strip.h"
#include "ui/main_window/piece_edit_bar.h"
#include "ui/main_window/play_menu.h"
#include "ui/main_window/rail.h"
#include "ui/main_window/recovery_bar.h"
#include "ui/main_window/status_strip.h"
#include "ui/main_window/task_strip.h"
#include "ui/main_window/transport_bar.h"
#include "ui/main_window/view_state.h"
#include "ui/play/player.h"
#include "ui/roll/roll_view.h"
#include "ui/train/train_page.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <QUndoGroup>
#include <QUndoStack>
#include <QVBoxLayout>
#include <QWindow>

namespace continuo::ui {

namespace {

const QLatin1String kGeometry("window/geometry");

/// Null stands for a separator.
void fill(QMenu& menu, const QList<QAction*>& actions)
{
    for (QAction* action : actions) {
        if (action)
            menu.addAction(action);
        else
            menu.addSeparator();
    }
}

} // namespace

MainWindow::MainWindow(const StudioContext& context)
    : m_context(context)
    , m_session(new Session(context.document, context.settings,
                            context.paths.state + QStringLiteral("/recovery"), this))
    , m_exporter(new Exporter(context.appearance, context.notices, context.tasks,
                              context.paths.soundfont, this))
    , m_files(new FileMenu(*this, m_context, *m_session, *m_exporter))
    , m_play(new PlayMenu(m_context, *this))
    , m_rail(new Rail(context.appearance))
    , m_pages(new QStackedWidget)
    , m_compose(new ComposePage(m_context))
    , m_recovery(new RecoveryBar(context.appearance))
    , m_pieceEdit(new PieceEditBar)
    , m_undo(new QUndoGroup(this))
    , m_status(new StatusStrip(m_context, *m_play->sound()))
{
    setAcceptDrops(true);
    setMinimumSize(960, 600);
    fitToScreen();
    layOut();
    connectPages();
    makeEditMenu();
    makeGenerateMenu();
    m_play->fill(*menuBar()->addMenu(tr("Play")));
    makeViewMenu();
    makeHelpMenu();
    connectSession();
    show(Compose);
    beginFirstComposition();
    restoreGeometry(context.settings.value(kGeometry).toByteArray());
    m_session->lookForRecovery();
}

MainWindow::~MainWindow() = default;

void MainWindow::fitToScreen()
{
    constexpr QSize kUsual(1600, 900);
    const QSize room = screen()->availableGeometry().size();
    resize(kUsual.boundedTo(room));
    if (room.width() <= kUsual.width() || room.height() <= kUsual.height())
        setWindowState(Qt::WindowMaximized);
}

void MainWindow::layOut()
{
    auto* ground = new QWidget(this);
    auto* column = new QVBoxLayout(ground);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(m_pages, 1);
    column->addWidget(m_recovery);
    column->addWidget(m_pieceEdit);
    new NoticeStrip(m_context.appearance, m_context.notices, *m_pages, ground);
    column->addLayout(middle, 1);
    column->addWidget(new TransportBar(m_context, *m_play));
    column->addWidget(new TaskStrip(m_context.appearance, m_context.tasks));
    column->addWidget(m_status);
    setCentralWidget(ground);

    for (const Workspace later : {Dataset, Train})
        m_pages->insertWidget(later, new QWidget);
    m_pages->addWidget(m_compose);
    m_rail->addWorkspace(QStringLiteral("dataset"), tr("Dataset"));
    m_rail->addWorkspace(QStringLiteral("train"), tr("Train"));
    m_rail->addWorkspace(QStringLiteral("compose"), tr("Compose"));
}

void MainWindow::connectPages()
{
    connect(m_rail, &Rail::chosen, this, [this](int workspace) {
        if (workspace == Dataset)
            dataset();
        else if (workspace == Train)
            train();
        m_pages->setCurrentIndex(workspace);
    });
    connect(m_compose, &ComposePage::importRequested, m_files, &FileMenu::chooseImport);
    connect(m_compose, &ComposePage::exportMidiRequested, m_files,
            [this] { m_files->chooseExport(ExportKind::Midi); });
    connect(m_compose, &ComposePage::hintChanged, m_status, &StatusStrip::setHint);
    m_compose->generator().setWhyNoCard(
        [this](const QString& model) { return train().whyNoCardOf(model); });
    connect(&m_compose->generator(), &GeneratePanel::cardRequested, this,
            [this](const Score& melody, const QString& title, const QString& model) {
                train().showCardOf(melody, title, model);
            });
    connect(m_files, &FileMenu::opened, this, [this] { show(Compose); });
    connect(&m_context.player, &Player::failed, &m_context.notices, &Notices::report);
    connect(&m_context.player, &Player::deviceLost, &m_context.notices, &Notices::warn);
}

void MainWindow::replacePage(Workspace workspace, QWidget* page, const SidePanels& panels)
{
    const bool isInView = m_pages->currentIndex() == workspace;
    QWidget* before = m_pages->widget(workspace);
    m_pages->insertWidget(workspace, page);
    m_pages->removeWidget(before);
    delete before;
    if (isInView)
        m_pages->setCurrentIndex(workspace);
    connect(&panels, &SidePanels::changed, this, &MainWindow::showPanels);
}

DatasetPage& MainWindow::dataset()
{
    if (m_dataset)
        return *m_dataset;
    m_dataset = new DatasetPage(m_context);
    replacePage(Dataset, m_dataset, m_dataset->panels());
    connect(m_dataset, &DatasetPage::trainRequested, this, [this](const QString& dataset) {
        train().trainOn(dataset);
        show(Train);
    });
    connect(m_dataset, &DatasetPage::seedMelodyChosen, this,
            [this](const Score& score, const QString& name) {
                m_files->whenSafe([this, score, name] {
                    m_session->begin(score, name);
                    show(Compose);
                });
            });
    connect(&m_dataset->session(), &DatasetSession::stateChanged, this, &MainWindow::showTitle);
    connect(&m_dataset->session(), &DatasetSession::workChanged, this, &MainWindow::showTitle);
    m_undo->addStack(&m_dataset->undoStack());
    showHistory();
    showTitle();
    connect(m_dataset, &DatasetPage::editRequested, this,
            [this](const Score& score, const QString& name, const QString& set, const QString& piece) {
                m_files->whenSafe([=, this] {
                    m_session->begin(score, name);
                    m_pieceEdit->begin(score, name, set, piece);
                    show(Compose);
                });
            });
    connect(m_pieceEdit, &PieceEditBar::kept, this, [this] {
        m_dataset->keepEdit(m_pieceEdit->set(), m_pieceEdit->piece(), m_pieceEdit->before(),
                            m_context.document.score());
        m_pieceEdit->end();
        show(Dataset);
    });
    connect(m_pieceEdit, &PieceEditBar::discarded, this, [this] {
        m_pieceEdit->end();
        show(Dataset);
    });
    return *m_dataset;
}

void MainWindow::showHistory()
{
    const bool isDataset = m_dataset && m_pages->currentWidget() == m_dataset;
    m_undo->setActiveStack(isDataset ? &m_dataset->undoStack() : &m_context.document.undoStack());
}

TrainPage& MainWindow::train()
{
    if (m_train)
        return *m_train;
    m_train = new TrainPage(m_context);
    replacePage(Train, m_train, m_train->panels());
    connect(m_train, &TrainPage::modelChosen, this, [this](const QString& model) {
        m_compose->useModel(model);
        show(Compose);
    });
    return *m_train;
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    windowHandle()->installEventFilter(this);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    // The workspaces that are not in view are made once the window is there, one after the other,
    // so that nobody waits for them to see it.
    if (watched == windowHandle() && event->type() == QEvent::Expose) {
        watched->removeEventFilter(this);
        QTimer::singleShot(0, this, [this] {
            train();
            QTimer::singleShot(0, this, [this] { dataset(); });
        });
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::connectSession()
{
    m_session->setView(
        [this] { return viewState(m_context.document, m_context.player, m_compose->roll()); });
    connect(m_session, &Session::viewRestored, this, [this](const QJsonObject& view) {
        restoreViewState(view, m_context.document, m_context.player, m_compose->roll());
    });
    connect(m_session, &Session::titleChanged, this, &MainWindow::showTitle);
    connect(m_session, &Session::saved, this, [this] { m_status->setSaved(tr("Saved")); });
    connect(m_session, &Session::autosaved, this, [this](const QDateTime& when) {
        if (m_session->isModified())
            m_status->setSaved(
                tr("Edited, autosaved %1").arg(when.time().toString(QStringLiteral("HH:mm"))));
    });
    connect(m_session, &Session::autosaveFailed, &m_context.notices, &Notices::report);
    connect(m_session, &Session::remarked, &m_context.notices, &Notices::warn);
    connect(m_session, &Session::recoveryFound, m_recovery, &RecoveryBar::offer);
    connect(m_recovery, &RecoveryBar::recoverChosen, this, [this](const RecoveryOffer& offer) {
        m_files->whenSafe([this, offer] {
            m_session->recover(offer);
            show(Compose);
        });
    });
}

void MainWindow::beginFirstComposition()
{
    if (m_context.settings.contains(kGeometry))
        m_session->beginNew();
    else
        m_session->begin(sampleScore(m_context.paths), sampleTitle());
}

void MainWindow::show(Workspace workspace)
{
    m_rail->choose(workspace);
}

void MainWindow::open(const QStringList& paths)
{
    if (paths.size() == 1 && FileMenu::isComposition(paths.front())) {
        m_files->openFile(paths.front());
        return;
    }
    dataset().importPaths(paths);
    show(Dataset);
}

void MainWindow::makeEditMenu()
{
    QMenu* edit = menuBar()->addMenu(tr("Edit"));
    m_undo->addStack(&m_context.document.undoStack());
    m_undo->setActiveStack(&m_context.document.undoStack());
    QAction* undo = m_undo->createUndoAction(this, tr("Undo"));
    QAction* redo = m_undo->createRedoAction(this, tr("Redo"));
    undo->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Z));
    redo->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    const auto sayWhy = [this, undo, redo] {
        setEnabledBecause(*undo, m_undo->canUndo() ? QString() : tr("Nothing to undo"));
        setEnabledBecause(*redo, m_undo->canRedo() ? QString() : tr("Nothing to redo"));
    };
    connect(m_undo, &QUndoGroup::canUndoChanged, this, sayWhy);
    connect(m_undo, &QUndoGroup::canRedoChanged, this, sayWhy);
    connect(m_undo, &QUndoGroup::activeStackChanged, this, sayWhy);
    sayWhy();
    edit->setToolTipsVisible(true);
    fill(*edit, {undo, redo, nullptr});
    fill(*edit, m_compose->roll().editActions());
    QMenu* notes = menuBar()->addMenu(tr("Notes"));
    notes->setToolTipsVisible(true);
    fill(*notes, m_compose->roll().toolActions());
    notes->addSeparator();
    fill(*notes, m_compose->roll().notesActions());
}

void MainWindow::makeGenerateMenu()
{
    QMenu* generate = menuBar()->addMenu(tr("Generate"));
    generate->setToolTipsVisible(true);
    fill(*generate, m_compose->generateActions());
}

void MainWindow::makeViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("View"));
    view->setToolTipsVisible(true);
    const std::pair<SidePanels::Side, Qt::Key> sides[] = {{SidePanels::Left, Qt::Key_B},
                                                          {SidePanels::Right, Qt::Key_J}};
    for (const auto& [side, key] : sides) {
        QAction* action = view->addAction(QString());
        action->setShortcut(QKeySequence(Qt::CTRL | key));
        action->setCheckable(true);
        connect(action, &QAction::triggered, this,
                [this, side = side](bool isOn) { panels().setShown(side, isOn); });
        m_panelActions[side] = action;
    }
    connect(&m_compose->panels(), &SidePanels::changed, this, &MainWindow::showPanels);
    connect(m_pages, &QStackedWidget::currentChanged, this, &MainWindow::showPanels);
    connect(m_pages, &QStackedWidget::currentChanged, this, &MainWindow::showHistory);
    connect(m_pages, &QStackedWidget::currentChanged, this, &MainWindow::showTitle);
    showPanels();
    view->addSeparator();
    fill(*view, m_compose->roll().viewActions());
    view->addSeparator();
    QMenu* themes = view->addMenu(tr("Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<ThemeChoice, QString> choices[] = {{ThemeChoice::System, tr("As the system")},
                                                       {ThemeChoice::Light, tr("Light")},
                                                       {ThemeChoice::Dark, tr("Dark")}};
    for (const auto& [choice, name] : choices) {
        QAction* action = themes->addAction(name, this, [this, choice = choice] {
            m_context.appearance.choose(choice);
            m_context.settings.setValue(QStringLiteral("theme"), themeChoiceName(choice));
        });
        action->setCheckable(true);
        action->setChecked(choice == m_context.appearance.choice());
        group->addAction(action);
    }
}

SidePanels& MainWindow::panels() const
{
    if (m_dataset && m_pages->currentWidget() == m_dataset)
        return m_dataset->panels();
    if (m_train && m_pages->currentWidget() == m_train)
        return m_train->panels();
    return m_compose->panels();
}

void MainWindow::showPanels()
{
    SidePanels& shown = panels();
    const std::pair<SidePanels::Side, QString> sides[] = {
        {SidePanels::Left, tr("Left panel: %1")}, {SidePanels::Right, tr("Right panel: %1")}};
    for (const auto& [side, words] : sides) {
        QAction& action = *m_panelActions[side];
        action.setText(words.arg(shown.name(side)));
        action.setChecked(shown.isShown(side) && shown.whyAbsent(side).isEmpty());
        setEnabledBecause(action, shown.whyAbsent(side));
    }
}

void MainWindow::makeHelpMenu()
{
    QMenu* help = menuBar()->addMenu(tr("Help"));
    help->addAction(tr("Keyboard shortcuts"), QKeySequence(Qt::Key_Question), this, [this] {
        auto* sheet = new ShortcutSheet(*this);
        sheet->setAttribute(Qt::WA_DeleteOnClose);
        sheet->open();
    });
    help->addAction(tr("First steps again"), this, [this] {
        show(Compose);
        m_compose->showFirstSteps();
    });
    help->addAction(tr("About Continuo"), this, [this] {
        auto* about = new AboutDialog(this);
        about->setAttribute(Qt::WA_DeleteOnClose);
        about->open();
    });
}

void MainWindow::showTitle()
{
    const bool isDataset = m_dataset && m_pages->currentWidget() == m_dataset;
    QString title = isDataset ? m_dataset->session().name() : m_session->title();
    // The mark of a modified window is written as "[*]".
    title.replace(QLatin1String("[*]"), QLatin1String("[*][*]"));
    setWindowTitle(!isDataset && m_session->isReadOnly()
                       ? tr("%1[*] (read-only) – Continuo").arg(title)
                       : tr("%1[*] – Continuo").arg(title));
    setWindowModified(!isDataset && m_session->isModified());
    m_status->setSaved(m_session->isModified()       ? tr("Edited")
                       : m_session->path().isEmpty() ? QString()
                                                     : tr("Saved"));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_mayClose && m_session->isModified()) {
        event->ignore();
        m_files->whenSafe([this] {
            m_mayClose = true;
            close();
        });
        return;
    }
    m_session->discardRecovery();
    keepPlace();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    if (!paths.isEmpty())
        open(paths);
}

void MainWindow::keepPlace()
{
    m_context.settings.setValue(kGeometry, saveGeometry());
}

} // namespace continuo::ui
