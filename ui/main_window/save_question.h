// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace continuo::ui {

/// Asks what becomes of unsaved changes. Esc and the window's own button are *Cancel*.
class SaveQuestion final : public QDialog
{
    Q_OBJECT

public:
    SaveQuestion(const QString& title, QWidget* parent);

Q_SIGNALS:
    void saveChosen();
    void discardChosen();
};

} // namespace continuo::ui
