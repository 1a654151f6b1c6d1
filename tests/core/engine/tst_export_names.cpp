// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/engine/export_names.h"

#include <QTest>

#include <set>

using namespace continuo;
using namespace std::string_literals;

Q_DECLARE_METATYPE(std::string)

class TestExportNames final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreMadeSafe_data();
    void namesAreMadeSafe();
    void longNamesKeepTheirEndingAndWholeCharacters();
    void theCommonFolderEndsBeforeAnArchive_data();
    void theCommonFolderEndsBeforeAnArchive();
    void pathsStayWithin_data();
    void pathsStayWithin();
    void deepPathsLoseTheirOuterFolders();
    void endingsAreShort();
    void clashesGetNumbers();
    void lettersThatDifferInCaseClash_data();
    void lettersThatDifferInCaseClash();
    void filesAreNotCalledLikeFolders();
    void longNamesThatClashStayWithinTheLimit();
};

void TestExportNames::namesAreMadeSafe_data()
{
    QTest::addColumn<std::string>("bytes");
    QTest::addColumn<std::string>("safe");
    QTest::newRow("as it is") << "Jig of Slurs, v2.mid"s
                              << "Jig of Slurs, v2.mid"s;
    QTest::newRow("umlauts") << "B\xc3\xa4r.mid"s
                             << "B\xc3\xa4r.mid"s;
    QTest::newRow("Latin-1") << "Bj\xf8rne.mid"s
                             << "Bj\xc3\xb8rne.mid"s;
    QTest::newRow("Windows' characters") << "a<b>c:d\"e|f?g*h\\i.mid"s
                                         << "a_b_c_d_e_f_g_h_i.mid"s;
    QTest::newRow("controls") << "a\nb\tc\x7f"
                                 "d\0e.mid"s
                              << "a_b_c_d_e.mid"s;
    QTest::newRow("C1 control") << "a\xc2\x85.mid"s
                                << "a_.mid"s;
    QTest::newRow("writing direction") << "a\xe2\x80\xae"
                                          "dim.abc"s
                                       << "a_dim.abc"s;
    QTest::newRow("dots and spaces behind") << "tune. . "s
                                            << "tune"s;
    QTest::newRow("parent") << ".."s
                            << "_"s;
    QTest::newRow("itself") << "."s
                            << "_"s;
    QTest::newRow("nothing") << ""s
                             << "_"s;
    QTest::newRow("device") << "con"s
                            << "_con"s;
    QTest::newRow("device with ending") << "LPT1.mid"s
                                        << "_LPT1.mid"s;
    QTest::newRow("device with blank") << "Aux .mid"s
                                       << "_Aux .mid"s;
    QTest::newRow("raised device number") << "COM\xc2\xb9.mid"s
                                          << "_COM\xc2\xb9.mid"s;
    QTest::newRow("no device") << "console.mid"s
                               << "console.mid"s;
    QTest::newRow("no device either") << "COM10.mid"s
                                      << "COM10.mid"s;
}

void TestExportNames::namesAreMadeSafe()
{
    QFETCH(const std::string, bytes);
    QFETCH(const std::string, safe);
    QCOMPARE(safeName(bytes), safe);
    QCOMPARE(safeName(safe), safe);
}

void TestExportNames::longNamesKeepTheirEndingAndWholeCharacters()
{
    std::string name;
    for (int i = 0; i < 200; ++i)
        name += "\xc3\xa4";
    const std::string safe = safeName(name + ".mid");
    QVERIFY(safe.size() <= kLongestName);
    QVERIFY(safe.size() > kLongestName - 2);
    QVERIFY(safe.ends_with("\xc3\xa4.mid"));
    QVERIFY(isUtf8(safe));
}

void TestExportNames::theCommonFolderEndsBeforeAnArchive_data()
{
    QTest::addColumn<QStringList>("paths");
    QTest::addColumn<QString>("folder");
    QTest::newRow("none") << QStringList() << "";
    QTest::newRow("one") << QStringList{"/music/folk/a.mid"} << "/music/folk/";
    QTest::newRow("two") << QStringList{"/music/folk/a.mid", "/music/foo/b.mid"} << "/music/";
    QTest::newRow("not half a name") << QStringList{"/m/jigs1.mid", "/m/jigs2.mid"} << "/m/";
    QTest::newRow("relative") << QStringList{"a.mid", "b/c.mid"} << "";
    QTest::newRow("archive") << QStringList{"/m/tunes.zip/x/a.mid", "/m/tunes.zip/x/b.mid"}
                             << "/m/";
    QTest::newRow("Archive in capitals") << QStringList{"/m/T.ZIP/a.mid"} << "/m/";
    QTest::newRow("nothing") << QStringList{"/m/a.mid", "x/a.mid"} << "";
}

void TestExportNames::theCommonFolderEndsBeforeAnArchive()
{
    QFETCH(const QStringList, paths);
    QFETCH(const QString, folder);
    std::vector<std::string> all;
    for (const QString& path : paths)
        all.push_back(path.toStdString());
    QCOMPARE(QString::fromStdString(commonFolder(all)), folder);
}

void TestExportNames::pathsStayWithin_data()
{
    QTest::addColumn<std::string>("path");
    QTest::addColumn<std::string>("folder");
    QTest::addColumn<std::string>("safe");
    QTest::newRow("below") << "/m/a/b.mid"s
                           << "/m/"s
                           << "a/b.mid"s;
    QTest::newRow("absolute") << "/m/b.mid"s
                              << ""s
                              << "m/b.mid"s;
    QTest::newRow("parents") << "t.zip/../../b.mid"s
                             << ""s
                             << "t.zip/_/_/b.mid"s;
    QTest::newRow("doubled") << "a//./b.mid"s
                             << ""s
                             << "a/b.mid"s;
    QTest::newRow("nothing") << "/"s
                             << ""s
                             << "_"s;
    QTest::newRow("drive") << "C:/a.mid"s
                           << ""s
                           << "C_/a.mid"s;
}

void TestExportNames::pathsStayWithin()
{
    QFETCH(const std::string, path);
    QFETCH(const std::string, folder);
    QFETCH(const std::string, safe);
    QCOMPARE(safePath(path, folder), safe);
}

void TestExportNames::deepPathsLoseTheirOuterFolders()
{
    std::string path = "first/";
    for (int i = 0; i < 1000; ++i)
        path += "folder/";
    const std::string safe = safePath(path + "tune.mid", "");
    QVERIFY(safe.size() <= kLongestExportPath);
    QVERIFY(safe.starts_with("folder/"));
    QVERIFY(safe.ends_with("/folder/tune.mid"));
}

void TestExportNames::endingsAreShort()
{
    QCOMPARE(nameParts("a.b/c.mid").ending, std::string_view(".mid"));
    QCOMPARE(nameParts("a.b/c").ending, std::string_view());
    QCOMPARE(nameParts("a/.mid").stem, std::string_view("a/.mid"));
    QCOMPARE(nameParts("Opus 1. Allegro ma non troppo").ending, std::string_view());
}

void TestExportNames::clashesGetNumbers()
{
    TakenNames names;
    QCOMPARE(names.take("a/tune", ".mid"), "a/tune.mid"s);
    QCOMPARE(names.take("a/tune", ".mid"), "a/tune (2).mid"s);
    QCOMPARE(names.take("a/tune (3)", ".mid"), "a/tune (3).mid"s);
    QCOMPARE(names.take("a/tune", ".mid"), "a/tune (4).mid"s);
    QCOMPARE(names.take("b/tune", ".mid"), "b/tune.mid"s);
    QCOMPARE(names.take("a/tune", ".abc"), "a/tune.abc"s);
}

void TestExportNames::lettersThatDifferInCaseClash_data()
{
    QTest::addColumn<std::string>("first");
    QTest::addColumn<std::string>("second");
    QTest::addColumn<bool>("isSame");
    QTest::newRow("Latin") << "Tune"s
                           << "tUNE"s << true;
    QTest::newRow("umlaut") << "\xc3\x84"s
                            << "\xc3\xa4"s << true;
    QTest::newRow("Polish") << "\xc5\x81\xc3\xb3"s
                            << "\xc5\x82\xc3\x93"s << true;
    QTest::newRow("Greek") << "\xce\x91"s
                           << "\xce\xb1"s << true;
    QTest::newRow("Cyrillic") << "\xd0\x96\xd0\x81"s
                              << "\xd0\xb6\xd1\x91"s << true;
    QTest::newRow("signs") << "\xc3\x97"s
                           << "\xc3\xb7"s << false;
    QTest::newRow("other letters") << "a"s
                                   << "b"s << false;
}

void TestExportNames::lettersThatDifferInCaseClash()
{
    QFETCH(const std::string, first);
    QFETCH(const std::string, second);
    QFETCH(const bool, isSame);
    TakenNames names;
    names.take(first, ".mid");
    QCOMPARE(names.take(second, ".MID"), second + (isSame ? " (2)" : "") + ".MID");
}

void TestExportNames::filesAreNotCalledLikeFolders()
{
    TakenNames names;
    names.keepFolders("Jigs.mid/deep/a.mid");
    QCOMPARE(names.take("jigs", ".mid"), "jigs (2).mid"s);
    QCOMPARE(names.take("Jigs.mid/deep", ""), "Jigs.mid/deep (2)"s);
    QCOMPARE(names.take("Jigs.mid/deep/a", ".mid"), "Jigs.mid/deep/a.mid"s);
}

void TestExportNames::longNamesThatClashStayWithinTheLimit()
{
    TakenNames names;
    const std::string stem = "folder/" + std::string(300, 'x');
    std::set<std::string> given;
    for (int i = 0; i < 20'000; ++i) {
        const std::string name = names.take(stem + "-" + std::to_string(i), ".mid");
        QVERIFY(name.size() - 7 <= kLongestName);
        QVERIFY(name.ends_with(".mid"));
        QVERIFY(given.insert(name).second);
    }
}

QTEST_APPLESS_MAIN(TestExportNames)
#include "tst_export_names.moc"
