// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_picture.h"

#include "core/learn/run_folder.h"
#include "core/picture/draw_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numbers>
#include <utility>
#include <variant>

namespace continuo::cli {

namespace {

bool isAgainstEachOther(const TrainStep& step)
{
    return step.more.contains("discriminatorLoss") && step.more.contains("generatorLoss");
}

Error nothingToDraw(const std::filesystem::path& run)
{
    return {ErrorKind::Refused, "run.nothing-to-draw",
            "\"" + readablePath(run) + "\" has no losses yet, so there is no curve to draw.",
            {{"run", readablePath(run)}}};
}

/// The held-out losses of a run, or where nothing is held out its training losses. Empty where neither is known, and of
/// networks that learn against each other.
Curve curveOf(const ComparedRun& run, const std::string& name)
{
    Curve heldOut{.name = name, .ringsLowest = true};
    Curve training{.name = name + ", training", .smoothing = 4};
    for (const TrainEvent& event : run.curve) {
        const auto x = static_cast<double>(event.step);
        if (const auto* const step = std::get_if<TrainStep>(&event.what); step && !isAgainstEachOther(*step))
            training.points.push_back({x, step->loss});
        else if (const auto* const judged = std::get_if<TrainEvaluated>(&event.what); judged && judged->validation)
            heldOut.points.push_back({x, judged->validation->loss});
    }
    return heldOut.points.empty() ? training : heldOut;
}

} // namespace

Status drawRun(const std::filesystem::path& run, const std::filesystem::path& picture, Overwrite overwrite)
{
    const auto events = readRunLog(RunFolder{run});
    if (!events)
        return events.error();

    Curve training{.name = "training", .kind = CurveKind::Training, .smoothing = 4};
    Curve heldOut{.name = "held-out", .kind = CurveKind::HeldOut, .ringsLowest = true};
    // Of two networks that learn against each other.
    Curve discriminator{.name = "discriminator", .kind = CurveKind::Training, .smoothing = 4};
    Curve generator{.name = "generator", .kind = CurveKind::HeldOut, .smoothing = 4};
    CurvesPicture options{.title = "Loss", .xName = "steps", .unit = "nats per step"};
    for (const TrainEvent& event : *events) {
        const auto x = static_cast<double>(event.step);
        if (const auto* const started = std::get_if<TrainStarted>(&event.what)) {
            options.title = "Loss of " + started->name;
            options.subtitle =
                fmt::format("{} weights, {} pieces to train on, {} held out, {} in {}", started->parameters,
                            started->trainPieces, started->validationPieces, started->device, started->precision);
            if (started->references.uniform > 0)
                options.references = {{"guessing", started->references.uniform},
                                      {"counting notes", started->references.unigram},
                                      {"counting pairs", started->references.bigram}};
        } else if (const auto* const step = std::get_if<TrainStep>(&event.what)) {
            if (isAgainstEachOther(*step)) {
                discriminator.points.push_back({x, step->more.at("discriminatorLoss")});
                generator.points.push_back({x, step->more.at("generatorLoss")});
            } else {
                training.points.push_back({x, step->loss});
            }
        } else if (const auto* const judged = std::get_if<TrainEvaluated>(&event.what)) {
            if (judged->validation)
                heldOut.points.push_back({x, judged->validation->loss});
        } else if (const auto* const resumed = std::get_if<TrainResumed>(&event.what)) {
            if (resumed->fromCheckpoint)
                options.marks.push_back({x, "resumed"});
        }
    }
    if (!discriminator.points.empty()) {
        options.unit = "nats a melody";
        options.references = {{"the discriminator cannot tell", 2 * std::numbers::ln2},
                              {"the generator cannot be told", std::numbers::ln2}};
        return writePicture(picture, drawCurves({discriminator, generator}, options), overwrite);
    }
    if (training.points.empty() && heldOut.points.empty())
        return nothingToDraw(run);
    return writePicture(picture, drawCurves({training, heldOut}, options), overwrite);
}

Status drawRuns(const RunComparison& comparison, const std::vector<std::string>& names, const std::filesystem::path& picture,
                Overwrite overwrite)
{
    if (comparison.runs.size() == 1)
        return drawRun(comparison.runs.front().summary.path, picture, overwrite);
    std::vector<Curve> curves;
    std::vector<ReferenceLines> references;
    for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
        const ComparedRun& run = comparison.runs[i];
        Curve curve = curveOf(run, names[i]);
        if (curve.points.empty())
            continue;
        if (run.validation)
            curve.name += fmt::format(" {:.3f}", run.validation->loss);
        curves.push_back(std::move(curve));
        references.push_back(run.started ? run.started->references : ReferenceLines{});
    }
    if (curves.empty())
        return nothingToDraw(comparison.runs.front().summary.path);
    CurvesPicture options{.title = "Held-out loss",
                          .subtitle = "the ring is the lowest value, which stands behind the name",
                          .xName = "steps",
                          .unit = "nats per step"};
    const bool isSame = std::ranges::adjacent_find(references, std::ranges::not_equal_to()) == references.end();
    if (isSame && references.front().bigram > 0)
        options.references = {{"counting pairs", references.front().bigram}};
    return writePicture(picture, drawCurves(curves, options), overwrite);
}

} // namespace continuo::cli
