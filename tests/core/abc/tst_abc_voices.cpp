// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "tests/core/abc/abc_text.h"

#include <QTest>

using namespace continuo;

namespace {

AbcTune tune(const QString& text)
{
    const auto tunes = readAbc(("X:1\n" + text + "\n").toStdString(), "test");
    return tunes ? tunes->front() : AbcTune{};
}

/// The tracks' notes, divided by " / ".
QString tracksText(const Score& score)
{
    QStringList text;
    for (const Track& track : score.tracks)
        text.append(notesText(track.notes));
    return text.join(" / ");
}

} // namespace

/// Several voices, overlays, and what holds for all voices of a tune.
class TestAbcVoices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachVoiceIsATrack_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("tracks");
        const auto row = [](const char* name, const char* text, const char* tracks) {
            QTest::newRow(name) << text << tracks;
        };
        row("fields on lines", "L:1/4\nK:C\nV:1\nC D|\nV:2\nE F|\nV:1\nG|\nV:2\nA|",
            "C4@0+960 D4@960+960 G4@1920+960 / E4@0+960 F4@960+960 A4@1920+960");
        row("fields in brackets", "L:1/4\nK:C\n[V:1]C D|[V:2]E F|[V:1]G|[V:2]A|",
            "C4@0+960 D4@960+960 G4@1920+960 / E4@0+960 F4@960+960 A4@1920+960");
        row("own accidentals", "L:1/4\nK:C\n[V:1]^C[V:2]C[V:1]C|[V:2]C|",
            "C#4@0+960 C#4@960+960 / C4@0+960 C4@960+960");
        row("own key", "L:1/4\nK:C\nV:1\n[K:D]F|\nV:2\nF|", "F#4@0+960 / F4@0+960");
        row("own unit length", "L:1/4\nK:C\nV:1\n[L:1/8]C2|\nV:2\nC|", "C4@0+960 / C4@0+960");
        row("own repeats", "L:1/4\nK:C\nV:1\nC:|\nV:2\nE:|",
            "C4@0+960 C4@960+960 / E4@0+960 E4@960+960");
        row("own transposition",
            "L:1/4\nV:1 octave=1\nV:2 clef=bass-8\nV:3 transpose=2\nK:C\n[V:1]C|[V:2]C|[V:3]C|",
            "C5@0+960 / C3@0+960 / D4@0+960");
        row("middle changes the page alone", "L:1/4\nV:1 clef=bass middle=d\nK:C\n[V:1]C|",
            "C4@0+960");
        row("transposition of the key holds for all", "L:1/4\nK:C octave=-1\nV:1\nC|\nV:2\nE|",
            "C3@0+960 / E3@0+960");
        row("all voices", "L:1/4\nV:* octave=1\nK:C\nV:1\nC|\nV:2\nE|", "C5@0+960 / E5@0+960");
        row("order of %%score", "L:1/4\n%%score (2 1)\nK:C\nV:1\nC|\nV:2\nE|",
            "E4@0+960 / C4@0+960");
        row("order of %%staves", "L:1/4\n%%staves [B | A]\nK:C\nV:A\nC|\nV:B\nE|",
            "E4@0+960 / C4@0+960");
        row("a tie lasts over another voice's line",
            "L:1/4\nK:C\nV:1\nC-|\nV:2\nC|\nV:1\nC|\nV:2\nC|", "C4@0+1920 / C4@0+960 C4@960+960");
        row("[V: in words is no voice", "L:1/4\nK:C\nC\"[V:2]\"D|", "C4@0+960 D4@960+960");
        row("music before the first V:", "L:1/4\nK:C\nC|\nV:2\nE|", "C4@0+960 / E4@0+960");
    }

    void eachVoiceIsATrack()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, tracks);
        QCOMPARE(tracksText(tune("M:none\n" + text).score), tracks);
    }

    void voicesHaveNamesAndChannels()
    {
        const AbcTune read = tune(
            "T:Duet\nL:1/4\nV:1 name=\"Right Hand\"\nV:2 nm=Left\nV:3\nK:C\n"
            "V:1\n%%MIDI program 73\nC4|\nV:2\n%%MIDI channel 5\n%%MIDI program 42\nC4|\nV:3\nC4|");
        const auto& tracks = read.score.tracks;
        QCOMPARE(tracks.size(), std::size_t{3});
        QCOMPARE(QString::fromStdString(trackName(tracks[0])), QString("Duet"));
        QCOMPARE(QString::fromStdString(trackName(tracks[1])), QString("Left"));
        QCOMPARE(QString::fromStdString(trackName(tracks[2])), QString("3"));
        QCOMPARE(int(tracks[0].notes[0].channel), 0);
        QCOMPARE(int(tracks[1].notes[0].channel), 4);
        QCOMPARE(int(tracks[2].notes[0].channel), 2);
        QCOMPARE(int(trackProgram(tracks[0]).value_or(0)), 73);
        QCOMPARE(int(trackProgram(tracks[1]).value_or(0)), 42);
    }

    void overlaysSoundInTheirBar_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("notes");
        QTest::addColumn<QString>("remarks");
        const auto row = [](const char* name, const char* music, const char* notes,
                            const char* remarks = "") {
            QTest::newRow(name) << music << notes << remarks;
        };
        row("one", "C D & E F| G", "C4@0+960 E4@0+960 D4@960+960 F4@960+960 G4@1920+960");
        row("two", "C2 & E2 & G2|A", "C4@0+1920 E4@0+1920 G4@0+1920 A4@1920+960");
        row("two bars", "C|D&&E|F|G", "C4@0+960 E4@0+960 D4@960+960 F4@960+960 G4@1920+960");
        row("own accidentals", "^C C & C C|", "C#4@0+960 C4@0+960 C#4@960+960 C4@960+960");
        row("ties go on behind an overlay", "C- & E|C", "C4@0+1920 E4@0+960");
        row("ties of an overlay", "C & E-|C & E", "C4@0+960 E4@0+1920 C4@960+960");
        row("repeated", "C & E:|", "C4@0+960 E4@0+960 C4@960+960 E4@960+960");
        row("too short", "C2 & E|G", "C4@0+1920 E4@0+960 G4@1920+960",
            "abc.overlay-does-not-add-up@5:4");
        row("too long", "C & E2|G", "C4@0+960 E4@0+1920 G4@960+960",
            "abc.overlay-does-not-add-up@5:3");
        row("nothing to sound with", "& C|", "C4@0+960", "abc.empty-overlay@5:1");
    }

    void overlaysSoundInTheirBar()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, notes);
        QFETCH(const QString, remarks);
        const AbcTune read = tune("M:none\nL:1/4\nK:C\n" + music);
        QCOMPARE(tracksText(read.score), notes);
        QCOMPARE(remarksText(read), remarks);
    }

    void barsOfTheVoicesStayTogether()
    {
        // The second voice's first bar lacks a quarter; the next begins with the first voice's.
        const AbcTune read = tune("L:1/4\nK:C\nV:1\nC4|D4|E4|\nV:2\nC3|D4|E4|");
        QCOMPARE(tracksText(read.score), QString("C4@0+3840 D4@3840+3840 E4@7680+3840 / "
                                                 "C4@0+2880 D4@3840+3840 E4@7680+3840"));
        QCOMPARE(remarksText(read), QString("abc.bar-unlike-other-voices@7:1"));
        // A rest of several bars is as many bars of another voice.
        const AbcTune rest = tune("L:1/4\nK:C\nV:1\nC4|D4|E4|\nV:2\nZ2|E4|");
        QCOMPARE(tracksText(rest.score),
                 QString("C4@0+3840 D4@3840+3840 E4@7680+3840 / E4@7680+3840"));
        QCOMPARE(remarksText(rest), QString());
    }

    void voicesEndTogether()
    {
        const AbcTune read = tune("L:1/4\nK:C\nV:1\nC4|D4|\nV:2\nE4|");
        QCOMPARE(remarksText(read), QString("abc.voices-end-apart@7:1"));
        QCOMPARE(read.score.tracks[1].end.value, std::int64_t{7680});
    }

    void whatOneVoiceSaysHoldsForAll_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("tracks");
        // Parts between the lines of the voices belong to the voice above them as written.
        QTest::newRow("parts")
            << "P:ABA\nL:1/4\nK:C\nP:A\nV:1\nC|\nV:2\nE|\nP:B\nV:1\nD|\nV:2\nF|"
            << "C4@0+960 D4@960+960 C4@1920+960 / E4@0+960 F4@960+960 E4@1920+960";
        QTest::newRow("D.C.")
            << "L:1/4\nK:C\nV:1\nC!fine!|D!D.C.!|\nV:2\nE|F|"
            << "C4@0+960 D4@960+960 C4@1920+960 / E4@0+960 F4@960+960 E4@1920+960";
    }

    void whatOneVoiceSaysHoldsForAll()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, tracks);
        QCOMPARE(tracksText(tune("M:none\n" + text).score), tracks);
    }

    void temposOfAllVoicesStandInTheFirstTrack()
    {
        const AbcTune read = tune("L:1/4\nQ:1/4=60\nK:C\nV:1\nC4|D4|\nV:2\nC4|[Q:1/4=100]D4|");
        QStringList tempos;
        for (std::size_t i = 0; i < read.score.tracks.size(); ++i) {
            for (const Event& event : read.score.tracks[i].events) {
                if (event.isMeta(Meta::Tempo))
                    tempos.append(QString("%1@%2").arg(i).arg(event.time.value));
            }
        }
        QCOMPARE(tempos, QStringList({"0@0", "0@3840"}));
    }

    void voicesAreBounded()
    {
        QString text = "L:1/4\nK:C\n";
        for (int i = 0; i < 200; ++i)
            text += QString("V:%1\nC|\n").arg(i);
        const AbcTune read = tune(text);
        QCOMPARE(read.score.tracks.size(), std::size_t{64});
        QVERIFY(remarksText(read).startsWith("abc.too-many-voices@"));
    }

    void whatIsPlayedIsBoundedInAllVoicesTogether()
    {
        QString text = "P:((((A99)9)9)9)9\nM:none\nK:C\n";
        for (int i = 0; i < 20; ++i)
            text += QString("V:%1\nP:A\n[%2]|\n").arg(i).arg(QString(60, 'C'));
        const AbcTune read = tune(text);
        QVERIFY(read.score.noteCount() <= 2'000'000);
        // Long words weigh as much as they take.
        const AbcTune words =
            tune("P:((((A99)9)9)9)9\nM:none\nK:C\nP:A\n\"" + QString(20'000, 'x') + "\"C|:C:|");
        std::size_t size = 0;
        for (const Event& event : words.score.tracks[0].events)
            size += event.payload.size();
        QVERIFY2(size <= 40'000'000, qPrintable(QString::number(size)));
    }

    void severalVoicesComeBackFromMidi()
    {
        const AbcTune read =
            tune("T:Two\nM:3/4\nL:1/4\nQ:1/4=100\nK:D\nV:1\n|:FGA|d3 & A3:|\nw:one two "
                 "three\nV:2\n%%MIDI program 42\n|:[DF]3|(3ABc d2:|");
        const auto written = writeMidi(read.score);
        QVERIFY(written);
        const auto again = readMidi(written->bytes, "written");
        QVERIFY(again);
        QVERIFY(again->remarks.empty());
        QCOMPARE(tracksText(again->score), tracksText(read.score));
    }
};

QTEST_APPLESS_MAIN(TestAbcVoices)
#include "tst_abc_voices.moc"
