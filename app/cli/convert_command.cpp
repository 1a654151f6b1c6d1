// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/write_pieces.h"
#include "core/engine/read_pieces.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

namespace continuo::cli {
namespace {

struct Options
{
    std::string in{};
    std::string out{};
    std::optional<std::size_t> track{};
    bool hasOrnaments = false;
    bool isForced = false;
};

int convert(const Options& options, const CommandContext& context)
{
    const Result<WrittenFormat> format = formatOf(options.out);
    if (!format)
        return context.fail(format.error());
    if (options.track && *format != WrittenFormat::Abc)
        return context.fail({ErrorKind::Usage,
                             "convert.track-without-abc",
                             "--track chooses the track of a tune in ABC; other files hold every "
                             "track. Leave it out.",
                             {}});

    const Result<MusicFile> music = readPieces(
        options.in, options.hasOrnaments ? OrnamentReading::Played : OrnamentReading::Marks);
    if (!music)
        return context.fail(music.error());
    AbcWriteOptions how;
    if (options.track)
        how.track = *options.track - 1;
    const Result<WrittenPieces> converted = writtenPieces(*music, *format, options.out, how);
    if (!converted)
        return context.fail(converted.error());
    std::vector<Remark> remarks = music->remarks;
    if (options.hasOrnaments && music->format != MusicFormat::Abc)
        remarks.push_back({"convert.no-ornaments",
                           fmt::format("\"{}\" is not ABC: its ornaments are notes already, and "
                                       "--ornaments changes nothing.",
                                       options.in),
                           {{"file", options.in}}});
    return deliver(*converted, std::move(remarks), {}, options.isForced, context);
}

} // namespace

void addConvertCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* const command =
        app.add_subcommand("convert", "Turn MIDI, ABC and projects into one another");
    command->add_option("in", options->in, "A MIDI or ABC file, or a project (.continuo)")
        ->required();
    command
        ->add_option("out", options->out,
                     "The .mid, .abc or .continuo file to write; several pieces become OUT-1.mid, "
                     "OUT-2.mid, …")
        ->required();
    command
        ->add_option("--track", options->track,
                     "The only track to write as ABC, from 1 (default: all, each as a voice)")
        ->check(CLI::Range(1, 65'535));
    addOrnamentsOption(*command, options->hasOrnaments);
    command->add_flag("--force", options->isForced, "Replace files that exist");
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = convert(*options, context); });
}

} // namespace continuo::cli
