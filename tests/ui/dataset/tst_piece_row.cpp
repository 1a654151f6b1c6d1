// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_pieces.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestPieceRow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreOrderedAsPeopleCount_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::newRow("number by value") << "polka 2.mid"
                                         << "polka 12.mid";
        QTest::newRow("zeros do not count") << "polka 002.mid"
                                            << "polka 12.mid";
        QTest::newRow("case does not count") << "Alma.abc"
                                             << "beta.abc";
        QTest::newRow("prefix first") << "jig"
                                      << "jig 2";
        QTest::newRow("letters") << "a.mid"
                                 << "b.mid";
        QTest::newRow("two numbers") << "op 3 no 9"
                                     << "op 3 no 10";
    }
    void namesAreOrderedAsPeopleCount()
    {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QVERIFY(orderKey(first) < orderKey(second));
    }

    void cellsSayWhatTheFactsAre()
    {
        DatasetPiece piece =
            madePiece(1, "/music/Old tunes/morrisons_2.mid", 128,
                      problemBit(Problem::OverlappingNotes) | problemBit(Problem::SeveralTempos));
        piece.facts.key = KeyEstimate{{10, Mode::Major}, {7, Mode::Minor}, 0.8, 0.01};
        piece.facts.meters = {{1, {6, 8}}};
        piece.facts.overlappingNotes = 2;
        piece.facts.tempoCount = 3;
        piece.facts.lowest = 59;
        piece.facts.highest = 66;
        piece.status = FileStatus::AcceptedWithNotes;
        piece.part = Part::Validation;
        const PieceRow row = pieceRow(piece, false);
        QCOMPARE(pieceName(row), QStringLiteral("morrisons_2.mid"));
        QCOMPARE(keyInWords(row), QStringLiteral("B♭ major?"));
        QCOMPARE(meterInWords(row), QStringLiteral("6/8"));
        QCOMPARE(rangeInWords(row), QStringLiteral("B3–F♯4"));
        QCOMPARE(readInWords(row), QStringLiteral("remarks"));
        QCOMPARE(problemsInWords(row, {}), QStringLiteral("2 overlaps, 3 tempos"));
        QCOMPARE(useInWords(row, true), QStringLiteral("validation"));
        const QString facts = factsInWords(row, {});
        QVERIFY2(facts.startsWith(QStringLiteral("/music/Old tunes/morrisons_2.mid\n")),
                 qPrintable(facts));
        QVERIFY2(facts.contains(QStringLiteral("B♭ major, or perhaps G minor")), qPrintable(facts));
    }

    void whatIsNotThereIsADash()
    {
        DatasetPiece piece = madePiece(1, "drums.mid", 260, problemBit(Problem::DrumsOnly));
        piece.facts.key.reset();
        piece.facts.lowest.reset();
        piece.facts.highest.reset();
        const PieceRow row = pieceRow(piece, false);
        QCOMPARE(keyInWords(row), QStringLiteral("–"));
        QCOMPARE(rangeInWords(row), QStringLiteral("–"));
        QCOMPARE(problemsInWords(row, {}), QStringLiteral("drums only"));
        QCOMPARE(useInWords(row, true), QStringLiteral("no"));
        QCOMPARE(useInWords(row, false), QStringLiteral("not split"));
    }

    void aNearDuplicateNamesItsRelative()
    {
        const PieceRow row = madeRow(1, "copy.mid", 96, problemBit(Problem::NearDuplicate));
        QCOMPARE(problemsInWords(row, QStringLiteral("reel-07.mid")),
                 QStringLiteral("near-duplicate of reel-07.mid"));
        QCOMPARE(problemsInWords(row, {}), QStringLiteral("near-duplicate"));
    }

    void piecesOfABookHaveTheirPlaceAndTitle()
    {
        DatasetPiece piece = madePiece(1, "/x/jigs.abc");
        piece.ordinal = 2;
        piece.facts.title = "The Kesh";
        QCOMPARE(pieceName(pieceRow(piece, true)), QStringLiteral("jigs.abc #3 · The Kesh"));
        QCOMPARE(pieceName(pieceRow(piece, false)), QStringLiteral("jigs.abc"));
    }

    void aPathOfAnyBytesIsShownReadably()
    {
        const PieceRow row = madeRow(1, "/x/Bj\xf6rne.mid");
        QCOMPARE(pieceName(row), QStringLiteral("Bj\ufffdrne.mid"));
    }

    void everyProblemHasWords()
    {
        QStringList names;
        for (std::size_t i = 0; i < kProblemCount; ++i)
            names << problemGroupInWords(static_cast<Problem>(i));
        QVERIFY(!names.contains(QString()));
        QCOMPARE(names.removeDuplicates(), 0);
    }
};

QTEST_MAIN(TestPieceRow)
#include "tst_piece_row.moc"
