// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/encode/grid.h"

#include <QTest>

#include <algorithm>
#include <sstream>
#include <string>

using namespace continuo;

namespace {

/// One track of notes written as "C4:480 rest:240 E4+G4:480": pitch names joined by + sound
/// together, lengths in ticks.
Score scoreOf(const std::string& text, int ticksPerQuarter = 480, Tick start = {})
{
    Score score;
    score.ticksPerQuarter = ticksPerQuarter;
    const TrackId track = score.addTrack().id;
    std::istringstream words(text);
    std::string word;
    Tick now = start;
    while (words >> word) {
        const auto colon = word.find(':');
        const Tick length{std::stoll(word.substr(colon + 1))};
        std::istringstream names(word.substr(0, colon));
        std::string name;
        while (std::getline(names, name, '+')) {
            if (name == "rest")
                continue;
            Note note;
            note.start = now;
            note.length = length;
            note.pitch = parsePitch(name).value();
            score.addNote(track, note);
        }
        now += length;
    }
    return score;
}

std::string textOf(const Encoding& encoding, const std::vector<Token>& tokens)
{
    std::string text;
    for (const Token token : tokens) {
        if (!text.empty())
            text += ' ';
        const Symbol& symbol = encoding.vocabulary().symbol(token);
        text += symbol.kind == SymbolKind::Hold   ? "_"
                : symbol.kind == SymbolKind::Rest ? "."
                                                  : symbol.name;
    }
    return text;
}

std::string textOf(const LossReport& report)
{
    std::string text;
    for (const auto& item : report.items)
        text += item.id + '=' + std::to_string(item.count) + ' ';
    return text.empty() ? text : text.substr(0, text.size() - 1);
}

struct PlainNote
{
    Tick start{};
    Tick length{};
    int pitch = 0;
    friend bool operator==(const PlainNote&, const PlainNote&) = default;
};

std::vector<PlainNote> plain(const std::vector<Note>& notes)
{
    std::vector<PlainNote> result;
    for (const Note& note : notes)
        result.push_back({note.start, note.length, note.pitch.value});
    return result;
}

std::shared_ptr<const Encoding> gridOf(const std::string& options)
{
    auto encoding = makeEncoding("grid", options);
    return encoding ? *encoding : nullptr;
}

std::uint32_t number(std::size_t value)
{
    return static_cast<std::uint32_t>(value);
}

} // namespace

class TestGrid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rareNotesHaveNoSymbol()
    {
        const std::string options =
            R"({"transpose": false, "rest": false, "hold": false, "grid": "1/4",
                                       "equalDurations": true, "rareBelow": 3})";
        const std::vector<Score> pieces{scoreOf("C5:480 D5:480 C5:480 E5:480"),
                                        scoreOf("C5:480 D5:480 D5:480 F#5:480")};
        const auto fitted = fitEncoding("grid", options, pieces);
        QVERIFY(fitted);
        QCOMPARE((*fitted)->vocabulary().size(), 3); // C5, D5, end
        const auto piece = (*fitted)->encode(scoreOf("C5:480 D5:480 F#5:480"), {});
        QVERIFY(piece);
        QCOMPARE(textOf(**fitted, piece->tokens), std::string("C5 D5 end"));
        QCOMPARE(textOf(piece->report), std::string("rare=1"));
        QVERIFY(piece->report.text().find("F#5") != std::string::npos);
        QCOMPARE((*fitted)->encode(scoreOf("F#5:480"), {}).error().id,
                 std::string("encode.outside-range"));

        // The list travels in the options: a model's encoding counts no more.
        const auto again = makeEncoding("grid", (*fitted)->optionsJson());
        QVERIFY(again && (*again)->vocabulary() == (*fitted)->vocabulary());
        QVERIFY((*again)->fit() == nullptr);
        QVERIFY(makeEncoding("grid", 1, (*fitted)->optionsJson(), (*fitted)->vocabulary()));

        // The commonest stays whatever is asked for, and without pieces nothing is rare.
        const auto strict =
            fitEncoding("grid", R"({"transpose": false, "rareBelow": 1000000})", pieces);
        QCOMPARE((*strict)->vocabulary().size(), 4);
        const auto unread = fitEncoding("grid", R"({"rareBelow": 3})", {});
        QCOMPARE((*unread)->vocabulary().size(), 40);
    }

    void vocabularyIsPitchesThenRestHoldEnd()
    {
        const auto encoding = gridOf("{}");
        const Vocabulary& vocabulary = encoding->vocabulary();
        QCOMPARE(vocabulary.size(), 40);
        QCOMPARE(vocabulary.symbol(0).name, std::string("F#3"));
        QCOMPARE(vocabulary.symbol(36).name, std::string("F#6"));
        QCOMPARE(vocabulary.symbol(37).name, std::string("rest"));
        QCOMPARE(vocabulary.symbol(38).name, std::string("hold"));
        QCOMPARE(vocabulary.symbol(39).name, std::string("end"));
        QCOMPARE(encoding->version(), 1);
    }

    void encodesAsWritten_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QByteArray>("piece");
        QTest::addColumn<QByteArray>("tokens");
        QTest::addColumn<QByteArray>("losses");
        const auto row = [](const char* name, const char* options, const char* piece,
                            const char* tokens, const char* losses) {
            QTest::newRow(name) << QByteArray(options) << QByteArray(piece) << QByteArray(tokens)
                                << QByteArray(losses);
        };
        const char* own = R"({"transpose": false, "grid": "1/8"})";
        row("quarters and eighths", own, "C5:480 D5:240 E5:240", "C5 _ D5 E5 end", "");
        row("rest between", own, "C5:240 rest:480 E5:240", "C5 . . E5 end", "");
        row("leading rest is not read", own, "rest:480 C5:240 E5:240", "C5 E5 end", "");
        row("repeated note", own, "C5:240 C5:240 C5:480", "C5 C5 C5 _ end", "");
        row("slightly short notes", own, "C5:470 rest:10 D5:230", "C5 _ D5 end", "lengthened=2");
        row("late note", own, "C5:250 D5:230", "C5 D5 end", "moved=1 shortened=1 lengthened=1");
        row("short note keeps one step", own, "C5:240 D5:60 rest:180 E5:240", "C5 D5 E5 end",
            "lengthened=1");
        row("grace note yields to the longer", own, "C5:240 D5:30 E5:210", "C5 E5 end",
            "same-step=1 moved=1 lengthened=1");
        row("triplets on the triplet grid", R"({"transpose": false, "grid": "1/12"})",
            "C5:160 D5:160 E5:160 F5:480", "C5 D5 E5 F5 _ _ end", "");
        row("quarter grid", R"({"transpose": false, "grid": "1/4"})", "C5:480 D5:960",
            "C5 D5 _ end", "");
        row("thirty-seconds", R"({"transpose": false, "grid": "1/32"})", "C5:60 D5:120",
            "C5 D5 _ end", "");
        row("without hold", R"({"transpose": false, "grid": "1/8", "hold": false})",
            "C5:480 D5:240 rest:240 E5:240", "C5 C5 D5 . E5 end", "");
        row("without hold repeated notes join",
            R"({"transpose": false, "grid": "1/8", "hold": false})", "C5:240 C5:240 D5:240",
            "C5 C5 D5 end", "joined=1");
        row("without rest the note lasts", R"({"transpose": false, "grid": "1/8", "rest": false})",
            "C5:240 rest:480 D5:240", "C5 _ _ D5 end", "lengthened=1");
        row("without end", R"({"transpose": false, "grid": "1/8", "end": false})", "C5:240 D5:240",
            "C5 D5", "");
        row("equal durations",
            R"({"transpose": false, "grid": "1/8", "equalDurations": true, "end": false})",
            "C5:480 rest:240 D5:240 E5:960", "C5 D5 E5", "rhythm=3");
        row("equal durations keep repeats",
            R"({"transpose": false, "grid": "1/8", "equalDurations": true})", "C5:240 C5:240",
            "C5 C5 end", "");
        row("chord: the highest", own, "C5+E5+G5:240 D5:240", "G5 D5 end", "not-melody=2");
        row("out of range moves by octaves", own, "C2:240 D2:240 E2:240", "C5 D5 E5 end", "");
        row("in range stays", own, "G3:240 A3:240", "G3 A3 end", "");
        row("too wide drops the fewest",
            R"({"transpose": false, "grid": "1/8", "low": 60, "high": 72})",
            "C5:240 D5:240 E5:240 C6:240", "C4 D4 E4 C5 end", "");
        row("what does not fit is dropped",
            R"({"transpose": false, "grid": "1/8", "low": 60, "high": 72})",
            "C4:240 D4:240 E5:240 F4:240", "C4 D4 . F4 end", "outside-range=1");
        row("to C major", R"({"grid": "1/8"})", "D4:240 E4:240 F#4:240 G4:240 A4:480 D4:480",
            "C5 D5 E5 F5 G5 _ C5 _ end", "");
        row("to A minor", R"({"grid": "1/8"})",
            "C5:480 D5:240 Eb5:240 F5:240 G5:480 G5:240 Eb5:480 C5:960",
            "A4 _ B4 C5 D5 E5 _ E5 C5 _ A4 _ _ _ end", "");
    }
    void encodesAsWritten()
    {
        QFETCH(QByteArray, options);
        QFETCH(QByteArray, piece);
        QFETCH(QByteArray, tokens);
        QFETCH(QByteArray, losses);
        const auto encoding = gridOf(options.toStdString());
        QVERIFY(encoding);
        const auto encoded = encoding->encode(scoreOf(piece.toStdString()), {});
        QVERIFY2(encoded, encoded ? "" : encoded.error().text.c_str());
        QCOMPARE(textOf(*encoding, encoded->tokens), tokens.toStdString());
        QCOMPARE(textOf(encoded->report), losses.toStdString());
    }

    void foldingKeepsNotesThatDroppingLoses()
    {
        const auto encoding =
            gridOf(R"({"transpose": false, "grid": "1/8", "low": 60, "high": 72})");
        EncodeOptions options;
        options.foldOutOfRange = true;
        const auto encoded = encoding->encode(scoreOf("C4:240 D4:240 E5:240 F4:240"), options);
        QVERIFY(encoded);
        QCOMPARE(textOf(*encoding, encoded->tokens), std::string("C4 D4 E4 F4 end"));
        QCOMPARE(encoded->report.items.at(0).text,
                 std::string("1 moved by octaves into C4–C5 (E5)"));
    }

    void theKeyCanBeGiven()
    {
        const auto encoding = gridOf("{}");
        EncodeOptions options;
        options.key = parseKey("F major");
        const auto encoded = encoding->encode(scoreOf("D5:480 E5:480 F#5:480"), options);
        QVERIFY(encoded);
        QVERIFY(encoded->key == options.key);
        QVERIFY((encoded->semitones + 5) % 12 == 0);
    }

    void promptsCarryNoEnd()
    {
        EncodeOptions options;
        options.withEnd = false;
        const auto encoding = gridOf(R"({"transpose": false, "grid": "1/8"})");
        const auto encoded = encoding->encode(scoreOf("C5:240"), options);
        QVERIFY(encoded);
        QCOMPARE(textOf(*encoding, encoded->tokens), std::string("C5"));
    }

    void theFirstTokenStandsAtTheFirstNote()
    {
        const auto encoding = gridOf(R"({"transpose": false, "grid": "1/8"})");
        const auto encoded = encoding->encode(scoreOf("C5:240", 480, Tick{730}), {});
        QVERIFY(encoded);
        QCOMPARE(encoded->origin.value, std::int64_t{720});
        QCOMPARE(encoded->end.value, std::int64_t{960});
        QCOMPARE(encoded->track, std::size_t{0});
    }

    void refusedPiecesSayWhy_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("id");
        QTest::newRow("no tracks") << 0 << QByteArray("encode.empty");
        QTest::newRow("only drums") << 1 << QByteArray("encode.empty");
        QTest::newRow("SMPTE") << 2 << QByteArray("encode.smpte");
        QTest::newRow("one wrong long time") << 3 << QByteArray("encode.too-long");
        QTest::newRow("times that would overflow") << 4 << QByteArray("encode.too-long");
    }
    void refusedPiecesSayWhy()
    {
        QFETCH(int, which);
        QFETCH(QByteArray, id);
        Score score;
        if (which > 0) {
            Note note;
            note.length = Tick{480};
            note.channel = which == 1 ? kDrumChannel : std::uint8_t{0};
            if (which >= 3) {
                score.addNote(score.addTrack().id, note);
                note.start = Tick{which == 3 ? std::int64_t{1} << 40 : std::int64_t{1} << 62};
                score.addNote(score.tracks[0].id, note);
            } else {
                score.addNote(score.addTrack().id, note);
            }
            if (which == 2)
                score.smpte = SmpteDivision{};
        }
        const auto encoded = gridOf("{}")->encode(score, {});
        QVERIFY(!encoded);
        QCOMPARE(encoded.error().id, id.toStdString());
        QCOMPARE(encoded.error().kind, ErrorKind::Refused);
    }

    void chordsAreRefusedWhereSkylineIsOff()
    {
        const auto encoding = gridOf(R"({"skyline": false})");
        QVERIFY(encoding->encode(scoreOf("C5:240 D5:240"), {}));
        const auto encoded = encoding->encode(scoreOf("C5+E5:240 D5:240"), {});
        QVERIFY(!encoded);
        QCOMPARE(encoded.error().id, std::string("encode.several-lines"));
    }

    void decodeReadsTokensOfNoMeaningAsSilence()
    {
        const auto encoding = gridOf(R"({"grid": "1/8"})");
        const Vocabulary& vocabulary = encoding->vocabulary();
        const auto token = [&](const char* name) {
            return vocabulary.find(std::string_view(name)).value();
        };
        const std::vector<Token> tokens{token("hold"), token("C5"),   token("rest"), token("hold"),
                                        token("D5"),   token("hold"), token("end"),  token("E5")};
        DecodeOptions options;
        options.ticksPerQuarter = 480;
        options.origin = Tick{480};
        options.semitones = -12;
        options.velocity = 70;
        options.channel = 3;
        const std::vector<Note> notes = encoding->decode(tokens, options);
        const std::vector<PlainNote> expected{{Tick{720}, Tick{240}, 60},
                                              {Tick{1440}, Tick{480}, 62}};
        QVERIFY(plain(notes) == expected);
        QCOMPARE(int(notes[0].velocity), 70);
        QCOMPARE(int(notes[0].channel), 3);
    }

    void tokenTimesAreGridLines()
    {
        const auto encoding = gridOf(R"({"grid": "1/12"})");
        QCOMPARE(encoding->tokenTime(1, 1024)->value, std::int64_t{341});
        QCOMPARE(encoding->tokenTime(3, 1024)->value, std::int64_t{1024});
        // From a line of the score's own grid the steps are lines, from anywhere else they are
        // counted from there.
        DecodeOptions options;
        options.ticksPerQuarter = 1024;
        options.origin = Tick{341};
        const std::vector<Token> one{0};
        QCOMPARE(encoding->timeAfter(one, options).value, std::int64_t{683});
        options.origin = Tick{340};
        QCOMPARE(encoding->timeAfter(one, options).value, std::int64_t{681});
    }

    /// Melodies on the grid and in range come back as they were, at any resolution, even one the
    /// grid does not divide.
    void gridMelodiesSurviveTheRoundTrip()
    {
        const CounterRandom random(1, CounterRandom::Domain::Test);
        for (std::uint32_t piece = 0; piece < 600; ++piece) {
            std::uint32_t draw = 0;
            const auto below = [&](std::uint64_t bound) {
                return random.below(bound, piece, ++draw);
            };
            constexpr std::array grids{4, 8, 16, 32, 6, 12, 24};
            constexpr std::array resolutions{24, 96, 100, 480, 960, 1024, 32767};
            GridOptions options;
            options.stepsPerWhole = grids[below(grids.size())];
            options.transpose = below(2) == 0;
            options.rest = below(4) > 0;
            options.hold = below(4) > 0;
            options.end = below(2) == 0;
            const GridEncoding encoding(options);
            Score score;
            score.ticksPerQuarter = resolutions[below(resolutions.size())];
            const TrackId track = score.addTrack().id;
            const auto line = [&](std::int64_t step) {
                return gridLine(step, std::int64_t{4} * score.ticksPerQuarter,
                                options.stepsPerWhole);
            };
            auto step = static_cast<std::int64_t>(below(40));
            const auto count = below(40) + 1;
            int last = -1;
            for (std::uint64_t i = 0; i < count; ++i) {
                // Two octaves and a half: fits the range in the octave that is chosen, whatever the
                // key.
                int pitch = 54 + static_cast<int>(below(25));
                // Without hold a repeated note is one long note: not what this test is about.
                if (!options.hold && pitch == last)
                    pitch = pitch == 54 ? 55 : pitch - 1;
                last = pitch;
                Note note;
                note.start = line(step);
                const auto length = static_cast<std::int64_t>(below(9)) + 1;
                note.length = line(step + length) - note.start;
                note.pitch.value = static_cast<std::uint8_t>(pitch);
                score.addNote(track, note);
                step += length + (options.rest ? static_cast<std::int64_t>(below(3)) : 0);
            }
            const auto encoded = encoding.encode(score, {});
            QVERIFY(encoded);
            QVERIFY2(encoded->report.items.empty(), encoded->report.text().c_str());
            DecodeOptions back;
            back.ticksPerQuarter = score.ticksPerQuarter;
            back.origin = encoded->origin;
            back.semitones = -encoded->semitones;
            QVERIFY(plain(encoding.decode(encoded->tokens, back)) == plain(score.tracks[0].notes));
        }
    }

    /// Of any notes at all: what decodes is what the report says is kept, and encoding it again
    /// changes nothing more.
    void aSecondEncodingLosesNothing()
    {
        const CounterRandom random(2, CounterRandom::Domain::Test);
        for (std::uint32_t piece = 0; piece < 300; ++piece) {
            GridOptions options;
            options.transpose = false;
            const GridEncoding encoding(options);
            Score score;
            score.ticksPerQuarter = 480;
            const TrackId track = score.addTrack().id;
            const auto count = number(random.below(60, piece, 0)) + 1;
            for (std::uint32_t i = 0; i < count; ++i) {
                Note note;
                note.start = Tick{static_cast<std::int64_t>(random.below(8000, piece, i, 1))};
                note.length = Tick{static_cast<std::int64_t>(random.below(900, piece, i, 2))};
                note.pitch.value = static_cast<std::uint8_t>(random.below(128, piece, i, 3));
                score.addNote(track, note);
            }
            const auto encoded = encoding.encode(score, {});
            if (!encoded)
                continue;
            DecodeOptions back;
            back.ticksPerQuarter = 480;
            back.origin = encoded->origin;
            Score again;
            again.ticksPerQuarter = 480;
            const TrackId line = again.addTrack().id;
            std::size_t lost = 0;
            for (const auto& item : encoded->report.items) {
                if (item.id == "not-melody" || item.id == "outside-range" || item.id == "same-step")
                    lost += item.count;
            }
            const std::vector<Note> notes = encoding.decode(encoded->tokens, back);
            QCOMPARE(notes.size() + lost, std::size_t{count});
            for (const Note& note : notes)
                again.addNote(line, note);
            const auto twice = encoding.encode(again, {});
            QVERIFY(twice);
            QVERIFY(twice->tokens == encoded->tokens);
            QVERIFY(twice->report.items.empty());
        }
    }

    /// A piece moved by n semitones gives the same tokens, also where its notes are as good in
    /// several keys.
    void movedPiecesGiveTheSameTokens_data()
    {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("major") << QByteArray("D5:480 E5:240 F#5:240 G5:480 A5:480 D5:960");
        QTest::newRow("minor") << QByteArray("A4:480 B4:240 C5:240 D5:480 E5:480 A4:960");
        QTest::newRow("one note") << QByteArray("C5:480");
        QTest::newRow("diminished: four keys alike") << QByteArray("B4:480 D5:480 F5:480 G#5:480");
        QTest::newRow("augmented: three keys alike") << QByteArray("C5:480 E5:480 G#5:480");
        QTest::newRow("whole tones: six keys alike")
            << QByteArray("C5:240 D5:240 E5:240 F#5:240 G#5:240 A#5:240");
        QTest::newRow("all twelve") << QByteArray("C5:240 C#5:240 D5:240 D#5:240 E5:240 F5:240 "
                                                  "F#5:240 G5:240 G#5:240 A5:240 A#5:240 B5:240");
    }
    void movedPiecesGiveTheSameTokens()
    {
        QFETCH(QByteArray, piece);
        const auto encoding = gridOf("{}");
        const Score score = scoreOf(piece.toStdString());
        const auto first = encoding->encode(score, {});
        QVERIFY(first);
        for (int move = -24; move <= 24; ++move) {
            Score moved = score;
            for (Note& note : moved.tracks[0].notes)
                note.pitch.value = static_cast<std::uint8_t>(note.pitch.value + move);
            const auto encoded = encoding->encode(moved, {});
            QVERIFY(encoded);
            QVERIFY(encoded->tokens == first->tokens);
            QCOMPARE(encoded->semitones + move, first->semitones);
        }
    }

    void aMillionNotesAreReadInOneGo()
    {
        Score score;
        score.ticksPerQuarter = 480;
        Track& track = score.addTrack();
        for (std::uint32_t i = 0; i < 1'000'000; ++i) {
            Note note;
            note.id = score.nextId++;
            note.start = Tick{std::int64_t{i} * 120};
            note.length = Tick{120};
            note.pitch.value = static_cast<std::uint8_t>(60 + i % 13);
            track.notes.push_back(note);
        }
        const auto encoding = gridOf("{}");
        const auto encoded = encoding->encode(score, {});
        QVERIFY(encoded);
        QCOMPARE(encoded->tokens.size(), std::size_t{1'000'001});
        QVERIFY(encoded->report.items.empty());
        DecodeOptions back;
        back.ticksPerQuarter = 480;
        back.semitones = -encoded->semitones;
        QVERIFY(plain(encoding->decode(encoded->tokens, back)) == plain(score.tracks[0].notes));
    }

    void aHundredThousandNotesAtOneTickAreOneStep()
    {
        Score score;
        Track& track = score.addTrack();
        for (std::uint32_t i = 0; i < 100'000; ++i) {
            Note note;
            note.id = score.nextId++;
            note.length = Tick{120};
            note.pitch.value = static_cast<std::uint8_t>(i % 128);
            track.notes.push_back(note);
        }
        const auto encoded = gridOf("{}")->encode(score, {});
        QVERIFY(encoded);
        QCOMPARE(encoded->tokens.size(), std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(TestGrid)
#include "tst_grid.moc"
