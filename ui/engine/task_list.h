// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace continuo::ui {

/// Long work as the task strip shows it.
struct Task
{
    int id = 0;
    QString title{};
    QString detail{};                 ///< "2,140 of 3,310, 41 rejected"
    std::optional<double> share{};    ///< 0..1; nothing where nobody knows.
    std::optional<double> secondsLeft{};
    QString throughput{};             ///< "68,400 notes/s"
    std::function<void()> cancel{};   ///< Empty: cannot be cancelled.
};

/// All long work going on, whoever does it. GUI thread only.
class TaskList final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Its id; the task stays until finish().
    int begin(const QString& title, std::function<void()> cancel = {});
    /// Changes what is told about it; an id that is gone is passed over.
    void update(int id, const std::function<void(Task&)>& change);
    void finish(int id);

    const std::vector<Task>& tasks() const { return m_tasks; }

Q_SIGNALS:
    void changed();

private:
    std::vector<Task> m_tasks;
    int m_nextId = 1;
};

} // namespace continuo::ui
