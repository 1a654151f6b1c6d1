// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/write_pieces.h"
#include "core/base/counted.h"
#include "core/edit/edit_script.h"
#include "core/engine/read_pieces.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;

struct Options
{
    std::string in{};
    std::string out{};
    std::string script{};
    bool hasOrnaments = false;
    bool isForced = false;
};

/// What an operation did to a piece, numbered from 1.
ordered_json patchToJson(std::size_t piece, const std::string& words, const ScorePatch& patch)
{
    std::unordered_set<NoteId> removed;
    for (const ScorePatch::PlacedNote& note : patch.removedNotes)
        removed.insert(note.note.id);
    std::size_t changed = 0;
    for (const ScorePatch::PlacedNote& note : patch.addedNotes)
        changed += removed.contains(note.note.id) ? 1U : 0U;
    return {{"piece", piece},
            {"operation", words},
            {"changed", changed},
            {"added", patch.addedNotes.size() - changed},
            {"removed", patch.removedNotes.size() - changed},
            {"events", patch.addedEvents.size() + patch.removedEvents.size()}};
}

/// The same for a person, of a patch that is not empty.
std::string patchInWords(const ordered_json& patch)
{
    const auto notes = [&](const char* member) { return patch[member].get<std::size_t>(); };
    std::vector<std::string> said;
    if (notes("changed") + notes("added") + notes("removed") > 0)
        said.push_back(fmt::format("{} changed, {} added, {} removed",
                                   counted(notes("changed"), "note", "notes"), notes("added"),
                                   notes("removed")));
    if (notes("events") > 0)
        said.push_back(counted(notes("events"), "event", "events") + " replaced, added or removed");
    return fmt::format("{}", fmt::join(said, "; "));
}

int edit(const Options& options, const CommandContext& context)
{
    const Result<WrittenFormat> format = formatOf(options.out);
    if (!format)
        return context.fail(format.error());
    const Result<std::vector<EditOperation>> operations = parseEdits(options.script);
    if (!operations)
        return context.fail(operations.error());
    Result<MusicFile> music = readPieces(options.in, options.hasOrnaments ? OrnamentReading::Played
                                                                          : OrnamentReading::Marks);
    if (!music)
        return context.fail(music.error());
    ordered_json patches = ordered_json::array();
    for (std::size_t i = 0; i < music->pieces.size(); ++i) {
        Score& score = music->pieces[i].score;
        for (const EditOperation& operation : *operations) {
            const Result<ScorePatch> patch = operation.patch(score);
            if (!patch)
                return context.fail(patch.error());
            if (const Status applied = applyPatch(score, *patch); !applied)
                return context.fail(applied.error());
            patches.push_back(patchToJson(i + 1, operation.words, *patch));
            const std::string piece =
                music->pieces.size() > 1 ? fmt::format("Piece {}, ", i + 1) : "";
            context.say(
                fmt::format("{}{}: {}.", piece, operation.words,
                            patch->isEmpty() ? "nothing to change" : patchInWords(patches.back())));
        }
    }
    const Result<WrittenPieces> written = writtenPieces(*music, *format, options.out);
    if (!written)
        return context.fail(written.error());
    return deliver(*written, music->remarks, {{"patches", std::move(patches)}}, options.isForced,
                   context);
}

} // namespace

void addEditCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* const command =
        app.add_subcommand("edit", "Apply the roll's operations to MIDI, ABC and projects");
    command->footer(std::string(editHelp()));
    command->add_option("in", options->in, "A MIDI or ABC file, or a project (.continuo)")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--apply", options->script,
                     "What to do, in this order: \"quantise 1/16; transpose +2\"")
        ->type_name("OPERATIONS")
        ->required();
    command
        ->add_option("--out", options->out,
                     "The .mid, .abc or .continuo file to write; several pieces become OUT-1.mid, "
                     "OUT-2.mid, …")
        ->type_name("FILE")
        ->required();
    addOrnamentsOption(*command, options->hasOrnaments);
    command->add_flag("--force", options->isForced, "Replace files that exist");
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = edit(*options, context); });
}

} // namespace continuo::cli
