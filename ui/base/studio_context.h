// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

QT_BEGIN_NAMESPACE
class QSettings;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class EngineProcess;
class Notices;
class NoteSelection;
class Player;
class ScoreDocument;
class TaskList;

/// Where things lie.
struct StudioPaths
{
    QStringList engine{};  ///< The engine's program, with a prefix where it runs elsewhere.
    QString resources{};   ///< presets/, models/, tunes/.
    QString soundfont{};
    QString data{};        ///< The user's own runs and datasets: $XDG_DATA_HOME/continuo.
    QString state{};       ///< Recovery: $XDG_STATE_HOME/continuo.

    QString starterModel() const { return resources + QStringLiteral("/models/starter.safetensors"); }
    QString presets() const { return resources + QStringLiteral("/presets"); }
    QString tunes() const { return resources + QStringLiteral("/tunes"); }
    QString runs() const { return data + QStringLiteral("/runs"); }
    QString datasets() const { return data + QStringLiteral("/datasets"); }
};

/// What every workspace works with. All of it is owned by the program and outlives the window.
struct StudioContext
{
    Appearance& appearance;
    QSettings& settings;
    Notices& notices;
    TaskList& tasks;
    ScoreDocument& document;
    NoteSelection& selection;
    Player& player;
    EngineProcess& engine;        ///< Generates and predicts.
    EngineProcess& datasetEngine; ///< Imports, splits, inspects: apart, so that an import does not hold up a continuation.
    StudioPaths paths{};
};

} // namespace continuo::ui
