// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/answer_length.h"

#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace continuo {
namespace {

constexpr std::size_t kMostSteps = 16'384;
/// Of an answer in bars or seconds where a symbol is no step of a grid.
constexpr std::size_t kMostSymbols = 65'536;
constexpr std::size_t kMostAlternatives = 256;

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

} // namespace

Result<AnswerLength> answerLength(const Encoding& encoding, const Score& score,
                                  const PreparedPrompt& prompt, const ContinuationRequest& request)
{
    struct Limit
    {
        const char* name = "";
        double most = 0;
    };
    constexpr std::array<Limit, 4> limits{
        {{"bars", 1024}, {"notes", 10'000}, {"steps", 16'384}, {"seconds", 3600}}};
    const Limit limit = limits[static_cast<std::size_t>(request.unit)];
    const bool isWhole =
        request.unit == LengthUnit::Seconds || std::floor(request.length) == request.length;
    if (!(request.length > 0 && request.length <= limit.most) || !isWhole) {
        return usage("generate.bad-length",
                     fmt::format("The length cannot be {:g} {}. Allowed: {} up to {:g}.",
                                 request.length, limit.name,
                                 request.unit == LengthUnit::Seconds ? "a number above 0,"
                                                                     : "a whole number from 1",
                                 limit.most),
                     {{"length", fmt::format("{:g}", request.length)}, {"unit", limit.name}});
    }

    AnswerLength length;
    if (request.unit == LengthUnit::Steps) {
        length.steps = static_cast<std::size_t>(request.length);
        return length;
    }
    if (request.unit == LengthUnit::Notes) {
        length.notes = static_cast<std::size_t>(request.length);
        length.steps =
            std::min(kMostSteps, 64 * (length.notes + 1)); // a model may never leave its rests
        return length;
    }
    if (request.unit == LengthUnit::Bars) {
        const MeterMap meter(score);
        const MeterMap::Position start = meter.position(prompt.answerStart);
        const std::int64_t first = start.inBar.value == 0 ? start.bar : start.bar + 1;
        length.end = meter.barStart(first + static_cast<std::int64_t>(request.length));
    } else {
        const TempoMap tempo(score);
        length.end =
            tempo.secondsToTicks(tempo.ticksToSeconds(prompt.answerStart) + request.length);
    }
    length.steps = kMostSymbols;
    const std::optional<Tick> most = encoding.tokenTime(kMostSteps, score.ticksPerQuarter);
    if (most && prompt.answerStart + *most < *length.end) {
        return usage(
            "generate.bad-length",
            fmt::format("{:g} {} are more than {} steps of the model's grid. Ask for less.",
                        request.length, limit.name, kMostSteps),
            {{"length", fmt::format("{:g}", request.length)}, {"unit", limit.name}});
    }
    return length;
}

Status checkRequest(const ContinuationRequest& request)
{
    if (request.alternatives < 1 || request.alternatives > kMostAlternatives) {
        return usage("generate.bad-alternatives",
                     fmt::format("There cannot be {} alternatives. Allowed: 1 to {}.",
                                 request.alternatives, kMostAlternatives),
                     {{"alternatives", std::to_string(request.alternatives)}});
    }
    return checkSampler(request.sampler);
}

Result<std::vector<std::uint8_t>> wishedSymbols(const Encoding& encoding,
                                                const PreparedPrompt& prompt,
                                                const ContinuationRequest& request)
{
    const auto count = static_cast<std::size_t>(encoding.vocabulary().size());
    std::vector<std::uint8_t> wished(count, 1);
    int lowest = 1000;
    int highest = -1000;
    bool hasAny = false;
    for (std::size_t i = 0; i < count; ++i) {
        const std::vector<Pitch> pitches = encoding.pitchesOf(static_cast<Token>(i));
        if (pitches.empty())
            continue;
        bool isWished = true;
        for (const Pitch each : pitches) {
            const int pitch = each.value - prompt.semitones;
            lowest = std::min(lowest, pitch);
            highest = std::max(highest, pitch);
            isWished = isWished && pitch >= 0 && pitch <= 127;
            if (request.range)
                isWished = isWished && pitch >= request.range->first.value &&
                           pitch <= request.range->second.value;
            if (request.scale)
                isWished =
                    isWished && (scaleMask(*request.scale) >> ((pitch % 12 + 12) % 12) & 1U) != 0;
        }
        wished[i] = isWished ? 1 : 0;
        hasAny = hasAny || isWished;
    }
    if (highest < lowest) {
        if (!request.range && !request.scale)
            return wished;
        return usage("generate.pitches-not-known",
                     fmt::format("This model writes in the encoding \"{}\", whose single symbols "
                                 "do not say a pitch, so "
                                 "it cannot be held to a range or a scale. Leave them out.",
                                 encoding.name()),
                     {{"encoding", std::string(encoding.name())}});
    }
    if (!hasAny) {
        const auto name = [](int pitch) {
            return pitchName({static_cast<std::uint8_t>(std::clamp(pitch, 0, 127))});
        };
        return usage(
            "generate.nothing-allowed",
            fmt::format(
                "The model has no note in the range and scale that were asked for: for this melody "
                "its notes are {} to {}. Widen the range.",
                name(lowest), name(highest)),
            {{"lowest", name(lowest)}, {"highest", name(highest)}});
    }
    return wished;
}

Error notFiniteError()
{
    return {ErrorKind::Failed,
            "generate.not-finite",
            "The model's numbers overflowed while it read the melody: its weights are of no use. "
            "Choose another model or "
            "an earlier checkpoint.",
            {}};
}

} // namespace continuo
