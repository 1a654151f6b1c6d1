// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/edit/bar_grid.h"
#include "core/music/key.h"
#include "core/music/score.h"
#include "ui/document/tick_range.h"
#include "ui/roll/gesture.h"
#include "ui/roll/note_index.h"
#include "ui/roll/roll_geometry.h"
#include "ui/roll/roll_options.h"

#include <QElapsedTimer>
#include <QObject>

#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

namespace continuo::ui {

class Appearance;
class NoteSelection;
class Player;
class ScoreDocument;

/// Notes of one kind, as they are found on the roll.
struct IndexedNotes
{
    std::vector<Note> notes{};
    NoteIndex index{};
};
/// Sorts and indexes.
IndexedNotes indexed(std::vector<Note> notes);

/// What the gesture that goes on would do to the score.
struct RollPreview
{
    IndexedNotes added{};
    std::unordered_set<NoteId> hidden{};
};

/// What the surfaces of the roll share: the part of the score in sight, the tool, the gesture that goes on. What it knows of
/// the score is made anew when it is asked for after an edit. GUI thread only.
class RollState final : public QObject
{
    Q_OBJECT

public:
    /// All borrowed.
    RollState(ScoreDocument& document, NoteSelection& selection, Player& player, const Appearance& appearance);
    ~RollState() override;

    ScoreDocument& document() const { return m_document; }
    NoteSelection& selection() const { return m_selection; }
    Player& player() const { return m_player; }
    const Appearance& appearance() const { return m_appearance; }
    const Score& score() const;

    // What is in sight.
    const RollGeometry& geometry() const { return m_geometry; }
    void setGeometry(const RollGeometry& geometry);
    void zoom(double x, double factor);
    void zoomToFit();
    /// Scrolls as little as is needed.
    void reveal(Tick time);
    void reveal(const Note& note);
    /// The middle of a span that is higher than the view.
    void reveal(Pitch lowest, Pitch highest);
    /// Ticks up to which one can scroll.
    Tick contentEnd() const;
    /// Pixels a tick at which all that can be scrolled to is half as wide as the view, or a quarter as wide as a pixel.
    double leastPixelsPerTick() const;

    // Of the score.
    const MeterMap& meters() const;
    /// Nothing: no snap.
    const std::optional<BarGrid>& grid() const;
    const NoteIndex& trackIndex(std::size_t track) const;
    const IndexedNotes& selectedNotes() const;
    const Track* activeTrackNotes() const;
    /// The place of the active track; nothing in a score without tracks.
    std::optional<std::size_t> activeIndex() const;
    /// Channel and program (0..127) that the active track sounds with.
    int activeChannel() const;
    int activeProgram() const;

    // Options.
    RollTool tool() const { return m_tool; }
    void setTool(RollTool tool);
    const Snap& snap() const { return m_snap; }
    void setSnap(const Snap& snap);
    TrackId activeTrack() const;
    void setActiveTrack(TrackId track);
    const std::optional<Key>& scale() const { return m_scale; }
    void setScale(std::optional<Key> scale);
    NoteColouring colouring() const { return m_colouring; }
    void setColouring(NoteColouring colouring);
    struct Ghost
    {
        IndexedNotes notes{};
        QColor colour{};
        QString letter{};
    };
    const std::vector<Ghost>& ghosts() const { return m_ghosts; }
    void setGhosts(std::vector<GhostLayer> layers);
    const std::optional<TickRange>& answerRange() const { return m_answer; }
    void setAnswerRange(std::optional<TickRange> range);
    bool followsPlayhead() const { return m_follows; }
    void setFollowsPlayhead(bool follows);
    Tick playhead() const { return m_playhead; }
    void setPlayhead(Tick position);
    Tick lastLength() const;
    void setLastLength(Tick length) { m_lastLength = length; }

    /// A held key bypasses the snap.
    bool isSnapBypassed() const { return m_isSnapBypassed; }
    void setSnapBypassed(bool isBypassed) { m_isSnapBypassed = isBypassed; }

    /// `time` on the grid unless the pointer is free of it.
    Tick snapped(Tick time, bool isFree) const;
    /// The step of the grid; a 64th note without one.
    Tick step() const;
    /// A short sound of this pitch in the active track's voice.
    void sound(int pitch, int velocity = kDefaultVelocity);

    // The gesture that goes on.
    bool hasGesture() const { return m_gesture != nullptr; }
    const Gesture* gesture() const { return m_gesture.get(); }
    const std::optional<RollPreview>& preview() const { return m_preview; }
    /// Ends the one before; null: nothing begins.
    void begin(std::unique_ptr<Gesture> gesture);
    void drag(const RollPointer& pointer);
    void finish();
    void cancel();
    /// Does to the score what `patch` says, as one undo step; selects what it adds if asked.
    void edit(const QString& name, const ScorePatch& patch, bool selectsAdded = false);
    /// The same for one of many small steps at these notes, as of a turning wheel or a held key: those that follow each other
    /// within a second are one undo step.
    void editBySteps(const QString& name, const ScorePatch& patch, std::vector<NoteId> notes);

Q_SIGNALS:
    void looksChanged(); ///< All surfaces paint anew.
    void scrolled();     ///< The geometry or what can be scrolled to changed.
    void playheadMoved(continuo::Tick from, continuo::Tick to);
    void loopChanged();
    void toolChanged(continuo::ui::RollTool tool);
    void snapChanged(const continuo::ui::Snap& snap);
    void activeTrackChanged(continuo::TrackId track);
    void followsPlayheadChanged(bool follows);
    void hintChanged(const QString& hint);

private:
    void forgetScore();
    void announceActiveTrack();
    void centreOnNotes();
    void showPreview();

    ScoreDocument& m_document;
    NoteSelection& m_selection;
    Player& m_player;
    const Appearance& m_appearance;

    RollGeometry m_geometry{};
    RollTool m_tool = RollTool::Select;
    Snap m_snap{};
    TrackId m_activeTrack = 0;      ///< As it was chosen; the score may have lost it.
    TrackId m_announcedTrack = 0;
    std::optional<Key> m_scale{};
    NoteColouring m_colouring = NoteColouring::Track;
    std::vector<Ghost> m_ghosts{};
    std::optional<TickRange> m_answer{};
    bool m_follows = true;
    bool m_isSnapBypassed = false;
    Tick m_playhead{};
    std::optional<Tick> m_lastLength{};

    std::unique_ptr<Gesture> m_gesture;
    std::optional<RollPreview> m_preview{};

    int m_series = 0; ///< Of the steps made last, at these notes.
    QString m_stepName{};
    std::vector<NoteId> m_steppedNotes{};
    QElapsedTimer m_lastStep;

    mutable std::optional<Tick> m_contentEnd{};
    mutable std::optional<MeterMap> m_meters{};
    mutable std::optional<std::optional<BarGrid>> m_grid{};
    mutable std::vector<std::optional<NoteIndex>> m_trackIndexes{};
    mutable std::optional<IndexedNotes> m_selectedNotes{};
};

} // namespace continuo::ui
