// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// What a piece is for.
enum class Part
{
    Train,
    Validation,
    Test
};

std::string_view partName(Part part); ///< "train", "validation", "test".
std::optional<Part> parsePart(std::string_view name);

/// How a set is divided. What is left of 1 belongs to no part.
struct SplitSettings
{
    double train = 0.8; ///< Shares of the pieces, each 0..1, together at most 1 and more than 0.
    double validation = 0.1;
    double test = 0.1;
    std::uint64_t seed = 1;

    friend bool operator==(const SplitSettings&, const SplitSettings&) = default;
};

/// Errors: split.share-out-of-range, split.shares-exceed-one, split.nothing-asked (kind Usage).
Status checkSplitSettings(const SplitSettings& settings);

/// A family as the split sees it.
struct FamilySize
{
    std::string name{}; ///< Stable over imports, for example its least content hash; orders the draw.
    std::size_t pieces = 0;
};

/// The part of each family, nothing for those left out. Large families are placed first, the others in an order drawn
/// from the seed and their names, each into the part that lacks most; so sizes are met as closely as families allow, and
/// every part that was asked for gets a family if there are enough. `settings` must have passed checkSplitSettings().
std::vector<std::optional<Part>> splitFamilies(std::span<const FamilySize> families, const SplitSettings& settings);

} // namespace continuo
