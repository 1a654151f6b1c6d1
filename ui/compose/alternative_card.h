// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compose/alternative.h"
#include "ui/document/tick_range.h"

#include <QFrame>

QT_BEGIN_NAMESPACE
class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class MiniRoll;

/// One alternative: its letter and colour, how surprising it is, its shape, and buttons to hear and
/// to keep it.
class AlternativeCard final : public QFrame
{
    Q_OBJECT

public:
    AlternativeCard(const Appearance& appearance, int index, QWidget* parent = nullptr);

    int index() const { return m_index; }
    void show(const Alternative& alternative, TickRange range);
    void setChosen(bool isChosen);
    void setPlaying(bool isPlaying);
    /// Its word in a line of its own.
    void setNarrow(bool isNarrow);

Q_SIGNALS:
    void pressed();
    void playPressed();
    void keepPressed();
    /// Its menu is wanted there, in global coordinates.
    void menuRequested(const QPoint& at);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    QColor colour() const;

    const Appearance& m_appearance;
    int m_index;
    bool m_isChosen = false;
    QLabel* m_letter;
    QLabel* m_word;
    QToolButton* m_play;
    QPushButton* m_keep;
    QToolButton* m_more;
    MiniRoll* m_shape;
    QHBoxLayout* m_head;
    QVBoxLayout* m_column;
};

} // namespace continuo::ui
