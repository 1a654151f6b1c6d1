// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "tests/core/midi/midi_bytes.h"

#include <algorithm>

using namespace continuo;
using namespace continuo::test;

namespace {

Note note(std::int64_t start, std::int64_t length, int pitch, std::uint8_t velocity = 80)
{
    return {.start = {start}, .length = {length}, .pitch = {static_cast<std::uint8_t>(pitch)}, .velocity = velocity};
}

Score scoreOf(const std::vector<Note>& notes)
{
    Score score{.ticksPerQuarter = 96};
    const TrackId track = score.addTrack().id;
    for (const Note& each : notes)
        score.addNote(track, each);
    return score;
}

Score readBack(const MidiWriting& writing)
{
    auto reading = readMidi(writing.bytes, "written.mid");
    Q_ASSERT(reading);
    return std::move(reading->score);
}

QByteArray hex(const FileBytes& bytes)
{
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes)).toHex(' ');
}

} // namespace

class TestWriteMidi final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheBytesOfTheStandard_data();
    void writesTheBytesOfTheStandard();
    void runningStatusIsAChoice();
    void headersKeepFormatAndDivision_data();
    void headersKeepFormatAndDivision();
    void whatWasReadIsReadAgain_data();
    void whatWasReadIsReadAgain();
    void aNoteInsideALongerOneShortensIt_data();
    void aNoteInsideALongerOneShortensIt();
    void aNoteOffThatWouldEndANoteIsLeftOut();
    void eventsThatAreNoMidiAreLeftOut();
    void longWaitsAreFilled();
    void tooManyTracksAreRefused();
    void randomScoresComeBackTheSame();
    void filesAreWrittenWholeOrNotAtAll();
};

void TestWriteMidi::writesTheBytesOfTheStandard_data()
{
    QTest::addColumn<QByteArray>("trackBytes");
    QTest::addColumn<int>("which");
    QTest::newRow("running status over notes") << QByteArray("00 90 3c 50 60 3c 00 00 3e 50 60 3e 00 00 ff 2f 00") << 0;
    QTest::newRow("a release velocity of its own") << QByteArray("00 90 3c 50 60 80 3c 20 00 ff 2f 00") << 1;
    QTest::newRow("meta events cancel running status")
        << QByteArray("00 c0 05 00 ff 03 02 68 69 00 c0 06 00 07 00 ff 2f 00") << 2;
    QTest::newRow("offs, then events and notes by id, a note of no length off at once")
        << QByteArray("00 90 3c 50 60 3c 00 00 b0 40 7f 00 90 3e 50 00 3e 00 00 b0 40 00 00 ff 2f 00") << 3;
    QTest::newRow("the track's end may be later") << QByteArray("8f 00 ff 2f 00") << 4;
}

void TestWriteMidi::writesTheBytesOfTheStandard()
{
    QFETCH(QByteArray, trackBytes);
    QFETCH(int, which);
    Score score = scoreOf({});
    const TrackId track = score.tracks[0].id;
    if (which == 0) {
        score.addNote(track, note(0, 96, 60));
        score.addNote(track, note(96, 96, 62));
    } else if (which == 1) {
        Note soft = note(0, 96, 60);
        soft.releaseVelocity = 32;
        score.addNote(track, soft);
    } else if (which == 2) {
        score.addEvent(track, programChange({0}, 0, 5));
        score.addEvent(track, metaEvent({0}, Meta::TrackName, "hi"));
        score.addEvent(track, programChange({0}, 0, 6));
        score.addEvent(track, programChange({0}, 0, 7));
    } else if (which == 3) {
        score.addEvent(track, {.time = {96}, .status = 0xb0, .data1 = 64, .data2 = 127});
        score.addNote(track, note(0, 96, 60));
        score.addNote(track, note(96, 0, 62));
        score.addEvent(track, {.time = {96}, .status = 0xb0, .data1 = 64, .data2 = 0});
    } else {
        score.tracks[0].end = {1920};
    }
    const auto writing = writeMidi(score);
    QVERIFY(writing);
    constexpr std::size_t kBeforeEvents = 14 + 8;
    QCOMPARE(hex({writing->bytes.begin() + kBeforeEvents, writing->bytes.end()}), trackBytes);
    QCOMPARE(hex({writing->bytes.begin(), writing->bytes.begin() + 14}), QByteArray("4d 54 68 64 00 00 00 06 00 01 00 01 00 60"));
    QCOMPARE(writing->bytes[21], writing->bytes.size() - kBeforeEvents);
}

void TestWriteMidi::runningStatusIsAChoice()
{
    const auto writing = writeMidi(scoreOf({note(0, 96, 60), note(96, 96, 62)}), {.runningStatus = false});
    QVERIFY(writing);
    QCOMPARE(hex({writing->bytes.begin() + 22, writing->bytes.end()}),
             QByteArray("00 90 3c 50 60 80 3c 40 00 90 3e 50 60 80 3e 40 00 ff 2f 00"));
}

void TestWriteMidi::headersKeepFormatAndDivision_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("division");
    for (const int format : {0, 1, 2})
        for (const int division : {1, 96, 32767, 0xe864, 0xe728, 0xe350, 0xe204})
            QTest::addRow("format %d, division %d", format, division) << format << division;
}

void TestWriteMidi::headersKeepFormatAndDivision()
{
    QFETCH(int, format);
    QFETCH(int, division);
    const FileBytes bytes = header(format, 1, division) + chunk("MTrk", fileBytes("00 ff 2f 00"));
    const auto reading = readMidi(bytes, "a.mid");
    QVERIFY(reading);
    const auto writing = writeMidi(reading->score);
    QVERIFY(writing);
    QCOMPARE(hex(writing->bytes), hex(bytes));
}

void TestWriteMidi::whatWasReadIsReadAgain_data()
{
    QTest::addColumn<QByteArray>("trackBytes");
    QTest::newRow("queues") << QByteArray("00 90 3c 01 08 3c 02 00 3c 00 08 3c 00 00 3c 03 00 3c 04 00 3c 00 00 3c 00");
    QTest::newRow("never released") << QByteArray("00 90 3c 01 08 3c 02 00 3c 00 08 3d 05 00 3d 06");
    QTest::newRow("never released and not heard") << QByteArray("00 90 3c 01 00 3c 02 00 3d 03");
    QTest::newRow("orphans around notes")
        << QByteArray("00 80 3c 07 00 90 3c 01 00 80 3c 08 00 80 3c 09 04 90 3c 02 04 80 3c 0a 00 80 3c 0b 00 90 3c 03 04 3c 00");
    QTest::newRow("on before off, events between") << QByteArray("00 90 3c 01 08 90 3c 02 00 b0 01 01 00 80 3c 11 00 c0 01 "
                                                                 "08 80 3c 12");
    QTest::newRow("release velocities") << QByteArray("00 90 3c 01 00 80 3c 00 00 90 3d 01 00 80 3d 40 00 90 3e 01 00 80 3e 7f");
    QTest::newRow("system exclusive in packets") << QByteArray("00 f0 02 43 12 10 f7 02 43 13 10 f7 01 f7 00 f0 00");
    QTest::newRow("longest waits") << QByteArray("ff ff ff 7f 90 3c 01 ff ff ff 7f 3c 00 ff ff ff 7f c0 01");
}

void TestWriteMidi::whatWasReadIsReadAgain()
{
    QFETCH(QByteArray, trackBytes);
    const auto reading = readMidi(oneTrack(trackBytes.toStdString()), "a.mid");
    QVERIFY(reading);
    QVERIFY(reading->score.nextId > 2);
    for (const bool runningStatus : {true, false}) {
        const auto writing = writeMidi(reading->score, {.runningStatus = runningStatus});
        QVERIFY(writing);
        QCOMPARE(writing->shortenedNotes + writing->omittedEvents + writing->fillers, std::size_t{0});
        QVERIFY(readBack(*writing) == reading->score);
    }
}

void TestWriteMidi::aNoteInsideALongerOneShortensIt_data()
{
    QTest::addColumn<std::vector<Note>>("notes");
    QTest::addColumn<std::vector<std::int64_t>>("lengths"); // In order of start, then length.
    QTest::addColumn<std::size_t>("shortened");
    using Notes = std::vector<Note>;
    using Lengths = std::vector<std::int64_t>;
    QTest::newRow("inside") << Notes{note(0, 10, 60), note(2, 3, 60)} << Lengths{5, 3} << std::size_t{1};
    QTest::newRow("inside, twice") << Notes{note(0, 10, 60), note(2, 3, 60), note(6, 1, 60)} << Lengths{5, 3, 1}
                                   << std::size_t{1};
    QTest::newRow("two deep") << Notes{note(0, 10, 60), note(2, 6, 60), note(3, 1, 60)} << Lengths{4, 2, 1}
                              << std::size_t{2};
    QTest::newRow("of no length inside") << Notes{note(0, 10, 60), note(4, 0, 60)} << Lengths{4, 0} << std::size_t{1};
    QTest::newRow("together, the longer one first: they change places")
        << Notes{note(0, 10, 60), note(0, 4, 60)} << Lengths{4, 10} << std::size_t{0};
    QTest::newRow("another key is no matter") << Notes{note(0, 10, 60), note(2, 3, 61)} << Lengths{10, 3}
                                              << std::size_t{0};
    QTest::newRow("overlapping in order is no matter") << Notes{note(0, 10, 60), note(2, 9, 60)} << Lengths{10, 9}
                                                       << std::size_t{0};
    QTest::newRow("one after the other is no matter") << Notes{note(0, 10, 60), note(10, 2, 60)} << Lengths{10, 2}
                                                      << std::size_t{0};
}

void TestWriteMidi::aNoteInsideALongerOneShortensIt()
{
    QFETCH(std::vector<Note>, notes);
    QFETCH(std::vector<std::int64_t>, lengths);
    QFETCH(std::size_t, shortened);
    const auto writing = writeMidi(scoreOf(notes));
    QVERIFY(writing);
    QCOMPARE(writing->shortenedNotes, shortened);
    std::vector<std::int64_t> found;
    const Score back = readBack(*writing);
    for (const Note& each : back.tracks[0].notes)
        found.push_back(each.length.value);
    QCOMPARE(found, lengths);
}

void TestWriteMidi::aNoteOffThatWouldEndANoteIsLeftOut()
{
    Score score = scoreOf({note(0, 10, 60)});
    const TrackId track = score.tracks[0].id;
    score.addEvent(track, {.time = {4}, .status = 0x80, .data1 = 60, .data2 = 1});
    score.addEvent(track, {.time = {4}, .status = 0x80, .data1 = 61, .data2 = 2});
    score.addEvent(track, {.time = {10}, .status = 0x80, .data1 = 60, .data2 = 3});
    const auto writing = writeMidi(score);
    QVERIFY(writing);
    QCOMPARE(writing->omittedEvents, std::size_t{1});
    const Score back = readBack(*writing);
    QCOMPARE(back.tracks[0].notes.front().length, Tick{10});
    QCOMPARE(back.tracks[0].events.size(), std::size_t{2});
    QCOMPARE(back.tracks[0].events[0].data1, std::uint8_t{61});
    QCOMPARE(back.tracks[0].events[1].data2, std::uint8_t{3});
}

void TestWriteMidi::eventsThatAreNoMidiAreLeftOut()
{
    Score score = scoreOf({});
    const TrackId track = score.tracks[0].id;
    for (const int status : {0x10, 0x90, 0xf1, 0xf8})
        score.addEvent(track, {.time = {5}, .status = static_cast<std::uint8_t>(status), .data1 = 60, .data2 = 1});
    score.addEvent(track, {.time = {5}, .status = 0xb0, .data1 = 200, .data2 = 1});
    score.addEvent(track, {.time = {5}, .status = 0xb0, .data1 = 1, .data2 = 200});
    score.addEvent(track, {.time = {5}, .status = 0xff, .data1 = 0x80});
    score.addEvent(track, metaEvent({5}, Meta::EndOfTrack, ""));
    const auto writing = writeMidi(score);
    QVERIFY(writing);
    QCOMPARE(writing->omittedEvents, std::size_t{8});
    QVERIFY(readBack(*writing).tracks[0].events.empty());
}

void TestWriteMidi::longWaitsAreFilled()
{
    constexpr std::int64_t kFar = (std::int64_t{1} << 30) + 5;
    const auto writing = writeMidi(scoreOf({note(kFar, 1, 60)}));
    QVERIFY(writing);
    QCOMPARE(writing->fillers, std::size_t{4});
    const Score back = readBack(*writing);
    QCOMPARE(back.tracks[0].notes.front().start, Tick{kFar});
    QCOMPARE(back.tracks[0].events.size(), std::size_t{4});
    QVERIFY(back.tracks[0].events[0].isMeta(Meta::Text) && back.tracks[0].events[0].payload.empty());
}

void TestWriteMidi::tooManyTracksAreRefused()
{
    Score score;
    for (int i = 0; i < 65'536; ++i)
        score.addTrack();
    const auto writing = writeMidi(score);
    QVERIFY(!writing);
    QCOMPARE(writing.error().id, std::string("midi.too-many-tracks"));
    score.tracks.pop_back();
    QVERIFY(writeMidi(score));
}

/// Notes and events drawn at random, made representable by one round; from then on nothing changes.
void TestWriteMidi::randomScoresComeBackTheSame()
{
    const CounterRandom random(17, CounterRandom::Domain::Test);
    for (std::uint32_t round = 0; round < 300; ++round) {
        const auto draw = [&random, round](std::uint32_t step, std::uint32_t which, std::uint64_t bound) {
            return random.below(bound, round, step, which);
        };
        Score score{.format = static_cast<int>(draw(0, 0, 3)), .ticksPerQuarter = 24};
        std::vector<TrackId> tracks;
        for (std::uint64_t i = 0; i <= draw(0, 1, 3); ++i)
            tracks.push_back(score.addTrack().id);
        for (std::uint32_t step = 1; step < 60; ++step) {
            const TrackId track = tracks[draw(step, 0, tracks.size())];
            const Tick time{static_cast<std::int64_t>(draw(step, 1, 40))};
            const auto key = static_cast<std::uint8_t>(60 + draw(step, 2, 3));
            const auto value = static_cast<std::uint8_t>(draw(step, 3, 128));
            if (draw(step, 4, 10) < 7)
                score.addNote(track, {.start = time,
                                      .length = {static_cast<std::int64_t>(draw(step, 5, 12))},
                                      .pitch = {key},
                                      .velocity = static_cast<std::uint8_t>(std::max<int>(1, value)),
                                      .releaseVelocity = static_cast<std::uint8_t>(draw(step, 6, 2) ? 64 : value),
                                      .channel = static_cast<std::uint8_t>(draw(step, 7, 2))});
            else if (draw(step, 8, 2))
                score.addEvent(track, {.time = time, .status = 0x80, .data1 = key, .data2 = value});
            else
                score.addEvent(track, metaEvent(time, Meta::Lyric, std::string(value, 'a')));
        }
        const auto first = writeMidi(score);
        QVERIFY(first);
        const Score once = readBack(*first);
        QCOMPARE(once.noteCount(), score.noteCount());
        const auto second = writeMidi(once, {.runningStatus = false});
        QVERIFY(second);
        QCOMPARE(second->shortenedNotes + second->omittedEvents, std::size_t{0});
        QVERIFY2(readBack(*second) == once, std::to_string(round).c_str());
    }
}

void TestWriteMidi::filesAreWrittenWholeOrNotAtAll()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "tune.mid";
    const Score score = scoreOf({note(0, 96, 60)});
    QVERIFY(writeMidiFile(path, score, Overwrite::Refuse));
    const auto reading = readMidiFile(path);
    QVERIFY(reading);
    QCOMPARE(reading->score.tracks[0].notes.front().length, Tick{96});

    const auto refused = writeMidiFile(path, Score{}, Overwrite::Refuse);
    QVERIFY(!refused);
    QCOMPARE(refused.error().id, std::string("file.exists"));
    QVERIFY(readMidiFile(path)->score == reading->score);
    QVERIFY(writeMidiFile(path, scoreOf({note(0, 96, 60), note(1, 9, 61)}), Overwrite::Replace));
    QCOMPARE(readMidiFile(path)->score.noteCount(), std::size_t{2});
}

QTEST_APPLESS_MAIN(TestWriteMidi)
#include "tst_write_midi.moc"
