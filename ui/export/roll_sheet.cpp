// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/roll_sheet.h"

#include "core/music/meter.h"
#include "ui/roll/note_index.h"
#include "ui/roll/roll_painter.h"
#include "ui/roll/track_colour.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace continuo::ui {

namespace {

constexpr int kWidth = 1'600; ///< Of the widest sheet.
constexpr int kLeastWidth = 480;
constexpr int kMargin = 32;
constexpr int kRollWidth = kWidth - 2 * kMargin - kKeysWidth;
constexpr int kTitleHeight = 40;
constexpr int kGap = 28; ///< Between two systems.
constexpr int kRow = 11;
constexpr int kSpareRows = 2; ///< Above and below the outermost notes.
constexpr int kMostHeight = 16'000;
constexpr double kQuarter = 40; ///< Pixels of a quarter, where there is room.
constexpr Tick kNoPlayhead{-1'000'000'000};

struct System
{
    Tick start{};
    Tick end{};
};

/// Where everything lies on the sheet.
struct Layout
{
    MeterMap meters;
    std::vector<System> systems{};
    double pixelsPerTick = 0;
    int lowest = 0;
    int highest = 127;

    /// Pixels of a system without its keys.
    int widthOf(const System& system) const
    {
        return static_cast<int>(
            std::ceil(static_cast<double>((system.end - system.start).value) * pixelsPerTick));
    }
    int width() const
    {
        int widest = kLeastWidth;
        for (const System& system : systems)
            widest = std::max(widest, widthOf(system));
        return std::min(kWidth, 2 * kMargin + kKeysWidth + widest);
    }
    int rollHeight() const { return (highest - lowest + 1) * kRow; }
    int systemHeight() const { return kRulerHeight + rollHeight(); }
    int height() const
    {
        return 2 * kMargin + kTitleHeight +
               static_cast<int>(systems.size()) * (systemHeight() + kGap) - kGap;
    }
};

/// The end of the last bar in which a note sounds.
std::int64_t barCount(const MeterMap& meters, Tick end)
{
    const MeterMap::Position last = meters.position(end);
    return last.bar + (last.inBar.value > 0 ? 1 : 0);
}

Layout layoutOf(const Score& score)
{
    Layout layout{.meters = MeterMap(score)};
    layout.lowest = 127;
    layout.highest = 0;
    Tick end{};
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            layout.lowest = std::min<int>(layout.lowest, note.pitch.value);
            layout.highest = std::max<int>(layout.highest, note.pitch.value);
            end = std::max(end, note.end());
        }
    }
    layout.lowest = std::max(0, layout.lowest - kSpareRows);
    layout.highest = std::min(127, layout.highest + kSpareRows);

    const std::int64_t bars = std::max<std::int64_t>(1, barCount(layout.meters, end));
    const Tick whole = layout.meters.barStart(bars);
    layout.pixelsPerTick =
        std::min(kQuarter / layout.meters.ticksPerQuarter(), static_cast<double>(kRollWidth));
    while (true) {
        layout.systems.clear();
        const Tick room{std::max<std::int64_t>(
            1, static_cast<std::int64_t>(kRollWidth / layout.pixelsPerTick))};
        Tick start{};
        while (start < whole && layout.systems.size() < 1'000) {
            // As many whole bars as fit, and part of one that is longer than the paper is wide.
            Tick next = layout.meters.barStart(layout.meters.position(start + room).bar);
            if (next <= start)
                next = start + room;
            layout.systems.push_back({start, std::min(next, whole)});
            start = next;
        }
        if (start >= whole && layout.height() <= kMostHeight)
            break;
        layout.pixelsPerTick /= 2;
    }
    return layout;
}

/// Paints a sheet; holds what the painter of the roll borrows.
class SheetPainter
{
public:
    SheetPainter(const RollSheet& sheet, const Layout& layout)
        : m_sheet(sheet)
        , m_layout(layout)
        , m_width(layout.width())
    {
        for (const Track& track : sheet.score.tracks)
            m_indices.emplace_back(track.notes);
        m_picture.palette = sheet.palette;
        m_picture.font = sheet.font;
        m_picture.meters = &layout.meters;
        m_picture.playhead = kNoPlayhead;
        // The first track is the melody: it lies in front.
        for (std::size_t i = sheet.score.tracks.size(); i-- > 0;) {
            NoteLayer& layer = m_picture.layers.emplace_back();
            layer.notes = sheet.score.tracks[i].notes;
            layer.index = &m_indices[i];
            layer.colour = trackColour(sheet.palette, i);
        }
        m_picture.geometry.pixelsPerTick = layout.pixelsPerTick;
        m_picture.geometry.rowHeight = kRow;
        m_picture.geometry.top = (127 - layout.highest) * kRow;
    }

    void paint(QPainter& painter)
    {
        painter.fillRect(0, 0, m_width, m_layout.height(), m_sheet.palette.panel);
        int top = kMargin + kTitleHeight;
        for (const System& system : m_layout.systems) {
            paintSystem(painter, system, top);
            top += m_layout.systemHeight() + kGap;
        }
        // Notes that go on in the next system are painted past the edge.
        painter.fillRect(m_width - kMargin, 0, kMargin, m_layout.height(), m_sheet.palette.panel);
        QFont title = m_sheet.font;
        title.setPixelSize(19);
        title.setWeight(QFont::DemiBold);
        painter.setFont(title);
        painter.setPen(m_sheet.palette.text);
        const QRect place(kMargin, kMargin, m_width - 2 * kMargin, kTitleHeight);
        painter.drawText(
            place, Qt::AlignLeft | Qt::AlignTop,
            painter.fontMetrics().elidedText(m_sheet.title, Qt::ElideRight, place.width()));
    }

private:
    void paintSystem(QPainter& painter, const System& system, int top)
    {
        const int width = static_cast<int>(std::ceil(
            static_cast<double>((system.end - system.start).value) * m_layout.pixelsPerTick));
        const int height = m_layout.rollHeight();
        const int left = kMargin + kKeysWidth;
        RollGeometry& geometry = m_picture.geometry;
        geometry.firstTick = static_cast<double>(system.start.value);
        geometry.size = QSizeF(width, height);

        painter.save();
        painter.translate(left, top);
        painter.setClipRect(0, 0, width, kRulerHeight);
        paintRuler(painter, m_picture, QRect(0, 0, width, kRulerHeight));
        painter.restore();

        painter.save();
        painter.translate(left, top + kRulerHeight);
        painter.setClipRect(0, 0, width, height);
        paintRoll(painter, m_picture, QRect(0, 0, width, height));
        painter.restore();

        painter.save();
        painter.translate(kMargin, top + kRulerHeight);
        painter.setClipRect(0, 0, kKeysWidth, height);
        paintKeys(painter, m_picture, std::nullopt, QRect(0, 0, kKeysWidth, height));
        painter.restore();
        // A drawing has no clip: what the keys painted below the last row goes.
        painter.fillRect(kMargin, top + kRulerHeight + height, m_width - kMargin, kGap,
                         m_sheet.palette.panel);
        if (left + width < m_width - kMargin)
            painter.fillRect(left + width, top, m_width - left - width, m_layout.systemHeight(),
                             m_sheet.palette.panel);
    }

    const RollSheet& m_sheet;
    const Layout& m_layout;
    int m_width;
    std::vector<NoteIndex> m_indices{};
    RollPicture m_picture{};
};

Status checkSheet(const RollSheet& sheet)
{
    if (sheet.score.hasNotes())
        return ok();
    return Error{ErrorKind::Refused,
                 "export.nothing-to-draw",
                 "There are no notes to draw. Draw or import some first.",
                 {}};
}

Error tooLarge()
{
    return {ErrorKind::Failed,
            "export.too-large",
            "The picture is too large for the memory there is. Export an SVG instead.",
            {}};
}

} // namespace

Result<QByteArray> rollPng(const RollSheet& sheet, double scale)
{
    if (const Status drawable = checkSheet(sheet); !drawable)
        return drawable.error();
    const Layout layout = layoutOf(sheet.score);
    QImage image(QSize(layout.width(), layout.height()) * scale, QImage::Format_RGB32);
    if (image.isNull())
        return tooLarge();
    image.setDevicePixelRatio(scale);
    {
        QPainter painter(&image);
        SheetPainter(sheet, layout).paint(painter);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        return tooLarge();
    return bytes;
}

Result<QByteArray> rollSvg(const RollSheet& sheet)
{
    if (const Status drawable = checkSheet(sheet); !drawable)
        return drawable.error();
    const Layout layout = layoutOf(sheet.score);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator drawing;
    drawing.setOutputDevice(&buffer);
    drawing.setResolution(96);
    drawing.setSize(QSize(layout.width(), layout.height()));
    drawing.setViewBox(QRect(0, 0, layout.width(), layout.height()));
    drawing.setTitle(sheet.title);
    {
        QPainter painter(&drawing);
        SheetPainter(sheet, layout).paint(painter);
    }
    return bytes;
}

Palette paperPalette()
{
    QFile file(QStringLiteral(":/themes/light.json"));
    [[maybe_unused]] const bool isOpen = file.open(QIODevice::ReadOnly);
    Q_ASSERT(isOpen);
    return readTheme(file.readAll())->palette;
}

} // namespace continuo::ui
