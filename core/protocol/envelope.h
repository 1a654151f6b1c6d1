// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace continuo {

/// How a request is named by the one who sends it; at most kLongestId bytes if it is text.
using RequestId = std::variant<std::int64_t, std::string>;
inline constexpr std::size_t kLongestId = 128;

/// JSON-RPC 2.0 request; without an id a notification, which is never answered.
struct Request
{
    std::optional<RequestId> id{};
    std::string method{};
    Json params = Json::object(); ///< Always an object.
};

/// The codes of JSON-RPC 2.0. An error of the work itself carries the exit code of the command line instead:
/// 1 failed, 2 wrong usage, 3 input refused, 130 cancelled.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;

struct ResponseError
{
    int code = 1;
    Error error{};
};

/// The answer to a request: a result or an error.
struct Response
{
    std::optional<RequestId> id{}; ///< Empty where the request's could not be read.
    Json result{};
    std::optional<ResponseError> error{};
};

/// A line that is no message, with all that is needed to say so.
struct BadMessage
{
    std::optional<RequestId> id{};
    ResponseError error{};
};

using Message = std::variant<Request, Response, BadMessage>;

/// One line of foreign origin. Unknown members are ignored.
Message parseMessage(std::string_view line);

/// A whole line, its end included. A response that would be longer than kLargestLineBytes becomes the error
/// protocol.answer-too-large.
std::string toLine(const Request& request);
std::string toLine(const Response& response);

/// A notification whose parameters are JSON already.
std::string notificationLine(std::string_view method, std::string_view paramsJson);

/// The answer for a failed piece of work.
Response failedResponse(const std::optional<RequestId>& id, const Error& error);
/// The answer for a method nobody knows.
Response unknownMethod(const Request& request);
/// protocol.line-too-long, for a line of which only that is known.
Response lineTooLong();

/// {id, text, arguments{}} and back; what is missing stays empty.
Json toJson(const Error& error);
Error errorFromJson(const Json& json, ErrorKind kind);

Json toJson(const RequestId& id);
int codeOf(ErrorKind kind);
ErrorKind kindOf(int code);

} // namespace continuo
