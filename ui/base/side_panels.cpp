// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/side_panels.h"

#include <QEvent>
#include <QSettings>
#include <QSplitter>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kMostWidth = 480;
constexpr int kRoomy = 1400; ///< Width of the workspace from which the panels have their usual width.

} // namespace

SidePanels::SidePanels(QSplitter& splitter, QSettings& settings, const QString& workspace,
                       Panel left, QWidget& middle, Panel right)
    : QObject(&splitter)
    , m_splitter(splitter)
    , m_settings(settings)
    , m_workspace(workspace)
    , m_panels{std::move(left), std::move(right)}
{
    splitter.setChildrenCollapsible(false);
    splitter.setHandleWidth(1);
    splitter.addWidget(&m_panels[Left].widget);
    splitter.addWidget(&middle);
    splitter.addWidget(&m_panels[Right].widget);
    splitter.setStretchFactor(1, 1);
    for (const Side side : {Left, Right}) {
        m_panels[side].widget.setMinimumWidth(m_panels[side].narrow);
        m_panels[side].widget.setMaximumWidth(kMostWidth);
        m_isShown[side] = settings.value(setting(side, "Shown"), true).toBool();
        show(side);
    }
    splitter.installEventFilter(this);
    connect(&splitter, &QSplitter::splitterMoved, this, &SidePanels::keepWidths);
    fit();
}

QString SidePanels::setting(Side side, const char* what) const
{
    return QStringLiteral("%1/%2%3").arg(
        m_workspace, side == Left ? QLatin1String("left") : QLatin1String("right"),
        QLatin1String(what));
}

QString SidePanels::widthSetting(Side side) const
{
    return setting(side, isNarrow() ? "NarrowWidth" : "Width");
}

bool SidePanels::isNarrow() const
{
    return m_splitter.width() < kRoomy;
}

void SidePanels::setShown(Side side, bool isShown)
{
    if (isShown == m_isShown[side])
        return;
    m_isShown[side] = isShown;
    m_settings.setValue(setting(side, "Shown"), isShown);
    show(side);
    fit();
    Q_EMIT changed();
}

void SidePanels::setAbsent(Side side, const QString& because)
{
    if (because == m_absence[side])
        return;
    m_absence[side] = because;
    show(side);
    fit();
    Q_EMIT changed();
}

void SidePanels::show(Side side)
{
    m_panels[side].widget.setVisible(m_isShown[side] && m_absence[side].isEmpty());
}

void SidePanels::fit()
{
    const auto wished = [this](Side side) {
        const Panel& panel = m_panels[side];
        const int usual = isNarrow() ? panel.narrow : panel.usual;
        return std::clamp(m_settings.value(widthSetting(side), usual).toInt(), panel.narrow,
                          kMostWidth);
    };
    const int left = wished(Left);
    const int right = wished(Right);
    m_splitter.setSizes({left, std::max(m_splitter.width() - left - right - 2, 1), right});
}

void SidePanels::keepWidths()
{
    for (const Side side : {Left, Right})
        if (const QWidget& panel = m_panels[side].widget; !panel.isHidden())
            m_settings.setValue(widthSetting(side), panel.width());
}

bool SidePanels::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != &m_splitter || event->type() != QEvent::Resize)
        return QObject::eventFilter(watched, event);
    // The splitter first, which keeps shares instead of widths.
    watched->event(event);
    fit();
    return true;
}

} // namespace continuo::ui
