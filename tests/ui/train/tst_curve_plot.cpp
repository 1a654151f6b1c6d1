// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/train/curve_plot.h"

#include <QApplication>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

QColor training(const Palette& palette) { return palette.training; }

PlotCurve line(std::vector<double> x, std::vector<double> y)
{
    PlotCurve curve;
    curve.name = QStringLiteral("training");
    curve.colour = training;
    curve.x = std::move(x);
    curve.y = std::move(y);
    return curve;
}

/// How many pixels have about this colour.
int count(const QImage& image, const QColor& colour)
{
    int found = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor here = image.pixelColor(x, y);
            found += qAbs(here.red() - colour.red()) + qAbs(here.green() - colour.green()) + qAbs(here.blue() - colour.blue()) < 40;
        }
    }
    return found;
}

} // namespace

class TestCurvePlot final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_appearance = std::make_unique<Appearance>(*qApp); }
    void everythingIsInView();
    void namesOfLinesKeepOffEachOther();
    void curvesFollowTheTheme();
    void valuesAreToldAtAStep();
    void theWheelLooksCloserAndADoubleClickGoesBack();
    void aLogAxisLeavesOutWhatIsNotAboveZero();
    void paperIsLightInTheDarkThemeToo();
    void aFileIsNotReplacedUnasked();

private:
    std::unique_ptr<Appearance> m_appearance;
};

void TestCurvePlot::everythingIsInView()
{
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QStringLiteral("nats"));
    plot.setCurves({line({0, 10, 20}, {3, 2, 1.5})});
    QVERIFY(plot.lowestShown() <= 1.5 && plot.highestShown() >= 3);
    plot.setReferences({{QStringLiteral("any note, equally"), 4.5}});
    QVERIFY(plot.highestShown() >= 4.5);
}

void TestCurvePlot::namesOfLinesKeepOffEachOther()
{
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QStringLiteral("nats"));
    plot.resize(700, 200);
    plot.setCurves({line({0, 10, 20}, {3, 2, 1.0})});
    plot.setReferences({{QStringLiteral("any note, equally"), 3.7},
                        {QStringLiteral("by frequency alone"), 1.52},
                        {QStringLiteral("from the note before"), 1.5},
                        {QStringLiteral("another"), 1.0}});
    plot.setBest(PlotPoint{20, 1.0, QStringLiteral("best 1.00 at 20")});
    plot.show();
    plot.redraw();
    std::vector<QRectF> places = plot.placesOfWords();
    QCOMPARE(places.size(), std::size_t{6});
    const QRectF curves = places.back();
    places.pop_back();
    QVERIFY(places.back().bottom() <= curves.bottom() + 1); // The best point's, off the axis.
    for (std::size_t i = 0; i < places.size(); ++i) {
        QVERIFY(places[i].bottom() <= curves.bottom() + places[i].height());
        for (std::size_t other = i + 1; other < places.size(); ++other)
            QVERIFY(!places[i].adjusted(0, 1, 0, -1).intersects(places[other].adjusted(0, 1, 0, -1)));
    }
}

void TestCurvePlot::curvesFollowTheTheme()
{
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QString());
    plot.resize(500, 300);
    plot.setCurves({line({0, 10}, {1, 1})});
    for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
        m_appearance->choose(choice);
        plot.redraw();
        QVERIFY2(count(plot.grab().toImage(), m_appearance->palette().training) > 200, qPrintable(m_appearance->theme().name));
    }
}

void TestCurvePlot::valuesAreToldAtAStep()
{
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QString());
    PlotCurve quiet = line({0, 10}, {9, 9});
    quiet.isTold = false;
    plot.setCurves({line({0, 10, 20}, {3, 2, 1.5}), quiet});
    plot.setMarks({{10, QStringLiteral("paused")}});
    QCOMPARE(plot.valuesAt(11), QStringLiteral("step 11\ntraining  2.000"));
    QCOMPARE(plot.valuesAt(10), QStringLiteral("step 10\ntraining  2.000\npaused"));
    QCOMPARE(plot.valuesAt(400), QStringLiteral("step 400"));
}

void TestCurvePlot::theWheelLooksCloserAndADoubleClickGoesBack()
{
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QString());
    plot.resize(500, 300);
    plot.show();
    plot.setCurves({line({0, 10, 20}, {3, 2, 1.5})});
    plot.redraw();
    const double before = plot.highestShown() - plot.lowestShown();
    QWidget* area = nullptr;
    for (QWidget* child : plot.findChildren<QWidget*>()) {
        if (child->inherits("QCustomPlot"))
            area = child;
    }
    QVERIFY(area);
    const QPointF middle = area->rect().center();
    QWheelEvent wheel(middle, area->mapToGlobal(middle), {}, {0, 240}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(area, &wheel);
    QVERIFY(plot.isCloser());
    QVERIFY(plot.highestShown() - plot.lowestShown() < before);
    plot.setCurves({line({0, 10, 20, 30}, {3, 2, 1.5, 9})}); // What comes in does not take the view away.
    QVERIFY(plot.highestShown() < 9);
    QTest::mouseDClick(area, Qt::LeftButton, {}, middle.toPoint());
    QVERIFY(!plot.isCloser());
    QVERIFY(plot.highestShown() >= 9);
}

void TestCurvePlot::aLogAxisLeavesOutWhatIsNotAboveZero()
{
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QString());
    plot.setCurves({line({0, 10, 20}, {3, 0, 1.5})});
    plot.setLogarithmic(true);
    QVERIFY(plot.lowestShown() > 0 && plot.lowestShown() <= 1.5);
    plot.setLogarithmic(false);
    QVERIFY(plot.lowestShown() <= 0);
}

void TestCurvePlot::paperIsLightInTheDarkThemeToo()
{
    const QTemporaryDir folder;
    m_appearance->choose(ThemeChoice::Dark);
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QStringLiteral("nats per step"));
    plot.resize(640, 320);
    plot.setCurves({line({0, 10, 20}, {3, 2, 1.5})});
    plot.setReferences({{QStringLiteral("any note, equally"), 3.5}});
    const QString png = folder.filePath(QStringLiteral("a.png")), svg = folder.filePath(QStringLiteral("a.svg"));
    QVERIFY(plot.saveAsPng(png, false));
    const QImage image(png);
    QVERIFY(image.width() >= 1280);
    QCOMPARE(image.pixelColor(2, image.height() / 2).name(), QStringLiteral("#ffffff"));
    QVERIFY(count(image, QColor(0x0b, 0x66, 0xc3)) > 300);
    QVERIFY(plot.saveAsSvg(svg, false));
    QFile file(svg);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    for (const char* word : {"<svg", "any note, equally", "nats per step", "#0b66c3"})
        QVERIFY2(text.contains(word), word);
    // The window is as dark as before.
    QVERIFY(count(plot.grab().toImage(), m_appearance->palette().window) > 1000);
}

void TestCurvePlot::aFileIsNotReplacedUnasked()
{
    const QTemporaryDir folder;
    CurvePlot plot(*m_appearance, QStringLiteral("Loss"), QString());
    const QString file = folder.filePath(QStringLiteral("a.png"));
    QVERIFY(plot.saveAsPng(file, false));
    const Status again = plot.saveAsPng(file, false);
    QVERIFY(!again);
    QCOMPARE(QString::fromStdString(again.error().id), QStringLiteral("file.exists"));
    QVERIFY(plot.saveAsPng(file, true));
}

QTEST_MAIN(TestCurvePlot)
#include "tst_curve_plot.moc"
