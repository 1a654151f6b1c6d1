// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/play_menu.h"

#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/document/score_document.h"
#include "ui/play/player.h"
#include "ui/play/sound_dialog.h"

#include <QAction>
#include <QKeySequence>
#include <QMenu>

namespace continuo::ui {

PlayMenu::PlayMenu(const StudioContext& context, QWidget& window)
    : QObject(&window)
    , m_context(context)
    , m_window(window)
    , m_play(add(tr("Play or stop"), QKeySequence(Qt::Key_Space)))
    , m_toStart(add(tr("To the start"), QKeySequence(Qt::Key_Home), QStringLiteral("to_start")))
    , m_loop(add(tr("Loop"), QKeySequence(Qt::CTRL | Qt::Key_L), QStringLiteral("loop")))
    , m_metronome(add(tr("Metronome"), QKeySequence(Qt::Key_K), QStringLiteral("metronome")))
    , m_panic(add(tr("All notes off"), QKeySequence(Qt::SHIFT | Qt::Key_Escape)))
    , m_sound(add(tr("Sound settings…"), QKeySequence()))
{
    Player& player = context.player;
    connect(m_play, &QAction::triggered, &player, &Player::toggle);
    connect(m_toStart, &QAction::triggered, &player, [&player] { player.seek({}); });
    connect(m_panic, &QAction::triggered, &player, &Player::panic);
    connect(m_sound, &QAction::triggered, this, &PlayMenu::openSound);
    m_metronome->setCheckable(true);
    m_metronome->setChecked(player.hasMetronome());
    connect(m_metronome, &QAction::toggled, &player, &Player::setMetronome);
    connect(&player, &Player::metronomeChanged, m_metronome, &QAction::setChecked);
    m_loop->setCheckable(true);
    connect(m_loop, &QAction::toggled, this, &PlayMenu::setLooping);
    connect(&player, &Player::loopChanged, this, &PlayMenu::showLoop);
    connect(&context.document, &ScoreDocument::changed, this, &PlayMenu::showLoop);
    connect(&context.document, &ScoreDocument::replaced, this, &PlayMenu::showLoop);
    showLoop();
}

QAction* PlayMenu::add(const QString& name, const QKeySequence& key, const QString& icon)
{
    auto* action = new QAction(name, this);
    action->setShortcut(key);
    if (!icon.isEmpty()) {
        action->setIcon(lineIcon(m_context.appearance, icon));
        action->setIconVisibleInMenu(false);
        action->setToolTip(tr("%1 (%2)").arg(name, key.toString(QKeySequence::NativeText)));
    }
    return action;
}

void PlayMenu::fill(QMenu& menu) const
{
    menu.setToolTipsVisible(true);
    menu.addActions({m_play, m_toStart});
    menu.addSeparator();
    menu.addActions({m_loop, m_metronome});
    menu.addSeparator();
    menu.addActions({m_panic, m_sound});
}

void PlayMenu::setLooping(bool isOn)
{
    Player& player = m_context.player;
    if (isOn != player.loop().has_value())
        player.setLoop(isOn ? std::optional(TickRange{{}, m_context.document.score().end()})
                            : std::nullopt);
    showLoop();
}

void PlayMenu::showLoop()
{
    const bool isLooping = m_context.player.loop().has_value();
    m_loop->setChecked(isLooping);
    setEnabledBecause(*m_loop, isLooping || m_context.document.score().end() > Tick{}
                                   ? QString()
                                   : tr("Nothing to loop yet. Draw a note, or drag in the upper "
                                        "half of the ruler."));
}

void PlayMenu::openSound()
{
    if (!m_dialog) {
        m_dialog = new SoundDialog(m_context.player, m_context.settings, &m_window);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

} // namespace continuo::ui
