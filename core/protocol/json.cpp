// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/json.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <array>
#include <cmath>

namespace continuo {
namespace {

/// Whether objects and lists of a JSON text stay within the bounds. Reads brackets and separators only; whether it is
/// JSON is for the parser to say.
bool isShallow(std::string_view text)
{
    std::array<std::size_t, kDeepestNesting + 1> commas{};
    std::array<bool, kDeepestNesting + 1> isObject{};
    std::size_t depth = 0;
    bool isText = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (isText) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                isText = false;
        } else if (c == '"') {
            isText = true;
        } else if (c == '{' || c == '[') {
            if (depth == kDeepestNesting)
                return false;
            ++depth;
            commas[depth] = 0;
            isObject[depth] = c == '{';
        } else if (c == '}' || c == ']') {
            if (depth > 0)
                --depth;
        } else if (c == ',' && isObject[depth] && ++commas[depth] >= kMostMembers) {
            return false;
        }
    }
    return true;
}

std::filesystem::path pathFromBytes(const std::string& bytes)
{
    return std::filesystem::path(bytes);
}

/// A path member with its exact bytes beside it, if they are there.
bool readPath(const Json& object, const std::string& name, const Json& readable,
              std::filesystem::path& path)
{
    if (!readable.is_string() || readable.get_ref<const std::string&>().find('\0') != std::string::npos)
        return false;
    const auto exact = object.find(name + "Bytes");
    if (exact == object.end()) {
        path = pathFromBytes(readable.get_ref<const std::string&>());
        return true;
    }
    if (!exact->is_string())
        return false;
    const std::optional<std::string> bytes = fromBase64(exact->get_ref<const std::string&>());
    if (!bytes || bytes->find('\0') != std::string::npos)
        return false;
    path = pathFromBytes(*bytes);
    return true;
}

std::string rangeWords(const std::string& least, const std::string& most, bool hasLeast, bool hasMost)
{
    if (hasLeast && hasMost)
        return " from " + least + " to " + most;
    if (hasLeast)
        return " of at least " + least;
    return hasMost ? " of at most " + most : "";
}

} // namespace

Result<Json> parseJson(std::string_view text)
{
    if (!isShallow(text))
        return Error{ErrorKind::Usage,
                     "protocol.too-nested",
                     "This message is not read: its JSON is nested deeper than " +
                         std::to_string(kDeepestNesting) + " levels or has more than " +
                         std::to_string(kMostMembers) + " members in one object.",
                     {{"levels", std::to_string(kDeepestNesting)},
                      {"members", std::to_string(kMostMembers)}}};
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        const std::string beginning = repairedUtf8(text.substr(0, 60));
        return Error{ErrorKind::Usage,
                     "protocol.not-json",
                     "This line is not JSON: it begins with \"" + beginning +
                         "\". Send one JSON object on each line, in UTF-8.",
                     {{"beginning", beginning}}};
    }
    return json;
}

std::string jsonLine(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json numberToJson(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    return value;
}

Json numberToJson(const std::optional<double>& value)
{
    return value ? numberToJson(*value) : Json();
}

std::optional<double> numberFromJson(const Json& json)
{
    if (json.is_number())
        return json.get<double>();
    if (json == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    if (json == "inf")
        return std::numeric_limits<double>::infinity();
    if (json == "-inf")
        return -std::numeric_limits<double>::infinity();
    return std::nullopt;
}

void putPath(Json& object, const std::string& name, const std::filesystem::path& path)
{
    const std::string bytes = path.string();
    object[name] = readablePath(path);
    if (!isUtf8(bytes))
        object[name + "Bytes"] = toBase64(bytes);
}

JsonMembers::JsonMembers(const Json& object, std::string where)
    : m_object(object)
    , m_where(std::move(where))
{
}

JsonMembers& JsonMembers::required()
{
    m_isRequired = true;
    return *this;
}

const Json* JsonMembers::find(const char* name) const
{
    if (!m_object.is_object())
        return nullptr;
    const auto member = m_object.find(name);
    return member == m_object.end() || member->is_null() ? nullptr : &*member;
}

const Json* JsonMembers::take(const char* name)
{
    const Json* const member = find(name);
    if (!member && m_isRequired && !m_fault)
        m_fault = Error{ErrorKind::Usage,
                        "protocol.missing-member",
                        "\"" + m_where + "\" needs the member \"" + name + "\".",
                        {{"where", m_where}, {"member", name}}};
    m_isRequired = false;
    return member;
}

void JsonMembers::refuse(const char* name, std::string_view expected)
{
    if (m_fault)
        return;
    const Json* const member = find(name);
    std::string found = member && !member->is_structured() ? jsonLine(*member).substr(0, 80) : "";
    m_fault = Error{ErrorKind::Usage,
                    "protocol.bad-member",
                    "The member \"" + std::string(name) + "\" of \"" + m_where + "\" must be " +
                        std::string(expected) +
                        (found.empty() ? "." : ", not " + repairedUtf8(found) + "."),
                    {{"where", m_where}, {"member", name}, {"expected", std::string(expected)}}};
}

void JsonMembers::read(const char* name, bool& value)
{
    const Json* const member = take(name);
    if (!member)
        return;
    if (member->is_boolean())
        value = member->get<bool>();
    else
        refuse(name, "true or false");
}

void JsonMembers::read(const char* name, int& value, int least, int most)
{
    std::int64_t wide = value;
    read(name, wide, std::int64_t{least}, std::int64_t{most});
    value = static_cast<int>(wide);
}

void JsonMembers::read(const char* name, std::int64_t& value, std::int64_t least, std::int64_t most)
{
    const Json* const member = take(name);
    if (!member)
        return;
    const bool fits = member->is_number_integer() &&
                      (!member->is_number_unsigned() ||
                       member->get<std::uint64_t>() <=
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (fits && member->get<std::int64_t>() >= least && member->get<std::int64_t>() <= most)
        value = member->get<std::int64_t>();
    else
        refuse(name, "a whole number" + rangeWords(std::to_string(least), std::to_string(most),
                                                   least > std::numeric_limits<int>::min(),
                                                   most < std::numeric_limits<int>::max()));
}

void JsonMembers::read(const char* name, std::uint64_t& value)
{
    const Json* const member = take(name);
    if (!member)
        return;
    if (member->is_number_unsigned())
        value = member->get<std::uint64_t>();
    else
        refuse(name, "a whole number of at least 0");
}

void JsonMembers::read(const char* name, double& value, double least, double most)
{
    const Json* const member = take(name);
    if (!member)
        return;
    const std::optional<double> number = numberFromJson(*member);
    const bool isBounded = std::isfinite(least) || std::isfinite(most);
    if (number && !(*number < least) && !(*number > most) && !(isBounded && std::isnan(*number)))
        value = *number;
    else
        refuse(name, "a number" + rangeWords(jsonLine(numberToJson(least)), jsonLine(numberToJson(most)),
                                             std::isfinite(least), std::isfinite(most)));
}

void JsonMembers::read(const char* name, std::string& value)
{
    const Json* const member = take(name);
    if (!member)
        return;
    if (member->is_string())
        value = member->get<std::string>();
    else
        refuse(name, "a text");
}

void JsonMembers::read(const char* name, std::filesystem::path& value)
{
    const Json* const member = take(name);
    if (member && !readPath(m_object, name, *member, value))
        refuse(name, "a path, its exact bytes in base64 beside it where it is not UTF-8");
}

void JsonMembers::read(const char* name, std::vector<std::string>& value)
{
    const Json* const member = take(name);
    if (!member)
        return;
    std::vector<std::string> texts;
    for (const Json& entry : member->is_array() ? *member : Json::array({0})) {
        if (!entry.is_string())
            return refuse(name, "a list of texts");
        texts.push_back(entry.get<std::string>());
    }
    value = std::move(texts);
}

void JsonMembers::read(const char* name, std::vector<std::filesystem::path>& value)
{
    const Json* const member = take(name);
    if (!member)
        return;
    std::vector<std::filesystem::path> paths;
    for (const Json& entry : member->is_array() ? *member : Json::array({0})) {
        std::filesystem::path path;
        const Json* readable = &entry;
        if (entry.is_object()) {
            const auto inside = entry.find("path");
            readable = inside == entry.end() ? nullptr : &*inside;
        }
        if (!readable || !readPath(entry, "path", *readable, path))
            return refuse(name, "a list of paths");
        paths.push_back(std::move(path));
    }
    value = std::move(paths);
}

Status JsonMembers::status() const
{
    if (m_fault)
        return *m_fault;
    return ok();
}

} // namespace continuo
