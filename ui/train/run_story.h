// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace continuo::ui {

/// A point of the training curve: means since the one before.
struct TrainingPoint
{
    std::int64_t step = 0;
    double loss = 0; ///< Nats per step, and likewise every loss.
    double accuracy = 0;
    double learningRate = 0;
    double gradientNorm = 0;
    double discriminatorLoss = 0; ///< Nats a melody, of a pair that learns against each other; the
    double generatorLoss = 0;     ///< generator's likewise. 0 for others.
    friend bool operator==(const TrainingPoint&, const TrainingPoint&) = default;
};

/// The network was judged on what it does not learn from.
struct HeldOutPoint
{
    std::int64_t step = 0;
    double loss = 0;
    double accuracy = 0;
    double bitsPerNote = 0;
    friend bool operator==(const HeldOutPoint&, const HeldOutPoint&) = default;
};

/// What a generator played for many noises when it was judged (docs/training.md).
struct VarietyPoint
{
    std::int64_t step = 0;
    double collapse = 0; ///< 1: the same melody for every noise.
    double distinct = 0; ///< Share of passages of four notes that are different, and the corpus'.
    double corpusDistinct = 0;
    double pairDistance = 0; ///< Of its pairs of symbols from the corpus', bits.
    friend bool operator==(const VarietyPoint&, const VarietyPoint&) = default;
};

/// A state that was kept: its weights, and what it played.
struct KeptCheckpoint
{
    std::int64_t step = 0;
    QString file{};        ///< Within the run; empty where only a sample was made.
    QStringList samples{}; ///< Within the run.
    friend bool operator==(const KeptCheckpoint&, const KeptCheckpoint&) = default;
};

/// Something to know about a step: a pause, a lowered learning rate.
struct StoryMark
{
    std::int64_t step = 0;
    QString words{};
    friend bool operator==(const StoryMark&, const StoryMark&) = default;
};

/// What a training has told so far: the sum of the lines of its log.jsonl (docs/protocol.md,
/// docs/training.md).
struct RunStory
{
    enum class Ending
    {
        None,
        Done,
        EarlyStop,
        Stopped,
        Failed
    };

    std::uint64_t seq = 0; ///< Of the last event.
    bool hasBegun = false;
    QString device{};
    QString precision{};
    std::int64_t threads = 0;
    std::int64_t workers = 1; ///< Processes that share each step.
    std::int64_t parameters = 0;
    std::int64_t epochs = 0;
    std::int64_t patience = 0; ///< Evaluations without gain that end it; 0: never.
    std::int64_t stepsPerEpoch = 0;
    std::int64_t trainPieces = 0;
    std::int64_t heldOutPieces = 0;
    double uniform = 0; ///< What simple predictors reach, in nats per step; 0 where not told.
    double unigram = 0;
    double bigram = 0;

    std::int64_t step = 0;
    double epoch = 0;
    double seconds = 0;
    double symbolsPerSecond = 0;
    double notesPerSymbol = 0; ///< 0 until the held-out pieces were read once.
    double learningRate = 0;
    bool isPaused = false;
    Ending ending = Ending::None;
    QString failure{};   ///< In words, where it failed.
    QString failureId{}; ///< "train.not-finite"
    QString lastNotice{};

    std::vector<TrainingPoint> training{};
    std::vector<HeldOutPoint> heldOut{};
    /// Two networks learn against each other: there are two losses and no held-out one.
    bool isAdversarial = false;
    std::vector<VarietyPoint> variety{}; ///< Of such a pair only.
    std::vector<KeptCheckpoint>
        checkpoints{}; ///< In order of step, those with samples or weights of their own.
    std::vector<StoryMark> marks{};
    bool hasBest = false; ///< There is a best.safetensors.
    std::int64_t bestFileStep = 0; ///< Its step.

    /// Adds one event. Events nobody knows are passed over. Going on from a checkpoint takes back
    /// what came after it.
    void tell(const Json& event);

    /// The evaluation with the lowest held-out loss, the first of equals; null where there is none.
    const HeldOutPoint* best() const;
    /// Nothing is held out: there is no held-out loss, and the best state is that of the lowest
    /// training loss.
    bool holdsNothingOut() const { return hasBegun && heldOutPieces == 0 && !isAdversarial; }
    /// The step of the best state: of the lowest held-out loss; where there is none, of
    /// best.safetensors.
    std::optional<std::int64_t> bestStep() const;
    std::int64_t totalSteps() const; ///< 0 where nobody knows.
    std::optional<double> secondsLeft() const;
    /// "27,400 notes/s", or symbols where the share of notes is not known yet; empty before the
    /// first point.
    QString throughputInWords() const;

    friend bool operator==(const RunStory&, const RunStory&) = default;

private:
    void cutBackTo(std::int64_t step);
    KeptCheckpoint& checkpointAt(std::int64_t step);
};

} // namespace continuo::ui
