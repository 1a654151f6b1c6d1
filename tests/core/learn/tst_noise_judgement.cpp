// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/noise_judgement.h"

#include <QTest>

#include <cmath>

using namespace continuo;

namespace {

constexpr Token kHold = 12;
constexpr Token kRest = 13;

Vocabulary vocabulary()
{
    std::vector<Symbol> symbols;
    for (int pitch = 60; pitch < 72; ++pitch)
        symbols.push_back(
            {pitchName(Pitch{std::uint8_t(pitch)}), SymbolKind::Pitch, Pitch{std::uint8_t(pitch)}});
    symbols.push_back({"hold", SymbolKind::Hold, {}});
    symbols.push_back({"rest", SymbolKind::Rest, {}});
    return Vocabulary(std::move(symbols));
}

TokenStream streamOf(const std::vector<TokenSequence>& pieces)
{
    return makeTokenStream(pieces, vocabulary());
}

bool isNear(double found, double wanted)
{
    return std::abs(found - wanted) < 1e-12;
}

/// Melodies that go up and down in different ways, long enough to be judged.
std::vector<TokenSequence> variedMelodies(Token seed)
{
    std::vector<TokenSequence> melodies;
    for (Token m = 0; m < 16; ++m) {
        TokenSequence melody;
        for (Token i = 0; i < 16; ++i)
            melody.push_back((seed + m * 5 + i * (1 + m % 5) + i * i * (m % 3)) % 12);
        melodies.push_back(melody);
    }
    return melodies;
}

} // namespace

class TestNoiseJudgement : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void motionIsIntervalAndSteps()
    {
        // C held one step, E after two, a rest, G after two more.
        const SymbolRow row = motionOf(TokenSequence{0, kHold, 4, kRest, 7}, vocabulary());
        QCOMPARE(row, (SymbolRow{132U << 12 | 2U, 131U << 12 | 2U}));
        QVERIFY(motionOf(TokenSequence{kHold, 5, kHold}, vocabulary()).empty());
    }

    void samenessIsAgreementBeyondTheCorpus()
    {
        // Two of four melodies say the same at every step: 1/3 of the six pairs … 1 + 1 of 6.
        const std::vector<TokenSequence> corpus{{0, 1}, {0, 1}, {2, 3}, {2, 3}};
        const TokenStream stream = streamOf(corpus);
        const auto same = [&](const std::vector<TokenSequence>& made) {
            return judgeNoiseMelodies(made, corpus, stream, vocabulary()).sameness;
        };
        QVERIFY(isNear(same(corpus), 0));
        QVERIFY(isNear(same({{0, 1}, {0, 1}, {0, 1}, {0, 1}}), 1));
        // One step the same for all, the other for none: ½ agreement, (½ − ⅓) / (1 − ⅓).
        QVERIFY(isNear(same({{0, 1}, {0, 2}, {0, 3}, {0, 4}}), 0.25));
        QVERIFY(isNear(same({{0, 1}, {1, 2}, {2, 3}, {3, 4}}), 0)); // less than the corpus: none
    }

    void pairsAreComparedByJensenAndShannon()
    {
        const std::vector<TokenSequence> corpus{{0, 1, 0, 1, 0}}; // 0-1 and 1-0, half each
        const TokenStream stream = streamOf(corpus);
        const auto distance = [&](const std::vector<TokenSequence>& made) {
            return judgeNoiseMelodies(made, corpus, stream, vocabulary()).pairDistance;
        };
        QVERIFY(isNear(distance(corpus), 0));
        QVERIFY(isNear(distance({{5, 6, 7}}), 1));
        // Only 0-1: means ¾ and ¼; ½·log2(4/3) + ½·(½·log2(2/3) + ½·log2 2)
        const double wanted =
            0.5 * std::log2(4.0 / 3) + 0.5 * (0.5 * std::log2(2.0 / 3) + 0.5 * std::log2(2.0));
        QVERIFY(isNear(distance({{0, 1}, {0, 1}}), wanted));
    }

    void theSameMelodyForEveryNoiseIsToldInWords()
    {
        const std::vector<TokenSequence> corpus = variedMelodies(0);
        const TokenStream stream = streamOf(corpus);
        const NoiseJudgement varied =
            judgeNoiseMelodies(variedMelodies(3), corpus, stream, vocabulary());
        QVERIFY2(!varied.isCollapsed(), varied.words().c_str());
        QVERIFY(varied.words().empty());

        std::vector<TokenSequence> nearlySame(16, corpus[7]);
        for (std::size_t i = 0; i < nearlySame.size(); ++i)
            nearlySame[i][i] = kRest; // no two are equal
        const NoiseJudgement collapsed =
            judgeNoiseMelodies(nearlySame, corpus, stream, vocabulary());
        QCOMPARE(collapsed.generated.copies, 0.0);
        QVERIFY(collapsed.sameness > 0.7 && collapsed.sameness < 1);
        QVERIFY(collapsed.isCollapsed());
        QVERIFY(collapsed.words().starts_with(
            "The generator plays nearly the same melody for every noise"));
        const auto figures = collapsed.figures();
        QCOMPARE(figures.at("collapse"), collapsed.sameness);
        QVERIFY(figures.at("distinct4") < figures.at("corpusDistinct4"));
        QVERIFY(figures.at("entropy") < figures.at("corpusEntropy") + 1e-9);
        QVERIFY(figures.at("pairDistance") > figures.at("corpusPairDistance"));
    }

    void silenceIsTheSameMelodyToo()
    {
        const std::vector<TokenSequence> corpus = variedMelodies(0);
        const NoiseJudgement silent =
            judgeNoiseMelodies(std::vector<TokenSequence>(16, TokenSequence(16, kRest)), corpus,
                               streamOf(corpus), vocabulary());
        QCOMPARE(silent.sameness, 1.0);
        QVERIFY(silent.isCollapsed());
        QCOMPARE(silent.pairDistance, 1.0);
    }

    void excerptsAreSpreadOverThePieces()
    {
        const TokenStream stream = streamOf({{0, 1, 2, 3, 4}, {5, 6}, {7, 8, 9, 10}});
        QCOMPARE(excerptsOf(stream, 100, 2),
                 (std::vector<TokenSequence>{{0, 1}, {2, 3}, {5, 6}, {7, 8}, {9, 10}}));
        QCOMPARE(excerptsOf(stream, 2, 2), (std::vector<TokenSequence>{{0, 1}, {5, 6}}));
        QCOMPARE(excerptsOf(stream, 3, 4),
                 (std::vector<TokenSequence>{{0, 1, 2, 3}, {5, 6}, {7, 8, 9, 10}}));
        QVERIFY(excerptsOf(TokenStream{}, 3, 4).empty());
    }
};

QTEST_APPLESS_MAIN(TestNoiseJudgement)
#include "tst_noise_judgement.moc"
