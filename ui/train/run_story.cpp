// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_story.h"

#include "ui/base/words.h"
#include "ui/train/json_members.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("continuo::ui::RunStory", text);
}

RunStory::Ending endingOf(const QString& reason)
{
    return reason == QLatin1String("early-stop") ? RunStory::Ending::EarlyStop
           : reason == QLatin1String("stopped")  ? RunStory::Ending::Stopped
                                                 : RunStory::Ending::Done;
}

} // namespace

void RunStory::tell(const Json& event)
{
    if (!event.is_object())
        return;
    const QString what = textAt(event, "event");
    seq = static_cast<std::uint64_t>(wholeAt(event, "seq", static_cast<std::int64_t>(seq)));
    const std::int64_t now = wholeAt(event, "step", step);
    if (what == QLatin1String("resumed")) {
        isPaused = false;
        ending = Ending::None;
        failure.clear();
        failureId.clear();
        if (truthAt(event, "fromCheckpoint"))
            cutBackTo(now);
    }
    step = now;
    epoch = numberAt(event, "epoch", epoch);
    seconds = numberAt(event, "seconds", seconds);

    if (what == QLatin1String("started")) {
        hasBegun = true;
        device = textAt(event, "device");
        precision = textAt(event, "precision");
        threads = wholeAt(event, "threads");
        workers = std::max<std::int64_t>(1, wholeAt(event, "workers"));
        parameters = wholeAt(event, "parameters");
        epochs = wholeAt(event, "epochs");
        patience = wholeAt(event, "patience");
        stepsPerEpoch = wholeAt(event, "stepsPerEpoch");
        trainPieces = wholeAt(event, "trainPieces");
        heldOutPieces = wholeAt(event, "validationPieces");
        const Json& references = memberAt(event, "references");
        uniform = numberAt(references, "uniform");
        unigram = numberAt(references, "unigram");
        bigram = numberAt(references, "bigram");
    } else if (what == QLatin1String("step")) {
        learningRate = numberAt(event, "learningRate");
        symbolsPerSecond = numberAt(event, "tokensPerSecond");
        training.push_back({now, numberAt(event, "loss", std::nan("")),
                            numberAt(event, "accuracy", std::nan("")), learningRate,
                            numberAt(event, "gradientNorm", std::nan("")), 0, 0});
        if (const Json& more = memberAt(event, "more"); more.contains("discriminatorLoss")) {
            isAdversarial = true;
            training.back().discriminatorLoss = numberAt(more, "discriminatorLoss");
            training.back().generatorLoss = numberAt(more, "generatorLoss");
        }
    } else if (what == QLatin1String("evaluated")) {
        learningRate = numberAt(event, "learningRate");
        symbolsPerSecond = numberAt(event, "tokensPerSecond", symbolsPerSecond);
        if (const Json& score = memberAt(event, "validation"); score.is_object()) {
            heldOut.push_back({now, numberAt(score, "loss", std::nan("")),
                               numberAt(score, "accuracy", std::nan("")),
                               numberAt(score, "bitsPerNote")});
            if (const double steps = numberAt(score, "steps"); steps > 0)
                notesPerSymbol = numberAt(score, "notes") / steps;
        }
        if (const Json& more = memberAt(event, "more"); more.contains("collapse")) {
            isAdversarial = true;
            variety.push_back({now, numberAt(more, "collapse"), numberAt(more, "distinct4"),
                               numberAt(more, "corpusDistinct4"), numberAt(more, "pairDistance")});
        }
    } else if (what == QLatin1String("checkpoint")) {
        if (textAt(event, "kind") == QLatin1String("step")) {
            checkpointAt(now).file = textAt(event, "file");
        } else if (textAt(event, "kind") == QLatin1String("best")) {
            hasBest = true;
            bestFileStep = now;
        }
    } else if (what == QLatin1String("sample")) {
        QStringList files;
        for (const Json& file : memberAt(event, "files")) {
            if (file.is_string())
                files << QString::fromStdString(file.get<std::string>());
        }
        if (!files.isEmpty())
            checkpointAt(now).samples = files;
        else
            lastNotice = textAt(event, "problem");
    } else if (what == QLatin1String("paused")) {
        isPaused = true;
        marks.push_back({now, tr("paused")});
    } else if (what == QLatin1String("notice")) {
        lastNotice = textAt(event, "text");
        marks.push_back({now, lastNotice});
        static const QRegularExpression number(QStringLiteral("(\\d+)"));
        const auto match = number.match(lastNotice);
        if (textAt(event, "id") == QLatin1String("train.extended") && match.hasMatch())
            epochs = match.captured(1).toLongLong();
        else if (textAt(event, "id") == QLatin1String("train.patience-set"))
            patience = match.hasMatch() ? match.captured(1).toLongLong() : 0;
    } else if (what == QLatin1String("finished")) {
        ending = endingOf(textAt(event, "reason"));
        isPaused = false;
    } else if (what == QLatin1String("failed")) {
        ending = Ending::Failed;
        failure = textAt(event, "text");
        failureId = textAt(event, "id");
        isPaused = false;
    }
}

void RunStory::cutBackTo(std::int64_t to)
{
    const auto isAfter = [to](const auto& point) { return point.step > to; };
    std::erase_if(training, isAfter);
    std::erase_if(heldOut, isAfter);
    std::erase_if(variety, isAfter);
    std::erase_if(checkpoints, isAfter);
    std::erase_if(marks, isAfter);
}

KeptCheckpoint& RunStory::checkpointAt(std::int64_t at)
{
    const auto place = std::ranges::lower_bound(checkpoints, at, {}, &KeptCheckpoint::step);
    if (place != checkpoints.end() && place->step == at)
        return *place;
    return *checkpoints.insert(place, KeptCheckpoint{at, {}, {}});
}

const HeldOutPoint* RunStory::best() const
{
    const HeldOutPoint* lowest = nullptr;
    for (const HeldOutPoint& point : heldOut) {
        if (std::isfinite(point.loss) && (!lowest || point.loss < lowest->loss))
            lowest = &point;
    }
    return lowest;
}

std::optional<std::int64_t> RunStory::bestStep() const
{
    if (isAdversarial || holdsNothingOut())
        return hasBest ? std::optional(bestFileStep) : std::nullopt;
    const HeldOutPoint* lowest = best();
    return lowest ? std::optional(lowest->step) : std::nullopt;
}

std::int64_t RunStory::totalSteps() const
{
    // Crops make epochs vary by a few steps; what was read so far says it better than the first
    // epoch.
    const double perEpoch =
        epoch >= 1 ? static_cast<double>(step) / epoch : static_cast<double>(stepsPerEpoch);
    return std::max(
        step, static_cast<std::int64_t>(std::llround(perEpoch * static_cast<double>(epochs))));
}

std::optional<double> RunStory::secondsLeft() const
{
    if (ending != Ending::None || step < 1 || seconds <= 0)
        return std::nullopt;
    return seconds / static_cast<double>(step) * static_cast<double>(totalSteps() - step);
}

QString RunStory::throughputInWords() const
{
    if (symbolsPerSecond <= 0)
        return {};
    const bool knowsNotes = notesPerSymbol > 0;
    const double speed = knowsNotes ? symbolsPerSecond * notesPerSymbol : symbolsPerSecond;
    const double unit = speed >= 1000 ? 100 : 1;
    const auto rounded =
        static_cast<std::int64_t>(std::llround(speed / unit) * static_cast<long long>(unit));
    return (knowsNotes ? tr("%1 notes/s") : tr("%1 symbols/s")).arg(countInWords(rounded));
}

} // namespace continuo::ui
