// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/run_folder.h"
#include "core/learn/train_event.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace continuo;

namespace {

std::vector<TrainEvent> oneOfEach()
{
    PartScore score;
    score.steps = 10;
    score.loss = 1.25;
    score.bitsPerNote = 0.1 + 0.2;
    score.more = {{"pitchAccuracy", 0.75}};
    TrainStarted started;
    started.name = "folk \"grid\"";
    started.parameters = 123456789012;
    started.references = {3.5, 2.5, 1.5};
    TrainEvaluated evaluated;
    evaluated.validation = score;
    evaluated.isBest = true;
    evaluated.more = {{"stepLoss", 0.1 + 0.2},
                      {"durationLoss", std::numeric_limits<double>::infinity()}};
    TrainFinished finished;
    finished.reason = "done";
    finished.test = score;
    finished.test->bitsPerNote = std::nullopt; // As of keys, which are no notes.
    const std::vector<TrainEvent::What> whats{started,
                                              TrainStep{1, 0.5, 1e-3, 2, 3e5, {{"a", 1.5}}},
                                              evaluated,
                                              TrainCheckpoint{"best", "best.safetensors"},
                                              TrainSample{{"samples/a.mid"}, "x"},
                                              TrainPaused{},
                                              TrainResumed{true},
                                              TrainNotice{"a.b", "Größe"},
                                              finished,
                                              TrainFailed{"c.d", "text"}};
    std::vector<TrainEvent> events;
    for (const TrainEvent::What& what : whats)
        events.push_back({events.size() + 1, std::int64_t(events.size() * 10), 0.25, 1.5, what});
    return events;
}

} // namespace

class TestTrainEvent final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyEventSurvivesJson();
    void numbersThatJsonLacksTravelAsWords();
    void damagedLinesAreRefused_data();
    void damagedLinesAreRefused();
    void aTornLastLineIsIgnored();
    void openingTheLogCutsItBack();
    void aRunIsToldAtAGlance();
    void onlyRunFilesAreReplaced();
};

void TestTrainEvent::everyEventSurvivesJson()
{
    for (const TrainEvent& event : oneOfEach()) {
        const Result<TrainEvent> back = trainEventFromJson(toJson(event));
        QVERIFY2(back && *back == event, toJson(event).c_str());
        QVERIFY(toJson(event).find('\n') == std::string::npos);
    }
}

void TestTrainEvent::numbersThatJsonLacksTravelAsWords()
{
    TrainEvent event;
    event.what = TrainStep{std::numeric_limits<double>::quiet_NaN(),
                           -std::numeric_limits<double>::infinity(),
                           0,
                           0,
                           0,
                           {}};
    const Result<TrainEvent> back = trainEventFromJson(toJson(event));
    QVERIFY(back);
    QVERIFY(std::isnan(std::get<TrainStep>(back->what).loss));
    QVERIFY(std::isinf(std::get<TrainStep>(back->what).accuracy));
}

void TestTrainEvent::damagedLinesAreRefused_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("torn") << QByteArray(R"({"seq":1,"event":"st)");
    QTest::newRow("unknown event") << QByteArray(R"({"seq":1,"event":"danced"})");
    QTest::newRow("no event") << QByteArray(R"({"seq":1})");
    QTest::newRow("seq is text") << QByteArray(R"({"seq":"1","event":"paused"})");
    QTest::newRow("loss is text") << QByteArray(R"({"seq":1,"event":"step","loss":"low"})");
    QTest::newRow("not UTF-8") << QByteArray("{\"seq\":1,\"event\":\"\xff\"}");
}

void TestTrainEvent::damagedLinesAreRefused()
{
    QFETCH(QByteArray, line);
    QCOMPARE(trainEventFromJson(line.toStdString()).error().id, std::string("train.bad-event"));
}

void TestTrainEvent::aTornLastLineIsIgnored()
{
    QTemporaryDir folder;
    const RunFolder run{folder.path().toStdString()};
    QVERIFY(writeFile(run.log(), toJson(oneOfEach()[5]) + "\n" + "{\"seq\":2,\"event\":\"paused\"}",
                      Overwrite::Refuse));
    const Result<std::vector<TrainEvent>> events = readRunLog(run);
    QVERIFY(events);
    QCOMPARE(events->size(), std::size_t{1});
}

void TestTrainEvent::openingTheLogCutsItBack()
{
    QTemporaryDir folder;
    const RunFolder run{folder.path().toStdString()};
    {
        Result<RunLog> log = RunLog::open(run, 0);
        QVERIFY(log);
        for (const TrainEvent& event : oneOfEach())
            QVERIFY(log->append(event));
    }
    const std::string torn = *readTextFile(run.log()) + "{\"seq\":11,\"ev";
    QVERIFY(writeFile(run.log(), torn, Overwrite::Replace));
    {
        Result<RunLog> log = RunLog::open(run, 4);
        QVERIFY(log);
        TrainEvent resumed;
        resumed.seq = 5;
        resumed.what = TrainResumed{true};
        QVERIFY(log->append(resumed));
    }
    const Result<std::vector<TrainEvent>> events = readRunLog(run);
    QVERIFY(events);
    QCOMPARE(events->size(), std::size_t{5});
    for (std::size_t i = 0; i < 4; ++i)
        QVERIFY((*events)[i] == oneOfEach()[i]);
    QVERIFY(std::get<TrainResumed>(events->back().what).fromCheckpoint);
}

void TestTrainEvent::aRunIsToldAtAGlance()
{
    QTemporaryDir folder;
    const RunFolder run{std::filesystem::path(folder.path().toStdString()) / "one"};
    QVERIFY(prepareRunFolder(run, Overwrite::Refuse));
    TrainJob job;
    job.preset = "tiny";
    QVERIFY(writeFile(run.config(), toJson(job), Overwrite::Refuse));
    QCOMPARE(summarizeRun(run)->state, std::string("unfinished"));
    {
        Result<RunLog> log = RunLog::open(run, 0);
        for (const TrainEvent& event : oneOfEach())
            if (!std::holds_alternative<TrainFailed>(event.what))
                QVERIFY(log->append(event));
    }
    const Result<std::vector<RunSummary>> runs = listRuns(folder.path().toStdString());
    QVERIFY(runs);
    QCOMPARE(runs->size(), std::size_t{1});
    QCOMPARE(runs->front().name, std::string("tiny"));
    QCOMPARE(runs->front().state, std::string("finished"));
    QCOMPARE(*runs->front().bestValidationLoss, 1.25);
    QCOMPARE(runs->front().bestStep, std::int64_t{20});
}

void TestTrainEvent::onlyRunFilesAreReplaced()
{
    QTemporaryDir folder;
    const RunFolder run{folder.path().toStdString()};
    for (const auto& file : {run.config(), run.log(), run.last(), run.step(8),
                             run.path / "notes.txt", run.path / "my.safetensors"})
        QVERIFY(writeFile(file, std::string("x"), Overwrite::Refuse));
    QCOMPARE(prepareRunFolder(run, Overwrite::Refuse).error().id, std::string("train.run-exists"));
    QVERIFY(prepareRunFolder(run, Overwrite::Replace));
    QVERIFY(!std::filesystem::exists(run.config()) && !std::filesystem::exists(run.last()) &&
            !std::filesystem::exists(run.step(8)));
    QVERIFY(std::filesystem::exists(run.path / "notes.txt") &&
            std::filesystem::exists(run.path / "my.safetensors"));
}

QTEST_APPLESS_MAIN(TestTrainEvent)
#include "tst_train_event.moc"
