// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/dataset: what an import finds before it reads anything whole.

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/zip_archive.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// A file or a member of an archive that claims to be music.
struct Source
{
    std::string path{}; ///< The exact bytes; of a zip "archive.zip/member", the member's name as UTF-8.
    std::uint64_t size = 0;
    std::optional<Error> refusal{}; ///< Known already that it cannot be read.
    std::shared_ptr<ZipArchive> archive{};
    ZipArchive::Member member{};
};

struct Collection
{
    std::vector<Source> sources{};   ///< In the order of path bytes, each path once.
    std::size_t ignored = 0;         ///< Files that claim nothing of the kind.
    std::vector<Error> unreadable{}; ///< Folders and entries that could not be looked into.
};

/// Walks folders to their ends (a folder is entered once, so links make no loops), lists archives, and keeps what is
/// music by its name or its first bytes. `found` is called now and then with the number so far. Only what is named in
/// `paths` itself makes an error: file.not-found and the like; base.cancelled.
Result<Collection> collectMusic(std::span<const std::filesystem::path> paths, const CancelToken& cancel,
                                const std::function<void(std::size_t)>& found);

/// The bytes of a source. Errors: those of reading files and archives; file.too-large over `limit`.
Result<std::vector<std::uint8_t>> sourceBytes(const Source& source, std::uint64_t limit);

} // namespace continuo
