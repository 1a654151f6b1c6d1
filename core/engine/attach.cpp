// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/attach.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/engine/event_log_reader.h"
#include "core/learn/run_folder.h"
#include "core/protocol/byte_channel.h"
#include "core/protocol/envelope.h"
#include "core/protocol/hello.h"
#include "core/protocol/line_splitter.h"
#include "core/protocol/run_lock.h"

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

/// How long a training may take from its lock to its socket.
constexpr auto kStartPatience = 5s;
constexpr auto kAnswerPatience = 10s;
constexpr int kCancelPollMs = 100;

/// What the story says of how the training ended, after each event.
class Story
{
public:
    void add(std::string_view line)
    {
        const Result<TrainEvent> event = trainEventFromJson(line);
        if (!event)
            return;
        m_outcome.lastSeq = event->seq;
        m_outcome.step = event->step;
        if (const auto* finished = std::get_if<TrainFinished>(&event->what))
            m_outcome.state = finished->reason == "stopped" ? "stopped" : "finished";
        else if (std::holds_alternative<TrainFailed>(event->what))
            m_outcome.state = "failed";
        else
            m_outcome.state = "dead";
    }
    std::uint64_t lastSeq() const { return m_outcome.lastSeq; }
    AttachOutcome outcome() const { return m_outcome; }
    AttachOutcome left() const
    {
        AttachOutcome outcome = m_outcome;
        outcome.state = "left";
        return outcome;
    }

private:
    AttachOutcome m_outcome{"dead", 0, 0};
};

Error notAttachable(const fs::path& run, const std::string& cause)
{
    return {ErrorKind::Failed,
            "run.not-attachable",
            "The training in \"" + readablePath(run) + "\" cannot be reached: " + cause,
            {{"run", readablePath(run)}, {"cause", cause}}};
}

/// A connection to the living training of a run; nothing where none lives.
Result<std::optional<ByteChannel>> connectToRun(const fs::path& run, const CancelToken& cancel)
{
    const auto deadline = Clock::now() + kStartPatience;
    while (true) {
        const RunLockView view = readRunLock(run);
        if (view.state == RunLockState::Free || view.state == RunLockState::Dead)
            return std::optional<ByteChannel>{};
        if (view.state == RunLockState::Elsewhere)
            return Error{ErrorKind::Failed,
                         "run.held-elsewhere",
                         "The run \"" + readablePath(run) + "\" is being trained by " +
                             ownerName(view.owner) + ". Attach there, for example with ssh.",
                         {{"run", readablePath(run)}, {"holder", ownerName(view.owner)}}};
        std::string cause = "it opened no control socket.";
        if (view.owner.address) {
            Result<ByteChannel> channel = connectControl(*view.owner.address);
            if (channel)
                return std::optional<ByteChannel>(std::move(*channel));
            cause = channel.error().text;
        }
        if (Clock::now() > deadline)
            return notAttachable(run, cause);
        if (cancel.isCancelled())
            return cancelledError();
        std::this_thread::sleep_for(20ms);
    }
}

Status checkRun(const fs::path& run)
{
    std::error_code ignored;
    if (RunFolder{run}.isRun() || fs::exists(run / "lock", ignored))
        return ok();
    return Error{ErrorKind::Usage,
                 "train.no-run",
                 "There is no run in \"" + readablePath(run) + "\": it has no config.json.",
                 {{"run", readablePath(run)}}};
}

/// Talks with a training.
class Conversation
{
public:
    Conversation(ByteChannel channel, AttachObserver* observer, Story& story)
        : m_channel(std::move(channel))
        , m_observer(observer)
        , m_story(story)
    {
    }

    void ask(const TrainRequestMessage& message)
    {
        const std::int64_t id = ++m_lastId;
        m_asked[id] = trainMethodOf(message);
        m_unsent += toLine(Request{RequestId{id}, trainMethodOf(message), paramsOf(message)});
    }
    void sayHello()
    {
        HelloRequest hello;
        hello.client = "continuo attach";
        const std::int64_t id = ++m_lastId;
        m_asked[id] = "hello";
        m_unsent += toLine(Request{RequestId{id}, "hello", toJson(hello)});
    }

    /// Sends and hears for up to `patienceMs`, or until a command is typed.
    void exchange(int& commandInput, int patienceMs)
    {
        std::array<Waiting, 2> waiting{
            {{m_channel.handle(), true, !m_unsent.empty()}, {commandInput}}};
        auto& [channel, typed] = waiting;
        waitForAny(waiting, patienceMs);
        if (typed.isReadable)
            readCommands(commandInput);
        if (channel.isReadable)
            hear();
        while (!m_unsent.empty() && !m_isClosed) {
            const std::optional<std::size_t> taken = m_channel.write(m_unsent);
            if (!taken)
                m_isClosed = true;
            else if (*taken == 0)
                break;
            else
                m_unsent.erase(0, *taken);
        }
    }

    bool isClosed() const { return m_isClosed; }
    bool isEndTold() const { return m_isEndTold; }
    bool isListenerGone() const { return m_isListenerGone; }
    bool isAllAnswered() const { return m_asked.empty(); }
    const std::optional<Error>& refusal() const { return m_refusal; }

private:
    void hear()
    {
        std::array<char, 64 << 10> buffer{};
        // One block at a time, so that typed commands are not kept waiting by a long story.
        const std::optional<std::size_t> count = m_channel.read(buffer);
        if (!count) {
            m_isClosed = true;
            return;
        }
        m_lines.feed({buffer.data(), *count}, [this](const LineSplitter::Line& line) {
            if (!line.isTooLong)
                understand(parseMessage(line.text));
        });
    }

    void understand(const Message& message)
    {
        if (const auto* notification = std::get_if<Request>(&message)) {
            if (notification->method == "end")
                m_isEndTold = true;
            else if (notification->method == "event")
                tell(jsonLine(notification->params));
        } else if (const auto* response = std::get_if<Response>(&message)) {
            answered(*response);
        }
    }

    void tell(const std::string& line)
    {
        m_story.add(line);
        if (m_observer && !m_isListenerGone && !m_observer->happened(line))
            m_isListenerGone = true;
    }

    void answered(const Response& response)
    {
        const auto* id = response.id ? std::get_if<std::int64_t>(&*response.id) : nullptr;
        const auto asked = id ? m_asked.find(*id) : m_asked.end();
        const std::string method = asked == m_asked.end() ? std::string() : asked->second;
        if (asked != m_asked.end())
            m_asked.erase(asked);
        if (response.error) {
            if (!m_refusal)
                m_refusal = response.error->error;
            if (m_observer)
                m_observer->said(response.error->error.text);
        } else if (m_observer && !method.empty() && method != "hello" && method != "attach") {
            m_observer->said(method + ": the training was told.");
        }
    }

    void readCommands(int& input)
    {
        std::array<char, 4096> buffer{};
        const ssize_t count = ::read(input, buffer.data(), buffer.size());
        const auto take = [this](const LineSplitter::Line& line) {
            const Result<TrainRequestMessage> command = trainCommandFromWords(line.text);
            if (command)
                ask(*command);
            else if (m_observer)
                m_observer->said(command.error().text);
        };
        if (count > 0) {
            m_typed.feed({buffer.data(), static_cast<std::size_t>(count)}, take);
        } else {
            m_typed.finish(take);
            input = -1;
        }
    }

    ByteChannel m_channel;
    AttachObserver* m_observer;
    Story& m_story;
    LineSplitter m_lines{};
    LineSplitter m_typed{4096};
    std::string m_unsent{};
    std::int64_t m_lastId = 0;
    std::map<std::int64_t, std::string> m_asked{};
    bool m_isClosed = false;
    bool m_isEndTold = false;
    bool m_isListenerGone = false;
    std::optional<Error> m_refusal{};
};

} // namespace

Result<AttachOutcome> attachRun(const fs::path& run, const AttachOptions& options,
                                AttachObserver& observer, const CancelToken& cancel)
{
    if (Status status = checkRun(run); !status)
        return status.error();
    Story story;
    Result<std::optional<ByteChannel>> channel = connectToRun(run, cancel);
    if (!channel)
        return channel.error();
    std::uint64_t from = options.from;
    if (*channel) {
        Conversation conversation(std::move(**channel), &observer, story);
        conversation.sayHello();
        conversation.ask(AttachRequest{options.from});
        int commandInput = options.commandInput;
        while (!conversation.isClosed() && !conversation.isEndTold()) {
            if (cancel.isCancelled())
                return cancelledError();
            conversation.exchange(commandInput, kCancelPollMs);
            if (conversation.isListenerGone())
                return story.left();
        }
        from = std::max(from, story.lastSeq() + 1);
    }
    // What the log has beyond what was told: all of it, or what was written last before the
    // training died.
    EventLogReader log(RunFolder{run}.log());
    std::optional<std::uint64_t> lastSeq;
    while (const std::optional<EventLogReader::Line> line = log.next()) {
        story.add(line->text);
        if (line->seq >= from && !observer.happened(line->text))
            return story.left();
    }
    return story.outcome();
}

Status commandRun(const fs::path& run, const TrainRequestMessage& command,
                  const CancelToken& cancel)
{
    if (Status status = checkRun(run); !status)
        return status.error();
    Result<std::optional<ByteChannel>> channel = connectToRun(run, cancel);
    if (!channel)
        return channel.error();
    if (!*channel)
        return Error{ErrorKind::Failed,
                     "run.not-running",
                     "Nobody trains in \"" + readablePath(run) +
                         "\" now, so there is nobody to tell. Go on with it by "
                         "`continuo train --resume`.",
                     {{"run", readablePath(run)}}};
    Story story;
    Conversation conversation(std::move(**channel), nullptr, story);
    conversation.sayHello();
    conversation.ask(command);
    int noInput = -1;
    const auto deadline = Clock::now() + kAnswerPatience;
    while (!conversation.isAllAnswered()) {
        if (cancel.isCancelled())
            return cancelledError();
        if (conversation.isClosed() || Clock::now() > deadline)
            return notAttachable(run, "it went away without an answer.");
        conversation.exchange(noInput, kCancelPollMs);
    }
    if (conversation.refusal())
        return *conversation.refusal();
    return ok();
}

} // namespace continuo
