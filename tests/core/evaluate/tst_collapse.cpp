// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/collapse.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

namespace {

MotionSymbols symbolsOf(const std::string& music)
{
    return motionSymbolsOf(scoreOfAbc(music));
}

std::vector<MotionSymbols> corpus()
{
    std::vector<MotionSymbols> pieces;
    for (std::uint32_t i = 0; i < 12; ++i)
        pieces.push_back(motionSymbolsOf(readAbc(tuneText(i).toStdString(), "t")->front().score));
    return pieces;
}

std::string repeated(const std::string& music, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += music;
    return all;
}

} // namespace

class TestCollapse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void symbolsByHand()
    {
        // Up two semitones after a quarter (24), the same again after an eighth (12).
        const MotionSymbols symbols = symbolsOf("C D/2 D");
        QCOMPARE(symbols, (MotionSymbols{130U << 12 | 24, 128U << 12 | 12}));
        QCOMPARE(symbolsOf("F G/2 G"), symbols); // in whatever key
        QVERIFY(symbolsOf("C").empty());
        QVERIFY(motionSymbolsOf(Score{}).empty());
    }

    void varietyByHand()
    {
        // C D C D C D: up, down, up, down, up. One-grams: two of five; pairs: UD DU UD DU, two of
        // four; three: UDU DUD UDU, two of three; four: UDUD DUDU, two of two.
        const Variety one = varietyOf(std::vector<MotionSymbols>{symbolsOf("C D C D C D")});
        QCOMPARE(one.distinct[0], std::optional(2.0 / 5));
        QCOMPARE(one.distinct[1], std::optional(2.0 / 4));
        QCOMPARE(one.distinct[2], std::optional(2.0 / 3));
        QCOMPARE(one.distinct[3], std::optional(1.0));
        QCOMPARE(one.repetitionRate, std::optional(0.0));
        const double entropy = -0.6 * std::log2(0.6) - 0.4 * std::log2(0.4);
        QVERIFY(std::abs(*one.entropy - entropy) < 1e-12);
        // Two notes more: UDUD DUDU UDUD DUDU, half of them stood before.
        const Variety longer = varietyOf(std::vector<MotionSymbols>{symbolsOf("C D C D C D C D")});
        QCOMPARE(longer.repetitionRate, std::optional(0.5));
        // Passages do not reach from one piece into the next.
        const Variety two =
            varietyOf(std::vector<MotionSymbols>{symbolsOf("C D C"), symbolsOf("C E C")});
        QCOMPARE(two.symbols, std::size_t{4});
        QCOMPARE(two.distinct[1], std::optional(1.0));
        QVERIFY(!two.distinct[2]);
        QVERIFY(!two.repetitionRate);
        QVERIFY(!varietyOf({}).entropy);
    }

    void copiesAreCounted()
    {
        const Variety variety = varietyOf(
            std::vector<MotionSymbols>{symbolsOf("C D E"), symbolsOf("G A B"), symbolsOf("C D F")});
        QCOMPARE(variety.copies, 1.0 / 3); // G A B is C D E in another key
    }

    void equalLengthsAreCut()
    {
        const std::vector<MotionSymbols> pieces{symbolsOf("C D E F"), symbolsOf("C E G c"),
                                                symbolsOf("C D")};
        const std::vector<MotionSymbols> first = firstSymbols(pieces, 4);
        QCOMPARE(first.size(), std::size_t{2});
        QCOMPARE(first[0], pieces[0]);
        QCOMPARE(first[1], (MotionSymbols{pieces[1][0]}));
        QVERIFY(firstSymbols(pieces, 0).empty());
        QCOMPARE(firstSymbols(pieces, 1000), pieces);
    }

    void verdicts_data()
    {
        QTest::addColumn<QStringList>("melodies");
        QTest::addColumn<QString>("verdict");
        const QString melody =
            "C E D F G A c B|d c G E D B, C E|F A G F E D C B,|C G c2 e d c B|A F D G E C F D|"
            "G B d g f e d c|B c A G F E D C|";
        const QString other =
            "G A B c d e f g|e c A F D B, G, C|c A F d B G e c|A d G c F B E A|D G C F E A D C|"
            "B, D F A c e g b|a f d B G E C D|";
        QTest::newRow("two melodies") << QStringList{melody, other} << "";
        QTest::newRow("one melody") << QStringList{melody} << "";
        QTest::newRow("the same one twice") << QStringList{melody, melody} << "sameMelody";
        QTest::newRow("the same of two twice")
            << QStringList{melody, melody, other, other} << "sameMelody";
        QTest::newRow("one copy of three") << QStringList{melody, melody, other} << "";
        QTest::newRow("a loop") << QStringList{QString::fromStdString(
                                       repeated("C E F c D G A d|B e c G|", 8))}
                                << "loops";
        QTest::newRow("one note") << QStringList{QString::fromStdString(repeated("C C C C|", 16))}
                                  << "loops fewSymbols";
        QTest::newRow("a handful of notes") << QStringList{"C D E F|"} << "too little";
    }
    void verdicts()
    {
        QFETCH(const QStringList, melodies);
        QFETCH(const QString, verdict);
        std::vector<MotionSymbols> pieces;
        for (const QString& melody : melodies)
            pieces.push_back(symbolsOf(melody.toStdString()));
        const Variety generated = varietyOf(pieces);
        const auto found =
            collapseOf(generated, varietyOf(firstSymbols(corpus(), generated.symbols)));
        QStringList names;
        if (!found)
            names.append("too little");
        else
            for (const Collapse each : *found) {
                names.append(QString::fromStdString(std::string(collapseName(each))));
                QVERIFY(!collapseWords(each).empty());
            }
        QCOMPARE(names.join(' '), verdict);
    }

    void aCorpusThatLoopsExcusesLoops()
    {
        const std::vector<MotionSymbols> loop{symbolsOf(repeated("C E F c D G A d|B e c G|", 8))};
        const auto found = collapseOf(varietyOf(loop), varietyOf(loop));
        QVERIFY(found);
        QVERIFY(found->empty());
    }
};

QTEST_APPLESS_MAIN(TestCollapse)
#include "tst_collapse.moc"
