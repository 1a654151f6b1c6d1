// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/run_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

namespace continuo {
namespace {

namespace fs = std::filesystem;

/// Files that only a run writes; nothing else is ever removed.
bool isRunFile(const fs::path& file)
{
    const std::string name = file.filename().string();
    const bool isCheckpoint = file.extension() == ".safetensors" &&
                              (name == "last.safetensors" || name == "best.safetensors" ||
                               name == "pieces.safetensors" || name.starts_with("step-"));
    return isCheckpoint || name == "config.json" || name == "log.jsonl" || name == "receipt.json" ||
           name.starts_with("events.out.tfevents.");
}

/// What a run has written so far.
std::vector<fs::path> filesOfRun(const RunFolder& run)
{
    std::error_code failure;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(run.path, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (isRunFile(entry->path()))
            files.push_back(entry->path());
    for (fs::directory_iterator entry(run.samples(), failure), end; !failure && entry != end;
         entry.increment(failure))
        if (entry->path().filename().string().starts_with("step-"))
            files.push_back(entry->path());
    return files;
}

/// Calls `take` with each whole line of the log.
template <typename Take>
Status eachLine(const fs::path& path, Take take)
{
    const Result<std::string> text = readTextFile(path, std::uint64_t{4} << 30);
    if (!text)
        return text.error();
    std::string_view rest = *text;
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        take(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    return ok();
}

} // namespace

fs::path RunFolder::step(std::int64_t step) const
{
    return path / ("step-" + std::to_string(step) + ".safetensors");
}

bool RunFolder::isRun() const
{
    std::error_code ignored;
    return fs::is_regular_file(config(), ignored);
}

Status prepareRunFolder(const RunFolder& run, Overwrite overwrite)
{
    std::error_code failure;
    if (run.isRun()) {
        if (overwrite == Overwrite::Refuse)
            return Error{ErrorKind::Usage,
                         "train.run-exists",
                         "There is already a run in \"" + readablePath(run.path) +
                             "\". Go on with it by --resume, name another folder, or replace it "
                             "with --force.",
                         {{"run", readablePath(run.path)}}};
        std::vector<fs::path> old = filesOfRun(run);
        // The config goes last, so that what is left of an interrupted removal still counts as a
        // run.
        std::ranges::sort(old, {},
                          [](const fs::path& file) { return file.filename() == "config.json"; });
        for (const fs::path& file : old)
            if (!fs::remove(file, failure) && failure)
                return fileError(failure.value(), file, "remove");
    }
    fs::create_directories(run.path, failure);
    if (failure)
        return fileError(failure.value(), run.path, "create");
    return ok();
}

std::uint64_t bytesOfRun(const RunFolder& run)
{
    std::uint64_t bytes = 0;
    if (!run.isRun())
        return bytes;
    for (const fs::path& file : filesOfRun(run)) {
        std::error_code failure;
        const std::uintmax_t size = fs::file_size(file, failure);
        bytes += failure ? 0 : size;
    }
    return bytes;
}

Result<TrainJob> readRunJob(const RunFolder& run)
{
    if (!run.isRun())
        return Error{ErrorKind::Usage,
                     "train.no-run",
                     "There is no run in \"" + readablePath(run.path) +
                         "\": it has no config.json.",
                     {{"run", readablePath(run.path)}}};
    const Result<std::string> text = readTextFile(run.config(), 1 << 20);
    if (!text)
        return text.error();
    return trainJobFromJson(*text);
}

Result<std::vector<TrainEvent>> readRunLog(const RunFolder& run)
{
    std::vector<TrainEvent> events;
    const Status status = eachLine(run.log(), [&events](std::string_view line) {
        if (Result<TrainEvent> event = trainEventFromJson(line))
            events.push_back(std::move(*event));
    });
    if (!status)
        return status.error();
    return events;
}

struct RunLog::State
{
    fs::path path{};
    std::FILE* file = nullptr;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        if (file != nullptr)
            std::fclose(file);
    }
};

RunLog::RunLog(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
RunLog::RunLog(RunLog&& other) noexcept = default;
RunLog& RunLog::operator=(RunLog&& other) noexcept = default;
RunLog::~RunLog() = default;

Result<RunLog> RunLog::open(const RunFolder& run, std::uint64_t lastSeq)
{
    std::error_code ignored;
    if (fs::exists(run.log(), ignored)) {
        std::string kept;
        const Status status = eachLine(run.log(), [&kept, lastSeq](std::string_view line) {
            const Result<TrainEvent> event = trainEventFromJson(line);
            if (event && event->seq <= lastSeq)
                kept.append(line).push_back('\n');
        });
        if (!status)
            return status.error();
        if (Status written = writeFile(run.log(), kept, Overwrite::Replace); !written)
            return written.error();
    }
    auto state = std::make_unique<State>();
    state->path = run.log();
    errno = 0;
    state->file = std::fopen(state->path.string().c_str(), "ab");
    if (state->file == nullptr)
        return fileError(errno, state->path, "write");
    return RunLog(std::move(state));
}

Status RunLog::append(const TrainEvent& event)
{
    const std::string line = toJson(event) + "\n";
    errno = 0;
    if (std::fwrite(line.data(), 1, line.size(), m_state->file) != line.size() ||
        std::fflush(m_state->file) != 0)
        return fileError(errno != 0 ? errno : EIO, m_state->path, "write");
    return ok();
}

Result<RunSummary> summarizeRun(const RunFolder& run)
{
    const Result<TrainJob> job = readRunJob(run);
    if (!job)
        return job.error();
    RunSummary summary;
    summary.path = run.path;
    summary.name = job->preset;
    summary.state = "unfinished";
    std::error_code ignored;
    if (!fs::exists(run.log(), ignored))
        return summary;
    const Result<std::vector<TrainEvent>> events = readRunLog(run);
    if (!events)
        return events.error();
    for (const TrainEvent& event : *events) {
        summary.step = event.step;
        summary.epoch = event.epoch;
        summary.seconds = event.seconds;
        summary.state = "unfinished";
        if (const auto* finished = std::get_if<TrainFinished>(&event.what))
            summary.state = finished->reason == "stopped" ? "stopped" : "finished";
        else if (std::holds_alternative<TrainFailed>(event.what))
            summary.state = "failed";
        else if (const auto* evaluated = std::get_if<TrainEvaluated>(&event.what);
                 evaluated != nullptr && evaluated->isBest) {
            summary.bestStep = event.step;
            if (evaluated->validation)
                summary.bestValidationLoss = evaluated->validation->loss;
        }
    }
    return summary;
}

Result<std::vector<RunSummary>> listRuns(const fs::path& folder)
{
    std::vector<fs::path> paths;
    if (RunFolder{folder}.isRun()) {
        paths.push_back(folder);
    } else {
        std::error_code failure;
        for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
             entry.increment(failure))
            if (RunFolder{entry->path()}.isRun())
                paths.push_back(entry->path());
        if (failure)
            return fileError(failure.value(), folder, "read");
        std::ranges::sort(paths);
    }
    std::vector<RunSummary> runs;
    for (const fs::path& path : paths) {
        Result<RunSummary> run = summarizeRun(RunFolder{path});
        if (!run)
            return run.error();
        runs.push_back(std::move(*run));
    }
    return runs;
}

} // namespace continuo
