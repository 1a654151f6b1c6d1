// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/render_audio.h"
#include "tests/core/play/sound_test.h"

#include <QTemporaryDir>
#include <QTest>

#include <sndfile.h>

#include <cmath>
#include <csignal>

#ifndef _WIN32
#include <sys/resource.h>
#endif

using namespace continuo;
namespace fs = std::filesystem;

class TestRenderAudio : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (testSoundfont().empty())
            QSKIP("CONTINUO_SOUNDFONT names no soundfont; build the target continuo_soundfont and "
                  "use ctest.");
    }

    void soundStandsWhereTheNotesStand_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("rate");
        QTest::newRow("wav") << "a.wav" << 48'000;
        QTest::newRow("flac") << "a.flac" << 48'000;
        QTest::newRow("cd rate") << "a.wav" << 44'100;
    }

    void soundStandsWhereTheNotesStand()
    {
        QFETCH(const QString, name);
        QFETCH(const int, rate);
        const QTemporaryDir folder;
        const fs::path path = folder.filePath(name).toStdString();
        RenderOptions options{.soundfont = testSoundfont()};
        options.synthesizer.sampleRate = rate;
        options.synthesizer.hasReverb = false;
        // A quarter's rest, a note, two quarters' rest, a note.
        const Score score = testScore({{480, 240, 72}, {1920, 240, 72}});
        const auto report = renderAudio(score, path, options, CancelToken{});
        QVERIFY2(bool(report), report ? "" : report.error().text.c_str());
        QVERIFY(report->peakDb < 0 && report->peakDb > -40);
        QVERIFY(report->rmsDb < report->peakDb);
        QVERIFY(report->realTimeFactor > 1);

        int readRate = 0;
        const std::vector<float> sound = readSound(path, readRate);
        QCOMPARE(readRate, rate);
        QVERIFY(std::abs(static_cast<double>(sound.size()) / 2 / rate - report->seconds) < 0.001);
        const QList<double> onsets = onsetSeconds(sound, rate);
        QCOMPARE(onsets.size(), 2);
        QVERIFY2(std::abs(onsets[0] - 0.5) < 0.01, qPrintable(QString::number(onsets[0])));
        QVERIFY2(std::abs(onsets[1] - 2.0) < 0.01, qPrintable(QString::number(onsets[1])));
    }

    void aLoudChordIsMadeQuieterInsteadOfClipping()
    {
        const QTemporaryDir folder;
        std::vector<TestNote> notes;
        for (int key = 36; key < 96; ++key)
            notes.push_back({0, 960, key});
        RenderOptions options{.soundfont = testSoundfont()};
        options.synthesizer.gain = 5;
        const auto report = renderAudio(testScore(notes), folder.filePath("a.wav").toStdString(),
                                        options, CancelToken{});
        QVERIFY(bool(report));
        QVERIFY(report->loweredByDb > 0);
        QVERIFY(report->peakDb <= -0.1);
    }

    void badInputIsSaidInWords_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("soundfont");
        QTest::addColumn<int>("rate");
        QTest::addColumn<bool>("hasNotes");
        QTest::addColumn<QString>("id");

        const QString good = QString::fromStdString(testSoundfont().string());
        QTest::newRow("other ending") << "a.mp3" << good << 48'000 << true << "sound.other-format";
        QTest::newRow("no notes") << "a.wav" << good << 48'000 << false << "sound.nothing-to-play";
        QTest::newRow("no soundfont") << "a.wav"
                                      << "" << 48'000 << true << "sound.no-soundfont";
        QTest::newRow("missing soundfont")
            << "a.wav"
            << "/nowhere/x.sf2" << 48'000 << true << "file.not-found";
        QTest::newRow("not a soundfont")
            << "a.wav" << qEnvironmentVariable("CONTINUO_RESOURCES") + "/tunes/greensleeves.abc"
            << 48'000 << true << "sound.bad-soundfont";
        QTest::newRow("rate") << "a.wav" << good << 1 << true << "sound.bad-rate";
        QTest::newRow("no folder") << "no/a.wav" << good << 48'000 << true << "file.not-found";
    }

    void badInputIsSaidInWords()
    {
        QFETCH(const QString, file);
        QFETCH(const QString, soundfont);
        QFETCH(const int, rate);
        QFETCH(const bool, hasNotes);
        QFETCH(const QString, id);
        const QTemporaryDir folder;
        RenderOptions options{.soundfont = soundfont.toStdString()};
        options.synthesizer.sampleRate = rate;
        const auto report =
            renderAudio(hasNotes ? testScore({{}}) : Score{}, folder.filePath(file).toStdString(),
                        options, CancelToken{});
        QVERIFY(!report);
        QCOMPARE(QString::fromStdString(report.error().id), id);
        QVERIFY(
            QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void cancelledLeavesNoFile()
    {
        const QTemporaryDir folder;
        const CancelToken cancel;
        const auto report =
            renderAudio(testScore({{0, 480'000, 60}}), folder.filePath("a.wav").toStdString(),
                        {.soundfont = testSoundfont()}, cancel, [&](double done) {
                            if (done > 0.1)
                                cancel.cancel();
                        });
        QCOMPARE(report.error().kind, ErrorKind::Cancelled);
        QVERIFY(
            QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

#ifndef _WIN32
    void aDiskThatFillsUpIsSaidInWordsAndLeavesNoFile_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("wav") << "a.wav";
        QTest::newRow("flac") << "a.flac";
    }

    void aDiskThatFillsUpIsSaidInWordsAndLeavesNoFile()
    {
        QFETCH(const QString, name);
        const QTemporaryDir folder;
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        const rlimit small{50'000, before.rlim_max};
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto report =
            renderAudio(testScore({{0, 9600, 60}}), folder.filePath(name).toStdString(),
                        {.soundfont = testSoundfont()}, CancelToken{});
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, handler);
        QVERIFY(!report);
        QVERIFY2(report.error().id.starts_with("file."), report.error().id.c_str());
        QVERIFY(
            QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }
#endif

    void theSameScoreGivesTheSameBytes()
    {
        const QTemporaryDir folder;
        const Score score = testScore({{0, 480, 60}, {100, 480, 67}});
        QByteArray first;
        for (const char* name : {"a.wav", "b.wav"}) {
            QVERIFY(bool(renderAudio(score, folder.filePath(name).toStdString(),
                                     {.soundfont = testSoundfont()}, CancelToken{})));
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray bytes = file.readAll();
            if (first.isEmpty())
                first = bytes;
            QCOMPARE(bytes, first);
        }
    }

private:
    static std::vector<float> readSound(const fs::path& path, int& rate)
    {
        SF_INFO info{};
        SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
        if (!file)
            return {};
        std::vector<float> sound(static_cast<std::size_t>(info.frames * info.channels));
        sf_readf_float(file, sound.data(), info.frames);
        sf_close(file);
        rate = info.samplerate;
        return sound;
    }

    /// Where the level rises above a tenth of its peak after at least 0.2 s below it.
    static QList<double> onsetSeconds(const std::vector<float>& sound, int rate)
    {
        float peak = 0;
        for (const float sample : sound)
            peak = std::max(peak, std::abs(sample));
        QList<double> onsets;
        qint64 lastLoud = -rate;
        for (qint64 i = 0; i < qint64(sound.size()) / 2; ++i)
            if (std::abs(sound[static_cast<std::size_t>(2 * i)]) > peak / 10) {
                if (i - lastLoud > rate / 5)
                    onsets.append(static_cast<double>(i) / rate);
                lastLoud = i;
            }
        return onsets;
    }
};

QTEST_APPLESS_MAIN(TestRenderAudio)
#include "tst_render_audio.moc"
