// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/crowd_image.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::ui {

CrowdImage::CrowdImage(const QRect& clip, double ratio, const RollGeometry& geometry)
    : m_clip(clip)
    , m_ratio(ratio)
    , m_geometry(geometry)
{
}

void CrowdImage::add(double left, double right, const PitchSet& pitches)
{
    const int width = static_cast<int>(std::ceil(m_clip.width() * m_ratio));
    const double first = std::floor((left - m_clip.left()) * m_ratio);
    const double last = std::max(std::ceil((right - m_clip.left()) * m_ratio), first + 1);
    if (last <= 0 || first >= width)
        return;
    if (m_columns.empty())
        m_columns.resize(static_cast<std::size_t>(width));
    m_all.insert(pitches);
    const int end = static_cast<int>(std::min<double>(last, width));
    for (int column = static_cast<int>(std::max(first, 0.0)); column < end; ++column)
        m_columns[static_cast<std::size_t>(column)].insert(pitches);
}

void CrowdImage::flatten(const QColor& colour)
{
    if (m_all.isEmpty())
        return;
    const int width = static_cast<int>(m_columns.size());
    const int height = static_cast<int>(std::ceil(m_clip.height() * m_ratio));
    if (m_image.isNull()) {
        m_image = QImage(width, height, QImage::Format_ARGB32_Premultiplied);
        m_image.fill(Qt::transparent);
    }
    const QRgb ink = qPremultiply(colour.rgba());
    const int gap = std::max(1, static_cast<int>(std::lround(m_ratio)));
    std::vector<std::pair<int, int>> runs;
    for (int pitch = m_geometry.pitchAt(m_clip.bottom() + 1); pitch <= m_geometry.pitchAt(m_clip.top()); ++pitch) {
        if (!m_all.contains(pitch))
            continue;
        runs.clear();
        for (int column = 0; column < width; ++column) {
            if (!m_columns[static_cast<std::size_t>(column)].contains(pitch))
                continue;
            if (!runs.empty() && runs.back().second == column)
                ++runs.back().second;
            else
                runs.emplace_back(column, column + 1);
        }
        const auto row = [&](int of) { return static_cast<int>(std::lround((m_geometry.y(of) - m_clip.top()) * m_ratio)); };
        const int bottom = std::min(row(pitch - 1) - gap, height);
        for (int y = std::max(row(pitch) + gap, 0); y < bottom; ++y) {
            auto* const line = reinterpret_cast<QRgb*>(m_image.scanLine(y));
            for (const auto& [from, to] : runs)
                std::fill(line + from, line + to, ink);
        }
    }
    m_all = {};
    std::ranges::fill(m_columns, PitchSet{});
}

void CrowdImage::paint(QPainter& painter) const
{
    if (!m_image.isNull())
        painter.drawImage(QRectF(m_clip.left(), m_clip.top(), m_image.width() / m_ratio, m_image.height() / m_ratio), m_image);
}

} // namespace continuo::ui
