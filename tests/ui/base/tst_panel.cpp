// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/panel.h"

#include <QAction>
#include <QTest>

using namespace continuo::ui;

class TestPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDisabledButtonSaysWhyAndItsOwnWordsComeBack()
    {
        QPushButton made(QStringLiteral("Continue"));
        made.setToolTip(QStringLiteral("Ctrl+Enter"));
        setEnabledBecause(made, QStringLiteral("There is no melody yet."));
        QVERIFY(!made.isEnabled());
        QCOMPARE(made.toolTip(), QStringLiteral("There is no melody yet."));
        setEnabledBecause(made, QStringLiteral("The engine is starting."));
        QCOMPARE(made.toolTip(), QStringLiteral("The engine is starting."));
        setEnabledBecause(made, QString());
        QVERIFY(made.isEnabled());
        QCOMPARE(made.toolTip(), QStringLiteral("Ctrl+Enter"));
    }

    void anActionToo()
    {
        QAction action(QStringLiteral("Keep"));
        const QString own = action.toolTip();
        setEnabledBecause(action, QStringLiteral("Nothing is offered."));
        QVERIFY(!action.isEnabled());
        setEnabledBecause(action, QString());
        QVERIFY(action.isEnabled());
        QCOMPARE(action.toolTip(), own);
    }

    void headingsAreReadInTheirOwnLetters()
    {
        QWidget parent;
        const QLabel* heading = label(QStringLiteral("Tracks"), TextRole::Heading, &parent);
        QCOMPARE(heading->text(), QStringLiteral("TRACKS"));
        QCOMPARE(heading->accessibleName(), QStringLiteral("Tracks"));
    }
};

QTEST_MAIN(TestPanel)
#include "tst_panel.moc"
