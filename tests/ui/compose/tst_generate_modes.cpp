// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/generate/hand_made_model.h"
#include "tests/ui/compose/studio_fixture.h"
#include "ui/compose/alternatives_list.h"
#include "ui/compose/generate_form.h"
#include "ui/compose/generate_panel.h"

#include <QAction>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QUndoStack>

#include <set>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

/// Two bars of quarters in C major on one track.
Score melody()
{
    Score score;
    const TrackId track = score.addTrack().id;
    std::int64_t start = 0;
    for (const int key : {72, 74, 76, 72, 67, 71, 72, 72}) {
        Note note;
        note.start = Tick{start};
        note.length = Tick{kDefaultTicksPerQuarter};
        note.pitch.value = static_cast<std::uint8_t>(key);
        score.addNote(track, note);
        start += kDefaultTicksPerQuarter;
    }
    return score;
}

/// The panel over a melody, with a real engine and a model of four voices with random weights.
struct Bench
{
    Bench()
        : panel(studio.context())
    {
        studio.document.replace(melody());
        panel.setActiveTrack(score().tracks.front().id);
        panel.resize(288, 800);
        panel.show();
        const auto encoding = makeEncoding("voices", "{}").value();
        const NetworkShape shape = tests::convolutionShape(3, 16, true, 2);
        file = studio.folder.filePath(QStringLiteral("voices.safetensors"));
        const auto model = tests::modelFile(
            *encoding, shape, tests::randomTensors(shape, encoding->vocabulary().size(), 3, 0.6));
        isWritten = bool(writeTensorFile(file.toStdString(), model, Overwrite::Refuse));
        panel.form().setIdeas(2);
    }

    void useVoices()
    {
        panel.useModel(file);
        QTRY_COMPARE_WITH_TIMEOUT(int(panel.form().mode()), int(GenerateMode::Harmonise),
                                  kPatienceMs);
    }
    QToolButton* segment(const QString& word)
    {
        for (QToolButton* button : panel.findChildren<QToolButton*>()) {
            if (button->text() == word)
                return button;
        }
        return nullptr;
    }
    void waitUntilWritten()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!panel.continuation().isRunning(), kPatienceMs);
    }
    const Score& score() const { return studio.document.score(); }

    StudioFixture studio{};
    QString file{};
    bool isWritten = false;
    GeneratePanel panel;
};

} // namespace

class TestGenerateModes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!StudioFixture::hasEngine())
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
    }

    void whatAModelCannotIsGreyWithTheReason()
    {
        Bench bench;
        QVERIFY(bench.isWritten);
        QVERIFY(bench.segment("Continue")->isEnabled() && bench.segment("New")->isEnabled());
        QVERIFY(!bench.segment("Harmonise")->isEnabled() && !bench.segment("Infill")->isEnabled());
        QVERIFY(bench.segment("Harmonise")->toolTip().contains("chorales"));
        bench.useVoices();
        QVERIFY(!bench.segment("Continue")->isEnabled() && bench.segment("New")->isEnabled());
        QVERIFY(bench.segment("Harmonise")->isEnabled() && bench.segment("Infill")->isEnabled());
        QVERIFY(bench.segment("Continue")->toolTip().contains("no end to go on from"));
        QCOMPARE(bench.panel.whyNot(), QString());
        // Infill asks for a selection.
        bench.panel.form().setMode(GenerateMode::Infill);
        QVERIFY(bench.panel.whyNot().contains("No notes are selected"));
        // Another model takes the choice back to what it can.
        bench.panel.form().setMode(GenerateMode::Harmonise);
        bench.panel.useModel(bench.studio.paths.starterModel());
        QCOMPARE(int(bench.panel.form().mode()), int(GenerateMode::Continue));
    }

    void harmonisingIsWatchedAndKeptAsNewTracks()
    {
        Bench bench;
        bench.useVoices();
        const Score before = bench.score();
        QSignalSpy changed(&bench.panel, &GeneratePanel::offersChanged);
        bool wasDraft = false;
        QString progress;
        connect(&bench.panel, &GeneratePanel::offersChanged, this, [&] {
            for (const Alternative& each : bench.panel.continuation().alternatives()) {
                if (each.isDraft && !bench.panel.ghosts().empty()) {
                    wasDraft = true;
                    progress = bench.panel.continuation().progress();
                }
            }
        });
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(bench.studio.told, QStringList());
        QVERIFY(wasDraft);
        QVERIFY2(progress.startsWith("Step ") && progress.endsWith(" of 96"), qPrintable(progress));
        QVERIFY(changed.count() > 2);
        const auto& alternatives = bench.panel.continuation().alternatives();
        QCOMPARE(alternatives.size(), std::size_t{2});
        QCOMPARE(bench.panel.continuation().voices().size(), std::size_t{4});
        std::set<int> voices;
        for (const Alternative& each : alternatives) {
            QVERIFY(each.isWhole && !each.isDraft && !each.notes.empty());
            for (const OfferedNote& note : each.notes) {
                voices.insert(note.voice);
                QVERIFY(note.note.end() <= Tick{8 * kDefaultTicksPerQuarter});
            }
        }
        QVERIFY(!voices.contains(0) && !voices.empty());

        const int steps = bench.studio.document.undoStack().count();
        std::size_t notes = alternatives[1].notes.size();
        bench.panel.keep(1);
        QCOMPARE(bench.studio.document.undoStack().count(), steps + 1);
        QVERIFY(bench.score().tracks.size() > 1 && bench.score().tracks.size() <= 4);
        QVERIFY(bench.score().tracks.front() == before.tracks.front());
        QCOMPARE(bench.score().noteCount(), before.noteCount() + notes);
        const std::string name = trackName(bench.score().tracks.back());
        QVERIFY(name == "Bass" || name == "Tenor" || name == "Alto");
        bench.studio.document.undoStack().undo();
        QVERIFY(bench.score() == before);
        // Undone, it is offered again.
        QCOMPARE(bench.panel.continuation().alternatives().size(), std::size_t{2});
        QCOMPARE(bench.panel.continuation().voices().size(), std::size_t{4});
    }

    void infillingReplacesTheBarsOfTheSelection()
    {
        Bench bench;
        bench.useVoices();
        bench.panel.form().setMode(GenerateMode::Infill);
        const Score before = bench.score();
        bench.studio.selection.set(std::vector<NoteId>{before.tracks.front().notes[5].id});
        QTRY_COMPARE(bench.panel.whyNot(), QString());
        bench.panel.generate();
        bench.waitUntilWritten();
        QCOMPARE(bench.studio.told, QStringList());
        QVERIFY(!bench.panel.continuation().alternatives().empty());
        bench.panel.keep(0);
        const Tick bar{4 * kDefaultTicksPerQuarter};
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(bench.score().tracks.front().notes[i] == before.tracks.front().notes[i]);
        for (std::size_t t = 0; t < bench.score().tracks.size(); ++t) {
            for (const Note& note : bench.score().tracks[t].notes)
                QVERIFY(note.start >= bar || t == 0);
        }
        bench.studio.document.undoStack().undo();
        QVERIFY(bench.score() == before);
    }

    void stopKeepsWhatHadCome()
    {
        Bench bench;
        bench.useVoices();
        bench.panel.generate();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.panel.continuation().alternatives().empty(), kPatienceMs);
        bench.panel.stop();
        bench.waitUntilWritten();
        QCOMPARE(bench.studio.told, QStringList());
        const Score before = bench.score();
        bench.panel.keep(bench.panel.continuation().alternatives().front().index);
        QVERIFY(bench.score().tracks.size() > 1);
        bench.studio.document.undoStack().undo();
        QVERIFY(bench.score() == before);
    }
};

QTEST_MAIN(TestGenerateModes)
#include "tst_generate_modes.moc"
