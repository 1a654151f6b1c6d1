// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/engine_command.h"

#include "core/protocol/envelope.h"
#include "ui/train/json_members.h"

#include <utility>

namespace continuo::ui {

namespace {

constexpr int kGraceMs = 500;

ErrorKind kindOf(int exitCode)
{
    return exitCode == 2     ? ErrorKind::Usage
           : exitCode == 3   ? ErrorKind::Refused
           : exitCode == 130 ? ErrorKind::Cancelled
                             : ErrorKind::Failed;
}

} // namespace

EngineCommand::EngineCommand(const QStringList& program, const QStringList& arguments,
                             Answer answer, QObject* parent)
    : QObject(parent)
    , m_answer(std::move(answer))
{
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            tell(Error{ErrorKind::Failed,
                       "engine.not-started",
                       tr("The engine (%1) could not be started: %2")
                           .arg(m_process.program(), m_process.errorString())
                           .toStdString(),
                       {}});
    });
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        const QByteArray output = m_process.readAllStandardOutput().trimmed();
        const QString words = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
        Result<Json> json = parseJson(
            std::string_view(output.constData(), static_cast<std::size_t>(output.size())));
        if (status == QProcess::NormalExit && code == 0) {
            tell(json);
            return;
        }
        if (json && memberAt(*json, "error").is_object())
            tell(errorFromJson(memberAt(*json, "error"), kindOf(code)));
        else
            tell(Error{kindOf(code),
                       "engine.command-failed",
                       status == QProcess::CrashExit
                           ? tr("The engine was killed or crashed.").toStdString()
                           : words.section(QLatin1Char('\n'), -1).toStdString(),
                       {}});
    });
    m_process.start(program.first(),
                    program.mid(1) + arguments + QStringList{QStringLiteral("--json")});
    m_process.closeWriteChannel();
}

EngineCommand::~EngineCommand()
{
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(kGraceMs);
}

void EngineCommand::tell(const Result<Json>& answer)
{
    deleteLater();
    if (const Answer once = std::exchange(m_answer, {}))
        once(answer);
}

} // namespace continuo::ui
