// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/frame_list.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>
#include <utility>

namespace continuo {
namespace {

constexpr std::uint8_t kFrameVelocity = 80;

/// Turns frames into a score as they arrive.
class FrameScore
{
public:
    void addFrame(const std::bitset<128>& keys)
    {
        const Tick now{m_frames * kFrameTicks.value};
        for (std::size_t key = 0; key < keys.size(); ++key) {
            if (keys[key] && !m_sounding[key])
                m_since[key] = now;
            else if (!keys[key] && m_sounding[key])
                endKey(key, now);
        }
        m_sounding = keys;
        ++m_frames;
    }

    Score finished()
    {
        const Tick end{m_frames * kFrameTicks.value};
        for (std::size_t key = 0; key < m_sounding.size(); ++key) {
            if (m_sounding[key])
                endKey(key, end);
        }
        std::sort(m_notes.begin(), m_notes.end(), [](const Note& a, const Note& b) {
            return a.start != b.start ? a.start < b.start : a.pitch > b.pitch;
        });
        Score score;
        score.format = 0;
        score.ticksPerQuarter = kFrameTicksPerQuarter;
        Track& track = score.addTrack();
        for (Note& note : m_notes)
            note.id = score.nextId++;
        track.notes = std::move(m_notes);
        track.end = end;
        return score;
    }

private:
    void endKey(std::size_t key, Tick now)
    {
        Note note;
        note.start = m_since[key];
        note.length = now - m_since[key];
        note.pitch = Pitch{static_cast<std::uint8_t>(key)};
        note.velocity = kFrameVelocity;
        m_notes.push_back(note);
    }

    std::vector<Note> m_notes;
    std::array<Tick, 128> m_since{};
    std::bitset<128> m_sounding;
    std::int64_t m_frames = 0;
};

/// Reads the file as it is parsed, so that nothing larger than the scores is ever held.
class FrameListReader final : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit FrameListReader(std::string_view name)
        : m_name(name)
    {
    }

    bool null() override { return misplaced("null"); }
    bool boolean(bool) override { return misplaced("true or false"); }
    bool number_integer(number_integer_t value) override { return keyNumber(value); }
    bool number_unsigned(number_unsigned_t value) override
    {
        return keyNumber(value > 127 ? 128 : static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t, const string_t& text) override { return misplaced("the number " + text); }
    bool string(string_t&) override { return misplaced("a text"); }
    bool binary(binary_t&) override { return misplaced("binary data"); }

    bool start_object(std::size_t) override
    {
        if (m_isStarted)
            return misplaced("an object");
        m_isStarted = true;
        return true;
    }
    bool end_object() override { return true; }

    bool key(string_t& name) override
    {
        m_part = parsePart(name == "valid" ? "validation" : std::string_view(name));
        if (m_part)
            return true;
        return fail("frames.not-a-frame-list",
                    fmt::format("\"{}\" is not a frame list: it has a member other than train, valid and test.", m_name));
    }

    bool start_array(std::size_t) override
    {
        if (!m_part || m_depth == 3)
            return misplaced("a list");
        ++m_depth;
        if (m_depth == 2)
            m_score = {};
        else if (m_depth == 3)
            m_keys.reset();
        return true;
    }
    bool end_array() override
    {
        if (m_depth == 3)
            m_score.addFrame(m_keys);
        else if (m_depth == 2)
            m_pieces.push_back({*m_part, m_score.finished()});
        --m_depth;
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override
    {
        return fail("frames.not-json", fmt::format("\"{}\" is not readable as JSON: something is wrong at byte {}.", m_name,
                                                   position),
                    {{"byte", std::to_string(position)}});
    }

    Result<std::vector<FramePiece>> result() &&
    {
        if (m_error)
            return *std::move(m_error);
        if (m_pieces.empty()) {
            fail("frames.empty", fmt::format("\"{}\" is a frame list without a single piece.", m_name));
            return *std::move(m_error);
        }
        return std::move(m_pieces);
    }

private:
    bool keyNumber(std::int64_t value)
    {
        if (m_depth != 3)
            return misplaced("a number");
        if (value < 0 || value > 127) {
            return fail("frames.key-out-of-range",
                        fmt::format("\"{}\" holds a key that is not a MIDI key from 0 to 127, in piece {} of its list.",
                                    m_name, m_pieces.size() + 1),
                        {{"piece", std::to_string(m_pieces.size() + 1)}});
        }
        m_keys.set(static_cast<std::size_t>(value));
        return true;
    }

    bool misplaced(std::string_view what)
    {
        return fail("frames.not-a-frame-list",
                    fmt::format("\"{}\" is not a frame list: {} stands where lists of frames of MIDI keys were expected, "
                                "after {} pieces.",
                                m_name, what, m_pieces.size()));
    }

    bool fail(std::string id, std::string text, Error::Arguments arguments = {})
    {
        if (!m_error) {
            arguments.insert(arguments.begin(), {"file", std::string(m_name)});
            m_error = Error{ErrorKind::Refused, std::move(id), std::move(text), std::move(arguments)};
        }
        return false;
    }

    std::string_view m_name;
    std::vector<FramePiece> m_pieces;
    std::optional<Error> m_error;
    std::optional<Part> m_part;
    FrameScore m_score;
    std::bitset<128> m_keys;
    int m_depth = 0;
    bool m_isStarted = false;
};

} // namespace

Result<std::vector<FramePiece>> readFrameList(std::span<const std::uint8_t> json, std::string_view name)
{
    FrameListReader reader(name);
    nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
    return std::move(reader).result();
}

} // namespace continuo
