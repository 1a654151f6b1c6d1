// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/dataset: the one place that knows how a dataset lies in SQLite.

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/storage/database_form.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json_fwd.hpp>

#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <string_view>

namespace continuo {

/// The tables of a dataset, its version and its words.
extern const DatabaseForm kDatasetForm;

/// Makes the tables in a new file, durably. `path` must not exist.
Status createDatabase(const std::filesystem::path& path);

/// Opens a file that createDatabase() made: trust is taken from the schema, the header is checked
/// and the schema compared before anything else is asked.
Result<std::unique_ptr<SQLite::Database>> openDatabase(const std::filesystem::path& path,
                                                       bool isForWriting);

/// What SQLite says, in words, with the file's name.
Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& path);
/// Content that this program cannot have written.
Error damagedError(const std::filesystem::path& path, std::string_view what);

/// Thrown inside core/dataset where a row holds what it cannot; caught by guarded().
struct DamagedRow final : std::exception
{
    explicit DamagedRow(std::string_view text)
        : what_(text)
    {
    }
    const char* what() const noexcept override { return what_.c_str(); }
    std::string what_;
};

/// Runs `work`, which returns a Result, and turns what the database throws into an Error.
template <typename Work>
auto guarded(const std::filesystem::path& path, Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        return databaseError(exception, path);
    } catch (const DamagedRow& row) {
        return damagedError(path, row.what());
    }
}

} // namespace continuo
