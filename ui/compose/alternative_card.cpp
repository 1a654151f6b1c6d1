// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/alternative_card.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"
#include "ui/compose/mini_roll.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace continuo::ui {

namespace {

constexpr int kDot = 9;

} // namespace

AlternativeCard::AlternativeCard(const Appearance& appearance, int index, QWidget* parent)
    : QFrame(parent)
    , m_appearance(appearance)
    , m_index(index)
    , m_letter(new QLabel(alternativeLetter(index), this))
    , m_word(label({}, TextRole::Small, this))
    , m_play(new QToolButton(this))
    , m_keep(button(tr("Keep"), this))
    , m_more(new QToolButton(this))
    , m_shape(new MiniRoll(this))
    , m_head(new QHBoxLayout)
    , m_column(new QVBoxLayout(this))
{
    setSurface(*this, Surface::Card);
    QFont bold = m_letter->font();
    bold.setWeight(QFont::DemiBold);
    m_letter->setFont(bold);
    m_play->setProperty("field", true);
    m_play->setIcon(lineIcon(appearance, QStringLiteral("play")));
    m_play->setIconSize({16, 16});
    m_play->setFixedWidth(38);
    m_play->setProperty("small", true);
    m_keep->setProperty("small", true);
    m_keep->setToolTip(tr("Puts it into the score as one step that can be undone (Enter)"));
    m_keep->setAccessibleName(tr("Keep alternative %1").arg(alternativeLetter(index)));
    m_more->setProperty("field", true);
    m_more->setProperty("small", true);
    m_more->setText(QStringLiteral("…"));
    m_more->setFixedWidth(26);
    m_more->setToolTip(tr("Score card and more"));
    m_more->setAccessibleName(tr("More about alternative %1").arg(alternativeLetter(index)));
    takeKeysOnlyFromKeyboard(*m_more);
    takeKeysOnlyFromKeyboard(*m_play);
    takeKeysOnlyFromKeyboard(*m_keep);
    setPlaying(false);

    m_head->setSpacing(8);
    m_head->addSpacing(kDot + 6);
    m_head->addWidget(m_letter);
    m_head->addWidget(m_word);
    m_head->addStretch(1);
    m_head->addWidget(m_play);
    m_head->addWidget(m_keep);
    m_head->addWidget(m_more);
    m_column->setContentsMargins(10, 8, 10, 8);
    m_column->setSpacing(6);
    m_column->addLayout(m_head);
    m_column->addWidget(m_shape);

    connect(m_play, &QToolButton::clicked, this, &AlternativeCard::playPressed);
    connect(m_keep, &QPushButton::clicked, this, &AlternativeCard::keepPressed);
    connect(m_more, &QToolButton::clicked, this,
            [this] { Q_EMIT menuRequested(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
}

QColor AlternativeCard::colour() const
{
    return m_appearance.palette().alternative(m_index);
}

void AlternativeCard::show(const Alternative& alternative, TickRange range)
{
    const auto surprise = meanSurprise(alternative);
    const QString word = !surprise             ? tr("listening…")
                         : alternative.isWhole ? surpriseInWords(*surprise)
                                               : tr("%1, …").arg(surpriseInWords(*surprise));
    m_word->setText(word);
    const QString notes =
        alternative.notes.size() == 1 ? tr("1 note") : tr("%1 notes").arg(alternative.notes.size());
    m_word->setToolTip(surprise ? tr("Mean surprise %1 bits a note, %2")
                                      .arg(QLocale().toString(*surprise, 'f', 2), notes)
                                : QString());
    setAccessibleName(tr("Alternative %1, %2, %3").arg(alternativeLetter(m_index), word, notes));
    m_shape->show(notesOf(alternative), range, colour());
}

void AlternativeCard::setChosen(bool isChosen)
{
    if (isChosen == m_isChosen)
        return;
    m_isChosen = isChosen;
    update();
}

void AlternativeCard::setPlaying(bool isPlaying)
{
    m_play->setIcon(
        lineIcon(m_appearance, isPlaying ? QStringLiteral("stop") : QStringLiteral("play")));
    m_play->setToolTip(isPlaying ? tr("Stop (Space)") : tr("Hear it in its place (Space)"));
    m_play->setAccessibleName(isPlaying
                                  ? tr("Stop alternative %1").arg(alternativeLetter(m_index))
                                  : tr("Hear alternative %1").arg(alternativeLetter(m_index)));
}

void AlternativeCard::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_isChosen) {
        painter.setPen(QPen(colour(), 1.4));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.7, 0.7, -0.7, -0.7), 8, 8);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour());
    painter.drawEllipse(
        QRectF(11, m_letter->geometry().center().y() - kDot / 2.0 + 0.5, kDot, kDot));
}

void AlternativeCard::setNarrow(bool isNarrow)
{
    const bool isInHead = m_head->indexOf(m_word) >= 0;
    if (isNarrow == !isInHead)
        return;
    if (isNarrow) {
        m_head->removeWidget(m_word);
        m_column->insertWidget(1, m_word);
    } else {
        m_column->removeWidget(m_word);
        m_head->insertWidget(2, m_word); // Behind the dot and the letter.
    }
}

void AlternativeCard::contextMenuEvent(QContextMenuEvent* event)
{
    Q_EMIT menuRequested(event->globalPos());
}

void AlternativeCard::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT pressed();
}

void AlternativeCard::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT playPressed();
}

} // namespace continuo::ui
