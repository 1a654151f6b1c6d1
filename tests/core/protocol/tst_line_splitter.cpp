// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/protocol/line_splitter.h"

#include <algorithm>

using namespace continuo;

namespace {

/// "a|b|!" for the lines "a", "b" and one that is too long.
struct Story
{
    QString text{};
    LineSplitter::Take take = [this](const LineSplitter::Line& line) {
        text += (line.isTooLong ? QStringLiteral("!") : QString::fromUtf8(line.text.data(), std::ssize(line.text))) + QLatin1Char('|');
    };
};

} // namespace

class TestLineSplitter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreTheSameHoweverTheyArrive_data();
    void linesAreTheSameHoweverTheyArrive();
    void aGiantLineCostsNoMemory();
    void aLineOfExactlyTheLimitIsKept();
};

void TestLineSplitter::linesAreTheSameHoweverTheyArrive_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("lines");
    QTest::newRow("two lines") << QByteArray("a\nbc\n") << "a|bc|";
    QTest::newRow("no end") << QByteArray("a\nbc") << "a|bc|";
    QTest::newRow("empty lines") << QByteArray("\n\na\n\r\n\n") << "a|";
    QTest::newRow("carriage returns") << QByteArray("a\r\nb\rc\r\n") << "a|b\rc|";
    QTest::newRow("nothing") << QByteArray() << "";
    QTest::newRow("too long") << QByteArray("a\n0123456789\nb\n") << "a|!|b|";
    QTest::newRow("too long at the end") << QByteArray("a\n0123456789") << "a|!|";
    QTest::newRow("far too long") << QByteArray("a\n") + QByteArray(100, 'x') + QByteArray("\nb\n") << "a|!|b|";
}

void TestLineSplitter::linesAreTheSameHoweverTheyArrive()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, lines);
    const std::string whole = bytes.toStdString();
    for (std::size_t piece = 1; piece <= whole.size() + 1; ++piece) {
        LineSplitter splitter(8);
        Story story;
        for (std::size_t at = 0; at < whole.size(); at += piece)
            splitter.feed(std::string_view(whole).substr(at, piece), story.take);
        splitter.finish(story.take);
        QCOMPARE(story.text, lines);
    }
}

void TestLineSplitter::aGiantLineCostsNoMemory()
{
    LineSplitter splitter;
    Story story;
    const std::string block(64 << 10, '[');
    std::size_t most = 0;
    for (int i = 0; i < 1600; ++i) {
        splitter.feed(block, story.take);
        most = std::max(most, splitter.heldBytes());
    }
    splitter.feed("\nping\n", story.take);
    QVERIFY(most <= kLargestLineBytes);
    QCOMPARE(splitter.heldBytes(), std::size_t{0});
    QCOMPARE(story.text, QStringLiteral("!|ping|"));
}

void TestLineSplitter::aLineOfExactlyTheLimitIsKept()
{
    LineSplitter splitter(8);
    Story story;
    splitter.feed("1234567\n12345678\n", story.take);
    QCOMPARE(story.text, QStringLiteral("1234567|!|"));
}

QTEST_APPLESS_MAIN(TestLineSplitter)
#include "tst_line_splitter.moc"
