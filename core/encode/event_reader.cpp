// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/event.h"
#include "core/encode/event_bars_p.h"
#include "core/encode/melody_line_p.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

namespace continuo {

namespace {

/// The channel of a program that is the n-th to sound, from 0: all in turn but the drums'.
std::uint8_t channelOf(std::size_t n)
{
    const std::size_t channel = std::min<std::size_t>(n, 14);
    return static_cast<std::uint8_t>(channel < kDrumChannel ? channel : channel + 1);
}

class EventReader final : public TokenReader
{
public:
    EventReader(const EventSymbols& symbols, std::span<const Token> before,
                const ReaderOptions& how)
        : m_symbols(symbols)
        , m_how(how)
    {
        m_next = how.beforeStart.value_or(how.decode.origin);
        for (const Token token : before)
            take(token);
        if (how.beforeStart)
            m_earliest = how.decode.origin;
        m_mayBeSilent = how.mayBeginSilent;
        m_silentBars = 0;
        m_key.reset();
    }

    std::vector<std::uint8_t> mayFollow() const override
    {
        std::vector<std::uint8_t> may(static_cast<std::size_t>(m_symbols.size), 0);
        switch (m_last) {
        case EventType::Padding:
        case EventType::End:
            allow(may, m_symbols.bar());
            break;
        case EventType::Bar:
            // The meter of an answer is that of what stands before it.
            if (m_meter)
                allow(may, m_symbols.meter(*m_meter));
            else
                allow(may, m_symbols.firstMeter, m_symbols.size);
            break;
        case EventType::Meter:
            allowPositions(may, 0);
            allowBar(may);
            break;
        case EventType::Position:
            allowNote(may);
            break;
        case EventType::Program:
            allowKeys(may);
            break;
        case EventType::Pitch:
        case EventType::Drum:
            if (!m_symbols.velocities.empty())
                allow(may, m_symbols.firstVelocity, m_symbols.firstDuration);
            else
                allowDurations(may);
            break;
        case EventType::Velocity:
            allowDurations(may);
            break;
        case EventType::Duration:
            if (!m_earliest || m_time >= *m_earliest)
                allowNote(may);
            allowPositions(may, m_unit + 1);
            allow(may, m_symbols.bar());
            break;
        }
        return may;
    }

    std::vector<ReadNote> read(Token token) override
    {
        assert(token >= 0 && token < m_symbols.size);
        const std::optional<ReadNote> note = take(token);
        ++m_read;
        return note ? std::vector<ReadNote>{*note} : std::vector<ReadNote>{};
    }

    std::vector<ReadNote> finish() override
    {
        m_time = std::max(m_time, m_end);
        return {};
    }

    Tick time() const override { return std::max(m_time, m_earliest.value_or(m_time)); }

private:
    static void allow(std::vector<std::uint8_t>& may, Token token)
    {
        may[static_cast<std::size_t>(token)] = 1;
    }
    static void allow(std::vector<std::uint8_t>& may, Token first, Token end)
    {
        for (Token token = first; token < end; ++token)
            allow(may, token);
    }

    /// Places in the open bar from `first` on, none before the answer begins.
    void allowPositions(std::vector<std::uint8_t>& may, int first) const
    {
        for (int unit = first; unit < m_bar.units; ++unit) {
            if (!m_earliest || m_bar.time(unit) >= *m_earliest)
                allow(may, m_symbols.position(unit));
        }
    }

    /// The bar goes by in silence.
    void allowBar(std::vector<std::uint8_t>& may) const
    {
        const bool isOver = m_earliest && m_bar.time(m_bar.units - 1) < *m_earliest;
        const bool isTooMuch = m_how.bar.value > 0 && m_silentBars > 0;
        if (isOver || (m_mayBeSilent && !isTooMuch))
            allow(may, m_symbols.bar());
    }

    /// What begins a note: its instrument, in rising order, or its key.
    void allowNote(std::vector<std::uint8_t>& may) const
    {
        if (!m_symbols.options.programs) {
            if (m_lastKey < m_symbols.options.high)
                allowKeys(may);
            return;
        }
        const bool isDrums = m_program == EventSymbols::kDrums;
        for (int program = isDrums ? 128 : std::max(m_program, 0); program < 128; ++program) {
            if (program != m_program || m_lastKey < m_symbols.options.high)
                allow(may, m_symbols.program(program));
        }
        if (!isDrums || m_lastKey < EventSymbols::kHighestDrum)
            allow(may, m_symbols.program(EventSymbols::kDrums));
    }

    void allowKeys(std::vector<std::uint8_t>& may) const
    {
        const EventOptions& options = m_symbols.options;
        const bool isDrums = options.programs && m_program == EventSymbols::kDrums;
        const int low = isDrums ? EventSymbols::kLowestDrum : options.low;
        const int high = isDrums ? EventSymbols::kHighestDrum : options.high;
        for (int key = m_lastKey < high ? std::max(low, m_lastKey + 1) : low; key <= high; ++key)
            allow(may, isDrums ? m_symbols.drum(key) : m_symbols.pitch(key));
    }

    void allowDurations(std::vector<std::uint8_t>& may) const
    {
        std::int64_t longest = m_symbols.longestDuration();
        if (m_how.bar.value > 0 && m_bar.units > 0)
            longest = std::clamp<std::int64_t>(m_bar.toUnits({2 * m_how.bar.value}), 1, longest);
        allow(may, m_symbols.duration(1), m_symbols.duration(static_cast<int>(longest)) + 1);
    }

    std::optional<ReadNote> take(Token token)
    {
        if (m_isOver)
            return std::nullopt;
        const EventType type = m_symbols.type(token);
        switch (type) {
        case EventType::Padding:
            return std::nullopt;
        case EventType::End:
            m_isOver = true;
            return std::nullopt;
        case EventType::Bar:
            openBar();
            break;
        case EventType::Meter:
            if (m_last == EventType::Bar)
                setMeter(m_symbols.meterOf(token));
            break;
        case EventType::Position:
            m_key.reset();
            if (m_bar.units == 0 || m_symbols.unitOf(token) <= m_unit ||
                m_symbols.unitOf(token) >= m_bar.units)
                return std::nullopt;
            m_unit = m_symbols.unitOf(token);
            m_time = m_bar.time(m_unit);
            m_program = kNoProgram;
            m_lastKey = -1;
            break;
        case EventType::Program:
            m_key.reset();
            if (m_symbols.programOf(token) != m_program)
                m_lastKey = -1;
            m_program = m_symbols.programOf(token);
            break;
        case EventType::Pitch:
        case EventType::Drum:
            m_isDrum = type == EventType::Drum;
            m_key = m_symbols.keyOf(token);
            m_velocity.reset();
            m_keyToken = m_read;
            m_lastKey = *m_key;
            break;
        case EventType::Velocity:
            m_velocity = m_symbols.velocityOf(token);
            break;
        case EventType::Duration:
            m_last = type;
            return note(m_symbols.unitsOf(token));
        }
        m_last = type;
        return std::nullopt;
    }

    void openBar()
    {
        if (m_bar.units > 0) {
            m_silentBars = m_isBarSilent ? m_silentBars + 1 : 0;
            m_next = m_bar.end();
        }
        m_isBarSilent = true;
        m_key.reset();
        m_unit = -1;
        m_lastKey = -1;
        m_program = kNoProgram;
        m_bar = eventBar(m_symbols, m_meter.value_or(*m_symbols.meterLike(Meter{})), m_next,
                         m_how.decode.ticksPerQuarter);
        m_time = m_bar.start;
    }

    void setMeter(std::size_t meter)
    {
        m_meter = meter;
        m_bar = eventBar(m_symbols, meter, m_bar.start, m_how.decode.ticksPerQuarter);
    }

    std::optional<ReadNote> note(int units)
    {
        if (!m_key || m_bar.units == 0) // no key, or no bar to stand in
            return std::nullopt;
        const std::int64_t unit = std::max(m_unit, 0);
        ReadNote read;
        read.token = m_keyToken;
        read.isOwnSymbol = true;
        read.hasVelocity = m_velocity.has_value();
        read.note.start = m_bar.time(unit);
        read.note.length = std::max(m_bar.time(unit + units) - read.note.start, Tick{1});
        read.note.pitch = m_isDrum ? Pitch{static_cast<std::uint8_t>(*m_key)}
                                   : pitchMoved(*m_key, m_how.decode.semitones);
        read.note.velocity = m_velocity ? static_cast<std::uint8_t>(std::max(*m_velocity, 1))
                                        : m_how.decode.velocity;
        read.note.channel = m_how.decode.channel;
        if (m_symbols.options.programs) {
            const int program = m_isDrum                  ? EventSymbols::kDrums
                                : m_program == kNoProgram ? 0
                                                          : std::max(m_program, 0);
            read.program = program;
            read.note.channel = m_isDrum ? kDrumChannel : channelFor(program);
        }
        m_key.reset();
        m_mayBeSilent = true;
        m_isBarSilent = false;
        m_end = std::max(m_end, read.note.end());
        return read;
    }

    /// Instruments take channels in the order in which they come.
    std::uint8_t channelFor(int program)
    {
        auto& place = m_channels[static_cast<std::size_t>(program)];
        if (!place)
            place = channelOf(m_instruments++);
        return *place;
    }

    /// No instrument has been named at this position.
    static constexpr int kNoProgram = -2;

    const EventSymbols& m_symbols;
    ReaderOptions m_how;
    std::optional<Tick> m_earliest{};      ///< Of what is yet to come.
    EventType m_last = EventType::Padding; ///< What was read last; padding: nothing.
    EventBar m_bar{};                      ///< No units: none is open.
    std::optional<std::size_t> m_meter{};
    Tick m_next{}; ///< Where the first bar begins.
    Tick m_time{};
    Tick m_end{}; ///< Of all notes.
    int m_unit = -1;
    int m_program = kNoProgram;
    int m_lastKey = -1;
    std::optional<int> m_key{}; ///< Of the note that is being read.
    std::optional<int> m_velocity{};
    bool m_isDrum = false;
    std::size_t m_keyToken = 0;
    std::size_t m_read = 0;
    bool m_mayBeSilent = true; ///< A bar may go by without a note.
    bool m_isBarSilent = true;
    int m_silentBars = 0; ///< Before the open one, without a note between.
    bool m_isOver = false;
    std::array<std::optional<std::uint8_t>, 128> m_channels{};
    std::size_t m_instruments = 0;
};

} // namespace

std::unique_ptr<TokenReader> EventEncoding::reader(std::span<const Token> before,
                                                   const ReaderOptions& options) const
{
    return std::make_unique<EventReader>(m_symbols, before, options);
}

} // namespace continuo
