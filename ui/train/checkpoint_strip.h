// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"
#include "ui/train/run_facts.h"

#include <QFrame>
#include <QWidget>

#include <map>
#include <memory>

QT_BEGIN_NAMESPACE
class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
QT_END_NAMESPACE

namespace continuo::ui {

class CheckpointCard;

/// "The same melody at each checkpoint": what the network played at each step that was kept, to
/// see, to hear and to use. GUI thread only.
class CheckpointStrip final : public QWidget
{
    Q_OBJECT

public:
    CheckpointStrip(const StudioContext& context, QWidget* parent = nullptr);
    ~CheckpointStrip() override;

    /// Cards that are there stay as they are.
    void show(const RunFacts& run);
    int count() const { return static_cast<int>(m_cards.size()); }

Q_SIGNALS:
    /// *Use in Compose*.
    void modelChosen(const QString& file);
    /// The score card of what it played at this step is wanted.
    void cardRequested(qint64 step);

private:
    const StudioContext m_context;
    QString m_run{};
    QScrollArea* m_scroll;
    QHBoxLayout* m_row;
    QLabel* m_none;
    std::map<std::int64_t, CheckpointCard*> m_cards;
};

/// A card of the strip.
class CheckpointCard final : public QFrame
{
    Q_OBJECT

public:
    CheckpointCard(const StudioContext& context, const QString& run, QWidget* parent);

    void show(const KeptCheckpoint& checkpoint, std::optional<double> heldOutLoss, bool isBest,
              bool canBeUsed);
    QString model() const { return m_model; } ///< The file that *Use in Compose* means.

Q_SIGNALS:
    void modelChosen(const QString& file);
    void cardRequested(qint64 step);

private:
    void readSample(const QString& file);
    void play();
    void showPlaying();

    const StudioContext m_context;
    QString m_run;
    QString m_sample{};
    QString m_model{};
    std::optional<Score> m_score{};
    std::int64_t m_at = 0; ///< Its step.
    QLabel* m_step;
    QLabel* m_loss;
    class SampleRoll* m_roll;
    QPushButton* m_play;
    QPushButton* m_judge;
    QPushButton* m_use;
};

} // namespace continuo::ui
