// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/weights/model_card.h"

using namespace continuo;

namespace {

ModelCard example()
{
    ModelCard card;
    card.name = "folk-grid · step 1200";
    card.description = "Trained on \"tunes\"\nwith credits";
    card.licence = "CC0";
    card.encoding = "grid";
    card.encodingVersion = 2;
    card.encodingOptionsJson = R"({"grid": "1/16", "b": 1, "a": 2})";
    card.vocabulary = {{"C4", "pitch", 60}, {"rest", "rest", -1}, {"end", "end", -1}};
    card.network = *networkShapeFromJson(
        R"({"kind":"gru","layers":2,"hidden":128,"embedding":64,"dropout":0.3,"batchNorm":true,"dense":32,"prediction":"last-step","window":50,"recurrentDropout":0.2,"weightDropout":0.4,"denseBatchNorm":true})");
    card.samplerJson = R"({"name":"temperature","temperature":0.3})";
    card.receiptJson = R"({"seed":1})";
    return card;
}

} // namespace

class TestModelCard final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingSurvivesTheMetadata();
    void foreignFilesAreToldApart();
    void damagedCardsAreRefused_data();
    void damagedCardsAreRefused();
    void networkShapesSurviveJson();
    void aFullContextForgetsItsOlderHalf();
    void badNetworksNameTheKey_data();
    void badNetworksNameTheKey();
};

void TestModelCard::everythingSurvivesTheMetadata()
{
    const Result<ModelCard> back = modelCardFromMetadata(toMetadata(example()));
    QVERIFY2(back, back ? "" : back.error().text.c_str());
    QVERIFY(*back == example());
}

void TestModelCard::foreignFilesAreToldApart()
{
    QCOMPARE(modelCardFromMetadata({{"format", "pt"}}).error().id, std::string("model.no-card"));
    auto metadata = toMetadata(example());
    metadata["continuo.format"] = "2";
    QCOMPARE(modelCardFromMetadata(metadata).error().id, std::string("model.newer-format"));
}

void TestModelCard::damagedCardsAreRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("version") << "continuo.format" << "x";
    QTest::newRow("no encoding") << "continuo.encoding" << "";
    QTest::newRow("encoding version") << "continuo.encoding.version" << "-1";
    QTest::newRow("options are no object") << "continuo.encoding.options" << "[]";
    QTest::newRow("options are no JSON") << "continuo.encoding.options" << "{";
    QTest::newRow("empty vocabulary") << "continuo.vocabulary" << "[]";
    QTest::newRow("vocabulary of numbers") << "continuo.vocabulary" << "[1]";
    QTest::newRow("pitch outside MIDI") << "continuo.vocabulary" << R"([{"name":"x","kind":"pitch","pitch":128}])";
    QTest::newRow("pitch missing") << "continuo.vocabulary" << R"([{"name":"x","kind":"pitch"}])";
    QTest::newRow("no network") << "continuo.network" << "";
    QTest::newRow("unknown network") << "continuo.network" << R"({"kind":"magic"})";
    QTest::newRow("unknown network key") << "continuo.network"
                                         << R"({"headz":4})";
    QTest::newRow("deep receipt") << "continuo.receipt"
                                  << "{\"a\":" + QString(100000, '[') + QString(100000, ']') + "}";
}

void TestModelCard::damagedCardsAreRefused()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    auto metadata = toMetadata(example());
    metadata[key.toStdString()] = value.toStdString();
    const Result<ModelCard> back = modelCardFromMetadata(metadata);
    QVERIFY(!back);
    QCOMPARE(back.error().id, std::string("model.bad-card"));
    QCOMPARE(back.error().kind, ErrorKind::Refused);
}

void TestModelCard::networkShapesSurviveJson()
{
    const NetworkShape shape = example().network;
    QVERIFY(*networkShapeFromJson(toJson(shape)) == shape);
    QVERIFY(*networkShapeFromJson("{}") == NetworkShape{});
    // What a kind does not have is checked, and then as if it were not there.
    const NetworkShape transformer =
        *networkShapeFromJson(R"({"kind":"transformer","embedding":7,"window":9,"context":32})");
    NetworkShape expected;
    expected.kind = "transformer";
    expected.context = 32;
    QVERIFY(transformer == expected);
    QVERIFY(*networkShapeFromJson(toJson(transformer)) == transformer);
    QVERIFY(!networkShapeFromJson(R"({"kind":"transformer","embedding":-1})"));
    QVERIFY(*networkShapeFromJson(R"({"context":32})") == NetworkShape{});
}

void TestModelCard::aFullContextForgetsItsOlderHalf()
{
    for (const std::size_t context : {2UL, 3UL, 8UL, 9UL, 64UL}) {
        std::size_t start = 0; // step by step, as it is said
        for (std::size_t place = 0; place < 5 * context; ++place) {
            if (place - start == context)
                start += context / 2;
            QCOMPARE(contextStart(place, context), start);
        }
    }
}

void TestModelCard::badNetworksNameTheKey_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("mentions");
    QTest::newRow("misspelt") << R"({"hiden":4})" << "network.unknown-key" << "\"hidden\"";
    QTest::newRow("too many layers") << R"({"layers":99})" << "network.bad-value" << "network.layers";
    QTest::newRow("text for a number") << R"({"hidden":"256"})" << "network.bad-value" << "network.hidden";
    QTest::newRow("fraction") << R"({"hidden":2.5})" << "network.bad-value" << "network.hidden";
    QTest::newRow("dropout 1") << R"({"dropout":1})" << "network.bad-value" << "0.95";
    QTest::newRow("number for truth") << R"({"batchNorm":1})" << "network.bad-value" << "true or false";
    QTest::newRow("prediction") << R"({"prediction":"both"})" << "network.bad-value" << "last-step";
    QTest::newRow("no even head") << R"({"kind":"transformer","hidden":20,"heads":4})"
                                  << "network.bad-value"
                                  << "a multiple of 8";
    QTest::newRow("transformer by windows")
        << R"({"kind":"transformer","prediction":"last-step","window":4})"
        << "network.bad-value"
        << "every-step";
    QTest::newRow("n-gram by windows") << R"({"kind":"ngram","prediction":"last-step","window":4})"
                                       << "network.bad-value"
                                       << "every-step";
    QTest::newRow("order 9") << R"({"kind":"ngram","order":9})"
                             << "network.bad-value"
                             << "network.order";
    QTest::newRow("norm behind no layer") << R"({"denseBatchNorm":true})"
                                          << "network.bad-value"
                                          << "network.dense is 0";
    QTest::newRow("all is dropped inside") << R"({"recurrentDropout":0.96})"
                                           << "network.bad-value"
                                           << "network.recurrentDropout";
    QTest::newRow("both ways at every step") << R"({"bidirectional":true})"
                                             << "network.bad-value"
                                             << "has to foretell";
    QTest::newRow("keys by windows")
        << R"({"head":"ordered-keys","prediction":"last-step","window":4})"
        << "network.bad-value"
        << "every-step";
    QTest::newRow("no rank") << R"({"head":"ordered-keys","rank":0})"
                             << "network.bad-value"
                             << "network.rank";
    QTest::newRow("another head") << R"({"head":"key"})"
                                  << "network.bad-value"
                                  << "ordered-keys";
    QTest::newRow("no context") << R"({"kind":"transformer","context":1})"
                                << "network.bad-value"
                                << "network.context";
    QTest::newRow("no window") << R"({"prediction":"last-step"})" << "network.bad-value" << "network.window";
    QTest::newRow("not an object") << "[]" << "network.bad-value" << "object";
}

void TestModelCard::badNetworksNameTheKey()
{
    QFETCH(QString, json);
    QFETCH(QString, id);
    QFETCH(QString, mentions);
    const Result<NetworkShape> shape = networkShapeFromJson(json.toStdString());
    QVERIFY(!shape);
    QCOMPARE(QString::fromStdString(shape.error().id), id);
    QVERIFY2(QString::fromStdString(shape.error().text).contains(mentions), shape.error().text.c_str());
    QCOMPARE(shape.error().kind, ErrorKind::Usage);
}

QTEST_APPLESS_MAIN(TestModelCard)
#include "tst_model_card.moc"
