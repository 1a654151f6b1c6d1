// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QStringList>

#include <cstdint>
#include <deque>
#include <optional>

namespace continuo::ui {

class EngineCommand;

/// What a training would cost, as `continuo train --preview` measures it with a few steps.
struct TrainingCost
{
    std::int64_t parameters = 0;
    std::int64_t memoryBytes = 0;
    std::int64_t diskBytes = 0;
    double secondsPerEpoch = 0;
    double seconds = 0;
    QString device{};
    QString precision{};
};

/// Measures one question after the other in a child process; what was measured is remembered for as
/// long as this lives. GUI thread only.
class CostProbe final : public QObject
{
    Q_OBJECT

public:
    explicit CostProbe(QStringList program, QObject* parent = nullptr);

    /// Asks for a training with these arguments, at once, in place of what is being measured;
    /// answered() follows. Nothing is asked twice.
    void ask(const QStringList& arguments);
    /// Asks when nothing else waits.
    void askLater(const QStringList& arguments);
    /// Leaves everything, as before a training begins.
    void stop();

    std::optional<TrainingCost> cost(const QStringList& arguments) const;
    /// Why there is no cost; empty where nobody knows yet.
    QString problem(const QStringList& arguments) const;

Q_SIGNALS:
    void answered(const QStringList& arguments);

private:
    void begin(const QStringList& arguments, bool isForLater);
    void beginNext();

    QStringList m_program;
    std::deque<QStringList> m_waiting;
    QStringList m_asked{}; ///< What is being measured.
    bool m_isForLater = false;
    QPointer<EngineCommand> m_command;
    QHash<QStringList, TrainingCost> m_costs;
    QHash<QStringList, QString> m_problems;
};

} // namespace continuo::ui
