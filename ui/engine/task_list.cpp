// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/task_list.h"

#include <algorithm>
#include <utility>

namespace continuo::ui {

int TaskList::begin(const QString& title, std::function<void()> cancel)
{
    Task task;
    task.id = m_nextId++;
    task.title = title;
    task.cancel = std::move(cancel);
    m_tasks.push_back(std::move(task));
    Q_EMIT changed();
    return m_tasks.back().id;
}

void TaskList::update(int id, const std::function<void(Task&)>& change)
{
    const auto found = std::ranges::find(m_tasks, id, &Task::id);
    if (found == m_tasks.end())
        return;
    change(*found);
    Q_EMIT changed();
}

void TaskList::finish(int id)
{
    if (std::erase_if(m_tasks, [id](const Task& task) { return task.id == id; }) > 0)
        Q_EMIT changed();
}

} // namespace continuo::ui
