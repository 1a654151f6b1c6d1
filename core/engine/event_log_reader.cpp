// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/event_log_reader.h"

#include "core/learn/train_event.h"
#include "core/protocol/json.h"

#include <charconv>

namespace continuo {
namespace {

constexpr std::size_t kBlockBytes = 64 << 10;

} // namespace

std::optional<std::uint64_t> seqOfEventLine(std::string_view line)
{
    const Result<TrainEvent> event = trainEventFromJson(line);
    if (!event)
        return std::nullopt;
    return event->seq;
}

EventLogReader::EventLogReader(const std::filesystem::path& log)
    : m_file(log, std::ios::binary)
{
}

bool EventLogReader::fill()
{
    m_held.erase(0, m_begin);
    m_begin = 0;
    m_file.clear();
    const std::size_t before = m_held.size();
    m_held.resize(before + kBlockBytes);
    m_file.read(m_held.data() + before, static_cast<std::streamsize>(kBlockBytes));
    m_held.resize(before + static_cast<std::size_t>(m_file.gcount()));
    return m_held.size() > before;
}

std::optional<EventLogReader::Line> EventLogReader::next()
{
    if (!m_file.is_open())
        return std::nullopt;
    while (true) {
        const std::size_t end = m_held.find('\n', m_begin);
        if (end == std::string::npos) {
            // A line this long is none of ours; what comes behind it still counts.
            if (m_held.size() - m_begin > kLargestLineBytes)
                m_begin = m_held.size();
            if (!fill())
                return std::nullopt;
            continue;
        }
        std::string text = m_held.substr(m_begin, end - m_begin);
        m_begin = end + 1;
        if (const std::optional<std::uint64_t> seq = seqOfEventLine(text))
            return Line{*seq, std::move(text)};
    }
}

} // namespace continuo
