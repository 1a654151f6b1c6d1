// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/model.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <limits>
#include <string>

using namespace continuo;
using namespace continuo::tests;

namespace {

NetworkShape smallShape()
{
    NetworkShape shape;
    shape.hidden = 20;
    shape.embedding = 6;
    shape.batchNorm = true;
    shape.dense = 10;
    return shape;
}

TensorFile goodFile()
{
    const auto encoding = makeEncoding("grid", "{}").value();
    return modelFile(*encoding, smallShape(),
                     randomTensors(smallShape(), encoding->vocabulary().size(), 1, 0.3));
}

} // namespace

class TestModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aModelFileIsReadyToGenerate()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
        QVERIFY(writeTensorFile(path, goodFile(), Overwrite::Refuse));
        const auto model = loadModel(path);
        QVERIFY2(model, model ? "" : model.error().text.c_str());
        QCOMPARE(model->card.name, std::string("hand-made"));
        QCOMPARE(model->encoding->vocabulary().size(), 40);
        QCOMPARE(model->network->vocabularySize(), 40);
        QCOMPARE(model->network->window(), std::size_t{0});
    }

    void tensorsOfATrainingDoNotDisturb()
    {
        TensorFile file = goodFile();
        file.tensors["adam.exp_avg.head.weight"] = floatTensor(std::vector<float>(4, 1.0F), {4});
        QVERIFY(modelFromTensors(file, "a.safetensors"));
    }

    void filesThatAreNoModelsSayWhy_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("mentioned");
        int fault = 0;
        const auto row = [&](const char* name, const char* id, const char* mentioned) {
            QTest::newRow(name) << fault++ << QByteArray(id) << QByteArray(mentioned);
        };
        row("missing tensor", "model.missing-tensor", "rnn.weight_hh_l0");
        row("missing embedding", "model.missing-tensor", "embedding.weight");
        row("wrong shape", "model.wrong-shape", "[40, 11] instead of [40, 10]");
        row("transposed", "model.wrong-shape", "head.weight");
        row("half precision", "model.wrong-dtype", "F16 instead of F32");
        row("nan", "model.not-finite", "norm.running_var");
        row("inf", "model.not-finite", "dense.bias");
        row("no card", "model.no-card", "a.safetensors");
        row("another encoding", "model.other-encoding", "event");
        row("another version", "model.other-encoding", "version 7");
        row("another vocabulary", "model.other-encoding", "vocabulary");
        row("unknown option", "model.other-encoding", "swing");
        row("more layers than there are", "model.missing-tensor", "rnn.weight_ih_l1");
    }
    void filesThatAreNoModelsSayWhy()
    {
        QFETCH(int, fault);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, mentioned);
        TensorFile file = goodFile();
        ModelCard card = modelCardFromMetadata(file.metadata).value();
        switch (fault) {
        case 0:
            file.tensors.erase("rnn.weight_hh_l0");
            break;
        case 1:
            file.tensors.erase("embedding.weight");
            break;
        case 2:
            file.tensors["head.weight"] = floatTensor(std::vector<float>(440), {40, 11});
            break;
        case 3:
            file.tensors["head.weight"] = floatTensor(std::vector<float>(400), {10, 40});
            break;
        case 4:
            file.tensors["head.weight"].dtype = "F16";
            break;
        case 5: {
            std::vector<float> values(20, 1.0F);
            values[7] = std::numeric_limits<float>::quiet_NaN();
            file.tensors["norm.running_var"] = floatTensor(values, {20});
            break;
        }
        case 6: {
            std::vector<float> values(10, 1.0F);
            values[3] = std::numeric_limits<float>::infinity();
            file.tensors["dense.bias"] = floatTensor(values, {10});
            break;
        }
        case 7:
            file.metadata.clear();
            break;
        case 8:
            card.encoding = "event";
            break;
        case 9:
            card.encodingVersion = 7;
            break;
        case 10:
            card.vocabulary[3].name = "H4";
            break;
        case 11:
            card.encodingOptionsJson = R"({"swing": true})";
            break;
        case 12:
            card.network.layers = 2;
            break;
        default:
            QFAIL("no such fault");
        }
        if (fault >= 8)
            file.metadata = toMetadata(card);
        const auto model = modelFromTensors(file, "a.safetensors");
        QVERIFY(!model);
        QCOMPARE(model.error().id, id.toStdString());
        QCOMPARE(model.error().kind, ErrorKind::Refused);
        QVERIFY2(model.error().text.find(mentioned.toStdString()) != std::string::npos,
                 model.error().text.c_str());
        QVERIFY2(model.error().text.find("a.safetensors") != std::string::npos,
                 model.error().text.c_str());
    }

    void everyKindOfNetworkCanBeLoaded()
    {
        for (const NetworkKind& kind : networkKinds()) {
            const bool isMasked = kind.name == "conv";
            const bool isNoise = kind.name == "gan";
            const auto encoding = makeEncoding(isMasked ? "voices" : "grid", "{}").value();
            NetworkShape shape;
            shape.kind = kind.name;
            shape.hidden = 16;
            const auto model = modelFromTensors(
                modelFile(*encoding, shape,
                          randomTensors(shape, encoding->vocabulary().size(), 1, 0.3)),
                "a.safetensors");
            QVERIFY2(model, model ? "" : model.error().text.c_str());
            QCOMPARE(bool(model->masked), isMasked);
            QCOMPARE(bool(model->noise), isNoise);
            QCOMPARE(bool(model->network), !isMasked && !isNoise);
            if (!model->network)
                continue;
            ModelState state = model->network->start(1);
            std::vector<float> logits(40);
            QVERIFY(model->network->read(state, std::vector<Token>{3, 1, 4}, logits, {}));
        }
    }

    void aFileThatIsNotThereIsNamed()
    {
        const auto model = loadModel("nowhere.safetensors");
        QVERIFY(!model);
        QVERIFY(model.error().text.find("nowhere.safetensors") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestModel)
#include "tst_model.moc"
