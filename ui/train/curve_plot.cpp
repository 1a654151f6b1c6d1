// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/curve_plot.h"

#include "core/base/file.h"
#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/train/thinning.h"

#include <QBuffer>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QSvgGenerator>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

namespace continuo::ui {

namespace {

constexpr int kPaperHeader = 30;
constexpr double kRing = 9;
constexpr double kGroundOfWords = 0.7;
constexpr std::size_t kManyPoints =
    5'000; ///< From here on speed is worth more than the joins of lines.

Palette paperPalette()
{
    QFile file(QStringLiteral(":/themes/light.json"));
    Result<Theme> theme = readTheme(file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    Palette palette = theme ? theme->palette : Palette{};
    palette.window = palette.panel;
    return palette;
}

/// Steps are whole, and so are the places that are named on their axis.
class StepTicker final : public QCPAxisTicker
{
protected:
    double getTickStep(const QCPRange& range) override
    {
        const double about = std::max(1.0, range.size() / std::max(1, tickCount()));
        const double power = std::pow(10.0, std::floor(std::log10(about)));
        for (const double part : {1.0, 2.0, 5.0}) {
            if (part * power >= about)
                return part * power;
        }
        return 10 * power;
    }
};

QString inDigits(double value, int digits)
{
    return std::isfinite(value) ? QLocale().toString(value, 'f', digits) : QStringLiteral("–");
}

} // namespace

CurvePlot::CurvePlot(const Appearance& appearance, const QString& title, const QString& unit,
                     QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_title(title)
    , m_unit(unit)
    , m_plot(new QCustomPlot(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    m_header = new QHBoxLayout;
    m_header->setSpacing(16);
    m_titleLabel = label(title, TextRole::Plain, this);
    QFont semibold = m_titleLabel->font();
    semibold.setWeight(QFont::DemiBold);
    m_titleLabel->setFont(semibold);
    m_header->addWidget(m_titleLabel);
    m_header->addStretch();
    m_unitLabel = label(unit, TextRole::Small, this);
    m_unitLabel->setVisible(!unit.isEmpty());
    m_header->addWidget(m_unitLabel);
    column->addLayout(m_header);
    column->addWidget(m_plot, 1);
    setAccessibleName(title);
    m_plot->setAccessibleName(title);

    QLocale locale;
    locale.setNumberOptions(QLocale::DefaultNumberOptions);
    m_plot->setLocale(locale);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setMouseTracking(true);
    m_plot->xAxis->setNumberFormat(QStringLiteral("f"));
    m_plot->xAxis->setNumberPrecision(0);
    m_plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new StepTicker));
    m_plot->xAxis->ticker()->setTickCount(7);
    m_plot->yAxis->setNumberFormat(QStringLiteral("g"));
    m_plot->yAxis->setNumberPrecision(3);
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis})
        axis->setSubTicks(false);
    m_plot->xAxis->grid()->setVisible(false);

    m_plot->addLayer(QStringLiteral("pointer"));
    m_plot->layer(QStringLiteral("pointer"))->setMode(QCPLayer::lmBuffered);
    m_markGraph = m_plot->addGraph();
    m_markGraph->setLineStyle(QCPGraph::lsNone);
    m_bestRing = new QCPItemTracer(m_plot);
    m_bestRing->setStyle(QCPItemTracer::tsCircle);
    m_bestRing->setSize(kRing);
    m_bestWords = new QCPItemText(m_plot);
    m_bestWords->setPositionAlignment(Qt::AlignTop | Qt::AlignHCenter);
    m_bestWords->setPadding(QMargins(4, 1, 4, 1));
    m_bestWords->position->setParentAnchor(m_bestRing->position);
    m_bestWords->position->setCoords(0, kRing);
    m_bestWords->setClipToAxisRect(false);
    m_cross = new QCPItemLine(m_plot);
    m_cross->setLayer(QStringLiteral("pointer"));
    m_values = new QCPItemText(m_plot);
    m_values->setLayer(QStringLiteral("pointer"));
    m_values->setPadding(QMargins(6, 4, 6, 4));
    m_values->setTextAlignment(Qt::AlignLeft);
    m_values->setClipToAxisRect(false);
    for (QCPAbstractItem* item :
         {static_cast<QCPAbstractItem*>(m_bestRing), static_cast<QCPAbstractItem*>(m_bestWords),
          static_cast<QCPAbstractItem*>(m_cross), static_cast<QCPAbstractItem*>(m_values)})
        item->setVisible(false);

    // Only now the width of the axes is known.
    connect(m_plot, &QCustomPlot::afterLayout, this, &CurvePlot::thin);
    connect(m_plot, &QCustomPlot::afterLayout, this, &CurvePlot::placeWords);
    connect(m_plot, &QCustomPlot::mouseMove, this, &CurvePlot::hover);
    connect(m_plot, &QCustomPlot::mouseWheel, this, [this] { m_isCloser = true; });
    connect(m_plot, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
        m_isCloser = m_isCloser || event->button() == Qt::LeftButton;
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] { showAll(); });
    connect(&appearance, &Appearance::changed, this, &CurvePlot::follow);
    follow();
}

CurvePlot::~CurvePlot() = default;

void CurvePlot::setTitle(const QString& title, const QString& unit)
{
    if (title == m_title && unit == m_unit)
        return;
    m_title = title;
    m_unit = unit;
    m_titleLabel->setText(title);
    m_unitLabel->setText(unit);
    m_unitLabel->setVisible(!unit.isEmpty());
    setAccessibleName(title);
    m_plot->setAccessibleName(title);
}

void CurvePlot::addToHeader(QWidget* widget)
{
    m_header->insertWidget(1, widget, 1);
}

void CurvePlot::follow()
{
    paint(m_appearance.palette());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::paint(const Palette& palette)
{
    const QFont small = m_appearance.smallFont();
    m_plot->setBackground(QBrush(palette.window));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setTickLabelFont(small);
        axis->setTickLabelColor(palette.muted);
        axis->setTickPen(Qt::NoPen);
        axis->setBasePen(axis == m_plot->xAxis ? QPen(palette.line) : QPen(Qt::NoPen));
        axis->grid()->setPen(QPen(palette.line, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    for (std::size_t i = 0; i < m_graphs.size(); ++i)
        m_graphs[i]->setPen(
            QPen(faded(m_curves[i].colour(palette), m_curves[i].opacity), m_curves[i].width));
    m_markGraph->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssTriangle, Qt::NoPen, QBrush(palette.muted), 7));
    m_bestRing->setPen(QPen(palette.text, 1.6));
    m_bestRing->setBrush(Qt::NoBrush);
    m_bestWords->setColor(palette.text);
    m_bestWords->setBrush(faded(palette.window, kGroundOfWords));
    m_bestWords->setFont(small);
    m_cross->setPen(QPen(palette.muted, 1));
    m_values->setFont(small);
    m_values->setColor(palette.text);
    m_values->setBrush(palette.raised);
    m_values->setPen(QPen(palette.line));
    for (const auto& [line, words] : m_referenceItems) {
        line->setPen(QPen(palette.muted, 1, Qt::DashLine));
        words->setColor(palette.muted);
        words->setFont(small);
    }
}

void CurvePlot::setCurves(std::vector<PlotCurve> curves)
{
    m_curves = std::move(curves);
    drawData();
    if (!m_isCloser)
        fit();
    follow();
}

void CurvePlot::drawData()
{
    while (m_graphs.size() > m_curves.size()) {
        m_plot->removeGraph(m_graphs.back());
        m_graphs.pop_back();
    }
    while (m_graphs.size() < m_curves.size())
        m_graphs.push_back(m_plot->addGraph());
    const bool isLong = std::ranges::any_of(
        m_curves, [](const PlotCurve& curve) { return curve.x.size() > kManyPoints; });
    m_plot->setPlottingHint(QCP::phFastPolylines, isLong);
    m_isThinned = false;
}

void CurvePlot::thin()
{
    const QCPRange range = m_plot->xAxis->range();
    const int columns = m_plot->axisRect()->width();
    if (m_isThinned && range.lower == m_thinnedFrom && range.upper == m_thinnedTo &&
        columns == m_thinnedColumns)
        return;
    m_isThinned = true;
    m_thinnedFrom = range.lower;
    m_thinnedTo = range.upper;
    m_thinnedColumns = columns;
    for (std::size_t i = 0; i < m_graphs.size(); ++i) {
        const PlotCurve& curve = m_curves[i];
        const std::vector<std::size_t> places =
            thinned(curve.x, curve.y, range.lower, range.upper, columns);
        QVector<QCPGraphData> points;
        points.reserve(static_cast<qsizetype>(places.size()));
        for (const std::size_t place : places)
            points.append(QCPGraphData(curve.x[place], curve.y[place]));
        m_graphs[i]->data()->set(points, true);
    }
}

void CurvePlot::setReferences(std::vector<PlotReference> references)
{
    m_references = std::move(references);
    drawReferences();
    if (!m_isCloser)
        fit();
    follow();
}

void CurvePlot::drawReferences()
{
    for (const auto& [line, words] : m_referenceItems) {
        m_plot->removeItem(words);
        m_plot->removeItem(line);
    }
    m_referenceItems.clear();
    int widest = 0;
    const QFontMetrics metrics(m_appearance.smallFont());
    for (const PlotReference& reference : m_references) {
        auto* line = new QCPItemLine(m_plot);
        for (QCPItemPosition* end : {line->start, line->end}) {
            end->setTypeX(QCPItemPosition::ptAxisRectRatio);
            end->setTypeY(QCPItemPosition::ptPlotCoords);
            end->setAxes(m_plot->xAxis, m_plot->yAxis);
            end->setAxisRect(m_plot->axisRect());
        }
        line->start->setCoords(0, reference.value);
        line->end->setCoords(1, reference.value);
        auto* words = new QCPItemText(m_plot);
        words->setClipToAxisRect(false);
        words->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        words->setPadding(QMargins(6, 0, 0, 0));
        words->setText(reference.name);
        words->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
        words->position->setTypeY(QCPItemPosition::ptAbsolute); // placeWords() knows where.
        words->position->setAxisRect(m_plot->axisRect());
        m_referenceItems.emplace_back(line, words);
        widest = std::max(widest, metrics.horizontalAdvance(reference.name));
    }
    m_plot->axisRect()->setMinimumMargins(
        QMargins(36, 8, m_references.empty() ? 12 : widest + 16, 20));
    m_plot->axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom | QCP::msTop | QCP::msRight);
}

void CurvePlot::placeWords()
{
    const QRect area = m_plot->axisRect()->rect();
    const double high = QFontMetricsF(m_appearance.smallFont()).height();
    struct Place
    {
        double y = 0;
        QCPItemText* words = nullptr;
    };
    std::vector<Place> places;
    for (std::size_t i = 0; i < m_references.size(); ++i) {
        const auto& [line, words] = m_referenceItems[i];
        const double y = m_plot->yAxis->coordToPixel(m_references[i].value);
        const bool isInView = y >= area.top() - 1 && y <= area.bottom() + 1;
        words->setVisible(isInView);
        if (isInView)
            places.push_back({y, words});
    }
    // Lines may be closer than their names are high: those make room downwards, and at the foot upwards.
    std::ranges::sort(places, {}, &Place::y);
    double free = -std::numeric_limits<double>::infinity();
    for (Place& place : places) {
        place.y = std::max(place.y, free);
        free = place.y + high;
    }
    free = area.bottom();
    for (Place& place : std::views::reverse(places)) {
        place.y = std::min(place.y, free);
        free = place.y - high;
        place.words->position->setCoords(1, place.y);
    }
    if (!m_best)
        return;
    const double below = m_plot->yAxis->coordToPixel(m_best->y) + kRing;
    const bool hasRoom = below + high <= area.bottom();
    const double x = m_plot->xAxis->coordToPixel(m_best->x);
    const double half = QFontMetricsF(m_appearance.smallFont()).horizontalAdvance(m_best->words) / 2 + 6;
    const Qt::AlignmentFlag side = x + half > area.right()  ? Qt::AlignRight
                                   : x - half < area.left() ? Qt::AlignLeft
                                                            : Qt::AlignHCenter;
    m_bestWords->setPositionAlignment((hasRoom ? Qt::AlignTop : Qt::AlignBottom) | side);
    m_bestWords->position->setCoords(0, hasRoom ? kRing : -kRing);
}

void CurvePlot::setBest(std::optional<PlotPoint> point)
{
    m_best = std::move(point);
    m_bestRing->setVisible(m_best.has_value());
    m_bestWords->setVisible(m_best.has_value());
    if (m_best) {
        m_bestRing->position->setCoords(m_best->x, m_best->y);
        m_bestWords->setText(m_best->words);
    }
    follow();
}

void CurvePlot::setMarks(std::vector<PlotMark> marks)
{
    m_marks = std::move(marks);
    follow();
}

void CurvePlot::setLogarithmic(bool isLogarithmic)
{
    m_isLogarithmic = isLogarithmic;
    m_plot->yAxis->setScaleType(isLogarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (isLogarithmic) {
        const QSharedPointer<QCPAxisTickerLog> ticker(new QCPAxisTickerLog);
        ticker->setLogBase(2);
        m_plot->yAxis->setTicker(ticker);
    } else {
        m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    }
    showAll();
}

void CurvePlot::showAll()
{
    m_isCloser = false;
    fit();
    follow();
}

void CurvePlot::fit()
{
    double last = 0;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    const auto take = [&](double value) {
        if (std::isfinite(value) && (!m_isLogarithmic || value > 0)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    };
    for (const PlotCurve& curve : m_curves) {
        for (const double value : curve.y)
            take(value);
        if (!curve.x.empty())
            last = std::max(last, curve.x.back());
    }
    for (const PlotReference& reference : m_references)
        take(reference.value);
    if (!(low <= high)) {
        low = m_isLogarithmic ? 0.1 : 0;
        high = 1;
    }
    const double room = std::max((high - low) * 0.06, 1e-9);
    if (m_isLogarithmic)
        m_plot->yAxis->setRange(low * 0.9, high * 1.1);
    else
        m_plot->yAxis->setRange(low >= 0 ? std::max(0.0, low - room) : low - room, high + room);
    m_plot->xAxis->setRange(0, std::max(last, 1.0));
    QVector<double> at;
    for (const PlotMark& mark : m_marks)
        at << mark.x;
    m_markGraph->setData(at, QVector<double>(at.size(), m_plot->yAxis->range().lower), true);
}

double CurvePlot::lowestShown() const
{
    return m_plot->yAxis->range().lower;
}

double CurvePlot::highestShown() const
{
    return m_plot->yAxis->range().upper;
}

void CurvePlot::redraw()
{
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
}

std::vector<QRectF> CurvePlot::placesOfWords() const
{
    std::vector<QRectF> places;
    const auto add = [&places](const QCPItemText& words) {
        if (words.visible())
            places.emplace_back(words.topLeft->pixelPosition(), words.bottomRight->pixelPosition());
    };
    for (const auto& [line, words] : m_referenceItems)
        add(*words);
    add(*m_bestWords);
    places.emplace_back(m_plot->axisRect()->rect());
    return places;
}

QString CurvePlot::valuesAt(double x) const
{
    QStringList lines{tr("step %1").arg(countInWords(static_cast<std::int64_t>(std::llround(x))))};
    for (const PlotCurve& curve : m_curves) {
        if (!curve.isTold || curve.x.empty())
            continue;
        // The nearest point; a run that ended earlier has nothing to say far behind its end.
        auto place = std::ranges::lower_bound(curve.x, x);
        if (place == curve.x.end() || (place != curve.x.begin() && x - *(place - 1) < *place - x))
            --place;
        const double span = curve.x.back() - curve.x.front();
        if (std::abs(*place - x) <= std::max(span * 0.05, 1.0))
            lines << QStringLiteral("%1  %2").arg(
                curve.name,
                inDigits(curve.y[static_cast<std::size_t>(place - curve.x.begin())], curve.digits));
    }
    for (const PlotMark& mark : m_marks) {
        if (std::abs(mark.x - x) <= m_plot->xAxis->range().size() * 0.01)
            lines << mark.words;
    }
    return lines.join(QLatin1Char('\n'));
}

void CurvePlot::pointTo(std::optional<double> x)
{
    const bool isShown = x && !m_curves.empty() && m_plot->xAxis->range().contains(*x);
    m_cross->setVisible(isShown);
    m_values->setVisible(isShown);
    if (isShown) {
        m_cross->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
        m_cross->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
        m_cross->start->setCoords(*x, 0);
        m_cross->end->setCoords(*x, 1);
        const bool isRight = *x > m_plot->xAxis->range().center();
        m_values->setPositionAlignment(Qt::AlignTop | (isRight ? Qt::AlignRight : Qt::AlignLeft));
        m_values->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        m_values->position->setCoords(*x, 0.02);
        m_values->setText(valuesAt(*x));
    }
    m_plot->layer(QStringLiteral("pointer"))->replot();
}

void CurvePlot::hover(QMouseEvent* event)
{
    if (event->buttons() != Qt::NoButton)
        return;
    const double x = m_plot->xAxis->pixelToCoord(event->position().x());
    const bool isInside = m_plot->axisRect()->rect().contains(event->pos()) && !m_curves.empty();
    Q_EMIT pointedAt(isInside ? std::optional(std::max(0.0, std::round(x))) : std::nullopt);
}

void CurvePlot::leaveEvent(QEvent* event)
{
    Q_EMIT pointedAt(std::nullopt);
    QWidget::leaveEvent(event);
}

template <typename Draw>
void CurvePlot::onPaper(Draw draw) const
{
    auto* self =
        const_cast<CurvePlot*>(this); // Looks like paper for a moment, and as before afterwards.
    const Palette paper = paperPalette();
    const bool wasPointing = m_cross->visible();
    m_cross->setVisible(false);
    m_values->setVisible(false);
    self->paint(paper);
    const QSize size = m_plot->size().expandedTo({640, 320});
    draw(QSize(size.width(), size.height() + kPaperHeader), [&](QCPPainter& painter) {
        painter.fillRect(QRect(QPoint(), QSize(size.width(), size.height() + kPaperHeader)),
                         paper.window);
        QFont bold = m_appearance.textFont();
        bold.setWeight(QFont::DemiBold);
        painter.setFont(bold);
        painter.setPen(paper.text);
        painter.drawText(QPointF(12, 20), m_title);
        double left = 12 + QFontMetricsF(bold).horizontalAdvance(m_title) + 24;
        painter.setFont(m_appearance.smallFont());
        const QFontMetricsF metrics(m_appearance.smallFont());
        for (const PlotCurve& curve : m_curves) {
            if (!curve.isTold)
                continue;
            painter.setPen(QPen(curve.colour(paper), 3));
            painter.drawLine(QPointF(left, 16), QPointF(left + 14, 16));
            painter.setPen(paper.muted);
            painter.drawText(QPointF(left + 20, 20), curve.name);
            left += 20 + metrics.horizontalAdvance(curve.name) + 18;
        }
        painter.setPen(paper.muted);
        painter.drawText(QPointF(size.width() - 12 - metrics.horizontalAdvance(m_unit), 20),
                         m_unit);
        painter.translate(0, kPaperHeader);
        m_plot->toPainter(&painter, size.width(), size.height());
    });
    m_cross->setVisible(wasPointing);
    m_values->setVisible(wasPointing);
    self->follow();
}

Status CurvePlot::saveAsPng(const QString& file, bool mayReplace) const
{
    QByteArray bytes;
    onPaper([&bytes](QSize size, auto drawOn) {
        constexpr int kScale = 2;
        QImage image(size * kScale, QImage::Format_RGB32);
        image.setDevicePixelRatio(kScale);
        QCPPainter painter;
        painter.begin(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setModes(QCPPainter::pmNoCaching);
        drawOn(painter);
        painter.end();
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        image.save(&buffer, "PNG");
    });
    return writeFile(QFile::encodeName(file).toStdString(),
                     std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())),
                     mayReplace ? Overwrite::Replace : Overwrite::Refuse);
}

Status CurvePlot::saveAsSvg(const QString& file, bool mayReplace) const
{
    QByteArray bytes;
    onPaper([this, &bytes](QSize size, auto drawOn) {
        QBuffer buffer(&bytes);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        generator.setTitle(m_title);
        QCPPainter painter;
        painter.begin(&generator);
        painter.setMode(QCPPainter::pmVectorized);
        painter.setMode(QCPPainter::pmNoCaching);
        drawOn(painter);
        painter.end();
    });
    return writeFile(QFile::encodeName(file).toStdString(),
                     std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())),
                     mayReplace ? Overwrite::Replace : Overwrite::Refuse);
}

} // namespace continuo::ui
