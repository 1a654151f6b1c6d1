// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_facts.h"

#include "core/base/file.h"
#include "core/encode/event.h"
#include "core/protocol/run_lock.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"
#include "ui/base/words.h"
#include "ui/train/json_members.h"
#include "ui/train/preset_catalogue.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>

#include <cmath>

namespace continuo::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("continuo::ui::RunFacts", text);
}

constexpr qint64 kLargestSettings = 1 << 20;

Json readObject(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestSettings)
        return Json::object();
    Result<Json> json = parseJson(file.readAll().toStdString());
    return json && json->is_object() ? std::move(json).value() : Json::object();
}

/// Tells what has come to the log since it was read; a last line that is torn waits for its end. A
/// log that was cut back, as resuming does, is read anew.
void readLog(const QString& path, RunFacts& facts)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const qint64 tail = facts.logTail.size();
    if (facts.logRead > 0 &&
        (!file.seek(facts.logRead - tail) || file.read(tail) != facts.logTail)) {
        facts.story = {};
        facts.logRead = 0;
        file.seek(0);
    }
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        if (!line.endsWith('\n'))
            return;
        facts.logRead += line.size();
        facts.logTail = line;
        if (const Result<Json> event = parseJson(
                std::string_view(line.constData(), static_cast<std::size_t>(line.size() - 1))))
            facts.story.tell(*event);
    }
}

RunState stateOf(const RunStory& story, RunLockState lock)
{
    if (lock == RunLockState::Elsewhere)
        return RunState::Elsewhere;
    if (lock == RunLockState::Held)
        return story.isPaused ? RunState::Paused : RunState::Training;
    switch (story.ending) {
    case RunStory::Ending::Done:
    case RunStory::Ending::EarlyStop:
        return RunState::Done;
    case RunStory::Ending::Stopped:
        return RunState::Stopped;
    case RunStory::Ending::Failed:
        return RunState::Failed;
    case RunStory::Ending::None:
        break;
    }
    return RunState::Dead;
}

void readPack(const QString& path, RunFacts& facts)
{
    const Result<TensorFile> header = readTensorFileHeader(QFile::encodeName(path).toStdString());
    if (!header)
        return;
    const auto member = [&header](const char* key) {
        const auto found = header->metadata.find(key);
        return found == header->metadata.end() ? QString() : QString::fromStdString(found->second);
    };
    facts.encodingPrint = member("continuo.encoding") + member("continuo.encoding.version") +
                          member("continuo.encoding.options") + member("continuo.vocabulary");
    facts.datasetPrint = member("continuo.pack.fingerprint");
    facts.datasetName = QFileInfo(member("continuo.pack.source")).completeBaseName();
    facts.losses = member("continuo.pack.losses");
}

} // namespace

QString runStateInWords(RunState state)
{
    switch (state) {
    case RunState::Training:
        return tr("training");
    case RunState::Paused:
        return tr("paused");
    case RunState::Elsewhere:
        return tr("on another computer");
    case RunState::Done:
        return tr("done");
    case RunState::Stopped:
        return tr("stopped");
    case RunState::Failed:
        return tr("failed");
    case RunState::Dead:
        break;
    }
    return tr("broken off");
}

bool isGoingOn(RunState state)
{
    return state == RunState::Training || state == RunState::Paused;
}

QString networkInWords(const Json& job)
{
    const Json& network = memberAt(job, "network");
    const QString kind = textAt(network, "kind");
    const QString name = kind.isEmpty() ? kind : choiceLabel(QStringLiteral("network.kind"), kind);
    if (kind == QLatin1String("ngram"))
        return QStringLiteral("%1 %2").arg(name).arg(
            wholeAt(network, "order", NetworkShape().order));
    const std::int64_t layers = wholeAt(network, "layers", 1);
    QString words = name + QLatin1Char(' ') + QString::number(wholeAt(network, "hidden"));
    if (layers > 1)
        words += QStringLiteral(" ×%1").arg(layers);
    return words.trimmed();
}

QString encodingInWords(const Json& job)
{
    const Json& encoding = memberAt(job, "encoding");
    if (truthAt(encoding, "equalDurations"))
        return tr("notes without rhythm");
    const QString grid = textAt(encoding, "grid");
    const std::pair<const char*, QString> names[] = {
        {"1/4", tr("quarters")},           {"1/8", tr("eighths")},
        {"1/16", tr("sixteenths")},        {"1/32", tr("thirty-seconds")},
        {"1/6", tr("triplet quarters")},   {"1/12", tr("triplet eighths")},
        {"1/24", tr("triplet sixteenths")}};
    for (const auto& [name, words] : names) {
        if (grid == QLatin1String(name))
            return (textAt(encoding, "name") == QLatin1String("frame") ? tr("keys, %1")
                                                                       : tr("grid, %1"))
                .arg(words);
    }
    if (textAt(encoding, "name") == QLatin1String("abc"))
        return tr("characters of ABC");
    if (textAt(encoding, "name") == QLatin1String("chord"))
        return tr("notes and chords");
    if (textAt(encoding, "name") == QLatin1String("event"))
        return textAt(encoding, "tracks") == QLatin1String("melody") ? tr("events of the melody")
                                                                     : tr("events of all tracks");
    if (textAt(encoding, "name") == QLatin1String("note"))
        return tr("notes as numbers");
    if (textAt(encoding, "name") == QLatin1String("voices"))
        return tr("four voices");
    return textAt(encoding, "name");
}

std::string midiTokOf(const Json& job)
{
    const Json& encoding = memberAt(job, "encoding");
    if (textAt(encoding, "name") != QLatin1String("event"))
        return {};
    Json chosen = encoding;
    chosen.erase("name");
    const Result<EventOptions> options = eventOptionsFromJson(chosen.dump());
    return options ? EventEncoding(*options).midiTokJson() + "\n" : std::string();
}

QString weightsInWords(std::int64_t parameters)
{
    if (parameters >= 100'000)
        return tr("%1 M weights")
            .arg(QLocale().toString(static_cast<double>(parameters) / 1e6, 'f', 1));
    return tr("%1 weights").arg(countInWords(parameters));
}

QString collapseInWords(double collapse)
{
    return tr("%1 % alike").arg(static_cast<int>(std::lround(collapse * 100)));
}

QString whyNotComparable(const RunFacts& run, const RunFacts& other)
{
    if (run.encodingPrint != other.encodingPrint)
        return tr("other encoding");
    if (run.datasetPrint != other.datasetPrint)
        return tr("other held-out pieces");
    const auto hasNoHeldOutLoss = [](const RunStory& story) {
        return story.isAdversarial || story.holdsNothingOut();
    };
    if (hasNoHeldOutLoss(run.story) || hasNoHeldOutLoss(other.story))
        return tr("no held-out loss");
    return {};
}

RunFactsPointer readRun(const QString& path, const RunFactsPointer& before)
{
    const QDir folder(path);
    if (!folder.exists(QStringLiteral("config.json")))
        return nullptr;
    const QDateTime begun =
        QFileInfo(folder.filePath(QStringLiteral("config.json"))).lastModified();
    const bool isKnown = before && before->begun == begun && !before->encodingPrint.isEmpty();
    auto facts = isKnown ? std::make_shared<RunFacts>(*before) : std::make_shared<RunFacts>();
    facts->path = path;
    if (!isKnown) {
        facts->begun = begun;
        facts->config = readObject(folder.filePath(QStringLiteral("config.json")));
        readPack(folder.filePath(QStringLiteral("pieces.safetensors")), *facts);
    }
    const Json names = readObject(folder.filePath(QStringLiteral("studio.json")));
    facts->name = textAt(names, "name");
    if (facts->name.isEmpty())
        facts->name = folder.dirName();
    facts->notes = textAt(names, "notes");
    facts->dataset = textAt(names, "dataset");
    readLog(folder.filePath(QStringLiteral("log.jsonl")), *facts);
    facts->state = stateOf(facts->story, readRunLock(QFile::encodeName(path).toStdString()).state);
    if (before && *before == *facts)
        return before;
    return facts;
}

Status writeRunNames(const RunFacts& run)
{
    const Json names{{"name", run.name.toStdString()},
                     {"notes", run.notes.toStdString()},
                     {"dataset", run.dataset.toStdString()}};
    return writeFile(QFile::encodeName(run.path + QStringLiteral("/studio.json")).toStdString(),
                     names.dump(2) + "\n", Overwrite::Replace);
}

} // namespace continuo::ui
