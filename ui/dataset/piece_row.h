// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace continuo::ui {

/// One piece of a dataset as the table keeps it: its facts without the long lists, and the texts it
/// is found and put in order by.
struct PieceRow
{
    std::int64_t id = 0;
    std::int64_t file = 0;
    std::int64_t family = 0; ///< 0 while not known.
    std::size_t ordinal = 0;
    std::string path{}; ///< The exact bytes.
    std::string title{};
    std::string composer{};
    std::string name{};     ///< UTF-8: the file's name, with place and title where the file holds
                            ///< several pieces.
    std::string orderKey{}; ///< The name in lower case, numbers by their value.
    std::string
        searchText{}; ///< In lower case: name, title, composer, folder, key, meter, problems, use.
    FileStatus status = FileStatus::Accepted;
    std::optional<Part> part{};
    ProblemMask problems = 0;
    std::optional<Key> key{};
    std::optional<Key> keyRunnerUp{};
    float keyConfidence = 0;
    std::optional<Meter> meter{};
    std::uint32_t notes = 0;
    std::uint32_t drumNotes = 0;
    std::uint32_t tracks = 0;
    std::uint32_t polyphony = 0;
    std::uint32_t tempoCount = 0;
    std::uint32_t meterCount = 0;
    std::uint32_t overlappingNotes = 0;
    std::uint32_t zeroLengthNotes = 0;
    std::int32_t bars = 0;
    std::int16_t lowest = -1; ///< Key number; -1 without pitched notes.
    std::int16_t highest = -1;
    std::int16_t lowestVelocity = 0;
    std::int16_t highestVelocity = 0;
    float durationSeconds = 0;
    float quartersPerMinute = 0; ///< Of the first tempo; 0 without one.
    float density = 0;
    float offGridShare = 0;
    std::optional<NoteKinds> kinds{}; ///< Nothing while not known: of a set that an earlier version made.
    std::string contentKey{}; ///< pieceKey(), what the steps of a recipe call it.
    std::uint32_t sections = 1; ///< Pieces the recipe makes of it.
    bool isInUse = true;      ///< False where the recipe leaves it out.
    std::string whyLeftOut{}; ///< As in DatasetPiece.
    std::string whyLeftOutText{};
    std::string changes{};     ///< What the recipe changes, in words; empty: nothing.
    /// Those of its problems that the recipe has seen to: by a step that cures them and changed it,
    /// or all where it is left out.
    ProblemMask treated = 0;
    std::vector<std::uint32_t> steps{}; ///< Places of the steps that did something to it, ascending.
    std::vector<std::string> tags{};
    std::string note{};
};

/// Below this lead over the runner-up a key is shown with a question mark.
inline constexpr float kUnsureKey = 0.05F;

/// `isOneOfSeveral`: its file holds more pieces than this one. Any thread.
PieceRow pieceRow(const DatasetPiece& piece, bool isOneOfSeveral);

/// "polka 12.MID" as it is put in order: lower case, numbers by their value.
std::string orderKey(const QString& name);

// What the cells say. Any thread.
QString pieceName(const PieceRow& row);
QString keyInWords(const PieceRow& row);   ///< "B♭ major", "C major?", "–".
QString meterInWords(const PieceRow& row); ///< "6/8", "–".
QString rangeInWords(const PieceRow& row); ///< "D4–G5", "–".
QString readInWords(const PieceRow& row);  ///< "as is", "remarks".
/// "2 overlaps closed, +5", "left out", "none".
QString recipeInWords(const PieceRow& row);
/// "2 overlaps, 3 tempos", "none". `relative` is the name of the earlier piece it is a
/// near-duplicate of, where known.
QString problemsInWords(const PieceRow& row, const QString& relative);
/// "training", "validation", "test", "no", "left out by hand". Without any split yet: "not split".
QString useInWords(const PieceRow& row, bool isSplit);
/// Path and facts, a line each.
QString factsInWords(const PieceRow& row, const QString& relative);

/// The name of a group: "Overlapping notes".
QString problemGroupInWords(Problem problem);

} // namespace continuo::ui
