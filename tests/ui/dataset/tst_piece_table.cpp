// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_pieces.h"
#include "ui/dataset/piece_table.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

PieceRow withKey(PieceRow row, Key key)
{
    row.key = key;
    row.keyConfidence = 0.3F;
    return row;
}

/// Six pieces that differ in every column.
PieceTable sixPieces()
{
    std::vector<DatasetPiece> pieces;
    const char* const names[] = {"polka 12.mid", "air.abc",  "Waltz.mid",
                                 "polka 2.mid",  "reel.mid", "jig.mid"};
    for (std::int64_t id = 1; id <= 6; ++id)
        pieces.push_back(madePiece(id, std::string("/tunes/") + names[id - 1],
                                   static_cast<std::size_t>(100 - 10 * id)));
    pieces[0].facts.key = KeyEstimate{{7, Mode::Major}, {}, 0.9, 0.2};
    pieces[1].facts.key = KeyEstimate{{7, Mode::Minor}, {}, 0.9, 0.2};
    pieces[2].facts.key.reset();
    pieces[2].facts.meters = {{1, {3, 4}}};
    pieces[5].facts.meters = {{1, {6, 8}}};
    pieces[3].problems = problemBit(Problem::TooShort);
    pieces[4].problems = problemBit(Problem::TooShort) | problemBit(Problem::OffGrid);
    pieces[4].facts.offGridShare = 0.18;
    pieces[1].part = Part::Test;
    pieces[0].part = pieces[3].part = Part::Train;
    pieces[2].part = Part::Validation;
    pieces[5].status = FileStatus::AcceptedWithNotes;
    pieces[5].facts.lowest = 40;
    const char* const titles[] = {"Tune 10", "tune 9", "", "Ärger", "An Air", "an air"};
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        pieces[i].facts.title = titles[i];
        pieces[i].facts.composer = i < 2 ? "Bach" : i < 4 ? "anon" : "";
        pieces[i].path = std::string(i % 2 == 0 ? "/x/" : "/b 2/") + names[i];
        pieces[i].facts.bars = static_cast<std::int64_t>(7 - i);
        pieces[i].facts.durationSeconds = 10.5 + static_cast<double>(i % 3) * 0.25;
        pieces[i].facts.tempos = {{0, 100.0 + static_cast<double>(i * i)}};
        pieces[i].facts.tracks = 1 + i % 2;
        pieces[i].facts.polyphony = 6 - i;
        pieces[i].facts.density = static_cast<double>(i) * 0.1;
        pieces[i].facts.lowestVelocity = static_cast<int>(60 - i);
        pieces[i].family = i < 3 ? 1 : i < 5 ? 2 : 3;
    }
    pieces[4].facts.tempos.clear();
    PieceTable table;
    std::vector<PieceRow> rows;
    for (const DatasetPiece& piece : pieces)
        rows.push_back(pieceRow(piece, false));
    table.append(std::move(rows));
    return table;
}

QString shownIds(const PieceTable& table)
{
    QStringList ids;
    for (std::size_t i = 0; i < table.shownCount(); ++i)
        ids << QString::number(table.shown(i).id);
    return ids.join(QLatin1Char(' '));
}

} // namespace

class TestPieceTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyColumnSorts_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("ascending");
        QTest::addColumn<QString>("descending");
        const auto row = [](const char* name, PieceColumn column, const char* up,
                            const char* down) {
            QTest::newRow(name) << static_cast<int>(column) << up << down;
        };
        row("piece", PieceColumn::Piece, "2 6 4 1 5 3", "3 5 1 4 6 2");
        row("key: the unknown last", PieceColumn::Key, "4 5 6 1 2 3", "3 2 1 4 5 6");
        row("meter", PieceColumn::Meter, "3 1 2 4 5 6", "6 1 2 4 5 3");
        row("notes", PieceColumn::Notes, "6 5 4 3 2 1", "1 2 3 4 5 6");
        row("range", PieceColumn::Range, "6 1 2 3 4 5", "1 2 3 4 5 6");
        row("read", PieceColumn::Read, "1 2 3 4 5 6", "6 1 2 3 4 5");
        row("problems", PieceColumn::Problems, "1 2 3 6 4 5", "5 4 1 2 3 6");
        row("use", PieceColumn::Use, "1 4 3 2 5 6", "5 6 2 3 1 4");
        row("title: none last", PieceColumn::Title, "5 6 2 1 4 3", "3 4 1 2 5 6");
        row("composer: none last", PieceColumn::Composer, "3 4 1 2 5 6", "5 6 1 2 3 4");
        row("folder", PieceColumn::Folder, "2 4 6 1 3 5", "1 3 5 2 4 6");
        row("bars", PieceColumn::Bars, "6 5 4 3 2 1", "1 2 3 4 5 6");
        row("duration", PieceColumn::Duration, "1 4 2 5 3 6", "3 6 2 5 1 4");
        row("tempo: none last", PieceColumn::Tempo, "1 2 3 4 6 5", "5 6 4 3 2 1");
        row("tracks", PieceColumn::Tracks, "1 3 5 2 4 6", "2 4 6 1 3 5");
        row("polyphony", PieceColumn::Polyphony, "6 5 4 3 2 1", "1 2 3 4 5 6");
        row("density", PieceColumn::Density, "1 2 3 4 5 6", "6 5 4 3 2 1");
        row("velocity", PieceColumn::Velocity, "6 5 4 3 2 1", "1 2 3 4 5 6");
        row("off the grid", PieceColumn::OffGrid, "1 2 3 4 6 5", "5 1 2 3 4 6");
        row("family", PieceColumn::FamilySize, "6 4 5 1 2 3", "1 2 3 4 5 6");
    }
    void everyColumnSorts()
    {
        QFETCH(int, column);
        PieceTable table = sixPieces();
        table.setOrder({static_cast<PieceColumn>(column), false});
        QTEST(shownIds(table), "ascending");
        table.setOrder({static_cast<PieceColumn>(column), true});
        QTEST(shownIds(table), "descending");
    }

    void namesThatShareALongBeginningSort()
    {
        PieceTable table;
        std::vector<PieceRow> rows;
        const std::string start = "a collection with a very long name, number ";
        for (std::int64_t id = 0; id < 40; ++id)
            rows.push_back(madeRow(id + 1, start + std::to_string((id * 7) % 40) +
                                               " and a tail of its own.mid"));
        rows.push_back(madeRow(41, start + "7 and a tail of its owm.mid"));
        table.append(std::move(rows));
        table.setOrder({PieceColumn::Piece, false});
        for (std::size_t i = 1; i < table.shownCount(); ++i)
            QVERIFY(table.shown(i - 1).orderKey < table.shown(i).orderKey);
    }

    void wordsFindPieces_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("found");
        QTest::newRow("nothing asked") << ""
                                       << "1 2 3 4 5 6";
        QTest::newRow("name") << "polka"
                              << "1 4";
        QTest::newRow("case does not count") << "POLKA"
                                             << "1 4";
        QTest::newRow("key") << "g minor"
                             << "2";
        QTest::newRow("problem as its cell says it") << "off the grid"
                                                     << "5";
        QTest::newRow("problem as its group says it") << "too short"
                                                      << "4 5";
        QTest::newRow("meter") << "6/8"
                               << "6";
        QTest::newRow("use") << "validation"
                             << "3";
        QTest::newRow("every word") << "polka 12"
                                    << "1";
        QTest::newRow("ending") << ".abc"
                                << "2";
        QTest::newRow("none") << "sonata"
                              << "";
        QTest::newRow("only spaces") << "   "
                                     << "1 2 3 4 5 6";
    }
    void wordsFindPieces()
    {
        QFETCH(QString, words);
        PieceTable table = sixPieces();
        PieceFilter filter;
        filter.words = words;
        table.setFilter(filter);
        QTEST(shownIds(table), "found");
    }

    void groupsAndWordsWorkTogetherInOrder()
    {
        PieceTable table = sixPieces();
        table.setOrder({PieceColumn::Notes, false});
        PieceFilter filter;
        filter.group = PieceFilter::Group::OneProblem;
        filter.problem = Problem::TooShort;
        table.setFilter(filter);
        QCOMPARE(shownIds(table), QStringLiteral("5 4"));
        filter.words = QStringLiteral("polka");
        table.setFilter(filter);
        QCOMPARE(shownIds(table), QStringLiteral("4"));
        filter = {};
        filter.group = PieceFilter::Group::NoProblems;
        table.setFilter(filter);
        QCOMPARE(shownIds(table), QStringLiteral("6 3 2 1"));
        QCOMPARE(table.placeOf(2), std::optional<std::size_t>(2));
        QCOMPARE(table.placeOf(4), std::nullopt);
    }

    void countsFollowTheRows()
    {
        const PieceTable table = sixPieces();
        const PieceTable::Counts& counts = table.counts();
        QCOMPARE(counts.pieces, std::size_t{6});
        QCOMPARE(counts.withoutProblems, std::size_t{4});
        QCOMPARE(counts.problems[static_cast<std::size_t>(Problem::TooShort)], std::size_t{2});
        QCOMPARE(counts.problems[static_cast<std::size_t>(Problem::OffGrid)], std::size_t{1});
        QCOMPARE(counts.train, std::size_t{2});
        QCOMPARE(counts.inUse(), std::size_t{4});
        QVERIFY(table.isSplit());
    }

    void termsFilterWithWordsAndGroups()
    {
        PieceTable table = sixPieces();
        PieceFilter filter;
        filter.words = QStringLiteral("notes>50 polka");
        table.setFilter(filter);
        QCOMPARE(shownIds(table), QStringLiteral("1 4"));
        filter.words = QStringLiteral("familysize=2");
        table.setFilter(filter);
        QCOMPARE(shownIds(table), QStringLiteral("4 5"));
        filter.group = PieceFilter::Group::OneProblem;
        filter.problem = Problem::OffGrid;
        table.setFilter(filter);
        QCOMPARE(shownIds(table), QStringLiteral("5"));
        filter.words = QStringLiteral("familysize=2 notes>many");
        table.setFilter(filter);
        QCOMPARE(shownIds(table), QStringLiteral("5"));
    }

    void whatPassesIsWhatIsShownWhileFamiliesGrow()
    {
        PieceTable table;
        PieceFilter filter;
        filter.words = QStringLiteral("familysize>1");
        table.setFilter(filter);
        std::vector<PieceRow> rows{madeRow(1, "a.mid"), madeRow(2, "b.mid")};
        rows[0].family = rows[1].family = 4;
        const std::size_t passing = table.passing(rows);
        table.append(rows);
        QCOMPARE(table.shownCount(), passing);
        QCOMPARE(table.familySizeOf(rows[0]), std::size_t{2});
        table.setFilter(filter);
        QCOMPARE(table.shownCount(), std::size_t{2});
    }

    void rowsThatComeLaterStandLast()
    {
        PieceTable table = sixPieces();
        table.setOrder({PieceColumn::Notes, false});
        PieceFilter filter;
        filter.words = QStringLiteral("polka");
        table.setFilter(filter);
        const std::vector<PieceRow> later{madeRow(7, "/tunes/a polka.mid", 1),
                                          madeRow(8, "/tunes/march.mid", 1)};
        QCOMPARE(table.passing(later), std::size_t{1});
        table.append(later);
        QCOMPARE(shownIds(table), QStringLiteral("4 1 7"));
        table.setOrder({PieceColumn::Notes, false});
        QCOMPARE(shownIds(table), QStringLiteral("7 4 1"));
    }

    void whatTheRecipeHasSeenToIsCounted()
    {
        const ProblemMask problems = problemBit(Problem::OffGrid) | problemBit(Problem::TooShort);
        std::vector<DatasetPiece> pieces;
        for (std::int64_t id = 1; id <= 4; ++id)
            pieces.push_back(madePiece(id, "a.mid", 20, problems));
        pieces[1].changes = {{0, "quantise", 3, "3 notes moved", false}};
        pieces[2].isInUse = false;
        pieces[3].changes = {{0, "transpose-c", 20, "+2 semitones", false}};
        PieceTable table;
        for (const DatasetPiece& piece : pieces)
            table.append({pieceRow(piece, false)});
        const PieceTable::Counts& counts = table.counts();
        QCOMPARE(counts.problems[static_cast<std::size_t>(Problem::OffGrid)], std::size_t{4});
        QCOMPARE(counts.open[static_cast<std::size_t>(Problem::OffGrid)], std::size_t{2});
        QCOMPARE(counts.open[static_cast<std::size_t>(Problem::TooShort)], std::size_t{3});
        QCOMPARE(counts.open[static_cast<std::size_t>(Problem::Empty)], std::size_t{0});
    }

    void nearDuplicatesKnowTheOriginalOfTheirFamily()
    {
        PieceTable table;
        PieceRow second = madeRow(2, "reel-07.mid");
        PieceRow first = madeRow(1, "Track01 (copy).mid", 20, problemBit(Problem::NearDuplicate));
        PieceRow alone = withKey(madeRow(3, "other.mid"), {2, Mode::Minor});
        first.family = second.family = 5;
        alone.family = 6;
        table.append({first, second, alone});
        QCOMPARE(table.relativeOf(first), QStringLiteral("reel-07.mid"));
        QCOMPARE(table.relativeOf(second), QString());
        QCOMPARE(table.relativeOf(alone), QString());
        // Of two it may be the one or the other.
        PieceRow setting = madeRow(4, "reel-07b.mid");
        setting.family = 5;
        table.append({setting});
        QCOMPARE(table.relativeOf(first), QString());
    }
};

QTEST_MAIN(TestPieceTable)
#include "tst_piece_table.moc"
