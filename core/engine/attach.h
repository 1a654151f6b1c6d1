// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/protocol/train_messages.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace continuo {

/// What one who attaches is told, on the thread of attachRun().
class AttachObserver
{
public:
    virtual ~AttachObserver() = default;
    /// A line of log.jsonl, without its end. False: nobody listens any more.
    virtual bool happened(std::string_view eventLine) = 0;
    /// Words for a person: what became of a command.
    virtual void said(std::string_view words) = 0;
};

struct AttachOptions
{
    std::uint64_t from = 0;   ///< Events of a lesser seq are left out.
    int commandInput = -1;    ///< A descriptor that commands are read from, one on a line; -1 = none. Its end is no end.
};

/// How following a run ended.
struct AttachOutcome
{
    /// "finished", "stopped" or "failed": the training ended so. "dead": it ended without a word, killed or with its
    /// machine. "left": nobody listens any more.
    std::string state{};
    std::uint64_t lastSeq = 0; ///< The last event told; 0 = none.
    std::int64_t step = 0;     ///< Of that event.
};

/// Tells the story of a run from an event on and follows it while it trains; of a run that does not train, the story as
/// far as it goes. Blocks until then. Leaving does not disturb the training.
/// Errors: train.no-run (kind Usage), run.held-elsewhere, run.not-attachable (kind Failed), base.cancelled.
Result<AttachOutcome> attachRun(const std::filesystem::path& run, const AttachOptions& options, AttachObserver& observer,
                                const CancelToken& cancel);

/// Sends one command to a run that trains and waits until it is acknowledged.
/// Errors as attachRun(), and run.not-running (kind Failed).
Status commandRun(const std::filesystem::path& run, const TrainRequestMessage& command, const CancelToken& cancel);

} // namespace continuo
