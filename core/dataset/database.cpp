// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace continuo {
namespace {

namespace fs = std::filesystem;

constexpr int kReaderTimeoutMs = 10'000; ///< A commit of ours takes a fraction of a second.
constexpr int kWriterTimeoutMs = 120'000; ///< A commit waits for readers; a training may read for a minute.
/// SQLite's own default is 10^9 bytes for one value; no file of ours comes near a quarter of it.
constexpr int kLongestValue = 300'000'000;

struct Table
{
    const char* name = nullptr;
    const char* sql = nullptr;
};

// The text is stored in the file and compared when it is opened: a change needs a new version.
constexpr std::array<Table, 4> kTables{{
    {"content", "CREATE TABLE content (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL)"},
    {"file", "CREATE TABLE file (id INTEGER PRIMARY KEY, path BLOB NOT NULL, readable_path TEXT NOT NULL, "
             "content INTEGER REFERENCES content (id), size INTEGER NOT NULL, format TEXT NOT NULL, "
             "status TEXT NOT NULL, reason TEXT, remarks TEXT NOT NULL)"},
    {"meta", "CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID"},
    {"piece", "CREATE TABLE piece (id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES file (id), "
              "ordinal INTEGER NOT NULL, title TEXT NOT NULL, part TEXT, family INTEGER, problems INTEGER NOT NULL, "
              "facts TEXT NOT NULL, melody BLOB NOT NULL, UNIQUE (file, ordinal))"},
}};

Error notADataset(const fs::path& path, std::string_view why)
{
    return {ErrorKind::Refused,
            "dataset.not-a-dataset",
            fmt::format("\"{}\" is not a Continuo dataset: {}. Make one with: continuo import FOLDER --out "
                        "NAME.continuo-dataset",
                        readablePath(path), why),
            {{"file", readablePath(path)}}};
}

/// The file is only looked at from outside: opening and closing it here would take away the locks that another
/// connection of this process may hold on it (POSIX).
Status checkFile(const fs::path& path)
{
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (failed && status.type() != fs::file_type::not_found)
        return fileError(failed.value(), path, "read");
    if (!fs::exists(status))
        return fileError(ENOENT, path, "read");
    if (!fs::is_regular_file(status))
        return notADataset(path, fs::is_directory(status) ? "it is a folder" : "it is not a regular file");
    if (fs::file_size(path, failed) == 0 && !failed)
        return notADataset(path, "it is empty");
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0)
        return fileError(errno, path, "read");
    return ok();
}

/// Both pragmas read the file's header and nothing of its schema.
Status checkHeader(SQLite::Database& database, const fs::path& path)
{
    std::uint32_t application = 0;
    int version = 0;
    try {
        application = static_cast<std::uint32_t>(database.execAndGet("PRAGMA application_id").getInt());
        version = database.execAndGet("PRAGMA user_version").getInt();
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() == SQLITE_NOTADB)
            return notADataset(path, "its first bytes are those of another kind of file");
        throw;
    }
    if (application != kDatasetApplicationId)
        return notADataset(path, "it is the database of another program");
    if (version / kVersionStep > kDatasetMajorVersion) {
        return Error{ErrorKind::Refused,
                     "dataset.newer-version",
                     fmt::format("\"{}\" was made by a newer Continuo (dataset version {}; this one reads up to {}). "
                                 "Open it with that program, or import the files again with this one.",
                                 readablePath(path), version / kVersionStep, kDatasetMajorVersion),
                     {{"file", readablePath(path)}, {"version", std::to_string(version / kVersionStep)}}};
    }
    if (version < kVersionStep)
        return notADataset(path, "it has no version");
    return ok();
}

Status checkSchema(SQLite::Database& database, const fs::path& path)
{
    const auto foreign = [&](const std::string& what) {
        return Error{ErrorKind::Refused,
                     "dataset.foreign-schema",
                     fmt::format("\"{}\" is refused: {}. It was not written by Continuo, or was changed by another "
                                 "program; import its files again.",
                                 readablePath(path), what),
                     {{"file", readablePath(path)}}};
    };
    std::array<bool, kTables.size()> isThere{};
    SQLite::Statement schema(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema");
    while (schema.executeStep()) {
        const std::string type = schema.getColumn(0).getString();
        const std::string name = schema.getColumn(1).getString();
        const auto table = std::find_if(kTables.begin(), kTables.end(),
                                        [&](const Table& candidate) { return name == candidate.name; });
        if (type == "index" && schema.getColumn(3).isNull())
            continue; // What a UNIQUE of ours brings along.
        if (type != "table" || table == kTables.end())
            return foreign(fmt::format("it has a {} that a dataset does not have", type == "table" ? "table" : "part"));
        if (schema.getColumn(3).getString() != table->sql)
            return foreign(fmt::format("its table \"{}\" has another form", name));
        isThere[static_cast<std::size_t>(table - kTables.begin())] = true;
    }
    for (std::size_t i = 0; i < kTables.size(); ++i) {
        if (!isThere[i])
            return foreign(fmt::format("its table \"{}\" is missing", kTables[i].name));
    }
    return ok();
}

void distrust(SQLite::Database& database)
{
    sqlite3* const handle = database.getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kLongestValue);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    database.exec("PRAGMA cell_size_check=ON");
}

/// A rollback journal, flushed at every commit. What a transaction changes stays in memory until then: spilling it into
/// the file would lock readers out for as long as the transaction lasts.
void setDurable(SQLite::Database& database)
{
    database.exec("PRAGMA journal_mode=DELETE");
    database.exec("PRAGMA synchronous=FULL");
    database.exec("PRAGMA cache_spill=OFF");
    database.exec("PRAGMA foreign_keys=ON");
}

/// SQLite gives names such as ":memory:" a meaning of their own; an absolute path has none.
std::string databaseName(const fs::path& path)
{
    std::error_code failed;
    const fs::path whole = fs::absolute(path, failed);
    return (failed ? path : whole).string();
}

} // namespace

Error databaseError(const SQLite::Exception& exception, const fs::path& path)
{
    const std::string name = readablePath(path);
    const auto error = [&](ErrorKind kind, std::string id, std::string_view text) {
        return Error{kind, std::move(id), fmt::format("\"{}\": {} ({}).", name, text, exception.what()), {{"file", name}}};
    };
    switch (exception.getErrorCode() & 0xff) {
    case SQLITE_FULL:
        return error(ErrorKind::Failed, "dataset.disk-full",
                     "the disk is full; what was there before is unchanged. Free some space and try again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error(ErrorKind::Failed, "dataset.busy",
                     "another program keeps the dataset locked. Wait until it has finished and try again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return error(ErrorKind::Failed, "dataset.read-only",
                     "the dataset or its folder is read-only. Copy it to a place where you may write");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return error(ErrorKind::Refused, "dataset.damaged", "the dataset is damaged. Import its files again");
    default:
        return error(ErrorKind::Failed, "dataset.io-failed",
                     "the dataset could not be read or written; what was there before is unchanged. Check the disk and "
                     "the permissions");
    }
}

Error damagedError(const fs::path& path, std::string_view what)
{
    return {ErrorKind::Refused,
            "dataset.damaged",
            fmt::format("\"{}\" is damaged: {}. Import its files again.", readablePath(path), what),
            {{"file", readablePath(path)}}};
}

Status createDatabase(const fs::path& path)
{
    return guarded(path, [&]() -> Status {
        SQLite::Database database(databaseName(path), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kWriterTimeoutMs);
        distrust(database);
        setDurable(database);
        SQLite::Transaction transaction(database);
        database.exec(fmt::format("PRAGMA application_id={}", kDatasetApplicationId));
        database.exec(fmt::format("PRAGMA user_version={}", kDatasetMajorVersion * kVersionStep + kDatasetMinorVersion));
        for (const Table& table : kTables)
            database.exec(table.sql);
        transaction.commit();
        return ok();
    });
}

Result<std::unique_ptr<SQLite::Database>> openDatabase(const fs::path& path, bool isForWriting)
{
    if (const Status file = checkFile(path); !file)
        return file.error();
    return guarded(path, [&]() -> Result<std::unique_ptr<SQLite::Database>> {
        // A reader too opens for writing where it may: it can then roll back what a dead writer left half done.
        auto database =
            std::make_unique<SQLite::Database>(databaseName(path), SQLite::OPEN_READWRITE,
                                               isForWriting ? kWriterTimeoutMs : kReaderTimeoutMs);
        distrust(*database);
        if (const Status header = checkHeader(*database, path); !header)
            return header.error();
        if (const Status schema = checkSchema(*database, path); !schema)
            return schema.error();
        if (isForWriting) {
            if (sqlite3_db_readonly(database->getHandle(), "main") == 1) {
                return Error{ErrorKind::Failed,
                             "dataset.read-only",
                             fmt::format("\"{}\" is read-only. Copy it to a place where you may write.",
                                         readablePath(path)),
                             {{"file", readablePath(path)}}};
            }
            setDurable(*database);
        } else {
            database->exec("PRAGMA query_only=ON");
        }
        return database;
    });
}

} // namespace continuo
