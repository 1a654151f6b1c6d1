// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/exact_math.h"
#include "core/learn/trainer.h"
#include "tests/core/generate/note_models.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

namespace {

std::vector<float> answerAfter(const NoteModel& model, std::span<const float> notes)
{
    NoteState state = model.start(1);
    std::vector<float> answer(model.noteWidth());
    model.read(state, notes, answer, {});
    return answer;
}

bool areSameBits(std::span<const float> a, std::span<const float> b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

/// −ln softmax at `pitch`.
double natsOf(std::span<const float> answer, Token pitch)
{
    double sum = 0;
    for (const float logit : answer.first(kNotePitches))
        sum += std::exp(double{logit});
    return std::log(sum) - double{answer[static_cast<std::size_t>(pitch)]};
}

} // namespace

class TestNoteModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void networks_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        QTest::addColumn<bool>("keepsVelocity");
        QTest::newRow("LSTM with a window") << noteShape("lstm", 1, 32, 6) << false;
        QTest::newRow("two LSTM with ReLU heads")
            << noteShape("lstm", 2, 37, 5, "note-relu") << false;
        QTest::newRow("LSTM of every step, velocity") << noteShape("lstm", 1, 24, 0) << true;
        QTest::newRow("GRU") << noteShape("gru", 2, 20, 7) << true;
        QTest::newRow("RNN") << noteShape("rnn", 1, 33, 0) << false;
    }

    /// libtorch and our kernels say the same of every next note, to 1e-5.
    void libtorchAgrees_data() { networks_data(); }
    void libtorchAgrees()
    {
        QFETCH(NetworkShape, shape);
        QFETCH(bool, keepsVelocity);
        const std::string options = keepsVelocity ? R"({"velocity": "kept"})" : "{}";
        const std::size_t width = keepsVelocity ? 4 : 3;
        const TensorFile file = noteModelFile(options, shape, 4, 0.3);
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.safetensors").toStdString();
        QVERIFY(writeTensorFile(path, file, Overwrite::Refuse));
        const GeneratingModel model = noteModel(file);

        const std::vector<Token> piece = someNotes(10, width);
        const std::vector<float> vectors = vectorsOf(piece, width);
        std::vector<double> before(4, 0.0);
        for (std::size_t count = 2; count * width <= piece.size(); ++count) {
            const std::vector<float> answer = answerAfter(
                *model.notes, std::span(vectors).first((count - 1) * model.notes->noteWidth()));
            const auto note = std::span(piece).subspan((count - 1) * width, width);
            const auto score = scoreModel(
                path, {TokenSequence(piece.begin(),
                                     piece.begin() + static_cast<std::ptrdiff_t>(count * width))});
            QVERIFY2(score, score ? "" : score.error().text.c_str());
            // The loss is a mean over the notes: the last one's share is the difference of sums.
            const auto steps = static_cast<double>(count - 1);
            std::vector<double> sums{score->loss * steps, score->more.at("stepLoss") * steps,
                                     score->more.at("durationLoss") * steps};
            std::vector<double> ours{natsOf(answer, note[0])};
            for (std::size_t i = 1; i < width; ++i) {
                const double unit = i < 3 ? 96 : 127;
                const double apart = double{answer[kNotePitches + i - 1]} - note[i] / unit;
                ours.push_back(apart * apart);
            }
            if (keepsVelocity)
                sums.push_back(score->more.at("velocityLoss") * steps);
            QCOMPARE(score->more.contains("velocityLoss"), keepsVelocity);
            for (std::size_t i = 0; i < sums.size(); ++i) {
                QVERIFY2(
                    std::abs(sums[i] - before[i] - ours[i]) < 1e-5 * std::max(1.0, sums[i]),
                    qPrintable(QStringLiteral("%1: %2").arg(i).arg(sums[i] - before[i] - ours[i])));
                before[i] = sums[i];
            }
        }
    }

    void everyInstructionSetGivesTheSameBits_data() { networks_data(); }
    void everyInstructionSetGivesTheSameBits()
    {
        QFETCH(NetworkShape, shape);
        QFETCH(bool, keepsVelocity);
        const std::string options = keepsVelocity ? R"({"velocity": "kept"})" : "{}";
        const std::size_t width = keepsVelocity ? 4 : 3;
        const TensorFile file = noteModelFile(options, shape, 4, 0.3);
        const std::vector<float> notes = vectorsOf(someNotes(12, width), width);
        const GeneratingModel first = noteModel(file, *availableKernels().front());
        const std::vector<float> expected = answerAfter(*first.notes, notes);
        for (const LaneKernels* const kernels : availableKernels()) {
            const GeneratingModel model = noteModel(file, *kernels);
            QVERIFY2(areSameBits(answerAfter(*model.notes, notes), expected), kernels->name);
        }
    }

    /// In one call or note by note, alone or in a batch.
    void membersOfABatchReadAsTheyWouldAlone_data() { networks_data(); }
    void membersOfABatchReadAsTheyWouldAlone()
    {
        QFETCH(NetworkShape, shape);
        QFETCH(bool, keepsVelocity);
        const std::string options = keepsVelocity ? R"({"velocity": "kept"})" : "{}";
        const std::size_t width = keepsVelocity ? 4 : 3;
        const GeneratingModel model = noteModel(noteModelFile(options, shape, 4, 0.3));
        const std::size_t noteWidth = model.notes->noteWidth();
        constexpr std::size_t batch = 3;
        constexpr std::size_t steps = 9;
        std::vector<std::vector<float>> pieces;
        for (std::uint32_t b = 0; b < batch; ++b)
            pieces.push_back(vectorsOf(someNotes(steps, width, b), width));
        NoteState state = model.notes->start(batch);
        std::vector<float> answers(batch * noteWidth);
        for (std::size_t step = 0; step < steps; ++step) {
            std::vector<float> now;
            for (const auto& piece : pieces) {
                const auto note = std::span(piece).subspan(step * noteWidth, noteWidth);
                now.insert(now.end(), note.begin(), note.end());
            }
            QVERIFY(model.notes->read(state, now, answers, {}));
        }
        for (std::size_t b = 0; b < batch; ++b)
            QVERIFY(areSameBits(std::span(answers).subspan(b * noteWidth, noteWidth),
                                answerAfter(*model.notes, pieces[b])));
        // Chosen members go on as they were.
        const std::vector<std::size_t> chosen{2, 0};
        NoteState some = model.notes->selected(state, chosen);
        std::vector<float> next;
        for (const std::size_t member : chosen)
            next.insert(next.end(), pieces[member].begin(),
                        pieces[member].begin() + static_cast<std::ptrdiff_t>(noteWidth));
        std::vector<float> after(2 * noteWidth);
        QVERIFY(model.notes->read(some, next, after, {}));
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            std::vector<float> all = pieces[chosen[i]];
            all.insert(all.end(), all.begin(),
                       all.begin() + static_cast<std::ptrdiff_t>(noteWidth));
            QVERIFY(areSameBits(std::span(after).subspan(i * noteWidth, noteWidth),
                                answerAfter(*model.notes, all)));
        }
    }

    void aWindowForgetsWhatIsBefore()
    {
        const GeneratingModel model =
            noteModel(noteModelFile("{}", noteShape("lstm", 1, 16, 4), 4, 0.3));
        const std::vector<float> all = vectorsOf(someNotes(9, 3), 3);
        QCOMPARE(model.notes->window(), std::size_t{4});
        QVERIFY(areSameBits(
            answerAfter(*model.notes, all),
            answerAfter(*model.notes, std::span(all).last(4 * model.notes->noteWidth()))));
        QVERIFY(!areSameBits(
            answerAfter(*model.notes, all),
            answerAfter(*model.notes, std::span(all).last(3 * model.notes->noteWidth()))));
    }

    void reluHeadsSayNothingBelowZero()
    {
        const TensorFile file =
            noteModelFile("{}", noteShape("lstm", 1, 16, 4, "note-relu"), 4, 0.3);
        const std::vector<float> answer =
            answerAfter(*noteModel(file).notes, vectorsOf(someNotes(4, 3), 3));
        QVERIFY(std::ranges::count(answer, 0.0F) > 20);
        QVERIFY(*std::ranges::min_element(answer) == 0.0F);
    }

    void whatDoesNotFitIsRefused_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        QTest::newRow("head") << networkShape("lstm", 1, 16, 0, false, 0, 4);
        QTest::newRow("both ways") << bothWays(noteShape("lstm", 1, 16, 4));
    }
    void whatDoesNotFitIsRefused()
    {
        QFETCH(NetworkShape, shape);
        const auto model = modelFromTensors(noteModelFile("{}", shape, 1, 0.1), "hand-made");
        QVERIFY(!model);
        QCOMPARE(model.error().id, std::string("model.unknown-network"));
        QCOMPARE(checkNetworkFits("note", shape).error().id, std::string("network.does-not-fit"));
    }

    void aHeadOfNotesReadsNoSymbols()
    {
        const NetworkShape shape = noteShape("lstm", 1, 16, 4);
        QCOMPARE(checkNetworkFits("grid", shape).error().id, std::string("network.does-not-fit"));
        QVERIFY(checkNetworkFits("note", shape));
    }
};

QTEST_APPLESS_MAIN(TestNoteModel)
#include "tst_note_model.moc"
