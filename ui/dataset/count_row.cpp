// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/count_row.h"

#include "ui/base/appearance.h"
#include "ui/base/words.h"

#include <QPainter>

namespace continuo::ui {

namespace {

constexpr int kGap = 8;

} // namespace

CountRow::CountRow(const Appearance& appearance, const QString& words, std::optional<Role> dot,
                   QWidget* parent)
    : QAbstractButton(parent)
    , m_appearance(appearance)
    , m_dot(dot)
{
    setText(words);
    setCheckable(true);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void CountRow::setCount(std::int64_t count, std::int64_t all)
{
    m_number = countInWords(count);
    m_longNumber = count == all ? m_number : tr("%1 of %2").arg(m_number, countInWords(all));
    setAccessibleName(tr("%1: %2").arg(text(), m_longNumber));
    update();
}

QSize CountRow::sizeHint() const
{
    return {160, m_dot ? 26 : 22};
}

void CountRow::paintEvent(QPaintEvent*)
{
    const Palette& palette = m_appearance.palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isChecked() || underMouse() || hasFocus()) {
        painter.setPen(hasFocus() ? QPen(palette.accent) : QPen(Qt::NoPen));
        painter.setBrush(isChecked() || underMouse() ? QBrush(palette.raised)
                                                     : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
    QRect place = rect().adjusted(6, 0, -6, 0);
    if (m_dot) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette.*(*m_dot));
        painter.drawEllipse(QRectF(place.left(), rect().center().y() - 3, 8, 8));
        place.adjust(16, 0, 0, 0);
    } else {
        painter.setFont(m_appearance.smallFont());
    }
    // Where there is no room for both, the words matter more than how many there were.
    const auto wideOf = [&](const QString& words) {
        return painter.fontMetrics().horizontalAdvance(words);
    };
    const bool hasRoom = wideOf(text()) + kGap + wideOf(m_longNumber) <= place.width();
    const QString& number = hasRoom ? m_longNumber : m_number;
    painter.setPen(m_dot ? palette.muted : palette.text);
    painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, number);
    painter.setPen(isChecked() ? palette.accent : m_dot ? palette.text : palette.muted);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight,
                                                      place.width() - wideOf(number) - kGap));
}

} // namespace continuo::ui
