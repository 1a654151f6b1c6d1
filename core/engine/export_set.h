// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/file.h"
#include "core/base/result.h"
#include "core/dataset/split.h"
#include "core/protocol/json.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// What a dataset is written as.
enum class ExportKind
{
    Midi, ///< A folder of Standard MIDI Files with a manifest.
    Abc,  ///< A folder of tunes in ABC with a manifest.
    Csv,  ///< One table of facts.
    Npy,  ///< A folder of arrays for NumPy: the encoded sequences.
    Card  ///< A data card, Markdown (*.md) or HTML (*.html, *.htm).
};
std::string_view exportKindName(ExportKind kind); ///< "midi", "abc", "csv", "npy", "card".
std::optional<ExportKind> parseExportKind(std::string_view name);

/// Which pieces.
enum class ExportOnly
{
    Clean,   ///< Those in use, as the recipe leaves them.
    Changed, ///< Of these the ones that the recipe changes.
    Rejected ///< The files that could not be read, as they are; MIDI and ABC only.
};
std::string_view exportOnlyName(ExportOnly only); ///< "clean", "changed", "rejected".
std::optional<ExportOnly> parseExportOnly(std::string_view name);

/// What a person says about a set in its data card. Empty: not stated.
struct CardWords
{
    std::string title{}; ///< The set's name if empty.
    std::vector<std::string> sources{};
    std::vector<std::string> licences{};
    std::string date{};

    friend bool operator==(const CardWords&, const CardWords&) = default;
};

struct ExportTarget
{
    ExportKind kind = ExportKind::Midi;
    std::filesystem::path to{};

    friend bool operator==(const ExportTarget&, const ExportTarget&) = default;
};

struct ExportOptions
{
    std::vector<ExportTarget> targets{};
    ExportOnly only = ExportOnly::Clean;
    std::optional<Part> part{}; ///< Only pieces of this part; not for cards.
    std::string encoding{};     ///< For arrays; see makeEncoding().
    std::string encodingOptionsJson = "{}";
    CardWords words{};
    Overwrite overwrite = Overwrite::Refuse; ///< Folders only where they are earlier exports.
    unsigned threads = 0;                    ///< 0: as many as this process may use.
};

struct ExportProgress
{
    std::string_view stage{}; ///< "reading", "copying", "writing", "encoding", "counting".
    std::size_t done = 0;
    std::size_t total = 0; ///< 0 where nobody knows.
};
/// Called on the exporting thread.
using ExportObserver = std::function<void(const ExportProgress&)>;

/// What became of one target.
struct ExportOutcome
{
    ExportKind kind = ExportKind::Midi;
    std::filesystem::path to{};
    std::size_t pieces = 0;  ///< Pieces it holds or describes.
    std::size_t files = 0;   ///< Files written, tables and manifest included.
    std::size_t copied = 0;  ///< Of these, files that are byte for byte those of the set.
    std::size_t leftOut = 0; ///< Pieces asked for that could not be written; the manifest says why.
    std::size_t remarks = 0; ///< What a format does not hold: remarks of the manifest, kinds of
                             ///< loss of an encoding.
};

struct ExportReport
{
    std::vector<ExportOutcome> outputs{}; ///< In the order of the targets.
    std::string fingerprint{};            ///< Of the set.
    double seconds = 0;

    std::size_t pieces() const; ///< The most that any of the outputs holds.
    std::size_t files() const;  ///< Of all outputs.
};

/// Writes a dataset for other programs and people. What is written is of one moment of the set.
/// Every output is prepared beside its place and gets its name when all of them are whole, so that
/// an error, a full disk or a cancel leaves what was there before. What is written depends on the
/// set and the options alone, not on threads or time. Blocks.
///
/// Errors: those of Dataset, WholeFolderWriter, WholeFileWriter and makeEncoding();
/// export.nothing-asked, export.outputs-overlap, export.no-encoding, export.not-for-this,
/// export.card-ending (Usage); export.nothing-to-export (Refused); base.cancelled.
Result<ExportReport> exportSet(const std::filesystem::path& set, const ExportOptions& options,
                               const CancelToken& cancel, const ExportObserver& observer = {});

/// {pieces, files, outputs[{kind, path, pieces, files, copied, leftOut, remarks}], fingerprint,
/// seconds}
Json exportToJson(const ExportReport& report);

} // namespace continuo
