// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/model_catalogue.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

QString starter()
{
    return qEnvironmentVariable("CONTINUO_RESOURCES") +
           QStringLiteral("/models/starter.safetensors");
}

QStringList shown(const ModelCatalogue& models)
{
    QStringList rows;
    for (const ModelEntry& entry : models.models())
        rows << QStringLiteral("%1|%2|%3|%4")
                    .arg(entry.name, entry.run, entry.place,
                         entry.problem.isEmpty() ? QString() : QStringLiteral("problem"));
    return rows;
}

} // namespace

class TestModelCatalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBundledModelIsThereAtOnceAndItsCardSoon()
    {
        QTemporaryDir folder;
        ModelCatalogue models(starter(), folder.filePath(QStringLiteral("runs")));
        QCOMPARE(models.models().size(), std::size_t{1});
        QSignalSpy changed(&models, &ModelCatalogue::changed);
        models.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), kPatienceMs);
        QVERIFY(models.find(starter())->samplerJson.contains(QStringLiteral("top-p")));
        QVERIFY(models.find(starter())->description.contains(QStringLiteral("649 pieces")));
    }

    void theModelsOfARunStandInTheirOrder()
    {
        QTemporaryDir folder;
        const QString run = folder.filePath(QStringLiteral("runs/jigs"));
        QVERIFY(QDir().mkpath(run));
        for (const char* name : {"step-20", "step-100", "last", "best"})
            QVERIFY(QFile::copy(starter(),
                                QStringLiteral("%1/%2.safetensors").arg(run, QLatin1String(name))));
        QFile half(run + QStringLiteral("/step-200.safetensors"));
        QVERIFY(half.open(QIODevice::WriteOnly));
        half.write("being written");
        half.close();
        ModelCatalogue models(starter(), folder.filePath(QStringLiteral("runs")));
        models.refresh();
        const QStringList expected{
            QStringLiteral("Starter model|||"), QStringLiteral("starter|jigs|best|"),
            QStringLiteral("starter|jigs|last|"), QStringLiteral("starter|jigs|step 100|"),
            QStringLiteral("starter|jigs|step 20|")};
        QTRY_COMPARE_WITH_TIMEOUT(shown(models), expected, kPatienceMs);
    }

    void aFileFromElsewhereIsNamedAtOnceAndJudgedSoon()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("mine.safetensors"));
        QFile broken(file);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("no model");
        broken.close();
        ModelCatalogue models(starter(), folder.filePath(QStringLiteral("runs")));
        models.add(file);
        QVERIFY(models.find(file));
        QCOMPARE(models.find(file)->name, QStringLiteral("mine"));
        QTRY_VERIFY_WITH_TIMEOUT(!models.find(file)->problem.isEmpty(), kPatienceMs);
        QVERIFY(models.find(file)->problem.contains(QStringLiteral("mine.safetensors")));
    }
};

QTEST_GUILESS_MAIN(TestModelCatalogue)
#include "tst_model_catalogue.moc"
