// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/base/text.h"
#include "core/dataset/zip_archive.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/dataset/zip_fixture.h"

using namespace continuo;

class TestZipArchive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreSafeOrNot_data();
    void namesAreSafeOrNot();
    void membersReadBack();
    void namesOfAnyEncodingAreReadable_data();
    void namesOfAnyEncodingAreReadable();
    void thousandsOfMembersAreListed();
    void doubtfulMembersCarryTheirReason_data();
    void doubtfulMembersCarryTheirReason();
    void limitsOfTheWholeArchiveHold();
    void damagedArchivesAreRefused_data();
    void damagedArchivesAreRefused();
    void mutatedArchivesNeverCrash();

private:
    QTemporaryDir m_folder;
};

void TestZipArchive::namesAreSafeOrNot_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isSafe");
    QTest::newRow("plain") << QByteArray("a.mid") << true;
    QTest::newRow("folders") << QByteArray("a/b c/d.mid") << true;
    QTest::newRow("dots") << QByteArray("a..b/...mid") << true;
    QTest::newRow("Latin-1") << QByteArray("caf\xe9.mid") << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("absolute") << QByteArray("/etc/a.mid") << false;
    QTest::newRow("up") << QByteArray("../a.mid") << false;
    QTest::newRow("up inside") << QByteArray("a/../../b.mid") << false;
    QTest::newRow("drive") << QByteArray("C:a.mid") << false;
    QTest::newRow("backslash") << QByteArray("..\\a.mid") << false;
    QTest::newRow("newline") << QByteArray("a\nb.mid") << false;
}

void TestZipArchive::namesAreSafeOrNot()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, isSafe);
    QCOMPARE(isSafeMemberName({name.constData(), std::size_t(name.size())}), isSafe);
}

void TestZipArchive::membersReadBack()
{
    const QString path = m_folder.filePath("good.zip");
    const QByteArray large(300'000, 'x');
    QVERIFY(writeZip(path, {{"a.mid", "first"}, {"folder/", {}}, {"folder/b.mid", large}, {"empty.mid", {}}}));
    const auto archive = ZipArchive::open(toPath(path));
    QVERIFY2(archive, archive ? "" : archive.error().text.c_str());
    const auto& members = (*archive)->members();
    QCOMPARE(members.size(), std::size_t{3});
    QCOMPARE(members[1].name, std::string("folder/b.mid"));
    const auto whole = (*archive)->read(members[1], 1 << 20);
    QVERIFY(whole);
    QCOMPARE(whole->size(), std::size_t{300'000});
    const auto head = (*archive)->read(members[1], 4096);
    QVERIFY(head);
    QCOMPARE(head->size(), std::size_t{4096});
    (*archive)->close();
    const auto again = (*archive)->read(members[0], 100);
    QVERIFY(again);
    QCOMPARE(again->size(), std::size_t{5});
    QVERIFY((*archive)->read(members[2], 100)->empty());
}

void TestZipArchive::namesOfAnyEncodingAreReadable_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("readable");
    QTest::newRow("ASCII") << QByteArray("a b.mid") << "a b.mid";
    QTest::newRow("UTF-8") << QByteArray("\xc3\xa9t\xc3\xa9/\xe6\x98\x9f.mid") << QString::fromUtf8("\xc3\xa9t\xc3\xa9/\xe6\x98\x9f.mid");
    QTest::newRow("code page 437") << QByteArray("caf\x82.mid") << QString::fromUtf8("caf\xc3\xa9.mid");
    if (!canReadShiftJis())
        return;
    // The second byte of the first kana is a backslash's.
    QTest::newRow("Shift-JIS") << QByteArray("\x83\x5c\x83\x89/\x90\xaf.mid")
                               << QString::fromUtf8("\xe3\x82\xbd\xe3\x83\xa9/\xe6\x98\x9f.mid");
}

void TestZipArchive::namesOfAnyEncodingAreReadable()
{
    QFETCH(QByteArray, name);
    QFETCH(QString, readable);
    const QString path = m_folder.filePath("names.zip");
    // Written under a name of the same length, which then gives way: libzip writes no such bytes itself.
    const QByteArray standIn(name.size(), 'q');
    QVERIFY(writeZip(path, {{standIn, "bytes"}}));
    QVERIFY(writeBytes(path, readBytes(path).replace(standIn, name)));
    const auto archive = ZipArchive::open(toPath(path));
    QVERIFY2(archive, archive ? "" : archive.error().text.c_str());
    const ZipArchive::Member& member = (*archive)->members().at(0);
    QCOMPARE(QString::fromStdString(member.name), readable);
    QCOMPARE(QString::fromStdString(member.refusal.id), QString());
    const auto bytes = (*archive)->read(member, 100);
    QVERIFY(bytes);
    QCOMPARE(bytes->size(), std::size_t{5});
}

void TestZipArchive::thousandsOfMembersAreListed()
{
    const QString path = m_folder.filePath("thousands.zip");
    QList<QPair<QByteArray, QByteArray>> members;
    for (int i = 0; i < 5000; ++i)
        members.append({"folder " + QByteArray::number(i / 100) + "/" + QByteArray::number(i) + ".mid",
                        QByteArray::number(i)});
    QVERIFY(writeZip(path, members));
    const auto archive = ZipArchive::open(toPath(path));
    QVERIFY(archive);
    QCOMPARE((*archive)->members().size(), std::size_t{5000});
    const ZipArchive::Member& last = (*archive)->members().back();
    QCOMPARE(last.name, std::string("folder 49/4999.mid"));
    const auto bytes = (*archive)->read(last, 100);
    QVERIFY(bytes);
    QCOMPARE(std::string(bytes->begin(), bytes->end()), std::string("4999"));
}

void TestZipArchive::doubtfulMembersCarryTheirReason_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QString>("reason");
    QTest::newRow("good") << QByteArray("a.mid") << QByteArray(100, 'x') << QByteArray() << "";
    QTest::newRow("repetitive but small") << QByteArray("a.mid") << QByteArray(90'000, '\0') << QByteArray() << "";
    QTest::newRow("bomb") << QByteArray("a.mid") << QByteArray(5'000'000, '\0') << QByteArray() << "zip.bomb";
    QTest::newRow("large") << QByteArray("a.mid") << QByteArray(11'000'000, 'x') << QByteArray() << "zip.too-large";
    QTest::newRow("unsafe") << QByteArray("../a.mid") << QByteArray("x") << QByteArray() << "zip.unsafe-name";
    QTest::newRow("encrypted") << QByteArray("a.mid") << QByteArray("x") << QByteArray("secret") << "zip.encrypted";
}

void TestZipArchive::doubtfulMembersCarryTheirReason()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, password);
    QFETCH(QString, reason);
    const QString path = m_folder.filePath("one.zip");
    QVERIFY(writeZip(path, {{name, bytes}}, password));
    ZipLimits limits;
    limits.memberBytes = 10'000'000;
    const auto archive = ZipArchive::open(toPath(path), limits);
    QVERIFY2(archive, archive ? "" : archive.error().text.c_str());
    QCOMPARE((*archive)->members().size(), std::size_t{1});
    const ZipArchive::Member& member = (*archive)->members().front();
    QCOMPARE(QString::fromStdString(member.refusal.id), reason);
    if (reason.isEmpty())
        QVERIFY((*archive)->read(member, 1 << 20));
    else
        QVERIFY(member.refusal.text.find("one.zip") != std::string::npos);
}

void TestZipArchive::limitsOfTheWholeArchiveHold()
{
    const QString path = m_folder.filePath("many.zip");
    QVERIFY(writeZip(path, {{"a", "1234"}, {"b", "1234"}, {"c", "1234"}}));
    ZipLimits few;
    few.members = 2;
    const auto tooMany = ZipArchive::open(toPath(path), few);
    QVERIFY(!tooMany);
    QCOMPARE(QString::fromStdString(tooMany.error().id), "zip.too-many-members");
    ZipLimits small;
    small.totalBytes = 11;
    const auto tooLarge = ZipArchive::open(toPath(path), small);
    QVERIFY(!tooLarge);
    QCOMPARE(QString::fromStdString(tooLarge.error().id), "zip.too-large");
}

void TestZipArchive::damagedArchivesAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("this is no zip");
    QTest::newRow("only a head") << QByteArray("PK\3\4") + QByteArray(100, '\0');
}

void TestZipArchive::damagedArchivesAreRefused()
{
    QFETCH(QByteArray, bytes);
    const QString path = m_folder.filePath("bad.zip");
    QVERIFY(writeBytes(path, bytes));
    const auto archive = ZipArchive::open(toPath(path));
    // An empty file counts as an empty archive for libzip.
    if (!archive)
        QCOMPARE(QString::fromStdString(archive.error().id), "zip.damaged");
    else
        QVERIFY((*archive)->members().empty());
}

void TestZipArchive::mutatedArchivesNeverCrash()
{
    const QString path = m_folder.filePath("good.zip");
    QVERIFY(writeZip(path, {{"a.mid", tuneText(1)}, {"b/c.abc", tuneText(2)}}));
    const QByteArray good = readBytes(path);
    const CounterRandom random(1, CounterRandom::Domain::Test);
    int refused = 0;
    for (std::uint32_t i = 0; i < 200; ++i) {
        QByteArray bad = good;
        for (std::uint32_t k = 0; k < 3; ++k)
            bad[qsizetype(random.below(std::uint64_t(bad.size()), i, k, 0))] = char(random.below(256, i, k, 1));
        if (i % 5 == 0)
            bad.truncate(qsizetype(random.below(std::uint64_t(bad.size()), i, 9)));
        QVERIFY(writeBytes(path, bad));
        const auto archive = ZipArchive::open(toPath(path));
        if (!archive) {
            ++refused;
            continue;
        }
        for (const ZipArchive::Member& member : (*archive)->members()) {
            if (!member.refusal.id.empty() || !(*archive)->read(member, 1 << 20))
                ++refused;
        }
    }
    QVERIFY(refused > 40);
}

QTEST_APPLESS_MAIN(TestZipArchive)
#include "tst_zip_archive.moc"
