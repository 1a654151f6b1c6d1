// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/generate/lane_buffer.h"
#include "core/generate/lane_kernels.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

using namespace continuo;

namespace {

LaneBuffer randomBuffer(std::size_t count, std::uint32_t which, double scale)
{
    const CounterRandom random(11, CounterRandom::Domain::Test);
    LaneBuffer buffer(count);
    for (std::size_t i = 0; i < count; ++i)
        buffer[i] = static_cast<float>(scale * (2 * random.uniform(which, static_cast<std::uint32_t>(i)) - 1));
    return buffer;
}

bool areSameBits(const LaneBuffer& a, const LaneBuffer& b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

using Function = void (*)(const float*, float*, std::size_t);

} // namespace

class TestLaneKernels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSlowestSetIsAlwaysThere()
    {
        QVERIFY(!availableKernels().empty());
        QVERIFY(fastestKernels().addProducts != nullptr);
#if defined(__x86_64__)
        QCOMPARE(std::string(availableKernels().front()->name), std::string("x86-64"));
#endif
        for (const LaneKernels* kernels : availableKernels())
            qInfo("%s", kernels->name);
    }

    void productsAddUpOnEverySetAndBatchAlike_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("batch");
        for (const int batch : {1, 2, 3, 4, 5, 7, 8, 13}) {
            QTest::addRow("16x16 batch %d", batch) << 16 << 16 << batch;
            QTest::addRow("48x80 batch %d", batch) << 48 << 80 << batch;
            QTest::addRow("128x512 batch %d", batch) << 128 << 512 << batch;
        }
    }
    void productsAddUpOnEverySetAndBatchAlike()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, batch);
        const auto r = static_cast<std::size_t>(rows);
        const auto c = static_cast<std::size_t>(columns);
        const auto b = static_cast<std::size_t>(batch);
        const std::size_t stride = r + kLanes; // rows may stand in a larger block
        const LaneBuffer weights = randomBuffer(r * c, 1, 0.5);
        const LaneBuffer in = randomBuffer(b * c, 2, 1);
        const LaneBuffer start = randomBuffer(b * stride, 3, 1);

        LaneBuffer first;
        for (const LaneKernels* kernels : availableKernels()) {
            LaneBuffer out = start;
            kernels->addProducts(weights.data(), r, c, in.data(), b, out.data(), stride);
            if (first.size() == 0)
                first = out;
            QVERIFY2(areSameBits(out, first), kernels->name);
            // Each member alone gives the same.
            LaneBuffer alone = start;
            for (std::size_t member = 0; member < b; ++member) {
                kernels->addProducts(weights.data(), r, c, in.data() + member * c, 1, alone.data() + member * stride,
                                     stride);
            }
            QVERIFY2(areSameBits(alone, first), kernels->name);
        }
        for (std::size_t member = 0; member < b; ++member) {
            for (std::size_t row = 0; row < r; ++row) {
                double expected = start[member * stride + row];
                double size = std::abs(expected);
                for (std::size_t column = 0; column < c; ++column) {
                    const double product = double{weights[row * c + column]} * in[member * c + column];
                    expected += product;
                    size += std::abs(product);
                }
                QVERIFY(std::abs(first[member * stride + row] - expected) <= 2e-6 * size);
            }
            for (std::size_t behind = r; behind < stride; ++behind)
                QCOMPARE(first[member * stride + behind], start[member * stride + behind]);
        }
    }

    void functionsAreExactAndAlikeOnEverySet_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<double>("tolerance");
        // In units of 2^-24, half a unit in the last place.
        QTest::newRow("exp") << 0 << 2.5;
        QTest::newRow("tanh") << 1 << 4.0;
        QTest::newRow("logistic") << 2 << 4.0;
    }
    void functionsAreExactAndAlikeOnEverySet()
    {
        QFETCH(int, which);
        QFETCH(double, tolerance);
        LaneBuffer in(1 << 16);
        for (std::size_t i = 0; i < in.size(); ++i) {
            const double u = static_cast<double>(i) / static_cast<double>(in.size()) * 2 - 1;
            in[i] = static_cast<float>(which == 1 ? 12 * u * u * u : 80 * u);
        }
        LaneBuffer first;
        for (const LaneKernels* kernels : availableKernels()) {
            const Function function =
                which == 0 ? kernels->exponential : which == 1 ? kernels->hyperbolicTangent : kernels->logistic;
            LaneBuffer out(in.size());
            function(in.data(), out.data(), in.size());
            if (first.size() == 0)
                first = out;
            QVERIFY2(areSameBits(out, first), kernels->name);
        }
        for (std::size_t i = 0; i < in.size(); ++i) {
            const double x = in[i];
            const double expected = which == 0 ? std::exp(x) : which == 1 ? std::tanh(x) : 1 / (1 + std::exp(-x));
            QVERIFY2(std::abs(first[i] - expected) <= tolerance * 0x1p-24 * std::abs(expected),
                     qPrintable(QString::number(x)));
        }
    }

    void functionsStayFiniteFarOut()
    {
        LaneBuffer in(16);
        const float far[] = {0.0F, -0.0F, 1e-30F, -1e-30F, 100.0F, -100.0F, 1e30F, -1e30F};
        std::copy(std::begin(far), std::end(far), in.data());
        for (const LaneKernels* kernels : availableKernels()) {
            LaneBuffer out(16);
            kernels->hyperbolicTangent(in.data(), out.data(), 16);
            QCOMPARE(out[0], 0.0F);
            QVERIFY(std::signbit(out[1]));
            QCOMPARE(out[2], 1e-30F);
            QCOMPARE(out[4], 1.0F);
            QCOMPARE(out[7], -1.0F);
            kernels->logistic(in.data(), out.data(), 16);
            QCOMPARE(out[0], 0.5F);
            QCOMPARE(out[6], 1.0F);
            QVERIFY(out[7] >= 0 && out[7] < 1e-37F);
        }
    }

    void cellsAreAlikeOnEverySet()
    {
        const std::size_t hidden = 48;
        const LaneBuffer fromInput = randomBuffer(4 * hidden, 4, 3);
        const LaneBuffer fromHidden = randomBuffer(4 * hidden, 5, 3);
        const LaneBuffer cellBefore = randomBuffer(hidden, 6, 2);
        const LaneBuffer outputBefore = randomBuffer(hidden, 7, 1);
        std::vector<LaneBuffer> first;
        for (const LaneKernels* kernels : availableKernels()) {
            std::vector<LaneBuffer> results;
            LaneBuffer cell = cellBefore;
            LaneBuffer output = outputBefore;
            kernels->lstmCell(fromInput.data(), fromHidden.data(), hidden, cell.data(), output.data());
            results.push_back(cell);
            results.push_back(output);
            output = outputBefore;
            kernels->gruCell(fromInput.data(), fromHidden.data(), hidden, output.data());
            results.push_back(output);
            kernels->tanhCell(fromInput.data(), fromHidden.data(), hidden, output.data());
            results.push_back(output);
            kernels->scaleAndShift(output.data(), fromInput.data(), fromHidden.data(), hidden);
            results.push_back(output);
            kernels->rectify(output.data(), hidden);
            results.push_back(output);
            if (first.empty())
                first = results;
            for (std::size_t i = 0; i < results.size(); ++i)
                QVERIFY2(areSameBits(results[i], first[i]), kernels->name);
        }
        for (std::size_t i = 0; i < hidden; ++i)
            QVERIFY(first.back()[i] >= 0);
    }

    void theTransformersPartsAreExactAndAlikeOnEverySet_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("positions");
        QTest::newRow("one lane, one key") << 5 << 1;
        QTest::newRow("whole lanes") << 64 << 16;
        QTest::newRow("odd") << 83 << 39;
        QTest::newRow("many keys") << 112 << 513;
    }
    void theTransformersPartsAreExactAndAlikeOnEverySet()
    {
        QFETCH(int, count);
        QFETCH(int, positions);
        const auto n = static_cast<std::size_t>(count);
        const auto p = static_cast<std::size_t>(positions);
        const std::size_t width = paddedToLanes(n);
        const std::size_t stride = 2 * width; // keys and values of two heads, one behind the other
        LaneBuffer in = randomBuffer(width, 1, 3);
        LaneBuffer scale = randomBuffer(width, 2, 1);
        LaneBuffer shift = randomBuffer(width, 3, 1);
        std::fill(in.data() + n, in.data() + width, 0.0F);
        std::fill(scale.data() + n, scale.data() + width, 0.0F);
        std::fill(shift.data() + n, shift.data() + width, 0.0F);
        const LaneBuffer query = randomBuffer(width, 4, 0.5);
        const LaneBuffer keys = randomBuffer(p * stride, 5, 1);
        const LaneBuffer values = randomBuffer(p * stride, 6, 1);

        std::vector<LaneBuffer> first;
        for (const LaneKernels* kernels : availableKernels()) {
            std::vector<LaneBuffer> results(3, LaneBuffer(width));
            kernels->normalise(in.data(), n, width, scale.data(), shift.data(), results[0].data());
            results[1] = in;
            kernels->gelu(results[1].data(), width);
            LaneBuffer weights(p);
            kernels->attend(query.data(), keys.data(), values.data(), p, stride, width,
                            weights.data(), results[2].data());
            LaneBuffer inPlace = in;
            kernels->normalise(inPlace.data(), n, width, scale.data(), shift.data(),
                               inPlace.data());
            QVERIFY(areSameBits(inPlace, results[0]));
            if (first.empty())
                first = results;
            for (std::size_t i = 0; i < results.size(); ++i)
                QVERIFY2(areSameBits(results[i], first[i]), kernels->name);
        }

        double mean = 0;
        double variance = 0;
        for (std::size_t i = 0; i < n; ++i)
            mean += in[i] / static_cast<double>(n);
        for (std::size_t i = 0; i < n; ++i)
            variance += (in[i] - mean) * (in[i] - mean) / static_cast<double>(n);
        std::vector<double> likely;
        double sum = 0;
        for (std::size_t at = 0; at < p; ++at) {
            double score = 0;
            for (std::size_t i = 0; i < width; ++i)
                score += double{query[i]} * keys[at * stride + i];
            likely.push_back(std::exp(score));
            sum += likely.back();
        }
        for (std::size_t i = 0; i < width; ++i) {
            const double x = in[i];
            const double normed =
                i < n ? (x - mean) / std::sqrt(variance + 1e-5) * scale[i] + shift[i] : 0;
            QVERIFY(std::abs(first[0][i] - normed) < 3e-6);
            const double gelu =
                x / 2 *
                (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
            QVERIFY(std::abs(first[1][i] - gelu) < 2e-6);
            double seen = 0;
            for (std::size_t at = 0; at < p; ++at)
                seen += likely[at] / sum * values[at * stride + i];
            QVERIFY(std::abs(first[2][i] - seen) < 3e-6);
        }
    }
};

QTEST_APPLESS_MAIN(TestLaneKernels)
#include "tst_lane_kernels.moc"
