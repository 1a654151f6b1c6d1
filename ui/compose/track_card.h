// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <QColor>
#include <QFrame>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

/// One track: its colour, its name, what plays it, mute and solo. Click makes it the active one, a
/// double click or F2 renames it, Enter makes it active, the menu key and the right button open its
/// menu, Delete removes it.
class TrackCard final : public QFrame
{
    Q_OBJECT

public:
    explicit TrackCard(TrackId track, QWidget* parent = nullptr);

    TrackId track() const { return m_track; }
    void show(const QString& name, const QString& sound, const QColor& colour);
    void setActive(bool isActive);
    void setSilence(bool isMuted, bool isSolo);
    void beginRename();

Q_SIGNALS:
    void activated();
    void renamed(const QString& name);
    void muteToggled(bool isMuted);
    void soloToggled(bool isSolo);
    void menuRequested(const QPoint& globalPosition);
    void deleteRequested();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void showName();
    void endRename(bool isKept);

    TrackId m_track;
    QString m_fullName{};
    QString m_fullSound{};
    QColor m_colour{};
    bool m_isActive = false;
    QLabel* m_name;
    QLabel* m_sound;
    QToolButton* m_mute;
    QToolButton* m_solo;
    QLineEdit* m_editor = nullptr;
};

} // namespace continuo::ui
