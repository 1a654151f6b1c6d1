// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/panel.h"

#include <QAction>
#include <QStyle>
#include <QVariant>

namespace continuo::ui {

namespace {

constexpr const char* kOwnToolTip = "ownToolTip";

QString surfaceName(Surface surface)
{
    switch (surface) {
    case Surface::Panel: return QStringLiteral("panel");
    case Surface::Left: return QStringLiteral("left");
    case Surface::Right: return QStringLiteral("right");
    case Surface::Top: return QStringLiteral("top");
    case Surface::Bottom: return QStringLiteral("bottom");
    case Surface::Status: return QStringLiteral("status");
    case Surface::Card: break;
    }
    return QStringLiteral("card");
}

QString roleName(TextRole role)
{
    switch (role) {
    case TextRole::Heading: return QStringLiteral("heading");
    case TextRole::Muted: return QStringLiteral("muted");
    case TextRole::Small: return QStringLiteral("small");
    case TextRole::Title: return QStringLiteral("title");
    case TextRole::Number: return QStringLiteral("number");
    case TextRole::Chip: return QStringLiteral("chip");
    case TextRole::Warning: return QStringLiteral("warning");
    case TextRole::Plain: break;
    }
    return QString();
}

template <typename Target>
void enableBecause(Target& target, const QString& because)
{
    if (!target.property(kOwnToolTip).isValid())
        target.setProperty(kOwnToolTip, target.toolTip());
    const QString own = target.property(kOwnToolTip).toString();
    target.setEnabled(because.isEmpty());
    target.setToolTip(because.isEmpty() ? own : because);
}

} // namespace

void setSurface(QWidget& widget, Surface surface)
{
    widget.setAttribute(Qt::WA_StyledBackground);
    widget.setProperty("surface", surfaceName(surface));
}

QLabel* label(const QString& text, TextRole role, QWidget* parent)
{
    auto* made = new QLabel(role == TextRole::Heading ? text.toUpper() : text, parent);
    if (role != TextRole::Plain)
        made->setProperty("role", roleName(role));
    if (role == TextRole::Heading)
        made->setAccessibleName(text);
    return made;
}

QPushButton* button(const QString& text, QWidget* parent)
{
    return new QPushButton(text, parent);
}

QPushButton* primaryButton(const QString& text, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    made->setProperty("primary", true);
    return made;
}

QPushButton* quietButton(const QString& text, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    made->setProperty("quiet", true);
    return made;
}

void setEnabledBecause(QWidget& widget, const QString& because)
{
    enableBecause(widget, because);
}

void setEnabledBecause(QAction& action, const QString& because)
{
    enableBecause(action, because);
}

void setStyleFlag(QWidget& widget, const char* name, bool isSet)
{
    if (widget.property(name).toBool() == isSet)
        return;
    widget.setProperty(name, isSet);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
}

} // namespace continuo::ui
