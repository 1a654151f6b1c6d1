// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"
#include "ui/train/run_facts.h"

#include <QWidget>

#include <map>
#include <memory>
#include <vector>

QT_BEGIN_NAMESPACE
class QStackedWidget;
class QTemporaryDir;
QT_END_NAMESPACE

namespace continuo::ui {

class CostProbe;
class DatasetChoice;
class NewRunView;
class PresetCatalogue;
class JudgeDialog;
class Judging;
class RunLibrary;
class RunListModel;
class ClaimsDialog;
class RunSettingsPanel;
class RunsPanel;
class RunView;
class RunWatch;
class ScoreCardDialog;
class SettingsPanel;
class SidePanels;
class TrainingStarter;

/// The workspace where one trains: what to learn and how, the curves while it runs, and the runs
/// there are. Trainings are processes of their own: those that go on are found at the start and
/// watched; closing the window leaves them alone.
class TrainPage final : public QWidget
{
    Q_OBJECT

public:
    explicit TrainPage(const StudioContext& context, QWidget* parent = nullptr);
    ~TrainPage() override;

    /// Begins a new run on this dataset: its settings are shown, nothing starts.
    void trainOn(const QString& dataset);

    /// Shows a run; an empty path: a new one is set up.
    void choose(const QString& run);
    const QString& chosen() const { return m_chosen; }

    /// Why a melody that this model file wrote cannot be judged; empty: it can.
    QString whyNoCardOf(const QString& model) const;
    /// The score card of such a melody, held against the set of the model's run, else against the
    /// one that is chosen here.
    void showCardOf(const Score& melody, const QString& title, const QString& model);

    SidePanels& panels() { return *m_panels; }

Q_SIGNALS:
    /// *Use in Compose* on a checkpoint.
    void modelChosen(const QString& file);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void prepare();
    void connectParts();
    void focusCards();
    void start();
    void tellClaims();
    void started(const QString& run);
    void watch(const RunFactsPointer& run);
    void runsChanged();
    void showChosen();
    void newRun(const Json& job);
    void newCalmerRun();
    void offerModels();
    void resume(const QString& run);
    void rename(const QString& run);
    void judge(const QStringList& runs);
    void showCard(qint64 step);
    void keepSet(const QString& run, const QString& file);
    QString setAgainst(const QString& model) const;
    QString setOf(const RunFacts& run) const;
    RunWatch* watchOf(const QString& run) const;
    RunFactsPointer factsOf(const QString& run) const;
    std::vector<RunFactsPointer> comparable(const RunFacts& run) const;

    const StudioContext m_context;
    PresetCatalogue* m_catalogue;
    DatasetChoice* m_datasets;
    CostProbe* m_probe;
    RunLibrary* m_library;
    RunListModel* m_runs;
    TrainingStarter* m_starter;
    std::map<QString, std::unique_ptr<RunWatch>> m_watches;
    QString m_chosen{};
    bool m_isPrepared = false;
    bool m_isFocusWanted = false; ///< The cards have the keyboard first, as soon as they are there.
    bool m_isFirstLook = true;    ///< Nobody has chosen anything yet.

    SidePanels* m_panels;
    RunsPanel* m_runsPanel;
    QStackedWidget* m_middle;
    QStackedWidget* m_right;
    NewRunView* m_newRun;
    RunView* m_run;
    SettingsPanel* m_settings;
    RunSettingsPanel* m_runSettings;
    ClaimsDialog* m_claims = nullptr; ///< Once it was asked for; and the next ones.
    Judging* m_judging = nullptr;
    JudgeDialog* m_judge = nullptr;
    ScoreCardDialog* m_card = nullptr;
    ScoreCardDialog* m_takeCard = nullptr;
    std::unique_ptr<QTemporaryDir> m_takes{}; ///< The melodies it has judged.
    int m_takeCount = 0;
};

} // namespace continuo::ui
