// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/random.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"
#include "tests/core/abc/abc_text.h"
#include "tests/cpu_time.h"

#include <QTest>

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace continuo;
using namespace continuo::tests;

class TestReadAbc : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesSoundAsWritten_data()
    {
        QTest::addColumn<QString>("fields");
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("notes");
        const auto row = [](const char* name, const char* fields, const char* music,
                            const char* notes) { QTest::newRow(name) << fields << music << notes; };
        row("octaves", "L:1/4\nK:C", "C,,CC'cc'",
            "C2@0+960 C4@960+960 C5@1920+960 C5@2880+960 C6@3840+960");
        row("lengths", "L:1/8\nK:C", "C2D/E//F3/2G/4A3/4",
            "C4@0+960 D4@960+240 E4@1200+120 F4@1320+720 G4@2040+120 A4@2160+360");
        row("slash with a numerator", "L:1/8\nK:C", "C3/D", "C4@0+720 D4@720+480");
        row("unit length from a small meter", "M:2/4\nK:C", "CD", "C4@0+240 D4@240+240");
        row("unit length from a large meter", "M:6/8\nK:C", "CD", "C4@0+480 D4@480+480");
        row("rests", "L:1/4\nK:C", "C z D x2 E", "C4@0+960 D4@1920+960 E4@4800+960");
        row("bars of rest", "M:3/4\nL:1/4\nK:C", "C3|Z2|D3|", "C4@0+2880 D4@8640+2880");
        row("key", "L:1/4\nK:D", "FCG", "F#4@0+960 C#4@960+960 G4@1920+960");
        row("accidental until the bar", "L:1/4\nK:C", "^FF|F", "F#4@0+960 F#4@960+960 F4@1920+960");
        row("accidental in every octave", "L:1/4\nK:C", "^Ff|f",
            "F#4@0+960 F#5@960+960 F5@1920+960");
        row("accidental in one octave", "L:1/4\nK:C\n%%propagate-accidentals octave", "^Ff|",
            "F#4@0+960 F5@960+960");
        row("accidental for one note", "L:1/4\nK:C\n%%propagate-accidentals not", "^FF|",
            "F#4@0+960 F4@960+960");
        row("natural", "L:1/4\nK:G", "=FF|F", "F4@0+960 F4@960+960 F#4@1920+960");
        row("double accidentals", "L:1/4\nK:C", "^^F__B", "G4@0+960 A4@960+960");
        row("sharp against a flat key", "L:1/4\nK:Bb", "^B", "C5@0+960");
        row("tie", "L:1/4\nK:C", "C-C D", "C4@0+1920 D4@1920+960");
        row("tie after a space", "L:1/4\nK:C", "C -C", "C4@0+1920");
        row("tie over a bar with its accidental", "L:1/4\nK:C", "^F-|F F",
            "F#4@0+1920 F4@1920+960");
        row("tie into both endings", "L:1/4\nM:none\nK:C", "|:^C-|1C:|2C2|]",
            "C#4@0+1920 C#4@1920+2880");
        row("chain of ties", "L:1/4\nK:C", "C-|C-|C", "C4@0+2880");
        row("slurs", "L:1/4\nK:C", "(C(DE))", "C4@0+960 D4@960+960 E4@1920+960");
        row("triplet", "L:1/8\nK:C", "(3CDE F", "C4@0+320 D4@320+320 E4@640+320 F4@960+480");
        row("triplet with a slur", "L:1/8\nK:C", "((3CDE)F",
            "C4@0+320 D4@320+320 E4@640+320 F4@960+480");
        row("duplet", "M:6/8\nL:1/8\nK:C", "(2CD", "C4@0+720 D4@720+720");
        row("quadruplet", "M:6/8\nL:1/8\nK:C", "(4CDEF",
            "C4@0+360 D4@360+360 E4@720+360 F4@1080+360");
        row("quintuplet in two", "M:4/4\nL:1/8\nK:C", "(5CDEFG A",
            "C4@0+192 D4@192+192 E4@384+192 F4@576+192 G4@768+192 A4@960+480");
        row("quintuplet in three", "M:6/8\nL:1/8\nK:C", "(5CDEFG",
            "C4@0+288 D4@288+288 E4@576+288 F4@864+288 G4@1152+288");
        row("general tuplet", "L:1/8\nK:C", "(3:2:2C2D E", "C4@0+640 D4@640+320 E4@960+480");
        row("tuplet with a default in it", "L:1/8\nK:C", "(3::2C2D E",
            "C4@0+640 D4@640+320 E4@960+480");
        row("triplet with a rest", "L:1/8\nK:C", "(3CzE", "C4@0+320 E4@640+320");
        row("broken rhythm", "L:1/8\nK:C", "C>DE<F", "C4@0+720 D4@720+240 E4@960+240 F4@1200+720");
        row("twice and three times broken", "L:1/8\nK:C", "C>>D E<<<F",
            "C4@0+840 D4@840+120 E4@960+60 F4@1020+900");
        row("broken over a chord symbol", "L:1/8\nK:C", "C> \"G\"D", "C4@0+720 D4@720+240");
        row("broken in a triplet", "L:1/8\nK:C", "(3C>DE", "C4@0+480 D4@480+160 E4@640+320");
        row("chord", "L:1/4\nK:C", "[CEG]2 D", "C4@0+1920 E4@0+1920 G4@0+1920 D4@1920+960");
        row("chord with lengths in it", "L:1/4\nK:C", "[C2E2]D", "C4@0+1920 E4@0+1920 D4@1920+960");
        row("tied chord", "L:1/4\nK:C", "[C-E]C", "C4@0+1920 E4@0+960");
        row("chord tied as a whole", "L:1/4\nK:C", "[CE]-[CE]", "C4@0+1920 E4@0+1920");
        row("grace notes take no time", "L:1/4\nK:C", "{gfe}C{/d}D", "C4@0+960 D4@960+960");
        row("decorations", "L:1/4\nK:C", "!trill!C ~D .E vF uG TA +fermata+B",
            "C4@0+960 D4@960+960 E4@1920+960 "
            "F4@2880+960 G4@3840+960 A4@4800+960 B4@5760+960");
        row("old line break", "L:1/4\nK:C", "CD!\nE!", "C4@0+960 D4@960+960 E4@1920+960");
        row("spacers and beams", "L:1/4\nK:C", "C y2 D`E", "C4@0+960 D4@960+960 E4@1920+960");
        row("continued line", "L:1/4\nK:C", "CD\\\nE", "C4@0+960 D4@960+960 E4@1920+960");
        row("comment", "L:1/4\nK:C", "CD % E F\n% G\nE", "C4@0+960 D4@960+960 E4@1920+960");
        row("key inside", "L:1/4\nK:C", "F[K:D]F|F", "F4@0+960 F#4@960+960 F#4@1920+960");
        row("key on its own line", "L:1/4\nK:C", "F|\nK:G\nF|", "F4@0+960 F#4@960+960");
        row("length inside", "L:1/4\nK:C", "C[L:1/8]D", "C4@0+960 D4@960+480");
        row("first voice only", "L:1/4\nK:C\nV:1\nV:2", "[V:1]C D|[V:2]E F|[V:1]G|",
            "C4@0+960 D4@960+960 G4@1920+960");
        row("voices on lines", "L:1/4\nV:T\nV:B\nK:C", "V:T\nC D|\nV:B\nK:D\nE F|\nV:T\nF|",
            "C4@0+960 D4@960+960 F4@1920+960");
        row("overlay", "L:1/4\nK:C", "C D & E F| G",
            "C4@0+960 E4@0+960 D4@960+960 F4@960+960 G4@1920+960");
        row("octave clef", "L:1/4\nK:C clef=treble-8", "c", "C4@0+960");
        row("text blocks", "L:1/4\nK:C", "C\n%%begintext\nCDE\n%%endtext\nD",
            "C4@0+960 D4@960+960");
        row("quotation marks hold no notes", "L:1/4\nK:C", "\"CDE\"C\"^abc\"D",
            "C4@0+960 D4@960+960");
        row("dotted bar line", "L:1/4\nK:C", "^C.|C|C", "C#4@0+960 C#4@960+960 C4@1920+960");
        row("multiplied length", "L:1/4\nK:C", "C0D", "D4@0+960");
    }

    void notesSoundAsWritten()
    {
        QFETCH(const QString, fields);
        QFETCH(const QString, music);
        QFETCH(const QString, notes);
        QCOMPARE(notesText(tune(fields + "\n" + music + "\n").score.tracks.front().notes), notes);
    }

    void eventsStandAtTheirTicks_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("events");
        QTest::newRow("default") << "L:1/4\nK:C\nC4|"
                                 << "tempo 500000@0 meter 4/4@0 key 0 major@0";
        QTest::newRow("default of a jig") << "M:6/8\nK:Em\nCCCCCC|"
                                          << "tempo 333333@0 meter 6/8@0 key 1 minor@0";
        QTest::newRow("tempo") << "L:1/4\nQ:\"Slow\" 1/4=60\nK:C\nC4|"
                               << "text Q:\"Slow\"@0 tempo 1000000@0 meter 4/4@0 key 0 major@0";
        QTest::newRow("tempo before the unit length") << "Q:C=120\nL:1/4\nK:C\nC4|"
                                                      << "tempo 500000@0 meter 4/4@0 key 0 major@0";
        QTest::newRow("free meter") << "M:none\nL:1/4\nK:none\nC5|C3|"
                                    << "tempo 500000@0";
        QTest::newRow("mode") << "L:1/4\nK:Ddor\nC4|"
                              << "tempo 500000@0 meter 4/4@0 key 0 minor@0 text K:Ddor@0";
        QTest::newRow("title and fields")
            << "T:Title\nT:Other\nC:Me\nR:reel\nL:1/4\nK:C\nC4|"
            << "name Title@0 text T:Other@0 text C:Me@0 text R:reel@0 tempo 500000@0 "
               "meter 4/4@0 key 0 major@0";
        QTest::newRow("chord symbols")
            << "L:1/4\nK:C\n\"Am\"C2\"G7\"D2|"
            << "tempo 500000@0 meter 4/4@0 key 0 major@0 text \"Am\"@0 text \"G7\"@1920";
        QTest::newRow("words") << "L:1/4\nK:C\nC4|\nC4|\nw:la la\n"
                               << "tempo 500000@0 meter 4/4@0 key 0 major@0 text w:la la@3840";
        QTest::newRow("program") << "L:1/4\nK:C\n%%MIDI program 73\nC4|"
                                 << "tempo 500000@0 meter 4/4@0 key 0 major@0 program 73@0";
        QTest::newRow("program with a channel")
            << "L:1/4\n%%MIDI program 2 40\nK:C\nC4|"
            << "tempo 500000@0 meter 4/4@0 key 0 major@0 program 40@0";
        QTest::newRow("changes")
            << "L:1/4\nK:C\nC4|[M:3/4][K:F][Q:1/4=100]C3|"
            << "tempo 500000@0 meter 4/4@0 key 0 major@0 tempo 600000@3840 key -1 major@3840 "
               "meter 3/4@3840";
        QTest::newRow("changes in a repeat")
            << "L:1/4\nK:C\n|:C4|[K:G]C4:|"
            << "tempo 500000@0 meter 4/4@0 key 0 major@0 key 1 major@3840 "
               "key 0 major@7680 key 1 major@11520";
        QTest::newRow("pickup") << "L:1/4\nK:C\nC|C4|C4|"
                                << "tempo 500000@0 meter 4/4@0 key 0 major@0 meter 4/4@960";
        QTest::newRow("repeated pickup")
            << "L:1/4\nK:C\nC|:C4|C3C:|"
            << "tempo 500000@0 meter 4/4@0 key 0 major@0 meter 4/4@960";
        QTest::newRow("pickup inside the repeat")
            << "L:1/4\nK:C\nC|C4|C3:|"
            << "tempo 500000@0 meter 4/4@0 key 0 major@0 meter 4/4@960";
    }

    void eventsStandAtTheirTicks()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, events);
        QCOMPARE(eventsText(tune(text + "\n").score.tracks.front()), events);
    }

    void barsOfTheScoreAreBarsOfTheTune()
    {
        // A pickup, a repeat that divides a bar, a change of meter.
        const AbcTune read = tune("M:4/4\nL:1/4\nK:C\nG|C4|C3:|D|E4|[M:3/4]F3|G3|]\n");
        QCOMPARE(remarksText(read), QString());
        const MeterMap map(read.score);
        QList<qint64> bars;
        for (const Note& note : read.score.tracks.front().notes) {
            if (map.position(note.start).inBar == Tick{})
                bars.append(note.start.value);
        }
        QCOMPARE(bars, (QList<qint64>{0, 960, 4800, 8640, 12480, 16320, 20160, 23040}));
    }

    void remarksNamePlaceAndReason_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("remarks");
        const auto row = [](const char* name, const char* text, const char* remarks) {
            QTest::newRow(name) << text << remarks;
        };
        row("fine", "L:1/4\nK:C\nC4|D4|]", "");
        row("pickup and its complement", "L:1/4\nK:C\nC|D4|E3|]", "");
        row("pickups at repeats", "L:1/4\nK:C\n|:C|D4|E3:|:F|G4|A3:|", "");
        row("repeat in mid-bar", "L:1/4\nK:C\nC4|C2:|:C2|C2:|:C2|C4|]", "");
        row("endings", "L:1/4\nK:C\n|:C|D4|1E3:|2E3|]", "");
        row("short bar", "L:1/4\nK:C\nC4|D3|E4|]", "abc.bar-does-not-add-up@4:4");
        row("long bar", "L:1/4\nK:C\nC4|D5|E4|]", "abc.bar-does-not-add-up@4:4");
        row("a bar is remarked once", "L:1/4\nK:C\n|:C4|D5|E4:|", "abc.bar-does-not-add-up@4:6");
        row("strain that does not complete its pickup", "L:1/4\nK:C\n|:C|D4|E2:|",
            "abc.bar-does-not-add-up@4:3");
        row("bad key", "L:1/4\nK:H\nC4|", "abc.bad-key@3:1");
        row("bad meter", "M:5\nL:1/4\nK:C\nC4|", "abc.bad-meter@2:1");
        row("bad length", "L:x\nK:C\nC8|", "abc.bad-length@2:1");
        row("bad tempo", "Q:x\nL:1/4\nK:C\nC4|", "abc.bad-tempo@2:1");
        row("no key", "T:x\nL:1/4\nC4|", "abc.no-key@1:1");
        row("unknown character", "L:1/4\nK:C\nC4 #|", "abc.unknown-character@4:4");
        row("declared voices without music", "L:1/4\nV:1\nV:2\nK:C\nC4|", "");
        row("overlay", "L:1/4\nK:C\nC4&D4|", "");
        row("grace notes", "L:1/4\nK:C\nC4|{ab}C4|", "abc.grace-notes-left-out@4:4");
        row("loose tie", "L:1/4\nK:C\nC2-D2|", "abc.loose-tie@4:1");
        row("tie without a note", "L:1/4\nK:C\n-C4|", "abc.tie-without-note@4:1");
        row("open quotation", "L:1/4\nK:C\nC4|\"Am D", "abc.open-quote@4:4");
        row("open chord", "L:1/4\nK:C\nC4|[CE", "abc.open-chord@4:4");
        row("empty chord", "L:1/4\nK:C\nC4|[]|[z]", "abc.bad-chord@4:7");
        row("open field", "L:1/4\nK:C\nC4|[K:G", "abc.open-field@4:4");
        row("zero length", "L:1/4\nK:C\nC4 D0|", "abc.bad-length@4:4");
        row("note beyond the keyboard", "L:1/4\nK:C\nC4 c''''''''|", "abc.note-out-of-range@4:4");
        row("note far below", "L:1/4\nK:C\nC4 C,,,,,,,,,,,,|", "abc.note-out-of-range@4:4");
        row("short tuplet", "M:none\nL:1/4\nK:C\n(3CD(3CDE|", "abc.tuplet-too-short@5:5");
        row("broken at the beginning", "M:none\nL:1/4\nK:C\n>C", "abc.bad-broken-rhythm@5:1");
        row("no notes", "K:C\n|", "abc.no-notes@1:1");
        row("quarter tone", "M:none\nK:C\n^/C", "abc.quarter-tone@4:1");
    }

    void remarksNamePlaceAndReason()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, remarks);
        QCOMPARE(remarksText(tune(text + "\n")), remarks);
    }

    void tunesOfAFileStandAlone()
    {
        const auto tunes = readAbc(
            "%abc-2.1\n%%MIDI program 40\n\nX:1\nT:One\nL:1/4\nK:C\nC4|\n\nfree text |CDE|\n\n"
            "X:2\r\nT:Two\r\nL:1/4\r\nK:G\r\nF4|\r\nX:3\nT:Three\nK:\n[[[\n",
            "three");
        QVERIFY(tunes);
        QCOMPARE(tunes->size(), std::size_t{3});
        QCOMPARE(QString::fromStdString(tunes->at(0).title), QString("One"));
        QCOMPARE(notesText(tunes->at(0).score.tracks.front().notes), QString("C4@0+3840"));
        QCOMPARE(notesText(tunes->at(1).score.tracks.front().notes), QString("F#4@0+3840"));
        QCOMPARE(tunes->at(1).line, 12U);
        QCOMPARE(tunes->at(0).remarks.size(), std::size_t{0});
        QCOMPARE(tunes->at(1).remarks.size(), std::size_t{0});
        QVERIFY(!tunes->at(2).remarks.empty());
        QVERIFY(eventsText(tunes->at(1).score.tracks.front()).contains("program 40@0"));
    }

    void headIsToldBack()
    {
        const AbcTune read =
            tune(QString::fromLatin1("T:Caf\xe9 50\\%\nC:A\nC:B\nM:3/4\nL:1/4\nK:Gmix\nG3|\n"));
        QCOMPARE(QString::fromStdString(read.title), QString::fromUtf8("Caf\xc3\xa9 50%"));
        QCOMPARE(QString::fromStdString(read.composer), QString("A, B"));
        QCOMPARE(QString::fromStdString(read.number), QString("1"));
        QVERIFY(read.key.mode == AbcMode::Mixolydian);
        QCOMPARE(read.key.tonic, 7);
        QCOMPARE(read.meter.meter.numerator, 3);
    }

    void tuneWithoutNumberIsReadWithARemark()
    {
        const auto tunes = readAbc("T:Alone\nL:1/4\nK:C\nC4|\n", "alone");
        QVERIFY(tunes);
        QCOMPARE(remarksText(tunes->front()), QString("abc.no-number@1:1"));
        QCOMPARE(notesText(tunes->front().score.tracks.front().notes), QString("C4@0+3840"));
    }

    void whatIsNoAbcIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("id");
        QTest::newRow("empty") << QByteArray() << "abc.empty-file";
        QTest::newRow("blank") << QByteArray(" \n\r\n") << "abc.empty-file";
        QTest::newRow("a mark alone") << QByteArray("\xef\xbb\xbf") << "abc.empty-file";
        QTest::newRow("prose") << QByteArray("Dear all,\nhello.\n") << "abc.no-tune";
        QTest::newRow("MIDI") << QByteArray("MThd\0\0\0\6\0\1", 10) << "abc.not-text";
        QTest::newRow("UTF-16") << QByteArray("\xff\xfeX\0:\0001\0", 8) << "abc.not-text";
        QTest::newRow("control characters")
            << QByteArray("X:1\nK:C\n\1\2\3\4\5\6") << "abc.not-text";
    }

    void whatIsNoAbcIsRefused()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, id);
        const auto tunes = readAbc(
            std::string_view(text.constData(), static_cast<std::size_t>(text.size())), "x.abc");
        QVERIFY(!tunes);
        QVERIFY(tunes.error().kind == ErrorKind::Refused);
        QCOMPARE(QString::fromStdString(tunes.error().id), id);
        QVERIFY(QString::fromStdString(tunes.error().text).contains("x.abc"));
    }

    void hostileTextIsBounded_data()
    {
        QTest::addColumn<QByteArray>("text");
        const qsizetype size = 3 << 20;
        QTest::newRow("one bar of notes") << "X:1\nK:C\n" + QByteArray(size, 'C');
        QTest::newRow("brackets") << "X:1\nK:C\n" + QByteArray(size, '[');
        QTest::newRow("bars") << "X:1\nK:C\n" + QByteArray(size, '|');
        QTest::newRow("colons") << "X:1\nK:C\n" + QByteArray("A:").repeated(size / 2);
        QTest::newRow("quotes") << "X:1\nK:C\n" + QByteArray("\"A\"").repeated(size / 3);
        QTest::newRow("open quotes on lines")
            << "X:1\nK:C\n" + QByteArray("\"\n").repeated(size / 2);
        QTest::newRow("ties") << "X:1\nK:C\n" + QByteArray("C-").repeated(size / 2);
        QTest::newRow("repeats") << "X:1\nK:C\n" + QByteArray("C:::::::::|").repeated(size / 11);
        QTest::newRow("endings") << "X:1\nK:C\n|:C" + QByteArray("[1-31D:|").repeated(size / 8);
        QTest::newRow("keys") << "X:1\nK:C\n" + QByteArray("[K:Ddor]C").repeated(size / 9);
        QTest::newRow("labels of endings")
            << "X:1\nK:C\n" + QByteArray("[\"a\"").repeated(size / 4);
        QTest::newRow("many tunes") << QByteArray("X:1\nK:C\nC\n").repeated(size / 10);
        QTest::newRow("many heads") << QByteArray("X:1\n").repeated(size / 4);
        QTest::newRow("chords") << "X:1\nK:C\n[" + QByteArray(size, 'C') + "]";
        QTest::newRow("long notes") << "X:1\nL:4/1\nK:C\n" + QByteArray("C4096").repeated(size / 5);
        QTest::newRow("tuplets") << "X:1\nK:C\n" + QByteArray("(9:99:99C").repeated(size / 9);
        QTest::newRow("parts") << "X:1\nP:((((A99)99)99)99)99\nK:C\nP:A\n" +
                                      QByteArray(1 << 16, 'C');
        QTest::newRow("voices") << "X:1\nK:C\n" + QByteArray("[V:1]C[V:2]D").repeated(size / 12);
        QByteArray voices = "X:1\nK:C\n";
        for (int i = 0; voices.size() < size; ++i)
            voices += "V:" + QByteArray::number(i) + " name=x\nC|\n";
        QTest::newRow("many voices") << voices;
        QTest::newRow("voices in parts")
            << "X:1\nP:((((A99)99)99)99)99\nK:C\nP:A\n" +
                   QByteArray("V:1\n[CEG]|\nV:2\n[CEG]|\n").repeated(1 << 12);
        QTest::newRow("overlays") << "X:1\nK:C\nC" + QByteArray("&C").repeated(size / 2);
        QTest::newRow("overlays over bars")
            << "X:1\nK:C\n" + QByteArray("C|&&&&&&&&D|").repeated(size / 12);
        QTest::newRow("marks") << "X:1\nK:C\n" + QByteArray(size, '~');
        QTest::newRow("marks in repeats")
            << "X:1\nP:((((A99)99)99)99)99\nK:C\nP:A\n" + QByteArray(1 << 14, '~') + "C";
        QTest::newRow("long words in repeats")
            << "X:1\nP:((((A99)99)99)99)99\nK:C\nP:A\n\"" + QByteArray(1 << 20, 'x') + "\"C";
        QTest::newRow("words") << "X:1\nK:C\n" + QByteArray("C\nw:a\n").repeated(size / 6);
        QTest::newRow("verses") << "X:1\nK:C\n" + QByteArray(1 << 15, 'C') + "\n" +
                                       QByteArray("w:a b c d|||||\n").repeated(size / 15);
        QTest::newRow("symbols") << "X:1\nK:C\n" + QByteArray("C\ns:!p!\n").repeated(size / 8);
        QTest::newRow("many lines of symbols")
            << "X:1\nK:C\n" + QByteArray("C|").repeated(1 << 17) + "\n" +
                   QByteArray("s:*|!p!\n").repeated((size - (1 << 18)) / 8);
        QTest::newRow("symbols behind lines that go on")
            << "X:1\nK:C\n" + QByteArray("[V:1]C[V:2]D\\\n").repeated(size / 14) + "s:!p!\n";
        QTest::newRow("macros") << "X:1\nm:C=" + QByteArray(1000, 'D') + "\nK:C\n" +
                                       QByteArray(size, 'C');
        QByteArray macros = "X:1\n";
        for (int i = 0; i < 100; ++i)
            macros += "m:C" + QByteArray(i % 60, 'C') + QByteArray::number(i) + "= \n";
        QTest::newRow("macros that never match") << macros + "K:C\n" + QByteArray(size, 'C');
        const QByteArray macro = "X:1\nm:~G=ABC\nK:C\n~G";
        QTest::newRow("exclamation marks beside a macro") << macro + QByteArray(size, '!');
        QTest::newRow("open fields beside a macro") << macro + QByteArray("[A:").repeated(size / 3);
        QTest::newRow("fields beside a macro") << macro + QByteArray("[r:]").repeated(size / 4);
        QTest::newRow("macros of many tunes")
            << "m:n=" + QByteArray(1000, ' ') + "\n\n" +
                   QByteArray("X:1\nK:C\nCCCC\n").repeated(size / 13);
        QTest::newRow("grace notes") << "X:1\nK:C\n" + QByteArray("{CDEFGAB}").repeated(size / 9);
        QTest::newRow("jumps") << "X:1\nK:C\n" +
                                      QByteArray("!segno!C!D.S.!|!fine!:|").repeated(size / 23);
        QTest::newRow("directives of the file")
            << "%%MIDI program 1\n" + QByteArray("%%MIDI transpose 1 2 3 4 5 6\n").repeated(2000) +
                   "\n" + QByteArray("X:1\nK:C\nC\n").repeated(size / 10);
        QTest::newRow("fields of the file")
            << QByteArray("N:" + QByteArray(76, 'n') + "\n").repeated(99) + "\n" +
                   QByteArray("X:1\nK:C\nC\n\n").repeated(size / 11);
        QTest::newRow("composer of the file")
            << "C:" + QByteArray(8000, 'c') + "\n\n" +
                   QByteArray("X:1\nK:C\nC\n\n").repeated(size / 11);
        QByteArray fileMacros;
        for (int i = 0; i < 99; ++i)
            fileMacros += "m:C" + QByteArray::number(i) + "=" + QByteArray(70, 'C') + "\n";
        QTest::newRow("macros of the file")
            << fileMacros + "\n" + QByteArray("X:1\nK:C\nC\n\n").repeated(size / 11);
        QTest::newRow("unknown characters") << "X:1\nK:C\n" + QByteArray("# ").repeated(size / 2);
        QByteArray noise = "X:1\nK:C\n";
        const CounterRandom random(1, CounterRandom::Domain::Test);
        for (qsizetype i = 0; i < 10 << 20; ++i)
            noise.append(static_cast<char>(32 + random.below(96, static_cast<std::uint32_t>(i))));
        QTest::newRow("noise") << noise;
        for (qsizetype i = 0; i < noise.size(); i += 50)
            noise[i] = '\n';
        QTest::newRow("noise in lines") << noise;
    }

    void hostileTextIsBounded()
    {
        QFETCH(const QByteArray, text);
        const double before = threadCpuSeconds();
        const auto tunes = readAbc(
            std::string_view(text.constData(), static_cast<std::size_t>(text.size())), "hostile");
        const double seconds = threadCpuSeconds() - before;
        QVERIFY(tunes);
        std::size_t notes = 0;
        std::size_t events = 0;
        std::size_t words = 0;
        for (const AbcTune& tune : *tunes) {
            notes += tune.score.noteCount();
            for (const Track& track : tune.score.tracks) {
                events += track.events.size();
                for (const Event& event : track.events)
                    words += event.payload.size();
            }
            words += tune.title.size() + tune.composer.size();
            QVERIFY(tune.remarks.size() <= AbcRemarks::kLimit + 2);
            QVERIFY(tune.score.end().value <= std::int64_t{51'024} * 3840);
        }
        QVERIFY(notes <= 5'000'000);
        QVERIFY2(events <= 2'500'000, qPrintable(QString::number(events)));
        QVERIFY2(words <= 64'000'000, qPrintable(QString::number(words)));
        // Of the processor, and generous for sanitizers; a release build needs well under two.
        QVERIFY2(seconds < 20, qPrintable(QString::number(seconds)));
    }

    void littleTextTakesLittleMemory_data()
    {
        QTest::addColumn<QByteArray>("text");
        const qsizetype size = 1 << 20;
        QByteArray voices;
        for (int i = 0; i < 64; ++i)
            voices += "V:" + QByteArray::number(i) + "\nC|\n";
        QTest::newRow("keys before many voices")
            << "X:1\nK:C\n" + QByteArray("P:A\nK:G\n").repeated(size / 8) + voices;
        QByteArray labels = "X:1\nK:C\nV:a\n";
        for (int label = 0x80; label < 0x100; ++label)
            labels += QByteArray("[P:" + QByteArray(1, char(label)) + "]").repeated(1000) + "C|\n";
        QTest::newRow("parts for many voices") << labels + voices;
        QTest::newRow("words under many voices") << "X:1\nK:C\n" +
                                                        QByteArray("[V:1]A[V:2]A").repeated(1000) +
                                                        "\nw:" + QByteArray(size, 'a') + "\n";
        QByteArray macros;
        for (int i = 0; i < 99; ++i)
            macros += "m:C" + QByteArray::number(i) + "=" + QByteArray(70, 'C') + "\n";
        QTest::newRow("macros of the file")
            << macros + "\n" + QByteArray("X:1\nK:C\nC\n\n").repeated(30'000);
    }

    void littleTextTakesLittleMemory()
    {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("Sanitizers take memory of their own");
#endif
        QFETCH(const QByteArray, text);
        // In a process of its own, because the most that one has taken is never forgotten.
        ::malloc_trim(0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto mostTaken = [] {
                rusage usage{};
                ::getrusage(RUSAGE_SELF, &usage);
                return usage.ru_maxrss; // kB
            };
            const auto before = mostTaken();
            const auto tunes =
                readAbc({text.constData(), static_cast<std::size_t>(text.size())}, "hostile");
            ::_exit(tunes && mostTaken() - before < (64 << 10) + 20 * (text.size() >> 10) ? 0 : 1);
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        QCOMPARE(status, 0);
    }

    void cutAndChangedTunesNeverFail()
    {
        const std::string fine =
            "X:1\nT:Fine\nP:AB2\nM:6/8\nL:1/8\nQ:3/8=100\nK:Ador exp ^f\nP:A\nA|:\"Am\"e3 (3edc "
            "B>A|[CEG]2 {gf}z Z2:|"
            "[1 A-|A:|[2 "
            "^c'_b,//||\nw:la-la\nV:1\n[M:3/4][K:F]!trill!f>>g|\\\n&ABC|]\nP:B\n|:d/2e3/4:|\n";
        const CounterRandom random(2, CounterRandom::Domain::Test);
        for (std::uint32_t i = 0; i < 3000; ++i) {
            std::string text = fine;
            const auto changes = 1 + random.below(8, i, 1);
            for (std::uint32_t k = 0; k < changes; ++k) {
                const std::size_t at = random.below(text.size(), i, 2, k);
                switch (random.below(4, i, 3, k)) {
                case 0:
                    text[at] = static_cast<char>(random.below(256, i, 4, k));
                    break;
                case 1:
                    text.erase(at, random.below(10, i, 5, k));
                    break;
                case 2:
                    text.insert(at, text.substr(random.below(text.size(), i, 6, k),
                                                random.below(20, i, 7, k)));
                    break;
                default:
                    text.resize(at);
                    break;
                }
                if (text.empty())
                    text = "X:1";
            }
            const auto tunes = readAbc(text, "cut");
            if (!tunes)
                continue;
            for (const AbcTune& tune : *tunes) {
                Tick before{};
                for (const Note& note : tune.score.tracks.front().notes) {
                    QVERIFY(note.start >= before && note.length.value >= 0 &&
                            note.pitch.value < 128);
                    QVERIFY(note.end() <= tune.score.tracks.front().end);
                    before = note.start;
                }
            }
        }
    }

private:
    static AbcTune tune(const QString& text)
    {
        const auto tunes = readAbc(("X:1\n" + text).toLatin1().toStdString(), "test");
        return tunes ? tunes->front() : AbcTune{};
    }

    static QString eventsText(const Track& track)
    {
        QStringList text;
        for (const Event& event : track.events) {
            const std::string_view payload = event.payload.text();
            QString words;
            if (event.isMeta(Meta::Tempo))
                words = QString("tempo %1")
                            .arg(event.payload[0] << 16 | event.payload[1] << 8 | event.payload[2]);
            else if (event.isMeta(Meta::TimeSignature))
                words = QString("meter %1/%2").arg(event.payload[0]).arg(1 << event.payload[1]);
            else if (event.isMeta(Meta::KeySignature))
                words = QString("key %1 %2")
                            .arg(static_cast<std::int8_t>(event.payload[0]))
                            .arg(event.payload[1] ? "minor" : "major");
            else if (event.isMeta(Meta::TrackName))
                words =
                    "name " + QString::fromUtf8(payload.data(), static_cast<int>(payload.size()));
            else if (event.isMeta(Meta::Text) && !payload.starts_with("X:"))
                words =
                    "text " + QString::fromUtf8(payload.data(), static_cast<int>(payload.size()));
            else if (event.isChannelMessage(0xc0))
                words = QString("program %1").arg(event.data1);
            if (!words.isEmpty())
                text.append(words + "@" + QString::number(event.time.value));
        }
        return text.join(' ');
    }
};

QTEST_APPLESS_MAIN(TestReadAbc)
#include "tst_read_abc.moc"
