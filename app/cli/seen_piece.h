// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/train_job.h"
#include "core/music/score.h"

#include <nlohmann/json.hpp>

#include <string>

namespace continuo::cli {

/// The job of a preset that comes with the program, of the variant if one is named ("folk-grid", "note-130:published").
/// Errors: those of loadPreset() and jobOf().
Result<TrainJob> presetJob(const std::string& presetAndVariant);

/// A piece as a network reads it.
struct SeenPiece
{
    /// {preset, encoding, steps, notes, key, semitones, text, losses[{id, count, text}]}: `notes` before encoding, `key`
    /// where the encoding brings pieces to a common one, else null.
    nlohmann::ordered_json json{};
    std::string words{}; ///< One line.
};

/// By the encoding of the job; a vocabulary that encodings take from the pieces is that of this piece alone.
/// Errors: those of fitEncoding() and Encoding::encode().
Result<SeenPiece> seenPiece(const Score& score, const TrainJob& job);

} // namespace continuo::cli
