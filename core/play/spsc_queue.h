// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace continuo {

/// A queue between exactly one thread that pushes and one that pops. Never blocks and never
/// allocates, so either side may be the audio thread.
template <typename T, std::size_t Capacity>
class SpscQueue
{
public:
    /// False, with `value` untouched, where the queue is full.
    bool push(T&& value)
    {
        const std::size_t tail = m_tail.load(std::memory_order_relaxed);
        const std::size_t next = (tail + 1) % kSlots;
        if (next == m_head.load(std::memory_order_acquire))
            return false;
        m_slots[tail] = std::move(value);
        m_tail.store(next, std::memory_order_release);
        return true;
    }

    /// Hands the oldest value to `use(T&)` where it stands and frees its place; false where there
    /// is none. What `use` leaves of the value stays until the place is filled again.
    template <typename Use>
    bool take(Use use)
    {
        const std::size_t head = m_head.load(std::memory_order_relaxed);
        if (head == m_tail.load(std::memory_order_acquire))
            return false;
        use(m_slots[head]);
        m_head.store((head + 1) % kSlots, std::memory_order_release);
        return true;
    }

    std::optional<T> pop()
    {
        const std::size_t head = m_head.load(std::memory_order_relaxed);
        if (head == m_tail.load(std::memory_order_acquire))
            return std::nullopt;
        std::optional<T> value(std::move(m_slots[head]));
        m_head.store((head + 1) % kSlots, std::memory_order_release);
        return value;
    }

private:
    static constexpr std::size_t kSlots = Capacity + 1;

    std::array<T, kSlots> m_slots{};
    alignas(64) std::atomic<std::size_t> m_head = 0;
    alignas(64) std::atomic<std::size_t> m_tail = 0;
};

} // namespace continuo
