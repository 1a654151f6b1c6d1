// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

namespace continuo {

unsigned usableThreads()
{
#ifdef __linux__
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
#endif
    return std::max(1U, std::thread::hardware_concurrency());
}

struct ThreadPool::State
{
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void()>> tasks;
    bool isClosing = false;
    std::vector<std::thread> threads;

    void work()
    {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [this] { return isClosing || !tasks.empty(); });
                if (tasks.empty())
                    return;
                task = std::move(tasks.front());
                tasks.pop_front();
            }
            task();
        }
    }
};

ThreadPool::ThreadPool(unsigned threads)
    : m_state(std::make_unique<State>())
{
    for (unsigned i = 0; i < std::max(1U, threads); ++i)
        m_state->threads.emplace_back([state = m_state.get()] { state->work(); });
}

ThreadPool::~ThreadPool()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->isClosing = true;
    }
    m_state->wake.notify_all();
    for (std::thread& thread : m_state->threads)
        thread.join();
}

void ThreadPool::run(std::function<void()> task)
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->tasks.push_back(std::move(task));
    }
    m_state->wake.notify_one();
}

unsigned ThreadPool::threads() const
{
    return static_cast<unsigned>(m_state->threads.size());
}

void parallelFor(std::size_t count, unsigned threads, const CancelToken& cancel,
                 const std::function<void(std::size_t)>& work)
{
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        for (std::size_t i = next++; i < count && !cancel.isCancelled(); i = next++)
            work(i);
    };
    std::vector<std::thread> helpers;
    const std::size_t wanted = std::min<std::size_t>(std::max(1U, threads), count);
    for (std::size_t i = 1; i < wanted; ++i)
        helpers.emplace_back(run);
    run();
    for (std::thread& helper : helpers)
        helper.join();
}

namespace detail {

void parallelOrdered(std::size_t count, unsigned threads, std::size_t window, const CancelToken& cancel,
                     const std::function<void(std::size_t, std::size_t)>& make,
                     const std::function<bool(std::size_t, std::size_t)>& consume)
{
    assert(window > 0);
    std::mutex mutex;
    std::condition_variable made;     // A slot was filled, or a maker stopped.
    std::condition_variable consumed; // A slot is free again, or the work is over.
    std::vector<bool> isFilled(window, false);
    std::size_t nextToMake = 0;
    std::size_t nextToConsume = 0;
    std::size_t making = 0;
    bool isOver = false;

    const auto maker = [&] {
        std::unique_lock lock(mutex);
        for (;;) {
            consumed.wait(lock, [&] { return isOver || nextToMake >= count || nextToMake < nextToConsume + window; });
            if (isOver || nextToMake >= count || cancel.isCancelled())
                break;
            const std::size_t index = nextToMake++;
            ++making;
            lock.unlock();
            make(index, index % window);
            lock.lock();
            --making;
            isFilled[index % window] = true;
            made.notify_one();
        }
        made.notify_one();
    };

    std::vector<std::thread> makers;
    for (std::size_t i = 0; i < std::min<std::size_t>(std::max(1U, threads), std::max<std::size_t>(1, count)); ++i)
        makers.emplace_back(maker);
    {
        std::unique_lock lock(mutex);
        while (nextToConsume < count) {
            const std::size_t slot = nextToConsume % window;
            made.wait(lock, [&] {
                return isFilled[slot] || (cancel.isCancelled() && making == 0 && nextToMake == nextToConsume);
            });
            if (!isFilled[slot])
                break;
            isFilled[slot] = false;
            lock.unlock();
            const bool goesOn = consume(nextToConsume, slot);
            lock.lock();
            ++nextToConsume;
            consumed.notify_all();
            if (!goesOn)
                break;
        }
        isOver = true;
    }
    consumed.notify_all();
    for (std::thread& thread : makers)
        thread.join();
}

} // namespace detail

} // namespace continuo
