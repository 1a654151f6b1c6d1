// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/engine/export_set.h"
#include "core/learn/train_job.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace continuo::cli {
namespace {

struct Arguments
{
    std::string set{};
    std::string midi{};
    std::string abc{};
    std::string csv{};
    std::string npy{};
    std::vector<std::string> cards{};
    std::string encoding{};
    std::vector<std::string> settings{};
    std::string only = "clean";
    std::string part{};
    CardWords words{};
    bool isForced = false;
    unsigned threads = 0;
};

Error usage(std::string id, std::string text)
{
    return {ErrorKind::Usage, std::move(id), std::move(text), {}};
}

/// The encoding's options, set as those of a training.
Result<std::string> encodingOptions(const Arguments& arguments)
{
    for (const std::string& setting : arguments.settings)
        if (!setting.starts_with("encoding.") || setting.starts_with("encoding.name="))
            return usage("export.not-for-this",
                         fmt::format("--set {}: only options of the encoding can be set here, "
                                     "such as encoding.grid=1/8.",
                                     setting));
    if (!arguments.settings.empty() && arguments.encoding.empty())
        return usage("export.not-for-this",
                     "--set changes the encoding of --npy. Name that with --encoding.");
    TrainJob job;
    job.encoding = arguments.encoding;
    const Result<TrainJob> changed = withSettings(job, arguments.settings);
    if (!changed)
        return changed.error();
    return changed->encodingOptionsJson;
}

Result<ExportOptions> optionsOf(const Arguments& arguments)
{
    ExportOptions options;
    const auto add = [&](ExportKind kind, const std::string& to) {
        if (!to.empty())
            options.targets.push_back({kind, to});
    };
    add(ExportKind::Midi, arguments.midi);
    add(ExportKind::Abc, arguments.abc);
    add(ExportKind::Csv, arguments.csv);
    add(ExportKind::Npy, arguments.npy);
    for (const std::string& card : arguments.cards)
        add(ExportKind::Card, card);
    if (options.targets.empty())
        return usage("export.nothing-asked",
                     "What shall be written? Name at least one of --midi DIR, --abc DIR, --csv "
                     "FILE, --npy DIR and --card FILE.");
    const CardWords& words = arguments.words;
    if (arguments.cards.empty() && words != CardWords{})
        return usage("export.not-for-this", "--title, --source, --licence and --date are words for "
                                            "a data card. Leave them out, or ask for one (--card "
                                            "FILE).");
    const auto only = parseExportOnly(arguments.only);
    if (!only)
        return usage("export.bad-only", fmt::format("--only cannot be \"{}\": clean, changed or "
                                                    "rejected is wanted.",
                                                    arguments.only));
    options.only = *only;
    if (!arguments.part.empty()) {
        options.part = parsePart(arguments.part);
        if (!options.part)
            return usage("export.bad-part", fmt::format("--part cannot be \"{}\": train, "
                                                        "validation or test is wanted.",
                                                        arguments.part));
    }
    Result<std::string> encoding = encodingOptions(arguments);
    if (!encoding)
        return encoding.error();
    options.encoding = arguments.encoding;
    options.encodingOptionsJson = std::move(*encoding);
    options.words = words;
    options.overwrite = arguments.isForced ? Overwrite::Replace : Overwrite::Refuse;
    options.threads = arguments.threads;
    return options;
}

std::string_view titleOf(std::string_view stage)
{
    return stage == "copying"    ? "Copying"
           : stage == "writing"  ? "Writing"
           : stage == "encoding" ? "Encoding"
           : stage == "counting" ? "Counting"
                                 : "Reading";
}

/// "12 pieces in 13 files, 10 of them copied as they are; 1 could not be written".
std::string summary(const ExportOutcome& output)
{
    const auto counted = [](std::size_t count, const char* thing) {
        return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
    };
    std::string line = fmt::format("{}: {} in {}", readablePath(output.to),
                                   counted(output.pieces, "piece"), counted(output.files, "file"));
    if (output.copied > 0)
        line += fmt::format(", {} of them copied as they are", output.copied);
    if (output.leftOut > 0)
        line += fmt::format("; {} could not be written", counted(output.leftOut, "piece"));
    if (output.remarks > 0)
        line += fmt::format("; {}", counted(output.remarks, "remark"));
    return line;
}

int exportFrom(const Arguments& arguments, const CommandContext& context)
{
    const Result<ExportOptions> options = optionsOf(arguments);
    if (!options)
        return context.fail(options.error());
    std::unique_ptr<ProgressLine> progress;
    std::string_view stage;
    const Result<ExportReport> report =
        exportSet(arguments.set, *options, context.cancel, [&](const ExportProgress& now) {
            if (!progress || now.stage != stage) {
                progress.reset();
                progress = std::make_unique<ProgressLine>(context, std::string(titleOf(now.stage)),
                                                          "pieces");
                stage = now.stage;
            }
            progress->show(now.done, now.total);
        });
    progress.reset();
    if (!report) {
        nlohmann::ordered_json json = exportToJson({});
        if (report.error().kind != ErrorKind::Cancelled)
            return context.fail(report.error(), std::move(json));
        Error error = report.error();
        error.text = "Cancelled; nothing was written, and what was there is as it was.";
        return context.fail(error, std::move(json));
    }
    if (context.isJson)
        context.print(exportToJson(*report));
    for (const ExportOutcome& output : report->outputs)
        context.print(summary(output));
    return 0;
}

} // namespace

void addExportCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "export", "Write a dataset for other programs: MIDI, ABC, tables, NumPy, a data card");
    command->add_option("set", arguments->set, "The dataset")->required()->type_name("SET");
    command->add_option("--midi", arguments->midi, "A folder of MIDI files, with a manifest")
        ->type_name("DIR");
    command->add_option("--abc", arguments->abc, "A folder of tunes in ABC, with a manifest")
        ->type_name("DIR");
    command->add_option("--csv", arguments->csv, "A table of facts, a row per piece")
        ->type_name("FILE.csv");
    command->add_option("--npy", arguments->npy, "A folder of arrays for NumPy; needs --encoding")
        ->type_name("DIR");
    command
        ->add_option("--card", arguments->cards,
                     "A data card, as Markdown (.md) or as a page (.html)")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--encoding", arguments->encoding,
                     "How --npy writes pieces: grid, abc, event, frame, voices, note or chord")
        ->type_name("NAME");
    command
        ->add_option("--set", arguments->settings,
                     "Change an option of the encoding: encoding.grid=1/8")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--only", arguments->only,
                     "clean: pieces in use; changed: those the recipe changes; rejected: files "
                     "that could not be read, as they are")
        ->type_name("clean|changed|rejected")
        ->capture_default_str();
    command->add_option("--part", arguments->part, "Only pieces of this part")
        ->type_name("train|validation|test");
    command->add_option("--title", arguments->words.title, "What the data card is called");
    command
        ->add_option("--source", arguments->words.sources,
                     "Where the music comes from, for the data card")
        ->type_name("TEXT")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--licence", arguments->words.licences,
                     "What the music may be used for, for the data card")
        ->type_name("TEXT")
        ->expected(1)
        ->take_all();
    command->add_option("--date", arguments->words.date, "A date for the data card")
        ->type_name("TEXT");
    command->add_flag("--force", arguments->isForced,
                      "Replace files that exist, and folders that are earlier exports");
    command->add_option("--threads", arguments->threads, "0: as many as there are cores")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    context.addCommonOptions(*command);
    command->callback(
        [arguments, &context] { context.exitCode = exportFrom(*arguments, context); });
}

} // namespace continuo::cli
