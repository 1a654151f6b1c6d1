// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/music/score.h"

#include <QObject>
#include <QString>

#include <functional>
#include <list>
#include <thread>

namespace continuo::ui {

class Appearance;
class Notices;
class TaskList;

enum class ExportKind
{
    Midi,
    Wav,
    Flac,
    Abc,
    Png,
    Svg
};

/// "mid", "wav", …: the ending of a file of this kind.
QString exportEnding(ExportKind kind);
/// "MIDI file", "WAV sound", …
QString exportName(ExportKind kind);

/// Writes a score into files of other programs. Each export works on a copy, on a thread of its
/// own, with a row in the task list and a way to cancel; the file is whole or as it was; a notice
/// says where it is or why not. GUI thread only.
class Exporter final : public QObject
{
    Q_OBJECT

public:
    /// What is given is borrowed and must outlive the exporter.
    Exporter(const Appearance& appearance, Notices& notices, TaskList& tasks,
             const QString& soundfont, QObject* parent = nullptr);
    /// Cancels what is going on and waits for it.
    ~Exporter() override;

    /// Replaces `path`. `title` stands over pictures.
    void start(ExportKind kind, const Score& score, const QString& title, const QString& path);
    bool isBusy() const { return !m_works.empty(); }

Q_SIGNALS:
    void finished(const QString& path, bool isWritten);

private:
    struct Work
    {
        int task = 0;
        CancelToken cancel{};
        std::jthread thread{};
    };
    void end(int task, const QString& path, const Status& written, const QString& remark);

    const Appearance& m_appearance;
    Notices& m_notices;
    TaskList& m_tasks;
    QString m_soundfont;
    std::list<Work> m_works;
};

} // namespace continuo::ui
