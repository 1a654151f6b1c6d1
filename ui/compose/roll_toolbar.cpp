// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/roll_toolbar.h"

#include "ui/base/appearance.h"
#include "ui/base/folding_row.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"
#include "ui/compose/field_menu.h"
#include "ui/compose/key_menu.h"
#include "ui/document/score_document.h"

#include <QAction>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <utility>

namespace continuo::ui {

namespace {

constexpr int kHearMs = 150;

QFrame* separator(QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setFixedSize(1, 20);
    line->setFrameShape(QFrame::NoFrame);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    return line;
}

QString colouringInWords(NoteColouring colouring)
{
    switch (colouring) {
    case NoteColouring::Velocity:
        return RollToolbar::tr("Velocity");
    case NoteColouring::PitchClass:
        return RollToolbar::tr("Pitch class");
    case NoteColouring::Surprise:
        return RollToolbar::tr("Surprise");
    case NoteColouring::Track:
        break;
    }
    return RollToolbar::tr("Track");
}

} // namespace

QString snapInWords(const Snap& snap)
{
    if (snap.denominator == 0)
        return RollToolbar::tr("Off");
    if (snap.numerator == 3)
        return RollToolbar::tr("1/%1 dotted").arg(snap.denominator / 2);
    if (snap.denominator % 3 == 0)
        return RollToolbar::tr("1/%1 triplet").arg(snap.denominator * 2 / 3);
    return QStringLiteral("%1/%2").arg(snap.numerator).arg(snap.denominator);
}

RollToolbar::RollToolbar(const StudioContext& context, RollView& roll, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_roll(roll)
    , m_snap(new FieldMenu(tr("Snap"), this))
    , m_scale(new FieldMenu(tr("Scale"), this))
    , m_colour(new FieldMenu(tr("Colour"), this))
{
    setSurface(*this, Surface::Top);
    setFixedHeight(41); // Its bottom line is one of them.
    setAccessibleName(tr("Tools"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 0, 10, 1);
    row->setSpacing(6);
    addTools(*row);
    row->addSpacing(4);
    row->addWidget(separator(this));
    row->addSpacing(4);
    addHistory(*row);
    row->addSpacing(4);
    row->addWidget(separator(this));
    row->addSpacing(4);
    std::vector<QWidget*> foldable = addMenus(*row);
    row->addStretch(1);
    QPushButton* import = button(tr("Import…"), this);
    QPushButton* exportMidi = button(tr("Export MIDI…"), this);
    import->setToolTip(tr("Opens a MIDI or ABC file"));
    exportMidi->setToolTip(tr("Writes the score as a MIDI file"));
    for (QPushButton* one : {import, exportMidi}) {
        takeKeysOnlyFromKeyboard(*one);
        row->addWidget(one);
    }
    auto* folding = new FoldingRow(context.appearance, *this);
    takeKeysOnlyFromKeyboard(folding->menuButton());
    row->addWidget(&folding->menuButton());
    foldable.insert(foldable.end(), {exportMidi, import});
    folding->setFoldable(std::move(foldable));
    connect(import, &QPushButton::clicked, this, &RollToolbar::importRequested);
    connect(exportMidi, &QPushButton::clicked, this, &RollToolbar::exportMidiRequested);

    m_listener.setSingleShot(true);
    m_listener.setInterval(kHearMs);
    connect(&m_listener, &QTimer::timeout, this, &RollToolbar::hear);
    connect(&context.document, &ScoreDocument::changed, this, [this] { m_listener.start(); });
    connect(&context.document, &ScoreDocument::replaced, this, &RollToolbar::hear);
    hear();
}

QToolButton* RollToolbar::tool(const QString& icon, const QString& name)
{
    auto* made = new QToolButton(this);
    if (!icon.isEmpty())
        made->setIcon(lineIcon(m_context.appearance, icon));
    made->setIconSize({20, 20});
    made->setFixedSize(30, 28);
    made->setAccessibleName(name);
    takeKeysOnlyFromKeyboard(*made);
    return made;
}

void RollToolbar::addTools(QHBoxLayout& row)
{
    for (QAction* action : m_roll.toolActions()) {
        QToolButton* made = tool({}, action->text());
        made->setDefaultAction(action);
        row.addWidget(made);
    }
}

void RollToolbar::addHistory(QHBoxLayout& row)
{
    QUndoStack& stack = m_context.document.undoStack();
    QToolButton* undo = tool(QStringLiteral("undo"), tr("Undo"));
    QToolButton* redo = tool(QStringLiteral("redo"), tr("Redo"));
    row.addWidget(undo);
    row.addWidget(redo);
    connect(undo, &QToolButton::clicked, &stack, &QUndoStack::undo);
    connect(redo, &QToolButton::clicked, &stack, &QUndoStack::redo);
    const auto show = [undo, redo, &stack] {
        const QString undoKey = QKeySequence(QKeySequence::Undo).toString(QKeySequence::NativeText);
        const QString redoKey = QKeySequence(QKeySequence::Redo).toString(QKeySequence::NativeText);
        setEnabledBecause(*undo, stack.canUndo() ? QString() : tr("Nothing to undo"));
        setEnabledBecause(*redo, stack.canRedo() ? QString() : tr("Nothing to redo"));
        if (stack.canUndo())
            undo->setToolTip(tr("Undo %1 (%2)").arg(stack.undoText(), undoKey));
        if (stack.canRedo())
            redo->setToolTip(tr("Redo %1 (%2)").arg(stack.redoText(), redoKey));
    };
    connect(&stack, &QUndoStack::indexChanged, this, show);
    connect(&stack, &QUndoStack::canUndoChanged, this, show);
    connect(&stack, &QUndoStack::canRedoChanged, this, show);
    show();
}

std::vector<QWidget*> RollToolbar::addMenus(QHBoxLayout& row)
{
    std::vector<QWidget*> words;
    const auto add = [&](const QString& word, FieldMenu* field) {
        QLabel* name = label(word, TextRole::Muted, this);
        name->setBuddy(field);
        row.addWidget(name);
        row.addWidget(field);
        words.push_back(name);
    };
    add(tr("Snap"), m_snap);
    add(tr("Scale"), m_scale);
    add(tr("Colour"), m_colour);

    m_snap->setHelp(tr("The grid that notes keep to; Alt while dragging leaves it"));
    m_snap->setFill([this](QMenu& menu) {
        const auto choice = [this](QMenu& place, Snap snap) {
            addChoice(place, snapInWords(snap), snap == m_roll.snap(),
                      [this, snap] { m_roll.setSnap(snap); });
        };
        QMenu* triplets = new QMenu(tr("Triplets"), &menu);
        QMenu* dotted = new QMenu(tr("Dotted"), &menu);
        for (const int part : {1, 2, 4, 8, 16, 32, 64}) {
            choice(menu, {1, part});
            if (part > 1 && part < 64)
                choice(*triplets, {1, part * 3 / 2});
            if (part > 1 && part < 64)
                choice(*dotted, {3, part * 2});
        }
        menu.addMenu(triplets);
        menu.addMenu(dotted);
        menu.addSeparator();
        choice(menu, {1, 0});
    });
    connect(&m_roll, &RollView::snapChanged, this, &RollToolbar::showSnap);
    showSnap();

    m_scale->setHelp(tr("Tints the keynote's rows and what is in the scale"));
    m_scale->setFill([this](QMenu& menu) {
        const auto take = [this](ScaleChoice choice, Key key) {
            m_scaleChoice = choice;
            m_chosenKey = key;
            showScale();
        };
        const QString heard = m_heard ? tr("Heard: %1").arg(keyInWords(*m_heard)) : tr("As heard");
        addChoice(menu, heard, m_scaleChoice == ScaleChoice::Heard,
                  [take] { take(ScaleChoice::Heard, {}); });
        addChoice(menu, tr("None"), m_scaleChoice == ScaleChoice::None,
                  [take] { take(ScaleChoice::None, {}); });
        menu.addSeparator();
        const std::optional<Key> chosen =
            m_scaleChoice == ScaleChoice::Chosen ? std::optional(m_chosenKey) : std::nullopt;
        addKeys(menu, chosen, [take](Key key) { take(ScaleChoice::Chosen, key); });
    });

    m_colour->setHelp(tr("What the colour of a note says"));
    m_colour->setWords(colouringInWords(m_colouring));
    m_colour->setFill([this](QMenu& menu) {
        for (const NoteColouring one : {NoteColouring::Track, NoteColouring::Velocity,
                                        NoteColouring::PitchClass, NoteColouring::Surprise}) {
            addChoice(menu, colouringInWords(one), one == m_colouring, [this, one] {
                m_colouring = one;
                m_colour->setWords(colouringInWords(one));
                m_roll.setColouring(one);
            });
        }
    });
    return words;
}

void RollToolbar::showSnap()
{
    m_snap->setWords(snapInWords(m_roll.snap()));
}

void RollToolbar::hear()
{
    const auto estimate = estimateKey(allNotes(m_context.document.score()));
    m_heard = estimate ? std::optional(estimate->key) : std::nullopt;
    showScale();
}

void RollToolbar::showScale()
{
    const std::optional<Key> key = m_scaleChoice == ScaleChoice::Heard ? m_heard
                                   : m_scaleChoice == ScaleChoice::Chosen
                                       ? std::optional(m_chosenKey)
                                       : std::nullopt;
    m_scale->setWords(key ? keyInWords(*key) : tr("None"));
    m_roll.setScale(key);
}

} // namespace continuo::ui
