// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/run_lock.h"
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/engine/engine_process.h"
#include "ui/engine/task_list.h"
#include "ui/play/player.h"
#include "ui/train/checkpoint_strip.h"
#include "ui/train/curve_plot.h"
#include "ui/train/dataset_choice.h"
#include "ui/train/new_run_view.h"
#include "ui/train/preset_card.h"
#include "ui/train/run_settings_panel.h"
#include "ui/train/run_view.h"
#include "ui/train/settings_panel.h"
#include "ui/train/train_page.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kLongMs = 90'000; ///< A real engine on a machine that is busy.

} // namespace

class TestTrainPage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void bundledTunesAreThereWithoutAsking();
    void presetsAreThoseOfTheProgram();
    void aChangedSettingIsMarkedAndCanGoBack();
    void aValueOutOfRangeHoldsTheStartUp();
    void theCostIsMeasured();
    void aTrainingIsStartedDrawnSteeredAndStopped();
    void aKilledTrainingIsSaidInWordsAndGoesOn();
    void aTrainingOutlivesThePageAndIsFoundAgain();
    void aStartThatFailsIsSaidInWords();

private:
    std::unique_ptr<TrainPage> makePage();
    /// Sets up a small training that lasts until it is stopped, and starts it.
    void startLongTraining(TrainPage& page);
    bool isReady(TrainPage& page) const;
    QPushButton* visibleButton(QWidget& within, const QString& text) const;
    RunFactsPointer shown(TrainPage& page) const { return page.findChild<RunView*>()->run(); }
    bool wasSaid(const QString& part) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Appearance> m_appearance;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Notices> m_notices;
    std::unique_ptr<TaskList> m_tasks;
    std::unique_ptr<ScoreDocument> m_document;
    std::unique_ptr<NoteSelection> m_selection;
    std::unique_ptr<Player> m_player;
    std::unique_ptr<EngineProcess> m_engine;
    std::unique_ptr<EngineProcess> m_datasetEngine;
    StudioPaths m_paths{};
    QStringList m_said{};
};

void TestTrainPage::initTestCase()
{
    m_appearance = std::make_unique<Appearance>(*qApp);
}

void TestTrainPage::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_folder->filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    m_paths.engine = QStringList{QStringLiteral(CONTINUO_ENGINE)};
    m_paths.resources = qEnvironmentVariable("CONTINUO_RESOURCES");
    m_paths.data = m_folder->filePath(QStringLiteral("data"));
    m_paths.state = m_folder->filePath(QStringLiteral("state"));
    m_notices = std::make_unique<Notices>();
    m_said.clear();
    connect(m_notices.get(), &Notices::arrived, this, [this](Notices::Level, const QString& sentence) { m_said << sentence; });
    m_tasks = std::make_unique<TaskList>();
    m_document = std::make_unique<ScoreDocument>();
    m_selection = std::make_unique<NoteSelection>(*m_document);
    m_player = std::make_unique<Player>(*m_document, std::filesystem::path());
    m_engine = std::make_unique<EngineProcess>(m_paths.engine + QStringList{QStringLiteral("serve")}, QStringLiteral("test"));
    m_datasetEngine = std::make_unique<EngineProcess>(m_paths.engine + QStringList{QStringLiteral("serve")}, QStringLiteral("test"));
}

void TestTrainPage::cleanup()
{
    for (const QString& name : QDir(m_paths.runs()).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const RunLockView lock = readRunLock((m_paths.runs() + QLatin1Char('/') + name).toStdString());
        if (lock.state == RunLockState::Held)
            ::kill(static_cast<pid_t>(lock.owner.process), SIGKILL);
    }
    m_datasetEngine.reset();
    m_engine.reset();
    m_player.reset();
}

std::unique_ptr<TrainPage> TestTrainPage::makePage()
{
    auto page = std::make_unique<TrainPage>(
        StudioContext{*m_appearance, *m_settings, *m_notices, *m_tasks, *m_document, *m_selection, *m_player, *m_engine, *m_datasetEngine, m_paths});
    page->resize(1400, 800);
    page->show();
    return page;
}

bool TestTrainPage::isReady(TrainPage& page) const
{
    const auto* datasets = page.findChild<DatasetChoice*>();
    return !page.findChild<SettingsPanel*>()->draft().preset.isEmpty() && !datasets->isBusy() && datasets->facts().isDivided();
}

QPushButton* TestTrainPage::visibleButton(QWidget& within, const QString& text) const
{
    for (QPushButton* button : within.findChildren<QPushButton*>()) {
        if (button->text() == text && button->isVisible())
            return button;
    }
    return nullptr;
}

bool TestTrainPage::wasSaid(const QString& part) const
{
    return std::ranges::any_of(m_said, [&](const QString& sentence) { return sentence.contains(part); });
}

void TestTrainPage::startLongTraining(TrainPage& page)
{
    QTRY_VERIFY_WITH_TIMEOUT(isReady(page), kLongMs);
    auto* panel = page.findChild<SettingsPanel*>();
    Q_EMIT page.findChild<NewRunView*>()->presetChosen(QStringLiteral("tiny"));
    QCOMPARE(panel->draft().preset, QStringLiteral("tiny"));
    RunDraft draft = panel->draft();
    draft.set(QStringLiteral("training.epochs"), Json(100'000));
    // Trainings stand behind everything else on the machine: this one needs little of it.
    draft.set(QStringLiteral("training.threads"), Json(1));
    draft.set(QStringLiteral("training.logEvery"), Json(2));
    draft.set(QStringLiteral("network.hidden"), Json(8));
    panel->setDraft(std::move(draft));
    QPushButton* start = visibleButton(page, QStringLiteral("Start training"));
    QVERIFY(start);
    QVERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
    start->click();
    QTRY_VERIFY_WITH_TIMEOUT(!page.chosen().isEmpty(), kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(shown(page) && shown(page)->story.training.size() >= 3 && !shown(page)->story.heldOut.empty(), kLongMs);
}

void TestTrainPage::bundledTunesAreThereWithoutAsking()
{
    const auto page = makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    const DatasetFacts& facts = page->findChild<DatasetChoice*>()->facts();
    QVERIFY(facts.file.startsWith(m_paths.datasets()));
    QCOMPARE(facts.train + facts.validation + facts.test, facts.pieces);
    QVERIFY(facts.pieces > 50);
    QVERIFY(facts.piece.hasNotes());
    QVERIFY(m_said.isEmpty());
}

void TestTrainPage::presetsAreThoseOfTheProgram()
{
    const auto page = makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    QStringList names;
    for (const PresetCard* card : page->findChildren<PresetCard*>())
        names << card->preset();
    names.sort();
    QStringList files = QDir(m_paths.presets()).entryList({QStringLiteral("*.json")});
    for (QString& file : files)
        file.chop(5);
    QCOMPARE(names, files);
}

void TestTrainPage::aChangedSettingIsMarkedAndCanGoBack()
{
    const auto page = makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    auto* panel = page->findChild<SettingsPanel*>();
    QLineEdit* layers = nullptr;
    for (QLineEdit* field : panel->findChildren<QLineEdit*>()) {
        if (field->accessibleName() == QLatin1String("Layers"))
            layers = field;
    }
    QVERIFY(layers);
    QVERIFY(layers->toolTip().contains(QLatin1String("a whole number from 1 to 16")));
    const QString was = layers->text();
    layers->selectAll();
    QTest::keyClicks(layers, QStringLiteral("3"));
    QVERIFY(layers->property("changed").toBool());
    QVERIFY(panel->draft().value(QStringLiteral("network.layers")) == Json(3));
    layers->selectAll();
    QTest::keyClicks(layers, was);
    QVERIFY(!layers->property("changed").toBool());
    QVERIFY(panel->draft().changed.empty());
}

void TestTrainPage::aValueOutOfRangeHoldsTheStartUp()
{
    const auto page = makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    QPushButton* start = visibleButton(*page, QStringLiteral("Start training"));
    for (QLineEdit* field : page->findChild<SettingsPanel*>()->findChildren<QLineEdit*>()) {
        if (field->accessibleName() != QLatin1String("Batch"))
            continue;
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("0"));
        QVERIFY(!start->isEnabled());
        QVERIFY2(start->toolTip().contains(QLatin1String("from 1 to 4096")), qPrintable(start->toolTip()));
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("32"));
        QVERIFY(start->isEnabled());
        return;
    }
    QFAIL("no batch");
}

void TestTrainPage::theCostIsMeasured()
{
    const auto page = makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    Q_EMIT page->findChild<NewRunView*>()->presetChosen(QStringLiteral("tiny"));
    auto* probe = page->findChild<CostProbe*>();
    const QStringList asked = page->findChild<SettingsPanel*>()->draft().arguments();
    QTRY_VERIFY_WITH_TIMEOUT(probe->cost(asked), kLongMs);
    QCOMPARE(probe->cost(asked)->parameters, 12104);
    QVERIFY(probe->cost(asked)->secondsPerEpoch > 0);
    QVERIFY(!QDir(m_paths.runs()).exists() || QDir(m_paths.runs()).isEmpty()); // It leaves no run.
}

void TestTrainPage::aTrainingIsStartedDrawnSteeredAndStopped()
{
    const auto page = makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    auto* view = page->findChild<RunView*>();
    QTRY_VERIFY_WITH_TIMEOUT(!view->lossPlot().curves().empty() && view->lossPlot().curves().back().x.size() >= 1, kLongMs);
    QCOMPARE(view->lossPlot().references().size(), 3U);
    QVERIFY(view->lossPlot().best());
    QCOMPARE(m_tasks->tasks().size(), 1U);
    QVERIFY(m_tasks->tasks()[0].share);
    QTRY_VERIFY_WITH_TIMEOUT(page->findChild<CheckpointStrip*>()->count() > 0, kLongMs);

    visibleButton(*view, QStringLiteral("Pause"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Paused, kLongMs);
    QVERIFY(!visibleButton(*view, QStringLiteral("Pause")));
    visibleButton(*view, QStringLiteral("Resume"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Training, kLongMs);

    Q_EMIT page->findChild<RunSettingsPanel*>()->learningRateRequested(0.00025);
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->story.learningRate, 0.00025, kLongMs);
    Q_EMIT page->findChild<RunSettingsPanel*>()->extendRequested(5);
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->story.epochs, 100'005, kLongMs);
    const std::size_t samples = shown(*page)->story.checkpoints.size();
    visibleButton(*view, QStringLiteral("Sample now"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(shown(*page)->story.checkpoints.size() > samples, kLongMs);

    visibleButton(*view, QStringLiteral("Stop and keep"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Stopped, kLongMs);
    QTRY_VERIFY(m_tasks->tasks().empty());
    QVERIFY(wasSaid(QStringLiteral("is kept")));
    QVERIFY(visibleButton(*view, QStringLiteral("Resume")));

    const QSignalSpy used(page.get(), &TrainPage::modelChosen);
    for (QPushButton* use : page->findChild<CheckpointStrip*>()->findChildren<QPushButton*>(QString())) {
        if (use->text() == QLatin1String("Use in Compose") && use->isEnabled()) {
            use->click();
            break;
        }
    }
    QCOMPARE(used.size(), 1);
    QVERIFY(QFileInfo::exists(used[0][0].toString()));
}

void TestTrainPage::aKilledTrainingIsSaidInWordsAndGoesOn()
{
    const auto page = makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    const RunLockView lock = readRunLock(page->chosen().toStdString());
    QCOMPARE(lock.state, RunLockState::Held);
    ::kill(static_cast<pid_t>(lock.owner.process), SIGKILL);
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Dead, kLongMs);
    QVERIFY(wasSaid(QStringLiteral("Resume goes on from there")));
    QVERIFY(m_tasks->tasks().empty());
    const std::int64_t reached = shown(*page)->story.step;
    auto* view = page->findChild<RunView*>();
    QTRY_VERIFY_WITH_TIMEOUT(visibleButton(*view, QStringLiteral("Resume")), kLongMs);
    visibleButton(*view, QStringLiteral("Resume"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Training, kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(shown(*page)->story.step > reached, kLongMs);
    // Curves never run backwards.
    const std::vector<TrainingPoint>& points = shown(*page)->story.training;
    QVERIFY(std::ranges::is_sorted(points, {}, &TrainingPoint::step));
    visibleButton(*view, QStringLiteral("Stop and keep"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Stopped, kLongMs);
}

void TestTrainPage::aTrainingOutlivesThePageAndIsFoundAgain()
{
    auto page = makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    const QString run = page->chosen();
    page.reset();
    QVERIFY(m_tasks->tasks().empty());
    QCOMPARE(readRunLock(run.toStdString()).state, RunLockState::Held);

    page = makePage();
    QTRY_COMPARE_WITH_TIMEOUT(page->chosen(), run, kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(shown(*page) && shown(*page)->story.training.size() >= 3, kLongMs);
    QCOMPARE(m_tasks->tasks().size(), 1U);
    visibleButton(*page->findChild<RunView*>(), QStringLiteral("Stop and keep"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Stopped, kLongMs);
}

void TestTrainPage::aStartThatFailsIsSaidInWords()
{
    const auto page = makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    QFile::remove(page->findChild<DatasetChoice*>()->chosen());
    visibleButton(*page, QStringLiteral("Start training"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(wasSaid(QStringLiteral("continuo-dataset")), kLongMs);
    QTRY_VERIFY(visibleButton(*page, QStringLiteral("Start training"))->isEnabled());
    QVERIFY(page->chosen().isEmpty());
}

QTEST_MAIN(TestTrainPage)
#include "tst_train_page.moc"
