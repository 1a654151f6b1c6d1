// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/spans.h"

#include <QTest>

#include <limits>

using namespace continuo::ui;

class TestSpans final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spansAreRounded_data();
    void spansAreRounded();
};

void TestSpans::spansAreRounded_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("words");
    QTest::newRow("short") << 0.28 << QStringLiteral("0.3 s");
    QTest::newRow("at once") << 0.003 << QStringLiteral("0.1 s");
    QTest::newRow("seconds") << 47.6 << QStringLiteral("48 s");
    QTest::newRow("minutes") << 254.8 << QStringLiteral("4 min");
    QTest::newRow("hours") << 10800.0 << QStringLiteral("3 h");
    QTest::newRow("nothing") << -1.0 << QStringLiteral("–");
    QTest::newRow("endless") << std::numeric_limits<double>::infinity() << QStringLiteral("–");
}

void TestSpans::spansAreRounded()
{
    QFETCH(double, seconds);
    QFETCH(QString, words);
    QCOMPARE(spanInWords(seconds), words);
}

QTEST_GUILESS_MAIN(TestSpans)
#include "tst_spans.moc"
