// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/data_card.h"

#include "core/dataset/problem.h"
#include "core/dataset/recipe.h"
#include "core/dataset/rejection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace continuo {
namespace {

/// Longer lists end in "and n more".
constexpr std::size_t kLongestList = 30;

CardTable tableOf(const std::string& what, const std::string& counted, const CardList& list)
{
    CardTable table{{what, counted}, {}};
    std::size_t more = 0;
    std::size_t rest = 0;
    for (const auto& [name, count] : list) {
        if (table.rows.size() < kLongestList) {
            table.rows.push_back({name, withCommas(count)});
        } else {
            ++more;
            rest += count;
        }
    }
    if (more > 0)
        table.rows.push_back({fmt::format("and {} more", withCommas(more)), withCommas(rest)});
    return table;
}

std::string stated(const std::vector<std::string>& words)
{
    return words.empty() ? "not stated" : fmt::format("{}", fmt::join(words, "; "));
}

std::string hours(double seconds)
{
    return seconds < 3600 ? fmt::format("{:.1f} minutes", seconds / 60)
                          : fmt::format("{:.1f} hours", seconds / 3600);
}

std::string keyOf(int key)
{
    return pitchName(Pitch{static_cast<std::uint8_t>(key)});
}

CardSection contents(const DataCard& card)
{
    const CardCounts& counts = card.counts;
    CardSection section{"What is in it", {}, {}, {}};
    section.tables.push_back(
        {{"", "Number"},
         {{"Pieces in use", withCommas(counts.pieces)},
          {"Notes", withCommas(counts.notes)},
          {"Drum notes among them", withCommas(counts.drumNotes)},
          {"Length in all", hours(counts.seconds)},
          {"Range", counts.lowest && counts.highest
                        ? fmt::format("{} to {}", keyOf(*counts.lowest), keyOf(*counts.highest))
                        : "no pitched notes"},
          {"Files that were found", withCommas(card.info.files)},
          {"Files read without remarks", withCommas(card.info.accepted)},
          {"Files read with remarks", withCommas(card.info.acceptedWithNotes)},
          {"Files rejected", withCommas(card.info.rejected)}}});
    section.tables.push_back(tableOf("Format of the files read", "Files", card.formats));
    return section;
}

CardSection origin(const DataCard& card)
{
    CardSection section{"Where it comes from", {}, {}, {}};
    section.paragraphs.push_back("Source: " + stated(card.words.sources));
    section.paragraphs.push_back("Licence: " + stated(card.words.licences));
    section.tables.push_back(tableOf("Folder or archive", "Files", card.places));
    if (!card.composers.empty())
        section.tables.push_back(
            tableOf("Composer, as the files say", "Pieces in use", card.composers));
    if (!card.copyrights.empty())
        section.tables.push_back(
            tableOf("Copyright, as the files say", "Pieces in use", card.copyrights));
    return section;
}

/// CleanedPiece::whyLeftOut in words.
std::string leftOutInWords(const std::string& why)
{
    constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {"excluded", "Excluded by hand"},
        {"left-out", "Of a kind that a step leaves out"},
        {"duplicate", "Another of its family is kept"},
        {"nothing-left", "The steps leave no note of it"}};
    for (const auto& [id, words] : kWords) {
        if (why == id)
            return std::string(words);
    }
    return why;
}

/// The same list with other words for the names.
template <typename Words>
CardList inWords(CardList list, Words words)
{
    for (auto& [name, count] : list)
        name = words(name);
    return list;
}

CardSection removed(const DataCard& card)
{
    CardSection section{"What was removed, and why", {}, {}, {}};
    const std::size_t leftOut = card.info.pieces - card.counts.pieces;
    section.paragraphs.push_back(
        fmt::format("{} of {} files could not be read. {} of {} pieces are left out by the recipe.",
                    withCommas(card.info.rejected), withCommas(card.info.files),
                    withCommas(leftOut), withCommas(card.info.pieces)));
    if (card.info.rejected > 0) {
        CardTable table{{"Files rejected because", "Files"}, {}};
        for (const auto& [reason, count] : rejectionsInWords(card.info.reasons))
            table.rows.push_back({reason, withCommas(count)});
        section.tables.push_back(std::move(table));
    }
    if (!card.leftOut.empty())
        section.tables.push_back(
            tableOf("Pieces left out because", "Pieces", inWords(card.leftOut, leftOutInWords)));
    return section;
}

CardSection recipe(const DataCard& card)
{
    CardSection section{"What was changed", {}, {}, {}};
    if (card.operations.empty()) {
        section.paragraphs.push_back("Nothing: the pieces are used as their files have them.");
        return section;
    }
    section.paragraphs.push_back(
        fmt::format("The recipe changes {} of {} pieces. The files in the set are as they were.",
                    withCommas(card.changed), withCommas(card.counts.pieces)));
    const auto title = [](const std::string& name) {
        const OperationInfo* const operation = operationNamed(name);
        return operation ? std::string(operation->title) : name;
    };
    section.tables.push_back(
        tableOf("What the recipe does", "Pieces", inWords(card.operations, title)));
    return section;
}

std::string titleOfProblem(const std::string& name)
{
    const std::optional<Problem> problem = problemNamed(name);
    return problem ? std::string(problemInfo(*problem).title) : name;
}

CardSection problems(const DataCard& card)
{
    CardSection section{"Problems", {}, {}, {}};
    CardTable table{{"Problem of the piece as imported", "Pieces"}, {}};
    for (const auto& [problem, count] : card.info.problems)
        table.rows.push_back({titleOfProblem(problem), withCommas(count)});
    if (table.rows.empty())
        section.paragraphs.push_back("None was found.");
    else
        section.tables.push_back(std::move(table));
    return section;
}

CardSection split(const DataCard& card)
{
    const DatasetInfo& info = card.info;
    CardSection section{"Split", {}, {}, {}};
    if (info.train + info.validation + info.test == 0) {
        section.paragraphs.push_back("It is not divided into parts.");
        return section;
    }
    section.paragraphs.push_back(
        info.split ? fmt::format("Divided by families, so that relatives stand in one part, with "
                                 "the random seed {}; shares asked for: {:g} to train, {:g} to "
                                 "validate, {:g} to test.",
                                 info.split->seed, info.split->train, info.split->validation,
                                 info.split->test)
                   : std::string("The parts are those that its frame lists brought along."));
    const std::size_t divided = info.train + info.validation + info.test;
    const std::size_t inNoPart = card.counts.pieces > divided ? card.counts.pieces - divided : 0;
    section.tables.push_back({{"Part", "Pieces"},
                              {{"Training", withCommas(info.train)},
                               {"Validation", withCommas(info.validation)},
                               {"Test", withCommas(info.test)},
                               {"In no part", withCommas(inNoPart)}}});
    section.paragraphs.push_back(
        fmt::format("Families of relatives among all pieces of the set: {}. Passages of {} notes, "
                    "in whatever key and tempo, "
                    "that stand both in training and in held-out pieces: {}.",
                    withCommas(info.families), kLeakPassage.notes, withCommas(card.leaks)));
    return section;
}

CardSection distributions(const DataCard& card)
{
    CardSection section{"Distributions", {}, {}, {}};
    section.paragraphs.push_back("Of the pieces in use.");
    for (CardHistogram& histogram : card.counts.histograms())
        if (histogram.total() > 0)
            section.histograms.push_back(std::move(histogram));
    return section;
}

} // namespace

std::string withCommas(std::uint64_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3;) {
        i -= 3;
        digits.insert(i, ",");
    }
    return digits;
}

std::string cardTitle(const DataCard& card)
{
    return card.words.title.empty() ? card.name : card.words.title;
}

std::vector<CardSection> sectionsOf(const DataCard& card)
{
    CardSection identity{"", {}, {}, {}};
    if (!card.words.date.empty())
        identity.paragraphs.push_back("Date: " + card.words.date);
    identity.paragraphs.push_back("Dataset: " + card.name);
    identity.paragraphs.push_back("Fingerprint: " + card.info.fingerprint);
    if (!card.info.isComplete)
        identity.paragraphs.push_back(
            "The import of this set was broken off: it does not hold everything it was made from.");
    return {std::move(identity), contents(card), origin(card), removed(card),
            recipe(card),        problems(card), split(card),  distributions(card)};
}

} // namespace continuo
