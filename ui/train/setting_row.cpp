// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/setting_row.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/train/run_draft.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace continuo::ui {

namespace {

constexpr int kNameWidth = 96;

} // namespace

SettingRow::SettingRow(const Appearance& appearance, SettingInfo setting, QWidget* parent)
    : QWidget(parent)
    , m_setting(std::move(setting))
    , m_name(label(settingLabel(m_setting.key), TextRole::Muted, this))
    , m_back(new QToolButton(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_name->setFixedWidth(kNameWidth);
    row->addWidget(m_name);
    switch (m_setting.kind) {
    case SettingInfo::Kind::Truth:
        m_truth = new QCheckBox(this);
        connect(m_truth, &QCheckBox::clicked, this, [this](bool isOn) { take(Json(isOn)); });
        break;
    case SettingInfo::Kind::Choice:
        m_choice = new QComboBox(this);
        for (const QString& choice : m_setting.choices)
            m_choice->addItem(choiceLabel(m_setting.key, choice), choice);
        connect(m_choice, &QComboBox::activated, this,
                [this] { take(Json(m_choice->currentData().toString().toStdString())); });
        break;
    default:
        m_text = new QLineEdit(this);
        connect(m_text, &QLineEdit::textEdited, this, &SettingRow::typed);
        break;
    }
    field()->setAccessibleName(settingLabel(m_setting.key));
    field()->setAccessibleDescription(m_setting.meaning);
    const QString help =
        QStringLiteral("%1\n%2").arg(m_setting.meaning, tr("Allowed: %1").arg(m_setting.allowed));
    field()->setToolTip(help);
    m_name->setToolTip(help);
    m_name->setBuddy(field());
    row->addWidget(field(), 1);
    m_back->setIcon(lineIcon(appearance, QStringLiteral("reset")));
    m_back->setIconSize({14, 14});
    m_back->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_back->setLayoutDirection(Qt::RightToLeft);
    m_back->setFont(appearance.smallFont());
    m_back->hide();
    row->addWidget(m_back);
    connect(m_back, &QToolButton::clicked, this, [this] {
        show(m_base, m_base);
        Q_EMIT edited(m_setting.key, m_base);
    });
}

QWidget* SettingRow::field() const
{
    return m_text     ? static_cast<QWidget*>(m_text)
           : m_choice ? static_cast<QWidget*>(m_choice)
                      : m_truth;
}

void SettingRow::show(const Json& value, const Json& base)
{
    m_base = base;
    if (m_truth)
        m_truth->setChecked(value == Json(true));
    else if (m_choice)
        m_choice->setCurrentIndex(m_choice->findData(settingToText(value)));
    else
        m_text->setText(settingToText(value));
    setProblem({});
    showChange(value);
}

void SettingRow::lock(const QString& because)
{
    if (because == m_locked)
        return;
    m_locked = because;
    // A field that cannot be changed is still there to be read and copied from.
    if (m_text) {
        m_text->setReadOnly(!because.isEmpty());
        m_text->setToolTip(because.isEmpty() ? m_name->toolTip() : because);
    } else {
        setEnabledBecause(*field(), because);
    }
    if (!because.isEmpty()) {
        setStyleFlag(*field(), "changed", false);
        m_back->hide();
    }
}

void SettingRow::typed(const QString& text)
{
    take(settingFromText(m_setting, text));
}

void SettingRow::take(const Json& value)
{
    setProblem(whyNotAllowed(m_setting, value));
    showChange(value);
    if (m_problem.isEmpty())
        Q_EMIT edited(m_setting.key, value);
}

void SettingRow::showChange(const Json& value)
{
    const bool isChanged = value != m_base && m_locked.isEmpty();
    setStyleFlag(*field(), "changed", isChanged);
    m_back->setVisible(isChanged && !m_base.is_null());
    QString was = settingToText(m_base);
    if (m_setting.kind == SettingInfo::Kind::Choice)
        was = choiceLabel(m_setting.key, was);
    m_back->setText(was);
    m_back->setToolTip(tr("Back to the preset's value: %1").arg(was));
    m_back->setAccessibleName(
        tr("%1: back to the preset's value, %2").arg(settingLabel(m_setting.key), was));
}

void SettingRow::setProblem(const QString& problem)
{
    setStyleFlag(*field(), "wrong", !problem.isEmpty());
    if (m_locked.isEmpty())
        field()->setToolTip(problem.isEmpty() ? m_name->toolTip() : problem);
    if (problem == m_problem)
        return;
    m_problem = problem;
    Q_EMIT problemChanged();
}

} // namespace continuo::ui
