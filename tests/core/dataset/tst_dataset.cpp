// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/dataset/dataset.h"
#include "core/music/melody.h"
#include "tests/core/dataset/dataset_fixture.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <csignal>
#include <map>
#include <set>
#include <thread>
#include <sys/wait.h>
#include <unistd.h>

using namespace continuo;

namespace {

ImportedFile importedTune(std::uint32_t number, const std::string& path, int bars = 16)
{
    const QByteArray text = tuneText(number, bars);
    ImportedFile imported;
    imported.bytes.assign(text.begin(), text.end());
    imported.file.path = path;
    imported.file.sha256 = sha256Hex(imported.bytes);
    imported.file.size = imported.bytes.size();
    imported.file.format = "abc";
    const auto music = readMusicFile(imported.bytes, path);
    for (const MusicPiece& piece : music->pieces) {
        ImportedFile::Piece stored;
        stored.facts = factsOf(piece);
        stored.problems = problemsOf(piece, stored.facts);
        stored.melody = melodyPrint(melodyOf(piece.score));
        imported.pieces.push_back(stored);
    }
    return imported;
}

ImportedFile rejectedFile(const std::string& path)
{
    ImportedFile imported;
    imported.file.path = path;
    imported.file.format = "midi";
    imported.file.status = FileStatus::Rejected;
    imported.file.reason = Error{ErrorKind::Refused, "midi.no-header", "No header.", {{"byte", "0"}}};
    return imported;
}

/// A finished set of `tunes` tunes; the numbers begin at `first`.
Result<Dataset> makeSet(const QString& path, std::uint32_t tunes, std::uint32_t first = 0)
{
    QFile::remove(path);
    Result<Dataset> dataset = Dataset::create(toPath(path));
    if (!dataset)
        return dataset;
    std::vector<ImportedFile> files;
    for (std::uint32_t i = first; i < first + tunes; ++i)
        files.push_back(importedTune(i, "tunes/" + std::to_string(i) + ".abc"));
    if (const Status added = dataset->addFiles(files); !added)
        return added.error();
    if (const auto finished = dataset->finishImport(); !finished)
        return finished.error();
    return dataset;
}

QString idOf(const Error& error)
{
    return QString::fromStdString(error.id);
}

/// Runs `work` in a child process without privileges; its return value is the child's.
int inChild(const std::function<int()>& work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && (::setegid(65534) != 0 || ::seteuid(65534) != 0))
            ::_exit(99);
        ::_exit(work());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

class TestDataset : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewSetIsEmptyAndIncomplete();
    void whatIsAddedReadsBack();
    void createRefusesATakenName();
    void piecesOfAPartAreReadAgain();
    void fingerprintForgetsNamesAndOrder();
    void fingerprintKnowsThePart();
    void splitKeepsFamiliesTogether();
    void splitOfAnEmptySetIsRefused();
    void splitIsTakenBackWhenPiecesCome();
    void familiesAreUnknownUntilTheyAreSought();
    void duplicatesAreMarkedButForTheOneThatStays();
    void piecesAreFoundByNumberPathAndPlace();
    void aSecondWriterIsToldWhoWrites();
    void readersReadWhileAWriterWrites();
    void aSnapshotIsOfOneMoment();
    void aDeadWritersLockIsTaken();
    void filesThatAreNoDatasetsAreRefused_data();
    void filesThatAreNoDatasetsAreRefused();
    void foreignSchemasAreRefused_data();
    void foreignSchemasAreRefused();
    void impossibleRowsAreDamage_data();
    void impossibleRowsAreDamage();
    void mutatedSetsNeverCrash();
    void truncatedSetsNeverCrash();
    void readOnlySetsOpenForReading();
    void cancelStopsReading();

private:
    QTemporaryDir m_folder;
    QString path(const char* name) const { return m_folder.filePath(name); }
};

void TestDataset::aNewSetIsEmptyAndIncomplete()
{
    const auto dataset = Dataset::create(toPath(path("new.continuo-dataset")));
    QVERIFY2(dataset, dataset ? "" : dataset.error().text.c_str());
    const auto info = dataset->info();
    QVERIFY(info);
    QCOMPARE(info->pieces, std::size_t{0});
    QVERIFY(!info->isComplete);
    QCOMPARE(info->fingerprint.size(), std::size_t{64});
    QVERIFY(QDir(m_folder.path()).entryList({"new*.new*"}).isEmpty());
}

void TestDataset::whatIsAddedReadsBack()
{
    auto dataset = Dataset::create(toPath(path("add.continuo-dataset")));
    QVERIFY(dataset);
    const ImportedFile tune = importedTune(1, "caf\xe9/\xff.abc"); // no UTF-8
    ImportedFile noted = importedTune(2, "noted.abc");
    noted.file.status = FileStatus::AcceptedWithNotes;
    noted.file.remarks = {{"abc.odd", "Odd.", {{"line", "3"}}}};
    QVERIFY(dataset->addFiles(std::vector{tune, noted, rejectedFile("x.mid")}));
    QVERIFY(dataset->finishImport());

    std::vector<DatasetFile> files;
    QVERIFY(dataset->forEachFile([&](const DatasetFile& file) {
        files.push_back(file);
        return true;
    }));
    QCOMPARE(files.size(), std::size_t{3});
    QCOMPARE(files[0].path, tune.file.path);
    QCOMPARE(files[0].sha256, tune.file.sha256);
    QVERIFY(files[1].remarks == noted.file.remarks);
    QVERIFY(files[2].status == FileStatus::Rejected && files[2].reason && files[2].sha256.empty());
    QVERIFY(*files[2].reason == *rejectedFile("").file.reason);
    const auto bytes = dataset->bytesOf(files[0].id);
    QVERIFY(bytes && *bytes == tune.bytes);
    QVERIFY(!dataset->bytesOf(12345));

    std::vector<DatasetPiece> pieces;
    QVERIFY(dataset->forEachPiece([&](const DatasetPiece& piece) {
        pieces.push_back(piece);
        return true;
    }));
    QCOMPARE(pieces.size(), std::size_t{2});
    QVERIFY(pieces[0].facts == tune.pieces[0].facts);
    QVERIFY(pieces[0].family != 0 && !pieces[0].part);

    const auto info = dataset->info();
    QVERIFY(info && info->isComplete);
    QCOMPARE(info->accepted, std::size_t{1});
    QCOMPARE(info->acceptedWithNotes, std::size_t{1});
    QCOMPARE(info->rejected, std::size_t{1});
    QCOMPARE(info->reasons.at("midi.no-header"), std::size_t{1});
    QCOMPARE(info->families, std::size_t{2});
}

void TestDataset::createRefusesATakenName()
{
    QVERIFY(writeBytes(path("taken"), "mine"));
    const auto dataset = Dataset::create(toPath(path("taken")));
    QVERIFY(!dataset);
    QCOMPARE(idOf(dataset.error()), "file.exists");
    QCOMPARE(dataset.error().kind, ErrorKind::Usage);
    QCOMPARE(readBytes(path("taken")), QByteArray("mine"));
    QVERIFY(!QFile::exists(path("taken.lock")));
}

void TestDataset::piecesOfAPartAreReadAgain()
{
    auto dataset = makeSet(path("parts.continuo-dataset"), 40);
    QVERIFY(dataset);
    QVERIFY(dataset->split({.5, .25, .25, 1}));
    for (const unsigned threads : {1u, 4u}) {
        const auto pieces = dataset->piecesOf(Part::Train, threads, {});
        QVERIFY2(pieces, pieces ? "" : pieces.error().text.c_str());
        QCOMPARE(pieces->size(), std::size_t{20});
        for (const TrainingPiece& piece : *pieces) {
            const auto number = QString::fromStdString(piece.title).mid(5).toUInt();
            const QByteArray text = tuneText(number);
            QCOMPARE(piece.path, "tunes/" + std::to_string(number) + ".abc");
            const auto expected = readMusicFile(
                std::span(reinterpret_cast<const std::uint8_t*>(text.constData()), std::size_t(text.size())), "x.abc");
            QVERIFY(piece.score == expected->pieces.front().score);
        }
    }
}

void TestDataset::fingerprintForgetsNamesAndOrder()
{
    auto one = Dataset::create(toPath(path("one")));
    auto two = Dataset::create(toPath(path("two")));
    QVERIFY(one->addFiles(std::vector{importedTune(1, "a.abc"), importedTune(2, "b.abc")}));
    QVERIFY(two->addFiles(std::vector{importedTune(2, "x/y.abc")}));
    QVERIFY(two->addFiles(std::vector{rejectedFile("no.mid"), importedTune(1, "z.abc")}));
    QVERIFY(one->finishImport() && two->finishImport());
    QCOMPARE(*one->fingerprint(), *two->fingerprint());
    QVERIFY(one->split({.5, .5, 0, 3}) && two->split({.5, .5, 0, 3}));
    QCOMPARE(*one->fingerprint(), *two->fingerprint());
    QVERIFY(two->addFiles(std::vector{importedTune(3, "c.abc")}));
    QVERIFY(*one->fingerprint() != *two->fingerprint());
}

void TestDataset::fingerprintKnowsThePart()
{
    auto dataset = makeSet(path("part"), 20);
    const std::string whole = *dataset->fingerprint();
    QVERIFY(dataset->split({.5, .5, 0, 1}));
    const std::string first = *dataset->fingerprint();
    QVERIFY(dataset->split({.5, .5, 0, 2}));
    const std::string second = *dataset->fingerprint();
    QVERIFY(dataset->split({.5, .5, 0, 1}));
    QVERIFY(whole != first && first != second);
    QCOMPARE(*dataset->fingerprint(), first);
}

void TestDataset::splitKeepsFamiliesTogether()
{
    auto dataset = Dataset::create(toPath(path("families")));
    std::vector<ImportedFile> files;
    for (std::uint32_t i = 0; i < 60; ++i) // Three lengths of each of twenty tunes.
        files.push_back(importedTune(i / 3, std::to_string(i) + ".abc", 16 + int(i % 3) * 4));
    QVERIFY(dataset->addFiles(files));
    // Not finished: the split finds the families itself.
    const auto report = dataset->split({.5, .3, .2, 9});
    QVERIFY(report);
    QCOMPARE(report->families, std::size_t{20});
    QCOMPARE(report->train + report->validation + report->test, std::size_t{60});
    QCOMPARE(report->train, std::size_t{30});
    std::map<std::int64_t, std::set<int>> parts;
    QVERIFY(dataset->forEachPiece([&](const DatasetPiece& piece) {
        parts[piece.family].insert(int(*piece.part));
        return true;
    }));
    QCOMPARE(parts.size(), std::size_t{20});
    for (const auto& [family, in] : parts)
        QCOMPARE(in.size(), std::size_t{1});
    const auto info = dataset->info();
    QVERIFY(info->split && info->split->seed == 9);
    QCOMPARE(info->validation, report->validation);
}

void TestDataset::splitOfAnEmptySetIsRefused()
{
    auto dataset = Dataset::create(toPath(path("nothing")));
    const auto report = dataset->split({});
    QVERIFY(!report);
    QCOMPARE(idOf(report.error()), "split.nothing-to-split");
    QCOMPARE(idOf(dataset->split({.9, .9, 0, 1}).error()), "split.shares-exceed-one");
}

void TestDataset::splitIsTakenBackWhenPiecesCome()
{
    auto dataset = makeSet(path("back"), 20);
    QVERIFY(dataset->split({}));
    QCOMPARE(*dataset->finishImport(), false);
    QCOMPARE(dataset->info()->train, std::size_t{16});
    QVERIFY(dataset->addFiles(std::vector{importedTune(99, "99.abc")}));
    QCOMPARE(*dataset->finishImport(), true);
    QCOMPARE(dataset->info()->train, std::size_t{0});
    QVERIFY(!dataset->info()->split);
}

void TestDataset::familiesAreUnknownUntilTheyAreSought()
{
    auto dataset = Dataset::create(toPath(path("sought")));
    QVERIFY(dataset);
    QVERIFY(dataset->addFiles(std::vector{importedTune(1, "a.abc"), importedTune(1, "b.abc", 20), importedTune(2, "c.abc")}));
    const auto families = [&] {
        std::vector<std::int64_t> numbers;
        const auto take = [&](const DatasetPiece& piece) {
            numbers.push_back(piece.family);
            return true;
        };
        return dataset->forEachPiece(take) && dataset->forEachPieceAfter(0, take) ? numbers : std::vector<std::int64_t>{};
    };
    QCOMPARE(families(), std::vector<std::int64_t>(6, 0));
    QCOMPARE(dataset->info()->families, std::size_t{0});
    QVERIFY(dataset->finishImport());
    const std::vector<std::int64_t> known = families();
    QVERIFY(known[0] != 0 && known[0] == known[1] && known[2] != known[0] && known[2] != 0);
    QCOMPARE(dataset->info()->families, std::size_t{2});
    // Equal files are duplicates even then.
    QVERIFY(dataset->addFiles(std::vector{importedTune(3, "e.abc"), importedTune(3, "f.abc")}));
    Recipe recipe;
    recipe.steps = {makeStep("drop-duplicates")};
    QCOMPARE(dataset->previewClean(recipe, 1, {})->dropped, std::size_t{2});
    QVERIFY(dataset->finishImport());
    QCOMPARE(dataset->previewClean(recipe, 1, {})->dropped, std::size_t{2});
    // What comes later makes them unknown again, those of the pieces before too.
    QVERIFY(dataset->addFiles(std::vector{importedTune(2, "d.abc", 18)}));
    QCOMPARE(families(), std::vector<std::int64_t>(12, 0));
    QVERIFY(dataset->finishImport());
    QCOMPARE(dataset->info()->families, std::size_t{3});
}

void TestDataset::duplicatesAreMarkedButForTheOneThatStays()
{
    auto dataset = Dataset::create(toPath(path("duplicates")));
    QVERIFY(dataset->addFiles(std::vector{importedTune(1, "c.abc"), importedTune(1, "b.abc", 20), importedTune(1, "a.abc"),
                                          importedTune(2, "d.abc")}));
    QVERIFY(dataset->finishImport());
    QStringList problems;
    QVERIFY(dataset->forEachPiece([&](const DatasetPiece& piece) {
        QStringList names;
        for (const std::string& name : problemNames(piece.problems))
            names += QString::fromStdString(name);
        problems += QString::fromStdString(piece.path) + " " + names.join('+');
        return true;
    }));
    QCOMPARE(problems, (QStringList{"a.abc near-duplicate", "b.abc ", "c.abc exact-duplicate", "d.abc "}));
}

void TestDataset::piecesAreFoundByNumberPathAndPlace()
{
    auto dataset = Dataset::create(toPath(path("find")));
    QByteArray book = tuneText(1) + "\n" + tuneText(2).replace("X:1", "X:2");
    ImportedFile imported = importedTune(1, "books/two.abc");
    imported.bytes.assign(book.begin(), book.end());
    imported.file.sha256 = sha256Hex(imported.bytes);
    imported.pieces.push_back(imported.pieces.front());
    QVERIFY(dataset->addFiles(std::vector{imported, importedTune(3, "tunes/three.abc")}));
    QVERIFY(dataset->finishImport());
    QCOMPARE(dataset->piece("three.abc")->title, std::string("Tune 3"));
    QCOMPARE(dataset->piece("tunes/three.abc")->title, std::string("Tune 3"));
    QCOMPARE(dataset->piece("two.abc#2")->title, std::string("Tune 2"));
    QCOMPARE(dataset->piece("1")->title, std::string("Tune 1"));
    QCOMPARE(idOf(dataset->piece("hree.abc").error()), "dataset.no-such-piece");
    QCOMPARE(idOf(dataset->piece("two.abc#3").error()), "dataset.no-such-piece");
    QCOMPARE(idOf(dataset->piece("two.abc").error()), "dataset.ambiguous-piece");
}

void TestDataset::aSecondWriterIsToldWhoWrites()
{
    auto first = makeSet(path("locked"), 2);
    QVERIFY(first);
    const auto second = Dataset::open(toPath(path("locked")), Dataset::Access::Write);
    QVERIFY(!second);
    QCOMPARE(idOf(second.error()), "dataset.in-use");
    QVERIFY(second.error().text.find("process " + std::to_string(::getpid())) != std::string::npos);
    first = Error{};
    QVERIFY(Dataset::open(toPath(path("locked")), Dataset::Access::Write));
    QVERIFY2(!QFile::exists(path("locked.lock")), "no litter");
}

void TestDataset::readersReadWhileAWriterWrites()
{
    auto writer = makeSet(path("shared"), 5);
    QVERIFY(writer);
    const auto reader = Dataset::open(toPath(path("shared")), Dataset::Access::Read);
    QVERIFY(reader);
    QCOMPARE(reader->info()->pieces, std::size_t{5});
    QVERIFY(writer->addFiles(std::vector{importedTune(77, "77.abc")}));
    QCOMPARE(reader->info()->pieces, std::size_t{6});
}

void TestDataset::aSnapshotIsOfOneMoment()
{
    QVERIFY(makeSet(path("still"), 5));
    // The writer is another process, made before SQLite has this file open here, for its locks do not survive a fork.
    int gate[2] = {-1, -1};
    QCOMPARE(::pipe(gate), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        char go = 0;
        if (::read(gate[0], &go, 1) != 1)
            ::_exit(2);
        auto writer = Dataset::open(toPath(path("still")), Dataset::Access::Write);
        ::_exit(writer && writer->addFiles(std::vector{importedTune(77, "77.abc")}) ? 0 : 1);
    }
    const auto reader = Dataset::open(toPath(path("still")), Dataset::Access::Read);
    QVERIFY(reader);
    std::optional<Dataset::Snapshot> snapshot = std::move(*reader->snapshot());
    const std::string before = *reader->fingerprint();
    QCOMPARE(::write(gate[1], "g", 1), 1);
    QElapsedTimer timer;
    timer.start();
    while (!QFile::exists(path("still.lock")) && timer.elapsed() < 10'000)
        std::this_thread::yield();
    QCOMPARE(*reader->fingerprint(), before);
    QCOMPARE(reader->info()->pieces, std::size_t{5});
    QVERIFY(reader->piecesOf(Part::Train, 2, {}));
    snapshot.reset();
    int status = 0;
    ::waitpid(child, &status, 0);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    QCOMPARE(reader->info()->pieces, std::size_t{6});
    QVERIFY(*reader->fingerprint() != before);
}

void TestDataset::aDeadWritersLockIsTaken()
{
    QVERIFY(makeSet(path("dead"), 2));
    const pid_t child = ::fork();
    if (child == 0) {
        const auto writer = Dataset::open(toPath(path("dead")), Dataset::Access::Write);
        ::kill(::getpid(), writer ? SIGKILL : SIGTERM);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    QCOMPARE(WTERMSIG(status), SIGKILL);
    QVERIFY(QFile::exists(path("dead.lock")));
    {
        const auto writer = Dataset::open(toPath(path("dead")), Dataset::Access::Write);
        QVERIFY2(writer, writer ? "" : writer.error().text.c_str());
    }
    QVERIFY(!QFile::exists(path("dead.lock")));
}

void TestDataset::filesThatAreNoDatasetsAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("id");
    QVERIFY(makeSet(path("model"), 3));
    const QByteArray good = readBytes(path("model"));
    QTest::newRow("empty") << QByteArray() << "dataset.not-a-dataset";
    QTest::newRow("text") << QByteArray("hello") << "dataset.not-a-dataset";
    QTest::newRow("a long text") << QByteArray(10'000, 'x') << "dataset.not-a-dataset";
    QTest::newRow("another program's database") << QByteArray(good).replace(68, 4, "Othr") << "dataset.not-a-dataset";
    QTest::newRow("no version") << QByteArray(good).replace(60, 4, QByteArray(4, '\0')) << "dataset.not-a-dataset";
    QTest::newRow("a newer version") << QByteArray(good).replace(60, 4, QByteArray("\0\0\x0b\xb8", 4))
                                     << "dataset.newer-version";
    QTest::newRow("only its first page") << good.left(4096) << "dataset.damaged";
    QTest::newRow("only its header") << good.left(100) << "dataset.damaged";
}

void TestDataset::filesThatAreNoDatasetsAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, id);
    QVERIFY(writeBytes(path("odd"), bytes));
    for (const auto access : {Dataset::Access::Read, Dataset::Access::Write}) {
        const auto dataset = Dataset::open(toPath(path("odd")), access);
        QVERIFY(!dataset);
        QCOMPARE(idOf(dataset.error()), id);
        QCOMPARE(dataset.error().kind, ErrorKind::Refused);
        QVERIFY(dataset.error().text.find("odd") != std::string::npos);
    }
    QCOMPARE(readBytes(path("odd")), bytes);
    QVERIFY(!QFile::exists(path("odd.lock")));
    QCOMPARE(idOf(Dataset::open(toPath(path("nowhere")), Dataset::Access::Read).error()), "file.not-found");
    QCOMPARE(idOf(Dataset::open(toPath(m_folder.path()), Dataset::Access::Read).error()), "dataset.not-a-dataset");
}

void TestDataset::foreignSchemasAreRefused_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("a trigger") << QByteArray("CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM file; END");
    QTest::newRow("a view") << QByteArray("CREATE VIEW v AS SELECT * FROM file");
    QTest::newRow("another table") << QByteArray("CREATE TABLE other (x)");
    QTest::newRow("an index on an expression") << QByteArray("CREATE INDEX i ON file (length(path))");
    QTest::newRow("a table less") << QByteArray("DROP TABLE meta");
    QTest::newRow("a column more") << QByteArray("ALTER TABLE meta ADD COLUMN x");
    QTest::newRow("another type") << QByteArray("DROP TABLE meta; CREATE TABLE meta (name, value)");
}

void TestDataset::foreignSchemasAreRefused()
{
    QFETCH(QByteArray, sql);
    QVERIFY(makeSet(path("schema"), 1));
    SQLite::Database(path("schema").toStdString(), SQLite::OPEN_READWRITE).exec(sql.constData());
    const auto dataset = Dataset::open(toPath(path("schema")), Dataset::Access::Read);
    QVERIFY(!dataset);
    QCOMPARE(idOf(dataset.error()), "dataset.foreign-schema");
}

void TestDataset::impossibleRowsAreDamage_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("status") << QByteArray("UPDATE file SET status = 'splendid'");
    QTest::newRow("remarks") << QByteArray("UPDATE file SET remarks = '[1]'");
    QTest::newRow("remarks are no text") << QByteArray("UPDATE file SET remarks = x'ff00ff'");
    QTest::newRow("size") << QByteArray("UPDATE file SET size = -5");
    QTest::newRow("facts") << QByteArray("UPDATE piece SET facts = '{}'");
    QTest::newRow("deep facts") << QByteArray("UPDATE piece SET facts = replace(printf('%100000s', ''), ' ', '[')");
    QTest::newRow("part") << QByteArray("UPDATE piece SET part = 'finale'");
    QTest::newRow("melody") << QByteArray("UPDATE piece SET melody = x'000000'");
    QTest::newRow("ordinal") << QByteArray("UPDATE piece SET ordinal = 7, part = 'train' WHERE id = 1");
    QTest::newRow("negative ordinal") << QByteArray("UPDATE piece SET ordinal = -1, part = 'train' WHERE id = 1");
    QTest::newRow("split") << QByteArray("INSERT INTO meta VALUES ('split', 'half')");
    QTest::newRow("content is no music") << QByteArray("UPDATE content SET bytes = 'hi'; UPDATE piece SET part = 'train'");
}

void TestDataset::impossibleRowsAreDamage()
{
    QFETCH(QByteArray, sql);
    QVERIFY(makeSet(path("rows"), 3));
    SQLite::Database(path("rows").toStdString(), SQLite::OPEN_READWRITE).exec(sql.constData());
    auto dataset = Dataset::open(toPath(path("rows")), Dataset::Access::Write);
    QVERIFY(dataset);
    QList<Error> errors;
    const auto note = [&](const auto& result) {
        if (!result)
            errors += result.error();
    };
    note(dataset->info());
    note(dataset->forEachFile([](const DatasetFile&) { return true; }));
    note(dataset->forEachPiece([](const DatasetPiece&) { return true; }));
    note(dataset->piecesOf(Part::Train, 2, {}));
    note(dataset->split({}));
    QVERIFY(!errors.isEmpty());
    for (const Error& error : errors)
        QCOMPARE(error.kind, ErrorKind::Refused);
}

/// Everything that reads or changes, whatever comes of it.
static void useAll(const std::filesystem::path& path)
{
    auto dataset = Dataset::open(path, Dataset::Access::Write);
    if (!dataset)
        return;
    (void)dataset->info();
    (void)dataset->forEachFile([](const DatasetFile&) { return true; });
    (void)dataset->forEachPiece([](const DatasetPiece&) { return true; });
    (void)dataset->piecesOf(Part::Train, 2, {});
    (void)dataset->piece("3");
    (void)dataset->split({});
    (void)dataset->finishImport();
}

void TestDataset::mutatedSetsNeverCrash()
{
    {
        auto dataset = makeSet(path("mutant"), 12);
        QVERIFY(dataset && dataset->split({}));
    }
    const QByteArray good = readBytes(path("mutant"));
    const CounterRandom random(3, CounterRandom::Domain::Test);
    const auto rounds = static_cast<std::uint32_t>(qEnvironmentVariableIntValue("CONTINUO_FUZZ_ROUNDS"));
    for (std::uint32_t i = 0; i < std::max(rounds, 60u); ++i) {
        QByteArray bad = good;
        const auto count = 1 + random.below(20, i, 1);
        for (std::uint32_t k = 0; k < count; ++k) {
            // Half of them in the first bytes of a page, where its structure stands.
            const std::uint64_t page = random.below(std::uint64_t(bad.size()) / 4096, i, k, 2) * 4096;
            const std::uint64_t place = k % 2 ? random.below(std::uint64_t(bad.size()), i, k, 3)
                                              : page + random.below(64, i, k, 4);
            bad[qsizetype(std::max<std::uint64_t>(place, 100))] = char(random.below(256, i, k, 5));
        }
        QVERIFY(writeBytes(path("mutant"), bad));
        useAll(toPath(path("mutant")));
    }
}

void TestDataset::truncatedSetsNeverCrash()
{
    QVERIFY(makeSet(path("short"), 12));
    const QByteArray good = readBytes(path("short"));
    for (qsizetype size = 0; size < good.size(); size += 1500) {
        QVERIFY(writeBytes(path("short"), good.left(size)));
        useAll(toPath(path("short")));
    }
}

void TestDataset::readOnlySetsOpenForReading()
{
    QVERIFY(QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7755)));
    QVERIFY(makeSet(path("fixed"), 3));
    QVERIFY(QFile::setPermissions(path("fixed"), QFile::Permissions(0x4444)));
    const std::filesystem::path set = toPath(path("fixed"));
    QCOMPARE(inChild([&] {
                 const auto read = Dataset::open(set, Dataset::Access::Read);
                 if (!read || !read->info() || read->info()->pieces != 3)
                     return 1;
                 const auto write = Dataset::open(set, Dataset::Access::Write);
                 if (write)
                     return 2;
                 return write.error().id == "dataset.read-only" || write.error().id == "file.not-writable" ? 0 : 3;
             }),
             ::geteuid() == 0 ? 0 : inChild([] { return 0; }));
}

void TestDataset::cancelStopsReading()
{
    auto dataset = makeSet(path("cancel"), 20);
    QVERIFY(dataset && dataset->split({1, 0, 0, 1}));
    const CancelToken cancel;
    int read = 0;
    const Status status = dataset->forEachPieceOf(Part::Train, 2, cancel, [&](const TrainingPiece&) {
        if (++read == 3)
            cancel.cancel();
        return true;
    });
    QVERIFY(!status);
    QCOMPARE(idOf(status.error()), "base.cancelled");
    QVERIFY(read < 20);
}

QTEST_APPLESS_MAIN(TestDataset)
#include "tst_dataset.moc"
