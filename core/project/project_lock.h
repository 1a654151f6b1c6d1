// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <memory>

namespace continuo {

/// The right to save a project, held by one window at a time: a locked file "NAME.lock" beside it.
/// The system takes it away from a program that dies.
class ProjectLock
{
public:
    /// Does not wait. Errors: project.in-use (argument "holder"), file.not-writable and the like.
    static Result<ProjectLock> take(const std::filesystem::path& project);

    ProjectLock(ProjectLock&& other) noexcept;
    ProjectLock& operator=(ProjectLock&& other) noexcept;
    ~ProjectLock();

private:
    struct State;
    explicit ProjectLock(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace continuo
