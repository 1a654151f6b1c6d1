// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/collect.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/dataset/music_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace continuo {
namespace {

namespace fs = std::filesystem;

bool isZipByName(std::string_view name)
{
    return lowerCase(name).ends_with(".zip");
}

/// The first bytes of a regular file; nothing where it cannot be read.
std::vector<std::uint8_t> headOf(const fs::path& path)
{
    std::vector<std::uint8_t> head(kFormatHeadBytes);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return {};
    const ssize_t size = ::read(file, head.data(), head.size());
    ::close(file);
    head.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return head;
}

class Walk
{
public:
    Walk(const CancelToken& cancel, const std::function<void(std::size_t)>& found)
        : m_cancel(cancel)
        , m_found(found)
    {
    }

    Status addNamed(const fs::path& path)
    {
        struct stat stat{};
        if (::stat(path.c_str(), &stat) != 0)
            return fileError(errno, path, "read");
        if (S_ISDIR(stat.st_mode)) {
            if (::faccessat(AT_FDCWD, path.c_str(), R_OK | X_OK, AT_EACCESS) != 0)
                return fileError(errno, path, "read");
            addFolder(path, stat);
        } else {
            addFile(path, stat);
        }
        return ok();
    }

    Collection finished()
    {
        std::vector<Source>& sources = m_collection.sources;
        std::stable_sort(sources.begin(), sources.end(),
                         [](const Source& a, const Source& b) { return a.path < b.path; });
        sources.erase(std::unique(sources.begin(), sources.end(),
                                  [](const Source& a, const Source& b) { return a.path == b.path; }),
                      sources.end());
        return std::move(m_collection);
    }

private:
    /// Folders wait in a list, not on the stack: a tree may be deeper than a stack is.
    void addFolder(const fs::path& top, const struct stat& topStat)
    {
        std::vector<fs::path> waiting;
        if (m_entered.insert({topStat.st_dev, topStat.st_ino}).second)
            waiting.push_back(top);
        while (!waiting.empty() && !m_cancel.isCancelled()) {
            const fs::path folder = std::move(waiting.back());
            waiting.pop_back();
            std::error_code failed;
            for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
                struct stat stat{};
                if (::stat(entry->path().c_str(), &stat) != 0) {
                    if (errno == ENOENT || errno == ELOOP)
                        ++m_collection.ignored; // A link to nothing, or to itself.
                    else
                        m_collection.unreadable.push_back(fileError(errno, entry->path(), "read"));
                    continue;
                }
                if (!S_ISDIR(stat.st_mode))
                    addFile(entry->path(), stat);
                else if (m_entered.insert({stat.st_dev, stat.st_ino}).second)
                    waiting.push_back(entry->path());
                if (m_cancel.isCancelled())
                    return;
            }
            if (failed)
                m_collection.unreadable.push_back(fileError(failed.value(), folder, "read"));
        }
    }

    void addFile(const fs::path& path, const struct stat& stat)
    {
        const std::string name = path.lexically_normal().string();
        const bool isRegular = S_ISREG(stat.st_mode);
        if (isZipByName(name) && isRegular) {
            addArchive(path, name, static_cast<std::uint64_t>(stat.st_size));
            return;
        }
        const bool isMusic =
            musicFormatByName(name) || (isRegular && musicFormatByContent(headOf(path)).has_value());
        if (!isMusic) {
            ++m_collection.ignored;
            return;
        }
        Source source;
        source.path = name;
        source.size = static_cast<std::uint64_t>(stat.st_size);
        if (!isRegular) {
            source.refusal = Error{ErrorKind::Refused,
                                   "file.not-regular",
                                   fmt::format("\"{}\" is a pipe or a device, not a file.", readablePath(path)),
                                   {{"file", readablePath(path)}}};
        }
        add(std::move(source));
    }

    void addArchive(const fs::path& path, const std::string& name, std::uint64_t size)
    {
        Result<std::unique_ptr<ZipArchive>> opened = ZipArchive::open(path);
        if (!opened) {
            Source source;
            source.path = name;
            source.size = size;
            source.refusal = opened.error();
            add(std::move(source));
            return;
        }
        const std::shared_ptr<ZipArchive> archive = std::move(opened).value();
        for (const ZipArchive::Member& member : archive->members()) {
            if (m_cancel.isCancelled())
                return;
            Source source;
            source.path = name + "/" + member.name;
            source.size = member.size;
            if (isZipByName(member.name)) {
                source.refusal = Error{ErrorKind::Refused,
                                       "zip.nested",
                                       fmt::format("\"{}\" is a zip file inside a zip file. Unpack the outer one first.",
                                                   readablePath(source.path)),
                                       {{"file", readablePath(source.path)}}};
                add(std::move(source));
                continue;
            }
            if (!musicFormatByName(member.name)) {
                const auto head = member.refusal.id.empty() ? archive->read(member, kFormatHeadBytes)
                                                            : Result<std::vector<std::uint8_t>>(member.refusal);
                if (!head || !musicFormatByContent(*head)) {
                    ++m_collection.ignored;
                    continue;
                }
            }
            if (!member.refusal.id.empty())
                source.refusal = member.refusal;
            source.archive = archive;
            source.member = member;
            add(std::move(source));
        }
        archive->close();
    }

    void add(Source source)
    {
        m_collection.sources.push_back(std::move(source));
        if (m_collection.sources.size() % 256 == 0)
            m_found(m_collection.sources.size());
    }

    const CancelToken& m_cancel;
    const std::function<void(std::size_t)>& m_found;
    Collection m_collection;
    std::set<std::pair<dev_t, ino_t>> m_entered;
};

} // namespace

Result<Collection> collectMusic(std::span<const fs::path> paths, const CancelToken& cancel,
                                const std::function<void(std::size_t)>& found)
{
    Walk walk(cancel, found);
    for (const fs::path& path : paths) {
        if (const Status added = walk.addNamed(path); !added)
            return added.error();
    }
    if (cancel.isCancelled())
        return cancelledError();
    return walk.finished();
}

Result<std::vector<std::uint8_t>> sourceBytes(const Source& source, std::uint64_t limit)
{
    if (source.refusal)
        return *source.refusal;
    if (!source.archive)
        return readFile(source.path, limit);
    return source.archive->read(source.member, limit);
}

} // namespace continuo
