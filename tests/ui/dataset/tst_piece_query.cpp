// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_pieces.h"
#include "ui/dataset/piece_facts.h"
#include "ui/dataset/piece_query.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

/// A piece that has something of everything: G minor, 6/8, 96 quarters a minute, D4 to G5.
PieceRow jig()
{
    DatasetPiece piece =
        madePiece(1, "/music/Jigs & Reels/slip-jig 2.mid", 120,
                  problemBit(Problem::OverlappingNotes) | problemBit(Problem::SeveralTempos));
    piece.family = 7;
    piece.status = FileStatus::AcceptedWithNotes;
    piece.part = Part::Train;
    piece.facts.title = "The Ärger Jig";
    piece.facts.composer = "J. S. Bach";
    piece.facts.bars = 16;
    piece.facts.durationSeconds = 90.4;
    piece.facts.tempos = {{0, 96.3}};
    piece.facts.tempoCount = 3;
    piece.facts.meters = {{1, {6, 8}}};
    piece.facts.key = KeyEstimate{{7, Mode::Minor}, {10, Mode::Major}, 0.9, 0.2};
    piece.facts.lowest = 62;
    piece.facts.highest = 79;
    piece.facts.tracks = 2;
    piece.facts.polyphony = 4;
    piece.facts.density = 1.33;
    piece.facts.lowestVelocity = 40;
    piece.facts.highestVelocity = 100;
    piece.facts.offGridShare = 0.12;
    piece.facts.kinds.emplace();
    piece.facts.kinds->pitches.set(62).set(67).set(79);
    piece.facts.kinds->intervals.set(kWidestInterval + 5).set(0);
    piece.facts.kinds->durations.set(2).set(3);
    piece.facts.kinds->onsets.set(0).set(7).set(16);
    return pieceRow(piece, false);
}

/// One of drums alone: without key, pitch and tempo.
PieceRow drums()
{
    DatasetPiece piece = madePiece(2, "beat.mid", 30, problemBit(Problem::DrumsOnly));
    piece.facts.drumNotes = 30;
    piece.facts.key.reset();
    piece.facts.lowest.reset();
    piece.facts.highest.reset();
    piece.facts.kinds.reset();
    piece.facts.tempos.clear();
    return pieceRow(piece, false);
}

constexpr std::size_t kFamilySize = 3;

} // namespace

class TestPieceQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void termsFindTheJig_data()
    {
        QTest::addColumn<bool>("isFound");
        const auto finds = [](const char* search) { QTest::newRow(search) << true; };
        const auto misses = [](const char* search) { QTest::newRow(search) << false; };
        finds("");
        finds("JIG 6/8");
        finds("\"slip-jig 2\"");
        misses("\"jig slip\"");
        misses("-jig");
        finds("-waltz");
        finds("NOT waltz");
        misses("NOT jig");
        finds("--jig");
        finds("notes=120");
        misses("notes=121");
        finds("notes:120");
        finds("notes!=121");
        finds("notes>119");
        misses("notes>120");
        finds("notes>=120");
        finds("notes<=120");
        misses("notes<120");
        finds("notes > 100");
        finds("notes >100 jig");
        misses("notes > 100 waltz");
        finds("NOTES≥120 notes≤120 notes≠1");
        misses("-notes>100");
        finds("NOT notes>200");
        finds("bars>=16 bars<=16");
        finds("duration>60");
        finds("duration=1:30");
        finds("duration<1:31");
        misses("duration>1:30:00");
        finds("tempo=96");
        misses("tempo=96.0");
        finds("tempo=96.3");
        finds("tempo>96 tempo<97");
        finds("tempos>1");
        finds("meters=1");
        finds("key=Gm");
        finds("key:\"G minor\"");
        finds("key=Gminor");
        misses("key=G");
        finds("key!=G");
        finds("key:minor");
        misses("key:major");
        misses("key=none");
        finds("meter=6/8");
        finds("pitch:D4 pitch=67 pitch!=D5");
        misses("pitch:D5");
        misses("-pitch:D4");
        finds("pitch:E4-G4");
        misses("pitch:E4-F#4");
        finds("pitchclass:G pitchclass:d");
        misses("pitchclass:Gb");
        finds("interval:5 interval:+5 interval:-12 interval:-24");
        misses("interval:-5");
        misses("interval:0");
        finds("notevalue:1/8 notevalue:1/8.");
        misses("notevalue:1/4");
        finds("onset:1 onset:2.75 onset=2,75 onset:5 onset:6.5");
        misses("onset:2");
        misses("meter=3/4");
        misses("meter=12/16");
        finds("lowest>=C4");
        finds("lowest=62");
        finds("lowest=D4");
        finds("highest<=96");
        misses("highest<G5");
        finds("range=17");
        finds("range:D4-G5");
        finds("range:C4–C6");
        misses("range:E4-C6");
        finds("range!=E4-C6");
        finds("tracks=2 polyphony<5 density<2");
        finds("velocity=60");
        finds("velocity:40-100");
        misses("velocity:50-100");
        finds("softest>=40 loudest<=100");
        finds("offgrid>10");
        finds("offgrid=12%");
        misses("offgrid>12.5");
        finds("drums=0");
        finds("problems=2");
        finds("problem:overlap");
        finds("problem:several-tempos");
        finds("problem:tempos");
        misses("problem:none");
        misses("problem:drums");
        finds("read:remarks");
        finds("read:\"with remarks\"");
        finds("read:notes"); // As it was called before.
        misses("read:\"as is\"");
        finds("use:training");
        finds("use:train");
        misses("use:no");
        finds("family:7");
        misses("family:8");
        finds("familysize=3");
        misses("familysize>3");
        finds("title:ärger");
        finds("title:\"THE ÄRGER\"");
        misses("title=ärger");
        finds("title=\"the ärger jig\"");
        finds("title!=jig");
        finds("composer:bach");
        finds("folder:\"jigs & reels\"");
        misses("folder:slip");
        finds("path:.mid");
        finds("name:slip");
    }
    void termsFindTheJig()
    {
        QFETCH(bool, isFound);
        const PieceQuery query = parsePieceQuery(QString::fromUtf8(QTest::currentDataTag()));
        QCOMPARE(query.complaints, QStringList());
        QCOMPARE(matches(query, jig(), kFamilySize), isFound);
    }

    void whatIsLeftOutBelongsToNoPart()
    {
        PieceRow row = jig();
        row.isInUse = false;
        for (const char* search : {"use:no", "use!=training", "NOT use:training"})
            QVERIFY2(matches(parsePieceQuery(QString::fromUtf8(search)), row, kFamilySize), search);
        QVERIFY(!matches(parsePieceQuery(QStringLiteral("use:training")), row, kFamilySize));
    }

    void whatIsNotThereIsOnlyUnequal_data()
    {
        QTest::addColumn<bool>("isFound");
        QTest::newRow("key=C") << false;
        QTest::newRow("key!=C") << true;
        QTest::newRow("key=none") << true;
        QTest::newRow("lowest<127") << false;
        QTest::newRow("lowest!=60") << true;
        QTest::newRow("range:C0-C9") << false;
        QTest::newRow("tempo<1000") << false;
        QTest::newRow("tempo>=0") << false;
        QTest::newRow("familysize=0") << false;
        QTest::newRow("use:no") << true;
        QTest::newRow("problem:drums") << true;
        QTest::newRow("folder=x") << false;
        QTest::newRow("pitch:C4") << false;
        QTest::newRow("pitch!=C4") << true;
        QTest::newRow("onset!=1") << true;
    }
    void whatIsNotThereIsOnlyUnequal()
    {
        QFETCH(bool, isFound);
        const PieceQuery query = parsePieceQuery(QString::fromUtf8(QTest::currentDataTag()));
        QCOMPARE(query.complaints, QStringList());
        QCOMPARE(matches(query, drums(), 0), isFound);
    }

    void whatIsNotUnderstoodIsSaidAndTheRestHolds_data()
    {
        QTest::addColumn<QString>("search");
        QTest::addColumn<QString>("complaint");
        QTest::addColumn<int>("terms");
        const auto row = [](const char* search, const char* complaint, int terms) {
            QTest::newRow(search) << QString::fromUtf8(search) << QString::fromUtf8(complaint)
                                  << terms;
        };
        row("notes> jig", "“notes>jig” is not understood. “notes” takes a number, as in notes>100.",
            0);
        row("jig notes>", "“notes>” lacks its value. It takes a number, as in notes>100.", 1);
        row("notes> bars>2", "“notes>” lacks its value. It takes a number, as in notes>100.", 1);
        row("notes>many jig",
            "“notes>many” is not understood. “notes” takes a number, as in notes>100.", 1);
        row("duration>1:xx",
            "“duration>1:xx” is not understood. “duration” takes seconds or minutes:seconds, as in "
            "duration>1:30.",
            0);
        row("lowest>=H4",
            "“lowest>=H4” is not understood. “lowest” takes a pitch or its MIDI number, as in "
            "lowest>=C4 or lowest>=60.",
            0);
        row("key>C", "“key” cannot be greater or less. It takes = or !=, as in key=Gm.", 0);
        row("meter=six", "“meter=six” is not understood. “meter” takes a meter, as in meter=6/8.",
            0);
        row("pitch>C4", "“pitch” cannot be greater or less. It takes = or !=, as in pitch:F#4.",
            0);
        row("interval:fifth",
            "“interval:fifth” is not understood. “interval” takes semitones, up or down, as in "
            "interval:7 or interval:-2; 12 stands for wider ones too.",
            0);
        row("notevalue:1/5 jig",
            "“notevalue:1/5” is not understood. “notevalue” takes one of 1/32, 1/16, 1/8, 1/8., "
            "1/4, 1/4., 1/2, 1/2., 1/1, as in notevalue:1/8.",
            1);
        row("onset:0.5",
            "“onset:0.5” is not understood. “onset” takes a quarter of the bar from 1 with its "
            "fourths, as in onset:1 or onset:2.75; 5 stands for all behind the fourth.",
            0);
        row("pitchclass:H",
            "“pitchclass:H” is not understood. “pitchclass” takes a pitch class, as in "
            "pitchclass:F# or pitchclass:Bb.",
            0);
        row("use:sometimes jig",
            "“use:sometimes” is not understood. “use” takes training, validation, test or no, as "
            "in "
            "use:training.",
            1);
        row("nots>100 jig",
            "“nots” is no fact; did you mean “notes”? Put words with a sign in quotes.", 1);
    }
    void whatIsNotUnderstoodIsSaidAndTheRestHolds()
    {
        QFETCH(QString, search);
        QFETCH(int, terms);
        const PieceQuery query = parsePieceQuery(search);
        QTEST(query.complaints.join(QLatin1Char('|')), "complaint");
        QCOMPARE(static_cast<int>(query.terms.size()), terms);
    }

    void unknownFactsAreToldWhatThereIs()
    {
        const PieceQuery query = parsePieceQuery(QStringLiteral("http://zzzzzzzz"));
        QCOMPARE(query.complaints.size(), 1);
        QVERIFY(query.complaints.first().contains(QStringLiteral("notes, bars, duration")));
        QVERIFY(parsePieceQuery(QStringLiteral("\"http://x\"")).complaints.isEmpty());
    }

    void everyFactHasAnExampleThatIsUnderstood()
    {
        for (const PieceFactWords& fact : pieceFactWords()) {
            const PieceQuery query = parsePieceQuery(fact.example);
            QVERIFY2(query.complaints.isEmpty(),
                     qPrintable(query.complaints.join(QLatin1Char(' '))));
            QCOMPARE(query.terms.size(), std::size_t{1});
            QVERIFY(query.terms.front().fact == fact.fact);
            QVERIFY(!fact.meaning.isEmpty());
        }
    }

    void oddTextsAreTaken_data()
    {
        QTest::addColumn<QString>("search");
        QTest::newRow("only signs") << "<>=!:-";
        QTest::newRow("open quote") << "title:\"the";
        QTest::newRow("lone dash") << "- -- NOT";
        QTest::newRow("empty quotes") << "\"\" \"";
        QTest::newRow("very long") << QString(30'000, QLatin1Char('-'));
        QTest::newRow("many signs") << QStringLiteral("notes>").repeated(5'000);
        QTest::newRow("huge number")
            << "notes>1e999 bars>99999999999999999999 duration>99999999999:00";
        QTest::newRow("half a surrogate") << QString(QChar(0xd834));
    }
    void oddTextsAreTaken()
    {
        QFETCH(QString, search);
        const PieceQuery query = parsePieceQuery(search);
        for (const PieceTerm& term : query.terms)
            QVERIFY(term.start >= 0 && term.start + term.length <= search.size());
        matches(query, jig(), 1);
    }

    void aTermTakesThePlaceOfOthersOnItsFacts_data()
    {
        QTest::addColumn<QString>("search");
        QTest::addColumn<QString>("term");
        QTest::addColumn<QString>("after");
        const auto row = [](const char* name, const char* search, const char* term,
                            const char* after) { QTest::newRow(name) << search << term << after; };
        row("empty", "", "tempo<50", "tempo<50");
        row("behind words", "jig", "key=\"G major\"", "jig key=\"G major\"");
        row("another value", "key=\"C major\" jig", "key=\"G major\"", "jig key=\"G major\"");
        row("the same again takes it away", "jig tempo>=90 tempo<100", "tempo>=90 tempo<100",
            "jig");
        row("both ends", "tempo>=90 jig tempo<100", "tempo>=100 tempo<110",
            "jig tempo>=100 tempo<110");
        row("other facts stay", "bars>4 tempo=90", "bars>=9 bars<=16", "tempo=90 bars>=9 bars<=16");
        row("another pitch", "pitch:C4 jig", "pitch:F♯4", "jig pitch:F♯4");
        row("the same interval", "interval:-7 jig", "interval:-7", "jig");
        row("what is turned round stays", "-key=C", "key=C", "-key=C key=C");
    }
    void aTermTakesThePlaceOfOthersOnItsFacts()
    {
        QFETCH(QString, search);
        QFETCH(QString, term);
        QTEST(withTerm(search, term), "after");
    }

    void keysAreAskedForAsTheyAreCalled()
    {
        for (int tonic = 0; tonic < 12; ++tonic) {
            for (const Mode mode : {Mode::Major, Mode::Minor}) {
                PieceRow row = jig();
                row.key = Key{tonic, mode};
                QVERIFY(matches(parsePieceQuery(keyTerm(*row.key)), row, 1));
                row.key = Key{(tonic + 1) % 12, mode};
                QVERIFY(!matches(parsePieceQuery(keyTerm({tonic, mode})), row, 1));
            }
        }
    }

    void notesAreAskedForByTheirPlaceInTheStatistics()
    {
        const auto check = [](std::size_t count, QString (*term)(std::size_t), auto places) {
            for (std::size_t i = 0; i < count; ++i) {
                PieceRow row = jig();
                row.kinds = NoteKinds{};
                const PieceQuery query = parsePieceQuery(term(i));
                QCOMPARE(query.complaints, QStringList());
                QVERIFY(!matches(query, row, 1));
                ((*row.kinds).*places).set().reset(i);
                QVERIFY(!matches(query, row, 1));
                row.kinds = NoteKinds{};
                ((*row.kinds).*places).set(i);
                QVERIFY2(matches(query, row, 1), qPrintable(term(i)));
            }
        };
        check(128, pitchTerm, &NoteKinds::pitches);
        check(kIntervalCount, intervalTerm, &NoteKinds::intervals);
        check(kNoteValues.size(), noteValueTerm, &NoteKinds::durations);
        check(kOnsetCount, onsetTerm, &NoteKinds::onsets);
        for (std::size_t i = 0; i < 12; ++i) {
            PieceRow row = jig();
            row.kinds = NoteKinds{};
            row.kinds->pitches.set(96 + i);
            QVERIFY(matches(parsePieceQuery(pitchClassTerm(i)), row, 1));
            QVERIFY(!matches(parsePieceQuery(pitchClassTerm((i + 1) % 12)), row, 1));
        }
    }
};

QTEST_MAIN(TestPieceQuery)
#include "tst_piece_query.moc"
