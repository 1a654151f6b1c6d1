// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/random.h"
#include "core/encode/event.h"
#include "tests/core/encode/event_tokens.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace continuo;

namespace {

EventEncoding encodingOf(const char* options)
{
    return EventEncoding(eventOptionsFromJson(options).value());
}

Score tune(const std::string& text)
{
    return readAbc(text, "test").value().at(0).score;
}

Note noteAt(std::int64_t start, std::int64_t length, int pitch, int velocity = 90, int channel = 0)
{
    Note note;
    note.start = {start};
    note.length = {length};
    note.pitch = {static_cast<std::uint8_t>(pitch)};
    note.velocity = static_cast<std::uint8_t>(velocity);
    note.channel = static_cast<std::uint8_t>(channel);
    return note;
}

/// A bar of 4/4 for piano with two hands, bass and drums.
Score band()
{
    Score score;
    score.ticksPerQuarter = 480;
    const TrackId right = score.addTrack().id;
    score.addNote(right, noteAt(0, 960, 72, 100, 3));
    score.addNote(right, noteAt(960, 960, 74, 100, 3));
    const TrackId left = score.addTrack().id;
    score.addNote(left, noteAt(0, 1920, 48, 60, 4));
    const TrackId bass = score.addTrack().id;
    score.addEvent(bass, programChange({}, 1, 33));
    score.addNote(bass, noteAt(960, 480, 36, 80, 1));
    const TrackId drums = score.addTrack().id;
    score.addNote(drums, noteAt(0, 120, 36, 127, kDrumChannel));
    score.addNote(drums, noteAt(0, 120, 42, 64, kDrumChannel));
    return score;
}

std::string itemsOf(const LossReport& report)
{
    std::string text;
    for (const LossReport::Item& item : report.items)
        text += (text.empty() ? "" : " ") + item.id + ":" + std::to_string(item.count);
    return text;
}

/// A sequence that keeps to the grammar, drawn by chance, up to a whole note after `length`
/// symbols.
std::vector<Token> randomEvents(const EventEncoding& encoding, std::uint64_t seed,
                                std::size_t length)
{
    const CounterRandom random(seed, CounterRandom::Domain::Sampling);
    ReaderOptions options;
    options.mayBeginSilent = false;
    options.bar = {4 * kDefaultTicksPerQuarter};
    const auto reader = encoding.reader({}, options);
    std::vector<Token> tokens;
    while (tokens.size() < length ||
           encoding.symbols().type(tokens.back()) != EventType::Duration) {
        const std::vector<std::uint8_t> may = reader->mayFollow();
        // Kinds first, so that the many positions do not crowd out the rest.
        std::map<EventType, std::vector<Token>> kinds;
        for (Token token = 0; token < encoding.vocabulary().size(); ++token) {
            if (may[static_cast<std::size_t>(token)] != 0)
                kinds[encoding.symbols().type(token)].push_back(token);
        }
        const auto step = static_cast<std::uint32_t>(tokens.size());
        auto kind = kinds.begin();
        std::advance(kind, static_cast<std::ptrdiff_t>(random.below(kinds.size(), step, 1)));
        tokens.push_back(kind->second[random.below(kind->second.size(), step, 2)]);
        reader->read(tokens.back());
    }
    return tokens;
}

} // namespace

class TestEventEncoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vocabularyIsThatOfMidiTok();
    void writes_data();
    void writes();
    void writesEveryTrackWithItsInstrument();
    void saysWhatItLoses_data();
    void saysWhatItLoses();
    void refuses_data();
    void refuses();
    void whatFollowsTheGrammarComesBack_data();
    void whatFollowsTheGrammarComesBack();
    void nonsenseIsReadAsFarAsItGoes();
    void grammar_data();
    void grammar();
    void anAnswerGoesOnInTheOpenBar();
    void readsVelocitiesAndInstruments();
    void bringsToTheCommonKeyAllButDrums();
    void namesTheNotesItSays();
    void optionsAreChecked();
};

void TestEventEncoding::vocabularyIsThatOfMidiTok()
{
    const EventEncoding encoding = encodingOf("{}");
    const Vocabulary& vocabulary = encoding.vocabulary();
    const EventSymbols& symbols = encoding.symbols();
    QCOMPARE(vocabulary.size(), 3 + 88 + 32 + 144 + 180 + 61 + 129 + 42);
    QCOMPARE(vocabulary.symbol(0).name, std::string("PAD_None"));
    QCOMPARE(vocabulary.find(SymbolKind::End), std::optional<Token>(1));
    QCOMPARE(vocabulary.find(SymbolKind::Bar), std::optional<Token>(2));
    QCOMPARE(vocabulary.find(Pitch{60}), vocabulary.find("Pitch_60"));
    QCOMPARE(vocabulary.symbol(symbols.duration(1)).name, std::string("Duration_0.1.12"));
    QCOMPARE(vocabulary.symbol(symbols.duration(18)).name, std::string("Duration_1.6.12"));
    QCOMPARE(vocabulary.symbol(symbols.program(-1)).name, std::string("Program_-1"));
    QCOMPARE(vocabulary.symbol(symbols.drum(42)).name, std::string("PitchDrum_42"));
    QCOMPARE(vocabulary.symbol(vocabulary.size() - 1).name, std::string("TimeSig_15/16"));
    // 127·i/32 rounded down, the nearest; of two the louder.
    for (const auto& [loud, name] : std::map<int, const char*>{
             {1, "Velocity_3"}, {5, "Velocity_7"}, {90, "Velocity_91"}, {127, "Velocity_127"}})
        QCOMPARE(vocabulary.symbol(symbols.velocity(loud)).name, std::string(name));
    for (Token token = 0; token < vocabulary.size(); ++token) {
        const SymbolKind kind = vocabulary.symbol(token).kind;
        QCOMPARE(kind == SymbolKind::Pitch, symbols.type(token) == EventType::Pitch);
        QCOMPARE(vocabulary.find(vocabulary.symbol(token).name), std::optional<Token>(token));
    }
    const auto json = nlohmann::json::parse(encoding.midiTokJson());
    QCOMPARE(json["tokenization"].get<std::string>(), std::string("REMI"));
    QCOMPARE(json["vocabulary"].size(), static_cast<std::size_t>(vocabulary.size()));
    QCOMPARE(json["vocabulary"]["Pitch_21"].get<int>(), 3);
    QCOMPARE(json["config"]["beat_res"]["0_12"].get<int>(), 12);
    QCOMPARE(json["config"]["pitch_range"][1].get<int>(), 108);
}

void TestEventEncoding::writes_data()
{
    QTest::addColumn<QByteArray>("abc");
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<QByteArray>("names");
    const QByteArray plain = R"({"positionsPerBeat": 4, "velocities": 0, "programs": false})";
    QTest::newRow("rests and bars")
        << QByteArray("M:3/4\nL:1/4\nK:C\nC z E|z3|G3|") << plain
        << QByteArray("Bar_None TimeSig_3/4 Position_0 Pitch_60 Duration_1.0.4 "
                      "Position_8 Pitch_64 Duration_1.0.4 Bar_None TimeSig_3/4 "
                      "Bar_None TimeSig_3/4 Position_0 Pitch_67 Duration_3.0.4 EOS_None");
    QTest::newRow("eighths are the beat")
        << QByteArray("M:6/8\nL:1/8\nK:C\nC3 E2 F|") << plain
        << QByteArray("Bar_None TimeSig_6/8 Position_0 Pitch_60 Duration_3.0.4 Position_12 "
                      "Pitch_64 Duration_2.0.4 Position_20 Pitch_65 Duration_1.0.4 EOS_None");
    QTest::newRow("chord, velocity, instrument")
        << QByteArray("M:4/4\nL:1/4\nK:C\n[CEG]4|")
        << QByteArray(R"({"positionsPerBeat": 1, "velocities": 2, "longestBeats": 4})")
        << QByteArray("Bar_None TimeSig_4/4 Position_0 Program_0 Pitch_60 Velocity_63 "
                      "Duration_4.0.1 Program_0 Pitch_64 Velocity_63 Duration_4.0.1 Program_0 "
                      "Pitch_67 Velocity_63 Duration_4.0.1 EOS_None");
    QTest::newRow("cut time has quarters for beats")
        << QByteArray("M:2/2\nL:1/4\nK:C\nC2 E2|") << plain
        << QByteArray("Bar_None TimeSig_4/4 Position_0 Pitch_60 Duration_2.0.4 Position_8 "
                      "Pitch_64 Duration_2.0.4 EOS_None");
    QTest::newRow("a pickup is a short bar")
        << QByteArray("M:4/4\nL:1/4\nK:C\nG|c4|") << plain
        << QByteArray("Bar_None TimeSig_1/4 Position_0 Pitch_67 Duration_1.0.4 Bar_None "
                      "TimeSig_4/4 Position_0 Pitch_72 Duration_4.0.4 EOS_None");
    QTest::newRow("triplets") << QByteArray("M:2/4\nL:1/8\nK:C\n(3CDE F2|")
                              << QByteArray(R"({"velocities": 0, "programs": false})")
                              << QByteArray("Bar_None TimeSig_2/4 Position_0 Pitch_60 "
                                            "Duration_0.4.12 Position_4 Pitch_62 Duration_0.4.12 "
                                            "Position_8 Pitch_64 Duration_0.4.12 Position_12 "
                                            "Pitch_65 Duration_1.0.12 EOS_None");
}

void TestEventEncoding::writes()
{
    QFETCH(QByteArray, abc);
    QFETCH(QByteArray, options);
    QFETCH(QByteArray, names);
    const EventEncoding encoding = encodingOf(options.constData());
    const EncodedPiece piece = encoding.encode(tune("X:1\n" + abc.toStdString()), {}).value();
    QCOMPARE(QByteArray::fromStdString(namesOf(encoding, piece.tokens)), names);
}

void TestEventEncoding::writesEveryTrackWithItsInstrument()
{
    const EventEncoding encoding =
        encodingOf(R"({"positionsPerBeat": 4, "velocities": 127, "longestBeats": 4})");
    const EncodedPiece piece = encoding.encode(band(), {}).value();
    QCOMPARE(namesOf(encoding, piece.tokens),
             std::string("Bar_None TimeSig_4/4 "
                         "Position_0 Program_0 Pitch_48 Velocity_60 Duration_4.0.4 "
                         "Program_0 Pitch_72 Velocity_100 Duration_2.0.4 "
                         "Program_-1 PitchDrum_36 Velocity_127 Duration_0.1.4 "
                         "Program_-1 PitchDrum_42 Velocity_64 Duration_0.1.4 "
                         "Position_8 Program_0 Pitch_74 Velocity_100 Duration_2.0.4 "
                         "Program_33 Pitch_36 Velocity_80 Duration_1.0.4 EOS_None"));
    QVERIFY(piece.report.items.empty());
    QCOMPARE(piece.report.notes, std::size_t{6});
    const std::vector<EncodedVoice> voices{
        {0, 0, 3, 3}, {33, 2, 1, 1}, {EventSymbols::kDrums, 3, kDrumChannel, 2}};
    QCOMPARE(piece.voices, voices);
    QCOMPARE(piece.track, std::size_t{0});
    QCOMPARE(piece.end, Tick{1920});

    const EventEncoding one =
        encodingOf(R"({"positionsPerBeat": 4, "velocities": 0, "programs": false})");
    const EncodedPiece without = one.encode(band(), {}).value();
    QCOMPARE(namesOf(one, without.tokens),
             std::string("Bar_None TimeSig_4/4 Position_0 Pitch_48 Duration_4.0.4 Pitch_72 "
                         "Duration_2.0.4 Position_8 Pitch_36 Duration_1.0.4 Pitch_74 "
                         "Duration_2.0.4 EOS_None"));
    QCOMPARE(itemsOf(without.report), std::string("drums:2"));

    const EventEncoding line = encodingOf(
        R"({"positionsPerBeat": 4, "velocities": 0, "programs": false, "tracks": "melody"})");
    QCOMPARE(namesOf(line, line.encode(band(), {}).value().tokens),
             std::string("Bar_None TimeSig_4/4 Position_0 Pitch_72 Duration_2.0.4 Position_8 "
                         "Pitch_74 Duration_2.0.4 EOS_None"));
}

void TestEventEncoding::saysWhatItLoses_data()
{
    QTest::addColumn<QByteArray>("notes"); // "start length pitch velocity channel; …"
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<QByteArray>("items");
    const QByteArray four = R"({"positionsPerBeat": 4, "velocities": 127})";
    QTest::newRow("nothing") << QByteArray("0 480 60 90 0") << four << QByteArray();
    QTest::newRow("moved") << QByteArray("10 470 60 90 0") << four
                           << QByteArray("moved:1 lengthened:1");
    QTest::newRow("shortened") << QByteArray("0 490 60 90 0") << four << QByteArray("shortened:1");
    QTest::newRow("too long") << QByteArray("0 7680 60 90 0") << four << QByteArray("shortened:1");
    QTest::newRow("outside") << QByteArray("0 480 60 90 0;0 480 20 90 0;0 480 26 90 9") << four
                             << QByteArray("outside-range:2");
    QTest::newRow("twice") << QByteArray("0 480 60 90 0;0 960 60 90 1") << four
                           << QByteArray("same-note:1");
    QTest::newRow("loudness") << QByteArray("0 480 60 90 0;480 480 60 127 0")
                              << QByteArray(R"({"positionsPerBeat": 4, "velocities": 8})")
                              << QByteArray("velocity:1");
}

void TestEventEncoding::saysWhatItLoses()
{
    QFETCH(QByteArray, notes);
    QFETCH(QByteArray, options);
    QFETCH(QByteArray, items);
    Score score;
    score.ticksPerQuarter = 480;
    const TrackId track = score.addTrack().id;
    for (const QByteArray& text : notes.split(';')) {
        const QList<QByteArray> part = text.split(' ');
        score.addNote(track, noteAt(part[0].toInt(), part[1].toInt(), part[2].toInt(),
                                    part[3].toInt(), part[4].toInt()));
    }
    const EncodedPiece piece = encodingOf(options.constData()).encode(score, {}).value();
    QCOMPARE(QByteArray::fromStdString(itemsOf(piece.report)), items);
}

void TestEventEncoding::refuses_data()
{
    QTest::addColumn<Score>("score");
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<QByteArray>("id");
    Score empty;
    empty.addTrack();
    QTest::newRow("nothing") << empty << QByteArray("{}") << QByteArray("encode.empty");
    Score drums;
    drums.addNote(drums.addTrack().id, noteAt(0, 960, 40, 90, kDrumChannel));
    QTest::newRow("drums alone without programs")
        << drums << QByteArray(R"({"programs": false})") << QByteArray("encode.empty");
    Score film = drums;
    film.smpte = SmpteDivision{};
    QTest::newRow("film frames") << film << QByteArray("{}") << QByteArray("encode.smpte");
    Score low;
    low.addNote(low.addTrack().id, noteAt(0, 960, 10));
    QTest::newRow("outside") << low << QByteArray("{}") << QByteArray("encode.outside-range");
    Score far;
    const TrackId track = far.addTrack().id;
    far.addNote(track, noteAt(0, 960, 60));
    far.addNote(track, noteAt(std::int64_t{960} * 4 * 300'000, 960, 60));
    QTest::newRow("one wrong time") << far << QByteArray("{}") << QByteArray("encode.too-long");
}

void TestEventEncoding::refuses()
{
    QFETCH(Score, score);
    QFETCH(QByteArray, options);
    QFETCH(QByteArray, id);
    const auto piece = encodingOf(options.constData()).encode(score, {});
    QVERIFY(!piece);
    QCOMPARE(QByteArray::fromStdString(piece.error().id), id);
    QCOMPARE(piece.error().kind, ErrorKind::Refused);
}

void TestEventEncoding::whatFollowsTheGrammarComesBack_data()
{
    QTest::addColumn<QByteArray>("options");
    QTest::newRow("default") << QByteArray("{}");
    QTest::newRow("one line") << QByteArray(
        R"({"programs": false, "velocities": 0, "positionsPerBeat": 4, "low": 50, "high": 60})");
    QTest::newRow("few velocities") << QByteArray(R"({"velocities": 3, "longestBeats": 64})");
    QTest::newRow("one place a beat") << QByteArray(R"({"positionsPerBeat": 1})");
}

/// Any grammatical sequence is the encoding of the score it says: note for note, symbol for symbol.
void TestEventEncoding::whatFollowsTheGrammarComesBack()
{
    QFETCH(QByteArray, options);
    const EventEncoding encoding = encodingOf(options.constData());
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const std::vector<Token> tokens = randomEvents(encoding, seed, 300);
        const Score score = scoreOfEvents(encoding, tokens);
        const EncodedPiece again = encoding.encode(score, {.withEnd = false}).value();
        QCOMPARE(namesOf(encoding, again.tokens), namesOf(encoding, tokens));
        QVERIFY2(again.report.items.empty(), again.report.text().c_str());
        QCOMPARE(encoding.decode(tokens, {}).size(), score.noteCount());
    }
}

void TestEventEncoding::nonsenseIsReadAsFarAsItGoes()
{
    const EventEncoding encoding = encodingOf("{}");
    const CounterRandom random(3, CounterRandom::Domain::Sampling);
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        const auto reader = encoding.reader({}, {});
        Tick last{};
        for (std::uint32_t step = 0; step < 200; ++step) {
            const auto may = reader->mayFollow();
            QVERIFY(std::ranges::count(may, 1) > 0);
            QCOMPARE(may[0], std::uint8_t{0});
            QCOMPARE(may[1], std::uint8_t{0});
            const auto token = static_cast<Token>(
                2 + random.below(static_cast<std::uint64_t>(encoding.vocabulary().size()) - 2,
                                 trial, step));
            for (const ReadNote& read : reader->read(token)) {
                QVERIFY(read.note.start >= last);
                QVERIFY(read.note.length.value > 0);
                QVERIFY(read.note.start <= reader->time());
                last = read.note.start;
            }
        }
    }
}

void TestEventEncoding::grammar_data()
{
    QTest::addColumn<QByteArray>("read");
    QTest::addColumn<QByteArray>("may"); // first and last allowed symbol of each kind
    const QByteArray bar = "Bar_None TimeSig_3/4";
    QTest::newRow("a piece begins with a bar") << QByteArray() << QByteArray("Bar_None");
    QTest::newRow("a bar says its meter")
        << QByteArray("Bar_None") << QByteArray("TimeSig_1/4..TimeSig_15/16");
    QTest::newRow("the first bar sounds") << bar << QByteArray("Position_0..Position_5");
    QTest::newRow("a position has a note")
        << bar + " Position_3" << QByteArray("Program_0..Program_-1");
    QTest::newRow("a note has a key")
        << bar + " Position_3 Program_7" << QByteArray("Pitch_60..Pitch_72");
    QTest::newRow("drums have their own")
        << bar + " Position_3 Program_-1" << QByteArray("PitchDrum_27..PitchDrum_87");
    QTest::newRow("a velocity") << bar + " Position_3 Program_7 Pitch_60"
                                << QByteArray("Velocity_63..Velocity_127");
    QTest::newRow("a length up to two bars") << bar + " Position_3 Program_7 Pitch_60 Velocity_63"
                                             << QByteArray("Duration_0.1.2..Duration_6.0.2");
    QTest::newRow("notes rise, then the bar goes on")
        << bar + " Position_3 Program_7 Pitch_60 Velocity_63 Duration_1.0.2"
        << QByteArray("Bar_None Position_4..Position_5 Program_7..Program_-1");
    QTest::newRow("keys of one instrument rise")
        << bar + " Position_3 Program_7 Pitch_60 Velocity_63 Duration_1.0.2 Program_7"
        << QByteArray("Pitch_61..Pitch_72");
    QTest::newRow("nothing is above the highest")
        << bar + " Position_5 Program_7 Pitch_72 Velocity_63 Duration_1.0.2"
        << QByteArray("Bar_None Program_8..Program_-1");
    QTest::newRow("the meter stays")
        << bar + " Position_5 Program_7 Pitch_72 Velocity_63 Duration_1.0.2 Bar_None"
        << QByteArray("TimeSig_3/4");
    QTest::newRow("one bar may be silent")
        << bar + " Position_5 Program_7 Pitch_72 Velocity_63 Duration_1.0.2 " + bar
        << QByteArray("Bar_None Position_0..Position_5");
    QTest::newRow("two may not")
        << bar + " Position_5 Program_7 Pitch_72 Velocity_63 Duration_1.0.2 " + bar + " " + bar
        << QByteArray("Position_0..Position_5");
}

void TestEventEncoding::grammar()
{
    QFETCH(QByteArray, read);
    QFETCH(QByteArray, may);
    const EventEncoding encoding =
        encodingOf(R"({"positionsPerBeat": 2, "velocities": 2, "low": 60, "high": 72})");
    ReaderOptions options;
    options.bar = {3 * kDefaultTicksPerQuarter};
    options.mayBeginSilent = false;
    const auto reader = encoding.reader({}, options);
    for (const QByteArray& name : read.isEmpty() ? QList<QByteArray>() : read.split(' '))
        reader->read(encoding.vocabulary().find(name.toStdString()).value());
    const std::vector<std::uint8_t> allowed = reader->mayFollow();
    QByteArray text;
    for (Token token = 0; token < encoding.vocabulary().size();) {
        Token end = token;
        while (end < encoding.vocabulary().size() && allowed[static_cast<std::size_t>(end)] != 0 &&
               encoding.symbols().type(end) == encoding.symbols().type(token))
            ++end;
        if (end > token) {
            const auto nameOf = [&](Token each) {
                return QByteArray::fromStdString(encoding.vocabulary().symbol(each).name);
            };
            text += (text.isEmpty() ? "" : " ") + nameOf(token);
            if (end > token + 1)
                text += ".." + nameOf(end - 1);
        }
        token = std::max(end, token + 1);
    }
    QCOMPARE(text, may);
}

void TestEventEncoding::anAnswerGoesOnInTheOpenBar()
{
    const EventEncoding encoding =
        encodingOf(R"({"positionsPerBeat": 4, "velocities": 0, "programs": false})");
    // Two beats of a bar that begins at 3840 and of which the answer leaves out a third.
    Score score = tune("X:1\nM:4/4\nL:1/4\nK:C\nz4|C E|");
    EncodeOptions prompt;
    prompt.withEnd = false;
    prompt.until = Tick{3840 + 3 * 960};
    const EncodedPiece piece = encoding.encode(score, prompt).value();
    QCOMPARE(piece.origin, Tick{3840});
    QCOMPARE(piece.end, Tick{3840 + 3 * 960});
    ReaderOptions options;
    options.decode.origin = piece.end;
    options.beforeStart = piece.origin;
    options.bar = {3840};
    const auto reader = encoding.reader(piece.tokens, options);
    QCOMPARE(reader->time(), piece.end);
    const auto may = reader->mayFollow();
    const auto isAllowed = [&](const char* name) {
        return may[static_cast<std::size_t>(encoding.vocabulary().find(name).value())] != 0;
    };
    QVERIFY(!isAllowed("Position_11"));
    QVERIFY(isAllowed("Position_12"));
    QVERIFY(isAllowed("Bar_None"));
    QVERIFY(!isAllowed("Pitch_67"));
    const auto read = [&](const char* name) {
        return reader->read(encoding.vocabulary().find(name).value());
    };
    read("Position_14");
    read("Pitch_67");
    const auto notes = read("Duration_1.0.4");
    QCOMPARE(notes.size(), std::size_t{1});
    QCOMPARE(notes[0].note.start, Tick{3840 + 14 * 240});
    QCOMPARE(notes[0].note.length, Tick{960});
    QCOMPARE(notes[0].token, std::size_t{1});
    QVERIFY(notes[0].isOwnSymbol);
    read("Bar_None");
    read("TimeSig_4/4");
    QCOMPARE(reader->time(), Tick{2 * 3840});

    // Silence beyond the bar is written as bars; where it ends on a line, a bar comes next.
    prompt.until = Tick{4 * 3840};
    const EncodedPiece silent = encoding.encode(score, prompt).value();
    QVERIFY(
        namesOf(encoding, silent.tokens).ends_with("Bar_None TimeSig_4/4 Bar_None TimeSig_4/4"));
    options.decode.origin = silent.end;
    const auto next = encoding.reader(silent.tokens, options)->mayFollow();
    QCOMPARE(std::ranges::count(next, 1), 1);
    QCOMPARE(next[static_cast<std::size_t>(encoding.symbols().bar())], std::uint8_t{1});
}

void TestEventEncoding::readsVelocitiesAndInstruments()
{
    const EventEncoding encoding = encodingOf(R"({"velocities": 127})");
    const EncodedPiece piece = encoding.encode(band(), {}).value();
    DecodeOptions options;
    options.ticksPerQuarter = 480;
    options.semitones = 2;
    const auto reader = encoding.reader({}, {.decode = options});
    QByteArray text;
    for (const Token token : piece.tokens) {
        for (const ReadNote& read : reader->read(token)) {
            QVERIFY(read.hasVelocity);
            text += QByteArray::number(read.program.value()) + ":" +
                    QByteArray::number(read.note.pitch.value) + "@" +
                    QByteArray::number(qlonglong{read.note.start.value}) + "v" +
                    QByteArray::number(read.note.velocity) + "c" +
                    QByteArray::number(read.note.channel) + " ";
        }
    }
    QCOMPARE(text.trimmed(), QByteArray("0:50@0v60c0 0:74@0v100c0 -1:36@0v127c9 -1:42@0v64c9 "
                                        "0:76@960v100c0 33:38@960v80c1"));
    QCOMPARE(encoding.timeAfter(piece.tokens, {}), Tick{4 * kDefaultTicksPerQuarter});
}

void TestEventEncoding::bringsToTheCommonKeyAllButDrums()
{
    const EventEncoding encoding =
        encodingOf(R"({"transpose": true, "velocities": 0, "positionsPerBeat": 4})");
    Score score = tune("X:1\nM:4/4\nL:1/4\nK:D\nDFAd|ABcd|D4|");
    score.addNote(score.tracks[0].id, noteAt(0, 960, 38, 90, kDrumChannel));
    const EncodedPiece piece = encoding.encode(score, {}).value();
    QCOMPARE(piece.semitones, -2);
    QCOMPARE(keyName(piece.key.value()), std::string("D major"));
    const std::string names = namesOf(encoding, piece.tokens);
    QVERIFY(names.starts_with("Bar_None TimeSig_4/4 Position_0 Program_0 Pitch_60 Duration_1.0.4 "
                              "Program_-1 PitchDrum_38"));
}

void TestEventEncoding::namesTheNotesItSays()
{
    for (const char* name : {"grid", "event"}) {
        const auto encoding = makeEncoding(name, "{}").value();
        const Score score = tune("X:1\nM:4/4\nL:1/8\nK:G\nGABc d2 z2|(3efg f4 e2|");
        const EncodedPiece piece = encoding->encode(score, {}).value();
        QVERIFY(!piece.said.empty());
        for (const SaidNote& said : piece.said) {
            const auto note = std::ranges::find(score.tracks[0].notes, said.note, &Note::id);
            QVERIFY(note != score.tracks[0].notes.end());
            const std::vector<Pitch> pitches = encoding->pitchesOf(piece.tokens[said.token]);
            QCOMPARE(pitches.size(), std::size_t{1});
            QCOMPARE(pitches[0].value, note->pitch.value + piece.semitones);
        }
    }
}

void TestEventEncoding::optionsAreChecked()
{
    for (const char* bad : {R"({"velocities": 128})", R"({"low": 60, "high": 50})",
                            R"({"tracks": "some"})", R"({"positionsPerBeat": 0})"}) {
        const auto options = eventOptionsFromJson(bad);
        QVERIFY2(!options, bad);
        QCOMPARE(options.error().id, std::string("encode.bad-option"));
    }
    const auto encoding = makeEncoding("event", R"({"low": 40, "programs": false})").value();
    const auto again = makeEncoding("event", encoding->optionsJson()).value();
    QCOMPARE(again->vocabulary(), encoding->vocabulary());
    QVERIFY(makeEncoding("event", 1, encoding->optionsJson(), encoding->vocabulary()));
    QVERIFY(!makeEncoding("event", 1, "{}", encoding->vocabulary()));
}

QTEST_APPLESS_MAIN(TestEventEncoding)
#include "tst_event_encoding.moc"
