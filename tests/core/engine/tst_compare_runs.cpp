// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/compare_runs.h"

#include <QTemporaryDir>
#include <QTest>

using namespace continuo;
namespace fs = std::filesystem;

namespace {

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

} // namespace

class TestCompareRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void settingsThatDifferAreNamed()
    {
        makeRun("a", {"training.batch=32", "network.hidden=64"});
        makeRun("b", {"training.batch=16", "network.hidden=64", "sampler.temperature=0.5"});
        const auto comparison = compared({"a", "b"});
        QVERIFY(comparison);
        QCOMPARE(comparison->differing.size(), std::size_t{2});
        const Json json = toJson(*comparison);
        QCOMPARE(text(json["differing"].dump()),
                 QStringLiteral("[\"sampler.temperature\",\"training.batch\"]"));
        QCOMPARE(text(json["runs"][0]["settings"].dump()),
                 QStringLiteral("{\"sampler.temperature\":null,\"training.batch\":32}"));
        QCOMPARE(text(json["runs"][1]["settings"].dump()),
                 QStringLiteral("{\"sampler.temperature\":0.5,\"training.batch\":16}"));
        QCOMPARE(text(json["runs"][0]["preset"].dump()), QStringLiteral("\"tiny\""));
    }

    void anotherEncodingDiffersInItsOptions()
    {
        makeRun("a", {"encoding.name=grid", "encoding.low=40"});
        makeRun("b", {"encoding.name=note"});
        const auto comparison = compared({"a", "b"});
        QVERIFY(comparison);
        const Json json = toJson(*comparison);
        QVERIFY(text(json["differing"].dump()).contains(QStringLiteral("encoding.name")));
        QVERIFY(json["runs"][1]["settings"]["encoding.low"].is_null());
    }

    void figuresAreThoseOfTheBestPoint()
    {
        makeRun("ended", {}, ended());
        makeRun("going", {}, {ended()[0], ended()[1], ended()[2]});
        makeRun("fresh", {});
        const auto comparison = compared({"ended", "going", "fresh"});
        QVERIFY(comparison);
        const Json runs = toJson(*comparison)["runs"];
        QCOMPARE(text(runs[0]["state"].dump()), QStringLiteral("\"finished\""));
        QCOMPARE(runs[0]["bestStep"].get<int>(), 10);
        QCOMPARE(runs[0]["validationLoss"].get<double>(), 1.5);
        QCOMPARE(runs[0]["testLoss"].get<double>(), 1.75);
        QCOMPARE(runs[0]["trainLoss"].get<double>(), 1.25);
        QCOMPARE(runs[0]["bitsPerNote"]["test"].get<double>(), 3.0);
        QCOMPARE(runs[0]["parameters"].get<int>(), 1234);
        QCOMPARE(text(runs[1]["state"].dump()), QStringLiteral("\"killed\""));
        QCOMPARE(runs[1]["validationLoss"].get<double>(), 1.5);
        QVERIFY(runs[1]["testLoss"].is_null());
        QVERIFY(runs[2]["validationLoss"].is_null());
        QVERIFY(runs[2]["parameters"].is_null());
        QCOMPARE(runs[2]["steps"].get<int>(), 0);
    }

    void curvesAreATable()
    {
        makeRun("=a", {}, ended());
        TrainEvent gan{1, 5, 0.5, 1, TrainStep{2, 0, 0.001, 1, 100, {{"discriminatorLoss", 0.69}}}};
        makeRun("b", {}, {gan});
        const auto comparison = compared({"=a", "b"});
        QVERIFY(comparison);
        const QStringList rows = text(curvesTable(*comparison)).split(QLatin1Char('\n'));
        QCOMPARE(rows.size(), 6);
        QCOMPARE(rows[0], QStringLiteral("run,point,step,epoch,seconds,gradientNorm,learningRate,"
                                         "tokensPerSecond,train.discriminatorLoss,trainAccuracy,"
                                         "trainLoss,validationAccuracy,validationBitsPerNote,"
                                         "validationLoss"));
        QVERIFY(rows[1].endsWith(QStringLiteral(",step,5,0.5,1,1,0.001,100,,0.5,2,,,")));
        QVERIFY(
            rows[2].endsWith(QStringLiteral(",evaluated,10,1,2,,0.001,100,,0.5,1.9,0.4,2.5,1.5")));
        // A gradient that is no number is no figure.
        QVERIFY(
            rows[3].endsWith(QStringLiteral(",evaluated,20,2,4,,0.001,100,,0.5,1.7,0.4,2.5,1.6")));
        QVERIFY(rows[4].endsWith(QStringLiteral(",step,5,0.5,1,1,0.001,100,0.69,0,2,,,")));
    }

    void aFolderOfRunsIsAllOfThem()
    {
        makeRun("runs/a", {});
        makeRun("runs/b", {"seed=2"});
        const auto comparison = compared({"runs"});
        QVERIFY(comparison);
        QCOMPARE(comparison->runs.size(), std::size_t{2});
        QCOMPARE(text(comparison->differing.front()), QStringLiteral("training.seed"));
    }

    void withoutRunsItIsRefused()
    {
        fs::create_directories(path("empty"));
        const auto none = compared({"empty"});
        QVERIFY(!none);
        QCOMPARE(text(none.error().id), QStringLiteral("compare.no-runs"));
        const auto missing = compared({"nowhere"});
        QVERIFY(!missing);
        QVERIFY(text(missing.error().text).contains(QStringLiteral("nowhere")));
    }

private:
    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder->path().toStdString()) / name;
    }

    Result<RunComparison> compared(const std::vector<std::string>& names) const
    {
        std::vector<fs::path> paths;
        for (const std::string& name : names)
            paths.push_back(path(name));
        return compareRuns(paths);
    }

    static std::vector<TrainEvent> ended()
    {
        TrainStarted started;
        started.parameters = 1234;
        const auto score = [](double loss) {
            PartScore part;
            part.steps = 10;
            part.loss = loss;
            part.accuracy = 0.4;
            part.bitsPerNote = 2.5;
            return part;
        };
        TrainEvaluated better{1.9, 0.5, score(1.5), true, 0.001, 100, 1, {}};
        TrainEvaluated worse{1.7, 0.5, score(1.6), false, 0.001, 100, 1, {}};
        TrainFinished finished;
        finished.reason = "done";
        finished.bestStep = 10;
        finished.train = score(1.25);
        finished.validation = score(1.5);
        finished.test = score(1.75);
        finished.test->bitsPerNote = 3.0;
        return {{1, 0, 0, 0, started},
                {2, 5, 0.5, 1, TrainStep{2, 0.5, 0.001, 1, 100, {}}},
                {3, 10, 1, 2, better},
                {4, 20, 2, 4, worse},
                {5, 20, 2, 4, finished}};
    }

    void makeRun(const std::string& name, const std::vector<std::string>& settings,
                 const std::vector<TrainEvent>& story = {}) const
    {
        const auto job = withSettings(*trainJobFromJson(R"({"preset": "tiny"})"), settings);
        QVERIFY(job);
        const RunFolder run{path(name)};
        fs::create_directories(run.path);
        QVERIFY(writeFile(run.config(), toJson(*job), Overwrite::Refuse));
        std::string log;
        for (const TrainEvent& event : story)
            log += toJson(event) + "\n";
        QVERIFY(story.empty() || writeFile(run.log(), log, Overwrite::Refuse));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_APPLESS_MAIN(TestCompareRuns)
#include "tst_compare_runs.moc"
