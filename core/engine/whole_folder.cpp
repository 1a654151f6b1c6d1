// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/whole_folder.h"

#include <cerrno>
#include <string>
#include <utility>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace continuo {
namespace {

namespace fs = std::filesystem;

std::FILE* openNew(const fs::path& path)
{
#ifdef _WIN32
    return _wfopen(path.c_str(), L"wbx");
#else
    return std::fopen(path.c_str(), "wbxe");
#endif
}

/// A handle to a folder, closed at the end.
class FolderHandle
{
public:
    FolderHandle() = default;
    FolderHandle(const FolderHandle&) = delete;
    FolderHandle& operator=(const FolderHandle&) = delete;
#ifdef _WIN32
    bool lock(const fs::path&)
    {
        return false;
    } // What another left stays, and has another name.
    bool flushAll()
    {
        return true;
    }
    static bool flush(const fs::path&)
    {
        return true;
    }
#else
    ~FolderHandle()
    {
        if (m_file >= 0)
            ::close(m_file);
    }

    /// The folder is this process's alone, until the handle is gone.
    bool lock(const fs::path& path)
    {
        if (m_file >= 0)
            ::close(m_file);
        m_file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        struct stat opened = {};
        struct stat there = {};
        // Between opening and locking its owner may have renamed it into place.
        return m_file >= 0 && ::flock(m_file, LOCK_EX | LOCK_NB) == 0 &&
               ::fstat(m_file, &opened) == 0 && ::lstat(path.c_str(), &there) == 0 &&
               opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
    }

    /// Everything below it onto the disk: one flush for thousands of files.
    bool flushAll()
    {
#ifdef __linux__
        return ::syncfs(m_file) == 0;
#else
        ::sync();
        return true;
#endif
    }

    /// The names in a folder onto the disk.
    static bool flush(const fs::path& folder)
    {
        const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (file < 0)
            return true; // It may be written but not read: the rename itself has happened.
        const bool isFlushed = ::fsync(file) == 0 || errno == EINVAL || errno == EROFS;
        const int error = errno;
        ::close(file);
        errno = error;
        return isFlushed;
    }

private:
    int m_file = -1;
#endif
};

/// Two folders change names at once, where the system can.
bool exchange([[maybe_unused]] const fs::path& one, [[maybe_unused]] const fs::path& other)
{
#ifdef __linux__
    return ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
#else
    return false;
#endif
}

/// Where a folder is put together before it has its name, or waits to be taken away.
fs::path beside(const fs::path& target, const char* ending, int attempt)
{
    fs::path name = ".";
    name += target.filename();
    name += ending;
    if (attempt > 1)
        name += std::to_string(attempt);
    return target.parent_path() / name;
}

bool isEmptyFolder(const fs::path& path)
{
    std::error_code failed;
    return fs::is_directory(path, failed) && fs::is_empty(path, failed) && !failed;
}

/// ok() where there is nothing at `target` that may not be replaced.
Status checkTarget(const fs::path& target, Overwrite overwrite, WholeFolderWriter::IsOwn isOwn)
{
    const std::string name = readablePath(target);
    const auto refusal = [&](const char* id, const std::string& text) {
        return Error{ErrorKind::Usage, id, "\"" + name + "\" " + text, {{"file", name}}};
    };
    std::error_code failed;
    const fs::file_status there = fs::symlink_status(target, failed);
    if (!fs::exists(there) || isEmptyFolder(target))
        return ok();
    if (!fs::is_directory(there))
        return refusal("file.exists", "is there and is no folder. Name a folder to write into.");
    if (overwrite == Overwrite::Refuse)
        return refusal("file.exists", "exists already and is not empty. Choose another name, or "
                                      "allow replacing it (--force).");
    if (!isOwn(target))
        return refusal("folder.foreign",
                       "is not empty and no earlier export, so it is not replaced. Choose another "
                       "name, or empty the folder first.");
    return ok();
}

} // namespace

FolderFile::FolderFile(fs::path path, std::FILE* file)
    : m_path(std::move(path))
    , m_file(file)
{
}

Result<FolderFile> FolderFile::create(const fs::path& path)
{
    std::FILE* const file = openNew(path);
    if (file)
        return FolderFile(path, file);
    const int error = errno;
    Error why = fileError(error, path, "write");
    if (error == EEXIST)
        why.id = "file.exists";
    why.kind = ErrorKind::Failed;
    return why;
}

Status FolderFile::write(std::span<const std::uint8_t> bytes)
{
    if (std::fwrite(bytes.data(), 1, bytes.size(), m_file.get()) != bytes.size())
        return fileError(errno, m_path, "write");
    return ok();
}

Status FolderFile::write(std::string_view text)
{
    return write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Status FolderFile::writeStart(std::span<const std::uint8_t> bytes)
{
    if (std::fflush(m_file.get()) != 0 || std::fseek(m_file.get(), 0, SEEK_SET) != 0)
        return fileError(errno, m_path, "write");
    return write(bytes);
}

Status FolderFile::close()
{
    if (std::fclose(m_file.release()) != 0)
        return fileError(errno, m_path, "write");
    return ok();
}

struct WholeFolderWriter::State
{
    fs::path target{};
    fs::path temporary{};
    Overwrite overwrite = Overwrite::Refuse;
    IsOwn isOwn = nullptr;
    FolderHandle handle{};
    bool isNamed = false;

    ~State()
    {
        std::error_code ignored;
        if (!isNamed && !temporary.empty())
            fs::remove_all(temporary, ignored);
    }
};

WholeFolderWriter::WholeFolderWriter(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
WholeFolderWriter::WholeFolderWriter(WholeFolderWriter&&) noexcept = default;
WholeFolderWriter& WholeFolderWriter::operator=(WholeFolderWriter&&) noexcept = default;
WholeFolderWriter::~WholeFolderWriter() = default;

Result<WholeFolderWriter> WholeFolderWriter::open(const fs::path& path, Overwrite overwrite,
                                                  IsOwn isOwn)
{
    auto state = std::make_unique<State>();
    std::error_code failed;
    // A link is followed, so that replacing a folder does not replace the link to it.
    fs::path target = fs::weakly_canonical(path, failed);
    if (failed || target.empty())
        target = fs::absolute(path, failed).lexically_normal();
    if (!target.has_filename())
        target = target.parent_path();
    state->target = std::move(target);
    state->overwrite = overwrite;
    state->isOwn = isOwn;
    if (const Status checked = checkTarget(state->target, overwrite, isOwn); !checked)
        return checked.error();
    for (int attempt = 1; attempt <= 64; ++attempt) {
        const fs::path temporary = beside(state->target, ".part", attempt);
        const bool isMade = fs::create_directory(temporary, failed);
        if (failed && !fs::is_directory(fs::symlink_status(temporary))) {
            Error why = fileError(failed.value(), state->target, "write");
            if (failed == std::errc::no_such_file_or_directory)
                why.text = "Cannot write \"" + readablePath(state->target) +
                           "\": the folder it is to stand in does not exist. Make that first.";
            why.kind = ErrorKind::Failed;
            return why;
        }
        const bool isLocked = state->handle.lock(temporary);
        if (!isMade && !isLocked)
            continue;
        state->temporary = temporary;
        if (!isMade) // A killed program left it.
            for (const auto& entry : fs::directory_iterator(temporary, failed))
                fs::remove_all(entry.path(), failed);
        return WholeFolderWriter(std::move(state));
    }
    return Error{ErrorKind::Failed,
                 "file.write-failed",
                 "Cannot write \"" + readablePath(state->target) +
                     "\": many other programs are writing it. Choose another name.",
                 {{"file", readablePath(state->target)}}};
}

Result<FolderFile> WholeFolderWriter::create(std::string_view path)
{
    const fs::path file = m_state->temporary / fs::path(std::u8string(path.begin(), path.end()));
    if (path.find('/') != std::string_view::npos) {
        std::error_code failed;
        fs::create_directories(file.parent_path(), failed);
        if (failed) {
            Error why = fileError(failed.value(), file.parent_path(), "write");
            why.kind = ErrorKind::Failed;
            return why;
        }
    }
    return FolderFile::create(file);
}

Status WholeFolderWriter::write(std::string_view path, std::span<const std::uint8_t> bytes)
{
    Result<FolderFile> file = create(path);
    if (!file)
        return file.error();
    if (const Status written = file->write(bytes); !written)
        return written;
    return file->close();
}

Status WholeFolderWriter::write(std::string_view path, std::string_view text)
{
    return write(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Status WholeFolderWriter::commit()
{
    State& state = *m_state;
    if (!state.handle.flushAll())
        return fileError(errno, state.target, "write");
    // What stands there now counts, not what stood there at the beginning.
    if (const Status checked = checkTarget(state.target, state.overwrite, state.isOwn); !checked)
        return checked;
    std::error_code failed;
    fs::path old;
    const bool isThere = fs::exists(state.target, failed);
    if (isThere && exchange(state.temporary, state.target)) {
        state.isNamed = true;
        fs::remove_all(state.temporary, failed);
        if (!FolderHandle::flush(state.target.parent_path()))
            return fileError(errno, state.target, "write");
        return ok();
    }
    if (isThere) {
        if (isEmptyFolder(state.target)) {
            fs::remove(state.target, failed);
        } else {
            for (int attempt = 1; attempt <= 64 && (old.empty() || failed); ++attempt) {
                old = beside(state.target, ".old", attempt);
                if (!fs::exists(fs::symlink_status(old)))
                    fs::rename(state.target, old, failed);
                else
                    failed = std::make_error_code(std::errc::file_exists);
            }
        }
        if (failed)
            return fileError(failed.value(), state.target, "write");
    }
    fs::rename(state.temporary, state.target, failed);
    if (failed) {
        const Error why = fileError(failed.value(), state.target, "write");
        if (!old.empty())
            fs::rename(old, state.target, failed);
        return why;
    }
    state.isNamed = true;
    if (!old.empty())
        fs::remove_all(old, failed);
    if (!FolderHandle::flush(state.target.parent_path()))
        return fileError(errno, state.target, "write");
    return ok();
}

} // namespace continuo
