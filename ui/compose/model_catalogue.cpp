// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/model_catalogue.h"

#include "core/encode/event.h"
#include "core/weights/safetensors.h"
#include "ui/base/words.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace continuo::ui {

namespace {

std::filesystem::path pathOf(const QString& file)
{
    return std::filesystem::path(file.toStdString());
}

ModelEntry readEntry(const QString& file)
{
    ModelEntry entry;
    entry.file = file;
    entry.name = QFileInfo(file).completeBaseName();
    const Result<TensorFile> header = readTensorFileHeader(pathOf(file));
    const Result<ModelCard> card =
        header ? modelCardFromMetadata(header->metadata) : Result<ModelCard>(header.error());
    if (!card) {
        entry.problem = inWords(card.error());
        return entry;
    }
    if (!card->name.empty())
        entry.name = QString::fromStdString(card->name);
    entry.description = QString::fromStdString(card->description);
    entry.samplerJson = QString::fromStdString(card->samplerJson);
    entry.network = card->network;
    if (card->encoding == EventEncoding::kName) {
        const auto options = eventOptionsFromJson(card->encodingOptionsJson);
        entry.readsEveryTrack = options && options->tracks == "all";
    }
    entry.modes = modesOf(card->network);
    return entry;
}

/// The number N of "step-N", for the order of a run's models: best, last, then the latest step
/// first.
qlonglong placeOf(const QString& baseName)
{
    if (baseName == QLatin1String("best"))
        return -2;
    if (baseName == QLatin1String("last"))
        return -1;
    return std::numeric_limits<qlonglong>::max() -
           baseName.section(QLatin1Char('-'), 1).toLongLong();
}

std::vector<ModelEntry> readRun(const QDir& run, const std::stop_token& stop)
{
    QFileInfoList files =
        run.entryInfoList({QStringLiteral("best.safetensors"), QStringLiteral("last.safetensors"),
                           QStringLiteral("step-*.safetensors")},
                          QDir::Files);
    std::ranges::sort(files, {},
                      [](const QFileInfo& info) { return placeOf(info.completeBaseName()); });
    std::vector<ModelEntry> entries;
    for (const QFileInfo& info : files) {
        if (stop.stop_requested())
            break;
        ModelEntry entry = readEntry(info.absoluteFilePath());
        if (!entry.problem.isEmpty())
            continue; // Being written, or not finished.
        entry.run = run.dirName();
        entry.place = info.completeBaseName().replace(QLatin1Char('-'), QLatin1Char(' '));
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::vector<ModelEntry> readAll(const QString& starterModel, const QString& runs,
                                const QStringList& others, const std::stop_token& stop)
{
    std::vector<ModelEntry> entries{readEntry(starterModel)};
    if (entries.front().problem.isEmpty())
        entries.front().name = QCoreApplication::translate("ModelCatalogue", "Starter model");
    for (const QFileInfo& info :
         QDir(runs).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time)) {
        for (ModelEntry& entry : readRun(QDir(info.absoluteFilePath()), stop))
            entries.push_back(std::move(entry));
    }
    for (const QString& other : others) {
        if (std::ranges::none_of(entries,
                                 [&](const ModelEntry& entry) { return entry.file == other; }))
            entries.push_back(readEntry(other));
    }
    return entries;
}

} // namespace

ModelCatalogue::ModelCatalogue(QString starterModel, QString runs, QObject* parent)
    : QObject(parent)
    , m_starterModel(std::move(starterModel))
    , m_runs(std::move(runs))
{
    ModelEntry starter;
    starter.file = m_starterModel;
    starter.name = tr("Starter model");
    m_models.push_back(std::move(starter));
}

ModelCatalogue::~ModelCatalogue() = default;

void ModelCatalogue::refresh()
{
    if (m_isLooking)
        m_looksAgain = true;
    else
        look();
}

void ModelCatalogue::look()
{
    m_isLooking = true;
    m_looking = std::jthread([this, starter = m_starterModel, runs = m_runs,
                              others = m_others](const std::stop_token& stop) {
        auto found =
            std::make_shared<std::vector<ModelEntry>>(readAll(starter, runs, others, stop));
        if (stop.stop_requested())
            return;
        QMetaObject::invokeMethod(
            this,
            [this, found] {
                m_isLooking = false;
                if (std::exchange(m_looksAgain, false))
                    look();
                if (*found == m_models)
                    return;
                m_models = std::move(*found);
                Q_EMIT changed();
            },
            Qt::QueuedConnection);
    });
}

void ModelCatalogue::add(const QString& file)
{
    const QString clean = QFileInfo(file).absoluteFilePath();
    if (!find(clean)) {
        ModelEntry entry;
        entry.file = clean;
        entry.name = QFileInfo(clean).completeBaseName();
        m_models.push_back(std::move(entry));
        Q_EMIT changed();
    }
    if (!m_others.contains(clean))
        m_others.push_back(clean);
    refresh();
}

const ModelEntry* ModelCatalogue::find(const QString& file) const
{
    const auto found = std::ranges::find(m_models, file, &ModelEntry::file);
    return found == m_models.end() ? nullptr : &*found;
}

} // namespace continuo::ui
