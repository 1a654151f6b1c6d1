// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/file.h"
#include "core/midi/read_midi.h"
#include "core/music/tempo_map.h"
#include "tests/core/abc/abc_text.h"

#include <QDir>
#include <QDirIterator>
#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

using namespace continuo;
using nlohmann::json;

namespace {

/// A note as two programs can agree about it: in quarters, whatever their ticks.
struct Sound
{
    double start = 0;
    int pitch = 0;
    double length = 0;
};

/// Quarters. References end their notes a little early and spread their chords a little.
constexpr double kNear = 0.07;

bool before(const Sound& a, const Sound& b)
{
    return std::abs(a.start - b.start) > kNear ? a.start < b.start
           : a.pitch != b.pitch                ? a.pitch < b.pitch
                                               : a.length < b.length;
}

using Sounds = std::vector<Sound>;

QString text(const Sound& sound)
{
    return QString("%1@%2+%3").arg(sound.pitch).arg(sound.start).arg(sound.length);
}

bool isSame(const Sound& a, const Sound& b)
{
    return a.pitch == b.pitch && std::abs(a.start - b.start) <= kNear &&
           std::abs(a.length - b.length) <= kNear;
}

/// What is in `ours` and not in `theirs`; both are put in order. Every note of theirs is used once;
/// those that are not are left in `theirs`.
Sounds missing(Sounds ours, Sounds& theirs)
{
    Sounds left;
    for (const Sound& sound : ours) {
        const auto place = std::find_if(theirs.begin(), theirs.end(),
                                        [&](const Sound& other) { return isSame(sound, other); });
        if (place == theirs.end())
            left.push_back(sound);
        else
            theirs.erase(place);
    }
    return left;
}

} // namespace

/// Whole tunes of several programs' tests against what these programs make of them.
class TestAbcConformance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_folder =
            QDir(qEnvironmentVariable("CONTINUO_SHARED_DATA", "/nowhere") + "/conformance-abc");
        if (!m_folder.exists())
            QSKIP("CONTINUO_SHARED_DATA names no folder with conformance-abc; nothing to compare "
                  "with.");
    }

    void notesAreThoseOfAbcjs()
    {
        const QMap<QString, QString> exceptions{
            {"synth-flattener-abcDecoration", "plays ornaments"},
            {"synth-flattener-abcMultiple",
             "grace notes take time; a note with a rhythm head plays the chord"},
            {"synth-flattener-abcOctaveClefs", "grace notes take time"},
            {"synth-flattener-abcPercMap", "grace notes take time"},
            {"synth-flattener-abcRepeat3", "plays a strain once more after its last ending"},
            {"synth-flattener-abcSnare", "grace notes take time"},
        };
        int files = 0;
        QStringList unexpected;
        for (const QFileInfo& file :
             m_folder.entryInfoList({"*"}, QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const QFileInfo& facts :
                 QDir(file.filePath()).entryInfoList({"*.expected.json"}, QDir::Files)) {
                const QString name = facts.fileName().chopped(14);
                const auto expected = readTextFile(facts.filePath().toStdString());
                QVERIFY(expected);
                const json whole = json::parse(*expected);
                if (!whole.is_object() || !whole.contains("tracks"))
                    continue;
                ++files;
                const QString difference =
                    againstAbcjs(file.filePath() + "/" + name + ".abc", whole);
                if (difference.isEmpty() == exceptions.contains(name))
                    unexpected.append(name + ": " + difference);
            }
        }
        qInfo() << files << "files," << exceptions.size() << "exceptions";
        for (const QString& line : unexpected)
            qWarning().noquote() << line;
        QCOMPARE(unexpected.size(), 0);
    }

    void notesAreThoseOfAbc2midi()
    {
        const QMap<QString, QString> exceptions{
            {"accTest", "plays grace notes; shortens staccato notes"},
            {"baym_rebin", "leaves out accidentals written right behind the key (K: C^f^c^a)"},
            {"bowTest", "plays grace notes; shortens staccato notes"},
            {"boys", "repeats otherwise where a repeat sign is broken by a space"},
            {"daramud", "plays grace notes"},
            {"fullRiggedShip", "plays grace notes"},
            {"guineapigTest", "plays grace notes; shortens staccato notes"},
            {"hectorTheHero", "ties into the second ending; no repeat for || and : on two lines"},
            {"kitchGirl", "reads a chord behind a lone apostrophe otherwise"},
            {"sicutRosa", "lengthens fermatas"},
            {"staccTest", "plays grace notes; shortens staccato notes"},
            {"synth-flattener-abcDecoration", "plays ornaments"},
            {"synth-flattener-abcOctaveClefs", "plays grace notes"},
            {"synth-flattener-abcPercMap", "knows no %%percmap"},
            {"synth-flattener-abcSnare", "plays grace notes"},
            {"synth-midi-abcDrums", "does not take clef=perc for the drum channel"},
            {"visual-decorations-abcFermata", "lengthens fermatas"},
            {"visual-layout-abcVoiceEndings",
             "does not fill up a bar shorter than in another voice"},
            {"visual-misc-abcChordClass", "plays ornaments; shortens staccato notes"},
            {"visual-svg-per-line-abcMultiple", "plays grace notes; halves a trilled chord"},
            {"visual-tablature-graceOnRest", "plays grace notes"},
            {"visual-tablature-kitchenSink",
             "plays grace notes and ornaments; does not transpose a clef of V:"},
            {"visual-tablature-liningUp", "plays grace notes"},
            {"visual-transpose-output-abcUnusualExpected", "plays grace notes; spreads chords"},
        };
        int files = 0;
        QStringList unexpected;
        QDirIterator found(m_folder.path(), {"*.abc"}, QDir::Files, QDirIterator::Subdirectories);
        while (found.hasNext()) {
            const QFileInfo file(found.next());
            const QString name = file.completeBaseName();
            const QString reference = file.path() + "/ref/" + name + ".mid";
            if (!QFileInfo::exists(reference))
                continue;
            ++files;
            const QString difference = againstMidi(file.filePath(), reference);
            if (difference.isEmpty() == exceptions.contains(name))
                unexpected.append(name + ": " + difference);
        }
        unexpected.sort();
        qInfo() << files << "files," << exceptions.size() << "exceptions";
        for (const QString& line : unexpected)
            qWarning().noquote() << line;
        QCOMPARE(unexpected.size(), 0);
    }

private:
    /// The first tune of a file.
    static AbcTune tune(const QString& path)
    {
        const auto text = readTextFile(path.toStdString());
        const auto tunes =
            text ? readAbc(*text, "test") : Result<std::vector<AbcTune>>(text.error());
        return tunes ? tunes->front() : AbcTune{};
    }

    static Sounds soundsOf(const Track& track, double ticksPerQuarter)
    {
        Sounds sounds;
        for (const Note& note : track.notes)
            sounds.push_back({static_cast<double>(note.start.value) / ticksPerQuarter,
                              note.pitch.value,
                              static_cast<double>(note.length.value) / ticksPerQuarter});
        std::sort(sounds.begin(), sounds.end(), before);
        return sounds;
    }

    static QString differenceText(const Sounds& ours, const Sounds& theirs)
    {
        QStringList words;
        for (std::size_t i = 0; i < std::min<std::size_t>(ours.size(), 3); ++i)
            words.append("only ours " + text(ours[i]));
        for (std::size_t i = 0; i < std::min<std::size_t>(theirs.size(), 3); ++i)
            words.append("only theirs " + text(theirs[i]));
        return words.join(", ");
    }

    /// Their lengths are in whole notes of the first tempo.
    static QString againstAbcjs(const QString& path, const json& whole)
    {
        const AbcTune read = tune(path);
        Sounds ours;
        const TempoMap tempos(read.score);
        const double firstQuarter = tempos.ticksToSeconds({1}) * read.score.ticksPerQuarter;
        const auto quarters = [&](Tick time) { return tempos.ticksToSeconds(time) / firstQuarter; };
        for (const Track& track : read.score.tracks) {
            for (const Note& note : track.notes)
                ours.push_back({quarters(note.start), note.pitch.value,
                                quarters(note.end()) - quarters(note.start)});
        }
        std::sort(ours.begin(), ours.end(), before);
        std::vector<Sounds> theirs;
        for (const json& track : whole["tracks"]) {
            Sounds part;
            for (const json& event : track) {
                if (event["cmd"] != "note" || event.value("style", "") == "grace")
                    continue;
                part.push_back({event["start"].get<double>() * 4,
                                static_cast<int>(std::floor(event["pitch"].get<double>())),
                                event["duration"].get<double>() * 4});
            }
            std::sort(part.begin(), part.end(), before);
            theirs.push_back(std::move(part));
        }
        return difference(ours, theirs);
    }

    static QString againstMidi(const QString& path, const QString& reference)
    {
        const AbcTune read = tune(path);
        const auto midi = readMidiFile(reference.toStdString());
        if (!midi)
            return "unreadable";
        std::vector<Sounds> theirs;
        for (const Track& track : midi->score.tracks)
            theirs.push_back(soundsOf(track, midi->score.ticksPerQuarter));
        Sounds ours;
        for (const Track& track : read.score.tracks) {
            const Sounds sounds = soundsOf(track, read.score.ticksPerQuarter);
            ours.insert(ours.end(), sounds.begin(), sounds.end());
        }
        std::sort(ours.begin(), ours.end(), before);
        return difference(ours, theirs);
    }

    /// Empty where every note is one of theirs and whole tracks of theirs, the accompaniment, are
    /// all that is left over. A voice may be several tracks there, as overlays are.
    static QString difference(const Sounds& ours, const std::vector<Sounds>& tracks)
    {
        Sounds theirs;
        for (const Sounds& track : tracks) {
            Sounds left = track;
            missing(ours, left);
            if (2 * left.size() < track.size())
                theirs.insert(theirs.end(), track.begin(), track.end());
        }
        std::sort(theirs.begin(), theirs.end(), before);
        const Sounds left = missing(ours, theirs);
        return differenceText(left, theirs);
    }

    QDir m_folder{};
};

QTEST_APPLESS_MAIN(TestAbcConformance)
#include "tst_abc_conformance.moc"
