// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/learn/learner_p.h"
#include "core/learn/loss_scale_p.h"
#include "core/learn/network_p.h"
#include "core/learn/optimizer_p.h"
#include "core/learn/weight_average_p.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// What a step learns from.
struct Lesson
{
    std::int64_t step = 1;     ///< Counts from 1.
    std::int64_t targets = 1;  ///< Of the whole step: what its loss is averaged over.
    double teacherForcing = 1; ///< Share of what is read that is the windows' own.
};

/// Windows as they lie on the device.
struct WindowBatch
{
    at::Tensor numbers{};  ///< int64 [rows, time + 1, width]: inputs and, one later, targets.
    at::Tensor lengths{};  ///< int64 [rows]: inputs of each window.
    at::Tensor shifts{};   ///< int64 [rows]: semitones to add, not yet added.
    std::int64_t time = 0; ///< Inputs of the longest.
    bool isFull = true;    ///< All are equally long.
};

/// The half of a training that speaks libtorch, as far as it is the same for every role: what lives
/// on the device, micro-batches and stopping, weights out and in. A subclass for each role brings
/// the loss and the score. One network with one optimizer unless weights(), optimizerMemory() and
/// applyStep() say otherwise.
class TorchLearner : public Learner
{
public:
    Status setStream(const TokenStream& stream) override;
    Status share(std::shared_ptr<ProcessGroup> group) override;
    Result<std::optional<StepFigures>> learn(std::span<const Window> windows,
                                             std::int64_t microBatches, std::int64_t step,
                                             double learningRate, double teacherForcing,
                                             const StopQuestion& isStopped) override;
    Result<std::optional<PartScore>> score(const TokenStream& part,
                                           const StopQuestion& isStopped) override;
    Result<std::map<std::string, Tensor>> tensors(bool withOptimizer) const override;
    Status load(const std::map<std::string, Tensor>& tensors, bool withOptimizer) override;
    std::int64_t parameters() const override;
    std::int64_t floatsPerSymbol() const override { return m_network->floatsPerSymbol(); }

protected:
    TorchLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
                 at::ScalarType products);

    /// Puts the network on the device and makes its optimizer.
    void setNetwork(std::unique_ptr<Network> network);
    void moveToDevice(const Network& network) const;

    bool isLastStep() const { return m_job.network.prediction == "last-step"; }

    WindowBatch gather(std::span<const Window> windows) const;

    /// Flat places of [time, rows] that are judged: int64 [n]; undefined where all are.
    at::Tensor judgedPlaces(const WindowBatch& batch) const;

    /// Adds the gradients of a few windows to those there are, and to the figures. May throw.
    virtual void learnPart(std::span<const Window> windows, const Lesson& lesson,
                           StepFigures& figures) = 0;

    /// As score(). May throw.
    virtual std::optional<PartScore> judge(const TokenStream& part,
                                           const StopQuestion& isStopped) = 0;

    /// Takes the step along the gradients; returns their norm. May throw.
    virtual double applyStep(double learningRate, std::int64_t step);

    /// What a model holds, and what its optimizer remembers.
    virtual std::vector<const Network::NamedTensors*> weights() const;
    virtual std::vector<const Network::NamedTensors*> optimizerMemory() const;
    virtual void dropGradients();

    /// Adds the gradients of a scalar to those there are.
    void backward(const at::Tensor& loss) const;

    /// From now on the weights' average is the model, where the job says so. After the network is
    /// there.
    void beginAveraging();
    void followAverage(std::int64_t step);
    const WeightAverage* average() const { return m_average ? &*m_average : nullptr; }

private:
    /// What a checkpoint holds.
    std::vector<const Network::NamedTensors*> stored(bool withOptimizer) const;

    /// Adds the gradients of some windows to those there are; false where a stop came in between.
    Result<bool> learnParts(std::span<const Window> windows, std::int64_t microBatches,
                            const Lesson& lesson, StepFigures& figures,
                            const StopQuestion& isStopped);

    /// Makes the gradients those of the whole step.
    Status sumGradients();

    std::shared_ptr<ProcessGroup> m_group{}; ///< Null: it learns alone.
    std::vector<float> m_bucket{};           ///< All gradients, one behind the other.
    std::optional<WeightAverage> m_average{};
    std::optional<LossScale> m_scale{}; ///< Where products are in float16.

protected:
    TrainJob m_job;
    Vocabulary m_vocabulary;
    at::Device m_device;
    at::ScalarType m_products = at::kFloat;
    CounterRandom m_random;
    at::Generator m_dropout{}; ///< Seeded anew for every micro-batch, a function of seed and step.
    std::unique_ptr<Network> m_network{};
    std::unique_ptr<Optimizer> m_optimizer{};
    at::Tensor m_stream{}; // int64 [steps, width]
};

/// An exception of libtorch or of memory in words.
Error learnerError(const std::exception& failure);

// One for each role; Learner::make() picks. They may throw.
std::unique_ptr<Learner> makeFrameLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                          at::Device device, at::ScalarType products);
std::unique_ptr<Learner> makeTokenLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                          at::Device device, at::ScalarType products);
std::unique_ptr<Learner> makeGanLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                        at::Device device, at::ScalarType products);
std::unique_ptr<Learner> makeNoteLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                         at::Device device, at::ScalarType products);

std::unique_ptr<Learner> makeMaskedLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                           at::Device device, at::ScalarType products);

} // namespace continuo
