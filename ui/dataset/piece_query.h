// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_row.h"

#include <QString>
#include <QStringList>

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

namespace continuo::ui {

/// What a term of the search can ask for.
enum class PieceFact
{
    Notes,
    Drums,
    Bars,
    Duration,
    Tempo,
    Tempos,
    Meters,
    Tracks,
    Polyphony,
    Density,
    Softest,
    Loudest,
    Velocity,
    OffGrid,
    Lowest,
    Highest,
    Range,
    Problems,
    Family,
    FamilySize,
    Pitch,
    PitchClass,
    Interval,
    NoteValue,
    Onset,
    Key,
    Meter,
    Problem,
    Read,
    Use,
    Title,
    Composer,
    Folder,
    Path,
    Name
};

/// A fact as it is written and explained.
struct PieceFactWords
{
    PieceFact fact{};
    QString name{};    ///< "notes"
    QString meaning{}; ///< "how many notes", with the unit.
    QString example{}; ///< "notes>100"
};
/// All facts, in the order they are told.
std::vector<PieceFactWords> pieceFactWords();

/// One condition of a search.
struct PieceTerm
{
    enum class Kind
    {
        Words,   ///< `text` stands anywhere in the row.
        Number,  ///< `fact` against `number`.
        Between, ///< All notes from `number` to `upper`: range and velocity.
        Text,    ///< `fact` holds `text`, or is it.
        Notes,   ///< One of the kinds of notes in `kinds` is in the piece.
        Choice   ///< The one of the row's few values is in `choices`.
    };
    enum class Test
    {
        Equal,
        Unequal,
        Less,
        AtMost,
        Greater,
        AtLeast
    };

    Kind kind = Kind::Words;
    Test test = Test::Equal;
    PieceFact fact = PieceFact::Name;
    bool isWhole = false; ///< Text that must be all there is.
    double number = 0;
    double upper = 0;
    double tolerance = 0;      ///< Equal to as many digits as were written.
    std::string text{};        ///< Lower case, UTF-8.
    std::uint64_t choices = 0; ///< Bits; what they are depends on the fact.
    Meter meter{};             ///< For PieceFact::Meter.
    std::bitset<128> kinds{};  ///< Places in NoteKinds of what `fact` is about.
    bool isNegated = false;
    int start = 0; ///< Where it stands in the search, in UTF-16 units.
    int length = 0;

    friend bool operator==(const PieceTerm&, const PieceTerm&) = default;
};

/// A search, understood: all terms must hold. What was not understood is told in `complaints`, and
/// the rest still holds.
struct PieceQuery
{
    std::vector<PieceTerm> terms{};
    QStringList complaints{}; ///< A sentence each: what is wrong, what is allowed.

    /// True where a term needs the size of the row's family.
    bool asksForFamilySize() const;
};

/// Understands a search: plain words, "words in quotes", terms `name OP value` with the operators =
/// != < <= > >= and
/// `:`, and `-` or `NOT` before any of these. Any thread.
PieceQuery parsePieceQuery(const QString& search);

/// Whether all terms hold for `row`; `familySize` is the number of pieces in its family. A fact
/// that a piece does not have (the key of a piece of drums) meets no comparison but `!=`. Any
/// thread.
bool matches(const PieceQuery& query, const PieceRow& row, std::size_t familySize);

/// `search` with `term` in the place of any term on the same facts; without it where it stands
/// there already.
QString withTerm(const QString& search, const QString& term);

/// How a key is asked for: key="G major".
QString keyTerm(Key key);
// How pieces with certain notes are asked for, by places in NoteStatistics.
QString pitchTerm(std::size_t pitch);           ///< pitch:F♯4
QString pitchClassTerm(std::size_t pitchClass); ///< pitchclass:F♯
QString intervalTerm(std::size_t interval);     ///< interval:+7
QString noteValueTerm(std::size_t value);       ///< notevalue:1/8.
QString onsetTerm(std::size_t onset);           ///< onset:2.75

} // namespace continuo::ui
