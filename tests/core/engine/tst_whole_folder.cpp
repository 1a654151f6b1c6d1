// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/whole_folder.h"
#include "tests/full_disk.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace continuo;
namespace fs = std::filesystem;

namespace {

bool isMarked(const fs::path& folder)
{
    return fs::exists(folder / "mark");
}

std::string textOf(const fs::path& path)
{
    return readTextFile(path).value();
}

} // namespace

class TestWholeFolder final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_out = m_dir->filePath("out").toStdString();
    }

    void theFolderAppearsWhole()
    {
        auto folder = WholeFolderWriter::open(m_out / "", Overwrite::Refuse, isMarked);
        QVERIFY(folder);
        QVERIFY(folder->write("mark", "1"));
        QVERIFY(folder->write("a/b/c.txt", "deep"));
        QVERIFY(!fs::exists(m_out));
        QVERIFY(folder->commit());
        QCOMPARE(textOf(m_out / "a/b/c.txt"), std::string("deep"));
        QCOMPARE(entries(), QStringList{"out"});
    }

    void withoutACommitNothingIsLeft()
    {
        {
            auto folder = WholeFolderWriter::open(m_out, Overwrite::Refuse, isMarked);
            QVERIFY(folder);
            QVERIFY(folder->write("a/b", "1"));
        }
        QCOMPARE(entries(), QStringList());
    }

    void anEmptyFolderIsFilled()
    {
        QVERIFY(fs::create_directory(m_out));
        auto folder = WholeFolderWriter::open(m_out, Overwrite::Refuse, isMarked);
        QVERIFY(folder);
        QVERIFY(folder->write("a", "1"));
        QVERIFY(folder->commit());
        QCOMPARE(textOf(m_out / "a"), std::string("1"));
        QCOMPARE(entries(), QStringList{"out"});
    }

    void whatStandsThereIsRefused_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("isForced");
        QTest::addColumn<QString>("id");
        QTest::newRow("full folder") << "out/x" << false << "file.exists";
        QTest::newRow("foreign folder") << "out/x" << true << "folder.foreign";
        QTest::newRow("own folder") << "out/mark" << false << "file.exists";
        QTest::newRow("own folder replaced") << "out/mark" << true << "";
        QTest::newRow("file") << "out" << true << "file.exists";
    }
    void whatStandsThereIsRefused()
    {
        QFETCH(const QString, file);
        QFETCH(const bool, isForced);
        QFETCH(const QString, id);
        const fs::path there = m_dir->filePath(file).toStdString();
        fs::create_directories(there.parent_path());
        std::ofstream(there) << "old";
        auto folder = WholeFolderWriter::open(
            m_out, isForced ? Overwrite::Replace : Overwrite::Refuse, isMarked);
        if (!id.isEmpty()) {
            QVERIFY(!folder);
            QCOMPARE(QString::fromStdString(folder.error().id), id);
            QCOMPARE(folder.error().kind, ErrorKind::Usage);
            QCOMPARE(textOf(there), std::string("old"));
            return;
        }
        QVERIFY(folder);
        QVERIFY(folder->write("new", "1"));
        QCOMPARE(textOf(there), std::string("old"));
        QVERIFY(folder->commit());
        QVERIFY(!fs::exists(there));
        QCOMPARE(textOf(m_out / "new"), std::string("1"));
        QCOMPARE(entries(), QStringList{"out"});
    }

    void whatCameMeanwhileIsNotReplaced()
    {
        auto folder = WholeFolderWriter::open(m_out, Overwrite::Refuse, isMarked);
        QVERIFY(folder);
        fs::create_directory(m_out);
        std::ofstream(m_out / "x") << "mine";
        QVERIFY(!folder->commit());
        QCOMPARE(textOf(m_out / "x"), std::string("mine"));
    }

    void twoWritersHaveFoldersOfTheirOwn()
    {
        auto one = WholeFolderWriter::open(m_out, Overwrite::Replace, isMarked);
        auto other = WholeFolderWriter::open(m_out, Overwrite::Replace, isMarked);
        QVERIFY(one && other);
        QVERIFY(one->write("mark", "one"));
        QVERIFY(other->write("mark", "other"));
        QVERIFY(one->commit());
        QVERIFY(other->commit());
        QCOMPARE(textOf(m_out / "mark"), std::string("other"));
        QCOMPARE(entries(), QStringList{"out"});
    }

    void whatAKilledWriterLeftIsTakenAway()
    {
        const pid_t child = ::fork();
        if (child == 0) {
            auto folder = WholeFolderWriter::open(m_out, Overwrite::Refuse, isMarked);
            const bool isWritten = folder && folder->write("half/tune", "1");
            ::kill(::getpid(), isWritten ? SIGKILL : SIGTERM);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        QCOMPARE(entries(), QStringList{".out.part"});
        auto folder = WholeFolderWriter::open(m_out, Overwrite::Refuse, isMarked);
        QVERIFY(folder);
        QVERIFY(folder->write("a", "1"));
        QVERIFY(folder->commit());
        QCOMPARE(entries(), QStringList{"out"});
        QVERIFY(!fs::exists(m_out / "half"));
    }

    void aFullDiskIsSaidAndLeavesNothing()
    {
        {
            auto folder = WholeFolderWriter::open(m_out, Overwrite::Refuse, isMarked);
            QVERIFY(folder);
            const FullDisk full(1000);
            const Status written = folder->write("a", std::string(100'000, 'x'));
            QVERIFY(!written);
            QCOMPARE(written.error().id, std::string("file.disk-full"));
        }
        QCOMPARE(entries(), QStringList());
    }

    void aMissingFolderAroundItIsSaid()
    {
        const auto folder =
            WholeFolderWriter::open(m_out / "deeper" / "still", Overwrite::Refuse, isMarked);
        QVERIFY(!folder);
        QCOMPARE(folder.error().kind, ErrorKind::Failed);
        QVERIFY(folder.error().text.find("Make that first") != std::string::npos);
    }

    void aFileIsNotWrittenTwice()
    {
        auto folder = WholeFolderWriter::open(m_out, Overwrite::Refuse, isMarked);
        QVERIFY(folder);
        QVERIFY(folder->write("a", "1"));
        QCOMPARE(folder->write("a", "2").error().id, std::string("file.exists"));
    }

private:
    QStringList entries() const
    {
        return QDir(m_dir->path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }

    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_out{};
};

QTEST_APPLESS_MAIN(TestWholeFolder)
#include "tst_whole_folder.moc"
