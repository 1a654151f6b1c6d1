// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/training_starter.h"

#include "core/base/file.h"
#include "ui/base/notices.h"
#include "ui/train/engine_command.h"
#include "ui/train/run_facts.h"

#include <QDir>
#include <QFileInfo>

namespace continuo::ui {

QString freeRunFolder(const QString& runs, const QString& name)
{
    QString plain;
    for (const QChar c : name.toLower()) {
        if (c.isLetterOrNumber())
            plain += c;
        else if (!plain.isEmpty() && !plain.endsWith(QLatin1Char('-')))
            plain += QLatin1Char('-');
    }
    while (plain.endsWith(QLatin1Char('-')))
        plain.chop(1);
    plain = plain.left(60);
    if (plain.isEmpty())
        plain = QStringLiteral("run");
    QString folder = runs + QLatin1Char('/') + plain;
    for (int number = 2; QFileInfo::exists(folder); ++number)
        folder = QStringLiteral("%1/%2-%3").arg(runs, plain).arg(number);
    return folder;
}

TrainingStarter::TrainingStarter(const StudioContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
{
}

void TrainingStarter::start(const RunDraft& draft, const QString& name)
{
    QDir().mkpath(m_context.paths.runs());
    const QString run = freeRunFolder(m_context.paths.runs(), name);
    begin(QStringList{QStringLiteral("train"), QStringLiteral("--run"), run,
                      QStringLiteral("--detach")} +
              draft.arguments(),
          run, name, draft.dataset);
}

void TrainingStarter::resume(const QString& run, std::int64_t moreEpochs)
{
    QStringList arguments{QStringLiteral("train"), QStringLiteral("--resume"), run,
                          QStringLiteral("--detach")};
    if (moreEpochs > 0)
        arguments << QStringLiteral("--extend") << QString::number(moreEpochs);
    begin(arguments, run, {}, {});
}

void TrainingStarter::begin(const QStringList& arguments, const QString& run, const QString& name,
                            const QString& dataset)
{
    m_isBusy = true;
    Q_EMIT busyChanged();
    new EngineCommand(
        m_context.paths.engine, arguments,
        [this, run, name, dataset](const Result<Json>& answer) {
            m_isBusy = false;
            Q_EMIT busyChanged();
            if (!answer) {
                Q_EMIT failed(answer.error());
                return;
            }
            if (!name.isEmpty()) {
                RunFacts names;
                names.path = run;
                names.name = name;
                names.dataset = dataset;
                if (const Status written = writeRunNames(names); !written)
                    m_context.notices.report(written.error());
            }
            Q_EMIT started(run);
        },
        this);
}

} // namespace continuo::ui
