// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/process_group.h"
#include "core/learn/train_job.h"

namespace continuo {

/// Whether what the job trains can be shared among processes. Errors (kind Usage):
/// train.works-alone.
Status checkCanBeShared(const TrainJob& job);

/// Learns its share of every step of a training that rank 0 leads, and blocks until that is over.
/// Job, pieces and weights come from rank 0; nothing is read and nothing is written here. `cancel`
/// asks rank 0 to stop. Errors: train.worker-lost where rank 0 is gone, train.other-version,
/// train.no-device (kind Usage), and those of learning.
Status followTraining(const WorkerPlace& place, std::shared_ptr<ProcessGroup> group,
                      const CancelToken& cancel);

} // namespace continuo
