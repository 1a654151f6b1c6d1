// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/base/studio_context.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/engine/engine_process.h"
#include "ui/engine/task_list.h"
#include "ui/main_window/main_window.h"
#include "ui/play/player.h"
#include "ui/play/sound_settings.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

namespace {

using namespace continuo;
using namespace continuo::ui;

QString firstThatExists(const QStringList& candidates)
{
    for (const QString& candidate : candidates) {
        if (!candidate.isEmpty() && QFileInfo::exists(candidate))
            return QDir::cleanPath(candidate);
    }
    return candidates.last();
}

/// Beside the program as it is installed or built; the environment goes before.
StudioPaths studioPaths()
{
    const QString beside = QCoreApplication::applicationDirPath();
    StudioPaths paths;
    paths.engine = {firstThatExists(
        {qEnvironmentVariable("CONTINUO_ENGINE"), beside + QStringLiteral("/continuo")})};
    paths.resources = firstThatExists({qEnvironmentVariable("CONTINUO_RESOURCES"),
                                       beside + QStringLiteral("/../share/continuo"),
                                       QStringLiteral(CONTINUO_SOURCE_RESOURCES)});
    paths.soundfont =
        firstThatExists({qEnvironmentVariable("CONTINUO_SOUNDFONT"),
                         beside + QStringLiteral("/../share/soundfonts/continuo.sf2")});
    paths.data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                 QStringLiteral("/continuo");
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    paths.state = (state.isEmpty() ? QDir::homePath() + QStringLiteral("/.local/state") : state) +
                  QStringLiteral("/continuo");
    return paths;
}

constexpr int kWrongUsage = 2;

void print(std::FILE* out, const char* words)
{
    std::fputs(words, out);
}

/// What can be answered without a display; nothing: the window is wanted.
std::optional<int> answerWithoutWindow(int argc, char* argv[])
{
    for (int i = 1; i < argc; ++i) {
        const std::string_view word(argv[i]);
        if (word == "--help" || word == "-h") {
            print(stdout,
                  "continuo-studio [FILE]\n\n"
                  "Opens the studio, with a composition (.continuo), a MIDI or an ABC file.\n\n"
                  "  -h, --help     This text\n"
                  "      --version  The version\n\n"
                  "Importing, training, continuing and rendering also work without a window: "
                  "continuo --help\n");
            return 0;
        }
        if (word == "--version") {
            print(stdout, "continuo-studio " CONTINUO_VERSION "\n");
            return 0;
        }
    }
    return std::nullopt;
}

/// The files named on the command line. Qt has taken its own options away.
std::optional<QStringList> namedFiles()
{
    QStringList files;
    const QStringList words = QCoreApplication::arguments().mid(1);
    for (const QString& word : words) {
        if (word.startsWith(QLatin1Char('-'))) {
            print(stderr, qPrintable(QStringLiteral(
                                         "There is no option \"%1\". See continuo-studio --help.\n")
                                         .arg(word)));
            return std::nullopt;
        }
        files << word;
    }
    if (files.size() > 1) {
        print(stderr, "One file at a time. See continuo-studio --help.\n");
        return std::nullopt;
    }
    return files;
}

QtMessageHandler usualHandler = nullptr;

/// Qt's words, but for those about a folder that nothing here uses and containers lack.
void tellUnlessKnown(QtMsgType type, const QMessageLogContext& context, const QString& words)
{
    if (!words.startsWith(QLatin1String("QStandardPaths: XDG_RUNTIME_DIR not set")))
        usualHandler(type, context, words);
}

} // namespace

int main(int argc, char* argv[])
{
    if (const auto answered = answerWithoutWindow(argc, argv))
        return *answered;
    usualHandler = qInstallMessageHandler(tellUnlessKnown);
#ifdef SIGXFSZ
    std::signal(SIGXFSZ, SIG_IGN); // A file that may not grow is told as a full disk is.
#endif
    // Whether a JACK server runs is the user's choice: one that libjack starts takes the sound card
    // from everything else.
    if (!qEnvironmentVariableIsSet("JACK_NO_START_SERVER"))
        qputenv("JACK_NO_START_SERVER", "1");
    QApplication application(argc, argv);
    const auto files = namedFiles();
    if (!files)
        return kWrongUsage;
    QCoreApplication::setApplicationName(QStringLiteral("Continuo"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CONTINUO_VERSION));
    QSettings settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("continuo"),
                       QStringLiteral("studio"));
    Appearance appearance(application);
    appearance.choose(themeChoiceFromName(settings.value(QStringLiteral("theme")).toString()));

    const StudioPaths paths = studioPaths();
    const QString client = QStringLiteral("continuo-studio " CONTINUO_VERSION);
    Notices notices;
    TaskList tasks;
    ScoreDocument document;
    NoteSelection selection(document);
    EngineProcess engine(paths.engine + QStringList{QStringLiteral("serve")}, client);
    EngineProcess datasetEngine(paths.engine + QStringList{QStringLiteral("serve")}, client);
    Player player(document, std::filesystem::path(paths.soundfont.toStdString()));
    for (const EngineProcess* one : {&engine, &datasetEngine})
        QObject::connect(one, &EngineProcess::died, &notices, &Notices::warn);

    // Under a style sheet every step of putting a window together dresses its parts anew; so they
    // are dressed once, when they stand.
    const QString dress = application.styleSheet();
    application.setStyleSheet({});
    MainWindow window({appearance, settings, notices, tasks, document, selection, player, engine,
                       datasetEngine, paths});
    application.setStyleSheet(dress);
    window.QWidget::show();
    if (!files->isEmpty())
        window.open(*files);
    // After the window is painted: nobody should wait for these to see it.
    QTimer::singleShot(0, &window, [&] {
        player.open(soundSettings(settings));
        engine.start();
    });
    return QApplication::exec();
}
