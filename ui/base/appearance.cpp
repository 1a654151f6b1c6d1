// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"

#include <QApplication>
#include <QFile>
#include <QFont>
#include <QPalette>
#include <QStyleFactory>

#include <cassert>

namespace continuo::ui {

namespace {

QByteArray resource(const QString& name)
{
    QFile file(name);
    const bool isOpen = file.open(QIODevice::ReadOnly);
    assert(isOpen);
    return isOpen ? file.readAll() : QByteArray();
}

Theme bundledTheme(bool isDark)
{
    Result<Theme> theme = readTheme(resource(isDark ? QStringLiteral(":/themes/dark.json") : QStringLiteral(":/themes/light.json")));
    assert(theme);
    return std::move(theme).value();
}

/// The style sheet with its @roles replaced by colours.
QString styleSheet(const Theme& theme)
{
    const Palette& p = theme.palette;
    QString sheet = QString::fromUtf8(resource(QStringLiteral(":/themes/style.qss")));
    const std::pair<const char*, QColor> roles[] = {
        {"@window", p.window}, {"@panel", p.panel},       {"@raised", p.raised}, {"@line", p.line},       {"@text", p.text},
        {"@muted", p.muted},   {"@onAccent", p.onAccent}, {"@accent", p.accent}, {"@warning", p.warning}, {"@bad", p.bad}};
    for (const auto& [role, colour] : roles)
        sheet.replace(QLatin1String(role), colour.name());
    return sheet.replace(QLatin1String("@shade"), theme.isDark ? QLatin1String("dark") : QLatin1String("light"));
}

QPalette qtPalette(const Palette& p)
{
    QPalette palette;
    palette.setColor(QPalette::Window, p.window);
    palette.setColor(QPalette::WindowText, p.text);
    palette.setColor(QPalette::Base, p.window);
    palette.setColor(QPalette::AlternateBase, p.raised);
    palette.setColor(QPalette::Text, p.text);
    palette.setColor(QPalette::PlaceholderText, p.muted);
    palette.setColor(QPalette::Button, p.raised);
    palette.setColor(QPalette::ButtonText, p.text);
    palette.setColor(QPalette::BrightText, p.bad);
    palette.setColor(QPalette::Highlight, p.accent);
    palette.setColor(QPalette::HighlightedText, p.onAccent);
    palette.setColor(QPalette::Link, p.accent);
    palette.setColor(QPalette::LinkVisited, p.accent);
    palette.setColor(QPalette::ToolTipBase, p.raised);
    palette.setColor(QPalette::ToolTipText, p.text);
    palette.setColor(QPalette::Light, p.raised);
    palette.setColor(QPalette::Midlight, p.raised);
    palette.setColor(QPalette::Mid, p.line);
    palette.setColor(QPalette::Dark, p.line);
    palette.setColor(QPalette::Shadow, p.line);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, p.muted);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, p.line);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, p.muted);
    return palette;
}

QFont font(int pixels, QFont::Weight weight = QFont::Normal)
{
    QFont font = QApplication::font();
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

} // namespace

Appearance::Appearance(QApplication& application)
    : m_application(application)
    , m_isSystemDark(application.palette().color(QPalette::Window).lightness() <
                     application.palette().color(QPalette::WindowText).lightness())
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setFont(font(13));
    apply();
}

void Appearance::choose(ThemeChoice choice)
{
    if (choice == m_choice)
        return;
    m_choice = choice;
    apply();
}

void Appearance::apply()
{
    const bool isDark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_isSystemDark);
    m_theme = bundledTheme(isDark);
    QApplication::setPalette(qtPalette(m_theme.palette));
    m_application.setStyleSheet(styleSheet(m_theme));
    Q_EMIT changed();
}

QFont Appearance::textFont() const
{
    return font(13);
}

QFont Appearance::smallFont() const
{
    return font(11);
}

QFont Appearance::titleFont() const
{
    return font(16, QFont::DemiBold);
}

QFont Appearance::numberFont() const
{
    return font(19, QFont::DemiBold);
}

ThemeChoice themeChoiceFromName(const QString& name)
{
    return name == QLatin1String("light") ? ThemeChoice::Light : name == QLatin1String("dark") ? ThemeChoice::Dark : ThemeChoice::System;
}

QString themeChoiceName(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::Light: return QStringLiteral("light");
    case ThemeChoice::Dark: return QStringLiteral("dark");
    case ThemeChoice::System: break;
    }
    return QStringLiteral("system");
}

} // namespace continuo::ui
