// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/dataset_studio.h"
#include "tests/ui/dataset/made_set.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/recipe_editor.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <set>
#include <sys/file.h>
#include <unistd.h>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kMany = 4'000; ///< Files enough that their import can be stopped on the way.
constexpr int kTooManyToFinish = 20'000; ///< Before a cancel that comes with the first rows.

bool makeManyTunes(const QString& folder, int count)
{
    for (int i = 0; i < count; ++i) {
        if (!writeTo(folder + QStringLiteral("/tune %1.mid").arg(i), midiTune(300, 60, i + 1)))
            return false;
    }
    return true;
}

} // namespace

/// With the real engine as its child.
class TestDatasetSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(DatasetStudio::program()))
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
    }

    void notesOfASetFromAnEarlierVersionAreFoundAfterwards()
    {
        DatasetStudio studio;
        const QString path = studio.folder.filePath(QStringLiteral("old.continuo-dataset"));
        {
            auto set = Dataset::create(path.toStdString());
            QVERIFY(set);
            std::vector<ImportedFile> files;
            for (int i = 0; i < 3; ++i) {
                const QByteArray tune = midiTune(30, 40 + 20 * i, i + 1);
                ImportedFile file;
                file.bytes.assign(tune.begin(), tune.end());
                file.file.path = "/tunes/" + std::to_string(i) + ".mid";
                file.file.sha256 = sha256Hex(file.bytes);
                file.file.format = "midi";
                file.pieces.push_back({madePiece(i + 1, file.file.path).facts, 0, {}, {}});
                file.pieces.front().facts.kinds.reset();
                files.push_back(std::move(file));
            }
            QVERIFY(set->addFiles(files) && set->finishImport());
        }
        DatasetSession session(studio.context());
        PieceFilter filter;
        filter.words = QStringLiteral("pitch:80-91");
        session.open(path);
        session.pieces().setFilter(filter);
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().table().rows().size(), std::size_t{3},
                                  kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().rowCount(), 1, kPatienceMs);
        QCOMPARE(session.pieces().table().shown(0).path, std::string("/tunes/2.mid"));
        QVERIFY(session.pieces().table().withoutKinds().empty());
        QTRY_VERIFY(studio.tasks.tasks().empty());
    }

    void bundledTunesFillTheTable()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString tunes = studio.context().paths.tunes();
        const int files = static_cast<int>(QDir(tunes).entryList({QStringLiteral("*.abc")}).size());
        QVERIFY(files > 50);
        session.importMusic({tunes}, QStringLiteral("Bundled tunes"));
        QVERIFY(session.isImporting());
        QCOMPARE(studio.tasks.tasks().size(), std::size_t{1});
        QCOMPARE(studio.tasks.tasks().front().title, QStringLiteral("Importing “Bundled tunes”"));
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting() && session.pieces().rowCount() > 0,
                                 kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().rowCount(), files, kPatienceMs);
        QVERIFY(studio.tasks.tasks().empty());
        QCOMPARE(session.name(), QStringLiteral("Bundled tunes"));
        QVERIFY(QFile::exists(studio.folder.filePath(
            QStringLiteral("data/datasets/Bundled tunes.continuo-dataset"))));
        QCOMPARE(session.pieces().table().counts().pieces, static_cast<std::size_t>(files));
        QCOMPARE(session.rejected().rowCount(), 0);
        QTRY_COMPARE(studio.settings.value(QStringLiteral("dataset/last")).toString(),
                     session.path());
        QVERIFY(!session.isIncomplete());

        SplitSettings settings;
        settings.seed = 7;
        session.split(settings);
        QVERIFY(session.isSplitting());
        QTRY_VERIFY_WITH_TIMEOUT(session.pieces().table().isSplit(), kPatienceMs);
        QCOMPARE(session.pieces().table().counts().inUse(), static_cast<std::size_t>(files));
        QVERIFY(session.pieces().table().counts().train > session.pieces().table().counts().test);
        QCOMPARE(session.splitSettings(), std::optional(settings));
        const PieceTable::Counts& counts = session.pieces().table().counts();
        const QString words = studio.sentences.last();
        QVERIFY2(words.startsWith(QStringLiteral("Split: %1 pieces in ").arg(counts.train)),
                 qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral(", %1 pieces in ").arg(counts.validation)) &&
                     words.contains(QStringLiteral(" for the test.")) &&
                     words.contains(QStringLiteral(" of 8 notes ")),
                 qPrintable(words));
        QVERIFY(session.leaks());

        // What the recipe changes they are counted for anew, and where the set is opened again.
        const std::optional<std::int64_t> leaks = session.leaks();
        QSignalSpy counted(&session, &DatasetSession::leaksChanged);
        session.recipe().addStep(makeStep("transpose-c"));
        QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, kPatienceMs);
        QVERIFY(session.leaks() == leaks && !session.isCountingLeaks());
        session.open(session.path());
        QVERIFY(!session.leaks());
        QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 2, kPatienceMs);
        QVERIFY(session.leaks() == leaks);

        const QString table = studio.folder.filePath(QStringLiteral("facts.csv"));
        QVERIFY(writeTo(table, "an older table"));
        session.exportFacts(table);
        QTRY_VERIFY_WITH_TIMEOUT(studio.tasks.tasks().empty(), kPatienceMs);
        QFile written(table);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(static_cast<int>(written.readAll().count('\n')), files + 1);
        QCOMPARE(studio.sentences.last(), QStringLiteral("Exported facts to %1.").arg(table));
    }

    void rejectedFilesKeepTheirReasons()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString music = studio.folder.filePath(QStringLiteral("Old tunes"));
        QVERIFY(writeTo(music + QStringLiteral("/good.mid"), midiTune(40)));
        QVERIFY(writeTo(music + QStringLiteral("/letter.mid"),
                        "Dear Anna, this is a letter and no music at all."));
        QVERIFY(writeTo(music + QStringLiteral("/cut.mid"), midiTune(40).left(10)));
        session.importMusic({music});
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().rowCount(), 1, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(session.rejected().rowCount(), 2, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!studio.sentences.isEmpty(), kPatienceMs);
        QCOMPARE(studio.sentences.last(), QStringLiteral("1 of 3 files read, 2 rejected."));
        QCOMPARE(session.name(), QStringLiteral("Old tunes"));
        QCOMPARE(session.rejected().groups().at(QStringLiteral("not a MIDI file")), std::size_t{1});
        QCOMPARE(session.rejected().groups().at(QStringLiteral("ends inside its header")),
                 std::size_t{1});
        session.rejected().setGroup(QStringLiteral("not a MIDI file"));
        const RejectedModel& log = session.rejected();
        QCOMPARE(log.index(0, 0, log.groupIndexes().value(0)).data().toString(),
                 music + QStringLiteral("/letter.mid"));
    }

    void nothingUsableMakesNoSetAndSaysWhy()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString music = studio.folder.filePath(QStringLiteral("letters"));
        QVERIFY(writeTo(music + QStringLiteral("/letter.mid"),
                        "Dear Anna, this is a letter and no music at all."));
        session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(!studio.sentences.isEmpty(), kPatienceMs);
        QCOMPARE(
            studio.sentences.last(),
            QStringLiteral("The one file that was found could not be read (not a MIDI file)."));
        QCOMPARE(session.state(), DatasetSession::State::Empty);
        QVERIFY(session.path().isEmpty());
        QCOMPARE(session.rejected().rowCount(), 1);
        const RejectedModel& log = session.rejected();
        QCOMPARE(log.index(0, 0, log.index(0, 0)).data().toString(),
                 music + QStringLiteral("/letter.mid"));
    }

    void aSecondFolderIsAddedAndTakesTheSplitBack()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString first = studio.folder.filePath(QStringLiteral("first"));
        const QString second = studio.folder.filePath(QStringLiteral("second"));
        QVERIFY(makeManyTunes(first, 4));
        QVERIFY(writeTo(second + QStringLiteral("/new.mid"), midiTune(60, 40, 1001)));
        session.importMusic({first});
        session.importMusic({second}); // Waits for the first.
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().table().counts().pieces, std::size_t{5},
                                  kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting(), kPatienceMs);
        session.split({});
        QTRY_VERIFY_WITH_TIMEOUT(session.pieces().table().isSplit(), kPatienceMs);
        const QString third = studio.folder.filePath(QStringLiteral("third"));
        QVERIFY(writeTo(third + QStringLiteral("/newer.mid"), midiTune(61, 41, 1002)));
        session.importMusic({third});
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().table().counts().pieces, std::size_t{6},
                                  kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!session.pieces().table().isSplit(), kPatienceMs);
        QVERIFY2(studio.sentences.last().contains(QStringLiteral("Split again")),
                 qPrintable(studio.sentences.last()));
    }

    void cancelKeepsWhatWasRead()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString music = studio.folder.filePath(QStringLiteral("many"));
        QVERIFY(makeManyTunes(music, kTooManyToFinish));
        session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(session.pieces().rowCount() > 0, kPatienceMs);
        QVERIFY2(session.isImporting(), "rows come while it runs");
        QVERIFY(studio.tasks.tasks().front().share);
        studio.tasks.tasks().front().cancel();
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting(), kPatienceMs);
        QVERIFY2(
            studio.sentences.last().startsWith(QStringLiteral("The import was cancelled after ")),
            qPrintable(studio.sentences.last()));
        QTRY_VERIFY_WITH_TIMEOUT(session.isIncomplete(), kPatienceMs);
        const auto kept = session.pieces().table().counts().pieces;
        QVERIFY(kept > 0);
        QVERIFY(kept < std::size_t{kTooManyToFinish});
        // The same folder again goes on.
        session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting(), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().table().counts().pieces,
                                  std::size_t{kTooManyToFinish}, kPatienceMs);
        QTRY_VERIFY(!session.isIncomplete());
    }

    void aKilledEngineLeavesASetThatOpens()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString music = studio.folder.filePath(QStringLiteral("many"));
        QVERIFY(makeManyTunes(music, kMany));
        session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(session.pieces().rowCount() > 0, kPatienceMs);
        ::kill(static_cast<pid_t>(studio.datasetEngine.processId()), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting(), kPatienceMs);
        QVERIFY(studio.tasks.tasks().empty());
        QVERIFY2(studio.sentences.last().contains(QStringLiteral("add the same folder again")),
                 qPrintable(studio.sentences.last()));
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), DatasetSession::State::Shown, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(session.isIncomplete(), kPatienceMs);
        QVERIFY(session.pieces().table().counts().pieces > 0);
        session.open(session.path());
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), DatasetSession::State::Shown, kPatienceMs);
        QVERIFY(session.pieces().rowCount() > 0);
    }

    void rowsOfALargeSetComeWhileItIsRead()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        constexpr int kPieces = 40'000;
        const QString path = studio.folder.filePath(QStringLiteral("large.continuo-dataset"));
        QVERIFY(makeSet(path, kPieces));
        int shownOnTheWay = 0;
        connect(&session, &DatasetSession::contentsChanged, &session, [&] {
            if (session.state() == DatasetSession::State::Reading)
                shownOnTheWay = std::max(shownOnTheWay, session.pieces().rowCount());
        });
        session.open(path);
        QCOMPARE(session.pieces().rowCount(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), DatasetSession::State::Shown, kPatienceMs);
        QVERIFY(shownOnTheWay > 0);
        QVERIFY(shownOnTheWay < kPieces);
        QCOMPARE(session.pieces().rowCount(), kPieces);
        // Numbers by their value, as if it had been read at once.
        QCOMPARE(session.pieces().index(9, 0).data().toString(), QStringLiteral("tune 10.mid"));
        QVERIFY(studio.tasks.tasks().empty());
        QCOMPARE(studio.sentences, QStringList());
    }

    void readingALargeSetCanBeCancelled()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString path = studio.folder.filePath(QStringLiteral("large.continuo-dataset"));
        QVERIFY(makeSet(path, 40'000));
        connect(&session, &DatasetSession::contentsChanged, &session, [&] {
            if (session.state() == DatasetSession::State::Reading &&
                session.pieces().rowCount() > 0)
                session.cancelReading();
        });
        session.open(path);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), DatasetSession::State::Empty, kPatienceMs);
        QCOMPARE(session.pieces().rowCount(), 0);
        QVERIFY(session.path().isEmpty());
        QVERIFY(studio.tasks.tasks().empty());
        QCOMPARE(studio.sentences,
                 QStringList(QStringLiteral(
                     "“large” was not read to its end. Choose it again to see its pieces.")));
        // The next one is not disturbed by what is left of it.
        const QString small = studio.folder.filePath(QStringLiteral("small.continuo-dataset"));
        QVERIFY(makeSet(small, 3));
        disconnect(&session, &DatasetSession::contentsChanged, &session, nullptr);
        session.open(small);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), DatasetSession::State::Shown, kPatienceMs);
        QCOMPARE(session.pieces().rowCount(), 3);
    }

    void rowsOfManyFilesComeWhileTheyAreImported()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        constexpr int kFiles = 5'000;
        const QString music = studio.folder.filePath(QStringLiteral("many"));
        QVERIFY(makeManyTunes(music, kFiles));
        std::set<int> shown;
        connect(&session, &DatasetSession::contentsChanged, &session, [&] {
            if (session.isImporting())
                shown.insert(session.pieces().rowCount());
        });
        session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting(), kPatienceMs);
        QVERIFY2(!shown.empty() && *shown.rbegin() > 0, "no row before the last file was read");
        QVERIFY(*shown.rbegin() <= kFiles);
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().rowCount(), kFiles, kPatienceMs);
        QVERIFY2(studio.sentences.last().startsWith(QStringLiteral("5,000 files read.")),
                 qPrintable(studio.sentences.last()));
    }

    void aSetThatAnotherProgramChangesSaysWho()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString music = studio.folder.filePath(QStringLiteral("tunes"));
        QVERIFY(makeManyTunes(music, 3));
        session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting() && session.pieces().rowCount() == 3,
                                 kPatienceMs);
        // A lock as another program would hold it; one of this process would not keep the engine
        // out.
        const QByteArray lock = QFile::encodeName(session.path() + QStringLiteral(".lock"));
        const int descriptor = ::open(lock.constData(), O_RDWR | O_CREAT, 0644);
        QVERIFY(descriptor >= 0);
        QCOMPARE(::flock(descriptor, LOCK_EX | LOCK_NB), 0);
        studio.sentences.clear();
        session.split({});
        QTRY_VERIFY_WITH_TIMEOUT(!session.isSplitting(), kPatienceMs);
        QCOMPARE(studio.sentences.size(), 1);
        QVERIFY2(studio.sentences.last().contains(QStringLiteral("another")) ||
                     studio.sentences.last().contains(QStringLiteral("process")),
                 qPrintable(studio.sentences.last()));
        QCOMPARE(session.pieces().rowCount(), 3);
        ::close(descriptor);
    }

    void whatIsNoSetIsToldInASentence()
    {
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString path = studio.folder.filePath(QStringLiteral("poem.continuo-dataset"));
        QVERIFY(writeTo(path, QByteArray(4000, 'p')));
        session.open(path);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), DatasetSession::State::Failed, kPatienceMs);
        QVERIFY2(session.why().contains(QStringLiteral("poem")), qPrintable(session.why()));
        QCOMPARE(studio.sentences, QStringList{session.why()});
        // The next import does not touch it.
        const QString music = studio.folder.filePath(QStringLiteral("tunes"));
        QVERIFY(makeManyTunes(music, 2));
        session.importMusic({music});
        QTRY_COMPARE_WITH_TIMEOUT(session.pieces().rowCount(), 2, kPatienceMs);
        QCOMPARE(session.name(), QStringLiteral("tunes"));
        QCOMPARE(QFileInfo(path).size(), 4000);
    }

    void aFolderThatMayNotBeReadIsNamed()
    {
        if (::geteuid() == 0)
            QSKIP("root may read every folder");
        DatasetStudio studio;
        DatasetSession session(studio.context());
        const QString music = studio.folder.filePath(QStringLiteral("tunes"));
        const QString closed = music + QStringLiteral("/closed");
        QVERIFY(makeManyTunes(music, 2));
        QVERIFY(makeManyTunes(closed, 2));
        QVERIFY(QFile::setPermissions(closed, {}));
        session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(!session.isImporting(), kPatienceMs);
        QFile::setPermissions(closed, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QCOMPARE(studio.levels.last(), Notices::Level::Warning);
        QVERIFY2(studio.sentences.last().contains(QStringLiteral("closed")),
                 qPrintable(studio.sentences.last()));
    }
};

QTEST_MAIN(TestDatasetSession)
#include "tst_dataset_session.moc"
