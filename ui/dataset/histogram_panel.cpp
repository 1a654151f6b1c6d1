// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/histogram_panel.h"

#include "core/music/pitch.h"
#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/evenly.h"
#include "ui/dataset/histogram_labels.h"
#include "ui/dataset/histogram_view.h"

#include <QFile>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace continuo::ui {

/// A swatch as a layer of the plots is drawn, and what it is.
class LegendLine final : public QWidget
{
public:
    LegendLine(const Appearance& appearance, HistogramPanel::Layer layer, QWidget* parent)
        : QWidget(parent)
        , m_appearance(appearance)
        , m_layer(layer)
    {
        setFixedHeight(18);
        connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
    }

    void say(const QString& words, bool isAlone)
    {
        m_words = words;
        m_isAlone = isAlone;
        setAccessibleName(words);
        setToolTip(words);
        setVisible(!words.isEmpty());
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Palette& palette = m_appearance.palette();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QRectF swatch(0.6, 4, 12, 10);
        painter.setPen(Qt::NoPen);
        if (m_layer == HistogramPanel::Set)
            painter.setBrush(m_isAlone ? palette.accent : faded(palette.accent, 0.35));
        if (m_layer == HistogramPanel::Filter) {
            painter.setBrush(palette.accent);
            swatch.adjust(3, 0, -3, 0);
        }
        if (m_layer == HistogramPanel::Choice)
            painter.setPen(QPen(palette.text, 1.2));
        painter.drawRoundedRect(swatch, 1.5, 1.5);
        painter.setFont(m_appearance.smallFont());
        painter.setPen(palette.muted);
        const QRect place = rect().adjusted(20, 0, 0, 0);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_words, Qt::ElideRight, place.width()));
    }

private:
    const Appearance& m_appearance;
    HistogramPanel::Layer m_layer;
    QString m_words{};
    bool m_isAlone = true;
};

namespace {

constexpr std::size_t kMostPieces = 20'000; ///< Of more, evenly chosen ones are counted.

QString numbered(std::size_t count)
{
    return countInWords(static_cast<std::int64_t>(count));
}

} // namespace

HistogramPanel::HistogramPanel(const Appearance& appearance, QWidget* parent)
    : QWidget(parent)
    , m_queue(this)
    , m_smallQueue(this)
{
    setSurface(*this, Surface::Panel);
    setAccessibleName(tr("Distributions"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    auto* ground = new QWidget(area);
    ground->setProperty("surface", QStringLiteral("clear"));
    area->setWidget(ground);
    area->viewport()->setAutoFillBackground(false);
    outer->addWidget(area);

    auto* column = new QVBoxLayout(ground);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(6);
    for (std::size_t i = 0; i < kLayerCount; ++i) {
        m_legend[i] = new LegendLine(appearance, static_cast<Layer>(i), ground);
        column->addWidget(m_legend[i]);
    }
    column->addSpacing(4);
    m_pitchClasses = addPlot(*column, appearance, tr("Pitch class"),
                             tr("How often each pitch class sounds"), &Palette::accent);
    m_intervals =
        addPlot(*column, appearance, tr("Interval"),
                tr("Semitones from one note of the melody to the next"), &Palette::training);
    m_durations =
        addPlot(*column, appearance, tr("Duration"), tr("How long notes are"), &Palette::heldOut);
    m_onsets = addPlot(*column, appearance, tr("Onset in the bar"),
                       tr("Where in their bar notes begin"), &Palette::accent);
    m_pitches = addPlot(*column, appearance, tr("Pitch"), tr("How often each pitch sounds"),
                        &Palette::training);
    m_keys = addPlot(*column, appearance, tr("Key"), tr("Pieces by their key"), &Palette::accent);
    m_tempos = addPlot(*column, appearance, tr("Tempo"),
                       tr("Pieces by their first tempo, in quarters a minute"), &Palette::heldOut);
    m_lengths = addPlot(*column, appearance, tr("Length in bars"), tr("Pieces by their length"),
                        &Palette::training);
    column->addStretch();
    clear();
}

HistogramPanel::~HistogramPanel()
{
    for (const Counting& layer : m_layers)
        layer.cancel.cancel();
}

HistogramView* HistogramPanel::addPlot(QVBoxLayout& column, const Appearance& appearance,
                                       const QString& name, const QString& meaning,
                                       QColor Palette::*role)
{
    QWidget* ground = column.parentWidget();
    auto* plot = new HistogramView(appearance, name, role, ground);
    plot->setToolTip(meaning);
    column.addWidget(label(name, TextRole::Heading, ground));
    column.addWidget(plot);
    column.addSpacing(6);
    connect(plot, &HistogramView::termChosen, this, &HistogramPanel::termChosen);
    return plot;
}

void HistogramPanel::clear()
{
    for (Counting& layer : m_layers) {
        layer.cancel.cancel();
        layer = {};
    }
    m_file.clear();
    drawNotes();
    drawFacts();
    drawLegend();
}

void HistogramPanel::count(const QString& file, const PieceTable& table,
                           const std::vector<int>& chosenRows)
{
    if (file.isEmpty() || table.rows().empty()) {
        clear();
        return;
    }
    if (file != m_file)
        clear();
    m_file = file;
    std::array<std::vector<PiecePlace>, kLayerCount> pieces;
    std::array<FactStatistics, kLayerCount> facts;
    const auto add = [&](Layer layer, const PieceRow& row) {
        pieces[layer].emplace_back(row.file, row.ordinal);
        facts[layer].add(row);
    };
    for (const PieceRow& row : table.rows())
        add(Set, row);
    // A filter that leaves every piece has nothing to add.
    if (table.shownCount() < table.rows().size()) {
        for (std::size_t i = 0; i < table.shownCount(); ++i)
            add(Filter, table.shown(i));
    }
    if (chosenRows.size() > 1) {
        for (const int row : chosenRows)
            add(Choice, table.shown(static_cast<std::size_t>(row)));
    }
    for (std::size_t i = 0; i < kLayerCount; ++i) {
        m_layers[i].facts = facts[i];
        countLayer(static_cast<Layer>(i), file, std::move(pieces[i]));
    }
    drawNotes();
    drawFacts();
    drawLegend();
}

void HistogramPanel::countLayer(Layer layer, const QString& file, std::vector<PiecePlace> pieces)
{
    // Pieces of one file stand together, so that it is read once.
    std::ranges::sort(pieces);
    Counting& counting = m_layers[layer];
    if (pieces == counting.pieces)
        return;
    counting.cancel.cancel();
    counting.cancel = {};
    counting.notes = {};
    counting.isCounted = true;
    counting.pieces = std::move(pieces);
    counting.wanted = std::min(counting.pieces.size(), kMostPieces);
    if (counting.pieces.empty())
        return;
    if (counting.pieces == m_layers[Set].pieces && layer != Set && m_layers[Set].isCounted) {
        counting.notes = m_layers[Set].notes;
        return;
    }
    counting.isCounted = false;
    const std::filesystem::path path = QFile::encodeName(file).toStdString();
    BackgroundQueue& queue = layer == Set ? m_queue : m_smallQueue;
    queue.run(
        [this, layer, path, some = evenly(counting.pieces, counting.wanted),
         cancel = counting.cancel] {
            countNotes(path, some, cancel, [&](const NoteStatistics& statistics) {
                QMetaObject::invokeMethod(
                    this,
                    [this, layer, statistics, cancel] {
                        if (cancel.isCancelled())
                            return;
                        m_layers[layer].notes = statistics;
                        drawNotes();
                        drawLegend();
                    },
                    Qt::QueuedConnection);
            });
            return true;
        },
        [this, layer, cancel = counting.cancel](bool) {
            if (cancel.isCancelled())
                return;
            m_layers[layer].isCounted = true;
            drawLegend();
            Q_EMIT counted();
        });
}

namespace {

/// The layers over the set, where they have something to show.
template <typename CountsOf>
std::vector<HistogramView::Series> seriesOf(std::size_t filtered, std::size_t chosen,
                                            CountsOf countsOf)
{
    std::vector<HistogramView::Series> over;
    if (filtered > 0)
        over.push_back({HistogramPanel::tr("in the filter"), HistogramView::Look::Narrow,
                        countsOf(HistogramPanel::Filter)});
    if (chosen > 0)
        over.push_back({HistogramPanel::tr("in the pieces chosen"), HistogramView::Look::Outline,
                        countsOf(HistogramPanel::Choice)});
    return over;
}

QString intervalInWords(int semitones)
{
    return (semitones < 0   ? QString(QChar(0x2212))
            : semitones > 0 ? QStringLiteral("+")
                            : QString()) +
           QString::number(std::abs(semitones));
}

/// "1" where the first quarter begins, and so on.
HistogramView::Bar onsetBar(std::size_t sixteenth)
{
    HistogramView::Bar bar;
    if (sixteenth + 1 == kOnsetCount) {
        bar.name = HistogramPanel::tr("behind the fourth quarter");
        bar.label = QStringLiteral("5…");
        return bar;
    }
    const QString quarter = QString::number(sixteenth / 4 + 1);
    if (sixteenth % 4 == 0) {
        bar.label = quarter;
        bar.name = HistogramPanel::tr("quarter %1").arg(quarter);
    } else {
        bar.name =
            HistogramPanel::tr("quarter %1 and %2 sixteenths").arg(quarter).arg(sixteenth % 4);
    }
    return bar;
}

} // namespace

void HistogramPanel::drawNotes()
{
    const NoteStatistics& set = m_layers[Set].notes;
    const auto draw = [&](HistogramView& view, std::vector<HistogramView::Bar> bars, auto counts,
                          std::size_t from) {
        const auto countsOf = [&](Layer layer) {
            const auto& all = m_layers[layer].notes.*counts;
            const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
            return std::vector<std::int64_t>(first,
                                             first + static_cast<std::ptrdiff_t>(bars.size()));
        };
        for (std::size_t i = 0; i < bars.size(); ++i)
            bars[i].count = (set.*counts)[from + i];
        auto over =
            seriesOf(m_layers[Filter].notes.pieces, m_layers[Choice].notes.pieces, countsOf);
        view.setBars(std::move(bars), std::move(over));
    };
    const QString deed = tr("Click: only pieces that have such notes");
    std::vector<HistogramView::Bar> bars;
    for (std::size_t i = 0; i < set.pitchClasses.size(); ++i)
        bars.push_back(
            {pitchClassInWords(i), pitchClassInWords(i), 0, pitchClassTerm(i), deed});
    draw(*m_pitchClasses, std::exchange(bars, {}), &NoteStatistics::pitchClasses, 0);
    for (std::size_t i = 0; i < kIntervalCount; ++i) {
        const int semitones = static_cast<int>(i) - kWidestInterval;
        const QString number = intervalInWords(semitones);
        const bool isWidest = std::abs(semitones) == kWidestInterval;
        const bool isLabelled = isWidest || semitones == 0 || std::abs(semitones) == 7;
        bars.push_back(
            {isLabelled ? number : QString(),
             isWidest ? tr("%1 semitones or more").arg(number) : tr("%1 semitones").arg(number),
             0,
             intervalTerm(i),
             deed});
    }
    draw(*m_intervals, std::exchange(bars, {}), &NoteStatistics::intervals, 0);
    for (std::size_t i = 0; i < kNoteValues.size(); ++i)
        bars.push_back({noteValueInWords(i), noteValueInWords(i), 0, noteValueTerm(i), deed});
    draw(*m_durations, std::exchange(bars, {}), &NoteStatistics::durations, 0);
    for (std::size_t i = 0; i < kOnsetCount; ++i) {
        bars.push_back(onsetBar(i));
        bars.back().term = onsetTerm(i);
        bars.back().deed = deed;
    }
    draw(*m_onsets, std::exchange(bars, {}), &NoteStatistics::onsets, 0);
    // From the octave of the lowest pitch there is to that of the highest, at least a piano's
    // middle.
    std::size_t low = 48;
    std::size_t high = 84;
    for (std::size_t i = 0; i < set.pitches.size(); ++i) {
        if (set.pitches[i] == 0)
            continue;
        low = std::min(low, i / 12 * 12);
        high = std::max(high, std::min<std::size_t>(i / 12 * 12 + 12, set.pitches.size()));
    }
    for (std::size_t i = low; i < high; ++i) {
        const QString name = pitchInWords(static_cast<int>(i));
        bars.push_back({i % 12 == 0 ? name : QString(), name, 0, pitchTerm(i), deed});
    }
    draw(*m_pitches, std::move(bars), &NoteStatistics::pitches, low);
}

void HistogramPanel::drawFacts()
{
    const auto draw = [&](HistogramView& view, auto counts, auto barOf) {
        std::vector<HistogramView::Bar> bars;
        for (std::size_t i = 0; i < (m_layers[Set].facts.*counts).size(); ++i) {
            const FactBar bar = barOf(i);
            bars.push_back({bar.label, bar.name, (m_layers[Set].facts.*counts)[i], bar.term,
                            tr("Click: only these pieces")});
        }
        const auto countsOf = [&](Layer layer) {
            const auto& all = m_layers[layer].facts.*counts;
            return std::vector<std::int64_t>(all.begin(), all.end());
        };
        auto over =
            seriesOf(m_layers[Filter].facts.pieces, m_layers[Choice].facts.pieces, countsOf);
        view.setBars(std::move(bars), std::move(over));
    };
    draw(*m_keys, &FactStatistics::keys, keyBar);
    draw(*m_tempos, &FactStatistics::tempos, tempoBar);
    draw(*m_lengths, &FactStatistics::lengths, lengthBar);
}

void HistogramPanel::drawLegend()
{
    const bool isAlone = m_layers[Filter].pieces.empty() && m_layers[Choice].pieces.empty();
    for (std::size_t i = 0; i < kLayerCount; ++i) {
        const Counting& layer = m_layers[i];
        const QString all = numbered(layer.pieces.size());
        QString words = i == Set      ? tr("All %1 pieces").arg(all)
                        : i == Filter ? tr("%1 in the filter").arg(all)
                                      : tr("%1 chosen").arg(all);
        if (!layer.isCounted)
            words += tr(" · counting, %1 of %2")
                         .arg(numbered(layer.notes.pieces), numbered(layer.wanted));
        else if (layer.wanted < layer.pieces.size())
            words += tr(" · notes of %1 of them").arg(numbered(layer.wanted));
        m_legend[i]->say(layer.pieces.empty() ? QString() : words, isAlone);
    }
}

} // namespace continuo::ui
