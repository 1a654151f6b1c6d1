// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/write_abc.h"
#include "core/base/random.h"
#include "tests/core/abc/abc_text.h"

#include <QTest>

using namespace continuo;

class TestWriteAbc : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tunesAreWrittenAsTheyAreRead_data()
    {
        QTest::addColumn<QString>("text"); // From M: on; T: is "Tune".
        QTest::newRow("bars and beams") << "M:4/4\nL:1/8\nQ:1/4=120\nK:C\nCD EF G2 A2|c8|]\n";
        QTest::newRow("pickup") << "M:3/4\nL:1/8\nQ:1/4=100\nK:G\nD2|G2 A2 B2|G6|]\n";
        QTest::newRow("accidentals")
            << "M:4/4\nL:1/8\nQ:1/4=120\nK:D\n=c2 c2 ^c2 ^G2|G2 A2 ^A2 A2|]\n";
        QTest::newRow("minor key") << "M:4/4\nL:1/8\nQ:1/4=120\nK:Gm\nD2 ^F2 G2 =E2|^F8|]\n";
        QTest::newRow("jig") << "M:6/8\nL:1/8\nQ:1/4=180\nK:Em\nEFG ABc|B3|]\n";
        QTest::newRow("tie over the bar") << "M:4/4\nL:1/8\nQ:1/4=120\nK:C\n^F8-|F2 F2 z4|C8|]\n";
        QTest::newRow("triplets") << "M:2/4\nL:1/8\nQ:1/4=120\nK:C\n(3CDE (3:2:2F2G|C4|]\n";
        QTest::newRow("short notes") << "M:2/4\nL:1/8\nQ:1/4=120\nK:C\nC/D/E/4F3/4 G3/2A/|C4|]\n";
        QTest::newRow("empty bars") << "M:2/4\nL:1/8\nQ:1/4=120\nK:C\nC4|Z3|D4|]\n";
        QTest::newRow("change of meter, key and tempo")
            << "M:4/4\nL:1/8\nQ:1/4=120\nK:C\nC8|[M:3/4][K:F][Q:1/4=90]B6|B6|]\n";
        QTest::newRow("chord symbols")
            << "M:4/4\nL:1/8\nQ:1/4=120\nK:C\n\"Am\"A2 A2- \"G\"A4|\"C\"z8|C8|]\n";
        QTest::newRow("mode") << "M:4/4\nL:1/8\nQ:1/4=120\nK:Ddor\nDE FG A2 B2|d8|]\n";
        QTest::newRow("fields")
            << "R:reel\nZ:typed by hand\n%%MIDI program 73\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\nC8|]\n";
        QTest::newRow("lines") << "M:2/4\nL:1/8\nQ:1/4=120\nK:C\nC4|D4|E4|F4|\nG4|]\n";
    }

    void tunesAreWrittenAsTheyAreRead()
    {
        QFETCH(const QString, text);
        const std::string tune = ("X:1\nT:Tune\n" + text).toStdString();
        const auto read = readAbc(tune, "test");
        QVERIFY(read);
        QCOMPARE(remarksText(read->front()), QString());
        const auto written = writeAbc(read->front().score);
        QVERIFY(written);
        QCOMPARE(QString::fromStdString(written->text), QString::fromStdString(tune));
        QCOMPARE(written->leftOutNotes, std::size_t{0});
        QCOMPARE(written->movedNotes, std::size_t{0});
    }

    void anyMelodyOnTheGridComesBack()
    {
        // 600 random melodies over 15 keys, 8 meters with changes, pickups, rests and lengths down
        // to a 48th of a quarter.
        const CounterRandom random(11, CounterRandom::Domain::Test);
        constexpr int kMeters[][2] = {{4, 4}, {3, 4}, {2, 4}, {6, 8},
                                      {9, 8}, {2, 2}, {5, 8}, {3, 8}};
        for (std::uint32_t round = 0; round < 600; ++round) {
            std::uint32_t draw = 0;
            const auto below = [&](std::uint64_t bound) {
                return static_cast<std::int64_t>(random.below(bound, round, ++draw));
            };
            Score score;
            Track& track = score.addTrack();
            const TrackId id = track.id;
            const int ticksPerStep = 20;
            std::int64_t at = 0;
            for (int changes = 0; changes < 3; ++changes) {
                const auto& meter = kMeters[below(8)];
                score.addEvent(id, timeSignatureEvent({at}, meter[0], meter[1]));
                at += below(20) * 240;
            }
            score.addEvent(id,
                           keySignatureEvent({0}, static_cast<int>(below(15)) - 7, below(2) == 1));
            score.addEvent(id, keySignatureEvent({below(100) * 480},
                                                 static_cast<int>(below(15)) - 7, below(2) == 1));
            std::int64_t step = below(100);
            constexpr std::int64_t kUsual[] = {6, 12, 24, 36, 48, 72, 96, 16, 8, 32};
            const std::int64_t notes = 1 + below(60);
            for (std::int64_t i = 0; i < notes; ++i) {
                const std::int64_t length = below(5) == 0 ? 1 + below(400) : kUsual[below(10)];
                score.addNote(id, {.start = {step * ticksPerStep},
                                   .length = {length * ticksPerStep},
                                   .pitch = {static_cast<std::uint8_t>(
                                       below(10) == 0 ? below(128) : 55 + below(30))}});
                step += length + (below(4) == 0 ? below(300) : 0);
            }
            const auto written = writeAbc(score);
            QVERIFY(written);
            const auto read = readAbc(written->text, "test");
            QVERIFY(read);
            const QString expected = notesText(score.tracks.front().notes);
            const QString found = notesText(read->front().score.tracks.front().notes);
            QVERIFY2(found == expected,
                     qPrintable("round " + QString::number(round) + "\n" +
                                QString::fromStdString(written->text) + "\nexpected " + expected +
                                "\nfound    " + found));
        }
    }

    void scoresOffTheGridAreQuantised()
    {
        Score score;
        score.ticksPerQuarter = 100;
        const TrackId id = score.addTrack().id;
        score.addNote(id, {.start = {1}, .length = {99}, .pitch = {60}});
        score.addNote(id, {.start = {101}, .length = {98}, .pitch = {62}});
        score.addNote(id, {.start = {200}, .length = {100}, .pitch = {64}});
        const auto written = writeAbc(score, {.stepsPerQuarter = 4});
        QVERIFY(written);
        QCOMPARE(written->movedNotes, std::size_t{2});
        QCOMPARE(notesText(readAbc(written->text, "t")->front().score.tracks.front().notes),
                 QString("C4@0+960 D4@960+960 E4@1920+960"));
    }

    void voicesAreWrittenAsTheyAreRead_data()
    {
        QTest::addColumn<QString>("text"); // From M: on; T: is "Tune".
        const QString head = "M:4/4\nL:1/8\nQ:1/4=120\nK:C\n";
        QTest::newRow("chords") << head + "[CEG]4 [DF]4|[CEG]8-|[CEG]8|]\n";
        QTest::newRow("overlay") << head + "c4 d4 & C8|c8|e8 & C4 G4|]\n";
        QTest::newRow("three layers") << head + "g4 a4 & c6 d2 & C8-|g8 & x8 & C8|]\n";
        QTest::newRow("accidentals of overlays") << head + "^c4 c4 & ^C8|c8 & C4 ^C4-|c8 & ^C8|]\n";
        QTest::newRow("a natural after &") << head + "^c8 & =C4 D4|]\n";
        QTest::newRow("tied seconds") << head + "[^CD]8-|[CD]8|[^F^G]8|]\n";
        QTest::newRow("tied semitone on one letter") << head + "[C^C]8-|[=C^C]8|]\n";
        QTest::newRow("two voices")
            << head + "V:1\n%%MIDI program 52\nc8|d8|]\nV:2 name=\"Second\"\nC4 D4|E8|]\n";
        QTest::newRow("low voice") << head + "V:1\nc8|]\nV:2 clef=bass name=\"Bass\"\nC,4 D,4|]\n";
        QTest::newRow("drums") << head + "V:1\nc8|]\nV:2 clef=perc\n%%MIDI channel 10\nC,4 D,4|]\n";
        QTest::newRow("drums alone") << "%%MIDI channel 10\n" + head + "V:1 clef=perc\nC,4 D,4|]\n";
        QTest::newRow("channels") << head + "V:1\n%%MIDI channel 5\nc8|]\nV:2\n%%MIDI channel 1\n"
                                            "%%MIDI program 40\nC8|]\n";
        QTest::newRow("silent bars") << head + "V:1\nc8|Z3|]\nV:2\nZ3|C8|]\n";
        QTest::newRow("a voice ends early") << head + "V:1\nc8|d2|]\nV:2\nC8|z2|]\n";
        QTest::newRow("meter and key of both")
            << head + "V:1\nc8|[M:3/4][K:G]f6|]\nV:2\nC8|[M:3/4][K:G]F6|]\n";
        QTest::newRow("a voice in its own key") << head + "V:1\nc8|]\nV:2\n[K:D]F8|]\n";
        QTest::newRow("chord symbols of a voice") << head + "V:1\nc8|]\nV:2\n\"Am\"C4- \"G\"C4|]\n";
        QTest::newRow("decorations") << head + "!trill!c4 \"Am\"!fermata!d4|[CEc]8 & G4 A4|]\n";
        QTest::newRow("sung words") << head + "c2 d2 e4|f8|]\nw: hal-le-lu jah\n";
        QTest::newRow("held syllables") << head + "c2 d2 e2 f2|]\nw: a-_men _\n";
        QTest::newRow("tied syllables") << head + "c8-|c4 d4|]\nw: a-_men\n";
        QTest::newRow("notes without words") << head + "c2 z2 e2 f2|]\nw: la * lo\n";
        QTest::newRow("signs in words")
            << head + "c2 d2 e2 f2|]\nw: a~b c\\-d \\u002ae\\u005f f\\%g\n";
        QTest::newRow("lines of words")
            << head + "c8|c8|c8|c8|\nw: one two three four\ne8|f8|]\nw: five six\n";
        QTest::newRow("words of two voices")
            << head + "V:1\nc4 d4|]\nw: one two\nV:2\nC8|]\nw: three\n";
        QTest::newRow("tempo") << head + "V:1\nc4 [Q:1/4=90]d4|]\nV:2\nC8|]\n";
    }

    void voicesAreWrittenAsTheyAreRead()
    {
        QFETCH(const QString, text);
        const std::string tune = ("X:1\nT:Tune\n" + text).toStdString();
        const auto read = readAbc(tune, "test");
        QVERIFY(read);
        QCOMPARE(remarksText(read->front()), QString());
        const auto written = writeAbc(read->front().score);
        QVERIFY(written);
        QCOMPARE(QString::fromStdString(written->text), QString::fromStdString(tune));
        QCOMPARE(written->leftOutNotes + written->movedNotes + written->shortenedNotes,
                 std::size_t{0});
        const auto again = readAbc(written->text, "again");
        QVERIFY(again);
        const auto [expected, found] =
            voicesText(read->front().score, *written, again->front().score);
        QCOMPARE(found, expected);
    }

    void anyPolyphonyOnTheGridComesBack()
    {
        // 600 random scores of up to 4 tracks on any channels, each with up to 8 notes at once.
        const CounterRandom random(12, CounterRandom::Domain::Test);
        for (std::uint32_t round = 0; round < 600; ++round) {
            std::uint32_t draw = 0;
            const auto below = [&](std::uint64_t bound) {
                return static_cast<std::int64_t>(random.below(bound, round, ++draw));
            };
            Score score;
            const std::int64_t tracks = 1 + below(4);
            for (std::int64_t t = 0; t < tracks; ++t) {
                const TrackId id = score.addTrack().id;
                score.addEvent(id,
                               metaEvent({}, Meta::TrackName, t == 1 ? "perc \"bass\" -8" : ""));
                if (below(2) == 0)
                    score.addEvent(id, keySignatureEvent({below(3) * 3840},
                                                         static_cast<int>(below(15)) - 7, false));
                if (t == 0 && below(2) == 0)
                    score.addEvent(id, timeSignatureEvent({below(3) * 3840},
                                                          3 + static_cast<int>(below(4)), 8));
                std::vector<std::int64_t> ends(128);
                std::int64_t step = below(50);
                for (std::int64_t i = 1 + below(60); i > 0; --i) {
                    constexpr std::int64_t kLengths[] = {6, 12, 24, 48, 96, 16, 32, 200};
                    const std::int64_t length = kLengths[below(8)];
                    const auto pitch = static_cast<std::uint8_t>(55 + below(24));
                    std::int64_t sounding = 0;
                    for (const std::int64_t end : ends)
                        sounding += end > step ? 1 : 0;
                    if (ends[pitch] <= step && sounding < 8) {
                        score.addNote(
                            id, {.start = {step * 20},
                                 .length = {length * 20},
                                 .pitch = {pitch},
                                 .channel = static_cast<std::uint8_t>(t == 2 ? 8 + below(3) : t)});
                        ends[pitch] = step + length;
                    }
                    step += below(3) == 0 ? kLengths[below(8)] : 0;
                }
            }
            if (!score.hasNotes())
                continue;
            const auto written = writeAbc(score);
            QVERIFY(written);
            QCOMPARE(written->leftOutNotes + written->movedNotes + written->shortenedNotes,
                     std::size_t{0});
            const auto read = readAbc(written->text, "test");
            QVERIFY(read);
            const auto [expected, found] = voicesText(score, *written, read->front().score);
            QVERIFY2(found == expected,
                     qPrintable("round " + QString::number(round) + "\n" +
                                QString::fromStdString(written->text) + "\nexpected " + expected +
                                "\nfound    " + found));
            QVERIFY2(!remarksText(read->front()).contains("add-up"),
                     qPrintable(QString::fromStdString(written->text)));
            for (std::size_t i = 0; written->voices.size() > 1 && i < written->voices.size(); ++i)
                QCOMPARE(int(read->front().score.tracks[i].notes.front().channel),
                         int(written->voices[i].channel));
        }
    }

    void wordsOfATrackWithoutNotesStandUnderTheVoiceTheyFit()
    {
        Score score;
        const TrackId words = score.addTrack().id;
        const TrackId bass = score.addTrack().id;
        const TrackId tune = score.addTrack().id;
        score.addNote(bass, {.start = {0}, .length = {3840}, .pitch = {48}, .channel = 1});
        std::int64_t time = 0;
        // Karaoke: a slash begins a line, a space a word; one syllable comes a little late.
        score.addEvent(words, metaEvent({}, Meta::Text, "@KMIDI KARAOKE FILE"));
        for (const char* text : {"/Twin", "kle", " lit", "tle"}) {
            score.addNote(tune, {.start = {time}, .length = {960}, .pitch = {72}, .channel = 0});
            score.addEvent(words, metaEvent({time + (time == 1920 ? 40 : 0)}, Meta::Text, text));
            time += 960;
        }
        const auto written = writeAbc(score);
        QVERIFY(written);
        QVERIFY2(written->text.ends_with("c2 c2 c2 c2|]\nw: Twin-kle lit-tle\n"),
                 written->text.c_str());
    }

    void ornamentsAreMarksOrNotes()
    {
        const char* const tune = "X:1\nL:1/4\nK:C\nM:4/4\n{ab}C !trill!D !fermata!E F|\n";
        const auto marked = writeAbc(readAbc(tune, "t")->front().score);
        QVERIFY(marked);
        QCOMPARE(marked->leftOutGraces, std::size_t{1});
        QVERIFY2(marked->text.ends_with("C2 !trill!D2 !fermata!E2 F2|]\n"), marked->text.c_str());
        const auto read = readAbc(tune, "t", {.playsOrnaments = true});
        const auto played = writeAbc(read->front().score);
        QVERIFY(played);
        QCOMPARE(played->leftOutGraces, std::size_t{0});
        QVERIFY2(played->text.find("!trill!") == std::string::npos, played->text.c_str());
        QVERIFY(played->text.find("!fermata!") != std::string::npos);
        const auto again = readAbc(played->text, "t", {.playsOrnaments = true});
        QCOMPARE(notesText(again->front().score.tracks.front().notes),
                 notesText(read->front().score.tracks.front().notes));
    }

    void marksOfTheOrderAreNotWritten()
    {
        const auto read = readAbc("X:1\nL:1/4\nK:C\nM:4/4\n!segno!CDEF|GABc!D.C.!|\n", "t");
        const auto written = writeAbc(read->front().score);
        QVERIFY(written);
        QVERIFY2(written->text.find('!') == std::string::npos, written->text.c_str());
        QCOMPARE(readAbc(written->text, "t")->front().score.noteCount(), std::size_t{16});
    }

    void onePitchSoundsOnceAtATime()
    {
        Score score;
        const TrackId id = score.addTrack().id;
        score.addNote(id, {.start = {0}, .length = {1920}, .pitch = {60}});
        score.addNote(id, {.start = {960}, .length = {960}, .pitch = {60}});
        score.addNote(id, {.start = {960}, .length = {480}, .pitch = {60}});
        const auto written = writeAbc(score);
        QVERIFY(written);
        QCOMPARE(written->writtenNotes, std::size_t{2});
        QCOMPARE(written->leftOutNotes, std::size_t{1});
        QCOMPARE(written->shortenedNotes, std::size_t{1});
        QCOMPARE(notesText(readAbc(written->text, "t")->front().score.tracks.front().notes),
                 QString("C4@0+960 C4@960+960"));
    }

    void moreThanEightLayersAreCut()
    {
        Score score;
        const TrackId id = score.addTrack().id;
        for (int i = 0; i < 10; ++i)
            score.addNote(id, {.start = {i * 240},
                               .length = {9600 - i * 480},
                               .pitch = {static_cast<std::uint8_t>(60 + i)}});
        const auto written = writeAbc(score);
        QVERIFY(written);
        QCOMPARE(written->writtenNotes, std::size_t{10});
        QCOMPARE(written->shortenedNotes, std::size_t{2});
        const auto read = readAbc(written->text, "t");
        QCOMPARE(remarksText(read->front()), QString());
        const std::vector<Note>& notes = read->front().score.tracks.front().notes;
        QCOMPARE(notes.size(), std::size_t{10});
        for (std::size_t i = 0; i < 10; ++i) {
            const std::int64_t start = static_cast<std::int64_t>(i) * 240;
            QCOMPARE(notes[i].start.value, start);
            // The two that would end first give way to the ninth and the tenth.
            const std::int64_t full = 9600 - static_cast<std::int64_t>(i) * 480;
            QCOMPARE(notes[i].length.value, i == 7 ? 240 : i == 8 ? 240 : full);
        }
    }

    void chordsOfEveryKeyInEveryLengthAreKept()
    {
        // 128 pitches begin together in 128 lengths: 8 layers cannot hold them as they are.
        Score score;
        const TrackId id = score.addTrack().id;
        for (int pitch = 0; pitch < 128; ++pitch)
            score.addNote(id, {.start = {0},
                               .length = {240 * (1 + pitch)},
                               .pitch = {static_cast<std::uint8_t>(pitch)}});
        const auto written = writeAbc(score);
        QVERIFY(written);
        QCOMPARE(written->writtenNotes, std::size_t{128});
        QCOMPARE(written->movedNotes, std::size_t{120});
        QCOMPARE(readAbc(written->text, "t")->front().score.tracks.front().notes.size(),
                 std::size_t{128});
    }

    void chosenTrackIsWritten()
    {
        Score score;
        const TrackId first = score.addTrack().id;
        const TrackId second = score.addTrack().id;
        score.addNote(first, {.start = {0}, .length = {960}, .pitch = {72}});
        score.addNote(second, {.start = {0}, .length = {960}, .pitch = {48}});
        const auto written = writeAbc(score, {.track = 1});
        QVERIFY(written);
        QCOMPARE(written->voices.size(), std::size_t{1});
        QCOMPARE(written->voices.front().track, std::size_t{1});
        QVERIFY(QString::fromStdString(written->text).endsWith("\nC,2|]\n"));
    }

    void moreVoicesThanATuneHasAreLeftOut()
    {
        Score score;
        for (int i = 0; i < 66; ++i)
            score.addNote(score.addTrack().id, {.start = {0}, .length = {960}, .pitch = {72}});
        const auto written = writeAbc(score);
        QVERIFY(written);
        QCOMPARE(written->voices.size(), std::size_t{64});
        QCOMPARE(written->leftOutVoices, std::size_t{2});
        QCOMPARE(readAbc(written->text, "t")->front().score.tracks.size(), std::size_t{64});
    }

    void aTrackWithoutNotesGivesTheTitle()
    {
        Score score;
        const TrackId conductor = score.addTrack().id;
        const TrackId melody = score.addTrack().id;
        score.addEvent(conductor, metaEvent({}, Meta::TrackName, "Song"));
        score.addEvent(conductor, keySignatureEvent({}, 2, false));
        score.addEvent(melody, metaEvent({}, Meta::TrackName, "Fiddle"));
        score.addNote(melody, {.start = {0}, .length = {960}, .pitch = {74}});
        const auto written = writeAbc(score);
        QVERIFY(written);
        QCOMPARE(QString::fromStdString(written->text),
                 QString("X:1\nT:Song\nM:4/4\nL:1/8\nQ:1/4=120\nK:D\nV:1 name=\"Fiddle\"\nd2|]\n"));
    }

    void keyIsEstimatedWhereTheScoreHasNone()
    {
        Score score;
        const TrackId id = score.addTrack().id;
        std::int64_t at = 0;
        for (const int pitch : {67, 69, 71, 72, 74, 76, 78, 79, 74, 71, 67}) {
            score.addNote(
                id, {.start = {at}, .length = {480}, .pitch = {static_cast<std::uint8_t>(pitch)}});
            at += 480;
        }
        const auto written = writeAbc(score);
        QVERIFY(written);
        QVERIFY(QString::fromStdString(written->text).contains("\nK:G\n"));
        QVERIFY(!QString::fromStdString(written->text).contains('^'));
    }

    void awkwardWordsStayInTheirLine()
    {
        Score score;
        const TrackId id = score.addTrack().id;
        score.addEvent(id, metaEvent({}, Meta::TrackName, "100% \"fine\"\nX:2"));
        score.addNote(id, {.start = {0}, .length = {960}, .pitch = {60}});
        const auto written = writeAbc(score);
        QVERIFY(written);
        const auto read = readAbc(written->text, "t");
        QVERIFY(read);
        QCOMPARE(read->size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(read->front().title), QString("100% \"fine\" X:2"));
    }

    void keysThatCannotStandInBracketsAreNotWritten_data()
    {
        QTest::addColumn<QString>("key");
        QTest::newRow("bracket") << "G clef=a]b";
        QTest::newRow("line end") << "G treble\r8";
        QTest::newRow("comment") << "G clef=%";
        QTest::newRow("no key") << "what";
    }

    void keysThatCannotStandInBracketsAreNotWritten()
    {
        QFETCH(const QString, key);
        Score score = readAbc("X:1\nL:1/4\nK:F\n_BB|BB|\n", "t")->front().score;
        score.addEvent(score.tracks.front().id,
                       metaEvent({1}, Meta::Text, ("K:" + key).toStdString()));
        const auto written = writeAbc(score);
        QVERIFY(written);
        const auto read = readAbc(written->text, "t");
        QVERIFY(read);
        QCOMPARE(notesText(read->front().score.tracks.front().notes),
                 notesText(score.tracks.front().notes));
        QVERIFY(!remarksText(read->front()).contains("key"));
    }

    void transposedTunesAreWrittenAsTheySound_data()
    {
        QTest::addColumn<QByteArray>("key");
        for (const char* key : {"HP octave=-1", "Hp t=1", "Ddor transpose=2",
                                "G exp ^f clef=bass-8", "Amix treble+8"})
            QTest::newRow(key) << QByteArray(key);
    }
    void transposedTunesAreWrittenAsTheySound()
    {
        QFETCH(QByteArray, key);
        const auto tunes =
            readAbc(("X:1\nM:4/4\nL:1/8\nK:" + key + "\nDFAc|\n").toStdString(), "t.abc");
        QVERIFY(tunes);
        const auto written = writeAbc(tunes->front().score);
        QVERIFY(written);
        const auto again = readAbc(written->text, "again.abc");
        QVERIFY(again);
        const auto pitches = [](const AbcTune& tune) {
            std::vector<int> all;
            for (const Note& note : tune.score.tracks.front().notes)
                all.push_back(note.pitch.value);
            return all;
        };
        QCOMPARE(pitches(again->front()), pitches(tunes->front()));
    }

    void notesWithoutLengthAreMoved()
    {
        const auto read = readAbc("X:1\nL:1/8\nK:C\nC a////////// D", "t");
        const std::vector<Note>& notes = read->front().score.tracks.front().notes;
        QCOMPARE(notes[1].length.value, std::int64_t{0});
        const auto written = writeAbc(read->front().score);
        QVERIFY(written && written->movedNotes > 0);
    }

    void titlesThatLookLikeMusicStayTitles_data()
    {
        QTest::addColumn<QString>("title");
        QTest::newRow("bar line") << "|~D2F2";
        QTest::newRow("colon") << "::C";
    }

    void titlesThatLookLikeMusicStayTitles()
    {
        QFETCH(const QString, title);
        Score score = readAbc("X:1\nM:3/4\nL:1/4\nK:C\nCDE|\n", "t")->front().score;
        score.addEvent(score.tracks.front().id,
                       metaEvent({}, Meta::TrackName, title.toStdString()));
        const std::string rhythm = "R:" + title.toStdString(); // Other fields have the same words.
        score.addEvent(score.tracks.front().id, metaEvent({}, Meta::Text, rhythm));
        const auto written = writeAbc(score);
        QVERIFY(written);
        const auto read = readAbc(written->text, "t");
        QVERIFY(read);
        QCOMPARE(QString::fromStdString(read->front().title), title);
        const std::vector<Event>& events = read->front().score.tracks.front().events;
        QVERIFY(std::any_of(events.begin(), events.end(), [&](const Event& event) {
            return event.isMeta(Meta::Text) && event.payload.text() == rhythm;
        }));
        QCOMPARE(notesText(read->front().score.tracks.front().notes),
                 notesText(score.tracks.front().notes));
    }

    void whatCannotBeWrittenIsRefused_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("id");
        QTest::newRow("no tracks") << 0 << "abc.nothing-to-write";
        QTest::newRow("no notes") << 1 << "abc.nothing-to-write";
        QTest::newRow("film frames") << 2 << "abc.no-beats";
        QTest::newRow("no such track") << 3 << "abc.no-such-track";
        QTest::newRow("no grid") << 4 << "abc.bad-grid";
        QTest::newRow("ages of silence") << 5 << "abc.too-long";
        QTest::newRow("bars shorter than notes") << 6 << "abc.too-long";
        QTest::newRow("more notes than are read") << 7 << "abc.too-long";
    }

    void whatCannotBeWrittenIsRefused()
    {
        QFETCH(const int, kind);
        QFETCH(const QString, id);
        Score score;
        AbcWriteOptions options;
        if (kind > 0)
            score.addTrack();
        if (kind > 1)
            score.addNote(1, {.start = {kind == 5 ? std::int64_t{1} << 40 : 0},
                              .length = {kind == 6 ? std::int64_t{40'000} * 3840 : 960},
                              .pitch = {60}});
        if (kind == 2)
            score.smpte = SmpteDivision{};
        if (kind == 3)
            options.track = 7;
        if (kind == 4)
            options.stepsPerQuarter = 0;
        if (kind == 6)
            score.addEvent(1, timeSignatureEvent({}, 1, 1024));
        if (kind == 7) {
            Track& track = score.tracks.front();
            track.notes.clear();
            for (int i = 0; i < 290'000; ++i)
                track.notes.push_back(
                    {.start = {i * 240}, .length = {240}, .id = score.nextId++, .pitch = {60}});
            track.end = track.notes.back().end();
        }
        const auto written = writeAbc(score, options);
        QVERIFY(!written);
        QCOMPARE(QString::fromStdString(written.error().id), id);
    }
};

QTEST_APPLESS_MAIN(TestWriteAbc)
#include "tst_write_abc.moc"
