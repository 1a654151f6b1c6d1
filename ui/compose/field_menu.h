// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMenu>
#include <QToolButton>

#include <functional>

namespace continuo::ui {

/// A field that shows its value and opens a menu of others. The menu is filled anew each time it
/// opens. A value too long for the field is shortened and stands whole in the tooltip. Down and
/// Space open the menu.
class FieldMenu final : public QToolButton
{
    Q_OBJECT

public:
    /// `name` is what the value is of: "Snap".
    FieldMenu(const QString& name, QWidget* parent = nullptr);

    void setFill(std::function<void(QMenu&)> fill);
    void setWords(const QString& words);
    const QString& words() const { return m_words; }
    /// What stands in the tooltip over the value.
    void setHelp(const QString& help);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void tell();

    QString m_name;
    QString m_help{};
    QString m_words{};
};

/// Adds a checkable choice to a menu and calls `chosen` when it is taken.
QAction* addChoice(QMenu& menu, const QString& words, bool isChosen, std::function<void()> chosen);

} // namespace continuo::ui
