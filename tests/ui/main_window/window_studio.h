// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/edit/place_notes.h"
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/document/session.h"
#include "ui/engine/engine_process.h"
#include "ui/engine/task_list.h"
#include "ui/main_window/main_window.h"
#include "ui/play/player.h"

#include <QAction>
#include <QApplication>
#include <QDropEvent>
#include <QFileDialog>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QtTest>

#include <filesystem>
#include <memory>

namespace continuo::ui {

inline constexpr int kWaitMs = 10'000;

/// The whole window with an engine that is never started, in folders of its own.
struct WindowStudio
{
    WindowStudio(Appearance& appearance, const QString& folder)
        : settings(folder + QStringLiteral("/studio.ini"), QSettings::IniFormat)
        , selection(document)
        , engine({QStringLiteral("continuo-that-is-not-there")}, QStringLiteral("test"))
        , datasetEngine({QStringLiteral("continuo-that-is-not-there")}, QStringLiteral("test"))
        , player(document,
                 std::filesystem::path(qEnvironmentVariable("CONTINUO_SOUNDFONT").toStdString()))
    {
        paths.resources = qEnvironmentVariable("CONTINUO_RESOURCES");
        paths.soundfont = qEnvironmentVariable("CONTINUO_SOUNDFONT");
        paths.data = folder + QStringLiteral("/data");
        paths.state = folder + QStringLiteral("/state");
        settings.setValue(QStringLiteral("files/folder"), folder);
        QObject::connect(&notices, &Notices::arrived, &notices,
                         [this](Notices::Level level, const QString& sentence) {
                             (level == Notices::Level::Told ? told : failed) << sentence;
                         });
        window = std::make_unique<MainWindow>(StudioContext{appearance, settings, notices, tasks,
                                                            document, selection, player, engine,
                                                            datasetEngine, paths});
        window->QWidget::show();
    }

    void draw(int pitch)
    {
        const Score& score = document.score();
        const Note note{
            .start = score.end(), .length = {480}, .pitch = {static_cast<std::uint8_t>(pitch)}};
        const ScorePatch patch = addNotes(score, score.tracks.front().id, std::span(&note, 1));
        document.edit(QStringLiteral("draw a note"), patch);
    }

    /// The last dialog of this kind that is still open.
    template <typename Dialog>
    Dialog* dialog()
    {
        for (Dialog* one : window->findChildren<Dialog*>()) {
            if (one->isVisible())
                return one;
        }
        return nullptr;
    }

    QAction* action(const QString& menu, const QString& name)
    {
        for (QAction* top : window->menuBar()->actions()) {
            if (top->text() != menu)
                continue;
            for (QAction* one : top->menu()->actions()) {
                if (one->text().startsWith(name))
                    return one;
            }
        }
        return nullptr;
    }

    /// Chooses a file in the dialog that is open.
    bool answerFileDialog(const QString& path)
    {
        auto* const open = dialog<QFileDialog>();
        if (!open)
            return false;
        // What a press on the dialog's own button does, without its question about replacing.
        Q_EMIT open->fileSelected(path);
        open->close();
        return true;
    }

    void drop(const QStringList& files)
    {
        QMimeData mime;
        QList<QUrl> urls;
        for (const QString& file : files)
            urls << QUrl::fromLocalFile(file);
        mime.setUrls(urls);
        QDragEnterEvent enter({400, 300}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(400, 300), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &event);
    }

    QSettings settings;
    Notices notices{};
    TaskList tasks{};
    ScoreDocument document{};
    NoteSelection selection;
    EngineProcess engine;
    EngineProcess datasetEngine;
    Player player;
    StudioPaths paths{};
    QStringList told{};
    QStringList failed{};
    std::unique_ptr<MainWindow> window{};
};

/// Presses the button with these words.
inline void press(QWidget& dialog, const QString& words)
{
    for (QPushButton* one : dialog.findChildren<QPushButton*>()) {
        if (one->text() == words) {
            one->click();
            return;
        }
    }
    QFAIL(qPrintable(words));
}

} // namespace continuo::ui
