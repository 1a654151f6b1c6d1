// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/family.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace continuo {

/// A passage of kLeakPassage.notes notes or more that a held-out melody shares with a training
/// melody, as long as it goes. Notes are counted as in a MelodyPrint: of one pitch running as one.
struct SharedPassage
{
    std::size_t heldOut = 0;      ///< Which of the held-out melodies, from 0.
    std::size_t heldOutNote = 0;  ///< Its first note there, from 0.
    std::size_t training = 0;     ///< As given to add().
    std::size_t trainingNote = 0; ///< Its first note there, from 0.
    std::size_t notes = 0;

    friend bool operator==(const SharedPassage&, const SharedPassage&) = default;
};

/// Seeks passages of kLeakPassage that held-out melodies share with training melodies. Training
/// melodies are shown one after the other, so that only the held-out ones need memory: about 40
/// bytes a note. Not to be used from two threads at a time.
class LeakSearch
{
public:
    explicit LeakSearch(std::vector<MelodyPrint> heldOut);

    /// A melody of the training part.
    void add(std::size_t training, const MelodyPrint& melody);

    /// Distinct passages of exactly kLeakPassage.notes notes that stand on both sides.
    std::size_t distinctPassages() const { return m_distinct; }
    /// Passages of each held-out melody in the order of notes. Of those that begin at one note the
    /// longest, of equally long ones the first that was added; none lies within the one before.
    std::vector<SharedPassage> passages() const;

private:
    struct Place
    {
        std::uint32_t melody = 0;
        std::uint32_t note = 0;
    };
    /// Where a passage stands among the held-out melodies: a run of m_places.
    struct Places
    {
        std::uint32_t first = 0;
        std::uint32_t count = 0;
        bool isShared = false;
    };
    struct Longest
    {
        std::uint32_t notes = 0; ///< 0: nothing is shared from here on.
        std::uint32_t trainingNote = 0;
        std::size_t training = 0;
    };

    std::vector<MelodyPrint> m_heldOut;
    std::vector<Place> m_places;
    std::unordered_map<std::uint64_t, Places> m_passages;
    std::unordered_map<std::uint64_t, Longest> m_longest; ///< By melody and note.
    std::size_t m_distinct = 0;
};

} // namespace continuo
