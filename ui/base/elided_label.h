// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPainter>

namespace continuo::ui {

/// A line of plain text with an ellipsis where there is no room for all of it.
class ElidedLabel final : public QLabel
{
    Q_OBJECT

public:
    using QLabel::QLabel;

    /// Where the ellipsis stands: at the end unless this was called.
    void setElideMode(Qt::TextElideMode mode)
    {
        m_mode = mode;
        update();
    }

    QSize minimumSizeHint() const override
    {
        return {fontMetrics().averageCharWidth() * kFewestLetters,
                QLabel::minimumSizeHint().height()};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(contentsRect(), Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(text(), m_mode, contentsRect().width()));
    }

private:
    static constexpr int kFewestLetters = 8;

    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace continuo::ui
