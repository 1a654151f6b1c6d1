// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_state.h"

#include <cassert>

namespace continuo {
namespace {

/// The row of a content, new or known.
std::int64_t storedContent(SQLite::Database& database, const ImportedFile& imported)
{
    SQLite::Statement known(database, "SELECT id FROM content WHERE sha256 = ?");
    known.bind(1, imported.file.sha256);
    if (known.executeStep())
        return known.getColumn(0).getInt64();
    SQLite::Statement insert(database, "INSERT INTO content (sha256, bytes) VALUES (?, ?)");
    insert.bind(1, imported.file.sha256);
    // A null pointer would be stored as NULL, not as a file without bytes.
    insert.bindNoCopy(2, imported.bytes.empty() ? static_cast<const void*>("") : imported.bytes.data(),
                      static_cast<int>(imported.bytes.size()));
    insert.exec();
    return database.getLastInsertRowid();
}

std::int64_t storedFile(SQLite::Database& database, const ImportedFile& imported)
{
    const DatasetFile& file = imported.file;
    SQLite::Statement insert(database, "INSERT INTO file (path, readable_path, content, size, format, status, reason, "
                                       "remarks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, static_cast<const void*>(file.path.data()), static_cast<int>(file.path.size()));
    insert.bind(2, readablePath(file.path));
    if (file.sha256.empty())
        insert.bind(3);
    else
        insert.bind(3, storedContent(database, imported));
    insert.bind(4, static_cast<std::int64_t>(file.size));
    insert.bind(5, file.format);
    insert.bind(6, std::string(fileStatusName(file.status)));
    if (file.reason)
        insert.bind(7, reasonToJson(*file.reason));
    else
        insert.bind(7);
    insert.bind(8, remarksToJson(file.remarks));
    insert.exec();
    return database.getLastInsertRowid();
}

/// Every piece begins as a family of its own, so that later only relatives need be written again.
void storePiece(SQLite::Statement& insert, std::int64_t id, std::int64_t file, std::size_t ordinal,
                const ImportedFile::Piece& piece)
{
    insert.reset();
    insert.clearBindings();
    insert.bind(1, id);
    insert.bind(2, file);
    insert.bind(3, static_cast<std::int64_t>(ordinal));
    insert.bind(4, piece.facts.title);
    if (piece.part)
        insert.bind(5, std::string(partName(*piece.part)));
    insert.bind(6, static_cast<std::int64_t>(piece.problems));
    insert.bind(7, factsToJson(piece.facts));
    const std::string melody = printToBytes(piece.melody);
    insert.bind(8, static_cast<const void*>(melody.data()), static_cast<int>(melody.size()));
    insert.exec();
}

} // namespace

Result<std::vector<std::string>> Dataset::contentHashes() const
{
    return guarded(path(), [&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> hashes;
        SQLite::Statement rows(*m_state->database, "SELECT sha256 FROM content ORDER BY sha256");
        while (rows.executeStep())
            hashes.push_back(rows.getColumn(0).getString());
        return hashes;
    });
}

Status Dataset::beginImport()
{
    assert(m_state->lock);
    return guarded(path(), [&]() -> Status {
        SQLite::Transaction transaction(*m_state->database, SQLite::TransactionBehavior::IMMEDIATE);
        m_state->setMeta(kMetaImport, "unfinished");
        transaction.commit();
        return ok();
    });
}

Status Dataset::addFiles(std::span<const ImportedFile> files)
{
    assert(m_state->lock);
    if (files.empty())
        return ok();
    return guarded(path(), [&]() -> Status {
        SQLite::Database& database = *m_state->database;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement insertPiece(database, "INSERT INTO piece (id, family, file, ordinal, title, part, problems, facts, "
                                                "melody) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        std::int64_t id = database.execAndGet("SELECT COALESCE(MAX(id), 0) FROM piece").getInt64();
        bool hasPieces = false;
        for (const ImportedFile& imported : files) {
            const std::int64_t file = storedFile(database, imported);
            for (std::size_t i = 0; i < imported.pieces.size(); ++i)
                storePiece(insertPiece, ++id, file, i, imported.pieces[i]);
            hasPieces = hasPieces || !imported.pieces.empty();
        }
        if (hasPieces) {
            m_state->setMeta(kMetaFamilies, "unknown");
            if (m_state->meta(kMetaRecipe))
                m_state->setMeta(kMetaCleaning, "stale");
        }
        transaction.commit();
        return ok();
    });
}

Result<bool> Dataset::finishImport()
{
    return endImport(true);
}

Result<bool> Dataset::breakOffImport()
{
    return endImport(false);
}

Result<bool> Dataset::endImport(bool isComplete)
{
    assert(m_state->lock);
    return guarded(path(), [&]() -> Result<bool> {
        SQLite::Database& database = *m_state->database;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        bool isSplitGone = false;
        if (!m_state->areFamiliesKnown()) {
            updateFamilies(database);
            m_state->setMeta(kMetaFamilies, "known");
            if (m_state->meta(kMetaSplit)) {
                database.exec("UPDATE piece SET part = NULL WHERE part IS NOT NULL");
                m_state->removeMeta(kMetaSplit);
                isSplitGone = true;
            }
        }
        if (m_state->meta(kMetaCleaning) == "stale") {
            const Recipe recipe = storedRecipe(*m_state);
            const Result<CleanReport> cleaned = cleanSet(*m_state, {recipe, usableThreads(), {}, {}}, true);
            if (!cleaned)
                return cleaned.error();
        }
        if (isComplete)
            m_state->setMeta(kMetaImport, "complete");
        transaction.commit();
        return isSplitGone;
    });
}

} // namespace continuo
