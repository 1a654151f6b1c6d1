// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/torch_learner_p.h"

#include <ATen/Parallel.h>

namespace continuo {

Result<std::unique_ptr<Learner>> Learner::make(const TrainJob& job, const Vocabulary& vocabulary,
                                               const std::string& device,
                                               const std::string& precision)
try {
    if (networkKind(job.network.kind).isCounted)
        return makeNgramLearner(job, vocabulary);
    if (networkKind(job.network.kind).isAdversarial)
        return makeGanLearner(job, vocabulary, at::Device(device), precision == "bfloat16");
    if (job.network.head.ends_with("keys"))
        return makeFrameLearner(job, vocabulary, at::Device(device), precision == "bfloat16");
    if (job.network.head.starts_with("note"))
        return makeNoteLearner(job, vocabulary, at::Device(device), precision == "bfloat16");
    if (job.network.kind == "conv")
        return makeMaskedLearner(job, vocabulary, at::Device(device), precision == "bfloat16");
    return makeTokenLearner(job, vocabulary, at::Device(device), precision == "bfloat16");
} catch (const std::exception& failure) {
    return learnerError(failure);
}

Result<std::optional<OwnJudgement>> Learner::judgeItself(const TokenStream&, const StopQuestion&)
{
    return std::optional<OwnJudgement>();
}

void setComputeThreads(std::int64_t threads)
{
    at::set_num_threads(static_cast<int>(threads));
}

} // namespace continuo
