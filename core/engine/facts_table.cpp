// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/facts_table.h"

#include "core/engine/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace continuo {

namespace {

std::string changesInWords(const std::vector<AppliedStep>& changes)
{
    std::string words;
    for (const AppliedStep& step : changes)
        words += (words.empty() ? "" : "; ") + step.words;
    return words;
}

} // namespace

std::string factsHeader()
{
    return "path,status,notes,tracks,ticksPerQuarter,durationSeconds,key,meter,lowest,highest,bars,"
           "quartersPerMinute,tempoCount,meterCount,polyphony,density,programs,drumNotes,"
           "lowestVelocity,highestVelocity,meanVelocity,velocityDeviation,offGridShare,keyRunnerUp,"
           "keyConfidence,problems,piece,place,family,part,title,composer,inUse,leftOut,changes,tags,note,melodyTrack,"
           "phrases,creatingProgram\n";
}

std::string factsRow(const DatasetPiece& piece)
{
    const PieceFacts& facts = piece.facts;
    const std::vector<std::string> fields{
        csvText(readablePath(piece.path)),
        std::string(fileStatusName(piece.status)),
        std::to_string(facts.notes),
        std::to_string(facts.tracks),
        std::to_string(facts.ticksPerQuarter),
        fmt::format("{:.6g}", facts.durationSeconds),
        keyFact(facts),
        meterFact(facts),
        facts.lowest ? std::to_string(*facts.lowest) : "",
        facts.highest ? std::to_string(*facts.highest) : "",
        std::to_string(facts.bars),
        facts.tempos.empty() ? "" : fmt::format("{:.6g}", facts.tempos.front().quartersPerMinute),
        std::to_string(facts.tempoCount),
        std::to_string(facts.meterCount),
        std::to_string(facts.polyphony),
        fmt::format("{:.6g}", facts.density),
        fmt::format("{}", fmt::join(facts.programs, " ")),
        std::to_string(facts.drumNotes),
        std::to_string(facts.lowestVelocity),
        std::to_string(facts.highestVelocity),
        fmt::format("{:.4g}", facts.meanVelocity),
        fmt::format("{:.4g}", facts.velocityDeviation),
        fmt::format("{:.4g}", facts.offGridShare),
        facts.key ? keyName(facts.key->runnerUp) : "-",
        facts.key ? fmt::format("{:.4f}", facts.key->confidence) : "",
        fmt::format("{}", fmt::join(problemNames(piece.problems), " ")),
        piece.id ? std::to_string(piece.id) : "",
        std::to_string(piece.ordinal + 1),
        piece.family ? std::to_string(piece.family) : "",
        piece.part ? std::string(partName(*piece.part)) : "",
        csvText(facts.title),
        csvText(facts.composer),
        piece.isInUse ? "yes" : "no",
        piece.whyLeftOut,
        csvText(changesInWords(piece.changes)),
        csvText(fmt::format("{}", fmt::join(piece.tags, "; "))),
        csvText(piece.note),
        facts.melody ? std::to_string(facts.melody->track) : "",
        std::to_string(facts.phrases),
        csvText(facts.creatingProgram),
    };
    return csvRow(fields);
}

Status writeFactsTable(WholeFileWriter& file, const PieceRows& rows)
{
    Status written = file.write(factsHeader());
    const Status visited = rows([&](const DatasetPiece& piece) {
        if (written)
            written = file.write(factsRow(piece));
        return static_cast<bool>(written);
    });
    return written ? visited : written;
}

Status writeFactsTable(const std::filesystem::path& path, Overwrite overwrite,
                       const PieceRows& rows)
{
    Result<WholeFileWriter> file = WholeFileWriter::open(path, overwrite);
    if (!file)
        return file.error();
    if (const Status written = writeFactsTable(*file, rows); !written)
        return written.error();
    return file->commit();
}

} // namespace continuo
