// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace continuo;
namespace fs = std::filesystem;

class TestFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void whatIsWrittenIsRead()
    {
        const fs::path path = inFolder("a.bin");
        const std::string text(100'000, 'x');
        QVERIFY(bool(writeFile(path, text, Overwrite::Refuse)));
        QCOMPARE(*readTextFile(path), text);
        QCOMPARE(namesInFolder(), QStringList{"a.bin"});
    }

    void whatAKilledWriterLeftIsTakenAway()
    {
        const fs::path path = inFolder("song.bin");
        QVERIFY(bool(writeFile(path, "whole", Overwrite::Refuse)));
        fs::path part;
        {
            auto writer = WholeFileWriter::open(path, Overwrite::Replace);
            QVERIFY(bool(writer));
            part = writer->temporaryPath();
            QVERIFY(bool(writer->write("half of")));
            removeAbandoned(path); // Somebody is writing it.
            QVERIFY(fs::exists(part));
            QVERIFY(bool(writer->commit()));
        }
        QCOMPARE(*readTextFile(path), "half of");
        QVERIFY(
            bool(writeFile(part, "half", Overwrite::Refuse))); // As if that one had been killed.
        removeAbandoned(path);
        QCOMPARE(namesInFolder(), QStringList{"song.bin"});
        QCOMPARE(*readTextFile(path), "half of");
        removeAbandoned(path);
        removeAbandoned(inFolder("nowhere/at all"));
        QCOMPARE(namesInFolder(), QStringList{"song.bin"});
    }

    void refusesToReplaceUnlessAsked()
    {
        const fs::path path = inFolder("a.txt");
        QVERIFY(bool(writeFile(path, "first", Overwrite::Refuse)));
        const Status again = writeFile(path, "second", Overwrite::Refuse);
        QVERIFY(!again);
        QCOMPARE(again.error().id, std::string("file.exists"));
        QCOMPARE(again.error().kind, ErrorKind::Usage);
        QCOMPARE(*readTextFile(path), std::string("first"));
        QVERIFY(bool(writeFile(path, "second", Overwrite::Replace)));
        QCOMPARE(*readTextFile(path), std::string("second"));
    }

    void aFileThatCameInTheMeantimeIsNotReplaced()
    {
        const fs::path path = inFolder("a.txt");
        auto writer = WholeFileWriter::open(path, Overwrite::Refuse);
        QVERIFY(bool(writer));
        QVERIFY(bool(writer->write("late")));
        std::ofstream(path) << "early";
        QCOMPARE(writer->commit().error().id, std::string("file.exists"));
        QCOMPARE(*readTextFile(path), std::string("early"));
    }

    void writingAtAPlaceLeavesTheRestAsItIs()
    {
        const fs::path path = inFolder("a.txt");
        auto writer = WholeFileWriter::open(path, Overwrite::Refuse);
        QVERIFY(bool(writer));
        const std::array<std::uint8_t, 2> bytes{'x', 'y'};
        QVERIFY(bool(writer->write("abcd")));
        QVERIFY(bool(writer->writeAt(1, bytes)));
        QVERIFY(bool(writer->write("ef")));
        QVERIFY(bool(writer->writeAt(7, bytes)));
        QVERIFY(bool(writer->commit()));
        const auto text = readTextFile(path);
        QVERIFY(bool(text));
        QCOMPARE(*text, std::string("axydef\0xy", 9));
    }

    void anAbandonedWriterLeavesNothing()
    {
        {
            auto writer = WholeFileWriter::open(inFolder("a.txt"), Overwrite::Refuse);
            QVERIFY(bool(writer));
            QVERIFY(bool(writer->write("half")));
        }
        QCOMPARE(namesInFolder(), QStringList());
    }

    void aFullDiskKeepsTheOldFile()
    {
        const fs::path path = inFolder("a.txt");
        QVERIFY(bool(writeFile(path, "old", Overwrite::Refuse)));
        const pid_t child = fork();
        if (child == 0) {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{1000, 1000};
            setrlimit(RLIMIT_FSIZE, &limit);
            const Status written = writeFile(path, std::string(100'000, 'x'), Overwrite::Replace);
            _exit(!written && written.error().id == "file.disk-full" ? 0 : 1);
        }
        int status = -1;
        waitpid(child, &status, 0);
        QCOMPARE(status, 0);
        QCOMPARE(*readTextFile(path), std::string("old"));
        QCOMPARE(namesInFolder(), QStringList{"a.txt"});
    }

    void saysWhyAFileCannotBeReadOrWritten()
    {
        const auto missing = readFile(inFolder("none.mid"));
        QCOMPARE(missing.error().id, std::string("file.not-found"));
        QCOMPARE(missing.error().kind, ErrorKind::Refused);
        QVERIFY(missing.error().text.find("none.mid") != std::string::npos);

        const auto folder = readFile(m_folder->path().toStdString());
        QCOMPARE(folder.error().id, std::string("file.is-directory"));

        QVERIFY(bool(writeFile(inFolder("big"), std::string(2000, 'x'), Overwrite::Refuse)));
        QCOMPARE(readFile(inFolder("big"), 1000).error().id, std::string("file.too-large"));

        const Status noFolder = writeFile(inFolder("no/such/a.mid"), "x", Overwrite::Refuse);
        QCOMPARE(noFolder.error().kind, ErrorKind::Failed);
        QVERIFY(noFolder.error().text.find("folder does not exist") != std::string::npos);
    }

    void aNameThatIsNotUtf8IsReadable()
    {
        const fs::path path = inFolder("caf\xe9.mid");
        QVERIFY(bool(writeFile(path, "x", Overwrite::Refuse)));
        QCOMPARE(*readTextFile(path), std::string("x"));
        QVERIFY(readablePath(path).ends_with("caf\xef\xbf\xbd.mid"));
    }

    void aLinkStaysALinkWhenItsFileIsReplaced()
    {
        const fs::path file = inFolder("real.txt");
        const fs::path link = inFolder("link.txt");
        QVERIFY(bool(writeFile(file, "old", Overwrite::Refuse)));
        fs::create_symlink(file, link);
        QVERIFY(bool(writeFile(link, "new", Overwrite::Replace)));
        QVERIFY(fs::is_symlink(link));
        QCOMPARE(*readTextFile(file), std::string("new"));
    }

    void killedWhileWritingLeavesOldOrNew()
    {
        const fs::path path = inFolder("a.txt");
        const std::string old(200'000, 'o');
        const std::string fresh(300'000, 'n');
        const int wished = qEnvironmentVariableIntValue("CONTINUO_KILLS");
        for (int round = 0; round < (wished > 0 ? wished : 20); ++round) {
            QVERIFY(bool(writeFile(path, old, Overwrite::Replace)));
            const pid_t child = fork();
            if (child == 0) {
                for (;;)
                    (void)!writeFile(path, fresh, Overwrite::Replace);
            }
            usleep(static_cast<useconds_t>(200 + 733 * (round % 40)));
            kill(child, SIGKILL);
            waitpid(child, nullptr, 0);
            const std::string now = *readTextFile(path);
            QVERIFY(now == old || now == fresh);
        }
        QVERIFY(bool(writeFile(path, old, Overwrite::Replace)));
        QCOMPARE(namesInFolder(), QStringList{"a.txt"});
    }

    void twoWritersOfOneFileDoNotMeet()
    {
        const fs::path path = inFolder("a.txt");
        auto first = WholeFileWriter::open(path, Overwrite::Replace);
        auto second = WholeFileWriter::open(path, Overwrite::Replace);
        QVERIFY(bool(first) && bool(second));
        QVERIFY(bool(first->write("first")) && bool(second->write("second")));
        QVERIFY(bool(first->commit()));
        QCOMPARE(*readTextFile(path), std::string("first"));
        QVERIFY(bool(second->commit()));
        QCOMPARE(*readTextFile(path), std::string("second"));
        QCOMPARE(namesInFolder(), QStringList{"a.txt"});
    }

private:
    fs::path inFolder(const char* name) const
    {
        return fs::path(m_folder->path().toStdString()) / name;
    }
    QStringList namesInFolder() const
    {
        return QDir(m_folder->path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_APPLESS_MAIN(TestFile)
#include "tst_file.moc"
