// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_state.h"
#include "core/dataset/leak.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace continuo {
namespace {

/// A piece while families are sought, in the order of paths.
struct Relative
{
    std::int64_t id = 0;
    std::int64_t family = 0; ///< As stored.
};

/// Families of more than one.
constexpr std::string_view kRelatives = "p.family IN (SELECT family FROM piece GROUP BY family HAVING COUNT(*) > 1)";

void storeFamilies(SQLite::Database& database)
{
    std::vector<Relative> relatives;
    std::vector<FamilyMember> members;
    {
        SQLite::Statement rows(database, "SELECT p.id, COALESCE(p.family, 0), p.melody, c.sha256, p.ordinal, p.title "
                                         "FROM piece p JOIN file f ON f.id = p.file JOIN content c ON c.id = f.content "
                                         "ORDER BY f.path, f.id, p.ordinal");
        while (rows.executeStep()) {
            relatives.push_back({rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64()});
            members.push_back({printFromBytes(bytesFromColumn(rows.getColumn(2))), rows.getColumn(5).getString(),
                               rows.getColumn(3).getString(), static_cast<std::size_t>(rows.getColumn(4).getInt64())});
        }
    }
    const std::vector<std::size_t> families = findFamilies(members);
    SQLite::Statement update(database, "UPDATE piece SET family = ? WHERE id = ?");
    for (std::size_t i = 0; i < relatives.size(); ++i) {
        const std::int64_t family = relatives[families[i]].id;
        if (family == relatives[i].family)
            continue;
        update.reset();
        update.bind(1, family);
        update.bind(2, relatives[i].id);
        update.exec();
    }
}

/// The two problems of duplicates, for all that would not be kept of what is nearly the same.
void storeDuplicates(SQLite::Database& database)
{
    const auto alike = nearDuplicates(database);
    std::vector<PlacedPiece> pieces;
    std::vector<FamilyPiece> members;
    {
        SQLite::Statement rows(database, fmt::format("SELECT {}, {} FROM {} WHERE {} OR (p.problems & {}) != 0 "
                                                     "ORDER BY f.path, f.id, p.ordinal",
                                                     kPlaceColumns, kNotesColumn, kPieceTables, kRelatives, kDuplicateProblems));
        while (rows.executeStep()) {
            pieces.push_back(placedFromRow(rows));
            members.push_back(familyPiece(pieces.back(), alike));
        }
    }
    Recipe recipe;
    recipe.steps = {makeStep("drop-duplicates")};
    const std::vector<std::optional<DuplicateDrop>> drops = chooseDuplicates(recipe, members);
    std::unordered_set<std::string> contents; // Of those that are kept, and of those met before.
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!drops[i])
            contents.insert(members[i].key);
    }
    SQLite::Statement update(database, "UPDATE piece SET problems = ? WHERE id = ?");
    for (std::size_t i = 0; i < members.size(); ++i) {
        ProblemMask problems = pieces[i].problems & ~kDuplicateProblems;
        if (drops[i])
            problems |= problemBit(contents.insert(members[i].key).second ? Problem::NearDuplicate : Problem::ExactDuplicate);
        if (problems == pieces[i].problems)
            continue;
        update.reset();
        update.bind(1, static_cast<std::int64_t>(problems));
        update.bind(2, pieces[i].id);
        update.exec();
    }
}

/// Distinct passages that stand in the training part and in another.
std::size_t countLeaks(SQLite::Database& database)
{
    std::vector<MelodyPrint> heldOut;
    SQLite::Statement others(database, "SELECT p.melody FROM piece p LEFT JOIN cleaning k ON k.piece = p.id "
                                       "WHERE p.part IN ('validation', 'test') AND k.left_out IS NULL");
    while (others.executeStep())
        heldOut.push_back(printFromBytes(bytesFromColumn(others.getColumn(0))));
    LeakSearch search(std::move(heldOut));
    SQLite::Statement training(database, "SELECT p.melody FROM piece p LEFT JOIN cleaning k ON k.piece = p.id "
                                         "WHERE p.part = 'train' AND k.left_out IS NULL");
    while (training.executeStep())
        search.add(0, printFromBytes(bytesFromColumn(training.getColumn(0))));
    return search.distinctPassages();
}

/// The folder of a path, of an archive's member with the archive; empty for none.
std::string_view folderOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// What most of a family's pieces have in common, of equally many the first by name.
std::string mostFrequent(const std::map<std::string, std::size_t>& counts)
{
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? std::string() : most->first;
}

/// The families of the set, and where each piece's is.
struct Families
{
    struct Piece
    {
        std::int64_t id = 0;
        std::size_t family = 0; ///< Which of `sizes`.
        bool isInUse = true;
    };
    std::vector<FamilySize> sizes{}; ///< By the pieces in use; those without any have none.
    std::vector<Piece> pieces{};
};

Families readFamilies(SQLite::Database& database, SplitBy by)
{
    Families families;
    std::unordered_map<std::int64_t, std::size_t> places; // of families, by their number
    std::vector<std::map<std::string, std::size_t>> strata;
    // A family is called after its least content, so that the draw does not depend on paths.
    SQLite::Statement rows(database, "SELECT p.id, p.family, c.sha256 || ' ' || p.ordinal, f.path, p.facts, "
                                     "k.left_out IS NULL FROM piece p JOIN file f ON f.id = p.file JOIN content c "
                                     "ON c.id = f.content LEFT JOIN cleaning k ON k.piece = p.id ORDER BY 3, p.id");
    while (rows.executeStep()) {
        const auto [place, isNew] = places.emplace(rows.getColumn(1).getInt64(), families.sizes.size());
        if (isNew) {
            families.sizes.push_back({rows.getColumn(2).getString(), 0, {}});
            strata.emplace_back();
        }
        const bool isInUse = rows.getColumn(5).getInt() != 0;
        families.pieces.push_back({rows.getColumn(0).getInt64(), place->second, isInUse});
        if (!isInUse)
            continue;
        ++families.sizes[place->second].pieces;
        if (by == SplitBy::Folder) {
            ++strata[place->second][std::string(folderOf(bytesFromColumn(rows.getColumn(3))))];
        } else if (by == SplitBy::Key) {
            const Result<PieceFacts> facts = factsFromJson(rows.getColumn(4).getString());
            if (!facts)
                throw DamagedRow("the facts of a piece cannot be read");
            ++strata[place->second][keyFact(*facts)];
        }
    }
    for (std::size_t i = 0; i < strata.size(); ++i)
        families.sizes[i].stratum = mostFrequent(strata[i]);
    return families;
}

} // namespace

std::unordered_map<std::int64_t, std::int64_t> nearDuplicates(SQLite::Database& database, std::optional<std::int64_t> family)
{
    std::unordered_map<std::int64_t, std::int64_t> alike;
    std::vector<std::int64_t> ids;
    std::vector<FamilyMember> members;
    const auto endFamily = [&] {
        const std::vector<std::size_t> found = findNearDuplicates(members);
        for (std::size_t i = 0; i < found.size(); ++i)
            alike[ids[i]] = ids[found[i]];
        ids.clear();
        members.clear();
    };
    SQLite::Statement rows(database, fmt::format("SELECT p.family, p.id, p.melody, c.sha256, p.ordinal FROM {} WHERE {} "
                                                 "ORDER BY p.family, f.path, f.id, p.ordinal",
                                                 kPieceTables, family ? std::string_view("p.family = ?") : kRelatives));
    if (family)
        rows.bind(1, *family);
    std::int64_t current = 0;
    while (rows.executeStep()) {
        if (const std::int64_t own = rows.getColumn(0).getInt64(); own != current) {
            endFamily();
            current = own;
        }
        ids.push_back(rows.getColumn(1).getInt64());
        members.push_back({printFromBytes(bytesFromColumn(rows.getColumn(2))), {}, rows.getColumn(3).getString(),
                           static_cast<std::size_t>(rows.getColumn(4).getInt64())});
    }
    endFamily();
    return alike;
}

FamilyPiece familyPiece(const PlacedPiece& piece, const std::unordered_map<std::int64_t, std::int64_t>& alike)
{
    const auto found = alike.find(piece.id);
    return {pieceKey(piece.sha256, piece.ordinal),
            piece.path,
            piece.ordinal,
            piece.problems,
            found == alike.end() ? 0 : found->second,
            piece.notes};
}

void updateFamilies(SQLite::Database& database)
{
    storeFamilies(database);
    storeDuplicates(database);
}

Result<SplitReport> Dataset::split(const SplitSettings& settings)
{
    assert(m_state->lock);
    if (const Status checked = checkSplitSettings(settings); !checked)
        return checked.error();
    return guarded(path(), [&]() -> Result<SplitReport> {
        SQLite::Database& database = *m_state->database;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        if (!m_state->areFamiliesKnown()) {
            updateFamilies(database);
            m_state->setMeta(kMetaFamilies, "known");
        }

        const Families families = readFamilies(database, settings.by);
        const bool hasPieces =
            std::ranges::any_of(families.sizes, [](const FamilySize& family) { return family.pieces > 0; });
        if (!hasPieces) {
            return Error{ErrorKind::Refused,
                         "split.nothing-to-split",
                         fmt::format("\"{}\" has no pieces in use to split. Import some music first, or leave fewer out.", readablePath(path())),
                         {{"file", readablePath(path())}}};
        }

        const std::vector<std::optional<Part>> parts = splitFamilies(families.sizes, settings);
        SplitReport report;
        report.families = static_cast<std::size_t>(
            std::ranges::count_if(families.sizes, [](const FamilySize& family) { return family.pieces > 0; }));
        SQLite::Statement update(database, "UPDATE piece SET part = ? WHERE id = ?");
        for (const auto& [piece, family, isInUse] : families.pieces) {
            const std::optional<Part> part = parts[family];
            update.reset();
            update.clearBindings();
            if (part)
                update.bind(1, std::string(partName(*part)));
            update.bind(2, piece);
            update.exec();
            // Those left out go with their relatives, so that using them again lets nothing leak.
            if (!isInUse)
                continue;
            ++(!part                       ? report.unused
               : *part == Part::Train      ? report.train
               : *part == Part::Validation ? report.validation
                                           : report.test);
        }
        m_state->setMeta(kMetaSplit, splitToJson(settings));
        report.leaks = countLeaks(database);
        transaction.commit();
        return report;
    });
}

} // namespace continuo
