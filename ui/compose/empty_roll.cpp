// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/empty_roll.h"

#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"

#include <QEvent>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

constexpr int kWidth = 300;
constexpr double kHeightShare = 0.4; ///< Of the roll: where the middle of the words is.

} // namespace

EmptyRoll::EmptyRoll(QWidget& ground)
    : QFrame(&ground)
    , m_ground(ground)
{
    setSurface(*this, Surface::Card);
    QLabel* title = label(tr("No notes yet"), TextRole::Title, this);
    QLabel* words = label(tr("Draw them with the pencil (2), drop a MIDI or ABC file here, or let the model write "
                             "a first melody."),
                          TextRole::Muted, this);
    title->setAlignment(Qt::AlignCenter);
    words->setAlignment(Qt::AlignCenter);
    words->setWordWrap(true);
    QPushButton* compose = button(tr("Write a melody"), this);
    takeKeysOnlyFromKeyboard(*compose);
    connect(compose, &QPushButton::clicked, this, &EmptyRoll::newRequested);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(words);
    column->addWidget(compose, 0, Qt::AlignHCenter);
    setFixedWidth(kWidth);
    ground.installEventFilter(this);
}

void EmptyRoll::showEvent(QShowEvent* event)
{
    // Only now its words have the font that they are shown with.
    setFixedHeight(layout()->heightForWidth(kWidth));
    place();
    QFrame::showEvent(event);
}

void EmptyRoll::place()
{
    move(std::max((m_ground.width() - width()) / 2, 0),
         std::max(static_cast<int>(m_ground.height() * kHeightShare) - height() / 2, 0));
}

bool EmptyRoll::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_ground && event->type() == QEvent::Resize)
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace continuo::ui
