// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace continuo {
namespace {

namespace fs = std::filesystem;

#ifdef _WIN32
/// Opens `path` for a writer that has it to itself: a new file, or one that a dead writer left. −1
/// with errno EEXIST where a living writer holds it.
int openAlone(const fs::path& path)
{
    const int file = _wsopen(path.c_str(), _O_CREAT | _O_TRUNC | _O_WRONLY | _O_BINARY, _SH_DENYRW,
                             _S_IREAD | _S_IWRITE);
    if (file < 0 && errno == EACCES)
        errno = EEXIST;
    return file;
}
int openToRead(const fs::path& path)
{
    return _wopen(path.c_str(), _O_RDONLY | _O_BINARY);
}
std::ptrdiff_t writeSome(int file, const std::uint8_t* bytes, std::size_t count)
{
    return _write(file, bytes, static_cast<unsigned>(std::min<std::size_t>(count, 1u << 30)));
}
std::ptrdiff_t writeSomeAt(int file, std::uint64_t offset, const std::uint8_t* bytes,
                           std::size_t count)
{
    const auto before = _telli64(file);
    if (before < 0 || _lseeki64(file, static_cast<std::int64_t>(offset), SEEK_SET) < 0)
        return -1;
    const std::ptrdiff_t written = writeSome(file, bytes, count);
    const int error = errno;
    if (_lseeki64(file, before, SEEK_SET) < 0)
        return -1;
    errno = error;
    return written;
}
std::ptrdiff_t readSome(int file, std::uint8_t* bytes, std::size_t count)
{
    return _read(file, bytes, static_cast<unsigned>(std::min<std::size_t>(count, 1u << 30)));
}
bool flushToDisk(int file)
{
    return _commit(file) == 0;
}
bool closeFile(int file)
{
    return _close(file) == 0;
}
bool flushFolder(const fs::path&)
{
    return true; // NTFS journals its folders; there is nothing to flush.
}
#else
/// Opens `path` for a writer that has it to itself: a new file, or one that a dead writer left. −1
/// with errno EEXIST where a living writer holds it.
int openAlone(const fs::path& path)
{
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file < 0)
        return file;
    // The lock goes with the process, however it ends. Between opening and locking another writer
    // may have renamed the file into place: then it is no longer the one at `path`.
    struct stat opened = {};
    struct stat there = {};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0 || ::fstat(file, &opened) != 0 ||
        ::stat(path.c_str(), &there) != 0 || opened.st_ino != there.st_ino ||
        opened.st_dev != there.st_dev) {
        ::close(file);
        errno = EEXIST;
        return -1;
    }
    if (::ftruncate(file, 0) != 0) {
        const int error = errno;
        ::close(file);
        errno = error;
        return -1;
    }
    return file;
}
int openToRead(const fs::path& path)
{
    return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}
std::ptrdiff_t writeSome(int file, const std::uint8_t* bytes, std::size_t count)
{
    return ::write(file, bytes, count);
}
std::ptrdiff_t writeSomeAt(int file, std::uint64_t offset, const std::uint8_t* bytes,
                           std::size_t count)
{
    return ::pwrite(file, bytes, count, static_cast<off_t>(offset));
}
std::ptrdiff_t readSome(int file, std::uint8_t* bytes, std::size_t count)
{
    return ::read(file, bytes, count);
}
bool flushToDisk(int file)
{
    return ::fsync(file) == 0;
}
bool closeFile(int file)
{
    return ::close(file) == 0;
}
bool flushFolder(const fs::path& folder)
{
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return true; // A folder that may be written but not read: the rename itself has happened.
    const bool isFlushed = ::fsync(file) == 0 || errno == EINVAL || errno == EROFS;
    const int error = errno;
    ::close(file);
    errno = error;
    return isFlushed;
}
#endif

template <typename Container>
Result<Container> readWhole(const fs::path& path, std::uint64_t limit)
{
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return Error{ErrorKind::Refused,
                     "file.is-directory",
                     "\"" + readablePath(path) + "\" is a folder, not a file. Name a file in it.",
                     {{"file", readablePath(path)}}};
    const int file = openToRead(path);
    if (file < 0)
        return fileError(errno, path, "read");
    Container bytes;
    std::error_code noSize;
    const std::uintmax_t expected = fs::file_size(path, noSize);
    if (!noSize && expected <= limit)
        bytes.reserve(static_cast<std::size_t>(expected));
    std::array<std::uint8_t, 1 << 16> block;
    for (;;) {
        const std::ptrdiff_t count = readSome(file, block.data(), block.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            const int error = errno;
            closeFile(file);
            return fileError(error, path, "read");
        }
        if (count == 0)
            break;
        if (bytes.size() + static_cast<std::size_t>(count) > limit) {
            closeFile(file);
            return Error{ErrorKind::Refused,
                         "file.too-large",
                         "\"" + readablePath(path) + "\" is larger than " +
                             std::to_string(limit >> 20) +
                             " MB, the most that is read of such a file.",
                         {{"file", readablePath(path)}, {"limit", std::to_string(limit)}}};
        }
        bytes.insert(bytes.end(), block.data(), block.data() + count);
    }
    closeFile(file);
    return bytes;
}

} // namespace

std::string readablePath(const fs::path& path)
{
#ifdef _WIN32
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
#else
    return repairedUtf8(path.native());
#endif
}

Error fileError(int errorNumber, const fs::path& path, std::string_view verb)
{
    const std::string name = readablePath(path);
    const Error::Arguments arguments{{"file", name}, {"cause", std::strerror(errorNumber)}};
    const std::string start = "Cannot " + std::string(verb) + " \"" + name + "\": ";
    switch (errorNumber) {
    case ENOENT:
        return {ErrorKind::Refused, "file.not-found",
                start + "there is no such file or folder. Check the name.", arguments};
    case EACCES:
    case EPERM:
        return {verb == "read" ? ErrorKind::Refused : ErrorKind::Failed,
                verb == "read" ? "file.not-readable" : "file.not-writable",
                start + "permission denied. Change the permissions or choose another place.",
                arguments};
    case EROFS:
        return {ErrorKind::Failed, "file.not-writable",
                start + "the disk is read-only. Choose another place.", arguments};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return {
            ErrorKind::Failed, "file.disk-full",
            start + "the disk is full (" + std::strerror(errorNumber) +
                "). Free some space or choose another place; what was there before is unchanged.",
            arguments};
    case ENOTDIR:
        return {ErrorKind::Refused, "file.not-found",
                start + "a part of its path is a file, not a folder. Check the name.", arguments};
    default:
        return {ErrorKind::Failed, verb == "read" ? "file.not-readable" : "file.write-failed",
                start + std::strerror(errorNumber) + ".", arguments};
    }
}

Result<std::vector<std::uint8_t>> readFile(const fs::path& path, std::uint64_t limit)
{
    return readWhole<std::vector<std::uint8_t>>(path, limit);
}

Result<std::string> readTextFile(const fs::path& path, std::uint64_t limit)
{
    return readWhole<std::string>(path, limit);
}

struct WholeFileWriter::State
{
    fs::path path;
    fs::path temporary;
    Overwrite overwrite = Overwrite::Refuse;
    int file = -1;
    bool isCommitted = false;

    ~State()
    {
        if (file >= 0)
            closeFile(file);
        if (!isCommitted) {
            std::error_code ignored;
            fs::remove(temporary, ignored);
        }
    }
};

namespace {
/// A link is followed, so that replacing a file does not replace the link to it.
fs::path targetOf(const fs::path& path)
{
    std::error_code ignored;
    const fs::path target =
        fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
    return target.empty() ? path : target;
}

/// Where a file is written before it has its name; further attempts where another writer is there.
fs::path partOf(const fs::path& target, int attempt)
{
    fs::path name = ".";
    name += target.filename();
    name += attempt == 1 ? ".part" : ".part" + std::to_string(attempt);
    return target.parent_path() / name;
}

Error existsError(const fs::path& path)
{
    return {ErrorKind::Usage,
            "file.exists",
            "\"" + readablePath(path) +
                "\" exists already. Choose another name, or allow replacing it (--force).",
            {{"file", readablePath(path)}}};
}
} // namespace

WholeFileWriter::WholeFileWriter(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
WholeFileWriter::WholeFileWriter(WholeFileWriter&&) noexcept = default;
WholeFileWriter& WholeFileWriter::operator=(WholeFileWriter&&) noexcept = default;
WholeFileWriter::~WholeFileWriter() = default;

Result<WholeFileWriter> WholeFileWriter::open(const fs::path& path, Overwrite overwrite)
{
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return Error{ErrorKind::Usage,
                     "file.is-directory",
                     "\"" + readablePath(path) + "\" is a folder. Name a file to write.",
                     {{"file", readablePath(path)}}};
    if (overwrite == Overwrite::Refuse && fs::exists(path, ignored))
        return existsError(path);

    auto state = std::make_unique<State>();
    state->path = targetOf(path);
    state->overwrite = overwrite;
    for (int attempt = 1; attempt <= 64; ++attempt) {
        state->temporary = partOf(state->path, attempt);
        state->file = openAlone(state->temporary);
        if (state->file >= 0 || errno != EEXIST)
            break;
    }
    if (state->file < 0) {
        const int error = errno;
        state->isCommitted = true; // There is nothing to remove.
        Error why = fileError(error, path, "write");
        if (error == ENOENT)
            why.text = "Cannot write \"" + readablePath(path) +
                       "\": its folder does not exist. Make the folder first.";
        why.kind = ErrorKind::Failed;
        return why;
    }
    return WholeFileWriter(std::move(state));
}

namespace {
/// Calls `writeRest` with what is left of `bytes` until all of it is written.
template <typename WriteRest>
Status writeAll(std::span<const std::uint8_t> bytes, const fs::path& path, WriteRest writeRest)
{
    while (!bytes.empty()) {
        const std::ptrdiff_t count = writeRest(bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fileError(count < 0 ? errno : ENOSPC, path, "write");
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return ok();
}
} // namespace

Status WholeFileWriter::write(std::span<const std::uint8_t> bytes)
{
    assert(m_state && m_state->file >= 0);
    return writeAll(bytes, m_state->path, [this](std::span<const std::uint8_t> rest) {
        return writeSome(m_state->file, rest.data(), rest.size());
    });
}

Status WholeFileWriter::writeAt(std::uint64_t offset, std::span<const std::uint8_t> bytes)
{
    assert(m_state && m_state->file >= 0);
    const std::uint64_t end = offset + bytes.size();
    return writeAll(bytes, m_state->path, [this, end](std::span<const std::uint8_t> rest) {
        return writeSomeAt(m_state->file, end - rest.size(), rest.data(), rest.size());
    });
}

Status WholeFileWriter::write(std::string_view text)
{
    return write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Status WholeFileWriter::commit()
{
    assert(m_state && m_state->file >= 0);
    if (!flushToDisk(m_state->file))
        return fileError(errno, m_state->path, "write");
    std::error_code failed;
#ifdef _WIN32
    // An open file cannot be renamed here, and no other writer opens it between the two.
    if (!closeFile(std::exchange(m_state->file, -1)))
        return fileError(errno, m_state->path, "write");
    if (m_state->overwrite == Overwrite::Refuse && fs::exists(m_state->path, failed))
        return existsError(m_state->path);
    fs::rename(m_state->temporary, m_state->path, failed);
    if (failed)
        return fileError(failed.value(), m_state->path, "write");
#else
    // Still open, hence locked: no other writer takes the temporary file over before it has its
    // name. Where nothing may be replaced a hard link refuses atomically what a rename would
    // overwrite; some file systems have no links.
    bool isNamed = false;
    if (m_state->overwrite == Overwrite::Refuse) {
        isNamed = ::link(m_state->temporary.c_str(), m_state->path.c_str()) == 0;
        if (isNamed)
            fs::remove(m_state->temporary, failed);
        else if (errno == EEXIST || fs::exists(m_state->path, failed))
            return existsError(m_state->path);
    }
    if (!isNamed) {
        fs::rename(m_state->temporary, m_state->path, failed);
        if (failed)
            return fileError(failed.value(), m_state->path, "write");
    }
#endif
    m_state->isCommitted = true;
    if (m_state->file >= 0 && !closeFile(std::exchange(m_state->file, -1)))
        return fileError(errno, m_state->path, "write");
    if (!flushFolder(m_state->path.parent_path().empty() ? "." : m_state->path.parent_path()))
        return fileError(errno, m_state->path, "write");
    return ok();
}

const fs::path& WholeFileWriter::temporaryPath() const
{
    return m_state->temporary;
}

void removeAbandoned(const fs::path& path)
{
    std::error_code ignored;
    if (!fs::exists(partOf(targetOf(path), 1), ignored))
        return;
    // A writer that ends without a commit takes it away, and leaves one alone that another holds.
    [[maybe_unused]] const auto writer = WholeFileWriter::open(path, Overwrite::Replace);
}

Status writeFile(const fs::path& path, std::span<const std::uint8_t> bytes, Overwrite overwrite)
{
    auto writer = WholeFileWriter::open(path, overwrite);
    if (!writer)
        return writer.error();
    if (const Status written = writer->write(bytes); !written)
        return written;
    return writer->commit();
}

Status writeFile(const fs::path& path, std::string_view text, Overwrite overwrite)
{
    return writeFile(path,
                     std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()),
                     overwrite);
}

} // namespace continuo
