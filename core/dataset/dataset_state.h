// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/dataset.

#include "core/dataset/clean.h"
#include "core/dataset/database.h"
#include "core/dataset/dataset.h"
#include "core/dataset/rows.h"
#include "core/storage/writer_lock.h"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace continuo {

/// Names in the table meta.
inline constexpr const char* kMetaImport = "import";     ///< "complete" or "unfinished".
inline constexpr const char* kMetaFamilies = "families"; ///< "known" or "unknown".
inline constexpr const char* kMetaSplit = "split";       ///< splitToJson(); absent where there was none.
inline constexpr const char* kMetaRecipe = "recipe";     ///< recipeToJson(); absent where there is none.
inline constexpr const char* kMetaStatistics = "statistics"; ///< statisticsToJson() of the stored recipe.
inline constexpr const char* kMetaCleaning = "cleaning"; ///< "current", or "stale" where pieces came after it.
inline constexpr const char* kMetaFacts = "facts";       ///< The form of the facts; absent in sets of the first version.
inline constexpr const char* kFactsForm = "3";

struct Dataset::State
{
    std::filesystem::path path{};
    std::optional<WriterLock> lock{};
    std::unique_ptr<SQLite::Database> database{}; ///< Goes before the lock.
    /// Counts over the set that previews asked for, by what they depend on.
    std::map<std::string, std::array<std::uint64_t, 128>> countedPitches{};

    /// Throw SQLite::Exception.
    std::optional<std::string> meta(const char* name) const;
    bool areFamiliesKnown() const { return meta(kMetaFamilies) == "known"; }
    void setMeta(const char* name, const std::string& value);
    void removeMeta(const char* name);
};

/// A read transaction, unless one is open already. Throws.
class Reading
{
public:
    explicit Reading(SQLite::Database& database);

private:
    std::optional<SQLite::Transaction> m_transaction;
};

struct Dataset::Snapshot::State
{
    explicit State(SQLite::Database& database)
        : reading(database)
    {
    }
    Reading reading;
};

/// Where the bytes of a piece are, and what a recipe asks about it.
struct PlacedPiece
{
    std::int64_t id = 0;
    std::int64_t file = 0;
    std::int64_t content = 0;
    std::string path{};
    std::string sha256{};
    std::size_t ordinal = 0;
    ProblemMask problems = 0;
    std::int64_t family = 0;
    std::size_t notes = 0;
};
/// The columns of placedFromRow(), of the tables of kPieceTables; behind them the number of notes, or 0 where nobody asks
/// for it, as it has to be looked for in the facts.
inline constexpr std::string_view kPlaceColumns =
    "p.id, p.file, f.content, f.path, c.sha256, p.ordinal, p.problems, COALESCE(p.family, 0)";
inline constexpr std::string_view kNotesColumn =
    "CASE WHEN json_valid(p.facts) THEN COALESCE(json_extract(p.facts, '$.notes'), 0) ELSE 0 END";
PlacedPiece placedFromRow(SQLite::Statement& row);

PieceSituation situationOf(const PlacedPiece& piece, const MusicPiece& music, const SetStatistics* statistics);

/// Pieces in the order of `order`, files together: slices of consecutive pieces of one file.
std::vector<std::span<const PlacedPiece>> byFile(const std::vector<PlacedPiece>& pieces);

/// The bytes of a content. Throws.
std::vector<std::uint8_t> contentBytes(SQLite::Database& database, std::int64_t content);

/// Reads a file again; it has at least the pieces asked for, if wished with MusicPiece::ornamented. Errors: those of
/// readMusicFile(), dataset.damaged.
Result<MusicFile> readAgain(std::span<const PlacedPiece> pieces, std::span<const std::uint8_t> bytes,
                            const std::filesystem::path& set, bool wantsOrnaments = false);

/// What is stored of a recipe. Throws.
Recipe storedRecipe(const Dataset::State& state);
SetStatistics storedStatistics(const Dataset::State& state);

/// How a recipe is applied to a whole set.
struct CleaningWork
{
    const Recipe& recipe; ///< Checked, with sorted pieces.
    unsigned threads = 1;
    const CancelToken& cancel;
    const CleanObserver& observer;
};
/// Applies a recipe inside a transaction of the caller, and stores it if wished. Throws.
Result<CleanReport> cleanSet(Dataset::State& state, const CleaningWork& work, bool isStored);

/// The counts that the steps of a recipe need, made or remembered. Throws.
Result<SetStatistics> setStatistics(Dataset::State& state, const CleaningWork& work);

/// For the pieces of families of more than one, or of that family, a number that near-duplicates share: the id of one of
/// them. The others are like none. Throws.
std::unordered_map<std::int64_t, std::int64_t> nearDuplicates(SQLite::Database& database,
                                                              std::optional<std::int64_t> family = {});

/// What the choice among duplicates asks about a piece. `alike`: of nearDuplicates().
FamilyPiece familyPiece(const PlacedPiece& piece, const std::unordered_map<std::int64_t, std::int64_t>& alike);

/// Finds families and duplicates anew and stores what changed, inside a transaction of the caller. Throws.
void updateFamilies(SQLite::Database& database);

} // namespace continuo
