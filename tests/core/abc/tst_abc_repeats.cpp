// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_playback.h"
#include "tests/core/abc/abc_text.h"

#include <QTest>

using namespace continuo;

class TestAbcRepeats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void repeatsArePlayedOut_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("pitches");
        QTest::newRow("none") << "C|D|E|]"
                              << "C D E";
        QTest::newRow("from the beginning") << "C|D:|E|]"
                                            << "C D C D E";
        QTest::newRow("with a beginning") << "C|:D|E:|F|]"
                                          << "C D E D E F";
        QTest::newRow("two sections") << "|:C:|:D:|"
                                      << "C C D D";
        QTest::newRow("double colon") << "C::D:|"
                                      << "C C D D";
        QTest::newRow("both signs on lines") << "C:||:D:|"
                                             << "C C D D";
        QTest::newRow("back to the end of the last repeat") << "C:|D:|"
                                                            << "C C D D";
        QTest::newRow("back to the double bar") << "C||D:|"
                                                << "C D D";
        QTest::newRow("a double bar within a repeat") << "|:C||D:|"
                                                      << "C D C D";
        QTest::newRow("three times") << "|::C::|D"
                                     << "C C C D";
        QTest::newRow("never closed") << "|:C|D|"
                                      << "C D";
        QTest::newRow("two endings") << "|:C|1D:|2E|]F"
                                     << "C D C E F";
        QTest::newRow("endings in brackets") << "|:C|[1 D:|[2 E||F"
                                             << "C D C E F";
        QTest::newRow("endings without a beginning") << "C|1D:|2E||F:|"
                                                     << "C D C E F F";
        QTest::newRow("a space before the bracket") << "|:C| [1 D:| [2 E|]"
                                                    << "C D C E";
        QTest::newRow("second ending repeated as well") << "|:C|1D:|2E:|F"
                                                        << "C D C E F";
        QTest::newRow("three endings") << "|:C|1D:|2E:|3F||G"
                                       << "C D C E C F G";
        QTest::newRow("endings in lists") << "|:C|1,3D:|2,4E|]"
                                          << "C D C E C D C E";
        QTest::newRow("endings in a range") << "|:C|1-3D:|4E|]"
                                            << "C D C D C D C E";
        QTest::newRow("a first ending alone") << "|:C|1D:|E|]"
                                              << "C D C E";
        QTest::newRow("text between the endings") << "|:C|1D:|\"Am\"[2E|]"
                                                  << "C D C E";
        QTest::newRow("endings in two strains") << "|:C|1D:|2E|:F|1G:|2A|]"
                                                << "C D C E F G F A";
        QTest::newRow("long first ending") << "|:C|1D|E:|2F|]"
                                           << "C D E C F";
        QTest::newRow("invisible bar before a repeat sign") << "|:C|D[|]:|E"
                                                            << "C D C D E";
        QTest::newRow("repeat sign on two lines") << "C||\n:D:|"
                                                  << "C D D";
        QTest::newRow("a repeat of nothing") << "|::|C"
                                             << "C";
    }

    void repeatsArePlayedOut()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, pitches);
        QCOMPARE(played("M:none\nK:C\n" + music + "\n"), pitches);
    }

    void partsFollowTheirOrder_data()
    {
        QTest::addColumn<QString>("order");
        QTest::addColumn<QString>("pitches");
        QTest::newRow("as written") << ""
                                    << "C D D E";
        QTest::newRow("plain") << "ABA"
                               << "C D D C";
        QTest::newRow("with dots") << "A.C.A"
                                   << "C E C";
        QTest::newRow("counted") << "A2C3"
                                 << "C C E E E";
        QTest::newRow("grouped") << "(AC)2B"
                                 << "C E C E D D";
        QTest::newRow("nested") << "((AC)2A)2"
                                << "C E C E C C E C E C";
        QTest::newRow("not an order") << "A-B"
                                      << "C D D E";
        QTest::newRow("open group") << "(AB"
                                    << "C D D E";
    }

    void partsFollowTheirOrder()
    {
        QFETCH(const QString, order);
        QFETCH(const QString, pitches);
        const QString field = order.isEmpty() ? QString() : "P:" + order + "\n";
        QCOMPARE(played("M:none\n" + field + "K:C\nP:A\nC|\nP:B\n|:D:|\nP:C\nE|\n"), pitches);
    }

    void missingPartIsRemarked()
    {
        const auto tunes = readAbc("X:1\nM:none\nP:AZ\nK:C\nP:A\nC|\n", "t");
        QVERIFY(tunes);
        QCOMPARE(remarksText(tunes->front()), QString("abc.missing-part@1:1"));
    }

    void repeatBombIsCut()
    {
        AbcMusic music;
        for (int i = 0; i < 3000; ++i)
            music.elements.push_back({.kind = AbcElement::Kind::Rest});
        music.elements.insert(music.elements.begin(),
                              {.first = 'A', .kind = AbcElement::Kind::Part});
        AbcRemarks remarks;
        const auto passages = playedOrder(music, "((((((A9)9)9)9)9)9)9", remarks);
        std::size_t length = 0;
        for (const AbcPassage& passage : passages)
            length += passage.end - passage.begin;
        QVERIFY(length <= kAbcPlayedLimit);
        QVERIFY(length > kAbcPlayedLimit - 4000);
        QCOMPARE(QString::fromStdString(remarks.take().at(0).id), QString("abc.repeats-cut"));
    }

private:
    static QString played(const QString& body)
    {
        const auto tunes = readAbc(("X:1\n" + body).toStdString(), "test");
        return tunes ? pitchesText(tunes->front().score.tracks.front().notes).remove('4')
                     : QString("refused");
    }
};

QTEST_APPLESS_MAIN(TestAbcRepeats)
#include "tst_abc_repeats.moc"
