// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_state.h"

#include <QAction>
#include <QActionGroup>
#include <QList>
#include <QObject>
#include <QWidget>

#include <functional>

namespace continuo::ui {

/// What the keyboard and the menus do to the notes. The actions act while `roll` or what is in it has the keyboard.
class RollActions final : public QObject
{
    Q_OBJECT

public:
    /// Both borrowed; `roll` gets the actions.
    RollActions(RollState& state, QWidget& roll);

    QList<QAction*> tools{};
    QList<QAction*> edit{};  ///< Null: a separator. So in the next two.
    QList<QAction*> notes{};
    QList<QAction*> view{};

Q_SIGNALS:
    void fitRequested();

private:
    enum class Needs
    {
        Nothing,
        Selection,
        Notes
    };
    QAction* action(const QString& words, const QKeySequence& key, Needs needs, const std::function<void()>& done);
    void makeTools();
    void makeEdit();
    void makeNotes();
    void makeView();
    void enable();

    void nudge(int steps);
    void transpose(int semitones);
    void lengthen(int steps);
    void selectAll();
    void copy();
    void paste();
    void duplicate();
    void erase(const QString& name);
    void goToNote(int direction);

    RollState& m_state;
    QWidget& m_roll;
    QActionGroup* m_toolGroup;
    QList<std::pair<QAction*, Needs>> m_needing{};
};

} // namespace continuo::ui
