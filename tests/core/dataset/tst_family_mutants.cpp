// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/file.h"
#include "core/base/random.h"
#include "core/dataset/family.h"
#include "core/music/melody.h"

#include <QDirIterator>
#include <QtTest>

#include <functional>
#include <map>
#include <numeric>
#include <set>

using namespace continuo;

namespace {

using Melody = std::vector<Note>;

/// Draws of one mutant, in order.
class Draws
{
public:
    Draws(std::uint32_t tune, std::uint32_t kind)
        : m_random(20'240'607, CounterRandom::Domain::Test)
        , m_tune(tune)
        , m_kind(kind)
    {
    }
    std::uint64_t below(std::uint64_t bound)
    {
        return m_random.below(bound, m_tune, m_kind, m_count++);
    }
    bool in(int percent) { return below(100) < std::uint64_t(percent); }

private:
    CounterRandom m_random;
    std::uint32_t m_tune;
    std::uint32_t m_kind;
    std::uint32_t m_count = 0;
};

Melody transposed(Melody notes, Draws& draws)
{
    const int by = 1 + int(draws.below(11)) - 6;
    for (Note& note : notes)
        note.pitch.value = static_cast<std::uint8_t>(
            std::clamp(note.pitch.value + (by >= 0 ? by + 1 : by), 0, 127));
    return notes;
}

/// Another tempo, and played by hand: each onset up to a fortieth of a quarter early or late.
Melody retimed(Melody notes, Draws& draws)
{
    const std::int64_t percent = 60 + std::int64_t(draws.below(90));
    std::int64_t before = -1;
    for (Note& note : notes) {
        const std::int64_t start =
            note.start.value * percent / 100 + std::int64_t(draws.below(49)) - 24;
        note.start = Tick{std::max(start, before + 1)};
        note.length = Tick{std::max<std::int64_t>(1, note.length.value * percent / 100)};
        before = note.start.value;
    }
    for (std::size_t i = 0; i + 1 < notes.size(); ++i)
        notes[i].length = std::min(notes[i].length, notes[i + 1].start - notes[i].start);
    return notes;
}

/// A quarter of it is gone, from the start, the end or between.
Melody cut(Melody notes, Draws& draws)
{
    const std::size_t gone = notes.size() / 4;
    const std::size_t first = draws.below(notes.size() - gone + 1);
    notes.erase(notes.begin() + std::ptrdiff_t(first),
                notes.begin() + std::ptrdiff_t(first + gone));
    return notes;
}

/// `percent` of the notes get a turn from above: the neighbour and the note again take its second
/// half.
Melody ornamented(const Melody& notes, Draws& draws, int percent)
{
    Melody made;
    for (const Note& note : notes) {
        if (note.length.value < 240 || !draws.in(percent)) {
            made.push_back(note);
            continue;
        }
        Note part = note;
        part.length = Tick{note.length.value / 2};
        made.push_back(part);
        part.start = part.end();
        part.length = Tick{note.length.value / 4};
        part.pitch.value = static_cast<std::uint8_t>(std::min(127, note.pitch.value + 2));
        made.push_back(part);
        part.start = part.end();
        part.length = note.end() - part.start;
        part.pitch = note.pitch;
        made.push_back(part);
    }
    return made;
}

/// `percent` of the notes are another pitch or missing.
Melody edited(const Melody& notes, Draws& draws, int percent)
{
    Melody made;
    for (Note note : notes) {
        if (draws.in(percent)) {
            if (draws.in(40))
                continue;
            const int by = draws.in(50) ? 2 : -1;
            note.pitch.value = static_cast<std::uint8_t>(std::clamp(note.pitch.value + by, 0, 127));
        }
        made.push_back(note);
    }
    return made;
}

/// The melody with a bass of half notes, in one order of tracks or the other, as a search would
/// read it.
Melody accompanied(const Melody& notes, Draws& draws)
{
    Score score;
    const bool isLast = draws.in(50);
    for (int i = 0; i < 2; ++i) {
        Track& track = score.addTrack();
        if ((i == 1) == isLast) {
            for (Note note : notes) {
                note.id = score.nextId++;
                track.notes.push_back(note);
            }
        } else {
            for (Tick time{}; time < notes.back().end(); time += Tick{1920}) {
                for (const int above : {0, 7}) {
                    Note note;
                    note.start = time;
                    note.length = Tick{1920};
                    note.pitch = Pitch{
                        static_cast<std::uint8_t>(36 + draws.below(5) + std::uint64_t(above))};
                    note.id = score.nextId++;
                    track.notes.push_back(note);
                }
            }
        }
        track.end = notes.back().end() + Tick{1920};
    }
    return melodyOf(score);
}

struct Mutation
{
    const char* name;
    std::function<Melody(const Melody&, Draws&)> make;
    double leastRecall;
};

const std::vector<Mutation>& mutations()
{
    static const std::vector<Mutation> all{
        {"transposed", transposed, 0.99},
        {"retimed", retimed, 0.99},
        {"cut by a quarter", cut, 0.98},
        {"ornaments on 5 % of the notes",
         [](const Melody& notes, Draws& draws) { return ornamented(notes, draws, 5); }, 0.9},
        {"ornaments on 10 % of the notes",
         [](const Melody& notes, Draws& draws) { return ornamented(notes, draws, 10); }, 0.5},
        {"tracks in another order, with a bass", accompanied, 0.97},
        {"edits of 3 % of the notes",
         [](const Melody& notes, Draws& draws) { return edited(notes, draws, 3); }, 0.95},
        {"edits of 5 % of the notes",
         [](const Melody& notes, Draws& draws) { return edited(notes, draws, 5); }, 0.85},
        {"edits of 10 % of the notes",
         [](const Melody& notes, Draws& draws) { return edited(notes, draws, 10); }, 0.4},
        {"transposed, retimed, cut and edited (3 %)",
         [](const Melody& notes, Draws& draws) {
             return edited(cut(retimed(transposed(notes, draws), draws), draws), draws, 3);
         },
         0.85},
    };
    return all;
}

} // namespace

/// Precision and recall on real tunes and mutants of them that a seeded program makes.
class TestFamilyMutants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mutantsAreFoundAndOthersAreNot();
};

void TestFamilyMutants::mutantsAreFoundAndOthersAreNot()
{
    const QString shared = qEnvironmentVariable("CONTINUO_SHARED_DATA");
    if (shared.isEmpty() || !QFileInfo::exists(shared + "/folk-abc"))
        QSKIP("the folk tunes are not here");
    std::vector<QString> paths;
    for (const char* folder : {"/folk-abc", "/nottingham"}) {
        QDirIterator files(shared + folder, {"*.abc"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            paths.push_back(files.next());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Melody> tunes;
    for (const QString& path : paths) {
        const auto bytes = readFile(path.toStdString());
        const auto read =
            readAbc({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, "tune");
        if (!read)
            continue;
        for (const AbcTune& tune : *read) {
            Melody melody = melodyOf(tune.score);
            if (melody.size() >= 40)
                tunes.push_back(std::move(melody));
        }
    }
    QVERIFY(tunes.size() >= 500);

    std::vector<FamilyMember> members;
    for (std::size_t i = 0; i < tunes.size(); ++i)
        members.push_back({melodyPrint(tunes[i]), {}, "base " + std::to_string(i), 0});
    const std::vector<std::size_t> alone = findFamilies(members);

    double truly = 0;
    double falsely = 0;
    for (std::uint32_t kind = 0; kind < mutations().size(); ++kind) {
        const Mutation& mutation = mutations()[kind];
        std::vector<FamilyMember> all = members;
        for (std::uint32_t i = 0; i < tunes.size(); ++i) {
            Draws draws(i, kind);
            all.push_back({melodyPrint(mutation.make(tunes[i], draws)),
                           {},
                           "mutant " + std::to_string(i),
                           0});
        }
        const std::vector<std::size_t> families = findFamilies(all);
        std::size_t found = 0;
        std::size_t nearly = 0; // of these, near-duplicates
        std::size_t wrong = 0;  // mutants in a family with a tune that is no relative of theirs
        std::map<std::size_t, std::set<std::size_t>>
            originals; // families without mutants, by family with them
        for (std::size_t i = 0; i < tunes.size(); ++i)
            originals[families[i]].insert(alone[i]);
        for (std::size_t i = 0; i < tunes.size(); ++i) {
            const std::size_t family = families[tunes.size() + i];
            found += family == families[i];
            if (family == families[i]) {
                const std::vector<FamilyMember> pair{all[i], all[tunes.size() + i]};
                nearly += findNearDuplicates(pair)[1] == 0;
            }
            const auto others = originals.find(family);
            if (others != originals.end() &&
                (others->second.size() > 1 || !others->second.contains(alone[i])))
                ++wrong;
        }
        truly += double(found);
        falsely += double(wrong);
        const double recall = double(found) / double(tunes.size());
        const double nearRecall = double(nearly) / double(tunes.size());
        qInfo("%s: recall %.3f, as near-duplicates %.3f, wrong families %zu of %zu", mutation.name,
              recall, nearRecall, wrong, tunes.size());
        QVERIFY2(recall >= mutation.leastRecall, mutation.name);
        QVERIFY2(nearRecall >= mutation.leastRecall, mutation.name);
    }
    const double precision = truly / (truly + falsely);
    qInfo("precision %.4f over %zu kinds of mutants of %zu tunes", precision, mutations().size(),
          tunes.size());
    QVERIFY(precision >= 0.98);
}

QTEST_APPLESS_MAIN(TestFamilyMutants)
#include "tst_family_mutants.moc"
