// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/soundfonts/note_measure.h"
#include "tests/soundfonts/player.h"
#include "tests/soundfonts/program_table.h"
#include "tests/soundfonts/sf2_file.h"

#include <QFile>
#include <QFileInfo>
#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <vector>

using namespace continuo::test;

namespace {

constexpr double kNoteSeconds = 1.5;
constexpr int kStandardVelocity = 100;
constexpr int kDrumBank = 128;

double keyHertz(int key)
{
    return 440.0 * std::pow(2.0, (key - 69) / 12.0);
}

/// Five keys from the lowest to the highest, the third being the standard note.
std::vector<int> keysOf(const ExpectedProgram& program)
{
    std::vector<int> keys;
    for (int i = 0; i < 5; ++i)
        keys.push_back(program.low + (program.high - program.low) * i / 4);
    return keys;
}

/// The same five keys, or every key where the environment asks for the long test.
std::vector<int> keysToTune(const ExpectedProgram& program)
{
    if (!qEnvironmentVariableIsSet("CONTINUO_SOUNDFONT_EVERY_KEY"))
        return keysOf(program);
    std::vector<int> keys;
    for (int key = program.low; key <= program.high; ++key)
        keys.push_back(key);
    return keys;
}

bool hasPitch(const ExpectedProgram& program)
{
    return program.shape != Shape::Effect;
}

QString soundfontPath()
{
    const QString fromEnvironment = qEnvironmentVariable("CONTINUO_SOUNDFONT");
    return fromEnvironment.isEmpty() ? QStringLiteral(CONTINUO_SOUNDFONT_PATH) : fromEnvironment;
}

} // namespace

class TestSoundfont : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(soundfontPath());
        QVERIFY2(file.open(QIODevice::ReadOnly),
                 qPrintable(QStringLiteral("cannot read ") + soundfontPath()));
        m_bytes = file.readAll();
        m_file = readSf2(m_bytes);
        m_player = std::make_unique<Player>(soundfontPath());
        QVERIFY(m_player->isReady());
        for (const ExpectedProgram& program : kPrograms)
            m_standard[program.number] = m_player->play(0, program.number, {keysOf(program)[2]},
                                                        kStandardVelocity, kNoteSeconds);
    }

    void cleanupTestCase() { m_player.reset(); }

    // --- the file ---

    void chunksAreWhole()
    {
        QVERIFY2(m_file.problem.isEmpty(), qPrintable(m_file.problem));
        QCOMPARE(m_file.chunks.at("ifil"), QByteArray("\x02\x00\x04\x00", 4));
        QVERIFY2(m_bytes.size() > 4'000'000 && m_bytes.size() < 16'000'000,
                 qPrintable(QString::number(m_bytes.size())));
    }

    void listsEndWithTerminalRecordsAndPointInside()
    {
        const auto& chunks = m_file.chunks;
        QVERIFY(chunks.at("phdr").right(38).startsWith("EOP"));
        QVERIFY(chunks.at("inst").right(22).startsWith("EOI"));
        QVERIFY(chunks.at("shdr").right(46).startsWith("EOS"));
        // Each list's index into the next grows, and the terminal one names its length.
        const struct
        {
            const char* from;
            qsizetype size;
            qsizetype field;
            const char* to;
            qsizetype toSize;
        } links[] = {{"phdr", 38, 24, "pbag", 4}, {"pbag", 4, 0, "pgen", 4},
                     {"pbag", 4, 2, "pmod", 10},  {"inst", 22, 20, "ibag", 4},
                     {"ibag", 4, 0, "igen", 4},   {"ibag", 4, 2, "imod", 10}};
        for (const auto& link : links) {
            const qsizetype count = chunks.at(link.from).size() / link.size;
            int last = 0;
            for (qsizetype i = 0; i < count; ++i) {
                const int index = m_file.int16(link.from, i * link.size + link.field);
                QVERIFY2(index >= last, link.from);
                last = index;
            }
            QCOMPARE(last, static_cast<int>(chunks.at(link.to).size() / link.toSize) - 1);
        }
    }

    void everyProgramAndTheDrumKitHaveAPreset()
    {
        std::set<std::pair<int, int>> presets;
        const qsizetype count = m_file.chunks.at("phdr").size() / 38 - 1;
        for (qsizetype i = 0; i < count; ++i)
            presets.emplace(m_file.int16("phdr", i * 38 + 22), m_file.int16("phdr", i * 38 + 20));
        for (int program = 0; program < 128; ++program)
            QVERIFY2(presets.contains({0, program}), qPrintable(QString::number(program)));
        QVERIFY(presets.contains({kDrumBank, 0}));
    }

    /// Ranges before everything else, the instrument or the sample last (specification,
    /// section 8.1.2).
    void generatorsStandInOrder()
    {
        const struct
        {
            const char* bags;
            const char* generators;
            int last;
        } kinds[] = {{"pbag", "pgen", 41}, {"ibag", "igen", 53}};
        for (const auto& kind : kinds) {
            const qsizetype zones = m_file.chunks.at(kind.bags).size() / 4 - 1;
            for (qsizetype zone = 0; zone < zones; ++zone) {
                const int from = m_file.int16(kind.bags, zone * 4);
                const int to = m_file.int16(kind.bags, zone * 4 + 4);
                QVERIFY(to > from);
                std::set<int> seen;
                for (int i = from; i < to; ++i) {
                    const int generator = m_file.int16(kind.generators, i * 4);
                    QVERIFY2(seen.insert(generator).second, "a generator stands twice in a zone");
                    QVERIFY(generator != 43 || i == from);
                    QVERIFY(generator != 44 || i == from + 1);
                    QCOMPARE(generator == kind.last, i == to - 1);
                }
            }
        }
    }

    void samplesLieApartWithSilenceBetween()
    {
        QVERIFY(m_file.samples.size() > 200);
        std::uint32_t end = 0;
        for (const Sf2Sample& sample : m_file.samples) {
            QVERIFY2(sample.start >= end, sample.name.c_str());
            QVERIFY2(sample.end > sample.start + 48, sample.name.c_str());
            QVERIFY2(sample.end + 46 <= m_file.frames.size(), sample.name.c_str());
            for (std::uint32_t i = 0; i < 46; ++i)
                QCOMPARE(m_file.frames[sample.end + i], std::int16_t{0});
            QVERIFY2(sample.loopStart >= sample.start + 8 &&
                         sample.loopStart + 32 <= sample.loopEnd &&
                         sample.loopEnd + 8 <= sample.end,
                     sample.name.c_str());
            QVERIFY2(sample.sampleRate >= 8000 && sample.sampleRate <= 48000, sample.name.c_str());
            QCOMPARE(sample.type, 1);
            end = sample.end + 46;
        }
    }

    void loopsMeetAndCarryNoDirectCurrent()
    {
        const std::set<std::size_t> looped = loopedSamples();
        QVERIFY(looped.size() > 150);
        double worstJump = -300.0;
        double worstMean = -300.0;
        for (std::size_t id = 0; id < m_file.samples.size(); ++id) {
            const Sf2Sample& sample = m_file.samples[id];
            const bool loops = looped.contains(id);
            const std::uint32_t from = loops ? sample.loopStart : sample.start;
            const std::uint32_t to = loops ? sample.loopEnd : sample.end;
            double peak = 0.0;
            double mean = 0.0;
            for (std::uint32_t i = from; i < to; ++i) {
                peak = std::max(peak, std::abs(static_cast<double>(m_file.frames[i])));
                mean += m_file.frames[i];
            }
            for (std::uint32_t i = sample.start; i < sample.end; ++i)
                QVERIFY2(std::abs(static_cast<int>(m_file.frames[i])) < 32767, sample.name.c_str());
            QVERIFY2(peak > 300.0, sample.name.c_str());
            mean = std::abs(mean) / static_cast<double>(to - from);
            QVERIFY2(decibels(mean / peak) < -60.0, sample.name.c_str());
            worstMean = std::max(worstMean, decibels(mean / peak));
            if (!loops)
                continue;
            // What interpolation reads around the end must be what stands around the start.
            double jump = 0.0;
            for (std::uint32_t i = 0; i < 16; ++i)
                jump = std::max(
                    jump, std::abs(static_cast<double>(m_file.frames[sample.loopStart + i - 8] -
                                                       m_file.frames[sample.loopEnd + i - 8])));
            QVERIFY2(decibels(jump / peak) < -60.0,
                     qPrintable(QStringLiteral("%1: %2 dB")
                                    .arg(QString::fromStdString(sample.name))
                                    .arg(decibels(jump / peak))));
            worstJump = std::max(worstJump, decibels(std::max(jump, 1e-3) / peak));
        }
        qInfo("loop jump at most %.0f dB, mean at most %.0f dB, both against the sample's peak",
              worstJump, worstMean);
    }

    /// A pitched sample bears its root key in its name; its loop holds whole periods of that key.
    void loopsHoldWholePeriodsOfTheirKey()
    {
        const std::set<std::size_t> looped = loopedSamples();
        int pitched = 0;
        for (std::size_t id = 0; id < m_file.samples.size(); ++id) {
            const Sf2Sample& sample = m_file.samples[id];
            const QString name = QString::fromStdString(sample.name);
            bool isNumber = false;
            const int key = name.section(QLatin1Char(' '), -1).toInt(&isNumber);
            if (!isNumber)
                continue;
            ++pitched;
            QCOMPARE(sample.rootKey, key);
            QCOMPARE(sample.correction, 0);
            if (!looped.contains(id))
                continue;
            const double periods =
                (sample.loopEnd - sample.loopStart) * keyHertz(key) / sample.sampleRate;
            const double cents = 1200.0 * std::log2(periods / std::round(periods));
            QVERIFY2(std::abs(cents) < 0.2,
                     qPrintable(QStringLiteral("%1: %2 cents").arg(name).arg(cents)));
        }
        QVERIFY(pitched > 300);
    }

    // --- the sound ---

    void everyNoteIsInTune()
    {
        double worst = 0.0;
        QString worstWhere;
        for (const ExpectedProgram& program : kPrograms) {
            if (!hasPitch(program))
                continue;
            for (const int key : keysToTune(program)) {
                const Recording recording =
                    m_player->play(0, program.number, {key}, kStandardVelocity, 1.2);
                const std::vector<double> frames = recording.middle();
                const double settled = program.settleMs > 0.0           ? program.settleMs
                                       : program.shape == Shape::Struck ? 30.0
                                                                        : 300.0;
                const PitchReading reading = fundamental(frames, keyHertz(key), settled);
                const QString where =
                    QStringLiteral("program %1, key %2: %3 cents, fundamental %4 dB")
                        .arg(program.number)
                        .arg(key)
                        .arg(reading.cents)
                        .arg(reading.shareDb);
                QVERIFY2(reading.shareDb > -36.0, qPrintable(where));
                QVERIFY2(std::abs(reading.cents) <= 5.0, qPrintable(where));
                if (std::abs(reading.cents) > std::abs(worst)) {
                    worst = reading.cents;
                    worstWhere = where;
                }
                if (program.isHarmonic) {
                    // It repeats after one period, and less well after half of one: the right
                    // octave.
                    const double period = 1.0 / keyHertz(key);
                    const double whole = selfSimilarity(frames, period, 50.0);
                    QVERIFY2(
                        whole > 0.45,
                        qPrintable(QStringLiteral("%1; self-similarity %2").arg(where).arg(whole)));
                    QVERIFY2(selfSimilarity(frames, 0.5 * period, 50.0) < whole - 0.02,
                             qPrintable(where));
                }
            }
        }
        qInfo("worst note: %s", qPrintable(worstWhere));
    }

    void programsAreEquallyLoud()
    {
        std::vector<double> all;
        for (const ExpectedProgram& program : kPrograms)
            if (hasPitch(program))
                all.push_back(loudness(m_standard[program.number]));
        std::sort(all.begin(), all.end());
        const double median = all[all.size() / 2];
        QVERIFY2(median > -36.0 && median < -24.0, qPrintable(QString::number(median)));
        for (const ExpectedProgram& program : kPrograms) {
            const double difference = loudness(m_standard[program.number]) - median;
            const double limit = program.number >= 120 ? 6.0 : 3.0;
            QVERIFY2(std::abs(difference) <= limit,
                     qPrintable(
                         QStringLiteral("program %1: %2 dB").arg(program.number).arg(difference)));
        }
        qInfo("median %.1f LKFS, from %+.1f to %+.1f dB", median, all.front() - median,
              all.back() - median);
    }

    void keysOfAProgramAreEquallyLoud()
    {
        double worst = 0.0;
        for (const ExpectedProgram& program : kPrograms) {
            if (!hasPitch(program))
                continue;
            const double standard = loudness(m_standard[program.number]);
            for (const int key : {keysOf(program).front(), keysOf(program).back()}) {
                const double difference =
                    loudness(
                        m_player->play(0, program.number, {key}, kStandardVelocity, kNoteSeconds)) -
                    standard;
                QVERIFY2(std::abs(difference) <= 4.0,
                         qPrintable(QStringLiteral("program %1, key %2: %3 dB")
                                        .arg(program.number)
                                        .arg(key)
                                        .arg(difference)));
                worst = std::max(worst, std::abs(difference));
            }
        }
        qInfo("ends of the range differ from its middle by at most %.1f dB", worst);
    }

    void notesBeginAndEndLikeTheirFamily()
    {
        for (const ExpectedProgram& program : kPrograms) {
            const Recording& recording = m_standard[program.number];
            const double attack = attackMs(recording);
            const double fall = fallDb(recording, 1250);
            const QByteArray where =
                QStringLiteral("program %1: attack %2 ms, %3 dB lower at the end")
                    .arg(program.number)
                    .arg(attack)
                    .arg(fall)
                    .toUtf8();
            switch (program.shape) {
            case Shape::Struck:
                QVERIFY2(attack < 20.0, where);
                QVERIFY2(fall > 4.0, where);
                break;
            case Shape::Held:
                QVERIFY2(attack < 60.0, where);
                QVERIFY2(fall < 11.0, where);
                break;
            case Shape::Bowed:
                QVERIFY2(attack >= 35.0 && attack <= 200.0, where);
                QVERIFY2(fall < 4.0, where);
                break;
            case Shape::Blown:
                QVERIFY2(attack >= 8.0 && attack <= 120.0, where);
                QVERIFY2(fall < 3.0, where);
                break;
            case Shape::Pad:
                QVERIFY2(attack <= 700.0, where);
                QVERIFY2(fall < 6.0, where);
                break;
            case Shape::Mixed:
                QVERIFY2(attack <= 400.0, where);
                QVERIFY2(fall < 12.0, where);
                break;
            case Shape::Effect:
                QVERIFY2(recording.peak() > 0.005, where);
                break;
            }
        }
    }

    /// Echoes meet the sound before them in another phase at every key, and in another synthesizer.
    void echoesDieAwayAtEveryKey()
    {
        for (int key = 54; key <= 78; ++key) {
            const double fall =
                fallDb(m_player->play(0, 102, {key}, kStandardVelocity, kNoteSeconds), 1250);
            QVERIFY2(
                fall > 5.0,
                qPrintable(QStringLiteral("key %1: %2 dB lower at the end").arg(key).arg(fall)));
        }
    }

    void organsAreFlat()
    {
        for (const int program : {16, 18, 19, 20}) {
            const std::vector<double> curve = levels(m_standard[program], 200);
            const auto [least, most] = std::minmax_element(curve.begin() + 200, curve.end());
            QVERIFY2(decibels(*most / *least) < 1.5,
                     qPrintable(QStringLiteral("program %1: %2 dB")
                                    .arg(program)
                                    .arg(decibels(*most / *least))));
        }
    }

    void plucksDieAway()
    {
        for (const int program : {12, 13, 28, 45, 105, 106, 115}) // short by nature
            QVERIFY2(fallDb(m_standard[program], 1250) > 20.0,
                     qPrintable(QString::number(program)));
    }

    void releasedNotesStop()
    {
        for (const ExpectedProgram& program : kPrograms) {
            const Recording recording = m_player->play(0, program.number, {keysOf(program)[2]},
                                                       kStandardVelocity, 0.6, 2.6);
            const std::vector<double> curve = levels(recording, 50);
            const double top = *std::max_element(curve.begin(), curve.end());
            QVERIFY2(decibels(curve.back() / top) < -50.0,
                     qPrintable(QStringLiteral("program %1: %2 dB")
                                    .arg(program.number)
                                    .arg(decibels(curve.back() / top))));
        }
    }

    void loudChordsDoNotClip()
    {
        double worst = 0.0;
        for (const ExpectedProgram& program : kPrograms) {
            if (!hasPitch(program))
                continue;
            const int key = keysOf(program)[2];
            for (const std::vector<int>& chord :
                 {std::vector<int>{key - 12, key - 5, key, key + 4, key + 7, key + 12},
                  {key - 7, key - 3, key, key + 5, key + 9, key + 12}}) {
                const double peak = m_player->play(0, program.number, chord, 127, 0.4).peak();
                QVERIFY2(
                    peak < 1.0,
                    qPrintable(
                        QStringLiteral("program %1 reaches %2").arg(program.number).arg(peak)));
                worst = std::max(worst, peak);
            }
        }
        qInfo("six notes at velocity 127 and gain 0.5 reach %.2f of full scale", worst);
    }

    void harderIsLouderAndBrighter()
    {
        for (const int program : {0, 1, 4, 5, 24, 25, 32, 33, 40, 48, 56, 61, 65, 73, 81}) {
            const ExpectedProgram& expected = kPrograms[static_cast<std::size_t>(program)];
            const int key = keysOf(expected)[1];
            double level = -300.0;
            double bright = 0.0;
            for (const int velocity : {30, 60, 90, 120}) {
                const Recording recording = m_player->play(0, program, {key}, velocity, 1.0);
                const QByteArray where =
                    QStringLiteral("program %1 at velocity %2").arg(program).arg(velocity).toUtf8();
                QVERIFY2(loudness(recording) > level + 1.5, where);
                level = loudness(recording);
                const double share = powerShare(recording.middle(), 5.0 * keyHertz(key), false);
                QVERIFY2(share > 0.97 * bright, where);
                bright = share;
            }
        }
    }

    void velocityLayersMeetWithoutAStep()
    {
        for (const int program : {0, 1, 2, 3, 4}) {
            for (const int key : keysOf(kPrograms[static_cast<std::size_t>(program)])) {
                double last = loudness(m_player->play(0, program, {key}, 64, 1.0));
                for (int velocity = 68; velocity <= 92; velocity += 4) {
                    const double now = loudness(m_player->play(0, program, {key}, velocity, 1.0));
                    QVERIFY2(now - last > -0.4 && now - last < 2.5,
                             qPrintable(QStringLiteral("program %1, key %2, velocity %3: %4 dB")
                                            .arg(program)
                                            .arg(key)
                                            .arg(velocity)
                                            .arg(now - last)));
                    last = now;
                }
            }
        }
    }

    void pianoStandsFromLeftToRight()
    {
        const auto lean = [this](int key) {
            const Recording recording = m_player->play(0, 0, {key}, kStandardVelocity, 0.5);
            double left = 0.0;
            double right = 0.0;
            for (std::size_t i = 0; i < recording.left.size(); ++i) {
                left += static_cast<double>(recording.left[i] * recording.left[i]);
                right += static_cast<double>(recording.right[i] * recording.right[i]);
            }
            return 10.0 * std::log10(right / left);
        };
        QVERIFY(lean(24) < -2.0 && lean(24) > -12.0);
        QVERIFY(lean(104) > 2.0 && lean(104) < 12.0);
        QVERIFY(std::abs(lean(64)) < 0.5);
    }

    void everyDrumKeySounds()
    {
        for (int key = 35; key <= 81; ++key) {
            const Recording recording = m_player->play(kDrumBank, 0, {key}, kStandardVelocity, 0.8);
            QVERIFY2(
                recording.peak() > 0.01 && recording.peak() < 0.7,
                qPrintable(QStringLiteral("key %1 reaches %2").arg(key).arg(recording.peak())));
            QVERIFY2(attackMs(recording) < 120.0, qPrintable(QString::number(key)));
        }
    }

    void drumsSoundLikeDrums_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<double>("hertz");
        QTest::addColumn<bool>("below");
        QTest::addColumn<double>("share");
        QTest::newRow("bass drum is low") << 36 << 200.0 << true << 0.8;
        QTest::newRow("old bass drum is low") << 35 << 200.0 << true << 0.9;
        QTest::newRow("floor tom is low") << 41 << 300.0 << true << 0.8;
        QTest::newRow("snare has a body") << 38 << 600.0 << true << 0.2;
        QTest::newRow("snare has a rattle") << 38 << 1000.0 << false << 0.3;
        QTest::newRow("closed hat is high") << 42 << 4000.0 << false << 0.7;
        QTest::newRow("open hat is high") << 46 << 4000.0 << false << 0.7;
        QTest::newRow("crash is high") << 49 << 2000.0 << false << 0.6;
        QTest::newRow("ride is high") << 51 << 2000.0 << false << 0.6;
        QTest::newRow("triangle is high") << 81 << 3500.0 << false << 0.8;
        QTest::newRow("maracas are high") << 70 << 3500.0 << false << 0.8;
    }

    void drumsSoundLikeDrums()
    {
        QFETCH(int, key);
        QFETCH(double, hertz);
        QFETCH(bool, below);
        QFETCH(double, share);
        const double measured = powerShare(
            m_player->play(kDrumBank, 0, {key}, kStandardVelocity, 0.8).middle(), hertz, below);
        QVERIFY2(measured > share, qPrintable(QString::number(measured)));
    }

    void closedHatEndsTheOpenOne()
    {
        const Recording open = m_player->play(kDrumBank, 0, {46}, kStandardVelocity, 0.5);
        const Recording both = m_player->play(kDrumBank, 0, {46, 42}, kStandardVelocity, 0.5);
        QVERIFY(levels(both, 100)[390] < 0.1 * levels(open, 100)[390]);
    }

    // --- the program that makes it ---

    void generatorWritesTheSameBytesEveryTime()
    {
        if (!qEnvironmentVariable("CONTINUO_SOUNDFONT").isEmpty())
            QSKIP("another soundfont is being measured");
        QTemporaryDir folder;
        const QString out = folder.filePath(QStringLiteral("again.sf2"));
        QCOMPARE(QProcess::execute(QStringLiteral(CONTINUO_MAKE_SOUNDFONT), {out}), 0);
        QFile again(out);
        QVERIFY(again.open(QIODevice::ReadOnly));
        QVERIFY(again.readAll() == m_bytes);
        QVERIFY(!QFileInfo::exists(out + QStringLiteral(".part")));
    }

    void generatorRefusesBadUsageWithWords_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::newRow("nothing") << QStringList{} << 2;
        QTest::newRow("two files")
            << QStringList{QStringLiteral("a.sf2"), QStringLiteral("b.sf2")} << 2;
        QTest::newRow("unknown option") << QStringList{QStringLiteral("--loud")} << 2;
        QTest::newRow("no such folder")
            << QStringList{QStringLiteral("/nonexistent-folder/a.sf2")} << 1;
    }

    void generatorRefusesBadUsageWithWords()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QProcess process;
        process.start(QStringLiteral(CONTINUO_MAKE_SOUNDFONT), arguments);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), code);
        QVERIFY(process.readAllStandardError().startsWith("make_soundfont: "));
    }

private:
    /// Samples that some zone plays as a loop (generator 54, sampleModes, = 1).
    std::set<std::size_t> loopedSamples() const
    {
        std::set<std::size_t> ids;
        const qsizetype count = m_file.chunks.at("igen").size() / 4;
        int mode = 0;
        for (qsizetype i = 0; i < count; ++i) {
            const int generator = m_file.int16("igen", i * 4);
            if (generator == 54)
                mode = m_file.int16("igen", i * 4 + 2);
            if (generator == 53) {
                if (mode == 1)
                    ids.insert(static_cast<std::size_t>(m_file.int16("igen", i * 4 + 2)));
                mode = 0;
            }
        }
        return ids;
    }

    QByteArray m_bytes;
    Sf2File m_file;
    std::unique_ptr<Player> m_player;
    std::map<int, Recording>
        m_standard; ///< the middle key of each program at the standard velocity
};

QTEST_APPLESS_MAIN(TestSoundfont)
#include "tst_soundfont.moc"
