// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/rail.h"

#include "ui/base/icons.h"
#include "ui/base/panel.h"

#include <QButtonGroup>
#include <QToolButton>
#include <QVBoxLayout>

namespace continuo::ui {

Rail::Rail(const Appearance& appearance, QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_buttons(new QButtonGroup(this))
    , m_column(new QVBoxLayout(this))
{
    setSurface(*this, Surface::Left);
    setFixedWidth(76);
    setAccessibleName(tr("Workspaces"));
    m_column->setContentsMargins(6, 8, 6, 8);
    m_column->setSpacing(4);
    m_column->addStretch();
    connect(m_buttons, &QButtonGroup::idToggled, this, [this](int index, bool isOn) {
        // Tab comes to the one that is chosen, arrows go on from there.
        m_buttons->button(index)->setFocusPolicy(isOn ? Qt::TabFocus : Qt::NoFocus);
        if (isOn)
            Q_EMIT chosen(index);
    });
}

void Rail::addWorkspace(const QString& icon, const QString& name)
{
    const int index = static_cast<int>(m_buttons->buttons().size());
    auto* button = new QToolButton(this);
    button->setIcon(lineIcon(m_appearance, icon));
    button->setIconSize({20, 20});
    button->setText(name);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    button->setProperty("rail", true);
    button->setFixedSize(64, 58);
    const QKeySequence key(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + index));
    button->setShortcut(key);
    button->setToolTip(tr("%1 (%2)").arg(name, key.toString(QKeySequence::NativeText)));
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::NoFocus);
    m_buttons->addButton(button, index);
    m_column->insertWidget(index, button);
}

void Rail::choose(int index)
{
    m_buttons->button(index)->setChecked(true);
}

} // namespace continuo::ui
