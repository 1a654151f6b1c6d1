// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"
#include "core/evaluate/likelihood.h"
#include "core/learn/load_training_set.h"
#include "core/learn/reference_lines.h"
#include "core/learn/trainer.h"
#include "tests/core/evaluate/tune_set.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

namespace {

std::vector<TokenSequence> randomPieces(Token symbols, Token end)
{
    const CounterRandom random(6, CounterRandom::Domain::Test);
    std::vector<TokenSequence> pieces(9);
    for (std::uint32_t i = 0; i < pieces.size(); ++i) {
        for (std::uint32_t k = 0; k < 3 + 7 * i; ++k)
            pieces[i].push_back(
                static_cast<Token>(random.below(static_cast<std::uint64_t>(symbols - 1), i, k)));
        pieces[i].push_back(end);
    }
    return pieces;
}

class Silence final : public TrainObserver
{
public:
    void happened(const TrainEvent&) override {}
};

} // namespace

class TestLikelihood : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asTheTrainerJudges_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        QTest::newRow("LSTM") << networkShape("lstm", 1, 48, 0, false, 0, 0);
        QTest::newRow("LSTM with everything") << networkShape("lstm", 2, 37, 11, true, 21, 0);
        QTest::newRow("GRU") << networkShape("gru", 2, 40, 8, false, 0, 0);
        QTest::newRow("LSTM both ways") << bothWays(networkShape("lstm", 1, 24, 0, false, 0, 5));
        QTest::newRow("transformer") << transformerShape(2, 48, 3, 64);
        QTest::newRow("transformer that forgets") << transformerShape(1, 40, 2, 6);
        QTest::newRow("n-gram") << ngramShape(4);
        QTest::newRow("RNN with a window") << networkShape("rnn", 1, 32, 0, false, 0, 6);
    }
    void asTheTrainerJudges()
    {
        QFETCH(NetworkShape, shape);
        const auto encoding = makeEncoding("grid", "{}").value();
        const Vocabulary& vocabulary = encoding->vocabulary();
        const QTemporaryDir folder;
        const std::filesystem::path path = toPath(folder.filePath("model.safetensors"));
        QVERIFY(writeTensorFile(
            path, modelFile(*encoding, shape, randomTensors(shape, vocabulary.size(), 9, 0.4)),
            Overwrite::Refuse));
        const GeneratingModel model = loadModel(path).value();
        const std::vector<TokenSequence> pieces =
            randomPieces(vocabulary.size(), vocabulary.find(SymbolKind::End).value());
        const auto theirs = scoreModel(path, pieces);
        QVERIFY2(theirs, theirs ? "" : theirs.error().text.c_str());
        const TokenStream stream = makeTokenStream(pieces, vocabulary);
        const auto ours = scoreOf(*model.network, vocabulary, stream, 2, {});
        QVERIFY(ours);
        QCOMPARE(ours->steps, theirs->steps);
        QCOMPARE(ours->notes, theirs->notes);
        const auto isNear = [](double a, double b) { return std::abs(a - b) < 1e-5; };
        QVERIFY2(isNear(ours->loss, theirs->loss),
                 qPrintable(QString::number(ours->loss - theirs->loss)));
        QVERIFY(isNear(ours->bitsPerNote.value(), theirs->bitsPerNote.value()));
        QVERIFY(isNear(ours->accuracy, theirs->accuracy));
        QVERIFY(isNear(ours->noteAccuracy, theirs->noteAccuracy));
        // The number of threads changes who goes beside whom, and nothing else.
        for (const unsigned threads : {1U, 3U})
            QCOMPARE(scoreOf(*model.network, vocabulary, stream, threads, {}).value(), *ours);
    }

    void theVocabularyIsTheModelsOwn()
    {
        // The set has fourteen notes, the model knows five of them: what it does not know is left
        // out.
        const QTemporaryDir folder;
        const std::filesystem::path path = makeSet(folder);
        QVERIFY(!path.empty());
        const std::vector<Score> known{scoreOfAbc("C D E F|G4|")};
        const auto encoding = fitEncoding("chord", "{}", known).value();
        const Token size = encoding->vocabulary().size();
        QVERIFY(size < 8);
        const NetworkShape shape = networkShape("gru", 1, 16, 0, false, 0, 0);
        const auto model = modelFromTensors(
            modelFile(*encoding, shape, randomTensors(shape, size, 9, 0.4)), "small");
        QVERIFY2(model, model ? "" : model.error().text.c_str());
        const auto judged = judgeModel(*model, path, Part::Test, 2, {});
        QVERIFY2(judged, judged ? "" : judged.error().text.c_str());
        QCOMPARE(judged->vocabulary, size);
        QVERIFY(judged->score.steps > 0);
        QVERIFY(judged->score.loss > 0);
        QVERIFY(judged->score.loss < 10);
    }

    void progressReachesTheEndAndStops()
    {
        const GeneratingModel model = randomModel("{}", 4);
        const Vocabulary& vocabulary = model.encoding->vocabulary();
        const TokenStream stream = makeTokenStream(
            randomPieces(vocabulary.size(), vocabulary.find(SymbolKind::End).value()), vocabulary);
        std::uint64_t last = 0;
        QVERIFY(scoreOf(*model.network, vocabulary, stream, 2, {},
                        [&](std::uint64_t done, std::uint64_t total) {
                            QVERIFY(done >= last);
                            QCOMPARE(total, static_cast<std::uint64_t>(stream.targets()));
                            last = done;
                        }));
        QCOMPARE(last, static_cast<std::uint64_t>(stream.targets()));

        const CancelToken cancel;
        const auto stopped = scoreOf(*model.network, vocabulary, stream, 2, cancel,
                                     [&](std::uint64_t, std::uint64_t) { cancel.cancel(); });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().id, std::string("base.cancelled"));
    }

    void nothingToJudge()
    {
        const GeneratingModel model = randomModel("{}", 4);
        const auto score = scoreOf(*model.network, model.encoding->vocabulary(), {}, 2, {});
        QVERIFY(score);
        QCOMPARE(*score, PartScore{});
    }

    void aTrainedModelHasTheTrainersFigures_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* const name : {"grid", "abc", "chord", "frame", "event"})
            QTest::newRow(name) << QByteArray(name);
    }
    void aTrainedModelHasTheTrainersFigures()
    {
        QFETCH(const QByteArray, name);
        const QTemporaryDir folder;
        const std::filesystem::path path = makeSet(folder);
        QVERIFY(!path.empty());
        TrainRequest request;
        request.job.network.hidden = 24;
        request.job.network.embedding = 8;
        if (name == "frame")
            request.job.network.head = "ordered-keys";
        request.job.training.epochs = 2;
        request.job.training.threads = 1;
        request.job.training.device = "cpu";
        const auto encoding = makeEncoding(name.toStdString(), "{}").value();
        auto set = loadTrainingSet(path, *encoding, 2, {});
        QVERIFY2(set, set ? "" : set.error().text.c_str());
        request.set = *set;
        request.run = toPath(folder.filePath("run"));
        Silence silence;
        const auto outcome = train(request, silence, TrainControl{}, {});
        QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());

        const GeneratingModel model = loadModel(outcome->model).value();
        const std::map<Part, std::optional<PartScore>> theirs{
            {Part::Train, outcome->train},
            {Part::Validation, outcome->validation},
            {Part::Test, outcome->test}};
        for (const auto& [part, score] : theirs) {
            const auto judged = judgeModel(model, path, part, 2, {});
            QVERIFY2(judged, judged ? "" : judged.error().text.c_str());
            QVERIFY(score);
            QVERIFY2(std::abs(judged->score.loss - score->loss) < 1e-4,
                     qPrintable(QString::number(judged->score.loss - score->loss)));
            QVERIFY(judged->isSetOfTraining);
            QVERIFY(judged->trainerLoss);
            QVERIFY(std::abs(*judged->trainerLoss - score->loss) < 1e-9);
            QCOMPARE(judged->score.steps, score->steps);
            if (part == Part::Validation)
                QCOMPARE(judged->references, outcome->references);
        }

        // Another split: the receipt says nothing of it any more.
        {
            auto dataset = Dataset::open(path, Dataset::Access::Write);
            QVERIFY(dataset);
            SplitSettings settings;
            settings.seed = 9;
            settings.validation = 0;
            settings.test = 0.2;
            QVERIFY(dataset->split(settings));
        }
        const auto other = judgeModel(model, path, Part::Test, 2, {});
        QVERIFY(other);
        QVERIFY(!other->isSetOfTraining);
        QVERIFY(!other->trainerLoss);
        const auto empty = judgeModel(model, path, Part::Validation, 2, {});
        QVERIFY(!empty);
        QCOMPARE(empty.error().id, std::string("evaluate.empty-part"));
        QCOMPARE(empty.error().kind, ErrorKind::Refused);
    }
};

QTEST_APPLESS_MAIN(TestLikelihood)
#include "tst_likelihood.moc"
