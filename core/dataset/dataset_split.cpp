// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <unordered_set>

namespace continuo {
namespace {

/// A piece while families are sought, in the order of paths.
struct Relative
{
    std::int64_t id = 0;
    std::int64_t family = 0; ///< As stored.
    ProblemMask problems = 0;
};

constexpr ProblemMask kDuplicates = problemBit(Problem::ExactDuplicate) | problemBit(Problem::NearDuplicate);

/// Which of the two duplicate problems each piece has: the first of its kind by path has none.
std::vector<ProblemMask> duplicatesAmong(const std::vector<FamilyMember>& members, const std::vector<std::size_t>& families)
{
    std::vector<ProblemMask> duplicates(members.size(), 0);
    std::unordered_set<std::string> contents;
    std::unordered_set<std::size_t> met;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const bool isNewContent = contents.insert(fmt::format("{} {}", members[i].contentHash, members[i].ordinal)).second;
        const bool isNewFamily = met.insert(families[i]).second;
        if (!isNewContent)
            duplicates[i] = problemBit(Problem::ExactDuplicate);
        else if (!isNewFamily)
            duplicates[i] = problemBit(Problem::NearDuplicate);
    }
    return duplicates;
}

/// Distinct passages that stand in the training part and in another.
std::size_t countLeaks(SQLite::Database& database)
{
    std::unordered_map<std::uint64_t, bool> heldOut; // and whether training has it too
    SQLite::Statement others(database, "SELECT melody FROM piece WHERE part IN ('validation', 'test')");
    while (others.executeStep()) {
        for (const std::uint64_t passage : passagesOf(printFromBytes(bytesFromColumn(others.getColumn(0))), kLeakPassage))
            heldOut.emplace(passage, false);
    }
    SQLite::Statement training(database, "SELECT melody FROM piece WHERE part = 'train'");
    std::size_t leaks = 0;
    while (training.executeStep()) {
        for (const std::uint64_t passage : passagesOf(printFromBytes(bytesFromColumn(training.getColumn(0))), kLeakPassage)) {
            const auto found = heldOut.find(passage);
            if (found != heldOut.end() && !found->second) {
                found->second = true;
                ++leaks;
            }
        }
    }
    return leaks;
}

} // namespace

void updateFamilies(SQLite::Database& database)
{
    std::vector<Relative> relatives;
    std::vector<FamilyMember> members;
    {
        SQLite::Statement rows(database, "SELECT p.id, COALESCE(p.family, 0), p.problems, p.melody, c.sha256, p.ordinal, p.title "
                                         "FROM piece p JOIN file f ON f.id = p.file JOIN content c ON c.id = f.content "
                                         "ORDER BY f.path, f.id, p.ordinal");
        while (rows.executeStep()) {
            relatives.push_back({rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(),
                                 static_cast<ProblemMask>(rows.getColumn(2).getInt64())});
            members.push_back({printFromBytes(bytesFromColumn(rows.getColumn(3))), rows.getColumn(6).getString(), rows.getColumn(4).getString(),
                               static_cast<std::size_t>(rows.getColumn(5).getInt64())});
        }
    }
    const std::vector<std::size_t> families = findFamilies(members);
    const std::vector<ProblemMask> duplicates = duplicatesAmong(members, families);
    SQLite::Statement update(database, "UPDATE piece SET family = ?, problems = ? WHERE id = ?");
    for (std::size_t i = 0; i < relatives.size(); ++i) {
        const std::int64_t family = relatives[families[i]].id;
        const ProblemMask problems = (relatives[i].problems & ~kDuplicates) | duplicates[i];
        if (family == relatives[i].family && problems == relatives[i].problems)
            continue;
        update.reset();
        update.bind(1, family);
        update.bind(2, static_cast<std::int64_t>(problems));
        update.bind(3, relatives[i].id);
        update.exec();
    }
}

Result<SplitReport> Dataset::split(const SplitSettings& settings)
{
    assert(m_state->lock);
    if (const Status checked = checkSplitSettings(settings); !checked)
        return checked.error();
    return guarded(path(), [&]() -> Result<SplitReport> {
        SQLite::Database& database = *m_state->database;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        if (m_state->meta(kMetaFamilies) != "known") {
            updateFamilies(database);
            m_state->setMeta(kMetaFamilies, "known");
        }

        std::unordered_map<std::int64_t, std::size_t> places; // of families, by their number
        std::vector<FamilySize> families;
        {
            // A family is called after its least content, so that the draw does not depend on paths.
            SQLite::Statement rows(database,
                                   "SELECT p.family, MIN(c.sha256 || ' ' || p.ordinal), COUNT(*) FROM piece p JOIN file f "
                                   "ON f.id = p.file JOIN content c ON c.id = f.content GROUP BY p.family ORDER BY 2");
            while (rows.executeStep()) {
                places.emplace(rows.getColumn(0).getInt64(), families.size());
                families.push_back(
                    {rows.getColumn(1).getString(), static_cast<std::size_t>(rows.getColumn(2).getInt64())});
            }
        }
        if (families.empty()) {
            return Error{ErrorKind::Refused,
                         "split.nothing-to-split",
                         fmt::format("\"{}\" has no pieces to split. Import some music first.", readablePath(path())),
                         {{"file", readablePath(path())}}};
        }

        const std::vector<std::optional<Part>> parts = splitFamilies(families, settings);
        SplitReport report;
        report.families = families.size();
        std::vector<std::pair<std::int64_t, std::int64_t>> pieces; // number and family
        {
            SQLite::Statement rows(database, "SELECT id, family FROM piece ORDER BY id");
            while (rows.executeStep())
                pieces.emplace_back(rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64());
        }
        SQLite::Statement update(database, "UPDATE piece SET part = ? WHERE id = ?");
        for (const auto& [piece, family] : pieces) {
            const auto place = places.find(family);
            if (place == places.end())
                throw DamagedRow("a piece has no family");
            const std::optional<Part> part = parts[place->second];
            update.reset();
            update.clearBindings();
            if (part)
                update.bind(1, std::string(partName(*part)));
            update.bind(2, piece);
            update.exec();
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
