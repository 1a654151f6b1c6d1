// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/train_control.h"
#include "core/learn/train_event.h"
#include "core/protocol/run_lock.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace continuo {

/// What stands around a training in its run folder: it holds the run's lock, listens at the control socket, tells the
/// story to everyone who attaches and hands their commands on. Give it to train() as its observer.
///
/// Whoever attaches gets the events of log.jsonl from the seq they name and then every new one, in order, each once. A
/// reader who is slow reads from the log and never holds up the training; one who goes away is forgotten. Requests are
/// answered by a thread of its own, at once even in the middle of a step.
class TrainingHost final : public TrainObserver
{
public:
    /// Takes the lock and begins to listen. The run folder must exist. `version` is the program's, for the handshake.
    /// Errors: those of RunLock::take(). Where no control socket can be had the training goes on without: see problem().
    static Result<std::unique_ptr<TrainingHost>> open(const std::filesystem::path& run, const TrainControl& control,
                                                      const std::string& version);

    TrainingHost(const TrainingHost&) = delete;
    TrainingHost& operator=(const TrainingHost&) = delete;

    /// The training is over: tells those who are attached, waits for them no longer than a second, gives back the lock.
    ~TrainingHost() override;

    /// For train(), on its thread; returns at once.
    void happened(const TrainEvent& event) override;

    /// The dead training whose lock was taken over, if any.
    const std::optional<RunOwner>& takenOverFrom() const;
    /// Why nobody can attach, if so.
    const std::optional<Error>& problem() const;
    /// Where to connect; nothing where nobody can.
    std::optional<ControlAddress> address() const;

private:
    struct State;
    explicit TrainingHost(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace continuo
