// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/voices.h"
#include "core/generate/convolution_network.h"
#include "core/generate/exact_math.h"
#include "core/learn/cell_masks.h"
#include "core/learn/trainer.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

Q_DECLARE_METATYPE(NetworkShape)

namespace {

constexpr int kRows = 47;

/// The same network in plain double precision, straight from the definition in NetworkShape.
class Reference
{
public:
    Reference(const NetworkShape& shape, Token classes,
              const std::map<std::string, Tensor>& tensors)
        : m_shape(shape)
        , m_planes(classes / kRows)
    {
        for (const auto& [name, tensor] : tensors) {
            const std::vector<float> values = floatValues(tensor);
            m_values[name].assign(values.begin(), values.end());
        }
    }

    /// [steps, voices, classes]
    std::vector<double> read(const std::vector<Token>& cells)
    {
        m_steps = static_cast<int>(cells.size() / kVoices);
        const int voices = static_cast<int>(kVoices);
        Planes x(static_cast<std::size_t>(voices * (m_planes + 1)), plane());
        for (int t = 0; t < m_steps; ++t) {
            for (int v = 0; v < voices; ++v) {
                const Token cell = cells[static_cast<std::size_t>(t * voices + v)];
                for (int row = 0; row < kRows; ++row) {
                    for (int k = 0; k < m_planes; ++k)
                        at(x, v * m_planes + k, t, row) = cell == k * kRows + row ? 1 : 0;
                    at(x, voices * m_planes + v, t, row) = cell == kHiddenCell ? 1 : 0;
                }
            }
        }
        x = rectified(layer(0, x));
        for (int l = 1; l < m_shape.layers; ++l) {
            Planes y = rectified(layer(l, x));
            if (m_shape.residual && l + 1 < m_shape.layers) {
                y = layer(++l, y);
                for (std::size_t c = 0; c < y.size(); ++c) {
                    for (std::size_t i = 0; i < y[c].size(); ++i)
                        y[c][i] += x[c][i];
                }
                y = rectified(y);
            }
            x = y;
        }
        const Planes out = convolved(x, m_values["head.weight"], voices * m_planes, 1, 1, false);
        std::vector<double> answer;
        for (int t = 0; t < m_steps; ++t) {
            for (int v = 0; v < voices; ++v) {
                for (int k = 0; k < m_planes; ++k) {
                    for (int row = 0; row < kRows; ++row)
                        answer.push_back(
                            at(out, v * m_planes + k, t, row) +
                            m_values["head.bias"][static_cast<std::size_t>(v * m_planes + k)]);
                }
            }
        }
        return answer;
    }

private:
    using Plane = std::vector<double>;
    using Planes = std::vector<Plane>;

    Plane plane() const { return Plane(static_cast<std::size_t>(m_steps * kRows), 0.0); }
    static std::size_t place(int t, int row) { return static_cast<std::size_t>(t * kRows + row); }
    static double& at(Planes& planes, int c, int t, int row)
    {
        return planes[static_cast<std::size_t>(c)][place(t, row)];
    }
    static double at(const Planes& planes, int c, int t, int row)
    {
        return planes[static_cast<std::size_t>(c)][place(t, row)];
    }

    Planes convolved(const Planes& x, const std::vector<double>& weights, int outputs, int side,
                     int dilation, bool isDepthwise) const
    {
        Planes y(static_cast<std::size_t>(outputs), plane());
        const int inputs = isDepthwise ? 1 : static_cast<int>(x.size());
        for (int o = 0; o < outputs; ++o) {
            for (int c = 0; c < inputs; ++c) {
                for (int i = 0; i < side; ++i) {
                    for (int j = 0; j < side; ++j) {
                        const double weight = weights[static_cast<std::size_t>(
                            ((o * inputs + c) * side + i) * side + j)];
                        for (int t = 0; t < m_steps; ++t) {
                            const int from = t + (i - side / 2) * dilation;
                            if (from < 0 || from >= m_steps)
                                continue;
                            for (int row = 0; row < kRows; ++row) {
                                const int other = row + (j - side / 2) * dilation;
                                if (other >= 0 && other < kRows)
                                    at(y, o, t, row) +=
                                        weight * at(x, isDepthwise ? o : c, from, other);
                            }
                        }
                    }
                }
            }
        }
        return y;
    }

    Planes layer(int l, const Planes& x)
    {
        const std::string name = "layers." + std::to_string(l) + '.';
        const int dilation = convolutionDilation(m_shape, l);
        Planes y = x;
        if (m_shape.separable && l > 0) {
            y = convolved(y, m_values[name + "depth.weight"], m_shape.hidden, 3, dilation, true);
            y = convolved(y, m_values[name + "weight"], m_shape.hidden, 1, 1, false);
        } else {
            y = convolved(y, m_values[name + "weight"], m_shape.hidden, 3, dilation, false);
        }
        for (std::size_t c = 0; c < y.size(); ++c) {
            const auto norm = [&](const char* part) { return m_values[name + "norm." + part][c]; };
            for (double& value : y[c])
                value = (value - norm("running_mean")) / std::sqrt(norm("running_var") + 1e-5) *
                            norm("weight") +
                        norm("bias");
        }
        return y;
    }

    static Planes rectified(Planes x)
    {
        for (Plane& each : x) {
            for (double& value : each)
                value = std::max(value, 0.0);
        }
        return x;
    }

    NetworkShape m_shape;
    int m_planes = 1;
    int m_steps = 0;
    std::map<std::string, std::vector<double>> m_values{};
};

std::vector<Token> randomCells(std::size_t steps, Token classes, std::uint32_t seed)
{
    const CounterRandom random(seed, CounterRandom::Domain::Test);
    std::vector<Token> cells;
    for (std::uint32_t i = 0; i < steps * kVoices; ++i)
        cells.push_back(random.below(3, i, 1) == 0 ? kHiddenCell
                                                   : static_cast<Token>(random.below(
                                                         static_cast<std::uint64_t>(classes), i)));
    return cells;
}

std::vector<float> logitsOf(const MaskedModel& model, const std::vector<Token>& cells)
{
    std::vector<float> logits(cells.size() * static_cast<std::size_t>(model.classes()));
    if (!model.read(cells, logits, {}))
        logits.clear();
    return logits;
}

void addShapes()
{
    QTest::addColumn<NetworkShape>("shape");
    QTest::addColumn<int>("classes");
    QTest::newRow("one layer") << convolutionShape(1, 8, false) << 94;
    QTest::newRow("full, without attacks") << convolutionShape(4, 10, false, 2) << 47;
    QTest::newRow("separable, dilated") << convolutionShape(7, 20, true, 4) << 94;
    QTest::newRow("plain") << convolutionShape(4, 17, true, 1, false) << 94;
    QTest::newRow("wider than a register") << convolutionShape(3, 40, true, 8) << 94;
}

} // namespace

class TestConvolutionNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itComputesItsDefinition_data() { addShapes(); }
    void itComputesItsDefinition()
    {
        QFETCH(NetworkShape, shape);
        QFETCH(int, classes);
        const auto tensors = randomTensors(shape, classes, 4, 0.4);
        const auto model =
            ConvolutionNetwork::make(shape, classes, tensors, "test", fastestKernels());
        QVERIFY(model);
        Reference reference(shape, classes, tensors);
        for (const std::size_t steps : {std::size_t{1}, std::size_t{9}}) {
            const std::vector<Token> cells = randomCells(steps, classes, 3);
            const std::vector<double> expected = reference.read(cells);
            const std::vector<float> found = logitsOf(**model, cells);
            QCOMPARE(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i)
                QVERIFY(std::abs(found[i] - expected[i]) < 1e-4 * (1 + std::abs(expected[i])));
        }
    }

    void theSameBitsOnEveryProcessor_data() { addShapes(); }
    void theSameBitsOnEveryProcessor()
    {
        QFETCH(NetworkShape, shape);
        QFETCH(int, classes);
        const auto tensors = randomTensors(shape, classes, 5, 0.4);
        const std::vector<Token> cells = randomCells(12, classes, 6);
        std::vector<float> first;
        for (const LaneKernels* kernels : availableKernels()) {
            const auto model = ConvolutionNetwork::make(shape, classes, tensors, "test", *kernels);
            const std::vector<float> found = logitsOf(**model, cells);
            if (first.empty())
                first = found;
            QVERIFY2(found == first, kernels->name);
        }
    }

    /// libtorch trains the network and judges it; ours must find the same figure under the same
    /// masks.
    void libtorchAgrees_data() { addShapes(); }
    void libtorchAgrees()
    {
        QFETCH(NetworkShape, shape);
        QFETCH(int, classes);
        const auto encoding =
            makeEncoding("voices", classes == 94 ? "{}" : R"({"attacks": false})").value();
        const TensorFile file = modelFile(*encoding, shape, randomTensors(shape, classes, 7, 0.4));
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.safetensors").toStdString();
        QVERIFY(writeTensorFile(path, file, Overwrite::Refuse));
        const GeneratingModel model = loadModel(path).value();
        QVERIFY(model.masked && !model.network);
        TokenSequence piece = randomCells(20, classes, 8);
        for (Token& cell : piece)
            cell = std::max(cell, 0);
        const auto judged = scoreModel(path, {piece});
        QVERIFY2(judged, judged ? "" : judged.error().text.c_str());

        double loss = 0;
        for (std::size_t k = 0; k < kJudgingMasks; ++k) {
            const std::vector<std::uint8_t> mask = judgingMask(0, k, piece.size());
            std::vector<Token> cells = piece;
            for (std::size_t i = 0; i < cells.size(); ++i)
                cells[i] = mask[i] != 0 ? kHiddenCell : cells[i];
            const std::vector<float> logits = logitsOf(*model.masked, cells);
            double sum = 0;
            double hidden = 0;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (mask[i] == 0)
                    continue;
                const auto own = std::span(logits).subspan(i * static_cast<std::size_t>(classes),
                                                           static_cast<std::size_t>(classes));
                double all = 0;
                for (const float each : own)
                    all += std::exp(double{each});
                sum += std::log(all) - own[static_cast<std::size_t>(piece[i])];
                hidden += 1;
            }
            loss += sum / hidden / kJudgingMasks;
        }
        QVERIFY2(
            std::abs(judged->loss - loss) < 1e-5,
            qPrintable(QString("%1 and %2").arg(judged->loss, 0, 'g', 9).arg(loss, 0, 'g', 9)));
    }

    void hostileFilesAreRefused_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("id");
        QTest::newRow("missing") << 0 << "model.missing-tensor";
        QTest::newRow("shape") << 1 << "model.wrong-shape";
        QTest::newRow("nan") << 2 << "model.not-finite";
        QTest::newRow("classes") << 3 << "model.unknown-network";
        QTest::newRow("kind") << 4 << "model.unknown-network";
    }
    void hostileFilesAreRefused()
    {
        QFETCH(int, what);
        QFETCH(QString, id);
        NetworkShape shape = convolutionShape(3, 8, true, 2);
        auto tensors = randomTensors(shape, 94, 4, 0.4);
        if (what == 0)
            tensors.erase("layers.1.depth.weight");
        if (what == 1)
            tensors["layers.2.norm.bias"] = floatTensor(std::vector<float>(7), {7});
        if (what == 2)
            tensors["head.bias"] =
                floatTensor(std::vector<float>(8, std::numeric_limits<float>::infinity()), {8});
        if (what == 4)
            shape.kind = "lstm";
        const auto model = ConvolutionNetwork::make(shape, what == 3 ? 40 : 94, tensors, "the file",
                                                    fastestKernels());
        QVERIFY(!model);
        QCOMPARE(model.error().id, id.toStdString());
        QVERIFY(model.error().text.find("the file") != std::string::npos);
    }

    void anEncodingOfOtherStepsIsRefused()
    {
        const auto grid = makeEncoding("grid", "{}").value();
        const NetworkShape shape = convolutionShape(1, 8, false);
        const auto model =
            modelFromTensors(modelFile(*grid, shape, randomTensors(shape, 94, 1, 0.4)), "file");
        QVERIFY(!model && model.error().id == "model.unknown-network");
        const auto voices = makeEncoding("voices", "{}").value();
        const NetworkShape lstm = networkShape("lstm", 1, 8, 0, false, 0, 0);
        const auto other =
            modelFromTensors(modelFile(*voices, lstm, randomTensors(lstm, 94, 1, 0.4)), "file");
        QVERIFY(!other && other.error().id == "model.unknown-network");
    }

    void cancelIsObeyed()
    {
        const GeneratingModel model = randomVoicesModel("{}", 3);
        const std::vector<Token> cells(40, kHiddenCell);
        std::vector<float> logits(40 * 94);
        const CancelToken cancel;
        cancel.cancel();
        QVERIFY(!model.masked->read(cells, logits, cancel));
    }
};

QTEST_APPLESS_MAIN(TestConvolutionNetwork)
#include "tst_convolution_network.moc"
