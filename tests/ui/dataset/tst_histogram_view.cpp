// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/dataset/histogram_view.h"

#include <QApplication>
#include <QImage>
#include <QSignalSpy>
#include <QTest>

#include <array>

using namespace continuo::ui;

namespace {

using Bar = HistogramView::Bar;

std::vector<Bar> threeBars()
{
    return {{QStringLiteral("a"), QStringLiteral("first"), 10, QStringLiteral("bars=1"),
             QStringLiteral("Click: one")},
            {QStringLiteral("b"), QStringLiteral("second"), 30, {}, {}},
            {QStringLiteral("c"), QStringLiteral("third"), 0, QStringLiteral("bars=3"),
             QStringLiteral("Click: three")}};
}

/// How far a colour goes up in the middle of each third of the picture, as a share of the greatest.
std::array<int, 3> heightsOf(const QImage& picture, const QColor& colour)
{
    std::array<int, 3> heights{};
    for (int bar = 0; bar < 3; ++bar) {
        const int x = picture.width() / 3 * bar + picture.width() / 6;
        for (int y = 0; y < 60; ++y)
            heights[static_cast<std::size_t>(bar)] += picture.pixelColor(x, y) == colour ? 1 : 0;
    }
    return heights;
}

} // namespace

class TestHistogramView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_view = std::make_unique<HistogramView>(m_appearance, QStringLiteral("Tempo"),
                                                 &Palette::accent);
        m_view->resize(300, m_view->height());
        m_view->show();
        m_view->activateWindow();
        m_view->setFocus();
    }
    void cleanup() { m_view.reset(); }

    void arrowKeysTellEveryBar()
    {
        m_view->setBars(threeBars());
        QCOMPARE(m_view->accessibleDescription(),
                 QStringLiteral("Most often second: 30. Arrow keys go from bar to bar."));
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(m_view->accessibleDescription(), QStringLiteral("first: 10 (25.0 %)"));
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(m_view->current(), std::optional<std::size_t>(1));
        QTest::keyClick(m_view.get(), Qt::Key_End);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(m_view->accessibleDescription(), QStringLiteral("third: 0 (0.0 %)"));
        QTest::keyClick(m_view.get(), Qt::Key_Home);
        QTest::keyClick(m_view.get(), Qt::Key_Left);
        QCOMPARE(m_view->current(), std::optional<std::size_t>(0));
    }

    void enterAndClickAskForATerm()
    {
        m_view->setBars(threeBars());
        QSignalSpy asked(m_view.get(), &HistogramView::termChosen);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(asked.size(), 0);
        QTest::keyClick(m_view.get(), Qt::Key_End);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(asked.takeFirst().first().toString(), QStringLiteral("bars=3"));
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(50, 30));
        QCOMPARE(asked.takeFirst().first().toString(), QStringLiteral("bars=1"));
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(150, 30));
        QCOMPARE(asked.size(), 0); // That bar has no term.
    }

    void layersAreToldAndDrawnAsShares()
    {
        HistogramView::Series few;
        few.name = QStringLiteral("in the filter");
        few.counts = {3, 1};
        m_view->setBars(threeBars(), {few});
        QCOMPARE(m_view->over().front().counts.size(), std::size_t{3});
        QCOMPARE(m_view->barInWords(0),
                 QStringLiteral("first: 10 (25.0 %); 3 (75.0 %) in the filter"));
        m_view->clearFocus();
        const QColor accent = m_appearance.palette().accent;
        const std::array<int, 3> heights = heightsOf(m_view->grab().toImage(), accent);
        QVERIFY(heights[0] > 50);
        QVERIFY2(heights[1] > 15 && heights[1] < 25, "a third of the greatest share");
        QCOMPARE(heights[2], 0);
    }

    void afterARepairIsOnTheScaleOfBefore()
    {
        m_view->setBars(threeBars(), std::vector<std::int64_t>{20, 5, 0});
        QCOMPARE(m_view->barInWords(1),
                 QStringLiteral("second: 30 (75.0 %); 5 (20.0 %) afterwards"));
        QVERIFY(m_view->over().front().look == HistogramView::Look::Outline);
        m_view->clearFocus();
        const QImage picture = m_view->grab().toImage();
        const QColor text = m_appearance.palette().text;
        // The outline's top is a dark line in the middle of its bar: at two thirds for 20 of 30.
        const auto topOf = [&](int x) {
            for (int y = 0; y < 62; ++y) {
                if (qAbs(picture.pixelColor(x, y).lightness() - text.lightness()) < 40)
                    return y;
            }
            return -1;
        };
        QVERIFY2(topOf(50) > 17 && topOf(50) < 27, qPrintable(QString::number(topOf(50))));
    }

    void withoutBarsItIsQuiet()
    {
        m_view->setBars({});
        QCOMPARE(m_view->accessibleDescription(), QStringLiteral("Nothing yet"));
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(50, 30));
        QVERIFY(!m_view->current());
        QVERIFY(!m_view->grab().isNull());
    }

private:
    Appearance m_appearance{*qApp};
    std::unique_ptr<HistogramView> m_view{};
};

QTEST_MAIN(TestHistogramView)
#include "tst_histogram_view.moc"
