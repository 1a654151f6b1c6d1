// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// What a repair made of a score. Ids of notes that stay are kept; pitches, velocities and times
/// are always ones that a Score may have.
struct Repaired
{
    Score score{};
    std::size_t notes = 0;  ///< Changed or removed; 0 also where only other events changed.
    bool isChanged = false; ///< Something changed, a note or another event.
    std::string words{};    ///< "2 overlaps closed"; empty where nothing changed.
};

/// Which track to keep.
struct TrackChoice
{
    enum class By
    {
        Melody, ///< The one most likely to carry the melody, see chooseMelodyTrack().
        Name,   ///< The first whose name contains `name`, case aside.
        Number  ///< The `number`-th of the tracks that have notes, from 1.
    };
    By by = By::Melody;
    std::string name{};
    std::size_t number = 1;
};

/// Keeps one track; tempos, meters and key signatures of the others go into it. Unchanged where no
/// other track has notes, or none fits.
Repaired keepTrack(Score score, const TrackChoice& choice);

/// The highest line of the pitched notes, of the piece as a whole or of each track; drums stay.
Repaired keepSkyline(Score score, bool isPerTrack);

/// Removes the notes and messages of channel 10.
Repaired dropDrums(Score score);

struct QuantiseRepair
{
    /// One or two, as parts of a whole note: {16} sixteenths, {16, 24} whichever of sixteenths and
    /// triplet sixteenths is nearer.
    std::vector<int> grids{16};
    double strength = 1; ///< 0..1.
    bool movesEnds = true;
    /// Where a note would come to begin together with one that follows it, all that begin in its
    /// quarter of the track stay as they are: quintuplets, trills, runs.
    bool leavesFast = true;
};

/// SMPTE scores have no grid and stay.
Repaired quantiseScore(Score score, const QuantiseRepair& asked);

/// Cuts each note where the next of its track, channel and key begins; of two that begin together
/// the longer stays.
Repaired closeOverlaps(Score score);

Repaired dropZeroLengthNotes(Score score);

/// Ends the notes of these ids where the next note of their track and channel begins, or `longest`
/// quarter notes after their start, whichever is earlier. Notes are never made longer.
Repaired endStuckNotes(Score score, std::span<const NoteId> ids, double longest);

/// Of notes with the same start, channel and key in one track the longest stays; `acrossTracks`: in
/// all tracks, whatever the channel, but drums apart.
Repaired dropDuplicateNotes(Score score, bool acrossTracks);

/// Removes bars without any sound at the start and the end, and of silences inside what goes beyond
/// `longest` whole bars. SMPTE scores stay.
Repaired trimSilence(Score score, int longest);

/// To C major or A minor by the key that is heard, by the nearest way that keeps every note on the
/// keyboard; drums stay, key signatures follow.
Repaired transposeToCommonKey(Score score);

/// Moves pitched notes by octaves into [low, high], which span at least an octave.
Repaired foldRange(Score score, Pitch low, Pitch high);
/// Removes pitched notes outside [low, high].
Repaired dropOutsideRange(Score score, Pitch low, Pitch high);
/// Removes the pitched notes of these keys.
Repaired dropPitches(Score score, const std::bitset<128>& pitches);

/// Brings the mean velocity to `mean`, 1..127, and multiplies the distance from it by `spread`,
/// 0..1.
Repaired normaliseVelocity(Score score, double mean, double spread);

/// One tempo for the whole piece: `quartersPerMinute`, or where it is 0 the one that holds longest.
/// SMPTE scores stay.
Repaired oneTempo(Score score, double quartersPerMinute);

/// The pieces that a score falls into where the meter changes, or where the tempo changes by more
/// than `tempoChange` (a share of the one before; nothing: at changes of the meter). Each begins at
/// 0 with the tempo, meter, key, programs and controllers that hold there; a note that sounds over
/// the border is cut. Those of fewer than `fewestNotes` notes are left out. The score itself,
/// alone, where nothing changes.
std::vector<Score> splitScore(const Score& score, std::optional<double> tempoChange,
                              std::size_t fewestNotes);

/// How many notes the score has on each key, drums apart.
std::array<std::uint64_t, 128> pitchCounts(const Score& score);

} // namespace continuo
