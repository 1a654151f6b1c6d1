// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/train_control.h"

#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace continuo {

struct TrainControl::State
{
    std::mutex mutex{};
    std::condition_variable changed{};
    Requests requests{};

    template <typename Change>
    void apply(Change change)
    {
        {
            const std::lock_guard lock(mutex);
            change(requests);
        }
        changed.notify_all();
    }
};

TrainControl::TrainControl()
    : m_state(std::make_shared<State>())
{
}

void TrainControl::pause() const
{
    m_state->apply([](Requests& requests) { requests.isPaused = true; });
}

void TrainControl::resume() const
{
    m_state->apply([](Requests& requests) { requests.isPaused = false; });
}

void TrainControl::stop() const
{
    m_state->apply([](Requests& requests) { requests.isStopped = true; });
}

void TrainControl::checkpoint() const
{
    m_state->apply([](Requests& requests) { requests.checkpoint = true; });
}

void TrainControl::sample() const
{
    m_state->apply([](Requests& requests) { requests.sample = true; });
}

void TrainControl::setLearningRate(double rate) const
{
    assert(rate > 0);
    m_state->apply([rate](Requests& requests) { requests.learningRate = rate; });
}

void TrainControl::extend(std::int64_t epochs) const
{
    assert(epochs > 0);
    m_state->apply([epochs](Requests& requests) { requests.extraEpochs += epochs; });
}

void TrainControl::setPatience(std::int64_t evaluations) const
{
    assert(evaluations >= 0);
    m_state->apply([evaluations](Requests& requests) { requests.patience = evaluations; });
}

TrainControl::Requests TrainControl::take() const
{
    const std::lock_guard lock(m_state->mutex);
    Requests& requests = m_state->requests;
    return {requests.isPaused,
            requests.isStopped,
            std::exchange(requests.checkpoint, false),
            std::exchange(requests.sample, false),
            std::exchange(requests.learningRate, 0),
            std::exchange(requests.extraEpochs, 0),
            std::exchange(requests.patience, std::nullopt)};
}

void TrainControl::waitWhilePaused() const
{
    std::unique_lock lock(m_state->mutex);
    m_state->changed.wait_for(lock, std::chrono::milliseconds(50), [this] {
        const Requests& requests = m_state->requests;
        return !requests.isPaused || requests.isStopped || requests.checkpoint || requests.sample ||
               requests.learningRate > 0 || requests.extraEpochs > 0 || requests.patience;
    });
}

} // namespace continuo
