// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "tests/core/abc/abc_text.h"

#include <QRegularExpression>
#include <QTest>

using namespace continuo;

namespace {

AbcTune tune(const QString& text, const AbcReadOptions& options = {})
{
    const auto tunes =
        readAbc(("X:1\nM:none\nL:1/4\n" + text + "\n").toStdString(), "test", options);
    return tunes ? tunes->front() : AbcTune{};
}

QString notes(const AbcTune& read)
{
    return notesText(read.score.tracks.front().notes);
}

/// The payloads of the track's events of a kind, in order, with their ticks.
QString texts(const AbcTune& read, Meta meta)
{
    QStringList text;
    for (const Event& event : read.score.tracks.front().events) {
        const std::string_view payload = event.payload.text();
        if (event.isMeta(meta) && !payload.starts_with("X:") && !payload.starts_with("w:"))
            text.append(QString("%1@%2")
                            .arg(QString::fromUtf8(payload.data(), int(payload.size())))
                            .arg(event.time.value));
    }
    return text.join(' ').replace('\r', '^');
}

} // namespace

/// Decorations, grace notes, user symbols, lines of symbols, macros, jumps and sung words.
class TestAbcMarks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void marksAreKept_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("marks");
        const auto row = [](const char* name, const char* text, const char* marks) {
            QTest::newRow(name) << text << marks;
        };
        row("decorations", "K:C\n!trill!C +mordent+D", "!trill!@0 !mordent!@960");
        row("symbols", "K:C\nTC ~D .E uF", "!trill!@0 !roll!@960 !staccato!@1920 !upbow!@2880");
        row("grace notes", "K:C\nC{ab}D{/c}E", "{ab}@960 {/c}@1920");
        row("user symbols", "U:W=!wedge!\nU:T=!nil!\nU:h=\"^hey\"\nK:C\nWC TD hE",
            "!wedge!@0 \"^hey\"@1920");
        row("user symbol inside the tune", "K:C\nWC\nU:W=!wedge!\nWD", "!wedge!@960");
        row("letters without a meaning", "K:C\nhC WD", "");
        row("slurs are no marks", "K:C\n.(CD)", "");
    }

    void marksAreKept()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, marks);
        const AbcTune read = tune(text);
        QCOMPARE(texts(read, Meta::Text), marks);
        QVERIFY(!notes(read).isEmpty());
    }

    void ornamentsArePlayedOnRequest_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("played");
        const auto row = [](const char* name, const char* music, const char* played) {
            QTest::newRow(name) << music << played;
        };
        row("grace notes", "C{DE}F", "C4@0+960 D4@960+120 E4@1080+120 F4@1200+720");
        row("short grace note", "{/D}C", "D4@0+60 C4@60+900");
        row("grace notes before a short note", "{DE}C/4", "D4@0+60 E4@60+60 C4@120+120");
        row("trill", "!trill!C/2", "C4@0+120 D4@120+120 C4@240+120 D4@360+120");
        row("trill in the key", "[K:D]!trill!E/4", "E4@0+120 F#4@120+120");
        row("trill with the bar's accidental", "^DC!trill!C/4",
            "D#4@0+960 C4@960+960 C4@1920+120 D#4@2040+120");
        row("roll", "~G", "G4@0+192 A4@192+192 G4@384+192 F4@576+192 G4@768+192");
        row("mordent", "MC", "C4@0+120 B3@120+120 C4@240+720");
        row("upper mordent", "PC", "C4@0+120 D4@120+120 C4@240+720");
        row("mordent on a short note", "MC/4", "C4@0+60 B3@60+60 C4@120+120");
        row("turn", "!turn!C", "D4@0+240 C4@240+240 B3@480+240 C4@720+240");
        row("inverted turn", "!invertedturn!C", "B3@0+240 C4@240+240 D4@480+240 C4@720+240");
        row("on the highest note of a chord", "P[CE]", "C4@0+960 E4@0+120 F4@120+120 E4@240+720");
        row("a tie goes on", "PC-C", "C4@0+120 D4@120+120 C4@240+1680");
        row("no ornament", "!fermata!C", "C4@0+960");
    }

    void ornamentsArePlayedOnRequest()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, played);
        const QString text = "K:C\n" + music;
        QCOMPARE(notes(tune(text, {.playsOrnaments = true})), played);
        // Without the option the marks change no note.
        QString plain = music;
        plain.remove(QRegularExpression("!.*?!|\\{.*?\\}|[~MP]"));
        QCOMPARE(notes(tune(text)), notes(tune("K:C\n" + plain)));
    }

    void graceNotesLeaveTheBarsAccidentals()
    {
        QCOMPARE(notes(tune("K:C\n{^c}cc")), QString("C5@0+960 C5@960+960"));
    }

    void macrosArePlayedOut_data()
    {
        QTest::addColumn<QString>("macro");
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("pitches");
        const auto row = [](const char* name, const char* macro, const char* music,
                            const char* pitches) {
            QTest::newRow(name) << macro << music << pitches;
        };
        row("static", "~G2=GAG", "~G2 C", "G4 A4 G4 C4");
        row("only where it stands", "~G2=GAG", "~G C", "G4 C4");
        row("transposing", "~n2=non", "~G2 ~c2", "G4 A4 G4 C5 D5 C5");
        row("transposing over the octave", "~n=mn", "~C ~c ~C,", "B3 C4 B4 C5 B2 C3");
        row("octave marks", "~n=on", "~B ~c' ~B,,", "C5 B4 D6 C6 C3 B2");
        row("marks in the music stay", "~n2=!trill!no", "~C2", "C4 D4");
        row("not in words", "A=B", "\"A\"A", "B4");
        row("the longer one first", "A=B\nm:AA=C", "AAA", "C4 B4");
        row("in the key", "~n=no", "[K:D]~E", "E4 F#4");
    }

    void macrosArePlayedOut()
    {
        QFETCH(const QString, macro);
        QFETCH(const QString, music);
        QFETCH(const QString, pitches);
        QCOMPARE(pitchesText(tune("m:" + macro + "\nK:C\n" + music).score.tracks.front().notes),
                 pitches);
    }

    void placesInMacrosAreThoseOfTheLine()
    {
        QCOMPARE(remarksText(tune("m:A=#B\nK:C\nCC A")), QString("abc.unknown-character@6:4"));
        QCOMPARE(remarksText(tune("m:nonsense\nK:C\nC")), QString("abc.bad-macro@4:1"));
        QCOMPARE(remarksText(tune("U:nonsense\nK:C\nC")), QString("abc.bad-user-symbol@4:1"));
    }

    void jumpsArePlayedOut_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("pitches");
        const auto row = [](const char* name, const char* music, const char* pitches) {
            QTest::newRow(name) << music << pitches;
        };
        row("D.C.", "C|D!D.C.!|", "C D C D");
        row("D.C. al fine", "C!fine!|D|E!D.C.!|", "C D E C");
        row("fine on the last note", "C|!fine!D|E!D.C.alfine!|]", "C D E C D");
        row("repeats are not taken again", "|:C:|D!fine!|E!D.C.!|", "C C D E C D");
        row("last endings again", "|:C|1D:|2E|]F!D.C.!|", "C D C E F C E F");
        row("D.S.", "C|!segno!D|E!D.S.!|", "C D E D E");
        row("D.S. al fine", "C|SD|E!fine!|F!D.S.!|", "C D E F D E");
        row("coda", "C|D!coda!|E!D.C.!|!coda!F|", "C D E C D F");
        row("to coda by name", "C|D!dacoda!|E!D.C.alcoda!|!coda!F|", "C D E C D F");
        row("segno and coda", "C|SD|!coda!E|F!D.S.!|OG|A", "C D E F D G A");
        row("in a repeat", "|:C|D!D.C.!:|", "C D C D C D");
        row("music behind D.C. is not reached", "C|D!D.C.!|E|", "C D C D");
        row("a fine alone", "C!fine!|D|", "C D");
    }

    void jumpsArePlayedOut()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, pitches);
        QCOMPARE(pitchesText(tune("K:C\n" + music).score.tracks.front().notes).remove('4'),
                 pitches);
    }

    void missingSegnoIsRemarked()
    {
        QCOMPARE(remarksText(tune("K:C\nC|D!D.S.!|")), QString("abc.no-segno@5:4"));
    }

    void wordsAreSung_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("lyrics");
        const auto row = [](const char* name, const char* music, const char* lyrics) {
            QTest::newRow(name) << music << lyrics;
        };
        row("words", "CDE\nw:one two three", "one @0 two @960 three^@1920");
        row("syllables", "CDE\nw:a-men so", "a@0 men @960 so^@1920");
        row("held", "CDE\nw:long_ er", "long @0 er^@1920");
        row("held by blank hyphens", "CDE\nw:a- - men", "a@0 men^@1920");
        row("skipped", "CDE\nw:* one * ", "one^@960");
        row("joined", "CD\nw:of~the day", "of the @0 day^@960");
        row("a hyphen in the word", "CD\nw:x\\-ray on", "x-ray @0 on^@960");
        row("on to the next bar", "CD|EF\nw:one|two", "one @0 two^@1920");
        row("rests take no syllable", "CzE\nw:one two", "one @0 two^@1920");
        row("grace notes neither", "C{d}E\nw:one two", "one @0 two^@960");
        row("chords take one", "[CE]G\nw:one two", "one @0 two^@960");
        row("overlays take none", "C&E|G\nw:one two", "one @0 two^@960");
        row("verses in repeats", "|:CD:|\nw:one two\nw:three four",
            "one @0 two^@960 three @1920 four^@2880");
        row("the last verse stays", "|:C:|\nw:la", "la^@0 la^@960");
        row("continued line", "C\\\nD\nw:one two", "one @0 two^@960");
        row("continued field", "CD\nw:one\n+:two", "one @0 two^@960");
        row("accents", "C\nw:\\'et\\'e", "\xc3\xa9t\xc3\xa9^@0");
    }

    void wordsAreSung()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, lyrics);
        QCOMPARE(texts(tune("K:C\n" + music), Meta::Lyric), lyrics);
    }

    void syllablesWithoutNotesAreRemarked()
    {
        QCOMPARE(remarksText(tune("K:C\nC\nw:one two")), QString("abc.words-left-over@6:1"));
    }

    void symbolsInALineAreThoseWrittenWithTheNotes_data()
    {
        QTest::addColumn<QString>("below");
        QTest::addColumn<QString>("within");
        const auto row = [](const char* name, const char* below, const char* within) {
            QTest::newRow(name) << below << within;
        };
        row("one to a note", "CDE\ns:!f! \"Am\" +trill+", "!f!C \"Am\"D !trill!E");
        row("without blanks", "CDE\ns:!f!\"Am\"*", "!f!C \"Am\"D E");
        row("notes passed over", "CDEF | G```AB`c\ns: \"^slow\" | !f! ** !fff!",
            "\"^slow\"CDEF | !f!GAB!fff!c");
        row("on over the bar line", "CD|EF\ns: * * !p!", "CD|!p!EF");
        row("two bars on", "CD|EF|GA\ns: || !p!", "CD|EF|!p!GA");
        row("a bar too early to skip", "C|EF\ns: !p! !f! | !pp!", "!p!C|!f!EF");
        row("rests take none", "Cz2 E\ns: !p! !f!", "!p!Cz2 !f!E");
        row("grace notes take none", "C{d}E\ns: !p! !f!", "!p!C{d}!f!E");
        row("chords take one", "[CE]G\ns: !p! !f!", "!p![CE]!f!G");
        row("overlays take none", "C&E|G\ns: !p! !f!", "!p!C&E|!f!G");
        row("letters", "CDE\ns: T . ~", "TC .D ~E");
        row("letters with a meaning", "U:W=!wedge!\nCD\ns: * W", "C !wedge!D");
        row("lines upon each other", "CD\ns: \"C\" \"G\"\ns: * !p!", "\"C\"C\"G\"!p!D");
        row("among words", "CD\nw:la li\ns: * !p!\nw:lo lu", "C!p!D\nw:la li\nw:lo lu");
        row("continued line of music", "C\\\nD\ns: * !p!", "C\\\n!p!D");
        row("continued line of symbols", "CDE\ns: * !p!\n+: !f!", "C!p!D!f!E");
        row("a broken rhythm over the line's end", "CD>\ns: * !p!\nE", "C!p!D>\nE");
        row("a tie over it", "CD-\ns: * !p!\nD", "C!p!D-\nD");
        row("the next line has none", "CD\ns: !p!\nCD", "!p!CD\nCD");
        row("jumps", "C|D|E\ns: | | !D.C.!", "C|D|!D.C.!E");
        row("the voice that the line ends in", "[V:1]C[V:2]D\ns: !p!", "[V:1]C[V:2]!p!D");
    }

    void symbolsInALineAreThoseWrittenWithTheNotes()
    {
        QFETCH(const QString, below);
        QFETCH(const QString, within);
        const AbcTune read = tune("K:D\n" + below);
        const AbcTune expected = tune("K:D\n" + within);
        QCOMPARE(texts(read, Meta::Text), texts(expected, Meta::Text));
        QCOMPARE(texts(read, Meta::Lyric), texts(expected, Meta::Lyric));
        QCOMPARE(read.score.tracks.size(), expected.score.tracks.size());
        for (std::size_t i = 0; i < read.score.tracks.size(); ++i)
            QCOMPARE(notesText(read.score.tracks[i].notes),
                     notesText(expected.score.tracks[i].notes));
        QCOMPARE(notes(tune("K:D\n" + below, {.playsOrnaments = true})),
                 notes(tune("K:D\n" + within, {.playsOrnaments = true})));
    }

    void symbolsThatCannotBeReadAreRemarked_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("remarks");
        const auto row = [](const char* name, const char* music, const char* remarks) {
            QTest::newRow(name) << music << remarks;
        };
        row("more than notes", "C\ns:!p! !f!", "abc.symbols-left-over@6:1");
        row("no music above", "s:!p!\nC", "abc.symbols-without-music@5:1");
        row("a field between", "C\nK:D\ns:!p!\nC", "abc.symbols-without-music@7:1");
        row("no symbol", "CD\ns:* ?x", "abc.bad-symbol@6:5");
        row("never closed", "CD\ns: \"Am", "abc.open-quote@6:4");
        row("what is passed over is no symbol", "C\ns:!p! ** |", "");
        row("as many as notes", "C|D\ns:!p! | !f! |", "");
    }

    void symbolsThatCannotBeReadAreRemarked()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, remarks);
        QCOMPARE(remarksText(tune("K:C\n" + music)), remarks);
    }

    void tooManyLinesOfSymbolsAreRemarked()
    {
        QCOMPARE(remarksText(tune("K:C\nC\n" + QString("s:!p!\n").repeated(101))),
                 QString("abc.too-many-symbols@106:1"));
    }

    void instructionsChangeTheMusic_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("played");
        QTest::addColumn<QString>("remarks");
        const auto row = [](const char* name, const char* text, const char* played,
                            const char* remarks = "") {
            QTest::newRow(name) << text << played << remarks;
        };
        row("transpose", "%%MIDI transpose -2\nK:C\nD", "C4@0+960");
        row("transpose again", "%%MIDI transpose -2\n%%MIDI rtranspose 12\nK:C\nD", "C5@0+960");
        row("transpose in brackets", "K:C\nC[I:MIDI transpose 1]C", "C4@0+960 C#4@960+960");
        row("%%transpose", "%%transpose 12\nK:C\nC", "C5@0+960");
        row("I: on a line", "I:MIDI transpose 1\nK:C\nC", "C#4@0+960");
        row("no bar lines", "%%MIDI nobarlines\nK:C\n^CC", "C#4@0+960 C4@960+960");
        row("drums", "%%MIDI drummap D 35\n%%MIDI drummap ^D 38\nK:C clef=perc\nD^D=DE",
            "B1@0+960 D2@960+960 B1@1920+960 E4@2880+960");
        row("drums by name", "%%percmap D acoustic-snare\nK:C perc\nD", "D2@0+960");
        row("drum map elsewhere", "%%MIDI drummap D 35\nK:C\nD", "D4@0+960");
        row("accompaniment", "%%MIDI gchord fzfz\nK:C\nC", "C4@0+960",
            "abc.accompaniment-left-out@4:1");
        row("not a transposition", "%%MIDI transpose x\nK:C\nC", "C4@0+960",
            "abc.bad-transposition@4:1");
        row("not a channel", "%%MIDI channel 17\nK:C\nC", "C4@0+960", "abc.bad-channel@4:1");
        row("quarter tones in the key", "K:C ^/f\nF", "F4@0+960");
        row("a chord of unequal lengths", "K:C\n[C2E]2 D", "C4@0+3840 E4@0+1920 D4@3840+960");
        row("ties in chords", "K:C\n[C-E] [CF]", "C4@0+1920 E4@0+960 F4@960+960");
    }

    void instructionsChangeTheMusic()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, played);
        QFETCH(const QString, remarks);
        const AbcTune read = tune(text);
        QCOMPARE(notes(read), played);
        QCOMPARE(remarksText(read), remarks);
    }

    void drumsSoundOnTheirChannel()
    {
        QCOMPARE(int(tune("K:C clef=perc\nD").score.tracks[0].notes[0].channel), 9);
        // Words of a name are no clef.
        QCOMPARE(int(tune("K:C\nV:1 name=\"Latin perc octave=1\"\nD").score.tracks[0].notes[0].channel), 0);
        QCOMPARE(int(tune("K:C\nV:1 name=\"Latin perc octave=1\"\nD").score.tracks[0].notes[0].pitch.value), 62);
        QCOMPARE(int(tune("%%MIDI channel 10\nK:C\nD").score.tracks[0].notes[0].channel), 9);
    }

    void fileHeadHoldsForAllTunes()
    {
        const auto tunes = readAbc("%abc-2.1\nM:none\nL:1/4\nC:Anon\nm:A=B\n%%MIDI transpose 12\n\n"
                                   "R:free text between the tunes\n\n"
                                   "X:1\nK:C\nA\n\nX:2\nL:1/8\nK:C\nA\n",
                                   "book");
        QVERIFY(tunes);
        QCOMPARE(tunes->size(), std::size_t{2});
        QCOMPARE(notes(tunes->at(0)), QString("B5@0+960"));
        QCOMPARE(notes(tunes->at(1)), QString("B5@0+480"));
        QCOMPARE(QString::fromStdString(tunes->at(1).composer), QString("Anon"));
        QCOMPARE(texts(tunes->at(0), Meta::Text), QString("C:Anon@0"));
    }

    void macroBombIsBounded()
    {
        QString text = "m:a=" + QString(1000, 'b') + "\nm:c=" + QString(1000, ' ') + "\nK:C\n";
        text += QString(100'000, 'c') + QString(100'000, 'a');
        const AbcTune read = tune(text);
        QVERIFY(read.score.noteCount() <= 300'000);
    }
};

QTEST_APPLESS_MAIN(TestAbcMarks)
#include "tst_abc_marks.moc"
