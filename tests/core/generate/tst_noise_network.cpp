// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/noise_network.h"
#include "tests/core/generate/hand_made_model.h"
#include "tests/core/generate/noise_case.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <numeric>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

namespace {

constexpr Token kVocabulary = 39;

NetworkShape shapeOf(int layers, int hidden, int noise, int window = 0)
{
    NetworkShape shape;
    shape.kind = "gan";
    shape.layers = layers;
    shape.hidden = hidden;
    shape.noise = noise;
    if (window > 0) {
        shape.prediction = "last-step";
        shape.window = window;
    }
    return shape;
}

std::shared_ptr<const NoiseNetwork> networkOf(const NetworkShape& shape,
                                              const LaneKernels& kernels = fastestKernels())
{
    return NoiseNetwork::make(shape, kVocabulary, randomTensors(shape, kVocabulary, 5, 0.3), "test",
                              kernels)
        .value();
}

/// [step][batch, vocabulary]
std::vector<std::vector<float>>
logitsOf(const NoiseModel& model, const std::vector<std::uint64_t>& numbers, std::size_t steps)
{
    NoiseState state = model.start(numbers);
    std::vector<std::vector<float>> all;
    for (std::size_t step = 0; step < steps; ++step) {
        all.emplace_back(numbers.size() * kVocabulary);
        model.next(state, all.back());
    }
    return all;
}

bool areSame(std::span<const float> a, std::span<const float> b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

} // namespace

class TestNoiseNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void libtorchSaysTheSame_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        QTest::newRow("as the preset has it") << shapeOf(1, 128, 100);
        QTest::newRow("odd widths, two layers") << shapeOf(2, 37, 11);
        QTest::newRow("a window for every symbol") << shapeOf(1, 24, 100, 3);
        QTest::newRow("a window of one, two layers") << shapeOf(2, 16, 5, 1);
    }
    void libtorchSaysTheSame()
    {
        QFETCH(NetworkShape, shape);
        constexpr std::size_t steps = 64;
        const std::vector<std::uint64_t> numbers{7, 8, 123456789};
        const auto network = networkOf(shape);
        const auto ours = logitsOf(*network, numbers, steps);
        const auto tensors = randomTensors(shape, kVocabulary, 5, 0.3);
        const std::size_t reads = shape.window > 0 ? static_cast<std::size_t>(shape.window) : 1;
        const auto width = static_cast<std::size_t>(shape.noise);
        double largest = 0;
        double farthest = 0;
        // In last-step every symbol begins anew.
        for (std::size_t first = 0; first<steps; first += shape.window> 0 ? 1 : steps) {
            const std::size_t time = shape.window > 0 ? reads : steps;
            std::vector<float> noise(time * numbers.size() * width);
            for (std::size_t t = 0; t < time; ++t) {
                for (std::size_t b = 0; b < numbers.size(); ++b)
                    fillWithNoise(numbers[b], static_cast<std::uint32_t>(first * reads + t),
                                  {noise.data() + (t * numbers.size() + b) * width, width});
            }
            const std::vector<float> theirs =
                logitsByLibtorch(shape, tensors, noise, static_cast<std::int64_t>(numbers.size()));
            const std::size_t row = numbers.size() * kVocabulary;
            for (std::size_t t = 0; t < time; ++t) {
                if (shape.window > 0 && t + 1 < time)
                    continue;
                const std::vector<float>& here = ours[shape.window > 0 ? first : t];
                for (std::size_t i = 0; i < row; ++i) {
                    largest = std::max(largest, std::abs(double{here[i]}));
                    farthest = std::max(farthest, std::abs(double{here[i]} - theirs[t * row + i]));
                }
            }
        }
        QVERIFY(largest > 0.5);
        QVERIFY2(farthest < 1e-5, qPrintable(QString::number(farthest)));
    }

    void everyInstructionSetGivesTheSameBits()
    {
        for (const NetworkShape& shape : {shapeOf(2, 37, 100), shapeOf(1, 33, 20, 2)}) {
            const auto slowest =
                logitsOf(*networkOf(shape, *availableKernels().front()), {1, 2}, 40);
            for (const LaneKernels* kernels : availableKernels()) {
                const auto here = logitsOf(*networkOf(shape, *kernels), {1, 2}, 40);
                for (std::size_t step = 0; step < here.size(); ++step)
                    QVERIFY2(areSame(here[step], slowest[step]), kernels->name);
            }
        }
    }

    void aNumberIsOneMelodyWhateverStandsBesideIt()
    {
        const auto network = networkOf(shapeOf(2, 40, 30));
        const auto together = logitsOf(*network, {3, 99, 4, 99}, 70);
        const auto alone = logitsOf(*network, {99}, 70);
        const auto other = logitsOf(*network, {4}, 70);
        for (std::size_t step = 0; step < together.size(); ++step) {
            const std::span<const float> rows(together[step]);
            QVERIFY(areSame(rows.subspan(kVocabulary, kVocabulary), alone[step]));
            QVERIFY(areSame(rows.subspan(3 * kVocabulary, kVocabulary), alone[step]));
            QVERIFY(areSame(rows.subspan(2 * kVocabulary, kVocabulary), other[step]));
            QVERIFY(!areSame(alone[step], other[step]));
        }
    }

    void membersThatLeaveTakeTheirMemoryAlong()
    {
        const auto network = networkOf(shapeOf(2, 24, 16));
        const auto alone = logitsOf(*network, {12}, 30);
        NoiseState state = network->start(std::vector<std::uint64_t>{10, 11, 12});
        std::vector<float> logits(3 * kVocabulary);
        for (int step = 0; step < 10; ++step)
            network->next(state, logits);
        state = network->selected(state, std::vector<std::size_t>{2, 0});
        logits.resize(2 * kVocabulary);
        for (std::size_t step = 10; step < 30; ++step) {
            network->next(state, logits);
            QVERIFY(areSame(std::span(logits).first(kVocabulary), alone[step]));
        }
    }

    void noiseIsNormalAndItsBitsAreFixed()
    {
        std::vector<float> values(100'000);
        fillWithNoise(1, 2, values);
        double mean = 0;
        double square = 0;
        double fourth = 0;
        for (const float value : values) {
            mean += value;
            square += double{value} * value;
            fourth += std::pow(double{value}, 4);
        }
        const auto count = static_cast<double>(values.size());
        QVERIFY(std::abs(mean / count) < 0.015);
        QVERIFY(std::abs(square / count - 1) < 0.02);
        QVERIFY(std::abs(fourth / count - 2.9) < 0.1); // 3 − 1/10 for twelve, 3 for the normal
        // By hand from the 16-bit quarters of the generator's numbers.
        const CounterRandom random(5, CounterRandom::Domain::Noise);
        std::int64_t sum = 0;
        for (std::uint32_t draw = 0; draw < 3; ++draw)
            for (std::uint64_t bits = random.bits(9, 1, draw); bits != 0; bits >>= 16)
                sum += static_cast<std::int64_t>(bits & 0xffff);
        std::vector<float> two(2);
        fillWithNoise(5, 9, two);
        QCOMPARE(two[1],
                 static_cast<float>(static_cast<double>(sum) / 65'536 - 6 * 65'535.0 / 65'536));
    }

    void whatIsMissingIsNamed()
    {
        const NetworkShape shape = shapeOf(1, 8, 4);
        auto tensors = randomTensors(shape, kVocabulary, 5, 0.3);
        tensors.erase("generator.rnn.weight_hh_l0");
        const auto missing =
            NoiseNetwork::make(shape, kVocabulary, tensors, "x.safetensors", fastestKernels());
        QVERIFY(!missing);
        QCOMPARE(missing.error().id, std::string("model.missing-tensor"));
        QVERIFY(missing.error().text.find("generator.rnn.weight_hh_l0") != std::string::npos);
        tensors = randomTensors(shape, kVocabulary, 5, 0.3);
        tensors.erase("discriminator.head.weight"); // generating does not need it
        QVERIFY(NoiseNetwork::make(shape, kVocabulary, tensors, "x", fastestKernels()));
        NetworkShape other = shape;
        other.noise = 5;
        const auto wrong = NoiseNetwork::make(other, kVocabulary, tensors, "x", fastestKernels());
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().id, std::string("model.wrong-shape"));
    }
};

QTEST_APPLESS_MAIN(TestNoiseNetwork)
#include "tst_noise_network.moc"
