// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/passage_index.h"

#include "core/evaluate/suffix_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <set>

namespace continuo {
namespace {

/// A step as one number, never 0: five bits are enough for a rhythm of −12..12.
std::uint16_t codeOf(MelodyStep step)
{
    return static_cast<std::uint16_t>(((step.interval + 128) << 5 | (step.rhythm + 12)) + 1);
}

std::vector<std::uint16_t> codesOf(std::span<const MelodyStep> steps)
{
    std::vector<std::uint16_t> codes(steps.size());
    std::ranges::transform(steps, codes.begin(), codeOf);
    return codes;
}

} // namespace

Result<PassageIndex> PassageIndex::make(std::vector<IndexedPiece> pieces, const CancelToken& cancel,
                                        const IndexProgress& progress)
{
    PassageIndex index;
    std::uint64_t length = 0;
    for (const IndexedPiece& piece : pieces)
        length += piece.line.steps.size() + 1;
    if (length >= std::numeric_limits<std::uint32_t>::max()) {
        return Error{ErrorKind::Refused,
                     "evaluate.set-too-large",
                     fmt::format("The melodies of the set have {} notes; passages can be sought in "
                                 "up to four thousand "
                                 "million. Compare with a part of it.",
                                 length),
                     {{"notes", std::to_string(length)}}};
    }
    index.m_text.reserve(length);
    for (const IndexedPiece& piece : pieces) {
        index.m_starts.push_back(static_cast<std::uint32_t>(index.m_text.size()));
        index.m_steps += piece.line.steps.size();
        std::ranges::transform(piece.line.steps, std::back_inserter(index.m_text), codeOf);
        index.m_text.push_back(0);
    }
    index.m_pieces = std::move(pieces);
    auto suffixes = suffixArray(index.m_text, cancel, progress);
    if (!suffixes)
        return cancelledError();
    index.m_suffixes = std::move(*suffixes);
    index.compareFamilies();
    return index;
}

std::size_t PassageIndex::pieceAt(std::uint32_t position) const
{
    return static_cast<std::size_t>(std::ranges::upper_bound(m_starts, position) -
                                    m_starts.begin()) -
           1;
}

std::int64_t PassageIndex::familyAt(std::uint32_t position) const
{
    const std::size_t piece = pieceAt(position);
    const std::int64_t family = m_pieces[piece].family;
    return family != 0 ? family : -static_cast<std::int64_t>(piece) - 1;
}

/// The nearest suffix of another family on either side shares most; what lies between shares at
/// least as much.
void PassageIndex::compareFamilies()
{
    const std::vector<std::uint32_t> common = commonWithPrevious(m_text, m_suffixes);
    std::vector<std::int64_t> families(m_suffixes.size());
    for (std::size_t i = 0; i < m_suffixes.size(); ++i)
        families[i] = familyAt(m_suffixes[i]);
    m_elsewhere.assign(m_text.size(), 0);
    std::uint32_t shared = 0;
    for (std::size_t i = 1; i < m_suffixes.size(); ++i) {
        shared = families[i] == families[i - 1] ? std::min(shared, common[i]) : common[i];
        m_elsewhere[m_suffixes[i]] = shared;
    }
    shared = 0;
    for (std::size_t i = m_suffixes.size(); i-- > 1;) {
        shared = families[i] == families[i - 1] ? std::min(shared, common[i]) : common[i];
        std::uint32_t& best = m_elsewhere[m_suffixes[i - 1]];
        best = std::max(best, shared);
    }
}

std::uint32_t PassageIndex::common(std::uint32_t position, std::span<const std::uint16_t> run) const
{
    std::size_t length = 0;
    while (length < run.size() && m_text[position + length] == run[length])
        ++length; // the 0 behind each piece equals no step
    return static_cast<std::uint32_t>(length);
}

/// Whether the suffix at `position` stands before every suffix that begins with `run`.
bool PassageIndex::isBefore(std::uint32_t position, std::span<const std::uint16_t> run) const
{
    const std::uint32_t length = common(position, run);
    return length < run.size() && m_text[position + length] < run[length];
}

std::vector<std::uint32_t> PassageIndex::longestRuns(const MelodyPrint& melody) const
{
    const std::vector<std::uint16_t> codes = codesOf(melody);
    std::vector<std::uint32_t> runs(codes.size(), 0);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto rest = std::span(codes).subspan(i);
        const auto at = std::ranges::partition_point(
            m_suffixes, [&](std::uint32_t position) { return isBefore(position, rest); });
        if (at != m_suffixes.end())
            runs[i] = common(*at, rest);
        if (at != m_suffixes.begin())
            runs[i] = std::max(runs[i], common(*(at - 1), rest));
    }
    return runs;
}

std::span<const std::uint32_t> PassageIndex::longestRunsElsewhere(std::size_t piece) const
{
    return std::span(m_elsewhere).subspan(m_starts[piece], m_pieces[piece].line.steps.size());
}

PassageSightings PassageIndex::find(std::span<const MelodyStep> run, std::size_t mostFamilies,
                                    std::size_t mostPlaces) const
{
    assert(!run.empty());
    const std::vector<std::uint16_t> codes = codesOf(run);
    auto at = std::ranges::partition_point(
        m_suffixes, [&](std::uint32_t position) { return isBefore(position, codes); });
    PassageSightings sightings;
    std::set<std::int64_t> families;
    std::vector<std::uint32_t> firsts; // in each family, the first place met
    for (; at != m_suffixes.end() && common(*at, codes) == codes.size() &&
           families.size() < mostFamilies;
         ++at)
        if (families.insert(familyAt(*at)).second)
            firsts.push_back(*at);
    sightings.families = families.size();
    std::ranges::sort(firsts);
    for (const std::uint32_t position : firsts) {
        if (sightings.places.size() == mostPlaces)
            break;
        const std::size_t piece = pieceAt(position);
        const std::size_t step = position - m_starts[piece];
        sightings.places.push_back({piece, step, m_pieces[piece].line.bars[step]});
    }
    return sightings;
}

} // namespace continuo
