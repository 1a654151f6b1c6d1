// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/learn/process_group.h"

#ifdef USE_C10D_GLOO

#include <ATen/ops/from_blob.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatienceToJoin = 5min;
/// Rank 0 lets the others hear of it every few seconds; a network that is silent for so long is
/// broken.
constexpr auto kPatience = 10min;
constexpr auto kPause = 20ms;
constexpr const char* kThisMachine = "127.0.0.1";
constexpr const char* kHere = "here/";
constexpr const char* kAllHere = "all-here";
constexpr const char* kStop = "stop";

Error lost(const std::string& words, const std::string& cause)
{
    return {ErrorKind::Failed,
            "train.worker-lost",
            words.empty() ? "The connection to another worker broke (" + cause + ")." : words,
            {{"cause", cause}}};
}

std::string causeOf(const std::exception& failure)
{
    const auto* const torch = dynamic_cast<const c10::Error*>(&failure);
    const std::string whole = torch != nullptr ? torch->what_without_backtrace() : failure.what();
    // The library puts where in its source it noticed before, and advice to its own users behind.
    std::string_view words = std::string_view(whole).substr(0, whole.find('\n'));
    if (const std::size_t place = words.rfind("] "); words.starts_with('[') && place != words.npos)
        words.remove_prefix(place + 2);
    return std::string(trimmed(words));
}

/// A socket that only this machine can reach, at a port that was free.
Result<std::pair<int, int>> listenHere()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (socket < 0 || ::bind(socket, any, length) != 0 || ::listen(socket, 128) != 0 ||
        ::getsockname(socket, any, &length) != 0) {
        const std::string cause = std::strerror(errno);
        if (socket >= 0)
            ::close(socket);
        return Error{ErrorKind::Failed,
                     "train.no-meeting-place",
                     "The workers cannot meet on this machine: " + cause + ".",
                     {{"cause", cause}}};
    }
    return std::pair(socket, static_cast<int>(ntohs(address.sin_port)));
}

/// This machine's address on the way to another; empty where there is no way.
std::string addressTowards(const std::string& host, int port)
{
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0)
        return {};
    std::string address;
    for (const addrinfo* each = found; each != nullptr && address.empty(); each = each->ai_next) {
        // Nothing is sent: connecting only chooses the route.
        const int socket =
            ::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol);
        sockaddr_storage own{};
        socklen_t length = sizeof own;
        char text[NI_MAXHOST] = "";
        if (socket >= 0 && ::connect(socket, each->ai_addr, each->ai_addrlen) == 0 &&
            ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &length) == 0 &&
            ::getnameinfo(reinterpret_cast<sockaddr*>(&own), length, text, sizeof text, nullptr, 0,
                          NI_NUMERICHOST) == 0)
            address = text;
        if (socket >= 0)
            ::close(socket);
    }
    ::freeaddrinfo(found);
    return address;
}

std::shared_ptr<gloo::transport::Device> networkDevice(const WorkerPlace& place)
{
    if (place.address == kThisMachine)
        return c10d::ProcessGroupGloo::createDeviceForHostname(kThisMachine);
    const char* const interface = std::getenv("GLOO_SOCKET_IFNAME");
    if (interface != nullptr && *interface != '\0')
        return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
    const std::string own = addressTowards(place.address, place.port);
    return own.empty() ? c10d::ProcessGroupGloo::createDefaultDevice()
                       : c10d::ProcessGroupGloo::createDeviceForHostname(own);
}

class GlooGroup final : public ProcessGroup
{
public:
    GlooGroup(const WorkerPlace& place, JoinHooks hooks, c10::intrusive_ptr<c10d::Store> store)
        : m_rank(place.rank)
        , m_count(place.count)
        , m_hooks(std::move(hooks))
        , m_store(std::move(store))
    {
        auto options = c10d::ProcessGroupGloo::Options::create(kPatience);
        options->devices.push_back(networkDevice(place));
        m_group = c10::make_intrusive<c10d::ProcessGroupGloo>(m_store, m_rank, m_count, options);
    }

    int rank() const override { return m_rank; }
    int count() const override { return m_count; }

    Status tell(std::span<std::byte> bytes) override
    {
        return together([&] {
            std::vector<at::Tensor> tensors{seen(bytes.data(), bytes.size(), at::kByte)};
            c10d::BroadcastOptions options;
            options.rootRank = 0;
            m_group->broadcast(tensors, options)->wait();
        });
    }

    Status sum(std::span<double> numbers) override
    {
        return sum(seen(numbers.data(), numbers.size(), at::kDouble));
    }

    Status sum(std::span<float> numbers) override
    {
        return sum(seen(numbers.data(), numbers.size(), at::kFloat));
    }

    void askStop() override
    {
        try {
            m_store->set(kStop, std::vector<std::uint8_t>{1});
        } catch (const std::exception&) {
            // They will notice at the end of the step.
        }
    }

    bool isStopAsked() override
    {
        try {
            return m_store->check({kStop});
        } catch (const std::exception&) {
            return true;
        }
    }

private:
    static at::Tensor seen(void* numbers, std::size_t count, at::ScalarType type)
    {
        return at::from_blob(numbers, {static_cast<std::int64_t>(count)}, at::TensorOptions(type));
    }

    Status sum(const at::Tensor& tensor)
    {
        return together([&] {
            std::vector<at::Tensor> tensors{tensor};
            m_group->allreduce(tensors)->wait();
        });
    }

    template <typename Work>
    Status together(Work work)
    try {
        work();
        return ok();
    } catch (const std::exception& failure) {
        // The system tells of a broken connection a moment before it tells of the end of a process.
        std::string words;
        for (int i = 0; i < 25 && m_hooks.loss && words.empty(); ++i) {
            words = m_hooks.loss();
            if (words.empty())
                std::this_thread::sleep_for(kPause);
        }
        return lost(words, causeOf(failure));
    }

    int m_rank = 0;
    int m_count = 1;
    JoinHooks m_hooks;
    c10::intrusive_ptr<c10d::Store> m_store;
    c10::intrusive_ptr<c10d::ProcessGroupGloo> m_group{};
};

Error late(const WorkerPlace& place)
{
    return {ErrorKind::Failed,
            "train.workers-late",
            place.rank == 0
                ? "Not all of the " + std::to_string(place.count) +
                      " workers came within five minutes. Look at what the others say, and whether "
                      "they can reach this machine at \"" +
                      place.address + "\"."
                : "The first worker was not ready at \"" + place.address +
                      "\" within five minutes. Look at what it says, and whether this machine can "
                      "reach it.",
            {{"address", place.address}}};
}

/// Waits until all `keys` are in the store.
Status await(c10d::Store& store, const std::vector<std::string>& keys, const WorkerPlace& place,
             const JoinHooks& hooks, const CancelToken& cancel)
{
    const Clock::time_point deadline = Clock::now() + kPatienceToJoin;
    while (!store.check(keys)) {
        if (cancel.isCancelled())
            return cancelledError();
        if (const std::string words = hooks.loss ? hooks.loss() : std::string(); !words.empty())
            return lost(words, {});
        if (Clock::now() > deadline)
            return late(place);
        std::this_thread::sleep_for(kPause);
    }
    return ok();
}

} // namespace

Result<std::shared_ptr<ProcessGroup>>
joinProcessGroup(const WorkerPlace& asked, const JoinHooks& hooks, const CancelToken& cancel)
{
    WorkerPlace place = asked;
    c10d::TCPStoreOptions options;
    options.isServer = place.rank == 0 && !place.isHosted;
    options.waitWorkers = false;
    options.timeout = kPatienceToJoin;
    if (options.isServer && place.port == 0) {
        const Result<std::pair<int, int>> listening = listenHere();
        if (!listening)
            return listening.error();
        options.masterListenFd = listening->first;
        options.useLibUV = false; // The other one cannot be given a socket.
        place.address = kThisMachine;
        place.port = listening->second;
    }
    options.port = static_cast<std::uint16_t>(place.port);
    c10::intrusive_ptr<c10d::Store> store;
    try {
        store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
        if (!place.prefix.empty())
            store = c10::make_intrusive<c10d::PrefixStore>(place.prefix, store);
    } catch (const std::exception& failure) {
        if (place.rank != 0)
            return late(place);
        return Error{ErrorKind::Failed,
                     "train.no-meeting-place",
                     "The workers cannot meet at \"" + place.address + "\", port " +
                         std::to_string(place.port) + ": " + causeOf(failure) + ".",
                     {{"address", place.address}, {"cause", causeOf(failure)}}};
    }
    try {
        if (place.rank == 0) {
            if (hooks.opened)
                if (const Status status = hooks.opened(place.port); !status)
                    return status.error();
            std::vector<std::string> others;
            for (int rank = 1; rank < place.count; ++rank)
                others.push_back(kHere + std::to_string(rank));
            if (const Status status = await(*store, others, place, hooks, cancel); !status)
                return status.error();
            store->set(kAllHere, std::vector<std::uint8_t>{1});
        } else {
            store->set(kHere + std::to_string(place.rank), std::vector<std::uint8_t>{1});
            if (const Status status = await(*store, {kAllHere}, place, hooks, cancel); !status)
                return status.error();
        }
        return std::shared_ptr<ProcessGroup>(std::make_shared<GlooGroup>(place, hooks, store));
    } catch (const std::exception& failure) {
        return lost({}, causeOf(failure));
    }
}

std::string whyNoProcessGroup()
{
    return {};
}

} // namespace continuo

#else

namespace continuo {

std::string whyNoProcessGroup()
{
    return "this program was built without the headers of Gloo; install libgloo-dev and build "
           "again";
}

Result<std::shared_ptr<ProcessGroup>> joinProcessGroup(const WorkerPlace&, const JoinHooks&,
                                                       const CancelToken&)
{
    return Error{ErrorKind::Usage,
                 "train.no-process-group",
                 "Several workers cannot train together: " + whyNoProcessGroup() +
                     ". One worker can train.",
                 {{"reason", whyNoProcessGroup()}}};
}

} // namespace continuo

#endif
