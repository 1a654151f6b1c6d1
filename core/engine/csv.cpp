// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/csv.h"

namespace continuo {

std::string csvField(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string quoted = "\"";
    for (const char letter : text) {
        quoted += letter;
        if (letter == '"')
            quoted += '"';
    }
    return quoted + '"';
}

std::string csvText(std::string_view text)
{
    const bool isFormula =
        !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
    return (isFormula ? "'" : "") + std::string(text);
}

std::string csvRow(std::span<const std::string> fields)
{
    std::string row;
    for (const std::string& field : fields) {
        if (&field != fields.data())
            row += ',';
        row += csvField(field);
    }
    return row + '\n';
}

} // namespace continuo
