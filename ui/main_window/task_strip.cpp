// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/task_strip.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/engine/task_list.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

class TaskRow final : public QWidget
{
public:
    TaskRow(const Appearance& appearance, TaskList& tasks, QWidget* parent)
        : QWidget(parent)
        , m_title(label(QString(), TextRole::Plain, this))
        , m_bar(new QProgressBar(this))
        , m_detail(label(QString(), TextRole::Small, this))
        , m_cancel(new QToolButton(this))
    {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(14, 2, 8, 2);
        row->setSpacing(12);
        m_bar->setTextVisible(false);
        m_bar->setFixedWidth(220);
        m_cancel->setIcon(lineIcon(appearance, QStringLiteral("close")));
        row->addWidget(m_title);
        row->addWidget(m_bar);
        row->addWidget(m_detail, 1);
        row->addWidget(m_cancel);
        QObject::connect(m_cancel, &QToolButton::clicked, this, [this, &tasks] {
            for (const Task& task : tasks.tasks()) {
                if (task.id == m_task && task.cancel) {
                    const auto cancel = task.cancel;
                    cancel();
                    return;
                }
            }
        });
    }

    void show(const Task& task)
    {
        m_task = task.id;
        // Half of the strip at most: what is told about it stands behind.
        m_title->setText(m_title->fontMetrics().elidedText(
            task.title, Qt::ElideMiddle, std::max(window()->width() / 2 - 240, 200)));
        m_title->setToolTip(task.title);
        m_bar->setRange(0, task.share ? 1000 : 0);
        if (task.share)
            m_bar->setValue(static_cast<int>(std::lround(*task.share * 1000)));
        m_bar->setAccessibleName(task.title);
        QStringList words;
        if (task.share)
            words << TaskStrip::tr("%1 %").arg(static_cast<int>(*task.share * 100));
        if (!task.detail.isEmpty())
            words << task.detail;
        if (!task.throughput.isEmpty())
            words << task.throughput;
        if (task.secondsLeft)
            words << TaskStrip::tr("%1 left").arg(durationInWords(*task.secondsLeft));
        m_detail->setText(words.join(QStringLiteral(" · ")));
        m_cancel->setVisible(static_cast<bool>(task.cancel));
        m_cancel->setToolTip(TaskStrip::tr("Cancel: %1").arg(task.title));
        m_cancel->setAccessibleName(m_cancel->toolTip());
        QWidget::show();
    }

private:
    int m_task = 0;
    QLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_detail;
    QToolButton* m_cancel;
};

TaskStrip::TaskStrip(const Appearance& appearance, TaskList& tasks, QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_tasks(tasks)
    , m_column(new QVBoxLayout(this))
{
    setSurface(*this, Surface::Bottom);
    m_column->setContentsMargins(0, 1, 0, 0);
    m_column->setSpacing(0);
    connect(&tasks, &TaskList::changed, this, &TaskStrip::refresh);
    refresh();
}

void TaskStrip::refresh()
{
    const std::vector<Task>& tasks = m_tasks.tasks();
    while (m_rows.size() < tasks.size()) {
        m_rows.push_back(new TaskRow(m_appearance, m_tasks, this));
        m_column->addWidget(m_rows.back());
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (i < tasks.size())
            m_rows[i]->show(tasks[i]);
        else
            m_rows[i]->hide();
    }
    setVisible(!tasks.empty());
}

} // namespace continuo::ui
