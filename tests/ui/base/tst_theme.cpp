// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/base/theme.h"

#include <QApplication>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

QByteArray themeFile(const QString& name)
{
    QFile file(QStringLiteral(":/themes/%1.json").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsAndMarksStandOutFromTheirGround_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("dark") << QStringLiteral("dark");
        QTest::newRow("light") << QStringLiteral("light");
    }

    void wordsAndMarksStandOutFromTheirGround()
    {
        QFETCH(const QString, name);
        const Result<Theme> theme = readTheme(themeFile(name));
        QVERIFY(theme);
        const Palette& p = theme->palette;
        const QColor grounds[] = {p.window, p.panel, p.raised};
        for (const QColor& ground : grounds) {
            for (const QColor& words : {p.text, p.muted, p.accent, p.warning, p.bad})
                QVERIFY2(contrast(words, ground) >= 4.5, qPrintable(words.name() + " on " + ground.name()));
            for (const QColor& mark : {p.alternatives[0], p.alternatives[1], p.alternatives[2], p.alternatives[3], p.training, p.heldOut})
                QVERIFY2(contrast(mark, ground) >= 3.0, qPrintable(mark.name() + " on " + ground.name()));
        }
        for (const QColor& row : {p.row, p.blackRow, p.tonicRow}) {
            for (const QColor& mark : {p.accent, p.alternatives[0], p.alternatives[1], p.alternatives[2], p.alternatives[3]})
                QVERIFY2(contrast(mark, row) >= 3.0, qPrintable(mark.name() + " on " + row.name()));
        }
        QVERIFY(contrast(p.onAccent, p.accent) >= 4.5);
        QVERIFY(contrast(p.onWhiteKey, p.whiteKey) >= 4.5);
    }

    void contrastIsThatOfTheStandard_data()
    {
        QTest::addColumn<QColor>("a");
        QTest::addColumn<QColor>("b");
        QTest::addColumn<double>("expected");
        QTest::newRow("black on white") << QColor(Qt::black) << QColor(Qt::white) << 21.0;
        QTest::newRow("the same") << QColor(Qt::red) << QColor(Qt::red) << 1.0;
        QTest::newRow("grey on white") << QColor(0x77, 0x77, 0x77) << QColor(Qt::white) << 4.478;
    }

    void contrastIsThatOfTheStandard()
    {
        QFETCH(const QColor, a);
        QFETCH(const QColor, b);
        QFETCH(const double, expected);
        QVERIFY(std::abs(contrast(a, b) - expected) < 0.01);
        QCOMPARE(contrast(a, b), contrast(b, a));
    }

    void aThemeThatLacksSomethingIsRefusedByName_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("id");
        QByteArray incomplete = themeFile(QStringLiteral("dark"));
        QByteArray odd = incomplete;
        QTest::newRow("no JSON") << QByteArray("colours") << QStringLiteral("theme.not-json");
        QTest::newRow("a list") << QByteArray("[]") << QStringLiteral("theme.not-json");
        QTest::newRow("no accent") << incomplete.replace("\"accent\"", "\"akzent\"") << QStringLiteral("theme.missing-role");
        QTest::newRow("no colour") << odd.replace("#4fc3ab", "greenish") << QStringLiteral("theme.bad-colour");
    }

    void aThemeThatLacksSomethingIsRefusedByName()
    {
        QFETCH(const QByteArray, json);
        QFETCH(const QString, id);
        const Result<Theme> theme = readTheme(json);
        QVERIFY(!theme);
        QCOMPARE(QString::fromStdString(theme.error().id), id);
        QVERIFY(theme.error().kind == ErrorKind::Refused);
    }

    void choosingAThemeChangesTheApplication()
    {
        Appearance appearance(*qApp);
        appearance.choose(ThemeChoice::Light);
        QSignalSpy changed(&appearance, &Appearance::changed);
        appearance.choose(ThemeChoice::Dark);
        appearance.choose(ThemeChoice::Dark);
        QCOMPARE(changed.size(), 1);
        QVERIFY(appearance.theme().isDark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), appearance.palette().window);
        QVERIFY2(!qApp->styleSheet().contains(QLatin1Char('@')), "a role of the style sheet was not replaced");
    }

    void choicesHaveNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("back");
        QTest::newRow("light") << QStringLiteral("light") << QStringLiteral("light");
        QTest::newRow("dark") << QStringLiteral("dark") << QStringLiteral("dark");
        QTest::newRow("unknown") << QStringLiteral("purple") << QStringLiteral("system");
        QTest::newRow("nothing") << QString() << QStringLiteral("system");
    }

    void choicesHaveNames()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, back);
        QCOMPARE(themeChoiceName(themeChoiceFromName(name)), back);
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
