// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/piece_table.h"

#include <QString>

#include <optional>

namespace continuo::ui {

/// How a column of the table looks.
struct PieceColumnLook
{
    QString id{};           ///< Stable, as settings keep it: "offgrid".
    QString title{};        ///< What its header says.
    int width = 80;         ///< At first, in device-independent pixels.
    bool isNumber = false;  ///< Stands at the right.
    bool isShown = false;   ///< Until the user chooses.
    bool takesRest = false; ///< Is as wide as there is room, until the user sets its width.
};
PieceColumnLook lookOf(PieceColumn column);
/// The column of this id; nothing where it is unknown.
std::optional<PieceColumn> pieceColumnOf(const QString& id);

/// What a cell of the columns that are hidden at first says. Any thread.
QString furtherCellInWords(const PieceTable& table, const PieceRow& row, PieceColumn column);

} // namespace continuo::ui
