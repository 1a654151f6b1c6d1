// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/picture/draw_curves.h"
#include "tests/core/picture/drawn_pixels.h"

#include <cmath>
#include <limits>

using namespace continuo;
using namespace continuo::test;

class TestDrawCurves final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pointsStandWhereTheAxesSay();
    void aLogAxisGivesEqualRatiosEqualDistances();
    void valuesThatAreNotFiniteLeaveAGap();
    void smoothedCurvesKeepTheirEndsAndDoNotLag();
    void theLowestPointIsRingedAndNamed();
    void referenceLinesAreDashedAndNamed();
    void namesAtTheRightEndDoNotOverlap();
    void nothingToDrawIsSaidInWords();
    void everythingIsInsideThePicture();
};

void TestDrawCurves::pointsStandWhereTheAxesSay()
{
    const Picture picture = drawCurves({{.name = "a", .kind = CurveKind::Training, .points = {{0, 0}, {50, 1}, {100, 2}}}});
    const auto strokes = shapesOf<Stroke>(picture);
    QCOMPARE(strokes.size(), std::size_t{1});
    const std::vector<Point>& points = strokes[0].points;
    QCOMPARE(points.size(), std::size_t{3});
    QVERIFY(std::abs(points[1].x - (points[0].x + points[2].x) / 2) < 1e-9);
    QVERIFY(std::abs(points[1].y - (points[0].y + points[2].y) / 2) < 1e-9);
    QVERIFY(points[0].y > points[2].y);
    // The curve ends on the words for 2.0 and begins on those for 0.0.
    for (const auto& [label, y] : {std::pair("0.0", points[0].y), std::pair("2.0", points[2].y)}) {
        bool isFound = false;
        for (const Words& words : shapesOf<Words>(picture))
            isFound = isFound || (words.text == label && std::abs(words.at.y - 4 - y) <= 1);
        QVERIFY2(isFound, label);
    }
    const auto png = pngBytes(picture, 4); // At this scale the middle of the stroke covers whole pixels.
    QVERIFY(png);
    QCOMPARE(DrawnPixels(*png).at(4 * points[1].x, 4 * points[1].y), lightPalette().training);
}

void TestDrawCurves::aLogAxisGivesEqualRatiosEqualDistances()
{
    const Picture picture =
        drawCurves({{.name = "a", .points = {{0, 1}, {1, 10}, {2, 100}, {3, 0}, {4, -1}}}}, {.logValues = true});
    const auto strokes = shapesOf<Stroke>(picture);
    QCOMPARE(strokes.size(), std::size_t{1});
    const std::vector<Point>& points = strokes[0].points;
    QCOMPARE(points.size(), std::size_t{3});
    QVERIFY(std::abs((points[0].y - points[1].y) - (points[1].y - points[2].y)) < 1e-9);
}

void TestDrawCurves::valuesThatAreNotFiniteLeaveAGap()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    const Picture picture = drawCurves({{.name = "a", .points = {{0, 1}, {1, 2}, {2, nan}, {3, 1}, {4, 1}, {5, inf}, {6, 2}}}});
    QCOMPARE(shapesOf<Stroke>(picture).size(), std::size_t{2});
    QCOMPARE(shapesOf<Ring>(picture).size(), std::size_t{1}); // A value alone is a dot.
    QVERIFY(pngBytes(picture, 1));
}

void TestDrawCurves::smoothedCurvesKeepTheirEndsAndDoNotLag()
{
    Curve curve{.name = "a", .smoothing = 5};
    for (int i = 0; i <= 40; ++i)
        curve.points.push_back({static_cast<double>(i), 10.0 - 0.2 * i});
    const auto strokes = shapesOf<Stroke>(drawCurves({curve}));
    QCOMPARE(strokes.size(), std::size_t{2});
    QVERIFY(strokes[0].colour.alpha < strokes[1].colour.alpha);
    // A straight line is its own mean.
    for (std::size_t i = 0; i < strokes[0].points.size(); ++i)
        QVERIFY(std::abs(strokes[0].points[i].y - strokes[1].points[i].y) < 1e-6);

    curve.points[20].y = 0;
    const auto spiked = shapesOf<Stroke>(drawCurves({curve}));
    QVERIFY(spiked[1].points[20].y < spiked[0].points[20].y - 20);
}

void TestDrawCurves::theLowestPointIsRingedAndNamed()
{
    const Curve curve{
        .name = "held-out", .kind = CurveKind::HeldOut, .points = {{0, 3}, {1000, 1.4}, {2000, 1.6}}, .ringsLowest = true};
    const Picture picture = drawCurves({curve});
    const auto rings = shapesOf<Ring>(picture);
    QCOMPARE(rings.size(), std::size_t{1});
    QCOMPARE(rings[0].centre, shapesOf<Stroke>(picture)[0].points[1]);
    QVERIFY(hasWords(picture, "best 1.40 at 1,000"));

    // Of several curves the labels would stand on each other: the rings alone.
    const Picture both = drawCurves({curve, curve});
    QCOMPARE(shapesOf<Ring>(both).size(), std::size_t{2});
    QVERIFY(!hasWords(both, "best 1.40 at 1,000"));
}

void TestDrawCurves::referenceLinesAreDashedAndNamed()
{
    const Picture picture = drawCurves({{.name = "a", .points = {{0, 1}, {1, 2}}}},
                                       {.unit = "nats per step", .references = {{"by frequency alone", 3}}});
    const auto strokes = shapesOf<Stroke>(picture);
    QVERIFY(strokes[0].isDashed);
    QCOMPARE(strokes[0].points[0].y, strokes[0].points[1].y);
    QVERIFY(strokes[0].points[0].y < strokes[1].points[1].y); // 3 is above 2.
    QVERIFY(hasWords(picture, "by frequency alone"));
    QVERIFY(hasWords(picture, "nats per step"));
}

void TestDrawCurves::namesAtTheRightEndDoNotOverlap()
{
    CurvesPicture options;
    for (int i = 0; i < 6; ++i)
        options.references.push_back({"line " + std::to_string(i), 2 + 0.001 * i});
    const Picture picture = drawCurves({{.name = "a", .points = {{0, 0}, {1, 2}}}}, options);
    std::vector<double> heights;
    for (const Words& words : shapesOf<Words>(picture))
        if (words.text.starts_with("line ") || words.text == "a")
            heights.push_back(words.at.y);
    QCOMPARE(heights.size(), std::size_t{7});
    std::sort(heights.begin(), heights.end());
    for (std::size_t i = 1; i < heights.size(); ++i)
        QVERIFY(heights[i] - heights[i - 1] >= 14);
}

void TestDrawCurves::nothingToDrawIsSaidInWords()
{
    QVERIFY(hasWords(drawCurves({}), "No values yet."));
    const Picture picture = drawCurves({{.name = "a", .points = {{0, std::nan("")}}}}, {.title = "Loss", .marks = {{3, "here"}}});
    QVERIFY(hasWords(picture, "No values yet."));
    QVERIFY(pngBytes(picture, 1));
}

void TestDrawCurves::everythingIsInsideThePicture()
{
    Curve curve{.name = "a curve with a rather long name that has to be cut somewhere", .kind = CurveKind::Training};
    for (int i = 0; i < 100; ++i)
        curve.points.push_back({static_cast<double>(i), std::sin(i * 0.3) * 1e6});
    curve.ringsLowest = true;
    const Picture picture =
        drawCurves({curve}, {.title = std::string(300, 'T'),
                             .subtitle = std::string(300, 's'),
                             .xName = "steps",
                             .unit = "nats",
                             .references = {{std::string(200, 'r'), 2e6}},
                             .marks = {{0, "begin"}, {1, "overlapping"}, {99, "at the very end"}},
                             .width = 500,
                             .height = 240});
    for (const Words& words : shapesOf<Words>(picture)) {
        const double width = textWidth(words.text, words.size, words.isBold);
        const double left = words.at.x - (words.anchor == Anchor::End ? width : words.anchor == Anchor::Middle ? width / 2 : 0);
        QVERIFY2(left >= 0 && left + width <= picture.width, words.text.c_str());
        QVERIFY2(words.at.y > words.size / 2 && words.at.y < picture.height, words.text.c_str());
    }
    for (const Stroke& stroke : shapesOf<Stroke>(picture))
        for (const Point& point : stroke.points)
            QVERIFY(point.x >= 0 && point.x <= picture.width && point.y >= 0 && point.y <= picture.height);
}

QTEST_APPLESS_MAIN(TestDrawCurves)
#include "tst_draw_curves.moc"
