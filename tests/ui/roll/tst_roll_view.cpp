// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/roll/roll_bench.h"
#include "ui/roll/note_area.h"
#include "ui/roll/roll_view.h"

#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QSignalSpy>
#include <QWheelEvent>

using namespace continuo;
using namespace continuo::ui;

namespace {

struct Stage
{
    explicit Stage(const QString& music)
        : bench(music)
        , view(bench.document, bench.selection, bench.player, bench.appearance)
    {
        view.resize(1000, 700);
        view.show();
        view.activateWindow();
        view.setFocus();
        area = view.findChild<NoteArea*>();
    }

    RollBench bench;
    RollView view;
    NoteArea* area = nullptr;
};

} // namespace

class TestRollView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysEdit_data()
    {
        QTest::addColumn<QList<int>>("chosen");
        QTest::addColumn<QString>("keys");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("undo");
        const QString cdef = "C4@0+960 D4@960+960 E4@1920+960 F4@2880+960";
        QTest::newRow("later") << QList<int>{3} << "Right" << "C4@0+960 D4@960+960 E4@1920+960 F4@3360+960" << "move 1 note";
        QTest::newRow("earlier") << QList<int>{1} << "Left" << "C4@0+960 D4@480+960 E4@1920+960 F4@2880+960" << "move 1 note";
        QTest::newRow("not before the beginning") << QList<int>{0} << "Left" << cdef << "";
        QTest::newRow("up") << QList<int>{0, 1} << "Up" << "C#4@0+960 D#4@960+960 E4@1920+960 F4@2880+960" << "transpose 2 notes";
        QTest::newRow("down") << QList<int>{0} << "Down" << "B3@0+960 D4@960+960 E4@1920+960 F4@2880+960" << "transpose 1 note";
        QTest::newRow("an octave up") << QList<int>{3} << "Shift+Up" << "C4@0+960 D4@960+960 E4@1920+960 F5@2880+960" << "transpose 1 note";
        QTest::newRow("an octave down") << QList<int>{3} << "Shift+Down" << "C4@0+960 D4@960+960 E4@1920+960 F3@2880+960" << "transpose 1 note";
        QTest::newRow("longer") << QList<int>{3} << "Shift+Right" << "C4@0+960 D4@960+960 E4@1920+960 F4@2880+1440" << "change the length of 1 note";
        QTest::newRow("shorter") << QList<int>{3} << "Shift+Left" << "C4@0+960 D4@960+960 E4@1920+960 F4@2880+480" << "change the length of 1 note";
        QTest::newRow("delete") << QList<int>{1, 2} << "Del" << "C4@0+960 F4@2880+960" << "delete 2 notes";
        QTest::newRow("cut") << QList<int>{1} << "Ctrl+X" << "C4@0+960 E4@1920+960 F4@2880+960" << "cut 1 note";
        QTest::newRow("copy and paste at the playhead") << QList<int>{1, 2} << "Ctrl+C Ctrl+V" << "C4@0+960 D4@0+960 D4@960+960 E4@960+960 E4@1920+960 F4@2880+960"
                                                        << "paste 2 notes";
        QTest::newRow("duplicate") << QList<int>{2, 3} << "Ctrl+D" << cdef + " E4@3840+960 F4@4800+960" << "duplicate 2 notes";
        QTest::newRow("duplicate twice") << QList<int>{3} << "Ctrl+D Ctrl+D" << cdef + " F4@3840+960 F4@4800+960" << "duplicate 1 note";
        QTest::newRow("select all and delete") << QList<int>{} << "Ctrl+A Del" << "" << "delete 4 notes";
        QTest::newRow("legato") << QList<int>{0, 3} << "L" << "C4@0+2880 D4@960+960 E4@1920+960 F4@2880+960" << "play 2 notes legato";
        QTest::newRow("nothing chosen") << QList<int>{} << "Right Up Del Q L" << cdef << "";
    }

    void keysEdit()
    {
        QFETCH(const QList<int>, chosen);
        QFETCH(const QString, keys);
        QFETCH(const QString, expected);
        QFETCH(const QString, undo);
        Stage stage("CDEF");
        QVERIFY(QTest::qWaitForWindowActive(&stage.view));
        stage.bench.choose(chosen);
        const Score before = stage.bench.document.score();
        for (const QString& key : keys.split(' '))
            QTest::keySequence(stage.area, QKeySequence(key));
        QCOMPARE(stage.bench.text(), expected);
        QCOMPARE(stage.bench.document.undoStack().undoText(), undo);
        while (stage.bench.document.undoStack().canUndo())
            stage.bench.document.undoStack().undo();
        QVERIFY(stage.bench.document.score() == before);
    }

    void velocityKeysAndQuantise()
    {
        Stage stage("CDEF");
        QVERIFY(QTest::qWaitForWindowActive(&stage.view));
        stage.bench.choose({1});
        QTest::keyClick(stage.area, Qt::Key_Plus);
        QCOMPARE(int(stage.bench.notes().at(1).velocity), 95);
        QTest::keyClick(stage.area, Qt::Key_Minus);
        QTest::keyClick(stage.area, Qt::Key_Minus);
        QCOMPARE(int(stage.bench.notes().at(1).velocity), 85);
        QCOMPARE(stage.bench.document.undoStack().undoText(), QString("play 1 note softer"));

        stage.view.setSnap({1, 4});
        Score score = scoreOf("CDEF");
        score.tracks.front().notes[2].start = {1920 + 300};
        stage.bench.document.replace(score);
        stage.bench.choose({2});
        QTest::keyClick(stage.area, Qt::Key_Q);
        QCOMPARE(stage.bench.text(), QString("C4@0+960 D4@960+960 E4@1920+960 F4@2880+960"));
        QCOMPARE(stage.bench.document.undoStack().undoText(), QString("quantise 1 note"));
    }

    void numbersChooseTools()
    {
        Stage stage("CDEF");
        QVERIFY(QTest::qWaitForWindowActive(&stage.view));
        QSignalSpy spy(&stage.view, &RollView::toolChanged);
        const std::pair<Qt::Key, RollTool> tools[] = {{Qt::Key_2, RollTool::Draw}, {Qt::Key_3, RollTool::Erase}, {Qt::Key_4, RollTool::Split}, {Qt::Key_1, RollTool::Select}};
        int place = 0;
        for (const auto& [key, tool] : tools) {
            QTest::keyClick(stage.area, key);
            QCOMPARE(stage.view.tool(), tool);
            QVERIFY(stage.view.toolActions().at(static_cast<int>(tool))->isChecked());
            QCOMPARE(spy.count(), ++place);
        }
    }

    void keysOfTheWindowPass_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("space") << int(Qt::Key_Space);
        QTest::newRow("enter") << int(Qt::Key_Return);
        QTest::newRow("metronome") << int(Qt::Key_K);
        QTest::newRow("to the start") << int(Qt::Key_Home);
    }

    void keysOfTheWindowPass()
    {
        QFETCH(const int, key);
        Stage stage("CDEF");
        QKeyEvent event(QEvent::KeyPress, key, Qt::NoModifier);
        event.setAccepted(true);
        QApplication::sendEvent(stage.area, &event);
        QVERIFY(!event.isAccepted());
    }

    void actionsSayWhyTheyAreDisabled()
    {
        Stage stage("CDEF");
        int disabled = 0;
        for (const QList<QAction*>& actions : {stage.view.editActions(), stage.view.notesActions()}) {
            for (const QAction* action : actions) {
                if (!action)
                    continue;
                QVERIFY(!action->text().isEmpty());
                if (!action->isEnabled()) {
                    ++disabled;
                    QCOMPARE(action->toolTip(), QString("Choose notes first"));
                }
            }
        }
        QVERIFY(disabled > 10);
        stage.bench.choose({0});
        for (const QAction* action : stage.view.notesActions())
            QVERIFY(!action || action->isEnabled());
    }

    void pastedNotesFollowTheResolution()
    {
        Stage stage("CDEF");
        QVERIFY(QTest::qWaitForWindowActive(&stage.view));
        stage.bench.choose({1, 2});
        QTest::keySequence(stage.area, QKeySequence::Copy);
        Score other;
        other.ticksPerQuarter = 96;
        stage.bench.document.replace(other);
        QTest::keySequence(stage.area, QKeySequence::Paste);
        QCOMPARE(stage.bench.text(), QString("D4@0+96 E4@96+96"));
        QCOMPARE(stage.bench.selection.size(), std::size_t{2});
    }

    void theWheelScrollsAndZooms()
    {
        Stage stage("CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF|CDEF");
        const auto turn = [&](Qt::KeyboardModifiers held, int notches) {
            QWheelEvent event(QPointF(400, 300), stage.area->mapToGlobal(QPointF(400, 300)), {}, {0, 120 * notches}, Qt::NoButton, held, Qt::NoScrollPhase, false);
            QApplication::sendEvent(stage.area, &event);
        };
        turn(Qt::ShiftModifier, -10); // Away from the beginning, where zooming out ends.
        const QImage before = stage.area->grab().toImage();
        for (const Qt::KeyboardModifiers held : {Qt::KeyboardModifiers(Qt::NoModifier), Qt::KeyboardModifiers(Qt::ShiftModifier), Qt::KeyboardModifiers(Qt::ControlModifier)}) {
            turn(held, -2);
            QVERIFY(stage.area->grab().toImage() != before);
            turn(held, 2);
            QVERIFY2(stage.area->grab().toImage() == before, qPrintable(QString::number(int(held))));
        }
    }

    void visibleNotesAreAccessible()
    {
        Stage stage("CDEF|zzzG");
        QVERIFY(QTest::qWaitForWindowActive(&stage.view));
        stage.bench.choose({1});
        QAccessibleInterface* roll = QAccessible::queryAccessibleInterface(stage.area);
        QVERIFY(roll);
        QCOMPARE(roll->childCount(), 5);
        const QStringList names{"C4, bar 1 beat 1, quarter, velocity 90", "D4, bar 1 beat 2, quarter, velocity 90", "E4, bar 1 beat 3, quarter, velocity 90",
                                "F4, bar 1 beat 4, quarter, velocity 90", "G4, bar 2 beat 4, quarter, velocity 90"};
        for (int i = 0; i < 5; ++i) {
            QAccessibleInterface* note = roll->child(i);
            QVERIFY(note);
            QCOMPARE(note->text(QAccessible::Name), names[i]);
            QCOMPARE(note->parent(), roll);
            QCOMPARE(roll->indexOfChild(note), i);
            QCOMPARE(bool(note->state().selected), i == 1);
            QVERIFY(note->rect().width() > 10);
            QCOMPARE(roll->childAt(note->rect().center().x(), note->rect().center().y()), note);
        }
        QAccessibleInterface* gone = roll->child(0);
        stage.bench.choose({0});
        QTest::keySequence(stage.area, QKeySequence::Delete);
        QCOMPARE(roll->childCount(), 4);
        QVERIFY(!gone->isValid());
        QCOMPARE(gone->text(QAccessible::Name), QString());
    }

    void everySurfaceHasAName()
    {
        Stage stage("CDEF");
        for (const QWidget* widget : stage.view.findChildren<QWidget*>()) {
            if (widget->focusPolicy() != Qt::NoFocus)
                QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(TestRollView)
#include "tst_roll_view.moc"
