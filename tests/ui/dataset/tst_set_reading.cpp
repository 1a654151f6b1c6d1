// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/import.h"
#include "tests/ui/dataset/dataset_studio.h"
#include "tests/ui/dataset/made_set.h"
#include "ui/dataset/set_reading.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestSetReading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        const QString music = m_folder->filePath(QStringLiteral("music"));
        QVERIFY(writeTo(music + QStringLiteral("/one.mid"), midiTune(30)));
        QVERIFY(writeTo(music + QStringLiteral("/two.mid"), midiTune(12, 70)));
        QVERIFY(writeTo(music + QStringLiteral("/words.mid"), "this is no music"));
        QVERIFY(writeTo(music + QStringLiteral("/book.abc"),
                        "X:1\nT:First\nK:C\nCDEFGABc|\n\nX:2\nT:Second\nK:G\nGABcdefg|\n"));
        ImportOptions options;
        options.inputs = {music.toStdString()};
        options.set = m_set =
            m_folder->filePath(QStringLiteral("set.continuo-dataset")).toStdString();
        options.threads = 1;
        const auto imported = continuo::importMusic(options, {});
        QVERIFY(imported);
    }

    void theWholeSetIsShownInOrder()
    {
        PieceFilter filter;
        filter.words = QStringLiteral("book");
        const auto contents = readSet(m_set, filter, {PieceColumn::Notes, true}, {});
        QVERIFY(contents);
        QCOMPARE(contents->table.counts().pieces, std::size_t{4});
        QCOMPARE(contents->table.shownCount(), std::size_t{2});
        QCOMPARE(pieceName(contents->table.rows()[0]), QStringLiteral("book.abc #1 · First"));
        QCOMPARE(pieceName(contents->table.rows()[1]), QStringLiteral("book.abc #2 · Second"));
        QCOMPARE(pieceName(contents->table.rows()[2]), QStringLiteral("one.mid"));
        QCOMPARE(contents->rejected.size(), std::size_t{1});
        QCOMPARE(contents->rejected.front().reason.id, std::string("midi.no-header"));
        QCOMPARE(contents->files, std::size_t{4});
        QVERIFY(contents->isComplete);
        QVERIFY(!contents->split);
    }

    void rowsAreInTheOrderOfPathsHoweverTheyCame()
    {
        const QString earlier = m_folder->filePath(QStringLiteral("an earlier folder"));
        QVERIFY(writeTo(earlier + QStringLiteral("/zebra.mid"), midiTune(40, 50, 9)));
        ImportOptions options;
        options.inputs = {earlier.toStdString()};
        options.set = m_set;
        options.existing = ImportOptions::Existing::Add;
        QVERIFY(continuo::importMusic(options, {}));
        const auto contents = readSet(m_set, {}, {}, {});
        QVERIFY(contents);
        QStringList names;
        for (const PieceRow& row : contents->table.rows())
            names << pieceName(row);
        QCOMPARE(names.join(QStringLiteral(", ")),
                 QStringLiteral("zebra.mid, book.abc #1 · First, book.abc #2 · Second, one.mid, "
                                "two.mid"));
    }

    void aLargeSetTellsItsRowsOnTheWay()
    {
        constexpr std::int64_t kPieces = 40'000;
        const QString path = m_folder->filePath(QStringLiteral("large.continuo-dataset"));
        QVERIFY(makeSet(path, kPieces));
        std::vector<std::int64_t> told;
        int times = 0;
        const auto contents =
            readSet(path.toStdString(), {}, {}, {},
                    [&](const std::vector<PieceRow>& rows, std::size_t all) {
                        // The first come before the whole set was looked at.
                        QVERIFY(times == 0 ? all < 200 : all == std::size_t{kPieces});
                        QVERIFY(rows.size() <= 2'000);
                        for (const PieceRow& row : rows)
                            told.push_back(row.id);
                        ++times;
                    });
        QVERIFY(contents);
        QCOMPARE(contents->table.counts().pieces, std::size_t{kPieces});
        QVERIFY(times > 1);
        QVERIFY(!told.empty() && told.size() < std::size_t{kPieces});
        for (std::size_t i = 0; i < told.size(); ++i)
            QCOMPARE(told[i], static_cast<std::int64_t>(i) + 1);
    }

    void growthIsWhatWasStoredSince()
    {
        auto growth = readGrowth(m_set, 0, 0);
        QVERIFY(growth);
        QCOMPARE(growth->pieces.size(), std::size_t{4});
        QCOMPARE(pieceName(growth->pieces[0]), QStringLiteral("book.abc #1 · First"));
        QCOMPARE(growth->rejected.size(), std::size_t{1});
        growth = readGrowth(m_set, growth->lastPiece, growth->lastFile);
        QVERIFY(growth);
        QVERIFY(growth->pieces.empty());
        QVERIFY(growth->rejected.empty());
        const auto contents = readSet(m_set, {}, {}, {});
        QVERIFY(contents);
        QCOMPARE(growth->lastPiece, contents->lastPiece);
        QCOMPARE(growth->lastFile, contents->lastFile);
    }

    void notesAreReadFromTheBytes()
    {
        const auto contents = readSet(m_set, {}, {}, {});
        QVERIFY(contents);
        const PieceRow& second = contents->table.rows()[1];
        const auto reading = readPiece(m_set, second.id, 0);
        QVERIFY(reading);
        const Score& score = reading->versions.asRead.score;
        QCOMPARE(score.noteCount(), std::size_t{8});
        QCOMPARE(allNotes(score).front().pitch.value, std::uint8_t{67});
        QVERIFY(reading->versions.cleaned.applied.empty());
        QVERIFY(reading->problems.empty());
        const auto gone = readPiece(m_set, 999'999, 0);
        QVERIFY(!gone);
        QCOMPARE(gone.error().id, std::string("dataset.no-such-piece"));
    }

    void cancelledReadingGivesNothing()
    {
        const CancelToken cancel;
        cancel.cancel();
        const auto contents = readSet(m_set, {}, {}, cancel);
        QVERIFY(!contents);
        QCOMPARE(contents.error().kind, ErrorKind::Cancelled);
    }

    void whatIsNoSetIsAnError_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("id");
        QTest::newRow("not there") << QByteArray() << "file.not-found";
        QTest::newRow("a text") << QByteArray(5000, 'x') << "dataset.not-a-dataset";
    }
    void whatIsNoSetIsAnError()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, id);
        const QString path = m_folder->filePath(QStringLiteral("other.continuo-dataset"));
        if (!bytes.isEmpty())
            QVERIFY(writeTo(path, bytes));
        const auto contents = readSet(path.toStdString(), {}, {}, {});
        QVERIFY(!contents);
        QCOMPARE(QString::fromStdString(contents.error().id), id);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder{};
    std::filesystem::path m_set{};
};

QTEST_MAIN(TestSetReading)
#include "tst_set_reading.moc"
