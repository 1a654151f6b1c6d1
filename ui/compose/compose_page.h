// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"

#include <QList>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QAction;
class QSplitter;
QT_END_NAMESPACE

namespace continuo::ui {

class FirstSteps;
class GeneratePanel;
class RollToolbar;
class RollView;
class TrackPanel;

/// The workspace where one composes: tracks, the roll, and what continues it.
class ComposePage final : public QWidget
{
    Q_OBJECT

public:
    explicit ComposePage(const StudioContext& context, QWidget* parent = nullptr);

    /// Continues with this model from now on: a checkpoint the user trained.
    void useModel(const QString& file);
    /// Calls the three steps of the first start back.
    void showFirstSteps();

    RollView& roll() { return *m_roll; }
    TrackPanel& tracks() { return *m_tracks; }
    GeneratePanel& generator() { return *m_generate; }
    FirstSteps& firstSteps() { return *m_steps; }

    /// For the menu Generate: Continue, Stop, More, Discard.
    QList<QAction*> generateActions() const;
    /// For the menu View: the panels on the left and on the right.
    QList<QAction*> viewActions() const { return m_viewActions; }

Q_SIGNALS:
    void importRequested();
    void exportMidiRequested();
    /// What the pointer would do, for the status bar.
    void hintChanged(const QString& hint);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void makeViewActions();
    void connectParts();
    void fitPanels();
    void keepWidths();
    void showPanel(QWidget& panel, const QString& setting, bool isShown);

    StudioContext m_context;
    QSplitter* m_splitter;
    TrackPanel* m_tracks;
    RollView* m_roll;
    RollToolbar* m_toolbar;
    GeneratePanel* m_generate;
    FirstSteps* m_steps;
    QList<QAction*> m_viewActions;
};

} // namespace continuo::ui
