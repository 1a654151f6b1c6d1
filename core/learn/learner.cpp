// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/torch_learner_p.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

namespace continuo {
namespace {

/// How the cards of this process compute from now on. libtorch would let cuDNN use TF32 unasked.
void setCardArithmetic(const std::string& precision, bool isDeterministic)
{
    at::Context& context = at::globalContext();
    context.setAllowTF32CuBLAS(precision == "tf32");
    context.setAllowTF32CuDNN(precision == "tf32");
    context.setDeterministicCuDNN(isDeterministic);
    context.setDeterministicAlgorithms(isDeterministic, false);
    context.setDeterministicFillUninitializedMemory(false);
}

} // namespace

Result<std::unique_ptr<Learner>> Learner::make(const TrainJob& job, const Vocabulary& vocabulary,
                                               const std::string& device,
                                               const std::string& precision)
try {
    if (networkKind(job.network.kind).isCounted)
        return makeNgramLearner(job, vocabulary);
    const at::Device where(device);
    if (!where.is_cpu())
        setCardArithmetic(precision, job.training.deterministic);
    const at::ScalarType products = precision == "bfloat16"  ? at::kBFloat16
                                    : precision == "float16" ? at::kHalf
                                                             : at::kFloat;
    if (networkKind(job.network.kind).isAdversarial) {
        if (products == at::kHalf)
            return Error{ErrorKind::Usage,
                         "train.no-precision",
                         "Two networks against each other cannot be trained in float16: each would "
                         "need a loss scale of its own. Use bfloat16 or float32.",
                         {{"precision", precision}, {"device", device}}};
        return makeGanLearner(job, vocabulary, where, products);
    }
    if (job.network.head.ends_with("keys"))
        return makeFrameLearner(job, vocabulary, where, products);
    if (job.network.head.starts_with("note"))
        return makeNoteLearner(job, vocabulary, where, products);
    if (job.network.kind == "conv")
        return makeMaskedLearner(job, vocabulary, where, products);
    return makeTokenLearner(job, vocabulary, where, products);
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
