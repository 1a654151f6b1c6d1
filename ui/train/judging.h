// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/engine/engine_process.h"
#include "ui/train/judgement.h"

#include <QObject>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace continuo::ui {

/// Why something could not be judged on `set`, and what to do.
QString failureInWords(const Error& error, const QString& set);

/// Has an engine of its own judge melodies and models, so that neither a continuation nor an import
/// waits for it. What was judged once is kept as long as the files stay as they are; the engine
/// keeps the set. Each question stands in the list of long work while it lasts. GUI thread only;
/// nothing here blocks.
class Judging final : public QObject
{
    Q_OBJECT

public:
    using JobId = EngineProcess::JobId;
    /// How far it is: "Reading the set, 40 of 61 pieces", and its share where it is known.
    using News = std::function<void(const QString& words, std::optional<double> share)>;

    Judging(const StudioContext& context, QObject* parent = nullptr);
    ~Judging() override;

    using Cards = std::vector<MelodyCard>; ///< One for each melody.

    /// The cards of melodies that were judged already, if neither they nor the set have changed.
    std::optional<Cards> known(const QString& set, const QStringList& melodies) const;

    /// Holds melody files, each with notes in one piece, against the training part of a set.
    /// `answer` is called once, later, unless `context` is gone by then.
    JobId judgeMelodies(const QString& set, const QStringList& melodies, QObject* context,
                        std::function<void(const Result<Cards>&)> answer, News news);

    /// Judges models on a part ("validation", "test") of a set: one by itself, several on the notes
    /// that all of them foretell. The answer is that of "judgeModels" (docs/protocol.md).
    JobId judgeModels(const QString& set, const QString& part, const QStringList& models,
                      QObject* context, EngineProcess::Answer answer, News news);

    /// The question answers with base.cancelled when the engine has stopped.
    void cancel(JobId job) { m_engine.cancel(job); }

private:
    JobId ask(const QString& method, const Json& params, const QString& title, QObject* context,
              EngineProcess::Answer answer, News news);

    const StudioContext m_context;
    EngineProcess m_engine;
    std::set<int> m_tasks{};            ///< In the list of long work.
    std::map<QString, Cards> m_cards{}; ///< By the files and their state.
};

} // namespace continuo::ui
