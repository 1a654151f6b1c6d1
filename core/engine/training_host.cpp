// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/training_host.h"

#include "core/base/log.h"
#include "core/engine/event_log_reader.h"
#include "core/learn/run_folder.h"
#include "core/protocol/byte_channel.h"
#include "core/protocol/envelope.h"
#include "core/protocol/hello.h"
#include "core/protocol/line_splitter.h"
#include "core/protocol/train_messages.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace continuo {
namespace {

using Clock = std::chrono::steady_clock;

/// The last events are kept at hand; those who lag behind read from the log.
constexpr std::size_t kEventsAtHand = 512;
constexpr std::size_t kMostClients = 64;
/// Nothing more is made ready for a client that has so much yet to read, and nothing more heard from it.
constexpr std::size_t kMostUnreadBytes = 256 << 10;
/// Of the log read for one client before the others are heard again.
constexpr int kMostLinesInOneGo = 1000;
constexpr auto kEndPatience = std::chrono::seconds(1);

struct EventLine
{
    std::uint64_t seq = 0;
    std::string text{};
};

std::string stateAtEnd(const TrainEvent& event)
{
    if (const auto* finished = std::get_if<TrainFinished>(&event.what))
        return finished->reason == "stopped" ? "stopped" : "finished";
    return "failed";
}

} // namespace

/// One who is connected. Belongs to the serving thread.
struct Client
{
    explicit Client(ByteChannel connected)
        : channel(std::move(connected))
    {
    }

    ByteChannel channel;
    LineSplitter lines{};
    std::string unread{}; ///< Written by us, not yet taken by the system.
    bool isAttached = false;
    bool isEndTold = false;
    bool isGone = false;
    std::uint64_t nextSeq = 0;
    std::optional<EventLogReader> log{}; ///< While it reads what is no longer at hand.

    void send(std::string_view line) { unread += line; }

    void flush()
    {
        while (!unread.empty() && !isGone) {
            const std::optional<std::size_t> taken = channel.write(unread);
            if (!taken)
                isGone = true;
            else if (*taken == 0)
                return;
            else
                unread.erase(0, *taken);
        }
    }
};

struct TrainingHost::State
{
    State(std::filesystem::path runPath, RunLock taken, WakePipe pipe, TrainControl training, std::string programVersion)
        : run(std::move(runPath))
        , lock(std::move(taken))
        , wake(std::move(pipe))
        , control(std::move(training))
        , version(std::move(programVersion))
    {
    }

    std::filesystem::path run;
    RunLock lock;
    WakePipe wake;
    TrainControl control;
    std::string version;
    std::optional<ControlListener> listener{};
    std::optional<Error> problem{};

    std::mutex mutex{};
    std::deque<EventLine> atHand{}; ///< Guarded by `mutex`, as is the next.
    std::string endState = "failed";
    std::atomic<bool> isEnding = false;

    std::vector<Client> clients{}; ///< Of the serving thread alone.
    std::thread thread{};

    void serve();
    void hear(Client& client);
    void forgetGone();
    void answer(Client& client, const Message& message);
    void answerRequest(Client& client, const Request& request);
    void obey(const TrainRequestMessage& message);
    bool tell(Client& client);
    void tellEnd(Client& client);
};

void TrainingHost::State::hear(Client& client)
{
    std::array<char, 16 << 10> buffer{};
    const std::optional<std::size_t> count = client.channel.read(buffer);
    if (!count) {
        client.isGone = true;
        return;
    }
    client.lines.feed({buffer.data(), *count}, [&](const LineSplitter::Line& line) {
        if (line.isTooLong)
            client.send(toLine(lineTooLong()));
        else
            answer(client, parseMessage(line.text));
    });
}

void TrainingHost::State::answer(Client& client, const Message& message)
{
    if (const auto* request = std::get_if<Request>(&message)) {
        answerRequest(client, *request);
    } else if (const auto* bad = std::get_if<BadMessage>(&message)) {
        Response response;
        response.id = bad->id;
        response.error = bad->error;
        client.send(toLine(response));
    }
    // A response answers nothing here: this side never asks.
}

void TrainingHost::State::answerRequest(Client& client, const Request& request)
{
    const auto reply = [&](const Response& response) {
        if (request.id)
            client.send(toLine(response));
    };
    Response response;
    response.id = request.id;
    if (request.method == "hello") {
        const Result<HelloRequest> hello = helloRequestFromJson(request.params);
        if (!hello)
            return reply(failedResponse(request.id, hello.error()));
        HelloResult result;
        result.version = version;
        result.role = "train";
        result.capabilities = trainMethods();
        result.capabilities.insert(result.capabilities.begin(), {"hello", "ping"});
        result.process = thisProcess().process;
        response.result = toJson(result);
        return reply(response);
    }
    response.result = Json::object();
    if (request.method == "ping")
        return reply(response);
    if (!isTrainMethod(request.method))
        return reply(unknownMethod(request));
    const Result<TrainRequestMessage> message = trainRequestFromJson(request.method, request.params);
    if (!message)
        return reply(failedResponse(request.id, message.error()));
    if (const auto* attach = std::get_if<AttachRequest>(&*message)) {
        // The answer goes first, so that whoever reads it knows that what follows are the events.
        reply(response);
        client.isAttached = true;
        client.nextSeq = attach->from;
        client.log.reset();
        return;
    }
    obey(*message);
    reply(response);
}

void TrainingHost::State::obey(const TrainRequestMessage& message)
{
    if (std::holds_alternative<PauseRequest>(message))
        control.pause();
    else if (std::holds_alternative<ResumeRequest>(message))
        control.resume();
    else if (std::holds_alternative<StopRequest>(message))
        control.stop();
    else if (std::holds_alternative<CheckpointRequest>(message))
        control.checkpoint();
    else if (std::holds_alternative<SampleRequest>(message))
        control.sample();
    else if (const auto* rate = std::get_if<SetLearningRateRequest>(&message))
        control.setLearningRate(rate->value);
    else if (const auto* extend = std::get_if<ExtendRequest>(&message))
        control.extend(extend->epochs);
    else if (const auto* patience = std::get_if<SetPatienceRequest>(&message))
        control.setPatience(patience->evaluations);
}

/// Makes ready what the client is to read next; true if there may be more.
bool TrainingHost::State::tell(Client& client)
{
    int lines = 0;
    while (client.isAttached && client.unread.size() < kMostUnreadBytes) {
        std::uint64_t firstAtHand = 0;
        {
            const std::scoped_lock guard(mutex);
            // Before its first event a resumed training still cuts its log; nobody may read it yet.
            if (atHand.empty())
                return false;
            firstAtHand = atHand.front().seq;
            if (client.nextSeq >= firstAtHand) {
                client.log.reset();
                const auto next = std::ranges::lower_bound(atHand, client.nextSeq, {}, &EventLine::seq);
                if (next == atHand.end())
                    return false;
                client.send(notificationLine("event", next->text));
                client.nextSeq = next->seq + 1;
                continue;
            }
        }
        if (!client.log)
            client.log.emplace(RunFolder{run}.log());
        const std::optional<EventLogReader::Line> line = client.log->next();
        if (!line || line->seq >= firstAtHand) {
            client.nextSeq = firstAtHand;
        } else if (line->seq >= client.nextSeq) {
            client.send(notificationLine("event", line->text));
            client.nextSeq = line->seq + 1;
        }
        if (++lines == kMostLinesInOneGo)
            break;
    }
    return client.isAttached;
}

void TrainingHost::State::tellEnd(Client& client)
{
    if (client.isEndTold || client.unread.size() >= kMostUnreadBytes)
        return;
    const std::scoped_lock guard(mutex);
    if (client.isAttached && !atHand.empty() && client.nextSeq <= atHand.back().seq)
        return;
    client.isEndTold = true;
    client.send(notificationLine("end", jsonLine(toJson(TrainEnd{endState}))));
}

void TrainingHost::State::serve()
{
    std::optional<Clock::time_point> deadline;
    while (true) {
        const bool isLast = isEnding;
        if (isLast && !deadline)
            deadline = Clock::now() + kEndPatience;
        bool isMoreToTell = false;
        for (Client& client : clients) {
            const bool hasMore = tell(client);
            if (isLast)
                tellEnd(client);
            client.flush();
            // One whose socket is full is heard of again when it can take more.
            isMoreToTell = isMoreToTell || (hasMore && client.unread.size() < kMostUnreadBytes);
        }
        std::erase_if(clients, [](const Client& client) { return client.isGone; });
        if (isLast) {
            const bool isAllTold = std::ranges::all_of(
                clients, [](const Client& client) { return client.isEndTold && client.unread.empty(); });
            if (isAllTold || Clock::now() > *deadline)
                return;
        }
        std::vector<Waiting> waiting{{wake.handle()}, {listener->handle()}};
        for (const Client& client : clients)
            waiting.push_back({client.channel.handle(), client.unread.size() < kMostUnreadBytes, !client.unread.empty()});
        waitForAny(waiting, isMoreToTell ? 0 : (isLast ? 50 : -1));
        wake.clear();
        for (std::size_t i = 0; i < clients.size(); ++i)
            if (waiting[i + 2].isReadable)
                hear(clients[i]);
        while (std::optional<ByteChannel> channel = listener->accept()) {
            if (clients.size() == kMostClients)
                forgetGone();
            if (clients.size() < kMostClients)
                clients.emplace_back(std::move(*channel));
        }
    }
}

/// Notices who has left since the last round: they may be many when this thread had to wait.
void TrainingHost::State::forgetGone()
{
    std::vector<Waiting> waiting;
    for (const Client& client : clients)
        waiting.push_back({client.channel.handle()});
    waitForAny(waiting, 0);
    for (std::size_t i = 0; i < clients.size(); ++i) {
        if (waiting[i].isReadable)
            hear(clients[i]);
        clients[i].flush(); // The answer to the last words of one who left cannot be sent.
    }
    std::erase_if(clients, [](const Client& client) { return client.isGone; });
}

Result<std::unique_ptr<TrainingHost>> TrainingHost::open(const std::filesystem::path& run, const TrainControl& control,
                                                         const std::string& version)
{
    Result<RunLock> lock = RunLock::take(run);
    if (!lock)
        return lock.error();
    Result<WakePipe> wake = WakePipe::open();
    if (!wake)
        return wake.error();
    auto state = std::make_unique<State>(run, std::move(*lock), std::move(*wake), control, version);
    Result<ControlListener> listener = ControlListener::open(run);
    if (!listener) {
        state->problem = listener.error();
        return std::unique_ptr<TrainingHost>(new TrainingHost(std::move(state)));
    }
    state->listener.emplace(std::move(*listener));
    if (Status announced = state->lock.announce(state->listener->address()); !announced)
        return announced.error();
    state->thread = std::thread([&serving = *state] { serving.serve(); });
    return std::unique_ptr<TrainingHost>(new TrainingHost(std::move(state)));
}

TrainingHost::TrainingHost(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

TrainingHost::~TrainingHost()
{
    if (!m_state->thread.joinable())
        return;
    m_state->isEnding = true;
    m_state->wake.wake();
    m_state->thread.join();
}

void TrainingHost::happened(const TrainEvent& event)
{
    if (!m_state->listener)
        return;
    EventLine line{event.seq, toJson(event)};
    bool isFirst = false;
    {
        const std::scoped_lock guard(m_state->mutex);
        isFirst = m_state->atHand.empty();
        m_state->atHand.push_back(std::move(line));
        if (m_state->atHand.size() > kEventsAtHand)
            m_state->atHand.pop_front();
        m_state->endState = stateAtEnd(event);
    }
    // Who waits for the beginning of a training that cannot say so still sees its events.
    if (isFirst)
        if (Status told = m_state->lock.announceBegin(); !told)
            log(LogLevel::Warning, told.error().text);
    m_state->wake.wake();
}

const std::optional<RunOwner>& TrainingHost::takenOverFrom() const
{
    return m_state->lock.takenOverFrom();
}

const std::optional<Error>& TrainingHost::problem() const
{
    return m_state->problem;
}

std::optional<ControlAddress> TrainingHost::address() const
{
    if (!m_state->listener)
        return std::nullopt;
    return m_state->listener->address();
}

} // namespace continuo
