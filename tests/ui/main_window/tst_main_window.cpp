// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/compose/studio_fixture.h"
#include "ui/base/side_panels.h"
#include "ui/compose/compose_page.h"
#include "ui/compose/sample_score.h"
#include "ui/dataset/dataset_page.h"
#include "ui/document/session.h"
#include "ui/main_window/help_menu.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/notice_strip.h"
#include "ui/main_window/rail.h"
#include "ui/play/sound_dialog.h"
#include "ui/train/train_page.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAccessible>
#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 5'000;
constexpr QSize kLargest(3840, 2160);
constexpr QSize kLaptop(1366, 768);

const std::pair<MainWindow::Workspace, const char*> kWorkspaces[] = {
    {MainWindow::Dataset, "Dataset"},
    {MainWindow::Train, "Train"},
    {MainWindow::Compose, "Compose"}};

/// What Qt complains about while this lives.
class Complaints
{
public:
    Complaints() { s_former = qInstallMessageHandler(&Complaints::take); }
    ~Complaints() { qInstallMessageHandler(s_former); }
    Complaints(const Complaints&) = delete;
    Complaints& operator=(const Complaints&) = delete;

    static QStringList list() { return std::exchange(s_list, {}); }

private:
    static void take(QtMsgType type, const QMessageLogContext& context, const QString& words)
    {
        // The platform without a screen has no window manager to tell of sizes.
        if (type != QtDebugMsg && type != QtInfoMsg &&
            !words.startsWith(QStringLiteral("This plugin does not support")))
            s_list << words;
        s_former(type, context, words);
    }

    static inline QtMessageHandler s_former = nullptr;
    static inline QStringList s_list{};
};

QString described(const QWidget& widget)
{
    QStringList words;
    for (const QWidget* one = &widget; one && !one->isWindow(); one = one->parentWidget()) {
        QString name =
            QString::fromLatin1(one->metaObject()->className()).section(QStringLiteral("::"), -1);
        const auto* button = qobject_cast<const QAbstractButton*>(one);
        const QString called = !one->accessibleName().isEmpty() ? one->accessibleName()
                               : button                         ? button->text()
                                                                : one->objectName();
        words.prepend(called.isEmpty() ? name : QStringLiteral("%1 “%2”").arg(name, called));
    }
    return words.join(QStringLiteral(" › "));
}

/// The scroll area that shows a part of this widget, if one does.
const QAbstractScrollArea* scrolling(const QWidget& widget)
{
    for (const QWidget* one = widget.parentWidget(); one; one = one->parentWidget()) {
        const auto* area = qobject_cast<const QAbstractScrollArea*>(one->parentWidget());
        if (area && area->viewport() == one)
            return area;
    }
    return nullptr;
}

bool isOfQt(const QWidget& widget)
{
    return widget.objectName().startsWith(QStringLiteral("qt_")) ||
           qobject_cast<const QScrollBar*>(&widget) || widget.inherits("QHeaderView") ||
           widget.inherits("QLineEditIconButton") || widget.inherits("QMenuBar") ||
           widget.inherits("QMenuBarExtension") || widget.inherits("QComboBoxPrivateContainer") ||
           widget.inherits("QComboBoxListView");
}

struct Bench
{
    Bench()
        : window(studio.context())
    {
        window.setWindowState(Qt::WindowNoState);
        window.resize(1600, 900);
        window.QWidget::show();
        window.activateWindow();
        // The workspaces that are not in view come once the window is painted.
        isWhole = QTest::qWaitFor([this] {
            return window.findChild<DatasetPage*>() && window.findChild<TrainPage*>();
        });
    }

    QList<QWidget*> visible() const
    {
        QList<QWidget*> shown;
        for (QWidget* one : window.findChildren<QWidget*>())
            if (one->isVisible() && one->window() == &window)
                shown << one;
        return shown;
    }

    void show(MainWindow::Workspace workspace)
    {
        window.show(workspace);
        QCoreApplication::processEvents();
    }

    SidePanels& panels(MainWindow::Workspace workspace)
    {
        switch (workspace) {
        case MainWindow::Dataset:
            return window.findChild<DatasetPage*>()->panels();
        case MainWindow::Train:
            return window.findChild<TrainPage*>()->panels();
        case MainWindow::Compose:
            break;
        }
        return window.compose().panels();
    }

    /// Every action of the menus, those of their submenus too.
    QList<QAction*> menuActions() const
    {
        QList<QAction*> all;
        for (const QAction* top : window.menuBar()->actions())
            collect(*top->menu(), all);
        return all;
    }

    QAction* action(const QString& words) const
    {
        for (QAction* one : menuActions())
            if (one->text() == words)
                return one;
        return nullptr;
    }

    template <typename Button>
    Button* button(const QString& name) const
    {
        for (Button* one : window.findChildren<Button*>())
            if (one->isVisible() && (one->accessibleName() == name || one->text() == name))
                return one;
        return nullptr;
    }

    StudioFixture studio{};
    MainWindow window;
    bool isWhole = false;

private:
    static void collect(const QMenu& menu, QList<QAction*>& all)
    {
        for (QAction* one : menu.actions()) {
            if (one->menu())
                collect(*one->menu(), all);
            if (!one->isSeparator())
                all << one;
        }
    }
};

/// What sticks out of where it stands.
QStringList sticksOut(const Bench& bench)
{
    QStringList out;
    for (const QWidget* one : bench.visible()) {
        if (isOfQt(*one) || one->size().isEmpty())
            continue;
        if (const QAbstractScrollArea* area = scrolling(*one)) {
            if (area->horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff ||
                area->inherits("QAbstractItemView"))
                continue;
            const int right = one->mapTo(area->viewport(), QPoint(one->width(), 0)).x();
            if (right > area->viewport()->width())
                out << QStringLiteral("%1: to %2 of %3")
                           .arg(described(*one))
                           .arg(right)
                           .arg(area->viewport()->width());
        } else if (!one->parentWidget()->rect().contains(one->geometry())) {
            const QRect at = one->geometry();
            out << QStringLiteral("%1: %2,%3 %4×%5 in %6×%7")
                       .arg(described(*one))
                       .arg(at.x())
                       .arg(at.y())
                       .arg(at.width())
                       .arg(at.height())
                       .arg(one->parentWidget()->width())
                       .arg(one->parentWidget()->height());
        }
    }
    return out;
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theOtherWorkspacesComeAfterTheFirstPaint()
    {
        StudioFixture studio;
        MainWindow window(studio.context());
        QVERIFY(window.findChild<ComposePage*>());
        QVERIFY(!window.findChild<TrainPage*>() && !window.findChild<DatasetPage*>());
        window.show(MainWindow::Train); // Or when they are asked for.
        QVERIFY(window.findChild<TrainPage*>() && !window.findChild<DatasetPage*>());
        Bench bench;
        QVERIFY(bench.isWhole);
    }

    void anySizeFits()
    {
        const Complaints complaints;
        Bench bench;
        std::mt19937 random(20);
        const QSize least = bench.window.minimumSize();
        QCOMPARE(Complaints::list(), QStringList());
        for (int round = 0; round < 200; ++round) {
            const auto& [workspace, name] = kWorkspaces[random() % std::size(kWorkspaces)];
            const auto between = [&random](int from, int to) {
                return from + static_cast<int>(random() % static_cast<unsigned>(to - from + 1));
            };
            // The least and the usual sizes are visited as well.
            const QSize size = round % 10 == 0 ? least
                               : round % 10 == 1
                                   ? kLaptop
                                   : QSize(between(least.width(), kLargest.width()),
                                           between(least.height(), kLargest.height()));
            bench.window.show(workspace);
            bench.window.resize(size);
            QCoreApplication::processEvents();
            const QString where = QStringLiteral("%1 at %2×%3: ")
                                      .arg(QLatin1String(name))
                                      .arg(size.width())
                                      .arg(size.height());
            QVERIFY2(bench.window.size() == size,
                     qPrintable(where + QStringLiteral("the window wants more")));
            // A layout may ask for another one, as where a scroll bar comes.
            QStringList out;
            const bool fits = QTest::qWaitFor(
                [&] {
                    out = sticksOut(bench);
                    return out.isEmpty();
                },
                kPatienceMs);
            QVERIFY2(fits, qPrintable(where + out.join(QLatin1Char('\n'))));
            const QStringList said = Complaints::list();
            QVERIFY2(said.isEmpty(), qPrintable(where + said.join(QLatin1Char('\n'))));
        }
    }

    void theTitleNamesTheSetOnDataset()
    {
        Bench bench;
        const QString composition = bench.window.windowTitle();
        QVERIFY(!composition.startsWith(QStringLiteral("New set")));
        bench.show(MainWindow::Dataset);
        QCOMPARE(bench.window.windowTitle(), QStringLiteral("New set[*] – Continuo"));
        bench.show(MainWindow::Compose);
        QCOMPARE(bench.window.windowTitle(), composition);
    }

    void noticesMoveNothing_data() { workspaces(); }
    void noticesMoveNothing()
    {
        QFETCH(const int, workspace);
        Bench bench;
        bench.window.resize(kLaptop);
        bench.show(static_cast<MainWindow::Workspace>(workspace));
        auto* strip = bench.window.findChild<NoticeStrip*>();
        // The parts of the window; within them things come and go with the engine.
        std::map<QWidget*, QRect> before;
        for (QWidget* one : bench.visible())
            if (one->parentWidget() == bench.window.centralWidget() ||
                qobject_cast<QSplitter*>(one->parentWidget()))
                before[one] = {one->mapTo(&bench.window, QPoint()), one->size()};
        bench.studio.notices.warn(QStringLiteral("Something is wrong. ").repeated(20));
        QCoreApplication::processEvents();
        QVERIFY(strip->isVisible() && before.size() > 5);
        for (const auto& [one, place] : before)
            QVERIFY2(QRect(one->mapTo(&bench.window, QPoint()), one->size()) == place,
                     qPrintable(described(*one)));
        // All of its words are in view, over the lower edge of the work and nothing else.
        const auto lowerEdge = [&](const QWidget& one) {
            return one.mapTo(&bench.window, QPoint(0, one.height())).y();
        };
        const auto* rail = bench.window.findChild<Rail*>();
        QCOMPARE(strip->width(), bench.window.centralWidget()->width());
        QCOMPARE(lowerEdge(*strip), lowerEdge(*rail));
        for (const QLabel* words : strip->findChildren<QLabel*>())
            QVERIFY(words->height() >= words->heightForWidth(words->width()));
        bench.window.resize(kLaptop.width() - 200, kLaptop.height() - 100);
        QTRY_COMPARE(lowerEdge(*strip), lowerEdge(*rail));
        QCOMPARE(strip->width(), bench.window.centralWidget()->width());
        QTest::mouseClick(strip->findChild<QToolButton*>(), Qt::LeftButton);
        QVERIFY(!strip->isVisible());
    }

    void noWordsOfButtonsAreCutOffOnALaptop_data() { workspaces(); }
    void noWordsOfButtonsAreCutOffOnALaptop()
    {
        QFETCH(const int, workspace);
        Bench bench;
        bench.window.resize(kLaptop);
        bench.show(static_cast<MainWindow::Workspace>(workspace));
        for (const QWidget* one : bench.visible()) {
            const auto* button = qobject_cast<const QAbstractButton*>(one);
            const auto* tool = qobject_cast<const QToolButton*>(one);
            if (!button || button->text().isEmpty() || isOfQt(*button) ||
                (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly &&
                 !tool->icon().isNull()))
                continue;
            const int needed = button->fontMetrics().horizontalAdvance(
                                   QString(button->text()).remove(QLatin1Char('&'))) +
                               4;
            QVERIFY2(button->width() >= needed &&
                         button->height() >= button->fontMetrics().height(),
                     qPrintable(QStringLiteral("%1: %2×%3 of %4")
                                    .arg(described(*button))
                                    .arg(button->width())
                                    .arg(button->height())
                                    .arg(needed)));
        }
    }

    void whatTakesFocusHasAName()
    {
        Bench bench;
        for (const auto& [workspace, name] : kWorkspaces)
            bench.show(workspace);
        QStringList nameless;
        for (QWidget* one : bench.window.findChildren<QWidget*>()) {
            if (one->focusPolicy() == Qt::NoFocus || isOfQt(*one) || one->focusProxy())
                continue;
            QAccessibleInterface* read = QAccessible::queryAccessibleInterface(one);
            if (!read || read->text(QAccessible::Name).isEmpty())
                nameless << described(*one);
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }

    void whatIsDisabledSaysWhy()
    {
        Bench bench;
        for (const auto& [workspace, name] : kWorkspaces) {
            bench.show(workspace);
            QStringList silent;
            for (const QAction* one : bench.menuActions()) {
                const QString words = QString(one->text()).remove(QLatin1Char('&'));
                if (!one->isEnabled() && (one->toolTip().isEmpty() || one->toolTip() == words))
                    silent << QStringLiteral("menu: ") + words;
            }
            for (const QWidget* one : bench.visible()) {
                const bool isControl =
                    qobject_cast<const QAbstractButton*>(one) || one->focusPolicy() != Qt::NoFocus;
                if (isControl && !isOfQt(*one) && one->testAttribute(Qt::WA_ForceDisabled) &&
                    one->toolTip().isEmpty())
                    silent << described(*one);
            }
            QVERIFY2(silent.isEmpty(), qPrintable(QLatin1String(name) + QStringLiteral(":\n") +
                                                  silent.join(QLatin1Char('\n'))));
        }
    }

    void menusShowTheirReasons()
    {
        Bench bench;
        for (const QAction* one : bench.menuActions()) {
            if (one->isEnabled() || one->menu())
                continue;
            const auto menus = one->associatedObjects();
            QVERIFY2(std::ranges::any_of(menus,
                                         [](const QObject* place) {
                                             const auto* menu = qobject_cast<const QMenu*>(place);
                                             return menu && menu->toolTipsVisible();
                                         }),
                     qPrintable(one->text()));
        }
    }

    void noKeyMeansTwoThings_data() { workspaces(); }
    void noKeyMeansTwoThings()
    {
        QFETCH(const int, workspace);
        Bench bench;
        bench.show(static_cast<MainWindow::Workspace>(workspace));
        // By the key and by where it holds: everywhere in the window, or within a widget.
        std::map<std::pair<QString, const QObject*>, std::set<const QObject*>> meanings;
        const auto note = [&](const QKeySequence& key, Qt::ShortcutContext context,
                              const QObject* place, const QObject* what) {
            if (!key.isEmpty())
                meanings[{key.toString(),
                          context == Qt::WindowShortcut || context == Qt::ApplicationShortcut
                              ? nullptr
                              : place}]
                    .insert(what);
        };
        for (const QAction* one : bench.window.findChildren<QAction*>()) {
            if (!one->isEnabled())
                continue;
            for (const QObject* place : one->associatedObjects()) {
                const auto* widget = qobject_cast<const QWidget*>(place);
                // An action in a menu of the bar holds in the window; one on a hidden page does
                // not.
                if (!widget || (!qobject_cast<const QMenu*>(widget) && !widget->isVisible()))
                    continue;
                for (const QKeySequence& key : one->shortcuts())
                    note(key, one->shortcutContext(), place, one);
            }
        }
        for (const QShortcut* one : bench.window.findChildren<QShortcut*>()) {
            const auto* widget = qobject_cast<const QWidget*>(one->parent());
            if (one->isEnabled() && widget && widget->isVisible())
                note(one->key(), one->context(), widget, one);
        }
        for (const QWidget* each : bench.visible())
            if (const auto* one = qobject_cast<const QAbstractButton*>(each);
                one && one->isEnabled())
                note(one->shortcut(), Qt::WindowShortcut, one, one);
        QVERIFY(meanings.size() > 12);
        for (const auto& [key, what] : meanings)
            QVERIFY2(what.size() == 1, qPrintable(key.first));
    }

    void tabReachesEverything_data() { workspaces(); }
    void tabReachesEverything()
    {
        QFETCH(const int, workspace);
        Bench bench;
        bench.studio.document.replace(sampleScore(bench.studio.paths));
        bench.show(static_cast<MainWindow::Workspace>(workspace));
        QVERIFY(QTest::qWaitForWindowActive(&bench.window));
        std::set<const QWidget*> wanted;
        for (const QWidget* one : bench.visible()) {
            // Of buttons that exclude each other Tab reaches the one that is chosen.
            const auto* button = qobject_cast<const QAbstractButton*>(one);
            const bool isOther = button && button->isCheckable() && !button->isChecked() &&
                                 (button->group() || button->autoExclusive());
            if ((one->focusPolicy() & Qt::TabFocus) && one->isEnabled() && !isOfQt(*one) &&
                !one->focusProxy() && !isOther)
                wanted.insert(one);
        }
        QVERIFY(wanted.size() > 8);
        std::set<const QWidget*> reached;
        const std::size_t most = 4 * wanted.size();
        for (std::size_t press = 0; press < most; ++press) {
            QTest::keyClick(&bench.window, Qt::Key_Tab);
            reached.insert(QApplication::focusWidget());
        }
        QStringList missed;
        QStringList main{QString::fromLatin1(QTest::currentDataTag()), QStringLiteral("Play"),
                         QStringLiteral("Loop"), QStringLiteral("Tempo in beats a minute")};
        switch (workspace) {
        case MainWindow::Dataset:
            main << QStringLiteral("Add folder…") << QStringLiteral("Search")
                 << QStringLiteral("Open the bundled tunes");
            break;
        case MainWindow::Train:
            main << QStringLiteral("Data") << QStringLiteral("Device");
            break;
        default:
            main << QStringLiteral("Piano roll") << QStringLiteral("Continue")
                 << QStringLiteral("Model");
        }
        for (const QString& name : main) {
            const bool isReached = std::ranges::any_of(reached, [&name](const QWidget* one) {
                const auto* button = qobject_cast<const QAbstractButton*>(one);
                return one && (one->accessibleName() == name || (button && button->text() == name));
            });
            if (!isReached)
                missed << name;
        }
        for (const QWidget* one : wanted)
            if (!reached.contains(one) && one->isVisible() && one->isEnabled())
                missed << described(*one);
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join(QLatin1Char('\n'))));
    }

    void keysHideThePanelsOfTheWorkspaceInView_data() { workspaces(); }
    void keysHideThePanelsOfTheWorkspaceInView()
    {
        QFETCH(const int, workspace);
        const auto chosen = static_cast<MainWindow::Workspace>(workspace);
        Bench bench;
        bench.show(chosen);
        QVERIFY(QTest::qWaitForWindowActive(&bench.window));
        const std::pair<SidePanels::Side, Qt::Key> sides[] = {{SidePanels::Left, Qt::Key_B},
                                                              {SidePanels::Right, Qt::Key_J}};
        for (const auto& [side, key] : sides) {
            if (!bench.panels(chosen).whyAbsent(side).isEmpty())
                continue;
            QTest::keyClick(&bench.window, key, Qt::ControlModifier);
            for (const auto& [other, name] : kWorkspaces)
                QCOMPARE(bench.panels(other).isShown(side), other != chosen);
            MainWindow next(bench.studio.context());
            QVERIFY(!next.compose().panels().isShown(side) || chosen != MainWindow::Compose);
            QTest::keyClick(&bench.window, key, Qt::ControlModifier);
            QVERIFY(bench.panels(chosen).isShown(side));
        }
    }

    void theViewMenuNamesThePanels()
    {
        Bench bench;
        bench.show(MainWindow::Compose);
        QAction* left = bench.action(QStringLiteral("Left panel: Tracks"));
        QVERIFY(left && left->isChecked());
        left->trigger();
        QVERIFY(!bench.panels(MainWindow::Compose).isShown(SidePanels::Left));
        bench.show(MainWindow::Dataset);
        QVERIFY(left->text().contains(QStringLiteral("Problems")) && left->isChecked());
        bench.show(MainWindow::Train);
        QVERIFY(!left->isEnabled());
        QCOMPARE(left->toolTip(), QStringLiteral("No runs yet"));
    }

    void theLoopIsOneThing()
    {
        Bench bench;
        bench.studio.document.replace(sampleScore(bench.studio.paths));
        QVERIFY(QTest::qWaitForWindowActive(&bench.window));
        QAction* loop = bench.action(QStringLiteral("Loop"));
        auto* shown = bench.button<QToolButton>(QStringLiteral("Loop"));
        QVERIFY(loop && shown && !loop->isChecked());
        QTest::keyClick(&bench.window, Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(bench.studio.player.loop(),
                 (std::optional(TickRange{{}, bench.studio.document.score().end()})));
        QVERIFY(loop->isChecked() && shown->isChecked());
        shown->click();
        QVERIFY(!bench.studio.player.loop() && !loop->isChecked());
        bench.studio.player.setLoop(TickRange{{960}, {1'920}});
        QVERIFY(loop->isChecked() && shown->isChecked());
        const std::vector<ShortcutLine> lines = shortcutsOf(bench.window);
        for (const QString& name : {QStringLiteral("Loop"), QStringLiteral("Metronome")})
            QCOMPARE(std::ranges::count_if(lines,
                                           [&name](const ShortcutLine& line) {
                                               return line.action == name &&
                                                      line.group == QStringLiteral("Play");
                                           }),
                     1);
    }

    void anEmptyScoreHasNothingToLoop()
    {
        Bench bench;
        bench.window.session().beginNew();
        QAction* loop = bench.action(QStringLiteral("Loop"));
        QVERIFY(!loop->isEnabled());
        QVERIFY(loop->toolTip().startsWith(QStringLiteral("Nothing to loop yet")));
        bench.studio.player.setLoop(TickRange{{0}, {960}}); // Dragged in the ruler.
        QVERIFY(loop->isEnabled() && loop->isChecked());
        loop->trigger();
        QVERIFY(!bench.studio.player.loop());
    }

    void theStateOfTheSoundLeadsToItsSettings()
    {
        Bench bench;
        AudioOptions options;
        options.driver = "null";
        bench.studio.player.open(options);
        QTRY_VERIFY_WITH_TIMEOUT(bench.studio.player.isOpen(), 20'000);
        auto* device = bench.button<QToolButton>(QStringLiteral("No sound: sound settings"));
        auto* state = bench.button<QToolButton>(QStringLiteral("Audio: none: sound settings"));
        QVERIFY(device && state);
        device->click();
        auto* dialog = bench.window.findChild<SoundDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        state->click();
        bench.action(QStringLiteral("Sound settings…"))->trigger();
        QCOMPARE(bench.window.findChildren<SoundDialog*>().size(), 1);
    }

    /// For looking at: where CONTINUO_KEEP_PICTURES names a folder.
    void picturesOfTheWindow()
    {
        const QString folder = qEnvironmentVariable("CONTINUO_KEEP_PICTURES");
        if (folder.isEmpty())
            QSKIP("CONTINUO_KEEP_PICTURES names no folder");
        Bench bench;
        bench.studio.document.replace(sampleScore(bench.studio.paths));
        for (const ThemeChoice theme : {ThemeChoice::Dark, ThemeChoice::Light}) {
            bench.studio.appearance.choose(theme);
            for (const QSize size : {kLaptop, QSize(1600, 900)}) {
                for (const auto& [workspace, name] : kWorkspaces) {
                    bench.window.resize(size);
                    bench.show(workspace);
                    QTest::qWait(300);
                    keep(bench.window, QStringLiteral("%1/%2-%3-%4.png")
                                           .arg(folder, QString::fromLatin1(name).toLower(),
                                                themeChoiceName(theme))
                                           .arg(size.width()));
                }
            }
            bench.action(QStringLiteral("Sound settings…"))->trigger();
            for (const char* driver : {"null", "no-such-driver"}) {
                AudioOptions options;
                options.driver = driver;
                bench.studio.player.open(options);
                auto* dialog = bench.window.findChild<SoundDialog*>();
                QTest::qWait(400);
                keep(*dialog,
                     QStringLiteral("%1/sound-%2-%3.png")
                         .arg(folder, QString::fromLatin1(driver), themeChoiceName(theme)));
            }
            bench.window.findChild<SoundDialog*>()->close();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }

    void aLostDeviceIsSaid()
    {
        Bench bench;
        Q_EMIT bench.studio.player.deviceLost(
            QStringLiteral("The audio device stopped answering."));
        QVERIFY(bench.studio.told.contains(QStringLiteral("The audio device stopped answering.")));
    }

private:
    static void keep(QWidget& widget, const QString& file) { QVERIFY(widget.grab().save(file)); }

    static void workspaces()
    {
        QTest::addColumn<int>("workspace");
        for (const auto& [workspace, name] : kWorkspaces)
            QTest::addRow("%s", name) << static_cast<int>(workspace);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
