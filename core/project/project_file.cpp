// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/project_file.h"

#include "core/base/text.h"
#include "core/project/score_bytes.h"
#include "core/storage/database_form.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace continuo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestProject = std::uint64_t{1} << 30;

constexpr std::array<DatabaseTable, 5> kTables{{
    {"generation",
     "CREATE TABLE generation (id INTEGER PRIMARY KEY, model TEXT NOT NULL, sampler TEXT NOT NULL, "
     "random_seed INTEGER NOT NULL)"},
    {"meta",
     "CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID"},
    {"origin", "CREATE TABLE origin (note INTEGER PRIMARY KEY, generation INTEGER NOT NULL "
               "REFERENCES generation (id), "
               "alternative INTEGER NOT NULL, probability REAL NOT NULL, rank INTEGER NOT NULL)"},
    {"score", "CREATE TABLE score (id INTEGER PRIMARY KEY, format INTEGER NOT NULL, "
              "ticks_per_quarter INTEGER NOT NULL, "
              "frames_per_second INTEGER, ticks_per_frame INTEGER, next_id INTEGER NOT NULL)"},
    {"track", "CREATE TABLE track (place INTEGER PRIMARY KEY, id INTEGER NOT NULL, end INTEGER NOT "
              "NULL, notes BLOB NOT NULL, "
              "events BLOB NOT NULL)"},
}};

constexpr DatabaseForm kProjectForm{
    .kind = "project",
    .applicationId = 0x436e7470, // "Cntp"
    .majorVersion = 1,
    .minorVersion = 0,
    .tables = kTables,
    .howToMakeOne = "Choose a file that Continuo saved, or import a MIDI or ABC file.",
    .whenNewer = "or export it there as MIDI and import that here",
    .whenForeign = "open an earlier copy of it"};

Error damaged(const fs::path& path, std::string_view what)
{
    return {
        ErrorKind::Refused,
        "project.damaged",
        fmt::format("\"{}\" is damaged: {}. Open an earlier copy of it.", readablePath(path), what),
        {{"file", readablePath(path)}}};
}

/// Thrown where a row holds what this program cannot have written; ends in damaged().
struct DamagedRow
{
    std::string what{};
};

std::int64_t integerOf(SQLite::Statement& row, int column, std::int64_t least, std::int64_t most)
{
    const SQLite::Column value = row.getColumn(column);
    if (!value.isInteger() || value.getInt64() < least || value.getInt64() > most)
        throw DamagedRow{"a number in it is out of range"};
    return value.getInt64();
}

std::string textOf(SQLite::Statement& row, int column)
{
    const SQLite::Column value = row.getColumn(column);
    std::string text =
        value.isText() ? value.getString() : throw DamagedRow{"words in it are none"};
    if (!isUtf8(text))
        throw DamagedRow{"words in it are not UTF-8"};
    return text;
}

std::span<const std::uint8_t> blobOf(SQLite::Statement& row, int column)
{
    const SQLite::Column value = row.getColumn(column);
    if (!value.isBlob())
        throw DamagedRow{"its notes are none"};
    return {static_cast<const std::uint8_t*>(value.getBlob()),
            static_cast<std::size_t>(value.getBytes())};
}

void writeMeta(SQLite::Database& database, const char* name, const std::string& value)
{
    SQLite::Statement row(database, "INSERT INTO meta VALUES (?, ?)");
    row.bind(1, name);
    row.bind(2, value);
    row.exec();
}

void writeScore(SQLite::Database& database, const Score& score)
{
    SQLite::Statement row(database, "INSERT INTO score VALUES (1, ?, ?, ?, ?, ?)");
    row.bind(1, score.format);
    row.bind(2, score.ticksPerQuarter);
    if (score.smpte) {
        row.bind(3, score.smpte->framesPerSecond);
        row.bind(4, score.smpte->ticksPerFrame);
    }
    row.bind(5, static_cast<std::int64_t>(score.nextId));
    row.exec();

    SQLite::Statement place(database, "INSERT INTO track VALUES (?, ?, ?, ?, ?)");
    for (std::size_t i = 0; i < score.tracks.size(); ++i) {
        const Track& track = score.tracks[i];
        const auto notes = noteBytes(track.notes);
        const auto events = eventBytes(track.events);
        place.bind(1, static_cast<std::int64_t>(i));
        place.bind(2, static_cast<std::int64_t>(track.id));
        place.bind(3, track.end.value);
        // An empty blob needs an address, or it becomes NULL.
        place.bindNoCopy(4, notes.empty() ? static_cast<const void*>("") : notes.data(),
                         static_cast<int>(notes.size()));
        place.bindNoCopy(5, events.empty() ? static_cast<const void*>("") : events.data(),
                         static_cast<int>(events.size()));
        place.exec();
        place.reset();
    }
}

void writeOrigins(SQLite::Database& database, const Project& project)
{
    std::vector<std::pair<NoteId, const NoteOrigin*>> origins;
    for (const Track& track : project.score.tracks) {
        for (const Note& note : track.notes) {
            const auto found = project.origins.find(note.id);
            if (found != project.origins.end())
                origins.emplace_back(note.id, &found->second);
        }
    }
    std::ranges::sort(origins);

    std::map<std::tuple<std::string, std::string, std::uint64_t>, std::int64_t> generations;
    SQLite::Statement generation(database, "INSERT INTO generation VALUES (?, ?, ?, ?)");
    SQLite::Statement row(database, "INSERT INTO origin VALUES (?, ?, ?, ?, ?)");
    for (const auto& [note, origin] : origins) {
        const auto [place, isNew] =
            generations.try_emplace({origin->model, origin->sampler, origin->randomSeed},
                                    static_cast<std::int64_t>(generations.size()) + 1);
        if (isNew) {
            generation.bind(1, place->second);
            generation.bind(2, repairedUtf8(origin->model));
            generation.bind(3, repairedUtf8(origin->sampler));
            generation.bind(4, std::bit_cast<std::int64_t>(origin->randomSeed));
            generation.exec();
            generation.reset();
        }
        row.bind(1, static_cast<std::int64_t>(note));
        row.bind(2, place->second);
        row.bind(3, origin->alternative);
        row.bind(4, std::isfinite(origin->probability) ? origin->probability : 0.0);
        row.bind(5, origin->rank);
        row.exec();
        row.reset();
    }
}

void readScore(SQLite::Database& database, Score& score)
{
    SQLite::Statement row(
        database,
        "SELECT format, ticks_per_quarter, frames_per_second, ticks_per_frame, next_id FROM score");
    if (!row.executeStep())
        throw DamagedRow{"it holds no score"};
    score.format = static_cast<int>(integerOf(row, 0, 0, 2));
    score.ticksPerQuarter = static_cast<int>(integerOf(row, 1, INT32_MIN, INT32_MAX));
    if (!row.getColumn(2).isNull())
        score.smpte = SmpteDivision{static_cast<int>(integerOf(row, 2, 1, 128)),
                                    static_cast<int>(integerOf(row, 3, 1, 255))};
    score.nextId = static_cast<std::uint32_t>(integerOf(row, 4, 1, UINT32_MAX));

    SQLite::Statement tracks(database, "SELECT id, end, notes, events FROM track ORDER BY place");
    while (tracks.executeStep()) {
        auto notes = notesFromBytes(blobOf(tracks, 2));
        auto events = eventsFromBytes(blobOf(tracks, 3));
        if (!notes || !events)
            throw DamagedRow{"a track breaks off"};
        score.tracks.push_back({static_cast<TrackId>(integerOf(tracks, 0, 0, UINT32_MAX)),
                                std::move(*notes), std::move(*events),
                                Tick{integerOf(tracks, 1, INT64_MIN, INT64_MAX)}});
    }
}

void readOrigins(SQLite::Database& database, Project& project)
{
    std::unordered_set<NoteId> notes;
    for (const Track& track : project.score.tracks) {
        for (const Note& note : track.notes)
            notes.insert(note.id);
    }
    SQLite::Statement row(
        database, "SELECT note, model, sampler, random_seed, alternative, probability, rank "
                  "FROM origin JOIN generation ON generation.id = origin.generation");
    while (row.executeStep()) {
        const auto note = static_cast<NoteId>(integerOf(row, 0, 1, UINT32_MAX));
        if (!notes.contains(note))
            throw DamagedRow{"it tells where a note came from that it does not hold"};
        NoteOrigin& origin = project.origins[note];
        origin.model = textOf(row, 1);
        origin.sampler = textOf(row, 2);
        origin.randomSeed = std::bit_cast<std::uint64_t>(integerOf(row, 3, INT64_MIN, INT64_MAX));
        origin.alternative = static_cast<int>(integerOf(row, 4, INT32_MIN, INT32_MAX));
        origin.probability = row.getColumn(5).getDouble();
        origin.rank = static_cast<int>(integerOf(row, 6, INT32_MIN, INT32_MAX));
    }
}

/// What the header of a database says about its size, in bytes (SQLite file format, 1.3).
std::uint64_t promisedSize(std::span<const std::uint8_t> bytes)
{
    if (bytes.size() < 100)
        return 100;
    const auto bigEndian = [&](std::size_t at, std::size_t count) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value = value << 8 | bytes[at + i];
        return value;
    };
    const std::uint64_t pageSize = bigEndian(16, 2);
    return (pageSize == 1 ? 65'536 : pageSize) * bigEndian(28, 4);
}

Project readTables(SQLite::Database& database)
{
    Project project;
    SQLite::Statement meta(database, "SELECT name, value FROM meta");
    while (meta.executeStep()) {
        const std::string name = textOf(meta, 0);
        if (name == "title")
            project.title = textOf(meta, 1);
        else if (name == "view")
            project.viewJson = textOf(meta, 1);
    }
    readScore(database, project.score);
    if (const auto flaw = flawOf(project.score))
        throw DamagedRow{*flaw};
    readOrigins(database, project);
    return project;
}

} // namespace

Result<std::vector<std::uint8_t>> projectBytes(const Project& project)
{
    const auto unwritable = [](std::string_view why) {
        return Error{
            ErrorKind::Failed,
            "project.bad-score",
            fmt::format(
                "The composition cannot be saved as a project: {}. Export it as MIDI to keep it.",
                why),
            {}};
    };
    if (const auto flaw = flawOf(project.score))
        return unwritable(*flaw);
    try {
        SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Transaction transaction(database);
        makeTables(database, kProjectForm);
        writeMeta(database, "title", repairedUtf8(project.title));
        if (!project.viewJson.empty())
            writeMeta(database, "view", repairedUtf8(project.viewJson));
        writeScore(database, project.score);
        writeOrigins(database, project);
        transaction.commit();
        sqlite3_int64 size = 0;
        const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(
            sqlite3_serialize(database.getHandle(), "main", &size, 0), &sqlite3_free);
        if (!bytes)
            return unwritable("there is not enough memory");
        return std::vector<std::uint8_t>(bytes.get(), bytes.get() + size);
    } catch (const SQLite::Exception& exception) {
        return unwritable(exception.what());
    }
}

Status writeProject(const fs::path& path, const Project& project, Overwrite overwrite)
{
    if (overwrite == Overwrite::Replace && !isWritableProject(path)) {
        return Error{ErrorKind::Failed,
                     "project.read-only",
                     fmt::format("\"{}\" is read-only and was left as it is. Save under another "
                                 "name, or allow writing.",
                                 readablePath(path)),
                     {{"file", readablePath(path)}}};
    }
    const auto bytes = projectBytes(project);
    if (!bytes)
        return bytes.error();
    auto writer = WholeFileWriter::open(path, overwrite);
    if (!writer)
        return writer.error();
    if (const Status written = writer->write(*bytes); !written)
        return written;
    std::error_code failed;
    if (const fs::file_status former = fs::status(path, failed);
        !failed && fs::is_regular_file(former))
        fs::permissions(writer->temporaryPath(), former.permissions(), failed);
    return writer->commit();
}

Result<Project> readProject(std::span<const std::uint8_t> bytes, const fs::path& path)
{
    if (bytes.empty())
        return notOfForm(kProjectForm, path, "it is empty");
    if (!looksLikeProject(bytes))
        return notOfForm(kProjectForm, path, "its first bytes are those of another kind of file");
    try {
        SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        distrust(database);
        // SQLite is promised not to write into them.
        auto* const borrowed = const_cast<std::uint8_t*>(bytes.data());
        const auto size = static_cast<sqlite3_int64>(bytes.size());
        if (sqlite3_deserialize(database.getHandle(), "main", borrowed, size, size,
                                SQLITE_DESERIALIZE_READONLY) != SQLITE_OK)
            return damaged(path, "it cannot be opened");
        // SQLite itself would only miss the pages it happens to need.
        if (promisedSize(bytes) > bytes.size())
            return damaged(path, "it breaks off");
        if (const Status form = checkForm(database, kProjectForm, path); !form)
            return form.error();
        return readTables(database);
    } catch (const SQLite::Exception& exception) {
        return damaged(path, exception.what());
    } catch (const DamagedRow& row) {
        return damaged(path, row.what);
    }
}

Result<Project> readProject(const fs::path& path)
{
    const auto bytes = readFile(path, kLargestProject);
    if (!bytes)
        return bytes.error();
    return readProject(*bytes, path);
}

bool looksLikeProject(std::span<const std::uint8_t> bytes)
{
    constexpr std::string_view kMagic("SQLite format 3\0", 16);
    return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

bool isWritableProject(const fs::path& path)
{
    constexpr fs::perms kAnyWriter =
        fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    return failed || !fs::exists(status) || (status.permissions() & kAnyWriter) != fs::perms::none;
}

} // namespace continuo
