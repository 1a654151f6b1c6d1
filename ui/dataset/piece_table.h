// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/note_statistics.h"
#include "ui/dataset/piece_query.h"
#include "ui/dataset/piece_row.h"
#include "ui/dataset/recipe_model.h"

#include <QString>

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace continuo::ui {

enum class PieceColumn
{
    Piece,
    Key,
    Meter,
    Notes,
    Range,
    Read,
    Problems,
    Recipe,
    Use,
    Title,
    Composer,
    Folder,
    Bars,
    Duration,
    Tempo,
    Tracks,
    Polyphony,
    Density,
    Velocity,
    OffGrid,
    FamilySize
};
inline constexpr int kPieceColumnCount = 21;

/// Which pieces are shown.
struct PieceFilter
{
    enum class Group
    {
        All,
        NoProblems,
        OneProblem
    };

    QString words{}; ///< What was searched for, as parsePieceQuery() understands it.
    Group group = Group::All;
    Problem problem = Problem::Empty; ///< For Group::OneProblem.

    friend bool operator==(const PieceFilter&, const PieceFilter&) = default;
};

struct PieceOrder
{
    PieceColumn column = PieceColumn::Piece;
    bool isDescending = false;

    friend bool operator==(const PieceOrder&, const PieceOrder&) = default;
};

/// The pieces of a set, filtered and put in order: what the table shows, without Qt's model around
/// it. A value that one thread at a time works with; it may be filled on another than it is shown
/// on.
class PieceTable
{
public:
    struct Counts
    {
        std::size_t pieces = 0;
        std::size_t withoutProblems = 0;
        std::array<std::size_t, kProblemCount> problems{};
        std::array<std::size_t, kProblemCount> open{}; ///< Of these, those the recipe has not seen to.
        std::size_t train = 0;
        std::size_t validation = 0;
        std::size_t test = 0;
        std::size_t leftOut = 0; ///< By the recipe.
        std::size_t readWithNotes = 0; ///< Of files that were accepted with notes.

        std::size_t inUse() const { return train + validation + test; }
        /// The problems that some piece has.
        ProblemMask problemMask() const
        {
            ProblemMask mask = 0;
            for (std::size_t i = 0; i < kProblemCount; ++i)
                mask |= problems[i] > 0 ? problemBit(static_cast<Problem>(i)) : 0;
            return mask;
        }
    };

    /// Makes room, so that append() need not move what is there.
    void reserve(std::size_t rows);
    /// Adds rows behind all others; those that pass the filter are shown last, whatever the order.
    void append(std::vector<PieceRow> rows);
    /// Fills in what was found of rows that came without it, and filters anew.
    void setKinds(const FoundKinds& found);
    /// Where pieces are whose kinds of notes are not known, sorted.
    std::vector<PiecePlace> withoutKinds() const;
    /// How many of `rows` pass the filter.
    std::size_t passing(const std::vector<PieceRow>& rows) const;

    void setFilter(const PieceFilter& filter);
    void setOrder(const PieceOrder& order);
    /// Makes setOrder() by name, title, composer and folder as fast as by any other column, until
    /// rows are added. Takes long for very many rows: made to be called on another thread.
    void rankNames();
    const PieceFilter& filter() const { return m_filter; }
    const PieceOrder& order() const { return m_order; }

    const Counts& counts() const { return m_counts; }
    /// What the steps of the recipe did.
    const StepCounts& stepCounts() const { return m_steps; }
    bool isSplit() const { return m_counts.inUse() > 0; }
    const std::vector<PieceRow>& rows() const { return m_rows; } ///< All, in the order they came.

    std::size_t shownCount() const { return m_shown.size(); }
    const PieceRow& shown(std::size_t place) const { return m_rows[m_shown[place]]; }
    /// Where in rows() the one shown at `place` is.
    std::uint32_t rowAt(std::size_t place) const { return m_shown[place]; }
    /// Where the piece of this id is shown, if it is.
    std::optional<std::size_t> placeOf(std::int64_t id) const;

    /// The name of the first piece of a row's family, for near-duplicates; empty where it is not
    /// known.
    QString relativeOf(const PieceRow& row) const;
    /// How many pieces its family has, itself among them; 0 while families are not known.
    std::size_t familySizeOf(const PieceRow& row) const;

private:
    /// The rows of a family: how many there are, and the last that is no duplicate of another.
    struct Family
    {
        std::uint32_t size = 0;
        std::uint32_t originals = 0;
        std::uint32_t original = 0;
    };

    bool passes(const PieceRow& row) const;
    void show();
    const std::vector<std::uint32_t>& ranksOf(PieceColumn column);

    std::vector<PieceRow> m_rows{};
    std::vector<std::uint32_t> m_sorted{}; ///< All rows in order.
    std::vector<std::uint32_t> m_shown{};  ///< Of these, those that pass the filter.
    std::unordered_map<std::int64_t, Family> m_families{};
    PieceQuery m_query{}; ///< Of the filter.
    bool m_asksForFamilySize = false;
    /// The place of each row's name, title, composer and folder among all; of fewer rows: no
    /// longer true.
    std::array<std::vector<std::uint32_t>, 4> m_ranks{};
    PieceFilter m_filter{};
    PieceOrder m_order{};
    Counts m_counts{};
    StepCounts m_steps{};
};

} // namespace continuo::ui
