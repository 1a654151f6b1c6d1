// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/event.h"
#include "core/encode/options_p.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <utility>

namespace continuo {

namespace {

constexpr Token kPrograms = 129;

/// Denominator and highest numerator of the meters that have a symbol; those of another denominator
/// are written as the one with bars of the same length.
constexpr std::array<std::pair<int, int>, 3> kMeters{{{4, 12}, {8, 15}, {16, 15}}};

OptionList optionList(EventOptions& options)
{
    OptionList list(EventEncoding::kName);
    list.whole("positionsPerBeat", 1, 48, options.positionsPerBeat);
    list.whole("longestBeats", 1, 64, options.longestBeats);
    list.whole("velocities", 0, 127, options.velocities);
    list.whole("low", 0, 127, options.low);
    list.whole("high", 0, 127, options.high);
    list.truth("programs", options.programs);
    list.choice("tracks", {"all", "melody"}, options.tracks);
    list.truth("transpose", options.transpose);
    return list;
}

Symbol named(std::string name)
{
    return {std::move(name), SymbolKind::Other, {}};
}

} // namespace

Result<EventOptions> eventOptionsFromJson(std::string_view json)
{
    EventOptions options;
    const Status read = optionList(options).read(json);
    if (!read)
        return read.error();
    if (options.low > options.high) {
        const std::string allowed = fmt::format("a key not above \"high\", {}", options.high);
        return Error{
            ErrorKind::Usage,
            "encode.bad-option",
            fmt::format("The option \"low\" of the encoding \"event\" cannot be {}. "
                        "Allowed: {}.",
                        options.low, allowed),
            {{"key", "low"}, {"value", std::to_string(options.low)}, {"allowed", allowed}}};
    }
    return options;
}

EventSymbols::EventSymbols(const EventOptions& chosen)
    : options(chosen)
{
    assert(options.low >= 0 && options.low <= options.high && options.high <= 127);
    int longestBar = 0;
    for (const auto& [denominator, highest] : kMeters) {
        for (int numerator = 1; numerator <= highest; ++numerator)
            meters.push_back({numerator, denominator});
        longestBar = std::max(longestBar, highest);
    }
    for (int i = 1; i <= options.velocities; ++i)
        velocities.push_back(127 * i / options.velocities);
    firstVelocity = firstPitch + options.high - options.low + 1;
    firstDuration = firstVelocity + options.velocities;
    firstPosition = firstDuration + longestDuration();
    firstDrum = firstPosition + longestBar * options.positionsPerBeat;
    firstProgram = firstDrum + (options.programs ? kHighestDrum - kLowestDrum + 1 : 0);
    firstMeter = firstProgram + (options.programs ? kPrograms : 0);
    size = firstMeter + static_cast<Token>(meters.size());
}

EventType EventSymbols::type(Token token) const
{
    assert(token >= 0 && token < size);
    if (token < firstPitch)
        return token == bar() ? EventType::Bar : token == 1 ? EventType::End : EventType::Padding;
    if (token < firstVelocity)
        return EventType::Pitch;
    if (token < firstDuration)
        return EventType::Velocity;
    if (token < firstPosition)
        return EventType::Duration;
    if (token < firstDrum)
        return EventType::Position;
    if (token < firstProgram)
        return EventType::Drum;
    return token < firstMeter ? EventType::Program : EventType::Meter;
}

std::optional<std::size_t> EventSymbols::meterLike(Meter meter) const
{
    const auto find = [&](auto matches) -> std::optional<std::size_t> {
        const auto found = std::ranges::find_if(meters, matches);
        if (found == meters.end())
            return std::nullopt;
        return static_cast<std::size_t>(found - meters.begin());
    };
    if (const auto same = find([&](const Meter& each) { return each == meter; }))
        return same;
    return find([&](const Meter& each) {
        return std::int64_t{each.numerator} * meter.denominator ==
               std::int64_t{meter.numerator} * each.denominator;
    });
}

Token EventSymbols::velocity(int value) const
{
    assert(!velocities.empty());
    const auto above = std::ranges::lower_bound(velocities, value);
    auto nearest = above == velocities.end() ? above - 1 : above;
    if (nearest != velocities.begin() && value - *(nearest - 1) < *nearest - value)
        --nearest;
    return firstVelocity + static_cast<Token>(nearest - velocities.begin());
}

int EventSymbols::keyOf(Token token) const
{
    return type(token) == EventType::Drum ? token - firstDrum + kLowestDrum
                                          : token - firstPitch + options.low;
}

EventEncoding::EventEncoding(const EventOptions& options)
    : m_symbols(options)
{
    std::vector<Symbol> all;
    all.push_back(named("PAD_None"));
    all.push_back({"EOS_None", SymbolKind::End, {}});
    all.push_back({"Bar_None", SymbolKind::Bar, {}});
    for (int key = options.low; key <= options.high; ++key)
        all.push_back(
            {fmt::format("Pitch_{}", key), SymbolKind::Pitch, {static_cast<std::uint8_t>(key)}});
    for (const int velocity : m_symbols.velocities)
        all.push_back(named(fmt::format("Velocity_{}", velocity)));
    for (int units = 1; units <= m_symbols.longestDuration(); ++units)
        all.push_back(
            named(fmt::format("Duration_{}.{}.{}", units / options.positionsPerBeat,
                              units % options.positionsPerBeat, options.positionsPerBeat)));
    for (Token unit = 0; unit < m_symbols.firstDrum - m_symbols.firstPosition; ++unit)
        all.push_back(named(fmt::format("Position_{}", unit)));
    if (options.programs) {
        for (int key = EventSymbols::kLowestDrum; key <= EventSymbols::kHighestDrum; ++key)
            all.push_back(named(fmt::format("PitchDrum_{}", key)));
        for (int program = 0; program < 128; ++program)
            all.push_back(named(fmt::format("Program_{}", program)));
        all.push_back(named(fmt::format("Program_{}", EventSymbols::kDrums)));
    }
    for (const Meter& meter : m_symbols.meters)
        all.push_back(named(fmt::format("TimeSig_{}", meterName(meter))));
    m_vocabulary = Vocabulary(std::move(all));
    assert(m_vocabulary.size() == m_symbols.size);
}

std::string EventEncoding::optionsJson() const
{
    EventOptions options = m_symbols.options;
    return optionList(options).write();
}

std::string EventEncoding::midiTokJson() const
{
    using Json = nlohmann::ordered_json;
    const EventOptions& options = m_symbols.options;
    Json programs = Json::array();
    for (int program = 0; program < 128; ++program)
        programs.push_back(program);
    programs.push_back(EventSymbols::kDrums);
    Json meters = Json::object();
    for (const auto& [denominator, highest] : kMeters) {
        Json& numerators = meters[std::to_string(denominator)];
        for (int numerator = 1; numerator <= highest; ++numerator)
            numerators.push_back(numerator);
    }
    Json config{
        {"pitch_range", {options.low, options.high}},
        {"beat_res", {{fmt::format("0_{}", options.longestBeats), options.positionsPerBeat}}},
        {"num_velocities", std::max(options.velocities, 1)},
        {"special_tokens", {"PAD_None", "EOS_None"}},
        {"use_velocities", options.velocities > 0},
        {"use_note_duration_programs", programs},
        {"use_chords", false},
        {"use_rests", false},
        {"use_tempos", false},
        {"use_time_signatures", true},
        {"use_sustain_pedals", false},
        {"use_pitch_bends", false},
        {"use_programs", options.programs},
        {"use_pitch_intervals", false},
        {"use_pitchdrum_tokens", options.programs},
        {"one_token_stream_for_programs", true},
        {"program_changes", false},
        {"programs", programs},
        {"drums_pitch_range", {EventSymbols::kLowestDrum, EventSymbols::kHighestDrum}},
        {"time_signature_range", meters},
        {"remove_duplicated_notes", false},
        {"delete_equal_successive_time_sig_changes", true},
        {"additional_params", {{"max_bar_embedding", nullptr}, {"use_bar_end_tokens", false}}}};
    Json names = Json::object();
    for (Token token = 0; token < m_vocabulary.size(); ++token)
        names[m_vocabulary.symbol(token).name] = token;
    // Before 3.1 MidiTok took the upper end of a range not to belong to it. It makes no vocabulary where it is given one.
    return Json{{"config", std::move(config)},
                {"tokenization", "REMI"},
                {"miditok_version", "3.1.0"},
                {"_vocab_base", names},
                {"vocabulary", std::move(names)}}
        .dump(2);
}

} // namespace continuo
