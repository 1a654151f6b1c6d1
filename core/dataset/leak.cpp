// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/leak.h"

#include <algorithm>
#include <tuple>

namespace continuo {
namespace {

constexpr std::size_t kSteps = kLeakPassage.notes - 1;
/// A turn of phrase that stands in more places than this is traced from the first of them.
constexpr std::uint32_t kMostPlaces = 64;

std::uint64_t keyOf(std::size_t melody, std::size_t note)
{
    return std::uint64_t{melody} << 32 | note;
}

/// True where the passages that begin at these notes go on one note to the left.
bool goesOnLeft(const MelodyPrint& a, std::size_t i, const MelodyPrint& b, std::size_t k)
{
    return i > 0 && k > 0 && a[i - 1] == b[k - 1];
}

/// How many notes two melodies share from these notes on. The rhythm of a step reaches to the note
/// after, so the last step is compared by its interval alone.
std::size_t sharedNotes(const MelodyPrint& a, std::size_t i, const MelodyPrint& b, std::size_t k)
{
    std::size_t steps = 0;
    while (i + steps < a.size() && k + steps < b.size()) {
        if (a[i + steps].interval != b[k + steps].interval)
            break;
        ++steps;
        if (a[i + steps - 1].rhythm != b[k + steps - 1].rhythm)
            break;
    }
    return steps + 1;
}

} // namespace

LeakSearch::LeakSearch(std::vector<MelodyPrint> heldOut)
    : m_heldOut(std::move(heldOut))
{
    struct Found
    {
        std::uint64_t passage = 0;
        Place place{};
    };
    std::vector<Found> found;
    for (std::size_t melody = 0; melody < m_heldOut.size(); ++melody) {
        const std::vector<std::uint64_t> passages =
            passagesInOrder(m_heldOut[melody], kLeakPassage);
        for (std::size_t note = 0; note < passages.size(); ++note)
            found.push_back(
                {passages[note],
                 {static_cast<std::uint32_t>(melody), static_cast<std::uint32_t>(note)}});
    }
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return std::tie(a.passage, a.place.melody, a.place.note) <
               std::tie(b.passage, b.place.melody, b.place.note);
    });
    m_places.reserve(found.size());
    for (const Found& one : found) {
        Places& places =
            m_passages
                .try_emplace(one.passage,
                             Places{static_cast<std::uint32_t>(m_places.size()), 0, false})
                .first->second;
        if (places.count == kMostPlaces)
            continue;
        ++places.count;
        m_places.push_back(one.place);
    }
}

void LeakSearch::add(std::size_t training, const MelodyPrint& melody)
{
    const std::vector<std::uint64_t> passages = passagesInOrder(melody, kLeakPassage);
    for (std::size_t note = 0; note < passages.size(); ++note) {
        const auto met = m_passages.find(passages[note]);
        if (met == m_passages.end())
            continue;
        Places& places = met->second;
        m_distinct += !places.isShared;
        places.isShared = true;
        for (std::uint32_t i = places.first; i < places.first + places.count; ++i) {
            const Place place = m_places[i];
            const MelodyPrint& heldOut = m_heldOut[place.melody];
            if (goesOnLeft(heldOut, place.note, melody, note))
                continue;
            const std::size_t notes = sharedNotes(heldOut, place.note, melody, note);
            // Two passages may have one hash without being the same.
            if (notes < kLeakPassage.notes)
                continue;
            Longest& longest = m_longest[keyOf(place.melody, place.note)];
            if (notes > longest.notes)
                longest = {static_cast<std::uint32_t>(notes), static_cast<std::uint32_t>(note),
                           training};
        }
    }
}

std::vector<SharedPassage> LeakSearch::passages() const
{
    std::vector<SharedPassage> all;
    all.reserve(m_longest.size());
    for (const auto& [key, longest] : m_longest)
        all.push_back({static_cast<std::size_t>(key >> 32), key & 0xffffffffU, longest.training,
                       longest.trainingNote, longest.notes});
    std::sort(all.begin(), all.end(), [](const SharedPassage& a, const SharedPassage& b) {
        return std::tie(a.heldOut, a.heldOutNote) < std::tie(b.heldOut, b.heldOutNote);
    });
    std::vector<SharedPassage> passages;
    for (const SharedPassage& passage : all) {
        const bool isWithin = !passages.empty() && passages.back().heldOut == passage.heldOut &&
                              passages.back().heldOutNote + passages.back().notes >=
                                  passage.heldOutNote + passage.notes;
        if (!isWithin)
            passages.push_back(passage);
    }
    return passages;
}

} // namespace continuo
