// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/project_lock.h"

#include "core/storage/writer_lock.h"

#include <utility>

namespace continuo {

struct ProjectLock::State
{
    WriterLock lock;
};

Result<ProjectLock> ProjectLock::take(const std::filesystem::path& project)
{
    Result<WriterLock> lock = WriterLock::take(project, "project");
    if (!lock)
        return lock.error();
    return ProjectLock(std::make_unique<State>(State{std::move(*lock)}));
}

ProjectLock::ProjectLock(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
ProjectLock::ProjectLock(ProjectLock&&) noexcept = default;
ProjectLock& ProjectLock::operator=(ProjectLock&&) noexcept = default;
ProjectLock::~ProjectLock() = default;

} // namespace continuo
