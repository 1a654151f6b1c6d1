// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_state.h"
#include "core/dataset/problem_places.h"
#include "core/dataset/repair.h"
#include "core/music/melody.h"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <mutex>

namespace continuo {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What a pass over the set brings back of one piece.
struct PieceOutcome
{
    CleanedPiece cleaned{}; ///< Without its scores.
    std::size_t sections = 0;
    std::array<std::uint64_t, 128> pitches{};
    std::optional<ImportedFile::Piece> facts{};
};

std::vector<std::size_t> statisticalSteps(const Recipe& recipe)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
        if (recipe.steps[i].isOn && recipe.steps[i].operation == "drop-rare-notes")
            places.push_back(i);
    }
    return places;
}

/// All pieces of a set, and passes over them.
class WholeSet
{
public:
    WholeSet(Dataset::State& state, const CleaningWork& work)
        : m_state(state)
        , m_work(work)
    {
        SQLite::Statement rows(*state.database,
                               fmt::format("SELECT {}, {} FROM {} ORDER BY f.path, f.id, p.ordinal",
                                           kPlaceColumns, kNotesColumn, kPieceTables));
        while (rows.executeStep())
            m_pieces.push_back(placedFromRow(rows));
        m_files = byFile(m_pieces);
        m_duplicates.resize(m_pieces.size());
    }

    std::vector<PlacedPiece>& pieces() { return m_pieces; }

    void chooseAmongDuplicates()
    {
        if (!m_work.recipe.choosesDuplicates())
            return;
        const auto alike = nearDuplicates(*m_state.database);
        std::vector<FamilyPiece> members;
        members.reserve(m_pieces.size());
        for (const PlacedPiece& piece : m_pieces)
            members.push_back(familyPiece(piece, alike));
        m_duplicates = chooseDuplicates(m_work.recipe, members);
    }

    void expectPasses(std::size_t passes)
    {
        m_progress.total = m_progress.done + passes * m_pieces.size();
    }

    /// Applies the steps before `before` to every piece; `take` gets each in order. `wants` says
    /// what else is needed.
    enum class Wants
    {
        Outcome,
        Pitches,
        Facts
    };
    Status pass(std::size_t before, const SetStatistics& statistics, Wants wants,
                const std::function<void(const PlacedPiece&, PieceOutcome)>& take)
    {
        using Outcomes = Result<std::vector<PieceOutcome>>;
        const auto make = [&](std::size_t i) {
            return guarded(m_state.path, [&]() -> Outcomes {
                return outcomesOf(m_files[i], before, statistics, wants);
            });
        };
        std::optional<Error> failure;
        parallelOrdered<Outcomes>(m_files.size(), m_work.threads, std::size_t{4} * m_work.threads,
                                  m_work.cancel, make, [&](std::size_t i, Outcomes outcomes) {
                                      if (!outcomes) {
                                          failure = outcomes.error();
                                          return false;
                                      }
                                      failure =
                                          taken(m_files[i], std::move(outcomes.value()), take);
                                      tell(m_files[i].size());
                                      return !failure;
                                  });
        if (failure)
            return *failure;
        if (m_work.cancel.isCancelled())
            return cancelledError();
        return ok();
    }

private:
    Result<std::vector<PieceOutcome>> outcomesOf(std::span<const PlacedPiece> pieces,
                                                 std::size_t before,
                                                 const SetStatistics& statistics, Wants wants)
    {
        std::vector<std::uint8_t> bytes;
        {
            const std::lock_guard guard(m_database);
            bytes = contentBytes(*m_state.database, pieces.front().content);
        }
        const Result<MusicFile> file = readAgain(
            pieces, bytes, m_state.path, wants != Wants::Facts && m_work.recipe.playsOrnaments());
        if (!file)
            return file.error();
        const ProblemMask problems = wants == Wants::Facts ? problemsOf(file->remarks) : 0;
        std::vector<PieceOutcome> outcomes;
        for (const PlacedPiece& placed : pieces) {
            const MusicPiece& music = file->pieces[placed.ordinal];
            PieceOutcome outcome;
            if (wants == Wants::Facts) {
                outcome.facts.emplace();
                outcome.facts->facts = factsOf(music);
                outcome.facts->problems = problemsOf(music, outcome.facts->facts) | problems;
                outcome.facts->melody = melodyPrint(melodyOf(music.score));
                outcomes.push_back(std::move(outcome));
                continue;
            }
            PieceSituation situation = situationOf(placed, music, &statistics);
            situation.duplicate = m_duplicates[static_cast<std::size_t>(&placed - m_pieces.data())];
            outcome.cleaned = applySteps(m_work.recipe, before, situation, music.score);
            outcome.sections = outcome.cleaned.scores.size();
            if (wants == Wants::Pitches) {
                for (const Score& score : outcome.cleaned.scores) {
                    const std::array<std::uint64_t, 128> counts = pitchCounts(score);
                    for (std::size_t i = 0; i < counts.size(); ++i)
                        outcome.pitches[i] += counts[i];
                }
            }
            outcome.cleaned.scores.clear();
            outcomes.push_back(std::move(outcome));
        }
        return outcomes;
    }

    /// The calling thread stores while others read: one at a time.
    std::optional<Error> taken(std::span<const PlacedPiece> pieces,
                               std::vector<PieceOutcome> outcomes,
                               const std::function<void(const PlacedPiece&, PieceOutcome)>& take)
    {
        const std::lock_guard guard(m_database);
        const Status stored = guarded(m_state.path, [&]() -> Status {
            for (std::size_t i = 0; i < pieces.size(); ++i)
                take(pieces[i], std::move(outcomes[i]));
            return ok();
        });
        return stored ? std::nullopt : std::optional(stored.error());
    }

    void tell(std::size_t pieces)
    {
        m_progress.done += pieces;
        if (!m_work.observer)
            return;
        m_progress.seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
        m_work.observer(m_progress);
    }

    Dataset::State& m_state;
    const CleaningWork& m_work;
    std::vector<PlacedPiece> m_pieces;
    std::vector<std::span<const PlacedPiece>> m_files;
    std::vector<std::optional<DuplicateDrop>> m_duplicates;
    std::mutex m_database;
    CleanProgress m_progress;
    Clock::time_point m_start = Clock::now();
};

/// What counts made for the steps before `step` depend on: these steps, and the set as it is.
std::string countsKey(Dataset::State& state, const Recipe& recipe, std::size_t step)
{
    Recipe before;
    before.steps.assign(recipe.steps.begin(),
                        recipe.steps.begin() + static_cast<std::ptrdiff_t>(step));
    // A verdict by hand that comes later decides already here, and ornaments are played.
    for (std::size_t i = step; i < recipe.steps.size(); ++i) {
        if (isVerdict(recipe.steps[i]) || recipe.steps[i].operation == kPlayOrnaments)
            before.steps.push_back(recipe.steps[i]);
    }
    return fmt::format("{} {} {} {}", step, recipeHash(before),
                       sqlite3_total_changes(state.database->getHandle()),
                       state.database->execAndGet("PRAGMA data_version").getInt64());
}

Result<SetStatistics> countedSet(Dataset::State& state, WholeSet& set, const Recipe& recipe)
{
    SetStatistics statistics;
    for (const std::size_t step : statisticalSteps(recipe)) {
        const std::string key = countsKey(state, recipe, step);
        const auto known = state.countedPitches.find(key);
        if (known != state.countedPitches.end()) {
            statistics.pitches[step] = known->second;
            continue;
        }
        std::array<std::uint64_t, 128> counts{};
        const Status counted = set.pass(step, statistics, WholeSet::Wants::Pitches,
                                        [&](const PlacedPiece&, const PieceOutcome& outcome) {
                                            for (std::size_t i = 0; i < counts.size(); ++i)
                                                counts[i] += outcome.pitches[i];
                                        });
        if (!counted)
            return counted.error();
        constexpr std::size_t kMostRemembered = 64;
        if (state.countedPitches.size() >= kMostRemembered)
            state.countedPitches.clear();
        state.countedPitches[key] = counts;
        statistics.pitches[step] = counts;
    }
    return statistics;
}

/// Facts and problems as this version of the program finds them, in place of those of an earlier
/// one.
Status renewFacts(Dataset::State& state, WholeSet& set, bool isStored)
{
    SQLite::Statement update(*state.database,
                             "UPDATE piece SET facts = ?, problems = ?, melody = ? WHERE id = ?");
    std::vector<PlacedPiece>& pieces = set.pieces();
    const Status renewed = set.pass(
        0, {}, WholeSet::Wants::Facts, [&](const PlacedPiece& placed, const PieceOutcome& outcome) {
            PlacedPiece& piece = pieces[static_cast<std::size_t>(&placed - pieces.data())];
            piece.problems = (piece.problems & kDuplicateProblems) | outcome.facts->problems;
            piece.notes = outcome.facts->facts.notes;
            if (!isStored)
                return;
            const std::string melody = printToBytes(outcome.facts->melody);
            update.reset();
            update.bind(1, factsToJson(outcome.facts->facts));
            update.bind(2, static_cast<std::int64_t>(piece.problems));
            update.bind(3, static_cast<const void*>(melody.data()),
                        static_cast<int>(melody.size()));
            update.bind(4, piece.id);
            update.exec();
        });
    if (renewed && isStored)
        state.setMeta(kMetaFacts, kFactsForm);
    return renewed;
}

/// See CleanReport::inNoPart.
std::size_t countInNoPart(const Dataset::State& state)
{
    const std::optional<std::string> stored = state.meta(kMetaSplit);
    if (!stored)
        return 0;
    const SplitSettings split = splitFromJson(*stored);
    constexpr double kNearlyAll = 1 - 1e-6;
    if (split.train + split.validation + split.test < kNearlyAll)
        return 0;
    return static_cast<std::size_t>(
        state.database
            ->execAndGet("SELECT COUNT(*) FROM piece p LEFT JOIN cleaning k ON k.piece = p.id "
                         "WHERE p.part IS NULL AND k.left_out IS NULL")
            .getInt64());
}

void storeOutcome(SQLite::Statement& insert, const PlacedPiece& piece, const PieceOutcome& outcome)
{
    const CleanedPiece& cleaned = outcome.cleaned;
    if (cleaned.isInUse && cleaned.applied.empty() && cleaned.tags.empty() && cleaned.note.empty())
        return;
    insert.reset();
    insert.clearBindings();
    insert.bind(1, piece.id);
    if (!cleaned.isInUse) {
        insert.bind(2, cleaned.whyLeftOut);
        insert.bind(3, cleaned.whyLeftOutText);
    }
    insert.bind(4, static_cast<std::int64_t>(outcome.sections));
    insert.bind(5, changesToJson(cleaned.applied));
    insert.bind(6, tagsToJson(cleaned.tags));
    insert.bind(7, cleaned.note);
    insert.exec();
}

/// Sums up what the steps did.
class Summary
{
public:
    explicit Summary(const Recipe& recipe)
    {
        for (const RecipeStep& step : recipe.steps) {
            if (step.isOn && !place(step.operation))
                m_report.operations.push_back({step.operation, 0, 0});
        }
    }

    void add(const PieceOutcome& outcome)
    {
        ++m_report.pieces;
        m_report.sections += outcome.sections;
        bool isChanged = false;
        std::vector<CleanReport::Operation*> counted;
        for (const AppliedStep& step : outcome.cleaned.applied) {
            if (step.isStale) {
                ++m_report.stale;
                continue;
            }
            isChanged = true;
            CleanReport::Operation* const operation = place(step.operation);
            operation->notes += step.notes;
            if (std::ranges::find(counted, operation) == counted.end())
                counted.push_back(operation);
        }
        for (CleanReport::Operation* const operation : counted)
            ++operation->pieces;
        if (!outcome.cleaned.isInUse)
            ++m_report.dropped;
        else if (isChanged)
            ++m_report.changed;
    }

    CleanReport report() const { return m_report; }

private:
    CleanReport::Operation* place(const std::string& name)
    {
        const auto found =
            std::ranges::find(m_report.operations, name, &CleanReport::Operation::name);
        return found == m_report.operations.end() ? nullptr : &*found;
    }

    CleanReport m_report{};
};

} // namespace

Recipe storedRecipe(const Dataset::State& state)
{
    const std::optional<std::string> json = state.meta(kMetaRecipe);
    if (!json)
        return {};
    Result<Recipe> recipe = recipeFromJson(*json, "recipe");
    if (!recipe)
        throw DamagedRow("its recipe cannot be read");
    return std::move(recipe).value();
}

SetStatistics storedStatistics(const Dataset::State& state)
{
    const std::optional<std::string> json = state.meta(kMetaStatistics);
    return json ? statisticsFromJson(*json) : SetStatistics{};
}

Result<SetStatistics> setStatistics(Dataset::State& state, const CleaningWork& work)
{
    if (statisticalSteps(work.recipe).empty())
        return SetStatistics{};
    WholeSet set(state, work);
    set.expectPasses(statisticalSteps(work.recipe).size());
    set.chooseAmongDuplicates();
    return countedSet(state, set, work.recipe);
}

Result<CleanReport> cleanSet(Dataset::State& state, const CleaningWork& work, bool isStored)
{
    SQLite::Database& database = *state.database;
    WholeSet set(state, work);
    // A preview asks for problems and notes alone, which all forms but the first have.
    const std::optional<std::string> form = state.meta(kMetaFacts);
    const bool hasOldFacts = isStored ? form != kFactsForm : !form;
    set.expectPasses(statisticalSteps(work.recipe).size() + 1 + (hasOldFacts ? 1 : 0));
    if (hasOldFacts) {
        if (const Status renewed = renewFacts(state, set, isStored); !renewed)
            return renewed.error();
    }
    set.chooseAmongDuplicates();
    const Result<SetStatistics> statistics = countedSet(state, set, work.recipe);
    if (!statistics)
        return statistics.error();

    if (isStored)
        database.exec("DELETE FROM cleaning");
    Summary summary(work.recipe);
    {
        std::optional<SQLite::Statement> insert;
        if (isStored)
            insert.emplace(database, "INSERT INTO cleaning (piece, left_out, left_out_text, "
                                     "sections, changes, tags, note) "
                                     "VALUES (?, ?, ?, ?, ?, ?, ?)");
        const Status done =
            set.pass(work.recipe.steps.size(), *statistics, WholeSet::Wants::Outcome,
                     [&](const PlacedPiece& piece, const PieceOutcome& outcome) {
                         summary.add(outcome);
                         if (insert)
                             storeOutcome(*insert, piece, outcome);
                     });
        if (!done)
            return done.error();
    }
    if (isStored) {
        if (work.recipe.steps.empty())
            state.removeMeta(kMetaRecipe);
        else
            state.setMeta(kMetaRecipe, recipeToJson(work.recipe));
        state.setMeta(kMetaStatistics, statisticsToJson(*statistics));
        state.setMeta(kMetaCleaning, "current");
    }
    CleanReport report = summary.report();
    if (isStored)
        report.inNoPart = countInNoPart(state);
    return report;
}

Result<Recipe> Dataset::recipe() const
{
    return guarded(path(), [&]() -> Result<Recipe> { return storedRecipe(*m_state); });
}

Result<CleanReport> Dataset::clean(const Recipe& recipe, unsigned threads,
                                   const CancelToken& cancel, const CleanObserver& observer)
{
    assert(m_state->lock);
    if (const Status checked = checkRecipe(recipe); !checked)
        return checked.error();
    Recipe sorted = recipe;
    sortPieces(sorted);
    return guarded(path(), [&]() -> Result<CleanReport> {
        SQLite::Transaction transaction(*m_state->database, SQLite::TransactionBehavior::IMMEDIATE);
        if (!m_state->areFamiliesKnown()) {
            updateFamilies(*m_state->database);
            m_state->setMeta(kMetaFamilies, "known");
        }
        Result<CleanReport> report =
            cleanSet(*m_state, {sorted, std::max(threads, 1U), cancel, observer}, true);
        if (report)
            transaction.commit();
        return report;
    });
}

Result<CleanReport> Dataset::previewClean(const Recipe& recipe, unsigned threads,
                                          const CancelToken& cancel,
                                          const CleanObserver& observer) const
{
    if (const Status checked = checkRecipe(recipe); !checked)
        return checked.error();
    Recipe sorted = recipe;
    sortPieces(sorted);
    return guarded(path(), [&]() -> Result<CleanReport> {
        const Reading transaction(*m_state->database);
        return cleanSet(*m_state, {sorted, std::max(threads, 1U), cancel, observer}, false);
    });
}

Status Dataset::copyTo(const fs::path& target) const
{
    std::error_code failed;
    if (fs::exists(fs::symlink_status(target, failed)))
        return setExistsError(target);
    fs::path unborn = target;
    unborn += ".new";
    const auto removeUnborn = [&] {
        std::error_code ignored;
        for (const char* suffix : {"", "-journal"}) {
            fs::path file = unborn;
            fs::remove(file += suffix, ignored);
        }
    };
    removeUnborn();
    const Status copied = guarded(target, [&]() -> Status {
        SQLite::Database copy(fs::absolute(unborn).string(),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Backup backup(copy, *m_state->database);
        if (backup.executeStep(-1) != SQLITE_DONE)
            throw SQLite::Exception("the set is locked", SQLITE_BUSY);
        return ok();
    });
    if (copied)
        fs::rename(unborn, target, failed);
    if (!copied || failed) {
        removeUnborn();
        return copied ? Status(fileError(failed.value(), target, "write")) : copied;
    }
    return ok();
}

} // namespace continuo
