// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"
#include "core/protocol/line_splitter.h"

#include <QObject>
#include <QProcess>
#include <QStringList>

#include <vector>

namespace continuo::ui {

/// Watches a training and steers it through a child `continuo attach RUN`: its story comes as events, from the first one
/// on, whether it goes on now or ended long ago. Going away leaves the training alone. GUI thread only.
class RunAttachment final : public QObject
{
    Q_OBJECT

public:
    /// `program`: the engine's program with its prefix, {".../continuo"}.
    RunAttachment(const QStringList& program, const QString& run, QObject* parent = nullptr);
    ~RunAttachment() override;

    const QString& run() const { return m_run; }
    bool isAttached() const { return m_process.state() != QProcess::NotRunning; }

    /// "pause", "resume", "stop", "checkpoint", "sample", "set-learning-rate 0.001", "extend 5".
    void command(const QString& words);

Q_SIGNALS:
    /// One or more events, each a line of the run's log.jsonl, in order; told in batches, at most thirty a second.
    void eventsArrived(const std::vector<continuo::Json>& events);
    /// The story is told to its end: the training is over (exit code 0), dead or failed (1), or no run (2). `words` is what
    /// was said on the way out.
    void ended(int exitCode, const QString& words);

private:
    void read();
    void flush();

    QString m_run;
    QProcess m_process;
    LineSplitter m_lines;
    std::vector<Json> m_events;
    QByteArray m_words{};
    bool m_isFlushing = false;
};

} // namespace continuo::ui
