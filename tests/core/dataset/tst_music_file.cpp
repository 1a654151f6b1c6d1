// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/dataset/music_file.h"
#include "tests/core/dataset/dataset_fixture.h"

using namespace continuo;

namespace {

std::span<const std::uint8_t> spanOf(const QByteArray& bytes)
{
    return {reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size())};
}

QString nameOf(std::optional<MusicFormat> format)
{
    return format ? QString::fromUtf8(musicFormatName(*format).data()) : QString("none");
}

/// A MIDI file of `tracks` tracks, each with one note: 60, 61, …
QByteArray midiFile(int format, int tracks)
{
    QByteArray bytes("MThd\0\0\0\6\0", 9);
    bytes += char(format);
    bytes += '\0';
    bytes += char(tracks);
    bytes += QByteArray("\0\x60", 2);
    for (int i = 0; i < tracks; ++i) {
        bytes += QByteArray("MTrk\0\0\0\x0c\0\x90", 10);
        bytes += char(60 + i);
        bytes += QByteArray("\x40\x60\x80", 3);
        bytes += char(60 + i);
        bytes += QByteArray("\x40\0\xff\x2f\0", 5);
    }
    return bytes;
}

} // namespace

class TestMusicFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesPromiseAFormat_data();
    void namesPromiseAFormat();
    void contentPromisesAFormat_data();
    void contentPromisesAFormat();
    void contentGoesBeforeTheName();
    void ornamentsAreReadAsWished();
    void tracksOfFormatTwoArePieces();
    void tracksWithoutNotesLeadTheOthersInFormatTwo();
    void karaokeFilesTellTheirTitle();
    void tunesOfABookArePieces();
    void unreleasedNotesAreSeenInTheirPiece();
    void unknownFilesAreRefused();
};

void TestMusicFile::namesPromiseAFormat_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    for (const char* name : {"a.mid", "a.MID", "b/c.midi", "a.kar", "a.rmi", "a.smf", ".mid"})
        QTest::newRow(name) << name << "midi";
    for (const char* name : {"a.abc", "x.tar.ABC"})
        QTest::newRow(name) << name << "abc";
    for (const char* name : {"", "mid", "a.txt", "a.mid.txt", "a.midx", "abc", "a.json", "a.zip"})
        QTest::newRow(*name ? name : "no name") << name << "none";
}

void TestMusicFile::namesPromiseAFormat()
{
    QFETCH(QString, name);
    QFETCH(QString, format);
    QCOMPARE(nameOf(musicFormatByName(name.toStdString())), format);
}

void TestMusicFile::contentPromisesAFormat_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QString>("format");
    QTest::newRow("midi") << QByteArray("MThd\0\0\0\6", 8) << "midi";
    QTest::newRow("riff midi") << QByteArray("RIFF\1\2\3\4RMIDdata") << "midi";
    QTest::newRow("riff wave") << QByteArray("RIFF\1\2\3\4WAVEfmt ") << "none";
    QTest::newRow("abc") << QByteArray("% a tune\nX:1\nT:x\nK:C\nCDE|") << "abc";
    QTest::newRow("abc with other line ends") << QByteArray("X: 12 \r\nK:C\r\n") << "abc";
    QTest::newRow("prose") << QByteArray("X: marks the spot\nK: is a letter\n") << "none";
    QTest::newRow("key before number") << QByteArray("K:C\nX:1\n") << "none";
    QTest::newRow("abc with zeros") << QByteArray("X:1\nK:C\n\0", 9) << "none";
    QTest::newRow("frames") << QByteArray(" {\n \"train\" : [[[60]]]}") << "frames";
    QTest::newRow("frames, test first") << QByteArray("{\"test\":[") << "frames";
    QTest::newRow("other JSON") << QByteArray("{\"name\": [1]}") << "none";
    QTest::newRow("train is no list") << QByteArray("{\"train\": \"ICE\"}") << "none";
    QTest::newRow("nothing") << QByteArray() << "none";
}

void TestMusicFile::contentPromisesAFormat()
{
    QFETCH(QByteArray, head);
    QFETCH(QString, format);
    QCOMPARE(nameOf(musicFormatByContent(spanOf(head))), format);
}

void TestMusicFile::contentGoesBeforeTheName()
{
    const auto file = readMusicFile(spanOf(tuneText(1)), "tune.mid");
    QVERIFY(file);
    QCOMPARE(file->format, MusicFormat::Abc);
    QCOMPARE(file->pieces.front().title, std::string("Tune 1"));
}

void TestMusicFile::ornamentsAreReadAsWished()
{
    const QByteArray book = "X:1\nL:1/4\nK:C\n~G C|\n\nX:2\nL:1/4\nK:C\nC D|\n";
    const auto noteCounts = [](const Result<MusicFile>& file) {
        QList<std::size_t> counts;
        for (std::size_t i = 0; file && i < file->pieces.size(); ++i)
            counts << file->pieces[i].score.noteCount();
        return counts;
    };
    const auto marks = readMusicFile(spanOf(book), "a.abc");
    const auto played = readMusicFile(spanOf(book), "a.abc", OrnamentReading::Played);
    const auto both = readMusicFile(spanOf(book), "a.abc", OrnamentReading::Both);
    QCOMPARE(noteCounts(marks), (QList<std::size_t>{2, 2}));
    QVERIFY(!marks->pieces[0].ornamented);
    QCOMPARE(noteCounts(played), (QList<std::size_t>{6, 2}));
    QCOMPARE(noteCounts(both), (QList<std::size_t>{2, 2}));
    QVERIFY(both->pieces[0].score == marks->pieces[0].score);
    QVERIFY(both->pieces[0].ornamented == played->pieces[0].score);
    QVERIFY(!both->pieces[1].ornamented);
    const auto midi = readMusicFile(spanOf(midiFile(1, 3)), "a.mid", OrnamentReading::Both);
    QVERIFY(midi && !midi->pieces[0].ornamented);
}

void TestMusicFile::tracksOfFormatTwoArePieces()
{
    const auto one = readMusicFile(spanOf(midiFile(1, 3)), "a.mid");
    QVERIFY2(one, one ? "" : one.error().text.c_str());
    QCOMPARE(one->pieces.size(), std::size_t{1});
    const auto several = readMusicFile(spanOf(midiFile(2, 3)), "a.mid");
    QVERIFY(several);
    QCOMPARE(several->pieces.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) {
        const Score& score = several->pieces[i].score;
        QCOMPARE(score.tracks.size(), std::size_t{1});
        QCOMPARE(int(allNotes(score).front().pitch.value), 60 + int(i));
        QCOMPARE(score.ticksPerQuarter, 96);
    }
}

void TestMusicFile::tracksWithoutNotesLeadTheOthersInFormatTwo()
{
    // A tempo of 100 and a meter of 3/4, and nothing else; then two pieces, of which the second has its own tempo; then
    // an empty track.
    QByteArray bytes("MThd\0\0\0\6\0\2\0\4\0\x60", 14);
    const auto track = [&bytes](const QByteArray& events) {
        bytes += QByteArray("MTrk\0\0\0", 7) + char(events.size() + 4) + events + QByteArray("\0\xff\x2f\0", 4);
    };
    const QByteArray note("\0\x90\x3c\x40\x60\x80\x3c\x40", 8);
    track(QByteArray("\0\xff\x51\3\x09\x27\xc0\0\xff\x58\4\3\2\x18\x08", 15));
    track(note);
    track(QByteArray("\0\xff\x51\3\x07\xa1\x20", 7) + note);
    track({});
    const auto file = readMusicFile(spanOf(bytes), "two.mid");
    QVERIFY2(file, file ? "" : file.error().text.c_str());
    QCOMPARE(file->pieces.size(), std::size_t{2});
    const auto tempos = [](const Score& score) {
        QStringList text;
        for (const Event& event : score.tracks.at(0).events)
            text.append(QString::number(event.data1, 16) + ":" +
                        QString::number(event.payload[0] << 8 | event.payload[1], 16));
        return text.join(' ');
    };
    QCOMPARE(tempos(file->pieces[0].score), QString("51:927 58:302"));
    QCOMPARE(tempos(file->pieces[1].score), QString("51:7a1"));
    QCOMPARE(file->pieces[0].score.format, 0);
}

void TestMusicFile::karaokeFilesTellTheirTitle()
{
    QByteArray bytes = midiFile(0, 1);
    const QByteArray title("\0\xff\1\x08@TMy one", 12);
    bytes.insert(22, title);
    bytes[21] = char(12 + title.size());
    const auto file = readMusicFile(spanOf(bytes), "one.kar");
    QVERIFY2(file, file ? "" : file.error().text.c_str());
    QCOMPARE(QString::fromStdString(file->pieces.at(0).title), QString("My one"));
}

void TestMusicFile::tunesOfABookArePieces()
{
    const auto book = readMusicFile(spanOf(tuneText(1) + "\n" + tuneText(2).replace("X:1", "X:2")), "book.abc");
    QVERIFY(book);
    QCOMPARE(book->pieces.size(), std::size_t{2});
    QCOMPARE(factsOf(book->pieces[1]).title, std::string("Tune 2"));
}

void TestMusicFile::unreleasedNotesAreSeenInTheirPiece()
{
    QByteArray bytes = midiFile(2, 2);
    // The first track's note-off becomes a control change.
    bytes[bytes.indexOf(QByteArray("\x60\x80", 2)) + 1] = char(0xb0);
    const auto file = readMusicFile(spanOf(bytes), "a.mid");
    QVERIFY(file);
    QVERIFY(!file->remarks.empty());
    const auto problems = [&](std::size_t piece) {
        return problemsOf(file->pieces[piece], factsOf(file->pieces[piece])) & problemBit(Problem::UnreleasedNotes);
    };
    QVERIFY(problems(0) != 0);
    QVERIFY(problems(1) == 0);
}

void TestMusicFile::unknownFilesAreRefused()
{
    const auto file = readMusicFile(spanOf("hello"), "notes.txt");
    QVERIFY(!file);
    QCOMPARE(QString::fromStdString(file.error().id), "music.unknown-format");
    QCOMPARE(file.error().kind, ErrorKind::Refused);
}

QTEST_APPLESS_MAIN(TestMusicFile)
#include "tst_music_file.moc"
