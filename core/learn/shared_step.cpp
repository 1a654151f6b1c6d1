// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/device.h"
#include "core/learn/shared_step_p.h"

#include <array>
#include <cassert>
#include <type_traits>

namespace continuo {
namespace {

/// Figures that only some networks have travel in the order of their names.
constexpr std::size_t kMostNamed = 24;

struct Report
{
    std::size_t stopped = 0;
    std::size_t outOfMemory = 1;
    std::size_t failed = 2;
    std::size_t lossSum = 3;
    std::size_t correct = 4;
    std::size_t named = 5;
};
constexpr Report kAt{};

} // namespace

Result<std::string> deviceOfWorker(const std::string& asked, const WorkerPlace& place)
{
    const Result<std::string> device = chooseDevice(asked);
    const bool isNamed = asked.find(':') != std::string::npos;
    if (!device || place.count == 1 || isNamed || !device->starts_with("cuda"))
        return device;
    return chooseDevice("cuda:" + std::to_string(place.localRank));
}

Status tellAll(ProcessGroup& group, WorkOrder& order)
{
    static_assert(std::is_trivially_copyable_v<WorkOrder>);
    return group.tell(std::as_writable_bytes(std::span(&order, 1)));
}

Status tellAll(ProcessGroup& group, std::string& text)
{
    std::array<std::uint64_t, 1> length{text.size()};
    if (const Status status = group.tell(std::as_writable_bytes(std::span(length))); !status)
        return status;
    text.resize(static_cast<std::size_t>(length[0]));
    return text.empty() ? ok() : group.tell(std::as_writable_bytes(std::span(text)));
}

std::span<const Window> shareOf(std::span<const Window> windows, int rank, int count)
{
    // Rounded up, so that the first has something where there are fewer windows than processes.
    const auto edge = [&](int at) {
        const auto of = static_cast<std::size_t>(count);
        return (windows.size() * static_cast<std::size_t>(at) + of - 1) / of;
    };
    return windows.subspan(edge(rank), edge(rank + 1) - edge(rank));
}

std::int64_t microBatchesOfShare(std::int64_t microBatches, int count)
{
    return (microBatches + count - 1) / count;
}

Result<bool> agreeOnStep(ProcessGroup& group, const Result<bool>& own, StepFigures& figures)
{
    assert(figures.more.size() <= kMostNamed);
    std::array<double, 5 + kMostNamed> report{};
    if (!own)
        report[own.error().id == "train.out-of-memory" ? kAt.outOfMemory : kAt.failed] = 1;
    else
        report[kAt.stopped] = *own ? 0 : 1;
    report[kAt.lossSum] = figures.lossSum;
    report[kAt.correct] = figures.correct;
    std::size_t place = kAt.named;
    for (const auto& [name, value] : figures.more)
        report[place++] = value;
    if (const Status status = group.sum(std::span<double>(report)); !status)
        return own ? status.error() : own.error();
    if (!own)
        return own;
    if (report[kAt.failed] > 0)
        return Error{ErrorKind::Failed,
                     "train.worker-failed",
                     "Another worker could not go on; its own words say why. The last checkpoint "
                     "stays, and --resume goes on from there.",
                     {}};
    if (report[kAt.outOfMemory] > 0)
        return Error{ErrorKind::Failed,
                     "train.out-of-memory",
                     "Another worker has not enough memory for this step. Use a smaller batch, "
                     "sequence or network.",
                     {}};
    if (report[kAt.stopped] > 0)
        return false;
    figures.lossSum = report[kAt.lossSum];
    figures.correct = report[kAt.correct];
    place = kAt.named;
    for (auto& [name, value] : figures.more)
        value = report[place++];
    return true;
}

} // namespace continuo
