// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/rows.h"

#include <nlohmann/json.hpp>

#include <array>
#include <limits>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json argumentsToJson(const Error::Arguments& arguments)
{
    Json json = Json::array();
    for (const auto& [name, value] : arguments)
        json.push_back({name, value});
    return json;
}

Error::Arguments argumentsFromJson(const Json& json)
{
    Error::Arguments arguments;
    for (const Json& pair : json)
        arguments.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
    return arguments;
}

/// Runs `read` on parsed JSON; whatever does not fit is a damaged row.
template <typename Read>
auto parsed(const std::string& text, std::string_view what, Read read) -> decltype(read(Json()))
{
    try {
        return read(Json::parse(text));
    } catch (const nlohmann::json::exception&) {
        throw DamagedRow(std::string(what) + " cannot be read");
    }
}

std::uint64_t countFromColumn(const SQLite::Column& column)
{
    const std::int64_t value = column.getInt64();
    if (value < 0)
        throw DamagedRow("a count is negative");
    return static_cast<std::uint64_t>(value);
}

} // namespace

std::string_view fileStatusName(FileStatus status)
{
    constexpr std::array<std::string_view, 3> kNames{"accepted", "acceptedWithNotes", "rejected"};
    return kNames[static_cast<std::size_t>(status)];
}

std::string reasonToJson(const Error& reason)
{
    return dumped({{"id", reason.id}, {"text", reason.text}, {"arguments", argumentsToJson(reason.arguments)}});
}

std::string remarksToJson(const std::vector<Remark>& remarks)
{
    Json json = Json::array();
    for (const Remark& remark : remarks)
        json.push_back({{"id", remark.id}, {"text", remark.text}, {"arguments", argumentsToJson(remark.arguments)}});
    return dumped(json);
}

Error reasonFromJson(const std::string& json)
{
    return parsed(json, "a reason", [](const Json& value) {
        return Error{ErrorKind::Refused, value.at("id").get<std::string>(), value.at("text").get<std::string>(),
                     argumentsFromJson(value.at("arguments"))};
    });
}

std::vector<Remark> remarksFromJson(const std::string& json)
{
    return parsed(json, "a remark", [](const Json& value) {
        std::vector<Remark> remarks;
        for (const Json& remark : value) {
            remarks.push_back({remark.at("id").get<std::string>(), remark.at("text").get<std::string>(),
                               argumentsFromJson(remark.at("arguments"))});
        }
        return remarks;
    });
}

std::string printToBytes(const MelodyPrint& print)
{
    std::string bytes;
    bytes.reserve(2 * print.size());
    for (const MelodyStep& step : print) {
        bytes.push_back(static_cast<char>(step.interval));
        bytes.push_back(static_cast<char>(step.rhythm));
    }
    return bytes;
}

MelodyPrint printFromBytes(std::string_view bytes)
{
    if (bytes.size() % 2 != 0 || bytes.size() / 2 > kLongestPrint)
        throw DamagedRow("a melody has an impossible length");
    MelodyPrint print;
    print.reserve(bytes.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); i += 2)
        print.push_back({static_cast<std::int8_t>(bytes[i]), static_cast<std::int8_t>(bytes[i + 1])});
    return print;
}

std::string splitToJson(const SplitSettings& settings)
{
    return dumped({{"train", settings.train},
                   {"validation", settings.validation},
                   {"test", settings.test},
                   {"seed", settings.seed},
                   {"by", splitByName(settings.by)}});
}

SplitSettings splitFromJson(const std::string& json)
{
    return parsed(json, "the split", [](const Json& value) {
        SplitSettings settings{value.at("train").get<double>(), value.at("validation").get<double>(),
                               value.at("test").get<double>(), value.at("seed").get<std::uint64_t>()};
        // Sets divided by an older program do not say it.
        if (const auto by = value.find("by"); by != value.end()) {
            const std::optional<SplitBy> known = parseSplitBy(by->get<std::string>());
            if (!known)
                throw DamagedRow("the split is by something unknown");
            settings.by = *known;
        }
        return settings;
    });
}

std::string changesToJson(const std::vector<AppliedStep>& changes)
{
    Json json = Json::array();
    for (const AppliedStep& change : changes) {
        Json each{{"step", change.step}, {"operation", change.operation}, {"notes", change.notes}, {"words", change.words}};
        if (change.isStale)
            each["stale"] = true;
        json.push_back(std::move(each));
    }
    return dumped(json);
}

std::vector<AppliedStep> changesFromJson(const std::string& json)
{
    if (json == "[]")
        return {};
    return parsed(json, "a change", [](const Json& value) {
        std::vector<AppliedStep> changes;
        for (const Json& each : value) {
            changes.push_back({each.at("step").get<std::size_t>(), each.at("operation").get<std::string>(),
                               each.at("notes").get<std::size_t>(), each.at("words").get<std::string>(),
                               each.value("stale", false)});
        }
        return changes;
    });
}

std::string tagsToJson(const std::vector<std::string>& tags)
{
    return dumped(Json(tags));
}

std::vector<std::string> tagsFromJson(const std::string& json)
{
    if (json == "[]")
        return {};
    return parsed(json, "a tag", [](const Json& value) { return value.get<std::vector<std::string>>(); });
}

std::string statisticsToJson(const SetStatistics& statistics)
{
    Json json = Json::array();
    for (const auto& [step, counts] : statistics.pitches)
        json.push_back({{"step", step}, {"pitches", counts}});
    return dumped(json);
}

SetStatistics statisticsFromJson(const std::string& json)
{
    return parsed(json, "the counts of the recipe", [](const Json& value) {
        SetStatistics statistics;
        for (const Json& each : value) {
            statistics.pitches[each.at("step").get<std::size_t>()] =
                each.at("pitches").get<std::array<std::uint64_t, 128>>();
        }
        return statistics;
    });
}

std::optional<Part> partFromColumn(const SQLite::Column& column)
{
    if (column.isNull())
        return std::nullopt;
    const auto part = parsePart(column.getString());
    if (!part)
        throw DamagedRow("a piece is in an unknown part");
    return part;
}

FileStatus statusFromColumn(const SQLite::Column& column)
{
    const std::string name = column.getString();
    for (const FileStatus status : {FileStatus::Accepted, FileStatus::AcceptedWithNotes, FileStatus::Rejected}) {
        if (name == fileStatusName(status))
            return status;
    }
    throw DamagedRow("a file has an unknown status");
}

std::string bytesFromColumn(const SQLite::Column& column)
{
    const void* const bytes = column.getBlob();
    const int size = column.getBytes();
    return bytes ? std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size)) : std::string();
}

DatasetFile fileFromRow(SQLite::Statement& row)
{
    DatasetFile file;
    file.id = row.getColumn(0).getInt64();
    file.path = bytesFromColumn(row.getColumn(1));
    file.sha256 = row.getColumn(2).getString();
    file.size = countFromColumn(row.getColumn(3));
    file.format = row.getColumn(4).getString();
    file.status = statusFromColumn(row.getColumn(5));
    if (!row.getColumn(6).isNull())
        file.reason = reasonFromJson(row.getColumn(6).getString());
    file.remarks = remarksFromJson(row.getColumn(7).getString());
    return file;
}

DatasetPiece pieceFromRow(SQLite::Statement& row, bool areFamiliesKnown)
{
    DatasetPiece piece;
    piece.id = row.getColumn(0).getInt64();
    piece.file = row.getColumn(1).getInt64();
    piece.path = bytesFromColumn(row.getColumn(2));
    piece.ordinal = countFromColumn(row.getColumn(3));
    piece.status = statusFromColumn(row.getColumn(4));
    Result<PieceFacts> facts = factsFromJson(row.getColumn(5).getString());
    if (!facts)
        throw DamagedRow("the facts of a piece cannot be read");
    piece.facts = std::move(facts).value();
    piece.problems = static_cast<ProblemMask>(countFromColumn(row.getColumn(6)) & ((1u << kProblemCount) - 1));
    piece.family = areFamiliesKnown ? row.getColumn(7).getInt64() : 0;
    piece.part = partFromColumn(row.getColumn(8));
    piece.sha256 = row.getColumn(9).getString();
    if (row.getColumn(12).isNull()) // No row of the recipe: nothing to say.
        return piece;
    piece.isInUse = row.getColumn(10).isNull();
    if (!piece.isInUse) {
        piece.whyLeftOut = row.getColumn(10).getString();
        piece.whyLeftOutText = row.getColumn(11).getString();
    }
    piece.sections = countFromColumn(row.getColumn(12));
    piece.changes = changesFromJson(row.getColumn(13).getString());
    piece.tags = tagsFromJson(row.getColumn(14).getString());
    piece.note = row.getColumn(15).getString();
    return piece;
}

} // namespace continuo
