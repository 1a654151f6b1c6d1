// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/dataset_session.h"

#include "core/protocol/engine_messages.h"
#include "ui/base/notices.h"
#include "ui/base/words.h"
#include "ui/dataset/piece_progress.h"
#include "ui/dataset/recipe_editor.h"
#include "ui/dataset/set_words.h"
#include "ui/engine/engine_process.h"
#include "ui/engine/task_list.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QSettings>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace continuo::ui {

namespace {

const QString kLastSet = QStringLiteral("dataset/last");

std::filesystem::path toPath(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

RejectedFile refusedFile(const Json& told)
{
    RejectedFile file;
    JsonMembers members(told, "importFiles");
    std::filesystem::path path;
    members.read("path", path);
    file.path = path.string();
    if (const Json* reason = members.find("reason"); reason && reason->is_object()) {
        file.reason.kind = ErrorKind::Refused;
        file.reason.id = reason->value("id", std::string());
        file.reason.text = reason->value("text", std::string());
    }
    return file;
}

} // namespace

DatasetSession::DatasetSession(const StudioContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_recipe(new RecipeEditor(context, this))
    , m_queue(this)
    , m_kindsQueue(this)
    , m_leaksQueue(this)
    , m_copyQueue(this)
{
    connect(m_recipe, &RecipeEditor::applied, this, [this](const Json& told) {
        m_context.notices.tell(cleanInWords(told));
        m_leaks.reset();
        read();
    });
    connect(m_recipe, &RecipeEditor::applyingChanged, this, &DatasetSession::workChanged);
    connect(this, &DatasetSession::stateChanged, this, &DatasetSession::refreshRecipe);
    connect(this, &DatasetSession::workChanged, this, &DatasetSession::refreshRecipe);
    refreshRecipe();
}

DatasetSession::~DatasetSession()
{
    m_readCancel.cancel();
    m_kindsCancel.cancel();
    m_leaksCancel.cancel();
}

QString DatasetSession::name() const
{
    if (m_path.isEmpty())
        return tr("New set");
    const QString file = QFileInfo(m_path).fileName();
    return file.endsWith(ending()) ? file.chopped(ending().size()) : file;
}

void DatasetSession::refreshRecipe()
{
    m_recipe->setWhyNot(m_import                     ? tr("The import is still running.")
                        : m_isSplitting              ? tr("The set is being split.")
                        : m_state == State::Reading  ? tr("The set is still being read.")
                        : m_state != State::Shown || m_path.isEmpty()
                            ? tr("Nothing to work with yet: add a folder first.")
                        // Rows came while it was imported; its recipe comes with the whole.
                        : m_recipe->set() != m_path ? tr("The set is still being read.")
                                                    : QString());
}

void DatasetSession::setState(State state, const QString& why)
{
    m_state = state;
    m_why = why;
    Q_EMIT stateChanged();
}

void DatasetSession::leave()
{
    stopReading();
    stopFindingKinds();
    stopCountingLeaks();
    m_path.clear();
    letGo(m_pieces.replace({}));
    m_rejected.replace({});
    m_lastPiece = 0;
    m_lastFile = 0;
    m_split.reset();
    m_leaks.reset();
    m_splitOutcome.reset();
    m_isIncomplete = false;
}

void DatasetSession::open(const QString& path)
{
    const QString file = QFileInfo(path).absoluteFilePath(); // It may be the path in view.
    leave();
    m_path = file;
    setState(State::Reading);
    Q_EMIT contentsChanged();
    read();
}

void DatasetSession::beginNew()
{
    leave();
    m_context.settings.remove(kLastSet);
    setState(State::Empty);
    Q_EMIT contentsChanged();
}

void DatasetSession::cancelReading()
{
    if (m_state != State::Reading)
        return;
    const QString name = this->name();
    leave();
    setState(State::Empty);
    Q_EMIT contentsChanged();
    m_context.notices.tell(
        tr("“%1” was not read to its end. Choose it again to see its pieces.").arg(name));
}

void DatasetSession::letGo(PieceTable table)
{
    if (table.rows().empty())
        return;
    m_queue.run([table = std::make_shared<PieceTable>(std::move(table))] { return 0; }, [](int) {});
}

void DatasetSession::stopReading()
{
    m_readCancel.cancel();
    m_readCancel = {};
    m_context.tasks.finish(std::exchange(m_readTask, 0));
    m_readSoFar = 0;
}

void DatasetSession::read()
{
    stopReading();
    m_readBegan.start();
    const auto told = [this, cancel = m_readCancel](std::vector<PieceRow> rows, std::size_t all) {
        auto shared = std::make_shared<std::vector<PieceRow>>(std::move(rows));
        QMetaObject::invokeMethod(
            this,
            [this, cancel, shared, all] {
                if (!cancel.isCancelled())
                    readOn(std::move(*shared), all);
            },
            Qt::QueuedConnection);
    };
    m_queue.run([path = toPath(m_path), filter = m_pieces.table().filter(),
                 order = m_pieces.table().order(), cancel = m_readCancel,
                 told] { return readSet(path, filter, order, cancel, told); },
                [this, cancel = m_readCancel](Result<SetContents> contents) {
                    if (!cancel.isCancelled())
                        show(std::move(contents));
                });
}

void DatasetSession::readOn(std::vector<PieceRow> rows, std::size_t all)
{
    constexpr int kLongMs = 400; ///< What takes less is no task.
    m_readSoFar += rows.size();
    if (m_readTask == 0 && m_readBegan.elapsed() >= kLongMs) {
        m_readTask = m_context.tasks.begin(tr("Reading “%1”").arg(name()),
                                           m_state == State::Reading
                                               ? std::function<void()>([this] { cancelReading(); })
                                               : std::function<void()>());
    }
    tellPieces(m_context.tasks, m_readTask, m_readSoFar, all);
    if (m_state != State::Reading)
        return; // All its rows are shown; this brings them up to date.
    m_pieces.reserve(all);
    m_pieces.append(std::move(rows));
    Q_EMIT contentsChanged();
}

void DatasetSession::stopFindingKinds()
{
    m_kindsCancel.cancel();
    m_kindsCancel = {};
    m_context.tasks.finish(std::exchange(m_kindsTask, 0));
}

void DatasetSession::findKinds()
{
    stopFindingKinds();
    std::vector<PiecePlace> places = m_pieces.table().withoutKinds();
    if (places.empty())
        return;
    const CancelToken cancel = m_kindsCancel;
    m_kindsTask = m_context.tasks.begin(tr("Finding which notes the pieces have"),
                                        [this] { stopFindingKinds(); });
    const auto told = [this, cancel, all = places.size()](std::size_t done) {
        QMetaObject::invokeMethod(
            this,
            [this, cancel, all, done] {
                if (cancel.isCancelled())
                    return;
                tellPieces(m_context.tasks, m_kindsTask, done, all);
            },
            Qt::QueuedConnection);
    };
    m_kindsQueue.run([path = toPath(m_path), places = std::move(places), cancel,
                      told] { return findNoteKinds(path, places, cancel, told); },
                     [this, cancel](const FoundKinds& found) {
                         if (cancel.isCancelled())
                             return;
                         stopFindingKinds();
                         m_pieces.setKinds(found);
                         Q_EMIT contentsChanged();
                     });
}

void DatasetSession::stopCountingLeaks()
{
    m_leaksCancel.cancel();
    m_leaksCancel = {};
    m_isCountingLeaks = false;
}

/// After the recipe or the set has changed, where that takes little time and memory.
void DatasetSession::countLeaks()
{
    constexpr std::size_t kMostPieces = 20'000;
    stopCountingLeaks();
    if (!m_split || m_leaks || m_pieces.table().counts().pieces > kMostPieces)
        return;
    m_isCountingLeaks = true;
    const CancelToken cancel = m_leaksCancel;
    m_leaksQueue.run(
        [path = toPath(m_path), cancel]() -> std::optional<std::size_t> {
            if (cancel.isCancelled())
                return std::nullopt;
            const Result<Dataset> dataset = Dataset::open(path, Dataset::Access::Read);
            if (!dataset)
                return std::nullopt;
            const Result<LeakReport> report = dataset->leaks(0, cancel);
            return report ? std::optional(report->passages) : std::nullopt;
        },
        [this, cancel](const std::optional<std::size_t>& passages) {
            if (cancel.isCancelled())
                return;
            m_isCountingLeaks = false;
            if (passages)
                m_leaks = static_cast<std::int64_t>(*passages);
            Q_EMIT leaksChanged();
        });
}

void DatasetSession::show(Result<SetContents> contents)
{
    stopReading();
    const auto split = std::exchange(m_splitOutcome, std::nullopt);
    if (!contents) {
        letGo(m_pieces.replace({}));
        m_rejected.replace({});
        setState(State::Failed, inWords(contents.error()));
        m_context.notices.report(contents.error());
        Q_EMIT contentsChanged();
        return;
    }
    // What was typed while it was read.
    if (contents->table.filter() != m_pieces.table().filter())
        contents->table.setFilter(m_pieces.table().filter());
    if (contents->table.order() != m_pieces.table().order())
        contents->table.setOrder(m_pieces.table().order());
    m_isIncomplete = !contents->isComplete;
    m_split = contents->split;
    m_recipe->show(m_path, contents->recipe);
    m_lastPiece = contents->lastPiece;
    m_lastFile = contents->lastFile;
    letGo(m_pieces.replace(std::move(contents->table)));
    m_rejected.replace(std::move(contents->rejected));
    findKinds();
    m_context.settings.setValue(kLastSet, m_path);
    if (!m_split)
        m_leaks.reset();
    countLeaks();
    setState(State::Shown);
    Q_EMIT contentsChanged();
    if (split)
        tellSplit(*split, contents->families);
}

void DatasetSession::importMusic(const QStringList& paths, const QString& name)
{
    if (paths.isEmpty())
        return;
    if (m_import) {
        m_waiting.push_back({paths, name});
        m_context.notices.tell(tr("This is read when the import that runs has ended."));
        return;
    }
    Import next;
    next.paths = paths;
    const bool isNew = m_path.isEmpty() || m_state == State::Failed;
    if (isNew) {
        const QFileInfo first(paths.first());
        const QString wanted = !name.isEmpty() ? name
                               : first.isDir() ? first.fileName()
                                               : first.completeBaseName();
        QDir().mkpath(m_context.paths.datasets());
        next.set = freeName(wanted.isEmpty() ? tr("Tunes") : wanted);
        leave();
        m_path = next.set;
    } else {
        next.set = m_path;
    }
    next.name = this->name();
    next.task =
        m_context.tasks.begin(tr("Importing “%1”").arg(next.name), [this] { cancelImport(); });
    ImportRequest request;
    for (const QString& path : paths)
        request.paths.push_back(toPath(path));
    request.set = toPath(next.set);
    request.existing = isNew ? "refuse" : "add";
    Json asked = toJson(request);
    asked["files"] = "rejected"; // The others are read from the set.
    next.job = m_context.datasetEngine.ask(
        QStringLiteral("import"), asked, this,
        [this](const Result<Json>& answer) { imported(answer); },
        [this](const std::string& method, const Json& params) { hear(method, params); });
    m_import = std::move(next);
    m_followed.start();
    if (isNew)
        setState(State::Shown);
    Q_EMIT contentsChanged();
    Q_EMIT workChanged();
}

void DatasetSession::cancelImport()
{
    if (!m_import || m_import->isCancelled)
        return;
    m_import->isCancelled = true;
    m_waiting.clear();
    m_context.tasks.update(m_import->task,
                           [](Task& task) { task.detail = tr("stopping; what was read is kept"); });
    m_context.datasetEngine.cancel(m_import->job);
}

void DatasetSession::hear(const std::string& method, const Json& params)
{
    if (!m_import)
        return;
    if (method == "importProgress") {
        const Result<ImportProgressMessage> now = importProgressFromJson(params);
        if (!now)
            return;
        m_import->found = static_cast<std::size_t>(now->found);
        m_import->done = static_cast<std::size_t>(now->done);
        m_import->rejected = static_cast<std::size_t>(now->rejected);
        m_context.tasks.update(m_import->task, [&](Task& task) {
            if (now->searching) {
                task.detail = tr("%1 found so far").arg(countInWords(now->found));
                return;
            }
            if (!m_import->isCancelled)
                task.detail = tr("%1 of %2, %3 rejected")
                                  .arg(countInWords(now->done), countInWords(now->found),
                                       countInWords(now->rejected));
            task.share = now->found > 0
                             ? static_cast<double>(now->done) / static_cast<double>(now->found)
                             : 0;
            const double rate =
                now->seconds > 0 ? static_cast<double>(now->done) / now->seconds : 0;
            if (rate > 0) {
                task.secondsLeft = static_cast<double>(now->found - now->done) / rate;
                task.throughput =
                    tr("%1 files/s").arg(countInWords(static_cast<std::int64_t>(rate)));
            }
        });
        follow();
        return;
    }
    if (method == "importFiles") {
        if (const auto files = params.find("files"); files != params.end() && files->is_array()) {
            for (const Json& file : *files)
                m_import->refused.push_back(refusedFile(file));
        }
        return;
    }
    if (method == "importUnreadable") {
        if (const auto folders = params.find("folders");
            folders != params.end() && folders->is_array()) {
            for (const Json& folder : *folders)
                m_import->unreadable << QString::fromStdString(folder.value("text", std::string()));
        }
    }
}

void DatasetSession::follow()
{
    constexpr int kFollowMs = 250;
    const bool isInView = m_import && m_import->set == m_path && m_state == State::Shown;
    if (m_isFollowing || !isInView || m_followed.elapsed() < kFollowMs)
        return;
    m_isFollowing = true;
    m_followed.start();
    m_queue.run([path = toPath(m_path), piece = m_lastPiece,
                 file = m_lastFile] { return readGrowth(path, piece, file); },
                [this, path = m_path, piece = m_lastPiece](Result<SetGrowth> growth) {
                    m_isFollowing = false;
                    // It is not there yet, or no longer the one in view, or was read whole since.
                    const bool isOfUse = growth && m_import && path == m_path &&
                                         m_import->set == path && piece == m_lastPiece;
                    if (isOfUse)
                        grow(std::move(*growth));
                });
}

void DatasetSession::grow(SetGrowth growth)
{
    m_lastPiece = growth.lastPiece;
    m_lastFile = growth.lastFile;
    if (growth.pieces.empty() && growth.rejected.empty())
        return;
    m_pieces.append(std::move(growth.pieces));
    m_rejected.append(std::move(growth.rejected));
    Q_EMIT contentsChanged();
}

void DatasetSession::imported(const Result<Json>& answer)
{
    Import import = std::move(*std::exchange(m_import, std::nullopt));
    m_context.tasks.finish(import.task);
    if (answer)
        tellImported(import, *answer);
    else
        tellBrokenOff(import, answer.error());
    if (import.set == m_path) {
        if (QFileInfo::exists(m_path)) {
            read();
        } else {
            beginNew();
            // There is no set to ask which files these were.
            m_rejected.replace(std::move(import.refused));
            Q_EMIT contentsChanged();
        }
    }
    Q_EMIT workChanged();
    if (!m_waiting.empty()) {
        const Waiting next = m_waiting.front();
        m_waiting.erase(m_waiting.begin());
        importMusic(next.paths, next.name);
    }
}

void DatasetSession::tellImported(const Import& import, const Json& result)
{
    const SetNews news = importInWords(import.name, result, import.unreadable);
    news.isWarning ? m_context.notices.warn(news.words) : m_context.notices.tell(news.words);
}

void DatasetSession::tellBrokenOff(const Import& import, const Error& error)
{
    const bool isKept = QFileInfo::exists(import.set);
    const QString goOn =
        tr("What was read is kept in “%1”; add the same folder again to go on.").arg(import.name);
    if (error.kind == ErrorKind::Cancelled) {
        m_context.notices.tell(
            isKept ? tr("The import was cancelled after %1 of %2 files. %3")
                         .arg(countInWords(static_cast<std::int64_t>(import.done)),
                              countInWords(static_cast<std::int64_t>(import.found)), goOn)
                   : tr("The import was cancelled before anything was read."));
        return;
    }
    if (error.id == "engine.died" && isKept) {
        m_context.notices.warn(inWords(error) + QLatin1Char(' ') + goOn);
        return;
    }
    m_context.notices.report(error);
}

void DatasetSession::split(const SplitSettings& settings)
{
    if (m_path.isEmpty() || m_import || m_isSplitting)
        return;
    SplitRequest request;
    request.set = toPath(m_path);
    request.train = settings.train;
    request.validation = settings.validation;
    request.test = settings.test;
    request.seed = settings.seed;
    request.by = std::string(splitByName(settings.by));
    m_isSplitting = true;
    const int task = m_context.tasks.begin(tr("Splitting “%1”").arg(name()));
    m_context.datasetEngine.ask(QStringLiteral("split"), toJson(request), this,
                                [this, task, path = m_path](const Result<Json>& answer) {
                                    m_isSplitting = false;
                                    m_context.tasks.finish(task);
                                    wasSplit(path, answer);
                                    Q_EMIT workChanged();
                                });
    Q_EMIT workChanged();
}

void DatasetSession::wasSplit(const QString& path, const Result<Json>& answer)
{
    if (!answer) {
        m_context.notices.report(answer.error());
        return;
    }
    const std::optional<SplitOutcome> outcome = splitOutcome(*answer);
    if (path != m_path) {
        if (outcome)
            m_context.notices.tell(splitInWords(*outcome));
        return;
    }
    // Which families went where is seen when the rows are read anew.
    m_splitOutcome = outcome;
    m_leaks = outcome ? std::optional(outcome->leaks) : std::nullopt;
    read();
}

void DatasetSession::tellSplit(SplitOutcome outcome, const std::array<std::size_t, 3>& families)
{
    std::ranges::transform(families, outcome.families.begin(),
                           [](std::size_t count) { return static_cast<std::int64_t>(count); });
    m_context.notices.tell(splitInWords(outcome));
}

void DatasetSession::exportSet(const QString& what, Json params)
{
    params["set"] = QFile::encodeName(m_path).toStdString();
    const auto job = std::make_shared<std::int64_t>(0);
    const int task = m_context.tasks.begin(tr("Exporting %1").arg(what), [this, job] {
        m_context.datasetEngine.cancel(*job);
    });
    *job = m_context.datasetEngine.ask(
        QStringLiteral("export"), params, this,
        [this, task, what, params](const Result<Json>& answer) {
            m_context.tasks.finish(task);
            if (answer)
                m_context.notices.tell(exportInWords(what, params, *answer));
            else
                m_context.notices.report(answer.error());
        },
        [this, task](const std::string& method, const Json& news) {
            if (method != "exportProgress")
                return;
            tellPieces(m_context.tasks, task, news);
        });
}

void DatasetSession::exportFacts(const QString& file)
{
    auto* writing = new QProcess(this);
    QStringList command = m_context.paths.engine;
    const QString program = command.takeFirst();
    command << QStringLiteral("inspect") << m_path << QStringLiteral("--csv") << file
            << QStringLiteral("--force");
    const int task = m_context.tasks.begin(tr("Writing %1").arg(QFileInfo(file).fileName()));
    const auto end = [this, writing, task, file](bool isWritten) {
        m_context.tasks.finish(task);
        const QString why = QString::fromUtf8(writing->readAllStandardError()).trimmed();
        if (isWritten)
            m_context.notices.tell(tr("Exported facts to %1.").arg(file));
        else
            m_context.notices.warn(tr("The facts could not be written to %1. %2")
                                       .arg(file, why.isEmpty() ? writing->errorString() : why));
        writing->deleteLater();
    };
    connect(writing, &QProcess::finished, this, [end](int code, QProcess::ExitStatus status) {
        end(code == 0 && status == QProcess::NormalExit);
    });
    connect(writing, &QProcess::errorOccurred, this, [end](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(false);
    });
    writing->start(program, command);
}

void DatasetSession::saveCopy(const QString& file)
{
    const int task = m_context.tasks.begin(tr("Copying “%1”").arg(name()));
    m_copyQueue.run(
        [from = toPath(m_path), to = toPath(file)]() -> Status {
            const Result<Dataset> set = Dataset::open(from, Dataset::Access::Read);
            return set ? set->copyTo(to) : Status(set.error());
        },
        [this, task, from = m_path, file](const Status& copied) {
            m_context.tasks.finish(task);
            if (!copied && copied.error().id == "file.exists") {
                m_context.notices.warn(
                    tr("%1 exists already. Choose another name for the copy.").arg(file));
            } else if (!copied) {
                m_context.notices.report(copied.error());
            } else if (m_path == from && m_recipe->whyNot().isEmpty()) {
                m_context.notices.tell(tr("Copied to %1. The copy is in view now.").arg(file));
                open(file);
            } else {
                m_context.notices.tell(tr("Copied to %1.").arg(file));
            }
        });
}

QString DatasetSession::freeName(const QString& wanted) const
{
    const QDir folder(m_context.paths.datasets());
    QString file = folder.filePath(wanted + ending());
    for (int number = 2; QFileInfo::exists(file); ++number)
        file = folder.filePath(QStringLiteral("%1 %2").arg(wanted).arg(number) + ending());
    return file;
}

} // namespace continuo::ui
