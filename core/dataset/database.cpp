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
constexpr int kWriterTimeoutMs =
    120'000; ///< A commit waits for readers; a training may read for a minute.

constexpr DatabaseTable kCleaningTable{
    "cleaning", "CREATE TABLE cleaning (piece INTEGER PRIMARY KEY REFERENCES piece (id), left_out TEXT, "
                "left_out_text TEXT, sections INTEGER NOT NULL, changes TEXT NOT NULL, tags TEXT NOT NULL, "
                "note TEXT NOT NULL)"};

/// The first four are those of version 1.
constexpr std::array<DatabaseTable, 5> kTables{{
    {"content", "CREATE TABLE content (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, bytes "
                "BLOB NOT NULL)"},
    {"file",
     "CREATE TABLE file (id INTEGER PRIMARY KEY, path BLOB NOT NULL, readable_path TEXT NOT NULL, "
     "content INTEGER REFERENCES content (id), size INTEGER NOT NULL, format TEXT NOT NULL, "
     "status TEXT NOT NULL, reason TEXT, remarks TEXT NOT NULL)"},
    {"meta",
     "CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID"},
    {"piece",
     "CREATE TABLE piece (id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES file (id), "
     "ordinal INTEGER NOT NULL, title TEXT NOT NULL, part TEXT, family INTEGER, problems INTEGER "
     "NOT NULL, "
     "facts TEXT NOT NULL, melody BLOB NOT NULL, UNIQUE (file, ordinal))"},
    kCleaningTable,
}};

constexpr DatabaseForm kFirstForm{
    .kind = "dataset",
    .applicationId = 0x436e7464, // "Cntd"
    .majorVersion = 1,
    .minorVersion = 0,
    .tables = std::span(kTables).first(4),
    .howToMakeOne = "Make one with: continuo import FOLDER --out NAME.continuo-dataset",
    .whenNewer = "or import the files again with this one",
    .whenForeign = "import its files again"};

/// Whether the file says that it is of the first form. What it really is checkForm() finds out.
bool isOfFirstForm(SQLite::Database& database)
{
    try {
        return database.execAndGet("PRAGMA user_version").getInt() / kVersionStep == kFirstForm.majorVersion;
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() == SQLITE_NOTADB)
            return false;
        throw;
    }
}

/// Adds what the first form has not.
void upgrade(SQLite::Database& database)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec(std::string(kCleaningTable.sql));
    database.exec(fmt::format("PRAGMA user_version={}", kDatasetForm.majorVersion * kVersionStep + kDatasetForm.minorVersion));
    transaction.commit();
}

/// The file is only looked at from outside: opening and closing it here would take away the locks
/// that another connection of this process may hold on it (POSIX).
Status checkFile(const fs::path& path)
{
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (failed && status.type() != fs::file_type::not_found)
        return fileError(failed.value(), path, "read");
    if (!fs::exists(status))
        return fileError(ENOENT, path, "read");
    if (!fs::is_regular_file(status))
        return notOfForm(kDatasetForm, path,
                         fs::is_directory(status) ? "it is a folder" : "it is not a regular file");
    if (fs::file_size(path, failed) == 0 && !failed)
        return notOfForm(kDatasetForm, path, "it is empty");
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0)
        return fileError(errno, path, "read");
    return ok();
}

/// A rollback journal, flushed at every commit. What a transaction changes stays in memory until
/// then: spilling it into the file would lock readers out for as long as the transaction lasts.
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

constinit const DatabaseForm kDatasetForm = [] {
    DatabaseForm form = kFirstForm;
    form.majorVersion = 2;
    form.tables = kTables;
    return form;
}();

Error databaseError(const SQLite::Exception& exception, const fs::path& path)
{
    const std::string name = readablePath(path);
    const auto error = [&](ErrorKind kind, std::string id, std::string_view text) {
        return Error{kind,
                     std::move(id),
                     fmt::format("\"{}\": {} ({}).", name, text, exception.what()),
                     {{"file", name}}};
    };
    switch (exception.getErrorCode() & 0xff) {
    case SQLITE_FULL:
        return error(
            ErrorKind::Failed, "dataset.disk-full",
            "the disk is full; what was there before is unchanged. Free some space and try again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error(
            ErrorKind::Failed, "dataset.busy",
            "another program keeps the dataset locked. Wait until it has finished and try again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return error(
            ErrorKind::Failed, "dataset.read-only",
            "the dataset or its folder is read-only. Copy it to a place where you may write");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return error(ErrorKind::Refused, "dataset.damaged",
                     "the dataset is damaged. Import its files again");
    default:
        return error(ErrorKind::Failed, "dataset.io-failed",
                     "the dataset could not be read or written; what was there before is "
                     "unchanged. Check the disk and "
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
        SQLite::Database database(databaseName(path), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                  kWriterTimeoutMs);
        distrust(database);
        setDurable(database);
        SQLite::Transaction transaction(database);
        makeTables(database, kDatasetForm);
        transaction.commit();
        return ok();
    });
}

Result<std::unique_ptr<SQLite::Database>> openDatabase(const fs::path& path, bool isForWriting)
{
    if (const Status file = checkFile(path); !file)
        return file.error();
    return guarded(path, [&]() -> Result<std::unique_ptr<SQLite::Database>> {
        // A reader too opens for writing where it may: it can then roll back what a dead writer
        // left half done.
        auto database =
            std::make_unique<SQLite::Database>(databaseName(path), SQLite::OPEN_READWRITE,
                                               isForWriting ? kWriterTimeoutMs : kReaderTimeoutMs);
        distrust(*database);
        const bool isFirstForm = isOfFirstForm(*database);
        if (const Status form = checkForm(*database, isFirstForm ? kFirstForm : kDatasetForm, path); !form)
            return form.error();
        if (isForWriting) {
            if (sqlite3_db_readonly(database->getHandle(), "main") == 1) {
                return Error{
                    ErrorKind::Failed,
                    "dataset.read-only",
                    fmt::format("\"{}\" is read-only. Copy it to a place where you may write.",
                                readablePath(path)),
                    {{"file", readablePath(path)}}};
            }
            setDurable(*database);
            if (isFirstForm)
                upgrade(*database);
        } else {
            // The first form is read as one whose recipe changes nothing.
            if (isFirstForm) {
                database->exec("PRAGMA temp_store=MEMORY");
                database->exec("CREATE TEMP" + std::string(kCleaningTable.sql).substr(6));
            }
            database->exec("PRAGMA query_only=ON");
        }
        return database;
    });
}

} // namespace continuo
