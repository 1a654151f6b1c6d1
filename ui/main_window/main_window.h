// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"

#include <QMainWindow>

#include <array>

QT_BEGIN_NAMESPACE
class QAction;
class QStackedWidget;
class QUndoGroup;
QT_END_NAMESPACE

namespace continuo::ui {

class ComposePage;
class DatasetPage;
class Exporter;
class FileMenu;
class PlayMenu;
class Rail;
class PieceEditBar;
class RecoveryBar;
class Session;
class SidePanels;
class StatusStrip;
class TrainPage;

/// The studio's one window: menus, the rail of workspaces, the workspace in view, transport, tasks
/// and status. The workspaces own what stands in them; the session knows where the composition is
/// kept.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    /// Shows the sample at the first start, else a new composition.
    explicit MainWindow(const StudioContext& context);
    ~MainWindow() override;

    enum Workspace
    {
        Dataset,
        Train,
        Compose
    };
    void show(Workspace workspace);
    /// A composition is opened; anything else is imported as a dataset.
    void open(const QStringList& paths);

    Session& session() { return *m_session; }
    ComposePage& compose() { return *m_compose; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void fitToScreen();
    void layOut();
    void connectPages();
    /// Made when they are first asked for, at the latest when the window was painted.
    DatasetPage& dataset();
    TrainPage& train();
    void replacePage(Workspace workspace, QWidget* page, const SidePanels& panels);
    void connectSession();
    void makeEditMenu();
    void makeGenerateMenu();
    void makeViewMenu();
    /// Those of the workspace in view.
    SidePanels& panels() const;
    void showPanels();
    void showHistory();
    void makeHelpMenu();
    void beginFirstComposition();
    void showTitle();
    void keepPlace();

    StudioContext m_context;
    Session* m_session;
    Exporter* m_exporter;
    FileMenu* m_files;
    PlayMenu* m_play;
    Rail* m_rail;
    QStackedWidget* m_pages;
    DatasetPage* m_dataset = nullptr;
    TrainPage* m_train = nullptr;
    ComposePage* m_compose;
    RecoveryBar* m_recovery;
    PieceEditBar* m_pieceEdit;
    QUndoGroup* m_undo; ///< The history of the workspace in view.
    StatusStrip* m_status;
    std::array<QAction*, 2> m_panelActions{}; ///< Left and right.
    bool m_mayClose = false; ///< Unsaved changes were asked about.
};

} // namespace continuo::ui
