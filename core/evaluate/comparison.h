// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/split.h"
#include "core/evaluate/likelihood.h"
#include "core/generate/model.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// What one model says of the notes of a part.
struct ComparedModel
{
    std::size_t pieces = 0;     ///< That its encoding can write.
    std::size_t notes = 0;      ///< That it foretells, shared or not.
    double ownBitsPerNote = 0;  ///< Over all of these.
    double bitsPerNote = 0;     ///< Over the shared notes.
    double difference = 0;      ///< Of that to the first model's; below 0: fewer bits, better.
    double differenceError = 0; ///< Its standard error, from piece to piece.
    bool isSetOfTraining = false;

    friend bool operator==(const ComparedModel&, const ComparedModel&) = default;
};

/// Several models on the same notes of the same pieces.
struct ModelComparison
{
    std::size_t pieces = 0; ///< With shared notes.
    std::size_t notes = 0;  ///< The shared ones.
    std::vector<ComparedModel> models{};
    std::string fingerprint{}; ///< Of the set.

    friend bool operator==(const ModelComparison&, const ModelComparison&) = default;
};

/// Judges models of any encodings by one question: given everything before, and that a note begins
/// here, how likely is its pitch? −log₂ of the right pitch's share of all pitches, in bits, over
/// the notes of the part that every model foretells: those that all encodings keep, but for a first
/// one that a model without a symbol for the beginning only reads. Which notes these are is told by
/// the notes of the score themselves.
///
/// Errors: those of Dataset; evaluate.no-pitches (a model whose single symbols say no pitch),
/// evaluate.other-role (a model that foretells no symbols one after another),
/// evaluate.nothing-shared, all kind Refused; base.cancelled.
Result<ModelComparison> compareModels(std::span<const GeneratingModel> models,
                                      const std::filesystem::path& dataset, Part part,
                                      unsigned threads, const CancelToken& cancel,
                                      const StepProgress& progress = {});

} // namespace continuo
