// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/compare_runs.h"

#include "core/base/text.h"
#include "core/engine/csv.h"
#include "core/engine/result_json.h"
#include "core/engine/run_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

namespace continuo {

namespace {

namespace fs = std::filesystem;

void addSettings(const Json& object, const std::string& prefix,
                 std::map<std::string, std::string>& settings)
{
    for (const auto& [key, value] : object.items()) {
        if (value.is_object())
            addSettings(value, prefix + key + ".", settings);
        else
            settings[prefix + key] = value.dump();
    }
}

Result<ComparedRun> comparedRun(RunSummary summary)
{
    const RunFolder folder{summary.path};
    const Result<TrainJob> job = readRunJob(folder);
    if (!job)
        return job.error();
    ComparedRun run;
    run.state = runState(summary);
    addSettings(Json::parse(toJson(*job)), {}, run.settings);
    run.settings.erase("description");
    run.settings.erase("licence");
    std::error_code ignored;
    Result<std::vector<TrainEvent>> story = std::vector<TrainEvent>{};
    if (fs::exists(folder.log(), ignored))
        story = readRunLog(folder);
    if (!story)
        return story.error();
    for (TrainEvent& event : *story) {
        if (auto* started = std::get_if<TrainStarted>(&event.what)) {
            run.started = std::move(*started);
        } else if (const auto* judged = std::get_if<TrainEvaluated>(&event.what);
                   judged && judged->isBest) {
            run.validation = judged->validation;
        } else if (auto* finished = std::get_if<TrainFinished>(&event.what)) {
            run.train = std::move(finished->train);
            run.test = std::move(finished->test);
            if (finished->validation)
                run.validation = std::move(finished->validation);
        }
        if (std::holds_alternative<TrainStep>(event.what) ||
            std::holds_alternative<TrainEvaluated>(event.what))
            run.curve.push_back(std::move(event));
    }
    run.summary = std::move(summary);
    return run;
}

Json toJson(const ComparedRun& run, const std::vector<std::string>& differing)
{
    const auto setting = [&run](const std::string& key) {
        const auto own = run.settings.find(key);
        return own == run.settings.end() ? Json(nullptr) : Json::parse(own->second);
    };
    Json settings = Json::object();
    for (const std::string& key : differing)
        settings[key] = setting(key);
    Json json{{"run", readablePath(run.summary.path)},
              {"preset", setting("preset")},
              {"variant", setting("variant")},
              {"state", run.state},
              {"settings", std::move(settings)},
              {"steps", run.summary.step},
              {"epochs", numberToJson(run.summary.epoch)},
              {"seconds", numberToJson(run.summary.seconds)},
              {"bestStep", run.summary.bestStep}};
    json.update(bestPointToJson(run.train, run.validation, run.test));
    const bool isKnown = run.started.has_value();
    json["parameters"] = isKnown ? Json(run.started->parameters) : Json(nullptr);
    json["trainPieces"] = isKnown ? Json(run.started->trainPieces) : Json(nullptr);
    json["validationPieces"] = isKnown ? Json(run.started->validationPieces) : Json(nullptr);
    json["testPieces"] = isKnown ? Json(run.started->testPieces) : Json(nullptr);
    json["device"] = isKnown ? Json(run.started->device) : Json(nullptr);
    json["precision"] = isKnown ? Json(run.started->precision) : Json(nullptr);
    return json;
}

/// The figures of a point of a curve, by the names of their columns.
std::map<std::string, double> figuresOf(const TrainEvent& event)
{
    std::map<std::string, double> figures;
    if (const auto* step = std::get_if<TrainStep>(&event.what)) {
        figures = {{"trainLoss", step->loss},
                   {"trainAccuracy", step->accuracy},
                   {"learningRate", step->learningRate},
                   {"gradientNorm", step->gradientNorm},
                   {"tokensPerSecond", step->tokensPerSecond}};
        for (const auto& [name, value] : step->more)
            figures["train." + name] = value;
    } else if (const auto* judged = std::get_if<TrainEvaluated>(&event.what)) {
        figures = {{"trainLoss", judged->trainLoss},
                   {"trainAccuracy", judged->trainAccuracy},
                   {"learningRate", judged->learningRate},
                   {"tokensPerSecond", judged->tokensPerSecond}};
        for (const auto& [name, value] : judged->more)
            figures["train." + name] = value;
        if (judged->validation) {
            figures["validationLoss"] = judged->validation->loss;
            figures["validationAccuracy"] = judged->validation->accuracy;
            if (judged->validation->bitsPerNote)
                figures["validationBitsPerNote"] = *judged->validation->bitsPerNote;
            for (const auto& [name, value] : judged->validation->more)
                figures["validation." + name] = value;
        }
    }
    std::erase_if(figures, [](const auto& each) { return !std::isfinite(each.second); });
    return figures;
}

} // namespace

Result<RunComparison> compareRuns(std::span<const fs::path> folders)
{
    RunComparison comparison;
    for (const fs::path& folder : folders) {
        Result<std::vector<RunSummary>> found = listRuns(folder);
        if (!found)
            return found.error();
        for (RunSummary& summary : *found) {
            Result<ComparedRun> run = comparedRun(std::move(summary));
            if (!run)
                return run.error();
            comparison.runs.push_back(std::move(*run));
        }
    }
    if (comparison.runs.empty())
        return Error{ErrorKind::Refused,
                     "compare.no-runs",
                     "There is no run to compare: none of the folders is one or holds one.",
                     {}};
    std::set<std::string> keys;
    for (const ComparedRun& run : comparison.runs) {
        for (const auto& [key, value] : run.settings)
            keys.insert(key);
    }
    const auto valueIn = [](const ComparedRun& run, const std::string& key) {
        const auto own = run.settings.find(key);
        return own == run.settings.end() ? std::string() : own->second;
    };
    for (const std::string& key : keys) {
        const std::string first = valueIn(comparison.runs.front(), key);
        if (std::ranges::any_of(comparison.runs,
                                [&](const ComparedRun& run) { return valueIn(run, key) != first; }))
            comparison.differing.push_back(key);
    }
    return comparison;
}

Json toJson(const RunComparison& comparison)
{
    Json runs = Json::array();
    for (const ComparedRun& run : comparison.runs)
        runs.push_back(toJson(run, comparison.differing));
    return {{"differing", comparison.differing}, {"runs", std::move(runs)}};
}

std::string curvesTable(const RunComparison& comparison)
{
    std::set<std::string> names;
    for (const ComparedRun& run : comparison.runs) {
        for (const TrainEvent& event : run.curve) {
            for (const auto& [name, value] : figuresOf(event))
                names.insert(name);
        }
    }
    std::vector<std::string> row{"run", "point", "step", "epoch", "seconds"};
    row.insert(row.end(), names.begin(), names.end());
    std::string table = csvRow(row);
    for (const ComparedRun& run : comparison.runs) {
        for (const TrainEvent& event : run.curve) {
            row = {csvText(readablePath(run.summary.path)), std::string(eventName(event)),
                   std::to_string(event.step), fmt::format("{}", event.epoch),
                   fmt::format("{}", event.seconds)};
            const std::map<std::string, double> figures = figuresOf(event);
            for (const std::string& name : names) {
                const auto own = figures.find(name);
                row.push_back(own == figures.end() ? std::string()
                                                   : fmt::format("{}", own->second));
            }
            table += csvRow(row);
        }
    }
    return table;
}

} // namespace continuo
