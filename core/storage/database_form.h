// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace continuo {

/// A table and the exact text that made it. The text is stored in the file and compared when it is
/// opened: a change needs a new version.
struct DatabaseTable
{
    std::string_view name{};
    std::string_view sql{};
};

/// One kind of SQLite file of this program.
struct DatabaseForm
{
    std::string_view kind{}; ///< "dataset": begins the ids of its errors and names it in words.
    std::uint32_t applicationId = 0;
    int majorVersion = 1; ///< A greater one is refused; a greater minor version is read.
    int minorVersion = 0;
    std::span<const DatabaseTable> tables{};
    std::string_view howToMakeOne{}; ///< A sentence for who gave another kind of file.
    std::string_view whenNewer{}; ///< What else can be done than taking the newer program: "or …".
    std::string_view whenForeign{}; ///< What to do with a file that somebody else changed.
};

/// user_version is major · kVersionStep + minor.
inline constexpr int kVersionStep = 1000;

/// Takes trust and power from whatever stands in a database: no triggers, views or functions of its
/// own, nothing attached, no value over 300 MB. Before anything else is asked of it. Throws
/// SQLite::Exception.
void distrust(SQLite::Database& database);

/// Writes version, application and tables, inside the caller's transaction. Throws
/// SQLite::Exception.
void makeTables(SQLite::Database& database, const DatabaseForm& form);

/// Compares the header and then the schema with the form, before any table is read. `path` stands
/// in the messages. Errors (Refused), each behind "KIND.": not-a-KIND, newer-version,
/// foreign-schema. Throws SQLite::Exception.
Status checkForm(SQLite::Database& database, const DatabaseForm& form,
                 const std::filesystem::path& path);

/// KIND.not-a-KIND with the reason.
Error notOfForm(const DatabaseForm& form, const std::filesystem::path& path, std::string_view why);

} // namespace continuo
