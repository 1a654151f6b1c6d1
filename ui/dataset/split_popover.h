// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/split.h"

#include <QFrame>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;

/// How to divide a set: shares in percent, of what, and the random seed. Enter splits; closes on a click beside
/// it and on Escape.
class SplitPopover final : public QFrame
{
    Q_OBJECT

public:
    /// `appearance` is borrowed and must outlive the popover.
    SplitPopover(const Appearance& appearance, QWidget* parent = nullptr);

    void setSettings(const SplitSettings& settings);
    SplitSettings settings() const;

    /// Opens below `anchor`.
    void openBelow(const QWidget& anchor);

Q_SIGNALS:
    void splitChosen(const continuo::SplitSettings& settings);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void refresh();

    QSpinBox* m_train;
    QSpinBox* m_validation;
    QSpinBox* m_test;
    QLineEdit* m_seed;
    QComboBox* m_by;
    QLabel* m_rest;
    QPushButton* m_split;
};

} // namespace continuo::ui
