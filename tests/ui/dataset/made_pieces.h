// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_row.h"

#include <string>

namespace continuo::ui {

/// A piece as a dataset would hand it out: one of 4/4 in C major, with `notes` notes from C4 to C5.
inline DatasetPiece madePiece(std::int64_t id, const std::string& path, std::size_t notes = 20,
                              ProblemMask problems = 0)
{
    DatasetPiece piece;
    piece.id = id;
    piece.file = id;
    piece.path = path;
    piece.problems = problems;
    piece.facts.notes = notes;
    piece.facts.tracks = 1;
    piece.facts.bars = 8;
    piece.facts.durationSeconds = 16;
    piece.facts.tempos = {{0, 120}};
    piece.facts.tempoCount = 1;
    piece.facts.meters = {{1, {4, 4}}};
    piece.facts.meterCount = 1;
    piece.facts.key = KeyEstimate{{0, Mode::Major}, {9, Mode::Minor}, 0.9, 0.2};
    piece.facts.lowest = 60;
    piece.facts.highest = 72;
    piece.facts.kinds.emplace();
    piece.facts.kinds->pitches.set(60).set(72);
    return piece;
}

inline PieceRow madeRow(std::int64_t id, const std::string& path, std::size_t notes = 20,
                        ProblemMask problems = 0)
{
    return pieceRow(madePiece(id, path, notes, problems), false);
}

} // namespace continuo::ui
