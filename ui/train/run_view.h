// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/train/run_facts.h"

#include <QTimer>
#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QAction;
class QCheckBox;
class QLabel;
class QPushButton;
class QSlider;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class CheckpointStrip;
class CurvePlot;
class ElidedLabel;
class LiveNumbers;

/// A run: what it is doing, its figures, its curves and its checkpoints. GUI thread only.
class RunView final : public QWidget
{
    Q_OBJECT

public:
    RunView(const StudioContext& context, QWidget* parent = nullptr);
    ~RunView() override;

    /// Shows `run`, with the curves of `others` that are comparable. Curves are drawn ten times a
    /// second at most.
    void show(RunFactsPointer run, std::vector<RunFactsPointer> others);
    const RunFactsPointer& run() const { return m_run; }
    /// Why *Resume* cannot be pressed now; empty: it can.
    void setResumeBlocked(const QString& because);

    CurvePlot& lossPlot() const { return *m_loss; }
    double smoothing() const;

Q_SIGNALS:
    void pauseRequested();
    void resumeRequested(); ///< A paused one goes on, or a new training from the last checkpoint.
    void calmerRequested(); ///< A new run from its last checkpoint, with smaller steps.
    void stopRequested();
    void sampleRequested();
    void modelChosen(const QString& file);
    void judgeRequested();
    void cardRequested(qint64 step); ///< Of what it played at this step.

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showHead();
    void showLegend();
    void drawSoon();
    void draw();
    void save(const QString& ending);
    void write(const QString& file, const QString& ending);

    const StudioContext m_context;
    RunFactsPointer m_run{};
    std::vector<RunFactsPointer> m_others{};
    QString m_resumeBlocked{};
    ElidedLabel* m_title;
    QLabel* m_chip;
    QLabel* m_problem;
    QPushButton* m_pause;
    QPushButton* m_resume;
    QPushButton*
        m_calmer; ///< Where it has blown up, in the place of Resume, which would repeat it.
    QPushButton* m_stop;
    QPushButton* m_sample;
    QPushButton* m_judge;
    QToolButton* m_export;
    QAction* m_midiTok = nullptr; ///< One of its entries.
    LiveNumbers* m_numbers;
    QLabel* m_legend;
    QLabel* m_varietyLegend;
    QSlider* m_smoothing;
    QCheckBox* m_log;
    CurvePlot* m_loss;
    CurvePlot* m_accuracy;
    CurvePlot* m_gradient;
    CheckpointStrip* m_strip;
    QTimer m_drawSoon;
};

/// The figures a person watches, in a row; where it is narrow the last ones stay away.
class LiveNumbers final : public QWidget
{
    Q_OBJECT

public:
    explicit LiveNumbers(QWidget* parent = nullptr);
    void show(const RunFacts& run);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Number
    {
        bool isMeant = false; ///< There is something to tell.
        QWidget* holder = nullptr;
        QLabel* figure = nullptr;
        QLabel* unit = nullptr;
    };
    Number add(const QString& name);
    void fit();

    Number m_steps;
    Number m_speed;
    Number m_left;
    Number m_loss;
    Number m_accuracy;
    Number m_discriminator; ///< Of a pair that learns against each other, as the next two.
    Number m_generator;
    Number m_collapse;
};

} // namespace continuo::ui
