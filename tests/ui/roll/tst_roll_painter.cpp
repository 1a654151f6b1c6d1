// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/roll/roll_bench.h"
#include "ui/roll/bar_lines.h"
#include "ui/roll/roll_painter.h"

#include <QImage>
#include <QPainter>

using namespace continuo;
using namespace continuo::ui;

namespace {

Note noteAt(std::int64_t start, std::int64_t length, int pitch, NoteId id)
{
    Note note;
    note.start = {start};
    note.length = {length};
    note.pitch.value = static_cast<std::uint8_t>(pitch);
    note.id = id;
    return note;
}

/// One picture of some notes, 1600 × 900.
struct Canvas
{
    explicit Canvas(std::vector<Note> made, double ratio = 1)
        : notes(std::move(made))
        , index(notes)
        , meters(960, Meter{4, 4})
        , grid(meters, 1, 8)
        , image(QSize(1600, 900) * ratio, QImage::Format_ARGB32_Premultiplied)
    {
        image.setDevicePixelRatio(ratio);
        image.fill(Qt::black);
        picture.geometry.size = {1600, 900};
        picture.geometry.top = picture.geometry.rowHeight * (127 - 90);
        picture.palette = Appearance(*qApp).palette();
        picture.meters = &meters;
        picture.grid = &grid;
        picture.playhead = {1'000'000'000'000};
        NoteLayer& layer = picture.layers.emplace_back();
        layer.notes = notes;
        layer.index = &index;
        layer.colour = picture.palette.accent;
        layer.hasStems = true;
    }
    PaintWork paint(const QRect& clip = {0, 0, 1600, 900})
    {
        QPainter painter(&image);
        painter.setClipRect(clip);
        return paintRoll(painter, picture, clip);
    }
    /// The colour in the middle of a row at a time.
    QColor at(std::int64_t time, int pitch) const
    {
        const double ratio = image.devicePixelRatio();
        const QPointF place(picture.geometry.x({time}), picture.geometry.y(pitch) + picture.geometry.rowHeight / 2);
        return image.pixelColor((place * ratio).toPoint());
    }

    std::vector<Note> notes;
    NoteIndex index;
    MeterMap meters;
    BarGrid grid;
    RollPicture picture{};
    QImage image;
};

std::vector<Note> million()
{
    std::vector<Note> notes;
    notes.reserve(1'000'000);
    for (std::int64_t i = 0; i < 1'000'000; ++i)
        notes.push_back(noteAt(i * 60, 240, static_cast<int>(40 + i * 7 % 48), static_cast<NoteId>(i + 1)));
    return notes;
}

} // namespace

class TestRollPainter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesStandWhereTheyAre_data()
    {
        QTest::addColumn<double>("ratio");
        for (const double ratio : {1.0, 1.25, 1.5, 2.0, 3.0})
            QTest::addRow("%g %%", ratio * 100) << ratio;
    }

    void notesStandWhereTheyAre()
    {
        QFETCH(const double, ratio);
        Canvas canvas({noteAt(960, 960, 60, 1)}, ratio);
        QCOMPARE(canvas.paint().drawn, std::size_t{1});
        const Palette& palette = canvas.picture.palette;
        QCOMPARE(canvas.at(1400, 60), palette.accent);
        QCOMPARE(canvas.at(1400, 61), palette.blackRow);
        QCOMPARE(canvas.at(1400, 62), palette.row);
        QCOMPARE(canvas.at(2200, 60), palette.row);
        // Lines are one pixel of the device and of their own colour.
        const auto column = [&](std::int64_t time) { return static_cast<int>(std::lround(canvas.picture.geometry.x({time}) * ratio)); };
        const int y = static_cast<int>((canvas.picture.geometry.y(62) + 7) * ratio);
        QCOMPARE(canvas.image.pixelColor(column(3840), y), palette.barLine);
        QCOMPARE(canvas.image.pixelColor(column(2880), y), palette.beatLine);
        QCOMPARE(canvas.image.pixelColor(column(2400), y), palette.subdivisionLine);
    }

    void theScaleTintsRows()
    {
        Canvas canvas({});
        canvas.picture.scale = Key{7, Mode::Major};
        canvas.paint();
        QCOMPARE(canvas.at(100, 67), canvas.picture.palette.tonicRow);
        QCOMPARE(canvas.at(100, 66), canvas.picture.palette.row);      // F sharp is of G major,
        QCOMPARE(canvas.at(100, 65), canvas.picture.palette.blackRow); // F is not.
    }

    void aMillionNotesAreNotWalkedThrough_data()
    {
        QTest::addColumn<double>("pixelsPerTick");
        QTest::addColumn<double>("firstTick");
        QTest::newRow("close") << 32.0 / 960 << 30'000'000.0;
        QTest::newRow("middle") << 0.5 / 960 << 30'000'000.0;
        QTest::newRow("all") << 1600.0 / 60'000'000 << 0.0;
    }

    void aMillionNotesAreNotWalkedThrough()
    {
        QFETCH(const double, pixelsPerTick);
        QFETCH(const double, firstTick);
        Canvas canvas(million());
        canvas.picture.geometry.pixelsPerTick = pixelsPerTick;
        canvas.picture.geometry.firstTick = firstTick;
        const PaintWork work = canvas.paint();
        QVERIFY2(work.visited < 60'000, qPrintable(QString::number(work.visited)));
        QVERIFY2(work.drawn < 2'000, qPrintable(QString::number(work.drawn)));
        // What is too dense to be told apart is there all the same.
        QCOMPARE(canvas.at(static_cast<std::int64_t>(firstTick + 800 / pixelsPerTick) / 60 * 60 + 30,
                           static_cast<int>(40 + static_cast<std::int64_t>(firstTick + 800 / pixelsPerTick) / 60 * 7 % 48)),
                 canvas.picture.palette.accent);
        QPainter painter(&canvas.image);
        const PaintWork lane = paintLane(painter, canvas.picture, QRect(0, 0, 1600, kLaneHeight));
        QVERIFY2(lane.visited < 110'000, qPrintable(QString::number(lane.visited)));
        QVERIFY(lane.drawn <= 2'000);
    }

    void aLongNoteIsSeenFarFromItsStart()
    {
        std::vector<Note> notes{noteAt(0, 5'000'000, 60, 1)};
        for (std::int64_t i = 0; i < 100'000; ++i)
            notes.push_back(noteAt(i * 60, 30, 72, static_cast<NoteId>(i + 2)));
        Canvas canvas(std::move(notes));
        canvas.picture.geometry.firstTick = 4'000'000;
        const PaintWork work = canvas.paint();
        QCOMPARE(canvas.at(4'010'000, 60), canvas.picture.palette.accent);
        QVERIFY2(work.visited < 5'000, qPrintable(QString::number(work.visited)));
    }

    void paintingAPartEqualsPaintingAll()
    {
        std::vector<Note> notes;
        for (int i = 0; i < 200; ++i)
            notes.push_back(noteAt(i * 240, i % 7 == 0 ? 20 : 480, 50 + i % 30, static_cast<NoteId>(i + 1)));
        Canvas whole(notes);
        whole.paint();
        Canvas parts(notes);
        for (int x = 0; x < 1600; x += 100)
            parts.paint({x, 0, 100, 900});
        QVERIFY(whole.image == parts.image);
    }

    void barsGetFewerAsTheyGetNarrow()
    {
        Canvas canvas({});
        QCOMPARE(numberedBars(canvas.picture, 0, 1600, 34).size(), std::size_t{13});
        canvas.picture.geometry.pixelsPerTick = 8.0 / static_cast<double>(canvas.meters.barStart(1).value);
        int clear = 0;
        for (const BarLine& line : barLines(canvas.picture, 0, 1600)) {
            QCOMPARE(line.kind == BarLine::Bar, line.bar % 8 == 0); // As far apart as their numbers.
            clear += line.kind == BarLine::Bar ? 1 : 0;
        }
        QCOMPARE(clear, 26);
        canvas.picture.geometry.pixelsPerTick = 0.0005;
        const auto bars = numberedBars(canvas.picture, 0, 1600, 34);
        QVERIFY(bars.size() <= 48);
        QCOMPARE(bars.at(1).bar, 32);
        QVERIFY(barLines(canvas.picture, 0, 1600).size() < 300);
    }

    void stemsStandUnderTheirNotes()
    {
        Canvas canvas({noteAt(0, 960, 60, 1), noteAt(1920, 960, 64, 2)});
        canvas.notes[1].velocity = 127;
        canvas.index = NoteIndex(canvas.notes);
        QPainter painter(&canvas.image);
        QCOMPARE(paintLane(painter, canvas.picture, QRect(0, 0, 1600, kLaneHeight)).drawn, std::size_t{2});
        painter.end();
        const auto at = [&](std::int64_t time, double y) {
            return canvas.image.pixelColor(static_cast<int>(laneX(canvas.picture.geometry, {time})), static_cast<int>(y));
        };
        QCOMPARE(at(0, laneY(90) + 6), canvas.picture.palette.accent);
        QCOMPARE(at(0, laneY(90) - 6), canvas.picture.palette.blackRow);
        QCOMPARE(at(1920, laneY(127) + 6), canvas.picture.palette.accent);
        QCOMPARE(at(960, laneY(20)), canvas.picture.palette.blackRow);
    }

    void velocitiesAndHeightsAreInverse()
    {
        for (int velocity = 1; velocity <= 127; ++velocity)
            QCOMPARE(velocityAt(laneY(velocity)), velocity);
        QCOMPARE(velocityAt(-100), 127);
        QCOMPARE(velocityAt(1000), 1);
    }
};

QTEST_MAIN(TestRollPainter)
#include "tst_roll_painter.moc"
