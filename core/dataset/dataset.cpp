// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"

#include "core/base/sha256.h"
#include "core/dataset/dataset_state.h"

#include <fmt/format.h>
#include <sqlite3.h>


namespace continuo {

namespace fs = std::filesystem;

Error setExistsError(const fs::path& path)
{
    return {ErrorKind::Usage,
            "file.exists",
            fmt::format("\"{}\" exists already. Choose another name, add to it (--add), or allow replacing it (--force).",
                        readablePath(path)),
            {{"file", readablePath(path)}}};
}

std::optional<std::string> Dataset::State::meta(const char* name) const
{
    SQLite::Statement query(*database, "SELECT value FROM meta WHERE name = ?");
    query.bind(1, name);
    return query.executeStep() ? std::optional(query.getColumn(0).getString()) : std::nullopt;
}

void Dataset::State::setMeta(const char* name, const std::string& value)
{
    SQLite::Statement query(*database, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
    query.bind(1, name);
    query.bind(2, value);
    query.exec();
}

void Dataset::State::removeMeta(const char* name)
{
    SQLite::Statement query(*database, "DELETE FROM meta WHERE name = ?");
    query.bind(1, name);
    query.exec();
}

Reading::Reading(SQLite::Database& database)
{
    if (sqlite3_get_autocommit(database.getHandle()) == 0)
        return;
    m_transaction.emplace(database);
    // A transaction begins with its first look at the file.
    database.execAndGet("SELECT COUNT(*) FROM meta");
}

Dataset::Snapshot::Snapshot(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
Dataset::Snapshot::Snapshot(Snapshot&& other) noexcept = default;
Dataset::Snapshot& Dataset::Snapshot::operator=(Snapshot&& other) noexcept = default;
Dataset::Snapshot::~Snapshot() = default;

Result<Dataset::Snapshot> Dataset::snapshot() const
{
    return guarded(path(), [&]() -> Result<Snapshot> {
        return Snapshot(std::make_unique<Snapshot::State>(*m_state->database));
    });
}

Dataset::Dataset(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
Dataset::Dataset(Dataset&& other) noexcept = default;
Dataset& Dataset::operator=(Dataset&& other) noexcept = default;
Dataset::~Dataset() = default;

Result<Dataset> Dataset::create(const fs::path& path)
{
    Result<WriterLock> lock = WriterLock::take(path, kDatasetForm.kind);
    if (!lock)
        return lock.error();
    std::error_code failed;
    if (fs::exists(fs::symlink_status(path, failed)))
        return setExistsError(path);
    // The name appears only with a whole set behind it, so that there is never one that does not open.
    fs::path unborn = path;
    unborn += ".new";
    const auto removeUnborn = [&] {
        std::error_code ignored;
        for (const char* suffix : {"", "-journal"}) {
            fs::path file = unborn;
            fs::remove(file += suffix, ignored);
        }
    };
    removeUnborn();
    if (const Status made = createDatabase(unborn); !made) {
        removeUnborn();
        return made.error();
    }
    fs::path journal = path;
    fs::remove(journal += "-journal", failed); // One left by a set of that name that is gone would be played back.
    fs::rename(unborn, path, failed);
    if (failed) {
        removeUnborn();
        return fileError(failed.value(), path, "write");
    }
    auto state = std::make_unique<State>();
    state->path = path;
    state->lock = std::move(lock).value();
    Result<std::unique_ptr<SQLite::Database>> database = openDatabase(path, true);
    if (!database)
        return database.error();
    state->database = std::move(database).value();
    Dataset dataset(std::move(state));
    const Status marked = guarded(path, [&]() -> Status {
        dataset.m_state->setMeta(kMetaFacts, kFactsForm);
        return ok();
    });
    if (!marked)
        return marked.error();
    if (const Status begun = dataset.beginImport(); !begun)
        return begun.error();
    return dataset;
}

Result<Dataset> Dataset::open(const fs::path& path, Access access)
{
    auto state = std::make_unique<State>();
    state->path = path;
    if (access == Access::Write) {
        // A file that is no dataset is refused as such before a lock is put beside it.
        if (const auto readable = openDatabase(path, false); !readable)
            return readable.error();
        Result<WriterLock> lock = WriterLock::take(path, kDatasetForm.kind);
        if (!lock)
            return lock.error();
        state->lock = std::move(lock).value();
    }
    Result<std::unique_ptr<SQLite::Database>> database = openDatabase(path, access == Access::Write);
    if (!database)
        return database.error();
    state->database = std::move(database).value();
    return Dataset(std::move(state));
}

const fs::path& Dataset::path() const
{
    return m_state->path;
}

Result<DatasetInfo> Dataset::info() const
{
    return guarded(path(), [&]() -> Result<DatasetInfo> {
        SQLite::Database& database = *m_state->database;
        const Reading transaction(database);
        DatasetInfo info;
        Result<std::string> print = fingerprint();
        if (!print)
            return print.error();
        info.fingerprint = std::move(print).value();
        const auto count = [](const SQLite::Column& column) { return static_cast<std::size_t>(column.getInt64()); };

        SQLite::Statement files(database, "SELECT status, reason, COUNT(*) FROM file GROUP BY status, reason");
        while (files.executeStep()) {
            const std::size_t number = count(files.getColumn(2));
            info.files += number;
            switch (statusFromColumn(files.getColumn(0))) {
            case FileStatus::Accepted:
                info.accepted += number;
                break;
            case FileStatus::AcceptedWithNotes:
                info.acceptedWithNotes += number;
                break;
            case FileStatus::Rejected:
                info.rejected += number;
                info.reasons[reasonFromJson(files.getColumn(1).getString()).id] += number;
            }
        }

        info.pieces = count(database.execAndGet("SELECT COUNT(*) FROM piece"));
        info.changed = count(database.execAndGet("SELECT COUNT(*) FROM cleaning WHERE left_out IS NULL AND changes <> '[]'"));
        SQLite::Statement parts(database, "SELECT p.part, COUNT(*) FROM piece p LEFT JOIN cleaning k ON k.piece = p.id "
                                          "WHERE k.left_out IS NULL GROUP BY p.part");
        while (parts.executeStep()) {
            const std::size_t number = count(parts.getColumn(1));
            info.inUse += number;
            const std::optional<Part> part = partFromColumn(parts.getColumn(0));
            if (part == Part::Train)
                info.train = number;
            else if (part == Part::Validation)
                info.validation = number;
            else if (part == Part::Test)
                info.test = number;
        }

        SQLite::Statement problems(database, "SELECT problems, COUNT(*) FROM piece GROUP BY problems");
        while (problems.executeStep()) {
            const auto mask = static_cast<ProblemMask>(problems.getColumn(0).getInt64());
            for (std::size_t i = 0; i < kProblemCount; ++i) {
                if (mask & problemBit(static_cast<Problem>(i)))
                    info.problems[std::string(problemName(static_cast<Problem>(i)))] += count(problems.getColumn(1));
            }
        }

        if (m_state->areFamiliesKnown())
            info.families = count(database.execAndGet("SELECT COUNT(DISTINCT family) FROM piece"));
        if (const auto split = m_state->meta(kMetaSplit))
            info.split = splitFromJson(*split);
        info.isComplete = m_state->meta(kMetaImport) == "complete";
        info.recipeSteps = storedRecipe(*m_state).steps.size();
        return info;
    });
}

Result<std::string> Dataset::fingerprint() const
{
    return guarded(path(), [&]() -> Result<std::string> {
        const std::string recipe = recipeHash(storedRecipe(*m_state));
        Sha256 hash;
        hash.add(fmt::format("continuo dataset 1\nrecipe {}\n", recipe));
        SQLite::Statement pieces(*m_state->database,
                                 "SELECT c.sha256, p.ordinal, COALESCE(p.part, '-'), k.left_out, COALESCE(k.changes, '[]') "
                                 "FROM piece p JOIN file f ON f.id = p.file JOIN content c ON c.id = f.content "
                                 "LEFT JOIN cleaning k ON k.piece = p.id ORDER BY 1, 2, 3, 4, 5");
        while (pieces.executeStep()) {
            const bool isLeftOut = !pieces.getColumn(3).isNull();
            hash.add(fmt::format("{} {} {}", pieces.getColumn(0).getString(), pieces.getColumn(1).getInt64(),
                                 isLeftOut ? std::string("out") : pieces.getColumn(2).getString()));
            for (const AppliedStep& step : changesFromJson(isLeftOut ? "[]" : pieces.getColumn(4).getString()))
                hash.add(fmt::format(" {}:{}", step.operation, step.notes));
            hash.add("\n");
        }
        return hash.hex();
    });
}

Status Dataset::forEachFile(const std::function<bool(const DatasetFile&)>& visit) const
{
    return guarded(path(), [&]() -> Status {
        SQLite::Statement rows(*m_state->database,
                               fmt::format("SELECT {} FROM file f LEFT JOIN content c ON c.id = f.content "
                                           "ORDER BY f.path, f.id",
                                           kFileColumns));
        while (rows.executeStep()) {
            if (!visit(fileFromRow(rows)))
                break;
        }
        return ok();
    });
}

Status Dataset::forEachPiece(const std::function<bool(const DatasetPiece&)>& visit) const
{
    return guarded(path(), [&]() -> Status {
        SQLite::Statement rows(*m_state->database,
                               fmt::format("SELECT {} FROM {} ORDER BY f.path, f.id, p.ordinal", kPieceColumns, kPieceTables));
        const bool areKnown = m_state->areFamiliesKnown();
        while (rows.executeStep()) {
            if (!visit(pieceFromRow(rows, areKnown)))
                break;
        }
        return ok();
    });
}

Status Dataset::forEachFileAfter(std::int64_t file, const std::function<bool(const DatasetFile&)>& visit) const
{
    return guarded(path(), [&]() -> Status {
        SQLite::Statement rows(*m_state->database,
                               fmt::format("SELECT {} FROM file f LEFT JOIN content c ON c.id = f.content WHERE f.id > ? "
                                           "ORDER BY f.id",
                                           kFileColumns));
        rows.bind(1, file);
        while (rows.executeStep()) {
            if (!visit(fileFromRow(rows)))
                break;
        }
        return ok();
    });
}

Status Dataset::forEachPieceAfter(std::int64_t piece, const std::function<bool(const DatasetPiece&)>& visit) const
{
    return guarded(path(), [&]() -> Status {
        SQLite::Statement rows(*m_state->database,
                               fmt::format("SELECT {} FROM {} WHERE p.id > ? ORDER BY p.id", kPieceColumns, kPieceTables));
        rows.bind(1, piece);
        const bool areKnown = m_state->areFamiliesKnown();
        while (rows.executeStep()) {
            if (!visit(pieceFromRow(rows, areKnown)))
                break;
        }
        return ok();
    });
}

Result<std::vector<std::uint8_t>> Dataset::bytesOf(std::int64_t file) const
{
    return guarded(path(), [&]() -> Result<std::vector<std::uint8_t>> {
        SQLite::Statement query(*m_state->database, "SELECT content FROM file WHERE id = ?");
        query.bind(1, file);
        if (!query.executeStep()) {
            return Error{ErrorKind::Usage,
                         "dataset.no-such-file",
                         fmt::format("\"{}\" has no file number {}.", readablePath(path()), file),
                         {{"file", readablePath(path())}, {"number", std::to_string(file)}}};
        }
        if (query.getColumn(0).isNull())
            return std::vector<std::uint8_t>();
        return contentBytes(*m_state->database, query.getColumn(0).getInt64());
    });
}

} // namespace continuo
