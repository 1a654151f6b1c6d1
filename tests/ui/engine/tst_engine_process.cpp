// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/engine_process.h"

#include <QSignalSpy>
#include <QTest>

#include <csignal>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 30'000;

QStringList engineCommand()
{
    return {qEnvironmentVariable("CONTINUO_ENGINE"), QStringLiteral("serve")};
}

/// From nothing; sixteen alternatives of a thousand bars take the engine longer than anyone waits here.
Json fromNothing(int bars, int alternatives = 1)
{
    return Json{{"mode", "new"}, {"length", bars}, {"alternatives", alternatives}};
}

} // namespace

/// With the real engine as its child.
class TestEngineProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(engineCommand().first()))
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
    }

    void itShakesHandsAndAnswers()
    {
        EngineProcess engine(engineCommand(), QStringLiteral("test"));
        std::optional<Result<Json>> answer;
        engine.ask(QStringLiteral("ping"), Json::object(), this, [&](const Result<Json>& found) { answer = found; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kPatienceMs);
        QVERIFY(static_cast<bool>(*answer));
        QVERIFY(engine.isReady());
        QVERIFY(engine.processId() > 0);
        QCOMPARE(engine.hello().role, std::string("serve"));
        QVERIFY(!engine.isBusy());
    }

    void anErrorComesWithItsIdAndArguments()
    {
        EngineProcess engine(engineCommand(), QStringLiteral("test"));
        std::optional<Result<Json>> answer;
        engine.ask(QStringLiteral("load"), Json{{"model", "/nowhere/none.safetensors"}}, this, [&](const Result<Json>& found) { answer = found; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kPatienceMs);
        QVERIFY(!*answer);
        QCOMPARE(answer->error().id, std::string("file.not-found"));
        QVERIFY(answer->error().text.find("none.safetensors") != std::string::npos);
    }

    void newsComeBeforeTheAnswer()
    {
        EngineProcess engine(engineCommand(), QStringLiteral("test"));
        const std::string model = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString() + "/models/starter.safetensors";
        int notes = 0;
        int notesAtTheAnswer = -1;
        std::optional<Result<Json>> answer;
        engine.ask(QStringLiteral("load"), Json{{"model", model}}, this, [](const Result<Json>&) {});
        engine.ask(
            QStringLiteral("generate"), fromNothing(4), this,
            [&](const Result<Json>& found) {
                answer = found;
                notesAtTheAnswer = notes;
            },
            [&](const std::string& method, const Json&) { notes += method == "note" ? 1 : 0; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kPatienceMs);
        QVERIFY(static_cast<bool>(*answer));
        QVERIFY(notesAtTheAnswer > 4);
    }

    void aCancelledJobAnswersThatItWas()
    {
        EngineProcess engine(engineCommand(), QStringLiteral("test"));
        const std::string model = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString() + "/models/starter.safetensors";
        engine.ask(QStringLiteral("load"), Json{{"model", model}}, this, [](const Result<Json>&) {});
        std::optional<Result<Json>> answer;
        bool hasBegun = false;
        const auto job = engine.ask(
            QStringLiteral("generate"), fromNothing(1024, 16), this, [&](const Result<Json>& found) { answer = found; },
            [&](const std::string&, const Json&) { hasBegun = true; });
        QTRY_VERIFY_WITH_TIMEOUT(hasBegun, kPatienceMs);
        engine.cancel(job);
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kPatienceMs);
        QVERIFY(!*answer);
        QVERIFY(answer->error().kind == ErrorKind::Cancelled);
        QVERIFY(engine.isReady());
    }

    void aKilledEngineIsSaidAndStartedAgain()
    {
        EngineProcess engine(engineCommand(), QStringLiteral("test"));
        QSignalSpy died(&engine, &EngineProcess::died);
        const std::string model = qEnvironmentVariable("CONTINUO_RESOURCES").toStdString() + "/models/starter.safetensors";
        engine.ask(QStringLiteral("load"), Json{{"model", model}}, this, [](const Result<Json>&) {});
        std::optional<Result<Json>> answer;
        bool hasBegun = false;
        engine.ask(
            QStringLiteral("generate"), fromNothing(1024, 16), this, [&](const Result<Json>& found) { answer = found; },
            [&](const std::string&, const Json&) { hasBegun = true; });
        QTRY_VERIFY_WITH_TIMEOUT(hasBegun, kPatienceMs);
        const qint64 first = engine.processId();
        ::kill(static_cast<pid_t>(first), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(died.size(), 1, kPatienceMs);
        QVERIFY(answer.has_value() && !*answer);
        QCOMPARE(answer->error().id, std::string("engine.died"));
        QTRY_VERIFY_WITH_TIMEOUT(engine.isReady(), kPatienceMs);
        QVERIFY(engine.processId() != first);
    }

    void oneThatDiesAgainAndAgainIsLeftAlone()
    {
        EngineProcess engine({QStringLiteral("/bin/sh"), QStringLiteral("-c"), QStringLiteral("echo no memory >&2; exit 3")}, QStringLiteral("test"));
        QSignalSpy died(&engine, &EngineProcess::died);
        std::optional<Result<Json>> answer;
        engine.ask(QStringLiteral("ping"), Json::object(), this, [&](const Result<Json>& found) { answer = found; });
        QTRY_COMPARE_WITH_TIMEOUT(engine.state(), EngineProcess::State::Broken, kPatienceMs);
        QCOMPARE(died.size(), 3);
        QVERIFY(answer.has_value() && !*answer);
        QVERIFY2(engine.why().contains(QStringLiteral("no memory")), qPrintable(engine.why()));
        std::optional<Result<Json>> later;
        engine.ask(QStringLiteral("ping"), Json::object(), this, [&](const Result<Json>& found) { later = found; });
        QTRY_VERIFY_WITH_TIMEOUT(later.has_value(), kPatienceMs);
        QVERIFY(!*later);
    }

    void aProgramThatIsNotThereIsSaid()
    {
        EngineProcess engine({QStringLiteral("/nowhere/continuo"), QStringLiteral("serve")}, QStringLiteral("test"));
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.state(), EngineProcess::State::Broken, kPatienceMs);
        QVERIFY(engine.why().contains(QStringLiteral("/nowhere/continuo")));
    }

    void nobodyIsCalledBackWhoIsGone()
    {
        EngineProcess engine(engineCommand(), QStringLiteral("test"));
        bool wasCalled = false;
        {
            QObject gone;
            engine.ask(QStringLiteral("ping"), Json::object(), &gone, [&](const Result<Json>&) { wasCalled = true; });
        }
        std::optional<Result<Json>> answer;
        engine.ask(QStringLiteral("ping"), Json::object(), this, [&](const Result<Json>& found) { answer = found; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kPatienceMs);
        QVERIFY(!wasCalled);
    }
};

QTEST_GUILESS_MAIN(TestEngineProcess)
#include "tst_engine_process.moc"
