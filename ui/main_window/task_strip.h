// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class TaskList;
class TaskRow;

/// Long work over the status bar: a slim row for each task with title, bar, percent, time left, throughput and cancel.
/// Absent while there is none.
class TaskStrip final : public QWidget
{
    Q_OBJECT

public:
    TaskStrip(const Appearance& appearance, TaskList& tasks, QWidget* parent = nullptr);

private:
    void refresh();

    const Appearance& m_appearance;
    TaskList& m_tasks;
    QVBoxLayout* m_column;
    std::vector<TaskRow*> m_rows;
};

} // namespace continuo::ui
