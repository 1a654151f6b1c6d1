// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"

#include <chrono>
#include <memory>
#include <string>

namespace continuo {

/// Writes whole lines to a descriptor from a thread of its own, in the order they were given, so that a reader who
/// sleeps stops nobody but those who agree to wait. Safe from any thread.
class Outbox
{
public:
    /// The descriptor stays the caller's and must outlive this.
    explicit Outbox(int descriptor);
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;
    ~Outbox(); ///< Drops what is not yet written.

    /// Returns at once. For answers, which are few.
    void send(std::string line);

    /// Waits while more than a few MiB are unread; false when cancelled or broken. For what comes in streams.
    bool sendWhenRoom(std::string line, const CancelToken& cancel);

    /// Waits until everything is written, no longer than `patience`.
    void flush(std::chrono::milliseconds patience);

    /// Nobody reads any more.
    bool isBroken() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace continuo
