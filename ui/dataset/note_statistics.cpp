// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/note_statistics.h"

#include "core/dataset/dataset.h"
#include "core/dataset/music_file.h"
#include "core/music/melody.h"

#include <chrono>

namespace continuo::ui {

namespace {

constexpr std::chrono::milliseconds kTellPause{300};

/// Reads `pieces` one after the other; `tell` is called now and then, and at the end unless
/// cancelled.
void readPieces(const std::filesystem::path& set, const std::vector<PiecePlace>& pieces,
                const CancelToken& cancel,
                const std::function<void(const PiecePlace&, const Score&)>& visit,
                const std::function<void()>& tell)
{
    using Clock = std::chrono::steady_clock;
    const Result<Dataset> dataset = Dataset::open(set, Dataset::Access::Read);
    if (!dataset)
        return;
    std::int64_t file = 0;
    std::vector<MusicPiece> music;
    auto lastTold = Clock::now();
    for (const PiecePlace& place : pieces) {
        if (cancel.isCancelled())
            return;
        if (place.first != file) {
            file = place.first;
            music.clear();
            const auto bytes = dataset->bytesOf(file);
            if (auto read = bytes ? readMusicFile(*bytes, "") : Result<MusicFile>(bytes.error());
                read)
                music = std::move(read->pieces);
        }
        if (place.second < music.size())
            visit(place, music[place.second].score);
        if (Clock::now() - lastTold >= kTellPause) {
            tell();
            lastTold = Clock::now();
        }
    }
    tell();
}

} // namespace

void countNotes(const std::filesystem::path& set, const std::vector<PiecePlace>& pieces,
                const CancelToken& cancel, const std::function<void(const NoteStatistics&)>& told)
{
    NoteStatistics statistics;
    readPieces(
        set, pieces, cancel, [&](const PiecePlace&, const Score& score) { statistics.add(score); },
        [&] { told(statistics); });
}

FoundKinds findNoteKinds(const std::filesystem::path& set, const std::vector<PiecePlace>& pieces,
                         const CancelToken& cancel,
                         const std::function<void(std::size_t done)>& told)
{
    FoundKinds found;
    readPieces(
        set, pieces, cancel,
        [&](const PiecePlace& place, const Score& score) {
            found.emplace_back(place, noteKindsOf(score, melodyOf(score)));
        },
        [&] { told(found.size()); });
    return found;
}

} // namespace continuo::ui
