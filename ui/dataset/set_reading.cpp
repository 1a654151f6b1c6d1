// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/set_reading.h"

#include "core/base/file.h"
#include "core/dataset/music_file.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <tuple>

namespace continuo::ui {

namespace {

constexpr std::size_t kMostGrowth = 2'000; ///< Rows that a window takes at once without a stutter.
constexpr std::size_t kFirstRows = 100;    ///< Of a large set, shown at once.
constexpr std::chrono::milliseconds kTellPause{80};

/// Pieces one by one into rows: whether a file holds several is known with the next piece.
class Rows
{
public:
    void add(const DatasetPiece& piece)
    {
        const bool isSameFile = m_waiting && m_waiting->file == piece.file;
        flush(isSameFile);
        m_waiting = piece;
        m_isOneOfSeveral = isSameFile || piece.ordinal > 0;
    }
    void flush(bool hasFollower)
    {
        if (m_waiting)
            m_rows.push_back(pieceRow(*m_waiting, m_isOneOfSeveral || hasFollower));
        m_waiting.reset();
    }
    std::vector<PieceRow> take()
    {
        flush(false);
        return std::move(m_rows);
    }
    std::size_t size() const { return m_rows.size(); }
    /// Those that came since the last call; at most `most` of them.
    std::vector<PieceRow> news(std::size_t most)
    {
        const std::size_t end = std::min(m_rows.size(), m_told + most);
        std::vector<PieceRow> rows(m_rows.begin() + static_cast<std::ptrdiff_t>(m_told),
                                   m_rows.begin() + static_cast<std::ptrdiff_t>(end));
        m_told = end;
        return rows;
    }

private:
    std::vector<PieceRow> m_rows{};
    std::size_t m_told = 0;
    std::optional<DatasetPiece> m_waiting{};
    bool m_isOneOfSeveral = false;
};

/// Tells rows as they come, often enough for the eye and seldom enough for the window.
class Teller
{
public:
    Teller(const ReadingTold& told, std::size_t all)
        : m_told(told)
        , m_all(all)
    {
    }

    void tell(Rows& rows)
    {
        const auto now = std::chrono::steady_clock::now();
        if (!m_told || now - m_last < kTellPause)
            return;
        m_last = now;
        m_told(rows.news(kMostGrowth), m_all);
    }

private:
    const ReadingTold& m_told;
    std::size_t m_all;
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

/// Sets that were filled by several imports have their pieces in the order of these.
void putInOrderOfPaths(std::vector<PieceRow>& rows)
{
    const auto place = [](const PieceRow& row) {
        return std::tie(row.path, row.file, row.ordinal);
    };
    if (!std::ranges::is_sorted(rows, {}, place))
        std::ranges::sort(rows, {}, place);
}

std::array<std::size_t, 3> familiesByPart(const std::vector<PieceRow>& rows)
{
    std::array<std::set<std::int64_t>, 3> families;
    for (const PieceRow& row : rows) {
        if (row.part)
            families[static_cast<std::size_t>(*row.part)].insert(row.family);
    }
    return {families[0].size(), families[1].size(), families[2].size()};
}

RejectedFile rejectedFile(const DatasetFile& file)
{
    return {file.id, file.path, file.reason.value_or(Error{})};
}

} // namespace

Result<SetContents> readSet(const std::filesystem::path& path, const PieceFilter& filter,
                            const PieceOrder& order, const CancelToken& cancel,
                            const ReadingTold& told)
{
    const Result<Dataset> set = Dataset::open(path, Dataset::Access::Read);
    if (!set)
        return set.error();
    const auto moment = set->snapshot();
    if (!moment)
        return moment.error();
    SetContents contents;
    Rows rows;
    // In the order they are stored the first come at once; by path all would have to be seen first.
    const auto readOn = [&](std::size_t most, const std::function<void()>& came) {
        std::size_t count = 0;
        return set->forEachPieceAfter(contents.lastPiece, [&](const DatasetPiece& piece) {
            rows.add(piece);
            contents.lastPiece = piece.id;
            contents.lastFile = std::max(contents.lastFile, piece.file);
            came();
            return ++count < most && !cancel.isCancelled();
        });
    };
    // A screenful before anything that takes longer.
    if (const Status read = readOn(kFirstRows, [] {}); !read)
        return read.error();
    if (told && rows.size() + 1 >= kFirstRows)
        told(rows.news(kFirstRows), rows.size());
    const Result<DatasetInfo> info = set->info();
    if (!info)
        return info.error();
    contents.files = info->files;
    contents.isComplete = info->isComplete;
    contents.split = info->split;
    const Result<Recipe> recipe = set->recipe();
    if (!recipe)
        return recipe.error();
    contents.recipe = *recipe;
    if (info->rejected > 0) {
        const Status listed = set->forEachFile([&](const DatasetFile& file) {
            if (file.status == FileStatus::Rejected)
                contents.rejected.push_back(rejectedFile(file));
            contents.lastFile = std::max(contents.lastFile, file.id);
            return !cancel.isCancelled();
        });
        if (!listed)
            return listed.error();
    }
    Teller teller(told, info->pieces);
    if (const Status read = readOn(SIZE_MAX, [&] { teller.tell(rows); }); !read)
        return read.error();
    if (cancel.isCancelled())
        return cancelledError();
    std::vector<PieceRow> all = rows.take();
    putInOrderOfPaths(all);
    contents.families = familiesByPart(all);
    contents.table.append(std::move(all));
    contents.table.rankNames();
    contents.table.setFilter(filter);
    contents.table.setOrder(order);
    return contents;
}

Result<SetGrowth> readGrowth(const std::filesystem::path& path, std::int64_t lastPiece,
                             std::int64_t lastFile)
{
    const Result<Dataset> set = Dataset::open(path, Dataset::Access::Read);
    if (!set)
        return set.error();
    SetGrowth growth;
    growth.lastPiece = lastPiece;
    growth.lastFile = lastFile;
    const auto moment = set->snapshot();
    if (!moment)
        return moment.error();
    Rows rows;
    const Status read = set->forEachPieceAfter(lastPiece, [&](const DatasetPiece& piece) {
        rows.add(piece);
        growth.lastPiece = piece.id;
        return rows.size() < kMostGrowth;
    });
    if (!read)
        return read.error();
    growth.pieces = rows.take();
    std::size_t files = 0;
    const Status listed = set->forEachFileAfter(lastFile, [&](const DatasetFile& file) {
        if (file.status == FileStatus::Rejected)
            growth.rejected.push_back(rejectedFile(file));
        growth.lastFile = file.id;
        return ++files < kMostGrowth;
    });
    if (!listed)
        return listed.error();
    return growth;
}

Result<PieceReading> readPiece(const std::filesystem::path& path, std::int64_t piece,
                               ProblemMask problems)
{
    const Result<Dataset> set = Dataset::open(path, Dataset::Access::Read);
    if (!set)
        return set.error();
    Result<PieceVersions> versions = set->pieceVersions(std::to_string(piece));
    if (!versions)
        return versions.error();
    PieceReading reading;
    if (problems != 0) {
        const MusicPiece asRead{versions->asRead.score, versions->asRead.title, {}, {}};
        reading.problems = problemPlaces(asRead, factsOf(asRead), problems);
    }
    reading.versions = std::move(*versions);
    return reading;
}

} // namespace continuo::ui
