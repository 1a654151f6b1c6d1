// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/train/judging.h"
#include "ui/train/run_facts.h"

#include <QDialog>

#include <map>
#include <optional>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;
QT_END_NAMESPACE

namespace continuo::ui {

class ElidedLabel;
class JudgingStrip;

/// A melody that is judged though no run kept it, and what its model learned from.
struct CardMelody
{
    QString file{};     ///< A MIDI file with notes in one piece.
    QString title{};    ///< "Alternative B: studio-small, best"
    QString setName{};  ///< "tunes"
    QString setPrint{}; ///< Of the set when the model learned; empty where nobody knows.
};

/// The score card of what a network played at a checkpoint, or of another melody: three groups of
/// numbers beside those of the set it learned from, what stands in the set already, and whether it
/// has collapsed. Judged when it is first looked at. Does not stop the window. GUI thread only.
class ScoreCardDialog final : public QDialog
{
    Q_OBJECT

public:
    ScoreCardDialog(const StudioContext& context, Judging& judging, QWidget* parent = nullptr);

    /// The first melody of `run` at `step`, against the set `file`; empty: nobody knows where the
    /// set is.
    void showSample(RunFactsPointer run, const QString& file, std::int64_t step);
    /// One melody by itself, against the set `file`.
    void showMelody(const CardMelody& melody, const QString& file);
    /// The run may have played more meanwhile; another run than the one in view is passed over.
    void know(RunFactsPointer run);
    std::int64_t step() const { return m_place.step; }
    /// What is shown; nothing while it is judged or where it could not be.
    const std::optional<MelodyCard>& card() const { return m_card; }

Q_SIGNALS:
    /// The user says where the set of a run is.
    void setChosen(const QString& run, const QString& file);

private:
    /// One of the melodies that were kept at a checkpoint.
    struct Place
    {
        std::int64_t step = 0;
        qsizetype melody = 0; ///< From 0.
        friend bool operator==(const Place&, const Place&) = default;
    };
    std::vector<Place> places() const;
    QStringList samples() const; ///< Of the step in view.
    QString sample() const;      ///< The one in view.
    void go(int by);
    void look();
    void judge(const QStringList& melodies);
    void stop();
    void play();
    void showHead();
    void showState();
    void showCard();
    void showFormula();
    void chooseSet();

    const StudioContext m_context;
    Judging& m_judging;
    RunFactsPointer m_run{};              ///< Null where it is a melody by itself.
    std::optional<CardMelody> m_melody{}; ///< There where m_run is not.
    QString m_set{};
    Place m_place{};
    std::optional<MelodyCard> m_card{};
    std::map<QString, Judging::JobId> m_asked{}; ///< By set and melodies, while they are judged.
    QString m_failure{};

    ElidedLabel* m_title;
    ElidedLabel* m_about;
    QToolButton* m_earlier;
    QToolButton* m_later;
    QPushButton* m_play;
    QWidget* m_body; ///< What there is of a card.
    QTreeWidget* m_numbers;
    QLabel* m_formula;
    QLabel* m_originality;
    QLabel* m_variety;
    QLabel* m_note;
    JudgingStrip* m_strip;
};

} // namespace continuo::ui
