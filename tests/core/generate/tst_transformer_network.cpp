// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/transformer_network.h"
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

std::map<std::string, Tensor> tensorsOf(const NetworkShape& shape)
{
    return randomTensors(shape, kVocabulary, 5, 0.2);
}

std::shared_ptr<const TransformerNetwork> networkOf(const NetworkShape& shape,
                                                    const LaneKernels& kernels = fastestKernels())
{
    auto made = TransformerNetwork::make(shape, kVocabulary, tensorsOf(shape), "test", kernels);
    return made ? *made : nullptr;
}

/// The same network in plain double precision, straight from the definitions; every call computes a
/// whole window.
class ReferenceTransformer
{
public:
    using Vector = std::vector<double>;

    explicit ReferenceTransformer(const NetworkShape& shape)
        : m_shape(shape)
    {
        for (const auto& [name, tensor] : tensorsOf(shape)) {
            const std::vector<float> values = floatValues(tensor);
            m_values[name].assign(values.begin(), values.end());
        }
    }

    Vector logits(const std::vector<Token>& window)
    {
        const auto width = static_cast<std::size_t>(m_shape.hidden);
        const auto heads = static_cast<std::size_t>(m_shape.heads);
        const std::size_t d = width / heads;
        std::vector<Vector> stream;
        for (const Token token : window) {
            const auto row = m_values["embedding.weight"].begin() + token * m_shape.hidden;
            stream.emplace_back(row, row + m_shape.hidden);
        }
        for (int l = 0; l < m_shape.layers; ++l) {
            const std::string block = "blocks." + std::to_string(l) + '.';
            std::vector<Vector> parts;
            for (std::size_t t = 0; t < stream.size(); ++t) {
                parts.push_back(affine(block + "qkv", norm(block + "norm1", stream[t])));
                for (std::size_t part = 0; part < 2 * heads; ++part) {
                    for (std::size_t i = 0; i < d / 2; ++i) {
                        const double angle =
                            static_cast<double>(t) *
                            std::pow(10000.0, -2 * static_cast<double>(i) / static_cast<double>(d));
                        double& a = parts[t][part * d + i];
                        double& b = parts[t][part * d + i + d / 2];
                        const double turned = a * std::cos(angle) - b * std::sin(angle);
                        b = b * std::cos(angle) + a * std::sin(angle);
                        a = turned;
                    }
                }
            }
            for (std::size_t t = 0; t < stream.size(); ++t) {
                Vector seen(width, 0.0);
                for (std::size_t head = 0; head < heads; ++head) {
                    Vector weights;
                    double sum = 0;
                    for (std::size_t p = 0; p <= t; ++p) {
                        double score = 0;
                        for (std::size_t i = 0; i < d; ++i)
                            score += parts[t][head * d + i] * parts[p][width + head * d + i];
                        weights.push_back(std::exp(score / std::sqrt(static_cast<double>(d))));
                        sum += weights.back();
                    }
                    for (std::size_t p = 0; p <= t; ++p) {
                        for (std::size_t i = 0; i < d; ++i)
                            seen[head * d + i] +=
                                weights[p] / sum * parts[p][2 * width + head * d + i];
                    }
                }
                add(stream[t], affine(block + "out", seen));
            }
            for (Vector& x : stream) {
                Vector inner = affine(block + "up", norm(block + "norm2", x));
                for (double& value : inner)
                    value = value / 2 *
                            (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) *
                                           (value + 0.044715 * value * value * value)));
                add(x, affine(block + "down", inner));
            }
        }
        return affine("head", norm("norm", stream.back()));
    }

private:
    Vector affine(const std::string& name, const Vector& x)
    {
        Vector result = m_values[name + ".bias"];
        const Vector& w = m_values[name + ".weight"];
        for (std::size_t row = 0; row < result.size(); ++row) {
            for (std::size_t column = 0; column < x.size(); ++column)
                result[row] += w[row * x.size() + column] * x[column];
        }
        return result;
    }

    Vector norm(const std::string& name, const Vector& x)
    {
        double mean = 0;
        double variance = 0;
        for (const double value : x)
            mean += value / static_cast<double>(x.size());
        for (const double value : x)
            variance += (value - mean) * (value - mean) / static_cast<double>(x.size());
        Vector result = m_values[name + ".bias"];
        for (std::size_t i = 0; i < x.size(); ++i)
            result[i] += (x[i] - mean) / std::sqrt(variance + 1e-5) * m_values[name + ".weight"][i];
        return result;
    }

    static void add(Vector& to, const Vector& what)
    {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] += what[i];
    }

    NetworkShape m_shape;
    std::map<std::string, Vector> m_values;
};

void shapes()
{
    QTest::addColumn<NetworkShape>("shape");
    QTest::newRow("whole lanes") << transformerShape(2, 64, 4, 256);
    QTest::newRow("odd widths") << transformerShape(2, 36, 3, 256, 3);
    QTest::newRow("one head") << transformerShape(1, 10, 1, 256, 1);
    QTest::newRow("wide heads") << transformerShape(1, 160, 2, 256, 1);
    QTest::newRow("forgets") << transformerShape(2, 48, 3, 16);
    QTest::newRow("forgets at odd places") << transformerShape(3, 24, 2, 7);
    QTest::newRow("forgets at once") << transformerShape(1, 24, 2, 2);
}

} // namespace

class TestTransformerNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithDoublePrecision_data() { shapes(); }
    void agreesWithDoublePrecision()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        QVERIFY(network);
        const std::vector<Token> tokens = someTokens(40);
        ReferenceTransformer reference(shape);
        ModelState state = network->start(1);
        std::vector<float> logits(kVocabulary);
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            QVERIFY(network->read(state, std::span(&tokens[i], 1), logits, {}));
            const std::size_t start = contextStart(i, static_cast<std::size_t>(shape.context));
            const std::vector<double> expected =
                reference.logits({tokens.begin() + static_cast<std::ptrdiff_t>(start),
                                  tokens.begin() + static_cast<std::ptrdiff_t>(i + 1)});
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

    void whatIsKeptIsWhatWouldBeComputedAgain_data() { shapes(); }
    void whatIsKeptIsWhatWouldBeComputedAgain()
    {
        QFETCH(NetworkShape, shape);
        const auto network = networkOf(shape);
        const std::vector<Token> tokens = someTokens(150); // more than are worked through at once
        ModelState state = network->start(1);
        std::vector<float> logits(kVocabulary);
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            QVERIFY(network->read(state, std::span(&tokens[i], 1), logits, {}));
            if (i % 9 != 0 && i + 1 != tokens.size())
                continue;
            const auto here = tokens.begin() + static_cast<std::ptrdiff_t>(i + 1);
            QVERIFY(areSameBits(logits, logitsAfter(*network, {tokens.begin(), here})));
            const auto start = static_cast<std::ptrdiff_t>(
                contextStart(i, static_cast<std::size_t>(shape.context)));
            QVERIFY(areSameBits(logits, logitsAfter(*network, {tokens.begin() + start, here})));
        }
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
        const std::vector<std::size_t> chosen{1, 0, 1};
        for (const std::size_t steps : {std::size_t{6}, std::size_t{7}, std::size_t{90}}) {
            ModelState state = network->start(2);
            std::vector<float> logits(2 * kVocabulary);
            const std::vector<Token> before = someTokens(2 * steps);
            QVERIFY(network->read(state, before, logits, {}));
            ModelState three = network->selected(state, chosen);
            std::vector<float> more(3 * kVocabulary);
            QVERIFY(network->read(three, std::vector<Token>{4, 4, 9}, more, {}));
            for (std::size_t i = 0; i < 3; ++i) {
                std::vector<Token> piece;
                for (std::size_t step = 0; step < steps; ++step)
                    piece.push_back(before[2 * step + chosen[i]]);
                piece.push_back(i == 2 ? 9 : 4);
                const auto begin = more.begin() + static_cast<std::ptrdiff_t>(i * kVocabulary);
                QVERIFY(areSameBits({begin, begin + kVocabulary}, logitsAfter(*network, piece)));
            }
        }
        // Before anything is read there is nothing to copy.
        ModelState none = network->selected(network->start(2), chosen);
        std::vector<float> first(3 * kVocabulary);
        QVERIFY(network->read(none, std::vector<Token>{1, 1, 1}, first, {}));
        QVERIFY(
            areSameBits({first.begin(), first.begin() + kVocabulary}, logitsAfter(*network, {1})));
    }

    void threadsMayShareANetwork()
    {
        const auto network = networkOf(transformerShape(2, 32, 2, 64));
        const std::vector<Token> tokens = someTokens(100);
        compareThreads(*network, tokens);
    }

    void cancelledReadingSaysSo()
    {
        const auto network = networkOf(transformerShape(1, 16, 2, 8));
        const CancelToken cancel;
        cancel.cancel();
        ModelState state = network->start(1);
        std::vector<float> logits(kVocabulary);
        QVERIFY(!network->read(state, someTokens(10), logits, cancel));
    }

    void unknownNetworksAreRefused_data()
    {
        QTest::addColumn<NetworkShape>("shape");
        NetworkShape shape;
        QTest::newRow("kind") << shape;
        shape = transformerShape(1, 16, 2, 8);
        shape.prediction = "last-step";
        QTest::newRow("prediction") << shape;
        QTest::newRow("no layers") << transformerShape(0, 16, 2, 8);
        QTest::newRow("too wide") << transformerShape(1, 1 << 30, 2, 8);
        QTest::newRow("no heads") << transformerShape(1, 16, 0, 8);
        QTest::newRow("uneven heads") << transformerShape(1, 18, 4, 8);
        QTest::newRow("heads of odd width") << transformerShape(1, 12, 4, 8);
        QTest::newRow("no context") << transformerShape(1, 16, 2, 1);
        QTest::newRow("no inner layer") << transformerShape(1, 16, 2, 8, 0);
    }
    void unknownNetworksAreRefused()
    {
        QFETCH(NetworkShape, shape);
        const auto made =
            TransformerNetwork::make(shape, kVocabulary, {}, "a.safetensors", fastestKernels());
        QVERIFY(!made);
        QCOMPARE(made.error().id, std::string("model.unknown-network"));
        QVERIFY(made.error().text.find("a.safetensors") != std::string::npos);
    }

    void everyTensorIsMissed()
    {
        const NetworkShape shape = transformerShape(2, 16, 2, 8);
        for (const auto& [name, tensor] : tensorsOf(shape)) {
            auto tensors = tensorsOf(shape);
            tensors.erase(name);
            const auto without = TransformerNetwork::make(shape, kVocabulary, tensors,
                                                          "a.safetensors", fastestKernels());
            QVERIFY2(!without, name.c_str());
            QCOMPARE(without.error().id, std::string("model.missing-tensor"));
            QVERIFY(without.error().text.find("\"" + name + "\"") != std::string::npos);
            tensors[name] = floatTensor(std::vector<float>(3), {3, 1});
            const auto unfit = TransformerNetwork::make(shape, kVocabulary, tensors,
                                                        "a.safetensors", fastestKernels());
            QVERIFY2(!unfit, name.c_str());
            QCOMPARE(unfit.error().id, std::string("model.wrong-shape"));
        }
    }
};

QTEST_APPLESS_MAIN(TestTransformerNetwork)
#include "tst_transformer_network.moc"
