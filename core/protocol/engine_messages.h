// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/json.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

// The parameters of what the studio asks of `continuo serve`, and what it is told while it waits.
// Every struct has toJson() and a reader xFromJson(), whose errors are those of JsonMembers.

/// "load": keep this model.
struct LoadRequest
{
    std::filesystem::path model{};
    friend bool operator==(const LoadRequest&, const LoadRequest&) = default;
};
Json toJson(const LoadRequest& request);
Result<LoadRequest> loadRequestFromJson(const Json& params);

/// A seed melody: one of prompt, notes, set with piece, midi and random; none where a piece is
/// begun from nothing.
struct SeedSource
{
    std::filesystem::path prompt{}; ///< A MIDI or ABC file.
    std::string notes{};            ///< "C4 E4:1/8 72 rest:1/4"
    std::filesystem::path set{};    ///< A dataset, with `piece` a number or a name in it.
    std::string piece{};
    std::string midi{};  ///< A Standard MIDI File in base64.
    bool random = false; ///< Eight notes from the random seed.
    std::string key{};   ///< Instead of the key that would be heard: "G major".
    friend bool operator==(const SeedSource&, const SeedSource&) = default;
};

/// "generate": continue a seed melody. "predict" reads the same and leaves length and alternatives
/// alone.
struct GenerateRequest
{
    std::string mode = "continue"; ///< Or "new", "infill", "harmonise", as far as the model can.
    SeedSource source{};
    std::string scale{};       ///< Only notes of this scale.
    std::string range{};       ///< Only notes from … to …: "D4-B5".
    std::string samplerJson{}; ///< An object as presets have it; empty: the model's own.
    std::uint64_t seed = 1;
    double length = 4;
    std::string unit = "bars"; ///< Or "notes", "steps", "seconds".
    int alternatives = 1;      ///< 1..256
    std::int64_t from =
        0; ///< Infill and harmonise: the first bar, counted from 1; 0: from the beginning …
    std::int64_t to = 0; ///< … and the last; 0: to the end. Infilling needs one of them.
    int rounds = 0;      ///< Models of four voices: steps of sampling; 0: as the model thinks best.
    friend bool operator==(const GenerateRequest&, const GenerateRequest&) = default;
};
Json toJson(const GenerateRequest& request);
Result<GenerateRequest> generateRequestFromJson(const Json& params);

/// The notification "note": one more note of an alternative. Times count from the beginning of the
/// seed melody's score.
struct NoteMessage
{
    int alternative = 0; ///< From 0.
    int pitch = 60;      ///< MIDI key number.
    std::string name{};
    double start = 0; ///< In quarters, as is the next.
    double length = 0;
    std::int64_t startTick = 0;
    std::int64_t lengthTicks = 0;
    int velocity = 0;
    double probability = 0;
    int rank = 0;
    double maskedMass = 0;
    int channel = 0;              ///< MIDI's, from 0.
    std::optional<int> program{}; ///< Where the model says the instrument: from 0, −1 for drums.
    int voice = 0;                ///< Of models of several voices: 0 the soprano.
    friend bool operator==(const NoteMessage&, const NoteMessage&) = default;
};
Json toJson(const NoteMessage& message);
Result<NoteMessage> noteMessageFromJson(const Json& params);

/// The notification "draft": how an alternative of four voices stands after a step of sampling. Not
/// every step is told.
struct DraftMessage
{
    int alternative = 0;
    int round = 0;
    int rounds = 0;
    std::vector<NoteMessage> notes{};
    friend bool operator==(const DraftMessage&, const DraftMessage&) = default;
};
Json toJson(const DraftMessage& message);
Result<DraftMessage> draftMessageFromJson(const Json& params);

/// The notification "alternativeDone".
struct AlternativeDone
{
    int alternative = 0;
    std::int64_t notes = 0;
    double logProbability = 0;
    double maskedMass = 0;
    std::int64_t fallbacks = 0;
    friend bool operator==(const AlternativeDone&, const AlternativeDone&) = default;
};
Json toJson(const AlternativeDone& message);
Result<AlternativeDone> alternativeDoneFromJson(const Json& params);

/// "import": read music into a dataset.
struct ImportRequest
{
    std::vector<std::filesystem::path> paths{};
    std::filesystem::path set{};
    std::string existing = "refuse"; ///< Or "replace", "add".
    int threads = 0;                 ///< 0: as many as the engine may use.
    friend bool operator==(const ImportRequest&, const ImportRequest&) = default;
};
Json toJson(const ImportRequest& request);
Result<ImportRequest> importRequestFromJson(const Json& params);

/// The notification "importProgress".
struct ImportProgressMessage
{
    std::int64_t found = 0;
    bool searching = true;
    std::int64_t done = 0;
    std::int64_t rejected = 0;
    std::int64_t bytes = 0;
    double seconds = 0;
    friend bool operator==(const ImportProgressMessage&, const ImportProgressMessage&) = default;
};
Json toJson(const ImportProgressMessage& message);
Result<ImportProgressMessage> importProgressFromJson(const Json& params);

/// "split": divide a dataset.
struct SplitRequest
{
    std::filesystem::path set{};
    double train = 0.8;
    double validation = 0.1;
    double test = 0.1;
    std::uint64_t seed = 1;
    std::string by = "set"; ///< Every part gets its share of the "set", or of each "folder" or "key".
    friend bool operator==(const SplitRequest&, const SplitRequest&) = default;
};
Json toJson(const SplitRequest& request);
Result<SplitRequest> splitRequestFromJson(const Json& params);

/// "export": write a dataset for other programs.
struct ExportRequest
{
    std::filesystem::path set{};
    std::string kind{}; ///< "midi", "abc", "csv", "npy", "card".
    std::filesystem::path to{};
    std::string only = "clean"; ///< Or "changed", "rejected".
    std::string part{};         ///< "train", "validation", "test"; empty: all.
    std::string encoding{};     ///< Of "npy".
    std::string optionsJson{};  ///< Of the encoding, an object; empty: its defaults.
    std::string title{};        ///< Of "card", as are the next three.
    std::vector<std::string> sources{};
    std::vector<std::string> licences{};
    std::string date{};
    bool replace = false;
    int threads = 0; ///< 0: as many as the engine may use.
    friend bool operator==(const ExportRequest&, const ExportRequest&) = default;
};
Json toJson(const ExportRequest& request);
Result<ExportRequest> exportRequestFromJson(const Json& params);

/// The notification "exportProgress".
struct ExportProgressMessage
{
    std::string stage{}; ///< "reading", "copying", "writing", "encoding", "counting".
    std::uint64_t done = 0;
    std::uint64_t total = 0; ///< 0 where nobody knows.
    friend bool operator==(const ExportProgressMessage&, const ExportProgressMessage&) = default;
};
Json toJson(const ExportProgressMessage& message);
Result<ExportProgressMessage> exportProgressFromJson(const Json& params);

/// "clean": apply a recipe to a dataset.
struct CleanRequest
{
    std::filesystem::path set{};
    std::string recipeJson{};            ///< The recipe as an object; or
    std::filesystem::path recipeFile{};  ///< a file of one, for recipes longer than a line.
    bool preview = false;                ///< Only say what would change.
    int threads = 0;                     ///< 0: as many as the engine may use.
    friend bool operator==(const CleanRequest&, const CleanRequest&) = default;
};
Json toJson(const CleanRequest& request);
/// protocol.bad-member, too, where there is neither recipe nor file, or both.
Result<CleanRequest> cleanRequestFromJson(const Json& params);

/// The notification "cleanProgress".
struct CleanProgressMessage
{
    std::uint64_t done = 0;
    std::uint64_t total = 0; ///< Pieces times passes over the set.
    double seconds = 0;
    friend bool operator==(const CleanProgressMessage&, const CleanProgressMessage&) = default;
};
Json toJson(const CleanProgressMessage& message);
Result<CleanProgressMessage> cleanProgressFromJson(const Json& params);

/// "pieces": rows of a dataset's table, in the order of paths. "inspect" takes only `set`.
struct PiecesRequest
{
    std::filesystem::path set{};
    std::int64_t from = 0;    ///< The first row.
    std::int64_t count = 200; ///< 1..1000; fewer come where their line would grow too long.
    friend bool operator==(const PiecesRequest&, const PiecesRequest&) = default;
};
Json toJson(const PiecesRequest& request);
Result<PiecesRequest> piecesRequestFromJson(const Json& params);

/// "judgeMelodies": hold melodies against a set, files of them or Standard MIDI Files in base64.
struct JudgeMelodiesRequest
{
    std::filesystem::path set{};
    std::string part = "train"; ///< Or "validation", "test", "all".
    std::vector<std::filesystem::path> melodies{};
    std::vector<std::string> midi{};
    int threads = 0; ///< 0: as many as the engine may use.
    friend bool operator==(const JudgeMelodiesRequest&, const JudgeMelodiesRequest&) = default;
};
Json toJson(const JudgeMelodiesRequest& request);
Result<JudgeMelodiesRequest> judgeMelodiesRequestFromJson(const Json& params);

/// "judgeModels": one model on a part of a set, or several on the notes that all of them foretell.
struct JudgeModelsRequest
{
    std::filesystem::path set{};
    std::string part = "test"; ///< Or "train", "validation".
    std::vector<std::filesystem::path> models{};
    int threads = 0; ///< 0: as many as the engine may use.
    friend bool operator==(const JudgeModelsRequest&, const JudgeModelsRequest&) = default;
};
Json toJson(const JudgeModelsRequest& request);
Result<JudgeModelsRequest> judgeModelsRequestFromJson(const Json& params);

/// The notification "judgeProgress" of both.
struct JudgeProgressMessage
{
    std::string stage{}; ///< "reading" pieces, "indexing" their notes, "judging" steps.
    std::uint64_t done = 0;
    std::uint64_t total = 0; ///< 0 where nobody knows.
    friend bool operator==(const JudgeProgressMessage&, const JudgeProgressMessage&) = default;
};
Json toJson(const JudgeProgressMessage& message);
Result<JudgeProgressMessage> judgeProgressFromJson(const Json& params);

} // namespace continuo
