// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/reference_lines.h"
#include "tests/core/learn/frame_pieces.h"

#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

namespace {

TokenStream streamOf(std::vector<std::vector<Token>> pieces)
{
    TokenStream stream;
    for (const std::vector<Token>& piece : pieces) {
        stream.pieces.push_back({stream.tokens.size(), piece.size() - 1});
        stream.tokens.insert(stream.tokens.end(), piece.begin(), piece.end());
    }
    return stream;
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-12;
}

} // namespace

class TestReferenceLines final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theyAreWhatAHandCounts();
    void whatWasNeverSeenKeepsAChance();
    void anEmptyPartHasNone();
    void piecesDoNotFollowEachOther();
    void framesAreCountedKeyByKey();
};

void TestReferenceLines::theyAreWhatAHandCounts()
{
    // Training: 0→1, 1→0, 0→1, 1→1. Targets: 1 three times, 0 once; V = 3.
    const TokenStream train = streamOf({{0, 1, 0, 1, 1}});
    const TokenStream part = streamOf({{0, 1, 0}});
    const ReferenceLines lines = referenceLines(train, part, 3);
    QVERIFY(near(lines.uniform, std::log(3.0)));
    const double one = (3.0 + 1) / (4 + 3);
    const double zero = (1.0 + 1) / (4 + 3);
    QVERIFY(near(lines.unigram, -(std::log(one) + std::log(zero)) / 2));
    // After 0: twice, always 1. After 1: twice, once 0 and once 1.
    const double oneAfterZero = (2 + 1 * one) / (2 + 1);
    const double zeroAfterOne = (1 + 2 * zero) / (2 + 2);
    QVERIFY(near(lines.bigram, -(std::log(oneAfterZero) + std::log(zeroAfterOne)) / 2));
}

void TestReferenceLines::whatWasNeverSeenKeepsAChance()
{
    const TokenStream train = streamOf({{0, 1, 0, 1}});
    const ReferenceLines lines = referenceLines(train, streamOf({{2, 3, 2}}), 4);
    QVERIFY(std::isfinite(lines.unigram) && std::isfinite(lines.bigram));
    // Never seen before it either: nothing to go by but the unigram.
    QVERIFY(near(lines.bigram, lines.unigram));
    QVERIFY(near(lines.unigram, std::log(7.0)));
}

void TestReferenceLines::anEmptyPartHasNone()
{
    QVERIFY(referenceLines(streamOf({{0, 1}}), TokenStream{}, 4) == ReferenceLines{});
}

void TestReferenceLines::piecesDoNotFollowEachOther()
{
    // Were the pieces one, 1→0 would have been seen.
    const ReferenceLines apart = referenceLines(streamOf({{0, 1}, {0, 1}}), streamOf({{1, 0}}), 2);
    const double zero = (0.0 + 1) / (2 + 2);
    QVERIFY(near(apart.bigram, -std::log(zero)));
}

void TestReferenceLines::framesAreCountedKeyByKey()
{
    // One key: on, on, off, on; the first frame is only read. Another: never.
    TokenSequence piece;
    for (const bool isOn : {true, true, false, true}) {
        if (isOn)
            addFrame(piece, {60});
        else
            addFrame(piece, {});
    }
    TokenSequence judged;
    addFrame(judged, {60});
    addFrame(judged, {60});
    addFrame(judged, {});
    const TrainingSet set = frameSet();
    const std::vector<TokenSequence> pieces{piece};
    const std::vector<TokenSequence> others{judged};
    const TokenStream train = makeTokenStream(pieces, set.vocabulary, set.width());
    const TokenStream part = makeTokenStream(others, set.vocabulary, set.width());
    const ReferenceLines lines = referenceLinesFor("frame", train, part, 88);
    QVERIFY(near(lines.uniform, 88 * std::log(2.0)));
    // Of three frames two have the key on: (2 + 1) / (3 + 2), and (1 + 1) / 5 for off.
    const double others87 = -87 * std::log(4.0 / 5);
    QVERIFY(near(lines.unigram, others87 - (std::log(3.0 / 5) + std::log(2.0 / 5)) / 2));
    // After on: on once, off once; the other keys are always off after off.
    QVERIFY(near(lines.bigram, others87 - std::log(2.0 / 4)));
    QVERIFY(frameReferenceLines(train, TokenStream{.width = 3}) == ReferenceLines{});
}

QTEST_APPLESS_MAIN(TestReferenceLines)
#include "tst_reference_lines.moc"
