// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/evaluate/score_card.h"
#include "core/generate/model.h"
#include "core/protocol/json.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace continuo {

/// A model and where it came from.
struct LoadedModel
{
    std::filesystem::path file{};
    GeneratingModel model{};
};

/// The one model an engine keeps. Safe from any thread; who holds a model keeps it while another
/// takes its place.
class ModelPlace
{
public:
    std::shared_ptr<const LoadedModel> model() const
    {
        const std::scoped_lock guard(m_mutex);
        return m_model;
    }
    void put(std::shared_ptr<const LoadedModel> model)
    {
        const std::scoped_lock guard(m_mutex);
        m_model = std::move(model);
    }

private:
    mutable std::mutex m_mutex{};
    std::shared_ptr<const LoadedModel> m_model{};
};

/// The set melodies were last held against, so that its index is made once while it stays as it is.
/// For the working thread.
struct KeptCorpus
{
    std::filesystem::path set{};
    std::string part{};
    std::shared_ptr<const Corpus> corpus{};
};

/// What a job works with.
struct JobContext
{
    ModelPlace& place;
    KeptCorpus& corpus;
    const CancelToken& cancel;
    /// Tells something on the way. False: nobody listens any more, or the job was cancelled.
    std::function<bool(std::string_view method, Json params)> notify{};
};

/// A method that takes its time: from its parameters to its result.
using JobMethod = Result<Json> (*)(const Json& params, const JobContext& context);

/// The job of a method, null if it is none.
JobMethod jobMethod(std::string_view method);
/// The methods that are jobs.
std::vector<std::string> jobMethods();

// The jobs, by subject.
Result<Json> loadJob(const Json& params, const JobContext& context);
Result<Json> generateJob(const Json& params, const JobContext& context);
Result<Json> predictJob(const Json& params, const JobContext& context);
Result<Json> scoreJob(const Json& params, const JobContext& context);
Result<Json> importJob(const Json& params, const JobContext& context);
Result<Json> splitJob(const Json& params, const JobContext& context);
Result<Json> cleanJob(const Json& params, const JobContext& context);
Result<Json> inspectJob(const Json& params, const JobContext& context);
Result<Json> piecesJob(const Json& params, const JobContext& context);
Result<Json> exportJob(const Json& params, const JobContext& context);
Result<Json> judgeMelodiesJob(const Json& params, const JobContext& context);
Result<Json> judgeModelsJob(const Json& params, const JobContext& context);

/// What "model" and "load" answer: the card of a model without its vocabulary's symbols.
Json modelJson(const LoadedModel& model);

} // namespace continuo
