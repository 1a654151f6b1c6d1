// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/family.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace continuo {
namespace {

/// What pieces of the same title must share.
constexpr PassageKind kNamesakePassage{6, false};
constexpr double kNamesakeOverlap = 0.2;
/// A shorter title says too little: "No 1", "Reel".
constexpr std::size_t kShortestTitle = 5;
/// Pieces of one title that are compared each with each; beyond, each with the next.
constexpr std::size_t kMostNamesakes = 50;
/// Relatives that each is compared with for being nearly the same.
constexpr std::size_t kMostCompared = 500;
constexpr std::size_t kLongestPosting = 100;
/// Passages looked at when candidates are sought: 16 bytes each, and as much again for the index.
constexpr std::size_t kMostSamples = 4'000'000;
/// Above this share of its passages standing in one relative a melody adds nothing to the index.
constexpr double kWellKnown = 0.95;

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input reaches every bit of the output.
constexpr std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

std::int8_t rhythmClass(std::int64_t before, std::int64_t after)
{
    const double ratio = static_cast<double>(std::max<std::int64_t>(after, 1)) /
                         static_cast<double>(std::max<std::int64_t>(before, 1));
    return static_cast<std::int8_t>(std::clamp<long>(std::lround(2 * std::log2(ratio)), -12, 12));
}

/// Disjoint sets whose representative is their least index.
class Unions
{
public:
    explicit Unions(std::size_t count)
        : m_parents(count)
    {
        std::iota(m_parents.begin(), m_parents.end(), std::size_t{0});
    }

    std::size_t root(std::size_t index)
    {
        while (m_parents[index] != index) {
            m_parents[index] = m_parents[m_parents[index]];
            index = m_parents[index];
        }
        return index;
    }

    void join(std::size_t a, std::size_t b)
    {
        a = root(a);
        b = root(b);
        m_parents[std::max(a, b)] = std::min(a, b);
    }

    std::vector<std::size_t> roots()
    {
        std::vector<std::size_t> all(m_parents.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = root(i);
        return all;
    }

private:
    std::vector<std::size_t> m_parents;
};

/// Joins neighbours that are `equal` in the order given by `before`.
template <typename Before, typename Equal>
void joinEqual(Unions& families, std::size_t count, Before before, Equal equal)
{
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), before);
    for (std::size_t i = 1; i < count; ++i) {
        if (equal(order[i - 1], order[i]))
            families.join(order[i - 1], order[i]);
    }
}

/// Joins the same places of equal files, and equal melodies.
void joinEqualOnes(std::span<const FamilyMember> members, Unions& unions)
{
    joinEqual(
        unions, members.size(),
        [&](std::size_t a, std::size_t b) {
            const FamilyMember& first = members[a];
            const FamilyMember& second = members[b];
            return first.contentHash != second.contentHash ? first.contentHash < second.contentHash
                                                           : first.ordinal < second.ordinal;
        },
        [&](std::size_t a, std::size_t b) {
            return members[a].contentHash == members[b].contentHash && members[a].ordinal == members[b].ordinal;
        });
    joinEqual(
        unions, members.size(),
        [&](std::size_t a, std::size_t b) { return members[a].melody < members[b].melody; },
        [&](std::size_t a, std::size_t b) {
            return !members[a].melody.empty() && members[a].melody == members[b].melody;
        });
}

/// A melody long enough to be compared by passages.
struct Melody
{
    std::size_t member = 0;
    std::size_t passages = 0;    ///< How many distinct ones it has.
    std::uint64_t digest = 0;    ///< Of all of them.
};

struct Sample
{
    std::uint64_t passage = 0;
    std::uint32_t melody = 0;

    friend auto operator<=>(const Sample&, const Sample&) = default;
};

/// The melodies that can be compared, one for each distinct set of passages, most passages first.
std::vector<Melody> comparableMelodies(std::span<const FamilyMember> members, Unions& families, unsigned threads)
{
    std::vector<Melody> melodies(members.size());
    parallelFor(members.size(), threads, {}, [&](std::size_t i) {
        const std::vector<std::uint64_t> passages = passagesOf(members[i].melody, kFamilyPassage);
        std::uint64_t digest = 0;
        for (const std::uint64_t passage : passages)
            digest = mixed(digest ^ passage);
        melodies[i] = {i, passages.size(), digest};
    });
    std::erase_if(melodies, [](const Melody& melody) { return melody.passages < kFewestCommonPassages; });
    std::sort(melodies.begin(), melodies.end(), [](const Melody& a, const Melody& b) {
        if (a.passages != b.passages)
            return a.passages > b.passages;
        return a.digest != b.digest ? a.digest < b.digest : a.member < b.member;
    });
    std::vector<Melody> distinct;
    for (const Melody& melody : melodies) {
        if (!distinct.empty() && distinct.back().passages == melody.passages && distinct.back().digest == melody.digest)
            families.join(distinct.back().member, melody.member);
        else
            distinct.push_back(melody);
    }
    return distinct;
}

/// Every passage of every melody, or where there are too many those with the same fixed hash bits in all melodies, in
/// the order of passages.
std::vector<Sample> sampledPassages(std::span<const FamilyMember> members, std::span<const Melody> melodies, unsigned threads)
{
    std::size_t total = 0;
    for (const Melody& melody : melodies)
        total += melody.passages;
    std::uint64_t mask = 0;
    for (; total > kMostSamples; total /= 2)
        mask = mask << 1 | 1;

    // A share for each value of the topmost bits, sorted alone: one after the other they are sorted as a whole.
    constexpr std::size_t kShares = 16;
    constexpr int kShareShift = 60;
    const std::size_t blocks = std::min<std::size_t>(std::max(1U, threads), std::max<std::size_t>(1, melodies.size()));
    std::vector<std::array<std::vector<Sample>, kShares>> found(blocks);
    parallelFor(blocks, threads, {}, [&](std::size_t block) {
        for (std::size_t i = block; i < melodies.size(); i += blocks) {
            for (const std::uint64_t passage : passagesInOrder(members[melodies[i].member].melody, kFamilyPassage)) {
                if ((passage & mask) == 0)
                    found[block][passage >> kShareShift].push_back({passage, static_cast<std::uint32_t>(i)});
            }
        }
    });
    std::array<std::vector<Sample>, kShares> shares;
    parallelFor(kShares, threads, {}, [&](std::size_t share) {
        std::vector<Sample>& samples = shares[share];
        for (auto& block : found) {
            samples.insert(samples.end(), block[share].begin(), block[share].end());
            block[share] = {};
        }
        std::sort(samples.begin(), samples.end());
        samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
    });
    std::vector<Sample> samples;
    samples.reserve(total);
    for (std::vector<Sample>& share : shares) {
        samples.insert(samples.end(), share.begin(), share.end());
        share = {};
    }
    return samples;
}

/// The melodies seen so far that have a passage, for each passage that at least two have: slices of one array.
class PassageIndex
{
public:
    PassageIndex(std::span<const Sample> samples, std::size_t melodies)
        : m_firstGroup(melodies + 1, 0)
    {
        for (std::size_t first = 0, last = 0; first < samples.size(); first = last) {
            while (last < samples.size() && samples[last].passage == samples[first].passage)
                ++last;
            if (last - first < 2)
                continue;
            m_slices.push_back({m_seen.size(), m_seen.size()});
            m_seen.resize(m_seen.size() + std::min(last - first, kLongestPosting));
            for (std::size_t i = first; i < last; ++i)
                ++m_firstGroup[samples[i].melody + 1];
        }
        std::partial_sum(m_firstGroup.begin(), m_firstGroup.end(), m_firstGroup.begin());
        m_groups.resize(m_firstGroup.back());
        std::vector<std::size_t> next = m_firstGroup;
        std::uint32_t group = 0;
        for (std::size_t first = 0, last = 0; first < samples.size(); first = last) {
            while (last < samples.size() && samples[last].passage == samples[first].passage)
                ++last;
            if (last - first < 2)
                continue;
            for (std::size_t i = first; i < last; ++i)
                m_groups[next[samples[i].melody]++] = group;
            ++group;
        }
    }

    /// The groups a melody belongs to.
    std::span<const std::uint32_t> groupsOf(std::size_t melody) const
    {
        return std::span(m_groups).subspan(m_firstGroup[melody], m_firstGroup[melody + 1] - m_firstGroup[melody]);
    }
    std::span<const std::uint32_t> seen(std::uint32_t group) const
    {
        return std::span(m_seen).subspan(m_slices[group].begin, m_slices[group].end - m_slices[group].begin);
    }
    void add(std::size_t melody)
    {
        for (const std::uint32_t group : groupsOf(melody)) {
            Slice& slice = m_slices[group];
            const std::size_t limit = group + 1 < m_slices.size() ? m_slices[group + 1].begin : m_seen.size();
            if (slice.end < limit)
                m_seen[slice.end++] = static_cast<std::uint32_t>(melody);
        }
    }

private:
    struct Slice
    {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    std::vector<Slice> m_slices;
    std::vector<std::uint32_t> m_seen;
    std::vector<std::size_t> m_firstGroup;
    std::vector<std::uint32_t> m_groups;
};

std::size_t commonCount(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b)
{
    std::size_t count = 0;
    for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
        if (a[i] == b[k]) {
            ++count;
            ++i;
            ++k;
        } else if (a[i] < b[k]) {
            ++i;
        } else {
            ++k;
        }
    }
    return count;
}

/// How many passages a melody with so many, or more, must share with one that has `passages`.
double neededOf(std::size_t passages)
{
    return std::max(kFamilyOverlap * static_cast<double>(passages), static_cast<double>(kFewestCommonPassages));
}

void joinOverlapping(std::span<const FamilyMember> members, std::span<const Melody> melodies, Unions& families, unsigned threads)
{
    PassageIndex index(sampledPassages(members, melodies, threads), melodies.size());
    std::vector<std::uint32_t> shared(melodies.size(), 0);
    std::vector<std::uint32_t> met;
    for (std::size_t i = 0; i < melodies.size(); ++i) {
        const auto groups = index.groupsOf(i);
        for (const std::uint32_t group : groups) {
            for (const std::uint32_t other : index.seen(group)) {
                if (shared[other]++ == 0)
                    met.push_back(other);
            }
        }
        std::vector<std::uint64_t> passages; // Made for the first candidate: most melodies have none.
        const double needed = neededOf(melodies[i].passages);
        bool isWellKnown = false;
        for (const std::uint32_t other : met) {
            // Half of what would be needed among all the groups may be missing in a sample or a full posting.
            const bool isCandidate = shared[other] >= kFamilyOverlap / 2 * static_cast<double>(groups.size());
            shared[other] = 0;
            if (!isCandidate || isWellKnown)
                continue;
            if (passages.empty())
                passages = passagesOf(members[melodies[i].member].melody, kFamilyPassage);
            const std::size_t common = commonCount(passages, passagesOf(members[melodies[other].member].melody, kFamilyPassage));
            if (static_cast<double>(common) < needed)
                continue;
            families.join(melodies[other].member, melodies[i].member);
            isWellKnown = static_cast<double>(common) >= kWellKnown * static_cast<double>(passages.size());
        }
        met.clear();
        if (!isWellKnown)
            index.add(i);
    }
}

/// A title without case, blanks, punctuation and a leading or trailing "the".
std::string plainTitle(std::string_view title)
{
    std::string plain;
    std::string word;
    const auto endWord = [&] {
        if (word != "the")
            plain += word;
        word.clear();
    };
    for (const char letter : lowerCase(title)) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte >= 0x80 || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'))
            word += letter;
        else if (letter != '\'')
            endWord();
    }
    endWord();
    return plain;
}

/// Joins pieces of the same title that are alike at least a little.
void joinNamesakes(std::span<const FamilyMember> members, Unions& families)
{
    struct Named
    {
        std::string title{};
        std::size_t member = 0;
    };
    std::vector<Named> named;
    for (std::size_t i = 0; i < members.size(); ++i) {
        std::string title = plainTitle(members[i].title);
        if (title.size() >= kShortestTitle)
            named.push_back({std::move(title), i});
    }
    std::sort(named.begin(), named.end(), [&](const Named& a, const Named& b) {
        if (a.title != b.title)
            return a.title < b.title;
        const FamilyMember& first = members[a.member];
        const FamilyMember& second = members[b.member];
        return first.contentHash != second.contentHash ? first.contentHash < second.contentHash
                                                       : first.ordinal < second.ordinal;
    });
    for (std::size_t first = 0, last = 0; first < named.size(); first = last) {
        while (last < named.size() && named[last].title == named[first].title)
            ++last;
        std::vector<std::vector<std::uint64_t>> passages;
        for (std::size_t i = first; i < last; ++i)
            passages.push_back(passagesOf(members[named[i].member].melody, kNamesakePassage));
        const std::size_t reach = last - first <= kMostNamesakes ? kMostNamesakes : 1;
        for (std::size_t i = 0; i < passages.size(); ++i) {
            for (std::size_t k = i + 1; k < std::min(passages.size(), i + 1 + reach); ++k) {
                const std::size_t fewer = std::min(passages[i].size(), passages[k].size());
                const std::size_t common = commonCount(passages[i], passages[k]);
                if (common > 0 && static_cast<double>(common) >= kNamesakeOverlap * static_cast<double>(fewer))
                    families.join(named[first + i].member, named[first + k].member);
            }
        }
    }
}

} // namespace

MelodyPrint melodyPrint(std::span<const Note> melody)
{
    std::vector<Note> notes;
    for (const Note& note : melody) {
        if (!notes.empty() && notes.back().pitch == note.pitch)
            notes.back().length = note.end() - notes.back().start;
        else if (notes.size() <= kLongestPrint)
            notes.push_back(note);
        else
            break;
    }
    MelodyPrint print;
    for (std::size_t i = 0; i + 1 < notes.size(); ++i) {
        const Tick here = notes[i + 1].start - notes[i].start;
        const Tick next = i + 2 < notes.size() ? notes[i + 2].start - notes[i + 1].start : notes[i + 1].length;
        print.push_back({static_cast<std::int8_t>(notes[i + 1].pitch.value - notes[i].pitch.value),
                         rhythmClass(here.value, next.value)});
    }
    return print;
}

std::vector<std::uint64_t> passagesInOrder(const MelodyPrint& print, PassageKind kind)
{
    std::vector<std::uint64_t> passages;
    const std::size_t steps = kind.notes - 1;
    if (print.size() < steps)
        return passages;
    passages.reserve(print.size() - steps + 1);
    const auto digit = [&](std::size_t step, bool isTimed) {
        const auto rhythm = static_cast<std::uint8_t>(isTimed ? print[step].rhythm : 0);
        return std::uint64_t{static_cast<std::uint8_t>(print[step].interval)} << 8 | rhythm;
    };
    // A number whose digits are the steps but the last, which rolls on by one digit for each note.
    constexpr std::uint64_t kBase = 0x9e3779b97f4a7c15ULL;
    std::uint64_t highest = 1; // The weight of the digit that leaves next.
    std::uint64_t rolling = 0;
    for (std::size_t i = 0; i + 1 < steps; ++i) {
        rolling = rolling * kBase + digit(i, kind.hasRhythm);
        highest *= i == 0 ? 1 : kBase;
    }
    for (std::size_t last = steps - 1; last < print.size(); ++last) {
        // The rhythm of the last step reaches beyond the passage.
        passages.push_back(mixed(rolling * kBase + digit(last, false) + kind.notes));
        if (steps > 1) {
            const std::size_t leaving = last + 1 - steps;
            rolling = (rolling - digit(leaving, kind.hasRhythm) * highest) * kBase + digit(last, kind.hasRhythm);
        }
    }
    return passages;
}

std::vector<std::uint64_t> passagesOf(const MelodyPrint& print, PassageKind kind)
{
    std::vector<std::uint64_t> passages = passagesInOrder(print, kind);
    std::sort(passages.begin(), passages.end());
    passages.erase(std::unique(passages.begin(), passages.end()), passages.end());
    return passages;
}

std::vector<std::size_t> findNearDuplicates(std::span<const FamilyMember> relatives)
{
    Unions alike(relatives.size());
    joinEqualOnes(relatives, alike);
    struct Candidate
    {
        std::size_t member = 0;
        std::vector<std::uint64_t> passages{};
    };
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < relatives.size(); ++i) {
        // Equal ones have one candidate.
        if (alike.root(i) != i)
            continue;
        std::vector<std::uint64_t> passages = passagesOf(relatives[i].melody, kFamilyPassage);
        if (passages.size() >= kFewestCommonPassages)
            candidates.push_back({i, std::move(passages)});
    }
    const auto length = [&](const Candidate& candidate) { return relatives[candidate.member].melody.size(); };
    std::sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
        return length(a) != length(b) ? length(a) > length(b) : a.passages < b.passages;
    });
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        for (std::size_t k = i + 1; k < std::min(candidates.size(), i + 1 + kMostCompared); ++k) {
            const Candidate& longer = candidates[i];
            const Candidate& shorter = candidates[k];
            if (static_cast<double>(length(shorter)) < kNearDuplicateShare * static_cast<double>(length(longer)))
                break;
            const double needed = neededOf(std::min(longer.passages.size(), shorter.passages.size()));
            if (alike.root(longer.member) != alike.root(shorter.member) &&
                static_cast<double>(commonCount(longer.passages, shorter.passages)) >= needed)
                alike.join(longer.member, shorter.member);
        }
    }
    return alike.roots();
}

std::vector<std::size_t> findFamilies(std::span<const FamilyMember> members, unsigned threads)
{
    Unions families(members.size());
    joinEqualOnes(members, families);
    const std::vector<Melody> melodies = comparableMelodies(members, families, threads);
    joinOverlapping(members, melodies, families, threads);
    joinNamesakes(members, families);

    return families.roots();
}

} // namespace continuo
