// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/run_story.h"

#include <QByteArray>
#include <QDateTime>
#include <QMetaType>
#include <QString>

#include <memory>
#include <vector>

namespace continuo::ui {

enum class RunState
{
    Training,
    Paused,
    Elsewhere, ///< Another machine trains it.
    Done,
    Stopped,
    Failed,
    Dead ///< It ended without a word: killed, or the machine stopped.
};

/// "training", "paused", …
QString runStateInWords(RunState state);
/// Somebody trains it now.
bool isGoingOn(RunState state);

/// A run folder as it lies on the disk.
struct RunFacts
{
    QString path{};
    QString name{};    ///< The one the user gave, else the folder's.
    QString notes{};   ///< The user's.
    QString dataset{}; ///< The file it was started with, where the studio started it.
    QDateTime begun{};
    RunState state = RunState::Done;
    Json config{};           ///< The job: config.json.
    QString encodingPrint{}; ///< Equal for runs that write music down alike, vocabulary included.
    QString datasetPrint{};  ///< Equal for runs with the same pieces in the same parts.
    QString datasetName{};   ///< "tunes"
    QString losses{};        ///< What the encoding could not keep.
    RunStory story{};
    qint64 logRead = 0; ///< Bytes of the log that the story knows, and the last line of them.
    QByteArray logTail{};

    friend bool operator==(const RunFacts&, const RunFacts&) = default;
};
using RunFactsPointer = std::shared_ptr<const RunFacts>;

/// "LSTM 256 ×2"
QString networkInWords(const Json& job);
/// "grid, sixteenths"
QString encodingInWords(const Json& job);
/// The vocabulary of a job of events as a configuration of MidiTok (JSON); empty for other jobs.
std::string midiTokOf(const Json& job);
/// "1.2 M weights"
QString weightsInWords(std::int64_t parameters);

/// "12 % alike": how far a generator plays the same melody for every noise.
QString collapseInWords(double collapse);

/// Why `other` cannot be drawn on the axes of `run`, in a few words; empty where it can.
QString whyNotComparable(const RunFacts& run, const RunFacts& other);

/// Reads a run folder; null where it is none. Blocks. `before` (may be null) spares reading what it
/// has read already.
RunFactsPointer readRun(const QString& path, const RunFactsPointer& before);

/// What the studio keeps beside a run, in studio.json: name, notes and dataset. Errors: those of
/// writeFile().
Status writeRunNames(const RunFacts& run);

} // namespace continuo::ui

Q_DECLARE_METATYPE(continuo::ui::RunFactsPointer)
