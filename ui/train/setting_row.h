// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/preset_catalogue.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;

/// A setting in the form: its name, a field of its kind with range and meaning in the tooltip, and
/// where it is not the preset's value, that value and a way back. GUI thread only.
class SettingRow final : public QWidget
{
    Q_OBJECT

public:
    SettingRow(const Appearance& appearance, SettingInfo setting, QWidget* parent = nullptr);

    const SettingInfo& setting() const { return m_setting; }
    /// `base`: the preset's value. Nothing is told.
    void show(const Json& value, const Json& base);
    /// Why what is typed cannot be; empty where all is well.
    const QString& problem() const { return m_problem; }
    /// Locked: the value is readable and stays, and the tooltip says why. Empty: free again.
    void lock(const QString& because);

Q_SIGNALS:
    /// The user changed it to a value that is allowed.
    void edited(const QString& key, const continuo::Json& value);
    /// What is typed is not allowed, or is again.
    void problemChanged();

private:
    void typed(const QString& text);
    void take(const Json& value);
    void showChange(const Json& value);
    void setProblem(const QString& problem);
    QWidget* field() const;

    SettingInfo m_setting;
    Json m_base{};
    QString m_problem{};
    QString m_locked{}; ///< Why it cannot be changed; empty: it can.
    QLabel* m_name;
    QLineEdit* m_text = nullptr;
    QComboBox* m_choice = nullptr;
    QCheckBox* m_truth = nullptr;
    QToolButton* m_back;
};

} // namespace continuo::ui
