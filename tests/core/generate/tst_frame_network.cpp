// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/frame_network.h"
#include "tests/core/generate/frame_checks.h"

#include <QTest>

#include <cstring>
#include <memory>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

namespace {

std::shared_ptr<const FrameNetwork> networkOf(const NetworkShape& shape,
                                              const LaneKernels& kernels = fastestKernels())
{
    return FrameNetwork::make(shape, frameTensors(shape, 5, 0.3), "test", kernels).value();
}

void shapes()
{
    QTest::addColumn<NetworkShape>("shape");
    QTest::newRow("LSTM") << frameShape("lstm", "keys", 1, 64, 0);
    QTest::newRow("LSTM of odd width, laid out") << frameShape("lstm", "keys", 2, 37, 11);
    NetworkShape withMore = frameShape("lstm", "ordered-keys", 1, 24, 0, 9);
    withMore.batchNorm = true;
    withMore.dense = 13;
    QTest::newRow("LSTM, ordered, with norm and dense layer") << withMore;
    QTest::newRow("GRU") << frameShape("gru", "keys", 2, 20, 0);
    QTest::newRow("RNN") << frameShape("rnn", "keys", 1, 33, 7);
    QTest::newRow("LSTM, ordered") << frameShape("lstm", "ordered-keys", 1, 48, 0);
    QTest::newRow("LSTM, ordered, of odd widths")
        << frameShape("lstm", "ordered-keys", 2, 21, 9, 5);
    QTest::newRow("GRU, ordered") << frameShape("gru", "ordered-keys", 1, 32, 0, 17);
}

std::vector<float> logitsAfter(const FrameNetwork& network, const std::vector<FrameKeys>& frames,
                               const FrameKeys& next)
{
    ModelState state = network.start(1);
    std::vector<float> said(network.outputs());
    network.read(state, frames, said, {});
    return logitsOf(network, said, next);
}

bool areSameBits(const std::vector<float>& a, const std::vector<float>& b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

} // namespace

class TestFrameNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithDoublePrecision_data() { shapes(); }
    void agreesWithDoublePrecision()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        ReferenceFrames reference(shape, frameTensors(shape, 5, 0.3));
        const std::vector<FrameKeys> frames = someFrames(30);
        ModelState state = network->start(1);
        std::vector<float> said(network->outputs());
        for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
            QVERIFY(network->read(state, std::span(&frames[i], 1), said, {}));
            reference.read(frames[i]);
            const std::vector<float> found = logitsOf(*network, said, frames[i + 1]);
            const std::vector<double> expected = reference.logits(frames[i + 1]);
            for (std::size_t key = 0; key < kFrameKeys; ++key)
                QVERIFY2(std::abs(found[key] - expected[key]) < 1e-5,
                         qPrintable(QString::number(found[key] - expected[key])));
        }
    }

    void keysAboveDependOnKeysBelowOnly()
    {
        const FrameKeys none;
        FrameKeys one;
        one.set(40);
        const auto before = someFrames(5);
        const auto alone = networkOf(frameShape("lstm", "keys", 1, 32, 0));
        QVERIFY(areSameBits(logitsAfter(*alone, before, none), logitsAfter(*alone, before, one)));
        const auto ordered = networkOf(frameShape("lstm", "ordered-keys", 1, 32, 0));
        const std::vector<float> without = logitsAfter(*ordered, before, none);
        const std::vector<float> with = logitsAfter(*ordered, before, one);
        for (std::size_t key = 0; key < kFrameKeys; ++key)
            QCOMPARE(without[key] == with[key], key <= 40);
    }

    void everyInstructionSetGivesTheSameBits_data() { shapes(); }
    void everyInstructionSetGivesTheSameBits()
    {
        QFETCH(NetworkShape, shape);
        const std::vector<FrameKeys> frames = someFrames(80);
        const FrameKeys next = someFrames(1, 9).front();
        const std::vector<float> expected =
            logitsAfter(*networkOf(shape, *availableKernels().front()), frames, next);
        for (const LaneKernels* kernels : availableKernels())
            QVERIFY2(areSameBits(logitsAfter(*networkOf(shape, *kernels), frames, next), expected),
                     kernels->name);
    }

    void membersDoNotDependOnTheirBatch_data() { shapes(); }
    void membersDoNotDependOnTheirBatch()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        constexpr std::size_t batch = 5;
        constexpr std::size_t steps = 12;
        std::vector<FrameKeys> frames; // [time, batch]
        for (std::size_t step = 0; step <= steps; ++step) {
            for (std::uint32_t b = 0; b < batch; ++b)
                frames.push_back(someFrames(steps + 1, b + 1)[step]);
        }
        ModelState state = network->start(batch);
        std::vector<float> said(batch * network->outputs());
        QVERIFY(network->read(state, std::span(frames).first(batch * steps), said, {}));
        const FrameKeys next = someFrames(1, 9).front();
        for (std::uint32_t b = 0; b < batch; ++b)
            QVERIFY(areSameBits(logitsOf(*network, said, next, b),
                                logitsAfter(*network, someFrames(steps, b + 1), next)));
        const std::vector<std::size_t> chosen{3, 0, 3};
        ModelState some = network->selected(state, chosen);
        std::vector<FrameKeys> more;
        for (const std::size_t member : chosen)
            more.push_back(frames[batch * steps + member]);
        said.resize(chosen.size() * network->outputs());
        QVERIFY(network->read(some, more, said, {}));
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const auto whole = someFrames(steps + 1, static_cast<std::uint32_t>(chosen[i] + 1));
            QVERIFY(
                areSameBits(logitsOf(*network, said, next, i), logitsAfter(*network, whole, next)));
        }
    }

    void cancelledReadingSaysSo()
    {
        const auto network = networkOf(frameShape("lstm", "keys", 1, 16, 0));
        CancelToken cancel;
        cancel.cancel();
        ModelState state = network->start(1);
        std::vector<float> said(network->outputs());
        QVERIFY(!network->read(state, someFrames(3), said, cancel));
    }

    void damagedModelsAreRefused_data()
    {
        QTest::addColumn<QString>("tensor");
        for (const char* name : {"rnn.weight_ih_l0", "rnn.bias_hh_l1", "head.weight",
                                 "ordered.direct", "ordered.heard", "ordered.said"})
            QTest::newRow(name) << name;
    }
    void damagedModelsAreRefused()
    {
        QFETCH(QString, tensor);
        const std::string name = tensor.toStdString();
        const NetworkShape shape = frameShape("lstm", "ordered-keys", 2, 16, 0);
        const auto make = [&](const std::map<std::string, Tensor>& tensors) {
            return FrameNetwork::make(shape, tensors, "test", fastestKernels());
        };
        auto missing = frameTensors(shape, 5, 0.3);
        QVERIFY(make(missing));
        missing.erase(name);
        QCOMPARE(make(missing).error().id, std::string("model.missing-tensor"));
        auto wrong = frameTensors(shape, 5, 0.3);
        wrong[name].shape.push_back(1);
        QCOMPARE(make(wrong).error().id, std::string("model.wrong-shape"));
    }

    void otherNetworksAreRefused()
    {
        for (const char* what : {"window", "head", "kind"}) {
            NetworkShape shape = frameShape("lstm", "keys", 1, 16, 0);
            const std::string name = what;
            if (name == "window")
                shape.prediction = "last-step";
            else if (name == "head")
                shape.head = "softmax";
            else
                shape.kind = "transformer";
            QCOMPARE(FrameNetwork::make(shape,
                                        frameTensors(frameShape("lstm", "keys", 1, 16, 0), 1, 0.3),
                                        "test", fastestKernels())
                         .error()
                         .id,
                     std::string("model.unknown-network"));
        }
    }
};

QTEST_APPLESS_MAIN(TestFrameNetwork)
#include "tst_frame_network.moc"
