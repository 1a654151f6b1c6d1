// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/engine_messages.h"
#include "core/protocol/envelope.h"
#include "core/protocol/hello.h"
#include "core/protocol/line_splitter.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QProcess>
#include <QStringList>

#include <functional>
#include <optional>
#include <unordered_map>

namespace continuo::ui {

/// The engine, `continuo serve`, as a child: started, spoken to, watched, and started again when it dies. What was asked
/// of a dead one is answered by the error engine.died; nothing is asked twice. Requests made before it is ready wait.
/// GUI thread only; nothing here blocks.
class EngineProcess final : public QObject
{
    Q_OBJECT

public:
    enum class State
    {
        Off,      ///< Not started, or told to stop.
        Starting, ///< Until it has answered the handshake.
        Ready,
        Broken ///< It could not be started, or died too often: why() says it, start() tries again.
    };
    Q_ENUM(State)

    using JobId = std::int64_t;
    using Answer = std::function<void(const Result<Json>&)>;
    using News = std::function<void(const std::string& method, const Json& params)>;

    /// `command` is a program and its arguments: {".../continuo", "serve"}, or with a prefix such as ssh.
    EngineProcess(QStringList command, QString client, QObject* parent = nullptr);
    ~EngineProcess() override;

    void start();
    State state() const { return m_state; }
    bool isReady() const { return m_state == State::Ready; }
    const HelloResult& hello() const { return m_hello; }
    QString why() const { return m_why; }
    qint64 processId() const { return m_process ? m_process->processId() : 0; }

    /// Asks for `method`. `answer` is called once, later, on this thread, unless `context` is gone by then; `news` gets the
    /// notifications of the job before that. Start the engine if need be.
    JobId ask(const QString& method, const Json& params, QObject* context, Answer answer, News news = {});
    /// The job answers with base.cancelled when it has stopped. One that nobody knows is left alone.
    void cancel(JobId job);
    bool isBusy() const { return !m_jobs.empty(); }

Q_SIGNALS:
    void stateChanged();
    /// Once for each death, with a sentence for the user.
    void died(const QString& sentence);

private:
    struct Job
    {
        QString method{};
        QPointer<QObject> context{};
        Answer answer{};
        News news{};
    };

    void setState(State state);
    void shakeHands();
    void read();
    void readLine(std::string_view line);
    void handle(const Response& response);
    void handle(const Request& notification);
    void ended(const QString& reason);
    void write(const Request& request);
    void failJobs(const Error& error);

    QStringList m_command;
    QString m_client;
    std::unique_ptr<QProcess> m_process;
    LineSplitter m_lines;
    State m_state = State::Off;
    HelloResult m_hello{};
    QString m_why{};
    QByteArray m_lastWords{}; ///< The end of its standard error.
    std::unordered_map<JobId, Job> m_jobs;
    QByteArray m_waiting{}; ///< Requests until it is ready.
    JobId m_nextJob = 1;
    int m_deaths = 0; ///< In a row, without a minute of life between.
    QElapsedTimer m_life;
};

} // namespace continuo::ui
