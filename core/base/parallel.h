// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace continuo {

/// How many threads this process may use well: its CPU affinity, at least 1.
unsigned usableThreads();

/// A fixed number of threads that run tasks in the order they were given. Tasks must not throw.
/// The destructor finishes what was given.
class ThreadPool
{
public:
    explicit ThreadPool(unsigned threads);
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;
    ~ThreadPool();

    void run(std::function<void()> task);
    unsigned threads() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Runs work(i) for every i in [0, count) on `threads` threads and returns when all are done. After a cancel no new i
/// is begun. `work` must not throw.
void parallelFor(std::size_t count, unsigned threads, const CancelToken& cancel,
                 const std::function<void(std::size_t)>& work);

namespace detail {
/// parallelOrdered() without the type: `make` fills slot i % window, `consume` empties it in the order of i.
void parallelOrdered(std::size_t count, unsigned threads, std::size_t window, const CancelToken& cancel,
                     const std::function<void(std::size_t index, std::size_t slot)>& make,
                     const std::function<bool(std::size_t index, std::size_t slot)>& consume);
} // namespace detail

/// A parallel map with one reader: make(i) runs on `threads` threads, consume(i, value) on the calling thread in the
/// order of i. No more than `window` values exist at a time, so memory stays bounded. Ends early when consume returns
/// false or `cancel` is set. Neither function may throw.
template <typename T, typename Make, typename Consume>
void parallelOrdered(std::size_t count, unsigned threads, std::size_t window, const CancelToken& cancel, Make make,
                     Consume consume)
{
    std::vector<std::optional<T>> ring(window);
    detail::parallelOrdered(
        count, threads, window, cancel,
        [&](std::size_t index, std::size_t slot) { ring[slot].emplace(make(index)); },
        [&](std::size_t index, std::size_t slot) {
            T value = std::move(*ring[slot]);
            ring[slot].reset();
            return consume(index, std::move(value));
        });
}

} // namespace continuo
