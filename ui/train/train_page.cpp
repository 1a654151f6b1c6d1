// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/train_page.h"

#include "core/midi/write_midi.h"
#include "core/weights/safetensors.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/side_panels.h"
#include "ui/train/claims_dialog.h"
#include "ui/train/cost_probe.h"
#include "ui/train/dataset_choice.h"
#include "ui/train/json_members.h"
#include "ui/train/judge_dialog.h"
#include "ui/train/judging.h"
#include "ui/train/new_run_view.h"
#include "ui/train/preset_catalogue.h"
#include "ui/train/run_library.h"
#include "ui/train/run_list_model.h"
#include "ui/train/run_names_dialog.h"
#include "ui/train/run_settings_panel.h"
#include "ui/train/run_view.h"
#include "ui/train/run_watch.h"
#include "ui/train/runs_panel.h"
#include "ui/train/score_card_dialog.h"
#include "ui/train/settings_panel.h"
#include "ui/train/training_starter.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QSettings>
#include <QShowEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QTemporaryDir>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kLeftWidth = 232;
constexpr int kRightWidth = 308;
constexpr int kNarrowLeft = 200;
constexpr int kNarrowRight = 308;
constexpr std::size_t kMostTogether = 4;
constexpr std::size_t kMostOffered = 12; ///< Models in a menu.

void bringUp(QWidget& dialog)
{
    dialog.show();
    dialog.raise();
    dialog.activateWindow();
}

} // namespace

TrainPage::TrainPage(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_catalogue(new PresetCatalogue(context.paths.engine, this))
    , m_datasets(new DatasetChoice(context, this))
    , m_probe(new CostProbe(context.paths.engine, this))
    , m_library(new RunLibrary(context.paths.runs(), this))
    , m_runs(new RunListModel(this))
    , m_starter(new TrainingStarter(context, this))
    , m_runsPanel(new RunsPanel(context.appearance, *m_runs, this))
    , m_middle(new QStackedWidget(this))
    , m_right(new QStackedWidget(this))
    , m_newRun(new NewRunView(context, *m_catalogue, *m_datasets, *m_probe, this))
    , m_run(new RunView(context, this))
    , m_settings(new SettingsPanel(context, *m_catalogue, *m_datasets, *m_probe, this))
    , m_runSettings(new RunSettingsPanel(context, *m_catalogue, this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_middle->addWidget(m_newRun);
    m_middle->addWidget(m_run);
    m_right->addWidget(m_settings);
    m_right->addWidget(m_runSettings);
    auto* splitter = new QSplitter(this);
    m_panels = new SidePanels(*splitter, m_context.settings, QStringLiteral("train"),
                              {*m_runsPanel, tr("Runs"), kLeftWidth, kNarrowLeft}, *m_middle,
                              {*m_right, tr("Settings"), kRightWidth, kNarrowRight});
    row->addWidget(splitter);
    m_panels->setAbsent(SidePanels::Left, tr("No runs yet"));
    // Whoever presses a button with the mouse means Space for playing afterwards.
    for (QPushButton* each : findChildren<QPushButton*>())
        each->setFocusPolicy(Qt::TabFocus);
    connectParts();
}

TrainPage::~TrainPage() = default;

void TrainPage::connectParts()
{
    connect(m_library, &RunLibrary::changed, this, &TrainPage::runsChanged);
    connect(m_catalogue, &PresetCatalogue::arrived, this, [this] {
        if (m_settings->draft().preset.isEmpty() && !m_catalogue->presets().empty()) {
            const PresetInfo* first = m_catalogue->preset(QStringLiteral("folk-grid"));
            m_settings->setDraft(draftOf(first ? *first : m_catalogue->presets().front(), {}));
            focusCards();
        }
    });
    connect(m_settings, &SettingsPanel::draftChanged, this,
            [this] { m_newRun->show(m_settings->draft()); });
    connect(m_settings, &SettingsPanel::startRequested, this, &TrainPage::start);
    connect(m_newRun, &NewRunView::presetChosen, this, [this](const QString& name) {
        if (const PresetInfo* preset = m_catalogue->preset(name)) {
            RunDraft draft = draftOf(*preset, {});
            draft.dataset = m_settings->draft().dataset;
            draft.device = m_settings->draft().device;
            m_settings->setDraft(std::move(draft));
        }
    });
    connect(m_newRun, &NewRunView::claimsRequested, this, [this] {
        if (m_claims == nullptr)
            m_claims = new ClaimsDialog(m_context, this);
        tellClaims();
        bringUp(*m_claims);
    });
    connect(m_datasets, &DatasetChoice::factsChanged, this, &TrainPage::tellClaims);
    connect(m_catalogue, &PresetCatalogue::arrived, this, [this] {
        offerModels();
        showChosen(); // With the names of its settings' choices.
    });
    connect(m_catalogue, &PresetCatalogue::devicesArrived, this, &TrainPage::showChosen);
    connect(m_runsPanel, &RunsPanel::chosen, this, &TrainPage::choose);
    connect(m_runsPanel, &RunsPanel::newRunRequested, this, [this] { choose({}); });
    connect(m_runsPanel, &RunsPanel::resumeRequested, this, &TrainPage::resume);
    connect(m_runsPanel, &RunsPanel::renameRequested, this, &TrainPage::rename);

    connect(m_starter, &TrainingStarter::busyChanged, this, [this] {
        const QString because = m_starter->isBusy() ? tr("A training is being started") : QString();
        m_settings->setBlocked(because);
        m_run->setResumeBlocked(because);
    });
    connect(m_starter, &TrainingStarter::started, this, &TrainPage::started);
    connect(m_starter, &TrainingStarter::failed, &m_context.notices, &Notices::report);

    const auto withWatch = [this](auto act) {
        return [this, act] {
            if (RunWatch* watched = watchOf(m_chosen))
                act(*watched);
        };
    };
    connect(m_run, &RunView::pauseRequested, this, withWatch([](RunWatch& run) { run.pause(); }));
    connect(m_run, &RunView::stopRequested, this, withWatch([](RunWatch& run) { run.stop(); }));
    connect(m_run, &RunView::sampleRequested, this, withWatch([](RunWatch& run) { run.sample(); }));
    connect(m_run, &RunView::resumeRequested, this, [this] { resume(m_chosen); });
    connect(m_run, &RunView::calmerRequested, this, &TrainPage::newCalmerRun);
    connect(m_run, &RunView::modelChosen, this, &TrainPage::modelChosen);
    connect(m_run, &RunView::judgeRequested, this, [this] { judge({m_chosen}); });
    connect(m_run, &RunView::cardRequested, this, &TrainPage::showCard);
    connect(m_runsPanel, &RunsPanel::judgeRequested, this, &TrainPage::judge);
    connect(m_runSettings, &RunSettingsPanel::learningRateRequested, this, [this](double rate) {
        if (RunWatch* watched = watchOf(m_chosen))
            watched->setLearningRate(rate);
    });
    connect(m_runSettings, &RunSettingsPanel::extendRequested, this, [this](qint64 more) {
        if (RunWatch* watched = watchOf(m_chosen))
            watched->extend(more);
        else
            m_starter->resume(m_chosen, more);
    });
    connect(m_runSettings, &RunSettingsPanel::patienceRequested, this, [this](qint64 evaluations) {
        if (RunWatch* watched = watchOf(m_chosen))
            watched->setPatience(evaluations);
    });
    connect(m_runSettings, &RunSettingsPanel::copyRequested, this, [this] {
        if (const RunFactsPointer run = factsOf(m_chosen))
            newRun(run->config);
    });
    connect(m_runSettings, &RunSettingsPanel::refineRequested, this, [this](const QString& model) {
        if (const RunFactsPointer run = factsOf(m_chosen)) {
            newRun(run->config);
            m_settings->startFrom(model);
        }
    });
}

bool TrainPage::event(QEvent* event)
{
    // Space plays the composition everywhere but on what it presses.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* press = static_cast<QKeyEvent*>(event);
        const QWidget* focus = focusWidget();
        if (press->modifiers() == Qt::NoModifier && press->key() == Qt::Key_Space &&
            (qobject_cast<const QAbstractButton*>(focus) ||
             qobject_cast<const QComboBox*>(focus))) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void TrainPage::keyPressEvent(QKeyEvent* event)
{
    auto* pressed = qobject_cast<QAbstractButton*>(focusWidget());
    if (pressed && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        pressed->click();
    else
        QWidget::keyPressEvent(event);
}

void TrainPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    prepare();
    m_isFocusWanted = true;
    focusCards();
}

void TrainPage::focusCards()
{
    if (m_isFocusWanted && isVisible() && m_middle->currentWidget() == m_newRun)
        m_isFocusWanted = !m_newRun->focusChosen();
}

void TrainPage::prepare()
{
    if (std::exchange(m_isPrepared, true))
        return;
    m_catalogue->load();
    if (!m_datasets->chosen().isEmpty())
        return;
    const std::vector<DatasetEntry> entries = m_datasets->entries();
    const QString last = m_context.settings.value(QStringLiteral("train/dataset")).toString();
    if (QFileInfo::exists(last))
        m_datasets->choose(last);
    else if (!entries.empty())
        m_datasets->choose(entries.front().file);
}

void TrainPage::trainOn(const QString& dataset)
{
    m_datasets->choose(dataset);
    prepare();
    choose({});
}

void TrainPage::tellClaims()
{
    if (m_claims == nullptr)
        return;
    const QString why = m_datasets->isBusy() ? tr("The dataset is being read")
                        : !m_datasets->facts().isDivided()
                            ? tr("The dataset has no training part yet; divide it first")
                            : QString();
    m_claims->setDataset(m_datasets->chosen(), why);
}

void TrainPage::start()
{
    const RunDraft& draft = m_settings->draft();
    m_probe->stop();
    m_context.settings.setValue(QStringLiteral("train/dataset"), draft.dataset);
    const QString name =
        (draft.from.isEmpty() ? tr("%1, %2") : tr("%1, %2, refined"))
            .arg(QFileInfo(draft.dataset).completeBaseName(), networkInWords(draft.job()));
    m_starter->start(draft, name);
}

void TrainPage::started(const QString& path)
{
    // The folder has all that is needed by now; it is small.
    if (const RunFactsPointer run = readRun(path, nullptr); run && isGoingOn(run->state))
        watch(run);
    m_library->refresh();
    choose(path);
}

void TrainPage::watch(const RunFactsPointer& run)
{
    std::unique_ptr<RunWatch>& place = m_watches[run->path];
    if (place && !place->isOver()) {
        // Its name may have been written after it was found.
        const RunFacts& known = place->run();
        if (known.name != run->name || known.notes != run->notes || known.dataset != run->dataset)
            place->know(*run);
        return;
    }
    place = std::make_unique<RunWatch>(m_context, *run);
    connect(place.get(), &RunWatch::changed, this, [this, path = run->path] {
        if (path == m_chosen)
            showChosen();
    });
    connect(place.get(), &RunWatch::ended, m_library, &RunLibrary::refresh);
}

void TrainPage::runsChanged()
{
    for (const RunFactsPointer& run : m_library->runs()) {
        if (isGoingOn(run->state))
            watch(run);
        else if (const RunWatch* watched = watchOf(run->path); watched && watched->isOver())
            m_watches.erase(run->path);
    }
    m_runs->setRuns(m_library->runs());
    if (m_judge)
        m_judge->setRuns(m_library->runs());
    offerModels();
    m_panels->setAbsent(SidePanels::Left,
                        m_library->runs().empty() ? tr("No runs yet") : QString());
    if (!m_chosen.isEmpty() && !factsOf(m_chosen) && m_library->isRead())
        choose({});
    // Whoever opens the studio while it trains wants to see that first.
    if (std::exchange(m_isFirstLook, false) && m_chosen.isEmpty()) {
        const auto live = std::ranges::find_if(
            m_library->runs(), [](const RunFactsPointer& run) { return isGoingOn(run->state); });
        if (live != m_library->runs().end())
            choose((*live)->path);
    }
    showChosen();
}

void TrainPage::choose(const QString& run)
{
    m_chosen = run;
    m_isFirstLook = false;
    m_runsPanel->choose(run);
    showChosen();
}

void TrainPage::showChosen()
{
    const RunFactsPointer run = factsOf(m_chosen);
    m_middle->setCurrentWidget(run ? static_cast<QWidget*>(m_run) : m_newRun);
    m_right->setCurrentWidget(run ? static_cast<QWidget*>(m_runSettings) : m_settings);
    if (!run) {
        m_runs->setDrawn({}, {});
        return;
    }
    const std::vector<RunFactsPointer> others = comparable(*run);
    m_runs->setDrawn(run->path, others);
    m_run->show(run, others);
    if (m_card)
        m_card->know(run);
    m_runSettings->show(run);
}

void TrainPage::offerModels()
{
    std::vector<StartModel> models;
    for (const RunFactsPointer& run : m_library->runs()) {
        if (run->story.hasBest && models.size() < kMostOffered)
            models.push_back(
                {tr("%1, best").arg(run->name), run->path + QStringLiteral("/best.safetensors")});
    }
    if (QFileInfo::exists(m_context.paths.starterModel()))
        models.push_back(
            {tr("The model that comes with Continuo"), m_context.paths.starterModel()});
    m_settings->setModels(std::move(models));
}

void TrainPage::newRun(const Json& job)
{
    RunDraft draft = draftFrom(job, *m_catalogue);
    const RunFactsPointer run = factsOf(m_chosen);
    if (run && QFileInfo::exists(run->dataset) && run->dataset != m_datasets->chosen())
        m_datasets->choose(run->dataset);
    draft.dataset = m_datasets->chosen();
    m_settings->setDraft(std::move(draft));
    choose({});
}

void TrainPage::newCalmerRun()
{
    const RunFactsPointer run = factsOf(m_chosen);
    if (!run)
        return;
    newRun(run->config);
    m_settings->setDraft(withSmallerSteps(m_settings->draft()));
    m_settings->startFrom(run->path + QStringLiteral("/last.safetensors"));
}

void TrainPage::resume(const QString& run)
{
    if (RunWatch* watched = watchOf(run); watched && !watched->isOver())
        watched->resume();
    else
        m_starter->resume(run);
}

void TrainPage::rename(const QString& path)
{
    const RunFactsPointer run = factsOf(path);
    if (!run)
        return;
    auto* dialog = new RunNamesDialog(run->name, run->notes, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, run] {
        RunFacts named = *run;
        named.name = dialog->name();
        named.notes = dialog->notes();
        if (const Status written = writeRunNames(named); !written)
            m_context.notices.report(written.error());
        if (RunWatch* watched = watchOf(run->path))
            watched->know(named);
        m_library->refresh();
    });
    dialog->open();
}

void TrainPage::judge(const QStringList& runs)
{
    if (!m_judging)
        m_judging = new Judging(m_context, this);
    if (!m_judge) {
        m_judge = new JudgeDialog(
            m_context, *m_judging, [this](const RunFacts& run) { return setOf(run); }, this);
        connect(m_judge, &JudgeDialog::setChosen, this, &TrainPage::keepSet);
        m_judge->setRuns(m_library->runs());
    }
    if (!m_judge->isJudging())
        m_judge->tick(runs);
    bringUp(*m_judge);
}

void TrainPage::showCard(qint64 step)
{
    const RunFactsPointer run = factsOf(m_chosen);
    if (!run)
        return;
    if (!m_judging)
        m_judging = new Judging(m_context, this);
    if (!m_card) {
        m_card = new ScoreCardDialog(m_context, *m_judging, this);
        connect(m_card, &ScoreCardDialog::setChosen, this, &TrainPage::keepSet);
    }
    m_card->showSample(run, setOf(*run), step);
    bringUp(*m_card);
}

QString TrainPage::setAgainst(const QString& model) const
{
    const QString folder = QFileInfo(model).absolutePath();
    const RunFactsPointer known = factsOf(folder);
    if (const RunFactsPointer run = known ? known : readRun(folder, nullptr))
        if (const QString file = setOf(*run); QFileInfo::exists(file))
            return file;
    if (QFileInfo::exists(m_datasets->chosen()))
        return m_datasets->chosen();
    for (const DatasetEntry& entry : m_datasets->entries())
        if (QFileInfo::exists(entry.file))
            return entry.file;
    return {};
}

QString TrainPage::whyNoCardOf(const QString& model) const
{
    return setAgainst(model).isEmpty()
               ? tr("There is no dataset to hold it against; the workspace Dataset makes one of "
                    "your music")
               : QString();
}

void TrainPage::showCardOf(const Score& melody, const QString& title, const QString& model)
{
    if (!m_takes)
        m_takes = std::make_unique<QTemporaryDir>();
    // Each under a name of its own: cards are kept by the files' names.
    CardMelody judged;
    judged.file = m_takes->filePath(QStringLiteral("take-%1.mid").arg(++m_takeCount));
    judged.title = title;
    const Status written =
        writeMidiFile(QFile::encodeName(judged.file).toStdString(), melody, Overwrite::Replace);
    if (!written)
        return m_context.notices.report(written.error());
    if (const Result<TensorFile> header =
            readTensorFileHeader(QFile::encodeName(model).toStdString())) {
        const auto told = header->metadata.find("continuo.receipt");
        if (const Result<Json> receipt =
                parseJson(told == header->metadata.end() ? "{}" : told->second)) {
            judged.setName = textAt(memberAt(*receipt, "dataset"), "name");
            judged.setPrint = textAt(memberAt(*receipt, "dataset"), "fingerprint");
        }
    }
    if (!m_judging)
        m_judging = new Judging(m_context, this);
    if (!m_takeCard)
        m_takeCard = new ScoreCardDialog(m_context, *m_judging, window());
    m_takeCard->showMelody(judged, setAgainst(model));
    bringUp(*m_takeCard);
}

QString TrainPage::setOf(const RunFacts& run) const
{
    if (!run.dataset.isEmpty())
        return run.dataset;
    // A training from the command line says what its set is called.
    const std::vector<DatasetEntry> entries = m_datasets->entries();
    const auto found = std::ranges::find_if(entries, [&](const DatasetEntry& entry) {
        return QFileInfo(entry.file).completeBaseName() == run.datasetName;
    });
    return found == entries.end() ? QString() : found->file;
}

void TrainPage::keepSet(const QString& path, const QString& file)
{
    const RunFactsPointer run = factsOf(path);
    if (!run)
        return;
    RunFacts named = *run;
    named.dataset = file;
    if (const Status written = writeRunNames(named); !written)
        m_context.notices.report(written.error());
    if (RunWatch* watched = watchOf(path))
        watched->know(named);
    m_library->refresh();
}

RunWatch* TrainPage::watchOf(const QString& run) const
{
    const auto found = m_watches.find(run);
    return found == m_watches.end() ? nullptr : found->second.get();
}

RunFactsPointer TrainPage::factsOf(const QString& run) const
{
    // What is told live is ahead of what was read from the disk.
    const RunFactsPointer read = m_library->run(run);
    if (const RunWatch* watched = watchOf(run);
        watched &&
        (!read || watched->run().story.seq >= read->story.seq || isGoingOn(watched->run().state)))
        return std::make_shared<RunFacts>(watched->run());
    return read;
}

std::vector<RunFactsPointer> TrainPage::comparable(const RunFacts& run) const
{
    std::vector<RunFactsPointer> others;
    for (const RunFactsPointer& other : m_library->runs()) {
        if (other->path != run.path && !other->story.heldOut.empty() &&
            others.size() < kMostTogether && whyNotComparable(run, *other).isEmpty())
            others.push_back(other);
    }
    return others;
}

} // namespace continuo::ui
