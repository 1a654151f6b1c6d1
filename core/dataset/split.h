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

/// What every part gets its share of.
enum class SplitBy
{
    Set,    ///< The whole set alone.
    Folder, ///< Each folder, or archive and folder in it.
    Key     ///< Each estimated key.
};

std::string_view splitByName(SplitBy by); ///< "set", "folder", "key".
std::optional<SplitBy> parseSplitBy(std::string_view name);

/// How a set is divided. What is left of 1 belongs to no part.
struct SplitSettings
{
    double train = 0.8; ///< Shares of the pieces, each 0..1, together at most 1 and more than 0.
    double validation = 0.1;
    double test = 0.1;
    std::uint64_t seed = 1;
    SplitBy by = SplitBy::Set;

    friend bool operator==(const SplitSettings&, const SplitSettings&) = default;
};

/// As parseSplitBy(), for people: anything else is the error split.unknown-stratum (kind Usage).
Result<SplitBy> splitByFromText(std::string_view name);

/// Errors: split.share-out-of-range, split.shares-exceed-one, split.nothing-asked (kind Usage).
Status checkSplitSettings(const SplitSettings& settings);

/// A family as the split sees it.
struct FamilySize
{
    std::string name{}; ///< Stable over imports, for example its least content hash; orders the draw.
    std::size_t pieces = 0;
    std::string stratum{}; ///< Of families of one stratum every part gets its share: a folder, a key.
};

/// The part of each family, nothing for those left out and those without pieces. Large families are placed first, the others in an order drawn
/// from the seed and their names, each into the part that lacks most; so sizes are met as closely as families allow, and
/// every part that was asked for gets a family if there are enough. Strata are gone through one after the other, in the
/// order of their names, and each makes up for what those before it left uneven. `settings` must have passed
/// checkSplitSettings(); its `by` is the caller's business.
std::vector<std::optional<Part>> splitFamilies(std::span<const FamilySize> families, const SplitSettings& settings);

} // namespace continuo
