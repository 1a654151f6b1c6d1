// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace continuo {

/// The seq of a line of log.jsonl; nothing where the line is damaged.
std::optional<std::uint64_t> seqOfEventLine(std::string_view line);

/// Reads log.jsonl line by line while somebody else writes it. A last line without an end is not there yet; damaged
/// lines are left out.
class EventLogReader
{
public:
    explicit EventLogReader(const std::filesystem::path& log);

    struct Line
    {
        std::uint64_t seq = 0;
        std::string text{}; ///< Without its end.
    };
    /// The next line, if there is one now.
    std::optional<Line> next();

private:
    bool fill();

    std::ifstream m_file;
    std::string m_held{};
    std::size_t m_begin = 0;
};

} // namespace continuo
