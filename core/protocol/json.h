// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// JSON as it travels: members keep their order.
using Json = nlohmann::ordered_json;

/// No line is longer, in either direction, its end included.
inline constexpr std::size_t kLargestLineBytes = std::size_t{1} << 20;
/// Deeper or wider JSON is refused before it is read: it could only be meant to harm.
inline constexpr std::size_t kDeepestNesting = 32;
inline constexpr std::size_t kMostMembers = 1024; ///< Of one object.

/// Reads a text of foreign origin. Never throws; time and memory grow with the length only.
/// Errors (kind Usage): protocol.not-json, protocol.too-nested.
Result<Json> parseJson(std::string_view text);

/// One line without its end. Text that is not UTF-8 is repaired instead of failing.
std::string jsonLine(const Json& json);

/// A JSON number, or "nan", "inf" and "-inf", which JSON has no numbers for; and back.
Json numberToJson(double value);
/// null where there is none.
Json numberToJson(const std::optional<double>& value);
std::optional<double> numberFromJson(const Json& json);

/// Writes a path as `name`, readable, and where that is not exactly its bytes, as `name`Bytes in base64 beside it.
void putPath(Json& object, const std::string& name, const std::filesystem::path& path);

/// Reads the members of an object into values; what is missing leaves its value alone. The first member that is
/// missing though needed, of another type or out of range is remembered. Members nobody asks for are ignored.
class JsonMembers
{
public:
    /// `where` names the object in errors: "generate".
    JsonMembers(const Json& object, std::string where);

    /// The next member read must be there.
    JsonMembers& required();

    void read(const char* name, bool& value);
    void read(const char* name, int& value, int least = std::numeric_limits<int>::min(),
              int most = std::numeric_limits<int>::max());
    void read(const char* name, std::int64_t& value,
              std::int64_t least = std::numeric_limits<std::int64_t>::min(),
              std::int64_t most = std::numeric_limits<std::int64_t>::max());
    void read(const char* name, std::uint64_t& value);
    void read(const char* name, double& value,
              double least = -std::numeric_limits<double>::infinity(),
              double most = std::numeric_limits<double>::infinity());
    void read(const char* name, std::string& value);
    void read(const char* name, std::filesystem::path& value);
    void read(const char* name, std::vector<std::string>& value);
    /// Each a string, or an object {"path", "pathBytes"}.
    void read(const char* name, std::vector<std::filesystem::path>& value);
    template <typename T, typename... Range>
    void read(const char* name, std::optional<T>& value, Range... range)
    {
        if (!find(name))
            return;
        value.emplace();
        read(name, *value, range...);
    }

    /// The member as it stands; null where it is missing.
    const Json* find(const char* name) const;
    /// Remembers a fault the caller found: "must be …".
    void refuse(const char* name, std::string_view expected);

    /// Errors (kind Usage): protocol.bad-member {where, member, expected}, protocol.missing-member {where, member}.
    Status status() const;

private:
    const Json* take(const char* name);

    const Json& m_object;
    std::string m_where;
    bool m_isRequired = false;
    std::optional<Error> m_fault{};
};

} // namespace continuo
