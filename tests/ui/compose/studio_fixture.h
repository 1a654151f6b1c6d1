// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/base/studio_context.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/engine/engine_process.h"
#include "ui/engine/task_list.h"
#include "ui/play/player.h"

#include <QApplication>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>

namespace continuo::ui {

/// Everything a page works with, with a real engine and a player that makes no sound, in a folder
/// of its own.
struct StudioFixture
{
    StudioFixture()
        : appearance(*qApp)
        , settings(folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
        , selection(document)
        , player(document, qEnvironmentVariable("CONTINUO_SOUNDFONT").toStdString())
        , engine({qEnvironmentVariable("CONTINUO_ENGINE"), QStringLiteral("serve")},
                 QStringLiteral("test"))
        , datasetEngine({qEnvironmentVariable("CONTINUO_ENGINE"), QStringLiteral("serve")},
                        QStringLiteral("test"))
    {
        paths.engine = QStringList{qEnvironmentVariable("CONTINUO_ENGINE")};
        paths.resources = qEnvironmentVariable("CONTINUO_RESOURCES");
        paths.soundfont = qEnvironmentVariable("CONTINUO_SOUNDFONT");
        paths.data = folder.filePath(QStringLiteral("data"));
        paths.state = folder.filePath(QStringLiteral("state"));
        QObject::connect(&notices, &Notices::arrived,
                         [this](Notices::Level, const QString& sentence) { told << sentence; });
    }

    static bool hasEngine() { return QFile::exists(qEnvironmentVariable("CONTINUO_ENGINE")); }

    StudioContext context()
    {
        return {appearance, settings, notices, tasks,         document,
                selection,  player,   engine,  datasetEngine, paths};
    }

    QTemporaryDir folder{};
    Appearance appearance;
    QSettings settings;
    Notices notices{};
    TaskList tasks{};
    ScoreDocument document{};
    NoteSelection selection;
    Player player;
    EngineProcess engine;
    EngineProcess datasetEngine;
    StudioPaths paths{};
    QStringList told{}; ///< The notices so far.
};

} // namespace continuo::ui
