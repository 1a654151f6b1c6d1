// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_watch.h"

#include "ui/base/notices.h"
#include "ui/base/words.h"
#include "ui/engine/task_list.h"

#include <QLocale>

#include <algorithm>

namespace continuo::ui {

RunWatch::RunWatch(const StudioContext& context, RunFacts run, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_run(std::move(run))
    , m_attachment(context.paths.engine, m_run.path)
    , m_task(context.tasks.begin(tr("Training %1").arg(m_run.name), [this] { stop(); }))
{
    m_run.story = {}; // It is told from the beginning.
    m_run.state = RunState::Training;
    connect(&m_attachment, &RunAttachment::eventsArrived, this, &RunWatch::hear);
    connect(&m_attachment, &RunAttachment::ended, this, &RunWatch::over);
}

RunWatch::~RunWatch()
{
    m_context.tasks.finish(m_task);
}

void RunWatch::know(const RunFacts& run)
{
    m_run.name = run.name;
    m_run.notes = run.notes;
    m_run.dataset = run.dataset;
    showTask();
    Q_EMIT changed();
}

void RunWatch::pause()
{
    m_attachment.command(QStringLiteral("pause"));
}

void RunWatch::resume()
{
    m_attachment.command(QStringLiteral("resume"));
}

void RunWatch::stop()
{
    m_isStopping = true;
    m_attachment.command(QStringLiteral("stop"));
    showTask();
}

void RunWatch::sample()
{
    m_attachment.command(QStringLiteral("sample"));
}

void RunWatch::setLearningRate(double rate)
{
    m_attachment.command(
        QStringLiteral("set-learning-rate %1").arg(QString::number(rate, 'g', 10)));
}

void RunWatch::extend(std::int64_t epochs)
{
    m_attachment.command(QStringLiteral("extend %1").arg(epochs));
}

void RunWatch::setPatience(std::int64_t evaluations)
{
    m_attachment.command(QStringLiteral("set-patience %1").arg(evaluations));
}

void RunWatch::hear(const std::vector<Json>& events)
{
    for (const Json& event : events)
        m_run.story.tell(event);
    m_run.state = m_run.story.isPaused ? RunState::Paused : RunState::Training;
    showTask();
    Q_EMIT changed();
}

void RunWatch::showTask()
{
    const RunStory& story = m_run.story;
    m_context.tasks.update(m_task, [&](Task& task) {
        task.title = tr("Training %1").arg(m_run.name);
        const std::int64_t total = story.totalSteps();
        if (total > 0)
            task.share =
                std::clamp(static_cast<double>(story.step) / static_cast<double>(total), 0.0, 1.0);
        task.secondsLeft = story.isPaused ? std::nullopt : story.secondsLeft();
        task.detail = m_isStopping ? tr("stopping")
                      : story.isPaused
                          ? tr("paused")
                          : tr("%1 of %2 steps").arg(countInWords(story.step), countInWords(total));
        task.throughput = story.isPaused ? QString() : story.throughputInWords();
    });
}

void RunWatch::over(int exitCode, const QString& words)
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_context.tasks.finish(m_task);
    const RunStory& story = m_run.story;
    switch (story.ending) {
    case RunStory::Ending::Done:
    case RunStory::Ending::EarlyStop: {
        m_run.state = RunState::Done;
        const HeldOutPoint* best = story.best();
        m_context.notices.tell(
            best ? tr("The training “%1” is done. Its best held-out loss is %2, at step %3.")
                       .arg(m_run.name, QLocale().toString(best->loss, 'f', 2),
                            countInWords(best->step))
                 : tr("The training “%1” is done.").arg(m_run.name));
        if (!story.variety.empty() && story.variety.back().collapse >= 0.5)
            m_context.notices.warn(tr("The generator of “%1” plays nearly the same melody for "
                                      "every noise.")
                                       .arg(m_run.name));
        break;
    }
    case RunStory::Ending::Stopped:
        m_run.state = RunState::Stopped;
        m_context.notices.tell(tr("The training “%1” was stopped at step %2 and is kept.")
                                   .arg(m_run.name, countInWords(story.step)));
        break;
    case RunStory::Ending::Failed:
        m_run.state = RunState::Failed;
        m_context.notices.warn(tr("The training “%1” could not go on: %2 What it learned up to its "
                                  "last checkpoint is kept.")
                                   .arg(m_run.name, story.failure));
        break;
    case RunStory::Ending::None:
        m_run.state = RunState::Dead;
        if (story.hasBegun || exitCode == 1)
            m_context.notices.warn(tr("The training “%1” ended without a word, as if it was killed "
                                      "or the memory ran out. What it learned up "
                                      "to its last checkpoint is kept: Resume goes on from there.")
                                       .arg(m_run.name));
        else
            m_context.notices.warn(
                tr("The training “%1” cannot be watched: %2").arg(m_run.name, words));
        break;
    }
    Q_EMIT changed();
    Q_EMIT ended();
}

} // namespace continuo::ui
