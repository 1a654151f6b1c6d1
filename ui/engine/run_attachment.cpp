// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/run_attachment.h"

#include <QTimer>

#include <utility>

namespace continuo::ui {

namespace {

constexpr int kBatchMs = 33;
constexpr int kGraceMs = 1'000;

} // namespace

RunAttachment::RunAttachment(const QStringList& program, const QString& run, QObject* parent)
    : QObject(parent)
    , m_run(run)
{
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &RunAttachment::read);
    connect(&m_process, &QProcess::readyReadStandardError, this, [this] {
        m_words = (m_words + m_process.readAllStandardError()).right(4096);
    });
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        read();
        flush();
        Q_EMIT ended(status == QProcess::CrashExit ? 1 : code, QString::fromUtf8(m_words).trimmed());
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT ended(1, tr("%1 could not be started: %2").arg(m_process.program(), m_process.errorString()));
    });
    m_process.start(program.first(), program.mid(1) + QStringList{QStringLiteral("attach"), run});
}

RunAttachment::~RunAttachment()
{
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(kGraceMs))
        m_process.kill();
    m_process.waitForFinished(kGraceMs);
}

void RunAttachment::command(const QString& words)
{
    m_process.write(words.toUtf8() + '\n');
}

void RunAttachment::read()
{
    const QByteArray bytes = m_process.readAllStandardOutput();
    m_lines.feed(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())), [this](const LineSplitter::Line& line) {
        if (line.isTooLong)
            return;
        if (Result<Json> event = parseJson(line.text); event && event->is_object())
            m_events.push_back(std::move(event).value());
    });
    if (!m_events.empty() && !std::exchange(m_isFlushing, true))
        QTimer::singleShot(kBatchMs, this, &RunAttachment::flush);
}

void RunAttachment::flush()
{
    m_isFlushing = false;
    if (!m_events.empty())
        Q_EMIT eventsArrived(std::exchange(m_events, {}));
}

} // namespace continuo::ui
