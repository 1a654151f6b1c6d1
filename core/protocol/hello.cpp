// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/hello.h"

namespace continuo {
namespace {

Json versionToJson(const ProtocolVersion& version)
{
    return {{"major", version.major}, {"minor", version.minor}};
}

Result<ProtocolVersion> readVersion(const JsonMembers& hello)
{
    ProtocolVersion version{0, 0};
    const Json* const json = hello.find("protocol");
    const Json nothing = Json::object();
    JsonMembers members(json ? *json : nothing, "protocol");
    members.required().read("major", version.major, 0, 1'000'000);
    members.required().read("minor", version.minor, 0, 1'000'000);
    if (Status status = members.status(); !status)
        return status.error();
    if (version.major != kProtocolVersion.major)
        return Error{ErrorKind::Refused,
                     "protocol.other-major",
                     "One side speaks protocol " + protocolName(version) + " and the other " + protocolName(kProtocolVersion) +
                         ". Use the studio and the engine of the same release.",
                     {{"theirs", protocolName(version)}, {"ours", protocolName(kProtocolVersion)}}};
    return version;
}

} // namespace

std::string protocolName(const ProtocolVersion& version)
{
    return std::to_string(version.major) + "." + std::to_string(version.minor);
}

Json toJson(const HelloRequest& hello)
{
    return {{"protocol", versionToJson(hello.protocol)}, {"client", hello.client}};
}

Result<HelloRequest> helloRequestFromJson(const Json& params)
{
    HelloRequest hello;
    JsonMembers members(params, "hello");
    members.read("client", hello.client);
    if (Status status = members.status(); !status)
        return status.error();
    const Result<ProtocolVersion> version = readVersion(members);
    if (!version)
        return version.error();
    hello.protocol = *version;
    return hello;
}

Json toJson(const HelloResult& hello)
{
    return {{"program", hello.program},
            {"version", hello.version},
            {"role", hello.role},
            {"protocol", versionToJson(hello.protocol)},
            {"capabilities", hello.capabilities},
            {"process", hello.process},
            {"largestLineBytes", hello.largestLineBytes}};
}

Result<HelloResult> helloResultFromJson(const Json& result)
{
    HelloResult hello;
    JsonMembers members(result, "hello");
    members.required().read("program", hello.program);
    members.read("version", hello.version);
    members.read("role", hello.role);
    members.read("capabilities", hello.capabilities);
    members.read("process", hello.process);
    members.read("largestLineBytes", hello.largestLineBytes, 1);
    if (Status status = members.status(); !status)
        return status.error();
    const Result<ProtocolVersion> version = readVersion(members);
    if (!version)
        return version.error();
    hello.protocol = *version;
    return hello;
}

} // namespace continuo
