// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/side_panels.h"

#include <QSettings>
#include <QSignalSpy>
#include <QSplitter>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>

using namespace continuo::ui;

namespace {

constexpr QSize kRoomy(1600, 600);
constexpr QSize kSmall(1200, 600);

/// A workspace of three coloured areas, as it were.
struct Bench
{
    explicit Bench(const QString& folder)
        : settings(folder + QStringLiteral("/studio.ini"), QSettings::IniFormat)
        , left(new QWidget)
        , middle(new QWidget)
        , right(new QWidget)
        , panels(splitter, settings, QStringLiteral("shop"),
                 {*left, QStringLiteral("Tools"), 230, 200}, *middle,
                 {*right, QStringLiteral("Parts"), 290, 210})
    {
        splitter.resize(kRoomy);
        splitter.show();
    }

    /// As with the mouse, from where the handle stands.
    void drag(int handle, int by)
    {
        QSplitterHandle* grip = splitter.handle(handle);
        const QPoint from = grip->rect().center();
        QTest::mousePress(grip, Qt::LeftButton, {}, from);
        QMouseEvent move(QEvent::MouseMove, from + QPoint(by, 0),
                         grip->mapToGlobal(from + QPoint(by, 0)), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        QCoreApplication::sendEvent(grip, &move);
        QTest::mouseRelease(grip, Qt::LeftButton, {},
                            grip->mapFromGlobal(move.globalPosition()).toPoint());
    }

    QSettings settings;
    QSplitter splitter{};
    QWidget* left;
    QWidget* middle;
    QWidget* right;
    SidePanels panels;
};

} // namespace

class TestSidePanels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWorkGrowsAndThePanelsDoNot()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        for (const int width : {1600, 2200, 3840}) {
            bench.splitter.resize(width, 600);
            QCOMPARE(bench.left->width(), 230);
            QCOMPARE(bench.right->width(), 290);
            QCOMPARE(bench.middle->width(), width - 230 - 290 - 2);
        }
        bench.splitter.resize(kSmall);
        QCOMPARE(bench.left->width(), 200);
        QCOMPARE(bench.right->width(), 210);
    }

    void widthsAreRememberedForLargeAndForSmallWindows()
    {
        const QTemporaryDir folder;
        int left = 0;
        int right = 0;
        int leftOfSmall = 0;
        {
            Bench bench(folder.path());
            bench.drag(1, 70);
            bench.drag(2, -40);
            left = bench.left->width();
            right = bench.right->width();
            // The handle is wider to the hand than to the eye.
            QVERIFY2(std::abs(left - 300) < 6 && std::abs(right - 330) < 6,
                     qPrintable(QStringLiteral("%1, %2").arg(left).arg(right)));
            bench.splitter.resize(kSmall);
            QCOMPARE(bench.left->width(), 200);
            bench.drag(1, 25);
            leftOfSmall = bench.left->width();
            QVERIFY(std::abs(leftOfSmall - 225) < 6);
        }
        Bench next(folder.path());
        QCOMPARE(next.left->width(), left);
        QCOMPARE(next.right->width(), right);
        next.splitter.resize(kSmall);
        QCOMPARE(next.left->width(), leftOfSmall);
        QCOMPARE(next.right->width(), 210);
    }

    void aSettingsFileCannotMakeThemUseless_data()
    {
        QTest::addColumn<QString>("kept");
        QTest::addColumn<int>("width");
        QTest::addRow("nothing") << "0" << 200;
        QTest::addRow("far too much") << "100000" << 480;
        QTest::addRow("words") << "wide" << 200;
    }

    void aSettingsFileCannotMakeThemUseless()
    {
        QFETCH(const QString, kept);
        const QTemporaryDir folder;
        {
            QSettings settings(folder.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat);
            settings.setValue(QStringLiteral("shop/leftWidth"), kept);
        }
        const Bench bench(folder.path());
        QTEST(bench.left->width(), "width");
    }

    void oneThatIsHiddenStaysSo()
    {
        const QTemporaryDir folder;
        {
            Bench bench(folder.path());
            QSignalSpy changed(&bench.panels, &SidePanels::changed);
            bench.panels.setShown(SidePanels::Left, false);
            bench.panels.setShown(SidePanels::Left, false);
            QCOMPARE(changed.size(), 1);
            QVERIFY(!bench.left->isVisible() && bench.right->isVisible());
            QCOMPARE(bench.right->width(), 290);
            bench.splitter.resize(kSmall);
            QVERIFY(!bench.left->isVisible());
        }
        Bench next(folder.path());
        QVERIFY(!next.left->isVisible() && !next.panels.isShown(SidePanels::Left));
        next.panels.setShown(SidePanels::Left, true);
        QVERIFY(next.left->isVisible());
        QCOMPARE(next.left->width(), 230);
    }

    void oneWithNothingInItStaysAwayAndSaysWhy()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        bench.panels.setAbsent(SidePanels::Left, QStringLiteral("No tools yet"));
        QVERIFY(!bench.left->isVisible());
        QCOMPARE(bench.panels.whyAbsent(SidePanels::Left), QStringLiteral("No tools yet"));
        QVERIFY(bench.panels.isShown(SidePanels::Left)); // As far as the user is concerned.
        bench.panels.setAbsent(SidePanels::Left, {});
        QVERIFY(bench.left->isVisible());
        bench.panels.setShown(SidePanels::Left, false);
        bench.panels.setAbsent(SidePanels::Left, QStringLiteral("No tools yet"));
        bench.panels.setAbsent(SidePanels::Left, {});
        QVERIFY(!bench.left->isVisible());
    }
};

QTEST_MAIN(TestSidePanels)
#include "tst_side_panels.moc"
