// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/engine/run_attachment.h"
#include "ui/train/run_facts.h"

#include <QObject>

namespace continuo::ui {

/// A training that goes on: its story as it is told, its commands, its row in the task strip, and a
/// word when it ends. Going away leaves the training alone. GUI thread only.
class RunWatch final : public QObject
{
    Q_OBJECT

public:
    RunWatch(const StudioContext& context, RunFacts run, QObject* parent = nullptr);
    ~RunWatch() override;

    /// Its story is the one that was told so far, its state what follows from it.
    const RunFacts& run() const { return m_run; }
    bool isOver() const { return m_isOver; }
    /// Takes over its name, its notes and where its data lies.
    void know(const RunFacts& run);

    void pause();
    void resume();
    void stop();
    void sample();
    void setLearningRate(double rate);
    void extend(std::int64_t epochs);
    void setPatience(std::int64_t evaluations);

Q_SIGNALS:
    void changed();
    /// The training is over, failed, or was killed; run() says it.
    void ended();

private:
    void hear(const std::vector<Json>& events);
    void over(int exitCode, const QString& words);
    void showTask();

    const StudioContext m_context;
    RunFacts m_run;
    RunAttachment m_attachment;
    int m_task = 0;
    bool m_isStopping = false;
    bool m_isOver = false;
};

} // namespace continuo::ui
