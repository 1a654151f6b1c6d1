// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/train/cost_probe.h"
#include "ui/train/dataset_choice.h"
#include "ui/train/preset_catalogue.h"
#include "ui/train/run_draft.h"

#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QGridLayout;
class QLabel;
QT_END_NAMESPACE

namespace continuo::ui {

class SampleRoll;
class PresetCard;

/// "What should it learn, and how?": the preset cards, and a piece as the network will see it. GUI
/// thread only; what is given is borrowed.
class NewRunView final : public QWidget
{
    Q_OBJECT

public:
    NewRunView(const StudioContext& context, PresetCatalogue& catalogue, DatasetChoice& datasets,
               CostProbe& probe, QWidget* parent = nullptr);

    /// The draft whose preset is chosen and whose encoding the piece is shown in.
    void show(const RunDraft& draft);
    /// The keyboard goes to the chosen card, where arrow keys choose another; false where there is
    /// none yet.
    bool focusChosen();

Q_SIGNALS:
    void presetChosen(const QString& preset);
    void claimsRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void makeCards();
    void arrangeCards();
    void showTimes();
    void showPiece();
    void showHint();
    void tellAbout(const QString& preset);

    const StudioContext m_context;
    PresetCatalogue& m_catalogue;
    DatasetChoice& m_datasets;
    CostProbe& m_probe;
    RunDraft m_draft{};
    QString m_failure{};
    QLabel* m_hint;
    QGridLayout* m_grid;
    int m_columns = 0;
    std::vector<PresetCard*> m_cards;
    QLabel* m_pieceTitle;
    SampleRoll* m_roll;
    QLabel* m_losses;
};

/// What the encoding made of a piece, in a sentence: "Transposed from G major to C major, nothing
/// shortened, nothing dropped. 96 steps, 41 notes."
struct SeenPiece
{
    std::vector<Note> notes{};
    Tick end{};
    QString words{};
};
SeenPiece seenPiece(const Score& score, const Json& job);

} // namespace continuo::ui
