// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/melody_line.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// A piece of a set in which passages are sought.
struct IndexedPiece
{
    std::string path{};      ///< Readable, of its file.
    std::size_t ordinal = 0; ///< Its place within the file, from 0.
    std::string title{};
    std::int64_t family = 0; ///< Equal for relatives; 0: it has none but itself.
    MelodyLine line{};
};

/// Where a passage begins in a set.
struct PassagePlace
{
    std::size_t piece = 0; ///< In the order the index was made from.
    std::size_t step = 0;
    std::uint32_t bar = 0; ///< From 0.

    friend bool operator==(const PassagePlace&, const PassagePlace&) = default;
};

/// A passage in a set.
struct PassageSightings
{
    std::size_t families =
        0; ///< Different families it stands in, counted up to the limit asked for.
    std::vector<PassagePlace>
        places{}; ///< The first place in each, as many as were asked for, in the order of pieces.
};

/// Told on the calling thread while an index is made: steps in their place so far, and of how many.
using IndexProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Every passage of the melodies of a set: a suffix array, so that the longest passage that stands
/// in the set is found in time that grows with the logarithm of the set. Making it takes time n·log
/// n of the steps and 22 bytes a step on the way, 8 afterwards. Immutable; safe from any thread.
class PassageIndex
{
public:
    /// Errors: base.cancelled, evaluate.set-too-large (kind Refused) above 2^32 − 2 steps.
    static Result<PassageIndex> make(std::vector<IndexedPiece> pieces, const CancelToken& cancel,
                                     const IndexProgress& progress = {});

    const std::vector<IndexedPiece>& pieces() const { return m_pieces; }

    /// Steps of all pieces.
    std::size_t steps() const { return m_steps; }

    /// For each step of `melody`: how many steps from there on stand in the set in one piece.
    std::vector<std::uint32_t> longestRuns(const MelodyPrint& melody) const;

    /// The same for a piece of the set, looked for in the pieces of other families: leave one out.
    /// One value a step.
    std::span<const std::uint32_t> longestRunsElsewhere(std::size_t piece) const;

    /// Where `run`, which is not empty, stands. Counts up to `mostFamilies` and names up to
    /// `mostPlaces`.
    PassageSightings find(std::span<const MelodyStep> run, std::size_t mostFamilies,
                          std::size_t mostPlaces) const;

private:
    PassageIndex() = default;
    std::size_t pieceAt(std::uint32_t position) const;
    std::int64_t familyAt(std::uint32_t position) const;
    bool isBefore(std::uint32_t position, std::span<const std::uint16_t> run) const;
    std::uint32_t common(std::uint32_t position, std::span<const std::uint16_t> run) const;
    void compareFamilies();

    std::vector<IndexedPiece> m_pieces{};
    std::vector<std::uint32_t> m_starts{}; ///< Of each piece in the text.
    std::vector<std::uint16_t> m_text{};   ///< Codes of steps, 0 behind each piece.
    std::vector<std::uint32_t> m_suffixes{};
    std::vector<std::uint32_t> m_elsewhere{}; ///< longestRunsElsewhere(), by place in the text.
    std::size_t m_steps = 0;
};

} // namespace continuo
