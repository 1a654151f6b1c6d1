// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/engine/data_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace continuo {
namespace {

/// Text of any bytes as one line of UTF-8 without control characters.
std::string oneLine(std::string_view text)
{
    std::string line = repairedUtf8(text);
    for (char& letter : line)
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f)
            letter = ' ';
    return line;
}

std::string markdownText(std::string_view text)
{
    std::string escaped;
    for (const char letter : oneLine(text)) {
        if (std::string_view("\\`*_{}[]<>#|~&!").find(letter) != std::string_view::npos)
            escaped += '\\';
        escaped += letter;
    }
    return escaped;
}

std::string htmlText(std::string_view text)
{
    std::string escaped;
    for (const char letter : oneLine(text)) {
        switch (letter) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += letter;
        }
    }
    return escaped;
}

std::string share(std::uint64_t count, std::uint64_t total)
{
    return fmt::format("{:.1f} %", 100 * static_cast<double>(count) / static_cast<double>(total));
}

std::uint64_t highest(const CardHistogram& histogram)
{
    std::uint64_t most = 1;
    for (const CardHistogram::Bar& bar : histogram.bars)
        most = std::max(most, bar.count);
    return most;
}

std::string markdownTable(const CardTable& table)
{
    std::string text;
    const auto row = [&text](const std::vector<std::string>& cells) {
        for (const std::string& cell : cells)
            text += "| " + markdownText(cell) + " ";
        text += "|\n";
    };
    row(table.head);
    for (std::size_t i = 0; i < table.head.size(); ++i)
        text += i + 1 == table.head.size() ? "| ---: " : "| --- ";
    text += "|\n";
    for (const std::vector<std::string>& cells : table.rows)
        row(cells);
    return text + "\n";
}

std::string markdownHistogram(const CardHistogram& histogram)
{
    constexpr std::uint64_t kWidest = 24;
    const std::uint64_t most = highest(histogram);
    std::string text = "### " + markdownText(histogram.title) + "\n\n" +
                       markdownText(histogram.meaning) + "\n\n|  | Count | Share |  |\n" +
                       "| --- | ---: | ---: | --- |\n";
    for (const CardHistogram::Bar& bar : histogram.bars) {
        std::string blocks;
        for (std::uint64_t i = 0; i < (bar.count * kWidest + most / 2) / most; ++i)
            blocks += "█";
        text += fmt::format("| {} | {} | {} | {} |\n", markdownText(bar.label),
                            withCommas(bar.count), share(bar.count, histogram.total()), blocks);
    }
    return text + "\n";
}

std::string htmlTable(const CardTable& table)
{
    std::string text = "<table>\n<thead><tr>";
    for (const std::string& cell : table.head)
        text += "<th>" + htmlText(cell) + "</th>";
    text += "</tr></thead>\n<tbody>\n";
    for (const std::vector<std::string>& cells : table.rows) {
        text += "<tr>";
        for (const std::string& cell : cells)
            text += "<td>" + htmlText(cell) + "</td>";
        text += "</tr>\n";
    }
    return text + "</tbody>\n</table>\n";
}

/// Columns from left to right; not every column has room for its name.
std::string htmlHistogram(const CardHistogram& histogram)
{
    constexpr int kWidth = 720;
    constexpr int kHeight = 160;
    constexpr int kNames = 26; ///< Height below the columns.
    const auto bars = static_cast<double>(histogram.bars.size());
    const double step = std::min(kWidth / bars, 90.0);
    const std::uint64_t most = highest(histogram);
    std::size_t widest = 1;
    for (const CardHistogram::Bar& bar : histogram.bars)
        widest = std::max(widest, bar.label.size());
    const double nameWidth = 7.0 * static_cast<double>(widest) + 6;
    const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(nameWidth / step)));
    std::string text = fmt::format(
        "<figure>\n<figcaption><strong>{}.</strong> {} {} in all; the highest column: "
        "{}.</figcaption>\n<svg viewBox=\"-24 0 {} {}\" role=\"img\" "
        "aria-label=\"{}\">\n",
        htmlText(histogram.title), htmlText(histogram.meaning), withCommas(histogram.total()),
        withCommas(most), kWidth, kHeight + kNames, htmlText(histogram.title));
    for (std::size_t i = 0; i < histogram.bars.size(); ++i) {
        const CardHistogram::Bar& bar = histogram.bars[i];
        const double height = kHeight * static_cast<double>(bar.count) / static_cast<double>(most);
        const double left = step * static_cast<double>(i);
        text += fmt::format("<rect class=\"bar\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" "
                            "height=\"{:.2f}\"><title>{}: {} ({})</title></rect>\n",
                            left + step * 0.08, kHeight - height, step * 0.84, height,
                            htmlText(bar.label), withCommas(bar.count),
                            share(bar.count, histogram.total()));
        if (i % every == 0)
            text += fmt::format("<text x=\"{:.2f}\" y=\"{}\">{}</text>\n", left + step / 2,
                                kHeight + 18, htmlText(bar.label));
    }
    return text + fmt::format("<line x1=\"0\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\"/>\n</svg>\n"
                              "</figure>\n",
                              kHeight, kWidth);
}

constexpr std::string_view kStyle =
    R"(:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --line: #c8c8cd; --bar: #2f6fb0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6ea; --paper: #17171a; --line: #45454c; --bar: #6ea8e0; } }
body { color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 0 0 1.25rem; }
th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { text-align: right; padding-right: 0; }
figure { margin: 0 0 1.75rem; }
svg { width: 100%; height: auto; }
.bar { fill: var(--bar); }
svg line { stroke: var(--line); }
svg text { fill: var(--ink); font: 11px system-ui, sans-serif; text-anchor: middle; }
)";

} // namespace

std::string cardAsMarkdown(const DataCard& card)
{
    std::string text = "# " + markdownText(cardTitle(card)) + "\n\n";
    for (const CardSection& section : sectionsOf(card)) {
        if (!section.title.empty())
            text += "## " + markdownText(section.title) + "\n\n";
        for (const std::string& paragraph : section.paragraphs)
            text += markdownText(paragraph) + "\n\n";
        for (const CardTable& table : section.tables)
            text += markdownTable(table);
        for (const CardHistogram& histogram : section.histograms)
            text += markdownHistogram(histogram);
    }
    text.pop_back(); // One empty line at the end is enough.
    return text;
}

std::string cardAsHtml(const DataCard& card)
{
    const std::string title = htmlText(cardTitle(card));
    std::string text = fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
                                   "charset=\"utf-8\">\n<meta name=\"viewport\" "
                                   "content=\"width=device-width, initial-scale=1\">\n<title>{}"
                                   "</title>\n<style>\n{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
                                   title, kStyle, title);
    for (const CardSection& section : sectionsOf(card)) {
        if (!section.title.empty())
            text += "<h2>" + htmlText(section.title) + "</h2>\n";
        for (const std::string& paragraph : section.paragraphs)
            text += "<p>" + htmlText(paragraph) + "</p>\n";
        for (const CardTable& table : section.tables)
            text += htmlTable(table);
        for (const CardHistogram& histogram : section.histograms)
            text += htmlHistogram(histogram);
    }
    return text + "</body>\n</html>\n";
}

} // namespace continuo
