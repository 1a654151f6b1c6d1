// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/quantise.h"

#include "core/edit/note_edit.h"
#include "core/music/meter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo {

namespace {

class BarGrid
{
public:
    BarGrid(const Score& score, const QuantiseOptions& options)
        : m_meters(score)
        , m_numerator(std::int64_t{4} * m_meters.ticksPerQuarter() * options.numerator)
        , m_denominator(options.denominator)
    {
    }

    Tick nearest(Tick time) const
    {
        const Tick before = lastLine(time);
        const Tick after = nextLine(time);
        return time - before < after - time ? before : after;
    }

    /// The first line after `time`.
    Tick nextLine(Tick time) const
    {
        const MeterMap::Position position = m_meters.position(time);
        const Tick begin = m_meters.barStart(position.bar);
        const Tick end = m_meters.barStart(position.bar + 1);
        std::int64_t line = position.inBar.value * m_denominator / m_numerator;
        while (begin + at(line) <= time)
            ++line;
        return std::min(begin + at(line), end);
    }

private:
    /// The last line not after `time`.
    Tick lastLine(Tick time) const
    {
        const MeterMap::Position position = m_meters.position(time);
        std::int64_t line = position.inBar.value * m_denominator / m_numerator + 1;
        while (line > 0 && at(line) > position.inBar)
            --line;
        return m_meters.barStart(position.bar) + at(line);
    }

    /// A line of the bar, from the bar's start.
    Tick at(std::int64_t line) const { return gridLine(line, m_numerator, m_denominator); }

    MeterMap m_meters;
    std::int64_t m_numerator; ///< Ticks between two lines, as a fraction.
    std::int64_t m_denominator;
};

Tick partOfTheWay(Tick from, Tick to, double strength)
{
    return {from.value + std::llround(static_cast<double>((to - from).value) * strength)};
}

} // namespace

ScorePatch quantiseNotes(const Score& score, std::span<const NoteId> ids,
                         const QuantiseOptions& options)
{
    assert(options.numerator >= 1 && options.denominator >= 1 && options.strength >= 0 &&
           options.strength <= 1);
    if (score.smpte || options.strength == 0)
        return {};
    const BarGrid grid(score, options);
    return changeNotes(score, ids, [&](const Note& note) -> std::optional<Note> {
        Note moved = note;
        Tick start = note.start;
        if (options.movesStarts) {
            start = grid.nearest(note.start);
            moved.start = partOfTheWay(note.start, start, options.strength);
        }
        if (options.movesEnds) {
            Tick end = grid.nearest(note.end());
            if (end <= start)
                end = grid.nextLine(start);
            moved.length =
                std::max(partOfTheWay(note.end(), end, options.strength) - moved.start, Tick{1});
        }
        return moved;
    });
}

} // namespace continuo
