// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/generate/lane_kernels.h"
#include "core/generate/model.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// Pitches that a model of notes tells apart.
inline constexpr std::size_t kNotePitches = 128;

/// What a model remembers of the notes it has read, for a batch of alternatives side by side. A
/// plain value that only its model understands.
struct NoteState
{
    std::size_t batch = 0;
    ModelState network{};
    std::vector<std::vector<float>> recent{}; ///< For models with a window: the last notes of each
                                              ///< member, oldest first.
};

/// A network that reads notes and says what the next one may be. A note is noteWidth() numbers: a
/// share for each pitch (1 for the one that was played), then the time since the note before
/// began, its length and, where velocity is kept, its velocity, all as in training. An answer has
/// the same places: a logit for each pitch, then the values themselves.
///
/// Immutable; safe from any thread, each with its own states. The same notes give the same numbers,
/// bit for bit, whatever the batch, the number of notes in one call and the processor.
class NoteModel
{
public:
    virtual ~NoteModel() = default;

    /// kNotePitches and the number of values behind them.
    virtual std::size_t noteWidth() const = 0;

    /// How many notes it looks back at most; 0 where it carries a state and reads everything.
    virtual std::size_t window() const = 0;

    /// The state before anything is read.
    virtual NoteState start(std::size_t batch) const = 0;

    /// Reads at least one note for every member: notes [time, batch, noteWidth()]. `answers`, float
    /// [batch, noteWidth()], are of what follows the last. False where `cancel` was set on the way;
    /// the state is then of no use any more.
    virtual bool read(NoteState& state, std::span<const float> notes, std::span<float> answers,
                      const CancelToken& cancel) const = 0;

    /// The state of some members, in the order named; a member may be named several times.
    virtual NoteState selected(const NoteState& state,
                               std::span<const std::size_t> members) const = 0;
};

/// An RNN, GRU or LSTM with the head "note" or "note-relu" on our own kernels. `values` are the
/// numbers of a note beside its pitch. Errors as loadModel().
Result<std::shared_ptr<const NoteModel>> makeNoteModel(const NetworkShape& shape,
                                                       std::size_t values,
                                                       const std::map<std::string, Tensor>& tensors,
                                                       const std::string& nameForErrors,
                                                       const LaneKernels& kernels);

} // namespace continuo
