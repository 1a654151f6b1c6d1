// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/dataset.

#include "core/dataset/database.h"
#include "core/dataset/dataset.h"
#include "core/dataset/rows.h"
#include "core/storage/writer_lock.h"

#include <optional>
#include <string>

namespace continuo {

/// Names in the table meta.
inline constexpr const char* kMetaImport = "import";     ///< "complete" or "unfinished".
inline constexpr const char* kMetaFamilies = "families"; ///< "known" or "unknown".
inline constexpr const char* kMetaSplit = "split";       ///< splitToJson(); absent where there was none.

struct Dataset::State
{
    std::filesystem::path path{};
    std::optional<WriterLock> lock{};
    std::unique_ptr<SQLite::Database> database{}; ///< Goes before the lock.

    /// Throw SQLite::Exception.
    std::optional<std::string> meta(const char* name) const;
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

/// Finds families and duplicates anew and stores what changed, inside a transaction of the caller. Throws.
void updateFamilies(SQLite::Database& database);

} // namespace continuo
