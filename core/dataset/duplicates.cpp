// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/dataset/clean.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

namespace continuo {
namespace {

/// Near-duplicates, or the pieces of one content, while a recipe is followed.
class Choice
{
public:
    Choice(const Recipe& recipe, std::span<const FamilyPiece> pieces)
        : m_recipe(recipe)
        , m_pieces(pieces)
        , m_isInUse(pieces.size(), true)
        , m_verdicts(pieces.size())
        , m_drops(pieces.size())
    {
        for (std::size_t i = 0; i < pieces.size(); ++i)
            m_verdicts[i] = verdictByHand(recipe, situationOf(i));
    }

    std::vector<std::optional<DuplicateDrop>> made()
    {
        for (std::size_t step = 0; step < m_recipe.steps.size(); ++step) {
            const RecipeStep& each = m_recipe.steps[step];
            if (!each.isOn)
                continue;
            if (each.operation == "leave-out" || each.operation == "exclude")
                leaveOut(step);
            else if (each.operation == "drop-duplicates")
                dropDuplicates(step);
        }
        return std::move(m_drops);
    }

private:
    PieceSituation situationOf(std::size_t i) const
    {
        return {m_pieces[i].key, m_pieces[i].path, m_pieces[i].problems, {}, {}, nullptr};
    }

    bool isKept(std::size_t i) const
    {
        return m_verdicts[i] && m_recipe.steps[*m_verdicts[i]].operation == "keep";
    }

    void leaveOut(std::size_t step)
    {
        for (std::size_t i = 0; i < m_pieces.size(); ++i) {
            const bool isDecidedElsewhere = m_verdicts[i] && *m_verdicts[i] != step;
            if (m_isInUse[i] && !isDecidedElsewhere &&
                meetsCondition(m_recipe.steps[step].condition, situationOf(i)))
                m_isInUse[i] = false;
        }
    }

    void dropDuplicates(std::size_t step)
    {
        const bool isOfAll = m_recipe.steps[step].text("which") == "all";
        std::map<std::pair<std::int64_t, std::string_view>, std::vector<std::size_t>> groups;
        for (std::size_t i = 0; i < m_pieces.size(); ++i) {
            if (!m_isInUse[i] || !meetsCondition(m_recipe.steps[step].condition, situationOf(i)))
                continue;
            // Where no near-duplicates are known (0), equal contents still are.
            const bool isKnown = isOfAll && m_pieces[i].alike != 0;
            groups[{isKnown ? m_pieces[i].alike : 0,
                    isKnown ? std::string_view() : m_pieces[i].key}]
                .push_back(i);
        }
        for (const auto& [name, members] : groups) {
            if (members.size() < 2)
                continue;
            m_mostNotes = 0;
            for (const std::size_t member : members)
                m_mostNotes = std::max(m_mostNotes, m_pieces[member].notes);
            const std::size_t best = *std::ranges::min_element(
                members, [&](std::size_t a, std::size_t b) { return isBetter(a, b); });
            for (const std::size_t member : members) {
                if (member == best ||
                    (isKept(member) && m_pieces[member].key != m_pieces[best].key))
                    continue;
                m_isInUse[member] = false;
                m_drops[member] = DuplicateDrop{step, reason(member, best)};
            }
        }
    }

    static int faults(const FamilyPiece& piece)
    {
        return std::popcount(piece.problems & ~kDuplicateProblems);
    }

    bool isComplete(const FamilyPiece& piece) const
    {
        return static_cast<double>(piece.notes) >=
               kCompleteShare * static_cast<double>(m_mostNotes);
    }

    bool isBetter(std::size_t a, std::size_t b) const
    {
        const FamilyPiece& first = m_pieces[a];
        const FamilyPiece& second = m_pieces[b];
        if (isKept(a) != isKept(b))
            return isKept(a);
        if (isComplete(first) != isComplete(second))
            return isComplete(first);
        if (faults(first) != faults(second))
            return faults(first) < faults(second);
        if (first.notes != second.notes)
            return first.notes > second.notes;
        return first.path != second.path ? first.path < second.path
                                         : first.ordinal < second.ordinal;
    }

    std::string reason(std::size_t dropped, std::size_t best) const
    {
        const FamilyPiece& piece = m_pieces[dropped];
        const FamilyPiece& kept = m_pieces[best];
        const std::string_view why = isKept(best) && !isKept(dropped)        ? "is kept by hand"
                                     : isComplete(kept) != isComplete(piece) ? "is more complete"
                                     : faults(kept) != faults(piece)         ? "has fewer problems"
                                     : kept.notes != piece.notes             ? "has more notes"
                                                                             : "comes first";
        std::string name = readablePath(kept.path);
        if (kept.ordinal > 0 || kept.path == piece.path)
            name += fmt::format("#{}", kept.ordinal + 1);
        return fmt::format("{} of {}, which {}",
                           kept.key == piece.key ? "duplicate" : "near-duplicate", name, why);
    }

    const Recipe& m_recipe;
    std::span<const FamilyPiece> m_pieces;
    std::vector<bool> m_isInUse;
    std::vector<std::optional<std::size_t>> m_verdicts;
    std::vector<std::optional<DuplicateDrop>> m_drops;
    std::size_t m_mostNotes = 0; ///< Of the pieces that are compared.
};

} // namespace

std::vector<std::optional<DuplicateDrop>> chooseDuplicates(const Recipe& recipe,
                                                           std::span<const FamilyPiece> pieces)
{
    return Choice(recipe, pieces).made();
}

} // namespace continuo
