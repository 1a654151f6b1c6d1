// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"

#include <QList>
#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QAction;
QT_END_NAMESPACE

namespace continuo::ui {

class EmptyRoll;
class FirstSteps;
class GeneratePanel;
class RollToolbar;
class RollView;
class SidePanels;
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
    SidePanels& panels() { return *m_panels; }

    /// For the menu Generate: Continue, Stop, More, Discard.
    QList<QAction*> generateActions() const;

Q_SIGNALS:
    void importRequested();
    void exportMidiRequested();
    /// What the pointer would do, for the status bar.
    void hintChanged(const QString& hint);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void connectParts();
    void showOffers();
    void lookForNotes();

    StudioContext m_context;
    TrackPanel* m_tracks;
    RollView* m_roll;
    RollToolbar* m_toolbar;
    GeneratePanel* m_generate;
    FirstSteps* m_steps;
    EmptyRoll* m_empty;
    std::vector<Note> m_revealed{}; ///< Of the alternative that the roll shows.
    SidePanels* m_panels;
};

} // namespace continuo::ui
