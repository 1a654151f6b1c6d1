// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/theme.h"

#include <QObject>

QT_BEGIN_NAMESPACE
class QApplication;
class QFont;
QT_END_NAMESPACE

namespace continuo::ui {

/// Which theme the user wants.
enum class ThemeChoice
{
    System,
    Light,
    Dark
};

/// The theme in use: palette, style sheet and fonts of the application. Widgets that paint read theme() and repaint on
/// changed(). Outlives every widget and icon. GUI thread only.
class Appearance final : public QObject
{
    Q_OBJECT

public:
    /// Takes the desktop's own light or dark for ThemeChoice::System from the palette the application starts with.
    explicit Appearance(QApplication& application);

    const Theme& theme() const { return m_theme; }
    const Palette& palette() const { return m_theme.palette; }
    ThemeChoice choice() const { return m_choice; }
    void choose(ThemeChoice choice);

    QFont textFont() const;                   ///< 13 px.
    QFont smallFont() const;                  ///< 11 px: labels, status, axes.
    QFont titleFont() const;                  ///< 16 px, semibold: a page's title.
    QFont numberFont() const;                 ///< 19 px, semibold: live numbers.

Q_SIGNALS:
    void changed();

private:
    void apply();

    QApplication& m_application;
    bool m_isSystemDark;
    ThemeChoice m_choice = ThemeChoice::System;
    Theme m_theme{};
};

/// "system", "light", "dark", as settings hold it; anything else is System.
ThemeChoice themeChoiceFromName(const QString& name);
QString themeChoiceName(ThemeChoice choice);

} // namespace continuo::ui
