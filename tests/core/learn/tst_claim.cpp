// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/learn/claim.h"
#include "core/learn/preset.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace continuo;

Q_DECLARE_METATYPE(std::vector<ClaimEntry>)
Q_DECLARE_METATYPE(ClaimTest)

namespace {

using Kind = ClaimVerdict::Kind;

const char* const kGood =
    R"({"title": "t", "claim": "c", "preset": "melody-37", "set": {"training.epochs": 3},
    "runs": [{"name": "one", "words": "One"}, {"name": "two", "words": "Two", "set": {"network.hidden": 8}}],
    "test": {"figure": "testLoss", "best": "two"}})";

std::filesystem::path resources()
{
    return std::filesystem::path(qEnvironmentVariable("CONTINUO_RESOURCES").toStdString());
}

} // namespace

class TestClaim final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aClaimSaysWhatToTrain()
    {
        const Result<Claim> claim = claimFromJson("x", kGood);
        QVERIFY2(claim, claim ? "" : claim.error().text.c_str());
        QCOMPARE(claim->name, std::string("x"));
        QVERIFY(claim->settings == std::vector<std::string>{"training.epochs=3"});
        QCOMPARE(claim->runs.size(), std::size_t{2});
        QVERIFY(claim->runs[1].settings == std::vector<std::string>{"network.hidden=8"});
        QVERIFY(claim->models == std::vector<std::string>{"best"});
    }

    void badClaimsSayWhatIsWrong_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("word");
        QTest::newRow("not JSON") << "{\"title\""
                                  << "{title"
                                  << "JSON";
        QTest::newRow("no title") << "\"title\""
                                  << "\"titel\""
                                  << "title";
        QTest::newRow("unknown member") << "\"preset\""
                                        << "\"more\": 1, \"preset\""
                                        << "more";
        QTest::newRow("unknown member of a run") << "\"words\": \"One\""
                                                 << "\"words\": \"One\", \"x\": 1"
                                                 << "\"x\"";
        QTest::newRow("run without words") << ", \"words\": \"One\""
                                           << ""
                                           << "words";
        QTest::newRow("name no folder may have") << "\"one\""
                                                 << "\"../one\""
                                                 << "../one";
        QTest::newRow("same name twice") << "\"one\""
                                         << "\"two\""
                                         << "same name";
        QTest::newRow("unknown figure") << "testLoss"
                                        << "testLost"
                                        << "testLost";
        QTest::newRow("best is no run") << "\"best\": \"two\""
                                        << "\"best\": \"three\""
                                        << "three";
        QTest::newRow("settings are no object") << "{\"training.epochs\": 3}"
                                                << "[]"
                                                << "set";
    }
    void badClaimsSayWhatIsWrong()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, word);
        QString json = QString::fromUtf8(kGood);
        QVERIFY(json.contains(from));
        json.replace(json.indexOf(from), from.size(), to);
        const Result<Claim> claim = claimFromJson("x", json.toStdString());
        QVERIFY(!claim);
        QCOMPARE(claim.error().id, std::string("claim.bad"));
        QVERIFY2(claim.error().text.find(word.toStdString()) != std::string::npos,
                 claim.error().text.c_str());
    }

    void theClaimsThatComeWithTheProgramCanBeTrained()
    {
        const Result<std::vector<Claim>> claims = listClaims(resources() / "claims");
        QVERIFY2(claims, claims ? "" : claims.error().text.c_str());
        QVERIFY(claims->size() >= 6);
        for (const Claim& claim : *claims) {
            const Result<Preset> preset = loadPreset(resources() / "presets", claim.preset);
            QVERIFY2(preset, claim.name.c_str());
            const Result<TrainJob> job = jobOf(*preset, claim.variant);
            QVERIFY2(job, claim.name.c_str());
            for (const ClaimRun& run : claim.runs) {
                std::vector<std::string> settings = claim.settings;
                settings.insert(settings.end(), run.settings.begin(), run.settings.end());
                const Result<TrainJob> own = withSettings(*job, settings);
                QVERIFY2(own, own ? "" : (claim.name + ": " + own.error().text).c_str());
            }
        }
    }

    void anUnknownClaimNamesTheNearest()
    {
        const Result<Claim> claim = loadClaim(resources() / "claims", "melody-37-optimizers");
        QCOMPARE(claim.error().id, std::string("claim.unknown"));
        QVERIFY(claim.error().text.find("did you mean \"melody-37-optimisers\"") !=
                std::string::npos);
    }

    void aVerdictWeighsTheSeeds_data()
    {
        QTest::addColumn<ClaimTest>("test");
        QTest::addColumn<std::vector<ClaimEntry>>("entries");
        QTest::addColumn<int>("verdict");
        const auto row = [](const char* name, const char* figure, std::vector<double> a,
                            std::vector<double> b, Kind kind) {
            QTest::newRow(name) << ClaimTest{figure, "a", std::nullopt}
                                << std::vector<ClaimEntry>{{"a", std::move(a)}, {"b", std::move(b)}}
                                << int(kind);
        };
        row("clearly better", "testLoss", {1.0, 1.1}, {1.5, 1.6}, Kind::Holds);
        row("clearly worse", "testLoss", {1.5, 1.6}, {1.0, 1.1}, Kind::DoesNotHold);
        row("better by less than the seeds differ", "testLoss", {1.0, 1.4}, {1.1, 1.5},
            Kind::CannotBeTold);
        row("worse by less than the seeds differ", "testLoss", {1.1, 1.5}, {1.0, 1.4},
            Kind::CannotBeTold);
        row("the other one's seeds differ", "testLoss", {1.0, 1.0}, {1.0, 1.4}, Kind::CannotBeTold);
        row("one seed each", "testLoss", {1.0}, {1.01}, Kind::Holds);
        row("equal", "testLoss", {1.0}, {1.0}, Kind::CannotBeTold);
        const auto reach = [](const char* name, double value, Kind kind) {
            QTest::newRow(name) << ClaimTest{"copies", "a", 0.5}
                                << std::vector<ClaimEntry>{{"a", {value}}} << int(kind);
        };
        reach("reached", 0.5, Kind::Holds);
        reach("not reached", 0.49, Kind::DoesNotHold);
    }
    void aVerdictWeighsTheSeeds()
    {
        QFETCH(ClaimTest, test);
        QFETCH(std::vector<ClaimEntry>, entries);
        QFETCH(int, verdict);
        const ClaimVerdict found = verdictOf(test, entries);
        QCOMPARE(int(found.kind), verdict);
        QCOMPARE(found.text.find("one random seed") != std::string::npos,
                 entries.front().values.size() == 1);
    }

    void oneRunThatIsBetterDecides()
    {
        // Of three, one is clearly better than the one that should be best; the third cannot hide
        // that.
        const std::vector<ClaimEntry> entries{
            {"a", {2.0, 2.1}}, {"b", {1.0, 1.1}}, {"c", {2.0, 2.1}}};
        QCOMPARE(int(verdictOf({"testLoss", "a", {}}, entries).kind), int(Kind::DoesNotHold));
        QCOMPARE(int(verdictOf({"testLoss", "b", {}}, entries).kind), int(Kind::Holds));
    }
};

QTEST_APPLESS_MAIN(TestClaim)
#include "tst_claim.moc"
