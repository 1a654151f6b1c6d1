// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"
#include "core/engine/export_set.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace continuo {

/// How often each of some values occurs.
struct CardHistogram
{
    struct Bar
    {
        std::string label{};
        std::uint64_t count = 0;
        friend bool operator==(const Bar&, const Bar&) = default;
    };
    std::string title{};
    std::string meaning{}; ///< One sentence: what is counted.
    std::vector<Bar> bars{};

    std::uint64_t total() const;
    friend bool operator==(const CardHistogram&, const CardHistogram&) = default;
};

/// What is counted over the pieces in use, as the recipe leaves them. Every definition stands in
/// docs/exporting.md.
class CardCounts
{
public:
    /// Counts one piece.
    void add(const Score& score);
    /// The same for what another counted.
    void add(const CardCounts& other);

    std::size_t pieces = 0;
    std::uint64_t notes = 0;
    std::uint64_t drumNotes = 0;
    double seconds = 0;
    std::optional<int> lowest{}; ///< MIDI keys of pitched notes.
    std::optional<int> highest{};

    /// Pitch, pitch class, interval, note value, key, meter, tempo, length. Bars of no count stand
    /// only between others that have one.
    std::vector<CardHistogram> histograms() const;

private:
    void addNotes(const Score& score);

    std::map<int, std::uint64_t> m_pitches{};
    std::map<int, std::uint64_t> m_intervals{};
    std::map<int, std::uint64_t> m_values{};
    std::map<int, std::uint64_t> m_tempos{};
    std::map<int, std::uint64_t> m_lengths{};
    std::map<std::string, std::uint64_t> m_keys{};
    std::map<std::string, std::uint64_t> m_meters{};
};

/// How often each of some texts occurs, the most frequent first, equal ones by name.
using CardList = std::vector<std::pair<std::string, std::size_t>>;

/// Everything a data card says.
struct DataCard
{
    CardWords words{};
    std::string name{}; ///< Of the set, without its ending.
    DatasetInfo info{};
    CardCounts counts{};
    CardList formats{};   ///< Files that were read, by format.
    CardList places{};    ///< Files by the outermost folder or archive.
    CardList composers{}; ///< Pieces in use by what their files say.
    CardList copyrights{};
    CardList leftOut{};    ///< Pieces by why the recipe leaves them out.
    CardList operations{}; ///< Pieces by what the recipe does to them, in words.
    std::size_t changed = 0;
    std::size_t leaks = 0; ///< LeakReport::passages.
};

/// The card as Markdown, or as one HTML page without scripts that loads nothing. The same card
/// gives the same bytes.
std::string cardAsMarkdown(const DataCard& card);
std::string cardAsHtml(const DataCard& card);

/// A card is made of these, whatever it is written in. Cells and paragraphs are plain text.
struct CardTable
{
    std::vector<std::string> head{};
    std::vector<std::vector<std::string>> rows{}; ///< The last column is a number.
};
struct CardSection
{
    std::string title{};
    std::vector<std::string> paragraphs{};
    std::vector<CardTable> tables{};
    std::vector<CardHistogram> histograms{};
};
std::vector<CardSection> sectionsOf(const DataCard& card);
std::string cardTitle(const DataCard& card);

/// 1234567 as "1,234,567".
std::string withCommas(std::uint64_t number);

} // namespace continuo
