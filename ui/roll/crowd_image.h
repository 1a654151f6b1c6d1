// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/note_index.h"
#include "ui/roll/roll_geometry.h"

#include <QColor>
#include <QImage>
#include <QRect>

#include <vector>

QT_BEGIN_NAMESPACE
class QPainter;
QT_END_NAMESPACE

namespace continuo::ui {

/// Notes too narrow to be painted one by one: for each column of pixels the pitches that sound there. What it costs depends
/// on the size of the view, not on the notes.
class CrowdImage
{
public:
    /// For the part `clip` of the view, in pixels of which `ratio` device pixels make one.
    CrowdImage(const QRect& clip, double ratio, const RollGeometry& geometry);

    /// These pitches sound from `left` to `right`, pixels of the view; at least one column.
    void add(double left, double right, const PitchSet& pitches);
    /// Paints what was added over what is there, and begins anew.
    void flatten(const QColor& colour);
    void paint(QPainter& painter) const;

private:
    QRect m_clip;
    double m_ratio;
    RollGeometry m_geometry;
    std::vector<PitchSet> m_columns{};
    PitchSet m_all{};
    QImage m_image{};
};

} // namespace continuo::ui
