// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <functional>
#include <string>
#include <string_view>

namespace continuo {

/// Cuts a stream of bytes into lines. Holds at most one line of the allowed length: of a longer one the rest is thrown
/// away as it comes.
class LineSplitter
{
public:
    struct Line
    {
        std::string_view text{}; ///< Without its end ("\n" or "\r\n"); valid during the call.
        bool isTooLong = false;  ///< Then `text` is empty.
    };
    using Take = std::function<void(const Line& line)>;

    /// `limit` counts the bytes of a line, its end included.
    explicit LineSplitter(std::size_t limit = kLargestLineBytes);

    /// Calls `take` for each line that `bytes` completes. A line too long is told when its end has come.
    void feed(std::string_view bytes, const Take& take);

    /// The stream has ended: what stands there without an end is a line too. Empty lines are left out everywhere.
    void finish(const Take& take);

    std::size_t heldBytes() const { return m_held.size(); }

private:
    void complete(std::string_view last, const Take& take);

    std::size_t m_limit;
    std::string m_held{};
    bool m_isTooLong = false;
};

} // namespace continuo
