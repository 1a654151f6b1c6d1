// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/base/studio_context.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/engine/engine_process.h"
#include "ui/engine/task_list.h"
#include "ui/play/player.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QSettings>
#include <QStringList>
#include <QTemporaryDir>

namespace continuo::ui {

/// What a workspace stands on, in a folder of its own, with a real engine.
struct DatasetStudio
{
    DatasetStudio()
        : settings(folder.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat)
        , selection(document)
        , player(document, qEnvironmentVariable("CONTINUO_SOUNDFONT").toStdString())
        , engine(serve(), QStringLiteral("test"))
        , datasetEngine(serve(), QStringLiteral("test"))
    {
        QObject::connect(&notices, &Notices::arrived,
                         [this](Notices::Level level, const QString& sentence) {
                             levels << level;
                             sentences << sentence;
                         });
    }

    static QString program() { return qEnvironmentVariable("CONTINUO_ENGINE"); }
    static QStringList serve() { return {program(), QStringLiteral("serve")}; }

    StudioContext context()
    {
        StudioPaths paths;
        paths.engine = {program()};
        paths.resources = qEnvironmentVariable("CONTINUO_RESOURCES");
        paths.data = folder.filePath(QStringLiteral("data"));
        paths.state = folder.filePath(QStringLiteral("state"));
        return {appearance, settings, notices, tasks,         document,
                selection,  player,   engine,  datasetEngine, paths};
    }

    QTemporaryDir folder{};
    Appearance appearance{*qApp};
    QSettings settings;
    Notices notices{};
    TaskList tasks{};
    ScoreDocument document{};
    NoteSelection selection;
    Player player;
    EngineProcess engine;
    EngineProcess datasetEngine;
    QList<Notices::Level> levels{};
    QStringList sentences{};
};

/// A single-track MIDI file: `notes` quarters within the octave over `lowest`, drawn from `number`.
inline QByteArray midiTune(int notes, int lowest = 60, int number = 1)
{
    QByteArray track;
    const CounterRandom random(static_cast<std::uint32_t>(number), CounterRandom::Domain::Test);
    for (int i = 0; i < notes; ++i) {
        const int pitch =
            lowest + static_cast<int>(random.below(12, static_cast<std::uint32_t>(i), 0));
        track += QByteArray::fromHex("0090") + static_cast<char>(pitch) + static_cast<char>(80);
        track += QByteArray::fromHex("836080") + static_cast<char>(pitch) + static_cast<char>(64);
    }
    track += QByteArray::fromHex("00ff2f00");
    QByteArray file = QByteArray::fromHex("4d546864000000060000000101e04d54726b");
    for (int shift = 24; shift >= 0; shift -= 8)
        file += static_cast<char>((track.size() >> shift) & 0xff);
    return file + track;
}

inline bool writeTo(const QString& path, const QByteArray& bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace continuo::ui
