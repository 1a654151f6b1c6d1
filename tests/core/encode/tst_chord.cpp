// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/encode/chord.h"
#include "core/midi/read_midi.h"

#include <QTest>

#include <filesystem>
#include <string>
#include <vector>

using namespace continuo;

namespace {

/// "C4 E4+G4:960 …": notes that begin together are joined by +; each step lasts 480 ticks but what
/// a colon says.
Score scoreOf(const std::string& text)
{
    Score score;
    const TrackId track = score.addTrack().id;
    Tick now{};
    for (const QString& word : QString::fromStdString(text).split(' ', Qt::SkipEmptyParts)) {
        const QStringList parts = word.split(':');
        const Tick length{parts.size() > 1 ? parts[1].toLongLong() : 480};
        for (const QString& name : parts[0].split('+')) {
            Note note;
            note.start = now;
            note.length = length;
            note.pitch = parsePitch(name.toStdString()).value();
            score.addNote(track, note);
        }
        now += length;
    }
    return score;
}

std::shared_ptr<const Encoding> fitted(const std::vector<Score>& pieces, const char* options = "{}")
{
    return fitEncoding("chord", options, pieces).value();
}

std::string names(const Vocabulary& vocabulary)
{
    std::string text;
    for (const Symbol& symbol : vocabulary.symbols())
        text += (text.empty() ? "" : " ") + symbol.name;
    return text;
}

std::string names(const Encoding& encoding, const std::vector<Token>& tokens)
{
    std::string text;
    for (const Token token : tokens)
        text += (text.empty() ? "" : " ") + encoding.vocabulary().symbol(token).name;
    return text;
}

std::string lossText(const LossReport& report)
{
    std::string text;
    for (const LossReport::Item& item : report.items)
        text += item.id + "=" + std::to_string(item.count) + " ";
    return text;
}

} // namespace

class TestChord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void normalOrders_data()
    {
        QTest::addColumn<QList<int>>("classes");
        QTest::addColumn<QList<int>>("order");
        QTest::newRow("C major") << QList<int>{0, 4, 7} << QList<int>{0, 4, 7};
        QTest::newRow("turned") << QList<int>{7, 0, 4} << QList<int>{0, 4, 7};
        QTest::newRow("A minor") << QList<int>{0, 4, 9} << QList<int>{9, 0, 4};
        QTest::newRow("G7") << QList<int>{7, 11, 2, 5} << QList<int>{11, 2, 5, 7};
        QTest::newRow("doubled") << QList<int>{5, 5, 9, 0, 9} << QList<int>{5, 9, 0};
        QTest::newRow("one") << QList<int>{3, 3} << QList<int>{3};
        QTest::newRow("even") << QList<int>{8, 0, 4} << QList<int>{0, 4, 8};
        QTest::newRow("packed to the left") << QList<int>{0, 3, 4, 7} << QList<int>{0, 3, 4, 7};
        QTest::newRow("of equal spans the closer")
            << QList<int>{0, 1, 5, 6} << QList<int>{0, 1, 5, 6};
    }

    void normalOrders()
    {
        QFETCH(QList<int>, classes);
        QFETCH(QList<int>, order);
        const std::vector<int> found = normalOrder({classes.begin(), classes.end()});
        QCOMPARE(QList<int>(found.begin(), found.end()), order);
    }

    void theVocabularyIsThatOfThePieces()
    {
        const Score first = scoreOf("E4 C4 C4+E4+G4 G3+C5+E5");
        const Score second = scoreOf("B3+D4 C3+C4 E4");
        QCOMPARE(names(fitted({first, second})->vocabulary()),
                 std::string("C4 E4 0 0.4.7 11.2 end"));
        QCOMPARE(names(fitted({second, first}, R"({"end": false})")->vocabulary()),
                 std::string("C4 E4 0 0.4.7 11.2"));
        QCOMPARE(names(fitted({})->vocabulary()), std::string("end"));
    }

    void whatIsWritten()
    {
        const Score score = scoreOf("E4 C4+E4+G4 E5:240 A3+C4:960");
        const auto encoding = fitted({score});
        const auto piece = encoding->encode(score, {});
        QVERIFY(piece);
        QCOMPARE(names(*encoding, piece->tokens), std::string("E4 0.4.7 E5 9.0 end"));
        QCOMPARE(lossText(piece->report), std::string("octave=1 rhythm=3 "));
        QCOMPARE(piece->end.value, std::int64_t{2400});
        DecodeOptions options;
        options.ticksPerQuarter = 480;
        const std::vector<Note> notes = encoding->decode(piece->tokens, options);
        QCOMPARE(notes.size(), std::size_t{7});
        QCOMPARE(int(notes[1].pitch.value), 60);
        QCOMPARE(int(notes[3].pitch.value), 67);
        QCOMPARE(notes[1].start.value, std::int64_t{240});
        QCOMPARE(notes[6].start.value, std::int64_t{720});
        QCOMPARE(notes[6].length.value, std::int64_t{240});
        // Another piece in this vocabulary.
        const auto other = encoding->encode(scoreOf("D4+F4 E4 C4+D4 C5+E3+G4"), {});
        QVERIFY(other);
        QCOMPARE(names(*encoding, other->tokens), std::string("E4 0.4.7 end"));
        QVERIFY(lossText(other->report).starts_with("unknown-chord=4 "));
        QCOMPARE(encoding->encode(scoreOf("D4"), {}).error().id,
                 std::string("encode.unknown-chords"));
        QCOMPARE(encoding->encode(Score{}, {}).error().id, std::string("encode.empty"));
    }

    void notesMayLastAWholeBeat()
    {
        const Score score = scoreOf("E4 C4+E4+G4 E4 F4 F4");
        const auto halves = fitted({score});
        const auto beats = fitted({score}, R"({"wholeBeats": true})");
        QVERIFY(halves->vocabulary() == beats->vocabulary());
        const auto piece = beats->encode(score, {});
        QVERIFY(piece && piece->tokens == halves->encode(score, {})->tokens);
        DecodeOptions options;
        options.ticksPerQuarter = 480;
        const auto played = [&](const Encoding& encoding) {
            std::string text;
            for (const Note& note : encoding.decode(piece->tokens, options))
                text += pitchName(note.pitch) + " " + std::to_string(note.start.value / 240) + "+" +
                        std::to_string(note.length.value / 240) + " ";
            return text;
        };
        QCOMPARE(played(*halves), std::string("E4 0+1 C4 1+1 E4 1+1 G4 1+1 E4 2+1 F4 3+1 F4 4+1 "));
        // A key that is struck again ends there: E4 twice, and F4.
        QCOMPARE(played(*beats), std::string("E4 0+1 C4 1+2 E4 1+1 G4 1+2 E4 2+2 F4 3+1 F4 4+2 "));
        // The music goes on at the same places.
        QCOMPARE(beats->timeAfter(piece->tokens, options),
                 halves->timeAfter(piece->tokens, options));
        // Notes are told as soon as it is known how long they are.
        const auto reader = beats->reader({}, {.decode = options});
        QVERIFY(reader->read(piece->tokens[0]).empty());
        QCOMPARE(reader->read(piece->tokens[1]).size(), std::size_t{1});
        QCOMPARE(reader->time().value, std::int64_t{480});
        QCOMPARE(reader->finish().size(), std::size_t{3});
        QVERIFY(reader->finish().empty());
    }

    void tracksAreReadAsTold()
    {
        Score score = scoreOf("E5 F5 G5 A5");
        const TrackId bass = score.addTrack().id;
        Note note;
        note.pitch = Pitch{36};
        note.length = Tick{480};
        score.addNote(bass, note);
        const auto melody = fitted({score});
        const auto all = fitted({score}, R"({"tracks": "all"})");
        QCOMPARE(names(melody->vocabulary()), std::string("E5 F5 G5 A5 end"));
        QCOMPARE(names(all->vocabulary()), std::string("F5 G5 A5 0.4 end"));
        QCOMPARE(lossText(melody->encode(score, {})->report), std::string("other-tracks=1 "));
    }

    /// What is played is read as the same symbols, without any loss, at any resolution.
    void symbolsSurviveTheRoundTrip_data()
    {
        QTest::addColumn<QString>("options");
        QTest::newRow("half beats") << "{}";
        QTest::newRow("whole beats") << R"({"wholeBeats": true})";
    }
    void symbolsSurviveTheRoundTrip()
    {
        QFETCH(QString, options);
        const std::string optionsJson = options.toStdString();
        const CounterRandom random(3, CounterRandom::Domain::Test);
        for (std::uint32_t run = 0; run < 300; ++run) {
            std::uint32_t draw = 0;
            const auto below = [&](std::uint64_t bound) {
                return random.below(bound, run, ++draw);
            };
            constexpr std::array resolutions{24, 96, 100, 480, 960, 32767};
            Score score;
            score.ticksPerQuarter = resolutions[run % resolutions.size()];
            const TrackId track = score.addTrack().id;
            for (std::int64_t step = 0; step < 30; ++step) {
                for (std::uint64_t i = 0, count = 1 + below(4); i < count; ++i) {
                    Note note;
                    note.start = gridLine(step, std::int64_t{4} * score.ticksPerQuarter, 8);
                    note.length =
                        gridLine(step + 1, std::int64_t{4} * score.ticksPerQuarter, 8) - note.start;
                    note.pitch.value =
                        static_cast<std::uint8_t>(count == 1 ? below(128) : 60 + below(12));
                    score.addNote(track, note);
                }
            }
            const auto encoding = fitted({score}, optionsJson.c_str());
            const auto piece = encoding->encode(score, {});
            QVERIFY(piece);
            if (options == "{}")
                QCOMPARE(lossText(piece->report), std::string());
            DecodeOptions decode;
            decode.ticksPerQuarter = score.ticksPerQuarter;
            Score played;
            played.ticksPerQuarter = score.ticksPerQuarter;
            const TrackId place = played.addTrack().id;
            for (const Note& note : encoding->decode(piece->tokens, decode))
                played.addNote(place, note);
            const auto again = encoding->encode(played, {});
            QVERIFY(again);
            QVERIFY(again->tokens == piece->tokens);
            QCOMPARE(lossText(again->report), std::string());
        }
    }

    void aModelsVocabularyMakesTheEncodingAgain()
    {
        const auto first = fitted({scoreOf("E4 C4+E4+G4 A3+C4")});
        const auto again = makeEncoding("chord", 1, first->optionsJson(), first->vocabulary());
        QVERIFY(again);
        QVERIFY((*again)->vocabulary() == first->vocabulary());
        QVERIFY((*again)->encode(scoreOf("G4+C5+E4"), {}));
        QCOMPARE(makeEncoding("chord", 2, "{}", first->vocabulary()).error().id,
                 std::string("encode.other-version"));
    }

    void hostileVocabulariesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("says");
        const int other = int(SymbolKind::Other);
        QTest::newRow("words") << "hello" << other << "no note and no chord";
        QTest::newRow("empty") << "" << other << "no note and no chord";
        QTest::newRow("class 12") << "4.12" << other << "no note and no chord";
        QTest::newRow("negative") << "-1" << other << "no note and no chord";
        QTest::newRow("not in order") << "7.0.4" << other << "no note and no chord";
        QTest::newRow("doubled") << "4.4" << other << "no note and no chord";
        QTest::newRow("endless") << QString("1.").repeated(100000) + "1" << other
                                 << "no note and no chord";
        QTest::newRow("misnamed note") << "D4" << int(SymbolKind::Pitch) << "no note and no chord";
        QTest::newRow("a rest") << "rest" << int(SymbolKind::Rest) << "no note and no chord";
        QTest::newRow("end in the middle")
            << "end" << int(SymbolKind::End) << "no note and no chord";
        QTest::newRow("twice") << "0.4.7" << other << "twice";
    }

    void hostileVocabulariesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(int, kind);
        QFETCH(QString, says);
        const std::vector<Symbol> symbols{
            {"0.4.7", SymbolKind::Other, {}},
            {name.toStdString(), static_cast<SymbolKind>(kind), Pitch{60}},
            {"end", SymbolKind::End, {}}};
        const auto made = makeEncoding("chord", 1, "{}", Vocabulary(symbols));
        QVERIFY(!made);
        QCOMPARE(made.error().id, std::string("encode.other-vocabulary"));
        QCOMPARE(made.error().kind, ErrorKind::Refused);
        QVERIFY2(QString::fromStdString(made.error().text).contains(says),
                 made.error().text.c_str());
    }

    void vocabulariesWithoutTheirEndOrTooLargeAreRefused()
    {
        const std::vector<Symbol> noEnd{{"0.4.7", SymbolKind::Other, {}}};
        QVERIFY(!makeEncoding("chord", 1, "{}", Vocabulary(noEnd)));
        QVERIFY(makeEncoding("chord", 1, R"({"end": false})", Vocabulary(noEnd)));
        const std::vector<Symbol> many(ChordEncoding::kMaxSymbols + 1,
                                       Symbol{"0.4.7", SymbolKind::Other, {}});
        QVERIFY(!makeEncoding("chord", 1, "{}", Vocabulary(many)));
    }

    void optionsAreChecked()
    {
        QCOMPARE(makeEncoding("chord", R"({"tracks": "bass"})").error().id,
                 std::string("encode.bad-option"));
        QCOMPARE(makeEncoding("chord", R"({"grid": "1/8"})").error().id,
                 std::string("encode.unknown-option"));
        QCOMPARE(makeEncoding("chord", "{}").value()->optionsJson(),
                 std::string(R"({"end":true,"tracks":"melody","wholeBeats":false})"));
    }

    void realFilesAreEncodedOrRefused()
    {
        const QByteArray data = qgetenv("CONTINUO_SHARED_DATA");
        if (data.isEmpty())
            QSKIP("CONTINUO_SHARED_DATA names no folder of real music");
        const auto unfitted = makeEncoding("chord", R"({"tracks": "all"})").value();
        const auto fit = unfitted->fit();
        std::vector<Score> scores;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(data.toStdString())) {
            if (!entry.is_regular_file() || entry.path().extension() != ".mid" ||
                entry.file_size() > 50'000)
                continue;
            auto reading = readMidiFile(entry.path());
            if (!reading || scores.size() >= 600)
                continue;
            fit->add(reading->score);
            scores.push_back(std::move(reading->score));
        }
        const auto encoding = fit->encoding();
        std::size_t symbols = 0;
        for (const Score& score : scores) {
            const auto piece = encoding->encode(score, {});
            if (!piece) {
                QVERIFY(piece.error().id.starts_with("encode."));
                continue;
            }
            symbols += piece->tokens.size();
            QVERIFY(lossText(piece->report).find("unknown") == std::string::npos);
            QVERIFY(encoding->timeAfter(piece->tokens, {}).value ==
                    480 * (static_cast<std::int64_t>(piece->tokens.size()) - 1));
        }
        qInfo("%zu pieces, %zu symbols, a vocabulary of %d", scores.size(), symbols,
              encoding->vocabulary().size());
        QVERIFY(symbols > 0);
    }
};

QTEST_APPLESS_MAIN(TestChord)
#include "tst_chord.moc"
