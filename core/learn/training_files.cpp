// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/card.h"
#include "core/learn/device.h"
#include "core/learn/training_p.h"

#include <nlohmann/json.hpp>

#include <array>
#include <system_error>
#include <utility>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

Json scoreJson(const std::optional<PartScore>& score)
{
    if (!score)
        return nullptr;
    Json json{{"steps", score->steps},
              {"loss", score->loss},
              {"accuracy", score->accuracy},
              {"noteAccuracy", score->noteAccuracy},
              {"bitsPerNote", score->bitsPerNote ? Json(*score->bitsPerNote) : Json()},
              {"notes", score->notes}};
    if (!score->more.empty())
        json["more"] = score->more;
    return json;
}

Json linesJson(const ReferenceLines& lines)
{
    return {{"uniform", lines.uniform}, {"unigram", lines.unigram}, {"bigram", lines.bigram}};
}

/// The JSON of a text, null where there is none.
Json parsedOrNull(const std::string& text)
{
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json() : json;
}

} // namespace

std::string Training::bestBy() const
{
    if (m_learner->judgesItself())
        return "pairDistance";
    return m_validation.pieces.empty() ? "trainLoss" : "validationLoss";
}

std::string Training::receipt() const
{
    const Json json{{"program", "continuo " CONTINUO_VERSION},
                    {"libtorch", libtorchVersion()},
                    {"processor", cpuName()},
                    {"device", m_state.device},
                    {"precision", m_state.precision},
                    {"threads", m_state.threads},
                    {"workers", m_state.workers},
                    {"microBatches", m_state.microBatches},
                    {"job", Json::parse(toJson(m_job))},
                    {"dataset",
                     {{"name", m_set.source},
                      {"fingerprint", m_set.fingerprint},
                      {"recipe", parsedOrNull(m_set.recipe)},
                      {"split", parsedOrNull(m_set.split)},
                      {"losses", m_set.losses},
                      {"trainPieces", m_train.pieces.size()},
                      {"validationPieces", m_validation.pieces.size()},
                      {"testPieces", m_test.pieces.size()}}},
                    {"bestBy", bestBy()},
                    {"parent", Json::parse(parentJson)},
                    {"step", m_state.step},
                    {"epochs", epochsDone()},
                    {"seconds", m_state.seconds},
                    {"references", linesJson(m_references)},
                    {"validation", scoreJson(m_lastEvaluation)},
                    {"more", m_lastFigures}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ModelCard Training::card(const std::string& kind) const
{
    ModelCard card;
    card.name = (m_job.preset.empty() ? "model" : m_job.preset) + " · step " +
                std::to_string(m_state.step) + " · " + kind;
    card.description = m_job.description;
    card.licence = m_job.licence;
    card.encoding = m_set.encoding;
    card.encodingVersion = m_set.encodingVersion;
    card.encodingOptionsJson = m_set.encodingOptionsJson;
    card.vocabulary = cardSymbols(m_set.vocabulary);
    card.network = m_job.network;
    card.samplerJson = m_job.samplerJson;
    card.receiptJson = receipt();
    return card;
}

Status Training::write(const fs::path& path, const std::string& kind, bool isFull,
                       std::uint64_t events)
{
    Result<std::map<std::string, Tensor>> tensors = m_learner->tensors(isFull);
    if (!tensors)
        return tensors.error();
    keepTime();
    Checkpoint checkpoint{card(kind), std::nullopt, std::move(*tensors)};
    if (isFull) {
        checkpoint.state = m_state;
        checkpoint.state->seq += events;
    }
    return writeCheckpoint(path, checkpoint);
}

Status Training::save(const fs::path& path, const std::string& kind, bool isFull)
{
    // The event that tells of this checkpoint belongs to it.
    if (Status status = write(path, kind, isFull, 1); !status)
        return status;
    tell(TrainCheckpoint{kind, path.filename().string()});
    return ok();
}

void Training::keepState(bool isBest, const BestPoint& former)
{
    Status status = ok();
    // The best first: whoever sees `last` at this step finds the best that belongs to it.
    if (isBest) {
        status = saveFull("best");
        if (!status) {
            m_state.hasBest = former.isThere;
            m_state.bestLoss = former.loss;
            m_state.bestStep = former.step;
        }
    }
    if (Status last = saveFull("last"); !last)
        status = std::move(last);
    if (!status && !m_unwritten)
        noticeUnwritten(status.error());
    else if (status && m_unwritten)
        tell(TrainNotice{"train.written-again", "Checkpoints can be written again."});
    m_unwritten = status ? std::nullopt : std::optional(status.error());
}

void Training::keepPoint()
{
    // Counted before it is written, so that a full disk does not make it try again at every step.
    while (m_state.keptPoints < kKeptPoints && nextKeptPoint(m_state) <= m_state.step)
        ++m_state.keptPoints;
    const fs::path file = m_run.step(m_state.step);
    if (Status status = save(file, "step", false); !status) {
        noticeUnwritten(status.error());
        return;
    }
    if (m_job.training.samples)
        play(file);
}

void Training::sampleNow()
{
    const fs::path file = m_run.last();
    if (Status status = saveFull("last"); !status) {
        noticeUnwritten(status.error());
        return;
    }
    play(file);
}

void Training::play(const fs::path& model)
{
    if (!m_sampleMaker)
        return;
    std::error_code failure;
    fs::create_directories(m_run.samples(), failure);
    TrainSample news;
    if (failure) {
        news.problem = fileError(failure.value(), m_run.samples(), "create").text;
    } else {
        const Result<std::vector<fs::path>> files =
            m_sampleMaker(model, m_run.samples() / ("step-" + std::to_string(m_state.step)));
        if (!files) {
            news.problem = files.error().text;
        } else {
            for (const fs::path& file : *files)
                news.files.push_back(readablePath(file.lexically_relative(m_run.path)));
        }
    }
    tell(std::move(news));
}

void Training::noticeUnwritten(const Error& error)
{
    tell(TrainNotice{error.id,
                     "A checkpoint could not be written; the one before it stays, and the training goes on. " + error.text});
}

Error Training::unwritten(const Error& error) const
{
    Error why = error;
    why.text = "The training ended at step " + std::to_string(m_state.step) +
               " because its checkpoint could not be written; the one before it stays, and "
               "--resume goes on from there. " +
               error.text;
    return why;
}

Error Training::failed(const Error& error)
{
    tell(TrainFailed{error.id, error.text});
    static_cast<void>(m_board->flush());
    return error;
}

Result<TrainOutcome> Training::finish(const std::string& reason)
{
    TrainOutcome outcome;
    outcome.reason = reason;
    outcome.steps = m_state.step;
    outcome.epochs = epochsDone();
    outcome.references = m_references;
    outcome.device = m_state.device;
    outcome.precision = m_state.precision;
    outcome.bestStep = m_state.bestStep;
    outcome.tokensPerSecond = tokensPerSecond();
    const bool isStopped = reason == "stopped";
    if (!m_state.hasBest) {
        // Stopped before the first evaluation: the last point is all there is.
        outcome.model = m_run.last();
    } else {
        outcome.model = m_run.best();
        if (!isStopped)
            if (Status status = judgeBest(outcome); !status)
                return failed(status.error());
    }
    keepTime();
    outcome.seconds = m_state.seconds;
    TrainFinished news{reason,       outcome.bestStep,       outcome.train, outcome.validation,
                       outcome.test, outcome.tokensPerSecond};
    tell(news);
    static_cast<void>(m_board->flush());
    Json json = Json::parse(receipt());
    json["reason"] = reason;
    json["bestStep"] = outcome.bestStep;
    json["best"] = {{"train", scoreJson(outcome.train)},
                    {"validation", scoreJson(outcome.validation)},
                    {"test", scoreJson(outcome.test)}};
    json["more"] = outcome.more;
    json["tokensPerSecond"] = outcome.tokensPerSecond;
    if (Status status = writeFile(m_run.receipt(),
                                  json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n",
                                  Overwrite::Replace);
        !status)
        return status.error();
    return outcome;
}

Status Training::judgeBest(TrainOutcome& outcome)
{
    Result<Checkpoint> best = readCheckpoint(m_run.best());
    if (!best)
        return best.error();
    Json story = Json::parse(best->card.receiptJson);
    if (const auto more = story.find("more"); more != story.end())
        for (const auto& [name, value] : more->items())
            if (value.is_number())
                outcome.more[name] = value.get<double>();
    if (m_learner->judgesItself())
        return ok(); // It was judged when it was kept.
    if (Status status = m_learner->load(best->tensors, false); !status)
        return status;
    const StopQuestion question = stopQuestion();
    const auto scoreOf = [&](const TokenStream& part) -> Result<std::optional<PartScore>> {
        if (part.pieces.empty())
            return std::optional<PartScore>();
        return m_learner->score(part, question);
    };
    // A stop in between leaves the scores that are still missing out; the training itself is done.
    const std::array<std::pair<const TokenStream*, std::optional<PartScore>*>, 3> parts{
        {{&m_validation, &outcome.validation},
         {&m_test, &outcome.test},
         {&m_train, &outcome.train}}};
    for (const auto& [part, into] : parts) {
        const Result<std::optional<PartScore>> score = scoreOf(*part);
        if (!score)
            return score.error();
        *into = *score;
    }
    // The best model carries its final figures.
    story["best"] = {{"train", scoreJson(outcome.train)},
                     {"validation", scoreJson(outcome.validation)},
                     {"test", scoreJson(outcome.test)}};
    best->card.receiptJson = story.dump(-1, ' ', false, Json::error_handler_t::replace);
    return writeCheckpoint(m_run.best(), *best);
}

} // namespace continuo
