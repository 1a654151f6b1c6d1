// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"

#include <QWidget>

namespace continuo::ui {

/// The workspace where one trains: what to learn and how, the curves while it runs, and the runs there are.
class TrainPage final : public QWidget
{
    Q_OBJECT

public:
    explicit TrainPage(const StudioContext& context, QWidget* parent = nullptr);

    /// Begins a new run on this dataset: its settings are shown, nothing starts.
    void trainOn(const QString& dataset);

Q_SIGNALS:
    /// *Use in Compose* on a checkpoint.
    void modelChosen(const QString& file);

private:
    StudioContext m_context;
};

} // namespace continuo::ui
