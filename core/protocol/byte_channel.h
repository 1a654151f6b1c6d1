// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace continuo {

/// A two-way stream of bytes to another program on this machine. Owns its descriptor. Neither reading nor writing
/// blocks; waitForAny() waits. One thread at a time.
class ByteChannel
{
public:
    /// Takes over a descriptor and makes it non-blocking.
    explicit ByteChannel(int descriptor);
    ByteChannel(ByteChannel&& other) noexcept;
    ByteChannel& operator=(ByteChannel&& other) noexcept;
    ~ByteChannel();

    int handle() const { return m_descriptor; }

    /// How many bytes were there, 0 for none now; nothing when the other side has closed or is gone.
    std::optional<std::size_t> read(std::span<char> buffer);
    /// How many bytes were taken, 0 for none now; nothing when the other side is gone.
    std::optional<std::size_t> write(std::string_view bytes);

private:
    int m_descriptor = -1;
};

/// Lets one thread end another's waitForAny(). wake() is safe from any thread and in a signal handler.
class WakePipe
{
public:
    /// Errors: protocol.no-descriptors.
    static Result<WakePipe> open();
    WakePipe(WakePipe&& other) noexcept;
    WakePipe& operator=(WakePipe&& other) noexcept;
    ~WakePipe();

    int handle() const { return m_read; }
    void wake() const;
    /// Forgets what woke it.
    void clear() const;

private:
    WakePipe(int read, int write);
    int m_read = -1;
    int m_write = -1;
};

/// One thing to wait for.
struct Waiting
{
    int handle = -1; ///< A negative one is never ready.
    bool forReading = true;
    bool forWriting = false;
    bool isReadable = false; ///< Set by waitForAny(); also where the other side is gone, which reading then tells.
    bool isWritable = false;
};

/// Blocks until something is ready or the time is over; negative: for ever.
void waitForAny(std::span<Waiting> waiting, int timeoutMs);

} // namespace continuo
