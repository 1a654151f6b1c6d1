// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/dataset.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// What an archive may cost before it is refused.
struct ZipLimits
{
    std::uint64_t members = 1'000'000;
    std::uint64_t memberBytes = std::uint64_t{64} << 20; ///< Of one member, unpacked.
    std::uint64_t totalBytes = std::uint64_t{16} << 30;  ///< Of all members, unpacked.
    /// Unpacked bytes for each packed one; members below freeBytes may have any ratio, for repetitive music packs well.
    std::uint64_t ratio = 200;
    std::uint64_t freeBytes = std::uint64_t{1} << 20;
};

/// A zip file read member by member. Safe to use from several threads; one at a time unpacks.
class ZipArchive
{
public:
    struct Member
    {
        std::uint64_t index = 0;
        /// As UTF-8: names that are no UTF-8 are read as Shift-JIS where they look like it (see guessedEncoding()), else
        /// as code page 437, which is what the format says of names without its UTF-8 mark.
        std::string name{};
        std::uint64_t size = 0;
        Error refusal{}; ///< Why it will not be read; `id` is empty where it will.
    };

    /// Reads the list of members. Errors: zip.damaged, zip.too-many-members, zip.too-large, and those of reading a file.
    static Result<std::unique_ptr<ZipArchive>> open(const std::filesystem::path& path, const ZipLimits& limits = {});

    ~ZipArchive();
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    /// Files only, in the order of the archive. Members with unsafe names, encrypted ones and bombs carry a refusal:
    /// zip.unsafe-name, zip.encrypted, zip.too-large, zip.bomb.
    const std::vector<Member>& members() const;

    /// A member's first `limit` bytes, or all of them. The archive is opened again if close() closed it.
    /// Errors: zip.damaged, zip.encrypted.
    Result<std::vector<std::uint8_t>> read(const Member& member, std::uint64_t limit);

    /// Gives the open file back until the next read().
    void close();

private:
    struct State;
    explicit ZipArchive(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Whether a member name stays below where it would be unpacked and can be shown: relative, without "..", backslashes,
/// drive letters and control characters.
bool isSafeMemberName(std::string_view name);

} // namespace continuo
