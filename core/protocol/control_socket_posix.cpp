// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/control_socket.h"

#include "core/base/file.h"
#include "core/base/sha256.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace continuo {
namespace {

namespace fs = std::filesystem;

bool fitsSocketPath(const fs::path& path)
{
    return path.native().size() < sizeof(sockaddr_un{}.sun_path);
}

sockaddr_un socketName(const fs::path& path)
{
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.c_str(), path.native().size() + 1);
    return name;
}

/// Makes `folder` for this user alone; false where it is somebody else's or cannot be.
bool isPrivateFolder(const fs::path& folder)
{
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return false;
    struct stat facts{};
    return ::lstat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == ::geteuid() &&
           (facts.st_mode & 077) == 0;
}

/// Where a run's socket may stand, best first.
std::vector<fs::path> placesFor(const fs::path& run)
{
    std::error_code failed;
    fs::path whole = fs::canonical(run, failed);
    if (failed)
        whole = fs::absolute(run, failed);
    std::vector<fs::path> places{whole / "control.sock"};
    const std::string name = [&whole] {
        Sha256 hash;
        hash.add(whole.native());
        return hash.hex().substr(0, 24) + ".sock";
    }();
    if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime && *runtime)
        places.push_back(fs::path(runtime) / "continuo" / name);
    places.push_back(fs::path("/tmp/continuo-" + std::to_string(::geteuid())) / name);
    return places;
}

/// A descriptor that listens at `path`, or the reason why not as an errno value in `reason`.
int listenAt(const fs::path& path, int& reason)
{
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) {
        reason = errno;
        return -1;
    }
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode))
        ::unlink(path.c_str());
    // On Linux the mode of the descriptor becomes that of the file; elsewhere the check of the peer has to do.
    ::fchmod(descriptor, 0600);
    const sockaddr_un name = socketName(path);
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 && ::listen(descriptor, 16) == 0)
        return descriptor;
    reason = errno;
    ::close(descriptor);
    return -1;
}

bool isSameUser(int descriptor)
{
#ifdef SO_PEERCRED
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    return peer.uid == ::geteuid() || peer.uid == 0;
#else
    uid_t user = 0;
    gid_t group = 0;
    return ::getpeereid(descriptor, &user, &group) == 0 && (user == ::geteuid() || user == 0);
#endif
}

} // namespace

Json toJson(const ControlAddress& address)
{
    Json json{{"kind", address.kind}};
    putPath(json, "path", address.path);
    return json;
}

Result<ControlAddress> controlAddressFromJson(const Json& json)
{
    ControlAddress address;
    JsonMembers members(json, "control address");
    members.required().read("kind", address.kind);
    members.read("path", address.path);
    if (Status status = members.status(); !status)
        return status.error();
    return address;
}

Result<ControlListener> ControlListener::open(const fs::path& run)
{
    int reason = ENAMETOOLONG;
    const std::vector<fs::path> places = placesFor(run);
    for (const fs::path& place : places) {
        if (!fitsSocketPath(place) || (place != places.front() && !isPrivateFolder(place.parent_path())))
            continue;
        if (const int descriptor = listenAt(place, reason); descriptor >= 0)
            return ControlListener({"unix", place}, descriptor);
    }
    return Error{ErrorKind::Failed,
                 "protocol.cannot-listen",
                 "No control socket can be opened for the run \"" + readablePath(run) + "\": " + std::strerror(reason) +
                     ". Name a run folder with a shorter path on a local disk, or set XDG_RUNTIME_DIR to a folder of yours.",
                 {{"run", readablePath(run)}, {"cause", std::strerror(reason)}}};
}

ControlListener::ControlListener(ControlAddress address, int descriptor)
    : m_address(std::move(address))
    , m_descriptor(descriptor)
{
}

ControlListener::ControlListener(ControlListener&& other) noexcept
    : m_address(std::move(other.m_address))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

ControlListener& ControlListener::operator=(ControlListener&& other) noexcept
{
    std::swap(m_address, other.m_address);
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

ControlListener::~ControlListener()
{
    if (m_descriptor < 0)
        return;
    ::unlink(m_address.path.c_str());
    ::close(m_descriptor);
}

std::optional<ByteChannel> ControlListener::accept() const
{
    const int descriptor = ::accept(m_descriptor, nullptr, nullptr);
    if (descriptor < 0)
        return std::nullopt;
    ByteChannel channel(descriptor);
    if (!isSameUser(descriptor))
        return std::nullopt;
    return channel;
}

Result<ByteChannel> connectControl(const ControlAddress& address)
{
    if (address.kind != "unix" || !fitsSocketPath(address.path))
        return Error{ErrorKind::Failed,
                     "protocol.unknown-address",
                     "The training listens at an address of kind \"" + address.kind + "\" that this program cannot reach.",
                     {{"kind", address.kind}}};
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un name = socketName(address.path);
    if (descriptor >= 0 && ::connect(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0)
        return ByteChannel(descriptor);
    const int reason = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    return Error{ErrorKind::Failed,
                 "protocol.nobody-listens",
                 "Nobody answers at the control socket \"" + readablePath(address.path) + "\": " + std::strerror(reason) + ".",
                 {{"socket", readablePath(address.path)}, {"cause", std::strerror(reason)}}};
}

} // namespace continuo
