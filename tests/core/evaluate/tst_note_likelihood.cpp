// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/note_likelihood.h"
#include "core/learn/trainer.h"
#include "tests/core/generate/note_models.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

class TestNoteLikelihood : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// With the trainer's figures, to 1e-5; more windows than go together, and fewer notes than
    /// one.
    void theTrainerJudgesTheSame_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        QTest::newRow("a window") << noteShape("lstm", 2, 24, 6);
        QTest::newRow("ReLU heads") << noteShape("lstm", 1, 24, 4, "note-relu");
        QTest::newRow("every step") << noteShape("gru", 1, 24, 0);
    }

    void theTrainerJudgesTheSame()
    {
        QFETCH(NetworkShape, shape);
        const TensorFile file = noteModelFile("{}", shape, 4, 0.3);
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.safetensors").toStdString();
        QVERIFY(writeTensorFile(path, file, Overwrite::Refuse));
        const GeneratingModel model = noteModel(file);
        const std::vector<TokenSequence> pieces{someNotes(80, 3, 1), someNotes(3, 3, 2),
                                                someNotes(40, 3, 3)};
        const TokenStream part = makeTokenStream(pieces, model.encoding->vocabulary(), 3);
        const auto theirs = scoreModel(path, pieces);
        QVERIFY2(theirs, theirs ? "" : theirs.error().text.c_str());
        const auto ours = scoreNotesOf(model, part, 1, {}, {});
        QVERIFY(ours);
        QCOMPARE(ours->steps, std::uint64_t{79 + 2 + 39});
        QCOMPARE(ours->steps, theirs->steps);
        QVERIFY2(std::abs(ours->loss - theirs->loss) < 1e-5,
                 qPrintable(QString::number(ours->loss - theirs->loss)));
        QCOMPARE(ours->accuracy, theirs->accuracy);
        QVERIFY(std::abs(ours->bitsPerNote.value() - theirs->bitsPerNote.value()) < 1e-5);
        const auto threaded = scoreNotesOf(model, part, 3, {}, {});
        QVERIFY(*threaded == *ours);
    }

    void cancellingEndsIt()
    {
        const GeneratingModel model =
            noteModel(noteModelFile("{}", noteShape("lstm", 1, 24, 6), 4, 0.3));
        const TokenStream part = makeTokenStream(std::vector<TokenSequence>{someNotes(80, 3, 1)},
                                                 model.encoding->vocabulary(), 3);
        CancelToken cancel;
        cancel.cancel();
        const auto score = scoreNotesOf(model, part, 1, cancel, {});
        QVERIFY(!score);
        QCOMPARE(score.error().id, std::string("base.cancelled"));
    }
};

QTEST_APPLESS_MAIN(TestNoteLikelihood)
#include "tst_note_likelihood.moc"
