// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/note_selection.h"

#include "core/edit/place_notes.h"
#include "core/edit/velocity.h"
#include "tests/core/edit/edit_check.h"
#include "ui/document/score_document.h"

#include <QSignalSpy>

using namespace continuo;
using namespace continuo::ui;

class TestNoteSelection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyAChangeIsTold()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        NoteSelection selection(document);
        QSignalSpy changed(&selection, &NoteSelection::changed);
        const std::vector<NoteId> all = idsOf(document.score(), {});
        selection.set(all);
        selection.set(all);
        selection.add(idsOf(document.score(), {0, 1}));
        QCOMPARE(changed.size(), 1);
        selection.remove(idsOf(document.score(), {0}));
        QCOMPARE(changed.size(), 2);
        QCOMPARE(selection.size(), std::size_t{3});
        selection.clear();
        selection.clear();
        QCOMPARE(changed.size(), 3);
        QVERIFY(selection.isEmpty());
    }

    void itLivesThroughEditsAndUndo()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        NoteSelection selection(document);
        const std::vector<NoteId> two = idsOf(document.score(), {1, 2});
        selection.set(two);
        document.edit(QStringLiteral("louder"), setVelocity(document.score(), two, 120));
        QCOMPARE(selection.notes(), two);
        document.edit(QStringLiteral("remove"), removeNotes(document.score(), two));
        QVERIFY(selection.isEmpty());
        document.undoStack().undo();
        QCOMPARE(selection.notes(), two);
        document.undoStack().redo();
        QVERIFY(selection.isEmpty());
    }

    void anotherScoreHasNoneOfIt()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        NoteSelection selection(document);
        selection.set(idsOf(document.score(), {}));
        document.replace(scoreOf(QStringLiteral("CDEF")));
        QVERIFY(selection.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestNoteSelection)
#include "tst_note_selection.moc"
