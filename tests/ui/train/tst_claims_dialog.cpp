// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/train_studio.h"
#include "ui/train/claims_dialog.h"
#include "ui/train/run_library.h"

#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QSpinBox>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestClaimsDialog final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_studio = std::make_unique<TrainStudio>(QStringLiteral(CONTINUO_ENGINE)); }
    void cleanup() { m_studio.reset(); }

    void theClaimsOfTheEngineAreOffered();
    void aClaimIsCheckedAndItsVerdictStays();
    void aCheckCanBeStopped();
    void aClaimsRunsStandInTheList();

private:
    /// A page whose engine answers `claim` with the output of this script; $1 is "claim".
    QString engineThat(const QString& does) const
    {
        const QString path = m_studio->folder.filePath(QStringLiteral("engine.sh"));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(("case \"$2\" in\n--json) echo '[{\"name\":\"a\",\"title\":\"A is "
                        "better\",\"claim\":\"Somebody "
                        "said so.\",\"preset\":\"p\",\"runs\":[{\"name\":\"x\",\"words\":\"with "
                        "X\"}]}]';;\n*) " +
                        does.toUtf8() + ";;\nesac\n"));
        return path;
    }
    StudioContext contextWith(const QString& script) const
    {
        StudioContext context = m_studio->context();
        context.paths.engine = QStringList{QStringLiteral("/bin/sh"), script};
        return context;
    }
    static QString stateOf(const ClaimsDialog& dialog)
    {
        QStringList words;
        for (const QLabel* each : dialog.findChildren<QLabel*>())
            words << each->text();
        return words.join(QLatin1Char('\n'));
    }

    std::unique_ptr<TrainStudio> m_studio;
};

void TestClaimsDialog::theClaimsOfTheEngineAreOffered()
{
    ClaimsDialog dialog(m_studio->context());
    dialog.show();
    auto* list = dialog.findChild<QListWidget*>();
    QTRY_VERIFY_WITH_TIMEOUT(list->count() >= 6, kLongMs);
    QVERIFY(!visibleButton(dialog, QStringLiteral("Check"))->isEnabled());
    QVERIFY(visibleButton(dialog, QStringLiteral("Check"))
                ->toolTip()
                .contains(QLatin1String("dataset")));
    dialog.setDataset(QStringLiteral("/x/a.continuo-dataset"), QString());
    QVERIFY(visibleButton(dialog, QStringLiteral("Check"))->isEnabled());
    dialog.setDataset(QStringLiteral("/x/a.continuo-dataset"), QStringLiteral("Divide it first"));
    QCOMPARE(visibleButton(dialog, QStringLiteral("Check"))->toolTip(),
             QStringLiteral("Divide it first"));
    for (int row = 0; row < list->count(); ++row) {
        list->setCurrentRow(row);
        QVERIFY(stateOf(dialog).contains(QStringLiteral("· ")));
    }
}

void TestClaimsDialog::aClaimIsCheckedAndItsVerdictStays()
{
    // The words as they are called end in --json; the sixth is the folder.
    const QString script = engineThat(
        QStringLiteral("test \"$2\" = a || exit 1; test \"$8\" = 3 || exit 1; mkdir -p \"$6\"; "
                       "echo '{\"verdict\":\"holds\",\"text\":\"x 1, y 2.\"}' > \"$6/claim.json\"; "
                       "cat \"$6/claim.json\""));
    ClaimsDialog dialog(contextWith(script));
    dialog.show();
    QTRY_COMPARE_WITH_TIMEOUT(dialog.findChild<QListWidget*>()->count(), 1, kLongMs);
    dialog.setDataset(QStringLiteral("/x/tunes.continuo-dataset"), QString());
    dialog.findChild<QSpinBox*>()->setValue(3);
    visibleButton(dialog, QStringLiteral("Check"))->click();
    QVERIFY(dialog.isChecking());
    QVERIFY(!visibleButton(dialog, QStringLiteral("Check"))->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isChecking(), kLongMs);
    QVERIFY2(stateOf(dialog).contains(QLatin1String("Verdict: holds. x 1, y 2.")),
             qPrintable(stateOf(dialog)));
    // On another dataset it is another question.
    dialog.setDataset(QStringLiteral("/x/other.continuo-dataset"), QString());
    QVERIFY(!stateOf(dialog).contains(QLatin1String("Verdict")));
}

void TestClaimsDialog::aCheckCanBeStopped()
{
    ClaimsDialog dialog(contextWith(engineThat(QStringLiteral("exec sleep 600"))));
    dialog.show();
    QTRY_COMPARE_WITH_TIMEOUT(dialog.findChild<QListWidget*>()->count(), 1, kLongMs);
    dialog.setDataset(QStringLiteral("/x/tunes.continuo-dataset"), QString());
    visibleButton(dialog, QStringLiteral("Check"))->click();
    QVERIFY(stateOf(dialog).contains(QLatin1String("A is better")));
    visibleButton(dialog, QStringLiteral("Stop"))->click();
    QVERIFY(!dialog.isChecking());
    QVERIFY(visibleButton(dialog, QStringLiteral("Check"))->isEnabled());
}

void TestClaimsDialog::aClaimsRunsStandInTheList()
{
    const QString runs = m_studio->context().paths.runs();
    for (const char* const name : {"plain", "claim/x-1", "claim/x-2"}) {
        const QString folder = runs + QLatin1Char('/') + QLatin1String(name);
        QVERIFY(QDir().mkpath(folder));
        QFile config(folder + QStringLiteral("/config.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("{}");
    }
    RunLibrary library(runs);
    QTRY_VERIFY_WITH_TIMEOUT(library.isRead(), kLongMs);
    QStringList names;
    for (const RunFactsPointer& run : library.runs())
        names << run->name;
    names.sort();
    QCOMPARE(names,
             (QStringList{QStringLiteral("plain"), QStringLiteral("x-1"), QStringLiteral("x-2")}));
}

QTEST_MAIN(TestClaimsDialog)
#include "tst_claims_dialog.moc"
