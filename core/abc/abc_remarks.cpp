// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_remarks.h"

#include <algorithm>

namespace continuo {

void AbcRemarks::add(std::string_view id, std::string_view what, std::uint32_t line,
                     std::uint32_t column)
{
    if (m_remarks.size() >= kLimit) {
        ++m_dropped;
        return;
    }
    const bool isKnown = std::any_of(m_remarks.begin(), m_remarks.end(), [&](const AbcRemark& r) {
        return r.line == line && r.column == column && r.id == id;
    });
    if (isKnown)
        return;
    std::string text = "Line " + std::to_string(line) + ", column " + std::to_string(column) + ": ";
    text += what;
    m_remarks.push_back({std::string(id), std::move(text), line, column});
}

std::vector<AbcRemark> AbcRemarks::take()
{
    if (m_dropped > 0) {
        const AbcRemark& last = m_remarks.back();
        m_remarks.push_back(
            {"abc.more-remarks",
             "There are " + std::to_string(m_dropped) + " more remarks on this tune.", last.line,
             last.column});
        m_dropped = 0;
    }
    return std::move(m_remarks);
}

} // namespace continuo
