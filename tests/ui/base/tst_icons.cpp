// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/base/icons.h"

#include <QApplication>
#include <QDir>
#include <QTest>

#include <map>

using namespace continuo::ui;

namespace {

/// The colour most of the drawn pixels have.
QColor mainColour(const QImage& image)
{
    std::map<QRgb, int> counts;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (qAlpha(image.pixel(x, y)) == 255)
                ++counts[image.pixel(x, y)];
        }
    }
    const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? QColor() : QColor(most->first);
}

} // namespace

class TestIcons : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyIconDrawsSomethingInTheThemesColour()
    {
        Appearance appearance(*qApp);
        const QStringList names = QDir(QStringLiteral(":/icons")).entryList();
        QVERIFY(names.size() > 20);
        for (const QString& file : names) {
            const QString name = file.chopped(4);
            for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
                appearance.choose(choice);
                const QIcon icon = lineIcon(appearance, name);
                QCOMPARE(mainColour(icon.pixmap(QSize(40, 40), 1.0).toImage()), appearance.palette().muted);
                QCOMPARE(mainColour(icon.pixmap(QSize(40, 40), 1.0, QIcon::Normal, QIcon::On).toImage()), appearance.palette().accent);
            }
        }
    }

    void anIconFollowsTheTheme()
    {
        Appearance appearance(*qApp);
        appearance.choose(ThemeChoice::Light);
        const QIcon icon = lineIcon(appearance, QStringLiteral("play"));
        appearance.choose(ThemeChoice::Dark);
        QCOMPARE(mainColour(icon.pixmap(QSize(40, 40), 1.0).toImage()), appearance.palette().muted);
    }
};

QTEST_MAIN(TestIcons)
#include "tst_icons.moc"
