// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace continuo {

enum class Mode
{
    Major,
    Minor
};

struct Key
{
    int tonic = 0; ///< Pitch class, 0 = C.
    Mode mode = Mode::Major;

    friend bool operator==(const Key&, const Key&) = default;
};

std::string keyName(Key key); ///< "G major", "Bb minor": spelt with the fewer accidentals.
/// Reads "G major", "g minor", "Bb", "F#m", "Am".
std::optional<Key> parseKey(std::string_view text);

/// Semitones, −6..5, that bring a major key to C major and a minor key to A minor.
int semitonesToCommonKey(Key key);

/// Pitch classes of the key's scale (natural minor), bit n for pitch class n.
unsigned scaleMask(Key key);

struct KeyEstimate
{
    Key key{};
    Key runnerUp{};
    double correlation = 0; ///< Pearson's r of the best key, −1..1.
    double confidence = 0;  ///< Its lead over the runner-up, in r; 0 where there is nothing to go by.

    friend bool operator==(const KeyEstimate&, const KeyEstimate&) = default;
};

/// The key by Krumhansl and Kessler (1982): correlation of the duration-weighted pitch-class profile with the 24 rotated
/// probe-tone profiles. Drums are left out; notes of length zero count as one tick. Ties go to the lower tonic, major
/// first. Nothing where there is no pitched note.
std::optional<KeyEstimate> estimateKey(std::span<const Note> notes);

/// The same from a profile: weight of each pitch class.
std::optional<KeyEstimate> estimateKey(const std::array<double, 12>& weights);

} // namespace continuo
