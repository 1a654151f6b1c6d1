// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_words.h"

#include <QTest>

using namespace continuo;

class TestAbcWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accentsBecomeLetters_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("plain") << QByteArray("Plain words") << QString("Plain words");
        QTest::newRow("acute") << QByteArray("S\\'i Bheag, S\\'i Mh\\'or")
                               << QString::fromUtf8("Sí Bheag, Sí Mhór");
        QTest::newRow("grave") << QByteArray("\\`a") << QString::fromUtf8("à");
        QTest::newRow("circumflex") << QByteArray("\\^O") << QString::fromUtf8("Ô");
        QTest::newRow("dots") << QByteArray("sch\\\"on") << QString::fromUtf8("schön");
        QTest::newRow("tilde") << QByteArray("Espa\\~na") << QString::fromUtf8("España");
        QTest::newRow("stroke") << QByteArray("S\\/oren") << QString::fromUtf8("Søren");
        QTest::newRow("cedilla") << QByteArray("gar\\ccon") << QString::fromUtf8("garçon");
        QTest::newRow("ligatures") << QByteArray("\\aa\\AE\\ss") << QString::fromUtf8("åÆß");
        QTest::newRow("by number") << QByteArray("\\u266F\\u00e9") << QString::fromUtf8("♯é");
        QTest::newRow("signs") << QByteArray("50\\% \\& a\\\\b") << QString("50% & a\\b");
        QTest::newRow("no accent at all") << QByteArray("\\q \\u12 \\") << QString("\\q \\u12 \\");
        QTest::newRow("half of a pair") << QByteArray("\\ud83d") << QString("\\ud83d");
        QTest::newRow("UTF-8") << QByteArray("Caf\xc3\xa9") << QString::fromUtf8("Café");
        QTest::newRow("Latin-1") << QByteArray("Caf\xe9") << QString::fromUtf8("Café");
    }

    void accentsBecomeLetters()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, words);
        QCOMPARE(QString::fromStdString(readAbcWords(text.toStdString())), words);
    }

    void writtenWordsAreReadBack_data()
    {
        QTest::addColumn<QString>("words");
        for (const char* words : {"plain", "100%", "a\\'e", "\\\\", "\\%", "%\\", "Sí & so"})
            QTest::newRow(words) << QString::fromUtf8(words);
    }

    void writtenWordsAreReadBack()
    {
        QFETCH(const QString, words);
        const std::string text = writeAbcWords(words.toStdString());
        QCOMPARE(QString::fromStdString(readAbcWords(text)), words);
    }

    void controlCharactersBecomeSpaces()
    {
        QCOMPARE(QString::fromStdString(writeAbcWords("a\nb\tc\r\n")), QString("a b c"));
    }
};

QTEST_APPLESS_MAIN(TestAbcWords)
#include "tst_abc_words.moc"
