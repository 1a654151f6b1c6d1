// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/base/text.h"
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace continuo {
namespace {

namespace fs = std::filesystem;

Error noSuchPiece(const fs::path& path, std::string_view which)
{
    return {ErrorKind::Usage,
            "dataset.no-such-piece",
            fmt::format("\"{}\" has no piece \"{}\". Name its file, its number, or FILE#2 for the "
                        "second piece of a file; "
                        "inspect --csv lists them.",
                        readablePath(path), which),
            {{"file", readablePath(path)}, {"piece", std::string(which)}}};
}

std::optional<PlacedPiece> pieceOfNumber(SQLite::Database& database, std::int64_t number)
{
    SQLite::Statement rows(database, fmt::format("SELECT {}, {} FROM {} WHERE p.id = ?",
                                                 kPlaceColumns, kNotesColumn, kPieceTables));
    rows.bind(1, number);
    return rows.executeStep() ? std::optional(placedFromRow(rows)) : std::nullopt;
}

Result<PlacedPiece> findPiece(const Dataset::State& state, std::string_view which)
{
    const auto number = parseInteger(which);
    if (number) {
        if (std::optional<PlacedPiece> piece = pieceOfNumber(*state.database, *number))
            return std::move(*piece);
    }
    const std::size_t mark = which.rfind('#');
    const auto place =
        mark == std::string_view::npos ? std::nullopt : parseInteger(which.substr(mark + 1));
    std::vector<std::int64_t> found;
    SQLite::Statement rows(*state.database,
                           "SELECT p.id, p.ordinal, f.path FROM piece p JOIN file f "
                           "ON f.id = p.file ORDER BY f.path, p.id");
    while (rows.executeStep()) {
        const std::int64_t ordinal = rows.getColumn(1).getInt64();
        const std::string file = bytesFromColumn(rows.getColumn(2));
        const auto isCalled = [&](std::string_view name) {
            return file == name || (file.size() > name.size() && file.ends_with(name) &&
                                    file[file.size() - name.size() - 1] == '/');
        };
        const bool isPlaced = place && ordinal + 1 == *place && isCalled(which.substr(0, mark));
        if (isPlaced || isCalled(which))
            found.push_back(rows.getColumn(0).getInt64());
    }
    if (found.empty())
        return noSuchPiece(state.path, which);
    if (found.size() > 1) {
        return Error{
            ErrorKind::Usage,
            "dataset.ambiguous-piece",
            fmt::format(
                "\"{}\" has {} pieces called \"{}\", for example number {} and number {}. Name one "
                "by its number, or write FILE#2 for the second piece of a file.",
                readablePath(state.path), found.size(), which, found[0], found[1]),
            {{"file", readablePath(state.path)}, {"piece", std::string(which)}}};
    }
    std::optional<PlacedPiece> piece = pieceOfNumber(*state.database, found.front());
    if (!piece)
        throw DamagedRow("the content of a file is missing");
    return std::move(*piece);
}

TrainingPiece trainingPiece(const PlacedPiece& placed, const MusicPiece& music, Score score,
                            std::size_t section)
{
    TrainingPiece piece{placed.id,   readablePath(placed.path), placed.ordinal,
                        music.title, std::move(score),          section};
    if (piece.title.empty())
        piece.title = readablePath(fs::path(placed.path).stem());
    return piece;
}

/// The file of a piece, read as the recipe wants it.
Result<MusicFile> fileOf(const Dataset::State& state, const PlacedPiece& placed,
                         bool wantsOrnaments)
{
    return readAgain({&placed, 1}, contentBytes(*state.database, placed.content), state.path,
                     wantsOrnaments);
}

/// A piece as read and after a recipe.
PieceVersions versionsOf(const Dataset::State& state, const PlacedPiece& placed,
                         const MusicPiece& music, const Recipe& recipe,
                         const SetStatistics& statistics)
{
    SQLite::Database& database = *state.database;
    PieceSituation situation = situationOf(placed, music, &statistics);
    if (recipe.choosesDuplicates() && placed.family != 0) {
        const auto alike = nearDuplicates(database, placed.family);
        std::vector<FamilyPiece> family;
        std::size_t own = 0;
        SQLite::Statement rows(
            database,
            fmt::format("SELECT {}, {} FROM {} WHERE p.family = ? ORDER BY f.path, f.id, p.ordinal",
                        kPlaceColumns, kNotesColumn, kPieceTables));
        rows.bind(1, placed.family);
        while (rows.executeStep()) {
            const PlacedPiece each = placedFromRow(rows);
            if (each.id == placed.id)
                own = family.size();
            family.push_back(familyPiece(each, alike));
        }
        if (!family.empty())
            situation.duplicate = chooseDuplicates(recipe, family)[own];
    }
    PieceVersions versions;
    versions.cleaned = applyRecipe(recipe, situation, music.score);
    versions.asRead = trainingPiece(placed, music, music.score, 0);
    return versions;
}

} // namespace

PlacedPiece placedFromRow(SQLite::Statement& row)
{
    PlacedPiece piece;
    piece.id = row.getColumn(0).getInt64();
    piece.file = row.getColumn(1).getInt64();
    piece.content = row.getColumn(2).getInt64();
    piece.path = bytesFromColumn(row.getColumn(3));
    piece.sha256 = row.getColumn(4).getString();
    piece.ordinal = static_cast<std::size_t>(row.getColumn(5).getInt64());
    piece.problems =
        static_cast<ProblemMask>(row.getColumn(6).getInt64()) & ((1U << kProblemCount) - 1);
    piece.family = row.getColumn(7).getInt64();
    piece.notes = static_cast<std::size_t>(std::max<std::int64_t>(row.getColumn(8).getInt64(), 0));
    return piece;
}

PieceSituation situationOf(const PlacedPiece& piece, const MusicPiece& music,
                           const SetStatistics* statistics)
{
    return {pieceKey(piece.sha256, piece.ordinal),
            piece.path,
            piece.problems,
            music.unreleasedNotes,
            {},
            statistics,
            music.ornamented ? &*music.ornamented : nullptr};
}

std::vector<std::span<const PlacedPiece>> byFile(const std::vector<PlacedPiece>& pieces)
{
    std::vector<std::span<const PlacedPiece>> files;
    for (std::size_t first = 0, last = 0; first < pieces.size(); first = last) {
        while (last < pieces.size() && pieces[last].file == pieces[first].file)
            ++last;
        files.push_back(std::span(pieces).subspan(first, last - first));
    }
    return files;
}

std::vector<std::uint8_t> contentBytes(SQLite::Database& database, std::int64_t content)
{
    SQLite::Statement query(database, "SELECT bytes FROM content WHERE id = ?");
    query.bind(1, content);
    if (!query.executeStep())
        throw DamagedRow("the content of a file is missing");
    const SQLite::Column column = query.getColumn(0);
    const auto* const bytes = static_cast<const std::uint8_t*>(column.getBlob());
    return bytes ? std::vector<std::uint8_t>(bytes, bytes + column.getBytes())
                 : std::vector<std::uint8_t>();
}

Result<MusicFile> readAgain(std::span<const PlacedPiece> pieces,
                            std::span<const std::uint8_t> bytes, const fs::path& set,
                            bool wantsOrnaments)
{
    const std::string path = readablePath(pieces.front().path);
    Result<MusicFile> file = readMusicFile(
        bytes, path, wantsOrnaments ? OrnamentReading::Both : OrnamentReading::Marks);
    if (!file)
        return file.error();
    for (const PlacedPiece& piece : pieces) {
        if (piece.ordinal >= file->pieces.size())
            return damagedError(set, fmt::format("\"{}\" has fewer pieces than it had", path));
    }
    return file;
}

Result<TrainingPiece> Dataset::piece(std::string_view which) const
{
    Result<PieceVersions> versions = pieceVersions(which);
    if (!versions)
        return versions.error();
    TrainingPiece piece = std::move(versions->asRead);
    if (!versions->cleaned.isInUse) {
        return Error{
            ErrorKind::Usage,
            "dataset.piece-left-out",
            fmt::format("Piece \"{}\" of \"{}\" is not in use: {}. Change the recipe to use it.",
                        which, readablePath(path()), versions->cleaned.whyLeftOutText),
            {{"file", readablePath(path())},
             {"piece", std::string(which)},
             {"reason", versions->cleaned.whyLeftOut}}};
    }
    piece.score = std::move(versions->cleaned.scores.front());
    return piece;
}

Result<PieceVersions> Dataset::pieceVersions(std::string_view which) const
{
    return guarded(path(), [&]() -> Result<PieceVersions> {
        const Reading transaction(*m_state->database);
        const Result<PlacedPiece> placed = findPiece(*m_state, which);
        if (!placed)
            return placed.error();
        const Recipe recipe = storedRecipe(*m_state);
        const Result<MusicFile> file = fileOf(*m_state, *placed, recipe.playsOrnaments());
        if (!file)
            return file.error();
        return versionsOf(*m_state, *placed, file->pieces[placed->ordinal], recipe,
                          storedStatistics(*m_state));
    });
}

Result<PieceProblems> Dataset::problemsOfPiece(std::string_view which) const
{
    return guarded(path(), [&]() -> Result<PieceProblems> {
        SQLite::Database& database = *m_state->database;
        const Reading transaction(database);
        const Result<PlacedPiece> placed = findPiece(*m_state, which);
        if (!placed)
            return placed.error();
        SQLite::Statement row(
            database, fmt::format("SELECT {} FROM {} WHERE p.id = ?", kPieceColumns, kPieceTables));
        row.bind(1, placed->id);
        if (!row.executeStep())
            return noSuchPiece(path(), which);
        PieceProblems problems;
        problems.piece = pieceFromRow(row, m_state->areFamiliesKnown());
        const Result<MusicFile> file =
            readAgain({&*placed, 1}, contentBytes(database, placed->content), path());
        if (!file)
            return file.error();
        problems.places = problemPlaces(file->pieces[placed->ordinal], problems.piece.facts,
                                        problems.piece.problems);
        return problems;
    });
}

Result<PieceVersions> Dataset::cleanOne(const Recipe& recipe, std::string_view which,
                                        unsigned threads, const CancelToken& cancel) const
{
    Result<std::vector<PieceVersions>> versions =
        cleanOne(std::span(&recipe, 1), which, threads, cancel);
    if (!versions)
        return versions.error();
    return std::move(versions->front());
}

Result<std::vector<PieceVersions>> Dataset::cleanOne(std::span<const Recipe> recipes,
                                                     std::string_view which, unsigned threads,
                                                     const CancelToken& cancel) const
{
    for (const Recipe& recipe : recipes) {
        if (const Status checked = checkRecipe(recipe); !checked)
            return checked.error();
    }
    return guarded(path(), [&]() -> Result<std::vector<PieceVersions>> {
        const Reading transaction(*m_state->database);
        const Result<PlacedPiece> placed = findPiece(*m_state, which);
        if (!placed)
            return placed.error();
        const bool wantsOrnaments = std::ranges::any_of(recipes, &Recipe::playsOrnaments);
        const Result<MusicFile> file = fileOf(*m_state, *placed, wantsOrnaments);
        if (!file)
            return file.error();
        std::vector<PieceVersions> versions;
        for (const Recipe& recipe : recipes) {
            Recipe sorted = recipe;
            sortPieces(sorted);
            const Result<SetStatistics> statistics =
                setStatistics(*m_state, {sorted, std::max(threads, 1U), cancel, {}});
            if (!statistics)
                return statistics.error();
            versions.push_back(versionsOf(*m_state, *placed, file->pieces[placed->ordinal],
                                          sorted, *statistics));
        }
        return versions;
    });
}

Result<std::vector<TrainingPiece>> Dataset::piecesOf(Part part, unsigned threads,
                                                     const CancelToken& cancel) const
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
        const Recipe recipe = storedRecipe(*m_state);
        const SetStatistics statistics = storedStatistics(*m_state);
        std::vector<PlacedPiece> pieces;
        {
            SQLite::Statement rows(
                database,
                fmt::format(
                    "SELECT {}, 0 FROM {} WHERE (?1 = '' OR p.part = ?1) AND k.left_out IS NULL "
                    "ORDER BY c.sha256, f.path, f.id, p.ordinal",
                    kPlaceColumns, kPieceTables));
            rows.bind(1, std::string(part ? partName(*part) : ""));
            while (rows.executeStep())
                pieces.push_back(placedFromRow(rows));
        }
        const std::vector<std::span<const PlacedPiece>> files = byFile(pieces);

        std::mutex oneReader;
        const auto make = [&](std::size_t i) {
            return guarded(path(), [&]() -> Result<std::vector<TrainingPiece>> {
                std::vector<std::uint8_t> bytes;
                {
                    const std::lock_guard guard(oneReader);
                    bytes = contentBytes(database, files[i].front().content);
                }
                Result<MusicFile> file =
                    readAgain(files[i], bytes, path(), recipe.playsOrnaments());
                if (!file)
                    return file.error();
                std::vector<TrainingPiece> given;
                for (const PlacedPiece& placed : files[i]) {
                    MusicPiece& music = file->pieces[placed.ordinal];
                    if (!recipe.hasWork()) {
                        Score score = std::move(music.score);
                        given.push_back(trainingPiece(placed, music, std::move(score), 0));
                        continue;
                    }
                    CleanedPiece cleaned =
                        applyRecipe(recipe, situationOf(placed, music, &statistics), music.score);
                    for (std::size_t section = 0; section < cleaned.scores.size(); ++section)
                        given.push_back(trainingPiece(placed, music,
                                                      std::move(cleaned.scores[section]), section));
                }
                return given;
            });
        };
        std::optional<Error> failure;
        bool isWanted = true;
        const unsigned workers = std::max(threads, 1u);
        parallelOrdered<Result<std::vector<TrainingPiece>>>(
            files.size(), workers, std::size_t{4} * workers, cancel, make,
            [&](std::size_t, Result<std::vector<TrainingPiece>> given) {
                if (!given) {
                    failure = given.error();
                    return false;
                }
                for (TrainingPiece& piece : given.value())
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
