// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_state.h"
#include "core/dataset/leak.h"
#include "core/dataset/melody_line.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace continuo {
namespace {

/// A piece of the table, as a leak names it.
struct NamedPiece
{
    Leak::Place place{};
    Part part = Part::Train;
    std::int64_t file = 0;
};

std::vector<NamedPiece> piecesInParts(SQLite::Database& database)
{
    std::vector<NamedPiece> pieces;
    SQLite::Statement rows(database, "SELECT p.id, f.path, p.ordinal, p.title, p.part, f.id FROM "
                                     "piece p JOIN file f ON f.id = p.file LEFT JOIN cleaning k "
                                     "ON k.piece = p.id WHERE p.part IS NOT NULL AND k.left_out IS "
                                     "NULL ORDER BY f.path, p.ordinal, p.id");
    while (rows.executeStep()) {
        pieces.push_back(
            {{rows.getColumn(0).getInt64(), readablePath(bytesFromColumn(rows.getColumn(1))),
              static_cast<std::size_t>(rows.getColumn(2).getInt64()), rows.getColumn(3).getString(),
              0},
             partFromColumn(rows.getColumn(4)).value_or(Part::Train),
             rows.getColumn(5).getInt64()});
    }
    return pieces;
}

/// A passage with its pieces as places among those of piecesInParts().
struct FoundLeak
{
    std::size_t heldOut = 0;
    std::size_t training = 0;
    std::size_t heldOutNote = 0;
    std::size_t trainingNote = 0;
    std::size_t notes = 0;
};

/// Without those that half lie in a longer one of the same two pieces: they would only say the same
/// again, as a trill or a pedal that is shifted by a note.
std::vector<FoundLeak> apart(const std::vector<FoundLeak>& longestFirst)
{
    std::vector<FoundLeak> kept;
    std::map<std::pair<std::size_t, std::size_t>, std::vector<FoundLeak>> ofPieces;
    for (const FoundLeak& leak : longestFirst) {
        std::vector<FoundLeak>& said = ofPieces[{leak.heldOut, leak.training}];
        const bool isSaid = std::ranges::any_of(said, [&](const FoundLeak& other) {
            const std::size_t begin = std::max(other.heldOutNote, leak.heldOutNote);
            const std::size_t end =
                std::min(other.heldOutNote + other.notes, leak.heldOutNote + leak.notes);
            return end > begin && 2 * (end - begin) >= leak.notes;
        });
        if (isSaid)
            continue;
        said.push_back(leak);
        kept.push_back(leak);
    }
    return kept;
}

/// The bar of a note of a melody, from 1; 0 where it cannot be told.
std::int64_t barOf(const MelodyLine& line, const Score& score, std::size_t note)
{
    return score.smpte || note >= line.bars.size() ? 0 : std::int64_t{line.bars[note]} + 1;
}

} // namespace

Result<LeakReport> Dataset::leaks(std::size_t limit, const CancelToken& cancel) const
{
    return guarded(path(), [&]() -> Result<LeakReport> {
        SQLite::Database& database = *m_state->database;
        const Reading transaction(database);
        const std::vector<NamedPiece> pieces = piecesInParts(database);

        SQLite::Statement melody(database, "SELECT melody FROM piece WHERE id = ?");
        const auto printOf = [&](const NamedPiece& piece) {
            melody.reset();
            melody.bind(1, piece.place.piece);
            return melody.executeStep() ? printFromBytes(bytesFromColumn(melody.getColumn(0)))
                                        : MelodyPrint();
        };
        std::vector<std::size_t> heldOut;
        std::vector<MelodyPrint> heldOutMelodies;
        for (std::size_t i = 0; i < pieces.size() && !cancel.isCancelled(); ++i) {
            if (pieces[i].part == Part::Train)
                continue;
            heldOut.push_back(i);
            heldOutMelodies.push_back(printOf(pieces[i]));
        }
        LeakSearch search(std::move(heldOutMelodies));
        for (std::size_t i = 0; i < pieces.size() && !cancel.isCancelled(); ++i) {
            if (pieces[i].part == Part::Train)
                search.add(i, printOf(pieces[i]));
        }

        LeakReport report;
        report.passages = search.distinctPassages();
        std::vector<FoundLeak> found;
        for (const SharedPassage& passage : search.passages()) {
            const std::size_t piece = heldOut[passage.heldOut];
            report.pieces += found.empty() || found.back().heldOut != piece;
            found.push_back({piece, passage.training, passage.heldOutNote, passage.trainingNote,
                             passage.notes});
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const FoundLeak& a, const FoundLeak& b) { return a.notes > b.notes; });
        found = apart(found);
        report.places = found.size();
        found.resize(std::min(found.size(), limit));
        for (const FoundLeak& leak : found)
            report.leaks.push_back({pieces[leak.heldOut].place, pieces[leak.heldOut].part,
                                    pieces[leak.training].place, leak.notes});

        // Bars need the notes again; each file is read once, whatever is asked of it.
        struct Wanted
        {
            Leak::Place* place = nullptr;
            std::size_t note = 0;
        };
        std::map<std::int64_t, std::vector<Wanted>> wanted;
        for (std::size_t i = 0; i < found.size(); ++i) {
            wanted[pieces[found[i].heldOut].file].push_back(
                {&report.leaks[i].heldOut, found[i].heldOutNote});
            wanted[pieces[found[i].training].file].push_back(
                {&report.leaks[i].training, found[i].trainingNote});
        }
        for (auto& [file, places] : wanted) {
            if (cancel.isCancelled())
                return cancelledError();
            const Result<std::vector<std::uint8_t>> bytes = bytesOf(file);
            if (!bytes)
                return bytes.error();
            const Result<MusicFile> music = readMusicFile(*bytes, places.front().place->path);
            if (!music)
                return music.error();
            std::map<std::size_t, MelodyLine> lines;
            for (const Wanted& want : places) {
                const std::size_t ordinal = want.place->ordinal;
                if (ordinal >= music->pieces.size())
                    throw DamagedRow("a file has fewer pieces than it had");
                const Score& score = music->pieces[ordinal].score;
                const auto [line, isNew] = lines.try_emplace(ordinal);
                if (isNew)
                    line->second = melodyLineOf(score);
                want.place->bar = barOf(line->second, score, want.note);
            }
        }
        if (cancel.isCancelled())
            return cancelledError();
        return report;
    });
}

} // namespace continuo
