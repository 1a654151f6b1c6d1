// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/envelope.h"
#include "core/protocol/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace continuo {

/// "attach": tell the story from an event on, and go on telling. Each event comes as the notification "event" whose
/// parameters are the line of log.jsonl; the last notification is "end".
struct AttachRequest
{
    std::uint64_t from = 0; ///< Events of a lesser seq are left out.
    friend bool operator==(const AttachRequest&, const AttachRequest&) = default;
};
struct PauseRequest
{
    friend bool operator==(const PauseRequest&, const PauseRequest&) = default;
};
struct ResumeRequest
{
    friend bool operator==(const ResumeRequest&, const ResumeRequest&) = default;
};
/// Ends the training with a checkpoint.
struct StopRequest
{
    friend bool operator==(const StopRequest&, const StopRequest&) = default;
};
struct CheckpointRequest
{
    friend bool operator==(const CheckpointRequest&, const CheckpointRequest&) = default;
};
struct SampleRequest
{
    friend bool operator==(const SampleRequest&, const SampleRequest&) = default;
};
struct SetLearningRateRequest
{
    double value = 0; ///< Above 0, up to 1000.
    friend bool operator==(const SetLearningRateRequest&, const SetLearningRateRequest&) = default;
};
struct ExtendRequest
{
    std::int64_t epochs = 0; ///< 1 to 1,000,000.
    friend bool operator==(const ExtendRequest&, const ExtendRequest&) = default;
};

struct SetPatienceRequest
{
    std::int64_t evaluations = 0; ///< Without a better one before it ends; 0 (never) to 1,000,000.
    friend bool operator==(const SetPatienceRequest&, const SetPatienceRequest&) = default;
};

using TrainRequestMessage = std::variant<AttachRequest, PauseRequest, ResumeRequest, StopRequest, CheckpointRequest,
                                         SampleRequest, SetLearningRateRequest, ExtendRequest, SetPatienceRequest>;

/// "attach", "pause", …: the methods in the order of the variant.
std::vector<std::string> trainMethods();
std::string trainMethodOf(const TrainRequestMessage& message);
bool isTrainMethod(std::string_view method);

Json paramsOf(const TrainRequestMessage& message);
/// `method` must be one of trainMethods(). Errors: those of JsonMembers.
Result<TrainRequestMessage> trainRequestFromJson(std::string_view method, const Json& params);

/// A command as a person types it: "pause", "set-learning-rate 0.001", "extend 5". Not "attach".
/// Errors (kind Usage): run.unknown-command, run.bad-command-value.
Result<TrainRequestMessage> trainCommandFromWords(std::string_view words);

/// The parameters of the notification "end": the training is over and the connection closes.
struct TrainEnd
{
    std::string state{}; ///< "finished", "stopped", "failed".
    friend bool operator==(const TrainEnd&, const TrainEnd&) = default;
};
Json toJson(const TrainEnd& end);
Result<TrainEnd> trainEndFromJson(const Json& params);

} // namespace continuo
