// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/problem_places.h"
#include "tests/core/dataset/score_fixture.h"

#include <QtTest>

using namespace continuo;

Q_DECLARE_METATYPE(continuo::Score)
Q_DECLARE_METATYPE(std::vector<std::int64_t>)

class TestProblemPlaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void barsAreNamed_data();
    void barsAreNamed();
    void stuckNotesAreThoseOfTheReader();
    void barsAreNotWithoutEnd();
    void remarksTellOfAnUnreadableRest();
};

void TestProblemPlaces::barsAreNamed_data()
{
    QTest::addColumn<Score>("score");
    QTest::addColumn<QString>("problem");
    QTest::addColumn<std::vector<std::int64_t>>("bars");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* problem, const Score& score, std::vector<std::int64_t> bars,
                        const char* text) {
        QTest::newRow(problem) << score << QString(problem) << std::move(bars) << text;
    };
    row("overlapping-notes", scoreOfNotes({{0, 2, 60}, {1, 9, 60}, {9, 1, 60}}), {1, 3},
        "2 notes overlap the one before, in bars 1 and 3");
    row("zero-length-notes", scoreOfNotes({{0, 1, 60}, {5, 0, 60}}), {2},
        "1 note has no length, in bar 2");
    row("extreme-range", scoreOfNotes({{0, 1, 20}, {4, 1, 60}, {8, 1, 109}, {9, 1, 5, 9}}), {1, 3},
        "2 notes lie beyond a piano, in bars 1 and 3");
    row("off-grid", scoreOfNotes({{0, 1, 60}, {4.1, 1, 60}}), {2},
        "1 note begins off the grid, in bar 2");
    row("long-silence", scoreOfNotes({{0, 1, 60}, {20, 1, 60}}), {2, 3, 4, 5},
        "4 silent bars running, in bars 2, 3, 4 and 5");
    row("drums-only", scoreOfNotes({{0, 1, 60, 9}}), {}, "All 1 notes are drums");
    Score meters = scoreOfNotes({{0, 16, 60}});
    meters.addEvent(meters.tracks[0].id, timeSignatureEvent(Tick{8 * 480}, 3, 4));
    row("several-meters", meters, {3}, "2 meters, in bar 3");
    Score tempos = scoreOfNotes({{0, 16, 60}});
    tempos.addEvent(tempos.tracks[0].id, tempoEvent(Tick{5 * 480}, 300'000));
    row("several-tempos", tempos, {2}, "2 tempos, in bar 2");
    QList<QList<double>> same;
    for (int i = 0; i < 40; ++i)
        same += QList<double>{double(i), 1, 60};
    row("monotone-repetition", scoreOfNotes(same), {}, "10 bars running are equal");
}

void TestProblemPlaces::barsAreNamed()
{
    QFETCH(Score, score);
    QFETCH(QString, problem);
    QFETCH(std::vector<std::int64_t>, bars);
    QFETCH(QString, text);
    MusicPiece piece;
    piece.score = score;
    const PieceFacts facts = factsOf(piece);
    const ProblemMask problems = problemsOf(piece, facts);
    const Problem wanted = *problemNamed(problem.toStdString());
    QVERIFY2(problems & problemBit(wanted) || problem == "off-grid", "the piece has not got it");
    const auto places = problemPlaces(piece, facts, problemBit(wanted));
    QCOMPARE(places.size(), std::size_t{1});
    QCOMPARE(places[0].problem, wanted);
    QCOMPARE(places[0].bars, bars);
    QCOMPARE(QString::fromStdString(places[0].text), text);
    QVERIFY(problemPlaces(piece, facts, 0).empty());
}

void TestProblemPlaces::stuckNotesAreThoseOfTheReader()
{
    MusicPiece piece;
    piece.score = scoreOfNotes({{0, 1, 60}, {4, 1, 62}});
    piece.unreleasedNotes = {piece.score.tracks[0].notes[1].id};
    piece.hasUnreleasedNotes = true;
    const PieceFacts facts = factsOf(piece);
    const auto places = problemPlaces(
        piece, facts, problemsOf(piece, facts) & problemBit(Problem::UnreleasedNotes));
    QCOMPARE(places.size(), std::size_t{1});
    QCOMPARE(places[0].bars, std::vector<std::int64_t>{2});
}

void TestProblemPlaces::barsAreNotWithoutEnd()
{
    QList<QList<double>> notes;
    for (int i = 0; i < 400; ++i)
        notes += QList<double>{double(i * 4), 0, 60};
    MusicPiece piece;
    piece.score = scoreOfNotes(notes);
    const auto places = problemPlaces(piece, factsOf(piece), problemBit(Problem::ZeroLengthNotes));
    QCOMPARE(places[0].bars.size(), kMostProblemBars);
    QVERIFY(places[0].text.starts_with("400 notes have no length, in bars 1, 2, 3") &&
            places[0].text.ends_with("…"));
}

void TestProblemPlaces::remarksTellOfAnUnreadableRest()
{
    QCOMPARE(problemsOf(std::vector<Remark>{{"midi.no-end-of-track", "", {}}}), ProblemMask{0});
    QCOMPARE(problemsOf(std::vector<Remark>{{"midi.prefix", "", {}}, {"midi.event-cut", "", {}}}),
             problemBit(Problem::UnreadableRest));
}

QTEST_APPLESS_MAIN(TestProblemPlaces)
#include "tst_problem_places.moc"
