// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/train_studio.h"
#include "ui/train/checkpoint_strip.h"
#include "ui/train/curve_plot.h"
#include "ui/train/preset_card.h"
#include "ui/train/run_settings_panel.h"

#include <QCheckBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestTrainPage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_studio = std::make_unique<TrainStudio>(QStringLiteral(CONTINUO_ENGINE)); }
    void cleanup() { m_studio.reset(); }

    void bundledTunesAreThereWithoutAsking();
    void presetsAreThoseOfTheProgram();
    void aChangedSettingIsMarkedAndCanGoBack();
    void onlySettingsOfTheChosenNetworkAreShown();
    void withoutHeldOutPiecesNothingEndsIt();
    void aValueOutOfRangeHoldsTheStartUp();
    void theCostIsMeasured();
    void theKeyboardChoosesAndStarts();
    void aTrainingIsStartedDrawnSteeredAndStopped();
    void aKilledTrainingIsSaidInWordsAndGoesOn();
    void aTrainingOutlivesThePageAndIsFoundAgain();
    void aStartThatFailsIsSaidInWords();

private:
    std::unique_ptr<TrainStudio> m_studio;
};

void TestTrainPage::bundledTunesAreThereWithoutAsking()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    const DatasetFacts& facts = page->findChild<DatasetChoice*>()->facts();
    QVERIFY(facts.file.startsWith(m_studio->paths.datasets()));
    QCOMPARE(facts.train + facts.validation + facts.test, facts.pieces);
    QVERIFY(facts.pieces > 50);
    QVERIFY(facts.piece.hasNotes());
    QVERIFY(m_studio->said.isEmpty());
}

void TestTrainPage::presetsAreThoseOfTheProgram()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    QStringList names;
    for (const PresetCard* card : page->findChildren<PresetCard*>())
        names << card->preset();
    names.sort();
    QStringList files = QDir(m_studio->paths.presets()).entryList({QStringLiteral("*.json")});
    for (QString& file : files)
        file.chop(5);
    QCOMPARE(names, files);
}

void TestTrainPage::aChangedSettingIsMarkedAndCanGoBack()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    auto* panel = page->findChild<SettingsPanel*>();
    QLineEdit* layers = nullptr;
    for (QLineEdit* field : panel->findChildren<QLineEdit*>()) {
        if (field->accessibleName() == QLatin1String("Layers"))
            layers = field;
    }
    QVERIFY(layers);
    QVERIFY(layers->toolTip().contains(QLatin1String("a whole number from 1 to 128")));
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

void TestTrainPage::onlySettingsOfTheChosenNetworkAreShown()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    auto* panel = page->findChild<SettingsPanel*>();
    const auto shownOf = [panel](const QStringList& names) {
        QStringList shown;
        for (const QString& name : names) {
            if (const QLineEdit* field = fieldOf(*panel, name); field && field->isVisible())
                shown << name;
        }
        return shown;
    };
    const QStringList some{QStringLiteral("Layers"), QStringLiteral("Heads"),
                           QStringLiteral("Context"), QStringLiteral("Order"),
                           QStringLiteral("Batch")};
    QCOMPARE(shownOf(some), (QStringList{some[0], some[4]}));
    const auto turnInto = [panel](const char* kind) {
        RunDraft draft = panel->draft();
        draft.set(QStringLiteral("network.kind"), Json(kind));
        panel->setDraft(std::move(draft));
    };
    turnInto("transformer");
    QCOMPARE(shownOf(some), (QStringList{some[0], some[1], some[2], some[4]}));
    turnInto("ngram");
    QCOMPARE(shownOf(some), (QStringList{some[3], some[4]}));
    turnInto("gru");
    QCOMPARE(shownOf(some), (QStringList{some[0], some[4]}));
}

void TestTrainPage::withoutHeldOutPiecesNothingEndsIt()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    auto* panel = page->findChild<SettingsPanel*>();
    const auto says = [panel](const QString& words) {
        const auto labels = panel->findChildren<QLabel*>();
        return std::ranges::any_of(
            labels, [&](const QLabel* each) { return each->text().contains(words); });
    };
    const QLineEdit* patience = fieldOf(*panel, QStringLiteral("Early stop"));
    QCheckBox* holdOut = nullptr;
    for (QCheckBox* each : panel->findChildren<QCheckBox*>()) {
        if (each->accessibleName() == QLatin1String("Hold out"))
            holdOut = each;
    }
    QVERIFY(patience && holdOut);
    QVERIFY(holdOut->isChecked() && !patience->isReadOnly());
    QVERIFY(!says(QStringLiteral("nothing held out")));
    holdOut->click();
    QVERIFY(panel->draft().value(QStringLiteral("training.holdOut")) == Json(false));
    QVERIFY(patience->isReadOnly());
    QVERIFY(patience->toolTip().contains(QStringLiteral("Nothing is held out")));
    QVERIFY(says(QStringLiteral("120 to learn from, nothing held out")));
    QVERIFY(visibleButton(*page, QStringLiteral("Start training"))->isEnabled());
    holdOut->click();
    QVERIFY(!patience->isReadOnly());
    QVERIFY(!says(QStringLiteral("nothing held out")));
}

void TestTrainPage::aValueOutOfRangeHoldsTheStartUp()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    QPushButton* start = visibleButton(*page, QStringLiteral("Start training"));
    for (QLineEdit* field : page->findChild<SettingsPanel*>()->findChildren<QLineEdit*>()) {
        if (field->accessibleName() != QLatin1String("Batch"))
            continue;
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("0"));
        QVERIFY(!start->isEnabled());
        QVERIFY2(start->toolTip().contains(QLatin1String("from 1 to 4096")),
                 qPrintable(start->toolTip()));
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("32"));
        QVERIFY(start->isEnabled());
        return;
    }
    QFAIL("no batch");
}

void TestTrainPage::theCostIsMeasured()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    Q_EMIT page->findChild<NewRunView*>()->presetChosen(QStringLiteral("tiny"));
    auto* probe = page->findChild<CostProbe*>();
    const QStringList asked = page->findChild<SettingsPanel*>()->draft().arguments();
    QTRY_VERIFY_WITH_TIMEOUT(probe->cost(asked), kLongMs);
    QCOMPARE(probe->cost(asked)->parameters, 12104);
    QVERIFY(probe->cost(asked)->secondsPerEpoch > 0);
    QVERIFY(!QDir(m_studio->paths.runs()).exists() ||
            QDir(m_studio->paths.runs()).isEmpty()); // It leaves no run.
}

void TestTrainPage::theKeyboardChoosesAndStarts()
{
    const auto page = m_studio->makePage();
    QVERIFY(QTest::qWaitForWindowActive(page.get()));
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    auto* card = qobject_cast<PresetCard*>(QApplication::focusWidget());
    QVERIFY2(card, "the keyboard is not at the cards");
    QVERIFY(card->isChecked());
    const auto* panel = page->findChild<SettingsPanel*>();
    const QString before = panel->draft().preset;
    QTest::keyClick(card, Qt::Key_Left);
    auto* other = qobject_cast<PresetCard*>(QApplication::focusWidget());
    QVERIFY(other && other != card);
    QVERIFY(other->isChecked() && !card->isChecked());
    QCOMPARE(panel->draft().preset, other->preset());
    QVERIFY(panel->draft().preset != before);
    // Space would play, were it not for the card that has it.
    QTest::keyClick(other, Qt::Key_Right);
    QCOMPARE(panel->draft().preset, before);
    QKeyEvent space(QEvent::ShortcutOverride, Qt::Key_Space, Qt::NoModifier);
    space.ignore();
    QApplication::sendEvent(card, &space);
    QVERIFY(space.isAccepted());

    QSignalSpy wanted(page->findChild<SettingsPanel*>(), &SettingsPanel::startRequested);
    QFile::remove(page->findChild<DatasetChoice*>()->chosen()); // Nothing shall really start.
    QPushButton* start = visibleButton(*page, QStringLiteral("Start training"));
    start->setFocus(Qt::TabFocusReason);
    QTest::keyClick(start, Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(m_studio->wasSaid(QStringLiteral("continuo-dataset")), kLongMs);
}

void TestTrainPage::aTrainingIsStartedDrawnSteeredAndStopped()
{
    const auto page = m_studio->makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    auto* view = page->findChild<RunView*>();
    QTRY_VERIFY_WITH_TIMEOUT(!view->lossPlot().curves().empty() &&
                                 view->lossPlot().curves().back().x.size() >= 1,
                             kLongMs);
    QCOMPARE(view->lossPlot().references().size(), 3U);
    QVERIFY(view->lossPlot().best());
    QCOMPARE(m_studio->tasks.tasks().size(), 1U);
    QVERIFY(m_studio->tasks.tasks()[0].share);
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
    QTRY_VERIFY(m_studio->tasks.tasks().empty());
    QVERIFY(m_studio->wasSaid(QStringLiteral("is kept")));
    QVERIFY(visibleButton(*view, QStringLiteral("Resume")));

    const QSignalSpy used(page.get(), &TrainPage::modelChosen);
    for (QPushButton* use :
         page->findChild<CheckpointStrip*>()->findChildren<QPushButton*>(QString())) {
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
    const auto page = m_studio->makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    const RunLockView lock = readRunLock(page->chosen().toStdString());
    QCOMPARE(lock.state, RunLockState::Held);
    ::kill(static_cast<pid_t>(lock.owner.process), SIGKILL);
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Dead, kLongMs);
    QVERIFY(m_studio->wasSaid(QStringLiteral("Resume goes on from there")));
    QVERIFY(m_studio->tasks.tasks().empty());
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
    auto page = m_studio->makePage();
    startLongTraining(*page);
    if (QTest::currentTestFailed())
        return;
    const QString run = page->chosen();
    page.reset();
    QVERIFY(m_studio->tasks.tasks().empty());
    QCOMPARE(readRunLock(run.toStdString()).state, RunLockState::Held);

    page = m_studio->makePage();
    QTRY_COMPARE_WITH_TIMEOUT(page->chosen(), run, kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(shown(*page) && shown(*page)->story.training.size() >= 3, kLongMs);
    QCOMPARE(m_studio->tasks.tasks().size(), 1U);
    visibleButton(*page->findChild<RunView*>(), QStringLiteral("Stop and keep"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(shown(*page)->state, RunState::Stopped, kLongMs);
}

void TestTrainPage::aStartThatFailsIsSaidInWords()
{
    const auto page = m_studio->makePage();
    QTRY_VERIFY_WITH_TIMEOUT(isReady(*page), kLongMs);
    QFile::remove(page->findChild<DatasetChoice*>()->chosen());
    visibleButton(*page, QStringLiteral("Start training"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(m_studio->wasSaid(QStringLiteral("continuo-dataset")), kLongMs);
    QTRY_VERIFY(visibleButton(*page, QStringLiteral("Start training"))->isEnabled());
    QVERIFY(page->chosen().isEmpty());
}

QTEST_MAIN(TestTrainPage)
#include "tst_train_page.moc"
