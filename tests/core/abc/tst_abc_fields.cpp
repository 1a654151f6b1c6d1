// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_fields.h"
#include "core/abc/abc_spelling.h"

#include <QTest>

using namespace continuo;

class TestAbcFields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keyGivesAccidentals_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("accidentals"); // Of C D E F G A B.
        QTest::addColumn<int>("tonic");
        QTest::newRow("C") << "C"
                           << "0 0 0 0 0 0 0" << 0;
        QTest::newRow("G") << "G"
                           << "0 0 0 1 0 0 0" << 7;
        QTest::newRow("seven sharps") << "C#"
                                      << "1 1 1 1 1 1 1" << 1;
        QTest::newRow("seven flats") << "Cb"
                                     << "-1 -1 -1 -1 -1 -1 -1" << 11;
        QTest::newRow("eight sharps") << "G#"
                                      << "1 1 1 2 1 1 1" << 8;
        QTest::newRow("minor in one letter") << "Am"
                                             << "0 0 0 0 0 0 0" << 9;
        QTest::newRow("minor, spaced and in full") << "A minor"
                                                   << "0 0 0 0 0 0 0" << 9;
        QTest::newRow("minor in capitals") << "EMIN"
                                           << "0 0 0 1 0 0 0" << 4;
        QTest::newRow("B flat minor") << "Bbm"
                                      << "0 -1 -1 0 -1 -1 -1" << 10;
        QTest::newRow("F sharp minor") << "F#m"
                                       << "1 0 0 1 1 0 0" << 6;
        QTest::newRow("mixolydian") << "Dmix"
                                    << "0 0 0 1 0 0 0" << 2;
        QTest::newRow("dorian, spaced") << "E Dorian"
                                        << "1 0 0 1 0 0 0" << 4;
        QTest::newRow("phrygian") << "Ephr"
                                  << "0 0 0 0 0 0 0" << 4;
        QTest::newRow("lydian") << "Glydian"
                                << "1 0 0 1 0 0 0" << 7;
        QTest::newRow("locrian") << "Bloc"
                                 << "0 0 0 0 0 0 0" << 11;
        QTest::newRow("ionian") << "Dion"
                                << "1 0 0 1 0 0 0" << 2;
        QTest::newRow("aeolian") << "Daeo"
                                 << "0 0 0 0 0 0 -1" << 2;
        QTest::newRow("with accidentals") << "D _b ^g"
                                          << "1 0 0 1 1 0 -1" << 2;
        QTest::newRow("accidentals in one word") << "Am ^f=c"
                                                 << "0 0 0 1 0 0 0" << 9;
        QTest::newRow("explicit") << "D exp _b"
                                  << "0 0 0 0 0 0 -1" << 2;
        QTest::newRow("double sharp") << "C ^^f"
                                      << "0 0 0 2 0 0 0" << 0;
        QTest::newRow("pipes") << "HP"
                               << "1 0 0 1 0 0 0" << -1;
        QTest::newRow("none") << "none"
                              << "0 0 0 0 0 0 0" << -1;
        QTest::newRow("empty") << ""
                               << "0 0 0 0 0 0 0" << -1;
        QTest::newRow("with a clef") << "Bb clef=bass"
                                     << "0 0 -1 0 0 0 -1" << 10;
        QTest::newRow("a bare clef after the tonic") << "B bass"
                                                     << "1 1 0 1 1 1 0" << 11;
    }

    void keyGivesAccidentals()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, accidentals);
        QFETCH(const int, tonic);
        const auto field = parseAbcKey(text.toStdString());
        QVERIFY(field && field->key);
        QStringList found;
        for (const int value : field->key->accidentals)
            found.append(QString::number(value));
        QCOMPARE(found.join(' '), accidentals);
        QCOMPARE(field->key->tonic, tonic);
    }

    void keyFieldsThatAreNoKeys_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"Q", "major", "D wrong", "^h", "C ^^^f", "C ^", "1"})
            QTest::newRow(text) << text;
    }

    void keyFieldsThatAreNoKeys()
    {
        QFETCH(const QString, text);
        QVERIFY(!parseAbcKey(text.toStdString()));
    }

    void clefsTranspose_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("semitones");
        QTest::newRow("an octave below") << "clef=treble-8" << -12;
        QTest::newRow("an octave above") << "G treble+8" << 12;
        QTest::newRow("octave") << "C octave=-2" << -24;
        QTest::newRow("transpose") << "C transpose=3" << 3;
        QTest::newRow("plain clef") << "C bass" << 0;
    }

    void clefsTranspose()
    {
        QFETCH(const QString, text);
        QFETCH(const int, semitones);
        const auto field = parseAbcKey(text.toStdString());
        QVERIFY(field && field->transposition);
        QCOMPARE(*field->transposition, semitones);
    }

    void modesAreMajorOrMinorByTheirThird()
    {
        const auto plain = [](const char* text) { return *parseAbcKey(text)->key->plainKey(); };
        QVERIFY((plain("Ddor") == Key{2, Mode::Minor}));
        QVERIFY((plain("Gmix") == Key{7, Mode::Major}));
        QVERIFY((plain("Flyd") == Key{5, Mode::Major}));
        QVERIFY((plain("Ephr") == Key{4, Mode::Minor}));
        QVERIFY(!parseAbcKey("none")->key->plainKey());
    }

    void metersAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("numerator"); // 0: free, −1: refused.
        QTest::addColumn<int>("denominator");
        QTest::newRow("C") << "C" << 4 << 4;
        QTest::newRow("cut") << "C|" << 2 << 2;
        QTest::newRow("6/8") << "6/8" << 6 << 8;
        QTest::newRow("sum") << "2+3/8" << 5 << 8;
        QTest::newRow("sum in parentheses") << "(2 + 2 + 3)/8" << 7 << 8;
        QTest::newRow("none") << "none" << 0 << 4;
        QTest::newRow("no power of two") << "4/3" << -1 << 0;
        QTest::newRow("no numerator") << "0/4" << -1 << 0;
        QTest::newRow("too great") << "256/4" << -1 << 0;
        QTest::newRow("word") << "waltz" << -1 << 0;
        QTest::newRow("open parenthesis") << "(2+3/8" << -1 << 0;
        QTest::newRow("more behind it") << "3/4 x" << -1 << 0;
    }

    void metersAreRead()
    {
        QFETCH(const QString, text);
        QFETCH(const int, numerator);
        QFETCH(const int, denominator);
        const auto meter = parseAbcMeter(text.toStdString());
        QCOMPARE(meter.has_value(), numerator >= 0);
        if (!meter)
            return;
        QCOMPARE(meter->isFree, numerator == 0);
        if (numerator > 0) {
            QCOMPARE(meter->meter.numerator, numerator);
            QCOMPARE(meter->meter.denominator, denominator);
            QCOMPARE(meter->barLength(), kAbcWhole * numerator / denominator);
        }
    }

    void temposAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("quarters"); // −1: refused, 0: words only.
        QTest::addColumn<QString>("words");
        QTest::newRow("plain") << "1/4=120" << 120.0 << "";
        QTest::newRow("dotted quarters") << "3/8=80" << 120.0 << "";
        QTest::newRow("halves") << "1/2 = 60" << 120.0 << "";
        QTest::newRow("a sum") << "1/4 3/8 1/4 3/8=40" << 200.0 << "";
        QTest::newRow("words and number") << "\"Allegro\" 1/4=132" << 132.0 << "Allegro";
        QTest::newRow("number and words") << "1/4=132 \"Allegro\"" << 132.0 << "Allegro";
        QTest::newRow("words") << "\"Andante\"" << 0.0 << "Andante";
        QTest::newRow("bare number") << "100" << 100.0 << "";
        QTest::newRow("unit lengths") << "C=120" << 60.0 << "";
        QTest::newRow("three unit lengths") << "C3=40" << 60.0 << "";
        QTest::newRow("fraction of a beat") << "1/4=62.5" << 62.5 << "";
        QTest::newRow("nothing") << "" << -1.0 << "";
        QTest::newRow("zero") << "1/4=0" << -1.0 << "";
        QTest::newRow("no beat") << "=120" << -1.0 << "";
        QTest::newRow("division by zero") << "1/0=120" << -1.0 << "";
        QTest::newRow("too quick") << "1/1=99999" << -1.0 << "";
        QTest::newRow("bare word") << "fast" << -1.0 << "";
    }

    void temposAreRead()
    {
        QFETCH(const QString, text);
        QFETCH(const double, quarters);
        QFETCH(const QString, words);
        const auto tempo = parseAbcTempo(text.toStdString(), kAbcWhole / 8);
        QCOMPARE(tempo.has_value(), quarters >= 0);
        if (!tempo)
            return;
        QCOMPARE(tempo->quartersPerMinute, quarters);
        QCOMPARE(QString::fromStdString(tempo->words), words);
    }

    void unitLengthFollowsTheMeter()
    {
        QCOMPARE(defaultAbcUnitLength(*parseAbcMeter("2/4")), kAbcWhole / 16);
        QCOMPARE(defaultAbcUnitLength(*parseAbcMeter("3/4")), kAbcWhole / 8);
        QCOMPARE(defaultAbcUnitLength(*parseAbcMeter("6/8")), kAbcWhole / 8);
        QCOMPARE(defaultAbcUnitLength(*parseAbcMeter("none")), kAbcWhole / 8);
        QVERIFY(!parseAbcUnitLength("1/0"));
        QVERIFY(!parseAbcUnitLength("1/1024"));
        QCOMPARE(*parseAbcUnitLength(" 1/16 "), kAbcWhole / 16);
    }

    void keySignaturesAreSpelt()
    {
        const QStringList major{"Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C",
                                "G",  "D",  "A",  "E",  "B",  "F#", "C#"};
        for (int sharps = -7; sharps <= 7; ++sharps) {
            QCOMPARE(QString::fromStdString(abcKeyText(sharps, false)), major[sharps + 7]);
            for (const bool isMinor : {false, true}) {
                const auto field = parseAbcKey(abcKeyText(sharps, isMinor));
                QVERIFY(field && field->key);
                QCOMPARE(field->key->sharps, sharps);
                QCOMPARE(field->key->mode == AbcMode::Minor, isMinor);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestAbcFields)
#include "tst_abc_fields.moc"
