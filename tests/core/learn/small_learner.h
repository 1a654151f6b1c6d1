// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/learner_p.h"
#include "core/learn/windows.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace continuo::tests {

using Tensors = std::map<std::string, continuo::Tensor>;

/// A learner of a few small melodies and the steps it is taken through, without the loop around it.
class SmallLearner
{
public:
    /// On the CPU. `learner` is null where the job was refused; then `error` says why.
    explicit SmallLearner(TrainJob job, const std::string& precision = "float32")
        : m_job(std::move(job))
    {
        std::vector<Symbol> symbols;
        for (int pitch = 60; pitch < 72; ++pitch)
            symbols.push_back({pitchName(Pitch{std::uint8_t(pitch)}), SymbolKind::Pitch,
                               Pitch{std::uint8_t(pitch)}});
        symbols.push_back({"hold", SymbolKind::Hold, {}});
        m_set.encoding = "grid";
        m_set.vocabulary = Vocabulary(std::move(symbols));
        m_set.limits = {m_set.vocabulary.size()};
        for (Token p = 0; p < 6; ++p) {
            TokenSequence piece;
            for (Token i = 0; i < 32; ++i)
                piece.push_back(i % 4 == 3 ? 12
                                           : static_cast<Token>((p * 5 + i * (1 + p % 4)) % 12));
            m_set.train.push_back(std::move(piece));
        }
        m_stream = windowStream(m_set, m_job.training);
        m_windows = windowsOfEpoch(m_stream, m_set.vocabulary, m_job, 0);
        Result<std::unique_ptr<Learner>> made =
            Learner::make(m_job, m_set.vocabulary, "cpu", precision);
        if (!made) {
            error = made.error();
            return;
        }
        learner = std::move(*made);
        if (const Status status = learner->setStream(m_stream); !status)
            error = status.error();
    }

    static TrainJob job(const std::string& kind)
    {
        TrainJob job;
        job.network.kind = kind;
        job.network.hidden = 16;
        job.network.embedding = kind == "transformer" || kind == "gan" ? 0 : 8;
        job.network.noise = 8;
        job.training.batch = 8;
        job.training.sequence = 8;
        job.training.wrapAround = kind == "gan";
        job.training.learningRate = 0.01;
        return job;
    }

    /// Step number `number`, from 1, over all windows there are; how large its gradient was.
    double step(std::int64_t number)
    {
        const Result<std::optional<StepFigures>> figures =
            learner->learn(m_windows, 1, number, 0.01, 1, [] { return false; });
        if (figures && *figures)
            return (*figures)->gradientNorm;
        error = figures ? Error{} : figures.error();
        return -1;
    }

    double loss()
    {
        const Result<std::optional<PartScore>> score =
            learner->score(m_stream, [] { return false; });
        return score && *score ? (*score)->loss : -1;
    }

    Tensors tensors(bool withOptimizer) const { return *learner->tensors(withOptimizer); }

    std::unique_ptr<Learner> learner{};
    Error error{};

private:
    TrainJob m_job;
    TrainingSet m_set{};
    TokenStream m_stream{};
    std::vector<Window> m_windows{};
};

} // namespace continuo::tests
