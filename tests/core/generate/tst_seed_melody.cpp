// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/dataset/import.h"
#include "core/generate/seed_melody.h"
#include "core/generate/seed_notes.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <string_view>

using namespace continuo;
using namespace continuo::tests;

namespace {

constexpr std::string_view kTunes = "X:1\nT:First\nM:4/4\nL:1/4\nK:G\nG A B d|\n\n"
                                    "X:2\nT:Second\nM:4/4\nL:1/4\nK:G\nd B A G|\n";

std::vector<std::uint8_t> bytesOf(std::string_view text)
{
    return {text.begin(), text.end()};
}

std::vector<int> pitchesOf(const Score& score)
{
    std::vector<int> pitches;
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes)
            pitches.push_back(note.pitch.value);
    }
    return pitches;
}

bool hasRemark(const SeedMelody& melody, std::string_view id)
{
    return std::any_of(melody.remarks.begin(), melody.remarks.end(),
                       [id](const Remark& remark) { return remark.id == id; });
}

} // namespace

class TestSeedMelody final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeFile(path("tunes.abc"), kTunes, Overwrite::Refuse));
        ImportOptions options;
        options.inputs = {path("tunes.abc")};
        options.set = path("set.continuo-dataset");
        QVERIFY(importMusic(options, {}, {}));
    }

    void everySourceGivesItsNotes_data()
    {
        QTest::addColumn<SeedMelodySource>("source");
        QTest::addColumn<std::vector<int>>("pitches");
        const std::vector<int> first{67, 69, 71, 74};
        QTest::newRow("file") << SeedMelodySource{SeedFile{path("tunes.abc")}} << first;
        QTest::newRow("bytes") << SeedMelodySource{SeedBytes{bytesOf(kTunes)}} << first;
        QTest::newRow("words") << SeedMelodySource{SeedWords{"C4 E4:1/8 72"}}
                               << std::vector<int>{60, 64, 72};
        QTest::newRow("piece") << SeedMelodySource{SeedPiece{path("set.continuo-dataset"),
                                                             "tunes.abc#2"}}
                               << std::vector<int>{74, 71, 69, 67};
    }
    void everySourceGivesItsNotes()
    {
        QFETCH(SeedMelodySource, source);
        QFETCH(std::vector<int>, pitches);
        const auto melody = readSeedMelody(m_model, {.source = source});
        QVERIFY2(melody, melody ? "" : melody.error().text.c_str());
        QCOMPARE(pitchesOf(melody->score), pitches);
        QCOMPARE(melody->prompt.notes, pitches.size());
        const bool isBook =
            std::holds_alternative<SeedFile>(source) || std::holds_alternative<SeedBytes>(source);
        QCOMPARE(hasRemark(*melody, "generate.first-piece"), isBook);
    }

    void chanceGoesByTheSeedAndTheKey()
    {
        const SeedMelodyRequest request{.source = SeedByChance{}, .key = "D major", .seed = 5};
        const auto melody = readSeedMelody(m_model, request);
        QVERIFY(melody);
        QVERIFY(melody->score ==
                randomSeedMelody(m_model.encoding->vocabulary(), *parseKey("D major"), 5));
        QVERIFY(hasRemark(*melody, "generate.random-prompt"));
    }

    void fromNothingNothingIsRead()
    {
        const auto melody = readSeedMelody(m_model, {.mode = "new"});
        QVERIFY(melody);
        QVERIFY(!melody->score.hasNotes());
        QCOMPARE(melody->prompt.notes, std::size_t{0});
    }

    void wishesBecomeTheRequest()
    {
        const auto melody = readSeedMelody(m_model, {.source = SeedWords{"C4 E4 G4"},
                                                     .scale = "D minor",
                                                     .range = "62-B5",
                                                     .samplerJson = R"({"temperature": 0.5})",
                                                     .seed = 9});
        QVERIFY(melody);
        QCOMPARE(keyName(*melody->request.scale), std::string("D minor"));
        QCOMPARE(int(melody->request.range->first.value), 62);
        QCOMPARE(int(melody->request.range->second.value), 83);
        QCOMPARE(melody->request.sampler.temperature, 0.5);
        QCOMPARE(melody->request.seed, std::uint64_t{9});
        const auto plain = readSeedMelody(m_model, {.source = SeedWords{"C4"}});
        QVERIFY(plain && !plain->request.scale && !plain->request.range);
        QVERIFY(plain->request.sampler == *samplerFromJson(m_model.card.samplerJson));
    }

    void whatMakesNoSenseIsNamed_data()
    {
        QTest::addColumn<SeedMelodyRequest>("request");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("word");
        const SeedWords words{"C4 E4 G4"};
        const auto row = [](const char* name, SeedMelodyRequest request, const char* id,
                            const char* word) {
            QTest::newRow(name) << request << QByteArray(id) << QByteArray(word);
        };
        row("mode", {.mode = "jam", .source = words}, "generate.bad-mode", "jam");
        row("mode of other models", {.mode = "infill", .source = words},
            "generate.mode-not-possible", "infill");
        row("no melody", {}, "generate.no-prompt", "--prompt");
        row("a melody for nothing", {.mode = "new", .source = words}, "generate.two-prompts",
            "continue");
        row("key", {.source = words, .key = "H major"}, "generate.bad-key",
            "key cannot be \"H major\"");
        row("scale", {.source = words, .scale = "x"}, "generate.bad-key", "scale cannot be \"x\"");
        row("range without end", {.source = words, .range = "C4"}, "generate.bad-range", "\"C4\"");
        row("range upside down", {.source = words, .range = "B5-D4"}, "generate.bad-range",
            "D4-B5");
        row("range that is no text", {.source = words, .range = "\xff-\xff"}, "generate.bad-range",
            "range");
        row("sampler", {.source = words, .samplerJson = R"({"temprature": 1})"},
            "sampler.unknown-key", "temprature");
        row("file", {.source = SeedFile{"/nowhere/a.mid"}}, "file.not-found", "a.mid");
        row("piece", {.source = SeedPiece{path("set.continuo-dataset"), "x.abc"}},
            "dataset.no-such-piece", "x.abc");
        row("no music", {.source = SeedBytes{{1, 2, 3}}}, "music.unknown-format",
            "the seed melody");
        row("words", {.source = SeedWords{"C4 H9"}}, "notes.bad-note", "H9");
    }
    void whatMakesNoSenseIsNamed()
    {
        QFETCH(SeedMelodyRequest, request);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, word);
        const auto melody = readSeedMelody(m_model, request);
        QVERIFY(!melody);
        QCOMPARE(melody.error().id, id.toStdString());
        QVERIFY2(melody.error().text.find(word.toStdString()) != std::string::npos,
                 melody.error().text.c_str());
    }

    void aSilentFileIsNamed()
    {
        QVERIFY(writeFile(path("silent.abc"), std::string_view("X:1\nM:3/4\nL:1/4\nK:C\nz3|z3|\n"),
                          Overwrite::Refuse));
        const auto melody = readSeedMelody(m_model, {.source = SeedFile{path("silent.abc")}});
        QVERIFY(!melody);
        QCOMPARE(melody.error().id, std::string("generate.empty-prompt"));
        QVERIFY(melody.error().text.find("silent.abc") != std::string::npos);
    }

    void unitsHaveTheirNames()
    {
        QCOMPARE(*lengthUnitFromName("bars"), LengthUnit::Bars);
        QCOMPARE(*lengthUnitFromName("notes"), LengthUnit::Notes);
        QCOMPARE(*lengthUnitFromName("steps"), LengthUnit::Steps);
        QCOMPARE(*lengthUnitFromName("seconds"), LengthUnit::Seconds);
        QCOMPARE(lengthUnitFromName("hours").error().id, std::string("generate.bad-unit"));
    }

private:
    std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }

    QTemporaryDir m_folder;
    GeneratingModel m_model = randomModel("{}", 3);
};

QTEST_APPLESS_MAIN(TestSeedMelody)
#include "tst_seed_melody.moc"
