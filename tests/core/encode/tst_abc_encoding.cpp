// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/random.h"
#include "core/encode/abc.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

using namespace continuo;

namespace {

AbcEncoding abcOf(const char* json = "{}")
{
    return AbcEncoding(abcOptionsFromJson(json).value());
}

Score scoreOf(const std::string& abc)
{
    return readAbc(abc, "test").value().front().score;
}

std::string written(const AbcEncoding& encoding, const Score& score,
                    const EncodeOptions& options = {})
{
    const auto piece = encoding.encode(score, options);
    return piece ? encoding.textOf(piece->tokens) : piece.error().id;
}

EncodeOptions asPrompt(std::optional<Tick> until = {})
{
    EncodeOptions options;
    options.withEnd = false;
    options.until = until;
    return options;
}

std::string lossText(const LossReport& report)
{
    std::string text;
    for (const LossReport::Item& item : report.items)
        text += item.id + "=" + std::to_string(item.count) + " ";
    return text;
}

using Plain = std::vector<std::tuple<std::int64_t, std::int64_t, int>>;

Plain plain(const std::vector<Note>& notes)
{
    Plain list;
    for (const Note& note : notes)
        list.emplace_back(note.start.value, note.length.value, int(note.pitch.value));
    return list;
}

/// The first note that differs; empty where none does.
std::string difference(const std::vector<Note>& got, const std::vector<Note>& wanted)
{
    const Plain a = plain(got);
    const Plain b = plain(wanted);
    const auto text = [](const Plain& notes, std::size_t i) {
        if (i >= notes.size())
            return std::string("none");
        const auto& [start, length, pitch] = notes[i];
        return std::to_string(pitch) + "@" + std::to_string(start) + "+" + std::to_string(length);
    };
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        if (i >= a.size() || i >= b.size() || a[i] != b[i])
            return "note " + std::to_string(i) + " is " + text(a, i) + " instead of " + text(b, i);
    }
    return {};
}

DecodeOptions back(const Score& score, const EncodedPiece& piece)
{
    DecodeOptions options;
    options.ticksPerQuarter = score.ticksPerQuarter;
    options.origin = piece.origin;
    options.semitones = -piece.semitones;
    return options;
}

/// Notes told one symbol after another.
std::vector<Note> streamed(const AbcEncoding& encoding, std::span<const Token> before,
                           std::span<const Token> tokens, const DecodeOptions& options)
{
    const auto reader = encoding.reader(before, {.decode = options});
    std::vector<Note> notes;
    for (const Token token : tokens) {
        for (const ReadNote& each : reader->read(token))
            notes.push_back(each.note);
    }
    for (const ReadNote& each : reader->finish())
        notes.push_back(each.note);
    return notes;
}

/// A random line on a grid of `steps` a whole note, with rests, in a random meter, `lowest` keys
/// from both ends of MIDI.
Score randomLine(const CounterRandom& random, std::uint32_t piece, int steps, int ticksPerQuarter,
                 int lowest)
{
    std::uint32_t draw = 0;
    const auto below = [&](std::uint64_t bound) {
        return static_cast<std::int64_t>(random.below(bound, piece, ++draw));
    };
    constexpr std::array<Meter, 6> meters{{{4, 4}, {3, 4}, {6, 8}, {2, 2}, {5, 8}, {9, 8}}};
    Score score;
    score.ticksPerQuarter = ticksPerQuarter;
    const TrackId track = score.addTrack().id;
    const auto line = [&](std::int64_t step) {
        return gridLine(step, std::int64_t{4} * ticksPerQuarter, steps);
    };
    const Meter meter = meters[static_cast<std::size_t>(below(meters.size()))];
    score.addEvent(track, timeSignatureEvent(Tick{}, meter.numerator, meter.denominator));
    score.addEvent(track,
                   keySignatureEvent(Tick{}, static_cast<int>(below(15)) - 7, below(2) == 0));
    std::int64_t step = below(40);
    for (std::int64_t i = 0, count = 1 + below(40); i < count; ++i) {
        const std::int64_t length = 1 + below(below(4) == 0 ? 64 : 8);
        Note note;
        note.start = line(step);
        note.length = line(step + length) - note.start;
        note.pitch.value = static_cast<std::uint8_t>(lowest + below(128 - 2 * lowest));
        score.addNote(track, note);
        step += length + (below(3) == 0 ? below(24) : 0);
    }
    return score;
}

} // namespace

class TestAbcEncoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theVocabularyIsCharacters()
    {
        const AbcEncoding encoding = abcOf();
        const Vocabulary& vocabulary = encoding.vocabulary();
        QCOMPARE(vocabulary.size(), 54);
        QCOMPARE(vocabulary.symbol(0).name, std::string("newline"));
        QCOMPARE(vocabulary.symbol(1).name, std::string("space"));
        QCOMPARE(vocabulary.symbol(53).name, std::string("end"));
        QCOMPARE(vocabulary.symbol(53).kind, SymbolKind::End);
        std::map<std::string, int> names;
        for (const Symbol& symbol : vocabulary.symbols())
            ++names[symbol.name];
        QCOMPARE(names.size(), std::size_t{54});
        QCOMPARE(encoding.textOf(encoding.tokensOf("M:6/8\nK:D\n^A,2z|]")),
                 std::string("M:6/8\nK:D\n^A,2z|]"));
    }

    void whatIsWritten_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QByteArray>("tune");
        QTest::addColumn<QByteArray>("text");
        const QByteArray head = "X:1\nT:x\nR:reel\nM:4/4\nL:1/8\n";
        QTest::newRow("a bar") << QByteArray("{}") << head + "K:D\nDFAd f2e2|]"
                               << QByteArray("M:4/4\nK:D\nDF Ad f2 e2|]");
        QTest::newRow("a minor key") << QByteArray("{}") << head + "K:Em\nE2G2 B4|]"
                                     << QByteArray("M:4/4\nK:Em\nE2 G2 B4|]");
        QTest::newRow("all lines")
            << QByteArray(R"({"header": "meter-unit-key"})") << head + "K:Ador\nA8|]"
            << QByteArray("M:4/4\nL:1/8\nK:Ador\nA8|]");
        QTest::newRow("accidentals, ties, rests")
            << QByteArray("{}") << head + "K:G\n^c4 z2 =f2-|f4 _B,,4|]"
            << QByteArray("M:4/4\nK:G\n^c4 z2 =f2-|f4 ^A,,4|]");
        QTest::newRow("a triplet") << QByteArray("{}") << head + "K:C\n(3ABc d2 e4|]"
                                   << QByteArray("M:4/4\nK:C\n(3ABc d2 e4|]");
        QTest::newRow("a pickup") << QByteArray("{}") << head + "K:C\nAB|c8|]"
                                  << QByteArray("M:4/4\nK:C\nAB|c8|]");
        QTest::newRow("meter changes") << QByteArray("{}") << head + "K:C\nc8|[M:3/4]c6|]"
                                       << QByteArray("M:4/4\nK:C\nc8|[M:3/4]c6|]");
        QTest::newRow("four bars a line") << QByteArray("{}") << head + "K:C\nc8|c8|c8|c8|d8|]"
                                          << QByteArray("M:4/4\nK:C\nc8|c8|c8|c8|\nd8|]");
        QTest::newRow("begins with its first bar")
            << QByteArray("{}") << head + "K:C\nZ3|z2c6|]" << QByteArray("M:4/4\nK:C\nz2 c6|]");
        QTest::newRow("to C major")
            << QByteArray(R"({"transpose": true})") << head + "K:D\nDEFG A2Bc|d2AF D4|]"
            << QByteArray("M:4/4\nK:C\nCD EF G2 AB|c2 GE C4|]");
        QTest::newRow("to A minor")
            << QByteArray(R"({"transpose": true})") << head + "K:Bm\nBcde f2^ab|b2fd B4|]"
            << QByteArray("M:4/4\nK:Am\nAB cd e2 ^ga|a2 ec A4|]");
    }

    void whatIsWritten()
    {
        QFETCH(QByteArray, options);
        QFETCH(QByteArray, tune);
        QFETCH(QByteArray, text);
        const AbcEncoding encoding = abcOf(options.constData());
        QCOMPARE(QByteArray::fromStdString(written(encoding, scoreOf(tune.toStdString()))), text);
    }

    void whatIsLost_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("lost");
        const QByteArray none = "{}";
        QTest::newRow("nothing") << none << QByteArray("ABc|]") << QByteArray();
        QTest::newRow("chords") << none << QByteArray("[Ac]2 B|]") << QByteArray("not-melody=1 ");
        QTest::newRow("chord symbols")
            << none << QByteArray("\"Am\"A2 \"E7\"B|]") << QByteArray("chord-symbols=2 ");
        QTest::newRow("later keys")
            << none << QByteArray("A4|[K:D]B4|]") << QByteArray("key-changes=1 ");
        QTest::newRow("too fine") << QByteArray(R"({"resolution": "1/16"})")
                                  << QByteArray("A3/4B/4A|]")
                                  << QByteArray("same-step=1 lengthened=1 ");
    }

    void whatIsLost()
    {
        QFETCH(QByteArray, options);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, lost);
        const AbcEncoding encoding = abcOf(options.constData());
        const auto piece =
            encoding.encode(scoreOf("X:1\nM:none\nL:1/8\nK:C\n" + body.toStdString()), {});
        QVERIFY(piece);
        QCOMPARE(QByteArray::fromStdString(lossText(piece->report)), lost);
    }

    /// A prompt is what stands before a note that may follow.
    void promptsAreOpen_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<qlonglong>("until");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qlonglong>("end");
        QTest::newRow("on a beat") << QByteArray("c2 d2") << -1LL << QByteArray("c2 d2 ") << 1920LL;
        QTest::newRow("between beats")
            << QByteArray("c2 d") << -1LL << QByteArray("c2 d") << 1440LL;
        QTest::newRow("a whole bar")
            << QByteArray("c4 d4") << -1LL << QByteArray("c4 d4|") << 3840LL;
        QTest::newRow("four bars")
            << QByteArray("c8|c8|c8|c8") << -1LL << QByteArray("c8|c8|c8|c8|\n") << 15360LL;
        QTest::newRow("later") << QByteArray("c4") << 2880LL << QByteArray("c4 z2 ") << 2880LL;
        QTest::newRow("bars later")
            << QByteArray("c8") << 11520LL << QByteArray("c8|Z2|") << 11520LL;
        QTest::newRow("off the grid")
            << QByteArray("c4") << 1921LL << QByteArray("c4 z/6") << 2000LL;
        QTest::newRow("already there") << QByteArray("c8") << 960LL << QByteArray("c8|") << 3840LL;
    }

    void promptsAreOpen()
    {
        QFETCH(QByteArray, body);
        QFETCH(qlonglong, until);
        QFETCH(QByteArray, text);
        QFETCH(qlonglong, end);
        const AbcEncoding encoding = abcOf();
        const Score score = scoreOf("X:1\nM:4/4\nL:1/8\nK:C\n" + body.toStdString());
        const auto position = until < 0 ? std::optional<Tick>() : Tick{until};
        const auto piece = encoding.encode(score, asPrompt(position));
        QVERIFY(piece);
        QCOMPARE(QByteArray::fromStdString(encoding.textOf(piece->tokens)), "M:4/4\nK:C\n" + text);
        QCOMPARE(qlonglong(piece->end.value), end);
    }

    void linesOnTheGridSurviveTheRoundTrip()
    {
        const CounterRandom random(11, CounterRandom::Domain::Test);
        constexpr std::array grids{16, 32, 48, 96, 192};
        constexpr std::array resolutions{24, 96, 100, 480, 960, 1024, 32767};
        constexpr std::array headers{"meter-key", "meter-unit-key"};
        for (std::uint32_t piece = 0; piece < 400; ++piece) {
            const int steps = grids[piece % grids.size()];
            const int ticks = resolutions[piece % resolutions.size()];
            if (ticks * 4 < steps)
                continue; // fewer ticks than steps
            AbcOptions options;
            options.resolution = "1/" + std::to_string(steps);
            options.header = headers[piece % headers.size()];
            options.transpose = piece % 4 == 3;
            const AbcEncoding encoding(options);
            const Score score = randomLine(random, piece, steps, ticks, options.transpose ? 6 : 0);
            const auto encoded = encoding.encode(score, {});
            QVERIFY(encoded);
            QCOMPARE(lossText(encoded->report), std::string());
            const std::string text = encoding.textOf(encoded->tokens);
            const DecodeOptions options2 = back(score, *encoded);
            const std::vector<Note>& notes = score.tracks[0].notes;
            for (const std::vector<Note>& read :
                 {encoding.decode(encoded->tokens, options2),
                  streamed(encoding, {}, encoded->tokens, options2)}) {
                const std::string wrong = difference(read, notes);
                QVERIFY2(wrong.empty(), (wrong + "\n" + text).c_str());
            }
            // Cut anywhere between two notes the rest is read as it was.
            const std::size_t count = score.tracks[0].notes.size();
            Score half = score;
            half.tracks[0].notes.resize((count + 1) / 2);
            const auto prompt = encoding.encode(half, asPrompt());
            QVERIFY(prompt);
            if (options.transpose)
                continue; // half a piece may be heard in another key
            QVERIFY2(plain(encoding.decode(prompt->tokens, options2)) ==
                         plain(half.tracks[0].notes),
                     text.c_str());
            if (!std::equal(prompt->tokens.begin(), prompt->tokens.end(), encoded->tokens.begin()))
                continue; // a tuplet or a tie goes on
            DecodeOptions rest = options2;
            rest.origin = prompt->end;
            const Plain whole = plain(score.tracks[0].notes);
            const Plain later(whole.begin() +
                                  static_cast<std::ptrdiff_t>(half.tracks[0].notes.size()),
                              whole.end());
            QVERIFY2(plain(streamed(encoding, prompt->tokens,
                                    std::span(encoded->tokens).subspan(prompt->tokens.size()),
                                    rest)) == later,
                     text.c_str());
        }
    }

    void movedPiecesReadTheSameInACommonKey()
    {
        const AbcEncoding encoding = abcOf(R"({"transpose": true})");
        const Score score = scoreOf("X:1\nM:6/8\nL:1/8\nK:G\nGAB d2B|c2A G3|]");
        const auto first = encoding.encode(score, {});
        QVERIFY(first && first->key);
        for (int move = -40; move <= 40; ++move) {
            Score moved = score;
            for (Note& note : moved.tracks[0].notes)
                note.pitch.value = static_cast<std::uint8_t>(note.pitch.value + move);
            const auto piece = encoding.encode(moved, {});
            QVERIFY(piece && piece->key);
            QCOMPARE(piece->key->tonic, ((first->key->tonic + move) % 12 + 12) % 12);
            if (piece->semitones + move == first->semitones)
                QVERIFY(piece->tokens == first->tokens);
            DecodeOptions options = back(moved, *piece);
            QVERIFY(plain(encoding.decode(piece->tokens, options)) == plain(moved.tracks[0].notes));
        }
    }

    void notesComeAsSoonAsTheyAreComplete()
    {
        const AbcEncoding encoding = abcOf();
        const std::vector<Token> before = encoding.tokensOf("M:4/4\nK:D\nA2 ");
        DecodeOptions options;
        options.origin = Tick{960};
        const auto reader = encoding.reader(before, {.decode = options});
        std::string story;
        const std::string text = "f2-f/^c'|=c(3Bcd |d-|d4 z4|";
        std::size_t number = 0;
        for (const Token token : encoding.tokensOf(text)) {
            story += text[number++];
            for (const ReadNote& each : reader->read(token))
                story += "<" + pitchName(each.note.pitch) + "@" +
                         std::to_string(each.note.start.value) + "+" +
                         std::to_string(each.note.length.value) + " #" +
                         std::to_string(each.token) + ">";
        }
        QCOMPARE(QByteArray::fromStdString(story),
                 QByteArray("f2-f/^<F#5@960+1200 #0>c'|<C#6@2160+480 #6>=c(<C5@2640+480 "
                            "#10>3Bc<B4@3120+320 #13>d"
                            "<C5@3440+320 #14> <D5@3760+320 #15>|d-|d4 <D5@4080+2400 #18>z4|"));
        QCOMPARE(reader->time().value, std::int64_t{8400});
    }

    /// Cut anywhere, the text behind tells the notes that begin there.
    void whatStandsBeforeIsNotTold()
    {
        const AbcEncoding encoding = abcOf();
        const std::string text = "M:4/4\nK:D\nA2 (3Bcd ^e2-|e4 z2 [M:3/4]f2|_B6|]";
        const std::vector<Token> tokens = encoding.tokensOf(text);
        const std::size_t all = encoding.decode(tokens, {}).size();
        QCOMPARE(all, std::size_t{7});
        const std::size_t music = text.find("A2");
        for (std::size_t cut = music; cut < tokens.size(); ++cut) {
            const auto before =
                std::count_if(text.begin() + static_cast<std::ptrdiff_t>(music),
                              text.begin() + static_cast<std::ptrdiff_t>(cut), [](char c) {
                                  return (c >= 'a' && c <= 'f') || c == 'A' || c == 'B';
                              });
            const std::size_t tied = cut > text.find("e4") ? 1 : 0;
            const std::size_t told =
                streamed(encoding, std::span(tokens).first(cut), std::span(tokens).subspan(cut), {})
                    .size();
            // A note that was tied before the cut may be told: it goes on behind it.
            const std::size_t expected = all + tied - static_cast<std::size_t>(before);
            QVERIFY2(told == expected || told == expected + 1,
                     (text.substr(0, cut) + " " + std::to_string(told)).c_str());
        }
    }

    /// What is wrong costs its place only; repeats are bar lines.
    void faultsAreReadAsFarAsTheyCanBe_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("notes");
        QTest::newRow("no head") << QByteArray("ABc|d4|") << 4;
        QTest::newRow("head without a key") << QByteArray("M:3/4\nABc|") << 3;
        QTest::newRow("senseless head") << QByteArray("M:0/0\nL:::\nK:hhh\nABc|") << 3;
        QTest::newRow("never music") << QByteArray("M:4/4\nM:4/4\nK:") << 0;
        QTest::newRow("repeats") << QByteArray("K:C\n|:AB:|[1c|[2d:|") << 4;
        QTest::newRow("open field") << QByteArray("K:C\nA[M:|B|c|]") << 3;
        QTest::newRow("loose accidentals") << QByteArray("K:C\n^^^A _|=B^") << 2;
        QTest::newRow("loose tuplet") << QByteArray("K:C\nA(3|B(") << 2;
        QTest::newRow("loose ties") << QByteArray("K:C\n-A-|-B--|") << 2;
        QTest::newRow("chord") << QByteArray("K:C\n[CEG]2 A|") << 4;
        QTest::newRow("lines") << QByteArray("K:C\n\n\nA\n\nB|\n\n\nc") << 3;
        QTest::newRow("end") << QByteArray("K:C\nAB|]c") << 3;
    }

    void faultsAreReadAsFarAsTheyCanBe()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, notes);
        const AbcEncoding encoding = abcOf();
        const std::vector<Token> tokens = encoding.tokensOf(text.toStdString());
        QCOMPARE(static_cast<int>(encoding.decode(tokens, {}).size()), notes);
        QCOMPARE(static_cast<int>(streamed(encoding, {}, tokens, {}).size()), notes);
    }

    void anySymbolsAreRead()
    {
        const AbcEncoding encoding = abcOf();
        const CounterRandom random(5, CounterRandom::Domain::Test);
        for (std::uint32_t run = 0; run < 300; ++run) {
            std::vector<Token> tokens = encoding.tokensOf(run % 2 == 0 ? "K:C\n" : "");
            for (std::uint32_t i = 0; i < 200; ++i)
                tokens.push_back(static_cast<Token>(random.below(53, run, i)));
            DecodeOptions options;
            options.semitones = 90;
            for (const std::vector<Note>& notes :
                 {encoding.decode(tokens, options), streamed(encoding, {}, tokens, options)}) {
                Tick last{};
                for (const Note& note : notes) {
                    QVERIFY(note.start >= last && note.length.value > 0 && note.pitch.value <= 127);
                    last = note.start;
                }
            }
        }
    }

    /// Whatever a network says, under the grammar it writes bars that core/abc reads without a
    /// remark on their syntax.
    void theGrammarLeavesOnlyAbc()
    {
        const CounterRandom random(9, CounterRandom::Domain::Test);
        for (const char* options : {"{}", R"({"header": "meter-unit-key"})"}) {
            const AbcEncoding encoding = abcOf(options);
            for (std::uint32_t run = 0; run < 60; ++run) {
                std::vector<Token> before;
                ReaderOptions how;
                how.bar = Tick{3840};
                how.mayBeginSilent = run % 2 == 0;
                if (run % 3 == 0)
                    before = encoding.opening({6, 8}, Key{7, Mode::Major});
                else if (run % 3 == 1)
                    before = encoding.opening({3, 4}, {});
                const auto reader = encoding.reader(before, how);
                std::vector<Token> drawn;
                Tick time{};
                for (std::uint32_t i = 0; i < 250; ++i) {
                    const std::vector<std::uint8_t> may = reader->mayFollow();
                    QCOMPARE(may.size(), std::size_t{54});
                    QCOMPARE(int(may.back()), 0);
                    std::vector<Token> allowed;
                    for (Token token = 0; token < 54; ++token) {
                        if (may[static_cast<std::size_t>(token)] != 0)
                            allowed.push_back(token);
                    }
                    QVERIFY2(!allowed.empty(), encoding.textOf(drawn).c_str());
                    drawn.push_back(allowed[random.below(allowed.size(), run, i)]);
                    reader->read(drawn.back());
                    QVERIFY(reader->time() >= time);
                    time = reader->time();
                }
                std::string text = encoding.textOf(before) + encoding.textOf(drawn);
                text.resize(text.find_last_of('|') + 1);
                const std::vector<Note> notes = encoding.decode(encoding.tokensOf(text), {});
                const AbcTune tune = readAbc("X:1\nL:1/8\n" + text, "test").value().front();
                for (const AbcRemark& remark : tune.remarks) {
                    const bool isSyntax =
                        remark.id != "abc.bar-does-not-add-up" && remark.id != "abc.loose-tie";
                    QVERIFY2(!isSyntax, (remark.text + "\n" + text).c_str());
                }
                const std::string wrong = difference(notes, tune.score.tracks[0].notes);
                QVERIFY2(wrong.empty(), (wrong + "\n" + text).c_str());
            }
        }
    }

    void silenceAndLengthAreLimited()
    {
        const AbcEncoding encoding = abcOf();
        ReaderOptions how;
        how.bar = Tick{3840};
        const auto may = [&](const char* text, char c) {
            const auto reader = encoding.reader(encoding.tokensOf("K:C\nA|"), how);
            for (const Token token : encoding.tokensOf(text))
                reader->read(token);
            return reader->mayFollow()[static_cast<std::size_t>(
                       encoding.tokensOf(std::string(1, c))[0])] != 0;
        };
        QVERIFY(may("", 'z') && may("", 'Z') && may("B", 'z'));
        QVERIFY(may("B1", '6') && !may("B1", '7') && !may("B16", '0'));
        QVERIFY(may("z", '8') && !may("z", '9'));
        QVERIFY(!may("z8|", 'z') && !may("z8|", 'Z') && may("z4|", 'z'));
        QVERIFY(!may("Z", '2') && may("Z", '|'));
        how.mayBeginSilent = false;
        QVERIFY(!may("", 'z') && !may("", 'Z') && may("B", 'z'));
    }

    void optionsAreChecked_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("word");
        QTest::newRow("no object")
            << QByteArray("[]") << QByteArray("encode.bad-option") << QByteArray("JSON object");
        QTest::newRow("no JSON") << QByteArray("{") << QByteArray("encode.bad-option")
                                 << QByteArray("JSON object");
        QTest::newRow("unknown") << QByteArray(R"({"grid": "1/8"})")
                                 << QByteArray("encode.unknown-option")
                                 << QByteArray("header, resolution, transpose");
        QTest::newRow("header") << QByteArray(R"({"header": "T"})")
                                << QByteArray("encode.bad-option") << QByteArray("\"meter-key\"");
        QTest::newRow("resolution") << QByteArray(R"({"resolution": "1/7"})")
                                    << QByteArray("encode.bad-option") << QByteArray("\"1/48\"");
        QTest::newRow("transpose") << QByteArray(R"({"transpose": 1})")
                                   << QByteArray("encode.bad-option") << QByteArray("true, false");
    }

    void optionsAreChecked()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, word);
        const auto encoding = makeEncoding("abc", json.toStdString());
        QVERIFY(!encoding);
        QCOMPARE(QByteArray::fromStdString(encoding.error().id), id);
        QCOMPARE(encoding.error().kind, ErrorKind::Usage);
        QVERIFY2(encoding.error().text.find(word.toStdString()) != std::string::npos,
                 encoding.error().text.c_str());
    }

    void theEncodingOfAModelIsMadeAgain()
    {
        const auto first =
            makeEncoding("abc", R"({"resolution": "1/96", "header": "meter-unit-key"})");
        QVERIFY(first);
        QCOMPARE(
            (*first)->optionsJson(),
            std::string(R"({"header":"meter-unit-key","resolution":"1/96","transpose":false})"));
        QVERIFY(makeEncoding("abc", 1, (*first)->optionsJson(), (*first)->vocabulary()));
        QCOMPARE(makeEncoding("abc", 2, "{}", (*first)->vocabulary()).error().id,
                 std::string("encode.other-version"));
        QCOMPARE(makeEncoding("abc", 1, "{}", makeEncoding("grid", "{}").value()->vocabulary())
                     .error()
                     .id,
                 std::string("encode.other-vocabulary"));
    }

    void whatCannotBeWrittenIsRefused()
    {
        const AbcEncoding encoding = abcOf();
        QCOMPARE(encoding.encode(Score{}, {}).error().id, std::string("encode.empty"));
        Score score = scoreOf("X:1\nK:C\nABc|]");
        Score film = score;
        film.smpte = SmpteDivision{};
        QCOMPARE(encoding.encode(film, {}).error().id, std::string("encode.smpte"));
        score.tracks[0].notes.back().start = Tick{std::int64_t{1} << 40};
        QCOMPARE(encoding.encode(score, {}).error().id, std::string("encode.too-long"));
    }
};

QTEST_APPLESS_MAIN(TestAbcEncoding)
#include "tst_abc_encoding.moc"
