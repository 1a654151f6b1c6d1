// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace continuo::ui {

/// A set of pitches 0..127.
struct PitchSet
{
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    void insert(int pitch) { (pitch < 64 ? low : high) |= std::uint64_t{1} << (pitch & 63); }
    bool contains(int pitch) const { return ((pitch < 64 ? low : high) >> (pitch & 63) & 1) != 0; }
    void insert(const PitchSet& other)
    {
        low |= other.low;
        high |= other.high;
    }
    bool isEmpty() const { return (low | high) == 0; }
    friend bool operator==(const PitchSet&, const PitchSet&) = default;
};

/// What a run of neighbouring notes comes to.
struct NoteCluster
{
    Tick start{}; ///< Where the first begins.
    Tick end{};   ///< Where the last ends to sound.
    PitchSet pitches{};
    std::uint8_t highestVelocity = 0;
    friend bool operator==(const NoteCluster&, const NoteCluster&) = default;
};

/// Finds the notes of a span of time without looking at all of them, and sums up crowds too dense to tell apart: a tree of
/// clusters over notes sorted by start. Knows places, not notes: the notes are given again with each question.
class NoteIndex
{
public:
    NoteIndex() = default;
    /// `notes` in order of start.
    explicit NoteIndex(std::span<const Note> notes);

    struct Visit
    {
        /// Called with the place of each note that sounds in the span.
        std::function<void(std::size_t)> note{};
        /// Called with a crowd of notes that lasts no longer than `crowd`; empty: every note is visited.
        std::function<void(const NoteCluster&)> cluster{};
        Tick crowd{};
    };
    /// Visits what sounds in [from, to), notes of length zero included where they stand, in order. Returns how many notes
    /// and clusters were looked at.
    std::size_t visit(std::span<const Note> notes, Tick from, Tick to, const Visit& visit) const;

private:
    std::size_t visit(std::span<const Note> notes, Tick from, Tick to, const Visit& visit, std::size_t level, std::size_t place) const;

    std::size_t m_count = 0;
    std::vector<std::vector<NoteCluster>> m_levels{}; ///< From the smallest clusters to the one of all.
};

} // namespace continuo::ui
