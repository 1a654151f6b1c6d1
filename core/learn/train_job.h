// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/weights/model_card.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// How a network is trained. The settings table (trainSettings()) has the range and the meaning of
/// each.
struct TrainSettings
{
    std::int64_t epochs = 20;
    std::int64_t steps = 0;
    std::int64_t pieces = 0;
    bool holdOut = true;
    std::int64_t batch = 64;
    std::int64_t sequence = 64;
    std::int64_t passes = 1;
    std::int64_t windowStride = 1;
    bool wrapAround = false;
    bool acrossPieces = false;
    std::int64_t transposeDown = 0;
    std::int64_t transposeUp = 0;
    std::string optimizer = "adam";
    double learningRate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double alpha = 0.99;
    double momentum = 0.9;
    double epsilon = 1e-8;
    double weightDecay = 0;
    double average = 0;
    std::string schedule = "constant";
    std::int64_t warmupSteps = 0;
    std::int64_t decayEvery = 10;
    double decayFactor = 0.5;
    std::int64_t plateauPatience = 5;
    double minimumLearningRate = 0;
    double clipNorm = 1;
    double labelSmoothing = 0;
    double gumbelTemperature = 1;
    std::string noteLoss = "cross-entropy-mse";
    double teacherForcing = 1;
    std::string forcingSchedule = "constant";
    std::int64_t patience = 0;
    std::int64_t evaluateEvery = 0;
    std::int64_t logEvery = 10;
    bool samples = true;
    std::int64_t accumulation = 0;
    std::int64_t threads = 0;
    std::int64_t workers = 1;
    std::int64_t seed = 1;
    std::string device = "auto";
    std::string precision = "auto";
    bool deterministic = false;

    friend bool operator==(const TrainSettings&, const TrainSettings&) = default;
};

/// Everything that decides what a training makes of a dataset. As JSON: {"preset", "variant",
/// "description", "licence", "encoding": {"name", options…}, "network": {…}, "training": {…},
/// "sampler": {…}, "from"}.
struct TrainJob
{
    std::string preset{};
    std::string variant{};
    std::string description{};
    std::string licence{};
    std::string encoding = "grid";
    std::string encodingOptionsJson = "{}"; ///< Checked by makeEncoding(), not here.
    NetworkShape network{};
    TrainSettings training{};
    std::string samplerJson = "{}"; ///< What generating starts from; checked where generating is.
    std::string from{}; ///< A model file whose weights it begins with; empty: fresh ones.

    friend bool operator==(const TrainJob&, const TrainJob&) = default;
};

/// One training setting as forms, help and error messages need it.
struct TrainSetting
{
    std::string key{};          ///< "training.batch"
    std::string defaultValue{}; ///< As JSON.
    std::string allowed{};      ///< "a whole number from 1 to 4096"
    std::string meaning{};      ///< One sentence.
};

/// All training settings in the order of TrainSettings.
std::vector<TrainSetting> trainSettings();

/// Reads a job. Missing members take their defaults.
/// Errors (kind Usage): job.not-json, job.unknown-key, job.bad-value, network.unknown-key,
/// network.bad-value; each names the dotted key and what is allowed.
Result<TrainJob> trainJobFromJson(std::string_view json);

std::string toJson(const TrainJob& job);

/// The job with "KEY=VALUE" settings applied in order. A key is dotted ("training.batch",
/// "network.hidden", "encoding.low", "sampler.temperature"), or its last part alone for training
/// and network ("batch", "hidden"). A value is JSON; anything else is taken as text. Another
/// "encoding.name" drops the options of the former encoding. Errors as trainJobFromJson(), and
/// job.not-key-value.
Result<TrainJob> withSettings(const TrainJob& job, std::span<const std::string> keyValues);

} // namespace continuo
