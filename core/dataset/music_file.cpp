// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/music_file.h"

#include "core/abc/read_abc.h"
#include "core/base/text.h"
#include "core/dataset/frame_list.h"
#include "core/midi/read_midi.h"
#include "core/music/lyrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace continuo {
namespace {

std::string_view asText(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool isMidiByContent(std::string_view head)
{
    return head.starts_with("MThd") || (head.starts_with("RIFF") && head.substr(0, 12).ends_with("RMID"));
}

/// A tune header has its X: field before its K: field, both at the start of a line.
bool isAbcByContent(std::string_view head)
{
    if (head.find('\0') != std::string_view::npos)
        return false;
    bool hasNumber = false;
    while (!head.empty()) {
        const std::size_t end = std::min(head.find_first_of("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        if (line.starts_with("X:") && parseInteger(trimmed(line.substr(2))))
            hasNumber = true;
        else if (hasNumber && line.starts_with("K:"))
            return true;
        head.remove_prefix(std::min(end + 1, head.size()));
    }
    return false;
}

/// An object whose first member is one of the lists.
bool isFrameListByContent(std::string_view head)
{
    const auto skip = [&head](std::string_view what) {
        head = head.substr(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
        const bool isThere = head.starts_with(what);
        if (isThere)
            head.remove_prefix(what.size());
        return isThere;
    };
    if (!skip("{") || !skip("\""))
        return false;
    constexpr std::array<std::string_view, 4> kNames{"train\"", "valid\"", "validation\"", "test\""};
    return std::any_of(kNames.begin(), kNames.end(), skip) && skip(":") && skip("[");
}

bool isConductorEvent(const Event& event)
{
    return event.isMeta(Meta::Tempo) || event.isMeta(Meta::TimeSignature) || event.isMeta(Meta::KeySignature);
}

bool hasTempo(const Track& track)
{
    return std::any_of(track.events.begin(), track.events.end(),
                       [](const Event& event) { return event.isMeta(Meta::Tempo); });
}

/// The tracks of a format-2 file are pieces of their own; of any other the whole score is one. Tracks without notes are
/// no pieces beside others that have some; but a first track of that kind gives its tempo, meter and key to the pieces
/// without a tempo of their own.
std::vector<Score> scoresOf(Score score)
{
    std::vector<Score> scores;
    if (score.format != 2 || score.tracks.size() < 2) {
        scores.push_back(std::move(score));
        return scores;
    }
    const bool hasNotes = score.hasNotes();
    std::vector<Event> conductor;
    if (hasNotes && score.tracks.front().notes.empty())
        std::copy_if(score.tracks.front().events.begin(), score.tracks.front().events.end(),
                     std::back_inserter(conductor), isConductorEvent);
    for (Track& track : score.tracks) {
        if (hasNotes && track.notes.empty())
            continue;
        Score piece;
        piece.format = 0;
        piece.ticksPerQuarter = score.ticksPerQuarter;
        piece.smpte = score.smpte;
        piece.nextId = score.nextId;
        if (!conductor.empty() && !hasTempo(track)) {
            for (const Event& event : conductor) {
                if (event.time <= track.end)
                    track.events.push_back(event);
            }
            std::stable_sort(track.events.begin(), track.events.end(), eventBefore);
        }
        piece.tracks.push_back(std::move(track));
        scores.push_back(std::move(piece));
    }
    return scores;
}

/// Those of `ids`, which are sorted, that the score has.
std::vector<NoteId> heldOf(const Score& score, const std::vector<NoteId>& ids)
{
    std::vector<NoteId> held;
    if (ids.empty())
        return held;
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (std::binary_search(ids.begin(), ids.end(), note.id))
                held.push_back(note.id);
        }
    }
    std::sort(held.begin(), held.end());
    return held;
}

Result<MusicFile> musicFromMidi(std::span<const std::uint8_t> bytes, std::string_view name)
{
    Result<MidiReading> reading = readMidi(bytes, std::string(name));
    if (!reading)
        return reading.error();
    MusicFile file;
    for (MidiRemark& remark : reading->remarks)
        file.remarks.push_back({std::move(remark.id), std::move(remark.text), std::move(remark.arguments)});
    for (Score& score : scoresOf(std::move(reading->score))) {
        MusicPiece piece;
        piece.unreleasedNotes = heldOf(score, reading->unreleasedNotes);
        piece.hasUnreleasedNotes = !piece.unreleasedNotes.empty();
        if (const std::vector<std::string> titles = lyricsOf(score).titles; !titles.empty())
            piece.title = titles.front();
        piece.score = std::move(score);
        file.pieces.push_back(std::move(piece));
    }
    return file;
}

/// Adds what sounds where ornaments are played.
void addOrnamented(MusicFile& file, std::span<const std::uint8_t> bytes, std::string_view name)
{
    Result<std::vector<AbcTune>> tunes = readAbc(asText(bytes), name, {.playsOrnaments = true});
    if (!tunes || tunes->size() != file.pieces.size())
        return;
    for (std::size_t i = 0; i < tunes->size(); ++i) {
        Score& score = (*tunes)[i].score;
        if (score != file.pieces[i].score)
            file.pieces[i].ornamented = std::move(score);
    }
}

Result<MusicFile> musicFromAbc(std::span<const std::uint8_t> bytes, std::string_view name, OrnamentReading ornaments)
{
    Result<std::vector<AbcTune>> tunes =
        readAbc(asText(bytes), name, {.playsOrnaments = ornaments == OrnamentReading::Played});
    if (!tunes)
        return tunes.error();
    MusicFile file;
    file.format = MusicFormat::Abc;
    for (AbcTune& tune : tunes.value()) {
        for (AbcRemark& remark : tune.remarks) {
            Error::Arguments place{{"line", std::to_string(remark.line)}, {"column", std::to_string(remark.column)}};
            file.remarks.push_back({std::move(remark.id), std::move(remark.text), std::move(place)});
        }
        file.pieces.push_back({std::move(tune.score), std::move(tune.title), std::move(tune.composer), {}, false, {}, {}});
    }
    if (ornaments == OrnamentReading::Both)
        addOrnamented(file, bytes, name);
    return file;
}

Result<MusicFile> musicFromFrames(std::span<const std::uint8_t> bytes, std::string_view name)
{
    Result<std::vector<FramePiece>> pieces = readFrameList(bytes, name);
    if (!pieces)
        return pieces.error();
    MusicFile file;
    file.format = MusicFormat::Frames;
    for (FramePiece& piece : pieces.value())
        file.pieces.push_back({std::move(piece.score), {}, {}, piece.part, false, {}, {}});
    return file;
}

} // namespace

std::string_view musicFormatName(MusicFormat format)
{
    constexpr std::array<std::string_view, 3> kNames{"midi", "abc", "frames"};
    return kNames[static_cast<std::size_t>(format)];
}

std::optional<MusicFormat> musicFormatByName(std::string_view name)
{
    const std::string lower = lowerCase(name.substr(name.size() - std::min<std::size_t>(name.size(), 5)));
    constexpr std::array<std::string_view, 5> kMidiEndings{".mid", ".midi", ".kar", ".rmi", ".smf"};
    for (const std::string_view ending : kMidiEndings) {
        if (lower.ends_with(ending))
            return MusicFormat::Midi;
    }
    if (lower.ends_with(".abc"))
        return MusicFormat::Abc;
    return std::nullopt;
}

std::optional<MusicFormat> musicFormatByContent(std::span<const std::uint8_t> bytes)
{
    const std::string_view head = asText(bytes.first(std::min(bytes.size(), kFormatHeadBytes)));
    if (isMidiByContent(head))
        return MusicFormat::Midi;
    if (isFrameListByContent(head))
        return MusicFormat::Frames;
    if (isAbcByContent(head))
        return MusicFormat::Abc;
    return std::nullopt;
}

Result<MusicFile> readMusicFile(std::span<const std::uint8_t> bytes, std::string_view name, OrnamentReading ornaments)
{
    std::optional<MusicFormat> format = musicFormatByContent(bytes);
    if (!format)
        format = musicFormatByName(name);
    if (!format) {
        return Error{ErrorKind::Refused,
                     "music.unknown-format",
                     fmt::format("\"{}\" is neither a MIDI file, nor ABC, nor a frame list.", name),
                     {{"file", std::string(name)}}};
    }
    switch (*format) {
    case MusicFormat::Midi:
        return musicFromMidi(bytes, name);
    case MusicFormat::Abc:
        return musicFromAbc(bytes, name, ornaments);
    case MusicFormat::Frames:
        return musicFromFrames(bytes, name);
    }
    return Error{ErrorKind::Failed, "music.unknown-format", "Unknown music format.", {}};
}

PieceFacts factsOf(const MusicPiece& piece)
{
    PieceFacts facts = factsOf(piece.score);
    if (!piece.title.empty())
        facts.title = factText(piece.title);
    facts.composer = factText(piece.composer);
    return facts;
}

ProblemMask problemsOf(const MusicPiece& piece, const PieceFacts& facts)
{
    return problemsOf(facts) | (piece.hasUnreleasedNotes ? problemBit(Problem::UnreleasedNotes) : 0);
}

} // namespace continuo
