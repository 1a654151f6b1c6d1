// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace continuo::ui {

class Player;
class RollView;
class ScoreDocument;

/// How the window stands over a composition, as its project keeps it: the track in hand, the loop,
/// what is muted.
QJsonObject viewState(const ScoreDocument& document, const Player& player, const RollView& roll);

/// Puts the window as `state` says; what it does not say is as for a new composition. What does not
/// fit the score is passed over.
void restoreViewState(const QJsonObject& state, const ScoreDocument& document, Player& player,
                      RollView& roll);

} // namespace continuo::ui
