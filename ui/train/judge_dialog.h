// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/train/judging.h"
#include "ui/train/run_facts.h"

#include <QDialog>

#include <functional>
#include <vector>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QListWidget;
class QTreeWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class ElidedLabel;
class JudgingStrip;

/// The model file of a run that is judged: its best, else its last. Empty where it has none yet.
QString judgedModelOf(const RunFacts& run);

/// Judges the models of runs on held-out pieces: one by its own figures beside the reference lines,
/// on validation and test; several by bits per note on the notes that all of them foretell,
/// whatever their encodings. Does not stop the window; closing leaves the work going. GUI thread
/// only.
class JudgeDialog final : public QDialog
{
    Q_OBJECT

public:
    /// Where the set of a run is; empty: nobody knows.
    using SetOf = std::function<QString(const RunFacts& run)>;

    JudgeDialog(const StudioContext& context, Judging& judging, SetOf setOf,
                QWidget* parent = nullptr);

    /// The runs there are; those that are ticked stay so.
    void setRuns(const std::vector<RunFactsPointer>& runs);
    /// Ticks these and no others; the first of them is what the others are compared with.
    void tick(const QStringList& runs);
    bool isJudging() const { return !m_jobs.empty(); }

Q_SIGNALS:
    /// The user says where the set of a run is.
    void setChosen(const QString& run, const QString& file);

private:
    std::vector<RunFactsPointer> ticked() const;
    RunFactsPointer first() const;
    QString set() const;
    void judge();
    void ask(const QString& part, const QStringList& models);
    void stop();
    void forget(); ///< What was judged before.
    void showState();
    void showOne();
    void showSeveral();
    void showMeaning();
    void chooseSet();

    const StudioContext m_context;
    Judging& m_judging;
    SetOf m_setOf;
    std::vector<RunFactsPointer> m_runs{};
    QString m_first{};     ///< The run that was ticked first.
    QString m_chosenSet{}; ///< By the user, for the runs that are ticked.

    /// What was asked last, and what came of it.
    struct Answered
    {
        QString part{};
        Json result{};
    };
    std::vector<RunFactsPointer> m_judged{};
    std::vector<Answered> m_answers{};
    std::vector<Judging::JobId> m_jobs{};
    QStringList m_failures{};

    QListWidget* m_list;
    ElidedLabel* m_about;
    QComboBox* m_part;
    QLabel* m_partName;
    QTreeWidget* m_figures;
    QLabel* m_empty; ///< In its place while there is nothing to show.
    QLabel* m_meaning;
    QLabel* m_note;
    JudgingStrip* m_strip;
};

} // namespace continuo::ui
