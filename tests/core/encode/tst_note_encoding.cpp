// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/encode/note_encoding.h"
#include "core/midi/read_midi.h"
#include "core/music/tempo_map.h"

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace continuo;

namespace {

constexpr int kQuarter = 480;

/// "60@0:480 64@480:240 …": key, start and length in ticks.
Score scoreOf(const std::string& text, std::uint8_t channel = 0)
{
    Score score;
    score.ticksPerQuarter = kQuarter;
    const TrackId track = score.addTrack().id;
    for (const QString& word : QString::fromStdString(text).split(' ', Qt::SkipEmptyParts)) {
        const QStringList parts = word.split(QRegularExpression(QStringLiteral("[@:]")));
        Note note;
        note.pitch = {static_cast<std::uint8_t>(parts[0].toInt())};
        note.start = Tick{parts[1].toLongLong()};
        note.length = Tick{parts[2].toLongLong()};
        note.channel = channel;
        score.addNote(track, note);
    }
    return score;
}

std::string textOf(const std::vector<Note>& notes)
{
    std::string text;
    for (const Note& note : notes)
        text += (text.empty() ? "" : " ") + std::to_string(note.pitch.value) + "@" +
                std::to_string(note.start.value) + ":" + std::to_string(note.length.value);
    return text;
}

std::shared_ptr<const Encoding> encodingOf(const char* options)
{
    return makeEncoding("note", options).value();
}

std::string lossText(const LossReport& report)
{
    std::string text;
    for (const LossReport::Item& item : report.items)
        text += item.id + "=" + std::to_string(item.count) + " ";
    return text;
}

/// Two hands in random time, chords and repeated keys included.
Score randomScore(std::uint64_t seed, std::int64_t grid)
{
    const CounterRandom random(seed, CounterRandom::Domain::DataOrder);
    Score score;
    score.ticksPerQuarter = kQuarter;
    const TrackId tracks[] = {score.addTrack().id, score.addTrack().id};
    score.addEvent(tracks[0], tempoEvent(Tick{}, 400'000));
    score.addEvent(tracks[0], tempoEvent(Tick{960}, 700'000));
    for (std::uint32_t i = 0; i < 200; ++i) {
        Note note;
        note.pitch = {static_cast<std::uint8_t>(21 + random.below(88, i, 0, 0))};
        note.start = Tick{grid * static_cast<std::int64_t>(random.below(400, i, 1, 0))};
        note.length = Tick{grid * static_cast<std::int64_t>(1 + random.below(60, i, 2, 0))};
        note.velocity = static_cast<std::uint8_t>(1 + random.below(127, i, 3, 0));
        score.addNote(tracks[i % 2], note);
    }
    return score;
}

/// What is compared of a piece: its notes in the order of the encoding, without ids.
std::vector<Note> plainNotes(const Score& score)
{
    std::vector<Note> notes = allNotes(score);
    std::ranges::sort(notes, [](const Note& a, const Note& b) {
        return std::tie(a.start, a.pitch, b.length) < std::tie(b.start, b.pitch, a.length);
    });
    const auto rest = std::ranges::unique(notes, [](const Note& a, const Note& b) {
        return a.start == b.start && a.pitch == b.pitch;
    });
    notes.erase(rest.begin(), rest.end());
    for (Note& note : notes)
        note.id = 0;
    return notes;
}

} // namespace

class TestNoteEncoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWritten_data()
    {
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("notes");
        QTest::addColumn<QList<int>>("numbers");
        QTest::addColumn<QString>("losses");
        const QString four = QStringLiteral(R"({"division": 4, "longest": 2})");
        QTest::newRow("one after the other")
            << four << "60@0:480 62@480:240" << QList<int>{60, 0, 4, 62, 4, 2} << "";
        QTest::newRow("a chord from low to high") << four << "67@480:480 60@480:480 64@480:960"
                                                  << QList<int>{60, 0, 4, 64, 0, 8, 67, 0, 4} << "";
        QTest::newRow("moved and rounded")
            << four << "60@0:470 62@490:120" << QList<int>{60, 0, 4, 62, 4, 1}
            << "moved=1 lengthened=1 ";
        QTest::newRow("no note is nothing")
            << four << "60@0:0 62@120:1" << QList<int>{60, 0, 1, 62, 1, 1} << "lengthened=2 ";
        QTest::newRow("one key struck twice at once")
            << four << "60@0:120 60@0:480 60@10:240" << QList<int>{60, 0, 4} << "same-key=2 ";
        QTest::newRow("no longer than the longest")
            << four << "60@0:4800 62@4800:480" << QList<int>{60, 0, 8, 62, 8, 4}
            << "shortened=1 silence=1 ";
        QTest::newRow("the first note is the beginning")
            << four << "60@1920:480" << QList<int>{60, 0, 4} << "";
        QTest::newRow("seconds") << R"({"unit": "seconds", "division": 100})"
                                 << "60@0:480 62@480:240" << QList<int>{60, 0, 50, 62, 50, 25}
                                 << "";
        QTest::newRow("velocity") << R"({"division": 4, "longest": 2, "velocity": "kept"})"
                                  << "60@0:480" << QList<int>{60, 0, 4, 90} << "";
    }

    void whatIsWritten()
    {
        QFETCH(QString, options);
        QFETCH(QString, notes);
        QFETCH(QList<int>, numbers);
        QFETCH(QString, losses);
        const auto encoding = encodingOf(options.toUtf8().constData());
        const auto piece = encoding->encode(scoreOf(notes.toStdString()), {});
        QVERIFY(piece);
        QCOMPARE(QList<int>(piece->tokens.begin(), piece->tokens.end()), numbers);
        QCOMPARE(QString::fromStdString(lossText(piece->report)), losses);
    }

    void numbersAreBelowTheirLimits()
    {
        const auto encoding = encodingOf(R"({"division": 4, "longest": 2, "velocity": "kept"})");
        QCOMPARE(encoding->limits(), (std::vector<Token>{128, 9, 9, 128}));
        QCOMPARE(encodingOf("{}")->limits(), (std::vector<Token>{128, 1537, 1537}));
        QCOMPARE(encoding->vocabulary().size(), 128);
        QCOMPARE(encoding->vocabulary().symbol(60).name, std::string("C4"));
    }

    void whereAPieceEndsAnAnswerBegins()
    {
        const auto encoding = encodingOf(R"({"division": 4, "longest": 2})");
        const Score score = scoreOf("60@480:960 72@720:120");
        const EncodedPiece piece = encoding->encode(score, {}).value();
        QCOMPARE(piece.origin, Tick{480});
        QCOMPARE(piece.end, Tick{1440});
        EncodeOptions until;
        until.until = Tick{1920};
        QCOMPARE(encoding->encode(score, until)->end, Tick{1920});
        DecodeOptions decoding;
        decoding.ticksPerQuarter = kQuarter;
        decoding.origin = piece.origin;
        QCOMPARE(encoding->timeAfter(piece.tokens, decoding), Tick{1440});
    }

    /// Notes that stand on the grid come back as they are, velocities where they are kept.
    void roundTrips_data()
    {
        QTest::addColumn<QString>("velocity");
        for (const char* velocity : {"kept", "prompt", "fixed"})
            QTest::newRow(velocity) << velocity;
    }

    void roundTrips()
    {
        QFETCH(QString, velocity);
        const QString options =
            QStringLiteral(R"({"division": 16, "longest": 64, "tracks": "all", "velocity": "%1"})")
                .arg(velocity);
        const auto encoding = encodingOf(options.toUtf8().constData());
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const Score score = randomScore(seed, 30);
            const EncodedPiece piece = encoding->encode(score, {}).value();
            DecodeOptions decoding;
            decoding.ticksPerQuarter = kQuarter;
            decoding.origin = piece.origin;
            const std::vector<Note> notes = encoding->decode(piece.tokens, decoding);
            std::vector<Note> expected = plainNotes(score);
            for (Note& note : expected) {
                if (velocity != QLatin1String("kept"))
                    note.velocity = velocity == QLatin1String("fixed") ? 100 : kDefaultVelocity;
            }
            QCOMPARE(textOf(notes), textOf(expected));
            QVERIFY(notes == expected);
        }
    }

    /// Whatever the times: what was read once is read again as the same numbers.
    void whatWasReadIsReadAgain_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::newRow("beats") << QByteArray(
            R"({"division": 24, "tracks": "all", "velocity": "kept"})");
        QTest::newRow("seconds") << QByteArray(
            R"({"unit": "seconds", "division": 100, "velocity": "kept"})");
        QTest::newRow("coarse") << QByteArray(R"({"division": 4, "longest": 1})");
    }

    void whatWasReadIsReadAgain()
    {
        QFETCH(QByteArray, options);
        const auto encoding = encodingOf(options.constData());
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const Score score = randomScore(seed, 7);
            const TempoMap tempo(score);
            const EncodedPiece piece = encoding->encode(score, {}).value();
            DecodeOptions decoding;
            decoding.origin = piece.origin;
            decoding.tempo = &tempo;
            decoding.ticksPerQuarter = kQuarter;
            Score again;
            again.ticksPerQuarter = kQuarter;
            const TrackId track = again.addTrack().id;
            again.addEvent(track, tempoEvent(Tick{}, 400'000));
            again.addEvent(track, tempoEvent(Tick{960}, 700'000));
            for (const Note& note : encoding->decode(piece.tokens, decoding))
                again.addNote(track, note);
            QVERIFY(encoding->encode(again, {})->tokens == piece.tokens);
        }
    }

    void whichTracksAreRead()
    {
        Score score = scoreOf("72@0:480 74@480:480");
        const TrackId low = score.addTrack().id;
        Note note;
        note.pitch = {40};
        note.length = Tick{480};
        score.addNote(low, note);
        note.channel = kDrumChannel;
        score.addNote(low, note);
        const auto all = encodingOf(R"({"tracks": "all"})")->encode(score, {});
        QCOMPARE(all->tokens.size(), std::size_t{9});
        QCOMPARE(lossText(all->report), std::string("other-tracks=1 "));
        const auto melody = encodingOf("{}")->encode(score, {});
        QCOMPARE(melody->tokens.size(), std::size_t{6});
        QCOMPARE(lossText(melody->report), std::string("other-tracks=2 "));
        QCOMPARE(melody->track, std::size_t{0});
    }

    void refusals()
    {
        const auto encoding = encodingOf("{}");
        QCOMPARE(encoding->encode(Score{}, {}).error().id, std::string("encode.empty"));
        QCOMPARE(encoding->encode(scoreOf("40@0:480", kDrumChannel), {}).error().id,
                 std::string("encode.empty"));
        Score frames = scoreOf("60@0:40");
        frames.smpte = SmpteDivision{25, 40};
        QCOMPARE(encoding->encode(frames, {}).error().id, std::string("encode.smpte"));
        // 40 of 1000 ticks a second are 4 hundredths.
        const auto seconds = encodingOf(R"({"unit": "seconds", "division": 100})");
        QCOMPARE(seconds->encode(frames, {})->tokens, (std::vector<Token>{60, 0, 4}));
        const Score late = scoreOf("60@9007199254740000:1");
        QCOMPARE(encoding->encode(late, {}).error().id, std::string("encode.too-long"));
    }

    void options_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QString>("key");
        QTest::newRow("unit") << QByteArray(R"({"unit": "bars"})") << "unit";
        QTest::newRow("division") << QByteArray(R"({"division": 3})") << "division";
        QTest::newRow("longest") << QByteArray(R"({"longest": 65})") << "longest";
        QTest::newRow("unknown") << QByteArray(R"({"grid": "1/8"})") << "grid";
    }

    void options()
    {
        QFETCH(QByteArray, options);
        QFETCH(QString, key);
        const auto made = makeEncoding("note", options.constData());
        QVERIFY(!made);
        QCOMPARE(QString::fromStdString(made.error().arguments.front().second), key);
    }

    void aModelFileBringsItBack()
    {
        const auto encoding = encodingOf(R"({"unit": "seconds", "velocity": "kept"})");
        const auto again = makeEncoding("note", 1, encoding->optionsJson(), encoding->vocabulary());
        QVERIFY(again);
        QCOMPARE((*again)->optionsJson(), encoding->optionsJson());
        QCOMPARE(makeEncoding("note", 2, "{}", encoding->vocabulary()).error().id,
                 std::string("encode.other-version"));
        QCOMPARE(makeEncoding("note", 1, "{}", Vocabulary()).error().id,
                 std::string("encode.other-vocabulary"));
    }

    /// Every piece of a corpus of piano music: numbers below their limits, and read again the same.
    void corpus()
    {
        const QByteArray data = qgetenv("CONTINUO_SHARED_DATA");
        if (data.isEmpty())
            QSKIP("CONTINUO_SHARED_DATA names no folder with corpora.");
        const std::filesystem::path folder =
            std::filesystem::path(data.toStdString()) / "piano-midi-de" / "Mozart";
        if (!std::filesystem::exists(folder))
            QSKIP("The corpus piano-midi-de is not there.");
        const auto encoding = encodingOf(
            R"({"unit": "seconds", "division": 50, "tracks": "all", "velocity": "kept"})");
        const std::vector<Token> limits = encoding->limits();
        std::size_t notes = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto score = readMidiFile(entry.path());
            QVERIFY(score);
            const EncodedPiece piece = encoding->encode(score->score, {}).value();
            for (std::size_t i = 0; i < piece.tokens.size(); ++i)
                QVERIFY(piece.tokens[i] >= 0 && piece.tokens[i] < limits[i % limits.size()]);
            const TempoMap tempo(score->score);
            DecodeOptions decoding;
            decoding.ticksPerQuarter = score->score.ticksPerQuarter;
            decoding.origin = piece.origin;
            decoding.tempo = &tempo;
            const std::vector<Note> read = encoding->decode(piece.tokens, decoding);
            QCOMPARE(read.size() * limits.size(), piece.tokens.size());
            notes += read.size();
        }
        QVERIFY(notes > 10'000);
    }
};

QTEST_APPLESS_MAIN(TestNoteEncoding)
#include "tst_note_encoding.moc"
