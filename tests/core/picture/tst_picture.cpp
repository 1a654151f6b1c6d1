// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/picture/picture.h"
#include "tests/core/picture/drawn_pixels.h"

using namespace continuo;
using namespace continuo::test;

namespace {

constexpr Colour kRed{200, 0, 0};
constexpr Colour kWhite{255, 255, 255};

Picture example()
{
    return {40, 30, {Box{0, 0, 40, 30, kWhite}, Box{10, 5, 20, 10, kRed}}};
}

} // namespace

class TestPicture final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPngHasThePixelsOfTheDrawing();
    void everyShapeLeavesItsMark();
    void anSvgIsXmlOfTheSameSize();
    void textThatIsNoUtf8IsDrawnAllTheSame();
    void textIsCutToItsWidth();
    void stackedPicturesFollowEachOther();
    void picturesTooLargeAreRefused_data();
    void picturesTooLargeAreRefused();
    void filesAreWrittenByTheirEnding();
};

void TestPicture::aPngHasThePixelsOfTheDrawing()
{
    for (const int scale : {1, 2, 3}) {
        const auto png = pngBytes(example(), scale);
        QVERIFY(png);
        const DrawnPixels pixels(*png);
        QVERIFY(pixels.isOpen());
        QCOMPARE(pixels.width(), 40 * scale);
        QCOMPARE(pixels.height(), 30 * scale);
        QCOMPARE(pixels.at(10 * scale - 1, 6 * scale), kWhite);
        QCOMPARE(pixels.at(10 * scale, 5 * scale), kRed);
        QCOMPARE(pixels.at(30 * scale - 1, 15 * scale - 1), kRed);
        QCOMPARE(pixels.at(30 * scale, 15 * scale), kWhite);
    }
}

void TestPicture::everyShapeLeavesItsMark()
{
    const Picture picture{100,
                          40,
                          {Box{0, 0, 100, 40, kWhite}, Box{5, 5, 10, 10, kRed, 4}, Stroke{{{30, 10}, {40, 10}}, kRed, 4},
                           Ring{{60, 10}, 6, kWhite, kRed, 3}, Words{{75, 20}, "HH", kRed, 20, Anchor::Start, true}}};
    const auto png = pngBytes(picture, 1);
    QVERIFY(png);
    const DrawnPixels pixels(*png);
    QVERIFY(pixels.at(5, 5) != kRed); // A round corner.
    QCOMPARE(pixels.at(10, 10), kRed);
    QCOMPARE(pixels.at(35, 10), kRed);
    QCOMPARE(pixels.at(35, 16), kWhite);
    QCOMPARE(pixels.at(60, 10), kWhite);
    QVERIFY(pixels.at(60, 4) != kWhite);
    int inked = 0;
    for (int y = 5; y < 21; ++y)
        for (int x = 75; x < 100; ++x)
            inked += pixels.at(x, y) != kWhite;
    QVERIFY2(inked > 60, std::to_string(inked).c_str());
}

void TestPicture::anSvgIsXmlOfTheSameSize()
{
    const auto svg = svgBytes(example());
    QVERIFY(svg);
    const QByteArray text(reinterpret_cast<const char*>(svg->data()), std::ssize(*svg));
    QVERIFY(text.startsWith("<?xml"));
    QVERIFY(text.contains("<svg "));
    QVERIFY(text.contains("viewBox=\"0 0 40 30\""));
    QVERIFY(text.trimmed().endsWith("</svg>"));
}

void TestPicture::textThatIsNoUtf8IsDrawnAllTheSame()
{
    for (const char* text : {"caf\xe9", "\xff\xfe", "a\nb\tc", "Größe ♯", ""}) {
        const Picture picture{60, 20, {Words{{2, 15}, text, kRed}}};
        QVERIFY(pngBytes(picture, 1));
        QVERIFY(svgBytes(picture));
    }
}

void TestPicture::textIsCutToItsWidth()
{
    QCOMPARE(textWithin("short", 100, 11), std::string("short"));
    const std::string cut = textWithin("Größe und noch viel mehr Text als hier hineinpasst", 80, 11);
    QVERIFY(cut.starts_with("Gr"));
    QVERIFY(cut.ends_with("…"));
    QVERIFY(textWidth(cut, 11) <= 80);
    QCOMPARE(textWithin("ßßßß", 1, 11), std::string("…"));
    QVERIFY(textWidth("wide", 11, true) > textWidth("wide", 11));
    QVERIFY(textWidth("wide", 22) > 1.9 * textWidth("wide", 11));
}

void TestPicture::stackedPicturesFollowEachOther()
{
    Picture second = example();
    second.width = 50;
    second.shapes.emplace_back(Words{{1, 2}, "a", kRed});
    second.shapes.emplace_back(Stroke{{{1, 3}, {4, 5}}, kRed});
    second.shapes.emplace_back(Ring{{6, 7}});
    const Picture both = stacked({example(), second});
    QCOMPARE(both.width, 50.0);
    QCOMPARE(both.height, 60.0);
    QCOMPARE(shapesOf<Box>(both)[3].y, 35.0);
    QCOMPARE(shapesOf<Words>(both)[0].at, (Point{1, 32}));
    QCOMPARE(shapesOf<Stroke>(both)[0].points[1], (Point{4, 35}));
    QCOMPARE(shapesOf<Ring>(both)[0].centre, (Point{6, 37}));
}

void TestPicture::picturesTooLargeAreRefused_data()
{
    QTest::addColumn<double>("width");
    QTest::addColumn<double>("height");
    QTest::newRow("wide") << 40'000.0 << 10.0;
    QTest::newRow("high") << 10.0 << 1e12;
    QTest::newRow("nothing") << 0.0 << 0.0;
}

void TestPicture::picturesTooLargeAreRefused()
{
    QFETCH(double, width);
    QFETCH(double, height);
    const Picture picture{width, height, {}};
    const auto png = pngBytes(picture, 1);
    QVERIFY(!png);
    QCOMPARE(png.error().id, std::string("picture.too-large"));
    QVERIFY(!svgBytes(picture));
}

void TestPicture::filesAreWrittenByTheirEnding()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    QVERIFY(writePicture(path / "a.png", example(), Overwrite::Refuse));
    QVERIFY(writePicture(path / "a.SVG", example(), Overwrite::Refuse));
    const auto png = readFile(path / "a.png");
    QVERIFY(png);
    QVERIFY(DrawnPixels(*png).isOpen());
    QCOMPARE(DrawnPixels(*png).width(), 80);

    const auto again = writePicture(path / "a.png", example(), Overwrite::Refuse);
    QVERIFY(!again);
    QCOMPARE(again.error().id, std::string("file.exists"));
    QVERIFY(writePicture(path / "a.png", example(), Overwrite::Replace));

    const auto unknown = writePicture(path / "a.pdf", example(), Overwrite::Refuse);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().id, std::string("picture.unknown-kind"));
    QCOMPARE(unknown.error().kind, ErrorKind::Usage);
    QVERIFY(!std::filesystem::exists(path / "a.pdf"));
}

QTEST_APPLESS_MAIN(TestPicture)
#include "tst_picture.moc"
