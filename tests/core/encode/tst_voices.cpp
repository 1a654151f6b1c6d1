// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/encode/voices.h"
#include "core/midi/read_midi.h"

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

using namespace continuo;

namespace {

constexpr int kStep = 240; // of a score of 960 ticks a quarter

/// "C4:4 r:2 E4:2": names and sixteenths, one after another, on a track or channel of its own.
void addLine(Score& score, TrackId track, const QString& line, std::uint8_t channel = 0)
{
    Tick now{};
    for (const QString& word : line.split(' ', Qt::SkipEmptyParts)) {
        const QStringList parts = word.split(':');
        const Tick length{parts[1].toLongLong() * kStep};
        if (parts[0] != QLatin1String("r")) {
            Note note;
            note.start = now;
            note.length = length;
            note.pitch = parsePitch(parts[0].toStdString()).value();
            note.channel = channel;
            score.addNote(track, note);
        }
        now += length;
    }
}

Score fourTracks(const QStringList& lines)
{
    Score score;
    for (const QString& line : lines)
        addLine(score, score.addTrack().id, line);
    return score;
}

std::shared_ptr<const Encoding> made(const char* options = R"({"transpose": false})")
{
    return makeEncoding("voices", options).value();
}

/// "C5 E4 G3 rest | …", a step after the other.
QString words(const Encoding& encoding, const std::vector<Token>& tokens)
{
    QStringList steps;
    for (std::size_t i = 0; i < tokens.size(); i += kVoices) {
        QStringList step;
        for (std::size_t v = 0; v < kVoices; ++v) {
            QString name = QString::fromStdString(encoding.vocabulary().symbol(tokens[i + v]).name);
            step << name.replace(QStringLiteral(" held"), QStringLiteral("_"));
        }
        steps << step.join(' ');
    }
    return steps.join(QStringLiteral(" | "));
}

QString losses(const LossReport& report)
{
    QStringList items;
    for (const LossReport::Item& item : report.items)
        items << QString::fromStdString(item.id + "=" + std::to_string(item.count));
    return items.join(' ');
}

using Sound = std::tuple<std::int64_t, std::int64_t, int>;

/// Start, length and pitch of notes, sorted.
std::vector<Sound> soundsOf(const std::vector<Note>& notes, Tick origin = {})
{
    std::vector<Sound> sounds;
    for (const Note& note : notes)
        sounds.emplace_back((note.start - origin).value, note.length.value, note.pitch.value);
    std::ranges::sort(sounds);
    return sounds;
}

std::vector<Note> played(const Encoding& encoding, const EncodedPiece& piece, int ticksPerQuarter)
{
    DecodeOptions options;
    options.ticksPerQuarter = ticksPerQuarter;
    options.origin = piece.origin;
    options.semitones = -piece.semitones;
    return encoding.decode(piece.tokens, options);
}

} // namespace

class TestVoices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWritten_data()
    {
        QTest::addColumn<QStringList>("lines");
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("lost");
        const QString exact = QStringLiteral(R"({"transpose": false})");
        QTest::newRow("four tracks in any order")
            << QStringList{"C3:2", "C5:1 C5:1", "G3:2", "r:1 E4:1"} << exact
            << "C5 rest G3 C3 | C5 E4 G3_ C3_"
            << "";
        QTest::newRow("notes struck again without attacks")
            << QStringList{"C5:1 C5:1", "E4:2", "G3:2", "C3:2"}
            << R"({"transpose": false, "attacks": false})"
            << "C5 E4 G3 C3 | C5 E4 G3 C3"
            << "joined=1";
        QTest::newRow("silence of all voices")
            << QStringList{"C5:1 r:2 D5:1", "r:3 E4:1", "r:3 G3:1", "C3:4"} << exact
            << "C5 rest rest C3 | rest rest_ rest_ C3_ | rest_ rest_ rest_ C3_ | D5 E4 G3 C3_"
            << "";
        QTest::newRow("the first step is that of the first note")
            << QStringList{"r:3 C5:1", "r:3 E4:1", "r:3 G3:1", "r:4 C3:1"} << exact
            << "C5 E4 G3 rest | rest rest rest C3"
            << "";
        QTest::newRow("one line is the soprano")
            << QStringList{"C4:1 D3:1"} << exact << "C4 rest rest rest | D3 rest_ rest_ rest_"
            << "";
        QTest::newRow("out of range") << QStringList{"C6:1 C7:1 C5:1"} << exact
                                      << "C4 rest rest rest | C5 rest_ rest_ rest_ | "
                                         "C3 rest_ rest_ rest_"
                                      << "";
        QTest::newRow("too wide a range")
            << QStringList{"C8:1 C2:1 C2:1 C2:1"} << exact
            << "C3 rest rest rest | C3 rest_ rest_ rest_ | C3 rest_ rest_ rest_"
            << "outside-range=1";
        QTest::newRow("to the common key")
            << QStringList{"D5:1 E5:1 F#5:1 D5:1", "F#4:4", "A3:4", "D3:4"} << "{}"
            << "C5 E4 G3 C3 | D5 E4_ G3_ C3_ | E5 E4_ G3_ C3_ | C5 E4_ G3_ C3_"
            << "";
    }
    void whatIsWritten()
    {
        QFETCH(QStringList, lines);
        QFETCH(QString, options);
        QFETCH(QString, expected);
        QFETCH(QString, lost);
        const auto encoding = made(options.toUtf8().constData());
        const auto piece = encoding->encode(fourTracks(lines), {});
        QVERIFY2(piece, piece ? "" : piece.error().text.c_str());
        QCOMPARE(words(*encoding, piece->tokens), expected);
        QCOMPARE(losses(piece->report), lost);
    }

    void voicesAreFoundOnsetByOnset_data()
    {
        QTest::addColumn<QStringList>("lines"); // all on one track and channel
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("lost");
        QTest::newRow("chords") << QStringList{"C5:1 B4:1", "G4:1 G4:1", "E4:1 D4:1", "C3:1 G3:1"}
                                << "C5 G4 E4 C3 | B4 G4 D4 G3"
                                << "";
        QTest::newRow("the held note keeps its voice")
            << QStringList{"C5:1 D5:1", "C3:2"} << "C5 rest rest C3 | D5 rest_ rest_ C3_"
            << "";
        QTest::newRow("more than four keep the outer ones")
            << QStringList{"C5:1", "A4:1", "F4:1", "C4:1", "F3:1"} << "C5 A4 C4 F3"
            << "no-voice=1";
        QTest::newRow("the same note twice")
            << QStringList{"C5:1", "C5:1", "E3:1"} << "C5 rest rest E3"
            << "no-voice=1";
    }
    void voicesAreFoundOnsetByOnset()
    {
        QFETCH(QStringList, lines);
        QFETCH(QString, expected);
        QFETCH(QString, lost);
        Score score;
        const TrackId track = score.addTrack().id;
        for (const QString& line : lines)
            addLine(score, track, line);
        const auto encoding = made();
        const auto piece = encoding->encode(score, {});
        QVERIFY(piece);
        QCOMPARE(words(*encoding, piece->tokens), expected);
        QCOMPARE(losses(piece->report), lost);
    }

    void voicesOnTheChannelsOfOneTrack()
    {
        // Crossing voices: only the channels say which is which.
        Score score;
        const TrackId track = score.addTrack().id;
        addLine(score, track, "C5:1 A4:1", 3);
        addLine(score, track, "B4:1 B4:1", 2);
        addLine(score, track, "G3:2", 1);
        addLine(score, track, "C3:2", 0);
        addLine(score, track, "C2:2", kDrumChannel);
        const auto encoding = made();
        const auto piece = encoding->encode(score, {});
        QVERIFY(piece);
        QCOMPARE(words(*encoding, piece->tokens), QString("B4 C5 G3 C3 | B4 A4 G3_ C3_"));
        QCOMPARE(losses(piece->report), QString("drums=1"));
    }

    void whatIsOffTheGridIsTold()
    {
        Score score;
        const TrackId track = score.addTrack().id;
        const auto add = [&](std::int64_t start, std::int64_t length) {
            Note note;
            note.start = Tick{start};
            note.length = Tick{length};
            score.addNote(track, note);
        };
        add(0, 485);
        add(490, 200); // moved and longer
        add(960, 30);
        add(1000, 440); // same step as the one before
        const auto encoding = made();
        const auto piece = encoding->encode(score, {});
        QVERIFY(piece);
        QCOMPARE(losses(piece->report), QString("same-step=1 moved=2 shortened=1 lengthened=2"));
        QCOMPARE(piece->report.notes, std::size_t{4});
        QCOMPARE(piece->end, Tick{1440});
    }

    void movedPiecesReadTheSame()
    {
        const QStringList lines{"D5:2 E5:1 F#5:1 D5:4", "F#4:4 F#4:4", "A3:4 A3:4", "D3:8"};
        const auto encoding = made("{}");
        const auto first = encoding->encode(fourTracks(lines), {});
        QVERIFY(first);
        for (int shift = -12; shift <= 12; ++shift) {
            Score moved = fourTracks(lines);
            for (Track& track : moved.tracks) {
                for (Note& note : track.notes)
                    note.pitch.value = static_cast<std::uint8_t>(note.pitch.value + shift);
            }
            const auto piece = encoding->encode(moved, {});
            QVERIFY(piece);
            QVERIFY(piece->tokens == first->tokens);
            QCOMPARE(piece->semitones, first->semitones - shift);
            QVERIFY(soundsOf(played(*encoding, *piece, 960)) == soundsOf(allNotes(moved)));
        }
    }

    void whatMayFollow()
    {
        const auto encoding = made();
        const auto reader = encoding->reader({}, {});
        const auto find = [&](const char* name) {
            return encoding->vocabulary().find(std::string_view(name)).value();
        };
        const auto may = [&](const char* name) {
            return reader->mayFollow()[static_cast<std::size_t>(find(name))] == 1;
        };
        QVERIFY(may("C4") && may("rest") && !may("C4 held") && !may("rest held"));
        for (const char* name : {"C4", "rest", "E3", "C3"})
            QVERIFY(reader->read(find(name)).empty());
        QVERIFY(may("C4 held") && may("C4") && !may("D4 held") && may("rest"));
        QVERIFY(reader->read(find("C4 held")).empty());
        QVERIFY(may("rest held") && !may("rest") && may("C4") && !may("C4 held"));
        QCOMPARE(encoding->limits(), std::vector<Token>(4, 94));
        // Behind other steps.
        const auto after = encoding->reader(
            std::vector<Token>{find("A4"), find("E4"), find("C4"), find("A3")}, {});
        QVERIFY(after->mayFollow()[static_cast<std::size_t>(find("A4 held"))] == 1);
    }

    void whatMeansNothingIsUnderstoodAsFarAsItCan()
    {
        const auto encoding = made();
        const auto find = [&](const char* name) {
            return encoding->vocabulary().find(std::string_view(name)).value();
        };
        std::vector<Token> tokens;
        for (const char* name : {"C4 held", "rest held", "E3", "C3", //
                                 "D4 held", "rest", "E3 held", "rest held"})
            tokens.push_back(find(name));
        DecodeOptions options;
        options.channel = 7;
        const std::vector<Note> notes = encoding->decode(tokens, options);
        QVERIFY(soundsOf(notes) ==
                (std::vector<Sound>{{0, 240, 48}, {0, 240, 60}, {0, 480, 52}, {240, 240, 62}}));
        // Channels of the voices, the drums' passed over.
        for (const Note& note : notes)
            QCOMPARE(int(note.channel), note.pitch.value >= 60  ? 7
                                        : note.pitch.value > 48 ? 10
                                                                : 11);
    }

    void everythingWrittenIsRead()
    {
        for (const bool attacks : {true, false}) {
            const auto encoding = made(attacks ? R"({"transpose": false})"
                                               : R"({"transpose": false, "attacks": false})");
            for (std::uint32_t round = 0; round < 60; ++round) {
                const CounterRandom random(round, CounterRandom::Domain::Test);
                Score score;
                for (std::uint32_t v = 0; v < kVoices; ++v) {
                    QString line;
                    for (std::uint32_t i = 0; i < 12; ++i) {
                        const auto length = QString::number(1 + random.below(5, v, i, 1));
                        const auto key = 76 - 10 * v - random.below(9, v, i, 2);
                        line += random.below(4, v, i, 3) == 0 && i > 0
                                    ? "r:" + length + ' '
                                    : QString::number(key) + ':' + length + ' ';
                    }
                    addLine(score, score.addTrack().id, line);
                }
                const auto piece = encoding->encode(score, {});
                QVERIFY(piece);
                const std::vector<Note> notes = played(*encoding, *piece, 960);
                if (piece->report.items.empty())
                    QVERIFY(soundsOf(notes) == soundsOf(allNotes(score)));
                QVERIFY(!attacks || piece->report.items.empty());
                // As it is played, it is read, from the channels of one track.
                Score again;
                const TrackId track = again.addTrack().id;
                for (const Note& note : notes)
                    again.addNote(track, note);
                const auto second = encoding->encode(again, {});
                QVERIFY(second && second->tokens == piece->tokens);
                for (std::size_t i = 0; i < piece->tokens.size(); ++i)
                    QVERIFY(piece->tokens[i] < encoding->limits()[i % kVoices]);
            }
        }
    }

    void whatCannotBeWrittenIsRefused()
    {
        const auto encoding = made();
        QCOMPARE(encoding->encode(Score{}, {}).error().id, std::string("encode.empty"));
        Score film = fourTracks({"C4:4"});
        film.smpte = SmpteDivision{};
        QCOMPARE(encoding->encode(film, {}).error().id, std::string("encode.smpte"));
        Score late = fourTracks({"C4:4 D4:4"});
        late.tracks[0].notes.back().start = Tick{std::int64_t{240} << 21};
        QCOMPARE(encoding->encode(late, {}).error().id, std::string("encode.too-long"));
        Score drums = fourTracks({"C4:4"});
        drums.tracks[0].notes[0].channel = kDrumChannel;
        QCOMPARE(encoding->encode(drums, {}).error().id, std::string("encode.empty"));
        QCOMPARE(makeEncoding("voices", R"({"grid": "1/8"})").error().id,
                 std::string("encode.unknown-option"));
    }

    void chorales()
    {
        const QByteArray data = qgetenv("CONTINUO_SHARED_DATA");
        if (data.isEmpty())
            QSKIP("CONTINUO_SHARED_DATA names no folder of real music");
        const auto inPlace = made();
        const auto common = made("{}");
        std::size_t pieces = 0;
        std::size_t notes = 0;
        std::size_t outside = 0;
        const auto folder = std::filesystem::path(data.toStdString()) / "js-fakes";
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            if (entry.path().extension() != ".mid")
                continue;
            const auto reading = readMidiFile(entry.path());
            QVERIFY(reading);
            const Score& score = reading->score;
            const std::string name = entry.path().string();
            const auto piece = inPlace->encode(score, {});
            QVERIFY2(piece && piece->report.items.empty(), name.c_str());
            QVERIFY2(soundsOf(played(*inPlace, *piece, score.ticksPerQuarter)) ==
                         soundsOf(allNotes(score)),
                     name.c_str());
            const auto moved = common->encode(score, {});
            QVERIFY(moved && moved->key);
            for (const LossReport::Item& item : moved->report.items) {
                QCOMPARE(item.id, std::string("outside-range"));
                outside += item.count;
            }
            if (moved->report.items.empty())
                QVERIFY2(soundsOf(played(*common, *moved, score.ticksPerQuarter)) ==
                             soundsOf(allNotes(score)),
                         name.c_str());
            ++pieces;
            notes += score.noteCount();
        }
        qInfo("%zu chorales, %zu notes; %zu outside the range in the common key", pieces, notes,
              outside);
        QCOMPARE(pieces, std::size_t{200});
        QVERIFY(outside * 100 < notes);
    }
};

QTEST_APPLESS_MAIN(TestVoices)
#include "tst_voices.moc"
