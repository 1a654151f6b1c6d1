// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/engine_messages.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace continuo;

namespace {

template <typename T>
bool survives(const T& value, Result<T> (*read)(const Json&))
{
    const Result<Json> json = parseJson(jsonLine(toJson(value)));
    if (!json)
        return false;
    const Result<T> back = read(*json);
    return back && *back == value;
}

} // namespace

class TestEngineMessages final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMessageSurvivesTheLine();
    void numbersThatJsonLacksSurviveInMessages();
    void badParametersNameTheMember_data();
    void badParametersNameTheMember();
};

void TestEngineMessages::everyMessageSurvivesTheLine()
{
    QVERIFY(survives(LoadRequest{"/m/b\xe4.safetensors"}, loadRequestFromJson));
    QVERIFY(survives(LoadRequest{}, loadRequestFromJson));
    GenerateRequest generate;
    QVERIFY(survives(generate, generateRequestFromJson));
    generate.mode = "new";
    generate.source = {"/a\xff", "C4", "/set", "12", "TVRoZA==", true, "G major"};
    generate.scale = "D minor";
    generate.range = "D4-B5";
    generate.samplerJson = R"({"name":"top-k","topK":5})";
    generate.seed = std::numeric_limits<std::uint64_t>::max();
    generate.length = 2.5;
    generate.unit = "seconds";
    generate.alternatives = 256;
    QVERIFY(survives(generate, generateRequestFromJson));
    QVERIFY(survives(NoteMessage{3, 61, "C#4", 4.25, 1.0 / 3, 4080, 320, 90, 0.25, 2, 0.5},
                     noteMessageFromJson));
    QVERIFY(survives(NoteMessage{3, 38, "D2", 4.25, 1.0 / 3, 4080, 320, 90, 0.25, 2, 0.5, 9, -1},
                     noteMessageFromJson));
    QVERIFY(survives(AlternativeDone{1, 15, -18.5, 0.25, 2}, alternativeDoneFromJson));
    QVERIFY(
        survives(ImportRequest{{"/a", "/b\xe4", "c d"}, "/set", "add", 4}, importRequestFromJson));
    QVERIFY(survives(ImportProgressMessage{10, false, 5, 1, 12345, 0.5}, importProgressFromJson));
    QVERIFY(survives(SplitRequest{"/set", 0.7, 0.2, 0.1, 9, "key"}, splitRequestFromJson));
    QVERIFY(survives(CleanRequest{"/set", R"({"format":"continuo-recipe","version":1})", {}, true, 3},
                     cleanRequestFromJson));
    QVERIFY(survives(CleanRequest{"/s\xe4", {}, "/r\xe4.json", false, 0}, cleanRequestFromJson));
    QVERIFY(!cleanRequestFromJson(Json{{"set", "/set"}}));
    QVERIFY(!cleanRequestFromJson(Json{{"set", "/set"}, {"recipe", "text"}}));
    QVERIFY(!cleanRequestFromJson(
        Json{{"set", "/set"}, {"recipe", Json::object()}, {"recipeFile", "/r"}}));
    QVERIFY(survives(CleanProgressMessage{5, 12, 0.5}, cleanProgressFromJson));
    QVERIFY(survives(PiecesRequest{"/set", 400, 100}, piecesRequestFromJson));
    QVERIFY(survives(ExportRequest{"/s\xe4",
                                   "npy",
                                   "/o\xe4",
                                   "changed",
                                   "train",
                                   "grid",
                                   R"({"grid":"1/8"})",
                                   "Folk",
                                   {"A book"},
                                   {"CC0", "CC-BY"},
                                   "May",
                                   true,
                                   3},
                     exportRequestFromJson));
    QVERIFY(survives(ExportProgressMessage{"writing", 5, 12}, exportProgressFromJson));
    QVERIFY(
        survives(JudgeMelodiesRequest{"/s\xe4", "all", {"/a.mid", "/b\xe4.mid"}, {"TVRoZA=="}, 2},
                 judgeMelodiesRequestFromJson));
    QVERIFY(survives(JudgeModelsRequest{"/set", "validation", {"/m\xe4.safetensors"}, 3},
                     judgeModelsRequestFromJson));
    QVERIFY(survives(JudgeProgressMessage{"indexing", 5, 12}, judgeProgressFromJson));
}

void TestEngineMessages::numbersThatJsonLacksSurviveInMessages()
{
    AlternativeDone done;
    done.logProbability = -std::numeric_limits<double>::infinity();
    QVERIFY(survives(done, alternativeDoneFromJson));
    done.logProbability = std::numeric_limits<double>::quiet_NaN();
    const Result<AlternativeDone> back =
        alternativeDoneFromJson(*parseJson(jsonLine(toJson(done))));
    QVERIFY(back);
    QVERIFY(std::isnan(back->logProbability));
}

void TestEngineMessages::badParametersNameTheMember_data()
{
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("member");
    QTest::newRow("alternatives none") << R"({"alternatives": 0})"
                                       << "alternatives";
    QTest::newRow("alternatives many") << R"({"alternatives": 257})"
                                       << "alternatives";
    QTest::newRow("seed negative") << R"({"seed": -1})"
                                   << "seed";
    QTest::newRow("length as text") << R"({"length": "4"})"
                                    << "length";
    QTest::newRow("sampler as text") << R"({"sampler": "argmax"})"
                                     << "sampler";
    QTest::newRow("random as number") << R"({"random": 1})"
                                      << "random";
    QTest::newRow("prompt as list") << R"({"prompt": ["a"]})"
                                    << "prompt";
    QTest::newRow("prompt with broken bytes") << R"({"prompt": "a", "promptBytes": "%"})"
                                              << "prompt";
}

void TestEngineMessages::badParametersNameTheMember()
{
    QFETCH(QString, params);
    QFETCH(QString, member);
    const Result<GenerateRequest> request =
        generateRequestFromJson(*parseJson(params.toStdString()));
    QVERIFY(!request);
    QCOMPARE(request.error().id, std::string("protocol.bad-member"));
    QCOMPARE(QString::fromStdString(request.error().arguments.at(1).second), member);
}

QTEST_APPLESS_MAIN(TestEngineMessages)
#include "tst_engine_messages.moc"
