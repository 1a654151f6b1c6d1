// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/byte_channel.h"
#include "core/protocol/json.h"

#include <filesystem>
#include <optional>
#include <string>

namespace continuo {

/// Where a training listens. `kind` says how the rest is meant; "unix" is a local socket at `path`.
struct ControlAddress
{
    std::string kind = "unix";
    std::filesystem::path path{};

    friend bool operator==(const ControlAddress&, const ControlAddress&) = default;
};
Json toJson(const ControlAddress& address);
Result<ControlAddress> controlAddressFromJson(const Json& json);

/// The end of a training that others connect to. Only programs of the same user (and root) are let in.
class ControlListener
{
public:
    /// Listens at RUN/control.sock, or where that path is too long for a socket or its file system has none, in
    /// $XDG_RUNTIME_DIR/continuo or /tmp/continuo-<user>, a folder of this user alone. What a dead owner left there is
    /// replaced, so the run's lock must be held. Errors: protocol.cannot-listen.
    static Result<ControlListener> open(const std::filesystem::path& run);

    ControlListener(ControlListener&& other) noexcept;
    ControlListener& operator=(ControlListener&& other) noexcept;
    ~ControlListener(); ///< Removes the socket.

    const ControlAddress& address() const { return m_address; }
    int handle() const { return m_descriptor; }
    /// The next one who wants to connect, if any; does not block.
    std::optional<ByteChannel> accept() const;

private:
    ControlListener(ControlAddress address, int descriptor);
    ControlAddress m_address{};
    int m_descriptor = -1;
};

/// Errors: protocol.unknown-address, protocol.nobody-listens.
Result<ByteChannel> connectControl(const ControlAddress& address);

} // namespace continuo
