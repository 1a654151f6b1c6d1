// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_columns.h"

#include "core/base/file.h"
#include "ui/base/words.h"
#include "ui/dataset/piece_facts.h"

#include <QCoreApplication>
#include <QLocale>

#include <filesystem>

namespace continuo::ui {

namespace {

struct ColumnWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::PieceColumns)
};

const QString kNothing = QStringLiteral("–");

QString orNothing(const std::string& text)
{
    return text.empty() ? kNothing : QString::fromStdString(text);
}

QString number(float value, int digits)
{
    return QLocale().toString(static_cast<double>(value), 'f', digits);
}

PieceColumnLook look(const char* id, const QString& title, int width)
{
    PieceColumnLook made;
    made.id = QString::fromLatin1(id);
    made.title = title;
    made.width = width;
    return made;
}

PieceColumnLook atFirst(PieceColumnLook made)
{
    made.isShown = true;
    return made;
}

PieceColumnLook numeric(PieceColumnLook made)
{
    made.isNumber = true;
    return made;
}

PieceColumnLook wide(PieceColumnLook made)
{
    made.takesRest = true;
    return made;
}

} // namespace

PieceColumnLook lookOf(PieceColumn column)
{
    switch (column) {
    case PieceColumn::Piece:
        return wide(atFirst(look("piece", ColumnWords::tr("Piece"), 132)));
    case PieceColumn::Key:
        return atFirst(look("key", ColumnWords::tr("Key"), 92));
    case PieceColumn::Meter:
        return atFirst(look("meter", ColumnWords::tr("Meter"), 60));
    case PieceColumn::Notes:
        return numeric(atFirst(look("notes", ColumnWords::tr("Notes"), 68)));
    case PieceColumn::Range:
        return atFirst(look("range", ColumnWords::tr("Range"), 86));
    case PieceColumn::Read:
        return atFirst(look("read", ColumnWords::tr("Read"), 86));
    case PieceColumn::Problems:
        return wide(atFirst(look("problems", ColumnWords::tr("Problems"), 130)));
    case PieceColumn::Recipe:
        return wide(atFirst(look("recipe", ColumnWords::tr("Recipe"), 96)));
    case PieceColumn::Use:
        return atFirst(look("use", ColumnWords::tr("Use"), 104));
    case PieceColumn::Title:
        return look("title", ColumnWords::tr("Title"), 160);
    case PieceColumn::Composer:
        return look("composer", ColumnWords::tr("Composer"), 130);
    case PieceColumn::Folder:
        return look("folder", ColumnWords::tr("Folder"), 180);
    case PieceColumn::Bars:
        return numeric(look("bars", ColumnWords::tr("Bars"), 60));
    case PieceColumn::Duration:
        return numeric(look("duration", ColumnWords::tr("Duration"), 76));
    case PieceColumn::Tempo:
        return numeric(look("tempo", ColumnWords::tr("Tempo"), 66));
    case PieceColumn::Tracks:
        return numeric(look("tracks", ColumnWords::tr("Tracks"), 64));
    case PieceColumn::Polyphony:
        return numeric(look("polyphony", ColumnWords::tr("Polyphony"), 84));
    case PieceColumn::Density:
        return numeric(look("density", ColumnWords::tr("Notes/s"), 72));
    case PieceColumn::Velocity:
        return numeric(look("velocity", ColumnWords::tr("Velocity"), 76));
    case PieceColumn::OffGrid:
        return numeric(look("offgrid", ColumnWords::tr("Off the grid"), 96));
    case PieceColumn::FamilySize:
        break;
    }
    return numeric(look("family", ColumnWords::tr("Family"), 70));
}

std::optional<PieceColumn> pieceColumnOf(const QString& id)
{
    for (int i = 0; i < kPieceColumnCount; ++i) {
        if (lookOf(static_cast<PieceColumn>(i)).id == id)
            return static_cast<PieceColumn>(i);
    }
    return std::nullopt;
}

QString furtherCellInWords(const PieceTable& table, const PieceRow& row, PieceColumn column)
{
    switch (column) {
    case PieceColumn::Title:
        return orNothing(row.title);
    case PieceColumn::Composer:
        return orNothing(row.composer);
    case PieceColumn::Folder:
        return orNothing(readablePath(std::filesystem::path(folderOf(row))));
    case PieceColumn::Bars:
        return countInWords(row.bars);
    case PieceColumn::Duration:
        return durationInWords(static_cast<double>(row.durationSeconds));
    case PieceColumn::Tempo:
        return row.quartersPerMinute > 0 ? number(row.quartersPerMinute, 0) : kNothing;
    case PieceColumn::Tracks:
        return countInWords(row.tracks);
    case PieceColumn::Polyphony:
        return countInWords(row.polyphony);
    case PieceColumn::Density:
        return number(row.density, 1);
    case PieceColumn::Velocity:
        if (row.notes == 0)
            return kNothing;
        return row.lowestVelocity == row.highestVelocity
                   ? QString::number(row.lowestVelocity)
                   : QString::number(row.lowestVelocity) + QChar(0x2013) +
                         QString::number(row.highestVelocity);
    case PieceColumn::OffGrid:
        return ColumnWords::tr("%1 %").arg(number(100 * row.offGridShare, 1));
    case PieceColumn::FamilySize: {
        const std::size_t size = table.familySizeOf(row);
        return size == 0 ? kNothing : countInWords(static_cast<std::int64_t>(size));
    }
    default:
        return {};
    }
}

} // namespace continuo::ui
