// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/dataset_choice.h"

#include "core/dataset/dataset.h"
#include "core/protocol/json.h"
#include "ui/base/notices.h"
#include "ui/base/words.h"
#include "ui/engine/engine_process.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <thread>

namespace continuo::ui {

namespace {

DatasetFacts readFacts(const QString& file)
{
    DatasetFacts facts;
    facts.file = file;
    const Result<Dataset> set =
        Dataset::open(QFile::encodeName(file).toStdString(), Dataset::Access::Read);
    if (!set) {
        facts.problem = inWords(set.error());
        return facts;
    }
    const Result<DatasetInfo> info = set->info();
    if (!info) {
        facts.problem = inWords(info.error());
        return facts;
    }
    facts.pieces = info->pieces;
    facts.train = info->train;
    facts.validation = info->validation;
    facts.test = info->test;
    facts.fingerprint = QString::fromStdString(info->fingerprint);
    const Status read =
        set->forEachPieceOf(Part::Train, 1, CancelToken{}, [&facts](TrainingPiece piece) {
            facts.pieceTitle = QString::fromStdString(piece.title);
            facts.piece = std::move(piece.score);
            return false;
        });
    if (!read)
        facts.problem = inWords(read.error());
    return facts;
}

} // namespace

/// One reading at a time; a new one waits for the end of the one before on its own thread.
struct DatasetChoice::Reader
{
    std::jthread thread{};
};

QString DatasetFacts::name() const
{
    return QFileInfo(file).completeBaseName();
}

DatasetChoice::DatasetChoice(const StudioContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_reader(std::make_unique<Reader>())
{
}

DatasetChoice::~DatasetChoice() = default;

QString DatasetChoice::bundledFile() const
{
    return m_context.paths.datasets() + QStringLiteral("/Bundled tunes.continuo-dataset");
}

std::vector<DatasetEntry> DatasetChoice::entries() const
{
    std::vector<DatasetEntry> entries;
    const QDir folder(m_context.paths.datasets());
    for (const QString& name :
         folder.entryList({QStringLiteral("*.continuo-dataset")}, QDir::Files, QDir::Name)) {
        if (folder.filePath(name) != bundledFile())
            entries.push_back({folder.filePath(name), QFileInfo(name).completeBaseName(), false});
    }
    for (const QString& file : m_others) {
        if (QFileInfo(file).dir() != folder)
            entries.push_back({file, QFileInfo(file).completeBaseName(), false});
    }
    if (QFileInfo::exists(bundledFile()) || QFileInfo::exists(m_context.paths.tunes()))
        entries.push_back({bundledFile(), tr("Bundled tunes"), true});
    return entries;
}

void DatasetChoice::choose(const QString& file)
{
    m_chosen = file;
    m_isBusy = true;
    ++m_question;
    if (!m_others.contains(file))
        m_others << file;
    if (file == bundledFile() && !QFileInfo::exists(file))
        importBundled();
    else
        read();
    Q_EMIT factsChanged();
}

void DatasetChoice::importBundled()
{
    QDir().mkpath(m_context.paths.datasets());
    const Json question{{"paths", {m_context.paths.tunes().toStdString()}},
                        {"set", m_chosen.toStdString()},
                        {"existing", "refuse"}};
    m_context.datasetEngine.ask(QStringLiteral("import"), question, this,
                                [this, asked = m_question](const Result<Json>& answer) {
                                    if (asked != m_question)
                                        return;
                                    if (answer) {
                                        divide();
                                        return;
                                    }
                                    m_isBusy = false;
                                    m_facts = {};
                                    m_facts.file = m_chosen;
                                    m_facts.problem = inWords(answer.error());
                                    m_context.notices.report(answer.error());
                                    Q_EMIT factsChanged();
                                });
}

void DatasetChoice::divide()
{
    m_isBusy = true;
    const Json question{{"set", m_chosen.toStdString()},
                        {"train", 0.8},
                        {"validation", 0.1},
                        {"test", 0.1},
                        {"seed", 1}};
    m_context.datasetEngine.ask(QStringLiteral("split"), question, this,
                                [this, asked = m_question](const Result<Json>& answer) {
                                    if (!answer)
                                        m_context.notices.report(answer.error());
                                    if (asked == m_question)
                                        read();
                                });
    Q_EMIT factsChanged();
}

void DatasetChoice::read()
{
    m_reader->thread = std::jthread([this, file = m_chosen, asked = m_question,
                                     before = std::move(m_reader->thread)]() mutable {
        if (before.joinable())
            before.join();
        DatasetFacts facts = readFacts(file);
        QMetaObject::invokeMethod(
            this,
            [this, asked, facts = std::move(facts)]() mutable {
                if (asked != m_question)
                    return;
                m_facts = std::move(facts);
                m_isBusy = false;
                Q_EMIT factsChanged();
            },
            Qt::QueuedConnection);
    });
}

} // namespace continuo::ui
