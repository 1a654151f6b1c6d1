// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "core/music/score.h"
#include "ui/document/tick_range.h"
#include "ui/roll/roll_options.h"

#include <QList>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

QT_BEGIN_NAMESPACE
class QAction;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class NoteSelection;
class Player;
class ScoreDocument;

/// The piano roll: keys, ruler, notes and velocity lane over a ScoreDocument. Edits are one patch on release; while a gesture
/// lasts it is a preview here. GUI thread only; what is given is borrowed and must outlive the view.
class RollView final : public QWidget
{
    Q_OBJECT

public:
    RollView(ScoreDocument& document, NoteSelection& selection, Player& player, const Appearance& appearance, QWidget* parent = nullptr);
    ~RollView() override;

    RollTool tool() const;
    void setTool(RollTool tool);
    const Snap& snap() const;
    void setSnap(const Snap& snap);
    /// New notes go here; notes of other tracks are ghosts that a click makes active.
    TrackId activeTrack() const;
    void setActiveTrack(TrackId track);
    /// Tints the tonic's rows and, in a minor or major key, what is in the scale; nothing: none.
    void setScale(std::optional<Key> key);
    void setColouring(NoteColouring colouring);
    void setGhosts(std::vector<GhostLayer> layers);
    /// The span where an answer is offered, tinted, with a line at its start.
    void setAnswerRange(std::optional<TickRange> range);
    bool followsPlayhead() const;
    void setFollowsPlayhead(bool follows);

    /// For menus and tool bars, with words, shortcuts and reasons where they are disabled; they act while the roll has the
    /// keyboard. Separators stand as null. The colours of tracks are those of trackColour() in track_colour.h.
    QList<QAction*> toolActions() const;  ///< Select, draw, erase, split: checkable, one of them checked.
    QList<QAction*> editActions() const;  ///< Cut, copy, paste, duplicate, delete, select all.
    QList<QAction*> notesActions() const; ///< Nudge, transpose, length, velocity, quantise, legato.
    QList<QAction*> viewActions() const;  ///< Fit, zoom, follow the playhead.

    void zoomToFit();
    /// Scrolls as little as is needed to bring `time` into view.
    void reveal(Tick time);
    /// The same for a span of pitches; the middle of one that is too wide.
    void reveal(Pitch lowest, Pitch highest);

Q_SIGNALS:
    void toolChanged(continuo::ui::RollTool tool);
    void snapChanged(const continuo::ui::Snap& snap);
    void activeTrackChanged(continuo::TrackId track);
    /// What the pointer would do here, for the status bar: "Draw: click adds an eighth, drag sets the length".
    void hintChanged(const QString& hint);


private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace continuo::ui
