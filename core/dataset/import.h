// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/dataset.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// Larger files are rejected unread.
inline constexpr std::uint64_t kLargestMusicFile = std::uint64_t{64} << 20;

struct ImportOptions
{
    enum class Existing
    {
        Refuse,
        Replace, ///< The old set stays until the new one is whole.
        Add      ///< The set is changed in place and must exist; contents it has are not added again.
    };

    std::vector<std::filesystem::path> inputs{}; ///< Folders, files and zip files.
    std::filesystem::path set{};
    Existing existing = Existing::Refuse;
    unsigned threads = 0; ///< 0: as many as this process may use.
};

struct ImportProgress
{
    std::size_t found = 0; ///< Files that claim to be music; grows while `isSearching`.
    bool isSearching = true;
    std::size_t done = 0;
    std::size_t rejected = 0;
    std::uint64_t bytes = 0; ///< Read so far.
    double seconds = 0;      ///< Since the start.
};
/// Called on the importing thread.
using ImportObserver = std::function<void(const ImportProgress&)>;

/// How one file fared.
struct ImportOutcome
{
    std::string path{}; ///< The exact bytes.
    FileStatus status = FileStatus::Accepted;
    std::optional<Error> reason{};
    std::vector<Remark> remarks{};
    bool isKnown = false; ///< The set had its content already; the rest is what the set says of it.
};

struct ImportReport
{
    std::size_t found = 0;
    std::size_t ignored = 0; ///< Files that neither by name nor by content claim to be music.
    std::size_t accepted = 0;
    std::size_t acceptedWithNotes = 0;
    std::size_t rejected = 0;
    std::size_t known = 0; ///< Of these, those the set had already.
    std::map<std::string, std::size_t> reasons{}; ///< Rejected files by reason.
    std::vector<ImportOutcome> files{};           ///< In the order of paths.
    std::vector<Error> unreadable{};              ///< Folders that could not be looked into.
    std::string fingerprint{};                    ///< Of the set; empty where none was left.
    double seconds = 0;
    bool isCancelled = false; ///< Files not reached are in no count but `found`.
    bool isSetKept = true;    ///< False where nothing usable was found, or a replacement was cancelled: no set was made.
    bool isSplitGone = false; ///< See Dataset::finishImport().
};

/// Reads music into a dataset, file by file in the order of paths, on several threads. What is found, in which order and
/// with which fingerprint does not depend on the number of threads. Every half thousand files or two seconds what was
/// read is stored in one transaction; a program that dies or a full disk costs at most what came after, and the set says
/// that it is incomplete. A cancel ends the import in good order: the report says how far it came. Blocks.
///
/// Errors: those of Dataset::create() and Dataset::open(); file.not-found and the like for an input that is not there;
/// dataset.disk-full and others while storing. A file that cannot be used is an outcome, not an error.
Result<ImportReport> importMusic(const ImportOptions& options, const CancelToken& cancel,
                                 const ImportObserver& observer = {});

} // namespace continuo
