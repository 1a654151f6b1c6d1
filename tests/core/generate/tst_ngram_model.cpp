// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/ngram_model.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <cmath>
#include <memory>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

namespace {

constexpr Token kVocabulary = 12;

std::shared_ptr<const NgramModel> modelOf(int order)
{
    const NetworkShape shape = ngramShape(order);
    auto made = NgramModel::make(shape, kVocabulary, randomTensors(shape, kVocabulary, 5, 1),
                                 "test", fastestKernels());
    return made ? *made : nullptr;
}

std::vector<float> logitsAfter(const NextTokenModel& model, const std::vector<Token>& tokens)
{
    ModelState state = model.start(1);
    std::vector<float> logits(kVocabulary);
    model.read(state, tokens, logits, {});
    return logits;
}

} // namespace

class TestNgramModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itSaysWhatItsTableSays_data()
    {
        QTest::addColumn<int>("order");
        for (const int order : {1, 2, 4, 8})
            QTest::addRow("order %d", order) << order;
    }
    void itSaysWhatItsTableSays()
    {
        QFETCH(int, order);
        const auto model = modelOf(order);
        QVERIFY(model);
        const NetworkShape shape = ngramShape(order);
        const NgramTable table =
            NgramTable::fromTensors(order, kVocabulary, randomTensors(shape, kVocabulary, 5, 1),
                                    "x")
                .value();
        std::vector<Token> read;
        std::vector<double> expected(kVocabulary);
        ModelState state = model->start(1);
        std::vector<float> logits(kVocabulary);
        for (const Token token : {0, 3, 5, 5, 8, 9, 1, 4, 4, 6, 7, 11, 2}) {
            read.push_back(token);
            QVERIFY(model->read(state, std::vector<Token>{token}, logits, {}));
            table.probabilities(read, expected);
            for (std::size_t i = 0; i < expected.size(); ++i)
                QVERIFY(std::abs(std::exp(double{logits[i]}) - expected[i]) < 1e-6);
            QVERIFY(logits == logitsAfter(*model, read)); // in one go
        }
        QCOMPARE(model->window(), static_cast<std::size_t>(std::max(1, order - 1)));
    }

    void membersGoTheirOwnWays()
    {
        const auto model = modelOf(4);
        ModelState state = model->start(2);
        std::vector<float> logits(2 * kVocabulary);
        QVERIFY(model->read(state, std::vector<Token>{1, 7, 2, 9, 4, 10}, logits, {}));
        const std::vector<std::size_t> chosen{1, 0, 1};
        ModelState three = model->selected(state, chosen);
        std::vector<float> more(3 * kVocabulary);
        QVERIFY(model->read(three, std::vector<Token>{5, 5, 0}, more, {}));
        const std::vector<std::vector<Token>> pieces{{7, 9, 10, 5}, {1, 2, 4, 5}, {7, 9, 10, 0}};
        for (std::size_t i = 0; i < 3; ++i) {
            const auto begin = more.begin() + static_cast<std::ptrdiff_t>(i * kVocabulary);
            QVERIFY(
                (std::vector<float>{begin, begin + kVocabulary} == logitsAfter(*model, pieces[i])));
        }
    }

    void cancelledReadingSaysSo()
    {
        const auto model = modelOf(3);
        const CancelToken cancel;
        cancel.cancel();
        ModelState state = model->start(1);
        std::vector<float> logits(kVocabulary);
        QVERIFY(!model->read(state, std::vector<Token>{1}, logits, cancel));
    }

    void otherKindsAreRefused()
    {
        for (const NetworkShape& shape : {NetworkShape{}, ngramShape(0), ngramShape(9)}) {
            const auto made =
                NgramModel::make(shape, kVocabulary, {}, "a.safetensors", fastestKernels());
            QVERIFY(!made);
            QCOMPARE(made.error().id, std::string("model.unknown-network"));
        }
        const auto empty =
            NgramModel::make(ngramShape(2), kVocabulary, {}, "a.safetensors", fastestKernels());
        QVERIFY(!empty);
        QCOMPARE(empty.error().id, std::string("model.missing-tensor"));
        QVERIFY(empty.error().text.find("a.safetensors") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestNgramModel)
#include "tst_ngram_model.moc"
