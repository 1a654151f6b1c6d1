// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/attach.h"
#include "core/engine/training_host.h"
#include "core/learn/run_folder.h"

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace continuo::test {

inline TrainEvent stepEvent(std::uint64_t seq)
{
    const auto step = static_cast<std::int64_t>(seq);
    return {seq, step, 0.01 * static_cast<double>(seq), 0.1, TrainStep{1.0 / static_cast<double>(seq), 0.5, 0.001, 1, 100}};
}

inline TrainEvent finishedEvent(std::uint64_t seq, const std::string& reason)
{
    TrainFinished finished;
    finished.reason = reason;
    return {seq, static_cast<std::int64_t>(seq), 1, 1, finished};
}

/// A training that only tells: it writes the log of a run and tells its host, as a trainer does.
class Narrator
{
public:
    /// Goes on behind `lastSeq`, as a resumed training does.
    explicit Narrator(const std::filesystem::path& run, std::uint64_t lastSeq = 0)
        : m_seq(lastSeq)
    {
        std::ofstream(run / "config.json") << "{}";
        Result<std::unique_ptr<TrainingHost>> opened = TrainingHost::open(run, control, "1.2.3");
        assert(opened);
        host = std::move(*opened);
        Result<RunLog> log = RunLog::open(RunFolder{run}, lastSeq);
        assert(log);
        m_log = std::make_unique<RunLog>(std::move(*log));
    }

    void tell(TrainEvent event)
    {
        event.seq = ++m_seq;
        const Status written = m_log->append(event);
        assert(written);
        (void)written;
        host->happened(event);
    }
    void tellSteps(int count)
    {
        for (int i = 0; i < count; ++i)
            tell(stepEvent(m_seq + 1));
    }

    TrainControl control{};
    std::unique_ptr<TrainingHost> host{};

private:
    std::uint64_t m_seq = 0;
    std::unique_ptr<RunLog> m_log{};
};

/// Keeps what one who attaches is told.
class Listener final : public AttachObserver
{
public:
    bool happened(std::string_view line) override
    {
        const std::scoped_lock guard(m_mutex);
        m_lines.emplace_back(line);
        m_changed.notify_all();
        return m_lines.size() < leaveAfter;
    }
    void said(std::string_view words) override
    {
        const std::scoped_lock guard(m_mutex);
        m_words.emplace_back(words);
        m_changed.notify_all();
    }

    /// Whether so many lines (or words) came within ten seconds.
    bool waitForLines(std::size_t count)
    {
        return waitFor([this, count] { return m_lines.size() >= count; });
    }
    bool waitForWords(std::size_t count)
    {
        return waitFor([this, count] { return m_words.size() >= count; });
    }
    std::vector<std::string> lines()
    {
        const std::scoped_lock guard(m_mutex);
        return m_lines;
    }
    std::vector<std::string> words()
    {
        const std::scoped_lock guard(m_mutex);
        return m_words;
    }

    std::size_t leaveAfter = SIZE_MAX; ///< Set before attaching.

private:
    template <typename Ready>
    bool waitFor(Ready ready)
    {
        std::unique_lock guard(m_mutex);
        return m_changed.wait_for(guard, std::chrono::seconds(10), ready);
    }

    std::mutex m_mutex{};
    std::condition_variable m_changed{};
    std::vector<std::string> m_lines{};
    std::vector<std::string> m_words{};
};

/// The lines of a run's log.
inline std::vector<std::string> logLines(const std::filesystem::path& run)
{
    std::ifstream file(run / "log.jsonl");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

} // namespace continuo::test
