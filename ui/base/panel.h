// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QString>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QAbstractButton;
class QAction;
class QBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

/// How an area stands out, as the style sheet knows it.
enum class Surface
{
    Panel,
    Left,   ///< Side panel left, with its edge line; and the next ones.
    Right,
    Top,
    Bottom,
    Status,
    Card
};
void setSurface(QWidget& widget, Surface surface);

enum class TextRole
{
    Plain,
    Heading, ///< Small capitals over a group.
    Muted,
    Small,
    Title,
    Number,
    Chip,
    Warning
};
/// A label; `parent` owns it.
QLabel* label(const QString& text, TextRole role, QWidget* parent);

/// A button whose words are its accessible name.
QPushButton* button(const QString& text, QWidget* parent);
QPushButton* primaryButton(const QString& text, QWidget* parent);
QPushButton* quietButton(const QString& text, QWidget* parent);

/// Enabled, or disabled with the reason as the tooltip; the tooltip it had comes back when it is enabled again.
/// `because` empty: enabled.
void setEnabledBecause(QWidget& widget, const QString& because);
void setEnabledBecause(QAction& action, const QString& because);

/// A dynamic property that the style sheet looks at, with the style refreshed: chosen=true and so on.
void setStyleFlag(QWidget& widget, const char* name, bool isSet);

} // namespace continuo::ui
