// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/base/parallel.h"
#include "core/dataset/dataset.h"
#include "core/dataset/suggested_recipe.h"
#include "core/engine/result_json.h"
#include "core/storage/writer_lock.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Arguments
{
    std::string set{};
    std::string recipe{};
    std::string out{};
    bool isPreview = false;
    bool isShown = false;
    bool isSuggested = false;
    bool isForced = false;
    unsigned threads = 0;
};

Result<Recipe> readRecipe(const fs::path& path)
{
    const Result<std::vector<std::uint8_t>> bytes = readFile(path, kLargestRecipeBytes);
    if (!bytes)
        return bytes.error();
    return recipeFromJson({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                          readablePath(path));
}

/// The recipe on standard output, its steps in words for the reader beside.
void printRecipe(const Recipe& recipe, const CommandContext& context)
{
    if (context.isJson)
        context.print(ordered_json::parse(recipeToJson(recipe)));
    else
        fmt::print("{}", recipeToJson(recipe));
    for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
        const RecipeStep& step = recipe.steps[i];
        const std::string condition = conditionInWords(step.condition);
        context.say(fmt::format("{}. {}{}{}", i + 1, stepInWords(step),
                                condition.empty() ? "" : fmt::format(" ({})", condition),
                                step.isOn ? "" : ", off"));
    }
}

/// The recipe that the set has, or one against what is wrong with it.
int show(const Arguments& arguments, const CommandContext& context)
{
    const Result<Dataset> dataset = Dataset::open(arguments.set, Dataset::Access::Read);
    if (!dataset)
        return context.fail(dataset.error());
    if (arguments.isSuggested) {
        const Result<DatasetInfo> info = dataset->info();
        if (!info)
            return context.fail(info.error());
        ProblemMask problems = 0;
        for (const auto& [name, pieces] : info->problems) {
            const std::optional<Problem> problem = problemNamed(name);
            if (problem && pieces > 0)
                problems |= problemBit(*problem);
        }
        printRecipe(suggestedRecipe(problems), context);
        return 0;
    }
    const Result<Recipe> recipe = dataset->recipe();
    if (!recipe)
        return context.fail(recipe.error());
    printRecipe(*recipe, context);
    return 0;
}

/// A copy that becomes the set of --out when it is cleaned; removed where it does not come to that.
class Copy
{
public:
    explicit Copy(fs::path out)
        : m_out(std::move(out))
        , m_path(m_out)
    {
        m_path += ".cleaning";
        remove();
    }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;
    ~Copy() { remove(); }

    const fs::path& path() const { return m_path; }

    Status publish()
    {
        std::error_code failed;
        fs::path journal = m_out;
        fs::remove(journal += "-journal", failed); // It belongs to what is replaced.
        fs::rename(m_path, m_out, failed);
        return failed ? Status(fileError(failed.value(), m_out, "write")) : ok();
    }

private:
    void remove() const
    {
        std::error_code ignored;
        for (const char* suffix : {"", "-journal", ".lock", ".new", ".new-journal"}) {
            fs::path file = m_path;
            fs::remove(file += suffix, ignored);
        }
    }

    fs::path m_out;
    fs::path m_path;
};

void printReport(const CleanReport& report, const std::optional<std::string>& fingerprint,
                 const CommandContext& context)
{
    if (context.isJson)
        context.print(cleanToJson(report, fingerprint));
    const char* const would = fingerprint ? "" : "would be ";
    context.print(fmt::format("{} pieces: {} {}changed, {} {}left out, {} to learn from",
                              report.pieces, report.changed, would, report.dropped, would,
                              report.sections));
    for (const CleanReport::Operation& operation : report.operations) {
        const OperationInfo* const info = operationNamed(operation.name);
        context.print(fmt::format("  {}: {} pieces, {} notes", info ? info->title : operation.name,
                                  operation.pieces, operation.notes));
    }
    if (report.stale > 0)
        context.say(fmt::format("{} edits by hand were not applied: the steps before them give "
                                "another version of the piece "
                                "than the one that was edited.",
                                report.stale));
    if (report.inNoPart > 0)
        context.say(fmt::format("{} pieces are in use again but in no part of the split: run continuo split again to use "
                                "them.",
                                report.inNoPart));
    if (fingerprint)
        context.print(fmt::format("fingerprint {}", *fingerprint));
}

int cleanSet(const Arguments& arguments, const CommandContext& context)
{
    const Result<Recipe> recipe = readRecipe(arguments.recipe);
    if (!recipe)
        return context.fail(recipe.error());
    const unsigned threads = arguments.threads ? arguments.threads : usableThreads();
    std::optional<ProgressLine> line(std::in_place, context, "Cleaning", "pieces");
    const CleanObserver observer = [&](const CleanProgress& now) {
        line->show(now.done, now.total);
    };

    if (arguments.isPreview) {
        const Result<Dataset> dataset = Dataset::open(arguments.set, Dataset::Access::Read);
        if (!dataset)
            return context.fail(dataset.error());
        const Result<CleanReport> report =
            dataset->previewClean(*recipe, threads, context.cancel, observer);
        line.reset();
        if (!report)
            return context.fail(report.error());
        printReport(*report, std::nullopt, context);
        return 0;
    }

    std::optional<Copy> copy;
    std::optional<WriterLock> lock;
    fs::path set = arguments.set;
    if (!arguments.out.empty()) {
        const Result<Dataset> original = Dataset::open(arguments.set, Dataset::Access::Read);
        if (!original)
            return context.fail(original.error());
        std::error_code failed;
        if (fs::equivalent(arguments.set, arguments.out, failed))
            return context.fail(
                {ErrorKind::Usage,
                 "clean.same-set",
                 "--out names the set itself. Leave it out to clean the set in place.",
                 {}});
        if (!arguments.isForced && fs::exists(fs::symlink_status(arguments.out, failed)))
            return context.fail(setExistsError(arguments.out));
        Result<WriterLock> taken = WriterLock::take(arguments.out, "dataset");
        if (!taken)
            return context.fail(taken.error());
        lock = std::move(taken).value();
        copy.emplace(arguments.out);
        if (const Status copied = original->copyTo(copy->path()); !copied)
            return context.fail(copied.error());
        set = copy->path();
    }
    std::string fingerprint;
    std::optional<CleanReport> done;
    {
        Result<Dataset> dataset = Dataset::open(set, Dataset::Access::Write);
        if (!dataset)
            return context.fail(dataset.error());
        if (const Result<Recipe> before = dataset->recipe(); before && before->hasWork() && !copy)
            context.say(fmt::format("The recipe of {} steps that the set had is replaced.",
                                    before->steps.size()));
        Result<CleanReport> report = dataset->clean(*recipe, threads, context.cancel, observer);
        line.reset();
        if (!report)
            return context.fail(report.error());
        Result<std::string> print = dataset->fingerprint();
        if (!print)
            return context.fail(print.error());
        fingerprint = std::move(print).value();
        done = std::move(report).value();
    }
    if (copy) {
        if (const Status published = copy->publish(); !published)
            return context.fail(published.error());
    }
    printReport(*done, fingerprint, context);
    return 0;
}

} // namespace

void addCleanCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "clean", "Repair and weed a dataset by a recipe; the original bytes stay");
    command->add_option("set", arguments->set, "The dataset")->required()->type_name("SET");
    CLI::Option* const recipe =
        command->add_option("--recipe", arguments->recipe, "The recipe, a JSON file")
            ->type_name("RECIPE.json");
    CLI::Option* const out =
        command->add_option("--out", arguments->out, "Clean a copy of this name instead of the set")
            ->type_name("SET2");
    CLI::Option* const preview =
        command->add_flag("--preview", arguments->isPreview, "Only say what would change")
            ->excludes(out);
    CLI::Option* const shown =
        command->add_flag("--show", arguments->isShown, "Print the recipe the set has")
            ->excludes(recipe)
            ->excludes(out)
            ->excludes(preview);
    command
        ->add_flag("--suggest", arguments->isSuggested,
                   "Print a recipe against the problems the set has, to begin with")
        ->excludes(recipe)
        ->excludes(out)
        ->excludes(preview)
        ->excludes(shown);
    command->add_flag("--force", arguments->isForced, "Replace the set of --out if there is one");
    command
        ->add_option("--threads", arguments->threads,
                     "Threads to work with; 0: one for each processor core")
        ->check(CLI::Range(0u, 1024u));
    context.addCommonOptions(*command);
    command->callback([arguments, &context] {
        if (arguments->isShown || arguments->isSuggested) {
            context.exitCode = show(*arguments, context);
        } else if (arguments->recipe.empty()) {
            context.exitCode = context.fail(
                {ErrorKind::Usage,
                 "clean.no-recipe",
                 "Name a recipe with --recipe RECIPE.json. --suggest prints one against the "
                 "problems of the set, --show the one it has.",
                 {}});
        } else {
            context.exitCode = cleanSet(*arguments, context);
        }
    });
}

} // namespace continuo::cli
