// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>

namespace continuo {

/// The right to change a file, held by one process at a time: a locked file "NAME.lock" beside it
/// that says who holds it. The system takes the lock away from a process that dies; the next holder
/// reuses what it left.
class WriterLock
{
public:
    /// Does not wait. `kind` begins the id: "dataset". Errors: KIND.in-use (argument "holder"),
    /// file.not-writable and the like.
    static Result<WriterLock> take(const std::filesystem::path& path, std::string_view kind);

    WriterLock(WriterLock&& other) noexcept;
    WriterLock& operator=(WriterLock&& other) noexcept;
    ~WriterLock();

private:
    WriterLock(std::filesystem::path lockPath, int descriptor);
    void release();

    std::filesystem::path m_lockPath;
    int m_descriptor = -1;
};

} // namespace continuo
