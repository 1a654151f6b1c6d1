// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/recurrent_network.h"
#include "tests/core/generate/network_checks.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

namespace {

std::shared_ptr<const RecurrentNetwork> networkOf(const NetworkShape& shape,
                                                  const LaneKernels& kernels = fastestKernels())
{
    auto made = RecurrentNetwork::make(shape, kVocabulary,
                                       randomTensors(shape, kVocabulary, 5, 0.3), "test", kernels);
    return made ? *made : nullptr;
}

void shapes()
{
    QTest::addColumn<NetworkShape>("shape");
    QTest::newRow("LSTM") << networkShape("lstm", 1, 64, 0, false, 0, 0);
    QTest::newRow("LSTM of odd width with embedding")
        << networkShape("lstm", 2, 37, 11, false, 0, 0);
    QTest::newRow("LSTM with norm") << networkShape("lstm", 3, 48, 0, true, 0, 0);
    QTest::newRow("LSTM with norm and dense layer") << networkShape("lstm", 2, 33, 5, true, 21, 0);
    QTest::newRow("GRU") << networkShape("gru", 1, 64, 0, false, 0, 0);
    QTest::newRow("GRU in layers") << networkShape("gru", 3, 20, 16, false, 9, 0);
    QTest::newRow("RNN") << networkShape("rnn", 2, 50, 0, false, 0, 0);
    QTest::newRow("LSTM with a window") << networkShape("lstm", 2, 32, 0, false, 0, 7);
    QTest::newRow("LSTM both ways") << bothWays(networkShape("lstm", 2, 21, 0, true, 0, 9));
    QTest::newRow("GRU both ways, in layers")
        << bothWays(networkShape("gru", 3, 16, 8, false, 12, 70));
    QTest::newRow("RNN both ways") << bothWays(networkShape("rnn", 1, 32, 0, false, 0, 1));
    QTest::newRow("GRU with a window") << networkShape("gru", 1, 32, 8, true, 12, 5);
    QTest::newRow("LSTM with two norms")
        << withDenseNorm(networkShape("lstm", 3, 40, 0, true, 21, 9));
    QTest::newRow("RNN both ways with two norms")
        << bothWays(withDenseNorm(networkShape("rnn", 1, 24, 0, true, 7, 3)));
}

} // namespace

class TestRecurrentNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithDoublePrecision_data() { shapes(); }
    void agreesWithDoublePrecision()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        QVERIFY(network);
        const auto tensors = randomTensors(shape, kVocabulary, 5, 0.3);
        const std::vector<Token> tokens = someTokens(30);
        ModelState state = network->start(1);
        std::vector<float> logits(kVocabulary);
        ReferenceNetwork carried(shape, kVocabulary, tensors);
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            QVERIFY(network->read(state, std::span(&tokens[i], 1), logits, {}));
            std::vector<double> expected;
            if (shape.window > 0) {
                ReferenceNetwork again(shape, kVocabulary, tensors);
                const std::size_t window = std::min(i + 1, static_cast<std::size_t>(shape.window));
                const auto here = tokens.begin() + static_cast<std::ptrdiff_t>(i + 1);
                if (shape.bidirectional)
                    expected =
                        again.readBothWays({here - static_cast<std::ptrdiff_t>(window), here});
                for (std::size_t j = i + 1 - window; j <= i && !shape.bidirectional; ++j)
                    expected = again.read(tokens[j]);
            } else {
                expected = carried.read(tokens[i]);
            }
            for (std::size_t v = 0; v < expected.size(); ++v)
                QVERIFY2(std::abs(logits[v] - expected[v]) < 1e-5,
                         qPrintable(QString::number(logits[v] - expected[v])));
        }
    }

    void everyInstructionSetGivesTheSameBits_data() { shapes(); }
    void everyInstructionSetGivesTheSameBits()
    {
        QFETCH(NetworkShape, shape);
        const std::vector<Token> tokens = someTokens(100);
        const std::vector<float> expected =
            logitsAfter(*networkOf(shape, *availableKernels().front()), tokens);
        for (const LaneKernels* kernels : availableKernels())
            QVERIFY2(areSameBits(logitsAfter(*networkOf(shape, *kernels), tokens), expected),
                     kernels->name);
    }

    void readingInOneGoIsReadingStepByStep_data() { shapes(); }
    void readingInOneGoIsReadingStepByStep()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        const std::vector<Token> tokens = someTokens(150); // more than are worked through at once
        ModelState state = network->start(1);
        std::vector<float> logits(kVocabulary);
        for (const Token& token : tokens)
            QVERIFY(network->read(state, std::span(&token, 1), logits, {}));
        QVERIFY(areSameBits(logits, logitsAfter(*network, tokens)));
    }

    void membersDoNotDependOnTheirBatch_data() { shapes(); }
    void membersDoNotDependOnTheirBatch()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        compareMembersWithThemAlone(*network);
    }

    void selectedMembersGoOnAsBefore_data() { shapes(); }
    void selectedMembersGoOnAsBefore()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        ModelState state = network->start(2);
        std::vector<float> logits(2 * kVocabulary);
        const std::vector<Token> before = someTokens(20); // two members, ten steps
        QVERIFY(network->read(state, before, logits, {}));
        const std::vector<std::size_t> chosen{1, 0, 1};
        ModelState three = network->selected(state, chosen);
        std::vector<float> more(3 * kVocabulary);
        QVERIFY(network->read(three, std::vector<Token>{4, 4, 9}, more, {}));
        for (std::size_t i = 0; i < 3; ++i) {
            std::vector<Token> piece;
            for (std::size_t step = 0; step < 10; ++step)
                piece.push_back(before[2 * step + chosen[i]]);
            piece.push_back(i == 2 ? 9 : 4);
            const auto begin = more.begin() + static_cast<std::ptrdiff_t>(i * kVocabulary);
            QVERIFY(areSameBits({begin, begin + kVocabulary}, logitsAfter(*network, piece)));
        }
    }

    void threadsMayShareANetwork()
    {
        NetworkShape shape;
        shape.hidden = 40;
        const auto network = networkOf(shape);
        const std::vector<Token> tokens = someTokens(200);
        compareThreads(*network, tokens);
    }

    void cancelledReadingSaysSo()
    {
        const auto network = networkOf(NetworkShape{});
        const CancelToken cancel;
        cancel.cancel();
        ModelState state = network->start(1);
        std::vector<float> logits(kVocabulary);
        QVERIFY(!network->read(state, someTokens(10), logits, cancel));
    }

    void aSymbolIsARowOfNumbers_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        QTest::newRow("LSTM") << networkShape("lstm", 2, 37, 0, false, 0, 0);
        QTest::newRow("LSTM with embedding") << networkShape("lstm", 1, 20, 11, false, 0, 0);
        QTest::newRow("GRU with norm and dense layer") << networkShape("gru", 3, 32, 0, true, 9, 0);
        QTest::newRow("RNN") << networkShape("rnn", 1, 16, 5, false, 0, 0);
    }
    void aSymbolIsARowOfNumbers()
    {
        QFETCH(NetworkShape, shape);
        constexpr std::size_t kMembers = 3;
        const auto symbols = networkOf(shape);
        const auto made = RecurrentNetwork::makeForNumbers(
            shape, kVocabulary, kVocabulary, randomTensors(shape, kVocabulary, 5, 0.3), "test",
            fastestKernels());
        QVERIFY(symbols && made);
        const std::vector<Token> tokens = someTokens(kMembers * 90); // more than are read at once
        std::vector<float> rows(tokens.size() * kVocabulary, 0.0F);
        for (std::size_t i = 0; i < tokens.size(); ++i)
            rows[i * kVocabulary + static_cast<std::size_t>(tokens[i])] = 1;
        std::vector<float> expected(kMembers * kVocabulary);
        std::vector<float> outputs(kMembers * kVocabulary);
        ModelState symbolState = symbols->start(kMembers);
        ModelState numberState = (*made)->start(kMembers);
        QVERIFY(symbols->read(symbolState, tokens, expected, CancelToken{}));
        QVERIFY((*made)->readNumbers(numberState, rows, outputs, CancelToken{}));
        // An embedding is a product before the first layer instead of one within it.
        for (std::size_t i = 0; i < outputs.size(); ++i)
            QVERIFY(std::abs(outputs[i] - expected[i]) < (shape.embedding > 0 ? 1e-5F : 1e-30F));
    }

    void unknownNetworksAreRefused_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        NetworkShape shape;
        shape.kind = "transformer";
        QTest::newRow("kind") << shape;
        shape = {};
        shape.prediction = "backwards";
        QTest::newRow("prediction") << shape;
        shape = {};
        shape.layers = 0;
        QTest::newRow("no layers") << shape;
        shape = {};
        shape.hidden = 1 << 30;
        QTest::newRow("too wide") << shape;
        shape = {};
        shape.prediction = "last-step";
        QTest::newRow("last-step without a window") << shape;
        QTest::newRow("both ways at every step") << bothWays(NetworkShape{});
    }
    void unknownNetworksAreRefused()
    {
        QFETCH(NetworkShape, shape);
        const auto made =
            RecurrentNetwork::make(shape, kVocabulary, {}, "a.safetensors", fastestKernels());
        QVERIFY(!made);
        QCOMPARE(made.error().id, std::string("model.unknown-network"));
        QVERIFY(made.error().text.find("a.safetensors") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestRecurrentNetwork)
#include "tst_recurrent_network.moc"
