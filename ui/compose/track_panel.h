// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"

#include <QTimer>
#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QToolButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class TrackCard;

/// The panel on the left: the tracks of the score.
class TrackPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit TrackPanel(const StudioContext& context, QWidget* parent = nullptr);

    TrackId activeTrack() const { return m_active; }
    void setActiveTrack(TrackId track);
    /// The first track with music becomes the active one, and everybody is told.
    void chooseFirst();

    void addTrack();
    void removeTrack(TrackId track);

Q_SIGNALS:
    void activeTrackChanged(continuo::TrackId track);

private:
    void look();
    void showSilence();
    void openMenu(TrackId track, const QPoint& place);
    TrackCard* addCard(TrackId track);

    StudioContext m_context;
    TrackId m_active = 0;
    QToolButton* m_add;
    QLabel* m_empty;
    QVBoxLayout* m_column;
    std::vector<TrackCard*> m_cards{};
    QTimer m_looker;
};

/// Tracks as a person counts them: one at the beginning that holds nothing but tempos and meters is
/// none.
std::vector<const Track*> shownTracks(const Score& score);

/// Its name, or "Track 2".
QString trackInWords(const Score& score, const Track& track);

} // namespace continuo::ui
