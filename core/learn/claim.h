// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/train_job.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// One training of a claim.
struct ClaimRun
{
    std::string name{};                  ///< Letters, digits and hyphens: the name of its folder.
    std::string words{};                 ///< "RMSprop"
    std::vector<std::string> settings{}; ///< "KEY=VALUE", on top of the claim's.
};

/// What a claim is decided by.
struct ClaimTest
{
    std::string figure{}; ///< One of claimFigures().
    std::string best{};   ///< The entry that the claim says does better than all others …
    std::optional<double> atLeast{}; ///< … or reaches this much.
};

/// Something an author said of a network, as a group of trainings that shows whether it is so: one
/// JSON file in resources/claims.
struct Claim
{
    std::string name{};  ///< The file's name without ".json".
    std::string title{}; ///< "Adam learns better than RMSprop and plain descent"
    std::string claim{}; ///< What was said, and by whom.
    std::string preset{};
    std::string variant{};
    std::vector<std::string> settings{};
    std::vector<ClaimRun> runs{};
    /// Which of a run's models are judged: "best", "last". With both, entries are called "NAME
    /// best" and "NAME last", else NAME.
    std::vector<std::string> models{"best"};
    ClaimTest test{};
};

/// What can be measured of an entry, each with whether less is better.
struct ClaimFigure
{
    std::string name{};
    bool isLessBetter = true;
};
/// "validationLoss", "testLoss", "validationBitsPerNote", "testBitsPerNote", "trainLoss",
/// "seconds", "copies" (share of generated melodies that say the same as one before).
const std::vector<ClaimFigure>& claimFigures();

/// Errors (kind Usage): claim.bad, which names what is wrong.
Result<Claim> claimFromJson(std::string_view name, std::string_view json);

/// All claims of a folder by name. A file that is not a claim is an error that names it.
Result<std::vector<Claim>> listClaims(const std::filesystem::path& folder);

/// One claim. Errors (kind Usage): claim.unknown, with the names there are and the nearest.
Result<Claim> loadClaim(const std::filesystem::path& folder, const std::string& name);

/// What an entry's figure was, once for each random seed.
struct ClaimEntry
{
    std::string name{};
    std::vector<double> values{}; ///< At least one.

    double mean() const;
    double spread() const; ///< Largest minus smallest.
};

struct ClaimVerdict
{
    enum class Kind
    {
        Holds,
        DoesNotHold,
        CannotBeTold ///< The seeds differ more than the entries.
    };
    Kind kind = Kind::CannotBeTold;
    std::string text{}; ///< One sentence with the figures.
};

/// An entry is better than another if their means differ by more than the larger of their spreads;
/// with one seed the spread is not known and any difference counts, which the sentence says.
ClaimVerdict verdictOf(const ClaimTest& test, std::span<const ClaimEntry> entries);

} // namespace continuo
