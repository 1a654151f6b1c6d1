// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <memory>

namespace continuo {

/// A request to stop, shared by the thread that asks and the thread that works.
/// Copies refer to the same request. Safe to use from any thread; cancel() may be called from a signal handler.
class CancelToken
{
public:
    void cancel() const { m_flag->store(true, std::memory_order_relaxed); }
    bool isCancelled() const { return m_flag->load(std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> m_flag = std::make_shared<std::atomic<bool>>(false);
};

/// What cancelled work returns.
inline Error cancelledError()
{
    return {ErrorKind::Cancelled, "base.cancelled", "Cancelled.", {}};
}

} // namespace continuo
