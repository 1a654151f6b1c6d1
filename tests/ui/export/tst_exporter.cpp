// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/midi/read_midi.h"
#include "tests/full_disk.h"
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/document/file_path.h"
#include "ui/engine/task_list.h"
#include "ui/export/exporter.h"
#include "ui/export/roll_sheet.h"

#include <QApplication>
#include <QPainter>
#include <QSvgRenderer>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kWaitMs = 60'000;

Score tune(const char* notes)
{
    return readAbc("X:1\nT:Test\nM:4/4\nL:1/4\nQ:120\nK:C\n" + std::string(notes) + "\n", "test")
        ->front()
        .score;
}

/// The 16-bit samples of a WAV file, both channels after each other.
std::vector<int> samplesOf(const QByteArray& wav)
{
    const auto at = wav.indexOf("data");
    std::vector<int> samples;
    for (auto i = at + 8; i + 1 < wav.size(); i += 2)
        samples.push_back(static_cast<qint16>(static_cast<quint8>(wav[i]) |
                                              static_cast<quint8>(wav[i + 1]) << 8));
    return samples;
}

double rmsDb(std::span<const int> samples)
{
    double sum = 0;
    for (const int sample : samples)
        sum += static_cast<double>(sample) * sample;
    return 10 * std::log10(std::max(1e-12, sum / static_cast<double>(samples.size()) / 32'768.0 /
                                               32'768.0));
}

} // namespace

class TestExporter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_told.clear();
        m_failed.clear();
        m_notices = std::make_unique<Notices>();
        m_tasks = std::make_unique<TaskList>();
        connect(m_notices.get(), &Notices::arrived, this,
                [this](Notices::Level level, const QString& sentence) {
                    (level == Notices::Level::Told ? m_told : m_failed) << sentence;
                });
    }

    void midiHoldsTheSameNotes()
    {
        const Score score = tune("CDEF|GABc|[CEG]4|");
        QVERIFY(run(ExportKind::Midi, score, place("a.mid")));
        const auto back = readMidiFile(filePath(place("a.mid")));
        QVERIFY(back);
        QCOMPARE(back->score.tracks.size(), score.tracks.size());
        const auto plain = [](const Score& one) {
            std::vector<std::array<std::int64_t, 5>> notes;
            for (const Note& note : allNotes(one))
                notes.push_back({note.start.value, note.length.value, note.pitch.value,
                                 note.velocity, note.channel});
            std::ranges::sort(notes);
            return notes;
        };
        QCOMPARE(plain(back->score), plain(score));
        QCOMPARE(m_told.size(), 1);
        QVERIFY(m_told[0].contains(place("a.mid")));
        QVERIFY(m_tasks->tasks().empty());
    }

    void abcHoldsTheSameTune()
    {
        QVERIFY(run(ExportKind::Abc, tune("CDEF|GABc|"), place("a.abc")));
        const auto back = readAbc(contentOf(place("a.abc")).toStdString(), "a.abc");
        QVERIFY(back);
        std::vector<int> pitches;
        for (const Note& note : allNotes(back->front().score))
            pitches.push_back(note.pitch.value);
        QCOMPARE(pitches, (std::vector<int>{60, 62, 64, 65, 67, 69, 71, 72}));
    }

    void abcSaysWhatItLeavesOut()
    {
        QVERIFY(run(ExportKind::Abc, tune("{ab}[CEG]4|"), place("a.abc")));
        QVERIFY(contentOf(place("a.abc")).contains("[CEG]8"));
        QCOMPARE(m_told.size(), 1);
        QVERIFY2(m_told[0].contains(QStringLiteral("1 mark of grace notes was left out")),
                 qPrintable(m_told[0]));
    }

    void wavSoundsWhereTheNotesAre()
    {
        requireSoundfont();
        // A bar of silence at 120 a minute: the note begins at 2 s and lasts 2 s.
        QVERIFY(run(ExportKind::Wav, tune("z4|c4|"), place("a.wav")));
        const auto samples = samplesOf(contentOf(place("a.wav")));
        const std::size_t second = 48'000U * 2;
        QVERIFY(samples.size() > second * 4);
        QVERIFY(rmsDb(std::span(samples).first(second * 2 - 4'800)) < -80);
        const double level = rmsDb(std::span(samples).subspan(second * 2, second / 2));
        QVERIFY2(level > -40, qPrintable(QString::number(level)));
        const auto onset =
            std::ranges::find_if(samples, [](int sample) { return std::abs(sample) > 200; });
        const double seconds =
            static_cast<double>(onset - samples.begin()) / static_cast<double>(second);
        QVERIFY2(std::abs(seconds - 2.0) < 0.03, qPrintable(QString::number(seconds)));
    }

    void flacIsWritten()
    {
        requireSoundfont();
        QVERIFY(run(ExportKind::Flac, tune("c4|"), place("a.flac")));
        QVERIFY(contentOf(place("a.flac")).startsWith("fLaC"));
    }

    void cancelledSoundLeavesWhatWasThere()
    {
        requireSoundfont();
        QFile before(place("a.wav"));
        QVERIFY(before.open(QIODevice::WriteOnly) && before.write("before") == 6);
        before.close();
        std::string bars;
        for (int bar = 0; bar < 2'000; ++bar)
            bars += bar % 8 == 7 ? "cdef|\n" : "cdef|";
        Exporter exporter(*s_appearance, *m_notices, *m_tasks, soundfont());
        QSignalSpy finished(&exporter, &Exporter::finished);
        exporter.start(ExportKind::Wav, tune(bars.c_str()), QStringLiteral("Long"), place("a.wav"));
        QCOMPARE(m_tasks->tasks().size(), 1U);
        QTRY_VERIFY_WITH_TIMEOUT(m_tasks->tasks().front().share.value_or(0) > 0, kWaitMs);
        m_tasks->tasks().front().cancel();
        QVERIFY(finished.wait(kWaitMs));
        QCOMPARE(finished[0][1].toBool(), false);
        QCOMPARE(contentOf(place("a.wav")), QByteArray("before"));
        QVERIFY(m_failed.isEmpty() && m_told.isEmpty());
        QVERIFY(m_tasks->tasks().empty());
    }

    void pictureIsOnLightPaper()
    {
        s_appearance->choose(ThemeChoice::Dark);
        QVERIFY(run(ExportKind::Png, tune("CDEF|GABc|cBAG|FEDC|"), place("a.png")));
        s_appearance->choose(ThemeChoice::Light);
        const QImage image(place("a.png"));
        QVERIFY(image.width() >= 1'000 && image.width() <= 3'200);
        const Palette paper = paperPalette();
        QCOMPARE(image.pixelColor(2, 2), paper.panel);
        QVERIFY(share(image, paper.accent) > 0.001);
        QVERIFY(share(image, paper.row) > 0.1);
        const QString kept = qEnvironmentVariable("CONTINUO_KEEP_PICTURES");
        if (!kept.isEmpty())
            QVERIFY(image.save(kept + QStringLiteral("/roll.png")));
    }

    void drawingShowsTheSame()
    {
        QVERIFY(run(ExportKind::Svg, tune("CDEF|GABc|cBAG|FEDC|"), place("a.svg")));
        QSvgRenderer renderer(contentOf(place("a.svg")));
        QVERIFY(renderer.isValid());
        QImage image(renderer.defaultSize(), QImage::Format_RGB32);
        image.fill(Qt::black);
        QPainter painter(&image);
        renderer.render(&painter);
        painter.end();
        const Palette paper = paperPalette();
        QCOMPARE(image.pixelColor(2, 2), paper.panel);
        QVERIFY(share(image, paper.accent) > 0.001);
        const QString kept = qEnvironmentVariable("CONTINUO_KEEP_PICTURES");
        if (!kept.isEmpty())
            QVERIFY(image.save(kept + QStringLiteral("/roll-svg.png")));
    }

    void longPiecesFitOnOneSheet_data()
    {
        QTest::addColumn<int>("bars");
        for (const int bars : {1, 9, 100, 3'000})
            QTest::addRow("%d bars", bars) << bars;
    }
    void longPiecesFitOnOneSheet()
    {
        QFETCH(int, bars);
        std::string text;
        for (int bar = 0; bar < bars; ++bar)
            text += bar % 8 == 7 ? "cdef|\n" : "cdef|";
        const auto png =
            rollPng({tune(text.c_str()), QStringLiteral("Long"), paperPalette(), QFont()}, 1);
        QVERIFY(png);
        const QImage image = QImage::fromData(*png);
        QVERIFY(!image.isNull());
        QVERIFY(image.height() <= 16'000);
        QVERIFY(share(image, paperPalette().accent) > 0.001);
    }

    void nothingToExportIsSaid_data()
    {
        QTest::addColumn<int>("kind");
        for (const ExportKind kind :
             {ExportKind::Wav, ExportKind::Abc, ExportKind::Png, ExportKind::Svg})
            QTest::addRow("%s", qPrintable(exportEnding(kind))) << static_cast<int>(kind);
    }
    void nothingToExportIsSaid()
    {
        QFETCH(int, kind);
        requireSoundfont();
        Score empty;
        empty.addTrack();
        const QString path = place("empty.") + exportEnding(static_cast<ExportKind>(kind));
        QVERIFY(!run(static_cast<ExportKind>(kind), empty, path));
        QCOMPARE(m_failed.size(), 1);
        QVERIFY(!QFile::exists(path));
    }

    void placeThatIsNotThereIsNamed()
    {
        QVERIFY(!run(ExportKind::Midi, tune("C|"), place("nowhere/a.mid")));
        QCOMPARE(m_failed.size(), 1);
        QVERIFY2(m_failed[0].contains(QStringLiteral("a.mid")), qPrintable(m_failed[0]));
    }

    void aFullDiskLeavesWhatWasThere_data()
    {
        QTest::addColumn<int>("kind");
        for (const ExportKind kind : {ExportKind::Midi, ExportKind::Abc, ExportKind::Wav,
                                      ExportKind::Flac, ExportKind::Png, ExportKind::Svg})
            QTest::addRow("%s", qPrintable(exportEnding(kind))) << static_cast<int>(kind);
    }
    void aFullDiskLeavesWhatWasThere()
    {
        QFETCH(int, kind);
        requireSoundfont();
        const auto which = static_cast<ExportKind>(kind);
        const QString name = QStringLiteral("full.") + exportEnding(which);
        const QString path = m_folder->filePath(name);
        QFile before(path);
        QVERIFY(before.open(QIODevice::WriteOnly) && before.write("before") == 6);
        before.close();
        {
            const FullDisk full(16);
            QVERIFY(!run(which, tune("CDEF|GABc|"), path));
        }
        QCOMPARE(contentOf(path), QByteArray("before"));
        QCOMPARE(m_failed.size(), 1);
        QVERIFY2(m_failed[0].contains(name) && m_failed[0].contains(QStringLiteral("disk is full")),
                 qPrintable(m_failed[0]));
        QVERIFY(m_tasks->tasks().empty());
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden), QStringList(name));
        QVERIFY(run(which, tune("CDEF|GABc|"), path));
        QVERIFY(contentOf(path).size() > 16);
    }

    void leavingEndsWhatGoesOn()
    {
        requireSoundfont();
        std::string bars;
        for (int bar = 0; bar < 2'000; ++bar)
            bars += "cdef|";
        {
            Exporter exporter(*s_appearance, *m_notices, *m_tasks, soundfont());
            exporter.start(ExportKind::Wav, tune(bars.c_str()), QStringLiteral("Long"),
                           place("a.wav"));
        }
        QVERIFY(!QFile::exists(place("a.wav")));
    }

public:
    static inline Appearance* s_appearance = nullptr; ///< Of the application.

private:
    bool run(ExportKind kind, const Score& score, const QString& path)
    {
        Exporter exporter(*s_appearance, *m_notices, *m_tasks, soundfont());
        QSignalSpy finished(&exporter, &Exporter::finished);
        exporter.start(kind, score, QStringLiteral("A tune"), path);
        return finished.wait(kWaitMs) && finished[0][1].toBool();
    }

    static QString soundfont() { return qEnvironmentVariable("CONTINUO_SOUNDFONT"); }
    static void requireSoundfont()
    {
        if (!QFile::exists(soundfont()))
            QSKIP("CONTINUO_SOUNDFONT names no soundfont.");
    }

    QString place(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// The share of pixels of this colour.
    static double share(const QImage& image, const QColor& colour)
    {
        qint64 found = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                found += image.pixel(x, y) == colour.rgb() ? 1 : 0;
        }
        return static_cast<double>(found) / image.width() / image.height();
    }

    std::optional<QTemporaryDir> m_folder{};
    std::unique_ptr<Notices> m_notices{};
    std::unique_ptr<TaskList> m_tasks{};
    QStringList m_told{};
    QStringList m_failed{};
};

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    Appearance appearance(application);
    TestExporter::s_appearance = &appearance;
    TestExporter test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_exporter.moc"
