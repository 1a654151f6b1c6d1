// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "core/music/score.h"
#include "ui/base/studio_context.h"
#include "ui/compose/continuation.h"
#include "ui/compose/keep_alternative.h"
#include "ui/compose/model_catalogue.h"
#include "ui/compose/seed_melody.h"
#include "ui/roll/roll_view.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

QT_BEGIN_NAMESPACE
class QAction;
class QBoxLayout;
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace continuo::ui {

class AlternativesList;
class GenerateForm;
class KeyButton;

/// The panel on the right: what to generate, and the alternatives to choose from.
class GeneratePanel final : public QWidget
{
    Q_OBJECT

public:
    explicit GeneratePanel(const StudioContext& context, QWidget* parent = nullptr);

    /// The track that is continued and that takes what is kept.
    void setActiveTrack(TrackId track);
    /// Chooses a model: a checkpoint the user trained.
    void useModel(const QString& file);
    void refreshModels() { m_models.refresh(); }

    /// Asks for alternatives; does nothing where that is not possible, and whyNot() says why.
    void generate();
    void stop() { m_continuation.stop(); }
    void more();
    void discardAll();
    /// Puts an alternative into the score, as one undo step.
    void keep(int index);
    /// Plays an alternative in its place, from a beat before it; a second time stops it.
    void play(int index);
    /// Says why a melody of this model file cannot be judged; empty: it can. Until it is set
    /// nothing can be.
    using WhyNoCard = std::function<QString(const QString& model)>;
    void setWhyNoCard(WhyNoCard whyNoCard) { m_whyNoCard = std::move(whyNoCard); }
    /// Empty where generate() would ask.
    QString whyNot() const { return m_whyNot; }

    GenerateForm& form() { return *m_form; }
    AlternativesList& list() { return *m_list; }
    const Continuation& continuation() const { return m_continuation; }
    /// What is drawn on the roll: the chosen alternative, or with *Show all* all of them.
    std::vector<GhostLayer> ghosts() const;
    std::optional<TickRange> answerRange() const;

    /// Continue, Stop, More, Discard, and the like, with their keys.
    QList<QAction*> actions() const { return m_actions; }

Q_SIGNALS:
    /// ghosts() or answerRange() are others.
    void offersChanged();
    /// A question was sent: its answer will lie here.
    void asked(continuo::ui::TickRange range);
    void kept();
    /// The score card of what a model file wrote is wanted.
    void cardRequested(const continuo::Score& melody, const QString& title, const QString& model);

private:
    void resizeEvent(QResizeEvent* event) override;
    void makeActions();
    void layOut();
    void listen();
    void look();
    void showState();
    void showAlternatives();
    void showMenu(int index, const QPoint& at);
    Result<ContinuationQuestion> question();
    Result<ContinuationQuestion> newPiece(ContinuationQuestion question);
    bool readsEveryTrack() const;
    Result<ContinuationQuestion> afterMelody(ContinuationQuestion question);
    Result<ContinuationQuestion> underMelody(ContinuationQuestion question);
    Result<ContinuationQuestion> withinPiece(ContinuationQuestion question);
    void lookAtStart(const Result<SeedMelody>& melody);
    QString goWord() const;
    Tick newPieceStart() const;
    TrackId targetTrack() const;
    KeptAlternative offer(const Alternative& alternative) const;
    QString auditionName(int index) const;
    void followHistory(int place);
    void showTask();

    StudioContext m_context;
    ModelCatalogue m_models;
    Continuation m_continuation;
    TrackId m_activeTrack = 0;
    /// What was offered when one of it was kept: undoing that step offers it again.
    struct Stash
    {
        Continuation::Offers offers{};
        int chosen = 0;
        int place = 0;  ///< Of the history, after the step.
        QString text{}; ///< Of the step.
    };
    std::optional<Stash> m_stash{};
    std::optional<int> m_task{};
    QTimer m_taskDelay;
    QString m_whyNot{};
    WhyNoCard m_whyNoCard{};
    std::optional<Key> m_heard{};
    GenerateForm* m_form;
    KeyButton* m_go;
    QLabel* m_sentence;
    QWidget* m_head;
    QBoxLayout* m_headRow = nullptr;
    QPushButton* m_showAll;
    QPushButton* m_more;
    QPushButton* m_discard;
    AlternativesList* m_list;
    QAction* m_goAction;
    QAction* m_stopAction;
    QAction* m_moreAction;
    QAction* m_discardAction;
    QList<QAction*> m_actions;
    QTimer m_looker;
};

} // namespace continuo::ui
