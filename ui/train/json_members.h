// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <QString>

#include <cstdint>

namespace continuo::ui {

/// Members of JSON from elsewhere, with a value for what is missing or of another type.
inline double numberAt(const Json& object, const char* name, double otherwise = 0)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found == object.end() ? otherwise : numberFromJson(*found).value_or(otherwise);
}

inline std::int64_t wholeAt(const Json& object, const char* name, std::int64_t otherwise = 0)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found == object.end() || !found->is_number() ? otherwise : found->get<std::int64_t>();
}

inline QString textAt(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found == object.end() || !found->is_string()
               ? QString()
               : QString::fromStdString(found->get<std::string>());
}

inline bool truthAt(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// An object or list; null where it is missing.
inline const Json& memberAt(const Json& object, const char* name)
{
    static const Json none;
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found == object.end() ? none : *found;
}

} // namespace continuo::ui
