// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/write_pieces.h"

#include "app/cli/command_context.h"
#include "core/base/counted.h"
#include "core/base/text.h"
#include "core/engine/result_json.h"
#include "core/midi/write_midi.h"
#include "core/project/project_file.h"

#include <fmt/format.h>

namespace continuo::cli {
namespace {

namespace fs = std::filesystem;

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
        fmt::format(
            "{} left out; --ornaments makes notes of them.",
            counted(text.leftOutGraces, "mark of grace notes is", "marks of grace notes are")));
    add("convert.notes-moved", text.movedNotes,
        fmt::format("{} moved onto the grid of 48 steps a quarter.",
                    counted(text.movedNotes, "note is", "notes are")));
}

Result<WrittenPieces> abcOf(const MusicFile& music, const fs::path& out, AbcWriteOptions how)
{
    WrittenPieces written;
    std::string book;
    std::optional<Error> refusal;
    for (std::size_t i = 0; i < music.pieces.size(); ++i) {
        how.number = static_cast<int>(written.pieces) + 1;
        Result<AbcText> text = writeAbc(music.pieces[i].score, how);
        if (!text) {
            if (text.error().kind != ErrorKind::Refused)
                return text.error();
            if (!refusal)
                refusal = text.error();
            written.remarks.push_back(
                {text.error().id, placeOf(music, i) + text.error().text, text.error().arguments});
            continue;
        }
        if (!book.empty())
            book += '\n';
        book += text->text;
        addLosses(*text, placeOf(music, i), written.remarks);
        ++written.pieces;
    }
    if (written.pieces == 0 && refusal)
        return *refusal;
    written.files.push_back({out, {book.begin(), book.end()}});
    return written;
}

/// OUT.mid for one piece, OUT-1.mid … for several: a Standard MIDI File holds one.
Result<WrittenPieces> midiOf(const MusicFile& music, const fs::path& out)
{
    WrittenPieces written;
    for (std::size_t i = 0; i < music.pieces.size(); ++i) {
        Result<MidiWriting> midi = writeMidi(music.pieces[i].score);
        if (!midi)
            return midi.error();
        if (midi->shortenedNotes > 0)
            written.remarks.push_back(
                {"convert.notes-shortened",
                 placeOf(music, i) +
                     fmt::format("{} shortened, because MIDI cannot hold a note within another of "
                                 "the same pitch.",
                                 counted(midi->shortenedNotes, "note is", "notes are")),
                 {{"count", std::to_string(midi->shortenedNotes)}}});
        const fs::path path = music.pieces.size() > 1 ? numberedFile(out, i + 1) : out;
        written.files.push_back({path, std::move(midi->bytes)});
        ++written.pieces;
    }
    return written;
}

/// OUT.continuo for one piece, OUT-1.continuo … for several.
Result<WrittenPieces> projectsOf(const MusicFile& music, const fs::path& out)
{
    WrittenPieces written;
    for (std::size_t i = 0; i < music.pieces.size(); ++i) {
        const MusicPiece& piece = music.pieces[i];
        const fs::path path = music.pieces.size() > 1 ? numberedFile(out, i + 1) : out;
        const std::string title = piece.title.empty() ? readablePath(path.stem()) : piece.title;
        Result<std::vector<std::uint8_t>> bytes = projectBytes({title, piece.score, {}, {}});
        if (!bytes)
            return bytes.error();
        written.files.push_back({path, std::move(*bytes)});
        ++written.pieces;
    }
    return written;
}

} // namespace

Result<WrittenFormat> formatOf(const fs::path& out)
{
    const std::string ending = lowerCase(out.extension().string());
    if (ending == ".abc")
        return WrittenFormat::Abc;
    if (ending == ".continuo")
        return WrittenFormat::Project;
    if (ending == ".mid" || ending == ".midi")
        return WrittenFormat::Midi;
    const std::string name = readablePath(out);
    return Error{ErrorKind::Usage,
                 "convert.unknown-format",
                 fmt::format("Cannot write \"{}\": what to write is told by the ending. Choose a "
                             "name that ends with .mid, .abc or .continuo.",
                             name),
                 {{"file", name}}};
}

Result<WrittenPieces> writtenPieces(const MusicFile& music, WrittenFormat format,
                                    const fs::path& out, const AbcWriteOptions& abc)
{
    switch (format) {
    case WrittenFormat::Abc:
        return abcOf(music, out, abc);
    case WrittenFormat::Project:
        return projectsOf(music, out);
    case WrittenFormat::Midi:
        break;
    }
    return midiOf(music, out);
}

int deliver(const WrittenPieces& written, std::vector<Remark> remarks, const Json& more,
            bool isForced, const CommandContext& context)
{
    if (const Status kept =
            writeAll(written.files, isForced ? Overwrite::Replace : Overwrite::Refuse);
        !kept)
        return context.fail(kept.error());
    Json json{{"pieces", written.pieces}, {"files", Json::array()}};
    for (const OutputFile& file : written.files) {
        json["files"].push_back(readablePath(file.path));
        context.print(readablePath(file.path));
    }
    for (const auto& [name, value] : more.items())
        json[name] = value;
    remarks.insert(remarks.end(), written.remarks.begin(), written.remarks.end());
    for (const Remark& remark : remarks)
        context.say(remark.text);
    json["remarks"] = toJson(remarks);
    if (context.isJson)
        context.print(json);
    return 0;
}

} // namespace continuo::cli
