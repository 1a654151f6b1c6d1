// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/split.h"

#include "core/base/random.h"
#include "core/base/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace continuo {
namespace {

constexpr std::size_t kParts = 3;
constexpr std::size_t kLeftOut = kParts;
/// Shares typed in decimal, such as .8 .1 .1, do not add up to 1 exactly.
constexpr double kRounding = 1e-9;

std::array<double, kParts> sharesOf(const SplitSettings& settings)
{
    return {settings.train, settings.validation, settings.test};
}

/// How many pieces each part should get (the last: none): largest remainders, so that they add up.
std::array<std::int64_t, kParts + 1> wantedPieces(std::size_t pieces, const SplitSettings& settings)
{
    const std::array<double, kParts> shares = sharesOf(settings);
    std::array<double, kParts + 1> exact{};
    double assigned = 0;
    for (std::size_t part = 0; part < kParts; ++part) {
        exact[part] = shares[part] * static_cast<double>(pieces);
        assigned += exact[part];
    }
    exact[kLeftOut] = std::max(0.0, static_cast<double>(pieces) - assigned);

    std::array<std::int64_t, kParts + 1> wanted{};
    std::int64_t sum = 0;
    for (std::size_t part = 0; part <= kParts; ++part) {
        wanted[part] = static_cast<std::int64_t>(std::floor(exact[part] + kRounding));
        sum += wanted[part];
    }
    std::array<std::size_t, kParts + 1> order{0, 1, 2, 3};
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return exact[a] - static_cast<double>(wanted[a]) > exact[b] - static_cast<double>(wanted[b]) + kRounding;
    });
    for (std::size_t i = 0; sum < static_cast<std::int64_t>(pieces); ++i, ++sum)
        ++wanted[order[i % order.size()]];
    return wanted;
}

/// A draw that belongs to the family itself, so that the order in which families are listed does not matter.
std::uint64_t drawFor(const CounterRandom& random, const std::string& name)
{
    Sha256 hash;
    hash.add(name);
    const std::string digits = hash.hex();
    std::array<std::uint32_t, 3> words{};
    for (std::size_t i = 0; i < words.size(); ++i)
        std::from_chars(digits.data() + 8 * i, digits.data() + 8 * (i + 1), words[i], 16);
    return random.bits(words[0], words[1], words[2]);
}

} // namespace

std::string_view partName(Part part)
{
    constexpr std::array<std::string_view, kParts> kNames{"train", "validation", "test"};
    return kNames[static_cast<std::size_t>(part)];
}

std::optional<Part> parsePart(std::string_view name)
{
    for (const Part part : {Part::Train, Part::Validation, Part::Test}) {
        if (partName(part) == name)
            return part;
    }
    return std::nullopt;
}

std::string_view splitByName(SplitBy by)
{
    constexpr std::array<std::string_view, 3> kNames{"set", "folder", "key"};
    return kNames[static_cast<std::size_t>(by)];
}

std::optional<SplitBy> parseSplitBy(std::string_view name)
{
    for (const SplitBy by : {SplitBy::Set, SplitBy::Folder, SplitBy::Key}) {
        if (splitByName(by) == name)
            return by;
    }
    return std::nullopt;
}

Result<SplitBy> splitByFromText(std::string_view name)
{
    if (const std::optional<SplitBy> by = parseSplitBy(name))
        return *by;
    return Error{ErrorKind::Usage,
                 "split.unknown-stratum",
                 fmt::format("A set cannot be split by \"{}\". Say \"set\", \"folder\" or \"key\".", name),
                 {{"by", std::string(name)}}};
}

Status checkSplitSettings(const SplitSettings& settings)
{
    const std::array<double, kParts> shares = sharesOf(settings);
    double sum = 0;
    for (const Part part : {Part::Train, Part::Validation, Part::Test}) {
        const double share = shares[static_cast<std::size_t>(part)];
        if (!(share >= 0 && share <= 1)) {
            return Error{ErrorKind::Usage, "split.share-out-of-range",
                         fmt::format("The share of the {} part is {}; it must be a number from 0 to 1.", partName(part),
                                     share),
                         {{"part", std::string(partName(part))}, {"share", fmt::format("{}", share)}}};
        }
        sum += share;
    }
    if (sum > 1 + kRounding) {
        return Error{ErrorKind::Usage, "split.shares-exceed-one",
                     fmt::format("The shares {} + {} + {} add up to {:.6g}; together they may be at most 1.",
                                 settings.train, settings.validation, settings.test, sum),
                     {{"sum", fmt::format("{:.6g}", sum)}}};
    }
    if (sum <= 0) {
        return Error{ErrorKind::Usage,
                     "split.nothing-asked",
                     "All shares are 0; give at least one part a share above 0.",
                     {}};
    }
    return ok();
}

std::vector<std::optional<Part>> splitFamilies(std::span<const FamilySize> families, const SplitSettings& settings)
{
    const CounterRandom random(settings.seed, CounterRandom::Domain::Split);
    std::vector<std::uint64_t> draws(families.size());
    for (std::size_t i = 0; i < families.size(); ++i)
        draws[i] = drawFor(random, families[i].name);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < families.size(); ++i) {
        if (families[i].pieces > 0)
            order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (families[a].stratum != families[b].stratum)
            return families[a].stratum < families[b].stratum;
        if (families[a].pieces != families[b].pieces)
            return families[a].pieces > families[b].pieces;
        return draws[a] != draws[b] ? draws[a] < draws[b] : families[a].name < families[b].name;
    });

    const std::array<double, kParts> shares = sharesOf(settings);
    std::array<bool, kParts + 1> isWaiting{};
    for (std::size_t part = 0; part < kParts; ++part)
        isWaiting[part] = shares[part] > 0;

    std::vector<std::optional<Part>> parts(families.size());
    std::array<std::int64_t, kParts + 1> given{};
    std::array<std::int64_t, kParts + 1> wanted{};
    std::size_t pieces = 0; // of this stratum and those before
    std::size_t stratumEnd = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == stratumEnd) {
            const std::string& stratum = families[order[i]].stratum;
            for (; stratumEnd < order.size() && families[order[stratumEnd]].stratum == stratum; ++stratumEnd)
                pieces += families[order[stratumEnd]].pieces;
            wanted = wantedPieces(pieces, settings);
        }
        const auto waiting = static_cast<std::size_t>(std::count(isWaiting.begin(), isWaiting.end(), true));
        const bool isForWaiting = waiting > 0 && order.size() - i <= waiting && order.size() >= waiting;
        std::optional<std::size_t> chosen;
        for (std::size_t part = 0; part <= kParts; ++part) {
            if (isForWaiting && !isWaiting[part])
                continue;
            if (!chosen || wanted[part] - given[part] > wanted[*chosen] - given[*chosen])
                chosen = part;
        }
        given[*chosen] += static_cast<std::int64_t>(families[order[i]].pieces);
        isWaiting[*chosen] = false;
        if (*chosen != kLeftOut)
            parts[order[i]] = static_cast<Part>(*chosen);
    }
    return parts;
}

} // namespace continuo
