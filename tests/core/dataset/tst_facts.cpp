// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/abc/read_abc.h"
#include "core/dataset/facts.h"

#include <set>

using namespace continuo;

namespace {

Score scoreOf(const QByteArray& abc)
{
    const auto tunes = readAbc(std::string_view(abc.constData(), std::size_t(abc.size())), "test");
    return tunes ? tunes->front().score : Score{};
}

/// A track of notes written "start length pitch channel", in quarters of 480 ticks and fractions.
Score scoreOfNotes(const QList<QList<double>>& notes)
{
    Score score;
    score.ticksPerQuarter = 480;
    Track& track = score.addTrack();
    for (const QList<double>& values : notes) {
        Note note;
        note.start = Tick{qRound64(values[0] * 480)};
        note.length = Tick{qRound64(values[1] * 480)};
        note.pitch = Pitch{static_cast<std::uint8_t>(values[2])};
        note.channel = static_cast<std::uint8_t>(values.value(3, 0));
        note.id = score.nextId++;
        track.notes.push_back(note);
        track.end = std::max(track.end, note.end());
    }
    return score;
}

QStringList namesOf(ProblemMask problems)
{
    QStringList names;
    for (const std::string& name : problemNames(problems))
        names += QString::fromStdString(name);
    return names;
}

} // namespace

class TestFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factsOfATune();
    void factsOfNothing();
    void drumsAreNotPitched();
    void polyphonyCountsWhatSoundsTogether();
    void tempoAndMeterChangesAreCountedOnce();
    void startsOffTheGridAreCounted_data();
    void startsOffTheGridAreCounted();
    void problemsShow_data();
    void problemsShow();
    void smpteTimeHasNoBars();
    void textsAreCutAndReadable();
    void jsonReadsBack();
    void damagedJsonIsRefused_data();
    void damagedJsonIsRefused();
    void problemNamesAreDistinct();
};

void TestFacts::factsOfATune()
{
    const PieceFacts facts = factsOf(scoreOf("X:1\nT:Scale\nM:6/8\nL:1/8\nQ:1/4=90\nK:G\nGAB cde|f2g g3|\n"));
    QCOMPARE(facts.title, std::string("Scale"));
    QCOMPARE(facts.notes, std::size_t{9});
    QCOMPARE(facts.drumNotes, std::size_t{0});
    QCOMPARE(facts.bars, std::int64_t{2});
    QCOMPARE(QString::fromStdString(meterFact(facts)), "6/8");
    QCOMPARE(QString::fromStdString(keyFact(facts)), "G major");
    QCOMPARE(facts.lowest, std::optional(67));
    QCOMPARE(facts.highest, std::optional(79));
    QCOMPARE(facts.polyphony, std::size_t{1});
    QCOMPARE(facts.tempos.front().quartersPerMinute, 90.0);
    QVERIFY(qAbs(facts.durationSeconds - 4.0) < 1e-5);
    QVERIFY(qAbs(facts.density - 9 / 4.0) < 1e-5);
    QCOMPARE(facts.offGridShare, 0.0);
}

void TestFacts::factsOfNothing()
{
    const PieceFacts facts = factsOf(Score{});
    QCOMPARE(facts.notes, std::size_t{0});
    QCOMPARE(facts.bars, std::int64_t{0});
    QVERIFY(!facts.key && !facts.lowest && !facts.highest);
    QCOMPARE(facts.density, 0.0);
    QCOMPARE(facts.lowestVelocity, 0);
    QCOMPARE(QString::fromStdString(keyFact(facts)), "-");
}

void TestFacts::drumsAreNotPitched()
{
    const PieceFacts facts = factsOf(scoreOfNotes({{0, 1, 36, 9}, {0, 1, 60, 0}, {1, 1, 38, 9}}));
    QCOMPARE(facts.notes, std::size_t{3});
    QCOMPARE(facts.drumNotes, std::size_t{2});
    QCOMPARE(facts.lowest, std::optional(60));
    QCOMPARE(facts.polyphony, std::size_t{1});
}

void TestFacts::polyphonyCountsWhatSoundsTogether()
{
    QCOMPARE(factsOf(scoreOfNotes({{0, 1, 60}, {1, 1, 62}, {2, 1, 64}})).polyphony, std::size_t{1});
    QCOMPARE(factsOf(scoreOfNotes({{0, 4, 60}, {1, 1, 64}, {2, 1, 67}, {2.5, 1, 72}})).polyphony, std::size_t{3});
}

void TestFacts::tempoAndMeterChangesAreCountedOnce()
{
    Score score = scoreOfNotes({{0, 1, 60}, {8, 1, 60}});
    const TrackId track = score.tracks.front().id;
    for (const std::int64_t quarter : {0, 4, 8}) {
        score.addEvent(track, tempoEvent(Tick{quarter * 480}, quarter == 8 ? 400'000 : 600'000));
        score.addEvent(track, timeSignatureEvent(Tick{quarter * 480}, quarter == 8 ? 3 : 2, 4));
    }
    const PieceFacts facts = factsOf(score);
    QCOMPARE(facts.tempoCount, std::size_t{2});
    QCOMPARE(facts.tempos.back().quartersPerMinute, 150.0);
    QVERIFY(qAbs(facts.tempos.back().seconds - 4.8) < 1e-9);
    QCOMPARE(facts.meterCount, std::size_t{2});
    QCOMPARE(facts.meters.back(), (PieceFacts::MeterChange{5, {3, 4}}));
    QCOMPARE(namesOf(problemsOf(facts)), (QStringList{"too-short", "several-tempos", "several-meters"}));
}

void TestFacts::startsOffTheGridAreCounted_data()
{
    QTest::addColumn<double>("start");
    QTest::addColumn<bool>("isOff");
    QTest::newRow("on the beat") << 1.0 << false;
    QTest::newRow("sixteenth") << 1.25 << false;
    QTest::newRow("triplet") << 1 + 1 / 3.0 << false;
    QTest::newRow("sixth of a quarter") << 1 + 1 / 6.0 << false;
    QTest::newRow("a hundredth late") << 1.01 << false;
    QTest::newRow("a hundredth early") << 0.99 << false;
    QTest::newRow("a 32nd") << 1.125 << true;
    QTest::newRow("a tenth late") << 1.1 << true;
}

void TestFacts::startsOffTheGridAreCounted()
{
    QFETCH(double, start);
    QFETCH(bool, isOff);
    QCOMPARE(factsOf(scoreOfNotes({{0, 1, 60}, {start, 1, 62}})).offGridShare, isOff ? 0.5 : 0.0);
}

void TestFacts::problemsShow_data()
{
    QTest::addColumn<QList<QList<double>>>("notes");
    QTest::addColumn<QStringList>("problems");
    const auto line = [](double spacing, double length, double pitch, double channel = 0) {
        QList<QList<double>> notes;
        for (int i = 0; i < 8; ++i)
            notes.append({i * spacing, length, pitch, channel});
        return notes;
    };
    QTest::newRow("nothing wrong") << line(1, 1, 60) << QStringList{};
    QTest::newRow("empty") << QList<QList<double>>{} << QStringList{"empty"};
    QTest::newRow("seven notes") << line(1, 1, 60).mid(1) << QStringList{"too-short"};
    QTest::newRow("drums only") << line(1, 1, 36, 9) << QStringList{"drums-only"};
    QTest::newRow("each into the next") << line(1, 1.5, 60) << QStringList{"overlapping-notes"};
    QTest::newRow("no length") << line(1, 0, 60) << QStringList{"zero-length-notes"};
    QTest::newRow("piano's lowest key") << line(1, 1, 21) << QStringList{};
    QTest::newRow("below the piano") << line(1, 1, 20) << QStringList{"extreme-range"};
    QTest::newRow("above the piano") << line(1, 1, 109) << QStringList{"extreme-range"};
    QTest::newRow("off the grid") << line(1.1, 1, 60) << QStringList{"off-grid"};
}

void TestFacts::problemsShow()
{
    QFETCH(QList<QList<double>>, notes);
    QFETCH(QStringList, problems);
    QCOMPARE(namesOf(problemsOf(factsOf(scoreOfNotes(notes)))), problems);
}

void TestFacts::smpteTimeHasNoBars()
{
    Score score = scoreOfNotes({{0, 1, 60}, {1, 1, 62}});
    score.smpte = SmpteDivision{25, 40};
    const PieceFacts facts = factsOf(score);
    QCOMPARE(facts.bars, std::int64_t{0});
    QCOMPARE(facts.ticksPerQuarter, 0);
    QVERIFY(qAbs(facts.durationSeconds - 0.96) < 1e-9);
}

void TestFacts::textsAreCutAndReadable()
{
    QCOMPARE(factText("  Caf\xc3\xa9\x07 "), std::string("Caf\xc3\xa9"));
    QCOMPARE(factText("Caf\xe9"), std::string("Caf\xc3\xa9"));
    const std::string cut = factText(std::string(399, 'x') + "\xc3\xa9");
    QCOMPARE(cut, std::string(399, 'x'));
}

void TestFacts::jsonReadsBack()
{
    PieceFacts facts = factsOf(scoreOf("X:1\nT:Two \"quoted\"\nM:3/4\nL:1/8\nK:Am\nABc def|[M:2/4]gfed|\n"));
    facts.composer = "N. N.";
    facts.copyright = "none";
    facts.texts = {"a", "b"};
    facts.programs = {0, 40};
    facts.overlappingNotes = 3;
    const auto read = factsFromJson(factsToJson(facts));
    QVERIFY2(read, read ? "" : read.error().text.c_str());
    QVERIFY(*read == facts);
    const auto empty = factsFromJson(factsToJson(PieceFacts{}));
    QVERIFY(empty && *empty == PieceFacts{});
}

void TestFacts::damagedJsonIsRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("{notes: 3}");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("members missing") << QByteArray("{\"title\": \"x\"}");
    QTest::newRow("a text for a number")
        << QByteArray::fromStdString(factsToJson(PieceFacts{})).replace("\"notes\":0", "\"notes\":\"0\"");
}

void TestFacts::damagedJsonIsRefused()
{
    QFETCH(QByteArray, json);
    const auto read = factsFromJson(std::string_view(json.constData(), std::size_t(json.size())));
    QVERIFY(!read);
    QCOMPARE(QString::fromStdString(read.error().id), "dataset.damaged");
}

void TestFacts::problemNamesAreDistinct()
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kProblemCount; ++i)
        names.insert(problemName(static_cast<Problem>(i)));
    QCOMPARE(names.size(), kProblemCount);
}

QTEST_APPLESS_MAIN(TestFacts)
#include "tst_facts.moc"
