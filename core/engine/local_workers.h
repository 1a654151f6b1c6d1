// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace continuo {

/// Other processes of this program on this machine, which follow a training that this one leads.
/// They find their place in the environment, as torchrun would tell it. Used by one thread.
class LocalWorkers
{
public:
    /// Starts ranks 1 to `count` − 1; rank 0 is this process, and `port` is where they meet. What
    /// they say goes to standard error. Errors: train.cannot-start.
    static Result<std::unique_ptr<LocalWorkers>> start(const std::filesystem::path& program,
                                                       const std::vector<std::string>& arguments,
                                                       int count, int port);

    LocalWorkers(const LocalWorkers&) = delete;
    LocalWorkers& operator=(const LocalWorkers&) = delete;

    /// None outlives it: those that still work are killed.
    ~LocalWorkers();

    /// Who has ended, in words; empty while all work.
    std::string loss();

    /// Waits for them to end by themselves, no longer than five seconds.
    void awaitEnd();

private:
    struct State;
    explicit LocalWorkers(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace continuo
