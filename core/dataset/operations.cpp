// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/recipe.h"

#include <algorithm>
#include <array>

namespace continuo {
namespace {

constexpr ProblemMask bit(Problem problem)
{
    return problemBit(problem);
}

ParameterInfo number(std::string_view name, std::string_view title, double value, double least,
                     double most, std::string_view unit, std::string_view description)
{
    return {name, title, ParameterKind::Number, value, least, most, {}, unit, description};
}

ParameterInfo whole(std::string_view name, std::string_view title, double value, double least,
                    double most, std::string_view unit, std::string_view description)
{
    return {name, title, ParameterKind::Whole, value, least, most, {}, unit, description};
}

ParameterInfo yesNo(std::string_view name, std::string_view title, bool value,
                    std::string_view description)
{
    return {name, title, ParameterKind::Switch, value, 0, 0, {}, {}, description};
}

ParameterInfo choice(std::string_view name, std::string_view title,
                     std::vector<std::string_view> choices, std::string_view value,
                     std::string_view description)
{
    return {name, title,      ParameterKind::Choice, std::string(value), 0, 0, std::move(choices),
            {},   description};
}

ParameterInfo text(std::string_view name, std::string_view title, std::string_view description)
{
    return {name, title, ParameterKind::Text, std::string(), 0, 0, {}, {}, description};
}

std::vector<OperationInfo> makeOperations()
{
    std::vector<OperationInfo> all;
    all.push_back({"drop-duplicates",
                   "Drop duplicates",
                   "Of pieces that are the same, keeps the one with the fewest problems, then the "
                   "one with the most notes, then the first by path. Those with less than four "
                   "fifths of the notes of another come last. Excerpts, variations and other "
                   "settings are not the same.",
                   {choice("which", "Which", {"exact", "all"}, "all",
                           "exact: equal bytes; all: near-duplicates too")},
                   kDuplicateProblems,
                   false,
                   true});
    all.push_back({"leave-out",
                   "Leave out",
                   "Leaves out the pieces that the condition names.",
                   {},
                   bit(Problem::Empty) | bit(Problem::TooShort) | bit(Problem::DrumsOnly) |
                       bit(Problem::MonotoneRepetition) | bit(Problem::UnreadableRest)});
    all.push_back({kPlayOrnaments,
                   "Play ornaments",
                   "Plays grace notes, trills, rolls, mordents and turns of tunes in ABC, which are "
                   "marks otherwise. MIDI files have theirs as notes already and stay as they are. "
                   "Done before all other steps, wherever it stands.",
                   {},
                   0});
    all.push_back(
        {"end-stuck-notes",
         "End stuck notes",
         "Ends notes that the file never ends where the next note of the track begins, or earlier.",
         {number("longest", "At most", 4, 0.25, 64, "quarters",
                 "The longest such a note may last.")},
         bit(Problem::UnreleasedNotes)});
    all.push_back({"drop-zero-length",
                   "Drop notes without length",
                   "Removes notes of length zero.",
                   {},
                   bit(Problem::ZeroLengthNotes)});
    all.push_back({"drop-duplicate-notes",
                   "Drop doubled notes",
                   "Of notes with the same start and key keeps the longest.",
                   {yesNo("across", "Between tracks too", false,
                          "Also where they stand in different tracks.")},
                   bit(Problem::OverlappingNotes)});
    all.push_back({"close-overlaps",
                   "Close overlaps",
                   "Cuts a note where the next of the same key begins.",
                   {},
                   bit(Problem::OverlappingNotes)});
    all.push_back(
        {"drop-drums", "Drop drums", "Removes the notes and messages of channel 10.", {}, 0});
    all.push_back(
        {"choose-track",
         "Choose track",
         "Keeps one track.",
         {choice("by", "By", {"melody", "name", "number"}, "melody",
                 "melody: the track most likely to carry it; name: the first whose name contains "
                 "the text; "
                 "number: counted among the tracks that have notes"),
          text("name", "Name", "What the name contains."),
          whole("number", "Number", 1, 1, 65535, {}, "1 for the first track with notes.")},
         0});
    all.push_back({"skyline",
                   "Skyline",
                   "Keeps the highest line of the pitched notes.",
                   {choice("of", "Of", {"piece", "track"}, "piece",
                           "Of the piece as a whole, or of each track.")},
                   0});
    all.push_back(
        {"quantise",
         "Quantise",
         "Moves notes towards a grid that begins anew with each bar.",
         {choice("grid", "Grid", {"1/4", "1/8", "1/12", "1/16", "1/16+1/24", "1/24", "1/32"},
                 "1/16",
                 "1/12 and 1/24 are triplets of eighths and sixteenths; 1/16+1/24 takes the nearer "
                 "of the two"),
          number("strength", "Strength", 1, 0, 1, "share",
                 "1 puts notes onto the grid, 0.5 half of the way."),
          yesNo("ends", "Ends too", true, "Ends of notes move as well; without it lengths stay."),
          yesNo("fast", "Leave what is too fast", true,
                "Where notes that follow each other would come to begin together, their beat stays "
                "as it is: quintuplets, trills, runs.")},
         bit(Problem::OffGrid)});
    all.push_back({"split-at-meter",
                   "Split at the meter",
                   "Makes a piece of its own of each stretch of one meter.",
                   {whole("fewest", "Fewest notes", double{kShortPieceNotes}, 1, 10'000, "notes",
                          "Stretches with fewer are left out.")},
                   bit(Problem::SeveralMeters)});
    all.push_back({"split-at-tempo",
                   "Split at the tempo",
                   "Makes a piece of its own of each stretch of one tempo.",
                   {number("change", "Change", 0.05, 0, 1, "share",
                           "How much the tempo must change to count."),
                    whole("fewest", "Fewest notes", double{kShortPieceNotes}, 1, 10'000, "notes",
                          "Stretches with fewer are left out.")},
                   bit(Problem::SeveralTempos)});
    all.push_back({"one-tempo",
                   "One tempo",
                   "Gives the piece one tempo; notes keep their beats.",
                   {number("tempo", "Tempo", 0, 0, 1000, "quarters a minute",
                           "0 takes the tempo that holds longest.")},
                   bit(Problem::SeveralTempos)});
    all.push_back({"trim-silence",
                   "Trim silence",
                   "Removes silent bars at the start and the end and shortens long rests.",
                   {whole("longest", "Rests at most", 1, 0, 1000, "bars",
                          "Longer silences inside are cut to this.")},
                   bit(Problem::LongSilence)});
    all.push_back(
        {"fold-range",
         "Fold into range",
         "Moves notes outside the range by octaves into it.",
         {whole("low", "Lowest", 21, 0, 127, "key number", "At least an octave below the highest."),
          whole("high", "Highest", 108, 0, 127, "key number", "60 is middle C.")},
         bit(Problem::ExtremeRange)});
    all.push_back({"drop-range",
                   "Drop outside range",
                   "Removes notes outside the range.",
                   {whole("low", "Lowest", 21, 0, 127, "key number", "Not above the highest."),
                    whole("high", "Highest", 108, 0, 127, "key number", "60 is middle C.")},
                   bit(Problem::ExtremeRange)});
    all.push_back({"transpose-c",
                   "Transpose to C",
                   "Brings major keys to C major and minor keys to A minor.",
                   {},
                   0});
    all.push_back(
        {"drop-rare-notes",
         "Drop rare notes",
         "Removes notes of keys that make up less than a share of all pitched notes of the set.",
         {number("share", "Share", 0.0005, 0, 0.1, "share",
                 "Of all pitched notes as they stand before the step.")},
         0,
         false,
         true});
    all.push_back({"normalise-velocity",
                   "Normalise velocity",
                   "Brings every piece to the same mean velocity.",
                   {whole("mean", "Mean", 80, 1, 127, {}, "The mean velocity afterwards."),
                    number("spread", "Spread", 1, 0, 1, "share",
                           "How much of the differences stays; 0 makes all equal.")},
                   0});
    all.push_back({"exclude", "Exclude", "Leaves out the pieces named.", {}, 0, true, false,
                   kUseSubject});
    all.push_back(
        {"keep", "Keep", "Keeps the pieces named, whatever other steps leave out.", {}, 0, true, false,
         kUseSubject});
    all.push_back({"tag",
                   "Tag",
                   "Gives the pieces named a tag.",
                   {text("tag", "Tag", "A word or two.")},
                   0,
                   true});
    all.push_back({"note",
                   "Note",
                   "Writes a note to the pieces named.",
                   {text("note", "Note", "Free text.")},
                   0,
                   true,
                   false,
                   "note"});
    all.push_back(
        {"edit",
         "Edit",
         "Puts an edited version in the place of a piece.",
         {text("score", "Score", "The edited piece as a MIDI file in base64."),
          text("replaces", "Replaces", "SHA-256 of the MIDI file of the version that was edited.")},
         0,
         true});
    return all;
}

const std::vector<OperationInfo>& allOperations()
{
    static const std::vector<OperationInfo> operations = makeOperations();
    return operations;
}

} // namespace

const ParameterInfo* OperationInfo::parameter(std::string_view parameterName) const
{
    const auto found = std::ranges::find(parameters, parameterName, &ParameterInfo::name);
    return found == parameters.end() ? nullptr : &*found;
}

std::span<const OperationInfo> operations()
{
    return allOperations();
}

const OperationInfo* operationNamed(std::string_view name)
{
    const auto found = std::ranges::find(allOperations(), name, &OperationInfo::name);
    return found == allOperations().end() ? nullptr : &*found;
}

} // namespace continuo
