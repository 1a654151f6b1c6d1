// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_notes.h"
#include "core/edit/track_edit.h"
#include "tests/core/edit/edit_check.h"
#include "tests/ui/compose/studio_fixture.h"
#include "ui/base/side_panels.h"
#include "ui/compose/compose_page.h"
#include "ui/compose/empty_roll.h"
#include "ui/compose/field_menu.h"
#include "ui/compose/first_steps.h"
#include "ui/compose/generate_panel.h"
#include "ui/compose/roll_toolbar.h"
#include "ui/compose/sample_score.h"
#include "ui/compose/track_card.h"
#include "ui/compose/track_panel.h"
#include "ui/roll/note_area.h"
#include "ui/roll/roll_view.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

struct Bench
{
    Bench()
        : page(studio.context())
    {
        studio.document.replace(sampleScore(studio.paths));
        page.resize(1524, 790);
        page.show();
    }

    const Score& score() const { return studio.document.score(); }
    QList<TrackCard*> cards() const
    {
        QCoreApplication::processEvents(); // So that they stand in their places.
        QList<TrackCard*> shown;
        for (TrackCard* card : page.findChildren<TrackCard*>())
            if (!card->isHidden())
                shown << card;
        std::ranges::sort(shown, {}, [](const TrackCard* card) { return card->y(); });
        return shown;
    }
    FieldMenu* field(const QString& name) const
    {
        for (FieldMenu* one : page.findChildren<FieldMenu*>())
            if (one->accessibleName() == name)
                return one;
        return nullptr;
    }

    StudioFixture studio{};
    ComposePage page;
};

} // namespace

class TestComposePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTracksOfTheScoreAreShown()
    {
        Bench bench;
        QCOMPARE(bench.cards().size(), qsizetype{1});
        QVERIFY(bench.cards().front()->accessibleName().contains(QStringLiteral("Melody")));
        QVERIFY(bench.cards().front()->accessibleName().contains(QStringLiteral("Flute · 1")));
        QCOMPARE(bench.page.roll().activeTrack(), bench.score().tracks.front().id);

        bench.page.tracks().addTrack();
        QCOMPARE(bench.cards().size(), qsizetype{2});
        QCOMPARE(bench.score().tracks.size(), std::size_t{2});
        QCOMPARE(bench.studio.document.undoStack().undoText(), QStringLiteral("add track"));
        QCOMPARE(bench.page.roll().activeTrack(), bench.score().tracks.back().id);
        bench.studio.document.undoStack().undo();
        QCOMPARE(bench.cards().size(), qsizetype{1});
        QCOMPARE(bench.page.roll().activeTrack(), bench.score().tracks.front().id);
    }

    void aFileOfOneTrackTakesASecond()
    {
        Bench bench;
        Score file = bench.score();
        file.format = 0; // As most MIDI files of one track are.
        bench.studio.document.replace(file);
        for (QToolButton* button : bench.page.tracks().findChildren<QToolButton*>())
            if (button->accessibleName() == QStringLiteral("Add a track"))
                button->click();
        QCOMPARE(bench.cards().size(), qsizetype{2});
        QCOMPARE(bench.score().format, 1);
        bench.studio.document.undoStack().undo();
        QCOMPARE(bench.cards().size(), qsizetype{1});
        QCOMPARE(bench.score(), file);
        bench.studio.document.undoStack().redo();
        QCOMPARE(bench.cards().size(), qsizetype{2});
        QCOMPARE(bench.score().format, 1);
    }

    void aClickMakesATrackActive()
    {
        Bench bench;
        bench.page.tracks().addTrack();
        QTest::mouseClick(bench.cards().front(), Qt::LeftButton, {}, {40, 24});
        QCOMPARE(bench.page.tracks().activeTrack(), bench.score().tracks.front().id);
        QCOMPARE(bench.page.roll().activeTrack(), bench.score().tracks.front().id);
        bench.page.roll().setActiveTrack(bench.score().tracks.back().id);
        QCOMPARE(bench.page.tracks().activeTrack(), bench.score().tracks.back().id);
    }

    void aDoubleClickRenames()
    {
        Bench bench;
        QTest::mouseDClick(bench.cards().front(), Qt::LeftButton, {}, {40, 24});
        auto* editor = bench.cards().front()->findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->setText(QStringLiteral("Whistle"));
        QTest::keyClick(editor, Qt::Key_Return);
        QCOMPARE(trackName(bench.score().tracks.front()), std::string("Whistle"));
        QCOMPARE(bench.studio.document.undoStack().undoText(), QStringLiteral("rename track"));
    }

    void theLastTrackCannotBeDeleted()
    {
        Bench bench;
        bench.page.tracks().removeTrack(bench.score().tracks.front().id);
        QCOMPARE(bench.score().tracks.size(), std::size_t{1});
        bench.page.tracks().addTrack();
        const Score before = bench.score();
        bench.page.tracks().removeTrack(bench.score().tracks.front().id);
        QCOMPARE(bench.score().tracks.size(), std::size_t{1});
        bench.studio.document.undoStack().undo();
        QVERIFY(bench.score() == before);
    }

    void muteAndSoloAreThePlayers()
    {
        Bench bench;
        const TrackId track = bench.score().tracks.front().id;
        const auto buttons = bench.cards().front()->findChildren<QToolButton*>();
        buttons.at(0)->click();
        QVERIFY(bench.studio.player.isMuted(track));
        bench.studio.player.setSolo(track, true);
        QVERIFY(buttons.at(1)->isChecked());
    }

    void aTrackOfTemposIsNotShown()
    {
        Bench bench;
        Score score;
        const TrackId conductor = score.addTrack().id;
        score.addEvent(conductor, tempoEvent({}, 500'000));
        const TrackId melody = score.addTrack().id;
        score.addNote(melody, {.start = {0}, .length = {960}, .pitch = {60}});
        bench.studio.document.replace(score);
        QCOMPARE(bench.cards().size(), qsizetype{1});
        QCOMPARE(bench.page.roll().activeTrack(), melody);
    }

    void theFirstStepsGoWhenTheyAreDone()
    {
        if (!StudioFixture::hasEngine())
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
        Bench bench;
        const FirstSteps& steps = bench.page.firstSteps();
        QVERIFY(steps.isShown(FirstSteps::Hear) && steps.isShown(FirstSteps::Continue) &&
                steps.isShown(FirstSteps::Keep));
        bench.page.generator().generate();
        QVERIFY(!steps.isShown(FirstSteps::Continue));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.page.generator().continuation().isRunning(), kPatienceMs);
        bench.page.generator().keep(0);
        QVERIFY(!steps.isShown(FirstSteps::Keep));
        QVERIFY(steps.isShown(FirstSteps::Hear));
        Q_EMIT bench.studio.player.playingChanged(true);
        QVERIFY(!steps.isShown(FirstSteps::Hear));
        ComposePage another(bench.studio.context());
        QVERIFY(!another.firstSteps().isShown(FirstSteps::Hear)); // Remembered.
        another.showFirstSteps();
        QVERIFY(another.firstSteps().isShown(FirstSteps::Hear));
    }

    void anEmptyRollSaysHowToBegin()
    {
        Bench bench;
        const auto* empty = bench.page.findChild<EmptyRoll*>();
        QVERIFY(empty->isHidden());
        QVERIFY(bench.page.firstSteps().isShown(FirstSteps::Hear));
        Score nothing;
        nothing.tracks.push_back(namedTrack("Melody", 0, 0));
        bench.studio.document.replace(nothing);
        QVERIFY(empty->isVisible());
        QVERIFY(!bench.page.firstSteps().isShown(FirstSteps::Hear));
        const Note drawn[] = {Note{}};
        bench.studio.document.edit(QStringLiteral("draw 1 note"), addNotes(bench.score(), bench.score().tracks.front().id, drawn));
        QVERIFY(empty->isHidden());
        QVERIFY(bench.page.firstSteps().isShown(FirstSteps::Hear));
        bench.studio.document.undoStack().undo();
        QVERIFY(empty->isVisible());

        if (!StudioFixture::hasEngine())
            QSKIP("There is no engine to write a melody");
        bench.studio.engine.start();
        QTest::mouseClick(empty->findChild<QPushButton*>(), Qt::LeftButton);
        QVERIFY(empty->isHidden());
        QTRY_VERIFY_WITH_TIMEOUT(bench.page.generator().continuation().isRunning() ||
                                     !bench.page.generator().continuation().alternatives().empty(),
                                 kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!bench.page.generator().continuation().alternatives().empty(), kPatienceMs);
    }

    void anAlternativeIsNotOutOfSight()
    {
        if (!StudioFixture::hasEngine())
            QSKIP("There is no engine to continue with");
        Bench bench;
        bench.studio.engine.start();
        const RollState& roll = bench.page.findChild<NoteArea*>()->roll();
        QTest::keyClick(bench.page.findChild<NoteArea*>(), Qt::Key_Home);
        for (int page = 0; page < 8; ++page) { // Up to where the melody is no longer seen.
            for (int press = 0; press < 12; ++press)
                QTest::keyClick(bench.page.findChild<NoteArea*>(), Qt::Key_Up);
        }
        const auto isInSight = [&roll](const Note& note) {
            const RollGeometry& geometry = roll.geometry();
            return geometry.y(note.pitch.value) >= -0.5 && geometry.y(note.pitch.value - 1) <= geometry.size.height() + 0.5;
        };
        QVERIFY(!isInSight(bench.score().tracks.front().notes.front()));
        bench.page.generator().generate();
        const auto& alternatives = bench.page.generator().continuation().alternatives();
        QTRY_VERIFY_WITH_TIMEOUT(!alternatives.empty() && !bench.page.generator().continuation().isRunning(), kPatienceMs);
        for (const OfferedNote& offered : alternatives.front().notes)
            QVERIFY(isInSight(offered.note));
    }

    void thePanelsCanBeHiddenAndRememberIt()
    {
        Bench bench;
        QVERIFY(bench.page.tracks().isVisible());
        bench.page.panels().setShown(SidePanels::Left, false);
        QVERIFY(!bench.page.tracks().isVisible());
        ComposePage another(bench.studio.context());
        another.show();
        QVERIFY(!another.tracks().isVisible());
        QVERIFY(another.generator().isVisible());
    }

    void inASmallWindowThePanelsAreNarrow()
    {
        Bench bench;
        QCOMPARE(bench.page.tracks().width(), 216);
        QCOMPARE(bench.page.generator().width(), 288);
        bench.page.resize(1290, 660);
        QCOMPARE(bench.page.tracks().width(), 200);
        QCOMPARE(bench.page.generator().width(), 200);
        QVERIFY(bench.page.minimumSizeHint().width() <= 1290);
        bench.page.resize(3764, 2000);
        QCOMPARE(bench.page.tracks().width(), 216);
        QCOMPARE(bench.page.generator().width(), 288);
    }

    void theKeysOneToFourChooseTheTool()
    {
        Bench bench;
        bench.page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&bench.page));
        bench.page.roll().setFocus();
        const RollTool tools[] = {RollTool::Select, RollTool::Draw, RollTool::Erase,
                                  RollTool::Split};
        for (int i = 3; i >= 0; --i) {
            QTest::keyClick(&bench.page.roll(), static_cast<Qt::Key>(Qt::Key_1 + i));
            QCOMPARE(bench.page.roll().tool(), tools[i]);
        }
    }

    void theToolbarShowsGridAndKey()
    {
        Bench bench;
        QCOMPARE(bench.field(QStringLiteral("Scale"))->words(), QStringLiteral("G major"));
        QCOMPARE(bench.field(QStringLiteral("Snap"))->words(),
                 snapInWords(bench.page.roll().snap()));
        bench.page.roll().setSnap({1, 12});
        QCOMPARE(bench.field(QStringLiteral("Snap"))->words(), QStringLiteral("1/8 triplet"));
        bench.page.roll().setSnap({3, 16});
        QCOMPARE(bench.field(QStringLiteral("Snap"))->words(), QStringLiteral("1/8 dotted"));
        bench.page.roll().setSnap({1, 0});
        QCOMPARE(bench.field(QStringLiteral("Snap"))->words(), QStringLiteral("Off"));
    }

    void undoSaysWhatItTakesBack()
    {
        Bench bench;
        QToolButton* undo = nullptr;
        for (QToolButton* button : bench.page.findChildren<QToolButton*>())
            if (button->accessibleName() == QLatin1String("Undo"))
                undo = button;
        QVERIFY(undo);
        QVERIFY(!undo->isEnabled());
        QCOMPARE(undo->toolTip(), QStringLiteral("Nothing to undo"));
        bench.page.tracks().addTrack();
        QVERIFY(undo->isEnabled());
        QVERIFY(undo->toolTip().startsWith(QStringLiteral("Undo add track")));
        undo->click();
        QCOMPARE(bench.score().tracks.size(), std::size_t{1});
    }

    void importAndExportAreAskedFor()
    {
        Bench bench;
        QSignalSpy import(&bench.page, &ComposePage::importRequested);
        QSignalSpy exportMidi(&bench.page, &ComposePage::exportMidiRequested);
        for (QPushButton* button : bench.page.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Import…") ||
                button->text() == QStringLiteral("Export MIDI…"))
                button->click();
        QCOMPARE(import.count(), 1);
        QCOMPARE(exportMidi.count(), 1);
    }
};

QTEST_MAIN(TestComposePage)
#include "tst_compose_page.moc"
