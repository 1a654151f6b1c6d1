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

    void guessesEncodings_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("encoding");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const QByteArray& bytes, TextEncoding encoding, const char* text) {
            QTest::newRow(name) << bytes << static_cast<int>(encoding) << QString::fromUtf8(text);
        };
        row("ASCII", "Aria", TextEncoding::Utf8, "Aria");
        row("UTF-8", "\xc3\xa9t\xc3\xa9", TextEncoding::Utf8, "\xc3\xa9t\xc3\xa9");
        row("French", "Pr\xe9lude \xe0 l'\xe9tude", TextEncoding::Latin, "Pr\xc3\xa9lude \xc3\xa0 l'\xc3\xa9tude");
        row("a word that begins with an accent", "\xe9tat", TextEncoding::Latin, "\xc3\xa9tat");
        row("German", "F\xfcr Gr\xf6\xdf" "e", TextEncoding::Latin, "F\xc3\xbcr Gr\xc3\xb6\xc3\x9f" "e");
        row("Windows apostrophe", "It\x92s", TextEncoding::Latin, "It\xe2\x80\x99s");
        row("a byte without a letter", "\x81", TextEncoding::Latin, "\xc2\x81");
        if (!canReadShiftJis())
            return;
        row("kana", "\x82\xab\x82\xe7\x82\xab\x82\xe7\x90\xaf", TextEncoding::ShiftJis,
            "\xe3\x81\x8d\xe3\x82\x89\xe3\x81\x8d\xe3\x82\x89\xe6\x98\x9f");
        row("kana with ASCII trail bytes", "\x83\x41 No.1", TextEncoding::ShiftJis, "\xe3\x82\xa2 No.1");
        row("kanji alone", "\x90\xaf 1", TextEncoding::ShiftJis, "\xe6\x98\x9f 1");
    }

    void guessesEncodings()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const int, encoding);
        QFETCH(const QString, text);
        QCOMPARE(static_cast<int>(guessedEncoding(bytes.toStdString())), encoding);
        QCOMPARE(QString::fromStdString(readableText(bytes.toStdString())), text);
    }

    void brokenShiftJisIsShownAsFarAsItGoes()
    {
        if (!canReadShiftJis())
            QSKIP("This system's iconv knows no code page 932.");
        // A lead byte without its second, in the middle and at the end; a pair that is no character.
        const std::string text = readableText("\x82\xab\x85\x9f\x82\xe7\x82", TextEncoding::ShiftJis);
        QVERIFY(isUtf8(text));
        QVERIFY(text.starts_with("\xe3\x81\x8d") && text.find("\xe3\x82\x89") != std::string::npos);
        const std::string longText = readableText(std::string(10'000, '\xb1'), TextEncoding::ShiftJis);
        QCOMPARE(longText.size(), std::size_t{30'000});
        QCOMPARE(longText.find("\xef\xbf\xbd"), std::string::npos);
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
