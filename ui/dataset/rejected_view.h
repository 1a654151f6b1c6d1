// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace continuo::ui {

class Appearance;
class RejectedModel;

/// The table of rejected files: which, and why. Ctrl+C or the menu copies the paths of the chosen
/// ones, a line each.
class RejectedView final : public QTableView
{
    Q_OBJECT

public:
    /// Both are borrowed and must outlive the view.
    RejectedView(const Appearance& appearance, RejectedModel& model, QWidget* parent = nullptr);

    void copyPaths() const;

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace continuo::ui
