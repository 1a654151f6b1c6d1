// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/view_state.h"

#include "ui/document/score_document.h"
#include "ui/play/player.h"
#include "ui/roll/roll_view.h"

#include <QJsonArray>

namespace continuo::ui {

namespace {

const QLatin1String kTrack("track");
const QLatin1String kLoop("loop");
const QLatin1String kMuted("muted");
const QLatin1String kSolo("solo");

} // namespace

QJsonObject viewState(const ScoreDocument& document, const Player& player, const RollView& roll)
{
    QJsonObject state{{kTrack, static_cast<qint64>(roll.activeTrack())}};
    if (player.loop())
        state[kLoop] = QJsonArray{static_cast<qint64>(player.loop()->start.value),
                                  static_cast<qint64>(player.loop()->end.value)};
    QJsonArray muted;
    QJsonArray solo;
    for (const Track& track : document.score().tracks) {
        if (player.isMuted(track.id))
            muted << static_cast<qint64>(track.id);
        if (player.isSolo(track.id))
            solo << static_cast<qint64>(track.id);
    }
    if (!muted.isEmpty())
        state[kMuted] = muted;
    if (!solo.isEmpty())
        state[kSolo] = solo;
    return state;
}

void restoreViewState(const QJsonObject& state, const ScoreDocument& document, Player& player,
                      RollView& roll)
{
    const QJsonArray muted = state[kMuted].toArray();
    const QJsonArray solo = state[kSolo].toArray();
    for (const Track& track : document.score().tracks) {
        const QJsonValue id(static_cast<qint64>(track.id));
        player.setMuted(track.id, muted.contains(id));
        player.setSolo(track.id, solo.contains(id));
    }
    const QJsonArray loop = state[kLoop].toArray();
    player.setLoop(std::nullopt);
    if (loop.size() == 2 && loop[0].toInteger() >= 0 && loop[1].toInteger() > loop[0].toInteger())
        player.setLoop(TickRange{{loop[0].toInteger()}, {loop[1].toInteger()}});
    const auto track = static_cast<TrackId>(state[kTrack].toInteger());
    if (document.score().track(track))
        roll.setActiveTrack(track);
}

} // namespace continuo::ui
