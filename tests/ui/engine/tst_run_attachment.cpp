// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/run_attachment.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

QString program()
{
    return qEnvironmentVariable("CONTINUO_ENGINE");
}

bool succeeds(const QStringList& arguments)
{
    QProcess process;
    process.start(program(), arguments);
    return process.waitForFinished(kPatienceMs) && process.exitCode() == 0;
}

} // namespace

/// With real trainings.
class TestRunAttachment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(program()))
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
        QVERIFY(m_folder.isValid());
        const QString set = m_folder.filePath(QStringLiteral("tunes.continuo-dataset"));
        QVERIFY(succeeds({QStringLiteral("import"), qEnvironmentVariable("CONTINUO_RESOURCES") + QStringLiteral("/tunes"), QStringLiteral("--out"), set}));
        QVERIFY(succeeds({QStringLiteral("split"), set}));
    }

    void aTrainingIsFollowedSteeredAndOutlivesTheOneWhoWatches()
    {
        const QString run = start(QStringLiteral("watched"), 500);
        std::vector<Json> events;
        {
            RunAttachment attachment({program()}, run);
            connect(&attachment, &RunAttachment::eventsArrived, this, [&](const std::vector<Json>& some) { events.insert(events.end(), some.begin(), some.end()); });
            QTRY_VERIFY_WITH_TIMEOUT(!events.empty(), kPatienceMs);
        }
        // Gone away: the training goes on, and another one hears the whole story.
        const std::size_t before = events.size();
        events.clear();
        RunAttachment attachment({program()}, run);
        QSignalSpy ended(&attachment, &RunAttachment::ended);
        connect(&attachment, &RunAttachment::eventsArrived, this, [&](const std::vector<Json>& some) { events.insert(events.end(), some.begin(), some.end()); });
        QTRY_VERIFY_WITH_TIMEOUT(events.size() > before, kPatienceMs);
        QCOMPARE(events.front().at("seq").get<int>(), 1);
        attachment.command(QStringLiteral("stop"));
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
        QCOMPARE(ended[0][0].toInt(), 0);
        for (std::size_t i = 1; i < events.size(); ++i)
            QCOMPARE(events[i].at("seq").get<int>(), events[i - 1].at("seq").get<int>() + 1);
    }

    void whatIsNoRunIsSaid()
    {
        RunAttachment attachment({program()}, m_folder.filePath(QStringLiteral("none")));
        QSignalSpy ended(&attachment, &RunAttachment::ended);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
        QCOMPARE(ended[0][0].toInt(), 2);
        QVERIFY2(ended[0][1].toString().contains(QStringLiteral("none")), qPrintable(ended[0][1].toString()));
    }

private:
    QString start(const QString& name, int epochs)
    {
        const QString run = m_folder.filePath(name);
        const bool isStarted = succeeds({QStringLiteral("train"), QStringLiteral("--preset"), QStringLiteral("tiny"), QStringLiteral("--dataset"),
                                         m_folder.filePath(QStringLiteral("tunes.continuo-dataset")), QStringLiteral("--run"), run,
                                         QStringLiteral("--set"), QStringLiteral("epochs=%1").arg(epochs), QStringLiteral("--detach")});
        return isStarted ? run : QString();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestRunAttachment)
#include "tst_run_attachment.moc"
