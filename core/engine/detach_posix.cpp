// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detach.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/protocol/envelope.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto kPause = 20ms;
constexpr std::size_t kMostWords = 4096;

/// The last line a program has written to its log since `begin`.
std::string lastWords(const fs::path& log, off_t begin)
{
    const int descriptor = ::open(log.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return {};
    struct stat facts{};
    std::string text(kMostWords, '\0');
    const off_t size = ::fstat(descriptor, &facts) == 0 ? facts.st_size : 0;
    const off_t from = std::max(begin, size - static_cast<off_t>(kMostWords));
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), from);
    ::close(descriptor);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    const std::string_view whole = trimmed(text);
    const std::size_t lineStart = whole.rfind('\n');
    return repairedUtf8(lineStart == std::string_view::npos ? whole : whole.substr(lineStart + 1));
}

/// In the child, where only calls that are safe after fork() may stand.
[[noreturn]] void becomeTraining(const char* program, char* const* arguments, int log)
{
    ::setsid();
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, 0);
    ::dup2(log, 1);
    ::dup2(log, 2);
    // What this program inherited, for example the pipes of a studio, must not stay open in the training.
    for (int descriptor = 3; descriptor < 1024; ++descriptor)
        ::close(descriptor);
    ::execv(program, arguments);
    constexpr std::string_view words = "The program could not be started again.\n";
    if (::write(2, words.data(), words.size()) < 0)
        ::_exit(126);
    ::_exit(127);
}

Error cannotStart(const fs::path& program, int reason)
{
    return {ErrorKind::Failed,
            "train.cannot-start",
            "The training could not be started as \"" + readablePath(program) + "\": " + std::strerror(reason) + ".",
            {{"program", readablePath(program)}, {"cause", std::strerror(reason)}}};
}

Error endedEarly(int status, const fs::path& log, off_t logBegin)
{
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    std::string words = lastWords(log, logBegin);
    if (words.empty())
        words = WIFSIGNALED(status) ? "The training was ended by signal " + std::to_string(WTERMSIG(status)) + "."
                                    : "The training ended with exit code " + std::to_string(code) + ".";
    return {kindOf(code), "train.detached-failed", words, {{"log", readablePath(log)}, {"code", std::to_string(code)}}};
}

} // namespace

Result<DetachedTraining> startDetached(const DetachOptions& options, const CancelToken& cancel)
{
    std::error_code failed;
    fs::create_directories(options.run, failed);
    if (failed)
        return fileError(failed.value(), options.run, "create");
    const fs::path logPath = options.run / "stderr.txt";
    const int log = ::open(logPath.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0)
        return fileError(errno, logPath, "write");
    struct stat facts{};
    const off_t logBegin = ::fstat(log, &facts) == 0 ? facts.st_size : 0;

    std::vector<std::string> texts{options.program.string()};
    texts.insert(texts.end(), options.arguments.begin(), options.arguments.end());
    std::vector<char*> arguments;
    for (std::string& text : texts)
        arguments.push_back(text.data());
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0)
        becomeTraining(arguments.front(), arguments.data(), log);
    const int reason = errno;
    ::close(log);
    if (child < 0)
        return cannotStart(options.program, reason);

    while (true) {
        int status = 0;
        const bool isOver = ::waitpid(child, &status, WNOHANG) == child;
        if (isOver && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
            return endedEarly(status, logPath, logBegin);
        const RunLockView view = readRunLock(options.run);
        const bool isOurs = view.state == RunLockState::Held && view.owner.process == child;
        if (isOver || (isOurs && view.owner.hasBegun))
            return DetachedTraining{isOurs ? view.owner : RunOwner{}, isOver, logPath};
        if (cancel.isCancelled())
            return cancelledError();
        std::this_thread::sleep_for(kPause);
    }
}

} // namespace continuo
