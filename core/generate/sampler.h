// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/encode/vocabulary.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// How a symbol is drawn from what the network says. The parts apply in this order; each default changes nothing.
///
/// With p = softmax(logits / temperature), or 1 for the largest at temperature 0: w = p, or with `beta`
/// w = e^(beta·p), a softmax over probabilities. Symbols under a mask get w = 0. Of the rest only the `topK` largest
/// stay, then the smallest set of largest with a share of at least `topP`. The weights are made to add up to 1; with
/// probability `mix` a symbol is drawn from them, otherwise the largest is taken.
struct SamplerSettings
{
    double temperature = 1;       ///< 0..100; 0 takes the largest.
    std::optional<double> beta{}; ///< 0..700. Not a temperature: β 15 leaves much to symbols with p = 0.
    int topK = 0;                 ///< 0 = all.
    double topP = 1;              ///< Above 0, up to 1.
    double mix = 1;               ///< 0..1.
    bool soft = false; ///< For models of notes: nothing is drawn. The largest of the weights is
                       ///< played, and all of them are read as the note that was.

    friend bool operator==(const SamplerSettings&, const SamplerSettings&) = default;
};

/// "temperature .8, top-k 5", for people.
std::string samplerName(const SamplerSettings& settings);

/// Reads {"name", "temperature", "beta", "topK", "topP", "mix", "soft"}. The name sets what its member has when missing:
/// "argmax" temperature 0, "temperature" 1, "soft" soft, "top-k" topK 5, "top-p" topP 0.9, "beta" beta 15, "mixture" mix 0.9.
/// All other missing members take the defaults of SamplerSettings.
/// Errors (kind Usage): sampler.unknown-key, sampler.unknown-name, sampler.bad-value; each names the key.
Result<SamplerSettings> samplerFromJson(std::string_view json);
std::string toJson(const SamplerSettings& settings);

/// Checks the ranges. Error (kind Usage): sampler.bad-value.
Status checkSampler(const SamplerSettings& settings);

/// Which symbols may come next, one entry for each symbol of the vocabulary.
struct SymbolMask
{
    std::vector<std::uint8_t> grammar{}; ///< 0 where the symbol would mean nothing here. Never broken.
    std::vector<std::uint8_t> wished{};  ///< 0 where somebody asked for something else. Broken if nothing is left.
};

/// What a sampler makes of a network's logits.
struct SymbolDistribution
{
    std::vector<double> network{}; ///< softmax(logits): what the network says, without temperature and masks.
    std::vector<double> after{};   ///< What is drawn from; adds up to 1.
    double maskedMass = 0;         ///< Share of the sampler's weights that the masks took, before top-k and top-p.
    bool isFallback = false;       ///< The masks left nothing: `after` is 1 for the likeliest that the grammar allows.
};

/// `logits` are finite; the grammar allows at least one symbol.
SymbolDistribution distributionOf(std::span<const float> logits, const SamplerSettings& settings,
                                  const SymbolMask& mask);

/// The symbol for draw (alternative, step) of a random seed. Equal seeds give equal underlying numbers whatever the
/// settings, so that a small change of temperature changes few notes.
Token drawSymbol(const SymbolDistribution& distribution, const SamplerSettings& settings, const CounterRandom& random,
                 std::uint32_t alternative, std::uint32_t step);

/// 1 for the symbol the network finds most likely; equals share a rank.
int rankOf(const SymbolDistribution& distribution, Token token);

} // namespace continuo
