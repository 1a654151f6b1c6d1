// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/base/file.h"
#include "core/dataset/frame_list.h"
#include "tests/core/dataset/dataset_fixture.h"

using namespace continuo;

namespace {

Result<std::vector<FramePiece>> read(const QByteArray& json)
{
    return readFrameList(std::span(reinterpret_cast<const std::uint8_t*>(json.constData()), std::size_t(json.size())),
                         "frames.json");
}

/// "start+length:key" of every note, in frames.
QString notesText(const Score& score)
{
    QStringList notes;
    for (const Note& note : allNotes(score)) {
        notes += QString("%1+%2:%3")
                     .arg(note.start.value / kFrameTicks.value)
                     .arg(note.length.value / kFrameTicks.value)
                     .arg(note.pitch.value);
    }
    return notes.join(' ');
}

} // namespace

class TestFrameList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesBecomeNotes_data();
    void framesBecomeNotes();
    void listsBecomeParts();
    void whatIsNoFrameListIsRefused_data();
    void whatIsNoFrameListIsRefused();
    void deepNestingIsRefusedWithoutHarm();
    void publishedBenchmarksHaveTheirPieces_data();
    void publishedBenchmarksHaveTheirPieces();
};

void TestFrameList::framesBecomeNotes_data()
{
    QTest::addColumn<QByteArray>("piece");
    QTest::addColumn<QString>("notes");
    QTest::addColumn<int>("frames");
    QTest::newRow("one key") << QByteArray("[[60]]") << "0+1:60" << 1;
    QTest::newRow("held") << QByteArray("[[60],[60],[60]]") << "0+3:60" << 3;
    QTest::newRow("struck again after silence") << QByteArray("[[60],[],[60]]") << "0+1:60 2+1:60" << 3;
    QTest::newRow("chord with a held bass") << QByteArray("[[48,64],[48,65]]") << "0+1:64 0+2:48 1+1:65" << 2;
    QTest::newRow("a key named twice") << QByteArray("[[60,60]]") << "0+1:60" << 1;
    QTest::newRow("silence at the end") << QByteArray("[[60],[],[]]") << "0+1:60" << 3;
    QTest::newRow("extreme keys") << QByteArray("[[0,127]]") << "0+1:127 0+1:0" << 1;
    QTest::newRow("no frames") << QByteArray("[]") << "" << 0;
}

void TestFrameList::framesBecomeNotes()
{
    QFETCH(QByteArray, piece);
    QFETCH(QString, notes);
    QFETCH(int, frames);
    const auto pieces = read("{\"train\":[" + piece + "]}");
    QVERIFY2(pieces, pieces ? "" : pieces.error().text.c_str());
    QCOMPARE(pieces->size(), std::size_t{1});
    QCOMPARE(notesText(pieces->front().score), notes);
    QCOMPARE(pieces->front().score.end().value, frames * kFrameTicks.value);
}

void TestFrameList::listsBecomeParts()
{
    const auto pieces = read(R"({ "test": [[[1]]], "train": [[[2]], [[3]]], "valid": [[[4]]], "validation": [[[5]]] })");
    QVERIFY(pieces);
    QStringList parts;
    for (const FramePiece& piece : *pieces)
        parts += QString("%1 %2").arg(partName(piece.part).data()).arg(notesText(piece.score));
    QCOMPARE(parts, (QStringList{"test 0+1:1", "train 0+1:2", "train 0+1:3", "validation 0+1:4", "validation 0+1:5"}));
}

void TestFrameList::whatIsNoFrameListIsRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("id");
    QTest::newRow("empty") << QByteArray("") << "frames.not-json";
    QTest::newRow("cut") << QByteArray("{\"train\": [[[60") << "frames.not-json";
    QTest::newRow("something behind") << QByteArray("{\"train\": [[[60]]]} x") << "frames.not-json";
    QTest::newRow("a list") << QByteArray("[[[60]]]") << "frames.not-a-frame-list";
    QTest::newRow("a number") << QByteArray("60") << "frames.not-a-frame-list";
    QTest::newRow("another member") << QByteArray("{\"training\": []}") << "frames.not-a-frame-list";
    QTest::newRow("a key too high") << QByteArray("{\"train\": [[[128]]]}") << "frames.key-out-of-range";
    QTest::newRow("a huge key") << QByteArray("{\"train\": [[[18446744073709551615]]]}") << "frames.key-out-of-range";
    QTest::newRow("a negative key") << QByteArray("{\"train\": [[[-1]]]}") << "frames.key-out-of-range";
    QTest::newRow("a broken key") << QByteArray("{\"train\": [[[60.5]]]}") << "frames.not-a-frame-list";
    QTest::newRow("a text") << QByteArray("{\"train\": [[[\"C4\"]]]}") << "frames.not-a-frame-list";
    QTest::newRow("keys without frames") << QByteArray("{\"train\": [[60]]}") << "frames.not-a-frame-list";
    QTest::newRow("too deep") << QByteArray("{\"train\": [[[[60]]]]}") << "frames.not-a-frame-list";
    QTest::newRow("an object inside") << QByteArray("{\"train\": {\"test\": []}}") << "frames.not-a-frame-list";
    QTest::newRow("no piece") << QByteArray("{\"train\": []}") << "frames.empty";
    QTest::newRow("no member") << QByteArray("{}") << "frames.empty";
}

void TestFrameList::whatIsNoFrameListIsRefused()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, id);
    const auto pieces = read(json);
    QVERIFY(!pieces);
    QCOMPARE(QString::fromStdString(pieces.error().id), id);
    QVERIFY(pieces.error().text.find("frames.json") != std::string::npos);
}

void TestFrameList::deepNestingIsRefusedWithoutHarm()
{
    QVERIFY(!read(QByteArray(1'000'000, '[')));
    QVERIFY(!read("{\"train\":" + QByteArray(1'000'000, '[')));
}

void TestFrameList::publishedBenchmarksHaveTheirPieces_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QList<int>>("pieces");
    QTest::newRow("JSB Chorales") << "jsb-chorales.json" << QList<int>{229, 76, 77};
    QTest::newRow("Nottingham") << "nottingham.json" << QList<int>{694, 173, 170};
}

void TestFrameList::publishedBenchmarksHaveTheirPieces()
{
    QFETCH(QString, file);
    QFETCH(QList<int>, pieces);
    const QString path = qEnvironmentVariable("CONTINUO_SHARED_DATA") + "/benchmarks/" + file;
    if (!QFile::exists(path))
        QSKIP("The optional folder of real music is not there.");
    const auto frames = read(readBytes(path));
    QVERIFY(frames);
    QList<int> counts{0, 0, 0};
    for (const FramePiece& piece : *frames)
        ++counts[static_cast<int>(piece.part)];
    QCOMPARE(counts, pieces);
}

QTEST_APPLESS_MAIN(TestFrameList)
#include "tst_frame_list.moc"
