// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/icons.h"

#include "ui/base/appearance.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

namespace continuo::ui {

namespace {

QByteArray drawing(const QString& name)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void paintTinted(QPainter& painter, const QByteArray& svg, const QRectF& place, const QColor& colour)
{
    QByteArray tinted = svg;
    QSvgRenderer renderer(tinted.replace("currentColor", colour.name().toLatin1()));
    painter.setOpacity(painter.opacity() * colour.alphaF());
    renderer.render(&painter, place);
}

class LineIconEngine final : public QIconEngine
{
public:
    LineIconEngine(const Appearance& appearance, QByteArray svg)
        : m_appearance(appearance)
        , m_svg(std::move(svg))
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        painter->save();
        const int side = std::min(rect.width(), rect.height());
        QRectF place(0, 0, side, side);
        place.moveCenter(QRectF(rect).center());
        paintTinted(*painter, m_svg, place, colour(mode, state));
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIconEngine(*this); }

private:
    QColor colour(QIcon::Mode mode, QIcon::State state) const
    {
        const Palette& palette = m_appearance.palette();
        if (mode == QIcon::Disabled)
            return faded(palette.muted, 0.5);
        if (state == QIcon::On)
            return palette.accent;
        return mode == QIcon::Active || mode == QIcon::Selected ? palette.text : palette.muted;
    }

    const Appearance& m_appearance;
    QByteArray m_svg;
};

} // namespace

QIcon lineIcon(const Appearance& appearance, const QString& name)
{
    return QIcon(new LineIconEngine(appearance, drawing(name)));
}

QPixmap iconPixmap(const QString& name, const QColor& colour, int size, double devicePixelRatio)
{
    QPixmap pixmap(QSize(size, size) * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintTinted(painter, drawing(name), QRectF(0, 0, size, size), colour);
    return pixmap;
}

} // namespace continuo::ui
