// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/seed_melody.h"
#include "core/engine/result_json.h"
#include "core/generate/continuation.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace continuo::cli {

namespace {

int predict(const SeedOptions& options, const CommandContext& context)
{
    const Result<PromptedModel> prompted = readPromptedModel(options);
    if (!prompted)
        return context.fail(prompted.error());
    const SeedMelody& seed = prompted->seed;
    sayRemarks(seed, context);
    context.say(fmt::format("After: {}.", samplerName(seed.request.sampler)));
    const auto prediction = predictNext(prompted->model, seed.prompt, seed.request, context.cancel);
    if (!prediction)
        return context.fail(prediction.error());

    if (context.isJson) {
        context.print(predictionToJson(seed.prompt, *prediction));
        return 0;
    }
    std::vector<Prediction::Entry> sorted = prediction->symbols;
    std::ranges::stable_sort(
        sorted, [](const auto& a, const auto& b) { return a.probability > b.probability; });
    context.print("symbol  probability  after");
    for (const Prediction::Entry& entry : sorted) {
        // What neither the network nor the sampler gives a tenth of a percent is left out of the
        // table.
        if (entry.probability >= 0.001 || entry.after >= 0.001)
            context.print(fmt::format("{:<7} {:>10.1f}% {:>5.1f}%", entry.name,
                                      100 * entry.probability, 100 * entry.after));
    }
    return 0;
}

} // namespace

void addPredictCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<SeedOptions>();
    CLI::App* const command = app.add_subcommand(
        "predict", "Show what a model expects after a seed melody, before and after its sampler");
    options->addTo(*command);
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = predict(*options, context); });
}

} // namespace continuo::cli
