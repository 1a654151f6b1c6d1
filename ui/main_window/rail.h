// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

QT_BEGIN_NAMESPACE
class QButtonGroup;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;

/// The column of workspaces, icon over word; one is chosen. Ctrl+1, Ctrl+2 … choose by number.
class Rail final : public QWidget
{
    Q_OBJECT

public:
    explicit Rail(const Appearance& appearance, QWidget* parent = nullptr);

    /// Adds a workspace under the others; its index counts from 0.
    void addWorkspace(const QString& icon, const QString& name);
    void choose(int index);

Q_SIGNALS:
    void chosen(int index);

private:
    const Appearance& m_appearance;
    QButtonGroup* m_buttons;
    QVBoxLayout* m_column;
};

} // namespace continuo::ui
