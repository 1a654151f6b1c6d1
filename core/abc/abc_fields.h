// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_time.h"
#include "core/music/key.h"
#include "core/music/meter.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace continuo {

enum class AbcMode
{
    Major,
    Minor,
    Mixolydian,
    Dorian,
    Phrygian,
    Lydian,
    Locrian
};

/// What a K: field says about pitch.
struct AbcKey
{
    int tonic = -1; ///< Pitch class, 0 = C; −1 where the field names none (none, HP).
    AbcMode mode = AbcMode::Major;
    int sharps = 0; ///< Of the signature that tonic and mode have; negative: flats.
    std::array<std::int8_t, 7>
        accidentals{};       ///< Semitones for C D E F G A B, explicit accidentals included.
    bool isExplicit = false; ///< "exp": the signature is the explicit accidentals alone.
    std::string text{};      ///< The key as written: "Ddor", "Gm", "D exp _b".

    /// The major or minor key with this tonic whose third is the mode's; nothing where there is no
    /// tonic.
    std::optional<Key> plainKey() const;
    /// True for none and for the usual signature of a major or minor key: a MIDI key signature says
    /// it all.
    bool isPlain() const;
    friend bool operator==(const AbcKey&, const AbcKey&) = default;
};

/// A K: or V: field: the key may be missing where only a clef is given.
struct AbcKeyField
{
    std::optional<AbcKey> key{};
    std::optional<int> transposition{}; ///< Semitones, from clefs such as treble-8 and from octave=
                                        ///< and transpose=.
};

/// Reads a K: field (ABC 2.1, 3.1.14): tonic and mode, explicit accidentals, "exp", HP and Hp
/// (which sound with F sharp and C sharp), none, clefs. Nothing if it is none of these.
std::optional<AbcKeyField> parseAbcKey(std::string_view text);

/// The clef and transposition part alone, as V: fields carry it.
std::optional<int> parseAbcTransposition(std::string_view text);

/// Whether a K: or V: field names a clef for percussion (perc, P); nothing where it names no clef.
std::optional<bool> parseAbcPercussion(std::string_view text);

/// The value of `name` ("nm=", "name=") in a V: field, without its quotation marks; empty if it is
/// not there.
std::string abcSetting(std::string_view text, std::string_view name);

/// What an M: field says.
struct AbcMeter
{
    bool isFree = false; ///< M:none: bars are not counted.
    Meter meter{};

    /// Length of a bar; 0 where the meter is free.
    AbcTime barLength() const;
    /// 6/8, 9/8, 12/8 and the like: beats divide into three.
    bool isCompound() const;
    friend bool operator==(const AbcMeter&, const AbcMeter&) = default;
};

/// Reads an M: field: C, C|, none, 6/8, 2+3/8, (2+2+3)/8. Nothing where the numerator is not 1..255
/// or the denominator not a power of two up to 64.
std::optional<AbcMeter> parseAbcMeter(std::string_view text);

/// Reads an L: field (1/8) as the unit note length. Nothing where it is not within 1/512..4.
std::optional<AbcTime> parseAbcUnitLength(std::string_view text);

/// The unit note length of a tune without L: a sixteenth in meters below 3/4, else an eighth.
AbcTime defaultAbcUnitLength(const AbcMeter& meter);

/// What a Q: field says.
struct AbcTempo
{
    double quartersPerMinute = 0; ///< 0 where the field holds only words.
    std::string words{};          ///< "Allegro".
    friend bool operator==(const AbcTempo&, const AbcTempo&) = default;
};

/// Reads a Q: field: 1/4=120, 3/8=80, 1/4 3/8=40, "Allegro" 1/4=120, "Andante", and the older 120
/// (quarters a minute) and C=100, C3=40 (unit lengths). Nothing where it is none of these or not
/// within 4..10000 quarters a minute.
std::optional<AbcTempo> parseAbcTempo(std::string_view text, AbcTime unitLength);

/// The tempo of a tune without Q: in quarters a minute: 120, and in compound meters 180, which is
/// 120 dotted quarters.
double defaultAbcTempo(const AbcMeter& meter);

} // namespace continuo
