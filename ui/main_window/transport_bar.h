// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QAction;
class QLabel;
class QLineEdit;
class QDoubleSpinBox;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class PlayMenu;
struct StudioContext;

/// Play, stop, loop, metronome; where the playhead is; tempo, meter and key; the device. Always there.
class TransportBar final : public QWidget
{
    Q_OBJECT

public:
    /// The buttons share the actions of `menu`.
    TransportBar(const StudioContext& context, const PlayMenu& menu, QWidget* parent = nullptr);

private:
    QToolButton* tool(const QString& icon, const QString& name);
    QToolButton* tool(QAction* action);
    void showPosition(Tick position);
    void showMusic();
    void changeTempo();

    const StudioContext& m_context;
    QToolButton* m_toStart;
    QToolButton* m_play;
    QToolButton* m_stop;
    QToolButton* m_loop;
    QToolButton* m_metronome;
    QLabel* m_position;
    QDoubleSpinBox* m_tempo;
    QLabel* m_meter;
    QLabel* m_key;
    QLabel* m_loopWords;
    QToolButton* m_device;
};

} // namespace continuo::ui
