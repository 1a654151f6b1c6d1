// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/exact_math.h"
#include "core/generate/sampler.h"
#include "core/learn/trainer.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

/// The networks that are trained, most with libtorch, and those that generate are two programs for
/// one thing.
class TestLibtorchAgreement : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStepIsAsLikelyToBoth_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        QTest::newRow("LSTM") << networkShape("lstm", 1, 64, 0, false, 0, 0);
        QTest::newRow("LSTM with everything") << networkShape("lstm", 2, 37, 11, true, 21, 0);
        QTest::newRow("GRU") << networkShape("gru", 2, 40, 8, false, 0, 0);
        QTest::newRow("RNN") << networkShape("rnn", 2, 33, 0, false, 12, 0);
        QTest::newRow("LSTM both ways") << bothWays(networkShape("lstm", 2, 24, 0, true, 0, 5));
        QTest::newRow("GRU both ways") << bothWays(networkShape("gru", 1, 20, 8, false, 12, 6));
        QTest::newRow("RNN both ways") << bothWays(networkShape("rnn", 2, 17, 0, false, 0, 8));
        QTest::newRow("transformer") << transformerShape(2, 48, 3, 64);
        QTest::newRow("transformer that forgets") << transformerShape(2, 40, 2, 5, 4);
        QTest::newRow("n-gram") << ngramShape(5);
        QTest::newRow("n-gram of single symbols") << ngramShape(1);
        QTest::newRow("LSTM with two norms")
            << withDenseNorm(networkShape("lstm", 2, 32, 0, true, 21, 6));
        QTest::newRow("GRU with a norm behind its dense layer")
            << withDenseNorm(networkShape("gru", 1, 24, 8, false, 16, 0));
        QTest::newRow("LSTM with a window") << networkShape("lstm", 2, 32, 0, true, 0, 6);
    }
    void everyStepIsAsLikelyToBoth()
    {
        QFETCH(NetworkShape, shape);
        const auto encoding = makeEncoding("grid", "{}").value();
        const Vocabulary& vocabulary = encoding->vocabulary();
        const TensorFile file =
            modelFile(*encoding, shape, randomTensors(shape, vocabulary.size(), 9, 0.4));
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.safetensors").toStdString();
        QVERIFY(writeTensorFile(path, file, Overwrite::Refuse));
        const GeneratingModel model = loadModel(path).value();

        const CounterRandom random(8, CounterRandom::Domain::Test);
        TokenSequence piece;
        for (std::uint32_t i = 0; i < 8; ++i)
            piece.push_back(static_cast<Token>(random.below(39, i))); // no end
        ModelState state = model.network->start(1);
        std::vector<float> logits(40);
        Token input = vocabulary.find(SymbolKind::End).value();
        const SymbolMask open{std::vector<std::uint8_t>(40, 1), std::vector<std::uint8_t>(40, 1)};
        double before = 0;
        for (std::size_t length = 1; length <= piece.size(); ++length) {
            QVERIFY(model.network->read(state, std::span(&input, 1), logits, {}));
            input = piece[length - 1];
            const double ours = -exactLog(
                distributionOf(logits, {}, open).network[static_cast<std::size_t>(input)]);

            // The loss is a mean over the steps of the piece: the last one's share is the
            // difference of two sums.
            const TokenSequence beginning(piece.begin(),
                                          piece.begin() + static_cast<std::ptrdiff_t>(length));
            const auto score = scoreModel(path, {beginning});
            QVERIFY2(score, score ? "" : score.error().text.c_str());
            QCOMPARE(score->steps, std::uint64_t{length});
            const double sum = score->loss * static_cast<double>(length);
            QVERIFY2(std::abs(sum - before - ours) < 1e-5,
                     qPrintable(QString::number(sum - before - ours)));
            before = sum;
        }
    }
};

QTEST_APPLESS_MAIN(TestLibtorchAgreement)
#include "tst_libtorch_agreement.moc"
