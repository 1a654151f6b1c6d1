// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/engine/local_workers.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 20ms;
constexpr auto kPatience = 5s;

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> result;
    for (std::string& text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// This process's environment with the place of a worker in it.
std::vector<std::string> environmentOf(int rank, int count, int port)
{
    const std::array<std::pair<std::string, std::string>, 6> place{
        {{"MASTER_ADDR", "127.0.0.1"},
         {"MASTER_PORT", std::to_string(port)},
         {"RANK", std::to_string(rank)},
         {"WORLD_SIZE", std::to_string(count)},
         {"LOCAL_RANK", std::to_string(rank)},
         {"LOCAL_WORLD_SIZE", std::to_string(count)}}};
    std::vector<std::string> environment;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string_view text = *each;
        bool isPlace = false;
        for (const auto& [name, value] : place)
            isPlace = isPlace || text.starts_with(name + "=");
        if (!isPlace)
            environment.emplace_back(text);
    }
    for (const auto& [name, value] : place)
        environment.push_back(name + "=" + value);
    return environment;
}

} // namespace

struct LocalWorkers::State
{
    struct Worker
    {
        pid_t process = 0;
        int rank = 0;
        bool hasEnded = false;
    };
    std::vector<Worker> workers{};
    std::string firstLoss{};

    /// Looks who has ended since; true while somebody works.
    bool look()
    {
        bool isAnyAtWork = false;
        for (Worker& worker : workers) {
            if (worker.hasEnded)
                continue;
            int status = 0;
            if (::waitpid(worker.process, &status, WNOHANG) == 0) {
                isAnyAtWork = true;
                continue;
            }
            worker.hasEnded = true;
            if (!firstLoss.empty())
                continue;
            firstLoss = "The worker with rank " + std::to_string(worker.rank) + " (process " +
                        std::to_string(worker.process) + ") was lost: ";
            firstLoss +=
                WIFSIGNALED(status)
                    ? "it was ended by signal " + std::to_string(WTERMSIG(status)) + "."
                    : "it ended with exit code " + std::to_string(WEXITSTATUS(status)) + ".";
        }
        return isAnyAtWork;
    }
};

Result<std::unique_ptr<LocalWorkers>> LocalWorkers::start(const std::filesystem::path& program,
                                                          const std::vector<std::string>& arguments,
                                                          int count, int port)
{
    std::unique_ptr<LocalWorkers> workers(new LocalWorkers(std::make_unique<State>()));
    std::vector<std::string> words{"continuo"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const std::vector<char*> argv = pointers(words);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    // Standard output belongs to the results, which are rank 0's.
    ::posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    int failure = 0;
    for (int rank = 1; rank < count && failure == 0; ++rank) {
        std::vector<std::string> environment = environmentOf(rank, count, port);
        const std::vector<char*> envp = pointers(environment);
        pid_t process = 0;
        failure =
            ::posix_spawn(&process, program.c_str(), &files, nullptr, argv.data(), envp.data());
        if (failure == 0)
            workers->m_state->workers.push_back({process, rank});
    }
    ::posix_spawn_file_actions_destroy(&files);
    if (failure != 0)
        return Error{ErrorKind::Failed,
                     "train.cannot-start",
                     "A worker could not be started as \"" + readablePath(program) +
                         "\": " + std::strerror(failure) + ".",
                     {{"program", readablePath(program)}, {"cause", std::strerror(failure)}}};
    return workers;
}

LocalWorkers::LocalWorkers(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

LocalWorkers::~LocalWorkers()
{
    m_state->look();
    for (const State::Worker& worker : m_state->workers)
        if (!worker.hasEnded)
            ::kill(worker.process, SIGKILL);
    for (const State::Worker& worker : m_state->workers) {
        int status = 0;
        if (!worker.hasEnded)
            while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
            }
    }
}

std::string LocalWorkers::loss()
{
    m_state->look();
    return m_state->firstLoss;
}

void LocalWorkers::awaitEnd()
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (m_state->look() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(kPause);
}

} // namespace continuo
