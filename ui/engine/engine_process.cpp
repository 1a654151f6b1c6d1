// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/engine_process.h"

#include <QCoreApplication>
#include <QTimer>

#include <utility>

namespace continuo::ui {

namespace {

constexpr int kMostDeaths = 3;
constexpr int kGoodLifeMs = 60'000; ///< Who lived that long may die again without counting.
constexpr int kGraceMs = 1'500;     ///< serve ends within a second of the end of its input.

Error died(const QString& why)
{
    const QString text = QCoreApplication::translate("errors", "The engine ended unexpectedly (%1) and this work was not finished. Nothing of yours is lost; try it again.").arg(why);
    return {ErrorKind::Failed, "engine.died", text.toStdString(), {{"why", why.toStdString()}}};
}

} // namespace

EngineProcess::EngineProcess(QStringList command, QString client, QObject* parent)
    : QObject(parent)
    , m_command(std::move(command))
    , m_client(std::move(client))
{
}

EngineProcess::~EngineProcess()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    m_process->closeWriteChannel();
    if (!m_process->waitForFinished(kGraceMs))
        m_process->kill();
    m_process->waitForFinished(kGraceMs);
}

void EngineProcess::start()
{
    if (m_state == State::Starting || m_state == State::Ready)
        return;
    if (m_state == State::Broken)
        m_deaths = 0;
    m_lines = LineSplitter();
    m_lastWords.clear();
    m_process = std::make_unique<QProcess>();
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &EngineProcess::read);
    connect(m_process.get(), &QProcess::readyReadStandardError, this, [this] {
        m_lastWords = (m_lastWords + m_process->readAllStandardError()).right(4096);
    });
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended(tr("%1 could not be started: %2").arg(m_command.first(), m_process->errorString()));
    });
    connect(m_process.get(), &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        read();
        if (m_state == State::Off)
            return;
        ended(status == QProcess::CrashExit ? tr("it was killed or crashed") : tr("exit code %1").arg(code));
    });
    setState(State::Starting);
    m_life.start();
    m_process->start(m_command.first(), m_command.mid(1));
    shakeHands();
}

void EngineProcess::shakeHands()
{
    HelloRequest hello;
    hello.client = m_client.toStdString();
    const JobId id = m_nextJob++;
    m_jobs[id] = {QStringLiteral("hello"), this, [this](const Result<Json>& answer) {
                      const Result<HelloResult> greeting = answer ? helloResultFromJson(*answer) : Result<HelloResult>(answer.error());
                      if (!greeting) {
                          m_deaths = kMostDeaths;
                          m_why = QString::fromStdString(greeting.error().text);
                          m_process->kill();
                          return;
                      }
                      m_hello = *greeting;
                      setState(State::Ready);
                      m_process->write(std::exchange(m_waiting, {}));
                  },
                  {}};
    const std::string line = toLine(Request{RequestId{id}, "hello", toJson(hello)});
    m_process->write(line.data(), static_cast<qint64>(line.size()));
}

EngineProcess::JobId EngineProcess::ask(const QString& method, const Json& params, QObject* context, Answer answer, News news)
{
    const JobId id = m_nextJob++;
    m_jobs[id] = {method, context, std::move(answer), std::move(news)};
    if (m_state == State::Off)
        start();
    if (m_state == State::Broken) {
        QTimer::singleShot(0, this, [this, id] {
            const auto found = m_jobs.find(id);
            if (found == m_jobs.end())
                return;
            const Job job = std::move(found->second);
            m_jobs.erase(found);
            if (job.context)
                job.answer(continuo::ui::died(m_why));
        });
        return id;
    }
    write(Request{RequestId{id}, method.toStdString(), params});
    return id;
}

void EngineProcess::cancel(JobId job)
{
    if (!m_jobs.contains(job))
        return;
    const JobId id = m_nextJob++;
    m_jobs[id] = {QStringLiteral("cancel"), this, [](const Result<Json>&) {}, {}};
    write(Request{RequestId{id}, "cancel", Json{{"id", job}}});
}

void EngineProcess::write(const Request& request)
{
    const std::string line = toLine(request);
    if (m_state == State::Ready)
        m_process->write(line.data(), static_cast<qint64>(line.size()));
    else
        m_waiting.append(line.data(), static_cast<qsizetype>(line.size()));
}

void EngineProcess::read()
{
    const QByteArray bytes = m_process->readAllStandardOutput();
    m_lines.feed(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())), [this](const LineSplitter::Line& line) {
        if (!line.isTooLong)
            readLine(line.text);
    });
}

void EngineProcess::readLine(std::string_view line)
{
    const Message message = parseMessage(line);
    if (const auto* response = std::get_if<Response>(&message))
        handle(*response);
    else if (const auto* request = std::get_if<Request>(&message))
        handle(*request);
}

void EngineProcess::handle(const Response& response)
{
    const auto* id = response.id ? std::get_if<std::int64_t>(&*response.id) : nullptr;
    const auto found = id ? m_jobs.find(*id) : m_jobs.end();
    if (found == m_jobs.end())
        return;
    const Job job = std::move(found->second);
    m_jobs.erase(found);
    if (!job.context)
        return;
    if (response.error)
        job.answer(response.error->error);
    else
        job.answer(response.result);
}

void EngineProcess::handle(const Request& notification)
{
    const auto id = notification.params.find("id");
    if (id == notification.params.end() || !id->is_number_integer())
        return;
    const auto found = m_jobs.find(id->get<JobId>());
    if (found == m_jobs.end() || !found->second.context || !found->second.news)
        return;
    const News news = found->second.news;
    news(notification.method, notification.params);
}

void EngineProcess::ended(const QString& reason)
{
    m_process.release()->deleteLater();
    const bool wasGoodLife = m_life.elapsed() >= kGoodLifeMs;
    m_deaths = wasGoodLife ? 1 : m_deaths + 1;
    if (m_why.isEmpty() || m_deaths < kMostDeaths)
        m_why = reason;
    const QString last = QString::fromUtf8(m_lastWords).trimmed().section(QLatin1Char('\n'), -1);
    if (!last.isEmpty())
        m_why += QStringLiteral(": ") + last;
    m_waiting.clear();
    const bool isGivenUp = m_deaths >= kMostDeaths;
    setState(isGivenUp ? State::Broken : State::Off);
    failJobs(continuo::ui::died(m_why));
    Q_EMIT died(isGivenUp ? tr("The engine cannot be kept running (%1). Drawing, playing and saving work without it.").arg(m_why)
                          : tr("The engine ended unexpectedly (%1) and was started again. Nothing of yours is lost.").arg(reason));
    if (!isGivenUp && m_state == State::Off)
        start();
}

void EngineProcess::failJobs(const Error& error)
{
    for (auto& [id, job] : std::exchange(m_jobs, {})) {
        if (job.context && job.context != this)
            job.answer(error);
    }
}

void EngineProcess::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

} // namespace continuo::ui
