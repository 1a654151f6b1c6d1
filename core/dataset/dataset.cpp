// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"

#include "core/base/parallel.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/dataset/dataset_state.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <mutex>

namespace continuo {
namespace {

namespace fs = std::filesystem;

Error noSuchPiece(const fs::path& path, std::string_view which)
{
    return {ErrorKind::Usage,
            "dataset.no-such-piece",
            fmt::format("\"{}\" has no piece \"{}\". Name its file, its number, or FILE#2 for the second piece of a file; "
                        "inspect --csv lists them.",
                        readablePath(path), which),
            {{"file", readablePath(path)}, {"piece", std::string(which)}}};
}

/// One file's share of a part: read once for all its pieces.
struct FileReading
{
    struct Wanted
    {
        std::int64_t id = 0;
        std::size_t ordinal = 0;
    };
    std::int64_t content = 0;
    std::string path{};
    std::vector<Wanted> pieces{};
};

std::vector<std::uint8_t> contentBytes(SQLite::Database& database, std::int64_t content)
{
    SQLite::Statement query(database, "SELECT bytes FROM content WHERE id = ?");
    query.bind(1, content);
    if (!query.executeStep())
        throw DamagedRow("the content of a file is missing");
    const SQLite::Column column = query.getColumn(0);
    const auto* const bytes = static_cast<const std::uint8_t*>(column.getBlob());
    return bytes ? std::vector<std::uint8_t>(bytes, bytes + column.getBytes()) : std::vector<std::uint8_t>();
}

Result<std::vector<TrainingPiece>> readPieces(const FileReading& reading, std::span<const std::uint8_t> bytes,
                                              const fs::path& set)
{
    const std::string path = readablePath(reading.path);
    Result<MusicFile> file = readMusicFile(bytes, path);
    if (!file)
        return file.error();
    std::vector<TrainingPiece> pieces;
    for (const FileReading::Wanted& wanted : reading.pieces) {
        if (wanted.ordinal >= file->pieces.size())
            return damagedError(set, fmt::format("\"{}\" has fewer pieces than it had", path));
        MusicPiece& piece = file->pieces[wanted.ordinal];
        TrainingPiece result{wanted.id, path, wanted.ordinal, std::move(piece.title), std::move(piece.score)};
        if (result.title.empty())
            result.title = readablePath(fs::path(reading.path).stem());
        pieces.push_back(std::move(result));
    }
    return pieces;
}

} // namespace

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

        SQLite::Statement parts(database, "SELECT part, COUNT(*) FROM piece GROUP BY part");
        while (parts.executeStep()) {
            const std::size_t number = count(parts.getColumn(1));
            info.pieces += number;
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

        info.families = count(database.execAndGet("SELECT COUNT(DISTINCT family) FROM piece"));
        if (m_state->meta(kMetaFamilies) != "known")
            info.families = 0;
        if (const auto split = m_state->meta(kMetaSplit))
            info.split = splitFromJson(*split);
        info.isComplete = m_state->meta(kMetaImport) == "complete";
        return info;
    });
}

Result<std::string> Dataset::fingerprint() const
{
    return guarded(path(), [&]() -> Result<std::string> {
        Sha256 hash;
        hash.add("continuo dataset 1\nrecipe none\n");
        SQLite::Statement pieces(*m_state->database,
                                 "SELECT c.sha256, p.ordinal, COALESCE(p.part, '-') FROM piece p JOIN file f ON f.id = "
                                 "p.file JOIN content c ON c.id = f.content ORDER BY 1, 2, 3");
        while (pieces.executeStep()) {
            hash.add(fmt::format("{} {} {}\n", pieces.getColumn(0).getString(), pieces.getColumn(1).getInt64(),
                                 pieces.getColumn(2).getString()));
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
                               fmt::format("SELECT {} FROM piece p JOIN file f ON f.id = p.file "
                                           "ORDER BY f.path, f.id, p.ordinal",
                                           kPieceColumns));
        while (rows.executeStep()) {
            if (!visit(pieceFromRow(rows)))
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
                               fmt::format("SELECT {} FROM piece p JOIN file f ON f.id = p.file WHERE p.id > ? "
                                           "ORDER BY p.id",
                                           kPieceColumns));
        rows.bind(1, piece);
        while (rows.executeStep()) {
            if (!visit(pieceFromRow(rows)))
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

Result<TrainingPiece> Dataset::piece(std::string_view which) const
{
    return guarded(path(), [&]() -> Result<TrainingPiece> {
        const std::size_t mark = which.rfind('#');
        const auto place = mark == std::string_view::npos ? std::nullopt : parseInteger(which.substr(mark + 1));
        const auto number = parseInteger(which);
        std::vector<FileReading> found;
        SQLite::Statement rows(*m_state->database, "SELECT p.id, p.ordinal, f.path, f.content FROM piece p JOIN file f "
                                                   "ON f.id = p.file ORDER BY f.path, p.id");
        while (rows.executeStep()) {
            const std::int64_t id = rows.getColumn(0).getInt64();
            const std::int64_t ordinal = rows.getColumn(1).getInt64();
            const std::string file = bytesFromColumn(rows.getColumn(2));
            const auto isCalled = [&](std::string_view name) {
                return file == name || (file.size() > name.size() && file.ends_with(name) &&
                                        file[file.size() - name.size() - 1] == '/');
            };
            const bool isPlaced = place && ordinal + 1 == *place && isCalled(which.substr(0, mark));
            if (id == number || isPlaced || isCalled(which))
                found.push_back({rows.getColumn(3).getInt64(), file, {{id, static_cast<std::size_t>(ordinal)}}});
        }
        if (found.empty())
            return noSuchPiece(path(), which);
        if (found.size() > 1) {
            return Error{ErrorKind::Usage,
                         "dataset.ambiguous-piece",
                         fmt::format("\"{}\" has {} pieces called \"{}\", for example number {} and number {}. Name one "
                                     "by its number, or write FILE#2 for the second piece of a file.",
                                     readablePath(path()), found.size(), which, found[0].pieces.front().id,
                                     found[1].pieces.front().id),
                         {{"file", readablePath(path())}, {"piece", std::string(which)}}};
        }
        Result<std::vector<TrainingPiece>> pieces =
            readPieces(found.front(), contentBytes(*m_state->database, found.front().content), path());
        if (!pieces)
            return pieces.error();
        return std::move(pieces.value().front());
    });
}

Result<std::vector<TrainingPiece>> Dataset::piecesOf(Part part, unsigned threads, const CancelToken& cancel) const
{
    std::vector<TrainingPiece> pieces;
    const Status read = forEachPieceOf(part, threads, cancel, [&](TrainingPiece piece) {
        pieces.push_back(std::move(piece));
        return true;
    });
    if (!read)
        return read.error();
    return pieces;
}

Status Dataset::forEachPieceOf(std::optional<Part> part, unsigned threads,
                               const CancelToken& cancel,
                               const std::function<bool(TrainingPiece)>& visit) const
{
    return guarded(path(), [&]() -> Status {
        SQLite::Database& database = *m_state->database;
        const Reading transaction(database);
        std::vector<FileReading> readings;
        {
            SQLite::Statement rows(
                database,
                "SELECT p.id, p.ordinal, f.path, f.content, f.id FROM piece p JOIN file f ON "
                "f.id = p.file JOIN content c ON c.id = f.content WHERE ?1 = '' OR p.part = ?1 "
                "ORDER BY "
                "c.sha256, f.path, f.id, p.ordinal");
            rows.bind(1, std::string(part ? partName(*part) : ""));
            std::int64_t lastFile = 0;
            while (rows.executeStep()) {
                if (readings.empty() || rows.getColumn(4).getInt64() != lastFile)
                    readings.push_back({rows.getColumn(3).getInt64(), bytesFromColumn(rows.getColumn(2)), {}});
                lastFile = rows.getColumn(4).getInt64();
                readings.back().pieces.push_back(
                    {rows.getColumn(0).getInt64(), static_cast<std::size_t>(rows.getColumn(1).getInt64())});
            }
        }

        std::mutex oneReader;
        const auto make = [&](std::size_t i) {
            return guarded(path(), [&]() -> Result<std::vector<TrainingPiece>> {
                std::vector<std::uint8_t> bytes;
                {
                    const std::lock_guard guard(oneReader);
                    bytes = contentBytes(database, readings[i].content);
                }
                return readPieces(readings[i], bytes, path());
            });
        };
        std::optional<Error> failure;
        bool isWanted = true;
        const unsigned workers = std::max(threads, 1u);
        parallelOrdered<Result<std::vector<TrainingPiece>>>(
            readings.size(), workers, std::size_t{4} * workers, cancel, make,
            [&](std::size_t, Result<std::vector<TrainingPiece>> pieces) {
                if (!pieces) {
                    failure = pieces.error();
                    return false;
                }
                for (TrainingPiece& piece : pieces.value())
                    isWanted = isWanted && visit(std::move(piece));
                return isWanted;
            });
        if (failure)
            return *failure;
        if (isWanted && cancel.isCancelled())
            return cancelledError();
        return ok();
    });
}

} // namespace continuo
