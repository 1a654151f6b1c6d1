// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/run_list_model.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QListView;
QT_END_NAMESPACE

namespace continuo::ui {

/// How the head of a run's card is divided, in pixels: the name has its whole width as far as the
/// card is wide enough for it and the beginning of the state; what is left is the state's.
struct CardHead
{
    int name = 0;
    int state = 0;
    friend bool operator==(const CardHead&, const CardHead&) = default;
};
CardHead cardHead(int width, int name, int state);

class Appearance;

/// RUNS: the cards of all runs, and *New run*. GUI thread only.
class RunsPanel final : public QWidget
{
    Q_OBJECT

public:
    RunsPanel(const Appearance& appearance, RunListModel& model, QWidget* parent = nullptr);

    /// Nothing is told; an empty path takes the choice away.
    void choose(const QString& path);

Q_SIGNALS:
    void chosen(const QString& path);
    void newRunRequested();
    void resumeRequested(const QString& path);
    void renameRequested(const QString& path);
    void judgeRequested(const QStringList& paths); ///< The one in view first.

private:
    void showMenu(const QPoint& at);
    QStringList selected() const;

    RunListModel& m_model;
    QListView* m_list;
};

} // namespace continuo::ui
