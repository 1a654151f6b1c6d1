// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/windows.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>
#include <span>

using namespace continuo;

namespace {

/// Pitches from `low`, then perhaps an end symbol.
Vocabulary vocabularyOf(int low, int count, bool withEnd)
{
    std::vector<Symbol> symbols;
    for (int i = 0; i < count; ++i)
        symbols.push_back({pitchName(Pitch{std::uint8_t(low + i)}), SymbolKind::Pitch, Pitch{std::uint8_t(low + i)}});
    if (withEnd)
        symbols.push_back({"end", SymbolKind::End, {}});
    return Vocabulary(std::move(symbols));
}

/// Pieces of the lengths asked for, every token a pitch; with an end symbol behind each if the vocabulary has one.
std::vector<TokenSequence> piecesOf(const std::vector<std::size_t>& lengths, const Vocabulary& vocabulary)
{
    std::vector<TokenSequence> pieces;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        TokenSequence piece;
        for (std::size_t t = 0; t < lengths[i]; ++t)
            piece.push_back(Token((3 * i + t) % 5));
        if (const auto end = vocabulary.find(SymbolKind::End))
            piece.push_back(*end);
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

} // namespace

class TestWindows final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void piecesStandBehindAnEnd();
    void everyTargetOccursOnceAPass_data();
    void everyTargetOccursOnceAPass();
    void windowsBeginWithABarWhereTheyCan();
    void windowsNeverCrossPieces_data();
    void windowsNeverCrossPieces();
    void windowsCrossPiecesWhereTheyAreTold_data();
    void windowsCrossPiecesWhereTheyAreTold();
    void aChainOfPiecesHasOneEndBetweenThem();
    void fewerPiecesAreTheSameForAll();
    void theOrderIsAFunctionOfSeedAndEpoch();
    void likeLengthsShareABatchOfATransformer();
    void loopingPiecesComeRound();
    void lastStepWindowsEndBeforeTheirTarget();
    void transpositionStaysInTheVocabulary();
    void transpositionTableMovesPitchesOnly();
};

void TestWindows::piecesStandBehindAnEnd()
{
    const Vocabulary withEnd = vocabularyOf(60, 5, true);
    const std::vector<TokenSequence> pieces{{0, 1, 2, 5}, {}, {3, 5}};
    const TokenStream stream = makeTokenStream(pieces, withEnd);
    QVERIFY(stream.startsWithEnd);
    QCOMPARE(stream.tokens, (std::vector<Token>{5, 0, 1, 2, 5, 5, 3, 5}));
    QCOMPARE(stream.pieces, (std::vector<TokenStream::Piece>{{0, 4}, {5, 2}}));
    const TokenStream plain = makeTokenStream(std::vector<TokenSequence>{{0, 1, 2}, {4}}, vocabularyOf(60, 5, false));
    QVERIFY(!plain.startsWithEnd);
    QCOMPARE(plain.tokens, (std::vector<Token>{0, 1, 2}));
    QCOMPARE(plain.targets(), std::size_t{2});
}

void TestWindows::everyTargetOccursOnceAPass_data()
{
    QTest::addColumn<bool>("withEnd");
    QTest::addColumn<int>("sequence");
    QTest::addColumn<int>("passes");
    QTest::newRow("end, short") << true << 4 << 1;
    QTest::newRow("end, long") << true << 1000 << 1;
    QTest::newRow("no end") << false << 7 << 1;
    QTest::newRow("one") << true << 1 << 1;
    QTest::newRow("three passes") << true << 16 << 3;
}

void TestWindows::everyTargetOccursOnceAPass()
{
    QFETCH(bool, withEnd);
    QFETCH(int, sequence);
    QFETCH(int, passes);
    const Vocabulary vocabulary = vocabularyOf(60, 5, withEnd);
    const TokenStream stream = makeTokenStream(piecesOf({1, 2, 3, 17, 64, 200}, vocabulary), vocabulary);
    TrainJob job;
    job.training.sequence = sequence;
    job.training.passes = passes;
    for (std::uint32_t epoch = 0; epoch < 20; ++epoch) {
        std::map<std::size_t, int> seen;
        for (const Window& window : windowsOfEpoch(stream, vocabulary, job, epoch)) {
            QVERIFY(window.length >= 1 && window.length <= std::size_t(sequence));
            for (std::size_t i = 0; i < window.length; ++i)
                ++seen[window.index(i + 1)];
        }
        QCOMPARE(seen.size(), stream.targets());
        QVERIFY(std::ranges::all_of(seen, [passes](const auto& entry) { return entry.second == passes; }));
    }
}

void TestWindows::windowsBeginWithABarWhereTheyCan()
{
    std::vector<Symbol> symbols{{"end", SymbolKind::End, {}}, {"bar", SymbolKind::Bar, {}}};
    for (std::uint8_t key = 60; key < 65; ++key)
        symbols.push_back({pitchName(Pitch{key}), SymbolKind::Pitch, Pitch{key}});
    const Vocabulary vocabulary(std::move(symbols));
    TokenSequence piece;
    for (Token bar = 0; bar < 40; ++bar) {
        piece.push_back(1);
        // One bar is longer than any window.
        for (Token note = 0; note < (bar == 20 ? 50 : 3 + bar % 4); ++note)
            piece.push_back(2 + note % 5);
    }
    piece.push_back(0);
    const std::vector<TokenSequence> pieces{piece, {1, 2, 0}};
    const TokenStream stream = makeTokenStream(pieces, vocabulary);
    TrainJob job;
    job.training.sequence = 16;
    std::size_t atBars = 0;
    std::size_t inBars = 0;
    std::set<std::size_t> starts;
    for (std::uint32_t epoch = 0; epoch < 10; ++epoch) {
        std::map<std::size_t, int> seen;
        for (const Window& window : windowsOfEpoch(stream, vocabulary, job, epoch)) {
            QVERIFY(window.length >= 1 && window.length <= 16);
            for (std::size_t i = 0; i < window.length; ++i)
                ++seen[window.index(i + 1)];
            if (window.start == 0)
                continue;
            (stream.tokens[window.index(0)] == 1 ? atBars : inBars) += 1;
            starts.insert(window.index(0));
        }
        QCOMPARE(seen.size(), stream.targets());
        QVERIFY(std::ranges::all_of(seen, [](const auto& entry) { return entry.second == 1; }));
    }
    QVERIFY(inBars >= 20 && inBars <= 40); // in the long bar, two to four times an epoch
    QVERIFY(atBars >= 100);
    QVERIFY(starts.size() > 20); // not always the same
}

void TestWindows::windowsNeverCrossPieces_data()
{
    QTest::addColumn<bool>("wrap");
    QTest::addColumn<bool>("withEnd");
    QTest::addColumn<bool>("lastStep");
    for (const bool wrap : {false, true})
        for (const bool withEnd : {false, true})
            for (const bool lastStep : {false, true})
                QTest::addRow("wrap %d, end %d, last step %d", wrap, withEnd, lastStep) << wrap << withEnd << lastStep;
}

void TestWindows::windowsNeverCrossPieces()
{
    QFETCH(bool, wrap);
    QFETCH(bool, withEnd);
    QFETCH(bool, lastStep);
    const Vocabulary vocabulary = vocabularyOf(60, 5, withEnd);
    const TokenStream stream = makeTokenStream(piecesOf({2, 3, 9, 40, 5}, vocabulary), vocabulary);
    TrainJob job;
    job.training.sequence = 16;
    job.training.wrapAround = wrap;
    job.network.prediction = lastStep ? "last-step" : "every-step";
    job.network.window = lastStep ? 8 : 0;
    for (std::uint32_t epoch = 0; epoch < 10; ++epoch) {
        const std::vector<Window> windows = windowsOfEpoch(stream, vocabulary, job, epoch);
        QVERIFY(!windows.empty());
        for (const Window& window : windows) {
            const auto piece = std::ranges::find(stream.pieces, window.begin, &TokenStream::Piece::begin);
            QVERIFY(piece != stream.pieces.end());
            for (std::size_t i = 0; i <= window.length; ++i) {
                QVERIFY(window.index(i) >= piece->begin && window.index(i) <= piece->begin + piece->targets);
                if (!wrap && i > 0)
                    QCOMPARE(window.index(i), window.index(i - 1) + 1);
            }
        }
    }
}

void TestWindows::windowsCrossPiecesWhereTheyAreTold_data()
{
    QTest::addColumn<bool>("across");
    QTest::addColumn<QStringList>("windows"); // what is read, and behind the colon what follows
    QTest::newRow("piece by piece")
        << false << QStringList{"0:1", "01:2", "3:4", "34:0", "340:1", "401:2"};
    QTest::newRow("across") << true << QStringList{"0:1",   "01:2",  "012:3", "123:4",
                                                   "234:0", "340:1", "401:2"};
}

void TestWindows::windowsCrossPiecesWhereTheyAreTold()
{
    QFETCH(bool, across);
    QFETCH(QStringList, windows);
    TrainingSet set;
    set.vocabulary = vocabularyOf(60, 5, false);
    set.train = {{0, 1, 2}, {3, 4, 0, 1, 2}};
    TrainJob job;
    job.network.prediction = "last-step";
    job.network.window = 3;
    job.training.acrossPieces = across;
    const TokenStream stream = windowStream(set, job.training);
    QCOMPARE(stream.tokens, (std::vector<Token>{0, 1, 2, 3, 4, 0, 1, 2}));
    QStringList found;
    for (const Window& window : windowsOfEpoch(stream, set.vocabulary, job, 0)) {
        QString text;
        for (std::size_t i = 0; i <= window.length; ++i)
            text +=
                (i == window.length ? ":" : "") + QString::number(stream.tokens[window.index(i)]);
        found << text;
    }
    found.sort();
    windows.sort();
    QCOMPARE(found, windows);
    // What is judged stays piece by piece.
    QCOMPARE(trainingStream(set, job.training).pieces.size(), std::size_t{2});
    // At every step each symbol but the very first is a target once.
    job.network = {};
    job.training.sequence = 3;
    const TokenStream read = windowStream(set, job.training);
    std::set<std::size_t> targets;
    for (const Window& window : windowsOfEpoch(read, set.vocabulary, job, 1))
        for (std::size_t i = 1; i <= window.length; ++i)
            QVERIFY(targets.insert(window.index(i)).second);
    QCOMPARE(targets.size(), std::size_t(across ? 7 : 6));
}

void TestWindows::aChainOfPiecesHasOneEndBetweenThem()
{
    TrainingSet set;
    set.vocabulary = vocabularyOf(60, 5, true);
    set.train = {{0, 1, 5}, {2, 5}};
    TrainSettings settings;
    QCOMPARE(windowStream(set, settings).tokens, (std::vector<Token>{5, 0, 1, 5, 5, 2, 5}));
    settings.acrossPieces = true;
    const TokenStream chain = windowStream(set, settings);
    QCOMPARE(chain.tokens, (std::vector<Token>{5, 0, 1, 5, 2, 5}));
    QCOMPARE(chain.pieces, (std::vector<TokenStream::Piece>{{0, 5}}));
    // The same number of targets as piece by piece.
    QCOMPARE(chain.targets(), trainingStream(set, settings).targets());
}

void TestWindows::fewerPiecesAreTheSameForAll()
{
    TrainingSet set;
    set.vocabulary = vocabularyOf(60, 5, false);
    for (Token first = 0; first < 5; ++first)
        set.train.push_back({first, first, first});
    TrainSettings settings;
    settings.pieces = 2;
    const TokenStream two = trainingStream(set, settings);
    QCOMPARE(two.pieces.size(), std::size_t{2});
    settings.acrossPieces = true;
    QCOMPARE(windowStream(set, settings).tokens, two.tokens);
    settings.pieces = 3;
    const TokenStream three = trainingStream(set, settings);
    QVERIFY(std::ranges::equal(two.tokens, std::span(three.tokens).first(6)));
}

void TestWindows::theOrderIsAFunctionOfSeedAndEpoch()
{
    const Vocabulary vocabulary = vocabularyOf(60, 5, true);
    const TokenStream stream = makeTokenStream(piecesOf({100, 200, 300}, vocabulary), vocabulary);
    TrainJob job;
    job.training.sequence = 8;
    QVERIFY(windowsOfEpoch(stream, vocabulary, job, 3) == windowsOfEpoch(stream, vocabulary, job, 3));
    QVERIFY(windowsOfEpoch(stream, vocabulary, job, 3) != windowsOfEpoch(stream, vocabulary, job, 4));
    TrainJob other = job;
    other.training.seed = 2;
    QVERIFY(windowsOfEpoch(stream, vocabulary, job, 3) != windowsOfEpoch(stream, vocabulary, other, 3));
}

void TestWindows::likeLengthsShareABatchOfATransformer()
{
    const Vocabulary vocabulary = vocabularyOf(60, 5, true);
    std::vector<std::size_t> lengths;
    for (std::size_t i = 0; i < 203; ++i)
        lengths.push_back(1 + 37 * i % 200);
    const TokenStream stream = makeTokenStream(piecesOf(lengths, vocabulary), vocabulary);
    TrainJob job;
    job.training.batch = 8;
    job.training.sequence = 256;
    const std::vector<Window> mixed = windowsOfEpoch(stream, vocabulary, job, 3);
    job.network.kind = "transformer";
    const std::vector<Window> sorted = windowsOfEpoch(stream, vocabulary, job, 3);
    QCOMPARE(sorted, windowsOfEpoch(stream, vocabulary, job, 3));
    QVERIFY(sorted != windowsOfEpoch(stream, vocabulary, job, 4));
    // The same windows, in batches that cost much less.
    const auto less = [](const Window& a, const Window& b) { return a.begin < b.begin; };
    std::vector<Window> a = mixed, b = sorted;
    std::ranges::sort(a, less);
    std::ranges::sort(b, less);
    QCOMPARE(a, b);
    const auto cost = [](const std::vector<Window>& windows) {
        std::size_t sum = 0;
        for (std::size_t first = 0; first < windows.size(); first += 8) {
            std::size_t longest = 0;
            for (std::size_t i = first; i < std::min(first + 8, windows.size()); ++i)
                longest = std::max(longest, windows[i].length);
            sum += 8 * longest;
        }
        return sum;
    };
    QVERIFY(4 * cost(sorted) < 3 * cost(mixed));
    // Short batches do not always come first.
    QVERIFY(!std::ranges::is_sorted(sorted, {}, &Window::length));
}

void TestWindows::loopingPiecesComeRound()
{
    const Vocabulary vocabulary = vocabularyOf(60, 5, true);
    const TokenStream stream = makeTokenStream(std::vector<TokenSequence>{{0, 1, 2, 5}}, vocabulary);
    TrainJob job;
    job.training.sequence = 9;
    job.training.wrapAround = true;
    const std::vector<Window> windows = windowsOfEpoch(stream, vocabulary, job, 0);
    QCOMPARE(windows.size(), std::size_t{1});
    for (std::size_t i = 0; i < 9; ++i) {
        const Token here = stream.tokens[windows[0].index(i)];
        const Token next = stream.tokens[windows[0].index(i + 1)];
        QCOMPARE(next, here == 5 ? 0 : here == 2 ? 5 : here + 1);
    }
}

void TestWindows::lastStepWindowsEndBeforeTheirTarget()
{
    const Vocabulary vocabulary = vocabularyOf(60, 5, true);
    const TokenStream stream = makeTokenStream(piecesOf({6, 3}, vocabulary), vocabulary);
    TrainJob job;
    job.network.prediction = "last-step";
    job.network.window = 4;
    std::set<std::size_t> targets;
    for (const Window& window : windowsOfEpoch(stream, vocabulary, job, 0)) {
        const std::size_t target = window.index(window.length);
        QVERIFY(targets.insert(target).second);
        // As many inputs as there are before it, up to the window.
        QCOMPARE(window.length, std::min<std::size_t>(4, target - window.begin));
    }
    QCOMPARE(targets.size(), stream.targets());
}

void TestWindows::transpositionStaysInTheVocabulary()
{
    const Vocabulary vocabulary = vocabularyOf(60, 8, true); // 60..67; the pieces use 60..64
    const TokenStream stream = makeTokenStream(piecesOf({50, 70}, vocabulary), vocabulary);
    TrainJob job;
    job.training.sequence = 8;
    job.training.transposeDown = 5;
    job.training.transposeUp = 6;
    std::set<int> shifts;
    for (std::uint32_t epoch = 0; epoch < 20; ++epoch)
        for (const Window& window : windowsOfEpoch(stream, vocabulary, job, epoch))
            shifts.insert(window.shift);
    QCOMPARE(shifts, (std::set<int>{0, 1, 2, 3}));
}

void TestWindows::transpositionTableMovesPitchesOnly()
{
    const std::vector<Token> table = transpositionTable(vocabularyOf(60, 3, true), -1, 1);
    QCOMPARE(table, (std::vector<Token>{0, 0, 1, 3, 0, 1, 2, 3, 1, 2, 2, 3}));
}

QTEST_APPLESS_MAIN(TestWindows)
#include "tst_windows.moc"
