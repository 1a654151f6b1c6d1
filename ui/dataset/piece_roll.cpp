// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_roll.h"

#include "core/music/meter.h"
#include "ui/base/appearance.h"
#include "ui/base/words.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr std::int64_t kShownBars = 16;
constexpr std::int64_t kMostBars = 10'000; ///< Bars beyond are not drawn.
constexpr int kLabelHeight = 14;

} // namespace

PieceRoll::PieceRoll(const Appearance& appearance, QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
{
    setAccessibleName(tr("Preview"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void PieceRoll::setScore(const Score& score)
{
    clear();
    if (score.format == 2 && !score.tracks.empty())
        m_notes = score.tracks.front().notes;
    else
        m_notes = allNotes(score);
    m_lowest = 127;
    m_highest = 0;
    Tick end{};
    for (const Note& note : m_notes) {
        m_lowest = std::min<int>(m_lowest, note.pitch.value);
        m_highest = std::max<int>(m_highest, note.pitch.value);
        end = std::max(end, note.end());
    }
    // A narrow tune would look like mountains.
    while (m_highest - m_lowest < 12) {
        m_lowest = std::max(m_lowest - 1, 0);
        m_highest = std::min(m_highest + 1, 127);
    }
    const MeterMap meters(score);
    for (std::int64_t bar = 0; bar < kMostBars && !m_notes.empty(); ++bar) {
        m_bars.push_back(meters.barStart(bar));
        if (m_bars.back() >= end && bar > 0)
            break;
    }
    update();
}

void PieceRoll::clear()
{
    m_notes.clear();
    m_bars.clear();
    m_marks.clear();
    m_firstBar = 0;
    m_playhead.reset();
    update();
}

void PieceRoll::setMarks(std::vector<Mark> marks)
{
    m_marks = std::move(marks);
    update();
}

void PieceRoll::setQuiet(bool isQuiet)
{
    m_isQuiet = isQuiet;
    update();
}

void PieceRoll::setEmptyWords(const QString& words)
{
    m_emptyWords = words;
    setAccessibleDescription(words);
    update();
}

void PieceRoll::setPlayhead(std::optional<Tick> time)
{
    if (time == m_playhead)
        return;
    m_playhead = time;
    if (time && m_bars.size() > 1) {
        const auto bar = std::upper_bound(m_bars.begin(), m_bars.end(), *time) - m_bars.begin() - 1;
        if (bar < m_firstBar || bar >= m_firstBar + kShownBars)
            turnTo(bar / kShownBars * kShownBars);
    }
    update();
}

void PieceRoll::setBeside(PieceRoll& other)
{
    m_beside = &other;
    update();
}

std::int64_t PieceRoll::barCount() const
{
    return std::max<std::int64_t>(std::ssize(m_bars) - 1, 0);
}

void PieceRoll::turnTo(std::int64_t firstBar)
{
    const std::int64_t bars = std::max(barCount(), m_beside ? m_beside->barCount() : 0);
    const std::int64_t wanted =
        std::clamp<std::int64_t>(firstBar, 0, std::max<std::int64_t>(bars - kShownBars, 0));
    if (wanted == m_firstBar)
        return;
    m_firstBar = wanted;
    update();
    if (m_beside)
        m_beside->turnTo(m_firstBar);
}

QString PieceRoll::shownBars() const
{
    if (barCount() <= kShownBars || m_firstBar >= barCount())
        return {};
    return tr("bars %1–%2 of %3")
        .arg(countInWords(m_firstBar + 1), countInWords(lastShownBar()), countInWords(barCount()));
}

std::int64_t PieceRoll::lastShownBar() const
{
    return std::min(m_firstBar + kShownBars, barCount());
}

Tick PieceRoll::startOf(std::int64_t bar) const
{
    return m_bars[static_cast<std::size_t>(
        std::clamp<std::int64_t>(bar, 0, std::ssize(m_bars) - 1))];
}

Tick PieceRoll::shownLength() const
{
    return m_bars.empty() ? Tick{} : startOf(lastShownBar()) - startOf(m_firstBar);
}

double PieceRoll::perTick() const
{
    const Tick longest = std::max(shownLength(), m_beside ? m_beside->shownLength() : Tick{});
    return width() / static_cast<double>(std::max<std::int64_t>(longest.value, 1));
}

double PieceRoll::x(Tick time) const
{
    return m_bars.empty() ? 0
                          : static_cast<double>((time - startOf(m_firstBar)).value) * perTick();
}

void PieceRoll::wheelEvent(QWheelEvent* event)
{
    const int turn =
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    turnTo(m_firstBar - turn / 60);
    event->accept();
}

bool PieceRoll::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && m_bars.size() > 1) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const Tick time =
            startOf(m_firstBar) + Tick{static_cast<std::int64_t>(help->pos().x() / perTick())};
        QStringList words;
        for (const Mark& mark : m_marks) {
            if (time >= startOf(mark.firstBar) && time < startOf(mark.lastBar + 1))
                words << mark.words;
        }
        QToolTip::showText(help->globalPos(), words.join(QLatin1Char('\n')), this);
        return true;
    }
    return QWidget::event(event);
}

void PieceRoll::paintEvent(QPaintEvent*)
{
    const Palette& palette = m_appearance.palette();
    QPainter painter(this);
    const QRectF ground(0, 0, width(), height() - kLabelHeight);
    painter.fillRect(ground, palette.row);
    if (m_bars.size() < 2) {
        painter.setPen(palette.muted);
        painter.drawText(ground, Qt::AlignCenter, m_emptyWords);
        return;
    }
    const std::int64_t lastBar = lastShownBar();
    const Tick from = startOf(m_firstBar);
    const Tick to = startOf(lastBar);
    const double perTick = this->perTick();
    painter.setFont(m_appearance.smallFont());
    double free = 0;
    double end = width();
    if (const QString words = shownBars(); !words.isEmpty()) {
        end -= painter.fontMetrics().horizontalAdvance(words);
        painter.setPen(palette.muted);
        painter.drawText(QPointF(end, height() - 2), words);
        end -= 12;
    }
    for (std::int64_t bar = m_firstBar; bar < lastBar; ++bar) {
        painter.fillRect(QRectF(x(startOf(bar)), 0, 1, ground.height()), palette.barLine);
        const QString number = QString::number(bar + 1);
        const double wide = painter.fontMetrics().horizontalAdvance(number);
        if (x(startOf(bar)) >= free && x(startOf(bar)) + wide <= end) {
            painter.setPen(palette.muted);
            painter.drawText(QPointF(x(startOf(bar)), height() - 2), number);
            free = x(startOf(bar)) + wide + 12;
        }
    }
    const double row = (ground.height() - 12) / (m_highest - m_lowest + 1);
    const double thick = std::clamp(row, 2.0, 6.0);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setClipRect(ground);
    for (const Note& note : m_notes) {
        if (note.start >= to)
            break;
        if (note.end() < from)
            continue;
        const double top = 6 + (m_highest - note.pitch.value + 0.5) * row - thick / 2;
        const double wide = std::max(static_cast<double>(note.length.value) * perTick - 1, 2.0);
        painter.setBrush(note.channel == kDrumChannel || m_isQuiet ? palette.muted : palette.accent);
        painter.drawRoundedRect(QRectF(x(note.start), top, wide, thick), 1.5, 1.5);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette.warning, 1.5));
    for (const Mark& mark : m_marks) {
        if (mark.firstBar < lastBar && mark.lastBar >= m_firstBar)
            painter.drawRoundedRect(QRectF(QPointF(x(startOf(mark.firstBar)) + 2, 3),
                                           QPointF(x(startOf(mark.lastBar + 1)) - 2, ground.height() - 3)),
                                    3, 3);
    }
    painter.setPen(Qt::NoPen);
    if (m_playhead && *m_playhead >= from && *m_playhead < to)
        painter.fillRect(QRectF(x(*m_playhead), 0, 1.5, ground.height()), palette.text);
}

} // namespace continuo::ui
