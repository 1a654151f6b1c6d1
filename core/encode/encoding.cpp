// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/encoding.h"

#include "core/encode/abc.h"
#include "core/encode/chord.h"
#include "core/encode/event.h"
#include "core/encode/frame.h"
#include "core/encode/grid.h"
#include "core/encode/note_encoding.h"
#include "core/encode/voices.h"

#include <fmt/format.h>

#include <algorithm>

namespace continuo {

namespace {

template <typename Made, typename Options>
Result<std::shared_ptr<const Encoding>> made(const Result<Options>& options)
{
    if (!options)
        return options.error();
    return std::shared_ptr<const Encoding>(std::make_shared<Made>(*options));
}

} // namespace

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

std::vector<Pitch> Encoding::pitchesOf(Token token) const
{
    const Symbol& symbol = vocabulary().symbol(token);
    return symbol.kind == SymbolKind::Pitch ? std::vector<Pitch>{symbol.pitch}
                                            : std::vector<Pitch>{};
}

std::vector<Token> Encoding::opening(Meter, std::optional<Key>) const
{
    return {};
}

std::vector<Note> Encoding::decode(std::span<const Token> tokens,
                                   const DecodeOptions& options) const
{
    const auto all = reader({}, {.decode = options, .tellsAtOnce = false});
    std::vector<Note> notes;
    const auto take = [&](const std::vector<ReadNote>& told) {
        for (const ReadNote& each : told)
            notes.push_back(each.note);
    };
    for (const Token token : tokens)
        take(all->read(token));
    take(all->finish());
    // Of several voices a long note is complete after shorter ones that began later.
    std::ranges::stable_sort(notes, {}, &Note::start);
    return notes;
}

Tick Encoding::timeAfter(std::span<const Token> tokens, const DecodeOptions& options) const
{
    const auto all = reader({}, {.decode = options, .tellsAtOnce = false});
    for (const Token token : tokens)
        all->read(token);
    all->finish();
    return all->time();
}

Result<std::shared_ptr<const Encoding>> makeEncoding(std::string_view name,
                                                     std::string_view optionsJson)
{
    if (name == GridEncoding::kName)
        return made<GridEncoding>(gridOptionsFromJson(optionsJson));
    if (name == AbcEncoding::kName)
        return made<AbcEncoding>(abcOptionsFromJson(optionsJson));
    if (name == ChordEncoding::kName)
        return made<ChordEncoding>(chordOptionsFromJson(optionsJson));
    if (name == NoteEncoding::kName)
        return made<NoteEncoding>(noteOptionsFromJson(optionsJson));
    if (name == FrameEncoding::kName)
        return made<FrameEncoding>(frameOptionsFromJson(optionsJson));
    if (name == VoicesEncoding::kName)
        return made<VoicesEncoding>(voicesOptionsFromJson(optionsJson));
    if (name == EventEncoding::kName)
        return made<EventEncoding>(eventOptionsFromJson(optionsJson));
    constexpr std::string_view known = "grid, abc, chord, note, frame, voices, event";
    return Error{ErrorKind::Usage,
                 "encode.unknown-encoding",
                 fmt::format("There is no encoding \"{}\". This program knows: {}.", name, known),
                 {{"encoding", std::string(name)}, {"allowed", std::string(known)}}};
}

Result<std::shared_ptr<const Encoding>>
fitEncoding(std::string_view name, std::string_view optionsJson, std::span<const Score> pieces)
{
    auto made = makeEncoding(name, optionsJson);
    const auto fit = made ? (*made)->fit() : nullptr;
    if (!fit)
        return made;
    for (const Score& piece : pieces)
        fit->add(piece);
    return fit->encoding();
}

Result<std::shared_ptr<const Encoding>> makeEncoding(std::string_view name, int version,
                                                     std::string_view optionsJson,
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
    if (name == ChordEncoding::kName)
        return ChordEncoding::fromVocabulary(chordOptionsFromJson(optionsJson).value(), vocabulary);
    if (encoding.vocabulary() != vocabulary) {
        const auto& own = encoding.vocabulary();
        std::string difference =
            fmt::format("{} symbols instead of {}", vocabulary.size(), own.size());
        if (own.size() == vocabulary.size()) {
            for (Token token = 0; token < own.size(); ++token) {
                if (own.symbol(token) == vocabulary.symbol(token))
                    continue;
                difference = fmt::format("symbol {} is \"{}\" instead of \"{}\"", token,
                                         vocabulary.symbol(token).name, own.symbol(token).name);
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
