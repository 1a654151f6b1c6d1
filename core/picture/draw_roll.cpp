// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/picture/draw_roll.h"

#include "core/picture/roll_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace continuo {

namespace {

constexpr double kMargin = 24;
constexpr double kLeastBarWidth = 58; ///< A line takes as many bars as keep this width.
constexpr double kTitle = 16;
constexpr double kLabel = 11;

struct LegendEntry
{
    std::string text{};
    Colour colour{};
    friend bool operator==(const LegendEntry&, const LegendEntry&) = default;
};

/// A lane's notes with their colours, and what the colours mean.
struct Coloured
{
    std::vector<ColouredNote> notes{};
    std::vector<LegendEntry> legend{};
};

Colour trackColour(std::size_t index)
{
    const Palette& palette = lightPalette();
    return index == 0 ? palette.accent : palette.alternative(index - 1);
}

char alternativeLetter(std::size_t alternative)
{
    return static_cast<char>('A' + alternative % 26);
}

/// The notes that sound from `firstBar` on, which begins at `begin`.
Coloured coloured(const RollLane& lane, std::int64_t firstBar, Tick begin)
{
    const Palette& palette = lightPalette();
    const bool hasPitched =
        std::any_of(lane.score.tracks.begin(), lane.score.tracks.end(), [](const Track& track) {
            return std::any_of(track.notes.begin(), track.notes.end(),
                               [](const Note& note) { return note.channel != kDrumChannel; });
        });
    Coloured result;
    std::size_t drawnTracks = 0;
    bool hasSeed = false;
    bool hasContinuation = false;
    for (const Track& track : lane.score.tracks) {
        const std::size_t before = result.notes.size();
        for (const Note& note : track.notes) {
            if (hasPitched && note.channel == kDrumChannel)
                continue;
            if (note.start < begin && note.end() <= begin)
                continue;
            Colour colour = trackColour(drawnTracks);
            if (lane.seedEnd) {
                const bool isSeed = note.start < *lane.seedEnd;
                (isSeed ? hasSeed : hasContinuation) = true;
                colour = isSeed ? palette.accent : palette.alternative(lane.alternative);
            }
            result.notes.push_back({note, colour});
        }
        if (result.notes.size() == before)
            continue;
        if (!lane.seedEnd) {
            const std::string name = trackName(track);
            result.legend.push_back({name.empty() ? fmt::format("Track {}", drawnTracks + 1) : name,
                                     trackColour(drawnTracks)});
        }
        ++drawnTracks;
    }
    if (lane.seedEnd) {
        if (hasSeed)
            result.legend.push_back(
                {firstBar > 0 ? fmt::format("seed melody from bar {}", firstBar + 1) : "seed melody",
                 palette.accent});
        if (hasContinuation)
            result.legend.push_back(
                {fmt::format("alternative {}", alternativeLetter(lane.alternative)),
                 palette.alternative(lane.alternative)});
    } else if (drawnTracks < 2) {
        result.legend.clear();
    }
    std::stable_sort(
        result.notes.begin(), result.notes.end(),
        [](const ColouredNote& a, const ColouredNote& b) { return noteBefore(a.note, b.note); });
    return result;
}

/// The first bar that is drawn of all lanes, so that the one with the most before its seed melody's
/// end has no more than the bars asked for.
std::int64_t firstBarOf(const std::vector<RollLane>& lanes, const std::vector<MeterMap>& meters,
                        std::optional<std::size_t> seedBars)
{
    if (!seedBars || lanes.empty())
        return 0;
    const auto most = static_cast<std::int64_t>(std::min<std::size_t>(*seedBars, 1'000'000));
    std::int64_t first = 0;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        if (lanes[i].seedEnd)
            first =
                std::max(first, meters[i].position(std::max(*lanes[i].seedEnd, Tick{})).bar - most);
    }
    return first;
}

/// Bars a lane needs: up to the end of its last note.
std::int64_t barsOf(const std::vector<ColouredNote>& notes, const MeterMap& meters)
{
    Tick end{};
    for (const ColouredNote& each : notes)
        end =
            std::max(end, each.note.length.value > 0 ? each.note.end() : each.note.start + Tick{1});
    return end.value > 0 ? meters.position(end - Tick{1}).bar + 1 : 1;
}

/// The rows all lanes need, with a tone of air, at least an octave, from C or from G.
void chooseRows(RollLayout& layout, const std::vector<Coloured>& lanes)
{
    int lowest = 127;
    int highest = 0;
    for (const Coloured& lane : lanes) {
        for (const ColouredNote& each : lane.notes) {
            lowest = std::min<int>(lowest, each.note.pitch.value);
            highest = std::max<int>(highest, each.note.pitch.value);
        }
    }
    if (lowest > highest)
        std::tie(lowest, highest) = std::pair(60, 71);
    lowest -= 2;
    highest += 2;
    while (highest - lowest < 14) {
        --lowest;
        ++highest;
    }
    layout.lowest = std::clamp(lowest, 0, 113);
    layout.highest = std::clamp(highest, layout.lowest + 14, 127);
    const int rows = layout.highest - layout.lowest + 1;
    layout.rowHeight = std::clamp(std::floor(300.0 / rows), 4.0, 11.0);
}

/// Swatches and their words, right-aligned at `right`; what finds no place is left out.
void drawLegend(Picture& picture, const std::vector<LegendEntry>& legend, double left, double right,
                double baseline)
{
    constexpr double kSwatch = 10;
    constexpr double kGap = 18;
    const auto widthOf = [](const LegendEntry& entry) {
        return kSwatch + 6 + textWidth(entry.text, kLabel);
    };
    double width = 0;
    std::size_t shown = 0;
    for (; shown < legend.size(); ++shown) {
        const double more = widthOf(legend[shown]) + (shown > 0 ? kGap : 0);
        if (width + more > right - left)
            break;
        width += more;
    }
    double x = right - width;
    for (std::size_t i = 0; i < shown; ++i) {
        picture.shapes.push_back(
            Box{x, baseline - kSwatch + 1, kSwatch, kSwatch, legend[i].colour, 2.5});
        picture.shapes.push_back(Words{{x + kSwatch + 6, baseline},
                                       legend[i].text,
                                       lightPalette().text,
                                       kLabel,
                                       Anchor::Start});
        x += widthOf(legend[i]) + kGap;
    }
}

} // namespace

Picture drawRoll(const Score& score, const RollPicture& options)
{
    return drawRolls({RollLane{.score = score}}, options);
}

Picture drawRolls(const std::vector<RollLane>& lanes, const RollPicture& options)
{
    const Palette& palette = lightPalette();
    Picture picture;
    picture.width = std::max(400.0, options.width);
    RollLayout layout{.left = kMargin, .width = picture.width - 2 * kMargin, .key = options.key};

    std::vector<Coloured> colours;
    std::vector<MeterMap> meters;
    std::vector<LegendEntry> legend;
    std::int64_t bars = 1;
    for (const RollLane& lane : lanes)
        meters.emplace_back(lane.score);
    const std::int64_t firstBar = firstBarOf(lanes, meters, options.seedBars);
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        colours.push_back(coloured(lanes[i], firstBar, meters[i].barStart(firstBar)));
        bars = std::max(bars, barsOf(colours.back().notes, meters[i]) - firstBar);
        for (const LegendEntry& entry : colours.back().legend)
            if (std::find(legend.begin(), legend.end(), entry) == legend.end())
                legend.push_back(entry);
    }
    chooseRows(layout, colours);
    const auto shownBars =
        std::min(bars, static_cast<std::int64_t>(std::max<std::size_t>(1, options.maximumBars)));
    const auto mostInLine = std::max<std::int64_t>(
        1, static_cast<std::int64_t>((layout.width - RollLayout::kKeys) / kLeastBarWidth));
    // Lines of equal length rather than a full one and a rest.
    const std::int64_t lines = (shownBars + mostInLine - 1) / mostInLine;
    const std::int64_t barsInLine = (shownBars + lines - 1) / lines;

    picture.shapes.push_back(Box{}); // The ground; its height is known at the end.
    double y = kMargin;
    double titleEnd = kMargin;
    if (!options.title.empty()) {
        const std::string title = textWithin(options.title, layout.width * 0.6, kTitle, true);
        picture.shapes.push_back(
            Words{{kMargin, y + 13}, title, palette.text, kTitle, Anchor::Start, true});
        titleEnd += textWidth(title, kTitle, true) + 24;
        y += 24;
    }
    if (!options.subtitle.empty()) {
        picture.shapes.push_back(Words{{kMargin, y + 8},
                                       textWithin(options.subtitle, layout.width, kLabel),
                                       palette.muted,
                                       kLabel});
        y += 20;
    }
    if (!legend.empty()) {
        if (options.title.empty())
            y += 16;
        drawLegend(picture, legend, titleEnd, picture.width - kMargin, kMargin + 12);
    }

    for (std::size_t i = 0; i < lanes.size(); ++i) {
        if (!lanes[i].title.empty()) {
            const Colour colour =
                lanes[i].seedEnd ? palette.alternative(lanes[i].alternative) : palette.accent;
            picture.shapes.push_back(Box{kMargin, y + 5, 10, 10, colour, 2.5});
            picture.shapes.push_back(Words{{kMargin + 16, y + 14},
                                           textWithin(lanes[i].title, layout.width - 16, 13, true),
                                           palette.text,
                                           13,
                                           Anchor::Start,
                                           true});
            y += 20;
        }
        for (std::int64_t line = 0; line < lines; ++line) {
            const std::int64_t first = line * barsInLine;
            drawRollSystem(picture, layout,
                           {.top = y,
                            .firstBar = firstBar + first,
                            .bars = barsInLine,
                            .filledBars = std::min(barsInLine, shownBars - first),
                            .seedEnd = lanes[i].seedEnd},
                           meters[i], colours[i].notes);
            y += layout.height() + 12;
        }
        if (colours[i].notes.empty())
            picture.shapes.push_back(
                Words{{picture.width / 2, y - 12 - layout.rowsHeight() / 2 + 4},
                      "No notes.",
                      palette.muted,
                      13,
                      Anchor::Middle});
        y += i + 1 < lanes.size() ? 8 : 0;
    }
    if (bars > shownBars) {
        const std::int64_t more = bars - shownBars;
        picture.shapes.push_back(Words{{picture.width - kMargin, y + 4},
                                       more == 1 ? "1 more bar" : fmt::format("{} more bars", more),
                                       palette.muted,
                                       kLabel,
                                       Anchor::End});
        y += 16;
    }
    picture.height = std::ceil(y + kMargin - 12);
    picture.shapes.front() = Box{0, 0, picture.width, picture.height, palette.panel};
    return picture;
}

} // namespace continuo
