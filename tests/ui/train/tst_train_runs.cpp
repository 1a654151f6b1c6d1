// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/story_lines.h"
#include "tests/ui/train/train_studio.h"
#include "ui/train/cost_probe.h"
#include "ui/train/curve_plot.h"
#include "ui/train/preset_card.h"
#include "ui/train/run_list_model.h"
#include "ui/train/run_settings_panel.h"

#include <QFileDialog>
#include <QImage>
#include <QMenu>
#include <QProcess>
#include <QTest>
#include <QToolButton>

using namespace continuo;
using namespace continuo::ui;

class TestTrainRuns final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_studio = std::make_unique<TrainStudio>(QStringLiteral(CONTINUO_ENGINE)); }
    void cleanup() { m_studio.reset(); }

    void onlyWhatCanChangeIsOpenWhileItRuns();
    void aRunIsRefined();
    void aTrainingThatBlewUpIsBegunAgainWithSmallerSteps();
    void whatDoesNotFitIsSaidBeforeTheStart();
    void settingsAreSavedAndLoaded();
    void thePlotIsExported_data();
    void thePlotIsExported();
    void comparableRunsAreDrawnTogether();

private:
    void stop(TrainPage& page);

    std::unique_ptr<TrainStudio> m_studio;
};

void TestTrainRuns::stop(TrainPage& page)
{
    visibleButton(*page.findChild<RunView*>(), QStringLiteral("Stop and keep"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(page)->state, RunState::Stopped, kLongMs);
}

void TestTrainRuns::onlyWhatCanChangeIsOpenWhileItRuns()
{
    const auto page = m_studio->makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    // It has its name in words from the beginning, wherever it was found first.
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->name, QStringLiteral("Bundled tunes, GRU 8"), kLongMs);
    auto* settings = page->findChild<RunSettingsPanel*>();
    QStringList open;
    for (const QLineEdit* each : settings->findChildren<QLineEdit*>()) {
        if (each->isVisibleTo(settings) && !each->isReadOnly())
            open << each->accessibleName();
    }
    QCOMPARE(open, (QStringList{QStringLiteral("Learning rate"), QStringLiteral("Length"), QStringLiteral("Early stop")}));
    QVERIFY(fieldOf(*settings, QStringLiteral("Batch"))->toolTip().contains(QLatin1String("New run from this")));

    const auto type = [&](const char* name, const char* text) {
        QLineEdit* edit = fieldOf(*settings, QString::fromLatin1(name));
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, QString::fromLatin1(text));
        QTest::keyClick(edit, Qt::Key_Return);
    };
    QCOMPARE(fieldOf(*settings, QStringLiteral("Early stop"))->text(), QStringLiteral("never"));
    type("Early stop", "soon");
    QVERIFY(m_studio->wasSaid(QStringLiteral("soon")));
    type("Early stop", "5000");
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->story.patience, 5000, kLongMs);
    QTRY_COMPARE(fieldOf(*settings, QStringLiteral("Early stop"))->text(), QStringLiteral("5,000 without gain"));
    type("Learning rate", "0.0004");
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->story.learningRate, 0.0004, kLongMs);
    // With far too large steps it only gets worse.
    type("Learning rate", "1");
    type("Early stop", "1");
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Done, kLongMs);
    QVERIFY(shown(*page)->story.ending == RunStory::Ending::EarlyStop);
    QVERIFY(fieldOf(*settings, QStringLiteral("Early stop"))->isReadOnly());

    visibleButton(*settings, QStringLiteral("New run from this…"))->click();
    QVERIFY(page->chosen().isEmpty());
    const RunDraft& draft = page->findChild<SettingsPanel*>()->draft();
    QVERIFY(draft.value(QStringLiteral("network.hidden")) == Json(8));
    QVERIFY(draft.value(QStringLiteral("training.epochs")) == Json(100'000));
    QVERIFY(draft.from.isEmpty());
}

void TestTrainRuns::aRunIsRefined()
{
    const auto page = m_studio->makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    const QString parent = page->chosen();
    stop(*page);
    visibleButton(*page->findChild<RunSettingsPanel*>(), QStringLiteral("Refine its best…"))->click();
    auto* panel = page->findChild<SettingsPanel*>();
    QCOMPARE(panel->draft().from, parent + QStringLiteral("/best.safetensors"));
    QLineEdit* hidden = fieldOf(*panel, QStringLiteral("Hidden units"));
    QCOMPARE(hidden->text(), QStringLiteral("8"));
    QVERIFY(hidden->isReadOnly());
    QVERIFY(hidden->toolTip().contains(QLatin1String("weights")));
    QVERIFY(!fieldOf(*panel, QStringLiteral("Batch"))->isReadOnly());
    QLineEdit* begins = fieldOf(*panel, QStringLiteral("Begins with"));
    QVERIFY(begins->isVisible() && begins->text().contains(QLatin1String("best")));

    visibleButton(*page, QStringLiteral("Start training"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!page->chosen().isEmpty() && page->chosen() != parent, kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(shown(*page) && !shown(*page)->story.heldOut.empty(), kLongMs);
    // It goes on where the other one was, not from guessing.
    QVERIFY(shown(*page)->story.heldOut.front().loss < shown(*page)->story.uniform - 0.5);
    const QLineEdit* told = fieldOf(*page->findChild<RunSettingsPanel*>(), QStringLiteral("Begins with"));
    QVERIFY(told->isVisible());
    QCOMPARE(told->toolTip(), parent + QStringLiteral("/best.safetensors"));
    stop(*page);

    visibleButton(*page->findChild<RunSettingsPanel*>(), QStringLiteral("New run from this…"))->click();
    for (QAction* action : begins->actions())
        action->trigger();
    QVERIFY(panel->draft().from.isEmpty());
    QVERIFY(!hidden->isReadOnly());
    QVERIFY(!begins->isVisible());
}

void TestTrainRuns::aTrainingThatBlewUpIsBegunAgainWithSmallerSteps()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    setUpLongTraining(*page);
    auto* panel = page->findChild<SettingsPanel*>();
    RunDraft draft = panel->draft();
    draft.set(QStringLiteral("training.optimizer"), Json("sgd"));
    draft.set(QStringLiteral("training.learningRate"), Json(10.0));
    draft.set(QStringLiteral("training.momentum"), Json(0.999));
    draft.set(QStringLiteral("training.clipNorm"), Json(0.0));
    draft.set(QStringLiteral("training.weightDecay"), Json(1.0));
    draft.set(QStringLiteral("training.patience"), Json(0));
    panel->setDraft(std::move(draft));
    visibleButton(*page, QStringLiteral("Start training"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!page->chosen().isEmpty(), kLongMs);
    const QString blownUp = page->chosen();
    QTRY_VERIFY_WITH_TIMEOUT(shown(*page) && shown(*page)->state == RunState::Failed, kLongMs);
    QCOMPARE(shown(*page)->story.failureId, QStringLiteral("train.not-finite"));
    // Going on from the checkpoint as it was would only lead there again.
    QVERIFY(!visibleButton(*page, QStringLiteral("Resume")));
    QPushButton* calmer = visibleButton(*page, QStringLiteral("New run with smaller steps…"));
    QVERIFY(calmer && calmer->isEnabled());
    calmer->click();
    QVERIFY(page->chosen().isEmpty());
    QCOMPARE(panel->draft().value(QStringLiteral("training.learningRate")).get<double>(), 5.0);
    QCOMPARE(panel->draft().value(QStringLiteral("training.clipNorm")).get<double>(), 1.0);
    QVERIFY(panel->draft().value(QStringLiteral("training.optimizer")) == Json("sgd"));
    QCOMPARE(panel->draft().from, blownUp + QStringLiteral("/last.safetensors"));
    const QPushButton* start = visibleButton(*page, QStringLiteral("Start training"));
    QVERIFY2(start && start->isEnabled(), start ? qPrintable(start->toolTip()) : "");
}

void TestTrainRuns::whatDoesNotFitIsSaidBeforeTheStart()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    auto* panel = page->findChild<SettingsPanel*>();
    const QString text = m_studio->folder.filePath(QStringLiteral("text.safetensors"));
    QFile file(text);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no model") > 0);
    file.close();
    panel->startFrom(text);
    QVERIFY(m_studio->wasSaid(QStringLiteral("text.safetensors")));
    QVERIFY(panel->draft().from.isEmpty());

    panel->startFrom(m_studio->paths.starterModel());
    QVERIFY(!panel->draft().from.isEmpty());
    RunDraft draft = panel->draft();
    draft.set(QStringLiteral("network.hidden"), Json(9));
    panel->setDraft(std::move(draft));
    QPushButton* start = visibleButton(*page, QStringLiteral("Start training"));
    QTRY_VERIFY_WITH_TIMEOUT(!start->isEnabled() && start->toolTip().contains(QLatin1String("instead of 9")), kLongMs);
    QVERIFY2(start->toolTip().contains(QLatin1String("hidden")), qPrintable(start->toolTip()));
    panel->startFrom(m_studio->paths.starterModel());
    QTRY_VERIFY_WITH_TIMEOUT(page->findChild<CostProbe*>()->cost(panel->draft().arguments()), kLongMs);
    QVERIFY(start->isEnabled());
}

void TestTrainRuns::settingsAreSavedAndLoaded()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    auto* panel = page->findChild<SettingsPanel*>();
    RunDraft draft = panel->draft();
    draft.set(QStringLiteral("network.layers"), Json(3));
    panel->setDraft(draft);
    const QString path = m_studio->folder.filePath(QStringLiteral("mine.json"));
    const auto choose = [&](const char* pressed) {
        visibleButton(*panel, QString::fromUtf8(pressed))->click();
        auto* dialog = page->findChild<QFileDialog*>();
        QVERIFY(dialog);
        dialog->selectFile(path);
        QVERIFY(QMetaObject::invokeMethod(dialog, "accept"));
        QTRY_VERIFY(!page->findChild<QFileDialog*>());
    };
    choose("Save settings…");
    QVERIFY(QFileInfo::exists(path));
    QVERIFY(m_studio->wasSaid(QStringLiteral("mine.json")));
    Q_EMIT page->findChild<NewRunView*>()->presetChosen(QStringLiteral("tiny"));
    QVERIFY(!(panel->draft() == draft));
    choose("Load…");
    QVERIFY(panel->draft() == draft);
    QCOMPARE(fieldOf(*panel, QStringLiteral("Layers"))->text(), QStringLiteral("3"));
    for (const PresetCard* card : page->findChildren<PresetCard*>())
        QCOMPARE(card->isChecked(), card->preset() == draft.preset);
}

void TestTrainRuns::thePlotIsExported_data()
{
    QTest::addColumn<QString>("ending");
    for (const char* ending : {"png", "svg", "csv"})
        QTest::newRow(ending) << QString::fromLatin1(ending);
}

void TestTrainRuns::thePlotIsExported()
{
    QFETCH(QString, ending);
    RunView view(m_studio->context());
    view.resize(1000, 700);
    view.setVisible(true);
    auto run = std::make_shared<RunFacts>();
    run->path = m_studio->folder.filePath(QStringLiteral("a run"));
    run->name = QStringLiteral("A, run");
    view.show(run, {});
    auto* button = view.findChild<QToolButton*>();
    QVERIFY(!button->isEnabled()); // Nothing to export yet, and it says so.
    QVERIFY(button->toolTip().contains(QLatin1String("no curves")));
    run->story = storyOf({kStarted, stepLine(2, 5, 3.0), stepLine(3, 8, 2.5), judgedLine(4, 10, 2.25)});
    view.show(run, {});
    QVERIFY(button->isEnabled());
    QTRY_COMPARE(view.lossPlot().references().size(), 3U);
    QAction* action = nullptr;
    for (QAction* each : button->menu()->actions()) {
        if (each->text().startsWith(ending.toUpper()))
            action = each;
    }
    QVERIFY(action);
    action->trigger();
    auto* dialog = view.findChild<QFileDialog*>();
    QVERIFY(dialog);
    const QString path = m_studio->folder.filePath(QStringLiteral("curves.") + ending);
    dialog->selectFile(path);
    QVERIFY(QMetaObject::invokeMethod(dialog, "accept"));
    QTRY_VERIFY(m_studio->wasSaid(QStringLiteral("curves.") + ending));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    if (ending == QLatin1String("png")) {
        QVERIFY(QImage::fromData(bytes).width() >= 1280);
    } else if (ending == QLatin1String("svg")) {
        QVERIFY(bytes.contains("<svg") && bytes.contains("from the note before") && bytes.contains("held-out"));
    } else {
        const QList<QByteArray> lines = bytes.trimmed().split('\n');
        QCOMPARE(lines.size(), 4); // Head, two points of the training, one judgement.
        QVERIFY(lines[1].startsWith("\"A, run\",5,3,"));
        QVERIFY(lines[3].contains("2.25"));
    }
}

void TestTrainRuns::comparableRunsAreDrawnTogether()
{
    auto page = m_studio->makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    stop(*page);
    const QString first = page->chosen(), dataset = shown(*page)->dataset;
    page.reset();
    const auto runFolder = [&](const char* name) { return m_studio->paths.runs() + QLatin1Char('/') + QString::fromLatin1(name); };
    QVERIFY(QDir().mkpath(runFolder("twin")));
    for (const char* name : {"config.json", "log.jsonl", "pieces.safetensors"})
        QVERIFY(QFile::copy(first + QLatin1Char('/') + QLatin1String(name), runFolder("twin") + QLatin1Char('/') + QLatin1String(name)));
    QProcess other;
    other.start(m_studio->paths.engine.front(),
                {QStringLiteral("train"), QStringLiteral("--preset"), QStringLiteral("tiny"), QStringLiteral("--dataset"), dataset,
                 QStringLiteral("--run"), runFolder("other"), QStringLiteral("--set"), QStringLiteral("encoding.grid=1/16"), QStringLiteral("--set"),
                 QStringLiteral("network.hidden=8"), QStringLiteral("--set"), QStringLiteral("steps=2")});
    QVERIFY(other.waitForFinished(kLongMs));
    QCOMPARE(other.exitCode(), 0);

    page = m_studio->makePage();
    auto* model = page->findChild<RunListModel*>();
    QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 3, kLongMs);
    page->choose(first);
    const CurvePlot& plot = page->findChild<RunView*>()->lossPlot();
    const auto isDrawn = [&plot](const QString& name) {
        return std::ranges::any_of(plot.curves(), [&](const PlotCurve& curve) { return curve.name == name; });
    };
    QTRY_VERIFY(isDrawn(QStringLiteral("twin")));
    QVERIFY(!isDrawn(QStringLiteral("other")));
    const QModelIndex twin = model->index(model->rowOf(runFolder("twin"))), apart = model->index(model->rowOf(runFolder("other")));
    QVERIFY(twin.data(RunListModel::ColourRole).toInt() > 0);
    QVERIFY(apart.data(RunListModel::ColourRole).toInt() < 0);
    QCOMPARE(apart.data(RunListModel::StateRole).toString(), QStringLiteral("other encoding"));
    QVERIFY(apart.data(RunListModel::FiguresRole).toString().contains(QLatin1String("bits per note")));
    QVERIFY(twin.data(RunListModel::FiguresRole).toString().contains(QLatin1String("best ")));
}

QTEST_MAIN(TestTrainRuns)
#include "tst_train_runs.moc"
