// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/zip_archive.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

namespace continuo {
namespace {

namespace fs = std::filesystem;

struct CloseZip
{
    void operator()(zip_t* archive) const { zip_discard(archive); } // Nothing of it is ever written.
};
using OpenZip = std::unique_ptr<zip_t, CloseZip>;

struct CloseZipFile
{
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

Error refused(std::string id, const fs::path& path, std::string_view why)
{
    return {ErrorKind::Refused, std::move(id), fmt::format("\"{}\" {}", readablePath(path), why),
            {{"file", readablePath(path)}}};
}

std::string shownName(std::string_view name)
{
    std::string shown = repairedUtf8(name.substr(0, 300));
    for (char& letter : shown) {
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f)
            letter = '?';
    }
    return shown;
}

Error refusedMember(std::string id, const fs::path& path, std::string_view member, std::string_view why)
{
    return {ErrorKind::Refused,
            std::move(id),
            fmt::format("\"{}\" in \"{}\" {}", shownName(member), readablePath(path), why),
            {{"file", readablePath(path)}, {"member", shownName(member)}}};
}

Result<OpenZip> openZip(const fs::path& path)
{
    int code = 0;
    zip_t* const archive = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (archive)
        return OpenZip(archive);
    const int systemError = errno;
    if (code == ZIP_ER_OPEN || code == ZIP_ER_NOENT || code == ZIP_ER_READ)
        return fileError(systemError ? systemError : EIO, path, "read");
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string words = zip_error_strerror(&error);
    zip_error_fini(&error);
    return refused("zip.damaged", path,
                   fmt::format("cannot be opened as a zip file ({}). Download or pack it again.", words));
}

Error memberRefusal(const zip_stat_t& stat, const fs::path& path, std::string_view name, const ZipLimits& limits)
{
    if (!isSafeMemberName(name)) {
        return refusedMember("zip.unsafe-name", path, name,
                             "has a name that points out of the archive or cannot be shown. Pack it under a plain name.");
    }
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
        return refusedMember("zip.encrypted", path, name, "is encrypted. Unpack it with its password first.");
    if (!(stat.valid & ZIP_STAT_SIZE) || !(stat.valid & ZIP_STAT_COMP_SIZE))
        return refusedMember("zip.damaged", path, name, "has no size. Pack the archive again.");
    if (stat.size > limits.memberBytes) {
        return refusedMember("zip.too-large", path, name,
                             fmt::format("would unpack to {} bytes; at most {} are read.", stat.size, limits.memberBytes));
    }
    if (stat.size > limits.freeBytes && stat.size / limits.ratio > stat.comp_size) {
        return refusedMember("zip.bomb", path, name,
                             fmt::format("claims to unpack {} bytes from {}, more than {} times as many: it looks like a "
                                         "zip bomb and is not unpacked.",
                                         stat.size, stat.comp_size, limits.ratio));
    }
    return {};
}

/// The name of entry `index` as UTF-8; `raw` are its bytes.
std::string readableName(zip_t* archive, std::uint64_t index, std::string_view raw)
{
    switch (guessedEncoding(raw)) {
    case TextEncoding::Utf8:
        return std::string(raw);
    case TextEncoding::ShiftJis:
        if (canReadShiftJis())
            return readableText(raw, TextEncoding::ShiftJis);
        break;
    case TextEncoding::Latin:
        break;
    }
    const char* const name = zip_get_name(archive, index, ZIP_FL_ENC_GUESS);
    return name && isUtf8(name) ? std::string(name) : readableText(raw, TextEncoding::Latin);
}

} // namespace

struct ZipArchive::State
{
    fs::path path{};
    std::vector<Member> members{};
    std::mutex mutex{};
    OpenZip archive{};
};

ZipArchive::ZipArchive(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
ZipArchive::~ZipArchive() = default;

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(const fs::path& path, const ZipLimits& limits)
{
    Result<OpenZip> archive = openZip(path);
    if (!archive)
        return archive.error();
    const zip_int64_t entries = zip_get_num_entries(archive->get(), 0);
    if (entries < 0 || static_cast<std::uint64_t>(entries) > limits.members) {
        return refused("zip.too-many-members", path,
                       fmt::format("has {} members; at most {} are read. Split it.", entries, limits.members));
    }
    auto state = std::make_unique<State>();
    state->path = path;
    std::uint64_t total = 0;
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(entries); ++i) {
        zip_stat_t stat;
        zip_stat_init(&stat);
        if (zip_stat_index(archive->get(), i, ZIP_FL_ENC_RAW, &stat) != 0 || !(stat.valid & ZIP_STAT_NAME))
            return refused("zip.damaged", path, fmt::format("has no readable entry number {}. Pack it again.", i + 1));
        const std::string name = readableName(archive->get(), i, stat.name);
        if (name.ends_with('/'))
            continue; // A folder.
        Member member{i, name, stat.size, memberRefusal(stat, path, name, limits)};
        if (member.refusal.id.empty())
            total += member.size;
        if (total > limits.totalBytes) {
            return refused("zip.too-large", path,
                           fmt::format("would unpack to more than {} bytes. Split it, or unpack it and import the folder.",
                                       limits.totalBytes));
        }
        state->members.push_back(std::move(member));
    }
    return std::unique_ptr<ZipArchive>(new ZipArchive(std::move(state)));
}

const std::vector<ZipArchive::Member>& ZipArchive::members() const
{
    return m_state->members;
}

Result<std::vector<std::uint8_t>> ZipArchive::read(const Member& member, std::uint64_t limit)
{
    const std::lock_guard guard(m_state->mutex);
    if (!m_state->archive) {
        Result<OpenZip> archive = openZip(m_state->path);
        if (!archive)
            return archive.error();
        m_state->archive = std::move(archive).value();
    }
    const auto damaged = [&] {
        return refusedMember("zip.damaged", m_state->path, member.name,
                             fmt::format("cannot be unpacked ({}). Download or pack the archive again.",
                                         zip_strerror(m_state->archive.get())));
    };
    const std::unique_ptr<zip_file_t, CloseZipFile> file(
        zip_fopen_index(m_state->archive.get(), member.index, 0));
    if (!file)
        return damaged();
    // Grown as bytes arrive: what the header claims is only a claim.
    constexpr std::uint64_t kStep = 64 << 10;
    const std::uint64_t wanted = std::min(member.size, limit);
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < wanted) {
        const std::size_t before = bytes.size();
        bytes.resize(before + static_cast<std::size_t>(std::min(kStep, wanted - before)));
        const zip_int64_t count = zip_fread(file.get(), bytes.data() + before, bytes.size() - before);
        if (count < 0)
            return damaged();
        bytes.resize(before + static_cast<std::size_t>(count));
        if (count == 0)
            break;
    }
    if (wanted == member.size) {
        // The checksum is compared when the end is met; a member that goes on lied about its size.
        std::uint8_t beyond = 0;
        if (bytes.size() != member.size || zip_fread(file.get(), &beyond, 1) != 0)
            return damaged();
    }
    return bytes;
}

void ZipArchive::close()
{
    const std::lock_guard guard(m_state->mutex);
    m_state->archive.reset();
}

bool isSafeMemberName(std::string_view name)
{
    if (name.empty() || name.front() == '/' || (name.size() > 1 && name[1] == ':'))
        return false;
    for (const char letter : name) {
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f || letter == '\\')
            return false;
    }
    const std::vector<std::string> steps = splitText(name, '/');
    return std::none_of(steps.begin(), steps.end(), [](const std::string& step) { return step == ".."; });
}

} // namespace continuo
