// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/set_reading.h"

#include "core/base/file.h"
#include "core/dataset/music_file.h"

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr std::size_t kMostGrowth = 2'000; ///< Rows that a window takes at once without a stutter.

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

private:
    std::vector<PieceRow> m_rows{};
    std::optional<DatasetPiece> m_waiting{};
    bool m_isOneOfSeveral = false;
};

RejectedFile rejectedFile(const DatasetFile& file)
{
    return {file.id, file.path, file.reason.value_or(Error{})};
}

} // namespace

Result<SetContents> readSet(const std::filesystem::path& path, const PieceFilter& filter,
                            const PieceOrder& order, const CancelToken& cancel)
{
    const Result<Dataset> set = Dataset::open(path, Dataset::Access::Read);
    if (!set)
        return set.error();
    const auto moment = set->snapshot();
    if (!moment)
        return moment.error();
    const Result<DatasetInfo> info = set->info();
    if (!info)
        return info.error();
    SetContents contents;
    contents.files = info->files;
    contents.isComplete = info->isComplete;
    contents.split = info->split;
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
    Rows rows;
    const Status read = set->forEachPiece([&](const DatasetPiece& piece) {
        rows.add(piece);
        contents.lastPiece = std::max(contents.lastPiece, piece.id);
        contents.lastFile = std::max(contents.lastFile, piece.file);
        return !cancel.isCancelled();
    });
    if (!read)
        return read.error();
    if (cancel.isCancelled())
        return cancelledError();
    contents.table.append(rows.take());
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

Result<Score> readScore(const std::filesystem::path& path, std::int64_t file, std::size_t ordinal)
{
    const Result<Dataset> set = Dataset::open(path, Dataset::Access::Read);
    if (!set)
        return set.error();
    const Result<std::vector<std::uint8_t>> bytes = set->bytesOf(file);
    if (!bytes)
        return bytes.error();
    Result<MusicFile> music = readMusicFile(*bytes, readablePath(path.filename()));
    if (!music)
        return music.error();
    if (ordinal >= music->pieces.size()) {
        return Error{ErrorKind::Refused,
                     "dataset.no-such-piece",
                     "\"" + readablePath(path) + "\" no longer has this piece. Open the set again.",
                     {{"file", readablePath(path)}}};
    }
    return std::move(music->pieces[ordinal].score);
}

} // namespace continuo::ui
