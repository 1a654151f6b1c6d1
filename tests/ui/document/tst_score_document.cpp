// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/score_document.h"

#include "core/edit/move_notes.h"
#include "core/edit/place_notes.h"
#include "core/edit/velocity.h"
#include "tests/core/edit/edit_check.h"

#include <QSignalSpy>

#include <random>

using namespace continuo;
using namespace continuo::ui;

class TestScoreDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEditIsOneStepWithAName()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        const Score before = document.score();
        QSignalSpy changed(&document, &ScoreDocument::changed);
        document.edit(QStringLiteral("move 4 notes"), transposeNotes(before, idsOf(before, {}), 2));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(document.undoStack().undoText(), QStringLiteral("move 4 notes"));
        QVERIFY(document.score() != before);
        document.undoStack().undo();
        QVERIFY(document.score() == before);
        QCOMPARE(changed.size(), 2);
    }

    void anEmptyEditLeavesWhatCouldBeRedone()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        document.edit(QStringLiteral("move"), transposeNotes(document.score(), idsOf(document.score(), {}), 2));
        document.undoStack().undo();
        document.edit(QStringLiteral("nothing"), ScorePatch{});
        QVERIFY(document.undoStack().canRedo());
        QCOMPARE(document.undoStack().count(), 1);
    }

    void undoingAllGivesTheStartRedoingAllTheEnd()
    {
        for (unsigned round = 0; round < 20; ++round) {
            std::mt19937 random(round);
            ScoreDocument document;
            document.replace(scoreOf(QStringLiteral("CDEF|GABc")));
            const Score start = document.score();
            for (int i = 0; i < 50; ++i) {
                const Score& score = document.score();
                std::vector<NoteId> some;
                for (const Note& note : score.tracks.front().notes) {
                    if (random() % 3 == 0)
                        some.push_back(note.id);
                }
                Note note;
                note.start = {static_cast<std::int64_t>(random() % 8'000)};
                note.length = {240};
                switch (random() % 4) {
                case 0: document.edit(QStringLiteral("add"), addNotes(score, score.tracks.front().id, std::span(&note, 1))); break;
                case 1: document.edit(QStringLiteral("remove"), removeNotes(score, some)); break;
                case 2: document.edit(QStringLiteral("move"), moveNotes(score, some, {60}, static_cast<int>(random() % 5) - 2)); break;
                default: document.edit(QStringLiteral("velocity"), setVelocity(score, some, static_cast<int>(random() % 128))); break;
                }
            }
            const Score end = document.score();
            while (document.undoStack().canUndo())
                document.undoStack().undo();
            QVERIFY(document.score() == start);
            while (document.undoStack().canRedo())
                document.undoStack().redo();
            QVERIFY(document.score() == end);
        }
    }

    void anotherScoreBeginsAnotherHistory()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")), {{1, {}}});
        document.edit(QStringLiteral("move"), transposeNotes(document.score(), idsOf(document.score(), {}), 2));
        QSignalSpy replaced(&document, &ScoreDocument::replaced);
        document.replace(scoreOf(QStringLiteral("GG")));
        QCOMPARE(replaced.size(), 1);
        QVERIFY(!document.undoStack().canUndo());
        QVERIFY(document.origins().empty());
    }

    void whereANoteCameFromOutlivesUndo()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        Note note;
        note.start = {9'600};
        const ScorePatch patch = addNotes(document.score(), document.score().tracks.front().id, std::span(&note, 1));
        const NoteId id = patch.addedNotes.front().note.id;
        document.edit(QStringLiteral("keep A"), patch);
        document.addOrigins({{id, NoteOrigin{.model = "starter", .randomSeed = 7, .probability = 0.25, .rank = 2}}});
        document.undoStack().undo();
        document.undoStack().redo();
        QVERIFY(document.origin(id));
        QCOMPARE(document.origin(id)->rank, 2);
        QVERIFY(!document.origin(id + 1));
    }
};

QTEST_GUILESS_MAIN(TestScoreDocument)
#include "tst_score_document.moc"
