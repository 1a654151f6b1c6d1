// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/collect.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/dataset/zip_fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace continuo;

class TestCollect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void foldersInZipsAndZipsInFolders()
    {
        QVERIFY(QDir().mkpath(path("in/deep")));
        QVERIFY(writeZip(path("in/deep/a.zip"), {{"x/y/z/", {}},
                                                 {"x/y/z/one.abc", tuneText(1)},
                                                 {"x/two.mid", "MThd"},
                                                 {"readme.txt", "no music"}}));
        QVERIFY(writeBytes(path("in/b.abc"), tuneText(2)));
        QVERIFY(writeBytes(path("in/untitled"), tuneText(3)));
        QVERIFY(writeBytes(path("in/notes.txt"), "nothing"));
        const Collection found = collect({path("in")});
        QCOMPARE(names(found),
                 QString("in/b.abc in/deep/a.zip/x/two.mid in/deep/a.zip/x/y/z/one.abc "
                         "in/untitled"));
        QCOMPARE(found.ignored, std::size_t{2});
        const auto bytes = sourceBytes(found.sources.at(2), 1 << 20);
        QVERIFY(bytes);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(bytes->data()), qsizetype(bytes->size())),
                 tuneText(1));
    }

    void whatIsNamedTwiceIsFoundOnce()
    {
        QVERIFY(writeBytes(path("in/a.abc"), tuneText(1)));
        QVERIFY(QFile::link(path("in"), path("in/again")));
        const Collection found = collect({path("in"), path("in/a.abc"), path("in/../in/a.abc")});
        QCOMPARE(names(found), QString("in/a.abc"));
    }

    void linksThatLeadNowhereAreIgnored()
    {
        QVERIFY(writeBytes(path("in/a.abc"), tuneText(1)));
        QVERIFY(QFile::link(path("in/nothing.mid"), path("in/dangling.mid")));
        QCOMPARE(::symlink("loop.mid", path("in/loop.mid").toLocal8Bit().constData()), 0);
        const Collection found = collect({path("in")});
        QCOMPARE(names(found), QString("in/a.abc"));
        QCOMPARE(found.ignored, std::size_t{2});
        QVERIFY(found.unreadable.empty());
    }

    void treesDeeperThanAPathMayBeAreNamed()
    {
        // Each step is made from within, for no path is as long as the whole.
        QVERIFY(writeBytes(path("in/a.abc"), tuneText(1)));
        const std::filesystem::path before = std::filesystem::current_path();
        std::filesystem::current_path(toPath(path("in")));
        const std::string step(200, 'd');
        for (int i = 0; i < 30; ++i) {
            QCOMPARE(::mkdir(step.c_str(), 0700), 0);
            QCOMPARE(::chdir(step.c_str()), 0);
        }
        std::filesystem::current_path(before);
        const Collection found = collect({path("in")});
        QCOMPARE(names(found), QString("in/a.abc"));
        QCOMPARE(found.unreadable.size(), std::size_t{1});
        QVERIFY(!found.unreadable.front().text.empty());
        // From within again: the whole cannot be named to be removed.
        QCOMPARE(std::system(("rm -rf '" + path("in").toStdString() + "'").c_str()), 0);
    }

    void thousandsOfFilesAreFoundInOrder()
    {
        for (int i = 0; i < 2000; ++i)
            QVERIFY(writeBytes(path(QString("in/%1/%2.abc").arg(i % 20).arg(i)), "X:1\nK:C\nC\n"));
        std::size_t told = 0;
        const Collection found = collect({path("in")}, &told);
        QCOMPARE(found.sources.size(), std::size_t{2000});
        QVERIFY(std::is_sorted(found.sources.begin(), found.sources.end(),
                               [](const Source& a, const Source& b) { return a.path < b.path; }));
        QVERIFY(told >= 1792);
    }

    void hostileMembersAreRefusedByName()
    {
        QVERIFY(writeZip(path("in.zip"), {{"/etc/a.abc", tuneText(1)},
                                          {"../b.abc", tuneText(2)},
                                          {"c/../../d.abc", tuneText(3)},
                                          {"e.zip", "PK"},
                                          {"f.mid", QByteArray(5'000'000, '\0')},
                                          {"good.abc", tuneText(4)}}));
        const Collection found = collect({path("in.zip")});
        QStringList refused;
        for (const Source& source : found.sources) {
            if (source.refusal) {
                refused.append(QString::fromStdString(source.refusal->id));
                QVERIFY(source.refusal->text.find("in.zip") != std::string::npos);
                const auto bytes = sourceBytes(source, 1 << 20);
                QVERIFY(!bytes);
                QCOMPARE(bytes.error().id, source.refusal->id);
            }
        }
        QCOMPARE(refused, QStringList({"zip.unsafe-name", "zip.unsafe-name", "zip.unsafe-name",
                                       "zip.nested", "zip.bomb"}));
        QCOMPARE(found.sources.size(), std::size_t{6});
    }

    void whatIsNotThereIsAnError()
    {
        const std::filesystem::path missing = toPath(path("missing"));
        const auto found = collectMusic(std::span(&missing, 1), CancelToken{}, [](std::size_t) {});
        QVERIFY(!found);
        QCOMPARE(QString::fromStdString(found.error().id), QString("file.not-found"));
    }

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }

    static Collection collect(const QStringList& paths, std::size_t* told = nullptr)
    {
        std::vector<std::filesystem::path> all;
        for (const QString& one : paths)
            all.push_back(toPath(one));
        auto found = collectMusic(all, CancelToken{}, [told](std::size_t count) {
            if (told)
                *told = count;
        });
        return found ? std::move(found).value() : Collection{};
    }

    QString names(const Collection& found) const
    {
        QStringList text;
        for (const Source& source : found.sources)
            text.append(QString::fromStdString(source.path).remove(m_folder->path() + "/"));
        return text.join(' ');
    }

    std::unique_ptr<QTemporaryDir> m_folder{};
};

QTEST_APPLESS_MAIN(TestCollect)
#include "tst_collect.moc"
