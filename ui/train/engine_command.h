// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <QObject>
#include <QProcess>
#include <QStringList>

#include <functional>

namespace continuo::ui {

/// One subcommand of the engine as a child process, asked for JSON. Deletes itself when it has
/// answered; going away before ends the child. GUI thread only; nothing here blocks.
class EngineCommand final : public QObject
{
    Q_OBJECT

public:
    using Answer = std::function<void(const Result<Json>&)>;

    /// `program`: the engine's program with its prefix. `answer` is called once, later, unless this
    /// is deleted before: what the command printed, or its error in its own words. Errors also:
    /// engine.not-started, engine.command-failed.
    EngineCommand(const QStringList& program, const QStringList& arguments, Answer answer,
                  QObject* parent);
    ~EngineCommand() override;

private:
    void tell(const Result<Json>& answer);

    QProcess m_process;
    Answer m_answer;
};

} // namespace continuo::ui
