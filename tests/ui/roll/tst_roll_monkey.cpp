// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/roll/roll_bench.h"
#include "ui/roll/note_area.h"
#include "ui/roll/roll_view.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <random>

using namespace continuo;
using namespace continuo::ui;

namespace {

QStringList g_warnings;

void remember(QtMsgType type, const QMessageLogContext&, const QString& text)
{
    // The offscreen platform says this of every window.
    if (type != QtDebugMsg && type != QtInfoMsg && !text.contains(QLatin1String("propagateSizeHints")))
        g_warnings << text;
}

bool isValid(const Score& score)
{
    for (const Track& track : score.tracks) {
        if (!std::ranges::is_sorted(track.notes, noteBefore))
            return false;
        for (const Note& note : track.notes) {
            if (note.start.value < 0 || note.length.value < 0 || note.pitch.value > 127 || note.velocity < 1 || note.velocity > 127 || note.channel > 15 ||
                note.end() > track.end || note.id == 0 || note.id >= score.nextId)
                return false;
        }
    }
    return true;
}

/// Presses, drags, turns and types at random.
class Monkey
{
public:
    Monkey(RollView& view, RollBench& bench, unsigned seed)
        : m_view(view)
        , m_bench(bench)
        , m_random(seed)
    {
        for (QWidget* child : view.findChildren<QWidget*>())
            m_surfaces.push_back(child);
        m_keys = {{Qt::Key_1, {}}, {Qt::Key_2, {}}, {Qt::Key_3, {}}, {Qt::Key_4, {}}, {Qt::Key_Left, {}}, {Qt::Key_Right, {}}, {Qt::Key_Up, {}},
                  {Qt::Key_Down, {}}, {Qt::Key_Up, Qt::ShiftModifier}, {Qt::Key_Down, Qt::ShiftModifier}, {Qt::Key_Left, Qt::ShiftModifier},
                  {Qt::Key_Right, Qt::ShiftModifier}, {Qt::Key_Plus, {}}, {Qt::Key_Minus, {}}, {Qt::Key_A, Qt::ControlModifier},
                  {Qt::Key_C, Qt::ControlModifier}, {Qt::Key_X, Qt::ControlModifier}, {Qt::Key_V, Qt::ControlModifier}, {Qt::Key_D, Qt::ControlModifier},
                  {Qt::Key_Delete, {}}, {Qt::Key_Q, {}}, {Qt::Key_L, {}}, {Qt::Key_F, {}}, {Qt::Key_Escape, {}}, {Qt::Key_X, {}}, {Qt::Key_PageDown, {}},
                  {Qt::Key_PageUp, {}}, {Qt::Key_Space, {}}, {Qt::Key_Right, Qt::AltModifier}, {Qt::Key_Left, Qt::AltModifier}};
    }

    void act()
    {
        const int what = below(100);
        if (what < 60)
            mouse();
        else if (what < 75)
            wheel();
        else if (what < 92)
            key();
        else if (what < 95)
            below(2) ? m_bench.document.undoStack().undo() : m_bench.document.undoStack().redo();
        else
            option();
    }

    void letGo()
    {
        if (m_pressed)
            send(QEvent::MouseButtonRelease);
        QTest::keyClick(m_view.findChild<NoteArea*>(), Qt::Key_Escape);
    }

    int below(int bound) { return static_cast<int>(m_random() % static_cast<unsigned>(bound)); }

private:
    Qt::KeyboardModifiers modifiers()
    {
        Qt::KeyboardModifiers held;
        for (const Qt::KeyboardModifier modifier : {Qt::ShiftModifier, Qt::ControlModifier, Qt::AltModifier})
            held.setFlag(modifier, below(6) == 0);
        return held;
    }

    void send(QEvent::Type type)
    {
        const Qt::MouseButtons buttons = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::MouseButtons(m_button);
        QMouseEvent event(type, m_at, m_on->mapToGlobal(m_at), type == QEvent::MouseMove ? Qt::NoButton : m_button, buttons, modifiers());
        QApplication::sendEvent(m_on, &event);
        if (type != QEvent::MouseMove)
            m_pressed = type != QEvent::MouseButtonRelease;
    }

    void mouse()
    {
        if (!m_pressed) {
            // Most presses on the notes.
            m_on = below(2) ? m_view.findChild<NoteArea*>() : m_surfaces[static_cast<std::size_t>(below(static_cast<int>(m_surfaces.size())))];
            m_at = {double(below(std::max(1, m_on->width()))), double(below(std::max(1, m_on->height())))};
            const Qt::MouseButton buttons[] = {Qt::LeftButton, Qt::LeftButton, Qt::LeftButton, Qt::RightButton, Qt::MiddleButton};
            m_button = buttons[below(5)];
            send(below(8) ? QEvent::MouseButtonPress : QEvent::MouseButtonDblClick);
        } else if (below(3) == 0) {
            send(QEvent::MouseButtonRelease);
        } else {
            m_at += QPointF(below(241) - 120, below(121) - 60);
            send(QEvent::MouseMove);
        }
    }

    void wheel()
    {
        QWidget* on = m_surfaces[static_cast<std::size_t>(below(static_cast<int>(m_surfaces.size())))];
        const QPointF at(below(std::max(1, on->width())), below(std::max(1, on->height())));
        QWheelEvent event(at, on->mapToGlobal(at), {}, {below(3) ? 0 : 120 * (below(5) - 2), 120 * (below(7) - 3)}, Qt::NoButton, modifiers(), Qt::NoScrollPhase, false);
        QApplication::sendEvent(on, &event);
    }

    void key()
    {
        const auto& [key, held] = m_keys[static_cast<std::size_t>(below(static_cast<int>(m_keys.size())))];
        QTest::keyClick(m_view.findChild<NoteArea*>(), key, held);
    }

    void option()
    {
        const Snap snaps[] = {{1, 8}, {1, 16}, {1, 12}, {3, 16}, {1, 1}, {1, 0}, {1, 64}};
        switch (below(5)) {
        case 0: return m_view.setSnap(snaps[below(7)]);
        case 1: return m_view.setColouring(static_cast<NoteColouring>(below(4)));
        case 2: return m_view.resize(300 + below(1200), 250 + below(700));
        case 3: return m_bench.player.seek({below(100'000)});
        default: return m_view.setScale(below(2) ? std::optional(Key{below(12), Mode::Minor}) : std::nullopt);
        }
    }

    RollView& m_view;
    RollBench& m_bench;
    std::mt19937 m_random;
    std::vector<QWidget*> m_surfaces{};
    std::vector<std::pair<Qt::Key, Qt::KeyboardModifiers>> m_keys{};
    QWidget* m_on = nullptr;
    QPointF m_at{};
    Qt::MouseButton m_button = Qt::LeftButton;
    bool m_pressed = false;
};

} // namespace

class TestRollMonkey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anythingGoesAndCanBeUndone()
    {
        bool isGiven = false;
        const int given = qEnvironmentVariableIntValue("CONTINUO_MONKEY", &isGiven);
        const int events = isGiven ? given : 20'000;
        const unsigned seed = qEnvironmentVariable("CONTINUO_MONKEY_SEED", "1").toUInt();
        const QtMessageHandler before = qInstallMessageHandler(remember);
        RollBench bench("CDEF|[CEG]2 z2|c4|G,A,B,C|");
        Score score = bench.document.score();
        score.addTrack();
        Note other;
        other.start = {1920};
        other.length = {960};
        other.pitch.value = 65;
        score.addNote(score.tracks.back().id, other);
        score.tracks.back().end = other.end();
        bench.document.replace(score);
        RollView view(bench.document, bench.selection, bench.player, bench.appearance);
        view.resize(1000, 700);
        view.show();
        view.activateWindow();
        view.setGhosts({{{other}, bench.appearance.palette().alternative(0), "A"}});
        view.setAnswerRange(TickRange{{7680}, {11520}});
        QVERIFY(QTest::qWaitForWindowActive(&view));
        view.setFocus();

        Monkey monkey(view, bench, seed);
        constexpr std::size_t kMostNotes = 2'000;
        for (int i = 0; i < events; ++i) {
            monkey.act();
            if (i % 50 != 0)
                continue;
            QVERIFY2(isValid(bench.document.score()), qPrintable(QString("after %1 events, seed %2").arg(i).arg(seed)));
            QCoreApplication::processEvents();
            if (bench.document.score().noteCount() > kMostNotes) {
                monkey.letGo();
                QTest::keyClick(view.findChild<NoteArea*>(), Qt::Key_A, Qt::ControlModifier);
                QTest::keyClick(view.findChild<NoteArea*>(), Qt::Key_Delete);
                bench.player.seek({});
            }
        }
        monkey.letGo();
        QUndoStack& stack = bench.document.undoStack();
        QVERIFY(stack.count() > events / 400);
        const Score end = bench.document.score();
        const int index = stack.index();
        stack.setIndex(0);
        QVERIFY(bench.document.score() == score);
        stack.setIndex(index);
        QVERIFY(bench.document.score() == end);
        QVERIFY(isValid(end));
        qInstallMessageHandler(before);
        QVERIFY2(g_warnings.isEmpty(), qPrintable(g_warnings.join('\n')));
    }
};

QTEST_MAIN(TestRollMonkey)
#include "tst_roll_monkey.moc"
