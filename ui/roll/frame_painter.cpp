// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/bar_lines.h"
#include "ui/roll/pixel_grid.h"
#include "ui/roll/roll_painter.h"
#include "ui/roll/track_colour.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr double kHalf = kRulerHeight / 2.0;
constexpr double kNumberRoom = 34;

void paintLoop(QPainter& painter, const RollPicture& picture, const PixelGrid& pixels)
{
    if (!picture.loop)
        return;
    const double left = picture.geometry.x(picture.loop->start);
    const double right = picture.geometry.x(picture.loop->end);
    painter.fillRect(QRectF(left, 0, right - left, kHalf), faded(picture.palette.accent, 0.22));
    for (const double edge : {left, right - 1})
        pixels.upright(painter, edge, 0, kHalf, 2, picture.palette.accent);
}

} // namespace

void paintRuler(QPainter& painter, const RollPicture& picture, const QRect& clip)
{
    const PixelGrid pixels(painter);
    const Palette& palette = picture.palette;
    painter.fillRect(clip, palette.panel);
    painter.setFont(picture.font);
    paintLoop(painter, picture, pixels);
    for (const BarLine& bar : numberedBars(picture, clip.left() - 60, clip.right() + 1, kNumberRoom)) {
        pixels.upright(painter, bar.x, 24, kRulerHeight, 1, palette.barLine);
        painter.setPen(palette.text);
        painter.drawText(QPointF(bar.x + 4, 17), QString::number(bar.bar + 1));
    }
    double free = -1e9; // Up to here words stand already.
    painter.setPen(palette.muted);
    for (const MeterMap::Change& change : picture.meters->changes()) {
        const double x = picture.geometry.x(change.time) + 4;
        if (x > clip.right())
            break;
        if (x < free)
            continue;
        const QString words = QString::fromStdString(meterName(change.meter));
        painter.drawText(QPointF(x, 36), words);
        free = x + 12 + painter.fontMetrics().horizontalAdvance(words);
    }
    if (picture.answer)
        pixels.upright(painter, picture.geometry.x(picture.answer->start), kHalf, kRulerHeight, 1.5, palette.accent);
    pixels.level(painter, kRulerHeight - 1, clip.left(), clip.right() + 1, 1, palette.line);

    const double x = pixels.at(picture.geometry.x(picture.playhead)) + pixels.wide(1.2) / 2;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.text);
    painter.drawPolygon(QPolygonF({QPointF(x - 5, kRulerHeight - 10), QPointF(x + 5, kRulerHeight - 10), QPointF(x, kRulerHeight - 2)}));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintKeys(QPainter& painter, const RollPicture& picture, std::optional<int> pressed, const QRect& clip)
{
    const PixelGrid pixels(painter);
    const RollGeometry& geometry = picture.geometry;
    const Palette& palette = picture.palette;
    painter.setFont(picture.font);
    painter.fillRect(clip, palette.whiteKey);
    for (int pitch = geometry.pitchAt(clip.bottom() + 1); pitch <= geometry.pitchAt(clip.top()); ++pitch) {
        const double top = pixels.at(geometry.y(pitch));
        const double bottom = pixels.at(geometry.y(pitch - 1));
        const bool isPressed = pressed == pitch;
        if (isPressed && !isBlackKey(pitch))
            painter.fillRect(QRectF(0, top, kKeysWidth, bottom - top), palette.accent);
        pixels.level(painter, top, 0, kKeysWidth, 0.5, palette.line);
        if (isBlackKey(pitch)) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(isPressed ? palette.accent : palette.blackKey);
            painter.drawRoundedRect(QRectF(0, top + 1, kKeysWidth * 0.6, bottom - top - 2), 2, 2);
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
        if (pitch % 12 == 0) {
            painter.setPen(isPressed ? palette.onAccent : palette.onWhiteKey);
            painter.drawText(QRectF(0, top, kKeysWidth - 6, bottom - top), Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, QStringLiteral("C%1").arg(pitch / 12 - 1));
        }
    }
    pixels.upright(painter, kKeysWidth - 1, clip.top(), clip.bottom() + 1, 1, palette.line);
}

} // namespace continuo::ui
