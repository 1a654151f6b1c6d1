// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "core/music/note.h"
#include "core/music/score.h"
#include "ui/document/tick_range.h"

#include <QColor>
#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace continuo::ui {

class Appearance;
class NoteSelection;
class Player;
class ScoreDocument;

/// What a press on the roll does.
enum class RollTool
{
    Select,
    Draw,
    Erase,
    Split
};

/// The grid that gestures keep to, as a fraction of a whole note: 1/8, triplet eighths 1/12, dotted 3/16.
struct Snap
{
    int numerator = 1;
    int denominator = 8; ///< 0: off.
    friend bool operator==(const Snap&, const Snap&) = default;
};

/// What the colour of a note says.
enum class NoteColouring
{
    Track,
    Velocity,
    PitchClass,
    Surprise ///< Of generated notes; the others keep their track's colour.
};

/// Notes that are offered, or another track's, drawn behind the score: not selectable, not edited.
struct GhostLayer
{
    std::vector<Note> notes{};
    QColor colour{};
    QString letter{}; ///< Written on each note that has room for it: "A".
};

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

    void zoomToFit();
    /// Scrolls as little as is needed to bring `time` into view.
    void reveal(Tick time);

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
