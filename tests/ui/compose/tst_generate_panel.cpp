// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/write_midi.h"
#include "core/music/meter.h"
#include "tests/core/edit/edit_check.h"
#include "tests/ui/compose/studio_fixture.h"
#include "ui/compose/alternatives_list.h"
#include "ui/compose/generate_form.h"
#include "ui/compose/generate_panel.h"
#include "ui/compose/sample_score.h"
#include "ui/compose/sampler_form.h"

#include <QAction>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

#include <csignal>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

std::vector<std::uint8_t> bytesOf(const Score& score)
{
    const auto written = writeMidi(score);
    return written ? written->bytes : std::vector<std::uint8_t>{};
}

QString offered(const GeneratePanel& panel)
{
    QStringList text;
    for (const Alternative& alternative : panel.continuation().alternatives())
        text << alternativeLetter(alternative.index) + QLatin1Char(' ') +
                    notesText(notesOf(alternative));
    return text.join(QLatin1Char('\n'));
}

/// The panel over the sample, with a real engine and the starter model.
struct Bench
{
    Bench()
        : panel(studio.context())
    {
        studio.document.replace(sampleScore(studio.paths));
        panel.setActiveTrack(studio.document.score().tracks.front().id);
        panel.resize(288, 800);
        panel.show();
    }

    const Score& score() const { return studio.document.score(); }
    void waitUntilWritten()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!panel.continuation().isRunning(), kPatienceMs);
    }
    /// The sampler of the starter model has a temperature of 0.9.
    void waitForCard() { QTRY_COMPARE_WITH_TIMEOUT(panel.form().temperature(), 0.9, kPatienceMs); }
    /// Until the first alternative has a note; another may have one earlier.
    void waitForNotes()
    {
        const auto hasNotes = [this] {
            const Alternative* const first = panel.continuation().find(0);
            return first && !first->notes.empty();
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasNotes(), kPatienceMs);
    }
    void askForLong()
    {
        panel.form().setBars(16);
        panel.form().setIdeas(16);
        panel.generate();
        waitForNotes();
    }

    StudioFixture studio{};
    GeneratePanel panel;
};

} // namespace

class TestGeneratePanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!StudioFixture::hasEngine())
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
    }

    void continueGivesFourAlternativesOfFourBars()
    {
        Bench bench;
        QSignalSpy asked(&bench.panel, &GeneratePanel::asked);
        QCOMPARE(bench.panel.whyNot(), QString());
        bench.panel.generate();
        QVERIFY(bench.panel.continuation().isRunning());
        bench.waitUntilWritten();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(bench.studio.told, QStringList());
        const auto& alternatives = bench.panel.continuation().alternatives();
        QCOMPARE(alternatives.size(), std::size_t{4});
        const MeterMap meters(bench.score());
        const TickRange range = bench.panel.answerRange().value();
        QCOMPARE(meters.position(range.start).bar, 8);
        QCOMPARE(meters.position(range.end).bar, 12);
        for (const Alternative& alternative : alternatives) {
            QVERIFY(alternative.isWhole);
            QVERIFY(alternative.notes.size() > 4);
            for (const OfferedNote& note : alternative.notes) {
                QVERIFY(note.note.start >= range.start && note.note.end() <= range.end);
                QVERIFY(note.probability > 0 && note.probability <= 1 && note.rank >= 1);
            }
        }
        QVERIFY(!bench.panel.continuation().remarks().isEmpty());
        QVERIFY(bench.panel.continuation()
                    .remarks()
                    .join(QLatin1Char(' '))
                    .contains(QStringLiteral("Heard as G major")));
    }

    void theChosenOneIsDrawnAndShowAllDrawsTheRest()
    {
        Bench bench;
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(bench.panel.ghosts().size(), std::size_t{1});
        QCOMPARE(bench.panel.ghosts().front().letter, QStringLiteral("A"));
        QTest::keyClick(&bench.panel.list(), Qt::Key_Down);
        QCOMPARE(bench.panel.list().chosen().value(), 1);
        QCOMPARE(bench.panel.ghosts().front().letter, QStringLiteral("B"));
        QTest::keyClick(&bench.panel.list(), Qt::Key_Up);
        QTest::keyClick(&bench.panel.list(), Qt::Key_Up);
        QCOMPARE(bench.panel.list().chosen().value(), 0);
        const auto buttons = bench.panel.findChildren<QPushButton*>();
        const auto showAll =
            std::ranges::find(buttons, QStringLiteral("Show all"), &QPushButton::text);
        QVERIFY(showAll != buttons.end());
        (*showAll)->click();
        QCOMPARE(bench.panel.ghosts().size(), std::size_t{4});
        QCOMPARE(bench.panel.ghosts().back().letter, QStringLiteral("A")); // On top.
    }

    void enterKeepsItAsOneStepThatUndoTakesBack()
    {
        Bench bench;
        QSignalSpy kept(&bench.panel, &GeneratePanel::kept);
        const std::vector<std::uint8_t> before = bytesOf(bench.score());
        const Score scoreBefore = bench.score();
        bench.waitForCard();
        bench.panel.form().setNumber(7, true);
        bench.panel.generate();
        bench.waitUntilWritten();
        QTest::keyClick(&bench.panel.list(), Qt::Key_Down);
        const Alternative chosen = *bench.panel.continuation().find(1);
        QTest::keyClick(&bench.panel.list(), Qt::Key_Return);
        QCOMPARE(kept.count(), 1);
        QCOMPARE(bench.studio.document.undoStack().count(), 1);
        QCOMPARE(bench.studio.document.undoStack().undoText(),
                 QStringLiteral("keep alternative B"));
        const auto& notes = bench.score().tracks.front().notes;
        QCOMPARE(notes.size(), scoreBefore.tracks.front().notes.size() + chosen.notes.size());
        for (std::size_t i = 0; i < chosen.notes.size(); ++i) {
            const Note& note = notes[notes.size() - chosen.notes.size() + i];
            const NoteOrigin* origin = bench.studio.document.origin(note.id);
            QVERIFY(origin);
            QCOMPARE(note.start.value, chosen.notes[i].note.start.value);
            QCOMPARE(origin->probability, chosen.notes[i].probability);
            QCOMPARE(origin->rank, chosen.notes[i].rank);
            QCOMPARE(origin->randomSeed, std::uint64_t{7});
            QCOMPARE(origin->alternative, 1);
            QCOMPARE(origin->model, std::string("starter"));
            QVERIFY(origin->sampler.find("top-p") != std::string::npos);
        }
        QVERIFY(bench.panel.ghosts().empty());
        bench.studio.document.undoStack().undo();
        QVERIFY(bench.score() == scoreBefore);
        QVERIFY(bytesOf(bench.score()) == before);
    }

    void undoingAKeepOffersTheAlternativesAgain()
    {
        Bench bench;
        bench.panel.generate();
        bench.waitUntilWritten();
        const QString before = offered(bench.panel);
        const auto range = bench.panel.answerRange();
        bench.panel.keep(2);
        QCOMPARE(offered(bench.panel), QString());
        bench.studio.document.undoStack().undo();
        QCOMPARE(offered(bench.panel), before);
        QVERIFY(bench.panel.answerRange() == range);
        QCOMPARE(bench.panel.list().chosen().value(), 2);
        bench.studio.document.undoStack().redo();
        QCOMPARE(offered(bench.panel), QString());
        bench.studio.document.undoStack().undo();
        bench.panel.keep(1);
        QCOMPARE(bench.studio.document.undoStack().undoText(),
                 QStringLiteral("keep alternative B"));
        QCOMPARE(bench.studio.document.undoStack().count(), 1);
        bench.studio.document.undoStack().undo();
        bench.panel.discardAll();
        bench.studio.document.undoStack().redo();
        bench.studio.document.undoStack().undo();
        QCOMPARE(offered(bench.panel), QString());
    }

    void longWritingIsATaskThatCanBeCancelled()
    {
        Bench bench;
        bench.panel.form().setBars(16);
        bench.panel.form().setIdeas(16);
        bench.panel.generate();
        // Each adds sixteen to what has to be written anew, up to 256.
        while (bench.studio.tasks.tasks().empty()) {
            QTRY_VERIFY_WITH_TIMEOUT(!bench.panel.continuation().isRunning() ||
                                         !bench.studio.tasks.tasks().empty(),
                                     kPatienceMs);
            if (!bench.studio.tasks.tasks().empty() || !bench.panel.continuation().canGiveMore())
                break;
            bench.panel.more();
        }
        if (bench.studio.tasks.tasks().empty())
            QSKIP("this machine writes 4,096 bars in less than a second");
        bench.studio.tasks.tasks().front().cancel();
        bench.waitUntilWritten();
        QVERIFY(bench.studio.tasks.tasks().empty());
        QVERIFY(bench.panel.continuation().sentence().contains(QStringLiteral("Stopped")));
    }

    /// Also when the first question was sent before the model's card was read.
    void theSameNumberGivesTheSameNotes()
    {
        Bench bench;
        bench.panel.form().setNumber(7, true);
        bench.panel.generate();
        bench.waitUntilWritten();
        const QString first = offered(bench.panel);
        bench.waitForCard();
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(offered(bench.panel), first);
        QCOMPARE(bench.panel.form().number(), 7);
        bench.panel.form().setNumber(7, false);
        bench.panel.generate();
        bench.waitUntilWritten();
        QVERIFY(offered(bench.panel) != first);
    }

    void moreKeepsWhatIsThere()
    {
        Bench bench;
        bench.panel.form().setNumber(7, true);
        bench.panel.form().setIdeas(2);
        bench.panel.generate();
        bench.waitUntilWritten();
        const QString first = offered(bench.panel);
        bench.panel.more();
        bench.waitUntilWritten();
        QCOMPARE(bench.panel.continuation().alternatives().size(), std::size_t{4});
        QVERIFY(offered(bench.panel).startsWith(first));
        QVERIFY(bench.panel.continuation().find(3)->isWhole);
    }

    void stopKeepsWhatCame()
    {
        Bench bench;
        const Score before = bench.score();
        bench.askForLong();
        bench.panel.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.panel.continuation().isRunning(), 3000);
        QVERIFY(!bench.panel.continuation().alternatives().empty());
        QVERIFY(!bench.panel.continuation().alternatives().front().isWhole);
        QVERIFY(bench.panel.continuation().sentence().contains(QStringLiteral("Stopped")));
        QCOMPARE(bench.studio.told, QStringList());
        bench.panel.keep(0);
        QVERIFY(bench.score().noteCount() > before.noteCount());
    }

    void anEngineThatDiesLeavesWhatCame()
    {
        Bench bench;
        const Score before = bench.score();
        bench.askForLong();
        ::kill(static_cast<pid_t>(bench.studio.engine.processId()), SIGKILL);
        bench.waitUntilWritten();
        QVERIFY(!bench.panel.continuation().alternatives().empty());
        QVERIFY(bench.panel.continuation().sentence().contains(QStringLiteral("The engine ended")));
        QVERIFY(bench.score() == before);
        QTRY_VERIFY_WITH_TIMEOUT(bench.studio.engine.isReady(), kPatienceMs);
        bench.panel.form().setBars(2);
        bench.panel.form().setIdeas(2);
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(bench.panel.continuation().alternatives().size(), std::size_t{2});
        QCOMPARE(bench.panel.continuation().sentence(), QString());
    }

    void withoutAMelodyOnlyNewIsPossible()
    {
        Bench bench;
        Score empty;
        const TrackId track = empty.addTrack().id;
        empty.addEvent(track, timeSignatureEvent({}, 6, 8));
        bench.studio.document.replace(empty);
        bench.panel.setActiveTrack(track);
        QVERIFY(
            bench.panel.whyNot().contains(QStringLiteral("There is no melody to continue yet")));
        QAction* go = bench.panel.actions().front();
        QVERIFY(!go->isEnabled());
        QCOMPARE(go->toolTip(), bench.panel.whyNot());
        bench.panel.generate();
        QVERIFY(!bench.panel.continuation().isRunning());
        bench.panel.form().setNew(true);
        QCOMPARE(bench.panel.whyNot(), QString());
        QVERIFY(go->isEnabled());
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(bench.panel.continuation().alternatives().size(), std::size_t{4});
        QVERIFY(bench.panel.answerRange().value() == (TickRange{{0}, {4 * 2880}}));
        bench.panel.keep(0);
        const auto& notes = bench.score().tracks.front().notes;
        QVERIFY(notes.size() > 4);
        QVERIFY(notes.back().end().value <= 4 * 2880);
        for (const Note& note : notes)
            QCOMPARE(int(note.velocity), note.start.value % 2880 == 0   ? 100
                                         : note.start.value % 1440 == 0 ? 88
                                                                        : 80);
    }

    void keepMakesATrackWhereThereIsNone()
    {
        Bench bench;
        bench.studio.document.replace({});
        bench.panel.form().setNew(true);
        bench.panel.generate();
        bench.waitUntilWritten();
        const Alternative first = bench.panel.continuation().alternatives().front();
        bench.panel.keep(0);
        QCOMPARE(bench.score().tracks.size(), std::size_t{1});
        const auto& notes = bench.score().tracks.front().notes;
        QCOMPARE(notes.size(), first.notes.size());
        QCOMPARE(bench.studio.document.origin(notes.back().id)->rank, first.notes.back().rank);
        bench.studio.document.undoStack().undo();
        QVERIFY(bench.score() == Score{});
    }

    void severalLinesAreSaid()
    {
        Bench bench;
        bench.studio.document.replace(scoreOf(QStringLiteral("[CEG]2[DF]2|[EG]2[CE]2")));
        bench.panel.setActiveTrack(bench.score().tracks.front().id);
        bench.panel.generate();
        bench.waitUntilWritten();
        QVERIFY(bench.panel.continuation()
                    .remarks()
                    .join(QLatin1Char(' '))
                    .contains(QStringLiteral("several lines")));
    }

    void aModelThatCannotBeLoadedIsSaid()
    {
        Bench bench;
        const QString file = bench.studio.folder.filePath(QStringLiteral("broken.safetensors"));
        QFile broken(file);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("no model");
        broken.close();
        bench.panel.useModel(file);
        QCOMPARE(bench.panel.form().model(), file);
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(bench.studio.told.size(), qsizetype{1});
        QVERIFY(bench.studio.told.front().contains(QStringLiteral("broken.safetensors")));
        bench.panel.form().setModel(bench.studio.paths.starterModel());
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(bench.panel.continuation().alternatives().size(), std::size_t{4});
    }

    void limitsAndSamplersReachTheEngine()
    {
        Bench bench;
        bench.panel.form().sampler().chooseSampler(QStringLiteral("argmax"));
        bench.panel.form().sampler().setRange(67, 74);
        bench.panel.form().setKey(Key{7, Mode::Major});
        bench.panel.generate();
        bench.waitUntilWritten();
        const auto& alternatives = bench.panel.continuation().alternatives();
        QCOMPARE(alternatives.size(), std::size_t{4});
        for (const Alternative& alternative : alternatives) {
            QCOMPARE(notesText(notesOf(alternative)), notesText(notesOf(alternatives.front())));
            for (const OfferedNote& note : alternative.notes)
                QVERIFY(note.note.pitch.value >= 67 && note.note.pitch.value <= 74);
        }
        QVERIFY(bench.panel.continuation()
                    .remarks()
                    .join(QLatin1Char(' '))
                    .contains(QStringLiteral("Taken as G major")));
    }

    void deleteAndDiscardTakeAlternativesAway()
    {
        Bench bench;
        const Score before = bench.score();
        bench.panel.generate();
        bench.waitUntilWritten();
        QTest::keyClick(&bench.panel.list(), Qt::Key_Down);
        QTest::keyClick(&bench.panel.list(), Qt::Key_Delete);
        QCOMPARE(bench.panel.continuation().alternatives().size(), std::size_t{3});
        QCOMPARE(bench.panel.list().chosen().value(), 2); // C, in the place of B.
        bench.panel.discardAll();
        QVERIFY(bench.panel.continuation().alternatives().empty());
        QVERIFY(bench.panel.ghosts().empty());
        QVERIFY(!bench.panel.answerRange());
        QVERIFY(!bench.panel.list().chosen());
        QVERIFY(bench.score() == before);
        QCOMPARE(bench.panel.actions().last()->toolTip(),
                 QStringLiteral("There are no alternatives yet"));
    }

    void anotherScoreTakesTheAlternativesAway()
    {
        Bench bench;
        bench.askForLong();
        bench.studio.document.replace(scoreOf(QStringLiteral("CDEF")));
        QVERIFY(!bench.panel.continuation().isRunning());
        QVERIFY(bench.panel.continuation().alternatives().empty());
        QTest::qWait(200); // What the engine still sends is not heard.
        QVERIFY(bench.panel.continuation().alternatives().empty());
    }

    void anAnswerInTheMiddleReplacesWhatStandsThere()
    {
        Bench bench;
        const MeterMap meters(bench.score());
        const Score before = bench.score();
        bench.studio.player.seek(meters.barStart(4));
        bench.panel.form().setFrom(StartFrom::Playhead);
        bench.panel.form().setBars(2);
        bench.panel.generate();
        bench.waitUntilWritten();
        QVERIFY(bench.panel.answerRange().value() ==
                (TickRange{meters.barStart(4), meters.barStart(6)}));
        bench.panel.keep(0);
        const auto outside = [&](const Score& score) {
            std::vector<Note> notes;
            for (const Note& note : score.tracks.front().notes)
                if (note.end() <= meters.barStart(4) || note.start >= meters.barStart(6))
                    notes.push_back(note);
            return notesText(notes);
        };
        QCOMPARE(outside(bench.score()), outside(before));
        QVERIFY(!(bench.score() == before));
        bench.studio.document.undoStack().undo();
        QVERIFY(bench.score() == before);
    }

    void spacePlaysItInItsPlace()
    {
        if (!QFile::exists(qEnvironmentVariable("CONTINUO_SOUNDFONT")))
            QSKIP("CONTINUO_SOUNDFONT names no soundfont");
        Bench bench;
        AudioOptions options;
        options.driver = "null";
        bench.studio.player.open(options);
        QTRY_VERIFY_WITH_TIMEOUT(bench.studio.player.isOpen(), kPatienceMs);
        bench.panel.generate();
        bench.waitUntilWritten();
        QSignalSpy moved(&bench.studio.player, &Player::positionChanged);
        QTest::keyClick(&bench.panel.list(), Qt::Key_Space);
        QVERIFY(!bench.studio.player.auditioned().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!moved.isEmpty(), kPatienceMs);
        const MeterMap meters(bench.score());
        const auto here = moved.front().front().value<Tick>();
        QCOMPARE(meters.position(here).bar, 7); // From a beat before bar 9.
        QTest::keyClick(&bench.panel.list(), Qt::Key_Space);
        QVERIFY(bench.studio.player.auditioned().isEmpty());
    }

    void itsMenuAsksForTheScoreCard()
    {
        Bench bench;
        bench.panel.generate();
        bench.waitUntilWritten();
        const Alternative* second = bench.panel.continuation().find(1);
        QVERIFY(second && !second->notes.empty());
        const std::size_t count = second->notes.size();
        const auto card = [&]() -> QAction* {
            for (QToolButton* each : bench.panel.list().findChildren<QToolButton*>())
                if (each->accessibleName() == QLatin1String("More about alternative B"))
                    each->click();
            const QList<QMenu*> menus = bench.panel.findChildren<QMenu*>();
            for (QAction* each : menus.isEmpty() ? QList<QAction*>() : menus.last()->actions())
                if (each->text() == QStringLiteral("Score card…"))
                    return each;
            return nullptr;
        };
        QSignalSpy asked(&bench.panel, &GeneratePanel::cardRequested);
        QVERIFY(card() && !card()->isEnabled());
        QCOMPARE(bench.panel.list().chosen(), std::optional(1));
        QString model;
        bench.panel.setWhyNoCard([&](const QString& file) {
            model = file;
            return QStringLiteral("no set");
        });
        QVERIFY(!card()->isEnabled());
        QVERIFY2(card()->toolTip().contains(QLatin1String("no set")), qPrintable(card()->toolTip()));
        QCOMPARE(model, bench.studio.paths.starterModel());
        bench.panel.setWhyNoCard([](const QString&) { return QString(); });
        QVERIFY(card()->isEnabled());
        card()->trigger();
        QCOMPARE(asked.size(), 1);
        const auto melody = asked.front().at(0).value<Score>();
        QCOMPARE(melody.noteCount(), count);
        QVERIFY(melody.tracks.front().notes.front().start.value >= 0);
        QVERIFY(melody.tracks.front().notes.front().start.value < 4 * 4 * melody.ticksPerQuarter);
        QVERIFY(asked.front().at(1).toString().startsWith(QLatin1String("Alternative B: ")));
        QCOMPARE(asked.front().at(2).toString(), model);
    }

    void everyControlHasANameAndEveryDisabledOneSaysWhy()
    {
        Bench bench;
        for (const QWidget* widget : bench.panel.findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus ||
                widget->objectName().startsWith(QStringLiteral("qt_")))
                continue;
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const bool isNamed =
                !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
            QVERIFY2(isNamed, widget->metaObject()->className());
            if (!widget->isEnabled())
                QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->accessibleName()));
        }
    }
};

QTEST_MAIN(TestGeneratePanel)
#include "tst_generate_panel.moc"
