// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace continuo {

/// What a setting of a job may be, as a form needs it.
struct JobSetting
{
    enum class Kind
    {
        Whole,
        Real,
        Truth,
        Choice,
        Word ///< Text with a form of its own; `allowed` says which.
    };

    std::string key{}; ///< "training.batch", "network.hidden", "encoding.low".
    Kind kind = Kind::Word;
    std::string defaultJson{};
    double lowest = -std::numeric_limits<double>::infinity(); ///< For numbers.
    double highest = std::numeric_limits<double>::infinity(); ///< For numbers.
    std::vector<std::string> choices{};                       ///< For choices.
    std::string allowed{};                ///< "a whole number from 1 to 4096"
    std::string meaning{};                ///< One sentence.
    std::vector<std::string> encodings{}; ///< Of an encoding's option: which have it.
};

/// Every setting of a job but the sampler's: the options of all encodings, each with the grid's
/// default where it has it, network, training.
std::vector<JobSetting> jobSettings();

/// The training's part of them.
std::vector<JobSetting> trainingSettings();

/// An array of objects {"key", "kind", "default", "lowest", "highest", "choices", "encodings",
/// "allowed", "meaning"}; what does not apply is left out. Kinds are "whole", "real", "truth",
/// "choice" and "word".
std::string toJson(const std::vector<JobSetting>& settings);

} // namespace continuo
