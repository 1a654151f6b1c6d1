// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/encoding.h"

#include "core/encode/grid.h"

#include <fmt/format.h>

namespace continuo {

std::string LossReport::text() const
{
    if (items.empty())
        return "nothing lost";
    std::string line = fmt::format("of {} {}: ", notes, notes == 1 ? "note" : "notes");
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            line += "; ";
        line += items[i].text;
    }
    return line;
}

Result<std::shared_ptr<const Encoding>> makeEncoding(std::string_view name, std::string_view optionsJson)
{
    if (name == GridEncoding::kName) {
        Result<GridOptions> options = gridOptionsFromJson(optionsJson);
        if (!options)
            return options.error();
        return std::shared_ptr<const Encoding>(std::make_shared<GridEncoding>(*options));
    }
    return Error{ErrorKind::Usage,
                 "encode.unknown-encoding",
                 fmt::format("There is no encoding \"{}\". This program knows: grid.", name),
                 {{"encoding", std::string(name)}, {"allowed", "grid"}}};
}

Result<std::shared_ptr<const Encoding>> makeEncoding(std::string_view name, int version, std::string_view optionsJson,
                                                     const Vocabulary& vocabulary)
{
    Result<std::shared_ptr<const Encoding>> made = makeEncoding(name, optionsJson);
    if (!made)
        return made.error();
    const Encoding& encoding = **made;
    if (encoding.version() != version) {
        return Error{ErrorKind::Refused,
                     "encode.other-version",
                     fmt::format("The model was made with version {} of the encoding \"{}\"; this "
                                 "program has version {}. Use the program that made the model, or "
                                 "train it again.",
                                 version, name, encoding.version()),
                     {{"encoding", std::string(name)},
                      {"version", std::to_string(version)},
                      {"known", std::to_string(encoding.version())}}};
    }
    if (encoding.vocabulary() != vocabulary) {
        const auto& own = encoding.vocabulary();
        std::string difference = fmt::format("{} symbols instead of {}", vocabulary.size(), own.size());
        if (own.size() == vocabulary.size()) {
            for (Token token = 0; token < own.size(); ++token) {
                if (own.symbol(token) == vocabulary.symbol(token))
                    continue;
                difference = fmt::format("symbol {} is \"{}\" instead of \"{}\"", token, vocabulary.symbol(token).name,
                                         own.symbol(token).name);
                break;
            }
        }
        return Error{ErrorKind::Refused,
                     "encode.other-vocabulary",
                     fmt::format("The model's vocabulary is not that of the encoding \"{}\" with "
                                 "its options: {}. The model file is damaged or was made by "
                                 "another program.",
                                 name, difference),
                     {{"encoding", std::string(name)}, {"difference", difference}}};
    }
    return made;
}

} // namespace continuo
