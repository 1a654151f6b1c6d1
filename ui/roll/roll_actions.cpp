// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_actions.h"

#include "core/edit/copy_notes.h"
#include "core/edit/legato.h"
#include "core/edit/move_notes.h"
#include "core/edit/place_notes.h"
#include "core/edit/quantise.h"
#include "core/edit/resize_notes.h"
#include "core/edit/velocity.h"
#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/roll/note_clipboard.h"
#include "ui/roll/note_words.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kVelocityStep = 5;
constexpr double kZoomStep = 1.25;

} // namespace

RollActions::RollActions(RollState& state, QWidget& roll)
    : m_state(state)
    , m_roll(roll)
    , m_toolGroup(new QActionGroup(this))
{
    makeTools();
    makeEdit();
    makeNotes();
    makeView();
    connect(&state.selection(), &NoteSelection::changed, this, &RollActions::enable);
    connect(&state.document(), &ScoreDocument::changed, this, &RollActions::enable);
    connect(&state.document(), &ScoreDocument::replaced, this, &RollActions::enable);
    enable();
}

QAction* RollActions::action(const QString& words, const QKeySequence& key, Needs needs, const std::function<void()>& done)
{
    auto* made = new QAction(words, this);
    made->setShortcut(key);
    made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(made, &QAction::triggered, this, done);
    m_roll.addAction(made);
    if (needs != Needs::Nothing)
        m_needing.append({made, needs});
    return made;
}

void RollActions::enable()
{
    const bool hasNotes = m_state.score().hasNotes();
    const bool hasSelection = !m_state.selection().isEmpty();
    for (const auto& [made, needs] : std::as_const(m_needing)) {
        const bool isMet = needs == Needs::Notes ? hasNotes : hasSelection;
        setEnabledBecause(*made, isMet ? QString() : needs == Needs::Notes ? tr("There are no notes yet") : tr("Choose notes first"));
    }
}

void RollActions::makeTools()
{
    const struct
    {
        RollTool tool;
        const char* icon;
        QString words;
    } made[] = {{RollTool::Select, "select", tr("Select")},
                {RollTool::Draw, "draw", tr("Draw")},
                {RollTool::Erase, "erase", tr("Erase")},
                {RollTool::Split, "split", tr("Split and join")}};
    int key = Qt::Key_1;
    for (const auto& [tool, icon, words] : made) {
        QAction* chosen = action(words, QKeySequence(key++), Needs::Nothing, [this, tool = tool] { m_state.setTool(tool); });
        chosen->setIcon(lineIcon(m_state.appearance(), QString::fromLatin1(icon)));
        chosen->setToolTip(tr("%1 (%2)").arg(words, chosen->shortcut().toString(QKeySequence::NativeText)));
        chosen->setCheckable(true);
        chosen->setChecked(tool == m_state.tool());
        m_toolGroup->addAction(chosen);
        tools.append(chosen);
        connect(&m_state, &RollState::toolChanged, chosen, [chosen, tool = tool](RollTool now) { chosen->setChecked(now == tool); });
    }
}

void RollActions::makeEdit()
{
    edit = {action(tr("Cut"), QKeySequence::Cut, Needs::Selection,
                   [this] {
                       copy();
                       erase(tr("cut %1"));
                   }),
            action(tr("Copy"), QKeySequence::Copy, Needs::Selection, [this] { copy(); }),
            action(tr("Paste"), QKeySequence::Paste, Needs::Nothing, [this] { paste(); }),
            action(tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::Key_D), Needs::Selection, [this] { duplicate(); }),
            action(tr("Delete"), QKeySequence::Delete, Needs::Selection, [this] { erase(tr("delete %1")); }),
            nullptr,
            action(tr("Select all"), QKeySequence::SelectAll, Needs::Notes, [this] { selectAll(); }),
            action(tr("Next note"), QKeySequence(Qt::ALT | Qt::Key_Right), Needs::Notes, [this] { goToNote(1); }),
            action(tr("Previous note"), QKeySequence(Qt::ALT | Qt::Key_Left), Needs::Notes, [this] { goToNote(-1); })};
}

void RollActions::makeNotes()
{
    const auto selection = [this] { return m_state.selection().notes(); };
    const auto words = [this] { return notesInWords(m_state.selection().size()); };
    notes = {action(tr("Earlier"), QKeySequence(Qt::Key_Left), Needs::Selection, [this] { nudge(-1); }),
             action(tr("Later"), QKeySequence(Qt::Key_Right), Needs::Selection, [this] { nudge(1); }),
             action(tr("A semitone up"), QKeySequence(Qt::Key_Up), Needs::Selection, [this] { transpose(1); }),
             action(tr("A semitone down"), QKeySequence(Qt::Key_Down), Needs::Selection, [this] { transpose(-1); }),
             action(tr("An octave up"), QKeySequence(Qt::SHIFT | Qt::Key_Up), Needs::Selection, [this] { transpose(12); }),
             action(tr("An octave down"), QKeySequence(Qt::SHIFT | Qt::Key_Down), Needs::Selection, [this] { transpose(-12); }),
             nullptr,
             action(tr("Longer"), QKeySequence(Qt::SHIFT | Qt::Key_Right), Needs::Selection, [this] { lengthen(1); }),
             action(tr("Shorter"), QKeySequence(Qt::SHIFT | Qt::Key_Left), Needs::Selection, [this] { lengthen(-1); }),
             action(tr("Louder"), QKeySequence(Qt::Key_Plus), Needs::Selection,
                    [=, this] { m_state.editBySteps(tr("play %1 louder").arg(words()), changeVelocity(m_state.score(), selection(), kVelocityStep), selection()); }),
             action(tr("Softer"), QKeySequence(Qt::Key_Minus), Needs::Selection,
                    [=, this] { m_state.editBySteps(tr("play %1 softer").arg(words()), changeVelocity(m_state.score(), selection(), -kVelocityStep), selection()); }),
             nullptr,
             action(tr("Quantise"), QKeySequence(Qt::Key_Q), Needs::Selection,
                    [=, this] {
                        QuantiseOptions options;
                        if (m_state.snap().denominator > 0) {
                            options.numerator = m_state.snap().numerator;
                            options.denominator = m_state.snap().denominator;
                        }
                        m_state.edit(tr("quantise %1").arg(words()), quantiseNotes(m_state.score(), selection(), options));
                    }),
             action(tr("Legato"), QKeySequence(Qt::Key_L), Needs::Selection,
                    [=, this] { m_state.edit(tr("play %1 legato").arg(words()), legatoNotes(m_state.score(), selection())); })};
}

void RollActions::makeView()
{
    QAction* follow = action(tr("Follow the playhead"), {}, Needs::Nothing, [this] { m_state.setFollowsPlayhead(!m_state.followsPlayhead()); });
    follow->setIcon(lineIcon(m_state.appearance(), QStringLiteral("follow")));
    follow->setCheckable(true);
    follow->setChecked(m_state.followsPlayhead());
    connect(&m_state, &RollState::followsPlayheadChanged, follow, &QAction::setChecked);
    QAction* fit = action(tr("Zoom to fit"), QKeySequence(Qt::Key_F), Needs::Nothing, [this] { Q_EMIT fitRequested(); });
    fit->setIcon(lineIcon(m_state.appearance(), QStringLiteral("fit")));
    const auto zoom = [this](double factor) { m_state.zoom(m_state.geometry().size.width() / 2, factor); };
    view = {fit, action(tr("Zoom in"), QKeySequence::ZoomIn, Needs::Nothing, [zoom] { zoom(kZoomStep); }),
            action(tr("Zoom out"), QKeySequence::ZoomOut, Needs::Nothing, [zoom] { zoom(1 / kZoomStep); }), nullptr, follow};
}

void RollActions::nudge(int steps)
{
    const std::vector<Note>& chosen = m_state.selectedNotes().notes;
    if (chosen.empty())
        return;
    const Tick start = chosen.front().start;
    Tick by{m_state.step().value * steps};
    // From line to line where the first note stands on one: steps of a grid may differ by a tick.
    if (const auto& grid = m_state.grid(); grid && grid->lineAtOrBefore(start) == start)
        by = (steps > 0 ? grid->lineAfter(start) : grid->lineBefore(start)) - start;
    m_state.edit(tr("move %1").arg(notesInWords(chosen.size())), moveNotes(m_state.score(), m_state.selection().notes(), by, 0));
}

void RollActions::transpose(int semitones)
{
    const std::vector<Note>& chosen = m_state.selectedNotes().notes;
    const ScorePatch patch = transposeNotes(m_state.score(), m_state.selection().notes(), semitones);
    if (!patch.isEmpty() && chosen.size() == 1)
        m_state.sound(chosen.front().pitch.value + semitones, chosen.front().velocity);
    m_state.edit(tr("transpose %1").arg(notesInWords(m_state.selection().size())), patch);
}

void RollActions::lengthen(int steps)
{
    const Tick step = m_state.step();
    m_state.edit(tr("change the length of %1").arg(notesInWords(m_state.selection().size())),
                 resizeNotes(m_state.score(), m_state.selection().notes(), NoteEdge::End, {step.value * steps}, m_state.grid() ? step : Tick{1}));
}

void RollActions::selectAll()
{
    std::vector<NoteId> all;
    if (const Track* track = m_state.activeTrackNotes()) {
        for (const Note& note : track->notes)
            all.push_back(note.id);
    }
    m_state.selection().set(all);
}

void RollActions::copy()
{
    auto* data = new QMimeData;
    data->setData(QString::fromLatin1(kNotesMime), notesToClipboard(m_state.selectedNotes().notes, m_state.meters().ticksPerQuarter()));
    QGuiApplication::clipboard()->setMimeData(data);
}

void RollActions::paste()
{
    const QMimeData* data = QGuiApplication::clipboard()->mimeData();
    if (!data || !data->hasFormat(QString::fromLatin1(kNotesMime)))
        return;
    auto pasted = notesFromClipboard(data->data(QString::fromLatin1(kNotesMime)), m_state.meters().ticksPerQuarter());
    if (!pasted || pasted->empty())
        return;
    const bool isEmpty = m_state.score().tracks.empty();
    const bool hasOwnVoice = !isEmpty && !m_state.activeTrackNotes()->notes.empty();
    for (Note& note : *pasted) {
        note.start += m_state.playhead();
        if (hasOwnVoice)
            note.channel = static_cast<std::uint8_t>(m_state.activeChannel());
    }
    m_state.edit(tr("paste %1").arg(notesInWords(pasted->size())),
                 isEmpty ? addTrackOf(m_state.score(), *pasted) : addNotes(m_state.score(), m_state.activeTrack(), *pasted), true);
}

void RollActions::duplicate()
{
    const std::vector<Note>& chosen = m_state.selectedNotes().notes;
    if (chosen.empty())
        return;
    Tick end{};
    for (const Note& note : chosen)
        end = std::max(end, note.end());
    // Behind the last note, on the grid as the first one is.
    const Tick start = chosen.front().start;
    Tick by = end - start;
    if (const auto& grid = m_state.grid(); grid && grid->lineAtOrBefore(start) == start)
        by = grid->lineAtOrAfter(end) - start;
    by = std::max(by, m_state.step());
    m_state.edit(tr("duplicate %1").arg(notesInWords(chosen.size())), copyNotes(m_state.score(), m_state.selection().notes(), by, 0), true);
}

void RollActions::erase(const QString& name)
{
    m_state.edit(name.arg(notesInWords(m_state.selection().size())), removeNotes(m_state.score(), m_state.selection().notes()));
}

void RollActions::goToNote(int direction)
{
    const Track* track = m_state.activeTrackNotes();
    if (!track || track->notes.empty())
        return;
    const std::vector<Note>& all = track->notes;
    const std::vector<Note>& chosen = m_state.selectedNotes().notes;
    auto place = static_cast<std::ptrdiff_t>(std::ranges::lower_bound(all, m_state.playhead(), {}, &Note::start) - all.begin());
    if (!chosen.empty()) {
        const Note& from = direction > 0 ? chosen.back() : chosen.front();
        place = std::lower_bound(all.begin(), all.end(), from, noteBefore) - all.begin();
        place += direction;
    } else if (direction < 0) {
        --place;
    }
    const Note& next = all[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(place, 0, std::ssize(all) - 1))];
    const NoteId one[] = {next.id};
    m_state.selection().set(one);
    m_state.sound(next.pitch.value, next.velocity);
    m_state.reveal(next);
}

} // namespace continuo::ui
