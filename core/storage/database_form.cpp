// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/database_form.h"

#include "core/base/file.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <vector>

namespace continuo {
namespace {

namespace fs = std::filesystem;

/// SQLite's own default is 10^9 bytes for one value; no file of ours comes near a quarter of it.
constexpr int kLongestValue = 300'000'000;

std::string idOf(const DatabaseForm& form, std::string_view what)
{
    return fmt::format("{}.{}", form.kind, what);
}

/// Both pragmas read the file's header and nothing of its schema.
Status checkHeader(SQLite::Database& database, const DatabaseForm& form, const fs::path& path)
{
    std::uint32_t application = 0;
    int version = 0;
    try {
        application =
            static_cast<std::uint32_t>(database.execAndGet("PRAGMA application_id").getInt());
        version = database.execAndGet("PRAGMA user_version").getInt();
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() == SQLITE_NOTADB)
            return notOfForm(form, path, "its first bytes are those of another kind of file");
        throw;
    }
    if (application != form.applicationId)
        return notOfForm(form, path, "it is the database of another program");
    if (version / kVersionStep > form.majorVersion) {
        return Error{
            ErrorKind::Refused,
            idOf(form, "newer-version"),
            fmt::format(
                "\"{}\" was made by a newer Continuo ({} version {}; this one reads up to {}). "
                "Open it with that program, {}.",
                readablePath(path), form.kind, version / kVersionStep, form.majorVersion,
                form.whenNewer),
            {{"file", readablePath(path)}, {"version", std::to_string(version / kVersionStep)}}};
    }
    if (version < kVersionStep)
        return notOfForm(form, path, "it has no version");
    return ok();
}

Status checkSchema(SQLite::Database& database, const DatabaseForm& form, const fs::path& path)
{
    const auto foreign = [&](const std::string& what) {
        return Error{
            ErrorKind::Refused,
            idOf(form, "foreign-schema"),
            fmt::format(
                "\"{}\" is refused: {}. It was not written by Continuo, or was changed by another "
                "program; {}.",
                readablePath(path), what, form.whenForeign),
            {{"file", readablePath(path)}}};
    };
    std::vector<bool> isThere(form.tables.size());
    SQLite::Statement schema(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema");
    while (schema.executeStep()) {
        const std::string type = schema.getColumn(0).getString();
        const std::string name = schema.getColumn(1).getString();
        const auto table =
            std::ranges::find(form.tables, std::string_view(name), &DatabaseTable::name);
        if (type == "index" && schema.getColumn(3).isNull())
            continue; // What a UNIQUE of ours brings along.
        if (type != "table" || table == form.tables.end())
            return foreign(fmt::format("it has a {} that a {} does not have",
                                       type == "table" ? "table" : "part", form.kind));
        if (schema.getColumn(3).getString() != table->sql)
            return foreign(fmt::format("its table \"{}\" has another form", name));
        isThere[static_cast<std::size_t>(table - form.tables.begin())] = true;
    }
    for (std::size_t i = 0; i < form.tables.size(); ++i) {
        if (!isThere[i])
            return foreign(fmt::format("its table \"{}\" is missing", form.tables[i].name));
    }
    return ok();
}

} // namespace

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

void makeTables(SQLite::Database& database, const DatabaseForm& form)
{
    database.exec(fmt::format("PRAGMA application_id={}", form.applicationId));
    database.exec(fmt::format("PRAGMA user_version={}",
                              form.majorVersion * kVersionStep + form.minorVersion));
    for (const DatabaseTable& table : form.tables)
        database.exec(std::string(table.sql));
}

Status checkForm(SQLite::Database& database, const DatabaseForm& form, const fs::path& path)
{
    if (const Status header = checkHeader(database, form, path); !header)
        return header;
    return checkSchema(database, form, path);
}

Error notOfForm(const DatabaseForm& form, const fs::path& path, std::string_view why)
{
    return {ErrorKind::Refused,
            idOf(form, fmt::format("not-a-{}", form.kind)),
            fmt::format("\"{}\" is not a Continuo {}: {}. {}", readablePath(path), form.kind, why,
                        form.howToMakeOne),
            {{"file", readablePath(path)}}};
}

} // namespace continuo
