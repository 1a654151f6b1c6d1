// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/abc/write_abc.h"
#include "core/base/file.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "tests/core/abc/abc_text.h"

#include <QDir>
#include <QDirIterator>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>

using namespace continuo;

/// Real tunes against renderings of them by other programs.
class TestAbcCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nottinghamTunesAreTheirMidiFiles()
    {
        // The MIDI files of this collection were made by a converter with its own reading of four
        // things: ties are struck again after a space, a chord symbol or a bar line; accidentals
        // hold for one note only; P: and Y: lines are an order of parts; and a repeat without a
        // beginning goes back to the last |: or the first bar, where the standard says to the last
        // repeat or double bar. What remains are a second voice in chords, and slips.
        const QMap<QString, QString> exceptions{
            {"hpps45", "repeat without a beginning"},
            {"jigs130", "repeat without a beginning"},
            {"jigs81", "repeat without a beginning"},
            {"jigs83", "repeat without a beginning"},
            {"jigs96", "repeat without a beginning"},
            {"playford15", "repeat without a beginning"},
            {"playford4", "repeat without a beginning"},
            {"reelsa-c72", "repeat without a beginning"},
            {"reelsd-g76", "repeat without a beginning"},
            {"jigs153", "chords"},
            {"jigs181", "chords"},
            {"jigs44", "chords"},
            {"xmas10", "repeat without a beginning"},
        };
        const QDir folder = sharedFolder("nottingham");
        if (!folder.exists())
            QSKIP("The optional folder nottingham is not there.");
        QMap<QString, int> counts;
        QStringList unexpected;
        for (const QFileInfo& file :
             QDir(folder.filePath("abc")).entryInfoList({"*.abc"}, QDir::Files)) {
            const QString text = textOf(file.filePath());
            const auto midi =
                melodyOfMidi(folder.filePath("midi/" + file.completeBaseName() + ".mid"));
            QVERIFY2(!midi.empty(), qPrintable(file.fileName()));
            const QString order = partOrder(text);
            QString how;
            if (isSame(melodyOfAbc(text), midi, false))
                how = "equal";
            else if (isSame(melodyOfAbc(text), midi, true))
                how = "ties struck again";
            else if (isSame(melodyOfAbc(withHead(text, order)), midi, true))
                how = "parts";
            else if (isSame(melodyOfAbc(withHead(text, order + "%%propagate-accidentals not\n")),
                            midi, true))
                how = "accidentals of one note";
            else
                how = "exception";
            ++counts[how];
            if ((how == "exception") != exceptions.contains(file.completeBaseName()))
                unexpected.append(file.completeBaseName() + " " + how);
        }
        qInfo() << counts << unexpected;
        QCOMPARE(unexpected, QStringList());
        QCOMPARE(counts["exception"], static_cast<int>(exceptions.size()));
    }

    void folkTunesAreAbc2midisRenderings()
    {
        const QDir folder = sharedFolder("folk-abc");
        if (!folder.exists())
            QSKIP("The optional folder folk-abc is not there.");
        // abc2midi plays ornaments and grace notes out, lengthens fermatas, plays hornpipes in
        // triplets, spreads chords, and goes back to the first bar where a repeat has no beginning.
        QMap<QString, int> counts;
        QStringList unexplained;
        QDirIterator files(folder.path(), {"*.abc"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            const QString text = textOf(path);
            const auto midi =
                melodyOfMidi(QString(path).replace(QRegularExpression("abc$"), "mid"));
            if (isSame(melodyOfAbc(text), midi, false)) {
                ++counts["equal"];
                continue;
            }
            const QString music = musicOf(text);
            QString why;
            if (music.contains('{'))
                why = "grace notes";
            else if (music.contains(QRegularExpression("[HTMPSLO~]|!")))
                why = "ornaments and fermatas";
            else if (text.contains(
                         QRegularExpression("^R: *(hornpipe|.*clog|strathspey)",
                                            QRegularExpression::MultilineOption |
                                                QRegularExpression::CaseInsensitiveOption)) ||
                     text.contains(QRegularExpression("horn ?pipe|clog|strathspey|schottische",
                                                      QRegularExpression::CaseInsensitiveOption)))
                why = "swung broken rhythm";
            else if (music.contains(QRegularExpression("\\[[_=^]*[A-Ga-g][^:]")))
                why = "spread chords";
            else if (music.contains(':'))
                why = "repeats without a beginning or broken signs";
            else
                why = "unexplained";
            ++counts[why];
            if (why == "grace notes" || why == "swung broken rhythm")
                ++counts[why + (isContained(melodyOfAbc(text), midi) ? ", every note there"
                                                                     : ", not every note there")];
            if (why == "unexplained")
                unexplained.append(QFileInfo(path).fileName());
        }
        qInfo() << counts << unexplained;
        QVERIFY(counts["equal"] >= 182);
        QVERIFY(counts["grace notes, every note there"] >= 107);
        QVERIFY(counts["swung broken rhythm, every note there"] >= 44);
        QCOMPARE(unexplained, QStringList());
    }

    void conformanceFilesNeverFail()
    {
        const QDir folder = sharedFolder("conformance-abc");
        if (!folder.exists())
            QSKIP("The optional folder conformance-abc is not there.");
        int files = 0;
        int singleVoice = 0;
        int equal = 0;
        QDirIterator found(folder.path(), {"*.abc"}, QDir::Files, QDirIterator::Subdirectories);
        while (found.hasNext()) {
            const QFileInfo file(found.next());
            ++files;
            const auto text = readTextFile(file.filePath().toStdString());
            QVERIFY(text);
            const auto tunes = readAbc(*text, file.fileName().toStdString());
            QVERIFY2(tunes, qPrintable(file.fileName()));
            const QString reference = file.path() + "/ref/" + file.completeBaseName() + ".mid";
            if (!QFileInfo::exists(reference) ||
                remarksText(tunes->front()).contains("other-voices"))
                continue;
            ++singleVoice;
            equal +=
                isSame(tunes->front().score.tracks.front().notes, melodyOfMidi(reference), false)
                    ? 1
                    : 0;
        }
        qInfo() << files << "files," << singleVoice << "of one voice with a rendering," << equal
                << "of them equal";
        QVERIFY(files >= 160);
        QVERIFY(equal >= 71);
    }

    void everyTuneComesBackFromMidi()
    {
        const QDir folder = sharedFolder(".");
        if (!folder.exists())
            QSKIP("CONTINUO_SHARED_DATA names no folder with corpora; nothing to read.");
        int tunes = 0;
        int voices = 0;
        QDirIterator files(folder.path(), {"*.abc"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            const auto text = readTextFile(path.toStdString());
            QVERIFY(text);
            const auto read = readAbc(*text, path.toStdString());
            QVERIFY2(read, qPrintable(path));
            for (const AbcTune& tune : *read) {
                ++tunes;
                voices += static_cast<int>(tune.score.tracks.size());
                const auto written = writeMidi(tune.score);
                QVERIFY2(written, qPrintable(path));
                const auto again = readMidi(written->bytes, "written");
                QVERIFY2(again, qPrintable(path));
                QVERIFY2(again->remarks.empty(), qPrintable(path));
                QVERIFY2(isSameScore(tune.score, again->score), qPrintable(path));
            }
        }
        qInfo() << tunes << "tunes with" << voices << "tracks came back the same";
        QVERIFY(tunes >= 800);
    }

    void everyTuneComesBackFromItsWriting()
    {
        const QDir folder = sharedFolder(".");
        if (!folder.exists())
            QSKIP("CONTINUO_SHARED_DATA names no folder with corpora; nothing to read.");
        int equal = 0;
        int others = 0;
        QDirIterator files(folder.path(), {"*.abc"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            const auto read = readAbc(textOf(path).toStdString(), "t");
            QVERIFY(read);
            for (const AbcTune& tune : *read) {
                if (!tune.score.hasNotes())
                    continue;
                const auto written = writeAbc(tune.score);
                QVERIFY2(written, qPrintable(path));
                const auto again = readAbc(written->text, "again");
                QVERIFY2(again && again->size() == 1, qPrintable(path));
                if (written->leftOutNotes + written->shortenedNotes + written->movedNotes > 0) {
                    ++others;
                    continue;
                }
                const auto [expected, found] =
                    voicesText(tune.score, *written, again->front().score);
                QVERIFY2(found == expected, qPrintable(path));
                ++equal;
            }
        }
        qInfo() << equal << "tunes came back the same," << others << "lie off the grid";
        QVERIFY(equal >= 750);
    }

    void polyphonyComesBackFromItsWriting_data()
    {
        QTest::addColumn<int>("exact"); // How many files lie on the grid at least.
        QTest::newRow("js-fakes") << 200;
        QTest::newRow("mutopia") << 1;
        QTest::newRow("piano-midi-de") << 0;
        QTest::newRow("nottingham") << 200;
    }

    /// A file on the grid comes back note for note; of any other as many notes as were written.
    void polyphonyComesBackFromItsWriting()
    {
        QFETCH(const int, exact);
        const QDir folder = sharedFolder(QTest::currentDataTag());
        if (!folder.exists())
            QSKIP("The optional folder is not there.");
        int equal = 0;
        int all = 0;
        QDirIterator files(folder.path(), {"*.mid"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            const auto read = readMidiFile(path.toStdString());
            QVERIFY2(read, qPrintable(path));
            const auto written = writeAbc(read->score);
            QVERIFY2(written, qPrintable(path));
            const auto again = readAbc(written->text, "again");
            QVERIFY2(again, qPrintable(path));
            for (const AbcRemark& remark : again->front().remarks) // Time signatures inside bars.
                QVERIFY2(remark.id == "abc.bar-does-not-add-up",
                         qPrintable(path + ": " + remarksText(again->front())));
            QCOMPARE(again->front().score.noteCount(), written->writtenNotes);
            ++all;
            if (written->leftOutNotes + written->shortenedNotes + written->movedNotes > 0)
                continue;
            const auto [expected, found] = voicesText(read->score, *written, again->front().score);
            QVERIFY2(found == expected, qPrintable(path));
            ++equal;
        }
        qInfo() << all << "files," << equal << "on the grid";
        QVERIFY(equal >= exact);
    }

private:
    /// The same tracks, save for the ids and the order of what happens at one tick.
    static bool isSameScore(const Score& a, const Score& b)
    {
        const auto notesOf = [](const Track& track) {
            std::vector<std::array<std::int64_t, 5>> notes;
            for (const Note& note : track.notes)
                notes.push_back({note.start.value, note.pitch.value, note.length.value,
                                 note.velocity, note.channel});
            std::sort(notes.begin(), notes.end());
            return notes;
        };
        const auto isSameEvent = [](const Event& x, const Event& y) {
            return x.time == y.time && x.status == y.status && x.data1 == y.data1 &&
                   x.data2 == y.data2 && x.payload == y.payload;
        };
        return a.ticksPerQuarter == b.ticksPerQuarter &&
               std::equal(a.tracks.begin(), a.tracks.end(), b.tracks.begin(), b.tracks.end(),
                          [&](const Track& x, const Track& y) {
                              return x.end == y.end && notesOf(x) == notesOf(y) &&
                                     std::equal(x.events.begin(), x.events.end(), y.events.begin(),
                                                y.events.end(), isSameEvent);
                          });
    }

    static QDir sharedFolder(const QString& name)
    {
        return QDir(qEnvironmentVariable("CONTINUO_SHARED_DATA", "/nowhere") + "/" + name);
    }

    static QString textOf(const QString& path)
    {
        const auto text = readTextFile(path.toStdString());
        return text ? QString::fromLatin1(text->data(), static_cast<int>(text->size())) : QString();
    }

    static std::vector<Note> melodyOfAbc(const QString& text)
    {
        const auto tunes = readAbc(text.toLatin1().toStdString(), "test");
        return tunes ? tunes->front().score.tracks.front().notes : std::vector<Note>{};
    }

    /// The first track with notes, at 960 ticks a quarter.
    static std::vector<Note> melodyOfMidi(const QString& path)
    {
        const auto reading = readMidiFile(path.toStdString());
        if (!reading)
            return {};
        for (const Track& track : reading->score.tracks) {
            if (track.notes.empty())
                continue;
            std::vector<Note> notes = track.notes;
            for (Note& note : notes) {
                const Tick end = gridLine(note.end().value, 960, reading->score.ticksPerQuarter);
                note.start = gridLine(note.start.value, 960, reading->score.ticksPerQuarter);
                note.length = end - note.start;
            }
            return notes;
        }
        return {};
    }

    /// Same onsets, within the other's rounding, and pitches from the first note on; a note may be
    /// struck again while it is tied if `allowsRestruck`.
    static bool isSame(std::vector<Note> ours, std::vector<Note> theirs, bool allowsRestruck)
    {
        if (ours.empty() || theirs.empty())
            return ours.empty() && theirs.empty();
        const auto byPitch = [](const Note& a, const Note& b) {
            return a.start != b.start ? a.start < b.start : a.pitch < b.pitch;
        };
        std::sort(ours.begin(), ours.end(), byPitch);
        std::sort(theirs.begin(), theirs.end(), byPitch);
        const Tick shift = theirs.front().start - ours.front().start;
        std::size_t at = 0;
        for (const Note& note : ours) {
            if (at >= theirs.size() || theirs[at].pitch != note.pitch ||
                !isNear(theirs[at].start, note.start + shift))
                return false;
            Tick end = theirs[at].end();
            ++at;
            while (allowsRestruck && at < theirs.size() && theirs[at].pitch == note.pitch &&
                   isNear(theirs[at].start, end) &&
                   theirs[at].start < note.end() + shift - Tick{4}) {
                end = theirs[at].end();
                ++at;
            }
        }
        return at == theirs.size();
    }

    /// Every note of ours stands among theirs in its order, at most half a quarter from its place.
    static bool isContained(const std::vector<Note>& ours, const std::vector<Note>& theirs)
    {
        std::size_t at = 0;
        const Tick shift =
            ours.empty() || theirs.empty() ? Tick{} : theirs.front().start - ours.front().start;
        for (const Note& note : ours) {
            while (at < theirs.size() &&
                   (theirs[at].pitch != note.pitch ||
                    std::abs((theirs[at].start - note.start - shift).value) > 480))
                ++at;
            if (at++ >= theirs.size())
                return false;
        }
        return true;
    }

    static bool isNear(Tick a, Tick b) { return std::abs((a - b).value) <= 2; }

    /// Y: as an order of parts; without it the first part alone, where there are parts.
    static QString partOrder(const QString& text)
    {
        const auto order =
            QRegularExpression("^Y: *(.*)$", QRegularExpression::MultilineOption).match(text);
        if (order.hasMatch())
            return "P:" + order.captured(1).trimmed() + "\n";
        const auto first =
            QRegularExpression("^P:(.)", QRegularExpression::MultilineOption).match(text);
        return first.hasMatch() ? "P:" + first.captured(1) + "\n" : QString();
    }

    static QString withHead(QString text, const QString& lines)
    {
        const auto key = QRegularExpression("^K:", QRegularExpression::MultilineOption).match(text);
        return text.insert(key.capturedStart(), lines);
    }

    /// Lines of music without quotations.
    static QString musicOf(const QString& text)
    {
        QStringList music;
        for (QString line : text.split('\n')) {
            if (!line.contains(QRegularExpression("^([A-Za-z]:|%)")))
                music.append(line.remove(QRegularExpression("\"[^\"]*\"")));
        }
        return music.join('\n');
    }
};

QTEST_APPLESS_MAIN(TestAbcCorpus)
#include "tst_abc_corpus.moc"
