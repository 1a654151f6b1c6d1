// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace continuo {

/// The language both sides speak. Another major: they cannot talk. A greater minor: methods and members were added,
/// which the older side leaves alone.
struct ProtocolVersion
{
    int major = 1;
    int minor = 0;

    friend bool operator==(const ProtocolVersion&, const ProtocolVersion&) = default;
};
inline constexpr ProtocolVersion kProtocolVersion{1, 0};
std::string protocolName(const ProtocolVersion& version); ///< "1.0"

/// What the one who connects says first, as the parameters of "hello".
struct HelloRequest
{
    ProtocolVersion protocol = kProtocolVersion;
    std::string client{}; ///< For the log: "continuo-studio 0.1.0".

    friend bool operator==(const HelloRequest&, const HelloRequest&) = default;
};
Json toJson(const HelloRequest& hello);
/// Errors: those of JsonMembers, protocol.other-major (kind Refused).
Result<HelloRequest> helloRequestFromJson(const Json& params);

/// What is answered.
struct HelloResult
{
    std::string program = "continuo";
    std::string version{}; ///< "0.1.0"
    std::string role{};    ///< "serve" or "train".
    ProtocolVersion protocol = kProtocolVersion;
    std::vector<std::string> capabilities{}; ///< The methods there are.
    std::int64_t process = 0;
    std::int64_t largestLineBytes = static_cast<std::int64_t>(kLargestLineBytes);

    friend bool operator==(const HelloResult&, const HelloResult&) = default;
};
Json toJson(const HelloResult& hello);
Result<HelloResult> helloResultFromJson(const Json& result);

} // namespace continuo
