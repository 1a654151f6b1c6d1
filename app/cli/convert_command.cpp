// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/output_files.h"
#include "app/cli/read_score.h"
#include "core/abc/write_abc.h"
#include "core/base/counted.h"
#include "core/base/text.h"
#include "core/dataset/music_file.h"
#include "core/engine/read_pieces.h"
#include "core/engine/result_json.h"
#include "core/midi/write_midi.h"
#include "core/project/project_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Options
{
    std::string in{};
    std::string out{};
    std::optional<std::size_t> track{};
    bool hasOrnaments = false;
    bool isForced = false;
};

/// What becomes of the pieces: the files to write and what they do not hold.
struct Converted
{
    std::vector<OutputFile> files{};
    std::vector<Remark> remarks{};
    std::size_t pieces = 0;
};

/// Which piece a remark is about, where there are several.
std::string placeOf(const MusicFile& music, std::size_t piece)
{
    return music.pieces.size() == 1 ? std::string() : fmt::format("Piece {}: ", piece + 1);
}

void addLosses(const AbcText& text, const std::string& place, std::vector<Remark>& remarks)
{
    const auto add = [&](const char* id, std::size_t count, std::string words) {
        if (count > 0)
            remarks.push_back({id, place + words, {{"count", std::to_string(count)}}});
    };
    add("convert.voices-left-out", text.leftOutVoices,
        fmt::format("{} left out, because a tune in ABC has at most 64 here.",
                    counted(text.leftOutVoices, "voice is", "voices are")));
    add("convert.notes-left-out", text.leftOutNotes,
        fmt::format("{} left out that {} with another of the same pitch.",
                    counted(text.leftOutNotes, "note is", "notes are"),
                    text.leftOutNotes == 1 ? "begins" : "begin"));
    add("convert.notes-shortened", text.shortenedNotes,
        fmt::format("{} cut where the same pitch begins again, or where more than 8 of a voice "
                    "overlap.",
                    counted(text.shortenedNotes, "note is", "notes are")));
    add("convert.grace-notes-left-out", text.leftOutGraces,
        fmt::format("{} left out; --ornaments makes notes of them.",
                    counted(text.leftOutGraces, "mark of grace notes is",
                            "marks of grace notes are")));
    add("convert.notes-moved", text.movedNotes,
        fmt::format("{} moved onto the grid of 48 steps a quarter.",
                    counted(text.movedNotes, "note is", "notes are")));
}

Result<Converted> convertToAbc(const MusicFile& music, const Options& options)
{
    Converted converted;
    std::string book;
    std::optional<Error> refusal;
    for (std::size_t i = 0; i < music.pieces.size(); ++i) {
        AbcWriteOptions how;
        how.number = static_cast<int>(converted.pieces) + 1;
        if (options.track)
            how.track = *options.track - 1;
        Result<AbcText> text = writeAbc(music.pieces[i].score, how);
        if (!text) {
            if (text.error().kind != ErrorKind::Refused)
                return text.error();
            if (!refusal)
                refusal = text.error();
            converted.remarks.push_back(
                {text.error().id, placeOf(music, i) + text.error().text, text.error().arguments});
            continue;
        }
        if (!book.empty())
            book += '\n';
        book += text->text;
        addLosses(*text, placeOf(music, i), converted.remarks);
        ++converted.pieces;
    }
    if (converted.pieces == 0 && refusal)
        return *refusal;
    converted.files.push_back({options.out, {book.begin(), book.end()}});
    return converted;
}

/// OUT.mid for one piece, OUT-1.mid … for several: a Standard MIDI File holds one.
Result<Converted> convertToMidi(const MusicFile& music, const Options& options)
{
    Converted converted;
    const fs::path out(options.out);
    for (std::size_t i = 0; i < music.pieces.size(); ++i) {
        Result<MidiWriting> midi = writeMidi(music.pieces[i].score);
        if (!midi)
            return midi.error();
        if (midi->shortenedNotes > 0)
            converted.remarks.push_back(
                {"convert.notes-shortened",
                 placeOf(music, i) +
                     fmt::format("{} shortened, because MIDI cannot hold a note within another of "
                                 "the same pitch.",
                                 counted(midi->shortenedNotes, "note is", "notes are")),
                 {{"count", std::to_string(midi->shortenedNotes)}}});
        const fs::path path = music.pieces.size() > 1 ? numberedFile(out, i + 1) : out;
        converted.files.push_back({path, std::move(midi->bytes)});
        ++converted.pieces;
    }
    return converted;
}

/// OUT.continuo for one piece, OUT-1.continuo … for several.
Result<Converted> convertToProjects(const MusicFile& music, const Options& options)
{
    Converted converted;
    const fs::path out(options.out);
    for (std::size_t i = 0; i < music.pieces.size(); ++i) {
        const MusicPiece& piece = music.pieces[i];
        const fs::path path = music.pieces.size() > 1 ? numberedFile(out, i + 1) : out;
        const std::string title = piece.title.empty() ? readablePath(path.stem()) : piece.title;
        Result<std::vector<std::uint8_t>> bytes = projectBytes({title, piece.score, {}, {}});
        if (!bytes)
            return bytes.error();
        converted.files.push_back({path, std::move(*bytes)});
        ++converted.pieces;
    }
    return converted;
}

int convert(const Options& options, const CommandContext& context)
{
    const std::string ending = lowerCase(fs::path(options.out).extension().string());
    const bool isAbc = ending == ".abc";
    const bool isProject = ending == ".continuo";
    if (!isAbc && !isProject && ending != ".mid" && ending != ".midi")
        return context.fail(
            {ErrorKind::Usage,
             "convert.unknown-format",
             fmt::format(
                 "Cannot write \"{}\": what to write is told by the ending. Choose a name that "
                 "ends with .mid, .abc or .continuo.",
                 options.out),
             {{"file", options.out}}});
    if (options.track && !isAbc)
        return context.fail({ErrorKind::Usage,
                             "convert.track-without-abc",
                             "--track chooses the track of a tune in ABC; other files hold every "
                             "track. Leave it out.",
                             {}});

    const Result<MusicFile> music = readPieces(
        options.in, options.hasOrnaments ? OrnamentReading::Played : OrnamentReading::Marks);
    if (!music)
        return context.fail(music.error());
    Result<Converted> converted = isAbc       ? convertToAbc(*music, options)
                                  : isProject ? convertToProjects(*music, options)
                                              : convertToMidi(*music, options);
    if (!converted)
        return context.fail(converted.error());
    if (const Status written =
            writeAll(converted->files, options.isForced ? Overwrite::Replace : Overwrite::Refuse);
        !written)
        return context.fail(written.error());

    ordered_json json{{"pieces", converted->pieces}, {"files", ordered_json::array()}};
    for (const OutputFile& file : converted->files) {
        json["files"].push_back(readablePath(file.path));
        context.print(readablePath(file.path));
    }
    std::vector<Remark> remarks = music->remarks;
    if (options.hasOrnaments && music->format != MusicFormat::Abc)
        remarks.push_back({"convert.no-ornaments",
                           fmt::format("\"{}\" is not ABC: its ornaments are notes already, and "
                                       "--ornaments changes nothing.",
                                       options.in),
                           {{"file", options.in}}});
    remarks.insert(remarks.end(), converted->remarks.begin(), converted->remarks.end());
    for (const Remark& remark : remarks)
        context.say(remark.text);
    json["remarks"] = toJson(remarks);
    if (context.isJson)
        context.print(json);
    return 0;
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
    command->add_flag("--ornaments", options->hasOrnaments,
                      "Play grace notes, trills, rolls, mordents and turns of ABC");
    command->add_flag("--force", options->isForced, "Replace files that exist");
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = convert(*options, context); });
}

} // namespace continuo::cli
