// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/set_words.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

Json importResult(int accepted, int rejected)
{
    return {{"accepted", accepted}, {"acceptedWithNotes", 0}, {"rejected", rejected}};
}

} // namespace

class TestSetWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void importsAreSaid_data()
    {
        QTest::addColumn<QByteArray>("result");
        QTest::addColumn<QStringList>("unreadable");
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("isWarning");
        QTest::newRow("all") << QByteArray(R"({"accepted":3,"acceptedWithNotes":1,"rejected":0})")
                             << QStringList() << "4 files read." << false;
        QTest::newRow("one") << QByteArray(R"({"accepted":1,"acceptedWithNotes":0,"rejected":0})")
                             << QStringList() << "1 file read." << false;
        QTest::newRow("some rejected")
            << QByteArray(R"({"accepted":3,"acceptedWithNotes":0,"rejected":2})") << QStringList()
            << "3 of 5 files read, 2 rejected." << false;
        QTest::newRow("known") << QByteArray(R"({"accepted":3,"rejected":0,"known":2})")
                               << QStringList()
                               << "3 files read. 2 of them were in the set already." << false;
        QTest::newRow("others") << QByteArray(R"({"accepted":3,"rejected":2,"ignored":36})")
                                << QStringList()
                                << "3 of 5 files read, 2 rejected. 36 other files hold no music."
                                << false;
        QTest::newRow("one other")
            << QByteArray(R"({"accepted":3,"rejected":0,"ignored":1})") << QStringList()
            << "3 files read. 1 other file holds no music." << false;
        QTest::newRow("split gone")
            << QByteArray(R"({"accepted":2,"rejected":0,"splitGone":true})") << QStringList()
            << "2 files read. The split was taken back, because new pieces may be relatives of "
               "pieces on both sides. Split again."
            << true;
        QTest::newRow("folders")
            << QByteArray(R"({"accepted":2,"rejected":0})")
            << QStringList{QStringLiteral("“a” may not be read."), QStringLiteral("“b” neither.")}
            << "2 files read. “a” may not be read. 1 more folders could not be looked into."
            << true;
        QTest::newRow("no music") << QByteArray(R"({"accepted":0,"rejected":0})") << QStringList()
                                  << "There is no music in “Tunes”: no MIDI, ABC or frame list was "
                                     "found. Choose another folder."
                                  << true;
        QTest::newRow("one bad file")
            << QByteArray(R"({"accepted":0,"rejected":1,"reasons":{"midi.no-header":1}})")
            << QStringList() << "The one file that was found could not be read (not a MIDI file)."
            << true;
        QTest::newRow("bad files")
            << QByteArray(R"({"accepted":0,"rejected":3,"reasons":{"midi.no-header":3}})")
            << QStringList() << "None of the 3 files could be read (not a MIDI file: 3)." << true;
    }
    void importsAreSaid()
    {
        QFETCH(QByteArray, result);
        QFETCH(QStringList, unreadable);
        QFETCH(QString, words);
        QFETCH(bool, isWarning);
        const SetNews news =
            importInWords(QStringLiteral("Tunes"), Json::parse(result.toStdString()), unreadable);
        QCOMPARE(news.words, words);
        QCOMPARE(news.isWarning, isWarning);
    }

    void cleaningsAreSaid_data()
    {
        QTest::addColumn<QByteArray>("result");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << QByteArray(R"({"pieces":9,"changed":0,"dropped":0})")
                                 << "The recipe changes no piece.";
        QTest::newRow("something")
            << QByteArray(R"({"pieces":9,"changed":4,"dropped":1,"inNoPart":0})")
            << "The recipe changes 4 of 9 pieces and leaves out 1.";
        QTest::newRow("some came back")
            << QByteArray(R"({"pieces":9,"changed":0,"dropped":0,"inNoPart":2})")
            << "The recipe changes no piece. In use again, but in no part yet: 2 pieces. Split "
               "again to use them.";
    }

    void cleaningsAreSaid()
    {
        QFETCH(const QByteArray, result);
        QFETCH(const QString, words);
        QCOMPARE(cleanInWords(Json::parse(result.toStdString())), words);
    }

    void exportsSayWhereTheyWent_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("result");
        QTest::addColumn<QString>("words");
        QTest::newRow("music") << QByteArray(R"({"kind":"midi","to":"/out/pile"})")
                               << QByteArray(R"({"pieces":1183})")
                               << "Exported MIDI files of 1,183 pieces to /out/pile.";
        QTest::newRow("one piece")
            << QByteArray(R"({"kind":"midi","to":"/out/pile","only":"changed"})")
            << QByteArray(R"({"pieces":1})") << "Exported MIDI files of 1 piece to /out/pile.";
        QTest::newRow("rejected") << QByteArray(
                                         R"({"kind":"midi","to":"/out/pile","only":"rejected"})")
                                  << QByteArray(R"({"pieces":57})")
                                  << "Copied 57 files that could not be read to /out/pile.";
        QTest::newRow("card") << QByteArray(R"({"kind":"card","to":"/out/card.html"})")
                              << QByteArray(R"({"pieces":1183})")
                              << "Data card of 1,183 pieces written to /out/card.html.";
    }
    void exportsSayWhereTheyWent()
    {
        QFETCH(const QByteArray, params);
        QFETCH(const QByteArray, result);
        QFETCH(const QString, words);
        QCOMPARE(exportInWords(QStringLiteral("MIDI files"), Json::parse(params.toStdString()),
                               Json::parse(result.toStdString())),
                 words);
    }

    void splitsAreSaid_data()
    {
        QTest::addColumn<QByteArray>("result");
        QTest::addColumn<QList<int>>("families");
        QTest::addColumn<QString>("words");
        QTest::newRow("whole")
            << QByteArray(
                   R"({"train":1314,"validation":164,"test":165,"unused":0,"families":1500,"leaks":0})")
            << QList<int>{1200, 150, 150}
            << "Split: 1,314 pieces in 1,200 families for training, 164 pieces in 150 families for "
               "validation, 165 pieces in 150 families for the test. No passage of 8 notes is "
               "shared between parts.";
        QTest::newRow("small, some unused, leaking")
            << QByteArray(R"({"train":2,"validation":1,"test":0,"unused":4,"leaks":1})")
            << QList<int>{1, 1, 0}
            << "Split: 2 pieces in 1 family for training, 1 piece in 1 family for validation, 0 "
               "pieces for the test. 4 pieces not used. 1 passage of 8 notes stands in training "
               "and "
               "in another part.";
    }
    void splitsAreSaid()
    {
        QFETCH(QByteArray, result);
        QFETCH(QList<int>, families);
        QFETCH(QString, words);
        auto outcome = splitOutcome(Json::parse(result.toStdString()));
        QVERIFY(outcome);
        for (int i = 0; i < 3; ++i)
            outcome->families[static_cast<std::size_t>(i)] = families[i];
        QCOMPARE(splitInWords(*outcome), words);
    }

    void whatIsNoAnswerIsNoOutcome()
    {
        QVERIFY(!splitOutcome(Json()));
        QVERIFY(!splitOutcome(Json::array()));
        QVERIFY(!splitOutcome(importResult(3, 0)));
        QCOMPARE(importInWords(QStringLiteral("x"), Json(), {}).words, QString());
    }
};

QTEST_GUILESS_MAIN(TestSetWords)
#include "tst_set_words.moc"
