// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>

#include <vector>

QT_BEGIN_NAMESPACE
class QMainWindow;
QT_END_NAMESPACE

namespace continuo::ui {

/// What one can do with a key.
struct ShortcutLine
{
    QString group{}; ///< The menu it stands in.
    QString action{};
    QString keys{};
};

/// Every action of the window's menus and every button of it that has a shortcut, in the order of
/// the menus.
std::vector<ShortcutLine> shortcutsOf(const QMainWindow& window);

/// All shortcuts on one sheet.
class ShortcutSheet final : public QDialog
{
    Q_OBJECT

public:
    explicit ShortcutSheet(QMainWindow& window);
};

/// Name, version, licence.
class AboutDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit AboutDialog(QWidget* parent);
};

} // namespace continuo::ui
