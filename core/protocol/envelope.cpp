// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/envelope.h"

#include "core/base/text.h"

#include <utility>

namespace continuo {
namespace {

std::optional<RequestId> readId(const Json& json)
{
    const auto id = json.find("id");
    if (id == json.end())
        return std::nullopt;
    if (id->is_string() && id->get_ref<const std::string&>().size() <= kLongestId)
        return RequestId{id->get<std::string>()};
    if (id->is_number_integer() && !(id->is_number_unsigned() && id->get<std::uint64_t>() > INT64_MAX))
        return RequestId{id->get<std::int64_t>()};
    return std::nullopt;
}

BadMessage invalid(const std::optional<RequestId>& id, std::string problem)
{
    return {id,
            {kInvalidRequest,
             {ErrorKind::Usage,
              "protocol.invalid-request",
              "This is no JSON-RPC 2.0 message: " + problem + ".",
              {{"problem", problem}}}}};
}

Response readResponse(const Json& json, const std::optional<RequestId>& id)
{
    Response response;
    response.id = id;
    if (const auto result = json.find("result"); result != json.end())
        response.result = *result;
    const auto error = json.find("error");
    if (error == json.end() || error->is_null())
        return response;
    ResponseError failed;
    if (error->is_object()) {
        if (const auto code = error->find("code"); code != error->end() && code->is_number_integer())
            failed.code = code->get<int>();
        const auto data = error->find("data");
        failed.error = errorFromJson(data == error->end() ? Json::object() : *data, kindOf(failed.code));
        if (const auto message = error->find("message");
            failed.error.text.empty() && message != error->end() && message->is_string())
            failed.error.text = message->get<std::string>();
    }
    response.error = std::move(failed);
    return response;
}

Json envelope()
{
    return {{"jsonrpc", "2.0"}};
}

} // namespace

Message parseMessage(std::string_view line)
{
    Result<Json> parsed = parseJson(line);
    if (!parsed)
        return BadMessage{std::nullopt, {kParseError, parsed.error()}};
    Json& json = *parsed;
    if (!json.is_object())
        return invalid(std::nullopt, "it is no object; several requests go on a line each");
    const std::optional<RequestId> id = readId(json);
    if (const auto version = json.find("jsonrpc"); version == json.end() || *version != "2.0")
        return invalid(id, R"(it lacks "jsonrpc": "2.0")");
    if (json.contains("id") && !id && !json["id"].is_null())
        return invalid(id, "its id is neither a whole number nor a text of at most " +
                               std::to_string(kLongestId) + " bytes");
    if (!json.contains("method")) {
        if (json.contains("result") || json.contains("error"))
            return readResponse(json, id);
        return invalid(id, "it has no method, no result and no error");
    }
    if (!json["method"].is_string())
        return invalid(id, "its method is no text");
    Request request;
    request.id = id;
    request.method = json["method"].get<std::string>();
    if (const auto params = json.find("params"); params != json.end() && !params->is_null()) {
        if (!params->is_object())
            return invalid(id, "its params are no object; parameters go by name");
        request.params = std::move(*params);
    }
    return request;
}

std::string toLine(const Request& request)
{
    Json json = envelope();
    if (request.id)
        json["id"] = toJson(*request.id);
    json["method"] = request.method;
    json["params"] = request.params;
    return jsonLine(json) + "\n";
}

std::string toLine(const Response& response)
{
    Json json = envelope();
    json["id"] = response.id ? toJson(*response.id) : Json(nullptr);
    if (response.error)
        json["error"] = {{"code", response.error->code},
                         {"message", repairedUtf8(response.error->error.text)},
                         {"data", toJson(response.error->error)}};
    else
        json["result"] = response.result;
    std::string line = jsonLine(json) + "\n";
    if (line.size() <= kLargestLineBytes)
        return line;
    return toLine(failedResponse(
        response.id, {ErrorKind::Failed,
                      "protocol.answer-too-large",
                      "The answer would have " + std::to_string(line.size()) +
                          " bytes; a line may have 1 MiB. Ask for a smaller part.",
                      {{"bytes", std::to_string(line.size())}}}));
}

std::string notificationLine(std::string_view method, std::string_view paramsJson)
{
    std::string line = R"({"jsonrpc":"2.0","method":)";
    line += jsonLine(Json(method));
    line += R"(,"params":)";
    line += paramsJson;
    line += "}\n";
    return line;
}

Response failedResponse(const std::optional<RequestId>& id, const Error& error)
{
    Response response;
    response.id = id;
    response.error = ResponseError{codeOf(error.kind), error};
    return response;
}

Response unknownMethod(const Request& request)
{
    const std::string name = repairedUtf8(request.method.substr(0, 80));
    Response response;
    response.id = request.id;
    response.error = ResponseError{kMethodNotFound,
                                   {ErrorKind::Usage,
                                    "protocol.unknown-method",
                                    "There is no method \"" + name +
                                        "\" here. The answer to \"hello\" lists those there are.",
                                    {{"method", name}}}};
    return response;
}

Response lineTooLong()
{
    Response response;
    response.error = ResponseError{kInvalidRequest,
                                   {ErrorKind::Usage,
                                    "protocol.line-too-long",
                                    "A line of more than 1 MiB was thrown away unread. Send long lists in parts.",
                                    {{"bytes", std::to_string(kLargestLineBytes)}}}};
    return response;
}

Json toJson(const Error& error)
{
    Json arguments = Json::object();
    for (const auto& [name, value] : error.arguments)
        arguments[name] = repairedUtf8(value);
    return {{"id", error.id}, {"text", repairedUtf8(error.text)}, {"arguments", std::move(arguments)}};
}

Error errorFromJson(const Json& json, ErrorKind kind)
{
    Error error{kind, "", "", {}};
    if (!json.is_object())
        return error;
    if (const auto id = json.find("id"); id != json.end() && id->is_string())
        error.id = id->get<std::string>();
    if (const auto text = json.find("text"); text != json.end() && text->is_string())
        error.text = text->get<std::string>();
    if (const auto arguments = json.find("arguments"); arguments != json.end() && arguments->is_object())
        for (const auto& [name, value] : arguments->items())
            if (value.is_string())
                error.arguments.emplace_back(name, value.get<std::string>());
    return error;
}

Json toJson(const RequestId& id)
{
    return std::visit([](const auto& value) { return Json(value); }, id);
}

int codeOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Failed:
        return 1;
    case ErrorKind::Usage:
        return 2;
    case ErrorKind::Refused:
        return 3;
    case ErrorKind::Cancelled:
        return 130;
    }
    return 1;
}

ErrorKind kindOf(int code)
{
    switch (code) {
    case 3:
        return ErrorKind::Refused;
    case 130:
        return ErrorKind::Cancelled;
    case 2:
    case kParseError:
    case kInvalidRequest:
    case kMethodNotFound:
        return ErrorKind::Usage;
    default:
        return ErrorKind::Failed;
    }
}

} // namespace continuo
