// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/mini_roll.h"

#include <QPainter>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr double kNoteHeight = 2.4;
constexpr int kLeastSpan = 12; ///< Semitones: less would make a mountain of a trill.

} // namespace

MiniRoll::MiniRoll(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumHeight(28);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void MiniRoll::show(std::vector<Note> notes, TickRange range, const QColor& colour)
{
    if (notes == m_notes && range == m_range && colour == m_colour)
        return;
    m_notes = std::move(notes);
    m_range = range;
    m_colour = colour;
    update();
}

void MiniRoll::paintEvent(QPaintEvent*)
{
    if (m_notes.empty() || m_range.end <= m_range.start)
        return;
    const auto [lowest, highest] = std::ranges::minmax(m_notes, {}, &Note::pitch);
    const int middle = (lowest.pitch.value + highest.pitch.value) / 2;
    const int span = std::max(highest.pitch.value - lowest.pitch.value, kLeastSpan);
    const double step = (height() - kNoteHeight) / span;
    const double scale = width() / static_cast<double>((m_range.end - m_range.start).value);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_colour);
    for (const Note& note : m_notes) {
        const double x = static_cast<double>((note.start - m_range.start).value) * scale;
        const double length = std::max(static_cast<double>(note.length.value) * scale - 1, 1.5);
        const double y = (height() - kNoteHeight) / 2 - (note.pitch.value - middle) * step;
        painter.drawRoundedRect(QRectF(x, y, length, kNoteHeight), 1, 1);
    }
}

} // namespace continuo::ui
