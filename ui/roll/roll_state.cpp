// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_state.h"

#include "ui/base/appearance.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/play/player.h"

#include <algorithm>
#include <array>
#include <utility>

namespace continuo::ui {

namespace {

constexpr std::int64_t kBarsAfterEnd = 16;

} // namespace

IndexedNotes indexed(std::vector<Note> notes)
{
    IndexedNotes made;
    if (!std::ranges::is_sorted(notes, noteBefore))
        std::ranges::sort(notes, noteBefore);
    made.index = NoteIndex(notes);
    made.notes = std::move(notes);
    return made;
}

RollState::RollState(ScoreDocument& document, NoteSelection& selection, Player& player, const Appearance& appearance)
    : m_document(document)
    , m_selection(selection)
    , m_player(player)
    , m_appearance(appearance)
    , m_playhead(player.position())
{
    m_geometry.top = (kPitches - 1 - 84) * m_geometry.rowHeight;
    m_announcedTrack = activeTrack();
    centreOnNotes();
    connect(&document, &ScoreDocument::changed, this, [this] {
        cancel();
        forgetScore();
        announceActiveTrack();
    });
    connect(&document, &ScoreDocument::replaced, this, [this] {
        cancel();
        m_lastLength.reset();
        m_activeTrack = 0;
        forgetScore();
        announceActiveTrack();
        centreOnNotes();
    });
    connect(&selection, &NoteSelection::changed, this, [this] {
        m_selectedNotes.reset();
        Q_EMIT looksChanged();
    });
    connect(&player, &Player::positionChanged, this, &RollState::setPlayhead);
    connect(&player, &Player::loopChanged, this, &RollState::loopChanged);
    connect(&appearance, &Appearance::changed, this, &RollState::looksChanged);
}

RollState::~RollState() = default;

const Score& RollState::score() const
{
    return m_document.score();
}

void RollState::forgetScore()
{
    m_contentEnd.reset();
    m_meters.reset();
    m_grid.reset();
    m_trackIndexes.clear();
    m_selectedNotes.reset();
    Q_EMIT scrolled();
    Q_EMIT looksChanged();
}

void RollState::setGeometry(const RollGeometry& geometry)
{
    RollGeometry next = geometry.bounded();
    // One may scroll as far as the end stands at the left edge, and further only with what is already in sight.
    const double most = static_cast<double>(contentEnd().value);
    if (next.firstTick > m_geometry.firstTick)
        next.firstTick = std::min(next.firstTick, std::max(most, m_geometry.firstTick));
    if (next == m_geometry)
        return;
    m_geometry = next;
    Q_EMIT scrolled();
    Q_EMIT looksChanged();
}

void RollState::zoom(double x, double factor)
{
    setGeometry(m_geometry.zoomed(x, factor, leastPixelsPerTick()));
}

void RollState::zoomToFit()
{
    constexpr double kMargin = 0.04; // Of the width, behind the last note.
    Tick end{};
    for (const Track& track : score().tracks) {
        for (const Note& note : track.notes)
            end = std::max(end, note.end());
    }
    if (end.value == 0)
        return;
    const double wanted = m_geometry.size.width() * (1 - kMargin) / static_cast<double>(end.value);
    RollGeometry fitting = m_geometry.zoomed(0, wanted / m_geometry.pixelsPerTick, leastPixelsPerTick());
    fitting.firstTick = 0;
    setGeometry(fitting);
    centreOnNotes();
}

void RollState::centreOnNotes()
{
    int lowest = kPitches;
    int highest = -1;
    for (const Track& track : score().tracks) {
        for (const Note& note : track.notes) {
            lowest = std::min<int>(lowest, note.pitch.value);
            highest = std::max<int>(highest, note.pitch.value);
        }
    }
    RollGeometry centred = m_geometry;
    centred.firstTick = 0;
    // Until it is shown, the view is taken to be as high as it usually is.
    const double height = centred.size.height() > 0 ? centred.size.height() : 600;
    if (highest >= 0)
        centred.top = (kPitches - (highest + lowest + 1) / 2.0) * centred.rowHeight - height / 2;
    setGeometry(centred);
}

void RollState::reveal(Tick time)
{
    constexpr double kRoom = 24;
    const double x = m_geometry.x(time);
    const double beyond = x < 0 ? x - kRoom : std::max(0.0, x - m_geometry.size.width() + kRoom);
    setGeometry(m_geometry.scrolled(beyond, 0));
}

void RollState::reveal(const Note& note)
{
    reveal(note.start);
    reveal(note.pitch, note.pitch);
}

void RollState::reveal(Pitch lowest, Pitch highest)
{
    const double above = m_geometry.y(highest.value);
    const double below = m_geometry.y(lowest.value) + m_geometry.rowHeight - m_geometry.size.height();
    if (above < 0 && below > 0)
        setGeometry(m_geometry.scrolled(0, (above + below) / 2));
    else
        setGeometry(m_geometry.scrolled(0, above < 0 ? above : std::max(below, 0.0)));
}

Tick RollState::contentEnd() const
{
    if (m_contentEnd)
        return *m_contentEnd;
    Tick end = score().end();
    if (m_answer)
        end = std::max(end, m_answer->end);
    for (const Ghost& ghost : m_ghosts) {
        if (!ghost.notes.notes.empty())
            end = std::max(end, ghost.notes.notes.back().end());
    }
    const Tick bar = meters().meterAt(end).barLength(meters().ticksPerQuarter());
    m_contentEnd = Tick{end.value + bar.value * kBarsAfterEnd};
    return *m_contentEnd;
}

double RollState::leastPixelsPerTick() const
{
    return std::max(m_geometry.size.width(), 100.0) / 2 / static_cast<double>(contentEnd().value);
}

const MeterMap& RollState::meters() const
{
    if (!m_meters)
        m_meters.emplace(score());
    return *m_meters;
}

const std::optional<BarGrid>& RollState::grid() const
{
    if (!m_grid) {
        m_grid.emplace();
        if (m_snap.denominator > 0 && m_snap.numerator > 0)
            m_grid->emplace(meters(), m_snap.numerator, m_snap.denominator);
    }
    return *m_grid;
}

const NoteIndex& RollState::trackIndex(std::size_t track) const
{
    if (m_trackIndexes.size() != score().tracks.size())
        m_trackIndexes.assign(score().tracks.size(), std::nullopt);
    std::optional<NoteIndex>& index = m_trackIndexes[track];
    if (!index)
        index.emplace(score().tracks[track].notes);
    return *index;
}

const IndexedNotes& RollState::selectedNotes() const
{
    if (!m_selectedNotes) {
        std::vector<Note> notes;
        if (!m_selection.isEmpty()) {
            for (const Track& track : score().tracks)
                std::ranges::copy_if(track.notes, std::back_inserter(notes), [this](const Note& note) { return m_selection.contains(note.id); });
        }
        m_selectedNotes = indexed(std::move(notes));
    }
    return *m_selectedNotes;
}

std::optional<std::size_t> RollState::activeIndex() const
{
    const std::vector<Track>& tracks = score().tracks;
    if (tracks.empty())
        return std::nullopt;
    const auto found = std::ranges::find(tracks, m_activeTrack, &Track::id);
    return found == tracks.end() ? 0 : static_cast<std::size_t>(found - tracks.begin());
}

const Track* RollState::activeTrackNotes() const
{
    const auto index = activeIndex();
    return index ? &score().tracks[*index] : nullptr;
}

TrackId RollState::activeTrack() const
{
    const Track* track = activeTrackNotes();
    return track ? track->id : 0;
}

int RollState::activeChannel() const
{
    const Track* track = activeTrackNotes();
    if (!track)
        return 0;
    if (!track->notes.empty()) {
        std::array<std::size_t, 16> counts{};
        for (const Note& note : track->notes)
            ++counts[note.channel & 15];
        return static_cast<int>(std::ranges::max_element(counts) - counts.begin());
    }
    for (const Event& event : track->events) {
        if (event.isChannelMessage(0xc0))
            return event.channel();
    }
    return 0;
}

int RollState::activeProgram() const
{
    const Track* track = activeTrackNotes();
    if (!track)
        return 0;
    if (const auto program = trackProgram(*track))
        return *program;
    for (const Event& event : track->events) {
        if (event.isChannelMessage(0xc0))
            return event.data1;
    }
    return 0;
}

void RollState::setTool(RollTool tool)
{
    if (tool == m_tool)
        return;
    cancel();
    m_tool = tool;
    Q_EMIT toolChanged(tool);
}

void RollState::setSnap(const Snap& snap)
{
    if (snap == m_snap)
        return;
    m_snap = snap;
    m_grid.reset();
    Q_EMIT snapChanged(snap);
    Q_EMIT looksChanged();
}

void RollState::setActiveTrack(TrackId track)
{
    if (track == m_activeTrack)
        return;
    cancel();
    m_activeTrack = track;
    announceActiveTrack();
    Q_EMIT looksChanged();
}

void RollState::announceActiveTrack()
{
    if (activeTrack() == m_announcedTrack)
        return;
    m_announcedTrack = activeTrack();
    Q_EMIT activeTrackChanged(m_announcedTrack);
}

void RollState::setScale(std::optional<Key> scale)
{
    m_scale = scale;
    Q_EMIT looksChanged();
}

void RollState::setColouring(NoteColouring colouring)
{
    m_colouring = colouring;
    Q_EMIT looksChanged();
}

void RollState::setGhosts(std::vector<GhostLayer> layers)
{
    m_ghosts.clear();
    for (GhostLayer& layer : layers)
        m_ghosts.push_back({indexed(std::move(layer.notes)), layer.colour, layer.letter});
    m_contentEnd.reset();
    Q_EMIT scrolled();
    Q_EMIT looksChanged();
}

void RollState::setAnswerRange(std::optional<TickRange> range)
{
    m_answer = range;
    m_contentEnd.reset();
    Q_EMIT scrolled();
    Q_EMIT looksChanged();
}

void RollState::setFollowsPlayhead(bool follows)
{
    if (follows == m_follows)
        return;
    m_follows = follows;
    Q_EMIT followsPlayheadChanged(follows);
}

void RollState::setPlayhead(Tick position)
{
    const Tick before = std::exchange(m_playhead, position);
    if (before == position)
        return;
    Q_EMIT playheadMoved(before, position);
    constexpr double kTurnAt = 0.92; // Of the view, where the page turns,
    constexpr double kTurnTo = 0.08; // and where the playhead is then.
    const double x = m_geometry.x(position);
    const double width = m_geometry.size.width();
    if (m_follows && !m_gesture && m_player.isPlaying() && (x < 0 || x > width * kTurnAt))
        setGeometry(m_geometry.scrolled(x - width * kTurnTo, 0));
}

Tick RollState::lastLength() const
{
    if (m_lastLength)
        return *m_lastLength;
    return grid() ? grid()->step() : Tick{std::max(1, meters().ticksPerQuarter() / 2)};
}

Tick RollState::snapped(Tick time, bool isFree) const
{
    return isFree || !grid() ? time : grid()->nearest(time);
}

Tick RollState::step() const
{
    return grid() ? grid()->step() : Tick{std::max(1, meters().ticksPerQuarter() / 16)};
}

void RollState::sound(int pitch, int velocity)
{
    m_player.soundNote(activeChannel(), activeProgram(), Pitch{static_cast<std::uint8_t>(std::clamp(pitch, 0, 127))}, velocity);
}

void RollState::begin(std::unique_ptr<Gesture> gesture)
{
    finish();
    m_gesture = std::move(gesture);
    showPreview();
}

void RollState::drag(const RollPointer& pointer)
{
    if (!m_gesture)
        return;
    m_gesture->drag(pointer);
    showPreview();
}

void RollState::showPreview()
{
    m_preview.reset();
    if (m_gesture) {
        const ScorePatch patch = m_gesture->patch();
        if (!patch.isEmpty()) {
            m_preview.emplace();
            std::vector<Note> added;
            for (const auto& placed : patch.addedNotes)
                added.push_back(placed.note);
            for (const auto& placed : patch.addedTracks)
                std::ranges::copy(placed.track.notes, std::back_inserter(added));
            for (const auto& placed : patch.removedNotes)
                m_preview->hidden.insert(placed.note.id);
            m_preview->added = indexed(std::move(added));
        }
    }
    Q_EMIT looksChanged();
}

void RollState::finish()
{
    if (!m_gesture)
        return;
    // Taken out first: what it does may ask for the roll again.
    const std::unique_ptr<Gesture> ended = std::move(m_gesture);
    m_preview.reset();
    edit(ended->name(), ended->patch(), ended->selectsAdded());
    ended->finish();
    Q_EMIT looksChanged();
}

void RollState::cancel()
{
    if (!m_gesture)
        return;
    m_gesture.reset();
    m_preview.reset();
    Q_EMIT looksChanged();
}

void RollState::edit(const QString& name, const ScorePatch& patch, bool selectsAdded)
{
    if (patch.isEmpty())
        return;
    m_document.edit(name, patch);
    if (!selectsAdded)
        return;
    std::vector<NoteId> added;
    for (const auto& placed : patch.addedNotes)
        added.push_back(placed.note.id);
    for (const auto& placed : patch.addedTracks) {
        for (const Note& note : placed.track.notes)
            added.push_back(note.id);
    }
    m_selection.set(added);
}

void RollState::editBySteps(const QString& name, const ScorePatch& patch, std::vector<NoteId> notes)
{
    constexpr qint64 kPauseMs = 1'000;
    const bool goesOn =
        m_lastStep.isValid() && m_lastStep.elapsed() < kPauseMs && name == m_stepName && notes == m_steppedNotes;
    if (!goesOn)
        ++m_series;
    m_lastStep.start();
    m_stepName = name;
    m_steppedNotes = std::move(notes);
    m_document.edit(name, patch, m_series);
}

} // namespace continuo::ui
