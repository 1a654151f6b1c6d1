// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/encoding.h"
#include "core/learn/job_settings.h"
#include "core/learn/train_job.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace continuo;
using Kind = JobSetting::Kind;

namespace {

/// The first encoding that has the option; the grid for all other settings.
std::string encodingOf(const std::string& key)
{
    const auto settings = jobSettings();
    const auto setting = std::ranges::find(settings, key, &JobSetting::key);
    return setting == settings.end() || setting->encodings.empty() ? "grid"
                                                                   : setting->encodings.front();
}

/// Whether a job with this one setting changed is accepted.
bool isAccepted(const std::string& key, const nlohmann::ordered_json& value)
{
    const std::vector<std::string> changes{"encoding.name=" + encodingOf(key),
                                           key + "=" + value.dump()};
    TrainJob plain;
    plain.network.window = 8; // A last-step network needs one.
    const Result<TrainJob> job = withSettings(plain, changes);
    return job && makeEncoding(job->encoding, job->encodingOptionsJson);
}

} // namespace

class TestJobSettings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rangesAreThoseThatAreEnforced_data();
    void rangesAreThoseThatAreEnforced();
    void nothingIsMissing();
    void jsonHasWhatAFormNeeds();
};

void TestJobSettings::rangesAreThoseThatAreEnforced_data()
{
    QTest::addColumn<int>("row");
    const std::vector<JobSetting> settings = jobSettings();
    for (int row = 0; row < static_cast<int>(settings.size()); ++row)
        QTest::newRow(settings[static_cast<std::size_t>(row)].key.c_str()) << row;
}

void TestJobSettings::rangesAreThoseThatAreEnforced()
{
    QFETCH(int, row);
    const JobSetting setting = jobSettings()[static_cast<std::size_t>(row)];
    QVERIFY(!setting.meaning.empty());
    QVERIFY(!setting.allowed.empty());
    QVERIFY(isAccepted(setting.key, nlohmann::ordered_json::parse(setting.defaultJson)));
    // The two ends of the range depend on each other, the most layers on the kind, and the seed's
    // highest is more than a double holds.
    const bool isPair = setting.key == "encoding.low" || setting.key == "encoding.high" ||
                        setting.key == "network.layers";
    switch (setting.kind) {
    case Kind::Whole: {
        const auto low = static_cast<std::int64_t>(setting.lowest);
        QVERIFY(!isAccepted(setting.key, low - 1));
        if (setting.key == "training.seed")
            break;
        const auto high = static_cast<std::int64_t>(setting.highest);
        QVERIFY(!isAccepted(setting.key, high + 1));
        QVERIFY(isPair || (isAccepted(setting.key, low) && isAccepted(setting.key, high)));
        break;
    }
    case Kind::Real:
        QVERIFY(isAccepted(setting.key, setting.lowest));
        QVERIFY(isAccepted(setting.key, setting.highest));
        QVERIFY(!isAccepted(setting.key, setting.lowest - 0.001));
        QVERIFY(!isAccepted(setting.key, setting.highest * 1.01));
        break;
    case Kind::Choice:
        for (const std::string& choice : setting.choices)
            QVERIFY2(isAccepted(setting.key, choice), choice.c_str());
        QVERIFY(!isAccepted(setting.key, "none-of-them"));
        break;
    case Kind::Truth:
        QVERIFY(isAccepted(setting.key, false));
        QVERIFY(!isAccepted(setting.key, 7));
        break;
    case Kind::Word:
        QVERIFY(!isAccepted(setting.key, 7));
        break;
    }
}

void TestJobSettings::nothingIsMissing()
{
    std::set<std::string> listed;
    for (const JobSetting& setting : jobSettings())
        QVERIFY2(listed.insert(setting.key).second, setting.key.c_str());
    std::set<std::string> there;
    for (const char* encoding : {"grid", "abc", "chord", "note", "frame", "voices", "event"}) {
        TrainJob job;
        job.encoding = encoding;
        job.encodingOptionsJson = makeEncoding(encoding, "{}").value()->optionsJson();
        const auto json = nlohmann::ordered_json::parse(toJson(job));
        for (const char* group : {"encoding", "network", "training"}) {
            for (const auto& [name, value] : json[group].items()) {
                if (std::string(group) + name != "encodingname")
                    there.insert(std::string(group) + "." + name);
            }
        }
        // Each option is said to belong to the encodings that have it.
        for (const JobSetting& setting : jobSettings()) {
            const bool isListed =
                std::ranges::find(setting.encodings, encoding) != setting.encodings.end();
            const bool isThere =
                json["encoding"].contains(setting.key.substr(setting.key.find('.') + 1));
            if (setting.key.starts_with("encoding."))
                QVERIFY2(isListed == isThere, setting.key.c_str());
        }
    }
    QCOMPARE(listed, there);
}

void TestJobSettings::jsonHasWhatAFormNeeds()
{
    const auto array = nlohmann::ordered_json::parse(toJson(jobSettings()));
    const auto batch = std::ranges::find_if(
        array, [](const auto& each) { return each["key"] == "training.batch"; });
    QVERIFY(batch != array.end());
    QCOMPARE((*batch)["kind"].get<std::string>(), std::string("whole"));
    QCOMPARE((*batch)["lowest"].get<double>(), 1.0);
    QCOMPARE((*batch)["highest"].get<double>(), 4096.0);
    QCOMPARE((*batch)["default"].get<int>(), 64);
    QVERIFY(!batch->contains("choices"));
}

QTEST_GUILESS_MAIN(TestJobSettings)
#include "tst_job_settings.moc"
