// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/engine/engine_job.h"
#include "core/engine/evaluate_json.h"
#include "core/protocol/engine_messages.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace continuo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kProgressPause = std::chrono::milliseconds(100);
/// More would make an answer that does not fit into a line.
constexpr std::size_t kMostMelodies = 32;
constexpr std::size_t kMostModels = 16;

/// Tells how far the work is, ten times a second at most; the beginning of a stage at once.
class Progress
{
public:
    explicit Progress(const JobContext& context)
        : m_context(context)
    {
    }

    void tell(std::string_view stage, std::uint64_t done, std::uint64_t total)
    {
        const Clock::time_point now = Clock::now();
        if (stage == m_stage && now - m_told < kProgressPause)
            return;
        m_stage = stage;
        m_told = now;
        m_context.notify("judgeProgress",
                         toJson(JudgeProgressMessage{std::string(stage), done, total}));
    }

private:
    const JobContext& m_context;
    std::string m_stage{};
    Clock::time_point m_told{};
};

unsigned threadsOf(int asked)
{
    return asked > 0 ? static_cast<unsigned>(asked) : usableThreads();
}

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// protocol.bad-member, for what a list must be like.
Error badList(const Json& params, const char* request, const char* member, std::string_view wanted)
{
    JsonMembers members(params, request);
    members.refuse(member, wanted);
    return members.status().error();
}

Result<JudgedMelodies> melodiesOf(const JudgeMelodiesRequest& request, const CancelToken& cancel)
{
    JudgedMelodies judged;
    for (const std::filesystem::path& melody : request.melodies) {
        if (cancel.isCancelled())
            return cancelledError();
        if (const Status added = addMelodies(melody, judged); !added)
            return added.error();
    }
    for (std::size_t i = 0; i < request.midi.size(); ++i) {
        const std::optional<std::string> bytes = fromBase64(request.midi[i]);
        if (!bytes)
            return Error{
                ErrorKind::Usage, "engine.bad-base64", "An entry of \"midi\" is no base64.", {}};
        const std::vector<std::uint8_t> file(bytes->begin(), bytes->end());
        const std::string name = "midi " + std::to_string(i + 1);
        if (const Status added = addMelodies(file, name, judged); !added)
            return added.error();
    }
    return judged;
}

/// The set as a yardstick: the one that is kept if it is still the same, else read anew and kept.
Result<std::shared_ptr<const Corpus>> corpusOf(const JudgeMelodiesRequest& request,
                                               const std::vector<Part>& parts,
                                               const JobContext& context)
{
    KeptCorpus& kept = context.corpus;
    const Result<std::string> fingerprint = fingerprintOf(request.set);
    if (!fingerprint)
        return fingerprint.error();
    if (kept.corpus && kept.set == request.set && kept.part == request.part &&
        kept.corpus->fingerprint == *fingerprint)
        return kept.corpus;
    kept = {}; // Two sets at a time would be twice the memory.
    Progress progress(context);
    Result<Corpus> corpus = readCorpus(
        request.set, parts, threadsOf(request.threads), context.cancel,
        [&](CorpusStage stage, std::size_t done, std::size_t total) {
            progress.tell(stage == CorpusStage::Reading ? "reading" : "indexing", done, total);
        });
    if (!corpus)
        return corpus.error();
    kept = {request.set, request.part, std::make_shared<const Corpus>(std::move(*corpus))};
    return kept.corpus;
}

} // namespace

Result<Json> judgeMelodiesJob(const Json& params, const JobContext& context)
{
    const auto start = Clock::now();
    const Result<JudgeMelodiesRequest> request = judgeMelodiesRequestFromJson(params);
    if (!request)
        return request.error();
    const std::size_t count = request->melodies.size() + request->midi.size();
    if (count == 0 || count > kMostMelodies)
        return badList(params, "judgeMelodies", "melodies",
                       "a list, or \"midi\" one, of 1 to 32 melodies");
    const Result<std::vector<Part>> parts = partsNamed(request->part, true);
    if (!parts)
        return parts.error();
    const Result<JudgedMelodies> judged = melodiesOf(*request, context.cancel);
    if (!judged)
        return judged.error();
    if (judged->figures.size() > kMostMelodies)
        return badList(params, "judgeMelodies", "melodies", "files of 1 to 32 pieces together");
    const Result<std::shared_ptr<const Corpus>> corpus = corpusOf(*request, *parts, context);
    if (!corpus)
        return corpus.error();
    const Result<ScoreCard> card =
        scoreCardOf(judged->figures, **corpus, threadsOf(request->threads), context.cancel);
    if (!card)
        return card.error();
    Json json{{"against", readablePath(request->set)},
              {"fingerprint", (*corpus)->fingerprint},
              {"part", request->part},
              {"corpusPieces", (*corpus)->metrics.size()}};
    json.update(scoreCardToJson(*card, *judged, **corpus));
    json["seconds"] = secondsSince(start);
    return json;
}

Result<Json> judgeModelsJob(const Json& params, const JobContext& context)
{
    const auto start = Clock::now();
    const Result<JudgeModelsRequest> request = judgeModelsRequestFromJson(params);
    if (!request)
        return request.error();
    if (request->models.empty() || request->models.size() > kMostModels)
        return badList(params, "judgeModels", "models", "a list of 1 to 16 models");
    const Result<std::vector<Part>> parts = partsNamed(request->part, false);
    if (!parts)
        return parts.error();
    std::vector<GeneratingModel> models;
    std::vector<std::string> files;
    for (const std::filesystem::path& file : request->models) {
        if (context.cancel.isCancelled())
            return cancelledError();
        Result<GeneratingModel> model = loadModel(file);
        if (!model)
            return model.error();
        models.push_back(std::move(*model));
        files.push_back(readablePath(file));
    }
    const Part part = parts->front();
    const unsigned threads = threadsOf(request->threads);
    Progress progress(context);
    const auto tell = [&](std::uint64_t done, std::uint64_t total) {
        progress.tell("judging", done, total);
    };
    Json json{{"dataset", readablePath(request->set)}};
    if (models.size() == 1) {
        const Result<ModelJudgement> judgement =
            judgeModel(models.front(), request->set, part, threads, context.cancel, tell);
        if (!judgement)
            return judgement.error();
        json.update({{"model", files.front()},
                     {"name", models.front().card.name},
                     {"fingerprint", judgement->fingerprint},
                     {"part", partName(part)}});
        json.update(judgementToJson(*judgement));
    } else {
        const Result<ModelComparison> comparison =
            compareModels(models, request->set, part, threads, context.cancel, tell);
        if (!comparison)
            return comparison.error();
        json.update({{"fingerprint", comparison->fingerprint}, {"part", partName(part)}});
        json.update(comparisonToJson(*comparison, models, files));
    }
    json["seconds"] = secondsSince(start);
    return json;
}

} // namespace continuo
