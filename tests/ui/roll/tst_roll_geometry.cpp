// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_geometry.h"

#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::ui;

class TestRollGeometry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pixelsAndTicksAreInverse_data()
    {
        QTest::addColumn<double>("pixelsPerTick");
        QTest::addColumn<double>("firstTick");
        QTest::newRow("as it begins") << 32.0 / 960 << 0.0;
        QTest::newRow("scrolled by part of a tick") << 32.0 / 960 << 1234.56;
        QTest::newRow("near") << 8.0 << 99999.5;
        QTest::newRow("far") << 0.00001 << 0.0;
    }

    void pixelsAndTicksAreInverse()
    {
        QFETCH(const double, pixelsPerTick);
        QFETCH(const double, firstTick);
        RollGeometry geometry;
        geometry.pixelsPerTick = pixelsPerTick;
        geometry.firstTick = firstTick;
        for (const std::int64_t tick : {std::int64_t{0}, std::int64_t{1}, std::int64_t{959}, std::int64_t{123456}, std::int64_t{10'000'000'000}})
            QCOMPARE(geometry.tickAt(geometry.x({tick})).value, tick);
        QCOMPARE(geometry.ticksIn(geometry.width({777})).value, 777);
        QCOMPARE(geometry.tickAt(-1e9 * pixelsPerTick - firstTick).value, 0);
    }

    void rowsAndPitchesAreInverse()
    {
        RollGeometry geometry;
        geometry.top = 37.25;
        for (int pitch = 0; pitch < kPitches; ++pitch) {
            QCOMPARE(geometry.pitchAt(geometry.y(pitch)), pitch);
            QCOMPARE(geometry.pitchAt(geometry.y(pitch) + geometry.rowHeight - 0.01), pitch);
        }
        QCOMPARE(geometry.pitchAt(-1e6), 127);
        QCOMPARE(geometry.pitchAt(1e6), 0);
    }

    void zoomKeepsTheTickUnderThePointer_data()
    {
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("factor");
        for (const double x : {0.0, 1.0, 333.3, 900.0}) {
            for (const double factor : {0.5, 0.8, 1.25, 4.0})
                QTest::addRow("at %g by %g", x, factor) << x << factor;
        }
    }

    void zoomKeepsTheTickUnderThePointer()
    {
        QFETCH(const double, x);
        QFETCH(const double, factor);
        RollGeometry geometry;
        geometry.firstTick = 500'000;
        geometry.size = {1000, 600};
        const double before = geometry.firstTick + x / geometry.pixelsPerTick;
        const RollGeometry zoomed = geometry.zoomed(x, factor, 1e-6);
        QCOMPARE(zoomed.pixelsPerTick, geometry.pixelsPerTick * factor);
        QVERIFY(std::abs(zoomed.firstTick + x / zoomed.pixelsPerTick - before) < 1e-6);
        const RollGeometry back = zoomed.zoomed(x, 1 / factor, 1e-6);
        QVERIFY(std::abs(back.firstTick - geometry.firstTick) < 1e-6);
    }

    void zoomStaysInItsLimits()
    {
        RollGeometry geometry;
        geometry.size = {1000, 600};
        QCOMPARE(geometry.zoomed(0, 1e9, 1e-6).pixelsPerTick, kMostPixelsPerTick);
        QCOMPARE(geometry.zoomed(0, 1e-12, 1e-6).pixelsPerTick, 1e-6);
        geometry.firstTick = 10;
        QCOMPARE(geometry.zoomed(900, 0.1, 1e-6).firstTick, 0.0); // Nothing is before the beginning.
        QCOMPARE(geometry.withRowsZoomed(0, 100).rowHeight, kMostRowHeight);
        QCOMPARE(geometry.withRowsZoomed(0, 0.01).rowHeight, kLeastRowHeight);
    }

    void zoomOfRowsKeepsThePitchUnderThePointer()
    {
        RollGeometry geometry;
        geometry.size = {1000, 600};
        geometry.top = 500;
        for (const double y : {0.0, 100.0, 599.0})
            QCOMPARE(geometry.withRowsZoomed(y, 1.25).pitchAt(y), geometry.pitchAt(y));
    }

    void scrollingEndsAtTheEdges()
    {
        RollGeometry geometry;
        geometry.size = {1000, 600};
        QCOMPARE(geometry.scrolled(-50, -1e6).firstTick, 0.0);
        QCOMPARE(geometry.scrolled(0, -1e6).top, 0.0);
        QCOMPARE(geometry.scrolled(0, 1e6).top, geometry.keyboardHeight() - 600);
        QCOMPARE(geometry.scrolled(32, 0).firstTick, 960.0);
        geometry.size = {1000, 1e5};
        QCOMPARE(geometry.scrolled(0, 10).top, 0.0); // All keys are in sight.
    }
};

QTEST_MAIN(TestRollGeometry)
#include "tst_roll_geometry.moc"
