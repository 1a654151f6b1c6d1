// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/judging.h"

#include "core/protocol/engine_messages.h"
#include "ui/base/notices.h"
#include "ui/base/words.h"
#include "ui/engine/task_list.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QPointer>

#include <memory>
#include <utility>

namespace continuo::ui {

namespace {

std::filesystem::path pathOf(const QString& file)
{
    return QFile::encodeName(file).toStdString();
}

/// Names a file as it is now.
QString stateOf(const QString& file)
{
    const QFileInfo info(file);
    return QStringLiteral("%1\n%2\n%3")
        .arg(file)
        .arg(info.size())
        .arg(info.lastModified().toMSecsSinceEpoch());
}

QString stateOf(const QString& set, const QStringList& melodies)
{
    QStringList states{stateOf(set)};
    for (const QString& melody : melodies)
        states << stateOf(melody);
    return states.join(QLatin1Char('\n'));
}

QString progressInWords(const JudgeProgressMessage& news)
{
    const QString done = countInWords(static_cast<std::int64_t>(news.done));
    const QString total = countInWords(static_cast<std::int64_t>(news.total));
    if (news.stage == "reading")
        return Judging::tr("Reading the set: %1 of %2 pieces").arg(done, total);
    if (news.stage == "indexing")
        return Judging::tr("Indexing its melodies: %1 of %2 notes").arg(done, total);
    return Judging::tr("Judging: %1 of %2 steps").arg(done, total);
}

} // namespace

QString failureInWords(const Error& error, const QString& set)
{
    if (error.kind == ErrorKind::Cancelled)
        return Judging::tr("It was stopped.");
    if (error.id == "file.not-found" && !QFileInfo::exists(set))
        return Judging::tr("The set is no longer at “%1”. “Choose the set…” says where it is now.")
            .arg(set);
    return inWords(error);
}

Judging::Judging(const StudioContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_engine(context.paths.engine + QStringList{QStringLiteral("serve")},
               QStringLiteral("continuo-studio ") + QCoreApplication::applicationVersion())
{
    connect(&m_engine, &EngineProcess::died, &context.notices, &Notices::warn);
}

Judging::~Judging()
{
    for (const int task : m_tasks)
        m_context.tasks.finish(task);
}

std::optional<Judging::Cards> Judging::known(const QString& set, const QStringList& melodies) const
{
    const auto found = m_cards.find(stateOf(set, melodies));
    return found == m_cards.end() ? std::nullopt : std::optional(found->second);
}

Judging::JobId Judging::judgeMelodies(const QString& set, const QStringList& melodies,
                                      QObject* context,
                                      std::function<void(const Result<Cards>&)> answer, News news)
{
    JudgeMelodiesRequest request;
    request.set = pathOf(set);
    for (const QString& melody : melodies)
        request.melodies.push_back(pathOf(melody));
    // Of the time before it was asked: should a file change meanwhile, the cards are not found
    // again.
    const QString key = stateOf(set, melodies);
    return ask(
        QStringLiteral("judgeMelodies"), toJson(request), tr("Judging melodies"), context,
        [this, key, count = melodies.size(),
         answer = std::move(answer)](const Result<Json>& result) {
            if (!result)
                return answer(result.error());
            Cards cards;
            for (qsizetype melody = 0; melody < count; ++melody)
                cards.push_back(melodyCardFromJson(*result, static_cast<std::size_t>(melody)));
            m_cards[key] = cards;
            answer(std::move(cards));
        },
        std::move(news));
}

Judging::JobId Judging::judgeModels(const QString& set, const QString& part,
                                    const QStringList& models, QObject* context,
                                    EngineProcess::Answer answer, News news)
{
    JudgeModelsRequest request;
    request.set = pathOf(set);
    request.part = part.toStdString();
    for (const QString& model : models)
        request.models.push_back(pathOf(model));
    return ask(QStringLiteral("judgeModels"), toJson(request),
               models.size() > 1 ? tr("Comparing models") : tr("Judging a model"), context,
               std::move(answer), std::move(news));
}

Judging::JobId Judging::ask(const QString& method, const Json& params, const QString& title,
                            QObject* context, EngineProcess::Answer answer, News news)
{
    const auto job = std::make_shared<JobId>(0);
    const int task = m_context.tasks.begin(title, [this, job] { m_engine.cancel(*job); });
    m_tasks.insert(task);
    // Asked for this object's sake: the task must end even where nobody waits for the answer.
    *job = m_engine.ask(
        method, params, this,
        [this, task, guard = QPointer(context),
         answer = std::move(answer)](const Result<Json>& result) {
            m_context.tasks.finish(task);
            m_tasks.erase(task);
            if (guard)
                answer(result);
        },
        [this, task, guard = QPointer(context), news = std::move(news)](const std::string& told,
                                                                        const Json& progress) {
            const Result<JudgeProgressMessage> message = judgeProgressFromJson(progress);
            if (told != "judgeProgress" || !message)
                return;
            const QString words = progressInWords(*message);
            std::optional<double> share;
            if (message->total > 0)
                share = static_cast<double>(message->done) / static_cast<double>(message->total);
            m_context.tasks.update(task, [&](Task& shown) {
                shown.detail = words;
                shown.share = share;
            });
            if (guard && news)
                news(words, share);
        });
    return *job;
}

} // namespace continuo::ui
