// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/voices.h"
#include "core/evaluate/masked_likelihood.h"
#include "core/learn/trainer.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

class TestMaskedLikelihood : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// libtorch judges while it trains; without it the same figures must come out.
    void asTheTrainerJudges_data()
    {
        QTest::addColumn<QString>("options");
        QTest::newRow("attacks") << "{}";
        QTest::newRow("no attacks") << R"({"attacks": false})";
    }
    void asTheTrainerJudges()
    {
        QFETCH(QString, options);
        const auto encoding = makeEncoding("voices", options.toStdString()).value();
        const Token classes = encoding->vocabulary().size();
        const NetworkShape shape = convolutionShape(4, 12, true, 2);
        const TensorFile file = modelFile(*encoding, shape, randomTensors(shape, classes, 7, 0.5));
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.safetensors").toStdString();
        QVERIFY(writeTensorFile(path, file, Overwrite::Refuse));
        const GeneratingModel model = loadModel(path).value();
        const CounterRandom random(8, CounterRandom::Domain::Test);
        std::vector<TokenSequence> pieces(3);
        for (std::uint32_t p = 0; p < 3; ++p) {
            for (std::uint32_t i = 0; i < (10 + 5 * p) * kVoices; ++i)
                pieces[p].push_back(
                    static_cast<Token>(random.below(static_cast<std::uint64_t>(classes), p, i)));
        }
        const auto judged = scoreModel(path, pieces);
        QVERIFY2(judged, judged ? "" : judged.error().text.c_str());
        const TokenStream part = makeTokenStream(pieces, encoding->vocabulary(), kVoices);
        for (const unsigned threads : {1U, 3U}) {
            std::uint64_t told = 0;
            const auto ours = scoreOfCells(
                *model.masked, part, threads, {},
                [&](std::uint64_t done, std::uint64_t) { told = std::max(told, done); });
            QVERIFY(ours);
            QCOMPARE(ours->steps, judged->steps);
            QCOMPARE(ours->notes, judged->notes);
            QCOMPARE(told, judged->steps);
            QVERIFY(std::abs(ours->loss - judged->loss) < 1e-5);
            QVERIFY(std::abs(ours->accuracy - judged->accuracy) < 1e-9);
            QVERIFY(std::abs(ours->noteAccuracy - judged->noteAccuracy) < 1e-9);
            QVERIFY(std::abs(ours->bitsPerNote.value() - judged->bitsPerNote.value()) < 1e-5);
        }
        const CancelToken cancel;
        cancel.cancel();
        QVERIFY(!scoreOfCells(*model.masked, part, 1, cancel, {}));
    }
};

QTEST_APPLESS_MAIN(TestMaskedLikelihood)
#include "tst_masked_likelihood.moc"
