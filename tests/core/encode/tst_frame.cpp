// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/random.h"
#include "core/dataset/frame_list.h"
#include "core/encode/frame.h"

#include <QRegularExpression>
#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace continuo;

namespace {

Score scoreOf(const QString& text, int ticksPerQuarter = 480)
{
    Score score;
    score.ticksPerQuarter = ticksPerQuarter;
    TrackId track = score.addTrack().id;
    for (const QString& word : text.split(' ', Qt::SkipEmptyParts)) {
        if (word == QLatin1String("|")) {
            track = score.addTrack().id;
            continue;
        }
        // start+length:key, in ticks; "d" behind it for drums.
        const QStringList parts = word.split(QRegularExpression("[+:d]"));
        Note note;
        note.start = Tick{parts[0].toLongLong()};
        note.length = Tick{parts[1].toLongLong()};
        note.pitch = {static_cast<std::uint8_t>(parts[2].toInt())};
        note.channel = word.endsWith('d') ? kDrumChannel : 0;
        score.addNote(track, note);
    }
    return score;
}

/// In eighths, unless the options say otherwise.
std::shared_ptr<const Encoding> frame(const char* options = "{}")
{
    auto all = nlohmann::json::parse(options);
    if (!all.contains("grid"))
        all["grid"] = "1/8";
    return makeEncoding("frame", all.dump()).value();
}

/// "60,64 60 - …": the keys of each frame.
QString framesText(const std::vector<Token>& tokens)
{
    QStringList frames;
    for (std::size_t i = 0; i + kFrameNumbers <= tokens.size(); i += kFrameNumbers) {
        const FrameKeys keys = frameKeys(std::span(tokens).subspan(i, kFrameNumbers));
        QStringList names;
        for (std::size_t key = 0; key < kFrameKeys; ++key) {
            if (keys[key])
                names += QString::number(kLowestFrameKey + static_cast<int>(key));
        }
        frames += names.isEmpty() ? QStringLiteral("-") : names.join(',');
    }
    return frames.join(' ');
}

QString lossText(const LossReport& report)
{
    QStringList items;
    for (const LossReport::Item& item : report.items)
        items += QString("%1=%2").arg(QString::fromStdString(item.id)).arg(item.count);
    return items.join(' ');
}

QString notesText(const std::vector<Note>& notes)
{
    QStringList all;
    for (const Note& note : notes)
        all +=
            QString("%1+%2:%3").arg(note.start.value).arg(note.length.value).arg(note.pitch.value);
    return all.join(' ');
}

} // namespace

class TestFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKeyHasItsPlaceInTheNumbers()
    {
        const std::vector<Token> limits = frame()->limits();
        QCOMPARE(limits, (std::vector<Token>{1 << 30, 1 << 30, 1 << 28}));
        for (std::size_t key = 0; key < kFrameKeys; ++key) {
            FrameKeys one;
            one.set(key);
            const auto numbers = frameNumbers(one);
            for (std::size_t k = 0; k < kFrameNumbers; ++k)
                QCOMPARE(numbers[k], k == key / 30 ? Token{1} << (key % 30) : Token{0});
            QVERIFY(frameKeys(numbers) == one);
        }
        const auto all = frameNumbers(FrameKeys().set());
        for (std::size_t k = 0; k < kFrameNumbers; ++k)
            QCOMPARE(all[k], limits[k] - 1);
        QCOMPARE(frame()->vocabulary().size(), Token{88});
        QCOMPARE(frame()->vocabulary().symbol(0).name, std::string("A0"));
        QCOMPARE(frame()->vocabulary().symbol(87).name, std::string("C8"));
    }

    void piecesBecomeFrames_data()
    {
        QTest::addColumn<QString>("notes");
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("frames");
        QTest::addColumn<QString>("losses");
        const auto row = [](const char* name, const char* notes, const char* options,
                            const char* frames, const char* losses) {
            QTest::newRow(name) << notes << options << frames << losses;
        };
        row("a chord over a moving line", "0+480:60 0+240:64 240+240:65", "{}", "60,64 60,65", "");
        row("tracks fall together", "0+480:60 | 0+480:48 240+240:64", "{}", "48,60 48,60,64", "");
        row("silence between", "0+240:60 480+240:60", "{}", "60 - 60", "");
        row("struck again at once", "0+240:60 240+240:60", "{}", "60 60", "joined=1");
        row("two voices on one key", "0+480:60 | 240+480:60", "{}", "60 60 60", "doubled=1");
        row("drums", "0+240:60 0+240:38d", "{}", "60", "drums=1");
        row("outside the piano", "0+240:60 0+240:20 0+240:109", "{}", "60", "outside-range=2");
        row("the ends of the piano", "0+240:21 0+240:108", "{}", "21,108", "");
        row("off the grid", "20+200:60", "{}", "60", "moved=1 lengthened=1");
        row("too short for the grid", "0+10:60 240+240:62", "{}", "60 62", "lengthened=1");
        row("finer", "0+240:60 240+120:62", R"({"grid": "1/16"})", "60 60 62", "");
        row("triplets", "0+160:60 160+320:62", R"({"grid": "1/12"})", "60 62 62", "");
        row("later", "960+240:60", "{}", "60", "");
        row("silence kept", "480+240:60", R"({"silence": true})", "- - 60", "");
        row("not held", "0+480:60 0+240:64 480+240:60", R"({"hold": false})", "60,64 - 60",
            "cut=1 shortened=1");
    }
    void piecesBecomeFrames()
    {
        QFETCH(QString, notes);
        QFETCH(QString, options);
        QFETCH(QString, frames);
        QFETCH(QString, losses);
        const Result<EncodedPiece> piece =
            frame(options.toUtf8().constData())->encode(scoreOf(notes), {});
        QVERIFY(piece);
        QCOMPARE(framesText(piece->tokens), frames);
        QCOMPARE(lossText(piece->report), losses);
    }

    void framesBecomeNotes_data()
    {
        QTest::addColumn<QString>("notes");
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("decoded");
        QTest::newRow("as they were") << "0+480:60 0+240:64 240+240:65"
                                      << "{}"
                                      << "0+240:64 0+480:60 240+240:65";
        QTest::newRow("joined") << "0+240:60 240+240:60"
                                << "{}"
                                << "0+480:60";
        QTest::newRow("in order of start") << "0+960:48 0+240:64 240+240:65 720+480:67"
                                           << "{}"
                                           << "0+240:64 0+960:48 240+240:65 720+480:67";
        QTest::newRow("not held") << "0+480:60 240+240:60"
                                  << R"({"hold": false})"
                                  << "0+240:60 240+240:60";
    }
    void framesBecomeNotes()
    {
        QFETCH(QString, notes);
        QFETCH(QString, options);
        QFETCH(QString, decoded);
        const auto encoding = frame(options.toUtf8().constData());
        const Result<EncodedPiece> piece = encoding->encode(scoreOf(notes), {});
        QVERIFY(piece);
        DecodeOptions here;
        here.ticksPerQuarter = 480;
        QCOMPARE(notesText(encoding->decode(piece->tokens, here)), decoded);
        DecodeOptions elsewhere = here;
        elsewhere.origin = Tick{960};
        elsewhere.semitones = 2;
        elsewhere.channel = 3;
        const std::vector<Note> moved = encoding->decode(piece->tokens, elsewhere);
        const std::vector<Note> plain = encoding->decode(piece->tokens, here);
        for (std::size_t i = 0; i < plain.size(); ++i) {
            QCOMPARE(moved[i].start.value, plain[i].start.value + 960);
            QCOMPARE(int(moved[i].pitch.value), plain[i].pitch.value + 2);
            QCOMPARE(int(moved[i].channel), 3);
        }
        QCOMPARE(encoding->timeAfter(piece->tokens, here),
                 *encoding->tokenTime(piece->tokens.size() / kFrameNumbers, 480));
    }

    /// Any frames at all: as notes and back.
    void randomFramesComeBack_data()
    {
        QTest::addColumn<QString>("options");
        QTest::addColumn<int>("ticksPerQuarter");
        for (const char* grid : {"1/4", "1/8", "1/16", "1/32", "1/6", "1/12", "1/24"})
            QTest::newRow(grid) << QString(R"({"grid": "%1", "silence": true})").arg(grid) << 480;
        QTest::newRow("not held") << R"({"hold": false, "silence": true})" << 480;
        QTest::newRow("odd ticks") << R"({"grid": "1/16", "silence": true})" << 97;
    }
    void randomFramesComeBack()
    {
        QFETCH(QString, options);
        QFETCH(int, ticksPerQuarter);
        const auto encoding = frame(options.toUtf8().constData());
        const CounterRandom random(7, CounterRandom::Domain::Test);
        for (std::uint32_t which = 0; which < 20; ++which) {
            std::vector<Token> tokens;
            for (std::uint32_t i = 0; i < 60; ++i) {
                FrameKeys keys;
                for (std::uint32_t key = 0; key < kFrameKeys; ++key)
                    keys[key] = random.below(12, which, i, key) == 0;
                if (random.below(5, which, i, 1000) == 0 && i + 1 < 60)
                    keys.reset();
                const auto numbers = frameNumbers(keys);
                tokens.insert(tokens.end(), numbers.begin(), numbers.end());
            }
            DecodeOptions how;
            how.ticksPerQuarter = ticksPerQuarter;
            Score score;
            score.ticksPerQuarter = ticksPerQuarter;
            const TrackId track = score.addTrack().id;
            for (const Note& note : encoding->decode(tokens, how))
                score.addNote(track, note);
            const Result<EncodedPiece> again = encoding->encode(score, {});
            QVERIFY(again);
            QCOMPARE(framesText(again->tokens), framesText(tokens));
            QCOMPARE(lossText(again->report), QString());
        }
    }

    void notesAreToldInOrderAsSoonAsTheyCanBe()
    {
        const auto encoding = frame();
        const Result<EncodedPiece> piece =
            encoding->encode(scoreOf("0+720:48 0+240:64 240+240:65 720+240:67"), {});
        const auto reader = encoding->reader({}, {});
        QStringList told;
        for (std::size_t i = 0; i < piece->tokens.size(); ++i) {
            for (const ReadNote& each : reader->read(piece->tokens[i]))
                told += QString("%1:%2@%3")
                            .arg(i / kFrameNumbers)
                            .arg(each.note.pitch.value)
                            .arg(each.token);
        }
        for (const ReadNote& each : reader->finish())
            told += QString("end:%1@%2").arg(each.note.pitch.value).arg(each.token);
        // 65 waits for the bass, which began before it.
        QCOMPARE(told.join(' '), QString("1:64@0 3:48@0 3:65@1 end:67@3"));
        QCOMPARE(reader->mayFollow(), std::vector<std::uint8_t>(88, 1));
    }

    void promptsEndWhereTheirNotesDo()
    {
        EncodeOptions prompt;
        prompt.withEnd = false;
        prompt.foldOutOfRange = true;
        Score score = scoreOf("480+240:60 480+240:110 800+100:62");
        score.tracks[0].end = Tick{4800};
        for (const char* options : {"{}", R"({"silence": true})"}) {
            const Result<EncodedPiece> piece = frame(options)->encode(score, prompt);
            QVERIFY(piece);
            QCOMPARE(piece->end.value, 960);
            QVERIFY(framesText(piece->tokens).endsWith(QString("60,98 62")));
            QCOMPARE(lossText(piece->report), QString("folded=1 moved=1 lengthened=1"));
        }
        prompt.until = Tick{1300};
        const Result<EncodedPiece> later = frame()->encode(score, prompt);
        QVERIFY(later);
        QCOMPARE(framesText(later->tokens), QString("60,98 62 - -"));
        QCOMPARE(later->end.value, 1440);
        QCOMPARE(later->origin.value, 480);
    }

    void whatHasNoFramesIsRefused_data()
    {
        QTest::addColumn<QString>("notes");
        QTest::addColumn<QString>("id");
        QTest::newRow("nothing") << ""
                                 << "encode.empty";
        QTest::newRow("drums") << "0+240:38d"
                               << "encode.empty";
        QTest::newRow("no key of a piano") << "0+240:3"
                                           << "encode.outside-range";
        QTest::newRow("far away") << "0+240:60 9007199254740993+240:60"
                                  << "encode.too-long";
        QTest::newRow("too long") << "0+240:60 300000000+240:60"
                                  << "encode.too-long";
    }
    void whatHasNoFramesIsRefused()
    {
        QFETCH(QString, notes);
        QFETCH(QString, id);
        const Result<EncodedPiece> piece = frame()->encode(scoreOf(notes), {});
        QVERIFY(!piece);
        QCOMPARE(QString::fromStdString(piece.error().id), id);
    }

    void filmTimeIsRefused()
    {
        Score score = scoreOf("0+240:60");
        score.smpte = SmpteDivision{};
        QCOMPARE(frame()->encode(score, {}).error().id, std::string("encode.smpte"));
    }

    void optionsAreReadAndWritten()
    {
        QCOMPARE(makeEncoding("frame", "{}").value()->optionsJson(),
                 std::string(R"({"grid":"1/16","hold":true,"silence":false})"));
        const auto other = frame(R"({"silence": true, "hold": false, "grid": "1/24"})");
        QCOMPARE(makeEncoding("frame", 1, other->optionsJson(), other->vocabulary())
                     .value()
                     ->optionsJson(),
                 other->optionsJson());
        QCOMPARE(makeEncoding("frame", R"({"grid": "1/7"})").error().id,
                 std::string("encode.bad-option"));
        QCOMPARE(makeEncoding("frame", R"({"low": 3})").error().id,
                 std::string("encode.unknown-option"));
    }

    /// Frame by frame what the file says, in every part.
    void publishedBenchmarksComeBackExactly_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("JSB Chorales") << "jsb-chorales.json";
        QTest::newRow("Nottingham") << "nottingham.json";
    }
    void publishedBenchmarksComeBackExactly()
    {
        QFETCH(QString, file);
        const QByteArray shared = qgetenv("CONTINUO_SHARED_DATA");
        const auto path =
            std::filesystem::path(shared.toStdString()) / "benchmarks" / file.toStdString();
        if (shared.isEmpty() || !std::filesystem::exists(path))
            QSKIP("The published benchmarks are not on this machine (CONTINUO_SHARED_DATA).");
        const auto bytes = readFile(path, 64 << 20).value();
        const auto pieces = readFrameList(bytes, "benchmark").value();
        const auto json = nlohmann::ordered_json::parse(bytes.begin(), bytes.end());
        const auto encoding = frame(R"({"silence": true})");
        std::size_t next = 0;
        std::size_t frames = 0;
        for (const auto& [part, list] : json.items()) {
            static_cast<void>(part);
            for (const auto& piece : list) {
                const Result<EncodedPiece> encoded = encoding->encode(pieces[next++].score, {});
                QVERIFY(encoded);
                QVERIFY(encoded->report.items.empty());
                std::vector<Token> expected;
                for (const auto& keys : piece) {
                    FrameKeys on;
                    for (const auto& key : keys)
                        on.set(key.get<std::size_t>() - std::size_t{kLowestFrameKey});
                    const auto numbers = frameNumbers(on);
                    expected.insert(expected.end(), numbers.begin(), numbers.end());
                    ++frames;
                }
                QVERIFY(encoded->tokens == expected);
            }
        }
        QCOMPARE(next, pieces.size());
        QCOMPARE(frames, file.startsWith("jsb") ? std::size_t{13807 + 4602 + 4725}
                                                : std::size_t{176561 + 45513 + 44463});
    }
};

QTEST_APPLESS_MAIN(TestFrame)
#include "tst_frame.moc"
