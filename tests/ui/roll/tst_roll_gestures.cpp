// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/roll/roll_bench.h"
#include "ui/roll/note_area.h"
#include "ui/roll/roll_painter.h"
#include "ui/roll/roll_ruler.h"
#include "ui/roll/velocity_lane.h"

#include <QMouseEvent>
#include <QSignalSpy>
#include <QWheelEvent>

using namespace continuo;
using namespace continuo::ui;

namespace {

/// Plays gestures written as text: "press 2.1 C5; drag 2.3 C5 shift; release". Places are bar.beat or bar.beat.tick, from 1,
/// ticks from 0; in the velocity lane a velocity stands in place of the pitch, in the ruler "top" or "foot".
class Hand
{
public:
    explicit Hand(const QString& music)
        : bench(music)
        , state(bench.document, bench.selection, bench.player, bench.appearance)
        , area(state)
        , lane(state)
        , ruler(state)
        , m_on(&area)
    {
        area.resize(1000, 700);
        lane.resize(1000, kLaneHeight);
        ruler.resize(1000, kRulerHeight);
        for (QWidget* surface : std::initializer_list<QWidget*>{&area, &lane, &ruler})
            surface->grab(); // Lays it out: the area tells its size.
        RollGeometry geometry = state.geometry();
        geometry.size = {1000, 700};
        geometry.top = geometry.rowHeight * (127 - 90);
        state.setGeometry(geometry);
    }

    void play(const QString& script)
    {
        for (const QString& step : script.split(';', Qt::SkipEmptyParts))
            playStep(step.simplified().split(' '));
    }

    RollBench bench;
    RollState state;
    NoteArea area;
    VelocityLane lane;
    RollRuler ruler;

private:
    void playStep(const QStringList& words)
    {
        const QString& verb = words.front();
        Qt::KeyboardModifiers held;
        held.setFlag(Qt::ShiftModifier, words.contains("shift"));
        held.setFlag(Qt::ControlModifier, words.contains("ctrl"));
        held.setFlag(Qt::AltModifier, words.contains("alt"));
        if (verb == "press") {
            m_button = words.contains("right") ? Qt::RightButton : Qt::LeftButton;
            m_at = place(words.at(1), words.at(2));
            send(QEvent::MouseButtonPress, held);
        } else if (verb == "drag") {
            m_at = place(words.at(1), words.at(2));
            send(QEvent::MouseMove, held);
        } else if (verb == "release") {
            send(QEvent::MouseButtonRelease, held);
        } else if (verb == "click") {
            playStep(QStringList(words).replaceInStrings("click", "press"));
            send(QEvent::MouseButtonRelease, held);
        } else if (verb == "wheel") {
            m_at = place(words.at(1), words.at(2));
            QWheelEvent event(m_at, m_at, {}, {0, 120 * words.at(3).toInt()}, Qt::NoButton, held, Qt::NoScrollPhase, false);
            QApplication::sendEvent(m_on, &event);
        } else if (verb == "key") {
            QTest::keyClick(&area, words.at(1) == "esc" ? Qt::Key_Escape : Qt::Key_X);
        } else if (verb == "hold") {
            QTest::keyPress(&area, Qt::Key_X);
        } else if (verb == "let") {
            QTest::keyRelease(&area, Qt::Key_X);
        } else if (verb == "undo") {
            bench.document.undoStack().undo();
        } else if (verb == "redo") {
            bench.document.undoStack().redo();
        } else if (verb == "tool") {
            const QStringList tools{"select", "draw", "erase", "split"};
            state.setTool(static_cast<RollTool>(tools.indexOf(words.at(1))));
        } else if (verb == "snap") {
            const QStringList parts = words.at(1).split('/');
            state.setSnap({parts.at(0).toInt(), parts.at(1).toInt()});
        } else if (verb == "choose") {
            QList<int> places;
            for (const QString& number : words.mid(1))
                places << number.toInt();
            bench.choose(places);
        } else if (verb == "on") {
            m_on = words.at(1) == "lane" ? static_cast<QWidget*>(&lane) : words.at(1) == "ruler" ? static_cast<QWidget*>(&ruler) : &area;
        } else {
            QFAIL(qPrintable(verb));
        }
    }

    QPointF place(const QString& when, const QString& where) const
    {
        const QStringList parts = when.split('.');
        const MeterMap meters(bench.document.score());
        const Tick bar = meters.barStart(parts.at(0).toInt() - 1);
        const Tick beat = meters.meterAt(bar).beatLength(meters.ticksPerQuarter());
        const Tick time = bar + Tick{beat.value * (parts.at(1).toInt() - 1) + (parts.size() > 2 ? parts.at(2).toInt() : 0)};
        double y = 0;
        if (m_on == &lane)
            y = laneY(where.toInt());
        else if (m_on == &ruler)
            y = where == "top" ? 6 : 36;
        else
            y = state.geometry().y(parsePitch(where.toStdString()).value_or(Pitch{}).value) + state.geometry().rowHeight / 2;
        return {m_on == &lane ? laneX(state.geometry(), time) : state.geometry().x(time), y};
    }

    void send(QEvent::Type type, Qt::KeyboardModifiers held)
    {
        const Qt::MouseButtons buttons = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::MouseButtons(m_button);
        QMouseEvent event(type, m_at, m_at, type == QEvent::MouseMove ? Qt::NoButton : m_button, buttons, held);
        QApplication::sendEvent(m_on, &event);
    }

    QWidget* m_on;
    QPointF m_at{};
    Qt::MouseButton m_button = Qt::LeftButton;
};

} // namespace

class TestRollGestures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesTheScore_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("undo");

        const QString cdef = "C4@0+960 D4@960+960 E4@1920+960 F4@2880+960";
        // Drawing: snap 1/8, so a note begins at the eighth it is pressed in.
        QTest::newRow("draw with a click") << "C" << "tool draw; click 1.3.200 G4" << "C4@0+960 G4@1920+480" << "draw 1 note";
        QTest::newRow("draw with a drag") << "C" << "tool draw; press 1.3.100 G4; drag 2.1.100 A4; release" << "C4@0+960 G4@1920+2400" << "draw 1 note";
        QTest::newRow("draw no shorter than the grid") << "C" << "tool draw; press 1.3.100 G4; drag 1.1 G4; release" << "C4@0+960 G4@1920+480" << "draw 1 note";
        QTest::newRow("the last length holds") << "C" << "tool draw; press 1.3 G4; drag 1.4.900 G4; release; click 2.1.50 A4"
                                               << "C4@0+960 G4@1920+1920 A4@3840+1920" << "draw 1 note";
        QTest::newRow("draw as long as a note that was clicked") << "C" << "tool draw; click 1.1.480 C4; click 2.1 D4" << "C4@0+960 D4@3840+960" << "draw 1 note";
        QTest::newRow("draw off the grid") << "C" << "tool draw; snap 1/0; press 1.3.210 G4; drag 1.4.30 G4; release" << "C4@0+960 G4@2130+780" << "draw 1 note";
        QTest::newRow("draw in triplets") << "C" << "tool draw; snap 1/12; click 1.2.350 G4" << "C4@0+960 G4@1280+320" << "draw 1 note";
        QTest::newRow("draw in dotted eighths") << "C" << "tool draw; snap 3/16; click 1.2.600 G4; click 2.1.10 A4"
                                                << "C4@0+960 G4@1440+720 A4@3840+720" << "draw 1 note";
        QTest::newRow("right button erases") << "CDEF" << "tool draw; click 1.2.480 D4 right" << "C4@0+960 E4@1920+960 F4@2880+960" << "erase 1 note";

        QTest::newRow("erase with a click") << "CDEF" << "tool erase; click 1.2.480 D4" << "C4@0+960 E4@1920+960 F4@2880+960" << "erase 1 note";
        QTest::newRow("erase with a sweep") << "CCCC" << "tool erase; press 1.1.300 C4; drag 1.3.500 C4; release" << "C4@2880+960" << "erase 3 notes";
        QTest::newRow("erase beside a note") << "CDEF" << "tool erase; click 1.2.480 G4" << cdef << "";

        QTest::newRow("move in time") << "CDEF" << "press 1.4.480 F4; drag 2.2.480 F4; release" << "C4@0+960 D4@960+960 E4@1920+960 F4@4800+960" << "move 1 note";
        QTest::newRow("move in time to the grid") << "CDEF" << "press 1.4.480 F4; drag 2.2.600 F4; release" << "C4@0+960 D4@960+960 E4@1920+960 F4@4800+960"
                                                  << "move 1 note";
        QTest::newRow("move in pitch") << "CDEF" << "press 1.4.480 F4; drag 1.4.480 A4; release" << "C4@0+960 D4@960+960 E4@1920+960 A4@2880+960"
                                       << "move 1 note";
        QTest::newRow("move the chosen ones") << "CDEF" << "choose 0 1; press 1.2.480 D4; drag 1.3.480 E4; release"
                                              << "D4@960+960 E4@1920+960 E4@1920+960 F4@2880+960" << "move 2 notes";
        QTest::newRow("shift locks time") << "CDEF" << "press 1.4.480 F4; drag 2.2.480 G4 shift; release shift" << "C4@0+960 D4@960+960 E4@1920+960 F4@4800+960"
                                          << "move 1 note";
        QTest::newRow("shift locks pitch") << "CDEF" << "press 1.4.480 F4; drag 1.4.900 F5 shift; release shift" << "C4@0+960 D4@960+960 E4@1920+960 F5@2880+960"
                                           << "move 1 note";
        QTest::newRow("alt leaves the grid") << "CDEF" << "press 1.4.480 F4; drag 1.4.780 F4 alt; release alt" << "C4@0+960 D4@960+960 E4@1920+960 F4@3180+960"
                                             << "move 1 note";
        QTest::newRow("a held X leaves the grid") << "CDEF" << "press 1.4.480 F4; hold; drag 1.4.780 F4; release; let"
                                                  << "C4@0+960 D4@960+960 E4@1920+960 F4@3180+960" << "move 1 note";
        QTest::newRow("ctrl copies") << "CDEF" << "press 1.4.480 F4; drag 2.1.480 G4 ctrl; release ctrl"
                                     << "C4@0+960 D4@960+960 E4@1920+960 F4@2880+960 G4@3840+960" << "copy 1 note";
        QTest::newRow("not before the beginning") << "CDEF" << "choose 0 3; press 1.4.480 F4; drag 1.1.480 F4; release" << cdef << "";
        QTest::newRow("not above the keyboard") << "[c'''g''']" << "choose 0 1; press 1.1.480 C8; drag 1.1.480 G9; release" << "C9@0+960 G9@0+960" << "move 2 notes";

        QTest::newRow("lengthen") << "CDEF" << "press 1.4.930 F4; drag 2.2 F4; release" << "C4@0+960 D4@960+960 E4@1920+960 F4@2880+1920"
                                  << "change the length of 1 note";
        QTest::newRow("shorten no further than the grid") << "CDEF" << "press 1.4.930 F4; drag 1.1 F4; release" << "C4@0+960 D4@960+960 E4@1920+960 F4@2880+480"
                                                          << "change the length of 1 note";
        QTest::newRow("from the front") << "zCDE" << "press 1.2.30 C4; drag 1.1.450 C4; release" << "C4@480+1440 D4@1920+960 E4@2880+960"
                                        << "change the length of 1 note";
        QTest::newRow("lengthen the chosen ones") << "CDEF" << "choose 1 3; press 1.4.930 F4; drag 2.1.480 F4; release"
                                                  << "C4@0+960 D4@960+1440 E4@1920+960 F4@2880+1440" << "change the length of 2 notes";

        QTest::newRow("split") << "C4" << "tool split; click 1.3.50 C4" << "C4@0+1920 C4@1920+1920" << "split 1 note";
        QTest::newRow("split off the grid") << "C4" << "tool split; click 1.3.90 C4 alt" << "C4@0+2010 C4@2010+1830" << "split 1 note";
        QTest::newRow("join") << "CCCD" << "tool split; click 1.1.480 C4 right" << "C4@0+1920 C4@1920+960 D4@2880+960" << "join 2 notes";
        QTest::newRow("join the chosen ones") << "CCCD" << "tool split; choose 0 1 2; click 1.1.480 C4 right" << "C4@0+2880 D4@2880+960" << "join 3 notes";

        QTest::newRow("undo and redo") << "CDEF" << "press 1.4.480 F4; drag 2.1.480 F4; release; undo; redo" << "C4@0+960 D4@960+960 E4@1920+960 F4@3840+960"
                                       << "move 1 note";
    }

    void changesTheScore()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, script);
        QFETCH(const QString, expected);
        QFETCH(const QString, undo);
        Hand hand(music);
        const Score before = hand.bench.document.score();
        hand.play(script);
        QVERIFY(!hand.state.hasGesture());
        QCOMPARE(hand.bench.text(), expected);
        QCOMPARE(hand.bench.document.undoStack().undoText(), undo);
        while (hand.bench.document.undoStack().canUndo())
            hand.bench.document.undoStack().undo();
        QVERIFY(hand.bench.document.score() == before);
    }

    void dragBackToStartLeavesNoUndoStep_data()
    {
        QTest::addColumn<QString>("script");
        QTest::newRow("move") << "press 1.2.480 D4; drag 3.1 F5; drag 1.2.480 D4; release";
        QTest::newRow("move a note off the grid") << "press 1.4.480 F4; drag 3.1 F5; drag 1.4.480 F4; release";
        QTest::newRow("copy") << "press 1.2.480 D4 ctrl; drag 3.1 F5 ctrl; drag 1.2.480 D4 ctrl; release ctrl";
        QTest::newRow("end") << "press 1.2.930 D4; drag 3.1 D4; drag 1.2.930 D4; release";
        QTest::newRow("start") << "press 1.2.30 D4; drag 1.1 D4; drag 1.2.30 D4; release";
        QTest::newRow("velocity") << "on lane; press 1.2 90; drag 1.2 20; drag 1.2 90; release";
    }

    void dragBackToStartLeavesNoUndoStep()
    {
        QFETCH(const QString, script);
        Hand hand("CDEF/z/");
        // Off the grid, so that the snap would move it.
        hand.play("press 1.4.200 F4; drag 1.4.500 F4 alt; release alt");
        hand.play("click 2.3 C6; undo");
        QVERIFY(hand.bench.document.undoStack().canRedo());
        hand.play("redo");
        hand.play("choose 1; choose");
        hand.bench.document.edit("something", setVelocityOf(hand.bench));
        hand.play("undo");
        const int steps = hand.bench.document.undoStack().index();
        const Score before = hand.bench.document.score();
        hand.play(script);
        QCOMPARE(hand.bench.document.undoStack().index(), steps);
        QVERIFY(hand.bench.document.undoStack().canRedo()); // What could be redone still can.
        QVERIFY(hand.bench.document.score() == before);
    }

    void escapeCancels_data()
    {
        QTest::addColumn<QString>("script");
        QTest::newRow("move") << "press 1.2.480 D4; drag 3.1 F5; key esc; drag 3.2 F5; release";
        QTest::newRow("end") << "press 1.2.930 D4; drag 3.1 D4; key esc; release";
        QTest::newRow("draw") << "tool draw; press 3.1 G4; drag 4.1 G4; key esc; drag 4.2 G4; release";
        QTest::newRow("erase") << "tool erase; press 1.1.480 C4; key esc; drag 1.2.480 D4; release";
        QTest::newRow("velocity") << "on lane; press 1.2 90; drag 1.2 20; key esc; release";
        QTest::newRow("ramp") << "on lane; press 1.1 100; drag 1.4 20; key esc; release";
        QTest::newRow("undo while dragging") << "press 1.2.480 D4; drag 3.1 F5; undo; drag 3.2 F5; release; redo";
    }

    void escapeCancels()
    {
        QFETCH(const QString, script);
        Hand hand("CDEF");
        hand.play("press 1.4.480 F4; drag 2.1.480 F4; release");
        const Score before = hand.bench.document.score();
        hand.play(script);
        QVERIFY(hand.bench.document.score() == before);
        QCOMPARE(hand.bench.document.undoStack().count(), 1);
    }

    void selects_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("chosen");
        QTest::newRow("click") << "click 1.2.480 D4" << "1";
        QTest::newRow("click another") << "click 1.2.480 D4; click 1.3.480 E4" << "2";
        QTest::newRow("shift adds") << "click 1.2.480 D4; click 1.3.480 E4 shift" << "1 2";
        QTest::newRow("ctrl adds") << "click 1.2.480 D4; click 1.3.480 E4 ctrl" << "1 2";
        QTest::newRow("ctrl takes out") << "choose 1 2; click 1.3.480 E4 ctrl" << "1";
        QTest::newRow("alt removes") << "choose 1 2 3; click 1.3.480 E4 alt" << "1 3";
        QTest::newRow("click on the ground") << "choose 1 2; click 3.1 C6" << "";
        QTest::newRow("one of the chosen") << "choose 1 2 3; click 1.3.480 E4" << "2";
        QTest::newRow("rectangle") << "press 1.2.20 G4; drag 1.3.100 C4; release" << "1 2";
        QTest::newRow("rectangle upwards") << "press 1.4.100 B3; drag 1.1.100 G4; release" << "0 1 2 3";
        QTest::newRow("rectangle of some pitches") << "press 1.1.10 G4; drag 1.4.900 E4; release" << "2 3";
        QTest::newRow("rectangle adds") << "choose 0; press 1.3.100 G4 shift; drag 1.4.900 C4 shift; release" << "0 2 3";
        QTest::newRow("rectangle removes") << "choose 0 1 2 3; press 1.3.100 G4 alt; drag 1.4.900 C4 alt; release" << "0 1";
        const QString around = "press 1.2.10 B3 ctrl; drag 1.2.10 A4; drag 1.4.900 A4; drag 1.4.900 E4; drag 1.4.20 E4; drag 1.4.20 G4; "
                               "drag 1.2.900 G4; drag 1.2.900 B3; release";
        QTest::newRow("lasso") << around << "1 3";
        QTest::newRow("lasso with the pencil") << "tool draw; " + around << "1 3";
        QTest::newRow("lasso adds") << "choose 0; " + QString(around).replace("ctrl", "ctrl shift") << "0 1 3";
        QTest::newRow("lasso removes") << "choose 0 1 2 3; " + QString(around).replace("ctrl", "ctrl alt") << "0 2";
        QTest::newRow("ctrl on the ground") << "choose 0; click 3.1 C6 ctrl" << "";
        QTest::newRow("cancelled") << "choose 0; press 1.3.100 G4; drag 1.4.900 C4; key esc; release" << "0";
        QTest::newRow("escape chooses none") << "choose 0 1; key esc" << "";
    }

    void selects()
    {
        QFETCH(const QString, script);
        QFETCH(const QString, chosen);
        Hand hand("CDEF");
        hand.play(script);
        QCOMPARE(hand.bench.chosen(), chosen);
        QCOMPARE(hand.bench.document.undoStack().count(), 0);
    }

    void setsVelocities_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QList<int>>("velocities");
        QTest::newRow("drag a dot") << "press 1.2 90; drag 1.2 50; release" << QList<int>{90, 50, 90, 90};
        QTest::newRow("click over a stem") << "click 1.3 30" << QList<int>{90, 90, 30, 90};
        QTest::newRow("ramp down") << "press 1.1 120; drag 1.4 60; release" << QList<int>{120, 100, 80, 60};
        QTest::newRow("ramp backwards") << "press 1.4 60; drag 1.1 120; release" << QList<int>{120, 100, 80, 60};
        QTest::newRow("only the chosen") << "choose 1 2; press 1.1 120; drag 1.4 60; release" << QList<int>{90, 100, 80, 90};
        QTest::newRow("nothing there") << "click 3.1 30" << QList<int>{90, 90, 90, 90};
        QTest::newRow("turning the wheel is one step") << "wheel 1.2 90 1; wheel 1.2 90 1; wheel 1.2 90 1" << QList<int>{90, 105, 90, 90};
        QTest::newRow("the wheel takes the chosen") << "choose 0 2; wheel 1.2 90 -2" << QList<int>{80, 90, 80, 90};
        QTest::newRow("kept in bounds") << "press 1.1 90; drag 1.1 -500; release" << QList<int>{1, 90, 90, 90};
    }

    void setsVelocities()
    {
        QFETCH(const QString, script);
        QFETCH(const QList<int>, velocities);
        Hand hand("CDEF");
        hand.play("on lane; " + script);
        for (int i = 0; i < 4; ++i) {
            const int velocity = hand.bench.notes().at(static_cast<std::size_t>(i)).velocity;
            QVERIFY2(std::abs(velocity - velocities[i]) <= 1, qPrintable(QString("%1: %2").arg(i).arg(velocity)));
        }
        QVERIFY(hand.bench.document.undoStack().count() <= 1);
    }

    void theWheelAtAnotherNoteIsAnotherStep()
    {
        Hand hand("CDEF");
        const QString before = hand.bench.text();
        hand.play("on lane; wheel 1.2 90 1; wheel 1.2 90 1; wheel 1.3 90 1");
        QUndoStack& stack = hand.bench.document.undoStack();
        QCOMPARE(stack.count(), 2);
        stack.undo();
        QCOMPARE(hand.bench.notes().at(1).velocity, 100);
        QCOMPARE(hand.bench.notes().at(2).velocity, 90);
        stack.undo();
        QCOMPARE(hand.bench.text(), before);
        stack.redo();
        QCOMPARE(hand.bench.notes().at(1).velocity, 100);
    }

    void aDragOnTheRulerSetsTheLoop_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<int>("start");
        QTest::addColumn<int>("end");
        QTest::newRow("forwards") << "press 2.1 top; drag 3.1 top; release" << 3840 << 7680;
        QTest::newRow("backwards") << "press 3.1 top; drag 2.1 top; release" << 3840 << 7680;
        QTest::newRow("to the grid") << "press 2.1.100 top; drag 2.4.800 top; release" << 3840 << 7680;
        QTest::newRow("never empty") << "press 2.1 top; drag 3.1 top; drag 2.1.30 top; release" << 3840 << 4320;
        QTest::newRow("its end") << "press 2.1 top; drag 3.1 top; release; press 3.1 top; drag 4.1 top; release" << 3840 << 11520;
        QTest::newRow("its start") << "press 2.1 top; drag 3.1 top; release; press 2.1 top; drag 1.1 top; release" << 0 << 7680;
        QTest::newRow("a click leaves it") << "press 2.1 top; drag 3.1 top; release; click 4.1 top" << 3840 << 7680;
        QTest::newRow("cancelled") << "press 2.1 top; drag 3.1 top; release; press 4.1 top; drag 5.1 top; key esc; release" << 3840 << 7680;
    }

    void aDragOnTheRulerSetsTheLoop()
    {
        QFETCH(const QString, script);
        QFETCH(const int, start);
        QFETCH(const int, end);
        Hand hand("CDEF");
        hand.play("on ruler; " + script);
        QVERIFY(hand.bench.player.loop().has_value());
        QCOMPARE(hand.bench.player.loop()->start.value, start);
        QCOMPARE(hand.bench.player.loop()->end.value, end);
    }

    void aClickOnTheRulerSetsThePlayhead()
    {
        Hand hand("CDEF");
        hand.play("on ruler; click 2.3.100 foot");
        QCOMPARE(hand.bench.player.position().value, 3840 + 1920);
        hand.play("click 1.2 top");
        QCOMPARE(hand.bench.player.position().value, 960);
        hand.play("press 1.1 foot; drag 3.1 foot; release");
        QCOMPARE(hand.bench.player.position().value, 7680);
        QCOMPARE(hand.state.playhead().value, 7680);
        QVERIFY(!hand.bench.player.loop());
    }

    void drawingInAnEmptyScoreMakesATrack()
    {
        Hand hand("");
        hand.play("tool draw; click 1.2.10 C4; click 1.3.10 D4");
        QCOMPARE(hand.bench.text(), QString("C4@960+480 D4@1920+480"));
        QCOMPARE(hand.bench.document.score().tracks.size(), std::size_t{1});
        hand.play("undo; undo");
        QVERIFY(hand.bench.document.score() == Score{});
    }

    void aClickOnAnotherTrackMakesItActive()
    {
        Hand hand("CDEF");
        Score score = hand.bench.document.score();
        const TrackId first = score.tracks.front().id;
        const TrackId second = score.addTrack().id;
        Note note;
        note.start = {7680};
        note.length = {960};
        note.pitch.value = 72;
        score.addNote(second, note);
        hand.bench.document.replace(score);
        QCOMPARE(hand.state.activeTrack(), first);
        QSignalSpy chosen(&hand.state, &RollState::activeTrackChanged);
        hand.play("click 3.1.480 C5");
        QCOMPARE(hand.state.activeTrack(), second);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(hand.bench.selection.size(), std::size_t{1});
        hand.play("tool draw; click 4.1 D5");
        QCOMPARE(hand.bench.document.score().track(second)->notes.size(), std::size_t{2});
    }

private:
    static ScorePatch setVelocityOf(const RollBench& bench)
    {
        ScorePatch patch;
        Note louder = bench.notes().front();
        louder.velocity = 111;
        patch.removedNotes.push_back({bench.document.score().tracks.front().id, bench.notes().front()});
        patch.addedNotes.push_back({bench.document.score().tracks.front().id, louder});
        return patch;
    }
};

QTEST_MAIN(TestRollGestures)
#include "tst_roll_gestures.moc"
