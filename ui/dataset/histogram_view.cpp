// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/histogram_view.h"

#include "ui/base/appearance.h"
#include "ui/base/words.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kBarsHeight = 62;
constexpr int kLabelsHeight = 16;

} // namespace

HistogramView::HistogramView(const Appearance& appearance, const QString& name, Role role,
                             QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_role(role)
{
    setAccessibleName(name);
    setFixedHeight(kBarsHeight + kLabelsHeight);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void HistogramView::setBars(std::vector<Bar> bars)
{
    m_bars = std::move(bars);
    const auto greatest = std::ranges::max_element(m_bars, {}, &Bar::count);
    setAccessibleDescription(
        greatest == m_bars.end() || greatest->count == 0
            ? tr("Nothing yet")
            : tr("Most often %1: %2").arg(greatest->name, countInWords(greatest->count)));
    update();
}

void HistogramView::paintEvent(QPaintEvent*)
{
    if (m_bars.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = m_appearance.palette();
    const double step = static_cast<double>(width()) / static_cast<double>(m_bars.size());
    const std::int64_t most =
        std::max<std::int64_t>(std::ranges::max(m_bars, {}, &Bar::count).count, 1);
    painter.fillRect(QRectF(0, kBarsHeight - 1, width(), 1), palette.line);
    painter.setFont(m_appearance.smallFont());
    const QFontMetricsF metrics(painter.font());
    double free = 0; // Labels that would touch the one before are left out.
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const double left = static_cast<double>(i) * step;
        const double height =
            (kBarsHeight - 2) * static_cast<double>(m_bars[i].count) / static_cast<double>(most);
        if (m_bars[i].count > 0) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(palette.*m_role);
            painter.drawRoundedRect(QRectF(left + 1, kBarsHeight - std::max(height, 1.5),
                                           std::max(step - 2, 1.0), std::max(height, 1.5)),
                                    1.5, 1.5);
        }
        const double wide = metrics.horizontalAdvance(m_bars[i].label);
        if (m_bars[i].label.isEmpty())
            continue;
        const double start =
            std::clamp(left + step / 2 - wide / 2, 0.0, std::max(width() - wide, 0.0));
        if (start < free)
            continue;
        free = start + wide + 2;
        painter.setPen(palette.muted);
        painter.drawText(QPointF(start, kBarsHeight + 13), m_bars[i].label);
    }
}

bool HistogramView::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || m_bars.empty())
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto bar = static_cast<std::size_t>(
        std::clamp(help->x() * static_cast<int>(m_bars.size()) / std::max(width(), 1), 0,
                   static_cast<int>(m_bars.size()) - 1));
    std::int64_t all = 0;
    for (const Bar& each : m_bars)
        all += each.count;
    const QString share =
        all > 0
            ? QLocale().toString(
                  100.0 * static_cast<double>(m_bars[bar].count) / static_cast<double>(all), 'f', 1)
            : QStringLiteral("0");
    QToolTip::showText(
        help->globalPos(),
        tr("%1: %2 (%3 %)").arg(m_bars[bar].name, countInWords(m_bars[bar].count), share), this);
    return true;
}

} // namespace continuo::ui
