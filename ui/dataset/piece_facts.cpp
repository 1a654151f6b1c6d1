// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_facts.h"

#include "core/base/file.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <string_view>

namespace continuo::ui {

namespace {

struct FactWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::PieceFacts)
};

struct Entry
{
    PieceFact fact{};
    FactKind kind{};
    const char* name = nullptr;
    const char* example = nullptr;
    const char* meaning = nullptr;
};

constexpr Entry kFacts[] = {
    {PieceFact::Notes, FactKind::Number, "notes", "notes>100",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "how many notes")},
    {PieceFact::Bars, FactKind::Number, "bars", "bars>=16",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "how many bars")},
    {PieceFact::Duration, FactKind::Number, "duration", "duration>1:30",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "seconds, or minutes:seconds")},
    {PieceFact::Tempo, FactKind::Number, "tempo", "tempo<90",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the first tempo, in quarters a minute")},
    {PieceFact::Key, FactKind::Choice, "key", "key=Gm",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "G, Gm, \"B♭ major\", major, minor, none")},
    {PieceFact::Meter, FactKind::Choice, "meter", "meter=6/8",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the first meter")},
    {PieceFact::Lowest, FactKind::Number, "lowest", "lowest>=C4",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the lowest pitch, or its MIDI number")},
    {PieceFact::Highest, FactKind::Number, "highest", "highest<=96",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the highest pitch")},
    {PieceFact::Range, FactKind::Number, "range", "range:D4-G5",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts",
                       "semitones from lowest to highest; with two pitches: nothing beyond them")},
    {PieceFact::Pitch, FactKind::Notes, "pitch", "pitch:F#4",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "pitches that sound in it, drums aside")},
    {PieceFact::PitchClass, FactKind::Notes, "pitchclass", "pitchclass:Bb",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the same in any octave")},
    {PieceFact::Interval, FactKind::Notes, "interval", "interval:-7",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "a step of its melody, in semitones")},
    {PieceFact::NoteValue, FactKind::Notes, "notevalue", "notevalue:1/8.",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "how long one of its notes is")},
    {PieceFact::Onset, FactKind::Notes, "onset", "onset:2.5",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts",
                       "where in a bar one of its notes begins: the quarter from 1")},
    {PieceFact::Tracks, FactKind::Number, "tracks", "tracks=1",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "how many tracks")},
    {PieceFact::Polyphony, FactKind::Number, "polyphony", "polyphony=1",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the most notes that sound at a time")},
    {PieceFact::Density, FactKind::Number, "density", "density<8",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "notes a second")},
    {PieceFact::Velocity, FactKind::Number, "velocity", "velocity=0",
     QT_TRANSLATE_NOOP(
         "continuo::ui::PieceFacts",
         "from the softest to the loudest note; with two numbers: nothing beyond them")},
    {PieceFact::Softest, FactKind::Number, "softest", "softest>=20",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the lowest velocity")},
    {PieceFact::Loudest, FactKind::Number, "loudest", "loudest<127",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the highest velocity")},
    {PieceFact::OffGrid, FactKind::Number, "offgrid", "offgrid>10",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "percent of the notes that are off the grid")},
    {PieceFact::Drums, FactKind::Number, "drums", "drums=0",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "notes of the drums")},
    {PieceFact::Tempos, FactKind::Number, "tempos", "tempos>1",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "how many tempos")},
    {PieceFact::Meters, FactKind::Number, "meters", "meters>1",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "how many meters")},
    {PieceFact::Problems, FactKind::Number, "problems", "problems=0",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "how many problems")},
    {PieceFact::Problem, FactKind::Choice, "problem", "problem:overlap",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "part of a problem's name, or none")},
    {PieceFact::Read, FactKind::Choice, "read", "read:remarks",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "“as is” or with remarks")},
    {PieceFact::Use, FactKind::Choice, "use", "use:training",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "training, validation, test, no")},
    {PieceFact::Family, FactKind::Number, "family", "family:12",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "the family's number")},
    {PieceFact::FamilySize, FactKind::Number, "familysize", "familysize>1",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "pieces in its family")},
    {PieceFact::Name, FactKind::Text, "name", "name:polka",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "of the piece, as the table has it")},
    {PieceFact::Title, FactKind::Text, "title", "title:\"the reel\"",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "as the file says; : holds, = is")},
    {PieceFact::Composer, FactKind::Text, "composer", "composer:bach",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "as the file says")},
    {PieceFact::Folder, FactKind::Text, "folder", "folder:jigs",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "where the file is")},
    {PieceFact::Path, FactKind::Text, "path", "path:.abc",
     QT_TRANSLATE_NOOP("continuo::ui::PieceFacts", "folder and name")},
};

/// Other words for the same.
constexpr std::pair<const char*, PieceFact> kOtherNames[] = {{"length", PieceFact::Bars},
                                                             {"seconds", PieceFact::Duration},
                                                             {"bpm", PieceFact::Tempo},
                                                             {"time", PieceFact::Meter},
                                                             {"voices", PieceFact::Polyphony},
                                                             {"off-grid", PieceFact::OffGrid},
                                                             {"part", PieceFact::Use},
                                                             {"family-size", PieceFact::FamilySize},
                                                             {"relatives", PieceFact::FamilySize},
                                                             {"file", PieceFact::Path}};

const Entry& entryOf(PieceFact fact)
{
    return *std::ranges::find(kFacts, fact, &Entry::fact);
}

bool isAscii(std::string_view text)
{
    return std::ranges::all_of(
        text, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
}

constexpr std::array<char, 128> kLower = [] {
    std::array<char, 128> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<char>(i >= 'A' && i <= 'Z' ? i + 32 : i);
    return table;
}();

/// Whether `bytes` in lower case hold `text`, or are it. Readable text for bytes that are none.
bool holdsIn(std::string_view bytes, const std::string& text, bool isWhole)
{
    std::string lower;
    if (isAscii(bytes)) {
        lower.resize(bytes.size());
        std::ranges::transform(bytes, lower.begin(), [](char letter) {
            return kLower[static_cast<unsigned char>(letter)];
        });
    } else {
        lower = QString::fromStdString(readablePath(std::filesystem::path(bytes)))
                    .toLower()
                    .toStdString();
    }
    return isWhole ? lower == text : lower.find(text) != std::string::npos;
}

} // namespace

std::string_view folderOf(const PieceRow& row)
{
    const std::size_t slash = row.path.rfind('/');
    return slash == std::string::npos ? std::string_view()
                                      : std::string_view(row.path).substr(0, slash);
}

FactKind kindOf(PieceFact fact)
{
    return entryOf(fact).kind;
}

PieceFactWords wordsOf(PieceFact fact)
{
    const Entry& entry = entryOf(fact);
    return {fact, QString::fromLatin1(entry.name), FactWords::tr(entry.meaning),
            QString::fromLatin1(entry.example)};
}

std::vector<PieceFactWords> pieceFactWords()
{
    std::vector<PieceFactWords> words;
    for (const Entry& entry : kFacts)
        words.push_back(wordsOf(entry.fact));
    return words;
}

std::optional<PieceFact> factNamed(const QString& name)
{
    for (const Entry& entry : kFacts) {
        if (name == QLatin1String(entry.name))
            return entry.fact;
    }
    for (const auto& [other, fact] : kOtherNames) {
        if (name == QLatin1String(other))
            return fact;
    }
    return std::nullopt;
}

std::optional<double> numberOf(const PieceRow& row, PieceFact fact, std::size_t familySize)
{
    const auto known = [](bool isKnown, double value) {
        return isKnown ? std::optional<double>(value) : std::nullopt;
    };
    switch (fact) {
    case PieceFact::Notes:
        return row.notes;
    case PieceFact::Drums:
        return row.drumNotes;
    case PieceFact::Bars:
        return row.bars;
    case PieceFact::Duration:
        return static_cast<double>(row.durationSeconds);
    case PieceFact::Tempo:
        return known(row.quartersPerMinute > 0, static_cast<double>(row.quartersPerMinute));
    case PieceFact::Tempos:
        return row.tempoCount;
    case PieceFact::Meters:
        return row.meterCount;
    case PieceFact::Tracks:
        return row.tracks;
    case PieceFact::Polyphony:
        return row.polyphony;
    case PieceFact::Density:
        return static_cast<double>(row.density);
    case PieceFact::Softest:
        return known(row.notes > 0, row.lowestVelocity);
    case PieceFact::Loudest:
        return known(row.notes > 0, row.highestVelocity);
    case PieceFact::Velocity:
        return known(row.notes > 0, row.highestVelocity - row.lowestVelocity);
    case PieceFact::OffGrid:
        return 100.0 * static_cast<double>(row.offGridShare);
    case PieceFact::Lowest:
        return known(row.lowest >= 0, row.lowest);
    case PieceFact::Highest:
        return known(row.highest >= 0, row.highest);
    case PieceFact::Range:
        return known(row.lowest >= 0, row.highest - row.lowest);
    case PieceFact::Problems:
        return std::popcount(row.problems);
    case PieceFact::Family:
        return known(row.family != 0, static_cast<double>(row.family));
    case PieceFact::FamilySize:
        return known(familySize > 0, static_cast<double>(familySize));
    default:
        return std::nullopt;
    }
}

std::uint64_t keyBit(Key key)
{
    return std::uint64_t{1} << (2 * key.tonic + (key.mode == Mode::Minor ? 1 : 0));
}

std::uint64_t choiceOf(const PieceRow& row, PieceFact fact)
{
    switch (fact) {
    case PieceFact::Key:
        return row.key ? keyBit(*row.key) : kNoKey;
    case PieceFact::Problem:
        return row.problems != 0 ? row.problems : kNoProblem;
    case PieceFact::Read:
        return row.status == FileStatus::AcceptedWithNotes ? 2 : 1;
    case PieceFact::Use:
        // What the recipe leaves out keeps its part in the split, but is of none, as useInWords()
        // says.
        return row.isInUse && row.part ? std::uint64_t{1} << static_cast<unsigned>(*row.part) : 8;
    default:
        return 0;
    }
}

std::bitset<128> kindsOf(const NoteKinds& kinds, PieceFact fact)
{
    switch (fact) {
    case PieceFact::Pitch:
    case PieceFact::PitchClass:
        return kinds.pitches;
    case PieceFact::Interval:
        return kinds.intervals.to_ullong();
    case PieceFact::NoteValue:
        return kinds.durations.to_ullong();
    case PieceFact::Onset:
        return kinds.onsets.to_ullong();
    default:
        return {};
    }
}

bool holdsText(const PieceRow& row, PieceFact fact, const std::string& text, bool isWhole)
{
    switch (fact) {
    case PieceFact::Title:
        return holdsIn(row.title, text, isWhole);
    case PieceFact::Composer:
        return holdsIn(row.composer, text, isWhole);
    case PieceFact::Folder:
        return holdsIn(folderOf(row), text, isWhole);
    case PieceFact::Path:
        return holdsIn(row.path, text, isWhole);
    case PieceFact::Name:
        return holdsIn(row.name, text, isWhole);
    default:
        return false;
    }
}

} // namespace continuo::ui
