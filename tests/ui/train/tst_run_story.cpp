// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/story_lines.h"

#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::ui;

class TestRunStory final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresComeFromTheEvents();
    void theBestIsTheFirstOfTheLowest();
    void goingOnFromACheckpointTakesBackWhatCameAfter();
    void endings_data();
    void endings();
    void anExtensionMakesItLonger();
    void patienceIsWhatWasSaidLast();
    void checkpointsHoldWeightsAndSamples();
    void strangeEventsAreHarmless_data();
    void strangeEventsAreHarmless();
    void notesAreToldOnceTheirShareIsKnown();
    void twoNetworksHaveTwoLossesAndNoHeldOutOne();
    void whereNothingIsHeldOutTheFileSaysWhichIsBest();
};

void TestRunStory::whereNothingIsHeldOutTheFileSaysWhichIsBest()
{
    std::string started(kStarted);
    const std::string told = R"("validationPieces":)";
    const auto place = started.find(told);
    QVERIFY(place != std::string::npos);
    started.replace(place, started.find(',', place) - place, told + "0");
    const auto best = [](int seq, int step) {
        return R"({"seq":)" + std::to_string(seq) + R"(,"event":"checkpoint","step":)" +
               std::to_string(step) + R"(,"kind":"best","file":"best.safetensors"})";
    };
    RunStory story = storyOf({started, stepLine(2, 5, 3.0)});
    QVERIFY(story.holdsNothingOut());
    QVERIFY(!story.bestStep());
    story = storyOf({started, stepLine(2, 5, 3.0), best(3, 5), best(4, 9)});
    QCOMPARE(story.bestStep(), std::optional<std::int64_t>(9));
    QCOMPARE(story.best(), nullptr);
    QVERIFY(!storyOf({kStarted, stepLine(2, 5, 3.0), best(3, 5)}).holdsNothingOut());
    QVERIFY(!RunStory{}.holdsNothingOut());
}

void TestRunStory::twoNetworksHaveTwoLossesAndNoHeldOutOne()
{
    const std::string best =
        R"({"seq":4,"event":"checkpoint","step":10,"epoch":1,"seconds":1,"kind":"best","file":"best.safetensors"})";
    RunStory story =
        storyOf({kStarted, pairStepLine(2, 5, 1.25, 0.75), varietyLine(3, 10, 0.1), best});
    QVERIFY(story.isAdversarial);
    QVERIFY(story.heldOut.empty());
    QCOMPARE(story.best(), nullptr);
    QCOMPARE(story.bestStep(), std::optional<std::int64_t>(10));
    QCOMPARE(story.training.back().discriminatorLoss, 1.25);
    QCOMPARE(story.training.back().generatorLoss, 0.75);
    QCOMPARE(story.variety, (std::vector<VarietyPoint>{{10, 0.1, 0.5, 0.75, 0.25}}));
    story.tell(parseJson(varietyLine(5, 20, 0.9)).value());
    story.tell(
        parseJson(
            R"({"seq":6,"event":"resumed","step":10,"epoch":1,"seconds":1,"fromCheckpoint":true})")
            .value());
    QCOMPARE(story.variety.size(), 1U);
    QVERIFY(!storyOf({kStarted, stepLine(2, 5, 3.0), judgedLine(3, 10, 2.5)}).isAdversarial);
}

void TestRunStory::figuresComeFromTheEvents()
{
    const RunStory story = storyOf({kStarted, stepLine(2, 5, 3.0), judgedLine(3, 10, 2.25)});
    QVERIFY(story.hasBegun);
    QCOMPARE(story.parameters, 12104);
    QCOMPARE(story.uniform, 3.5);
    QCOMPARE(story.bigram, 2.0);
    QCOMPARE(story.training, (std::vector<TrainingPoint>{{5, 3.0, 0.5, 0.005, 0.7}}));
    QCOMPARE(story.heldOut, (std::vector<HeldOutPoint>{{10, 2.25, 0.4, 3.2}}));
    QCOMPARE(story.totalSteps(), 40);
    QVERIFY(story.secondsLeft());
    QCOMPARE(*story.secondsLeft(), 3.0); // 10 steps took 1 s, 30 are left.
}

void TestRunStory::theBestIsTheFirstOfTheLowest()
{
    QCOMPARE(storyOf({kStarted}).best(), nullptr);
    const RunStory story = storyOf({kStarted, judgedLine(2, 10, 2.5), judgedLine(3, 20, 2.25), judgedLine(4, 30, 2.25), judgedLine(5, 40, 2.75)});
    QVERIFY(story.best());
    QCOMPARE(story.best()->step, 20);
}

void TestRunStory::goingOnFromACheckpointTakesBackWhatCameAfter()
{
    const RunStory story = storyOf({kStarted, stepLine(2, 5, 3.0), judgedLine(3, 10, 2.5), stepLine(4, 15, 2.9), judgedLine(5, 20, 2.25),
                                    R"({"seq":6,"event":"resumed","step":10,"epoch":1,"seconds":1,"fromCheckpoint":true})", stepLine(7, 12, 2.8)});
    QCOMPARE(story.training.size(), 2U);
    QCOMPARE(story.training.back().step, 12);
    QCOMPARE(story.heldOut.size(), 1U);
    QCOMPARE(story.best()->step, 10);
}

void TestRunStory::endings_data()
{
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<int>("ending");
    using Ending = RunStory::Ending;
    QTest::newRow("done") << QByteArray(R"({"event":"finished","reason":"done"})") << int(Ending::Done);
    QTest::newRow("early") << QByteArray(R"({"event":"finished","reason":"early-stop"})") << int(Ending::EarlyStop);
    QTest::newRow("stopped") << QByteArray(R"({"event":"finished","reason":"stopped"})") << int(Ending::Stopped);
    QTest::newRow("failed") << QByteArray(R"({"event":"failed","id":"train.not-finite","text":"The loss is no number."})") << int(Ending::Failed);
    QTest::newRow("paused") << QByteArray(R"({"event":"paused"})") << int(Ending::None);
}

void TestRunStory::endings()
{
    QFETCH(QByteArray, event);
    QFETCH(int, ending);
    const RunStory story = storyOf({kStarted, stepLine(2, 5, 3.0), event.toStdString()});
    QCOMPARE(int(story.ending), ending);
    QCOMPARE(story.isPaused, event.contains("paused"));
    QCOMPARE(story.secondsLeft().has_value(), story.ending == RunStory::Ending::None);
    QCOMPARE(story.failure.isEmpty(), story.ending != RunStory::Ending::Failed);
}

void TestRunStory::anExtensionMakesItLonger()
{
    const RunStory story = storyOf({kStarted, stepLine(2, 5, 3.0),
                                    R"({"seq":3,"event":"notice","step":5,"id":"train.extended","text":"The training now has 9 epochs."})"});
    QCOMPARE(story.epochs, 9);
    QCOMPARE(story.marks.size(), 1U);
    QCOMPARE(story.totalSteps(), 90);
}

void TestRunStory::patienceIsWhatWasSaidLast()
{
    constexpr std::string_view kPatient = R"({"seq":1,"event":"started","step":0,"epochs":4,"stepsPerEpoch":10,"patience":8})";
    QCOMPARE(storyOf({kPatient}).patience, 8);
    const auto notice = [](int seq, const char* words) {
        return Json{{"seq", seq}, {"event", "notice"}, {"step", 5}, {"id", "train.patience-set"}, {"text", words}}.dump();
    };
    const std::string fewer = notice(2, "It now ends after 3 evaluations without a better held-out loss.");
    const std::string never = notice(3, "It no longer ends early.");
    QCOMPARE(storyOf({kPatient, fewer}).patience, 3);
    QCOMPARE(storyOf({kPatient, fewer, never}).patience, 0);
    QCOMPARE(storyOf({kPatient, fewer}).epochs, 4);
}

void TestRunStory::checkpointsHoldWeightsAndSamples()
{
    const RunStory story = storyOf({kStarted, R"({"event":"checkpoint","step":3,"kind":"step","file":"step-3.safetensors"})",
                                    R"({"event":"sample","step":3,"files":["samples/step-3-1.mid","samples/step-3-2.mid"],"problem":""})",
                                    R"({"event":"checkpoint","step":4,"kind":"last","file":"last.safetensors"})",
                                    R"({"event":"checkpoint","step":5,"kind":"best","file":"best.safetensors"})"});
    QCOMPARE(story.checkpoints.size(), 1U);
    QCOMPARE(story.checkpoints[0].file, QStringLiteral("step-3.safetensors"));
    QCOMPARE(story.checkpoints[0].samples.size(), 2);
    QVERIFY(story.hasBest);
}

void TestRunStory::strangeEventsAreHarmless_data()
{
    QTest::addColumn<QByteArray>("event");
    for (const char* event : {"{}", "[]", "3", "null", R"({"event":7})", R"({"event":"step"})", R"({"event":"step","loss":"nan","step":"x"})",
                              R"({"event":"evaluated","validation":[]})", R"({"event":"sample","files":3})", R"({"event":"sample","files":[1,null]})",
                              R"({"event":"started","references":4})", R"({"event":"unheard-of","step":9})"})
        QTest::newRow(event) << QByteArray(event);
}

void TestRunStory::strangeEventsAreHarmless()
{
    QFETCH(QByteArray, event);
    RunStory story = storyOf({kStarted, event.toStdString(), stepLine(3, 20, 2.0)});
    QCOMPARE(story.training.back().step, 20);
}

void TestRunStory::notesAreToldOnceTheirShareIsKnown()
{
    QVERIFY(storyOf({kStarted}).throughputInWords().isEmpty());
    QVERIFY(storyOf({kStarted, stepLine(2, 5, 3.0)}).throughputInWords().contains(QLatin1String("symbols/s")));
    const QString words = storyOf({kStarted, stepLine(2, 5, 3.0), judgedLine(3, 10, 2.5)}).throughputInWords();
    QVERIFY2(words.contains(QLatin1String("10")) && words.contains(QLatin1String("notes/s")), qPrintable(words));
}

QTEST_GUILESS_MAIN(TestRunStory)
#include "tst_run_story.moc"
