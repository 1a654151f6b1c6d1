// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/encode/encoding.h"
#include "core/generate/lane_buffer.h"
#include "core/generate/lane_kernels.h"
#include "core/generate/masked_model.h"
#include "core/generate/noise_model.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// What a model remembers of the symbols it has read, for a batch of alternatives that go on side by side. A plain
/// value that only its model understands.
struct ModelState
{
    std::size_t batch = 0;
    LaneBuffer numbers{};                     ///< As the model lays them out.
    std::vector<std::vector<Token>> recent{}; ///< For models that look back so far: the last
                                              ///< symbols of each member, oldest first.
    LaneBuffer scratch{}; ///< Room to work in; no part of what is remembered.
};

/// A network that says what may come next. Immutable; safe from any thread, each with its own states. The same symbols
/// give the same numbers, bit for bit, whatever the batch, the number of symbols in one call and the processor.
class NextTokenModel
{
public:
    virtual ~NextTokenModel() = default;

    virtual Token vocabularySize() const = 0;

    /// How many symbols it looks back at most; 0 where it carries a state and reads everything.
    virtual std::size_t window() const = 0;

    /// The state before anything is read.
    virtual ModelState start(std::size_t batch) const = 0;

    /// Reads at least one symbol for every member: tokens [time, batch]. `logits`, float [batch, vocabulary], are of
    /// what follows the last. False where `cancel` was set on the way; the state is then of no use any more.
    virtual bool read(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
                      const CancelToken& cancel) const = 0;

    /// The state of some members, in the order named; a member may be named several times.
    virtual ModelState selected(const ModelState& state, std::span<const std::size_t> members) const = 0;
};

class FrameModel;
class NoteModel;

/// A model file, ready to generate: one of the networks is there, by what its steps are.
struct GeneratingModel
{
    ModelCard card{};
    std::shared_ptr<const Encoding> encoding{};
    // What it does; exactly one of them is there.
    std::shared_ptr<const NextTokenModel> network{};
    std::shared_ptr<const NoiseModel> noise{};
    std::shared_ptr<const FrameModel> frames{};
    std::shared_ptr<const NoteModel> notes{};
    std::shared_ptr<const MaskedModel> masked{};
};

/// Refuses a model that does not say what comes next after a piece; `what` is what was asked of it:
/// "foretell notes". Error (kind Usage): model.no-next-symbol.
Status needNextSymbols(const GeneratingModel& model, const std::string& what);

/// How many steps of its encoding the model looks back at most; 0 where it reads everything.
std::size_t windowOf(const GeneratingModel& model);

/// Reads a model file. Errors (kind Refused) are those of readTensorFile() and modelCardFromMetadata(), and
/// model.other-encoding, model.unknown-network, model.missing-tensor, model.wrong-shape, model.wrong-dtype,
/// model.not-finite: each names the file and the tensor. `kernels` only matter to speed.
Result<GeneratingModel> loadModel(const std::filesystem::path& path, const LaneKernels& kernels = fastestKernels());

/// As loadModel(), from a file in memory; `name` is for messages.
Result<GeneratingModel> modelFromTensors(const TensorFile& file, const std::string& name,
                                         const LaneKernels& kernels = fastestKernels());

} // namespace continuo
