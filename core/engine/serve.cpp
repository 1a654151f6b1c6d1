// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/serve.h"

#include "core/base/file.h"
#include "core/engine/engine_job.h"
#include "core/engine/outbox.h"
#include "core/protocol/byte_channel.h"
#include "core/protocol/engine_messages.h"
#include "core/protocol/envelope.h"
#include "core/protocol/hello.h"
#include "core/protocol/line_splitter.h"
#include "core/protocol/run_lock.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostWaitingJobs = 64;
/// After the end of input: for the work to stop, and for the last answers to be read. Together
/// below a second.
constexpr auto kWorkPatience = 500ms;
constexpr auto kFlushPatience = 250ms;
constexpr int kCancelPollMs = 100;

struct Job
{
    RequestId id{};
    JobMethod method = nullptr;
    Json params{};
    CancelToken cancel{};
};

/// What the threads of an engine share. Kept alive by each of them, since work may outlast serve().
class Engine
{
public:
    explicit Engine(const ServeOptions& options)
        : m_outbox(options.output)
        , m_version(options.version)
    {
    }

    // On the reading thread.
    void hear(std::string_view line) { understand(parseMessage(line)); }
    void hearTooLong() { m_outbox.send(toLine(lineTooLong())); }
    void add(Job job);
    void end();
    bool isWorkDone(std::chrono::milliseconds patience);
    bool isBroken() const { return m_outbox.isBroken(); }
    void flush() { m_outbox.flush(kFlushPatience); }

    // On the working thread.
    void work();

private:
    void understand(const Message& message);
    void answer(const Request& request);
    Response hello(const Request& request) const;
    void cancelJob(const Request& request);
    void send(const Request& request, Response response);
    Result<Json> run(const Job& job);
    bool isKnown(const RequestId& id) const;

    Outbox m_outbox;
    std::string m_version;
    ModelPlace m_place{};
    KeptCorpus m_corpus{};
    std::atomic<std::uint64_t> m_lastSeq = 0;

    mutable std::mutex m_mutex{};
    std::condition_variable m_isChanged{};
    std::deque<Job> m_waiting{};
    std::optional<Job> m_current{};
    bool m_isEnding = false;
    bool m_isWorkDone = false;
};

void Engine::send(const Request& request, Response response)
{
    if (!request.id)
        return;
    response.id = request.id;
    m_outbox.send(toLine(response));
}

void Engine::understand(const Message& message)
{
    if (const auto* request = std::get_if<Request>(&message)) {
        answer(*request);
    } else if (const auto* bad = std::get_if<BadMessage>(&message)) {
        Response response;
        response.id = bad->id;
        response.error = bad->error;
        m_outbox.send(toLine(response));
    }
    // A response answers nothing here: this side never asks.
}

Response Engine::hello(const Request& request) const
{
    if (const Result<HelloRequest> hello = helloRequestFromJson(request.params); !hello)
        return failedResponse(request.id, hello.error());
    HelloResult result;
    result.version = m_version;
    result.role = "serve";
    result.capabilities = jobMethods();
    result.capabilities.insert(result.capabilities.begin(), {"hello", "ping", "cancel", "model"});
    result.process = ::getpid();
    Response response;
    response.result = toJson(result);
    return response;
}

void Engine::answer(const Request& request)
{
    Response response;
    response.result = Json::object();
    if (request.method == "hello")
        return send(request, hello(request));
    if (request.method == "ping")
        return send(request, response);
    if (request.method == "cancel")
        return cancelJob(request);
    if (request.method == "model") {
        const std::shared_ptr<const LoadedModel> model = m_place.model();
        response.result = model ? modelJson(*model) : Json();
        return send(request, response);
    }
    const JobMethod method = jobMethod(request.method);
    if (!method)
        return send(request, unknownMethod(request));
    // Work whose result nobody can be told is not begun.
    if (request.id)
        add({*request.id, method, request.params, CancelToken{}});
}

bool Engine::isKnown(const RequestId& id) const
{
    if (m_current && m_current->id == id)
        return true;
    for (const Job& job : m_waiting)
        if (job.id == id)
            return true;
    return false;
}

void Engine::add(Job job)
{
    std::optional<Error> refusal;
    const RequestId id = job.id;
    {
        const std::scoped_lock guard(m_mutex);
        if (isKnown(job.id))
            refusal = Error{ErrorKind::Usage,
                            "engine.id-in-use",
                            "A request of this id is still being worked on. Give every request an "
                            "id of its own.",
                            {}};
        else if (m_waiting.size() >= kMostWaitingJobs)
            refusal = Error{ErrorKind::Failed,
                            "engine.busy",
                            "There are " + std::to_string(kMostWaitingJobs) +
                                " jobs waiting already. Wait for one to end, or cancel it.",
                            {{"waiting", std::to_string(kMostWaitingJobs)}}};
        else
            m_waiting.push_back(std::move(job));
    }
    if (refusal)
        m_outbox.send(toLine(failedResponse(id, *refusal)));
    else
        m_isChanged.notify_all();
}

void Engine::cancelJob(const Request& request)
{
    // The job to cancel is named by its id, a number or a text.
    const auto named = request.params.find("id");
    std::optional<RequestId> id;
    if (named != request.params.end() && named->is_number_integer())
        id = named->get<std::int64_t>();
    else if (named != request.params.end() && named->is_string())
        id = named->get<std::string>();
    if (!id)
        return send(
            request,
            failedResponse(request.id,
                           {ErrorKind::Usage,
                            "protocol.missing-member",
                            "\"cancel\" needs the member \"id\": the id of the request to cancel.",
                            {{"where", "cancel"}, {"member", "id"}}}));
    // Answered under the lock that the working thread needs to tell the job's end: the word comes
    // before the deed.
    const std::scoped_lock guard(m_mutex);
    const bool isCurrent = m_current && m_current->id == *id;
    if (isCurrent)
        m_current->cancel.cancel();
    const bool wasWaiting =
        std::erase_if(m_waiting, [&](const Job& job) { return job.id == *id; }) > 0;
    if (wasWaiting)
        m_outbox.send(toLine(failedResponse(id, cancelledError())));
    Response response;
    response.result = {{"cancelled", isCurrent || wasWaiting}};
    send(request, std::move(response));
}

Result<Json> Engine::run(const Job& job)
{
    const JobContext context{
        m_place, m_corpus, job.cancel, [&](std::string_view method, Json params) {
            Json whole{{"id", toJson(job.id)}, {"seq", ++m_lastSeq}};
            whole.update(params);
            return m_outbox.sendWhenRoom(notificationLine(method, jsonLine(whole)), job.cancel);
        }};
    // No exception leaves core; but an engine that serves others should rather be told of one than
    // die of it.
    try {
        return job.method(job.params, context);
    } catch (const std::bad_alloc&) {
        return Error{ErrorKind::Failed,
                     "engine.out-of-memory",
                     "There is not enough memory for this. Ask for less, or close other programs.",
                     {}};
    } catch (const std::exception& fault) {
        return Error{ErrorKind::Failed,
                     "engine.fault",
                     std::string("The engine met a fault of its own: ") + fault.what() +
                         ". Please report it.",
                     {{"fault", fault.what()}}};
    }
}

void Engine::work()
{
    std::unique_lock guard(m_mutex);
    while (true) {
        m_isChanged.wait(guard, [this] { return m_isEnding || !m_waiting.empty(); });
        if (m_isEnding)
            break;
        m_current = std::move(m_waiting.front());
        m_waiting.pop_front();
        const Job job = *m_current;
        guard.unlock();
        Result<Json> result = run(job);
        Response response;
        if (result)
            response.result = std::move(*result);
        else
            response = failedResponse(job.id, result.error());
        response.id = job.id;
        guard.lock();
        m_current.reset();
        m_outbox.send(toLine(response));
    }
    m_isWorkDone = true;
    m_isChanged.notify_all();
}

void Engine::end()
{
    const std::scoped_lock guard(m_mutex);
    m_isEnding = true;
    m_waiting.clear();
    if (m_current)
        m_current->cancel.cancel();
    m_isChanged.notify_all();
}

bool Engine::isWorkDone(std::chrono::milliseconds patience)
{
    std::unique_lock guard(m_mutex);
    return m_isChanged.wait_for(guard, patience, [this] { return m_isWorkDone; });
}

} // namespace

int takeStandardOutput()
{
    const int own = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (own < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return -1;
    return own;
}

ServeOutcome serve(const ServeOptions& options, const CancelToken& cancel)
{
    const auto engine = std::make_shared<Engine>(options);
    std::thread worker([engine] { engine->work(); });
    if (!options.model.empty())
        engine->add({RequestId{std::string("--model")}, jobMethod("load"),
                     toJson(LoadRequest{options.model}), CancelToken{}});

    LineSplitter lines;
    const auto take = [&engine](const LineSplitter::Line& line) {
        if (line.isTooLong)
            engine->hearTooLong();
        else
            engine->hear(line.text);
    };
    std::array<char, 64 << 10> buffer{};
    while (!cancel.isCancelled() && !engine->isBroken()) {
        std::array<Waiting, 1> waiting{Waiting{options.input}};
        waitForAny(waiting, kCancelPollMs);
        if (!waiting[0].isReadable)
            continue;
        const ssize_t count = ::read(options.input, buffer.data(), buffer.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (count <= 0)
            break;
        lines.feed({buffer.data(), static_cast<std::size_t>(count)}, take);
    }
    engine->end();
    if (engine->isWorkDone(kWorkPatience)) {
        worker.join();
        engine->flush();
        return {};
    }
    worker.detach();
    engine->flush();
    return {true};
}

} // namespace continuo
