// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project_file.h"
#include "core/project/project_lock.h"

#include <QDateTime>
#include <QString>

#include <memory>
#include <vector>

namespace continuo::ui {

/// A composition that was being edited when its window ended without saying so.
struct RecoveryOffer
{
    QString file{}; ///< In the folder of recovery.
    QString title{};
    QString originalPath{}; ///< Where it was opened from or saved to; empty: nowhere yet.
    QDateTime when{};       ///< Of the last autosave.
    std::shared_ptr<const Project> project{};
    std::shared_ptr<ProjectLock> lock{}; ///< While it is offered here, no other window offers it.
};

/// `project` with what its recovery needs to know beside it.
Project withRecoveryWords(Project project, const QString& originalPath);

/// What lies in `folder` and no living window holds, newest first. What cannot be read any more is
/// renamed to NAME.damaged and its error added to `errors`; half an autosave is taken away. Blocks;
/// any thread.
std::vector<RecoveryOffer> recoveryOffers(const QString& folder, std::vector<Error>& errors);

/// Deletes the file of an offer.
void discard(const RecoveryOffer& offer);

} // namespace continuo::ui
