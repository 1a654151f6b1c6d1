// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"

#include <QWidget>

namespace continuo::ui {

/// The workspace of pieces: import, the table with facts, preview, histograms, split.
class DatasetPage final : public QWidget
{
    Q_OBJECT

public:
    explicit DatasetPage(const StudioContext& context, QWidget* parent = nullptr);

    /// Shows a dataset file, or imports files and folders that were dropped on the window.
    void open(const QString& dataset);
    void importPaths(const QStringList& paths);

Q_SIGNALS:
    /// *Train on this set*.
    void trainRequested(const QString& dataset);
    /// *Use as seed melody*.
    void seedMelodyChosen(const continuo::Score& score, const QString& name);

private:
    StudioContext m_context;
};

} // namespace continuo::ui
