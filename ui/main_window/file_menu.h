// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/export/exporter.h"

#include <QObject>
#include <QPointer>

#include <functional>

QT_BEGIN_NAMESPACE
class QMainWindow;
class QMenu;
QT_END_NAMESPACE

namespace continuo::ui {

class SaveQuestion;
class Session;

/// The menu File and what it asks: which file, and what becomes of unsaved changes. GUI thread
/// only.
class FileMenu final : public QObject
{
    Q_OBJECT

public:
    /// Adds the menu to the window's bar. What is given is borrowed and must outlive this.
    FileMenu(QMainWindow& window, const StudioContext& context, Session& session,
             Exporter& exporter);

    /// Whether this is one composition by its name: a project, a MIDI or an ABC file.
    static bool isComposition(const QString& path);
    /// A project is opened, anything else imported; unsaved changes are asked about first.
    void openFile(const QString& path);
    void chooseImport();
    void chooseExport(ExportKind kind);
    /// `then` once nothing would be lost: at once, after saving, or when the user does not want it
    /// saved.
    void whenSafe(std::function<void()> then);

Q_SIGNALS:
    /// Another composition is there to be seen.
    void opened();

private:
    enum class Choose
    {
        ToRead,
        ToWrite
    };
    void fillRecent();
    void chooseOpen();
    void save(std::function<void()> then = {});
    void saveAs(std::function<void()> then = {});
    /// `ending`: of the file to write. `then` gets what was chosen.
    void choose(Choose what, const QString& title, const QString& filter, const QString& ending,
                std::function<void(const QString&)> then);
    void rememberFolder(const QString& path);

    QMainWindow& m_window;
    StudioContext m_context;
    Session& m_session;
    Exporter& m_exporter;
    QMenu* m_recent;
    QPointer<SaveQuestion> m_question;
};

} // namespace continuo::ui
