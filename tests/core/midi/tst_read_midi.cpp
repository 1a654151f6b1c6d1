// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/midi/read_midi.h"
#include "tests/core/midi/midi_bytes.h"

#include <string>

using namespace continuo;
using namespace continuo::test;

namespace {

/// A reading as text, for tables: "notes | events | end", one line a track.
std::string written(const Score& score)
{
    std::string text;
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes)
            text += std::to_string(note.pitch.value) + "@" + std::to_string(note.start.value) + "+" +
                    std::to_string(note.length.value) + "v" + std::to_string(note.velocity) + "/" +
                    std::to_string(note.releaseVelocity) + "c" + std::to_string(note.channel) + " ";
        text += "|";
        for (const Event& event : track.events) {
            text += " " + QByteArray::number(event.status, 16).toStdString() + "." +
                    QByteArray::number(event.data1, 16).toStdString() + "." +
                    QByteArray::number(event.data2, 16).toStdString() + "@" + std::to_string(event.time.value);
            if (!event.payload.empty())
                text += "=" + QByteArray(event.payload.text().data(), std::ssize(event.payload.text())).toHex().toStdString();
        }
        text += " | " + std::to_string(track.end.value) + "\n";
    }
    return text;
}

std::string remarkIds(const MidiReading& reading)
{
    std::string ids;
    for (const MidiRemark& remark : reading.remarks)
        ids += (ids.empty() ? "" : " ") + remark.id + ":" + std::to_string(remark.byte) +
               (remark.count > 1 ? "x" + std::to_string(remark.count) : "");
    return ids;
}

QByteArray row(const FileBytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes)};
}

Result<MidiReading> readRow(const QByteArray& bytes)
{
    return readMidi(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<std::size_t>(bytes.size())),
                    "row.mid");
}

} // namespace

class TestReadMidi final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatTheBytesSay_data();
    void readsWhatTheBytesSay();
    void acceptsWithNotes_data();
    void acceptsWithNotes();
    void rejectsByName_data();
    void rejectsByName();
    void divisionsAreKept_data();
    void divisionsAreKept();
    void idsFollowTheOrderOfArrival();
    void countsWhatIsUnusual();
    void remarksSpeakInWords();
    void readsFromAFileAndNamesIt();
};

void TestReadMidi::readsWhatTheBytesSay_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<std::string>("score");

    QTest::newRow("a note") << row(oneTrack("00 90 3c 50 60 80 3c 20")) << std::string("60@0+96v80/32c0 | | 96\n");
    QTest::newRow("running status, note-off as velocity 0")
        << row(oneTrack("00 91 3c 50 60 3c 00 00 3e 51 60 3e 00"))
        << std::string("60@0+96v80/64c1 62@96+96v81/64c1 | | 192\n");
    QTest::newRow("first in, first out") << row(oneTrack("00 90 3c 01 08 3c 02 08 3c 00 08 3c 00"))
                                         << std::string("60@0+16v1/64c0 60@8+16v2/64c0 | | 24\n");
    QTest::newRow("struck again before it is released at the same tick")
        << row(oneTrack("00 90 3c 01 08 3c 02 00 3c 00 08 3c 00"))
        << std::string("60@0+8v1/64c0 60@8+8v2/64c0 | | 16\n");
    QTest::newRow("three queued, released in order")
        << row(oneTrack("00 90 3c 01 01 3c 02 01 3c 03 01 3c 00 01 3c 00 01 3c 00"))
        << std::string("60@0+3v1/64c0 60@1+3v2/64c0 60@2+3v3/64c0 | | 5\n");
    QTest::newRow("pairs by channel") << row(oneTrack("00 90 3c 01 00 91 3c 02 08 91 3c 00 08 90 3c 00"))
                                      << std::string("60@0+16v1/64c0 60@0+8v2/64c1 | | 16\n");
    QTest::newRow("a note of no length") << row(oneTrack("05 90 3c 01 00 3c 00")) << std::string("60@5+0v1/64c0 | | 5\n");
    QTest::newRow("note-offs of no note are kept, velocity 0 as the default")
        << row(oneTrack("00 80 3c 11 01 90 3e 00")) << std::string("| 80.3c.11@0 80.3e.40@1 | 1\n");
    QTest::newRow("channel messages")
        << row(oneTrack("00 b0 40 7f 00 c1 05 00 d2 06 00 e3 00 40 00 a4 3c 10 01 3d 11"))
        << std::string("| b0.40.7f@0 c1.5.0@0 d2.6.0@0 e3.0.40@0 a4.3c.10@0 a4.3d.11@1 | 1\n");
    QTest::newRow("meta and system exclusive")
        << row(oneTrack("00 ff 03 02 68 69 00 f0 03 7e 09 f7 01 f7 01 f8 00 ff 7f 00 00 ff 51 03 07 a1 20"))
        << std::string("| ff.3.0@0=6869 f0.0.0@0=7e09f7 f7.0.0@1=f8 ff.7f.0@1 ff.51.0@1=07a120 | 1\n");
    QTest::newRow("times of one to four bytes")
        << row(oneTrack("7f c0 00 81 00 c0 01 ff 7f c0 02 81 80 00 c0 03 ff ff ff 7f c0 04"))
        << std::string("| c0.0.0@127 c0.1.0@255 c0.2.0@16638 c0.3.0@33022 c0.4.0@268468477 | 268468477\n");
    QTest::newRow("a time with leading zeros") << row(oneTrack("80 80 05 c0 00")) << std::string("| c0.0.0@5 | 5\n");
    QTest::newRow("silence at the end belongs to the track")
        << row(header(0, 1, 96) + chunk("MTrk", fileBytes("83 00 ff 2f 00"))) << std::string("| | 384\n");
    QTest::newRow("several tracks, each from 0")
        << row(header(2, 2, 96) + chunk("MTrk", fileBytes("05 c0 01 00 ff 2f 00")) +
               chunk("MTrk", fileBytes("07 c0 02 00 ff 2f 00")))
        << std::string("| c0.1.0@5 | 5\n| c0.2.0@7 | 7\n");
    QTest::newRow("a key may sound in two tracks at once")
        << row(header(1, 2, 96) + chunk("MTrk", fileBytes("00 90 3c 01 05 3c 00 00 ff 2f 00")) +
               chunk("MTrk", fileBytes("00 90 3c 02 09 3c 00 00 ff 2f 00")))
        << std::string("60@0+5v1/64c0 | | 5\n60@0+9v2/64c0 | | 9\n");
    QTest::newRow("other chunks are passed over")
        << row(header(1, 1, 96) + chunk("XFIH", fileBytes("01 02 03")) + chunk("MTrk", fileBytes("00 ff 2f 00")) +
               chunk("abcd", {}))
        << std::string("| | 0\n");
    QTest::newRow("a longer header") << row(chunk("MThd", fileBytes("00 00 00 01 00 60 aa bb")) +
                                            chunk("MTrk", fileBytes("00 ff 2f 00")))
                                     << std::string("| | 0\n");
    QTest::newRow("no track, and none declared") << row(header(1, 0, 96)) << std::string();
}

void TestReadMidi::readsWhatTheBytesSay()
{
    QFETCH(QByteArray, bytes);
    QFETCH(std::string, score);
    const auto reading = readRow(bytes);
    QVERIFY2(reading, reading ? "" : reading.error().text.c_str());
    QCOMPARE(written(reading->score), score);
    QCOMPARE(remarkIds(*reading), std::string());
}

void TestReadMidi::acceptsWithNotes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<std::string>("remarks");
    QTest::addColumn<std::string>("score");

    const FileBytes end = fileBytes("00 ff 2f 00");
    const std::string empty = "| | 0\n";
    QTest::newRow("a note that never ends")
        << row(oneTrack("00 90 3c 50 00 3e 51 60 3c 00")) << std::string("midi.unreleased-notes:36")
        << std::string("60@0+96v80/64c0 62@0+96v81/64c0 | | 96\n");
    QTest::newRow("no end of track") << row(header(0, 1, 96) + chunk("MTrk", fileBytes("08 c0 01")))
                                     << std::string("midi.no-end-of-track:25") << std::string("| c0.1.0@8 | 8\n");
    QTest::newRow("a track of no bytes") << row(header(0, 1, 96) + chunk("MTrk", {}))
                                         << std::string("midi.no-end-of-track:22") << empty;
    QTest::newRow("events after the end of track")
        << row(header(0, 1, 96) + chunk("MTrk", end + fileBytes("00 c0 01"))) << std::string("midi.after-end-of-track:26")
        << empty;
    QTest::newRow("an end of track with bytes") << row(header(0, 1, 96) + chunk("MTrk", fileBytes("00 ff 2f 02 01 02")))
                                                << std::string("midi.end-of-track-length:23") << empty;
    QTest::newRow("running status after a meta event")
        << row(oneTrack("00 90 3c 50 00 ff 01 00 08 3c 00")) << std::string("midi.running-status:31")
        << std::string("60@0+8v80/64c0 | ff.1.0@0 | 8\n");
    QTest::newRow("running status after system exclusive")
        << row(oneTrack("00 c0 01 00 f0 01 f7 08 02")) << std::string("midi.running-status:30")
        << std::string("| c0.1.0@0 f0.0.0@0=f7 c0.2.0@8 | 8\n");
    QTest::newRow("a track longer than the file")
        << row(header(0, 1, 96) + fileBytes("MTrk ff ff ff ff 00 c0 01") + end)
        << std::string("midi.track-past-end:18") << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a track cut in the middle of a note")
        << row(header(0, 1, 96) + fileBytes("MTrk 00 00 00 20 00 c0 01 05 90 3c"))
        << std::string("midi.track-past-end:18 midi.event-cut:25") << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a track cut after a time") << row(header(0, 1, 96) + chunk("MTrk", fileBytes("00 c0 01 05")))
                                              << std::string("midi.event-cut:25") << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a track cut inside a time") << row(header(0, 1, 96) + chunk("MTrk", fileBytes("00 c0 01 85")))
                                               << std::string("midi.event-cut:25") << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a text longer than its track; the next track is read")
        << row(header(1, 2, 96) + chunk("MTrk", fileBytes("00 c0 01 00 ff 01 ff ff ff 7f 41")) +
               chunk("MTrk", fileBytes("00 c0 02") + end))
        << std::string("midi.event-cut:26") << std::string("| c0.1.0@0 | 0\n| c0.2.0@0 | 0\n");
    QTest::newRow("a system exclusive longer than its track")
        << row(header(0, 1, 96) + chunk("MTrk", fileBytes("00 c0 01 00 f0 05 41"))) << std::string("midi.event-cut:26")
        << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a time of five bytes") << row(oneTrack("00 c0 01 81 80 80 80 00 c0 02"))
                                          << std::string("midi.number-too-long:25") << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a length of five bytes") << row(oneTrack("00 c0 01 00 ff 01 81 80 80 80 00"))
                                            << std::string("midi.number-too-long:26") << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("no status at all, but another track")
        << row(header(1, 2, 96) + chunk("MTrk", fileBytes("00 3c 50")) + chunk("MTrk", fileBytes("00 c0 02") + end))
        << std::string("midi.no-status:23") << std::string("| | 0\n| c0.2.0@0 | 0\n");
    QTest::newRow("a key above 127") << row(oneTrack("00 c0 01 00 90 c8 50")) << std::string("midi.data-byte:27")
                                     << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a velocity above 127") << row(oneTrack("00 c0 01 00 90 3c ff")) << std::string("midi.data-byte:28")
                                          << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a program above 127") << row(oneTrack("00 c0 01 00 c0 80")) << std::string("midi.data-byte:27")
                                         << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a raw system message") << row(oneTrack("00 c0 01 00 f8")) << std::string("midi.system-message:26")
                                          << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("a meta type above 127") << row(oneTrack("00 c0 01 00 ff 83 00")) << std::string("midi.meta-type:26")
                                           << std::string("| c0.1.0@0 | 0\n");
    QTest::newRow("tempos that make no sense")
        << row(oneTrack("00 ff 51 03 00 00 00 00 ff 51 02 01 02 00 ff 51 04 01 02 03 04"))
        << std::string("midi.bad-tempo:23x3")
        << std::string("| ff.51.0@0=000000 ff.51.0@0=0102 ff.51.0@0=01020304 | 0\n");
    QTest::newRow("time signatures that make no sense")
        << row(oneTrack("00 ff 58 04 00 02 18 08 00 ff 58 04 04 ff 18 08 00 ff 58 02 03 02 00 ff 58 00"))
        << std::string("midi.bad-time-signature:23x4")
        << std::string("| ff.58.0@0=00021808 ff.58.0@0=04ff1808 ff.58.0@0=0302 ff.58.0@0 | 0\n");
    QTest::newRow("key signatures that make no sense")
        << row(oneTrack("00 ff 59 02 09 00 00 ff 59 02 f8 00 00 ff 59 02 00 02 00 ff 59 00"))
        << std::string("midi.bad-key-signature:23x4")
        << std::string("| ff.59.0@0=0900 ff.59.0@0=f800 ff.59.0@0=0002 ff.59.0@0 | 0\n");
    QTest::newRow("more tracks declared than there are") << row(header(1, 9, 96) + chunk("MTrk", end))
                                                         << std::string("midi.track-count:10") << empty;
    QTest::newRow("more tracks than declared")
        << row(header(1, 1, 96) + chunk("MTrk", end) + chunk("MTrk", end)) << std::string("midi.track-count:10")
        << empty + empty;
    QTest::newRow("two tracks in format 0") << row(header(0, 2, 96) + chunk("MTrk", end) + chunk("MTrk", end))
                                            << std::string("midi.format-0-tracks:8") << empty + empty;
    QTest::newRow("an unknown format") << row(header(7, 1, 96) + chunk("MTrk", end))
                                       << std::string("midi.unknown-format:8") << empty;
    QTest::newRow("a frame rate of 16") << row(header(0, 1, 0xf028) + chunk("MTrk", end))
                                        << std::string("midi.frame-rate:12") << empty;
    QTest::newRow("a header too short by its own word, but whole")
        << row(fileBytes("MThd 00 00 00 04 00 00 00 01 00 60") + chunk("MTrk", end))
        << std::string("midi.header-length:4") << empty;
    QTest::newRow("a header that runs past the file by its own word")
        << row(fileBytes("MThd ff ff ff ff 00 00 00 01 00 60") + chunk("MTrk", end))
        << std::string("midi.header-length:4") << empty;
    QTest::newRow("one byte after the last track") << row(oneTrack("") + fileBytes("00"))
                                                   << std::string("midi.stray-bytes:26") << empty;
    QTest::newRow("stray bytes between two tracks")
        << row(header(1, 2, 96) + chunk("MTrk", end) + FileBytes(50, 1) + chunk("MTrk", end))
        << std::string("midi.stray-bytes:26") << empty + empty;
    QTest::newRow("a chunk that runs past the file hides no track")
        << row(header(1, 2, 96) + chunk("MTrk", end) + fileBytes("abcd 00 ff ff ff") + chunk("MTrk", end))
        << std::string("midi.stray-bytes:26") << empty + empty;
    QTest::newRow("128 bytes before the header") << row(FileBytes(128, 0) + oneTrack(""))
                                                 << std::string("midi.prefix:0") << empty;
    QTest::newRow("inside RIFF, with something after it")
        << row(fileBytes("RIFF 00 00 00 00 RMID data 1a 00 00 00") + oneTrack("") + fileBytes("LIST 00 00 00 00"))
        << std::string("midi.riff:0") << empty;
}

void TestReadMidi::acceptsWithNotes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(std::string, remarks);
    QFETCH(std::string, score);
    const auto reading = readRow(bytes);
    QVERIFY2(reading, reading ? "" : reading.error().text.c_str());
    QCOMPARE(remarkIds(*reading), remarks);
    QCOMPARE(written(reading->score), score);
}

void TestReadMidi::rejectsByName_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<std::string>("id");
    QTest::addColumn<std::string>("byte");

    QTest::newRow("nothing") << QByteArray() << std::string("midi.empty-file") << std::string("0");
    QTest::newRow("text") << QByteArray("Dear diary") << std::string("midi.no-header") << std::string("0");
    QTest::newRow("a track alone") << row(chunk("MTrk", fileBytes("00 ff 2f 00"))) << std::string("midi.no-header")
                                   << std::string("0");
    QTest::newRow("a header too far inside") << row(FileBytes(600, 7) + oneTrack("")) << std::string("midi.no-header")
                                             << std::string("0");
    QTest::newRow("RIFF without MIDI") << row(fileBytes("RIFF 00 00 00 00 RMID data 00 00 00 00"))
                                       << std::string("midi.no-header") << std::string("0");
    QTest::newRow("MIDI 2.0") << QByteArray("SMF2CLIP....") << std::string("midi.midi2-clip") << std::string("0");
    QTest::newRow("a tag alone") << QByteArray("MThd") << std::string("midi.header-cut") << std::string("4");
    QTest::newRow("a header without its last byte") << row(header(0, 1, 96)).chopped(1) << std::string("midi.header-cut")
                                                    << std::string("13");
    QTest::newRow("a header of 4 GiB and no track") << row(fileBytes("MThd ff ff ff ff 00 00 00 01 00 60 00 00"))
                                                    << std::string("midi.bad-header") << std::string("4");
    QTest::newRow("no ticks a quarter") << row(header(0, 1, 0) + chunk("MTrk", {})) << std::string("midi.bad-division")
                                        << std::string("12");
    QTest::newRow("no ticks a frame") << row(header(0, 1, 0xe700) + chunk("MTrk", {}))
                                      << std::string("midi.bad-division") << std::string("12");
    QTest::newRow("a header and no track") << row(header(1, 2, 96)) << std::string("midi.no-tracks") << std::string("14");
    QTest::newRow("one track, broken from the start") << row(oneTrack("00 3c 40")) << std::string("midi.nothing-readable")
                                                      << std::string("14");
}

void TestReadMidi::rejectsByName()
{
    QFETCH(QByteArray, bytes);
    QFETCH(std::string, id);
    QFETCH(std::string, byte);
    const auto reading = readRow(bytes);
    QVERIFY(!reading);
    QCOMPARE(reading.error().id, id);
    QCOMPARE(reading.error().kind, ErrorKind::Refused);
    const Error::Arguments expected{{"file", "row.mid"}, {"byte", byte}};
    QCOMPARE(reading.error().arguments, expected);
    QVERIFY(reading.error().text.starts_with("row.mid: "));
}

void TestReadMidi::divisionsAreKept_data()
{
    QTest::addColumn<int>("division");
    QTest::addColumn<int>("ticksPerQuarter");
    QTest::addColumn<int>("framesPerSecond");
    QTest::addColumn<int>("ticksPerFrame");
    QTest::newRow("1") << 1 << 1 << 0 << 0;
    QTest::newRow("32767") << 32767 << 32767 << 0 << 0;
    QTest::newRow("24 frames") << 0xe864 << kDefaultTicksPerQuarter << 24 << 100;
    QTest::newRow("25 frames") << 0xe728 << kDefaultTicksPerQuarter << 25 << 40;
    QTest::newRow("29 frames") << 0xe350 << kDefaultTicksPerQuarter << 29 << 80;
    QTest::newRow("30 frames") << 0xe2ff << kDefaultTicksPerQuarter << 30 << 255;
}

void TestReadMidi::divisionsAreKept()
{
    QFETCH(int, division);
    QFETCH(int, ticksPerQuarter);
    QFETCH(int, framesPerSecond);
    QFETCH(int, ticksPerFrame);
    const auto reading = readMidi(header(0, 1, division) + chunk("MTrk", fileBytes("00 ff 2f 00")), "a.mid");
    QVERIFY(reading);
    QCOMPARE(reading->score.ticksPerQuarter, ticksPerQuarter);
    QCOMPARE(reading->score.smpte.has_value(), framesPerSecond != 0);
    if (framesPerSecond != 0)
        QCOMPARE(*reading->score.smpte, (SmpteDivision{framesPerSecond, ticksPerFrame}));
}

void TestReadMidi::idsFollowTheOrderOfArrival()
{
    const auto reading = readMidi(header(1, 2, 96) +
                                      chunk("MTrk", fileBytes("00 c0 01 00 90 3c 01 00 3e 01 00 b0 40 00 04 90 3c 00 00 3e 00 "
                                                              "00 ff 2f 00")) +
                                      chunk("MTrk", fileBytes("00 90 3c 01 04 3c 00 00 ff 2f 00")),
                                  "a.mid");
    QVERIFY(reading);
    const Score& score = reading->score;
    QCOMPARE(score.tracks[0].id, TrackId{1});
    QCOMPARE(score.tracks[0].events[0].id, EventId{2});
    QCOMPARE(score.tracks[0].notes[0].id, NoteId{3});
    QCOMPARE(score.tracks[0].notes[1].id, NoteId{4});
    QCOMPARE(score.tracks[0].events[1].id, EventId{5});
    QCOMPARE(score.tracks[1].id, TrackId{6});
    QCOMPARE(score.tracks[1].notes[0].id, NoteId{7});
    QCOMPARE(score.nextId, 8U);
}

void TestReadMidi::countsWhatIsUnusual()
{
    const auto reading =
        readMidi(header(1, 3, 96) + chunk("abcd", {}) +
                     chunk("MTrk", fileBytes("00 90 3c 01 00 3c 00 00 3c 00 00 3c 00 00 3d 01 00 3e 01 00 3d 01 00 ff 2f 00")),
                 "a.mid");
    QVERIFY(reading);
    QCOMPARE(reading->declaredTracks, 3);
    QCOMPARE(reading->skippedChunks, std::size_t{1});
    QCOMPARE(reading->zeroLengthNotes, std::size_t{1});
    QCOMPARE(reading->orphanNoteOffs, std::size_t{2});
    QCOMPARE(reading->runningStatusMessages, std::size_t{6});
    // Track 1, note 2, two orphans 3 and 4, then the notes that never end.
    QCOMPARE(reading->unreleasedNotes, (std::vector<NoteId>{5, 6, 7}));
}

void TestReadMidi::remarksSpeakInWords()
{
    const auto reading = readMidi(header(1, 1, 96) + chunk("MTrk", fileBytes("00 90 3c 01 00 3e 01 04 ff 2f 00")), "a.mid");
    QVERIFY(reading);
    QCOMPARE(reading->remarks.size(), std::size_t{1});
    const MidiRemark& remark = reading->remarks.front();
    QCOMPARE(remark.text, std::string("A note never ends; it ends with its track (2 times, first track 1, byte 33)."));
    const Error::Arguments expected{{"byte", "33"}, {"track", "1"}, {"count", "2"}};
    QCOMPARE(remark.arguments, expected);

    const auto prefixed = readMidi(FileBytes(128, 0) + oneTrack(""), "a.mid");
    QVERIFY(prefixed);
    QCOMPARE(prefixed->remarks.front().text,
             std::string("The MIDI data begins only at byte 128; what stands before it was skipped (byte 0)."));
}

void TestReadMidi::readsFromAFileAndNamesIt()
{
    const QTemporaryDir folder;
    const std::filesystem::path good = std::filesystem::path(folder.path().toStdString()) / "good.mid";
    QVERIFY(writeFile(good, oneTrack("00 c0 01"), Overwrite::Refuse));
    const auto reading = readMidiFile(good);
    QVERIFY(reading);
    QCOMPARE(written(reading->score), std::string("| c0.1.0@0 | 0\n"));

    const std::filesystem::path bad = good.parent_path() / "bad\xff.mid";
    QVERIFY(writeFile(bad, std::string_view("none"), Overwrite::Refuse));
    const auto refused = readMidiFile(bad);
    QVERIFY(!refused);
    QCOMPARE(refused.error().id, std::string("midi.no-header"));
    QVERIFY(refused.error().text.find("bad\xef\xbf\xbd.mid") != std::string::npos);
    std::filesystem::remove(bad); // QTemporaryDir cannot, for its name.

    const auto absent = readMidiFile(good.parent_path() / "absent.mid");
    QVERIFY(!absent);
    QCOMPARE(absent.error().id, std::string("file.not-found"));
}

QTEST_APPLESS_MAIN(TestReadMidi)
#include "tst_read_midi.moc"
