// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/sample_roll.h"

#include "ui/base/appearance.h"

#include <QPainter>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr double kRadius = 6;
constexpr double kMargin = 6;
constexpr int kFewestRows = 14; ///< So that two notes do not fill the height.

} // namespace

SampleRoll::SampleRoll(const Appearance& appearance, QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
{
    setFocusPolicy(Qt::NoFocus);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void SampleRoll::setNotes(std::vector<Note> notes, Tick end)
{
    m_notes = std::move(notes);
    m_end = end;
    for (const Note& note : m_notes)
        m_end = std::max(m_end, note.end());
    update();
}

void SampleRoll::setGround(bool hasGround)
{
    m_hasGround = hasGround;
    update();
}

void SampleRoll::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const Palette& palette = m_appearance.palette();
    if (m_hasGround) {
        painter.setBrush(palette.row);
        painter.drawRoundedRect(rect(), kRadius, kRadius);
    }
    if (m_notes.empty() || m_end.value <= 0)
        return;
    const auto [lowest, highest] =
        std::ranges::minmax_element(m_notes, {}, [](const Note& note) { return note.pitch.value; });
    const int low = lowest->pitch.value;
    const int high = highest->pitch.value;
    const int rows = std::max(high - low + 1, kFewestRows);
    const double margin = m_hasGround ? kMargin : 0;
    const double rowHeight = (height() - 2 * margin) / rows;
    const double noteHeight = std::clamp(rowHeight, 2.0, 6.0);
    const double perTick = (width() - 2 * margin) / static_cast<double>(m_end.value);
    const double blank = (rows - (high - low + 1)) / 2.0;
    painter.setBrush(palette.accent);
    for (const Note& note : m_notes) {
        const double left = margin + static_cast<double>(note.start.value) * perTick;
        const double wide = std::max(2.0, static_cast<double>(note.length.value) * perTick - 1);
        const double middle = margin + (blank + high - note.pitch.value + 0.5) * rowHeight;
        painter.drawRoundedRect(QRectF(left, middle - noteHeight / 2, wide, noteHeight), 1, 1);
    }
}

} // namespace continuo::ui
