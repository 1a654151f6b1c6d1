// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/learner_p.h"
#include "core/learn/process_group.h"
#include "core/learn/windows.h"

#include <cstdint>
#include <span>
#include <string>

namespace continuo {

/// As chooseDevice(), but several workers take a card each where none is named: that of their place
/// on the machine.
Result<std::string> deviceOfWorker(const std::string& asked, const WorkerPlace& place);

/// What rank 0 lets everybody do next. It travels as its bytes: all run the same program.
struct WorkOrder
{
    enum class Kind : std::int64_t
    {
        Wait, ///< Rank 0 is busy or paused, and well.
        Learn,
        End
    };
    Kind kind = Kind::Wait;
    std::int64_t step = 0; ///< Counts from 1.
    std::int64_t epoch = 0;
    std::int64_t window = 0; ///< The first of the step's.
    std::int64_t microBatches = 1;
    double learningRate = 0;
    double teacherForcing = 1;

    friend bool operator==(const WorkOrder&, const WorkOrder&) = default;
};

/// Rank 0's order arrives at all.
Status tellAll(ProcessGroup& group, WorkOrder& order);

/// Rank 0's text, or bytes, of any length arrive at all.
Status tellAll(ProcessGroup& group, std::string& text);

/// The windows of a step that one of `count` learns from: a stretch of them, whose length differs
/// by one at most; rank 0 always has some.
std::span<const Window> shareOf(std::span<const Window> windows, int rank, int count);

/// Micro-batches in a share, so that each is about as large as if one process learned alone.
std::int64_t microBatchesOfShare(std::int64_t microBatches, int count);

/// Everybody says how its share went (`own` as Learner::learn(): false where it stopped), and all
/// get the same answer: whether the step counts. The figures become those of the whole step;
/// `targets` are so already. Errors: one's own; train.out-of-memory where another had it;
/// train.worker-failed for any other failure of another, train.worker-lost.
Result<bool> agreeOnStep(ProcessGroup& group, const Result<bool>& own, StepFigures& figures);

} // namespace continuo
