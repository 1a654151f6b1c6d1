// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/file.h"
#include "core/music/score.h"
#include "core/play/playback_plan.h"
#include "core/play/synthesizer.h"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace continuo {

struct RenderOptions
{
    std::filesystem::path soundfont{};
    SynthesizerOptions synthesizer{};
    PlanOptions plan{}; ///< Its sample rate is taken from `synthesizer`.
    Overwrite overwrite = Overwrite::Refuse;
};

struct RenderReport
{
    double seconds = 0; ///< Of sound, the last tail included.
    double peakDb = 0;  ///< Highest sample, dB below full scale (≤ 0).
    double rmsDb = 0;   ///< Root mean square over all of it and both channels, dB full scale.
    double realTimeFactor =
        0; ///< Seconds of sound per second of work, loading the soundfont left out.
    double loweredByDb = 0; ///< How much quieter than asked it was made so that nothing clips.
};

/// Renders a score to a WAV or FLAC file (16 bit stereo, by the ending of `path`) through the same
/// Transport that plays it live. Ends when the last sound has died away, at most 10 s after the
/// last note. Where the sound would clip it is made once more, quieter. Blocks; the file is whole
/// or absent. Errors: sound.other-format (Usage), sound.nothing-to-play (Refused), those of
/// Synthesizer::open() and file.h. `progress` gets 0..1 on the calling thread.
Result<RenderReport> renderAudio(const Score& score, const std::filesystem::path& path,
                                 const RenderOptions& options, const CancelToken& cancel,
                                 const std::function<void(double)>& progress = {});

} // namespace continuo
