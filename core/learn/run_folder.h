// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/learn/train_event.h"
#include "core/learn/train_job.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// Where things are in a run folder.
struct RunFolder
{
    std::filesystem::path path{};

    std::filesystem::path config() const { return path / "config.json"; }
    std::filesystem::path log() const { return path / "log.jsonl"; }
    std::filesystem::path receipt() const { return path / "receipt.json"; }
    std::filesystem::path pieces() const { return path / "pieces.safetensors"; }
    std::filesystem::path last() const { return path / "last.safetensors"; }
    std::filesystem::path best() const { return path / "best.safetensors"; }
    std::filesystem::path step(std::int64_t step) const;
    std::filesystem::path samples() const { return path / "samples"; }

    /// It has a config.json, which a training writes when the first checkpoint is there.
    bool isRun() const;
};

/// Makes the folder for a new run. A run that is already there is an error (train.run-exists, kind
/// Usage) or, with Replace, loses the files a run consists of; other files stay. Something else in
/// the way: file.*.
Status prepareRunFolder(const RunFolder& run, Overwrite overwrite);

/// How much the files of a run take on the disk that a new run, or the run itself, would replace.
std::uint64_t bytesOfRun(const RunFolder& run);

/// The job a run was started with. Errors: train.no-run (kind Usage), those of trainJobFromJson().
Result<TrainJob> readRunJob(const RunFolder& run);

/// The story of a run so far. A last line that is torn is left out, and so are lines that are
/// damaged.
Result<std::vector<TrainEvent>> readRunLog(const RunFolder& run);

/// Writes log.jsonl, one event a line, each line flushed as it is written.
class RunLog
{
public:
    /// Opens the log for appending, after cutting it back to the events whose seq is at most
    /// `lastSeq`.
    static Result<RunLog> open(const RunFolder& run, std::uint64_t lastSeq);

    RunLog(RunLog&& other) noexcept;
    RunLog& operator=(RunLog&& other) noexcept;
    ~RunLog();

    Status append(const TrainEvent& event);

private:
    struct State;
    explicit RunLog(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// A run at a glance.
struct RunSummary
{
    std::filesystem::path path{};
    std::string name{};
    std::string state{}; ///< "finished", "stopped", "failed" or "unfinished" (running, or killed).
    std::int64_t step = 0;
    double epoch = 0;
    double seconds = 0;
    std::optional<double> bestValidationLoss{};
    std::int64_t bestStep = 0;
};

Result<RunSummary> summarizeRun(const RunFolder& run);

/// The runs directly inside a folder, by name; the folder itself if it is a run.
Result<std::vector<RunSummary>> listRuns(const std::filesystem::path& folder);

} // namespace continuo
