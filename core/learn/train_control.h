// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

namespace continuo {

/// What a person may say to a training while it runs. Copies speak to the same training. Safe from
/// any thread; every call returns at once and is obeyed between two micro-batches, within a second.
class TrainControl
{
public:
    TrainControl();

    void pause() const;
    void resume() const;
    void stop() const;       ///< Ends with a checkpoint; resumable.
    void checkpoint() const; ///< Writes `last` now.
    void sample() const;     ///< Lets the model play now.
    void setLearningRate(
        double rate) const; ///< From the next step on; schedules go on from it. Must be positive.
    void extend(std::int64_t epochs) const; ///< Adds epochs.
    /// Ends after so many evaluations without a better one; 0: never. Must not be negative.
    void setPatience(std::int64_t evaluations) const;

    /// What was asked since the last call; for the trainer.
    struct Requests
    {
        bool isPaused = false;
        bool isStopped = false;
        bool checkpoint = false;
        bool sample = false;
        double learningRate = 0; ///< 0 = unchanged.
        std::int64_t extraEpochs = 0;
        std::optional<std::int64_t> patience{}; ///< Empty = unchanged.
    };
    Requests take() const;
    /// Blocks until something is asked that ends a pause, or until something else is asked for, or
    /// 50 ms are over.
    void waitWhilePaused() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace continuo
