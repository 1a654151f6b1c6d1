// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/voices.h"
#include "core/learn/card.h"
#include "core/learn/reference_lines.h"
#include "core/learn/trainer.h"
#include "core/weights/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <functional>
#include <vector>

using namespace continuo;

namespace {

/// Four bars of chords that change every quarter; `turn` says with which it begins.
TokenSequence chords(std::size_t turn)
{
    constexpr Token roots[] = {36, 41, 43, 45};
    TokenSequence piece;
    for (std::size_t i = 0; i < 16; ++i) {
        const Token root = roots[(i + turn) % 4] - VoicesEncoding::kLow;
        for (Token step = 0; step < 2; ++step) {
            const Token held = step * VoicesEncoding::kRows;
            for (const Token interval : {31, 28, 24, 12})
                piece.push_back(root + interval + held);
        }
    }
    return piece;
}

TrainingSet chordSet()
{
    const auto encoding = makeEncoding("voices", "{}").value();
    TrainingSet set = emptyTrainingSet(*encoding);
    set.source = "test";
    for (std::size_t i = 0; i < 6; ++i)
        set.train.push_back(chords(i));
    set.train.back().resize(7 * kVoices); // shorter than a crop
    set.validation = {chords(1)};
    set.test = {chords(2)};
    return set;
}

TrainJob smallJob()
{
    TrainJob job;
    job.preset = "small";
    job.encoding = "voices";
    job.network.kind = "conv";
    job.network.layers = 4;
    job.network.hidden = 12;
    job.network.dilation = 2;
    job.network.separable = true;
    job.training.epochs = 2;
    job.training.batch = 4;
    job.training.sequence = 8;
    job.training.learningRate = 0.01;
    job.training.logEvery = 1;
    job.training.threads = 1;
    job.training.precision = "float32";
    job.training.device = "cpu";
    return job;
}

class Story final : public TrainObserver
{
public:
    std::function<void(const TrainEvent&)> react{};
    void happened(const TrainEvent& event) override
    {
        if (react)
            react(event);
    }
};

} // namespace

class TestMaskedLearner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesOfVoicesByHand()
    {
        // Two voices of three symbols: 0 1 0 1 and 2 2 2 2 to count, 0 1 and 2 0 to judge.
        TokenStream train =
            makeTokenStream(std::vector<TokenSequence>{{0, 2, 1, 2, 0, 2, 1, 2}}, Vocabulary(), 2);
        TokenStream part =
            makeTokenStream(std::vector<TokenSequence>{{0, 2, 1, 0}}, Vocabulary(), 2);
        const ReferenceLines lines = voiceReferenceLines(train, part, 3);
        QVERIFY(std::abs(lines.uniform - std::log(3.0)) < 1e-12);
        // Voice 0: 3/7 and 3/7; voice 1: 5/7 and 1/7.
        const double unigram = -(2 * std::log(3.0 / 7) + std::log(5.0 / 7) + std::log(1.0 / 7)) / 4;
        QVERIFY(std::abs(lines.unigram - unigram) < 1e-12);
        // After 0 comes 1 twice of twice, one kind: (2 + 3/7) / 3; after 2 never 0: (1/7) / 4.
        const double bigram = -(std::log(3.0 / 7) + std::log((2 + 3.0 / 7) / 3) +
                                std::log(5.0 / 7) + std::log(1.0 / 7 / 4)) /
                              4;
        QVERIFY(std::abs(lines.bigram - bigram) < 1e-12);
    }

    void cropsDoNotRunFromOnePieceIntoTheNext()
    {
        const QTemporaryDir folder;
        const std::filesystem::path run =
            std::filesystem::path(folder.path().toStdString()) / "run";
        TrainJob job = smallJob();
        job.training.acrossPieces = true;
        Story story;
        const Result<TrainOutcome> outcome =
            train({job, chordSet(), run, Overwrite::Refuse, {}}, story, {}, {});
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().id, std::string("train.cannot-cross"));
        const QString words = QString::fromStdString(outcome.error().text);
        QVERIFY2(words.contains("conv") && words.contains("training.acrossPieces"),
                 qPrintable(words));
        QVERIFY(!std::filesystem::exists(run));
    }

    void aNetworkThatSaysNothingIsUniform()
    {
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("model.safetensors").toStdString();
        TrainJob job = smallJob();
        const TrainingSet set = chordSet();
        Story story;
        TrainRequest request{job,
                             set,
                             std::filesystem::path(folder.path().toStdString()) / "run",
                             Overwrite::Refuse,
                             {}};
        QVERIFY(train(request, story, {}, {}));
        TensorFile model = readTensorFile(request.run / "best.safetensors").value();
        for (const char* name : {"head.weight", "head.bias"})
            std::ranges::fill(model.tensors[name].bytes, std::byte{});
        QVERIFY(writeTensorFile(file, model, Overwrite::Replace));
        const auto score = scoreModel(file, set.validation);
        QVERIFY(score);
        QCOMPARE(score->steps, std::uint64_t{32 * kVoices});
        QVERIFY(std::abs(score->loss - std::log(94.0)) < 1e-6);
        QVERIFY(std::abs(score->bitsPerNote.value() - std::log2(46.0)) < 1e-6);
    }

    void chordsAreLearnt_data()
    {
        QTest::addColumn<bool>("separable");
        QTest::addColumn<bool>("residual");
        QTest::addColumn<QString>("precision");
        QTest::newRow("separable, residual") << true << true << "float32";
        QTest::newRow("full, plain") << false << false << "float32";
        QTest::newRow("bfloat16") << true << true << "bfloat16";
    }
    void chordsAreLearnt()
    {
        QFETCH(bool, separable);
        QFETCH(bool, residual);
        QFETCH(QString, precision);
        TrainJob job = smallJob();
        job.network.separable = separable;
        job.network.residual = residual;
        job.training.precision = precision.toStdString();
        job.training.epochs = 16;
        job.training.learningRate = 0.02;
        job.training.samples = false;
        const QTemporaryDir folder;
        Story story;
        const TrainRequest request{job,
                                   chordSet(),
                                   std::filesystem::path(folder.path().toStdString()) / "run",
                                   Overwrite::Refuse,
                                   {}};
        const auto outcome = train(request, story, {}, {});
        QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
        QVERIFY(outcome->validation && outcome->test);
        const QString found = QStringLiteral("%1 of %2, %3 right")
                                  .arg(outcome->validation->loss)
                                  .arg(outcome->references.unigram)
                                  .arg(outcome->validation->accuracy);
        QVERIFY2(outcome->validation->loss < 0.8 * outcome->references.unigram, qPrintable(found));
        QVERIFY2(outcome->validation->accuracy > 0.4, qPrintable(found));
        QVERIFY(outcome->validation->noteAccuracy > 0.2);
    }

    void resumingEqualsNotStopping_data()
    {
        QTest::addColumn<int>("stopAt");
        QTest::addColumn<int>("transpose");
        QTest::newRow("in the first epoch") << 2 << 0;
        QTest::newRow("later, moved") << 9 << 3;
    }
    void resumingEqualsNotStopping()
    {
        QFETCH(int, stopAt);
        QFETCH(int, transpose);
        TrainJob job = smallJob();
        job.training.epochs = 3;
        job.training.transposeDown = transpose;
        job.training.transposeUp = transpose;
        job.training.schedule = "plateau";
        job.training.plateauPatience = 1;
        job.network.dropout = 0.1;
        job.training.samples = false;
        const TrainingSet set = chordSet();
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        Story quiet;
        QVERIFY(train({job, set, root / "whole", Overwrite::Refuse, {}}, quiet, {}, {}));
        Story story;
        const CancelToken cancel;
        story.react = [&](const TrainEvent& event) {
            if (event.step == stopAt)
                cancel.cancel();
        };
        const auto stopped =
            train({job, set, root / "parts", Overwrite::Refuse, {}}, story, {}, cancel);
        QVERIFY(stopped && stopped->reason == "stopped");
        QVERIFY(resumeTraining(root / "parts", 0, {}, quiet, {}, {}));
        const auto whole = readTensorFile(root / "whole" / "last.safetensors").value().tensors;
        const auto parts = readTensorFile(root / "parts" / "last.safetensors").value().tensors;
        QVERIFY(whole.size() > 20);
        QVERIFY(whole == parts);
    }

    void whatDoesNotFitIsRefused()
    {
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        Story story;
        TrainJob job = smallJob();
        job.network.kind = "lstm";
        auto outcome = train({job, chordSet(), root / "a", Overwrite::Refuse, {}}, story, {}, {});
        QVERIFY(!outcome && outcome.error().id == "network.does-not-fit");
        job = smallJob();
        TrainingSet set = chordSet();
        set.encoding = "grid";
        outcome = train({job, set, root / "b", Overwrite::Refuse, {}}, story, {}, {});
        QVERIFY(!outcome && outcome.error().id == "network.does-not-fit");
    }
};

QTEST_APPLESS_MAIN(TestMaskedLearner)
#include "tst_masked_learner.moc"
