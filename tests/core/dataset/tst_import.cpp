// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/base/file.h"
#include "core/dataset/import.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/dataset/zip_fixture.h"

#include <chrono>
#include <csignal>
#include <map>
#include <set>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace continuo;

namespace {

using Existing = ImportOptions::Existing;

Result<ImportReport> import(const QStringList& inputs, const QString& set, Existing existing = Existing::Refuse,
                            unsigned threads = 2, const CancelToken& cancel = {}, const ImportObserver& observer = {})
{
    ImportOptions options;
    for (const QString& input : inputs)
        options.inputs.push_back(toPath(input));
    options.set = toPath(set);
    options.existing = existing;
    options.threads = threads;
    return importMusic(options, cancel, observer);
}

Result<DatasetInfo> infoOf(const QString& set)
{
    const auto dataset = Dataset::open(toPath(set), Dataset::Access::Read);
    if (!dataset)
        return dataset.error();
    return dataset->info();
}

QString idOf(const Error& error)
{
    return QString::fromStdString(error.id);
}

bool writeTunes(const QString& folder, std::uint32_t count)
{
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!writeBytes(folder + QString("/%1/%2.abc").arg(i % 7).arg(i), tuneText(i)))
            return false;
    }
    return true;
}

/// How often something is killed: $CONTINUO_KILLS, else 20.
int killsWished()
{
    const int wished = qEnvironmentVariableIntValue("CONTINUO_KILLS");
    return wished > 0 ? wished : 20;
}

/// Path, hash and piece of everything in a set, and whether each file's bytes can still be read.
QStringList contentOf(const QString& set)
{
    QStringList content;
    const auto dataset = Dataset::open(toPath(set), Dataset::Access::Read);
    if (!dataset)
        return content;
    std::vector<DatasetFile> files;
    const bool areFilesRead = bool(dataset->forEachFile([&](const DatasetFile& file) {
        files.push_back(file);
        return true;
    }));
    const bool arePiecesRead = bool(dataset->forEachPiece([&](const DatasetPiece& piece) {
        content += QString("piece %1 of %2, %3 notes").arg(piece.ordinal).arg(QString::fromStdString(piece.path)).arg(piece.facts.notes);
        return true;
    }));
    for (const DatasetFile& file : files) {
        const auto bytes = dataset->bytesOf(file.id);
        content += QString("file %1 %2 %3").arg(QString::fromStdString(file.path), QString::fromStdString(file.sha256)).arg(
            bytes ? std::ssize(*bytes) : -1);
    }
    return areFilesRead && arePiecesRead ? content : QStringList();
}

/// "a.mid accepted; b.mid rejected midi.no-header": the files of a report without their folder.
QString filesText(const ImportReport& report, const QString& folder)
{
    QStringList lines;
    for (const ImportOutcome& file : report.files) {
        QString line = QString::fromStdString(readablePath(file.path)).remove(folder + "/") + " " +
                       fileStatusName(file.status).data();
        if (file.reason)
            line += " " + idOf(*file.reason);
        lines += line;
    }
    return lines.join("; ");
}

} // namespace

class TestImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyFileIsAcceptedOrRejectedWithAReason();
    void zipMembersAreRead();
    void linksMakeNoLoops();
    void pipesAreNotOpened();
    void namesOfAnyBytesAreKept();
    void foldersWithoutPermissionAreNamed();
    void inputsThatAreNotThereAreErrors();
    void nothingUsableLeavesNoSet();
    void anExistingSetIsRefusedReplacedOrAddedTo();
    void addingTheSameAgainChangesNothing();
    void threadsDoNotMatter_data();
    void threadsDoNotMatter();
    void frameListsBringTheirParts();
    void cancelKeepsWhatWasRead();
    void cancelledReplacementLeavesTheOldSet();
    void killedImportsLoseLittle();
    void killedAdditionsKeepTheOldSetWhole();
    void fullDiskLeavesTheOldSet();
    void realCollectionsAreReadWhole();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestImport::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestImport::everyFileIsAcceptedOrRejectedWithAReason()
{
    const QString in = path("in");
    QVERIFY(writeBytes(in + "/a.abc", tuneText(1)));
    QVERIFY(writeBytes(in + "/deep/er/b.txt", tuneText(2)));      // music by its content
    QVERIFY(writeBytes(in + "/c.mid", "this is not MIDI"));
    QVERIFY(writeBytes(in + "/d.mid", ""));
    QVERIFY(writeBytes(in + "/e.abc", "no tune in here\n"));
    QVERIFY(writeBytes(in + "/readme.txt", "hello"));
    QVERIFY(writeBytes(in + "/f.zip", "not a zip"));
    const auto report = import({in}, path("set"));
    QVERIFY2(report, report ? "" : report.error().text.c_str());
    QCOMPARE(filesText(*report, in), "a.abc accepted; c.mid rejected midi.no-header; d.mid rejected midi.empty-file; "
                                     "deep/er/b.txt accepted; e.abc rejected abc.no-tune; f.zip rejected zip.damaged");
    QCOMPARE(report->found, std::size_t{6});
    QCOMPARE(report->ignored, std::size_t{1});
    QCOMPARE(report->accepted, std::size_t{2});
    QCOMPARE(report->rejected, std::size_t{4});
    QCOMPARE(report->reasons.size(), std::size_t{4});
    const auto info = infoOf(path("set"));
    QVERIFY(info && info->isComplete);
    QCOMPARE(info->files, std::size_t{6});
    QCOMPARE(info->pieces, std::size_t{2});
    QCOMPARE(info->fingerprint, report->fingerprint);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"set"});
}

void TestImport::zipMembersAreRead()
{
    QVERIFY(writeZip(path("music.zip"), {{"x/a.abc", tuneText(1)},
                                         {"x/notes.txt", "hello"},
                                         {"../up.abc", tuneText(2)},
                                         {"inner.zip", "PK"},
                                         {"x/untitled", tuneText(3)},
                                         {"bomb.mid", QByteArray(5'000'000, '\0')}}));
    QVERIFY(writeZip(path("secret.zip"), {{"b.mid", "MThd"}}, "password"));
    const auto report = import({path("music.zip"), path("secret.zip")}, path("set"));
    QVERIFY2(report, report ? "" : report.error().text.c_str());
    QCOMPARE(filesText(*report, m_folder->path()),
             "music.zip/../up.abc rejected zip.unsafe-name; music.zip/bomb.mid rejected zip.bomb; music.zip/inner.zip "
             "rejected zip.nested; music.zip/x/a.abc accepted; music.zip/x/untitled accepted; secret.zip/b.mid rejected "
             "zip.encrypted");
    QCOMPARE(report->ignored, std::size_t{1});
}

void TestImport::linksMakeNoLoops()
{
    const QString in = path("in");
    QVERIFY(writeBytes(in + "/sub/a.abc", tuneText(1)));
    QVERIFY(QFile::link(in, in + "/sub/back"));
    QVERIFY(QFile::link(in + "/sub", in + "/again"));
    QVERIFY(QFile::link(in + "/nowhere", in + "/broken.mid"));
    const auto report = import({in}, path("set"));
    QVERIFY(report);
    QCOMPARE(report->found, std::size_t{1});
    QCOMPARE(report->accepted, std::size_t{1});
}

void TestImport::pipesAreNotOpened()
{
    const QString in = path("in");
    QVERIFY(writeBytes(in + "/a.abc", tuneText(1)));
    QCOMPARE(::mkfifo((in + "/pipe.mid").toLocal8Bit().constData(), 0600), 0);
    const auto report = import({in}, path("set"));
    QVERIFY(report);
    QCOMPARE(filesText(*report, in), "a.abc accepted; pipe.mid rejected file.not-regular");
}

void TestImport::namesOfAnyBytesAreKept()
{
    const std::string name = "caf\xe9 \xff\n\"';.abc";
    const std::filesystem::path folder = toPath(path("in"));
    std::filesystem::create_directory(folder);
    const QByteArray text = tuneText(1);
    QVERIFY(writeFile(folder / name, std::string_view(text.constData(), std::size_t(text.size())), Overwrite::Refuse));
    const auto report = import({path("in")}, path("set"));
    QVERIFY(report);
    QCOMPARE(report->files.front().path, (folder / name).string());
    QCOMPARE(report->accepted, std::size_t{1});
    std::filesystem::remove_all(folder); // QTemporaryDir cannot name it.
}

void TestImport::foldersWithoutPermissionAreNamed()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer knows no threads in a forked child");
#endif
    const QString in = path("in");
    QVERIFY(writeBytes(in + "/a.abc", tuneText(1)));
    QVERIFY(writeBytes(in + "/b.abc", tuneText(2)));
    QVERIFY(writeBytes(in + "/closed/c.abc", tuneText(3)));
    QDir().mkpath(path("out"));
    for (const auto& [name, mode] : {std::pair{QString(), 0755}, {QString("out"), 0777}, {QString("in/closed"), 0},
                                     {QString("in/b.abc"), 0}})
        QCOMPARE(::chmod(path(name).toLocal8Bit().constData(), mode_t(mode)), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && (::setegid(65534) != 0 || ::seteuid(65534) != 0))
            ::_exit(99);
        const auto report = import({in}, path("out/set"));
        const bool isGood = report && report->accepted == 1 && report->rejected == 1 && report->unreadable.size() == 1 &&
                            report->unreadable[0].id == "file.not-readable" &&
                            report->unreadable[0].text.find("closed") != std::string::npos &&
                            report->reasons.count("file.not-readable") == 1;
        const auto refused = import({in + "/closed"}, path("out/set2"));
        const bool isRefused = !refused && refused.error().id == "file.not-readable";
        ::_exit((isGood ? 0 : 1) + (isRefused ? 0 : 2));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    for (const char* name : {"in/closed", "in/b.abc"})
        ::chmod(path(name).toLocal8Bit().constData(), 0700);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

void TestImport::inputsThatAreNotThereAreErrors()
{
    const auto report = import({path("nowhere")}, path("set"));
    QVERIFY(!report);
    QCOMPARE(idOf(report.error()), "file.not-found");
    QVERIFY(!QFile::exists(path("set")));
}

void TestImport::nothingUsableLeavesNoSet()
{
    QVERIFY(writeBytes(path("in/a.mid"), "no"));
    const auto report = import({path("in")}, path("set"));
    QVERIFY(report);
    QVERIFY(!report->isSetKept);
    QCOMPARE(report->rejected, std::size_t{1});
    QVERIFY(!QFile::exists(path("set")));
    QVERIFY(!QFile::exists(path("set.lock")));
}

void TestImport::anExistingSetIsRefusedReplacedOrAddedTo()
{
    QVERIFY(writeBytes(path("one/a.abc"), tuneText(1)));
    QVERIFY(writeBytes(path("two/b.abc"), tuneText(2)));
    QVERIFY(import({path("one")}, path("set")));
    const auto refused = import({path("two")}, path("set"));
    QVERIFY(!refused);
    QCOMPARE(idOf(refused.error()), "file.exists");
    QCOMPARE(refused.error().kind, ErrorKind::Usage);

    QVERIFY(import({path("two")}, path("set"), Existing::Add));
    QCOMPARE(infoOf(path("set"))->pieces, std::size_t{2});

    QVERIFY(import({path("two")}, path("set"), Existing::Replace));
    QCOMPARE(infoOf(path("set"))->pieces, std::size_t{1});
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"set"});

    const auto missing = import({path("two")}, path("other"), Existing::Add);
    QVERIFY(!missing);
    QCOMPARE(idOf(missing.error()), "file.not-found");
    QVERIFY2(import({path("two")}, path("other"), Existing::Replace), "nothing to replace is no error");

    QVERIFY(writeBytes(path("precious.txt"), "mine"));
    QVERIFY(!import({path("two")}, path("precious.txt"), Existing::Add));
    QCOMPARE(readBytes(path("precious.txt")), QByteArray("mine"));
}

void TestImport::addingTheSameAgainChangesNothing()
{
    QVERIFY(writeTunes(path("in"), 20));
    QVERIFY(writeBytes(path("in/bad.mid"), "no"));
    const auto first = import({path("in")}, path("set"));
    QVERIFY(first);
    {
        auto dataset = Dataset::open(toPath(path("set")), Dataset::Access::Write);
        QVERIFY(dataset && dataset->split({}));
    }
    const auto before = infoOf(path("set"));
    const auto again = import({path("in")}, path("set"), Existing::Add);
    QVERIFY(again);
    QCOMPARE(again->known, std::size_t{21});
    QCOMPARE(again->accepted, first->accepted);
    QCOMPARE(again->rejected, std::size_t{1});
    QVERIFY(!again->isSplitGone);
    const auto after = infoOf(path("set"));
    QCOMPARE(after->files, before->files);
    QCOMPARE(after->fingerprint, before->fingerprint);

    QVERIFY(writeBytes(path("in/new.abc"), tuneText(500)));
    const auto more = import({path("in")}, path("set"), Existing::Add);
    QVERIFY(more && more->isSplitGone);
    QCOMPARE(infoOf(path("set"))->pieces, before->pieces + 1);
}

void TestImport::threadsDoNotMatter_data()
{
    QTest::addColumn<unsigned>("threads");
    QTest::newRow("two") << 2u;
    QTest::newRow("four") << 4u;
    QTest::newRow("thirteen") << 13u;
}

void TestImport::threadsDoNotMatter()
{
    QFETCH(unsigned, threads);
    QVERIFY(writeTunes(path("in"), 120));
    const auto one = import({path("in")}, path("one"), Existing::Refuse, 1);
    const auto several = import({path("in")}, path("several"), Existing::Refuse, threads);
    QVERIFY(one && several);
    QCOMPARE(several->fingerprint, one->fingerprint);
    QCOMPARE(filesText(*several, ""), filesText(*one, ""));
    QVERIFY2(readBytes(path("one")) == readBytes(path("several")), "even the bytes are the same");
}

void TestImport::frameListsBringTheirParts()
{
    QVERIFY(writeBytes(path("frames.json"), R"({"train": [[[60],[62]], [[64]]], "valid": [[[65]]], "test": [[[67],[69]]]})"));
    QVERIFY(writeBytes(path("other.json"), R"({"name": "no music"})"));
    const auto report = import({path("frames.json"), path("other.json")}, path("set"));
    QVERIFY(report);
    QCOMPARE(report->found, std::size_t{1});
    QCOMPARE(report->ignored, std::size_t{1});
    const auto info = infoOf(path("set"));
    QCOMPARE(info->train, std::size_t{2});
    QCOMPARE(info->validation, std::size_t{1});
    QCOMPARE(info->test, std::size_t{1});
    QVERIFY(!info->split);
}

void TestImport::cancelKeepsWhatWasRead()
{
    QVERIFY(writeTunes(path("in"), 300));
    const CancelToken cancel;
    const auto report = import({path("in")}, path("set"), Existing::Refuse, 2, cancel, [&](const ImportProgress& now) {
        if (now.done == 100)
            cancel.cancel();
    });
    QVERIFY(report);
    QVERIFY(report->isCancelled && report->isSetKept);
    QCOMPARE(report->found, std::size_t{300});
    QVERIFY(report->accepted >= 100 && report->accepted < 300);
    const auto info = infoOf(path("set"));
    QVERIFY(info && !info->isComplete);
    QCOMPARE(info->pieces, report->accepted);
    QVERIFY(info->families > 0);

    const auto rest = import({path("in")}, path("set"), Existing::Add);
    QVERIFY(rest);
    QCOMPARE(rest->known, report->accepted);
    const auto whole = import({path("in")}, path("whole"));
    QVERIFY(infoOf(path("set"))->isComplete);
    QCOMPARE(infoOf(path("set"))->fingerprint, whole->fingerprint);
}

void TestImport::cancelledReplacementLeavesTheOldSet()
{
    QVERIFY(writeTunes(path("in"), 100));
    QVERIFY(writeBytes(path("old/a.abc"), tuneText(900)));
    QVERIFY(import({path("old")}, path("set")));
    const QByteArray before = readBytes(path("set"));
    const CancelToken cancel;
    const auto report = import({path("in")}, path("set"), Existing::Replace, 2, cancel, [&](const ImportProgress& now) {
        if (now.done == 10)
            cancel.cancel();
    });
    QVERIFY(report && report->isCancelled && !report->isSetKept);
    QVERIFY(readBytes(path("set")) == before);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"set"});
}

void TestImport::killedImportsLoseLittle()
{
    QVERIFY(writeTunes(path("in"), 1300));
    const auto start = std::chrono::steady_clock::now();
    const auto whole = import({path("in")}, path("whole"));
    const std::chrono::duration<double> needed = std::chrono::steady_clock::now() - start;
    QVERIFY(whole);

    const CounterRandom random(8, CounterRandom::Domain::Test);
    int unfinished = 0;
    const int kills = killsWished();
    for (int i = 0; i < kills; ++i) {
        const QString set = path("set");
        QFile::remove(set);
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(import({path("in")}, set) ? 0 : 1);
        std::this_thread::sleep_for(needed * random.uniform(std::uint32_t(i)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        if (!QFile::exists(set))
            continue; // It died before the set had its name.
        const auto info = infoOf(set);
        QVERIFY2(info, info ? "" : info.error().text.c_str());
        QVERIFY(info->isComplete ? info->pieces == 1300 : info->pieces % 250 == 0 || info->pieces == 1300);
        if (info->isComplete)
            continue;
        ++unfinished;
        if (unfinished % 4 != 1)
            continue;
        const auto rest = import({path("in")}, set, Existing::Add);
        QVERIFY2(rest, rest ? "" : rest.error().text.c_str());
        QCOMPARE(rest->known, info->files);
        QCOMPARE(rest->fingerprint, whole->fingerprint);
    }
    QVERIFY2(unfinished > 0, "no kill met an import at work");
    QVERIFY(import({path("in")}, path("set"), Existing::Replace));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), (QStringList{"set", "whole"}));
}

void TestImport::killedAdditionsKeepTheOldSetWhole()
{
    QVERIFY(writeTunes(path("new"), 1300));
    for (std::uint32_t i = 0; i < 200; ++i)
        QVERIFY(writeBytes(path("old/%1.abc").arg(i), tuneText(10'000 + i)));
    QVERIFY(import({path("old")}, path("base")));
    const QStringList old = contentOf(path("base"));
    QCOMPARE(old.size(), 400);
    const auto whole = import({path("old"), path("new")}, path("whole"));
    QVERIFY(whole);
    const auto start = std::chrono::steady_clock::now();
    QVERIFY(QFile::copy(path("base"), path("timed")));
    QVERIFY(import({path("new")}, path("timed"), Existing::Add));
    const std::chrono::duration<double> needed = std::chrono::steady_clock::now() - start;

    const CounterRandom random(9, CounterRandom::Domain::Test);
    int broken = 0;
    for (int i = 0; i < killsWished(); ++i) {
        const QString set = path("set");
        QFile::remove(set);
        QVERIFY(QFile::copy(path("base"), set));
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(import({path("new")}, set, Existing::Add) ? 0 : 1);
        std::this_thread::sleep_for(needed * random.uniform(std::uint32_t(i)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        const auto info = infoOf(set);
        QVERIFY2(info, info ? "" : info.error().text.c_str());
        broken += info->pieces > 200 && !info->isComplete;
        QVERIFY(info->pieces >= 200);
        const QStringList now = contentOf(set);
        for (const QString& line : old)
            QVERIFY2(now.contains(line), qPrintable(line));
        if (info->isComplete || i % 4 != 1)
            continue;
        const auto rest = import({path("new")}, set, Existing::Add);
        QVERIFY2(rest, rest ? "" : rest.error().text.c_str());
        QVERIFY(infoOf(set)->isComplete);
        QCOMPARE(rest->fingerprint, whole->fingerprint);
    }
    QVERIFY2(broken > 0, "no kill met an addition at work");
    QVERIFY(import({path("new")}, path("set"), Existing::Add));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), (QStringList{"base", "set", "timed", "whole"}));
}

void TestImport::fullDiskLeavesTheOldSet()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer knows no threads in a forked child");
#endif
    QVERIFY(writeTunes(path("in"), 400));
    QVERIFY(writeBytes(path("old/a.abc"), tuneText(900)));
    QVERIFY(import({path("old")}, path("set")));
    QVERIFY(import({path("old")}, path("grown")));
    const QByteArray before = readBytes(path("set"));
    const std::string fingerprint = infoOf(path("grown"))->fingerprint;
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{150'000, 150'000};
        ::setrlimit(RLIMIT_FSIZE, &small);
        int result = 0;
        for (const auto& [set, existing] : {std::pair{path("set"), Existing::Replace}, {path("grown"), Existing::Add},
                                            {path("fresh"), Existing::Refuse}}) {
            const auto report = import({path("in")}, set, existing);
            result = 2 * result + (!report && report.error().kind == ErrorKind::Failed &&
                                           (report.error().id == "dataset.disk-full" ||
                                            report.error().id == "dataset.io-failed")
                                       ? 0
                                       : 1);
        }
        ::_exit(result);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    QVERIFY(readBytes(path("set")) == before);
    const auto grown = infoOf(path("grown"));
    QVERIFY(grown);
    QCOMPARE(grown->fingerprint, fingerprint);
    QVERIFY(!grown->isComplete);
    QVERIFY(!QFile::exists(path("fresh")));
    // With room again, the same command adds the rest.
    const auto rest = import({path("in")}, path("grown"), Existing::Add);
    QVERIFY(rest);
    QCOMPARE(rest->fingerprint, import({path("old"), path("in")}, path("fresh"))->fingerprint);
    QVERIFY(infoOf(path("grown"))->isComplete);
}

void TestImport::realCollectionsAreReadWhole()
{
    const QString folder = qEnvironmentVariable("CONTINUO_SHARED_DATA") + "/nottingham";
    if (!QDir(folder).exists())
        QSKIP("The optional folder of real music is not there.");
    const auto report = import({folder}, path("set"));
    QVERIFY(report);
    QCOMPARE(report->found, std::size_t{470});
    QCOMPARE(report->rejected, std::size_t{0});
    auto dataset = Dataset::open(toPath(path("set")), Dataset::Access::Write);
    QVERIFY(dataset);
    const auto split = dataset->split({.8, .1, .1, 1});
    QVERIFY(split);
    QCOMPARE(split->train, std::size_t{376});
    std::map<QString, std::set<int>> partsOfStem;
    QVERIFY(dataset->forEachPiece([&](const DatasetPiece& piece) {
        partsOfStem[QFileInfo(QString::fromStdString(piece.path)).completeBaseName()].insert(int(*piece.part));
        return true;
    }));
    QCOMPARE(partsOfStem.size(), std::size_t{235});
    for (const auto& [stem, parts] : partsOfStem)
        QVERIFY2(parts.size() == 1, qPrintable(stem + " stands in two parts"));
    const auto pieces = dataset->piecesOf(Part::Train, 2, {});
    QVERIFY(pieces);
    QCOMPARE(pieces->size(), std::size_t{376});
}

QTEST_APPLESS_MAIN(TestImport)
#include "tst_import.moc"
