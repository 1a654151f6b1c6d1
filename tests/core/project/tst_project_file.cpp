// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/midi/read_midi.h"
#include "core/project/project_file.h"
#include "core/project/project_lock.h"

#include <QtTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace continuo;

namespace {

namespace fs = std::filesystem;

/// Draws the random parts of a score in order.
class Dice
{
public:
    explicit Dice(std::uint32_t seed)
        : m_random(seed, CounterRandom::Domain::Test)
    {
    }
    std::uint32_t below(std::uint32_t bound)
    {
        return static_cast<std::uint32_t>(m_random.below(bound, m_step++, 0));
    }

private:
    CounterRandom m_random;
    std::uint32_t m_step = 0;
};

/// A score with every kind of thing in it, in sound order.
Score randomScore(std::uint32_t seed, int notes)
{
    Dice dice(seed);
    Score score;
    score.format = static_cast<int>(dice.below(3));
    score.ticksPerQuarter = 1 + static_cast<int>(dice.below(32'767));
    if (seed % 7 == 0)
        score.smpte = SmpteDivision{29, 80};
    const auto tracks = static_cast<int>(seed % 5);
    for (int t = 0; t < tracks; ++t) {
        Track& track = score.addTrack();
        std::int64_t now = 0;
        for (int n = 0; n < notes; ++n) {
            now += dice.below(dice.below(20) == 0 ? 2'000'000'000 : 500);
            Note note{.start = {now},
                      .length = {static_cast<std::int64_t>(dice.below(3'000))},
                      .id = score.nextId++,
                      .pitch = {static_cast<std::uint8_t>(dice.below(128))},
                      .velocity = static_cast<std::uint8_t>(1 + dice.below(127)),
                      .releaseVelocity = static_cast<std::uint8_t>(dice.below(128)),
                      .channel = static_cast<std::uint8_t>(dice.below(16))};
            track.end = std::max(track.end, note.end());
            track.notes.push_back(note);
            if (dice.below(3) == 0) {
                std::vector<std::uint8_t> payload(dice.below(300));
                for (std::uint8_t& byte : payload)
                    byte = static_cast<std::uint8_t>(dice.below(256));
                track.events.push_back({.time = {now},
                                        .id = score.nextId++,
                                        .status = static_cast<std::uint8_t>(0x80 + dice.below(128)),
                                        .data1 = static_cast<std::uint8_t>(dice.below(256)),
                                        .data2 = static_cast<std::uint8_t>(dice.below(256)),
                                        .payload = Bytes(std::span<const std::uint8_t>(payload))});
            }
        }
        track.end.value += dice.below(100);
    }
    score.nextId += dice.below(5);
    return score;
}

Project randomProject(std::uint32_t seed, int notes)
{
    Project project{"Größe №" + std::to_string(seed),
                    randomScore(seed, notes),
                    {},
                    seed % 2 == 0 ? "{\"loop\":[0,960]}" : ""};
    Dice dice(seed + 1'000'000);
    for (const Track& track : project.score.tracks) {
        for (const Note& note : track.notes) {
            if (dice.below(2) == 0)
                project.origins[note.id] = {"folk-grid · step 1200 · best",
                                            dice.below(2) == 0 ? "" : "{\"temperature\":0.9}",
                                            std::numeric_limits<std::uint64_t>::max() -
                                                dice.below(3),
                                            static_cast<int>(dice.below(4)),
                                            static_cast<double>(dice.below(1'000'000)) / 999'983.0,
                                            static_cast<int>(1 + dice.below(90))};
        }
    }
    return project;
}

QByteArray contentOf(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What `work` returns in a process of its own.
template <typename Work>
int inChild(Work work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work());
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

constexpr int kCannotTry = 77;

} // namespace

class TestProjectFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void everyByteComesBack_data()
    {
        QTest::addColumn<int>("notes");
        for (const int notes : {0, 1, 2, 17, 300})
            QTest::addRow("%d notes", notes) << notes;
    }
    void everyByteComesBack()
    {
        QFETCH(int, notes);
        for (std::uint32_t seed = 0; seed < 40; ++seed) {
            const Project project = randomProject(seed, notes);
            const fs::path path = place("a.continuo");
            QVERIFY(writeProject(path, project, Overwrite::Replace));
            const auto back = readProject(path);
            QVERIFY2(back, back ? "" : back.error().text.c_str());
            QVERIFY2(*back == project, qPrintable(QString::number(seed)));
        }
    }

    void sameProjectGivesSameBytes()
    {
        QCOMPARE(*projectBytes(randomProject(4, 50)), *projectBytes(randomProject(4, 50)));
    }

    void midiFilesComeBack()
    {
        const QString shared = qEnvironmentVariable("CONTINUO_SHARED_DATA");
        if (shared.isEmpty())
            QSKIP("CONTINUO_SHARED_DATA names no folder of music.");
        int files = 0;
        QDirIterator walk(shared, {QStringLiteral("*.mid")}, QDir::Files,
                          QDirIterator::Subdirectories);
        while (walk.hasNext() && files < 1'500) {
            const QString name = walk.next();
            const auto reading = readMidiFile(name.toStdString());
            if (!reading)
                continue;
            ++files;
            const Project project{name.toStdString(), reading->score, {}, {}};
            const auto bytes = projectBytes(project);
            QVERIFY2(bytes, qPrintable(name));
            const auto back = readProject(*bytes, "a.continuo");
            QVERIFY2(back && *back == project, qPrintable(name));
        }
        QVERIFY(files > 100);
    }

    void originsOfOtherNotesAreNotKept()
    {
        Project project = randomProject(7, 10);
        project.origins[4'000'000] = {"m", "", 1, 0, 0.5, 1};
        const auto back = readProject(*projectBytes(project), "a.continuo");
        project.origins.erase(4'000'000);
        QCOMPARE(back->origins, project.origins);
    }

    void millionNotesFitIntoFewBytes()
    {
        Project project;
        Track& track = project.score.addTrack();
        for (int i = 0; i < 1'000'000; ++i)
            track.notes.push_back(
                {.start = {i * 120}, .length = {110}, .id = project.score.nextId++, .pitch = {60}});
        track.end = track.notes.back().end();
        const auto bytes = projectBytes(project);
        QVERIFY(bytes);
        QVERIFY(bytes->size() < 10'000'000);
        QVERIFY(*readProject(*bytes, "a.continuo") == project);
    }

    void brokenScoreIsNotSaved_data()
    {
        QTest::addColumn<int>("flaw");
        for (int flaw = 0; flaw < 8; ++flaw)
            QTest::addRow("%d", flaw) << flaw;
    }
    void brokenScoreIsNotSaved()
    {
        QFETCH(int, flaw);
        Project project;
        const TrackId track = project.score.addTrack().id;
        project.score.addNote(track, {.start = {10}, .length = {10}});
        project.score.addNote(track, {.start = {20}, .length = {10}});
        project.score.addEvent(track, tempoEvent({}, 500'000));
        QVERIFY(projectBytes(project));
        Track& broken = project.score.tracks.front();
        switch (flaw) {
        case 0:
            broken.notes[0].start.value = -1;
            break;
        case 1:
            broken.notes[0].id = broken.notes[1].id;
            break;
        case 2:
            std::swap(broken.notes[0], broken.notes[1]);
            break;
        case 3:
            broken.notes[0].pitch.value = 200;
            break;
        case 4:
            broken.end.value = 5;
            break;
        case 5:
            broken.notes[0].length.value = std::int64_t{1} << 62;
            break;
        case 6:
            project.score.nextId = 1;
            break;
        case 7:
            broken.events[0].id = broken.notes[0].id;
            break;
        }
        const auto bytes = projectBytes(project);
        QVERIFY(!bytes);
        QCOMPARE(bytes.error().id, "project.bad-score");
    }

    void strangersAreRefusedInWords_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("id");
        QTest::addRow("another program") << "PRAGMA application_id=1"
                                         << "project.not-a-project";
        QTest::addRow("a dataset") << "PRAGMA application_id=1131312228"
                                   << "project.not-a-project";
        QTest::addRow("no version") << "PRAGMA user_version=0"
                                    << "project.not-a-project";
        QTest::addRow("newer") << "PRAGMA user_version=2000"
                               << "project.newer-version";
        QTest::addRow("newer in little") << "PRAGMA user_version=1007"
                                         << "";
        QTest::addRow("further table") << "CREATE TABLE more (a)"
                                       << "project.foreign-schema";
        QTest::addRow("trigger")
            << "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM meta; END"
            << "project.foreign-schema";
        QTest::addRow("view instead of table")
            << "DROP TABLE meta; CREATE VIEW meta AS SELECT 'title' AS name, 'x' AS value"
            << "project.foreign-schema";
        QTest::addRow("missing table") << "DROP TABLE origin"
                                       << "project.foreign-schema";
        QTest::addRow("other column") << "ALTER TABLE track ADD COLUMN more"
                                      << "project.foreign-schema";
        QTest::addRow("no score") << "DELETE FROM score"
                                  << "project.damaged";
        QTest::addRow("id out of range") << "UPDATE score SET next_id=1"
                                         << "project.damaged";
        QTest::addRow("format") << "UPDATE score SET format=3"
                                << "project.damaged";
        QTest::addRow("words for a number") << "UPDATE score SET format='x'"
                                            << "project.damaged";
        QTest::addRow("no ticks") << "UPDATE score SET ticks_per_quarter=0"
                                  << "project.damaged";
        QTest::addRow("words for notes") << "UPDATE track SET notes='x'"
                                         << "project.damaged";
        QTest::addRow("cut notes") << "UPDATE track SET notes=substr(notes, 1, length(notes)-1)"
                                   << "project.damaged";
        QTest::addRow("cut events") << "UPDATE track SET events=substr(events, 1, length(events)-1)"
                                    << "project.damaged";
        QTest::addRow("zeros") << "UPDATE track SET notes=zeroblob(70)"
                               << "project.damaged";
        QTest::addRow("same track twice")
            << "INSERT INTO track SELECT 99, id, end, notes, events FROM track WHERE place=0"
            << "project.damaged";
        QTest::addRow("no end") << "UPDATE track SET end=-1"
                                << "project.damaged";
        QTest::addRow("origin of no note") << "INSERT INTO origin VALUES (99999, 1, 0, 0.5, 1)"
                                           << "project.damaged";
        QTest::addRow("write-ahead") << "PRAGMA journal_mode=WAL"
                                     << "project.damaged";
    }
    void strangersAreRefusedInWords()
    {
        QFETCH(QString, sql);
        QFETCH(QString, id);
        const fs::path path = place("strange.continuo");
        QVERIFY(writeProject(path, randomProject(3, 20), Overwrite::Replace));
        QVERIFY(!readProject(path)->score.tracks.empty());
        {
            SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
            database.exec(sql.toStdString());
        }
        const auto project = readProject(path);
        QCOMPARE(project ? std::string() : project.error().id, id.toStdString());
        if (!project)
            QVERIFY(project.error().text.find("strange.continuo") != std::string::npos);
        fs::remove(path.string() + "-wal");
        fs::remove(path.string() + "-shm");
        fs::remove(path);
    }

    void anythingElseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addRow("empty") << QByteArray();
        QTest::addRow("text") << QByteArray("X:1\nK:C\nCDEF|\n");
        QTest::addRow("MIDI") << QByteArray("MThd\0\0\0\6\0\0\0\1\0\140MTrk", 18);
        QTest::addRow("magic alone") << QByteArray("SQLite format 3\0", 16);
        Dice dice(99);
        QByteArray noise(100'000, '\0');
        for (char& byte : noise)
            byte = static_cast<char>(dice.below(256));
        QTest::addRow("noise") << noise;
        QTest::addRow("magic and noise") << QByteArray("SQLite format 3\0", 16) + noise;
    }
    void anythingElseIsRefused()
    {
        QFETCH(QByteArray, content);
        const auto project =
            readProject(std::span(reinterpret_cast<const std::uint8_t*>(content.constData()),
                                  static_cast<std::size_t>(content.size())),
                        "a.continuo");
        QVERIFY(!project);
        QCOMPARE(project.error().kind, ErrorKind::Refused);
        QVERIFY(project.error().id == "project.not-a-project" ||
                project.error().id == "project.damaged");
    }

    void cutAndFlippedFilesAreReadOrRefused()
    {
        const auto whole = *projectBytes(randomProject(6, 60));
        for (std::size_t size = 0; size < whole.size(); size += 97)
            QVERIFY(!readProject(std::span(whole).first(size), "cut.continuo"));
        Dice dice(5);
        int refused = 0;
        for (int i = 0; i < 2'000; ++i) {
            auto bytes = whole;
            for (std::uint32_t flips = 1 + dice.below(8); flips > 0; --flips)
                bytes[dice.below(static_cast<std::uint32_t>(bytes.size()))] =
                    static_cast<std::uint8_t>(dice.below(256));
            const auto project = readProject(bytes, "flipped.continuo");
            refused += project ? 0 : 1;
            if (project)
                QVERIFY(projectBytes(*project));
            else
                QCOMPARE(project.error().kind, ErrorKind::Refused);
        }
        QVERIFY(refused > 100);
    }

    void killedSavesLeaveOldOrNew()
    {
        const fs::path path = place("killed.continuo");
        const Project before = randomProject(12, 5);
        const Project after = randomProject(13, 20'000);
        QVERIFY(writeProject(path, before, Overwrite::Replace));
        const int wished = qEnvironmentVariableIntValue("CONTINUO_KILLS");
        const int rounds = wished > 0 ? wished : 20;
        int kills = 0;
        int old = 0;
        for (int round = 0; round < rounds; ++round) {
            const pid_t child = ::fork();
            if (child == 0) {
                while (writeProject(path, after, Overwrite::Replace)) {
                }
                ::_exit(1);
            }
            ::usleep(static_cast<useconds_t>(1'000 + round % 20 * 3'000));
            ::kill(child, SIGKILL);
            int status = 0;
            ::waitpid(child, &status, 0);
            kills += WIFSIGNALED(status) ? 1 : 0;
            const auto there = readProject(path);
            QVERIFY2(there, there ? "" : there.error().text.c_str());
            QVERIFY(*there == before || *there == after);
            old += *there == before ? 1 : 0;
            QVERIFY(writeProject(path, before, Overwrite::Replace));
        }
        QCOMPARE(kills, rounds);
        QVERIFY(old > 0);
        fs::remove(path);
        // What the killed ones left was taken over by those who saved after them.
        QCOMPARE(QDir(m_folder.path())
                     .entryList({QStringLiteral("*killed*")}, QDir::Files | QDir::Hidden),
                 QStringList());
    }

    void fullDiskLeavesTheOldFile()
    {
        const int found = inChild([this] {
            const fs::path disk = place("disk");
            fs::create_directories(disk);
            if (::unshare(CLONE_NEWNS) != 0 ||
                ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                ::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=128k") != 0)
                return kCannotTry;
            const fs::path path = disk / "full.continuo";
            if (!writeProject(path, randomProject(12, 5), Overwrite::Replace))
                return 1;
            const QByteArray before = contentOf(path);
            const Status failed = writeProject(path, randomProject(13, 20'000), Overwrite::Replace);
            if (failed || failed.error().id != "file.disk-full" ||
                failed.error().text.find("full.continuo") == std::string::npos)
                return 2;
            return contentOf(path) == before && QDir(QString::fromStdString(disk.string()))
                                                        .entryList(QDir::Files | QDir::Hidden)
                                                        .size() == 1
                       ? 0
                       : 3;
        });
        if (found == kCannotTry)
            QSKIP("A small disk may only be mounted here by the administrator.");
        QCOMPARE(found, 0);
    }

    void fileThatMayNotGrowLeavesTheOldFile()
    {
        const fs::path path = place("limit.continuo");
        QVERIFY(writeProject(path, randomProject(12, 5), Overwrite::Replace));
        const QByteArray before = contentOf(path);
        QCOMPARE(inChild([&] {
                     std::signal(SIGXFSZ, SIG_IGN);
                     const rlimit limit{100'000, 100'000};
                     ::setrlimit(RLIMIT_FSIZE, &limit);
                     const Status failed =
                         writeProject(path, randomProject(13, 20'000), Overwrite::Replace);
                     return !failed && failed.error().id == "file.disk-full" ? 0 : 1;
                 }),
                 0);
        QCOMPARE(contentOf(path), before);
    }

    void readOnlyFileIsSaidAndKept()
    {
        const fs::path path = place("kept.continuo");
        QVERIFY(writeProject(path, randomProject(12, 5), Overwrite::Replace));
        const QByteArray before = contentOf(path);
        fs::permissions(path, fs::perms::owner_read);
        QVERIFY(!isWritableProject(path));
        const Status failed = writeProject(path, randomProject(13, 5), Overwrite::Replace);
        QVERIFY(!failed);
        QCOMPARE(failed.error().id, "project.read-only");
        QVERIFY(failed.error().text.find("read-only") != std::string::npos);
        QCOMPARE(contentOf(path), before);
        QVERIFY(readProject(path));
    }

    void readOnlyFolderIsSaidAndTheFileKept()
    {
        const fs::path folder = place("locked");
        fs::create_directories(folder);
        const fs::path path = folder / "a.continuo";
        QVERIFY(writeProject(path, randomProject(12, 5), Overwrite::Replace));
        const QByteArray before = contentOf(path);
        fs::permissions(folder, fs::perms(0555));
        fs::permissions(fs::path(m_folder.path().toStdString()), fs::perms(0755));
        const int found = inChild([&] {
            // The administrator may write anywhere.
            if (::geteuid() == 0 && ::setuid(65'534) != 0)
                return kCannotTry;
            const Status failed = writeProject(path, randomProject(13, 5), Overwrite::Replace);
            return !failed && failed.error().id == "file.not-writable" &&
                           failed.error().text.find("permission") != std::string::npos
                       ? 0
                       : 1;
        });
        fs::permissions(folder, fs::perms(0755));
        if (found == kCannotTry)
            QSKIP("Rights cannot be given away here.");
        QCOMPARE(found, 0);
        QCOMPARE(contentOf(path), before);
    }

    void permissionsStay()
    {
        const fs::path path = place("mode.continuo");
        QVERIFY(writeProject(path, randomProject(12, 5), Overwrite::Replace));
        fs::permissions(path, fs::perms(0640));
        QVERIFY(writeProject(path, randomProject(13, 5), Overwrite::Replace));
        QCOMPARE(static_cast<int>(fs::status(path).permissions()), 0640);
    }

    void existingFileIsNotReplacedUnasked()
    {
        const fs::path path = place("there.continuo");
        QVERIFY(writeProject(path, randomProject(12, 5), Overwrite::Refuse));
        const Status again = writeProject(path, randomProject(12, 5), Overwrite::Refuse);
        QVERIFY(!again);
        QCOMPARE(again.error().id, "file.exists");
    }

    void oneWindowHoldsTheLock()
    {
        const fs::path path = place("held.continuo");
        auto first = ProjectLock::take(path);
        QVERIFY(first);
        const auto second = ProjectLock::take(path);
        QVERIFY(!second);
        QCOMPARE(second.error().id, "project.in-use");
        first = Error{};
        QVERIFY(ProjectLock::take(path));
    }

private:
    fs::path place(const char* name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestProjectFile)
#include "tst_project_file.moc"
