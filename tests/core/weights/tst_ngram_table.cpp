// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/ngram_table.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

using namespace continuo;

namespace {

using Symbols = std::vector<std::int32_t>;

void countAll(NgramTable& table, const Symbols& piece)
{
    for (std::size_t i = 0; i < piece.size(); ++i)
        table.count(std::span(piece).first(i), piece[i]);
}

std::vector<double> after(const NgramTable& table, const Symbols& context)
{
    std::vector<double> result(static_cast<std::size_t>(table.vocabulary()));
    table.probabilities(context, result);
    return result;
}

template <typename T>
std::vector<T> valuesOf(const Tensor& tensor)
{
    std::vector<T> values(tensor.bytes.size() / sizeof(T));
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
}

template <typename T>
Tensor tensorOf(const std::vector<T>& values, const char* dtype, std::vector<std::int64_t> shape)
{
    const auto bytes = std::as_bytes(std::span(values));
    return {dtype, std::move(shape), {bytes.begin(), bytes.end()}};
}

/// 0 1 0 2 0 1 0, up to three symbols long, of a vocabulary of four.
NgramTable example()
{
    NgramTable table(3, 4);
    countAll(table, {0, 1, 0, 2, 0, 1, 0});
    return table;
}

} // namespace

class TestNgramTable final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void probabilitiesAreThoseOfThePaper()
    {
        const NgramTable table = example();
        const std::vector<double> none = after(table, {});
        QCOMPARE(none[0], 5.0 / 11);
        QCOMPARE(none[1], 3.0 / 11);
        QCOMPARE(none[2], 2.0 / 11);
        QCOMPARE(none[3], 1.0 / 11);
        // After 0 came 1 twice and 2 once: two kinds in three.
        const std::vector<double> zero = after(table, {0});
        QCOMPARE(zero[1], (2 + 2 * 3.0 / 11) / 5);
        QCOMPARE(zero[2], (1 + 2 * 2.0 / 11) / 5);
        QCOMPARE(zero[3], 2 * 1.0 / 11 / 5);
        // After 2 0 came 1, once.
        const std::vector<double> two = after(table, {3, 2, 0});
        QCOMPARE(two[1], (1 + zero[1]) / 2);
        QCOMPARE(two[2], zero[2] / 2);
        // What never came before leaves the shorter context's answer.
        QVERIFY(after(table, {3, 0}) == zero);
        QVERIFY(after(table, {0, 3}) == none);
    }

    void theyAddUpToOne()
    {
        NgramTable table(5, 7);
        Symbols piece;
        for (int i = 0; i < 300; ++i)
            piece.push_back((i * i + i / 3) % 6);
        countAll(table, piece);
        for (std::size_t length = 0; length < 40; ++length) {
            const std::vector<double> p =
                after(table, {piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(length)});
            QVERIFY(std::abs(std::accumulate(p.begin(), p.end(), 0.0) - 1) < 1e-12);
            for (const double each : p)
                QVERIFY(each > 0);
        }
    }

    void tensorsAreOrderedAndReadBack()
    {
        const NgramTable table = example();
        const auto tensors = table.tensors();
        QCOMPARE(tensors.size(), std::size_t{6});
        QVERIFY((valuesOf<std::int32_t>(tensors.at("ngram.2.symbols")) ==
                 Symbols{0, 1, 0, 2, 1, 0, 2, 0}));
        QVERIFY((valuesOf<std::int64_t>(tensors.at("ngram.2.counts")) ==
                 std::vector<std::int64_t>{2, 1, 2, 1}));
        QVERIFY((valuesOf<std::int32_t>(tensors.at("ngram.3.symbols")) ==
                 Symbols{0, 1, 0, 0, 2, 0, 1, 0, 2, 2, 0, 1}));
        QCOMPARE(table.size(), std::int64_t{3 + 4 + 4});
        const Result<NgramTable> back = NgramTable::fromTensors(3, 4, tensors, "x");
        QVERIFY2(back, back ? "" : back.error().text.c_str());
        QVERIFY(back->tensors() == tensors);
        QCOMPARE(back->size(), table.size());
        for (const Symbols& context : {Symbols{}, Symbols{0}, Symbols{2, 0}, Symbols{1, 3}})
            QVERIFY(after(*back, context) == after(table, context));
        // In whichever order the same was counted.
        NgramTable other(3, 4);
        const Symbols piece{0, 1, 0, 2, 0, 1, 0};
        for (std::size_t i = piece.size(); i-- > 0;)
            other.count(std::span(piece).first(i), piece[i]);
        QVERIFY(other.tensors() == tensors);
    }

    void anEmptyTableKnowsNothing()
    {
        const NgramTable table(4, 5);
        QVERIFY(after(table, {1, 2, 3}) == std::vector<double>(5, 0.2));
        const Result<NgramTable> back = NgramTable::fromTensors(4, 5, table.tensors(), "x");
        QVERIFY(back && back->size() == 0);
    }

    void damagedTablesAreRefused_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("mentioned");
        int fault = 0;
        const auto row = [&](const char* name, const char* id, const char* mentioned) {
            QTest::newRow(name) << fault++ << QByteArray(id) << QByteArray(mentioned);
        };
        row("no symbols", "model.missing-tensor", "ngram.2.symbols");
        row("no counts", "model.missing-tensor", "ngram.3.counts");
        row("floats", "model.wrong-dtype", "F32 instead of I32");
        row("narrow counts", "model.wrong-dtype", "I32 instead of I64");
        row("another length", "model.wrong-shape", "sequences of 2");
        row("a flat list", "model.wrong-shape", "ngram.1.symbols");
        row("counts too few", "model.wrong-shape", "ngram.2.counts");
        row("outside the vocabulary", "model.bad-counts", "vocabulary");
        row("negative", "model.bad-counts", "vocabulary");
        row("twice", "model.bad-counts", "ascending");
        row("nought", "model.bad-counts", "count 0");
        row("more than there can be", "model.bad-counts", "9223372036854775807");
        row("a long one without the short one", "model.bad-counts", "shorter");
    }
    void damagedTablesAreRefused()
    {
        QFETCH(int, fault);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, mentioned);
        auto tensors = example().tensors();
        switch (fault) {
        case 0:
            tensors.erase("ngram.2.symbols");
            break;
        case 1:
            tensors.erase("ngram.3.counts");
            break;
        case 2:
            tensors["ngram.1.symbols"].dtype = "F32";
            break;
        case 3:
            tensors["ngram.2.counts"] = tensorOf(Symbols{2, 1, 2, 1}, "I32", {4});
            break;
        case 4:
            tensors["ngram.2.symbols"] = tensors["ngram.3.symbols"];
            break;
        case 5:
            tensors["ngram.1.symbols"].shape = {3};
            break;
        case 6:
            tensors["ngram.2.counts"] = tensorOf(std::vector<std::int64_t>{2, 1, 2}, "I64", {3});
            break;
        case 7:
            tensors["ngram.1.symbols"] = tensorOf(Symbols{0, 1, 4}, "I32", {3, 1});
            break;
        case 8:
            tensors["ngram.1.symbols"] = tensorOf(Symbols{-1, 1, 2}, "I32", {3, 1});
            break;
        case 9:
            tensors["ngram.1.symbols"] = tensorOf(Symbols{0, 1, 1}, "I32", {3, 1});
            break;
        case 10:
            tensors["ngram.1.counts"] = tensorOf(std::vector<std::int64_t>{0, 1, 1}, "I64", {3});
            break;
        case 11:
            tensors["ngram.1.counts"] =
                tensorOf(std::vector<std::int64_t>{INT64_MAX, INT64_MAX, 1}, "I64", {3});
            break;
        case 12:
            tensors["ngram.3.symbols"] =
                tensorOf(Symbols{0, 1, 0, 0, 2, 0, 1, 0, 2, 2, 3, 1}, "I32", {4, 3});
            break;
        default:
            QFAIL("no such fault");
        }
        const Result<NgramTable> table = NgramTable::fromTensors(3, 4, tensors, "a.safetensors");
        QVERIFY(!table);
        QCOMPARE(table.error().id, id.toStdString());
        QCOMPARE(table.error().kind, ErrorKind::Refused);
        QVERIFY2(table.error().text.find(mentioned.toStdString()) != std::string::npos,
                 table.error().text.c_str());
        QVERIFY(table.error().text.find("a.safetensors") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestNgramTable)
#include "tst_ngram_table.moc"
