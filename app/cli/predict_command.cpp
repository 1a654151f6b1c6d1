// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/seed_melody.h"
#include "core/generate/continuation.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace continuo::cli {

namespace {

using nlohmann::ordered_json;

int predict(const SeedOptions& options, const CommandContext& context)
{
    Result<SeedMelody> seed = readSeedMelody(options);
    if (!seed)
        return context.fail(seed.error());
    for (const std::string& remark : seed->remarks)
        context.say(remark);
    for (const PromptRemark& remark : seed->prompt.remarks)
        context.say(remark.text);
    context.say(fmt::format("After: {}.", samplerName(seed->request.sampler)));
    const auto prediction = predictNext(seed->model, seed->prompt, seed->request, context.cancel);
    if (!prediction)
        return context.fail(prediction.error());

    if (context.isJson) {
        ordered_json json{{"prompt", promptToJson(seed->prompt)},
                          {"maskedMass", prediction->maskedMass},
                          {"symbols", ordered_json::array()}};
        for (const Prediction::Entry& entry : prediction->symbols) {
            json["symbols"].push_back(
                {{"name", entry.name}, {"probability", entry.probability}, {"after", entry.after}});
        }
        context.print(json);
        return 0;
    }
    std::vector<Prediction::Entry> sorted = prediction->symbols;
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.probability > b.probability; });
    context.print("symbol  probability  after");
    for (const Prediction::Entry& entry : sorted) {
        // What neither the network nor the sampler gives a tenth of a percent is left out of the table.
        if (entry.probability >= 0.001 || entry.after >= 0.001)
            context.print(
                fmt::format("{:<7} {:>10.1f}% {:>5.1f}%", entry.name, 100 * entry.probability, 100 * entry.after));
    }
    return 0;
}

} // namespace

void addPredictCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<SeedOptions>();
    CLI::App* const command =
        app.add_subcommand("predict", "Show what a model expects after a seed melody, before and after its sampler");
    options->addTo(*command);
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = predict(*options, context); });
}

} // namespace continuo::cli
