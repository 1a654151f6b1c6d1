// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"

#include <QMainWindow>

QT_BEGIN_NAMESPACE
class QStackedWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class ComposePage;
class DatasetPage;
class Rail;
class StatusStrip;
class TrainPage;

/// The studio's one window: menus, the rail of workspaces, the workspace in view, transport, tasks and status. The
/// workspaces own what stands in them.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const StudioContext& context);

    enum Workspace
    {
        Dataset,
        Train,
        Compose
    };
    void show(Workspace workspace);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeMenus();
    void makeFileMenu();
    void makeViewMenu();
    void makePlayMenu();
    void keepPlace();

    StudioContext m_context;
    Rail* m_rail;
    QStackedWidget* m_pages;
    DatasetPage* m_dataset;
    TrainPage* m_train;
    ComposePage* m_compose;
    StatusStrip* m_status;
};

} // namespace continuo::ui
