// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/music_file.h"
#include "core/engine/data_card.h"

#include <QTest>

#include <span>

using namespace continuo;

namespace {

Score scoreOf(const QByteArray& abc)
{
    const auto music =
        readMusicFile(std::span(reinterpret_cast<const std::uint8_t*>(abc.constData()),
                                static_cast<std::size_t>(abc.size())),
                      "tune.abc");
    return music->pieces.front().score;
}

/// "C4 2, D4 1"; bars without a count left out.
QString barsOf(const CardCounts& counts, const char* title)
{
    QStringList bars;
    for (const CardHistogram& histogram : counts.histograms()) {
        if (histogram.title != title)
            continue;
        for (const CardHistogram::Bar& bar : histogram.bars)
            if (bar.count > 0)
                bars.append(QString("%1 %2").arg(QString::fromStdString(bar.label)).arg(bar.count));
    }
    return bars.join(", ");
}

DataCard cardOf(const Score& score)
{
    DataCard card;
    card.name = "tunes";
    card.counts.add(score);
    card.info.pieces = 3;
    card.info.files = 4;
    card.info.accepted = 3;
    card.info.rejected = 1;
    card.info.reasons = {{"midi.no-header", 1}};
    card.info.isComplete = true;
    card.info.fingerprint = "abc123";
    return card;
}

} // namespace

class TestDataCard final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsAreThoseOfTheNotes();
    void noteValuesAreTheNearest_data();
    void noteValuesAreTheNearest();
    void countsAddUp();
    void drumsHaveNoPitch();
    void cardsSayWhatIsKnown();
    void foreignTextIsOnlyText();
    void pagesLoadNothing();
    void longListsAreCut();
    void emptySetsHaveCards();
    void numbersHaveCommas();
};

void TestDataCard::countsAreThoseOfTheNotes()
{
    // Four quarters, two eighths, a dotted half, at 120 quarters a minute: eight beats, four
    // seconds.
    const Score score = scoreOf("X:1\nT:T\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\nCEGc|B/2A/2G3|\n");
    CardCounts counts;
    counts.add(score);
    QCOMPARE(counts.pieces, std::size_t(1));
    QCOMPARE(counts.notes, std::uint64_t(7));
    QCOMPARE(counts.drumNotes, std::uint64_t(0));
    QCOMPARE(counts.seconds, 4.0);
    QCOMPARE(*counts.lowest, 60);
    QCOMPARE(*counts.highest, 72);
    QCOMPARE(barsOf(counts, "Pitch"), "C4 1, E4 1, G4 2, A4 1, B4 1, C5 1");
    QCOMPARE(barsOf(counts, "Pitch class"), "C 2, E 1, G 2, A 1, B 1");
    QCOMPARE(barsOf(counts, "Interval"), "-2 2, -1 1, +3 1, +4 1, +5 1");
    QCOMPARE(barsOf(counts, "Note value"), "1/8 2, 1/4 4, 1/2. 1");
    QCOMPARE(barsOf(counts, "Key"),
             QString::fromStdString(keyName(estimateKey(allNotes(score))->key)) + " 1");
    QCOMPARE(barsOf(counts, "Meter"), "4/4 1");
    QCOMPARE(barsOf(counts, "Tempo"), QString::fromUtf8("120–139 1"));
    QCOMPARE(barsOf(counts, "Length"), "under 15 s 1");
}

void TestDataCard::noteValuesAreTheNearest_data()
{
    QTest::addColumn<int>("ticks"); // 960 a quarter
    QTest::addColumn<QString>("value");
    QTest::newRow("none") << 0 << "none";
    QTest::newRow("one tick") << 1 << "1/64";
    QTest::newRow("sixteenth, staccato") << 230 << "1/16";
    QTest::newRow("triplet eighth") << 320 << "1/12";
    QTest::newRow("eighth") << 480 << "1/8";
    QTest::newRow("dotted eighth") << 720 << "1/8.";
    QTest::newRow("short quarter") << 912 << "1/4";
    QTest::newRow("whole") << 3840 << "1/1";
    QTest::newRow("two wholes") << 7680 << "longer";
}

void TestDataCard::noteValuesAreTheNearest()
{
    QFETCH(const int, ticks);
    QFETCH(const QString, value);
    Score score;
    score.ticksPerQuarter = 960;
    Note note;
    note.length = Tick{ticks};
    score.addNote(score.addTrack().id, note);
    CardCounts counts;
    counts.add(score);
    QCOMPARE(barsOf(counts, "Note value"), value + " 1");
}

void TestDataCard::countsAddUp()
{
    const Score one = scoreOf("X:1\nM:4/4\nL:1/4\nK:G\nGABc|d4|\n");
    const Score other = scoreOf("X:1\nM:3/4\nL:1/4\nK:Am\nA,Bc|\n");
    CardCounts whole;
    whole.add(one);
    whole.add(other);
    CardCounts half;
    half.add(other);
    CardCounts sum;
    sum.add(half);
    CardCounts first;
    first.add(one);
    sum.add(first);
    QCOMPARE(sum.histograms(), whole.histograms());
    QCOMPARE(sum.notes, std::uint64_t(8));
    QCOMPARE(*sum.lowest, 57);
    QCOMPARE(barsOf(sum, "Meter"), "3/4 1, 4/4 1");
}

void TestDataCard::drumsHaveNoPitch()
{
    Score score = scoreOf("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n");
    Note drum;
    drum.channel = kDrumChannel;
    drum.pitch = Pitch{36};
    drum.length = Tick{240};
    score.addNote(score.tracks.front().id, drum);
    CardCounts counts;
    counts.add(score);
    QCOMPARE(counts.notes, std::uint64_t(5));
    QCOMPARE(counts.drumNotes, std::uint64_t(1));
    QCOMPARE(*counts.lowest, 60);
    QCOMPARE(barsOf(counts, "Pitch"), "C4 1, D4 1, E4 1, F4 1");
}

void TestDataCard::cardsSayWhatIsKnown()
{
    DataCard card = cardOf(scoreOf("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n"));
    QVERIFY(cardAsMarkdown(card).find("Licence: not stated") != std::string::npos);
    card.words = {"Folk tunes", {"A book", "A shelf"}, {"CC0-1.0"}, "May 2030"};
    card.info.split = SplitSettings{0.8, 0.1, 0.1, 42};
    card.info.train = 2;
    card.info.test = 1;
    card.info.families = 1234;
    card.leaks = 7;
    card.leftOut = {{"duplicate", 2}};
    card.operations = {{"quantise", 1}};
    card.changed = 1;
    card.info.problems = {{"overlapping-notes", 12}};
    const std::string text = cardAsMarkdown(card);
    for (const char* said :
         {"# Folk tunes\n", "Date: May 2030", "Source: A book; A shelf", "Licence: CC0-1.0",
          "Fingerprint: abc123", "| not a MIDI file | 1 |",
          "1 of 4 files could not be read. 2 of 3 pieces are left out", "| Another of its family is kept | 2 |", "| Overlapping notes | 12 |",
          "changes 1 of 1 pieces", "| Quantise | 1 |", "random seed 42", "0.8 to train",
          "| Training | 2 |", "Families of relatives among all pieces of the set: 1,234", "held-out pieces: 7."})
        QVERIFY2(text.find(said) != std::string::npos, (said + ("\n" + text)).c_str());
    QCOMPARE(cardAsMarkdown(card), text);
}

void TestDataCard::foreignTextIsOnlyText()
{
    DataCard card = cardOf(scoreOf("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n"));
    card.composers = {{"<script>alert('&')</script> | [x](http://y)\n# z", 1}};
    const std::string page = cardAsHtml(card);
    QVERIFY(page.find("<script") == std::string::npos);
    QVERIFY(page.find("&lt;script&gt;alert(&#39;&amp;&#39;)") != std::string::npos);
    const std::string text = cardAsMarkdown(card);
    QVERIFY2(
        text.find("| \\<script\\>alert('\\&')\\</script\\> \\| \\[x\\](http://y) \\# z | 1 |") !=
            std::string::npos,
        text.c_str());
    card.composers = {{"bad \xff bytes", 1}};
    QVERIFY(QString::fromUtf8(cardAsHtml(card).c_str()).contains("bad \uFFFD bytes"));
}

void TestDataCard::pagesLoadNothing()
{
    const std::string page = cardAsHtml(cardOf(scoreOf("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n")));
    for (const char* loading : {"<script", "<link", "<img", "src=", "href=", "url(", "@import"})
        QVERIFY2(page.find(loading) == std::string::npos, loading);
    QVERIFY(page.starts_with("<!DOCTYPE html>"));
    QVERIFY(page.find("prefers-color-scheme: dark") != std::string::npos);
    QVERIFY(page.find("<title>C4: 1 (25.0 %)</title>") != std::string::npos);
}

void TestDataCard::longListsAreCut()
{
    DataCard card = cardOf(scoreOf("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n"));
    for (int i = 0; i < 40; ++i)
        card.composers.emplace_back("Somebody " + std::to_string(i), 2);
    const std::string text = cardAsMarkdown(card);
    QVERIFY(text.find("| and 10 more | 20 |") != std::string::npos);
    QVERIFY(text.find("Somebody 30") == std::string::npos);
}

void TestDataCard::emptySetsHaveCards()
{
    DataCard card;
    card.name = "nothing";
    QVERIFY(cardAsMarkdown(card).find("no pitched notes") != std::string::npos);
    QVERIFY(cardAsHtml(card).find("</html>") != std::string::npos);
    QVERIFY(cardAsMarkdown(card).find("broken off") != std::string::npos);
}

void TestDataCard::numbersHaveCommas()
{
    QCOMPARE(withCommas(0), std::string("0"));
    QCOMPARE(withCommas(999), std::string("999"));
    QCOMPARE(withCommas(1000), std::string("1,000"));
    QCOMPARE(withCommas(123456789), std::string("123,456,789"));
}

QTEST_APPLESS_MAIN(TestDataCard)
#include "tst_data_card.moc"
