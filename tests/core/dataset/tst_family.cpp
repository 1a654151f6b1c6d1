// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/abc/read_abc.h"
#include "core/base/file.h"
#include "core/dataset/family.h"
#include "core/dataset/music_file.h"
#include "core/music/melody.h"
#include "tests/core/dataset/dataset_fixture.h"

#include <algorithm>
#include <map>
#include <set>

using namespace continuo;

namespace {

constexpr const char* kTune = "GFGA Bcde|d2B2 G2B2|c2A2 F2A2|BAGF G2d2|gfed efga|b2g2 e2c2|dBGB AcFA|G6 D2|";

MelodyPrint printOf(const QByteArray& body, const QByteArray& header = "M:4/4\nL:1/8\nK:G\n")
{
    const QByteArray text = "X:1\nT:x\n" + header + body + "\n";
    const auto tunes = readAbc(std::string_view(text.constData(), std::size_t(text.size())), "test");
    return tunes ? melodyPrint(melodyOf(tunes->front().score)) : MelodyPrint{};
}

FamilyMember member(MelodyPrint print, std::string hash, std::string title = {})
{
    return {std::move(print), std::move(title), std::move(hash), 0};
}

bool areRelatives(const MelodyPrint& a, const MelodyPrint& b, const std::string& title = {})
{
    const std::vector<FamilyMember> members{member(a, "a", title), member(b, "b", title)};
    const auto families = findFamilies(members);
    return families[0] == families[1];
}

} // namespace

class TestFamily : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void printForgetsKeyAndTempo_data();
    void printForgetsKeyAndTempo();
    void printOfAShortLine();
    void relatives_data();
    void relatives();
    void orderOfPiecesDoesNotMatter();
    void equalFilesWithoutAMelodyAreRelatives();
    void chainsJoinFamilies();
    void manyCopiesOfOneTuneAreOneFamily();
    void namesakesNeedSomeLikeness();
    void relativesAreNotAllNearDuplicates_data();
    void relativesAreNotAllNearDuplicates();
    void passagesAreDistinctAndSorted();
    void aPassageIsTheSameWhereverItStands_data();
    void aPassageIsTheSameWhereverItStands();
    void theSameTuneAsMidiAndAbcIsOneFamily_data();
    void theSameTuneAsMidiAndAbcIsOneFamily();
    void unlikeTunesAreFewInOneFamily();
};

void TestFamily::printForgetsKeyAndTempo_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("a fourth down") << QByteArray("M:4/4\nL:1/8\nK:D\n") << QByteArray("DCDE FGAB|A2F2 D2F2|");
    QTest::newRow("twice as slow") << QByteArray("M:4/4\nL:1/4\nK:G\n") << QByteArray("GFGA|Bcde|d2B2|G2B2|");
    QTest::newRow("another tempo") << QByteArray("M:4/4\nL:1/8\nQ:1/4=77\nK:G\n") << QByteArray("GFGA Bcde|d2B2 G2B2|");
}

void TestFamily::printForgetsKeyAndTempo()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, body);
    const MelodyPrint print = printOf("GFGA Bcde|d2B2 G2B2|");
    QCOMPARE(print.size(), std::size_t{11});
    QVERIFY(printOf(body, header) == print);
}

void TestFamily::printOfAShortLine()
{
    QVERIFY(melodyPrint({}).empty());
    QVERIFY(printOf("C4|").empty());
    QVERIFY2(printOf("CCCC|").empty(), "one pitch struck again and again is one long note");
    const MelodyPrint two = printOf("CE2|", "M:4/4\nL:1/8\nK:C\n");
    QVERIFY(two == (MelodyPrint{{4, 2}}));
}

void TestFamily::relatives_data()
{
    QTest::addColumn<QByteArray>("other");
    QTest::addColumn<bool>("areRelatives");
    const QByteArray tune = kTune;
    QTest::newRow("the same") << tune << true;
    QTest::newRow("a pickup more") << "EF|" + tune << true;
    QTest::newRow("played twice") << "|:" + tune + ":|" << true;
    QTest::newRow("inside a medley") << "CEGc eGce|CEGc eGce|FAcf aFce|" + tune + "CEGc ECGE|FAcf AFcA|" << true;
    QTest::newRow("a note changed") << QByteArray(tune).replace("gfed", "gfec") << true;
    QTest::newRow("repeated notes for long ones")
        << QByteArray(tune).replace("d2B2 G2B2", "ddBB GGBB").replace("G6", "GGGG GG") << true;
    QTest::newRow("swung") << QByteArray("G>FG>A B>cd>e|d2B2 G2B2|c2A2 F2A2|B>AG>F G2d2|g>fe>d e>fg>a|b2g2 e2c2|"
                                         "d>BG>B A>cF>A|G6 D2|")
                           << true;
    QTest::newRow("another tune") << QByteArray("CEGc eGce|dBGd BGdB|cAFc aFcA|GEcG ecGE|fdBf afdB|gecg egce|")
                                  << false;
    QTest::newRow("its first two bars only") << QByteArray("GFGA Bcde|d2B2 G2B2|EAEA cEcA|eagf e2E2|AcEc AcEc|") << false;
}

void TestFamily::relatives()
{
    QFETCH(QByteArray, other);
    QFETCH(bool, areRelatives);
    const MelodyPrint print = printOf(other);
    QVERIFY(print.size() > 12);
    QCOMPARE(::areRelatives(printOf(kTune), print), areRelatives);
}

void TestFamily::orderOfPiecesDoesNotMatter()
{
    std::vector<FamilyMember> members;
    for (std::uint32_t i = 0; i < 60; ++i) {
        const QByteArray text = tuneText(i / 3, 16 + int(i % 3) * 4);
        const auto file = readMusicFile(std::span(reinterpret_cast<const std::uint8_t*>(text.constData()),
                                                  std::size_t(text.size())),
                                        "x.abc");
        QVERIFY(file);
        members.push_back(member(melodyPrint(melodyOf(file->pieces.front().score)), std::to_string(i)));
    }
    const auto groups = [](const std::vector<FamilyMember>& of, unsigned threads = 1) {
        const auto families = findFamilies(of, threads);
        std::map<std::size_t, std::set<std::string>> byFamily;
        for (std::size_t i = 0; i < of.size(); ++i)
            byFamily[families[i]].insert(of[i].contentHash);
        std::set<std::set<std::string>> result;
        for (const auto& [family, names] : byFamily)
            result.insert(names);
        return result;
    };
    const auto expected = groups(members);
    QCOMPARE(expected.size(), std::size_t{20});
    const CounterRandom random(4, CounterRandom::Domain::Test);
    for (std::uint32_t i = 0; i < 5; ++i) {
        random.shuffle(std::span(members), i);
        QVERIFY(groups(members, i) == expected); // With any number of threads, too.
    }
}

void TestFamily::equalFilesWithoutAMelodyAreRelatives()
{
    const std::vector<FamilyMember> members{member({}, "same"), member({}, "other"), member({}, "same")};
    const auto families = findFamilies(members);
    QCOMPARE(families[2], families[0]);
    QVERIFY(families[1] != families[0]);
}

void TestFamily::chainsJoinFamilies()
{
    const QByteArray first = "GABc dBcA|BGAF GDEF|GBdg bgdB|cege dBGD|";
    const QByteArray second = "ECEG cGEC|FAcf acfa|gece GECE|DFAd fdAF|";
    const QByteArray third = "BdBG DGBd|egec Acea|fdAF DFAd|gdBG DBGD|";
    const std::vector<FamilyMember> members{member(printOf(first), "a"), member(printOf(third), "b"),
                                            member(printOf(first + second), "c"), member(printOf(second + third), "d")};
    const auto families = findFamilies(members);
    QCOMPARE(families, (std::vector<std::size_t>{0, 0, 0, 0}));
}

void TestFamily::manyCopiesOfOneTuneAreOneFamily()
{
    std::vector<FamilyMember> members;
    for (int i = 0; i < 400; ++i) {
        // Each ends in another way, so that no two are equal, and all are longer than the passages they share.
        QByteArray ending;
        for (int k = 0; k < 9; ++k)
            ending += "CDEFGABcdefgab"[(i * 7 + k * k * (i % 13 + 1)) % 14];
        members.push_back(member(printOf(kTune + ending), std::to_string(i)));
    }
    const auto families = findFamilies(members);
    QVERIFY(std::all_of(families.begin(), families.end(), [](std::size_t family) { return family == 0; }));
}

void TestFamily::namesakesNeedSomeLikeness()
{
    const MelodyPrint plain = printOf("GABc dBcA|BGAF GDEF|GBdg bgdB|cege dBGD|");
    const MelodyPrint ornate = printOf("G(3ABA Bc dBcA|BGAF G(3EDE EF|GBdg b(3gag dB|cege d(3BcB GD|");
    const MelodyPrint other = printOf("ECEG cGEC|FAcf acfa|gece GECE|DFAd fdAF|");
    QVERIFY(!areRelatives(plain, other));
    QVERIFY2(!areRelatives(plain, other, "The Rakes"), "one title alone does not make relatives");
    QVERIFY(areRelatives(plain, ornate, "The Rakes"));
    QVERIFY2(!areRelatives(plain, ornate, "No 1"), "a title that short says nothing");
}

void TestFamily::passagesAreDistinctAndSorted()
{
    const MelodyPrint print = printOf(QByteArray("|:") + kTune + ":|");
    const auto passages = passagesOf(print, kLeakPassage);
    QVERIFY(std::is_sorted(passages.begin(), passages.end()));
    QVERIFY(std::adjacent_find(passages.begin(), passages.end()) == passages.end());
    QVERIFY(passages.size() < print.size());
    QVERIFY(passagesOf(printOf("CDEFGAB|"), kLeakPassage).empty());
    QCOMPARE(passagesOf(printOf("CDEFGABc|"), kLeakPassage).size(), std::size_t{1});
}

void TestFamily::aPassageIsTheSameWhereverItStands_data()
{
    QTest::addColumn<int>("notes");
    QTest::addColumn<bool>("hasRhythm");
    for (const int notes : {2, 3, 8, 10, 16}) {
        for (const bool hasRhythm : {false, true})
            QTest::addRow("%d notes%s", notes, hasRhythm ? " with rhythm" : "") << notes << hasRhythm;
    }
}

void TestFamily::aPassageIsTheSameWhereverItStands()
{
    QFETCH(int, notes);
    QFETCH(bool, hasRhythm);
    const PassageKind kind{static_cast<std::size_t>(notes), hasRhythm};
    const std::size_t steps = kind.notes - 1;
    const MelodyPrint print = printOf("G2Bc d>BcA|BGA2 G/D/EF|GBdg bgdB|cege dBGD|");
    const auto passages = passagesInOrder(print, kind);
    QCOMPARE(passages.size(), print.size() - steps + 1);
    std::map<std::uint64_t, MelodyPrint> seen;
    for (std::size_t i = 0; i < passages.size(); ++i) {
        MelodyPrint alone(print.begin() + std::ptrdiff_t(i), print.begin() + std::ptrdiff_t(i + steps));
        QCOMPARE(passagesInOrder(alone, kind), std::vector<std::uint64_t>{passages[i]});
        // What does not count is wiped, so that equal hashes mean equal passages.
        for (std::size_t k = 0; k < alone.size(); ++k) {
            if (!hasRhythm || k + 1 == alone.size())
                alone[k].rhythm = 0;
        }
        QVERIFY(seen.emplace(passages[i], alone).first->second == alone);
    }
    std::set<MelodyPrint> distinct;
    for (const auto& [hash, passage] : seen)
        distinct.insert(passage);
    QCOMPARE(seen.size(), distinct.size());
}

void TestFamily::theSameTuneAsMidiAndAbcIsOneFamily_data()
{
    QTest::addColumn<QString>("midi");
    QTest::addColumn<QString>("abc");
    QTest::newRow("nottingham") << "nottingham/midi" << "nottingham/abc";
    QTest::newRow("ryansMammoth") << "folk-abc/ryansMammoth" << "folk-abc/ryansMammoth";
    QTest::newRow("oneills1850") << "folk-abc/oneills1850" << "folk-abc/oneills1850";
}

void TestFamily::theSameTuneAsMidiAndAbcIsOneFamily()
{
    QFETCH(QString, midi);
    QFETCH(QString, abc);
    const QString folder = qEnvironmentVariable("CONTINUO_SHARED_DATA");
    if (folder.isEmpty() || !QDir(folder + "/" + midi).exists())
        QSKIP("The optional folder of real music is not there.");
    std::vector<FamilyMember> members;
    std::map<QString, std::vector<std::size_t>> byStem;
    const auto add = [&](const QString& in, const char* ending) {
        for (const QFileInfo& info : QDir(folder + "/" + in).entryInfoList({ending}, QDir::Files)) {
            const auto bytes = readFile(toPath(info.filePath()));
            QVERIFY(bytes);
            const auto file = readMusicFile(*bytes, info.fileName().toStdString());
            QVERIFY2(file, qPrintable(info.filePath()));
            byStem[info.completeBaseName()].push_back(members.size());
            const MusicPiece& piece = file->pieces.front();
            members.push_back({melodyPrint(melodyOf(piece.score)), factsOf(piece).title,
                               info.filePath().toStdString(), 0});
        }
    };
    add(midi, "*.mid");
    add(abc, "*.abc");
    const auto families = findFamilies(members);
    int pairs = 0;
    for (const auto& [stem, places] : byStem) {
        if (places.size() < 2)
            continue;
        ++pairs;
        QVERIFY2(families[places[0]] == families[places[1]], qPrintable(stem + " stands in two families"));
    }
    QVERIFY(pairs > 100);
}

void TestFamily::unlikeTunesAreFewInOneFamily()
{
    const QString folder = qEnvironmentVariable("CONTINUO_SHARED_DATA") + "/nottingham";
    if (!QDir(folder).exists())
        QSKIP("The optional folder of real music is not there.");
    QFile index(folder + "/INDEX.tsv");
    QVERIFY(index.open(QIODevice::ReadOnly));
    std::map<QString, QString> titles;
    for (const QByteArray& line : index.readAll().split('\n')) {
        const QList<QByteArray> columns = line.split('\t');
        if (columns.size() > 1)
            titles[QString::fromUtf8(columns[0])] = QString::fromUtf8(columns[1]);
    }
    std::vector<FamilyMember> members;
    std::vector<QString> names;
    for (const QFileInfo& info : QDir(folder + "/midi").entryInfoList({"*.mid"}, QDir::Files)) {
        const auto bytes = readFile(toPath(info.filePath()));
        QVERIFY(bytes);
        const auto file = readMusicFile(*bytes, info.fileName().toStdString());
        QVERIFY(file);
        members.push_back(member(melodyPrint(melodyOf(file->pieces.front().score)), info.fileName().toStdString()));
        names.push_back(titles[info.completeBaseName()]);
    }
    const auto families = findFamilies(members);
    QStringList joined;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (families[i] != i && names[i] != names[families[i]])
            joined += names[i] + " and " + names[families[i]];
    }
    // These two are one tune under two names.
    QCOMPARE(joined, QStringList{"Top of the Cork Road and The Rollicking Irishman"});
}

void TestFamily::relativesAreNotAllNearDuplicates_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<bool>("areNear");
    const QByteArray tune = "GABd edBA|GBdg fedB|cdec BcdB|AGFA DEFA|GABd edBA|GBdg bagf|edcB AGFA|G2B2 G4|";
    const QByteArray more = "bagf gfed|cBAc BAGB|AceA fdAF|GBDG BdgB|cegc eBdB|FADF AdfA|GDBG dBgd|bgdB G4|";
    const QByteArray else_ = "FDEF GEFG|AcBA GFED|CEGc ecGE|DFAd fdAF|";
    QTest::newRow("the same") << tune << tune << true;
    QTest::newRow("a note changed") << tune << QByteArray(tune).replace("BcdB", "BcBB") << true;
    QTest::newRow("a part more") << tune + more << tune + more + else_ << true;
    QTest::newRow("three quarters") << tune + more << tune + more.left(more.size() / 2) << true;
    QTest::newRow("an excerpt") << tune + more + else_ << tune.left(tune.size() / 2) << false;
}

void TestFamily::relativesAreNotAllNearDuplicates()
{
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, b);
    QFETCH(bool, areNear);
    QVERIFY(areRelatives(printOf(a), printOf(b)));
    const std::vector<FamilyMember> pair{member(printOf(a), "a"), member(printOf(b), "b")};
    QCOMPARE(findNearDuplicates(pair)[1] == 0, areNear);
    // A chain joins: the whole, most of it, half of it.
    const std::vector<FamilyMember> chain{member(printOf(a), "a"), member(printOf(b), "b"), member(printOf(a), "c")};
    QCOMPARE(findNearDuplicates(chain)[2], std::size_t{0});
}

QTEST_APPLESS_MAIN(TestFamily)
#include "tst_family.moc"
