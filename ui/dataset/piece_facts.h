// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_query.h"

#include <QString>

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace continuo::ui {

/// The folder of a piece, as bytes of its path; of a zip's member, the zip and the folder in it.
std::string_view folderOf(const PieceRow& row);

/// What can be asked of a fact.
enum class FactKind
{
    Number, ///< All comparisons.
    Text,   ///< Holds, is, is not.
    Choice, ///< Is, is not.
    Notes   ///< The piece has such notes, or not.
};
FactKind kindOf(PieceFact fact);

/// The fact of this name, in lower case; names that mean the same are understood too.
std::optional<PieceFact> factNamed(const QString& name);
PieceFactWords wordsOf(PieceFact fact);

/// A fact of FactKind::Number; nothing where the piece does not have it. Off the grid in percent.
std::optional<double> numberOf(const PieceRow& row, PieceFact fact, std::size_t familySize);

/// The bit of a key among the choices of PieceFact::Key, and of none.
std::uint64_t keyBit(Key key);
inline constexpr std::uint64_t kNoKey = std::uint64_t{1} << 24;
/// Among the choices of PieceFact::Problem, beside problemBit().
inline constexpr std::uint64_t kNoProblem = std::uint64_t{1} << kProblemCount;
/// The bits that hold for a row: key, problems, how it was read, its use. Not for PieceFact::Meter.
std::uint64_t choiceOf(const PieceRow& row, PieceFact fact);
/// The kinds of notes that a fact of FactKind::Notes is about.
std::bitset<128> kindsOf(const NoteKinds& kinds, PieceFact fact);

/// Whether a fact of FactKind::Text has `text`, which is in lower case, in it; `isWhole`: is it.
bool holdsText(const PieceRow& row, PieceFact fact, const std::string& text, bool isWhole);

} // namespace continuo::ui
