// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/picture/draw_roll.h"
#include "core/picture/roll_system.h"
#include "tests/core/picture/drawn_pixels.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace continuo;
using namespace continuo::test;

namespace {

constexpr int kQuarter = 480;

/// A scale in quarters of 4/4 from C4 upwards and on.
Score scaleOf(int notes, int perTrack = 1'000'000)
{
    Score score{.ticksPerQuarter = kQuarter};
    TrackId track = 0;
    for (int i = 0; i < notes; ++i) {
        if (i % perTrack == 0)
            track = score.addTrack().id;
        score.addNote(track, {.start = {i * kQuarter},
                              .length = {kQuarter},
                              .pitch = {static_cast<std::uint8_t>(60 + i % 12)}});
    }
    return score;
}

/// The boxes that are notes: rounded, in a note's colour, and not the swatches of the legend, which
/// are squares of 10.
std::vector<Box> noteBoxes(const Picture& picture)
{
    const Palette& palette = lightPalette();
    std::vector<Box> notes;
    for (const Box& box : shapesOf<Box>(picture)) {
        const bool isNoteColour =
            box.fill == palette.accent ||
            std::find(palette.alternatives.begin(), palette.alternatives.end(), box.fill) !=
                palette.alternatives.end();
        if (isNoteColour && box.radius > 0 && !(box.width == 10 && box.height == 10))
            notes.push_back(box);
    }
    return notes;
}

} // namespace

class TestDrawRoll final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesStandAtTheirTimeAndPitch();
    void notesHaveTheirColourInThePng();
    void seedAndContinuationHaveTheirOwnColours();
    void atMostTheLastBarsOfTheSeedMelodyAreDrawn_data();
    void atMostTheLastBarsOfTheSeedMelodyAreDrawn();
    void tracksHaveTheirOwnColoursAndNames();
    void longPiecesGoOnInFurtherLines();
    void aNoteOverTheEndOfALineIsDrawnInBoth();
    void theBarsLeftOutAreSaidInWords();
    void drumsAreDrawnOnlyWhereThereIsNothingElse();
    void rowsHoldEveryPitch_data();
    void rowsHoldEveryPitch();
    void lanesShareRowsAndBars();
    void anEmptyScoreIsSaidInWords();
    void hostileMetersAndTimesStayBounded();
};

void TestDrawRoll::notesStandAtTheirTimeAndPitch()
{
    const Picture picture = drawRoll(scaleOf(8));
    const std::vector<Box> notes = noteBoxes(picture);
    QCOMPARE(notes.size(), std::size_t{8});
    // Two bars of four equal quarters over the whole width.
    const double quarter = (1200 - 48 - RollLayout::kKeys) / 8;
    for (std::size_t i = 0; i < notes.size(); ++i) {
        QVERIFY(std::abs(notes[i].x -
                         (24 + RollLayout::kKeys + quarter * static_cast<double>(i) + 0.5)) < 1e-6);
        QVERIFY(std::abs(notes[i].width - (quarter - 1)) < 1e-6);
        if (i > 0)
            QCOMPARE(notes[i - 1].y - notes[i].y, notes[0].y - notes[1].y);
    }
    QVERIFY(notes[0].y - notes[1].y >= 4);
    QVERIFY(hasWords(picture, "C4"));
    QVERIFY(hasWords(picture, "1") && hasWords(picture, "2") && !hasWords(picture, "3"));
}

void TestDrawRoll::notesHaveTheirColourInThePng()
{
    const Picture picture = drawRoll(scaleOf(8), {.title = "Scale", .key = Key{0, Mode::Major}});
    const auto png = pngBytes(picture, 1);
    QVERIFY(png);
    const DrawnPixels pixels(*png);
    QCOMPARE(pixels.width(), static_cast<int>(picture.width));
    QCOMPARE(pixels.height(), static_cast<int>(picture.height));
    const std::vector<Box> notes = noteBoxes(picture);
    for (const Box& note : notes)
        QCOMPARE(pixels.at(note.x + note.width / 2, note.y + note.height / 2),
                 lightPalette().accent);
    // Half a quarter further on the row of the tonic there is no note and no line.
    const Box& tonic = notes[0];
    QCOMPARE(pixels.at(tonic.x + tonic.width * 1.4, tonic.y + tonic.height / 2),
             lightPalette().rollTonicRow);
}

void TestDrawRoll::seedAndContinuationHaveTheirOwnColours()
{
    const Picture picture = drawRolls({{.title = "B: daring",
                                        .score = scaleOf(8),
                                        .seedEnd = Tick{4 * kQuarter},
                                        .alternative = 1}});
    const std::vector<Box> notes = noteBoxes(picture);
    QCOMPARE(notes.size(), std::size_t{8});
    for (std::size_t i = 0; i < 8; ++i)
        QCOMPARE(notes[i].fill, i < 4 ? lightPalette().accent : lightPalette().alternative(1));
    QVERIFY(hasWords(picture, "seed melody") && hasWords(picture, "alternative B") &&
            hasWords(picture, "B: daring"));
    const Picture fromNothing = drawRolls({{.score = scaleOf(8), .seedEnd = Tick{}}});
    QVERIFY(!hasWords(fromNothing, "seed melody") && hasWords(fromNothing, "alternative A"));
    // A line of two pixels where the seed melody ends, in the middle of the rows.
    const auto boxes = shapesOf<Box>(picture);
    const double middle = 24 + RollLayout::kKeys + (1200 - 48 - RollLayout::kKeys) / 2;
    QVERIFY(std::any_of(boxes.begin(), boxes.end(), [middle](const Box& box) {
        return box.fill == lightPalette().accent && box.width == 2 && std::abs(box.x - middle) <= 1;
    }));
}

void TestDrawRoll::atMostTheLastBarsOfTheSeedMelodyAreDrawn_data()
{
    QTest::addColumn<int>("seedQuarters");
    QTest::addColumn<int>("seedNotesDrawn");
    QTest::addColumn<int>("firstBar"); // As people count.
    QTest::addColumn<int>("lastBar");
    QTest::newRow("more than eight bars") << 4 * 20 << 4 * 8 << 13 << 22;
    QTest::newRow("eight bars") << 4 * 8 << 4 * 8 << 1 << 10;
    QTest::newRow("three bars") << 4 * 3 << 4 * 3 << 1 << 5;
    // Eight full bars and the upbeat of the answer.
    QTest::newRow("an end within a bar") << 4 * 20 + 1 << 4 * 8 + 1 << 13 << 23;
}

void TestDrawRoll::atMostTheLastBarsOfTheSeedMelodyAreDrawn()
{
    QFETCH(int, seedQuarters);
    QFETCH(int, seedNotesDrawn);
    QFETCH(int, firstBar);
    QFETCH(int, lastBar);
    const Picture picture = drawRolls({{.score = scaleOf(seedQuarters + 8),
                                        .seedEnd = Tick{seedQuarters * kQuarter},
                                        .alternative = 1}},
                                      {.seedBars = 8});
    const std::vector<Box> notes = noteBoxes(picture);
    QCOMPARE(std::count_if(notes.begin(), notes.end(),
                           [](const Box& box) { return box.fill == lightPalette().accent; }),
             seedNotesDrawn);
    QCOMPARE(
        std::count_if(notes.begin(), notes.end(),
                      [](const Box& box) { return box.fill == lightPalette().alternative(1); }),
        8);
    QVERIFY(std::abs(notes.front().x - (24 + RollLayout::kKeys + 0.5)) < 1e-6);
    QVERIFY(!hasWords(picture, std::to_string(firstBar - 1)) &&
            hasWords(picture, std::to_string(firstBar)));
    QVERIFY(hasWords(picture, std::to_string(lastBar)) &&
            !hasWords(picture, std::to_string(lastBar + 1)));
    QVERIFY(hasWords(picture, firstBar == 1 ? "seed melody"
                                            : "seed melody from bar " + std::to_string(firstBar)));
}

void TestDrawRoll::tracksHaveTheirOwnColoursAndNames()
{
    Score score = scaleOf(8, 4);
    score.addEvent(score.tracks[0].id, metaEvent({0}, Meta::TrackName, "Fiddle"));
    const Picture picture = drawRoll(score);
    QVERIFY(hasWords(picture, "Fiddle") && hasWords(picture, "Track 2"));
    const std::vector<Box> notes = noteBoxes(picture);
    QCOMPARE(notes[0].fill, lightPalette().accent);
    QCOMPARE(notes[7].fill, lightPalette().alternative(0));
}

void TestDrawRoll::longPiecesGoOnInFurtherLines()
{
    const Picture one = drawRoll(scaleOf(8));
    const Picture many = drawRoll(scaleOf(4 * 50));
    QVERIFY(many.height > 2 * one.height);
    QCOMPARE(noteBoxes(many).size(), std::size_t{200});
    for (const Box& note : noteBoxes(many))
        QVERIFY(note.x >= 24 + RollLayout::kKeys && note.x + note.width <= 1200 - 24 &&
                note.y + note.height < many.height);
    QVERIFY(hasWords(many, "50"));
}

void TestDrawRoll::aNoteOverTheEndOfALineIsDrawnInBoth()
{
    Score score = scaleOf(4 * 30);
    // Thirty bars stand in two lines of fifteen.
    score.addNote(score.tracks[0].id,
                  {.start = {14 * 4 * kQuarter}, .length = {8 * kQuarter}, .pitch = {74}});
    QCOMPARE(noteBoxes(drawRoll(score)).size(), std::size_t{122});
}

void TestDrawRoll::theBarsLeftOutAreSaidInWords()
{
    const Picture picture = drawRoll(scaleOf(4 * 12), {.maximumBars = 10});
    QVERIFY(hasWords(picture, "2 more bars"));
    QCOMPARE(noteBoxes(picture).size(), std::size_t{40});
    QVERIFY(hasWords(drawRoll(scaleOf(4 * 11), {.maximumBars = 10}), "1 more bar"));
}

void TestDrawRoll::drumsAreDrawnOnlyWhereThereIsNothingElse()
{
    Score score = scaleOf(4);
    score.addNote(score.tracks[0].id, {.length = {10}, .pitch = {36}, .channel = kDrumChannel});
    QCOMPARE(noteBoxes(drawRoll(score)).size(), std::size_t{4});
    for (Note& note : score.tracks[0].notes)
        note.channel = kDrumChannel;
    QCOMPARE(noteBoxes(drawRoll(score)).size(), std::size_t{5});
}

void TestDrawRoll::rowsHoldEveryPitch_data()
{
    QTest::addColumn<int>("lowest");
    QTest::addColumn<int>("highest");
    QTest::newRow("all keys") << 0 << 127;
    QTest::newRow("the lowest") << 0 << 0;
    QTest::newRow("the highest") << 127 << 127;
    QTest::newRow("one") << 60 << 60;
    QTest::newRow("a piano") << 21 << 108;
}

void TestDrawRoll::rowsHoldEveryPitch()
{
    QFETCH(int, lowest);
    QFETCH(int, highest);
    Score score{.ticksPerQuarter = kQuarter};
    const TrackId track = score.addTrack().id;
    for (const int pitch : {lowest, highest})
        score.addNote(track, {.length = {kQuarter}, .pitch = {static_cast<std::uint8_t>(pitch)}});
    const Picture picture = drawRoll(score);
    for (const Box& note : noteBoxes(picture))
        QVERIFY(note.y > 24 + RollLayout::kRuler - 1 && note.y + note.height < picture.height - 20);
    QVERIFY(pngBytes(picture, 1));
}

void TestDrawRoll::lanesShareRowsAndBars()
{
    const Picture picture =
        drawRolls({{.title = "A", .score = scaleOf(8)}, {.title = "B", .score = scaleOf(4)}});
    const std::vector<Box> notes = noteBoxes(picture);
    QCOMPARE(notes.size(), std::size_t{12});
    QCOMPARE(notes[8].x, notes[0].x);
    QCOMPARE(notes[8].width, notes[0].width);
    QCOMPARE(notes[8].y - notes[9].y, notes[0].y - notes[1].y);
    QVERIFY(notes[8].y > notes[0].y + 50);
}

void TestDrawRoll::anEmptyScoreIsSaidInWords()
{
    const Picture picture = drawRoll(Score{});
    QVERIFY(hasWords(picture, "No notes."));
    QVERIFY(pngBytes(picture, 1));
    QVERIFY(drawRolls({}).height > 0);
}

void TestDrawRoll::hostileMetersAndTimesStayBounded()
{
    Score score{.ticksPerQuarter = 1};
    const TrackId track = score.addTrack().id;
    score.addEvent(track, timeSignatureEvent({0}, 255, 1 << 30));
    score.addEvent(track, timeSignatureEvent({3}, 1, 64));
    score.addNote(track, {.start = {0}, .length = {std::int64_t{1} << 40}, .pitch = {60}});
    score.addNote(track, {.start = {(std::int64_t{1} << 50)}, .length = {0}, .pitch = {61}});
    const Picture picture = drawRoll(score);
    QVERIFY(picture.shapes.size() < 200'000);
    QVERIFY(pngBytes(picture, 1));
}

QTEST_APPLESS_MAIN(TestDrawRoll)
#include "tst_draw_roll.moc"
