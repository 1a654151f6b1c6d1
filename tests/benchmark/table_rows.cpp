// SPDX-License-Identifier: GPL-3.0-or-later
// How much processor time the table of pieces takes to sort and to search, which is the waiting
// time on a machine with nothing else to do: bench_table_rows [PIECES].
#include "ui/dataset/fact_statistics.h"
#include "ui/dataset/piece_model.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace continuo;
using namespace continuo::ui;

namespace {

/// Pieces as collections have them: long paths, names that begin alike, all keys and meters, a
/// problem here and there.
std::vector<DatasetPiece> madePieces(std::int64_t count)
{
    const char* const kinds[] = {"reel",     "jig",   "hornpipe", "waltz",
                                 "slip-jig", "polka", "air",      "march"};
    std::vector<DatasetPiece> pieces;
    pieces.reserve(static_cast<std::size_t>(count));
    std::uint64_t state = 1;
    const auto draw = [&](std::uint64_t below) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return (state >> 33) % below;
    };
    for (std::int64_t id = 1; id <= count; ++id) {
        DatasetPiece piece;
        piece.id = piece.file = id;
        piece.path = "/home/somebody/Music/Collections/" + std::string(kinds[draw(8)]) +
                     "s/volume " + std::to_string(draw(40)) + "/the " + kinds[draw(8)] +
                     " of number " + std::to_string(draw(1'000'000)) + ".mid";
        piece.facts.title =
            "The " + std::string(kinds[draw(8)]) + " of " + std::to_string(draw(10'000));
        piece.facts.composer = draw(3) == 0 ? "" : "Composer " + std::to_string(draw(400));
        piece.facts.notes = 20 + draw(900);
        piece.facts.bars = static_cast<std::int64_t>(4 + draw(200));
        piece.facts.durationSeconds = 10 + static_cast<double>(draw(3000)) / 10;
        piece.facts.tempos = {{0, 40 + static_cast<double>(draw(1800)) / 10}};
        piece.family = static_cast<std::int64_t>(1 + draw(60'000));
        piece.facts.key = KeyEstimate{
            {static_cast<int>(draw(12)), draw(2) == 0 ? Mode::Major : Mode::Minor}, {}, 0.8, 0.1};
        piece.facts.meters = {{1, {static_cast<int>(2 + draw(8)), draw(2) == 0 ? 4 : 8}}};
        piece.facts.lowest = static_cast<int>(40 + draw(20));
        piece.facts.highest = static_cast<int>(64 + draw(20));
        piece.facts.kinds.emplace();
        for (std::uint64_t i = 0; i < 24; ++i)
            piece.facts.kinds->pitches.set(40 + draw(44));
        for (std::uint64_t i = 0; i < 10; ++i)
            piece.facts.kinds->intervals.set(draw(kIntervalCount));
        for (std::uint64_t i = 0; i < 4; ++i)
            piece.facts.kinds->durations.set(draw(kNoteValues.size()));
        for (std::uint64_t i = 0; i < 9; ++i)
            piece.facts.kinds->onsets.set(draw(kOnsetCount));
        piece.problems = draw(4) == 0 ? static_cast<ProblemMask>(1U << draw(kProblemCount)) : 0;
        piece.part = static_cast<Part>(draw(3));
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

double millisecondsSince(std::clock_t start)
{
    return 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

template <typename Work>
double medianMs(Work work)
{
    std::vector<double> times;
    for (int i = 0; i < 9; ++i) {
        const std::clock_t start = std::clock();
        work();
        times.push_back(millisecondsSince(start));
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

} // namespace

int main(int argc, char* argv[])
{
    const QCoreApplication application(argc, argv);
    const std::int64_t count = argc > 1 ? std::atoll(argv[1]) : 100'000;
    const std::vector<DatasetPiece> pieces = madePieces(count);
    const std::clock_t start = std::clock();
    std::vector<PieceRow> rows;
    rows.reserve(pieces.size());
    for (const DatasetPiece& piece : pieces)
        rows.push_back(pieceRow(piece, false));
    const double madeMs = millisecondsSince(start);
    std::printf("%zu rows made from facts (off the window's thread): %.0f ms\n", rows.size(),
                madeMs);

    PieceModel model;
    PieceTable table;
    table.append(std::move(rows));
    const std::clock_t ranking = std::clock();
    table.rankNames(); // As reading a set does, off the window's thread.
    std::printf("names, titles, composers and folders ranked (off the window's thread): %.0f ms\n",
                millisecondsSince(ranking));
    model.replace(std::move(table));
    for (int column = 0; column < kPieceColumnCount; ++column) {
        const std::string name =
            model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().toStdString();
        const double up = medianMs([&] { model.sort(column, Qt::AscendingOrder); });
        const double down = medianMs([&] { model.sort(column, Qt::DescendingOrder); });
        std::printf("sort by %-12s %6.1f ms, descending %6.1f ms\n", name.c_str(), up, down);
    }
    model.sort(0, Qt::AscendingOrder);
    for (const char* words :
         {"r", "reel", "g minor", "hornpipe 77", "no such thing", "notes>500", "key=\"G minor\"",
          "tempo>=90 tempo<100 -reel", "familysize>2", "problem:tempos use:training",
          "pitch:C4", "pitchclass:F#", "interval:-7",
          "notevalue:1/8. onset:2.75", "title:\"reel of 77\"", "path:\"volume 7/the\"", "title:7 composer:7 folder:7 path:7"}) {
        const double ms = medianMs([&] {
            model.setFilter({});
            PieceFilter filter;
            filter.words = QString::fromLatin1(words);
            model.setFilter(filter);
        });
        std::printf("search %s and back: %6.1f ms, %d found\n", words, ms, model.rowCount());
    }
    const double countedMs = medianMs([&] {
        FactStatistics statistics;
        for (const PieceRow& row : model.table().rows())
            statistics.add(row);
    });
    std::printf("keys, tempos and lengths counted: %6.1f ms\n", countedMs);
    return 0;
}
