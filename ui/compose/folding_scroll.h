// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEvent>
#include <QScrollArea>

namespace continuo::ui {

/// Takes its content's height while there is room, and scrolls where there is not.
class FoldingScroll final : public QScrollArea
{
    Q_OBJECT

public:
    FoldingScroll(QWidget* content, QWidget* parent)
        : QScrollArea(parent)
    {
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setWidgetResizable(true);
        setFocusPolicy(Qt::NoFocus);
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
        setWidget(content);
        content->installEventFilter(this);
    }

    QSize sizeHint() const override
    {
        const int height = widget()->hasHeightForWidth() ? widget()->heightForWidth(width())
                                                         : widget()->sizeHint().height();
        return {200, height};
    }
    QSize minimumSizeHint() const override { return {160, 120}; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::LayoutRequest)
            updateGeometry();
        return QScrollArea::eventFilter(watched, event);
    }
};

} // namespace continuo::ui
