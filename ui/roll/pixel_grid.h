// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPaintDevice>
#include <QPainter>
#include <QRectF>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

/// Puts edges onto the pixels of the device, so that thin lines are crisp at 125 % as at 100 %.
class PixelGrid
{
public:
    explicit PixelGrid(const QPainter& painter)
        : m_ratio(painter.device()->devicePixelRatioF())
    {
    }

    double ratio() const { return m_ratio; }
    double at(double place) const { return std::round(place * m_ratio) / m_ratio; }
    /// A width that is at least one pixel of the device.
    double wide(double width) const { return std::max(1.0, std::round(width * m_ratio)) / m_ratio; }

    void upright(QPainter& painter, double x, double top, double bottom, double width, const QColor& colour) const
    {
        painter.fillRect(QRectF(at(x), top, wide(width), bottom - top), colour);
    }
    void level(QPainter& painter, double y, double left, double right, double width, const QColor& colour) const
    {
        painter.fillRect(QRectF(left, at(y), right - left, wide(width)), colour);
    }

private:
    double m_ratio;
};

} // namespace continuo::ui
