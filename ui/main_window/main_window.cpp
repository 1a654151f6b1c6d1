// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/main_window.h"

#include "ui/base/appearance.h"
#include "ui/compose/compose_page.h"
#include "ui/dataset/dataset_page.h"
#include "ui/document/score_document.h"
#include "ui/main_window/notice_strip.h"
#include "ui/main_window/rail.h"
#include "ui/main_window/status_strip.h"
#include "ui/main_window/task_strip.h"
#include "ui/main_window/transport_bar.h"
#include "ui/play/player.h"
#include "ui/train/train_page.h"

#include <QActionGroup>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace continuo::ui {

MainWindow::MainWindow(const StudioContext& context)
    : m_context(context)
    , m_rail(new Rail(context.appearance))
    , m_pages(new QStackedWidget)
    , m_dataset(new DatasetPage(m_context))
    , m_train(new TrainPage(m_context))
    , m_compose(new ComposePage(m_context))
    , m_status(new StatusStrip(m_context))
{
    setAcceptDrops(true);
    setMinimumSize(960, 600);
    resize(1600, 900);
    auto* ground = new QWidget(this);
    auto* column = new QVBoxLayout(ground);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(m_pages, 1);
    column->addWidget(new NoticeStrip(context.appearance, context.notices));
    column->addLayout(middle, 1);
    column->addWidget(new TransportBar(m_context));
    column->addWidget(new TaskStrip(context.appearance, context.tasks));
    column->addWidget(m_status);
    setCentralWidget(ground);

    m_pages->addWidget(m_dataset);
    m_pages->addWidget(m_train);
    m_pages->addWidget(m_compose);
    m_rail->addWorkspace(QStringLiteral("dataset"), tr("Dataset"));
    m_rail->addWorkspace(QStringLiteral("train"), tr("Train"));
    m_rail->addWorkspace(QStringLiteral("compose"), tr("Compose"));
    connect(m_rail, &Rail::chosen, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_dataset, &DatasetPage::trainRequested, this, [this](const QString& dataset) {
        m_train->trainOn(dataset);
        show(Train);
    });
    connect(m_train, &TrainPage::modelChosen, this, [this](const QString& model) {
        m_compose->useModel(model);
        show(Compose);
    });
    connect(&context.player, &Player::failed, &context.notices, &Notices::report);

    makeMenus();
    show(Compose);
    restoreGeometry(context.settings.value(QStringLiteral("window/geometry")).toByteArray());
}

void MainWindow::show(Workspace workspace)
{
    m_rail->choose(workspace);
}

void MainWindow::makeMenus()
{
    makeFileMenu();
    makeViewMenu();
    makePlayMenu();
}

void MainWindow::makeFileMenu()
{
    QMenu* file = menuBar()->addMenu(tr("File"));
    file->addAction(tr("Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::makeViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("View"));
    QMenu* themes = view->addMenu(tr("Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<ThemeChoice, QString> choices[] = {
        {ThemeChoice::System, tr("As the system")}, {ThemeChoice::Light, tr("Light")}, {ThemeChoice::Dark, tr("Dark")}};
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

void MainWindow::makePlayMenu()
{
    Player& player = m_context.player;
    QMenu* play = menuBar()->addMenu(tr("Play"));
    play->addAction(tr("Play or stop"), QKeySequence(Qt::Key_Space), &player, &Player::toggle);
    play->addAction(tr("To the start"), QKeySequence(Qt::Key_Home), &player, [&player] { player.seek({}); });
    QAction* metronome = play->addAction(tr("Metronome"), QKeySequence(Qt::Key_K), &player, [&player] { player.setMetronome(!player.hasMetronome()); });
    metronome->setCheckable(true);
    connect(&player, &Player::metronomeChanged, metronome, &QAction::setChecked);
    play->addAction(tr("All notes off"), QKeySequence(tr("Shift+Escape")), &player, &Player::panic);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
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
    if (!paths.isEmpty()) {
        m_dataset->importPaths(paths);
        show(Dataset);
    }
}

void MainWindow::keepPlace()
{
    m_context.settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
}

} // namespace continuo::ui
