// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dataset/facts.h"
#include "core/dataset/split.h"
#include "core/music/score.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

enum class MusicFormat
{
    Midi,  ///< Standard MIDI File, plain or inside RIFF.
    Abc,
    Frames ///< Frame lists in JSON, see frame_list.h.
};

std::string_view musicFormatName(MusicFormat format); ///< "midi", "abc", "frames".

/// What was noticed or repaired while a file was read. It does not stop the file from being used.
struct Remark
{
    std::string id{};   ///< Stable, for example "midi.missing-note-off".
    std::string text{}; ///< The same in English.
    Error::Arguments arguments{};

    friend bool operator==(const Remark&, const Remark&) = default;
};

/// One piece of a file.
struct MusicPiece
{
    Score score{};
    std::string title{};    ///< As the file says, UTF-8; often empty.
    std::string composer{};
    std::optional<Part> part{}; ///< Where the file itself says so (frame lists).
    bool hasUnreleasedNotes = false;
    std::vector<NoteId> unreleasedNotes{}; ///< Those notes, ascending.
    /// The same with its ornaments played; only where that was asked for beside the other and makes a difference.
    std::optional<Score> ornamented{};
};

struct MusicFile
{
    MusicFormat format = MusicFormat::Midi;
    std::vector<Remark> remarks{};
    std::vector<MusicPiece> pieces{}; ///< At least one.
};

/// What becomes of the ornaments of a tune in ABC: grace notes, trills, rolls, mordents and turns. Other formats have none
/// beside their notes.
enum class OrnamentReading
{
    Marks,  ///< They are marks and do not sound.
    Played, ///< They sound.
    Both    ///< Marks, and in MusicPiece::ornamented what sounds where they are played. Takes twice as long.
};

/// What a file name promises: .mid .midi .kar .rmi .smf are MIDI, .abc is ABC. Case does not matter.
std::optional<MusicFormat> musicFormatByName(std::string_view name);

/// What the first bytes of a file promise: a MIDI or RIFF RMID header, an ABC tune header (X: and K: fields at the start
/// of lines), or a frame list. 4096 bytes are enough.
inline constexpr std::size_t kFormatHeadBytes = 4096;
std::optional<MusicFormat> musicFormatByContent(std::span<const std::uint8_t> head);

/// Reads a whole file of any of the formats; the content decides, then the name. `name` is for messages. Several tunes,
/// the tracks of a format-2 MIDI file and the lists of a frame list are pieces of their own. Errors are those of the
/// readers, and music.unknown-format.
Result<MusicFile> readMusicFile(std::span<const std::uint8_t> bytes, std::string_view name,
                                OrnamentReading ornaments = OrnamentReading::Marks);

/// The facts of its score, with title and composer as the file says them.
PieceFacts factsOf(const MusicPiece& piece);
/// Every problem that needs no other piece to be seen. `facts` are those of the piece.
ProblemMask problemsOf(const MusicPiece& piece, const PieceFacts& facts);

} // namespace continuo
