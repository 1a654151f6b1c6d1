// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/run_lock.h"
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/engine/engine_process.h"
#include "ui/engine/task_list.h"
#include "ui/play/player.h"
#include "ui/train/dataset_choice.h"
#include "ui/train/new_run_view.h"
#include "ui/train/run_view.h"
#include "ui/train/settings_panel.h"
#include "ui/train/train_page.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <memory>

namespace continuo::ui {

inline constexpr int kLongMs = 90'000; ///< A real engine on a machine that is busy.

/// A studio in a folder of its own, with a real engine, as far as the page that trains needs one.
struct TrainStudio
{
    explicit TrainStudio(const QString& program)
        : engine({program, QStringLiteral("serve")}, QStringLiteral("test"))
        , datasetEngine({program, QStringLiteral("serve")}, QStringLiteral("test"))
    {
        paths.engine = QStringList{program};
        paths.resources = qEnvironmentVariable("CONTINUO_RESOURCES");
        paths.data = folder.filePath(QStringLiteral("data"));
        paths.state = folder.filePath(QStringLiteral("state"));
        QObject::connect(&notices, &Notices::arrived, &notices,
                         [this](Notices::Level, const QString& sentence) { said << sentence; });
    }
    /// Trainings that still go on are killed.
    ~TrainStudio()
    {
        for (const QString& name : QDir(paths.runs()).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const RunLockView lock = readRunLock((paths.runs() + QLatin1Char('/') + name).toStdString());
            if (lock.state == RunLockState::Held)
                ::kill(static_cast<pid_t>(lock.owner.process), SIGKILL);
        }
    }

    StudioContext context()
    {
        return {appearance, settings, notices, tasks, document, selection, player, engine, datasetEngine, paths};
    }
    std::unique_ptr<TrainPage> makePage()
    {
        auto page = std::make_unique<TrainPage>(context());
        page->resize(1400, 800);
        page->show();
        return page;
    }
    bool wasSaid(const QString& part) const
    {
        return std::ranges::any_of(said, [&](const QString& sentence) { return sentence.contains(part); });
    }

    QTemporaryDir folder{};
    Appearance appearance{*qApp};
    QSettings settings{folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat};
    Notices notices{};
    TaskList tasks{};
    ScoreDocument document{};
    NoteSelection selection{document};
    Player player{document, std::filesystem::path()};
    EngineProcess engine;
    EngineProcess datasetEngine;
    StudioPaths paths{};
    QStringList said{};
};

/// The presets are known and the data can be trained on.
inline bool isReady(const TrainPage& page)
{
    const auto* datasets = page.findChild<DatasetChoice*>();
    return !page.findChild<SettingsPanel*>()->draft().preset.isEmpty() && !datasets->isBusy() && datasets->facts().isDivided();
}

inline QPushButton* visibleButton(const QWidget& within, const QString& text)
{
    for (QPushButton* button : within.findChildren<QPushButton*>()) {
        if (button->text() == text && button->isVisible())
            return button;
    }
    return nullptr;
}

inline QLineEdit* fieldOf(const QWidget& within, const QString& name)
{
    for (QLineEdit* each : within.findChildren<QLineEdit*>()) {
        if (each->accessibleName() == name)
            return each;
    }
    return nullptr;
}

/// The run in view.
inline RunFactsPointer shown(const TrainPage& page)
{
    return page.findChild<RunView*>()->run();
}

/// Sets up a small training that lasts until it is stopped.
inline void setUpLongTraining(TrainPage& page)
{
    auto* panel = page.findChild<SettingsPanel*>();
    Q_EMIT page.findChild<NewRunView*>()->presetChosen(QStringLiteral("tiny"));
    RunDraft draft = panel->draft();
    draft.set(QStringLiteral("training.epochs"), Json(100'000));
    // Trainings stand behind everything else on the machine: this one needs little of it.
    draft.set(QStringLiteral("training.threads"), Json(1));
    draft.set(QStringLiteral("training.logEvery"), Json(2));
    draft.set(QStringLiteral("network.hidden"), Json(8));
    panel->setDraft(std::move(draft));
}

/// Starts it and waits for its curves.
inline void startLongTraining(TrainPage& page)
{
    QTRY_VERIFY_WITH_TIMEOUT(isReady(page), kLongMs);
    setUpLongTraining(page);
    QPushButton* start = visibleButton(page, QStringLiteral("Start training"));
    QVERIFY(start);
    QVERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
    start->click();
    QTRY_VERIFY_WITH_TIMEOUT(!page.chosen().isEmpty(), kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(shown(page) && shown(page)->story.training.size() >= 3 && !shown(page)->story.heldOut.empty(), kLongMs);
}

} // namespace continuo::ui
