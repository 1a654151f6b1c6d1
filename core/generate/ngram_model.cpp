// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/ngram_model.h"

#include "core/generate/exact_math.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace continuo {

Result<std::shared_ptr<const NgramModel>>
NgramModel::make(const NetworkShape& shape, Token vocabularySize,
                 const std::map<std::string, Tensor>& tensors, const std::string& nameForErrors,
                 const LaneKernels&)
{
    if (shape.kind != "ngram" || shape.order < 1 || shape.order > 8 || vocabularySize < 1) {
        return Error{ErrorKind::Refused,
                     "model.unknown-network",
                     fmt::format("{}: this program cannot run the network it describes ({}).",
                                 nameForErrors, describe(shape)),
                     {{"file", nameForErrors}, {"kind", shape.kind}}};
    }
    Result<NgramTable> table =
        NgramTable::fromTensors(shape.order, vocabularySize, tensors, nameForErrors);
    if (!table)
        return table.error();
    return std::shared_ptr<const NgramModel>(new NgramModel(std::move(*table)));
}

std::size_t NgramModel::window() const
{
    return static_cast<std::size_t>(std::max(1, m_table.order() - 1));
}

ModelState NgramModel::start(std::size_t batch) const
{
    ModelState state;
    state.batch = batch;
    state.recent.resize(batch);
    return state;
}

ModelState NgramModel::selected(const ModelState& state, std::span<const std::size_t> members) const
{
    ModelState result = start(members.size());
    for (std::size_t i = 0; i < members.size(); ++i)
        result.recent[i] = state.recent[members[i]];
    return result;
}

bool NgramModel::read(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
                      const CancelToken& cancel) const
{
    assert(state.batch > 0 && !tokens.empty() && tokens.size() % state.batch == 0);
    const auto vocabulary = static_cast<std::size_t>(m_table.vocabulary());
    assert(logits.size() == state.batch * vocabulary);
    for (std::size_t i = 0; i < tokens.size(); ++i)
        state.recent[i % state.batch].push_back(tokens[i]);
    std::vector<double> probabilities(vocabulary);
    for (std::size_t member = 0; member < state.batch; ++member) {
        if (cancel.isCancelled())
            return false;
        std::vector<Token>& recent = state.recent[member];
        recent.erase(recent.begin(),
                     recent.end() - static_cast<std::ptrdiff_t>(std::min(recent.size(), window())));
        m_table.probabilities(recent, probabilities);
        for (std::size_t symbol = 0; symbol < vocabulary; ++symbol)
            logits[member * vocabulary + symbol] =
                static_cast<float>(exactLog(probabilities[symbol]));
    }
    return true;
}

} // namespace continuo
