// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <QTest>

using namespace continuo;

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsUtf8FromOtherBytes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isUtf8");
        QTest::addColumn<QByteArray>("asUtf8");
        QTest::addColumn<QByteArray>("repaired");

        QTest::newRow("ascii") << QByteArray("abc") << true << QByteArray("abc") << QByteArray("abc");
        QTest::newRow("two bytes") << QByteArray("\xc3\xa9") << true << QByteArray("\xc3\xa9") << QByteArray("\xc3\xa9");
        QTest::newRow("four bytes") << QByteArray("\xf0\x9f\x8e\xb5") << true << QByteArray("\xf0\x9f\x8e\xb5")
                                    << QByteArray("\xf0\x9f\x8e\xb5");
        QTest::newRow("latin-1") << QByteArray("caf\xe9") << false << QByteArray("caf\xc3\xa9")
                                 << QByteArray("caf\xef\xbf\xbd");
        QTest::newRow("overlong") << QByteArray("\xc0\xaf") << false << QByteArray("\xc3\x80\xc2\xaf")
                                  << QByteArray("\xef\xbf\xbd\xef\xbf\xbd");
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << false << QByteArray("\xc3\xad\xc2\xa0\xc2\x80")
                                   << QByteArray("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
        QTest::newRow("cut") << QByteArray("\xe2\x82") << false << QByteArray("\xc3\xa2\xc2\x82")
                             << QByteArray("\xef\xbf\xbd\xef\xbf\xbd");
    }

    void tellsUtf8FromOtherBytes()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const bool, isUtf8);
        QFETCH(const QByteArray, asUtf8);
        QFETCH(const QByteArray, repaired);
        QCOMPARE(continuo::isUtf8(bytes.toStdString()), isUtf8);
        QCOMPARE(QByteArray::fromStdString(toUtf8(bytes.toStdString())), asUtf8);
        QCOMPARE(QByteArray::fromStdString(repairedUtf8(bytes.toStdString())), repaired);
    }

    void readsNumbersWholeOrNotAtAll()
    {
        QCOMPARE(parseInteger("-12"), std::optional<std::int64_t>(-12));
        QCOMPARE(parseInteger("+3"), std::optional<std::int64_t>(3));
        for (const char* bad : {"", "x", "1x", " 1", "99999999999999999999"})
            QVERIFY2(!parseInteger(bad), bad);
        QCOMPARE(parseNumber(".8"), std::optional<double>(0.8));
        QCOMPARE(parseNumber("1e-3"), std::optional<double>(0.001));
        for (const char* bad : {"", "nan", "inf", "1,5", "0.5 "})
            QVERIFY2(!parseNumber(bad), bad);
    }

    void findsTheWordThatWasMeant()
    {
        const std::vector<std::string> words{"epochs", "hidden", "learning-rate", "layers"};
        QCOMPARE(nearestWord("epoch", words), std::optional<std::string>("epochs"));
        QCOMPARE(nearestWord("learning_rate", words), std::optional<std::string>("learning-rate"));
        QCOMPARE(nearestWord("zzzzzz", words), std::nullopt);
    }

    void splitsAndTrims()
    {
        QCOMPARE(splitText("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
        QCOMPARE(splitText("", ','), std::vector<std::string>{""});
        QCOMPARE(std::string(trimmed(" \t a b\r\n")), std::string("a b"));
        QCOMPARE(std::string(trimmed("  ")), std::string());
    }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
