// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/key.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace continuo {
namespace {

using Profile = std::array<double, 12>;

// Probe-tone ratings of Krumhansl and Kessler, Psychological Review 89 (1982), tonic first.
constexpr Profile kMajorProfile{6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88};
constexpr Profile kMinorProfile{6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17};

double correlation(const Profile& weights, const Profile& profile, std::size_t tonic)
{
    const double weightMean = std::accumulate(weights.begin(), weights.end(), 0.0) / 12;
    const double profileMean = std::accumulate(profile.begin(), profile.end(), 0.0) / 12;
    double product = 0;
    double weightSquare = 0;
    double profileSquare = 0;
    for (std::size_t i = 0; i < 12; ++i) {
        const double w = weights[(i + tonic) % 12] - weightMean;
        const double p = profile[i] - profileMean;
        product += w * p;
        weightSquare += w * w;
        profileSquare += p * p;
    }
    return weightSquare > 0 ? product / std::sqrt(weightSquare * profileSquare) : 0;
}

} // namespace

std::string keyName(Key key)
{
    static constexpr std::array<std::string_view, 12> major{"C",  "Db", "D",  "Eb", "E",  "F",
                                                            "F#", "G",  "Ab", "A",  "Bb", "B"};
    static constexpr std::array<std::string_view, 12> minor{"C",  "C#", "D",  "Eb", "E",  "F",
                                                            "F#", "G",  "G#", "A",  "Bb", "B"};
    const bool isMajor = key.mode == Mode::Major;
    return std::string((isMajor ? major : minor)[static_cast<std::size_t>(key.tonic)]) + (isMajor ? " major" : " minor");
}

std::optional<Key> parseKey(std::string_view text)
{
    text = trimmed(text);
    if (text.empty())
        return std::nullopt;
    static constexpr std::array<int, 7> steps{9, 11, 0, 2, 4, 5, 7}; // A B C D E F G
    const char letter = lowerCase(text.substr(0, 1))[0];
    if (letter < 'a' || letter > 'g')
        return std::nullopt;
    int tonic = steps[static_cast<std::size_t>(letter - 'a')];
    text.remove_prefix(1);
    if (text.starts_with('#') || text.starts_with('b')) {
        tonic += text[0] == '#' ? 1 : 11;
        text.remove_prefix(1);
    }
    const std::string_view word = trimmed(text);
    const std::string mode = lowerCase(word);
    tonic %= 12;
    if (mode.empty() || word == "M" || mode == "maj" || mode == "major")
        return Key{tonic, Mode::Major};
    if (word == "m" || mode == "min" || mode == "minor")
        return Key{tonic, Mode::Minor};
    return std::nullopt;
}

int semitonesToCommonKey(Key key)
{
    const int target = key.mode == Mode::Major ? 0 : 9;
    const int up = (target - key.tonic + 12) % 12;
    return up > 5 ? up - 12 : up;
}

unsigned scaleMask(Key key)
{
    constexpr unsigned majorScale = 0b101010110101;
    constexpr unsigned minorScale = 0b010110101101;
    const unsigned scale = key.mode == Mode::Major ? majorScale : minorScale;
    return (scale << key.tonic | scale >> (12 - key.tonic)) & 0xfffU;
}

std::optional<KeyEstimate> estimateKey(const std::array<double, 12>& weights)
{
    if (std::none_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; }))
        return std::nullopt;
    KeyEstimate estimate;
    double best = -2;
    double second = -2;
    // Correlations of rotated weights are equal but for rounding; a lead must be more than that.
    constexpr double rounding = 1e-9;
    for (int tonic = 0; tonic < 12; ++tonic) {
        for (const Mode mode : {Mode::Major, Mode::Minor}) {
            const double r = correlation(weights, mode == Mode::Major ? kMajorProfile : kMinorProfile,
                                         static_cast<std::size_t>(tonic));
            if (r > best + rounding) {
                second = best;
                estimate.runnerUp = estimate.key;
                best = r;
                estimate.key = {tonic, mode};
            } else if (r > second + rounding) {
                second = r;
                estimate.runnerUp = {tonic, mode};
            }
        }
    }
    estimate.correlation = best;
    estimate.confidence = best - second;
    return estimate;
}

std::optional<KeyEstimate> estimateKey(std::span<const Note> notes)
{
    Profile weights{};
    for (const Note& note : notes)
        if (note.channel != kDrumChannel)
            weights[static_cast<std::size_t>(note.pitch.pitchClass())] +=
                static_cast<double>(std::max<std::int64_t>(1, note.length.value));
    return estimateKey(weights);
}

} // namespace continuo
