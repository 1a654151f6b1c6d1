// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/facts_table.h"

#include "core/engine/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <optional>
#include <string>
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

std::string joined(const std::vector<std::string>& texts)
{
    return csvText(fmt::format("{}", fmt::join(texts, "; ")));
}

std::string orEmpty(std::optional<int> key)
{
    return key ? std::to_string(*key) : "";
}

struct Column
{
    const char* name;
    std::string (*value)(const DatasetPiece& piece, const PieceFacts& facts);
};

// Scripts know columns by name and place: new ones go to the end.
constexpr auto kColumns = std::to_array<Column>({
    {"path", [](const auto& piece, const auto&) { return csvText(readablePath(piece.path)); }},
    {"status",
     [](const auto& piece, const auto&) { return std::string(fileStatusName(piece.status)); }},
    {"notes", [](const auto&, const auto& facts) { return std::to_string(facts.notes); }},
    {"tracks", [](const auto&, const auto& facts) { return std::to_string(facts.tracks); }},
    {"ticksPerQuarter",
     [](const auto&, const auto& facts) { return std::to_string(facts.ticksPerQuarter); }},
    {"durationSeconds",
     [](const auto&, const auto& facts) { return fmt::format("{:.6g}", facts.durationSeconds); }},
    {"key", [](const auto&, const auto& facts) { return keyFact(facts); }},
    {"meter", [](const auto&, const auto& facts) { return meterFact(facts); }},
    {"lowest", [](const auto&, const auto& facts) { return orEmpty(facts.lowest); }},
    {"highest", [](const auto&, const auto& facts) { return orEmpty(facts.highest); }},
    {"bars", [](const auto&, const auto& facts) { return std::to_string(facts.bars); }},
    {"quartersPerMinute",
     [](const auto&, const auto& facts) {
         return facts.tempos.empty()
                    ? std::string()
                    : fmt::format("{:.6g}", facts.tempos.front().quartersPerMinute);
     }},
    {"tempoCount", [](const auto&, const auto& facts) { return std::to_string(facts.tempoCount); }},
    {"meterCount", [](const auto&, const auto& facts) { return std::to_string(facts.meterCount); }},
    {"polyphony", [](const auto&, const auto& facts) { return std::to_string(facts.polyphony); }},
    {"density",
     [](const auto&, const auto& facts) { return fmt::format("{:.6g}", facts.density); }},
    {"programs",
     [](const auto&,
        const auto& facts) { return fmt::format("{}", fmt::join(facts.programs, " ")); }},
    {"drumNotes", [](const auto&, const auto& facts) { return std::to_string(facts.drumNotes); }},
    {"lowestVelocity",
     [](const auto&, const auto& facts) { return std::to_string(facts.lowestVelocity); }},
    {"highestVelocity",
     [](const auto&, const auto& facts) { return std::to_string(facts.highestVelocity); }},
    {"meanVelocity",
     [](const auto&, const auto& facts) { return fmt::format("{:.4g}", facts.meanVelocity); }},
    {"velocityDeviation",
     [](const auto&, const auto& facts) { return fmt::format("{:.4g}", facts.velocityDeviation); }},
    {"offGridShare",
     [](const auto&, const auto& facts) { return fmt::format("{:.4g}", facts.offGridShare); }},
    {"keyRunnerUp",
     [](const auto&, const auto& facts) { return facts.key ? keyName(facts.key->runnerUp) : "-"; }},
    {"keyConfidence",
     [](const auto&,
        const auto&
            facts) { return facts.key ? fmt::format("{:.4f}", facts.key->confidence) : ""; }},
    {"problems",
     [](const auto& piece,
        const auto&) { return fmt::format("{}", fmt::join(problemNames(piece.problems), " ")); }},
    {"piece",
     [](const auto& piece, const auto&) { return piece.id ? std::to_string(piece.id) : ""; }},
    {"place", [](const auto& piece, const auto&) { return std::to_string(piece.ordinal + 1); }},
    {"family", [](const auto& piece,
                  const auto&) { return piece.family ? std::to_string(piece.family) : ""; }},
    {"part", [](const auto& piece,
                const auto&) { return piece.part ? std::string(partName(*piece.part)) : ""; }},
    {"title", [](const auto&, const auto& facts) { return csvText(facts.title); }},
    {"composer", [](const auto&, const auto& facts) { return csvText(facts.composer); }},
    {"inUse",
     [](const auto& piece, const auto&) { return std::string(piece.isInUse ? "yes" : "no"); }},
    {"leftOut", [](const auto& piece, const auto&) { return piece.whyLeftOut; }},
    {"changes",
     [](const auto& piece, const auto&) { return csvText(changesInWords(piece.changes)); }},
    {"tags", [](const auto& piece, const auto&) { return joined(piece.tags); }},
    {"note", [](const auto& piece, const auto&) { return csvText(piece.note); }},
    {"melodyTrack",
     [](const auto&,
        const auto& facts) { return facts.melody ? std::to_string(facts.melody->track) : ""; }},
    {"phrases", [](const auto&, const auto& facts) { return std::to_string(facts.phrases); }},
    {"creatingProgram",
     [](const auto&, const auto& facts) { return csvText(facts.creatingProgram); }},
    {"sha256", [](const auto& piece, const auto&) { return piece.sha256; }},
    {"copyright", [](const auto&, const auto& facts) { return csvText(facts.copyright); }},
    {"trackNames", [](const auto&, const auto& facts) { return joined(facts.trackNames); }},
    {"texts", [](const auto&, const auto& facts) { return joined(facts.texts); }},
    {"format", [](const auto&, const auto& facts) { return std::to_string(facts.format); }},
    {"meterGuess",
     [](const auto&,
        const auto& facts) { return facts.meterGuess ? meterName(*facts.meterGuess) : ""; }},
    {"keyCorrelation",
     [](const auto&,
        const auto&
            facts) { return facts.key ? fmt::format("{:.4f}", facts.key->correlation) : ""; }},
    {"melodyScore",
     [](const auto&,
        const auto&
            facts) { return facts.melody ? fmt::format("{:.4f}", facts.melody->score) : ""; }},
    {"melodyMonophony",
     [](const auto&,
        const auto&
            facts) { return facts.melody ? fmt::format("{:.4f}", facts.melody->monophony) : ""; }},
    {"overlappingNotes",
     [](const auto&, const auto& facts) { return std::to_string(facts.overlappingNotes); }},
    {"zeroLengthNotes",
     [](const auto&, const auto& facts) { return std::to_string(facts.zeroLengthNotes); }},
    {"longestSilence",
     [](const auto&, const auto& facts) { return std::to_string(facts.longestSilence); }},
    {"equalBars", [](const auto&, const auto& facts) { return std::to_string(facts.equalBars); }},
    {"equalPitches",
     [](const auto&, const auto& facts) { return std::to_string(facts.equalPitches); }},
});

} // namespace

std::string factsHeader()
{
    std::vector<std::string> names;
    for (const Column& column : kColumns)
        names.emplace_back(column.name);
    return csvRow(names);
}

std::string factsRow(const DatasetPiece& piece)
{
    std::vector<std::string> fields;
    for (const Column& column : kColumns)
        fields.push_back(column.value(piece, piece.facts));
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
