// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/train/run_draft.h"

#include <QObject>

namespace continuo::ui {

/// Starts trainings that outlive the studio, with `continuo train … --detach`. One at a time. GUI
/// thread only.
class TrainingStarter final : public QObject
{
    Q_OBJECT

public:
    TrainingStarter(const StudioContext& context, QObject* parent = nullptr);

    bool isBusy() const { return m_isBusy; }

    /// A new run in a folder of its own; started() or failed() follow.
    void start(const RunDraft& draft, const QString& name);
    /// Goes on with a run from its last checkpoint, with so many more epochs.
    void resume(const QString& run, std::int64_t moreEpochs = 0);

Q_SIGNALS:
    void busyChanged();
    void started(const QString& run);
    void failed(const continuo::Error& error);

private:
    void begin(const QStringList& arguments, const QString& run, const QString& name,
               const QString& dataset);

    const StudioContext m_context;
    bool m_isBusy = false;
};

/// A folder for a run of that name that is not there yet: letters and digits of the name, and a
/// number where it is taken.
QString freeRunFolder(const QString& runs, const QString& name);

} // namespace continuo::ui
