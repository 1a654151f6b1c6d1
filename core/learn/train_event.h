// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/reference_lines.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace continuo {

/// Figures that only some networks have, by name: "pitchAccuracy", "stepLoss",
/// "discriminatorLoss". Empty for most.
using NamedFigures = std::map<std::string, double>;

/// How well a network predicts one part of a set. Losses are cross-entropies in nats per step.
struct PartScore
{
    std::uint64_t steps = 0;
    double loss = 0;
    double accuracy = 0;     ///< Share of steps whose most likely symbol was right.
    double noteAccuracy = 0; ///< The same over steps that are neither hold nor rest.
    /// −log2 P(pitch | history, a note begins here); nothing where no pitch occurs.
    std::optional<double> bitsPerNote{};
    std::uint64_t notes = 0; ///< Steps at which a note begins.
    NamedFigures more{};     ///< Means over the steps.

    friend bool operator==(const PartScore&, const PartScore&) = default;
};

/// The training begins or goes on; everything that will not change.
struct TrainStarted
{
    std::string name{};       ///< "folk-grid"
    std::string device{};     ///< "cpu"
    std::string precision{};  ///< "bfloat16"
    std::int64_t threads = 1; ///< Of each process.
    std::int64_t workers = 1; ///< Processes that share each step.
    std::int64_t parameters = 0;
    std::int64_t epochs = 0;
    std::int64_t patience = 0;      ///< Evaluations without a better one that end it; 0: never.
    std::int64_t stepsPerEpoch = 0; ///< Of the first epoch; crops make it vary a little.
    std::int64_t microBatches = 1;
    std::int64_t trainPieces = 0;
    std::int64_t validationPieces = 0;
    std::int64_t testPieces = 0;
    std::int64_t trainSteps = 0; ///< Symbols to predict in the training part.
    std::int64_t diskBytes = 0;  ///< What the run's checkpoints may take at most.
    ReferenceLines
        references{}; ///< On the validation part, or on the training part where there is none.

    friend bool operator==(const TrainStarted&, const TrainStarted&) = default;
};

/// A point of the training curve: means since the last one.
struct TrainStep
{
    double loss = 0;
    double accuracy = 0;
    double learningRate = 0;
    double gradientNorm = 0; ///< Before clipping.
    double tokensPerSecond = 0;
    NamedFigures more{}; ///< Means since the last point.

    friend bool operator==(const TrainStep&, const TrainStep&) = default;
};

/// The network was judged. Validation is empty where the set has no such part.
struct TrainEvaluated
{
    double trainLoss = 0; ///< Mean over the training steps since the last evaluation, dropout on.
    double trainAccuracy = 0; ///< Likewise.
    std::optional<PartScore> validation{};
    bool isBest = false;
    double learningRate = 0;
    double tokensPerSecond = 0;
    double secondsLeft = 0; ///< At this pace to the last epoch.
    NamedFigures more{};    ///< Of the training, likewise.

    friend bool operator==(const TrainEvaluated&, const TrainEvaluated&) = default;
};

struct TrainCheckpoint
{
    std::string kind{}; ///< "last", "best" or "step".
    std::string file{}; ///< Within the run: "last.safetensors".

    friend bool operator==(const TrainCheckpoint&, const TrainCheckpoint&) = default;
};

struct TrainSample
{
    std::vector<std::string> files{}; ///< Within the run: "samples/step-100-1.mid".
    std::string problem{};            ///< Why there is none; empty if all is well.

    friend bool operator==(const TrainSample&, const TrainSample&) = default;
};

struct TrainPaused
{
    friend bool operator==(const TrainPaused&, const TrainPaused&) = default;
};

/// After a pause, or from a checkpoint: then the story before this event ends at its step.
struct TrainResumed
{
    bool fromCheckpoint = false;
    friend bool operator==(const TrainResumed&, const TrainResumed&) = default;
};

/// Something a person should know: a halved batch, a lowered learning rate, a checkpoint that could
/// not be written.
struct TrainNotice
{
    std::string id{};
    std::string text{};

    friend bool operator==(const TrainNotice&, const TrainNotice&) = default;
};

struct TrainFinished
{
    std::string reason{}; ///< "done", "early-stop" or "stopped".
    std::int64_t bestStep = 0;
    std::optional<PartScore> train{}; ///< At the best point, evaluation mode.
    std::optional<PartScore> validation{};
    std::optional<PartScore> test{};
    double tokensPerSecond = 0;

    friend bool operator==(const TrainFinished&, const TrainFinished&) = default;
};

struct TrainFailed
{
    std::string id{};
    std::string text{};

    friend bool operator==(const TrainFailed&, const TrainFailed&) = default;
};

/// One line of the story of a run.
struct TrainEvent
{
    using What = std::variant<TrainStarted, TrainStep, TrainEvaluated, TrainCheckpoint, TrainSample,
                              TrainPaused, TrainResumed, TrainNotice, TrainFinished, TrainFailed>;

    std::uint64_t seq = 0; ///< Running number within the run, from 1; after a resume it goes on.
    std::int64_t step = 0; ///< Steps done.
    double epoch = 0;      ///< Epochs done, with fraction.
    double seconds = 0;    ///< Training time so far, without pauses.
    What what{};

    friend bool operator==(const TrainEvent&, const TrainEvent&) = default;
};

/// "started", "step", "evaluated", "checkpoint", "sample", "paused", "resumed", "notice",
/// "finished", "failed".
std::string_view eventName(const TrainEvent& event);

/// One line of JSON: {"seq", "event", "step", "epoch", "seconds", …}. Numbers that JSON lacks
/// travel as "nan", "inf".
std::string toJson(const TrainEvent& event);

/// Members of no meaning here are ignored. Errors (kind Refused): train.bad-event.
Result<TrainEvent> trainEventFromJson(std::string_view line);

/// What a training tells, on the training's own thread, in the order of seq. Must return soon.
class TrainObserver
{
public:
    virtual ~TrainObserver() = default;
    virtual void happened(const TrainEvent& event) = 0;
};

} // namespace continuo
