// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/line_splitter.h"

namespace continuo {

LineSplitter::LineSplitter(std::size_t limit)
    : m_limit(limit)
{
}

void LineSplitter::complete(std::string_view last, const Take& take)
{
    if (m_isTooLong || m_held.size() + last.size() >= m_limit) {
        m_isTooLong = false;
        m_held.clear();
        take({{}, true});
        return;
    }
    if (!m_held.empty()) {
        m_held += last;
        last = m_held;
    }
    if (last.ends_with('\r'))
        last.remove_suffix(1);
    if (!last.empty())
        take({last, false});
    m_held.clear();
}

void LineSplitter::feed(std::string_view bytes, const Take& take)
{
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
        complete(bytes.substr(0, end), take);
        bytes.remove_prefix(end + 1);
    }
    if (m_isTooLong)
        return;
    if (m_held.size() + bytes.size() >= m_limit) {
        m_isTooLong = true;
        m_held = {};
        return;
    }
    m_held += bytes;
}

void LineSplitter::finish(const Take& take)
{
    if (m_isTooLong || !m_held.empty())
        complete({}, take);
}

} // namespace continuo
