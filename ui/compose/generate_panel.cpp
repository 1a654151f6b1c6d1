// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/generate_panel.h"

#include "core/edit/track_edit.h"
#include "core/midi/write_midi.h"
#include "core/music/key.h"
#include "core/music/meter.h"
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/compose/alternatives_list.h"
#include "ui/compose/button_keys.h"
#include "ui/compose/folding_scroll.h"
#include "ui/compose/generate_form.h"
#include "ui/compose/key_button.h"
#include "ui/compose/key_menu.h"
#include "ui/compose/sampler_form.h"
#include "ui/compose/seed_melody.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/engine/task_list.h"
#include "ui/play/player.h"

#include <QAction>
#include <QKeySequence>
#include <QLabel>
#include <QMenu>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

/// Of the panel; below it words stand above their fields.
constexpr int kNarrow = 250;
constexpr int kTaskAfterMs = 1000; ///< Shorter work is not worth a line of the task strip.
constexpr int kLookMs = 60;        ///< How long the words of the form may lag behind the score.
/// A new piece is written by the engine in 4/4 at 120: half a second a quarter.
constexpr double kSecondsPerQuarter = 0.5;

} // namespace

GeneratePanel::GeneratePanel(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_models(context.paths.starterModel(), context.paths.runs())
    , m_continuation(context.engine)
    , m_form(new GenerateForm(context.appearance, context.settings, m_models))
    , m_go(new KeyButton(this))
    , m_sentence(label({}, TextRole::Small, this))
    , m_head(new QWidget(this))
    , m_showAll(quietButton(tr("Show all"), m_head))
    , m_more(quietButton(tr("More"), m_head))
    , m_discard(quietButton(tr("Discard"), m_head))
    , m_list(new AlternativesList(context.appearance, this))
    , m_goAction(new QAction(tr("Continue"), this))
    , m_stopAction(new QAction(tr("Stop generating"), this))
    , m_moreAction(new QAction(tr("More ideas"), this))
    , m_discardAction(new QAction(tr("Discard the alternatives"), this))
{
    setSurface(*this, Surface::Right);
    setAccessibleName(tr("Generate"));
    makeActions();
    layOut();
    listen();
    m_models.refresh();
    look();
    showAlternatives();
}

void GeneratePanel::makeActions()
{
    m_goAction->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    m_stopAction->setShortcut(Qt::Key_Escape);
    connect(m_goAction, &QAction::triggered, this, &GeneratePanel::generate);
    connect(m_stopAction, &QAction::triggered, this, &GeneratePanel::stop);
    connect(m_moreAction, &QAction::triggered, this, &GeneratePanel::more);
    connect(m_discardAction, &QAction::triggered, this, &GeneratePanel::discardAll);
    m_actions = {m_goAction, m_stopAction, m_moreAction, m_discardAction};
}

void GeneratePanel::layOut()
{
    m_sentence->setWordWrap(true);
    m_showAll->setCheckable(true);
    m_showAll->setToolTip(tr("Draws all alternatives on the roll, not only the chosen one"));
    m_more->setToolTip(tr("Asks for more ideas of the same kind"));
    m_discard->setToolTip(tr("Takes all alternatives away; the score stays as it is"));
    for (QPushButton* one : {m_showAll, m_more, m_discard}) {
        one->setProperty("small", true);
        takeKeysOnlyFromKeyboard(*one);
    }
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    buttons->addStretch(1);
    buttons->addWidget(m_showAll);
    buttons->addWidget(m_more);
    buttons->addWidget(m_discard);
    m_headRow = new QBoxLayout(QBoxLayout::LeftToRight, m_head);
    m_headRow->setContentsMargins(0, 0, 0, 0);
    m_headRow->setSpacing(0);
    m_headRow->addWidget(label(tr("Alternatives"), TextRole::Heading, m_head));
    m_headRow->addLayout(buttons, 1);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(new FoldingScroll(m_form, this));
    column->addWidget(m_go);
    column->addWidget(m_sentence);
    column->addWidget(m_head);
    column->addWidget(m_list, 1);
    m_list->setMinimumHeight(90);
}

void GeneratePanel::listen()
{
    m_looker.setSingleShot(true);
    m_looker.setInterval(kLookMs);
    connect(&m_looker, &QTimer::timeout, this, &GeneratePanel::look);
    const auto lookSoon = [this] {
        if (!m_looker.isActive())
            m_looker.start();
    };
    connect(&m_context.document, &ScoreDocument::changed, this, lookSoon);
    connect(&m_context.selection, &NoteSelection::changed, this, lookSoon);
    connect(&m_context.document.undoStack(), &QUndoStack::indexChanged, this,
            &GeneratePanel::followHistory);
    m_taskDelay.setSingleShot(true);
    m_taskDelay.setInterval(kTaskAfterMs);
    connect(&m_taskDelay, &QTimer::timeout, this, &GeneratePanel::showTask);
    connect(&m_continuation, &Continuation::started, this, [this] { m_taskDelay.start(); });
    connect(&m_continuation, &Continuation::ended, this, [this] {
        m_taskDelay.stop();
        if (m_task)
            m_context.tasks.finish(*std::exchange(m_task, std::nullopt));
    });
    connect(&m_context.document, &ScoreDocument::replaced, this, [this] {
        m_stash.reset();
        m_continuation.discard();
        look();
    });
    connect(&m_context.player, &Player::positionChanged, this, [this, lookSoon] {
        if (m_form->from() == StartFrom::Playhead)
            lookSoon();
    });
    connect(&m_context.player, &Player::auditionChanged, this, [this] {
        std::optional<int> heard;
        for (const Alternative& alternative : m_continuation.alternatives()) {
            if (m_context.player.auditioned() == auditionName(alternative.index))
                heard = alternative.index;
        }
        m_list->setPlaying(heard);
    });
    connect(&m_context.engine, &EngineProcess::stateChanged, this, &GeneratePanel::showState);
    connect(m_form, &GenerateForm::changed, this, &GeneratePanel::look);
    connect(m_go, &QPushButton::clicked, this,
            [this] { m_continuation.isRunning() ? stop() : generate(); });
    connect(m_showAll, &QPushButton::toggled, this, &GeneratePanel::offersChanged);
    connect(m_more, &QPushButton::clicked, this, &GeneratePanel::more);
    connect(m_discard, &QPushButton::clicked, this, &GeneratePanel::discardAll);
    connect(m_list, &AlternativesList::chosenChanged, this, &GeneratePanel::offersChanged);
    connect(m_list, &AlternativesList::playRequested, this, &GeneratePanel::play);
    connect(m_list, &AlternativesList::keepRequested, this, &GeneratePanel::keep);
    connect(m_list, &AlternativesList::discardRequested, this,
            [this](int index) { m_continuation.discard(index); });
    connect(m_list, &AlternativesList::menuRequested, this, &GeneratePanel::showMenu);
    connect(&m_continuation, &Continuation::changed, this, &GeneratePanel::showAlternatives);
    connect(&m_continuation, &Continuation::failed, this, [this](const Error& error) {
        if (error.id != "engine.died") // That is told by the engine's own watch.
            m_context.notices.report(error);
    });
}

void GeneratePanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isNarrow = width() < kNarrow;
    m_form->setNarrow(isNarrow);
    m_headRow->setDirection(isNarrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void GeneratePanel::setActiveTrack(TrackId track)
{
    if (track == m_activeTrack)
        return;
    m_activeTrack = track;
    look();
}

void GeneratePanel::useModel(const QString& file)
{
    m_models.add(file);
    m_form->setModel(file);
}

void GeneratePanel::look()
{
    const Score& score = m_context.document.score();
    m_form->setSelectionAvailable(!m_context.selection.isEmpty());
    const std::vector<NoteId> selection = m_context.selection.notes();
    const Result<SeedMelody> melody =
        seedMelody(score, m_activeTrack, m_form->from(), m_context.player.position(), selection,
                   readsEveryTrack());
    m_heard.reset();
    if (melody) {
        if (const auto estimate = estimateKey(melody->notes))
            m_heard = estimate->key;
    }
    m_form->showHeard(m_heard);
    lookAtStart(melody);
    if (const QString because = m_form->whyNotMode(); !because.isEmpty())
        m_whyNot = because;
    showState();
}

void GeneratePanel::lookAtStart(const Result<SeedMelody>& melody)
{
    const Score& score = m_context.document.score();
    if (m_form->isNew()) {
        m_whyNot =
            score.smpte ? tr("This score counts time in film frames, not in beats") : QString();
        m_form->showStart(placeInWords(score, newPieceStart()), tr("Where the new melody begins"));
    } else if (m_form->mode() == GenerateMode::Infill) {
        const auto bars = selectedBars(score, m_context.selection.notes());
        m_whyNot = bars ? QString()
                        : tr("No notes are selected: select some in the bars to be written anew");
        m_form->showStart(bars ? barNumbersInWords(*bars) : tr("nothing is selected"),
                          tr("The bars of the selected notes, all voices"));
    } else if (!melody) {
        m_whyNot = inWords(melody.error());
        m_form->showStart(tr("nothing to read"), m_whyNot);
    } else if (m_form->mode() == GenerateMode::Harmonise) {
        m_whyNot.clear();
        m_form->showStart(
            barNumbersInWords(barsOf(score, {melody->notes.front().start, melody->start})),
            melody->isPolyphonic ? tr("Notes overlap: the highest line is the melody")
                                 : tr("The melody that gets three voices"));
    } else {
        m_whyNot.clear();
        m_form->showStart(startInWords(score, *melody),
                          readsEveryTrack() ? tr("Where the answer begins; all tracks are read")
                          : melody->isPolyphonic ? tr("Notes overlap: the highest line is read")
                                                 : tr("Where the answer begins, and what is read"));
    }
}

QString GeneratePanel::goWord() const
{
    switch (m_form->mode()) {
    case GenerateMode::New:
        return tr("Compose");
    case GenerateMode::Infill:
        return tr("Infill");
    case GenerateMode::Harmonise:
        return tr("Harmonise");
    case GenerateMode::Continue:
        break;
    }
    return tr("Continue");
}

void GeneratePanel::showState()
{
    const bool isRunning = m_continuation.isRunning();
    const bool isBroken = m_context.engine.state() == EngineProcess::State::Broken;
    const QString because = isRunning ? QString() : m_whyNot;
    const QString word = goWord();
    m_go->setWords(isRunning ? tr("Stop") : word, isRunning ? tr("Esc") : tr("Ctrl+Enter"));
    setEnabledBecause(*m_go, because);
    m_goAction->setText(word);
    setEnabledBecause(*m_goAction, isRunning ? tr("It is being written already") : because);
    setEnabledBecause(*m_stopAction, isRunning ? QString() : tr("Nothing is being written"));

    const bool hasAny = !m_continuation.alternatives().empty();
    const QString none = hasAny ? QString() : tr("There are no alternatives yet");
    const QString noMore = isRunning                      ? tr("Wait until these are written")
                           : m_continuation.canGiveMore() ? QString()
                                                          : none;
    setEnabledBecause(*m_more, noMore);
    setEnabledBecause(*m_moreAction, noMore);
    setEnabledBecause(*m_discard, none);
    setEnabledBecause(*m_discardAction, none);
    setEnabledBecause(*m_showAll, none);

    QString sentence = m_continuation.sentence();
    if (isBroken)
        sentence = tr("The engine does not run: %1").arg(m_context.engine.why());
    else if (sentence.isEmpty() && !because.isEmpty())
        sentence = because;
    else if (sentence.isEmpty())
        sentence = m_continuation.progress();
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    const QString empty = isRunning ? QString() : tr("Ideas to choose from appear here.");
    m_list->setRemarks(hasAny ? m_continuation.remarks().join(QLatin1Char('\n')) : empty);
}

void GeneratePanel::showAlternatives()
{
    m_list->show(m_continuation.alternatives(), m_continuation.range());
    showState();
    Q_EMIT offersChanged();
}

void GeneratePanel::showMenu(int index, const QPoint& at)
{
    const Alternative* alternative = m_continuation.find(index);
    if (!alternative || !m_continuation.question())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString silent = alternative->notes.empty() ? tr("It has no note yet") : QString();
    setEnabledBecause(*menu->addAction(tr("Hear it"), this, [this, index] { play(index); }),
                      silent);
    setEnabledBecause(*menu->addAction(tr("Keep"), this, [this, index] { keep(index); }), silent);
    menu->addAction(tr("Discard"), this, [this, index] { m_continuation.discard(index); });
    menu->addSeparator();
    const QString model = m_continuation.question()->model;
    QAction* card = menu->addAction(tr("Score card…"), this, [this, index, model] {
        const Alternative* judged = m_continuation.find(index);
        if (!judged || judged->notes.empty())
            return;
        Q_EMIT cardRequested(
            melodyOf(m_context.document.score(), *judged, m_continuation.range()),
            tr("Alternative %1: %2").arg(alternativeLetter(index), m_continuation.modelName()),
            model);
    });
    setEnabledBecause(*card, !silent.isEmpty()       ? silent
                             : !alternative->isWhole ? tr("It is still being written")
                             : m_whyNoCard           ? m_whyNoCard(model)
                                                     : tr("Nothing here can judge it"));
    menu->popup(at);
}

TrackId GeneratePanel::targetTrack() const
{
    const auto& asked = m_continuation.question();
    return asked && m_context.document.score().track(asked->track) ? asked->track : m_activeTrack;
}

Tick GeneratePanel::newPieceStart() const
{
    const Score& score = m_context.document.score();
    if (m_form->from() == StartFrom::Playhead)
        return m_context.player.position();
    Tick end{};
    for (const Track& track : score.tracks)
        for (const Note& note : track.notes)
            end = std::max(end, note.end());
    if (end.value == 0)
        return end;
    // At the beginning of a bar, so that its accents fall where they should.
    const MeterMap meters(score);
    const MeterMap::Position position = meters.position(end);
    return position.inBar.value == 0 ? end : meters.barStart(position.bar + 1);
}

Result<ContinuationQuestion> GeneratePanel::question()
{
    const Score& score = m_context.document.score();
    ContinuationQuestion question;
    question.model = m_form->model();
    question.ticksPerQuarter = score.ticksPerQuarter;
    question.track = m_activeTrack;
    GenerateRequest& request = question.request;
    request.seed = static_cast<std::uint64_t>(m_form->nextNumber());
    request.alternatives = m_form->ideas();
    request.samplerJson = m_form->sampler().samplerJson(m_form->temperature()).toStdString();
    request.scale = m_form->sampler().scale(m_form->key() ? m_form->key() : m_heard).toStdString();
    request.range = m_form->sampler().range().toStdString();
    if (m_form->key())
        request.source.key = keyName(*m_form->key());
    switch (m_form->mode()) {
    case GenerateMode::New:
        return newPiece(std::move(question));
    case GenerateMode::Infill:
        return withinPiece(std::move(question));
    case GenerateMode::Harmonise:
        return underMelody(std::move(question));
    case GenerateMode::Continue:
        break;
    }
    return afterMelody(std::move(question));
}

Result<ContinuationQuestion> GeneratePanel::underMelody(ContinuationQuestion question)
{
    Result<ContinuationQuestion> asked = afterMelody(std::move(question));
    if (!asked)
        return asked;
    const Score& score = m_context.document.score();
    const std::vector<NoteId> selection = m_context.selection.notes();
    const Result<SeedMelody> melody =
        seedMelody(score, m_activeTrack, m_form->from(), m_context.player.position(), selection);
    if (!melody)
        return melody.error();
    asked->request.mode = "harmonise";
    asked->range = {melody->notes.front().start, melody->start};
    return asked;
}

Result<ContinuationQuestion> GeneratePanel::withinPiece(ContinuationQuestion question)
{
    const Score& score = m_context.document.score();
    const auto bars = selectedBars(score, m_context.selection.notes());
    if (!bars)
        return Error{ErrorKind::Refused, "compose.nothing-selected", m_whyNot.toStdString(), {}};
    const auto file = writeMidi(score);
    if (!file)
        return file.error();
    question.request.mode = "infill";
    question.request.from = bars->first + 1;
    question.request.to = bars->last + 1;
    question.request.source.midi =
        toBase64({reinterpret_cast<const char*>(file->bytes.data()), file->bytes.size()});
    const MeterMap meters(score);
    question.range = {meters.barStart(bars->first), meters.barStart(bars->last + 1)};
    if (const Track* track = score.track(m_activeTrack))
        question.channel = trackChannel(*track);
    return question;
}

bool GeneratePanel::readsEveryTrack() const
{
    const ModelEntry* const model = m_models.find(m_form->model());
    return model && model->readsEveryTrack;
}

Result<ContinuationQuestion> GeneratePanel::newPiece(ContinuationQuestion question)
{
    const Score& score = m_context.document.score();
    question.origin = newPieceStart();
    question.range = ui::answerRange(score, question.origin, m_form->bars());
    question.request.mode = "new";
    question.request.unit = "seconds";
    question.request.length =
        static_cast<double>((question.range.end - question.range.start).value) /
        score.ticksPerQuarter * kSecondsPerQuarter;
    if (const Track* track = score.track(m_activeTrack))
        question.channel = trackChannel(*track);
    return question;
}

Result<ContinuationQuestion> GeneratePanel::afterMelody(ContinuationQuestion question)
{
    const Score& score = m_context.document.score();
    const std::vector<NoteId> selection = m_context.selection.notes();
    const Result<SeedMelody> melody =
        seedMelody(score, m_activeTrack, m_form->from(), m_context.player.position(), selection,
                   readsEveryTrack());
    if (!melody)
        return melody.error();
    const Result<std::vector<std::uint8_t>> file = seedFile(score, *melody);
    if (!file)
        return file.error();
    question.request.source.midi =
        toBase64({reinterpret_cast<const char*>(file->data()), file->size()});
    question.request.length = m_form->bars();
    question.range = ui::answerRange(score, melody->start, m_form->bars());
    if (const Track* track = score.track(m_activeTrack))
        question.channel = trackChannel(*track);
    return question;
}

void GeneratePanel::generate()
{
    if (m_continuation.isRunning() || !m_whyNot.isEmpty())
        return;
    const Result<ContinuationQuestion> asked = question();
    if (!asked)
        return m_context.notices.report(asked.error());
    m_context.player.endAudition();
    m_stash.reset();
    if (m_context.engine.state() == EngineProcess::State::Broken)
        m_context.engine.start();
    m_continuation.ask(*asked);
    m_list->setFocus(Qt::OtherFocusReason);
    Q_EMIT this->asked(asked->range);
}

void GeneratePanel::discardAll()
{
    m_stash.reset();
    m_continuation.discard();
}

void GeneratePanel::more()
{
    m_continuation.more(m_form->ideas());
}

std::vector<GhostLayer> GeneratePanel::ghosts() const
{
    std::vector<GhostLayer> layers;
    for (const Alternative& alternative : m_continuation.alternatives()) {
        const bool isChosen = m_list->chosen() == alternative.index;
        if (!isChosen && !m_showAll->isChecked())
            continue;
        GhostLayer layer{notesOf(alternative),
                         m_context.appearance.palette().alternative(alternative.index),
                         alternativeLetter(alternative.index)};
        // The chosen one last, so that it lies on top.
        layers.insert(isChosen ? layers.end() : layers.begin(), std::move(layer));
    }
    return layers;
}

std::optional<TickRange> GeneratePanel::answerRange() const
{
    if (!m_continuation.question())
        return std::nullopt;
    return m_continuation.range();
}

KeptAlternative GeneratePanel::offer(const Alternative& alternative) const
{
    return keepAlternative(m_context.document.score(), alternative, *m_continuation.question(),
                           m_continuation.range(), targetTrack(), m_continuation.modelName(),
                           m_continuation.voices());
}

void GeneratePanel::keep(int index)
{
    const Alternative* alternative = m_continuation.find(index);
    if (!alternative || alternative->notes.empty())
        return;
    m_context.player.endAudition();
    const KeptAlternative taken = offer(*alternative);
    const QString text = tr("keep alternative %1").arg(alternativeLetter(index));
    // Before the edit, so that who looks at the new notes finds where they came from.
    m_context.document.addOrigins(taken.origins);
    std::optional<Continuation::Offers> offers = m_continuation.take();
    m_stash.reset();
    m_context.document.edit(text, taken.patch);
    m_stash = {std::move(*offers), index, m_context.document.undoStack().index(), text};
    Q_EMIT kept();
}

void GeneratePanel::followHistory(int place)
{
    if (!m_stash)
        return;
    if (place < m_stash->place && !m_continuation.question()) {
        m_continuation.putBack(m_stash->offers);
        m_list->choose(m_stash->chosen);
    } else if (place == m_stash->place) {
        // The step again, or another one in its place.
        const QUndoCommand* last = m_context.document.undoStack().command(place - 1);
        if (last->text() != m_stash->text)
            m_stash.reset();
        else if (m_continuation.question())
            m_continuation.discard();
    }
}

void GeneratePanel::showTask()
{
    if (m_continuation.isRunning() && !m_task)
        m_task = m_context.tasks.begin(tr("Writing alternatives"), [this] { stop(); });
}

QString GeneratePanel::auditionName(int index) const
{
    return QStringLiteral("alternative %1").arg(alternativeLetter(index));
}

void GeneratePanel::play(int index)
{
    Player& player = m_context.player;
    if (player.auditioned() == auditionName(index)) {
        player.endAudition();
        return;
    }
    const Alternative* alternative = m_continuation.find(index);
    if (!alternative || alternative->notes.empty())
        return;
    const TickRange range = m_continuation.range();
    const Score score = m_context.document.score();
    player.audition(scoreForAudition(score, offer(*alternative).patch, range),
                    aBeatBefore(score, range.start), auditionName(index));
}

} // namespace continuo::ui
