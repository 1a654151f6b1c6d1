// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/key_button.h"

#include "ui/base/theme.h"
#include "ui/compose/button_keys.h"

#include <QGuiApplication>
#include <QStyleOptionButton>
#include <QStylePainter>

namespace continuo::ui {

KeyButton::KeyButton(QWidget* parent)
    : QPushButton(parent)
{
    setProperty("primary", true);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    takeKeysOnlyFromKeyboard(*this);
}

void KeyButton::setWords(const QString& word, const QString& key)
{
    m_key = key;
    setText(word);
    setAccessibleName(word);
    update();
}

void KeyButton::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    painter.drawControl(QStyle::CE_PushButton, option);

    const QColor colour =
        isEnabled() ? palette().color(QPalette::HighlightedText)
                    : QGuiApplication::palette().color(QPalette::Disabled, QPalette::WindowText);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    QFont plain = font();
    plain.setWeight(QFont::Normal);
    const int word = QFontMetrics(bold).horizontalAdvance(text());
    const int gap = m_key.isEmpty() ? 0 : 12;
    const int key = QFontMetrics(plain).horizontalAdvance(m_key);
    const bool hasKey = word + gap + key < width() - 16;
    QRect place = rect();
    place.setLeft((width() - word - (hasKey ? gap + key : 0)) / 2);
    painter.setFont(bold);
    painter.setPen(colour);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, text());
    if (!hasKey)
        return;
    place.setLeft(place.left() + word + gap);
    painter.setFont(plain);
    painter.setPen(faded(colour, 0.75));
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, m_key);
}

} // namespace continuo::ui
