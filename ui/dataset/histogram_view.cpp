// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/histogram_view.h"

#include "ui/base/appearance.h"
#include "ui/base/words.h"

#include <QAccessible>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <numeric>

namespace continuo::ui {

namespace {

constexpr int kBarsHeight = 62;
constexpr int kLabelsHeight = 16;

std::int64_t sumOf(const std::vector<HistogramView::Bar>& bars)
{
    return std::accumulate(
        bars.begin(), bars.end(), std::int64_t{0},
        [](std::int64_t sum, const HistogramView::Bar& bar) { return sum + bar.count; });
}

std::int64_t sumOf(const HistogramView::Series& series)
{
    return std::accumulate(series.counts.begin(), series.counts.end(), std::int64_t{0});
}

double shareOf(std::int64_t count, std::int64_t sum)
{
    return sum > 0 ? static_cast<double>(count) / static_cast<double>(sum) : 0.0;
}

QString percentInWords(std::int64_t count, std::int64_t sum)
{
    return QLocale().toString(100.0 * shareOf(count, sum), 'f', 1);
}

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
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

QSize HistogramView::sizeHint() const
{
    return {200, kBarsHeight + kLabelsHeight};
}

void HistogramView::setBars(std::vector<Bar> bars)
{
    take(std::move(bars), {}, true);
}

void HistogramView::setBars(std::vector<Bar> bars, std::vector<Series> over)
{
    take(std::move(bars), std::move(over), true);
}

void HistogramView::setBars(std::vector<Bar> bars, std::vector<std::int64_t> after)
{
    Series series;
    series.name = tr("afterwards");
    series.look = Look::Outline;
    series.counts = std::move(after);
    take(std::move(bars), {std::move(series)}, false);
}

void HistogramView::take(std::vector<Bar> bars, std::vector<Series> over, bool isShares)
{
    m_bars = std::move(bars);
    m_over = std::move(over);
    m_isShares = isShares;
    for (Series& series : m_over)
        series.counts.resize(m_bars.size());
    if (m_current && *m_current >= m_bars.size())
        m_current.reset();
    describe();
    update();
}

void HistogramView::describe()
{
    const auto greatest = std::ranges::max_element(m_bars, {}, &Bar::count);
    QString words;
    if (m_current)
        words = barInWords(*m_current);
    else if (greatest == m_bars.end() || greatest->count == 0)
        words = tr("Nothing yet");
    else
        words = tr("Most often %1: %2. Arrow keys go from bar to bar.")
                    .arg(greatest->name, countInWords(greatest->count));
    if (words == accessibleDescription())
        return;
    setAccessibleDescription(words);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

QString HistogramView::barInWords(std::size_t bar) const
{
    QString words = tr("%1: %2 (%3 %)")
                        .arg(m_bars[bar].name, countInWords(m_bars[bar].count),
                             percentInWords(m_bars[bar].count, sumOf(m_bars)));
    for (const Series& series : m_over)
        words += tr("; %1 (%2 %) %3")
                     .arg(countInWords(series.counts[bar]),
                          percentInWords(series.counts[bar], sumOf(series)), series.name);
    return words;
}

std::size_t HistogramView::barAt(double x) const
{
    const double step = static_cast<double>(width()) / static_cast<double>(m_bars.size());
    return static_cast<std::size_t>(
        std::clamp(x / std::max(step, 0.1), 0.0, static_cast<double>(m_bars.size()) - 1.0));
}

QRectF HistogramView::placeOf(std::size_t bar) const
{
    const double step = static_cast<double>(width()) / static_cast<double>(m_bars.size());
    return {static_cast<double>(bar) * step, 0, step, kBarsHeight};
}

void HistogramView::paintSeries(QPainter& painter, const Series* series) const
{
    const auto countAt = [](const HistogramView& view, const Series* of, std::size_t bar) {
        return of ? of->counts[bar] : view.m_bars[bar].count;
    };
    const auto scaled = [&](const Series* of, std::size_t bar) {
        const std::int64_t count = countAt(*this, of, bar);
        return m_isShares ? shareOf(count, of ? sumOf(*of) : sumOf(m_bars))
                          : static_cast<double>(count);
    };
    double most = 0;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        most = std::max(most, scaled(nullptr, i));
        for (const Series& each : m_over)
            most = std::max(most, scaled(&each, i));
    }
    const Palette& palette = m_appearance.palette();
    const QColor full = palette.*m_role;
    const double step = placeOf(0).width();
    // Bars that have hardly room do without a gap.
    const double gap = step >= 5 ? 1.0 : 0.2;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        if (countAt(*this, series, i) == 0)
            continue;
        const double height = std::max((kBarsHeight - 2) * scaled(series, i) / most, 1.5);
        QRectF place(placeOf(i).left() + gap, kBarsHeight - height, std::max(step - 2 * gap, 1.0),
                     height);
        if (!series) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_over.empty() ? full : faded(full, 0.35));
        } else if (series->look == Look::Narrow) {
            place.adjust(place.width() * 0.22, 0, -place.width() * 0.22, 0);
            painter.setPen(Qt::NoPen);
            painter.setBrush(full);
        } else if (step < 5) {
            // Outlines this close would be a black field: their tops say it.
            painter.fillRect(QRectF(place.left(), place.top(), place.width(), 1.5), palette.text);
            continue;
        } else {
            place.adjust(0.6, 0.6, -0.6, 0);
            painter.setPen(QPen(palette.text, 1.2));
            painter.setBrush(Qt::NoBrush);
        }
        painter.drawRoundedRect(place, step >= 5 ? 1.5 : 0.0, step >= 5 ? 1.5 : 0.0);
    }
}

void HistogramView::paintEvent(QPaintEvent*)
{
    if (m_bars.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = m_appearance.palette();
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 1));
        painter.setBrush(m_current ? QBrush(palette.raised) : QBrush(Qt::NoBrush));
        const QRectF around = m_current ? placeOf(*m_current) : QRectF(rect());
        painter.drawRoundedRect(around.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    }
    painter.fillRect(QRectF(0, kBarsHeight - 1, width(), 1), palette.line);
    paintSeries(painter, nullptr);
    for (const Series& series : m_over)
        paintSeries(painter, &series);
    painter.setFont(m_appearance.smallFont());
    const QFontMetricsF metrics(painter.font());
    double free = 0; // Labels that would touch the one before are left out.
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        if (m_bars[i].label.isEmpty())
            continue;
        const double wide = metrics.horizontalAdvance(m_bars[i].label);
        const double start =
            std::clamp(placeOf(i).center().x() - wide / 2, 0.0, std::max(width() - wide, 0.0));
        if (start < free)
            continue;
        free = start + wide + 2;
        painter.setPen(palette.muted);
        painter.drawText(QPointF(start, kBarsHeight + 13), m_bars[i].label);
    }
}

bool HistogramView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && !m_bars.empty()) {
        // Elsewhere the window moves and plays notes with these.
        const int own[] = {Qt::Key_Left, Qt::Key_Right, Qt::Key_Home,
                           Qt::Key_End,  Qt::Key_Enter, Qt::Key_Return};
        const auto* key = static_cast<QKeyEvent*>(event);
        if (std::ranges::find(own, key->key()) != std::end(own)) {
            event->accept();
            return true;
        }
    }
    if (event->type() != QEvent::ToolTip || m_bars.empty())
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const std::size_t bar = barAt(help->x());
    QString words = barInWords(bar);
    if (!toolTip().isEmpty())
        words.prepend(toolTip() + QLatin1Char('\n'));
    if (!m_bars[bar].term.isEmpty())
        words += QLatin1Char('\n') + m_bars[bar].deed;
    QToolTip::showText(help->globalPos(), words, this);
    return true;
}

void HistogramView::keyPressEvent(QKeyEvent* event)
{
    const std::size_t count = m_bars.size();
    if (count == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        goTo(m_current && *m_current > 0 ? *m_current - 1 : 0);
        break;
    case Qt::Key_Right:
        goTo(m_current ? std::min(*m_current + 1, count - 1) : 0);
        break;
    case Qt::Key_Home:
        goTo(0);
        break;
    case Qt::Key_End:
        goTo(count - 1);
        break;
    case Qt::Key_Enter:
    case Qt::Key_Return:
        if (m_current)
            choose(*m_current);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void HistogramView::goTo(std::size_t bar)
{
    m_current = bar;
    describe();
    update();
    const QRectF place = placeOf(bar);
    if (isVisible())
        QToolTip::showText(mapToGlobal(QPoint(static_cast<int>(place.left()), height())),
                           barInWords(bar), this);
}

void HistogramView::mouseMoveEvent(QMouseEvent* event)
{
    const bool isClickable =
        !m_bars.empty() && !m_bars[barAt(event->position().x())].term.isEmpty();
    setCursor(isClickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QWidget::mouseMoveEvent(event);
}

void HistogramView::mousePressEvent(QMouseEvent* event)
{
    event->accept(); // The release comes here too.
}

void HistogramView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !m_bars.empty() &&
        rect().contains(event->position().toPoint()))
        choose(barAt(event->position().x()));
}

void HistogramView::choose(std::size_t bar)
{
    m_current = bar;
    describe();
    update();
    if (!m_bars[bar].term.isEmpty())
        Q_EMIT termChosen(m_bars[bar].term);
}

void HistogramView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace continuo::ui
