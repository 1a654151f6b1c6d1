// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"

#include <QObject>
#include <QPointer>

QT_BEGIN_NAMESPACE
class QAction;
class QMenu;
class QWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class SoundDialog;

/// What one can do with the sound: the actions of the menu Play, which buttons share. GUI thread
/// only.
class PlayMenu final : public QObject
{
    Q_OBJECT

public:
    /// The actions work in `window`, which owns this.
    PlayMenu(const StudioContext& context, QWidget& window);

    void fill(QMenu& menu) const;

    QAction* toStart() const { return m_toStart; }
    QAction* loop() const { return m_loop; }
    QAction* metronome() const { return m_metronome; }
    /// *Sound settings…*.
    QAction* sound() const { return m_sound; }

private:
    QAction* add(const QString& name, const QKeySequence& key, const QString& icon = {});
    void setLooping(bool isOn);
    void showLoop();
    void openSound();

    StudioContext m_context;
    QWidget& m_window;
    QAction* m_play;
    QAction* m_toStart;
    QAction* m_loop;
    QAction* m_metronome;
    QAction* m_panic;
    QAction* m_sound;
    QPointer<SoundDialog> m_dialog{};
};

} // namespace continuo::ui
