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
    std::string (*value)(const DatasetPiece& of);
};

// Scripts know columns by name and place: new ones go to the end.
constexpr auto kColumns = std::to_array<Column>({
    {"path", [](const auto& of) { return csvText(readablePath(of.path)); }},
    {"status", [](const auto& of) { return std::string(fileStatusName(of.status)); }},
    {"notes", [](const auto& of) { return std::to_string(of.facts.notes); }},
    {"tracks", [](const auto& of) { return std::to_string(of.facts.tracks); }},
    {"ticksPerQuarter", [](const auto& of) { return std::to_string(of.facts.ticksPerQuarter); }},
    {"durationSeconds",
     [](const auto& of) { return fmt::format("{:.6g}", of.facts.durationSeconds); }},
    {"key", [](const auto& of) { return keyFact(of.facts); }},
    {"meter", [](const auto& of) { return meterFact(of.facts); }},
    {"lowest", [](const auto& of) { return orEmpty(of.facts.lowest); }},
    {"highest", [](const auto& of) { return orEmpty(of.facts.highest); }},
    {"bars", [](const auto& of) { return std::to_string(of.facts.bars); }},
    {"quartersPerMinute",
     [](const auto& of) {
         return of.facts.tempos.empty()
                    ? std::string()
                    : fmt::format("{:.6g}", of.facts.tempos.front().quartersPerMinute);
     }},
    {"tempoCount", [](const auto& of) { return std::to_string(of.facts.tempoCount); }},
    {"meterCount", [](const auto& of) { return std::to_string(of.facts.meterCount); }},
    {"polyphony", [](const auto& of) { return std::to_string(of.facts.polyphony); }},
    {"density", [](const auto& of) { return fmt::format("{:.6g}", of.facts.density); }},
    {"programs",
     [](const auto& of) { return fmt::format("{}", fmt::join(of.facts.programs, " ")); }},
    {"drumNotes", [](const auto& of) { return std::to_string(of.facts.drumNotes); }},
    {"lowestVelocity", [](const auto& of) { return std::to_string(of.facts.lowestVelocity); }},
    {"highestVelocity", [](const auto& of) { return std::to_string(of.facts.highestVelocity); }},
    {"meanVelocity", [](const auto& of) { return fmt::format("{:.4g}", of.facts.meanVelocity); }},
    {"velocityDeviation",
     [](const auto& of) { return fmt::format("{:.4g}", of.facts.velocityDeviation); }},
    {"offGridShare", [](const auto& of) { return fmt::format("{:.4g}", of.facts.offGridShare); }},
    {"keyRunnerUp",
     [](const auto& of) { return of.facts.key ? keyName(of.facts.key->runnerUp) : "-"; }},
    {"keyConfidence",
     [](const auto& of) {
         return of.facts.key ? fmt::format("{:.4f}", of.facts.key->confidence) : "";
     }},
    {"problems",
     [](const auto& of) { return fmt::format("{}", fmt::join(problemNames(of.problems), " ")); }},
    {"piece", [](const auto& of) { return of.id ? std::to_string(of.id) : ""; }},
    {"place", [](const auto& of) { return std::to_string(of.ordinal + 1); }},
    {"family", [](const auto& of) { return of.family ? std::to_string(of.family) : ""; }},
    {"part", [](const auto& of) { return of.part ? std::string(partName(*of.part)) : ""; }},
    {"title", [](const auto& of) { return csvText(of.facts.title); }},
    {"composer", [](const auto& of) { return csvText(of.facts.composer); }},
    {"inUse", [](const auto& of) { return std::string(of.isInUse ? "yes" : "no"); }},
    {"leftOut", [](const auto& of) { return of.whyLeftOut; }},
    {"changes", [](const auto& of) { return csvText(changesInWords(of.changes)); }},
    {"tags", [](const auto& of) { return joined(of.tags); }},
    {"note", [](const auto& of) { return csvText(of.note); }},
    {"melodyTrack",
     [](const auto& of) { return of.facts.melody ? std::to_string(of.facts.melody->track) : ""; }},
    {"phrases", [](const auto& of) { return std::to_string(of.facts.phrases); }},
    {"creatingProgram", [](const auto& of) { return csvText(of.facts.creatingProgram); }},
    {"sha256", [](const auto& of) { return of.sha256; }},
    {"copyright", [](const auto& of) { return csvText(of.facts.copyright); }},
    {"trackNames", [](const auto& of) { return joined(of.facts.trackNames); }},
    {"texts", [](const auto& of) { return joined(of.facts.texts); }},
    {"format", [](const auto& of) { return std::to_string(of.facts.format); }},
    {"meterGuess",
     [](const auto& of) { return of.facts.meterGuess ? meterName(*of.facts.meterGuess) : ""; }},
    {"keyCorrelation",
     [](const auto&
            of) { return of.facts.key ? fmt::format("{:.4f}", of.facts.key->correlation) : ""; }},
    {"melodyScore",
     [](const auto&
            of) { return of.facts.melody ? fmt::format("{:.4f}", of.facts.melody->score) : ""; }},
    {"melodyMonophony",
     [](const auto&
            of) { return of.facts.melody ? fmt::format("{:.4f}", of.facts.melody->monophony) : ""; }},
    {"overlappingNotes", [](const auto& of) { return std::to_string(of.facts.overlappingNotes); }},
    {"zeroLengthNotes", [](const auto& of) { return std::to_string(of.facts.zeroLengthNotes); }},
    {"longestSilence", [](const auto& of) { return std::to_string(of.facts.longestSilence); }},
    {"equalBars", [](const auto& of) { return std::to_string(of.facts.equalBars); }},
    {"equalPitches", [](const auto& of) { return std::to_string(of.facts.equalPitches); }},
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
        fields.push_back(column.value(piece));
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
